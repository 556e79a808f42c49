//! Tasks: what is asked of the shell, and what the history says of each outcome.

use std::time::Duration;

use serde_json::{Value, json};

use super::driver::{Driver, Reply, arn};
use crate::machine::{Event, ExpiredClock, Status, TaskId};

/// One Task on the activity `charge`, with these fields besides.
fn charge(fields: &Value) -> Value {
    let mut task = json!({"Type": "Task", "Resource": arn("charge"), "End": true});
    task.as_object_mut()
        .unwrap()
        .extend(fields.as_object().unwrap().clone());
    json!({"StartAt": "Charge", "States": {
        "Charge": task,
        "Rescue": {"Type": "Pass", "End": true},
        "Other": {"Type": "Pass", "End": true},
    }})
}

#[test]
fn a_task_that_succeeds_has_seven_events() {
    let run = Driver::run(
        &charge(&json!({})),
        r#"{"n": 1}"#,
        &[("charge", &[Reply::Success(3, r#"{"ok": true}"#)])],
    );
    assert_eq!(
        run.lines(),
        [
            r#"1<-0 ExecutionStarted {"n": 1}"#,
            r#"2<-0 TaskStateEntered Charge {"n": 1}"#,
            r#"3<-2 ActivityScheduled {"n": 1}"#,
            "4<-3 ActivityStarted worker",
            r#"5<-4 ActivitySucceeded {"ok": true}"#,
            r#"6<-5 TaskStateExited Charge {"ok": true}"#,
            r#"7<-6 ExecutionSucceeded {"ok": true}"#,
        ]
    );
    assert_eq!(run.seconds_to(7), 3.0);
    assert_eq!(run.output(), Some(r#"{"ok": true}"#));
    assert!(run.open_tasks.is_empty() && run.forgotten.is_empty());
}

#[test]
fn an_uncaught_failure_fails_the_execution_with_the_same_words() {
    let script: &[Reply] = &[Reply::Failure(Some("Declined"), Some("no funds"))];
    let run = Driver::run(&charge(&json!({})), "{}", &[("charge", script)]);
    assert_eq!(
        run.last_lines(2),
        [
            "5<-4 ActivityFailed Declined no funds",
            "6<-5 ExecutionFailed Declined no funds"
        ]
    );
    let closed = run.closed.unwrap();
    assert_eq!(closed.status, Status::Failed);
    assert_eq!(
        (closed.error.as_deref(), closed.cause.as_deref()),
        (Some("Declined"), Some("no funds"))
    );
}

#[test]
fn both_clocks_are_recorded_as_time_outs_without_a_cause() {
    for clock in [ExpiredClock::Total, ExpiredClock::Heartbeat] {
        let run = Driver::run(
            &charge(&json!({})),
            "{}",
            &[("charge", &[Reply::Expiry(clock)])],
        );
        assert_eq!(
            run.last_lines(2),
            [
                "5<-4 ActivityTimedOut States.Timeout -",
                "6<-5 ExecutionFailed States.Timeout -"
            ]
        );
        assert_eq!(
            run.closed.unwrap().status,
            Status::Failed,
            "only the machine's own time-out is TIMED_OUT"
        );
    }
}

#[test]
fn only_the_heartbeat_clock_matches_the_name_of_heartbeats() {
    let definition = charge(&json!({"Catch": [
        {"ErrorEquals": ["States.HeartbeatTimeout"], "Next": "Rescue"},
        {"ErrorEquals": ["States.Timeout"], "Next": "Other"},
    ]}));
    for (clock, next) in [
        (ExpiredClock::Total, "Other"),
        (ExpiredClock::Heartbeat, "Rescue"),
    ] {
        let run = Driver::run(&definition, "{}", &[("charge", &[Reply::Expiry(clock)])]);
        let output = r#"{"Error":"States.Timeout","Cause":""}"#;
        assert_eq!(
            run.lines()[5..7],
            [
                format!("6<-5 TaskStateExited Charge {output}"),
                format!("7<-6 PassStateEntered {next} {output}")
            ]
        );
    }
}

#[test]
fn a_missing_activity_fails_the_execution_and_nothing_catches_it() {
    let definition = charge(&json!({
        "Retry": [{"ErrorEquals": ["States.ALL"]}],
        "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Rescue"}],
    }));
    let run = Driver::run(&definition, "{}", &[("charge", &[Reply::Missing])]);
    let activity = arn("charge");
    assert_eq!(
        run.lines(),
        [
            "1<-0 ExecutionStarted {}".to_owned(),
            "2<-0 TaskStateEntered Charge {}".to_owned(),
            format!(
                "3<-2 ExecutionFailed States.Runtime An error occurred while executing the state 'Charge' \
                 (entered at the event id #2). The activity {activity} does not exist."
            ),
        ]
    );
    assert!(run.forgotten.is_empty());
}

#[test]
fn the_error_output_goes_where_the_catcher_says_and_past_the_output_path() {
    let definition = charge(&json!({
        "OutputPath": "$.n",
        "Catch": [
            {"ErrorEquals": ["Unknown"], "Next": "Other"},
            {"ErrorEquals": ["States.TaskFailed"], "Next": "Rescue", "ResultPath": "$.problem"},
        ],
    }));
    let script: &[Reply] = &[Reply::Failure(Some("Declined"), Some("no funds"))];
    let run = Driver::run(&definition, r#"{"n":1}"#, &[("charge", script)]);
    let output = r#"{"n":1,"problem":{"Error":"Declined","Cause":"no funds"}}"#;
    assert_eq!(
        run.last_lines(4)[0],
        format!("6<-5 TaskStateExited Charge {output}")
    );
    assert_eq!(run.output(), Some(output));
}

#[test]
fn a_failure_without_words_is_null_and_only_the_wildcard_catches_it() {
    let definition = charge(&json!({"Catch": [
        {"ErrorEquals": ["States.Runtime"], "Next": "Other"},
        {"ErrorEquals": ["States.ALL"], "Next": "Rescue"},
    ]}));
    let run = Driver::run(
        &definition,
        "{}",
        &[("charge", &[Reply::Failure(None, None)])],
    );
    let output = r#"{"Error":null,"Cause":null}"#;
    assert_eq!(
        run.lines()[4..7],
        [
            "5<-4 ActivityFailed - -".to_owned(),
            format!("6<-5 TaskStateExited Charge {output}"),
            format!("7<-6 PassStateEntered Rescue {output}"),
        ]
    );
}

#[test]
fn the_clocks_are_passed_on_as_written_or_as_found() {
    let literal = charge(&json!({"TimeoutSeconds": 60, "HeartbeatSeconds": 5}));
    let paths = charge(
        &json!({"TimeoutSecondsPath": "$.t", "HeartbeatSecondsPath": "$.h", "Parameters": {}}),
    );
    let clocks = (Some(Duration::from_secs(60)), Some(Duration::from_secs(5)));
    for definition in [literal, paths] {
        let run = Driver::start(&definition, r#"{"t": 60, "h": 5}"#);
        let (_, timeout, heartbeat) = &run.scheduled[0];
        assert_eq!((*timeout, *heartbeat), clocks);
        let scheduled = run.history[2].to_json(true);
        assert_eq!(
            scheduled["activityScheduledEventDetails"]["timeoutInSeconds"],
            60
        );
        assert_eq!(
            scheduled["activityScheduledEventDetails"]["heartbeatInSeconds"],
            5
        );
    }
    let none = Driver::start(&charge(&json!({})), "{}");
    assert_eq!((none.scheduled[0].1, none.scheduled[0].2), (None, None));
}

#[test]
fn data_flows_through_all_fields_of_a_task() {
    let definition = charge(&json!({
        "InputPath": "$.order",
        "Parameters": {"amount.$": "$.total", "attempt.$": "$$.State.RetryCount", "run.$": "$$.Execution.Name"},
        "ResultSelector": {"receipt.$": "$.id"},
        "ResultPath": "$.order.payment",
        "OutputPath": "$.order",
    }));
    let run = Driver::run(
        &definition,
        r#"{"order":{"total":5}}"#,
        &[("charge", &[Reply::Success(0, r#"{"id":9,"x":0}"#)])],
    );
    assert_eq!(
        run.scheduled[0].0,
        r#"{"amount":5,"attempt":0,"run":"run-1"}"#
    );
    assert_eq!(run.output(), Some(r#"{"total":5,"payment":{"receipt":9}}"#));
}

#[test]
fn a_result_that_fits_nowhere_can_be_caught() {
    let definition = charge(&json!({
        "ResultPath": "$.n.result",
        "Catch": [{"ErrorEquals": ["States.ResultPathMatchFailure"], "Next": "Rescue", "ResultPath": null}],
    }));
    let run = Driver::run(
        &definition,
        r#"{"n":1}"#,
        &[("charge", &[Reply::Success(0, "2")])],
    );
    assert_eq!(
        run.last_lines(3)[0],
        r#"7<-6 PassStateEntered Rescue {"n":1}"#
    );
}

#[test]
fn a_clock_that_is_no_number_of_seconds_ends_the_execution() {
    for (value, what) in [("\"soon\"", "not a valid integer"), ("0", "not positive")] {
        let definition = charge(&json!({"TimeoutSecondsPath": "$.t"}));
        let run = Driver::run(&definition, &format!(r#"{{"t":{value}}}"#), &[]);
        let cause = run.closed.unwrap().cause.unwrap();
        let shown = value.trim_matches('"');
        assert!(
            cause.ends_with(&format!(
                "The TimeoutSecondsPath field refers to value \"{shown}\" which is {what}: $.t"
            )),
            "{cause}"
        );
    }
}

#[test]
fn events_that_do_not_fit_are_ignored() {
    let mut run = Driver::start(&charge(&json!({})), "{}");
    assert_eq!(run.history.len(), 3, "the task is in its queue");
    let task = run.open_tasks[0];
    let before = run.history.clone();
    run.send(Event::TaskSucceeded {
        task,
        output: "1".into(),
    });
    run.send(Event::ActivityMissing { task });
    run.send(Event::ActivityAccepted { task });
    run.send(Event::TaskStarted {
        task: TaskId(99),
        worker_name: None,
    });
    assert_eq!(run.history, before, "no worker has the task");

    run.send(Event::TaskStarted {
        task,
        worker_name: None,
    });
    run.send(Event::TaskStarted {
        task,
        worker_name: None,
    });
    assert_eq!(run.last_lines(1), ["4<-3 ActivityStarted -"]);
    run.send(Event::TaskSucceeded {
        task,
        output: "1".into(),
    });
    let closed = run.history.clone();
    run.send(Event::TaskSucceeded {
        task,
        output: "2".into(),
    });
    run.send(Event::Stopped {
        error: None,
        cause: None,
    });
    assert_eq!(run.history, closed);
    assert!(run.machine.is_closed());
}
