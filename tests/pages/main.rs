//! Pages of `docs/` that are made from the tree, so that what they show cannot rot.
//!
//! `UPDATE_EXPECT=1 cargo test -p sfn-worker-tests --test pages` writes them anew; read the
//! difference before you commit it.

mod compile_errors;
mod examples;
mod guide;
mod lines;

use std::path::{Path, PathBuf};

/// Writes the pages instead of comparing with them.
const UPDATE: &str = "UPDATE_EXPECT";

#[test]
fn compile_errors_are_shown_as_the_compiler_prints_them() {
    assert_page("docs/compile-errors.md", &compile_errors::page());
}

#[test]
fn the_lines_of_both_workers_are_counted() {
    assert_page("docs/lines.md", &lines::page());
}

#[test]
fn the_guide_shows_code_of_the_examples_and_json_that_parses() {
    let complaints = guide::complaints();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn every_example_is_short_has_its_definition_and_is_listed_and_run() {
    let complaints = examples::complaints();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[track_caller]
fn assert_page(path: &str, made: &str) {
    let file = root().join(path);
    if std::env::var_os(UPDATE).is_some() {
        std::fs::write(file, made).unwrap();
        return;
    }
    let found = std::fs::read_to_string(file).unwrap_or_default();
    let same = found
        .lines()
        .zip(made.lines())
        .take_while(|(found, made)| found == made);
    let line = same.count() + 1;
    assert!(
        found == made,
        "{path} is not what is made of the tree, from line {line} on: write it with {UPDATE}=1, \
         and read the difference"
    );
}

/// A file of the tree.
#[track_caller]
fn read(path: &str) -> String {
    match std::fs::read_to_string(root().join(path)) {
        Ok(text) => text,
        Err(error) => panic!("{path}: {error}"),
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
