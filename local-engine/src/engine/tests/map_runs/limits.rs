//! How many children run at once, and how many may fail.

use super::*;
use crate::MapRunStatus;
use crate::MapRunUpdate;

#[tokio::test(start_paused = true)]
async fn children_run_side_by_side_as_far_as_they_may() {
    let items: Vec<_> = (0..10).collect();
    let all = Run::start(&map(&wait(10), &json!({})), &json!(items));
    let end = all.end().await;
    assert_eq!(
        end.stopped.unwrap().duration_since(end.started).as_secs(),
        10
    );
    let few = Run::start(
        &map(&wait(10), &json!({"MaxConcurrency": 3})),
        &json!(items),
    );
    let end = few.end().await;
    assert_eq!(
        end.stopped.unwrap().duration_since(end.started).as_secs(),
        40
    );
}

#[tokio::test(start_paused = true)]
async fn a_run_that_goes_on_can_be_hurried() {
    let items: Vec<_> = (0..10).collect();
    let run = Run::start(
        &map(&wait(10), &json!({"MaxConcurrency": 1})),
        &json!(items),
    );
    sleep(seconds(15)).await;
    let map_run = run.map_run();
    assert_eq!(map_run.status, MapRunStatus::Running);
    assert_eq!(
        (
            map_run.items.succeeded,
            map_run.items.running,
            map_run.items.pending
        ),
        (1, 1, 8)
    );
    let update = MapRunUpdate {
        max_concurrency: Some(0),
        ..MapRunUpdate::default()
    };
    run.engine.update_map_run(&map_run.arn, update).unwrap();
    let end = run.end().await;
    assert_eq!(
        end.stopped.unwrap().duration_since(end.started).as_secs(),
        25
    );
    let refused = run.engine.update_map_run(&map_run.arn, update).unwrap_err();
    assert_eq!(refused.code(), ErrorCode::ValidationException);
}

#[tokio::test(start_paused = true)]
async fn one_failure_ends_a_run_that_tolerates_none() {
    let run = Run::start(&picky_map(&json!({})), &json!([1, 20, 3]));
    let end = run.end().await;
    assert_eq!(
        end.error.as_deref(),
        Some("States.ExceedToleratedFailureThreshold")
    );
    assert_eq!(
        end.cause.as_deref(),
        Some("The specified tolerated failure threshold was exceeded")
    );
    assert_eq!(
        run.types()[3..],
        [
            "MapRunStarted",
            "MapRunFailed",
            "MapStateFailed",
            "ExecutionFailed"
        ]
    );
    assert_eq!(run.map_run().status, MapRunStatus::Failed);
}

#[tokio::test(start_paused = true)]
async fn tolerated_failures_are_told_in_full_in_their_place() {
    for fields in [
        json!({"ToleratedFailureCount": 1}),
        json!({"ToleratedFailurePercentage": 34}),
        json!({"ToleratedFailureCountPath": "$.most", "ItemsPath": "$.items"}),
    ] {
        let input = match fields.get("ItemsPath") {
            Some(_) => json!({"most": 1, "items": [1, 20, 3]}),
            None => json!([1, 20, 3]),
        };
        let output = Run::start(&picky_map(&fields), &input).output().await;
        assert_eq!((&output[0], &output[2]), (&json!(1), &json!(3)));
        assert_eq!(output[1]["Status"], "FAILED");
        assert_eq!(
            (&output[1]["Error"], &output[1]["Cause"]),
            (&json!("TooLarge"), &json!("no room"))
        );
        assert_eq!(output[1]["Input"], "20");
    }
    let run = Run::start(
        &picky_map(&json!({"ToleratedFailurePercentage": 33})),
        &json!([1, 20, 3]),
    );
    assert_eq!(run.end().await.status, ExecutionStatus::Failed);
}

#[tokio::test(start_paused = true)]
async fn what_is_tolerated_can_be_changed_under_way() {
    let mut definition = picky_map(&json!({"ToleratedFailureCount": 5, "MaxConcurrency": 1}));
    let processor = &mut definition["States"]["M"]["ItemProcessor"];
    processor["States"]["Fine"] = json!({"Type": "Wait", "Seconds": 10, "End": true});
    let run = Run::start(&definition, &json!([20, 1, 2]));
    sleep(seconds(5)).await;
    let update = MapRunUpdate {
        tolerated_failure_count: Some(0),
        ..MapRunUpdate::default()
    };
    run.engine
        .update_map_run(&run.map_run().arn, update)
        .unwrap();
    let end = run.end().await;
    assert_eq!(
        end.error.as_deref(),
        Some("States.ExceedToleratedFailureThreshold")
    );
    let map_run = run.map_run();
    assert_eq!(
        (map_run.executions.failed, map_run.executions.aborted),
        (1, 1)
    );
    assert_eq!(map_run.executions.pending, 1);
}
