//! Contracts of whole workers, and what is generated from them on the embedded engine.

use std::time::Duration;

use serde_json::json;
use sfn_local_engine::asl::{self, Code as ProblemCode};
use sfn_local_engine::{AbandonedPolls, ExecutionStatus};
use sfn_worker_core::claim_check::{ClaimCheck, DirectoryStore};
use sfn_worker_core::contract::{Contract, HeartbeatSource};
use sfn_worker_core::definition::{self, Check, Code, Draft, QueryLanguage};
use sfn_worker_core::testing::ScriptedService;
use sfn_worker_core::{
    Activity, ActivityError, ActivityOptions, Call, Description, Envelope, ErrorInfo, ErrorName,
    Execution, Failure, Location, NoEnvelope, Payload, RetryHint, Worker, WorkerBuilder, activity,
    check_asl,
};
use sfn_worker_tests::activities::{charge, echo, sleeps};
use sfn_worker_tests::{Rig, Running};
use tower::limit::ConcurrencyLimitLayer;

const PREFIX: &str = "arn:aws:states:us-east-1:123456789012:activity:";

/// Pays, at the second attempt.
struct Pay;

impl Activity for Pay {
    const NAME: &'static str = "pay";
    const OPTIONS: ActivityOptions = ActivityOptions::new()
        .with_heartbeat(Duration::from_secs(5))
        .with_timeout(Duration::from_secs(30));

    fn describe(description: &mut Description) {
        description.set_text("Pays.");
        description.set_location(Location::new(file!(), line!()));
        let mut declined = ErrorInfo::new("Declined");
        declined.benign = true;
        declined.retry = Some(RetryHint::Never);
        description.add_error(declined);
        let mut busy = ErrorInfo::new("BankBusy");
        busy.retry = Some(RetryHint::Retry {
            interval_seconds: 2,
            max_attempts: 3,
            backoff_percent: 200,
            max_delay_seconds: None,
            jitter: false,
        });
        description.add_error(busy);
    }

    async fn run(call: Call) -> Result<Payload, Failure> {
        let attempt = call.context().envelope().and_then(Envelope::attempt);
        let cents: u64 = call.input()?;
        let failed = |name| Failure::new(ErrorName::from_static(name), "by the test");
        match (cents, attempt) {
            (0, _) => Err(failed("Declined")),
            (_, Some(1)) => Err(failed("BankBusy")),
            _ => Call::output::<_, Failure>(Ok(cents)),
        }
    }
}

fn worker() -> WorkerBuilder {
    Worker::builder(ScriptedService::new())
}

#[test]
fn a_contract_says_what_holds_after_configuration() {
    let settings = [
        ("SFN_WORKER_HEARTBEAT", "4s"),
        ("SFN_WORKER_PAY_TIMEOUT", "1m"),
        ("SFN_WORKER_ECHO_HEARTBEAT_TIMEOUT", "30s"),
        ("SFN_WORKER_SLEEPS_RATE", "5/s"),
    ];
    let options = ActivityOptions::new().with_concurrency(3);
    let builder = worker()
        .activity::<Pay>()
        .activity::<echo>()
        .activity_with::<sleeps>(options)
        .activity::<charge>()
        .settings(settings);
    let contract = builder.contract();
    let pay = contract.find("pay").unwrap();
    assert_eq!(pay.timeout, Some(Duration::from_secs(60)));
    assert_eq!(pay.heartbeat, Duration::from_secs(5));
    assert_eq!(pay.concurrency, 16);
    let echo = contract.find("echo").unwrap();
    assert_eq!(echo.heartbeat, Duration::from_secs(10));
    assert_eq!(echo.heartbeat_from, HeartbeatSource::HeartbeatTimeout);
    let sleeps = contract.find("sleeps").unwrap();
    assert_eq!(sleeps.concurrency, 3);
    assert_eq!(sleeps.rate.unwrap().to_string(), "5/s");
    let charge = contract.find("charge-card").unwrap();
    assert_eq!(charge.heartbeat, Duration::from_secs(4));
    assert_eq!(charge.heartbeat_from, HeartbeatSource::Worker);

    let worker = builder.build().unwrap();
    assert_eq!(worker.contract(), contract);
    assert_eq!(Contract::from_json(&contract.to_json()).unwrap(), contract);
}

#[test]
fn settings_that_are_wrong_are_passed_over_in_a_contract() {
    let builder = worker()
        .activity::<Pay>()
        .settings([("SFN_WORKER_PAY_TIMEOUT", "soon")]);
    let contract = builder.contract();
    assert_eq!(
        contract.find("pay").unwrap().timeout,
        Some(Duration::from_secs(30))
    );
    assert!(builder.build().is_err());
}

#[test]
fn p10_a_contract_holds_nothing_of_configuration_and_state() {
    struct Canary(#[expect(dead_code, reason = "it is there to be found")] &'static str);
    let builder = worker()
        .activity::<Pay>()
        .state(Canary("canary-state"))
        .name("canary-name")
        .arn_prefix("arn:aws:states:us-east-1:999999999999:activity:");
    for contract in [builder.contract(), builder.build().unwrap().contract()] {
        let text = format!("{}{contract}{contract:?}", contract.to_json());
        for canary in ["canary", "Canary", "999999999999"] {
            assert!(!text.contains(canary), "{canary} is in {text}");
        }
    }
}

#[test]
fn layers_change_what_a_worker_can_raise() {
    let names = |builder: WorkerBuilder| {
        let contract = builder.activity::<Pay>().contract();
        let pay = contract.find("pay").unwrap();
        (
            pay.has_worker_error("Worker.PayloadUnavailable"),
            pay.other_errors,
        )
    };
    let folder = tempfile::tempdir().unwrap();
    let store = || ClaimCheck::new(DirectoryStore::open(folder.path()).unwrap());
    assert_eq!(names(worker()), (false, false));
    assert_eq!(names(worker().layer(store())), (true, false));
    assert_eq!(
        names(worker().layer(ConcurrencyLimitLayer::new(1))),
        (false, true)
    );
    let contract = worker().activity::<Pay>().reserved_names(false).contract();
    let pay = contract.find("pay").unwrap();
    assert!(pay.has_worker_error("Worker.Timeout") && !pay.has_worker_error("States.Timeout"));
}

#[test]
fn wrappers_of_another_format_are_not_checked() {
    let builder = worker().activity::<Pay>().envelope(NoEnvelope);
    let contract = builder.contract();
    assert!(contract.has_other_envelope());
    assert!(!worker().activity::<Pay>().contract().has_other_envelope());
    let state = Draft::new(&builder).state("pay").unwrap();
    assert_eq!(state.get("Parameters"), None);
    let mut machine = Draft::new(&worker().activity::<Pay>()).state_machine();
    machine["States"]["Pay"]["Parameters"]["sfnWorker"]["execution.$"] = "$$.Execution.Name".into();
    let found = |report: definition::Report| {
        let codes = report.findings().iter().map(definition::Finding::code);
        codes.collect::<Vec<_>>()
    };
    let machine = machine.to_string();
    assert_eq!(found(definition::check(&builder, &machine)), []);
    let standard = worker().activity::<Pay>();
    assert_eq!(
        found(definition::check(&standard, &machine)),
        [Code::EnvelopeField]
    );
}

/// Why a card was not charged; with everything that the derive knows.
#[derive(Debug, thiserror::Error, ActivityError)]
enum CardError {
    /// The bank said no.
    #[error("declined with code {code}")]
    #[activity_error(benign, terminal, details(code))]
    Declined { code: u16 },
    /// The bank does not answer.
    #[error("no answer")]
    #[activity_error(retry(after = "2s", max = 4, backoff = 1.5))]
    NoAnswer,
}

/// Charges a card.
#[activity(name = "card", heartbeat = "5s")]
async fn card(cents: u64, execution: Execution) -> Result<u64, CardError> {
    match (cents, execution.attempt) {
        (0, _) => Err(CardError::Declined { code: 51 }),
        (_, 1) => Err(CardError::NoAnswer),
        _ => Ok(cents),
    }
}

#[tokio::test(start_paused = true)]
async fn what_the_macros_know_is_in_the_contract_and_the_draft_runs() {
    let contract = Contract::new().activity::<card>();
    let text = contract.to_string();
    for part in [
        "card\n  Charges a card.\n",
        "Declined (benign, never retry, details code): The bank said no.",
        "NoAnswer (retry 4 times, first after 2s): The bank does not answer.",
        "envelope  enteredTime, execution, retryCount, state",
    ] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    assert!(!contract.find("card").unwrap().other_errors);

    let rig = Rig::new(AbandonedPolls::Release, &["card"]);
    let worker = Running::start(rig.worker().activity::<card>());
    for language in [QueryLanguage::Jsonpath, QueryLanguage::Jsonata] {
        let draft = Draft::new(&contract).arn_prefix(PREFIX).language(language);
        let draft = draft.state_machine().to_string();
        let report = definition::check(&contract, &draft);
        assert!(report.findings().is_empty(), "{report}");
        let machine = rig
            .engine
            .create_state_machine(&format!("draft-{language:?}"), &draft)
            .unwrap();
        let paid = rig.ended(&rig.start(&machine, &json!(250))).await;
        assert_eq!(paid.output.as_deref(), Some("250"), "{language:?}");
        let declined = rig.ended(&rig.start(&machine, &json!(0))).await;
        assert_eq!(declined.error.as_deref(), Some("Declined"), "{language:?}");
    }
    worker.drain().await;
}

#[test]
fn a_draft_is_a_definition_for_the_engine() {
    let contract = worker().activity::<Pay>().activity::<charge>().contract();
    for language in [QueryLanguage::Jsonpath, QueryLanguage::Jsonata] {
        let draft = Draft::new(&contract).arn_prefix(PREFIX).language(language);
        let state = draft.state("pay").unwrap();
        let alone = json!({"StartAt": "Mine", "States": {
            "Mine": state, "PayFailed": {"Type": "Pass", "End": true}}});
        for machine in [draft.state_machine(), alone] {
            let problems = asl::Definition::parse(&machine.to_string()).err();
            // What the engine does not run yet is nobody's mistake.
            let wrong: Vec<String> = problems
                .iter()
                .flat_map(|problems| problems.iter())
                .filter(|problem| problem.code != ProblemCode::NotSupportedYet)
                .map(ToString::to_string)
                .collect();
            assert!(wrong.is_empty(), "{machine:#}\n{wrong:?}");
            assert!(language == QueryLanguage::Jsonata || problems.is_none());
            let report = definition::check(&contract, &machine.to_string());
            assert!(
                report.is_clean() || report.findings().len() == 1,
                "{report}"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_draft_runs() {
    let rig = Rig::new(AbandonedPolls::Release, &["pay"]);
    let builder = rig.worker().activity::<Pay>();
    let machine = Draft::new(&builder).arn_prefix(PREFIX).state_machine();
    let machine = rig
        .engine
        .create_state_machine("draft", &machine.to_string())
        .unwrap();
    let worker = Running::start(builder);

    // The first attempt is busy, and the envelope tells the handler which attempt it is.
    let paid = rig.ended(&rig.start(&machine, &json!(250))).await;
    assert_eq!(paid.status, ExecutionStatus::Succeeded);
    assert_eq!(paid.output.as_deref(), Some("250"));
    // What is terminal is caught and ends the execution under its own name.
    let declined = rig
        .ended(&rig.start(&machine, &json!({"not": "a number"})))
        .await;
    assert_eq!(declined.status, ExecutionStatus::Failed);
    assert_eq!(declined.error.as_deref(), Some("Worker.InputInvalid"));
    worker.drain().await;
}

#[test]
fn check_asl_takes_whatever_has_a_contract() {
    const ALLOWED: &str = "SFN-W006: Declined";
    check_asl!("it/contract/pay.asl.json", [Pay], allow = [ALLOWED]);
    let builder = worker().activity::<Pay>();
    let contract = builder.contract();
    check_asl!("it/contract/pay.asl.json", contract, allow = [ALLOWED]);
    check_asl!("it/contract/pay.asl.json", &builder, allow = [ALLOWED]);
    let worker = builder.build().unwrap();
    check_asl!("it/contract/pay.asl.json", worker, allow = [ALLOWED]);
    let check = Check::new(&worker).allow(ALLOWED);
    check_asl!("it/contract/pay.asl.json", check);
}

#[test]
#[should_panic(expected = "it/contract/pay.asl.json does not fit the worker")]
fn check_asl_panics_with_the_report() {
    check_asl!("it/contract/pay.asl.json", [Pay]);
}

/// The rules of wildcards stand in two places, which know nothing of each other.
#[test]
fn the_check_and_the_engine_agree_on_what_a_name_matches() {
    let contract = worker().activity::<Pay>().contract();
    for name in [
        "Declined",
        "declined",
        "BankBusy",
        "States.ALL",
        "States.TaskFailed",
        "States.Timeout",
        "States.HeartbeatTimeout",
        "States.Permissions",
    ] {
        let mut machine = Draft::new(&contract).arn_prefix(PREFIX).state_machine();
        machine["States"]["Pay"]["Retry"] = json!([]);
        machine["States"]["Pay"]["Catch"] = json!([{"ErrorEquals": [name], "Next": "PayFailed"}]);
        let report = definition::check(&contract, &machine.to_string());
        let unhandled: Vec<&String> = report
            .findings()
            .iter()
            .filter(|finding| finding.code() == Code::UnhandledError)
            .flat_map(|finding| finding.names())
            .collect();
        let expected: Vec<&str> = ["Declined", "BankBusy"]
            .into_iter()
            .filter(|error| !asl::ErrorMatch::from(name).matches(Some(error), false))
            .collect();
        assert_eq!(unhandled, expected, "{name}");
    }
}

/// Every definition that the engine is tested with.
#[test]
fn every_definition_of_the_conformance_cases_is_read() {
    fn definitions(folder: &std::path::Path, found: &mut Vec<std::path::PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                definitions(&path, found);
            } else if path.ends_with("definition.asl.json") {
                found.push(path);
            }
        }
    }
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/conformance/cases");
    let mut found = Vec::new();
    definitions(std::path::Path::new(folder), &mut found);
    assert!(found.len() > 20, "{} are too few", found.len());
    let contract = worker().activity::<Pay>().contract();
    for path in found {
        let text = std::fs::read_to_string(&path).unwrap();
        let report = definition::check(&contract, &text);
        let unreadable = |finding: &definition::Finding| finding.code() == Code::Unreadable;
        let path = path.display();
        assert!(
            !report.findings().iter().any(unreadable),
            "{path}: {report}"
        );
        assert!(report.states() > 0, "{path}");
    }
}

#[test]
fn every_code_is_explained_in_the_documents() {
    let page = include_str!("../../docs/definition-checks.md");
    for code in Code::ALL {
        assert!(page.contains(&format!("### {code} ")), "{code} is missing");
        let severity = code.severity().to_string();
        assert!(["error", "warning", "note"].contains(&severity.as_str()));
    }
}
