//! Texts that nobody would write, given to whatever reads texts from outside.
//!
//! A plain test binary in place of a coverage-guided fuzzer, which would want another toolchain:
//! seeds are mutated at random, with the words of the language as a dictionary, and every text
//! must be refused or run, and never panic, hang or overflow the stack. A run takes a second for
//! each target; `FUZZ_SECONDS` makes it longer and `FUZZ_SEED` repeats one. The text at hand is
//! always in `fuzz-<target>.txt` in the folder for temporary files of the build, so that it
//! survives an abort. Crashes that were found become tests beside the code.

mod mutation;
mod run;

use std::env;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};

use mutation::Mutator;

#[test]
fn any_definition_runs_or_is_refused() {
    fuzz("definition", mutation::DEFINITIONS, |text| {
        run::definition(text, r#"{"a": [1, {"b": "c"}], "n": 2}"#);
    });
}

#[test]
fn any_path_leads_somewhere_or_is_refused() {
    fuzz("path", mutation::PATHS, |path| {
        run::field("InputPath", path);
        run::template(path);
        run::choice(path);
    });
}

#[test]
fn any_call_of_an_intrinsic_function_is_answered_or_refused() {
    fuzz("intrinsic", mutation::CALLS, |call| {
        run::template(call);
    });
}

#[test]
fn any_jsonata_expression_is_answered_or_refused() {
    fuzz("jsonata", mutation::EXPRESSIONS, |expression| {
        run::expression(expression);
    });
}

/// Tries mutations of the seeds until the time is over.
fn fuzz(target: &str, seeds: &[&str], mut attempt: impl FnMut(&str)) {
    let seconds = number("FUZZ_SECONDS").unwrap_or(1);
    let seed = number("FUZZ_SEED").unwrap_or_else(|| fastrand::u64(..));
    let end = Timestamp::now() + SignedDuration::from_secs(i64::try_from(seconds).unwrap());
    let kept = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("fuzz-{target}.txt"));
    let mut mutator = Mutator::new(seeds, seed);
    let mut runs = 0_u64;
    while Timestamp::now() < end {
        let text = mutator.next();
        fs::write(&kept, &text).unwrap();
        let outcome = catch_unwind(AssertUnwindSafe(|| attempt(&text)));
        assert!(
            outcome.is_ok(),
            "the target {target} broke in run {runs} of the seed {seed} on {text:?}"
        );
        runs += 1;
    }
    println!("{target}: {runs} texts from the seed {seed}");
}

fn number(variable: &str) -> Option<u64> {
    env::var(variable).ok()?.parse().ok()
}
