//! Real threads: whatever comes between whatever, nothing is lost.

use super::*;

/// Real threads and real races: polls are dropped at any moment, also with a task called to
/// them, and every execution must still succeed.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_task_is_lost_when_polls_are_dropped_all_the_time() {
    const EXECUTIONS: u64 = 2_000;
    let fixture = Arc::new(Fixture::new(""));
    let mut watched = fixture.engine.counters();
    let mut workers = JoinSet::new();
    for worker in 0..8_u64 {
        let fixture = Arc::clone(&fixture);
        workers.spawn(async move {
            let mut micros = worker;
            loop {
                micros = (micros + 7) % 200;
                let hold = Duration::from_micros(micros);
                let Ok(Some(task)) = timeout(hold, fixture.poll()).await else {
                    continue;
                };
                let done = fixture.service.succeed(&task.token, &task.input);
                done.await.unwrap();
            }
        });
    }
    for _ in 0..EXECUTIONS {
        fixture.start("1");
        tokio::task::yield_now().await;
    }
    let done = watched.wait_for(|counters| counters.executions_succeeded == EXECUTIONS);
    timeout(seconds(60), done).await.unwrap().unwrap();
    workers.abort_all();
}

/// A stop may come between any two steps of a poll or report; nobody may be left waiting.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn stops_and_reports_race_to_one_end() {
    let fixture = Arc::new(Fixture::new(""));
    let mut workers = JoinSet::new();
    for _ in 0..4 {
        let fixture = Arc::clone(&fixture);
        workers.spawn(async move {
            while let Some(task) = fixture.poll().await {
                // Refused if the stop was faster.
                let _ = fixture.service.succeed(&task.token, &task.input).await;
            }
        });
    }
    for _ in 0..1_000 {
        let execution = fixture.start("1");
        tokio::task::yield_now().await;
        fixture
            .engine
            .stop_execution(&execution, None, None)
            .unwrap();
        let end = timeout(seconds(60), fixture.engine.wait(&execution)).await;
        let end = end.unwrap().unwrap();
        let last = fixture.event_types(&execution).pop().unwrap();
        match end.status {
            ExecutionStatus::Succeeded => assert_eq!(last, "ExecutionSucceeded"),
            other => {
                assert_eq!(other, ExecutionStatus::Aborted);
                assert_eq!(last, "ExecutionAborted");
            }
        }
    }
    workers.abort_all();
}
