//! What the worker promises, and what its definition makes of it: the contract, a state that is
//! generated, the policy, and the check. `docs/ingest-contract.md` shows what is printed here.

use std::fmt::Write as _;

use sfn_worker_core::contract::Policy;
use sfn_worker_core::definition::{self, Draft};
use sfn_worker_core::testing::ScriptedService;
use sfn_worker_core::{Worker, WorkerBuilder, check_asl};

use super::activities;

const PAGE: &str = include_str!("../../docs/ingest-contract.md");
const DEFINITION: &str = include_str!("state-machine.asl.json");
/// Writes the page instead of comparing with it.
const UPDATE: &str = "UPDATE_EXPECT";

fn worker() -> WorkerBuilder {
    activities::register(Worker::builder(ScriptedService::new()), 4)
}

#[test]
fn the_definition_fits_the_worker() {
    check_asl!("ingest/state-machine.asl.json", worker());
}

#[test]
fn the_page_shows_what_is_printed() {
    let printed = page();
    if std::env::var_os(UPDATE).is_some() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/ingest-contract.md");
        std::fs::write(file, printed).unwrap();
        return;
    }
    assert!(
        printed == PAGE,
        "docs/ingest-contract.md is not what is printed; write it with {UPDATE}=1, and read the \
         difference:\n{printed}"
    );
}

/// Everything that the issue asks to be shown, as Markdown.
fn page() -> String {
    let contract = worker().contract();
    let draft = Draft::new(&contract);
    let policy = Policy::new(&contract)
        .arn_prefix("arn:aws:states:us-east-1:123456789012:activity:")
        .creates_missing();
    let without_allow = DEFINITION.replace(": allow(SFN-W006)", "");
    let with_slips = DEFINITION
        .replacen("Worker.ShuttingDown", "Worker.ShutingDown", 1)
        .replace("activity:ingest-compress", "activity:ingest-compres");
    let mut page = String::from(
        "# The contract of `ingest`\n\n\
         Everything here is printed by the tests of the example, from its activities and its definition.\n\n\
         ```sh\nUPDATE_EXPECT=1 cargo test -p sfn-worker-examples --test ingest\n```\n",
    );
    let mut show = |title: &str, words: &str, language: &str, text: &str| {
        let text = text.trim_end();
        // Writing to a text cannot fail.
        let _ = write!(
            page,
            "\n## {title}\n\n{words}\n\n```{language}\n{text}\n```\n"
        );
    };
    show(
        "For people",
        "`println!(\"{}\", worker.contract())`",
        "text",
        &contract.to_string(),
    );
    show(
        "For tools",
        "`worker.contract().to_json()`, the first lines of it:",
        "json",
        &contract
            .to_json()
            .lines()
            .take(60)
            .collect::<Vec<_>>()
            .join("\n"),
    );
    let state = draft.state("ingest-inspect").unwrap_or_default();
    show(
        "The state that `ingest-inspect` wants",
        "`Draft::new(&worker).state(\"ingest-inspect\")`",
        "json",
        &format!("{state:#}"),
    );
    show(
        "What the worker must be permitted",
        "`Policy::new(&worker).arn_prefix(…).creates_missing()`",
        "json",
        &policy.to_string(),
    );
    show(
        "What the check says of the definition",
        "`definition::check(&worker, include_str!(\"state-machine.asl.json\"))`",
        "text",
        &definition::check(&contract, DEFINITION).to_string(),
    );
    show(
        "What it says without the permission in its comment",
        "The comment of the state machine has `allow(SFN-W006)`: one error type is shared by all \
         activities, and what a state does not expect ends the execution.",
        "text",
        &definition::check(&contract, &without_allow).to_string(),
    );
    show(
        "What it says of one with two slips",
        "The same definition with one `Worker.ShutingDown` for `Worker.ShuttingDown`, and with \
         `ingest-compres` for `ingest-compress`.",
        "text",
        &definition::check(&contract, &with_slips).to_string(),
    );
    page
}
