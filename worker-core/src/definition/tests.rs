//! Each code on a state that is clean but for one mistake, and on definitions of many shapes.

use std::time::Duration;

use serde_json::{Value, json};

use super::*;
use crate::activity::{Activity, ActivityOptions, Call};
use crate::contract::Contract;
use crate::description::{Description, ErrorInfo, Location, RetryHint};
use crate::failure::Failure;
use crate::payload::Payload;

mod bad;
mod codes;
mod drafts;

/// What the clean definition uses.
pub(super) struct Charge;

impl Activity for Charge {
    const NAME: &'static str = "charge-card";
    const OPTIONS: ActivityOptions = ActivityOptions::new()
        .with_heartbeat(Duration::from_secs(10))
        .with_timeout(Duration::from_secs(60));

    fn describe(description: &mut Description) {
        let mut declined = ErrorInfo::new("CardDeclined");
        declined.retry = Some(RetryHint::Never);
        description.add_error(declined);
        let mut away = ErrorInfo::new("BankUnreachable");
        away.retry = Some(RetryHint::Retry {
            interval_seconds: 2,
            max_attempts: 4,
            backoff_percent: 200,
            max_delay_seconds: None,
            jitter: false,
        });
        description.add_error(away);
        description.set_input(json!({
            "type": "object",
            "properties": {
                "cents": {"$ref": "#/$defs/Cents"},
                "currency": {"enum": ["EUR", "USD"]},
            },
            "required": ["cents"],
            "additionalProperties": false,
            "$defs": {"Cents": {"type": "integer", "minimum": 1}},
        }));
        description.add_envelope_field("execution");
    }

    async fn run(_call: Call) -> Result<Payload, Failure> {
        Err(Failure::permissions("never"))
    }
}

/// What cannot fail by itself.
pub(super) struct Render;

impl Activity for Render {
    const NAME: &'static str = "render";

    fn describe(description: &mut Description) {
        description.set_location(Location::new("render.rs", 1));
    }

    async fn run(_call: Call) -> Result<Payload, Failure> {
        Err(Failure::permissions("never"))
    }
}

pub(super) fn contract() -> Contract {
    Contract::new().activity::<Charge>()
}

/// A definition without a single finding.
pub(super) fn clean() -> Value {
    json!({
        "StartAt": "Charge",
        "States": {
            "Charge": {
                "Type": "Task",
                "Resource": "arn:aws:states:eu-west-1:123456789012:activity:charge-card",
                "TimeoutSeconds": 120,
                "HeartbeatSeconds": 30,
                "Parameters": {
                    "sfnWorker": {
                        "heartbeatSeconds": 30,
                        "timeoutSeconds": 120,
                        "execution.$": "$$.Execution.Id",
                    },
                    "input": {"cents.$": "$.cents", "currency": "EUR"},
                },
                "Retry": [
                    {"ErrorEquals": ["BankUnreachable"], "IntervalSeconds": 2},
                    {"ErrorEquals": [
                        "Worker.ShuttingDown",
                        "Worker.HeartbeatLost",
                        "States.HeartbeatTimeout",
                    ]},
                ],
                "Catch": [{"ErrorEquals": ["CardDeclined"], "Next": "Declined"}],
                "End": true,
            },
            "Declined": {"Type": "Fail"},
        },
    })
}

/// The clean definition with one change of the state `Charge`.
pub(super) fn with(change: impl FnOnce(&mut Value)) -> String {
    let mut definition = clean();
    change(&mut definition["States"]["Charge"]);
    definition.to_string()
}

/// The codes and paths of what is found.
pub(super) fn found(report: &Report) -> Vec<(&'static str, &str)> {
    report
        .findings()
        .iter()
        .map(|finding| (finding.code().as_str(), finding.path()))
        .collect()
}

#[test]
fn a_clean_definition_has_no_findings() {
    let report = check(&contract(), &clean().to_string());
    assert_eq!(found(&report), [], "{report}");
    assert_eq!((report.states(), report.activity_states()), (2, 1));
    assert_eq!(
        report.to_string(),
        "nothing found in 2 states, 1 of which use activities of the worker"
    );
}

#[test]
fn every_code_has_its_number_once() {
    let mut texts: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    texts.sort_unstable();
    texts.dedup();
    assert_eq!(texts.len(), Code::ALL.len());
    for code in Code::ALL {
        assert_eq!(Code::parse(code.as_str()), Some(*code));
    }
}

#[test]
fn a_report_can_be_read_by_tools() {
    let text = with(|state| state["Resource"] = "x:activity:refund".into());
    let report = check(&contract(), &text);
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["findings"][0]["code"], "SFN-E002");
    assert_eq!(json["findings"][0]["severity"], "error");
    assert_eq!(json["findings"][0]["path"], "/States/Charge/Resource");
    assert_eq!(json["findings"][0]["names"], json!(["refund"]));
}

#[test]
#[should_panic(expected = "SFN-W002 /States/Charge")]
fn the_macro_panics_with_the_report() {
    let contract = contract();
    expect_clean(
        &Check::from(&contract),
        &[(
            "x.asl.json",
            &with(|state| drop(state.as_object_mut().unwrap().remove("TimeoutSeconds"))),
        )],
    );
}
