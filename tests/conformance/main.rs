//! Conformance: the engine against recorded answers of the service, and against our own cases.
//!
//! The recordings are data from outside this repository: a folder named by the variable
//! `SFN_CONFORMANCE_CORPUS`, or `../shared/conformance` beside the repository. Without it the
//! corpus test says that it skips. Our own cases under `cases/` always run.
//!
//! - `cargo conformance` prints the table of groups and every difference.
//! - `CONFORMANCE_ONLY=retry cargo conformance` runs the scenarios whose id contains `retry`.
//! - `UPDATE_EXPECT=1 cargo conformance` rewrites `floors.json`, the table in
//!   `docs/engine.md` and the expected histories.

mod bounded;
mod comparison;
mod corpus;
mod endpoint;
mod floors;
mod judgement;
mod mocked;
mod own;
mod page;
mod parallel;
mod placeholder;
mod replay;
mod report;
mod scenario;
mod substitute;
mod verdict;
mod worker;

use std::env;

use crate::corpus::Corpus;
use crate::report::Report;
use crate::verdict::Verdict;

/// Groups in which no scenario may differ. All of the others are in `floors.json` only: their known
/// differences are told with the report.
const EXACT: [&str; 42] = [
    "cases/activities",
    "cases/api_activities",
    "cases/api_express",
    "cases/api_validation",
    "cases/api_variable_references",
    "cases/assign",
    "cases/base",
    "cases/callback",
    "cases/choice_operators",
    "cases/context_object",
    "cases/credentials",
    "cases/evaluate_jsonata",
    "cases/express",
    "cases/intrinsic_functions",
    "cases/outputdecl",
    "cases/query_language",
    "cases/timeouts",
    "derived_activity/arguments",
    "derived_activity/assign",
    "derived_activity/context_object",
    "derived_activity/error_handling",
    "derived_activity/evaluate_jsonata",
    "derived_activity/outputdecl",
    "derived_activity/query_language",
    "derived_activity/scenarios",
    "derived_activity/services",
    "derived_activity/states_variables",
    "mocked/arguments",
    "mocked/assign",
    "mocked/callback",
    "mocked/context_object",
    "mocked/credentials",
    "mocked/error_handling",
    "mocked/evaluate_jsonata",
    "mocked/outputdecl",
    "mocked/query_language",
    "mocked/scenarios",
    "mocked/services",
    "mocked/states_variables",
    "mocked/timeouts",
    "validation/invalid/aws",
    "validation/valid/aws",
];

#[test]
fn the_engine_answers_as_the_service_was_recorded() {
    let Some(corpus) = Corpus::find() else {
        println!(
            "SKIPPED: no corpus of recorded answers at {}; set {} to its folder",
            Corpus::folder().display(),
            corpus::FOLDER_VARIABLE,
        );
        return;
    };
    let only = env::var("CONFORMANCE_ONLY").ok();
    let mut report = Report::default();
    for entry in corpus.scenarios(only.as_deref()) {
        let verdict = match entry.content {
            Ok(scenario) => bounded::verdict(move || replay::replay(scenario)),
            Err(problem) => Verdict::broken(problem),
        };
        report.add(&entry.group, &entry.id, verdict);
    }
    for entry in corpus.definitions(only.as_deref()) {
        let verdict = match entry.content {
            Ok(definition) => bounded::verdict(move || judgement::judge(definition)),
            Err(problem) => Verdict::broken(problem),
        };
        report.add(&entry.group, &entry.id, verdict);
    }
    println!("{report}");
    if only.is_some() {
        println!("(only some scenarios ran: neither floors nor exact groups were looked at)");
        return;
    }
    if updating() {
        floors::write(&report.passes());
        page::write(&report);
        return;
    }
    let mut complaints = floors::complaints(&report.passes());
    complaints.extend(report.inexact(&EXACT));
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn the_page_about_the_engine_says_what_the_floors_say() {
    if updating() {
        // Both are being written.
        return;
    }
    let complaints = page::complaints(&floors::read());
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn every_own_case_has_the_expected_history() {
    let complaints: Vec<String> = own::folders()
        .iter()
        .filter_map(|folder| own::check(folder, updating()).err())
        .collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n\n"));
}

fn updating() -> bool {
    env::var_os("UPDATE_EXPECT").is_some_and(|value| value == "1")
}
