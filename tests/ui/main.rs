//! The macros as their users meet them: what compiles, and what is said about what does not.
//!
//! `TRYBUILD=overwrite cargo ui` writes the expected messages anew; read them before they are
//! committed, since they are the macros' user interface.

/// The macros' own copy of the rule for activity names.
#[path = "../../worker-macros/src/name.rs"]
mod macro_rule;

/// Here clippy reads it as well, which the compiler alone does not.
#[path = "pass/hostile_lints.rs"]
pub mod hostile_lints;

use sfn_worker_core::ActivityName;

#[test]
fn right_uses_compile_and_run() {
    trybuild::TestCases::new().pass("pass/*.rs");
}

#[test]
fn wrong_uses_are_explained_where_they_stand() {
    trybuild::TestCases::new().compile_fail("fail/*.rs");
}

#[test]
fn the_macros_and_the_library_have_one_rule_for_names() {
    for character in '\0'..=char::MAX {
        assert_same_verdict(&format!("a{character}b"));
    }
    let mut random = fastrand::Rng::with_seed(7);
    for _ in 0..20_000 {
        let length = random.usize(0..100);
        let name: String = (0..length)
            .map(|_| match random.u8(0..50) {
                0 => random.char(..),
                1 => random.char('\0'..'\u{ff}'),
                _ => random.alphanumeric(),
            })
            .collect();
        assert_same_verdict(&name);
    }
}

fn assert_same_verdict(name: &str) {
    let library = name
        .parse::<ActivityName>()
        .map_err(|error| error.to_string());
    match (macro_rule::problem(name), library) {
        (None, Ok(_)) => {}
        (Some(problem), Err(error)) => assert!(error.ends_with(&problem), "{error}: {problem}"),
        (problem, library) => panic!("{name:?}: {problem:?} against {library:?}"),
    }
}
