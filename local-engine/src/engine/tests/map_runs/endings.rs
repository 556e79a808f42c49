//! Ends that nobody wished for, and what comes after them.

use super::*;
use crate::MapRunStatus;
use crate::objects::{ObjectEntry, ObjectFuture, ObjectStore};

/// Falls over whenever it is asked for something.
#[derive(Debug)]
struct Panics;

impl ObjectStore for Panics {
    fn get<'a>(&'a self, _: &'a str, _: &'a str) -> ObjectFuture<'a, Vec<u8>> {
        Box::pin(async { panic!("a store fell over") })
    }

    fn put<'a>(&'a self, _: &'a str, _: &'a str, _: Vec<u8>) -> ObjectFuture<'a, ()> {
        panic!("a store fell over before its future")
    }

    fn list<'a>(&'a self, _: &'a str, _: &'a str) -> ObjectFuture<'a, Vec<ObjectEntry>> {
        panic!("a store fell over")
    }
}

impl crate::ServiceProvider for Panics {
    fn answer(&self, _: &crate::ServiceCall) -> Option<crate::AnswerFuture> {
        panic!("a provider fell over before its future")
    }
}

#[tokio::test(start_paused = true)]
async fn a_map_run_that_panics_fails_its_state_by_name() {
    let place = json!({"Bucket": "b", "Key": "k"});
    let reader = json!({"ItemReader": {"Resource": "arn:aws:states:::s3:getObject",
        "ReaderConfig": {"InputType": "JSON"}, "Parameters": place}});
    let writer = json!({"ResultWriter": {"Resource": "arn:aws:states:::s3:putObject",
        "Parameters": {"Bucket": "b"}}});
    let task = json!({"Type": "Task", "End": true,
        "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f"});
    for (item, fields, error) in [
        (pass(), reader, "States.ItemReaderFailed"),
        (pass(), writer, "States.ResultWriterFailed"),
        (task, json!({}), "States.Runtime"),
    ] {
        let builder = Engine::builder().objects(Panics).provider(Panics);
        let run = Run::on(builder.build().unwrap(), &map(&item, &fields), &json!([1]));
        let end = run.end().await;
        assert_eq!(end.error.as_deref(), Some(error));
        assert!(end.cause.unwrap().contains("panicked"));
        assert!(run.types().contains(&"MapRunFailed"));
        assert_eq!(run.map_run().status, MapRunStatus::Failed);
        assert_eq!(run.map_run().executions.running, 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_retry_is_another_run() {
    let retry = json!({"Retry": [{"ErrorEquals": ["States.ExceedToleratedFailureThreshold"],
        "MaxAttempts": 1, "IntervalSeconds": 3}]});
    let run = Run::start(&picky_map(&retry), &json!([20]));
    assert_eq!(run.end().await.status, ExecutionStatus::Failed);
    let runs = run.engine.map_runs(&run.execution).unwrap();
    assert_eq!(runs.len(), 2);
    assert_ne!(runs[0].arn, runs[1].arn);
}

#[tokio::test(start_paused = true)]
async fn children_end_with_the_execution_that_they_are_for() {
    let run = Run::start(
        &map(&wait(1_000), &json!({"MaxConcurrency": 2})),
        &json!([1, 2, 3]),
    );
    sleep(seconds(1)).await;
    run.engine
        .stop_execution(&run.execution, None, None)
        .unwrap();
    sleep(seconds(1)).await;
    let map_run = run.map_run();
    assert_eq!(map_run.status, MapRunStatus::Aborted);
    assert_eq!(
        (map_run.executions.aborted, map_run.executions.pending),
        (2, 1)
    );
    let children = run
        .engine
        .children_before(&map_run.arn, None, |_| true, 10)
        .unwrap();
    assert!(
        children
            .iter()
            .all(|child| child.status == ExecutionStatus::Aborted)
    );
}
