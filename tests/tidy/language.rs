//! Words that must not stand in the tree.
//!
//! They are put together from halves here, so that this file does not break its own rules.

use crate::complaint::Complaint;
use crate::source::{Source, Tree, names};

/// Reminders that belong into an issue, not into the tree.
const REMINDERS: [&str; 3] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X"),
];
/// Macros that stand for code not written.
const HOLES: [&str; 2] = [concat!("todo", "!("), concat!("unimplemented", "!(")];
/// Places that exist on one machine only.
const MACHINE_PATHS: [&str; 3] = [
    concat!("/wo", "rk/"),
    concat!("/ro", "ot/"),
    concat!("/ho", "me/"),
];
/// Last words of a type's name that say nothing about it.
const EMPTY_WORDS: [&str; 5] = ["Manager", "Helper", "Util", "Utils", "Helpers"];
const IGNORE: &str = concat!("#[", "ignore");
const TYPE_KEYWORDS: [&str; 4] = ["struct ", "enum ", "trait ", "type "];
/// Written by tools.
const GENERATED: [&str; 2] = ["Cargo.lock", "local-engine/fuzz/Cargo.lock"];

/// Tests that are not run.
pub(crate) fn ignored_tests(tree: &Tree) -> Vec<Complaint> {
    in_rust(
        tree,
        |line| line.contains(IGNORE),
        "run the test, or delete it",
    )
}

/// Reminders and holes.
pub(crate) fn unfinished(tree: &Tree) -> Vec<Complaint> {
    let hole = |line: &str| HOLES.iter().any(|hole| line.contains(hole));
    let reminder = |line: &str| REMINDERS.iter().any(|reminder| names(line, reminder));
    let mut complaints = in_rust(
        tree,
        hole,
        "write the code, or return an error that says so",
    );
    complaints.extend(in_text(
        tree,
        reminder,
        "finish it, or explain it in DESIGN.md",
    ));
    complaints
}

/// Types whose name ends in a word that says nothing.
pub(crate) fn empty_names(tree: &Tree) -> Vec<Complaint> {
    let empty = |line: &str| {
        type_name(line).is_some_and(|name| EMPTY_WORDS.iter().any(|word| name.ends_with(word)))
    };
    in_rust(tree, empty, "name the type after what it is or does")
}

/// Paths that exist on one machine only.
pub(crate) fn machine_paths(tree: &Tree) -> Vec<Complaint> {
    let machine = |line: &str| MACHINE_PATHS.iter().any(|path| line.contains(path));
    in_text(
        tree,
        machine,
        "a path on one machine: use a path in the repository",
    )
}

fn type_name(line: &str) -> Option<&str> {
    let declaration = line.trim_start();
    let declaration = match declaration.strip_prefix("pub") {
        Some(rest) => rest
            .trim_start_matches(|character| character != ' ')
            .trim_start(),
        None => declaration,
    };
    let name = TYPE_KEYWORDS
        .iter()
        .find_map(|keyword| declaration.strip_prefix(keyword))?;
    name.split(|character: char| !character.is_alphanumeric())
        .next()
}

fn in_rust(tree: &Tree, wrong: impl Fn(&str) -> bool, right: &str) -> Vec<Complaint> {
    let found = |file: &Source| -> Vec<Complaint> {
        let lines = file.all_code().filter(|(_, line)| wrong(line));
        lines
            .map(|(number, line)| complaint(file, number, line, right))
            .collect()
    };
    tree.rust().flat_map(found).collect()
}

fn in_text(tree: &Tree, wrong: impl Fn(&str) -> bool, right: &str) -> Vec<Complaint> {
    let found = |file: &Source| -> Vec<Complaint> {
        let lines = file
            .text
            .lines()
            .enumerate()
            .filter(|(_, line)| wrong(line));
        lines
            .map(|(index, line)| complaint(file, index + 1, line, right))
            .collect()
    };
    let written = tree
        .files()
        .filter(|file| !GENERATED.contains(&file.path.as_str()));
    written.flat_map(found).collect()
}

fn complaint(file: &Source, number: usize, line: &str, right: &str) -> Complaint {
    let line: String = line.trim().chars().take(60).collect();
    Complaint::new(&file.path, number, format!("`{line}`: {right}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(path: &str, text: &str) -> Tree {
        Tree::of(&[(path, text)])
    }

    #[test]
    fn a_reminder_is_found_in_any_text_and_as_a_whole_word() {
        let reminder = format!("# {} later", REMINDERS[0]);
        assert_eq!(unfinished(&one("deploy/run.sh", &reminder)).len(), 1);
        let part = format!("a {}S list", REMINDERS[0]);
        assert!(unfinished(&one("README.md", &part)).is_empty());
    }

    #[test]
    fn a_hole_is_found_in_code_and_not_in_comments() {
        let hole = format!("    {})", HOLES[0]);
        assert_eq!(unfinished(&one("a/src/b.rs", &hole)).len(), 1);
        assert!(unfinished(&one("a/src/b.rs", &format!("// never {})", HOLES[0]))).is_empty());
    }

    #[test]
    fn a_type_that_says_nothing_is_found() {
        assert_eq!(
            empty_names(&one("a/src/b.rs", "pub(crate) struct TaskManager<T> {")).len(),
            1
        );
        assert_eq!(empty_names(&one("a/src/b.rs", "enum Util {")).len(), 1);
        assert!(empty_names(&one("a/src/b.rs", "pub struct Utility;")).is_empty());
    }

    #[test]
    fn an_ignored_test_and_a_machine_path_are_found() {
        assert_eq!(
            ignored_tests(&one("a/tests/b.rs", &format!("{IGNORE}]"))).len(),
            1
        );
        assert_eq!(
            machine_paths(&one("README.md", &format!("see {}x", MACHINE_PATHS[2]))).len(),
            1
        );
    }
}
