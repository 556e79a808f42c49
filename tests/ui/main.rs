//! The macros as their users meet them: what compiles, and what is said about what does not.
//!
//! `TRYBUILD=overwrite cargo ui` writes the expected messages anew; read them before they are
//! committed, since they are the macros' user interface.

/// The macros' own copy of the rule for activity names.
#[path = "../../worker-macros/src/name.rs"]
mod macro_rule;

/// The macros' own copy of the rule for rates.
#[path = "../../worker-macros/src/rate.rs"]
mod macro_rate;

/// Here clippy reads it as well, which the compiler alone does not.
#[path = "pass/hostile_lints.rs"]
pub mod hostile_lints;

use sfn_worker_core::{ActivityName, Rate};

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

#[test]
fn the_macros_and_the_library_have_one_rule_for_rates() {
    const TASKS: &str = "0|1|50|4294967295|4294967296|+5|-1|2.5|x|";
    const BETWEEN: &str = "/| / |//| |";
    const SPANS: &str = "ns|ms|s|sec|m|min|h|d|1ms|10s|1m30s|0s|0|3 days|fortnight|ü";
    let mut right = 0;
    for tasks in TASKS.split('|') {
        for between in BETWEEN.split('|') {
            for span in SPANS.split('|') {
                for text in [
                    format!("{tasks}{between}{span}"),
                    format!(" {tasks}{between}{span}\n"),
                    format!("{span}{between}{tasks}"),
                ] {
                    let library = text.parse::<Rate>();
                    right += u32::from(library.is_ok());
                    let library = library
                        .map(|rate| (rate.tasks(), rate.per()))
                        .map_err(|error| error.to_string());
                    assert_eq!(macro_rate::parse(&text), library, "{text:?}");
                }
            }
        }
    }
    assert!(right > 100, "too few of the texts are rates: {right}");
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
