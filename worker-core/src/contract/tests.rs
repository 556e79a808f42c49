//! What is written, what is read, and what a policy permits.

use std::time::Duration;

use serde_json::{Value, json};

use super::*;
use crate::activity::Call;
use crate::description::{ErrorInfo, RetryHint};
use crate::failure::{Failure, names};
use crate::payload::Payload;
use crate::rate::Rate;

/// An activity that says everything.
struct Charge;

impl Activity for Charge {
    const NAME: &'static str = "charge-card";
    const OPTIONS: ActivityOptions = ActivityOptions::new()
        .with_heartbeat(Duration::from_millis(2_500))
        .with_heartbeat_timeout(Duration::from_secs(10))
        .with_timeout(Duration::from_secs(60))
        .with_stall_after(Duration::from_secs(30))
        .with_concurrency(8)
        .with_rate(Rate::new(50, Duration::from_secs(1)));

    fn describe(description: &mut Description) {
        description.set_text("Charges a card.\n\nOnce for each order.");
        let mut declined = ErrorInfo::new("CardDeclined");
        declined.description = Some("The bank said no.");
        declined.benign = true;
        declined.details = &["code"];
        declined.retry = Some(RetryHint::Never);
        description.add_error(declined);
        let mut away = ErrorInfo::new("BankUnreachable");
        away.retry = Some(RetryHint::Retry {
            interval_seconds: 2,
            max_attempts: 4,
            backoff_percent: 150,
            max_delay_seconds: Some(60),
            jitter: true,
        });
        description.add_error(away);
        description.add_envelope_field("execution");
        description.set_input(json!({
            "type": "object",
            "properties": {"cents": {"type": "integer", "minimum": 1}},
            "required": ["cents"],
        }));
        description.set_output(json!({"type": "string"}));
    }

    async fn run(_call: Call) -> Result<Payload, Failure> {
        Payload::encode(&()).map_err(|_| Failure::permissions("never"))
    }
}

/// An activity that says nothing.
struct Silent;

impl Activity for Silent {
    const NAME: &'static str = "audit";

    async fn run(_call: Call) -> Result<Payload, Failure> {
        Err(Failure::permissions("never"))
    }
}

fn contract() -> Contract {
    Contract::new().activity::<Silent>().activity::<Charge>()
}

#[test]
fn a_contract_is_read_as_it_was_written() {
    let contract = contract();
    let json = contract.to_json();
    assert_eq!(Contract::from_json(&json).unwrap(), contract);
    assert_eq!(Contract::from_json(&json).unwrap().to_json(), json);
}

#[test]
fn the_example_of_the_format_is_what_is_written() {
    let example = include_str!("example.json");
    let contract = Contract::new().activity::<Charge>();
    assert_eq!(
        contract.to_json(),
        example.trim_end(),
        "\n{}",
        contract.to_json()
    );
}

#[test]
fn keys_that_are_not_known_are_passed_over_and_another_version_is_not() {
    let mut json: Value = serde_json::from_str(&contract().to_json()).unwrap();
    json["activities"][0]["colour"] = "red".into();
    assert!(Contract::from_json(&json.to_string()).is_ok());
    json["sfnWorkerContract"] = 2.into();
    let error = Contract::from_json(&json.to_string()).unwrap_err();
    assert!(error.to_string().contains("version 2"), "{error}");
    json["sfnWorkerContract"] = 1.into();
    for retry in [
        json!("sometimes"),
        json!({"intervalSeconds": 1}),
        json!({"intervalSeconds": 1, "maxAttempts": 1, "backoffRate": 0.5}),
    ] {
        json["activities"][1]["errors"][0]["retry"] = retry;
        let error = Contract::from_json(&json.to_string()).unwrap_err();
        let source = std::error::Error::source(&error).unwrap().to_string();
        assert!(
            source.contains("must be \"never\" or an object"),
            "{source}"
        );
    }
    let error = Contract::from_json("{}").unwrap_err();
    assert!(error.to_string().contains("not the JSON of a contract"));
    assert!(std::error::Error::source(&error).is_some());
}

#[test]
fn activities_stand_in_the_order_of_their_names_and_once() {
    let contract = contract().activity::<Charge>();
    let names: Vec<&str> = contract
        .activities()
        .iter()
        .map(|activity| activity.name.as_str())
        .collect();
    assert_eq!(names, ["audit", "charge-card"]);
}

#[test]
fn an_activity_that_says_nothing_may_fail_under_any_name() {
    let contract = contract();
    let silent = contract.find("audit").unwrap();
    assert!(silent.other_errors);
    assert!(silent.has_worker_error(names::TASK_FAILED));
    assert_eq!(silent.heartbeat_from, HeartbeatSource::Worker);
    let charge = contract.find("charge-card").unwrap();
    assert!(!charge.other_errors);
    assert!(charge.has_worker_error(names::STALLED));
    assert!(!charge.has_worker_error(names::PAYLOAD_UNAVAILABLE));
}

#[test]
fn people_read_a_summary() {
    let text = contract().to_string();
    for line in [
        "charge-card\n  Charges a card.\n",
        "  options   heartbeat 2s 500ms, heartbeat_timeout 10s, timeout 1m, stall_after 30s, \
         concurrency 8, rate 50/s\n",
        "  errors    CardDeclined (benign, never retry, details code): The bank said no.\n",
        "            BankUnreachable (retry 4 times, first after 2s)\n",
        "  envelope  execution\n",
        "            and others, not known before\n",
    ] {
        assert!(text.contains(line), "{line}\nis not in\n{text}");
    }
}

#[test]
fn variants_of_one_name_are_one_error() {
    struct Twice;
    impl Activity for Twice {
        const NAME: &'static str = "twice";
        fn describe(description: &mut Description) {
            description.add_error(ErrorInfo::new("Away"));
            let mut away = ErrorInfo::new("Away");
            away.description = Some("It does not answer.");
            description.add_error(away);
        }
        async fn run(_call: Call) -> Result<Payload, Failure> {
            Err(Failure::permissions("never"))
        }
    }
    let contract = Contract::new().activity::<Twice>();
    let errors = &contract.find("twice").unwrap().errors;
    assert_eq!(errors.len(), 1);
    assert_eq!(
        errors[0].description.as_deref(),
        Some("It does not answer.")
    );
}

#[test]
fn a_policy_permits_what_is_needed_and_nothing_else() {
    let contract = contract();
    let policy = Policy::new(&contract).to_json();
    let statements = policy["Statement"].as_array().unwrap();
    assert_eq!(statements.len(), 2);
    assert_eq!(
        statements[0]["Resource"],
        json!([
            "arn:aws:states:*:*:activity:audit",
            "arn:aws:states:*:*:activity:charge-card"
        ])
    );
    let all = Policy::new(&contract)
        .arn_prefix("arn:aws-cn:states:cn-north-1:123456789012:activity:")
        .creates_missing()
        .looks_up_names()
        .decrypts_with("arn:aws-cn:kms:cn-north-1:123456789012:key/1")
        .payloads_in("payloads", "sfn/");
    let text = all.to_string();
    for part in [
        "states:CreateActivity",
        "states:ListActivities",
        "kms:Decrypt",
        "arn:aws-cn:s3:::payloads/sfn/*",
        "\"arn:aws-cn:s3:::payloads\"",
        "arn:aws-cn:states:cn-north-1:123456789012:activity:audit",
    ] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
}
