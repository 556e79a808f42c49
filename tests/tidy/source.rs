//! The files of the repository, read once per rule.

use std::fs;
use std::path::Path;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
/// What tools wrote; none of it is tracked.
const NOT_OURS: [&str; 4] = [".git", "target", "wip", "node_modules"];

/// The files of the repository, in the order of their paths.
#[derive(Debug)]
pub(crate) struct Tree {
    files: Vec<Source>,
}

/// One text file.
#[derive(Debug)]
pub(crate) struct Source {
    /// Its path from the root of the repository, with forward slashes.
    pub(crate) path: String,
    pub(crate) text: String,
}

impl Tree {
    /// Reads every text file of the repository.
    ///
    /// # Panics
    ///
    /// When a folder cannot be read.
    pub(crate) fn read() -> Self {
        let mut files = Vec::new();
        collect(Path::new(ROOT), "", &mut files);
        files.sort_by(|one, other| one.path.cmp(&other.path));
        Self { files }
    }

    /// A tree of files that a test makes up.
    #[cfg(test)]
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let files = files.iter().map(|(path, text)| Source {
            path: (*path).to_owned(),
            text: (*text).to_owned(),
        });
        Self {
            files: files.collect(),
        }
    }

    /// Every text file.
    pub(crate) fn files(&self) -> impl Iterator<Item = &Source> {
        self.files.iter()
    }

    /// Every Rust file.
    pub(crate) fn rust(&self) -> impl Iterator<Item = &Source> {
        self.files().filter(|file| file.path.ends_with(".rs"))
    }

    /// The Rust files of the crates that ship, without files that hold only tests.
    pub(crate) fn production(&self) -> impl Iterator<Item = &Source> {
        self.rust()
            .filter(|file| file.path.contains("/src/") && !file.holds_only_tests())
    }

    /// The file at a path.
    pub(crate) fn file(&self, path: &str) -> Option<&Source> {
        self.files().find(|file| file.path == path)
    }
}

impl Source {
    /// The lines before the inline tests, with their numbers from one.
    pub(crate) fn production_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines: Vec<&str> = self.text.lines().collect();
        let tests = lines
            .iter()
            .enumerate()
            .position(|(index, line)| *line == "#[cfg(test)]" && opens_module(&lines[index + 1..]));
        let end = tests.unwrap_or(lines.len());
        lines
            .into_iter()
            .take(end)
            .enumerate()
            .map(|(index, line)| (index + 1, line))
    }

    /// The production lines without comments.
    pub(crate) fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        self.production_lines()
            .map(|(number, line)| (number, without_comment(line)))
    }

    /// All lines without comments.
    pub(crate) fn all_code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.text.lines().enumerate();
        lines.map(|(index, line)| (index + 1, without_comment(line)))
    }

    fn holds_only_tests(&self) -> bool {
        self.path.ends_with("/tests.rs") || self.path.contains("/tests/")
    }
}

/// Whether the text has the word as a whole identifier.
pub(crate) fn names(text: &str, word: &str) -> bool {
    let part_of_identifier = |character: char| character.is_alphanumeric() || character == '_';
    text.match_indices(word).any(|(start, _)| {
        !text[..start].ends_with(part_of_identifier)
            && !text[start + word.len()..].starts_with(part_of_identifier)
    })
}

/// Whether a module with a body follows, perhaps after further attributes.
fn opens_module(lines: &[&str]) -> bool {
    let module = lines.iter().find(|line| line.starts_with("mod "));
    let item = lines
        .iter()
        .find(|line| line.starts_with(|first: char| first.is_alphabetic()));
    module == item && module.is_some_and(|line| line.ends_with('{'))
}

fn without_comment(line: &str) -> &str {
    if line.trim_start().starts_with("//") {
        return "";
    }
    line.split_once(" // ").map_or(line, |(code, _)| code)
}

fn collect(folder: &Path, prefix: &str, files: &mut Vec<Source>) {
    let entries = fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("cannot read {}: {error}", folder.display()));
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{prefix}{name}");
        if NOT_OURS.contains(&name.as_str()) {
            continue;
        }
        if entry.path().is_dir() {
            collect(&entry.path(), &format!("{path}/"), files);
        } else if let Ok(text) = fs::read_to_string(entry.path()) {
            files.push(Source { path, text });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inline_tests_are_not_production() {
        let tree = Tree::of(&[("a/src/x.rs", "fn a() {}\n#[cfg(test)]\nmod tests {\n}\n")]);
        let lines: Vec<_> = tree.files[0].production_lines().collect();
        assert_eq!(lines, [(1, "fn a() {}")]);
    }

    #[test]
    fn attributes_may_stand_between() {
        let text = "#[cfg(test)]\nfn a() {}\n#[cfg(test)]\n#[expect(\n    x,\n)]\nmod tests {\n}\n";
        let tree = Tree::of(&[("a/src/x.rs", text)]);
        assert_eq!(tree.files[0].production_lines().count(), 2);
    }

    #[test]
    fn a_word_inside_another_is_not_that_word() {
        assert!(names("use backoff::Backoff;", "backoff"));
        assert!(!names("use super::backoff_policy;", "backoff"));
    }

    #[test]
    fn comments_are_not_code() {
        assert_eq!(without_comment("    // tokio does this"), "");
        assert_eq!(without_comment("let a = 1; // tokio"), "let a = 1;");
    }

    #[test]
    fn the_tree_holds_its_own_manifest() {
        assert!(Tree::read().file("tests/Cargo.toml").is_some());
    }
}
