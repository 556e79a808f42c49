//! The shapes of events on the wire.

use serde_json::json;

use super::{EventDetails, HistoryEvent, StateType};

fn event(details: EventDetails) -> HistoryEvent {
    HistoryEvent {
        id: 7,
        previous_event_id: 5,
        timestamp: "2026-11-22T10:00:00.1239Z".parse().unwrap(),
        details,
    }
}

#[test]
fn the_envelope_counts_seconds_with_milliseconds() {
    let json = event(EventDetails::ParallelStateStarted).to_json(true);
    assert_eq!(
        json,
        json!({"timestamp": 1_795_341_600.123, "type": "ParallelStateStarted", "id": 7, "previousEventId": 5})
    );
}

#[test]
fn inputs_are_texts_with_a_note_that_they_are_whole() {
    let entered = EventDetails::StateEntered {
        kind: StateType::Task,
        name: "Charge".into(),
        input: r#"{"a": 1}"#.into(),
    };
    assert_eq!(
        event(entered).to_json(true)["stateEnteredEventDetails"],
        json!({"name": "Charge", "input": "{\"a\": 1}", "inputDetails": {"truncated": false}})
    );
}

#[test]
fn without_execution_data_inputs_and_outputs_are_left_out_but_failures_stay() {
    let exited = EventDetails::StateExited {
        kind: StateType::Task,
        name: "Charge".into(),
        output: "{}".into(),
        assigned: [].into(),
    };
    assert_eq!(
        event(exited).to_json(false)["stateExitedEventDetails"],
        json!({"name": "Charge"})
    );
    let failed = EventDetails::ActivityFailed {
        error: Some("Declined".into()),
        cause: Some("no funds".into()),
    };
    assert_eq!(
        event(failed).to_json(false)["activityFailedEventDetails"],
        json!({"error": "Declined", "cause": "no funds"})
    );
}

#[test]
fn keys_of_absent_values_are_absent_but_the_details_stay() {
    assert_eq!(
        event(EventDetails::ActivityStarted { worker_name: None }).to_json(true)["activityStartedEventDetails"],
        json!({})
    );
    assert_eq!(
        event(EventDetails::ExecutionFailed {
            error: None,
            cause: None
        })
        .to_json(true)["executionFailedEventDetails"],
        json!({})
    );
    let scheduled = EventDetails::ActivityScheduled {
        resource: "arn".into(),
        input: "1".into(),
        timeout_in_seconds: None,
        heartbeat_in_seconds: Some(5),
    };
    assert_eq!(
        event(scheduled).to_json(true)["activityScheduledEventDetails"],
        json!({"resource": "arn", "input": "1", "inputDetails": {"truncated": false}, "heartbeatInSeconds": 5})
    );
}

#[test]
fn a_state_event_is_typed_by_its_kind_of_state() {
    let aborted = event(EventDetails::StateAborted {
        kind: StateType::Wait,
    });
    assert_eq!(aborted.event_type(), "WaitStateAborted");
    assert_eq!(
        aborted.to_json(true).as_object().map(serde_json::Map::len),
        Some(4)
    );
}
