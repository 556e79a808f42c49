//! Where files lie and how long they are.

use crate::complaint::Complaint;
use crate::source::Tree;

/// The most lines that a file of a crate that ships may have, without its tests.
const CEILING: usize = 500;

/// Production files above the ceiling.
pub(crate) fn long_files(tree: &Tree) -> Vec<Complaint> {
    tree.production()
        .map(|file| (file, file.production_lines().count()))
        .filter(|(_, lines)| *lines > CEILING)
        .map(|(file, lines)| {
            let text = format!("{lines} lines, at most {CEILING}: give a noun of its own a file");
            Complaint::new(&file.path, CEILING + 1, text)
        })
        .collect()
}

/// Modules in a file named `mod.rs`.
pub(crate) fn mod_files(tree: &Tree) -> Vec<Complaint> {
    tree.rust()
        .filter_map(|file| {
            let folder = file.path.strip_suffix("/mod.rs")?;
            Some(Complaint::new(
                &file.path,
                1,
                format!("move this module to {folder}.rs"),
            ))
        })
        .collect()
}

/// Example programs that the manifest of the examples does not list.
pub(crate) fn unlisted_examples(tree: &Tree) -> Vec<Complaint> {
    let manifest = tree
        .file("examples/Cargo.toml")
        .map_or("", |file| file.text.as_str());
    tree.rust()
        .filter_map(|file| {
            let program = file.path.strip_prefix("examples/")?;
            let name = program
                .strip_suffix("/main.rs")
                .filter(|name| !name.contains('/'))?;
            let listed = manifest.contains(&format!("path = \"{program}\""));
            (!listed).then(|| {
                let text = format!(
                    "add to examples/Cargo.toml: [[example]] name = \"{name}\" path = \"{program}\""
                );
                Complaint::new(&file.path, 1, text)
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_file_is_found_and_its_tests_do_not_count() {
        let body = "fn a() {}\n".repeat(CEILING);
        let tests = "#[cfg(test)]\nmod tests {\n}\n";
        let fits = format!("{body}{tests}");
        let long = format!("{body}fn b() {{}}\n{tests}");
        assert!(long_files(&Tree::of(&[("a/src/x.rs", &fits)])).is_empty());
        assert_eq!(long_files(&Tree::of(&[("a/src/x.rs", &long)])).len(), 1);
        assert!(long_files(&Tree::of(&[("a/src/x/tests.rs", &long)])).is_empty());
    }

    #[test]
    fn an_unlisted_example_is_found() {
        let manifest = "[[example]]\nname = \"one\"\npath = \"one/main.rs\"\n";
        let tree = Tree::of(&[
            ("examples/Cargo.toml", manifest),
            ("examples/one/main.rs", ""),
            ("examples/two/main.rs", ""),
        ]);
        let complaints = unlisted_examples(&tree);
        assert_eq!(complaints.len(), 1);
        assert!(
            complaints[0]
                .to_string()
                .starts_with("examples/two/main.rs:1")
        );
    }

    #[test]
    fn a_mod_rs_is_found() {
        assert_eq!(mod_files(&Tree::of(&[("a/src/x/mod.rs", "")])).len(), 1);
    }
}
