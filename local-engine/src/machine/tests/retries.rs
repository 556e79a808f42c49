//! Retries: when, how often, and on whose account.

use serde_json::{Value, json};

use super::driver::{Driver, Reply, arn};

fn task(fields: &Value) -> Value {
    let mut task = json!({"Type": "Task", "Resource": arn("charge"), "End": true});
    task.as_object_mut()
        .unwrap()
        .extend(fields.as_object().unwrap().clone());
    json!({"StartAt": "Charge", "States": {"Charge": task, "Rescue": {"Type": "Pass", "End": true}}})
}

/// The seconds at which a task was scheduled.
fn attempts(run: &Driver) -> Vec<f64> {
    let scheduled = run
        .history
        .iter()
        .filter(|event| event.event_type() == "ActivityScheduled");
    scheduled
        .map(|event| event.timestamp.duration_since(run.start).as_secs_f64())
        .collect()
}

const BUSY: Reply = Reply::Failure(Some("Busy"), None);
const LOST: Reply = Reply::Failure(Some("Lost"), None);

#[test]
fn a_retry_schedules_the_task_again_without_entering_the_state_again() {
    let definition = task(&json!({"Retry": [{"ErrorEquals": ["Busy"], "MaxAttempts": 2}]}));
    let run = Driver::run(
        &definition,
        "{}",
        &[("charge", &[BUSY, Reply::Success(0, "1")])],
    );
    assert_eq!(
        run.lines()[1..],
        [
            "2<-0 TaskStateEntered Charge {}",
            "3<-2 ActivityScheduled {}",
            "4<-3 ActivityStarted worker",
            "5<-4 ActivityFailed Busy -",
            "6<-5 ActivityScheduled {}",
            "7<-6 ActivityStarted worker",
            "8<-7 ActivitySucceeded 1",
            "9<-8 TaskStateExited Charge 1",
            "10<-9 ExecutionSucceeded 1",
        ]
    );
}

#[test]
fn delays_grow_by_the_rate_up_to_the_limit() {
    let retry = json!({"ErrorEquals": ["States.ALL"], "IntervalSeconds": 3, "BackoffRate": 1.5, "MaxAttempts": 4});
    let run = Driver::run(
        &task(&json!({"Retry": [retry]})),
        "{}",
        &[("charge", &[BUSY])],
    );
    assert_eq!(attempts(&run), [0.0, 3.0, 7.5, 14.25, 24.375]);
    assert_eq!(run.last_lines(1), ["18<-17 ExecutionFailed Busy -"]);

    let retry = json!({"ErrorEquals": ["States.ALL"], "IntervalSeconds": 3, "BackoffRate": 10, "MaxDelaySeconds": 20});
    let run = Driver::run(
        &task(&json!({"Retry": [retry]})),
        "{}",
        &[("charge", &[BUSY])],
    );
    assert_eq!(
        attempts(&run),
        [0.0, 3.0, 23.0, 43.0],
        "and three attempts are the default"
    );
}

#[test]
fn full_jitter_draws_from_nothing_to_the_whole_delay_and_repeats_with_the_seed() {
    let retry = json!({"ErrorEquals": ["States.ALL"], "IntervalSeconds": 10, "BackoffRate": 1,
        "MaxAttempts": 50, "JitterStrategy": "FULL"});
    let definition = task(&json!({"Retry": [retry]}));
    let first = attempts(&Driver::run(&definition, "{}", &[("charge", &[BUSY])]));
    assert_eq!(first.len(), 51);
    let delays: Vec<_> = first.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(
        delays.iter().all(|delay| (0.0..=10.0).contains(delay)),
        "{delays:?}"
    );
    assert!(
        delays.iter().any(|delay| *delay < 4.0) && delays.iter().any(|delay| *delay > 6.0),
        "{delays:?}"
    );
    assert_eq!(
        first,
        attempts(&Driver::run(&definition, "{}", &[("charge", &[BUSY])]))
    );
}

#[test]
fn every_retrier_counts_for_itself_and_the_first_match_decides() {
    let definition = task(&json!({
        "Retry": [
            {"ErrorEquals": ["Busy", "Slow"], "MaxAttempts": 2, "IntervalSeconds": 1, "BackoffRate": 1},
            {"ErrorEquals": ["Lost"], "MaxAttempts": 1, "IntervalSeconds": 5},
            {"ErrorEquals": ["States.ALL"], "MaxAttempts": 9, "IntervalSeconds": 100},
        ],
        "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Rescue"}],
    }));
    let slow = Reply::Failure(Some("Slow"), None);
    let run = Driver::run(&definition, "{}", &[("charge", &[BUSY, LOST, slow, BUSY])]);
    assert_eq!(
        attempts(&run),
        [0.0, 1.0, 6.0, 7.0],
        "the fourth failure finds its retrier used up"
    );
    assert_eq!(run.output(), Some(r#"{"Error":"Busy","Cause":null}"#));
}

#[test]
fn zero_attempts_mean_never() {
    let definition = task(&json!({"Retry": [
        {"ErrorEquals": ["Busy"], "MaxAttempts": 0}, {"ErrorEquals": ["States.ALL"]},
    ]}));
    let run = Driver::run(&definition, "{}", &[("charge", &[BUSY])]);
    assert_eq!(attempts(&run), [0.0]);
}

#[test]
fn counts_start_anew_with_every_visit() {
    let definition = json!({"StartAt": "Charge", "States": {
        "Charge": {"Type": "Task", "Resource": arn("charge"), "Next": "Again?",
            "Parameters": {"attempt.$": "$$.State.RetryCount"},
            "Retry": [{"ErrorEquals": ["Busy"], "MaxAttempts": 1}]},
        "Again?": {"Type": "Choice", "Default": "Done",
            "Choices": [{"Variable": "$", "StringEquals": "again", "Next": "Charge"}]},
        "Done": {"Type": "Succeed"},
    }});
    let again = Reply::Success(0, r#""again""#);
    let run = Driver::run(
        &definition,
        "{}",
        &[(
            "charge",
            &[BUSY, again, BUSY, Reply::Success(0, r#""done""#)],
        )],
    );
    let inputs: Vec<_> = run
        .scheduled
        .iter()
        .map(|(input, ..)| input.as_str())
        .collect();
    assert_eq!(
        inputs,
        [
            r#"{"attempt":0}"#,
            r#"{"attempt":1}"#,
            r#"{"attempt":0}"#,
            r#"{"attempt":1}"#
        ]
    );
    assert_eq!(run.output(), Some(r#""done""#));
}

#[test]
fn a_task_waiting_for_its_retry_is_forgotten_with_its_timer() {
    let definition = task(&json!({"Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 60}]}));
    let mut run = Driver::scripted(&definition, "{}", &[("charge", &[BUSY])]);
    assert!(run.advance(), "the failure");
    assert_eq!(run.timers.len(), 1);
    run.send(crate::machine::Event::Stopped {
        error: None,
        cause: None,
    });
    assert!(run.timers.is_empty() && run.forgotten.is_empty());
}
