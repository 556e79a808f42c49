//! Functions and services: what is asked of the shell, and what the history says of each outcome.

use std::time::Duration;

use serde_json::{Value, json};

use super::driver::Driver;
use crate::machine::{Event, ExpiredClock, Status, TaskId};

/// One Task on this resource, with these fields besides.
fn machine(resource: &str, fields: &Value) -> Value {
    let mut task = json!({"Type": "Task", "Resource": resource, "End": true});
    task.as_object_mut()
        .unwrap()
        .extend(fields.as_object().unwrap().clone());
    json!({"StartAt": "T", "States": {"T": task, "Rescue": {"Type": "Pass", "End": true}}})
}

const LAMBDA: &str = "arn:aws:lambda:us-east-1:123456789012:function:charge";
const PUBLISH: &str = "arn:aws:states:::sns:publish";
const JOB: &str = "arn:aws:states:::batch:submitJob.sync";
const TOKEN: &str = "arn:aws:states:::sqs:sendMessage.waitForTaskToken";

fn success(task: TaskId, output: &str) -> Event {
    let output = output.into();
    Event::TaskSucceeded { task, output }
}

fn failure(task: TaskId, error: &str) -> Event {
    let error = Some(error.to_owned());
    let cause = Some("why".to_owned());
    Event::TaskFailed { task, error, cause }
}

#[test]
fn a_function_has_events_of_its_own() {
    let fields = json!({"TimeoutSeconds": 9, "Credentials": {"RoleArn.$": "$.role"}});
    let mut run = Driver::start(&machine(LAMBDA, &fields), r#"{"role": "r"}"#);
    let (task, invocation) = run.invoked[0].clone();
    assert_eq!(invocation.role_arn.as_deref(), Some("r"));
    assert_eq!(invocation.timeout, Some(Duration::from_secs(9)));
    run.report(success(task, "[1]"));
    assert_eq!(
        run.lines()[2..],
        [
            r#"3<-2 LambdaFunctionScheduled {"role": "r"}"#,
            "4<-3 LambdaFunctionStarted",
            "5<-4 LambdaFunctionSucceeded [1]",
            "6<-5 TaskStateExited T [1]",
            "7<-6 ExecutionSucceeded [1]",
        ]
    );
}

#[test]
fn a_service_is_called_again_after_a_failure() {
    let fields = json!({
        "Parameters": {"Message.$": "$.m", "TopicArn": "t"},
        "Retry": [{"ErrorEquals": ["SNS.Busy"], "IntervalSeconds": 2}],
        "Catch": [{"ErrorEquals": ["States.TaskFailed"], "Next": "Rescue"}],
    });
    let mut run = Driver::start(&machine(PUBLISH, &fields), r#"{"m": "hi"}"#);
    run.report(failure(run.invoked[0].0, "SNS.Busy"));
    assert!(run.advance(), "the retry");
    assert_eq!(run.invoked[1].1.attempt, 1);
    run.report(failure(run.invoked[1].0, "SNS.NotFound"));
    assert_eq!(
        run.lines()[2..9],
        [
            r#"3<-2 TaskScheduled {"Message":"hi","TopicArn":"t"}"#,
            "4<-3 TaskStarted",
            "5<-4 TaskFailed SNS.Busy why",
            r#"6<-5 TaskScheduled {"Message":"hi","TopicArn":"t"}"#,
            "7<-6 TaskStarted",
            "8<-7 TaskFailed SNS.NotFound why",
            r#"9<-8 TaskStateExited T {"Error":"SNS.NotFound","Cause":"why"}"#,
        ]
    );
}

#[test]
fn a_job_is_submitted_before_it_succeeds() {
    let mut run = Driver::start(&machine(JOB, &json!({})), "{}");
    let task = run.invoked[0].0;
    let output = r#"{"JobId":"j"}"#.into();
    run.send(Event::TaskSubmitted { task, output });
    run.report(success(task, r#"{"Status":"DONE"}"#));
    assert_eq!(
        run.lines()[4..7],
        [
            r#"5<-4 TaskSubmitted {"JobId":"j"}"#,
            r#"6<-5 TaskSucceeded {"Status":"DONE"}"#,
            r#"7<-6 TaskStateExited T {"Status":"DONE"}"#,
        ]
    );
}

#[test]
fn the_parameters_may_name_the_token_and_every_attempt_has_a_new_one() {
    let fields = json!({
        "HeartbeatSeconds": 5,
        "Parameters": {"MessageBody": {"Token.$": "$$.Task.Token"}},
        "Retry": [{"ErrorEquals": ["States.HeartbeatTimeout"]}],
    });
    let mut run = Driver::start(&machine(TOKEN, &fields), "{}");
    let (first, invocation) = run.invoked[0].clone();
    assert_eq!(invocation.heartbeat, Some(Duration::from_secs(5)));
    let expected = format!(r#"{{"MessageBody":{{"Token":"token-{}"}}}}"#, first.0);
    assert_eq!(*invocation.parameters, *expected);
    let output = "{}".into();
    run.send(Event::TaskSubmitted {
        task: first,
        output,
    });
    run.report(Event::TaskTimedOut {
        task: first,
        clock: ExpiredClock::Heartbeat,
    });
    assert!(run.advance(), "the retry");
    let (second, invocation) = run.invoked[1].clone();
    assert!(
        invocation
            .parameters
            .contains(&format!("token-{}", second.0))
    );
    assert_eq!(
        run.lines()[4..7],
        [
            "5<-4 TaskSubmitted {}".to_owned(),
            "6<-5 TaskTimedOut States.Timeout -".to_owned(),
            format!("7<-6 TaskScheduled {}", invocation.parameters),
        ]
    );
}

#[test]
fn a_report_that_overtakes_its_call_comes_after_it_in_the_history() {
    let mut run = Driver::start(&machine(TOKEN, &json!({})), "{}");
    let task = run.invoked[0].0;
    run.send(success(task, "7"));
    assert_eq!(run.history.len(), 4, "{:?}", run.lines());
    run.open_tasks.clear();
    let output = "{}".into();
    run.send(Event::TaskSubmitted { task, output });
    assert_eq!(
        run.lines()[4..6],
        ["5<-4 TaskSubmitted {}", "6<-5 TaskSucceeded 7"]
    );
    assert_eq!(run.output(), Some("7"));
}

#[test]
fn a_result_above_the_limit_names_who_sent_it() {
    let large = format!("\"{}\"", "x".repeat(262_144));
    for (resource, who) in [(LAMBDA, LAMBDA), (PUBLISH, "sns")] {
        let mut run = Driver::start(&machine(resource, &json!({})), "{}");
        run.report(success(run.invoked[0].0, &large));
        let cause = format!(
            "The state/task '{who}' returned a result with a size exceeding the maximum number of \
             bytes service limit."
        );
        assert_eq!(run.closed.as_ref().unwrap().cause.as_deref(), Some(&*cause));
    }
}

#[test]
fn nothing_hides_that_nobody_answers() {
    let fields = json!({"Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Rescue"}]});
    let mut run = Driver::start(&machine(PUBLISH, &fields), "{}");
    let task = run.invoked[0].0;
    let reason = "Nothing answers it.".to_owned();
    run.report(Event::TaskUnanswered { task, reason });
    let closed = run.closed.as_ref().unwrap();
    assert_eq!(closed.status, Status::Failed);
    assert_eq!(closed.error.as_deref(), Some("States.Runtime"));
    assert!(
        closed
            .cause
            .as_deref()
            .unwrap()
            .ends_with("Nothing answers it.")
    );
}

#[test]
fn a_stop_breaks_a_call_off() {
    let mut run = Driver::start(&machine(TOKEN, &json!({})), "{}");
    let task = run.invoked[0].0;
    run.send(Event::Stopped {
        error: None,
        cause: None,
    });
    assert_eq!(run.forgotten, [task]);
}
