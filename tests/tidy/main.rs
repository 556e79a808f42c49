//! Invariants of the tree itself: budgets, imports, words, documentation.
//!
//! Each test is a rule of CONTRIBUTING.md; its message lists file, line and what would be right.

mod complaint;
mod documentation;
mod imports;
mod language;
mod layout;
mod promises;
mod source;
mod storeys;

use crate::complaint::none;
use crate::source::Tree;

#[test]
fn no_production_file_is_longer_than_500_lines() {
    none(layout::long_files(&Tree::read()));
}

#[test]
fn no_module_lives_in_a_mod_rs() {
    none(layout::mod_files(&Tree::read()));
}

#[test]
fn every_example_is_listed_in_its_manifest() {
    none(layout::unlisted_examples(&Tree::read()));
}

#[test]
fn imports_of_the_worker_go_downstairs() {
    none(storeys::upward_imports(&Tree::read(), &storeys::WORKER));
}

#[test]
fn imports_of_the_engine_go_downstairs() {
    none(storeys::upward_imports(&Tree::read(), &storeys::ENGINE));
}

#[test]
fn each_outside_crate_is_named_only_where_it_is_wrapped() {
    none(imports::stray_crates(&Tree::read()));
}

#[test]
fn every_public_async_function_says_what_a_drop_does() {
    none(documentation::without_cancel_safety(&Tree::read()));
}

#[test]
fn every_module_opens_with_a_sentence() {
    none(documentation::without_opening(&Tree::read()));
}

#[test]
fn the_commands_of_the_readme_are_those_of_the_checks() {
    none(documentation::unchecked_commands(&Tree::read()));
}

#[test]
fn every_promise_has_a_test_that_names_it() {
    none(promises::untested(&Tree::read()));
}

#[test]
fn no_test_is_ignored() {
    none(language::ignored_tests(&Tree::read()));
}

#[test]
fn nothing_is_left_to_do() {
    none(language::unfinished(&Tree::read()));
}

#[test]
fn no_type_has_a_name_that_says_nothing() {
    none(language::empty_names(&Tree::read()));
}

#[test]
fn no_file_names_a_place_on_someones_machine() {
    none(language::machine_paths(&Tree::read()));
}
