//! What must be said where.

use crate::complaint::Complaint;
use crate::source::{Source, Tree};

/// Crates whose public functions other people call.
const LIBRARIES: [&str; 2] = ["worker-core/src/", "local-engine/src/"];
/// Files that are input of the macro tests and show mistakes on purpose.
const FIXTURES: [&str; 3] = ["tests/ui/", "/tests/expand/", "/fuzz/corpus/"];

/// Public async functions, and functions that return a `ServiceFuture`, without a section on
/// cancel safety.
pub(crate) fn without_cancel_safety(tree: &Tree) -> Vec<Complaint> {
    let libraries = |file: &&Source| LIBRARIES.iter().any(|folder| file.path.starts_with(folder));
    tree.production()
        .filter(libraries)
        .flat_map(undocumented_futures)
        .collect()
}

/// Rust files that do not open with a sentence about themselves.
pub(crate) fn without_opening(tree: &Tree) -> Vec<Complaint> {
    tree.rust()
        .filter(|file| !FIXTURES.iter().any(|folder| file.path.contains(folder)))
        .filter(|file| !file.text.starts_with("//! ") && !opens_with_a_page(file))
        .map(|file| {
            Complaint::new(
                &file.path,
                1,
                "open with `//!` and one sentence: what lives here",
            )
        })
        .collect()
}

/// Cargo commands among the first two of the README which `.ci/run` does not run.
pub(crate) fn unchecked_commands(tree: &Tree) -> Vec<Complaint> {
    let (Some(readme), Some(checks)) = (tree.file("README.md"), tree.file(".ci/run")) else {
        let text = "README.md and .ci/run must both exist";
        return vec![Complaint::new("README.md", 1, text)];
    };
    commands(&readme.text)
        .take(2)
        .filter(|(_, command)| command.starts_with("cargo "))
        .filter(|(_, command)| !checks.text.contains(&essence(command)))
        .map(|(line, command)| {
            Complaint::new(
                "README.md",
                line,
                format!("`{command}` is not what .ci/run runs"),
            )
        })
        .collect()
}

/// The command without its arguments and without the profile, which the checks choose.
fn essence(command: &str) -> String {
    let command = command.split(" -- ").next().unwrap_or(command);
    command.replace(" --release", "")
}

/// Whether the first attribute includes a Markdown file, as the front page of a crate does.
fn opens_with_a_page(file: &Source) -> bool {
    let first = file.text.lines().next().unwrap_or_default();
    first.starts_with("#![") && first.contains("doc = include_str!")
}

fn undocumented_futures(file: &Source) -> Vec<Complaint> {
    let lines: Vec<&str> = file.production_lines().map(|(_, line)| line).collect();
    let mut in_public_trait = false;
    let mut complaints = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        if line.starts_with(|first: char| first.is_alphabetic()) {
            in_public_trait = line.starts_with("pub trait ");
        }
        let line = line.trim_start();
        let public = line.starts_with("pub ");
        let function = line.trim_start_matches("pub ");
        let is_async = function.starts_with("async fn ");
        if !(public || in_public_trait) || !(is_async || function.starts_with("fn ")) {
            continue;
        }
        let futures = is_async || signature(&lines[index..]).contains("-> ServiceFuture");
        if futures && !documentation(&lines[..index]).any(|line| line.contains("# Cancel safety")) {
            let name = function.split(['(', '<']).next().unwrap_or(function);
            let text = format!("`{name}` needs a section `# Cancel safety`: what a drop does");
            complaints.push(Complaint::new(&file.path, index + 1, text));
        }
    }
    complaints
}

/// The function's signature on one line.
fn signature(lines: &[&str]) -> String {
    let end = lines
        .iter()
        .position(|line| line.contains(['{', ';']))
        .map_or(lines.len(), |end| end + 1);
    lines[..end].concat()
}

/// The doc comments and attributes right before a place.
fn documentation<'a>(before: &'a [&'a str]) -> impl Iterator<Item = &'a str> {
    let lines = before.iter().rev().map(|line| line.trim_start());
    lines.take_while(|line| !line.is_empty() && *line != "}" && !line.ends_with("{"))
}

/// The commands in the shell blocks of a Markdown text, with their lines.
fn commands(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut in_shell = false;
    text.lines().enumerate().filter_map(move |(index, line)| {
        if let Some(language) = line.trim().strip_prefix("```") {
            in_shell = !in_shell && matches!(language, "sh" | "bash" | "shell" | "console");
            return None;
        }
        let command = line.trim().trim_start_matches("$ ");
        let command = command.split(" #").next().unwrap_or(command).trim_end();
        (in_shell && !command.is_empty() && !command.starts_with('#'))
            .then_some((index + 1, command))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_undocumented_future_is_found_and_a_documented_one_is_not() {
        let text = "//! Futures.\n\npub trait Port {\n    /// Polls.\n    fn poll(&self) -> ServiceFuture<'_, ()>;\n}\n\
                    \nimpl Worker {\n    /// Runs.\n    ///\n    /// # Cancel safety\n    ///\n    /// None.\n    #[inline]\n    pub async fn run(self) {}\n\
                    \n    /// Stops.\n    pub async fn stop(self) {}\n\n    async fn inner(self) {}\n}\n";
        let tree = Tree::of(&[("worker-core/src/worker.rs", text)]);
        let found: Vec<String> = without_cancel_safety(&tree)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].contains("`fn poll`"), "{found:?}");
        assert!(found[1].contains("`async fn stop`"), "{found:?}");
    }

    #[test]
    fn a_command_of_the_readme_that_is_not_checked_is_found() {
        let readme = "```sh\ncargo run --release -- x  # it\ncargo test\ncargo other\n```\n";
        let tree = Tree::of(&[(".ci/run", "step cargo test\n"), ("README.md", readme)]);
        let found: Vec<String> = unchecked_commands(&tree)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(
            found,
            ["README.md:2: `cargo run --release -- x` is not what .ci/run runs"]
        );
    }
}
