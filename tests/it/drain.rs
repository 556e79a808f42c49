//! P2: no poll is abandoned by a drain; and what the phases of a stop do.

use std::time::Duration;

use sfn_worker_core::testing::{Operation, ScriptedService};
use sfn_worker_core::{Disposition, Ending, Phase, ServiceError, Worker};
use sfn_worker_tests::activities::{attentive, echo, finishes_on_drain, sleeps};
use sfn_worker_tests::{Running, TrapService, Trapped, bounded};
use tokio::time::{Instant, sleep};

#[tokio::test(start_paused = true)]
async fn p2_a_task_that_arrives_while_draining_is_run() {
    let service = ScriptedService::new();
    let worker = Running::start(
        Worker::builder(service.clone())
            .activity::<echo>()
            .polls(1..=1),
    );
    bounded(service.until(|service| service.open_polls() == 1)).await;

    worker.shutdown.drain();
    sleep(Duration::from_secs(59)).await;
    let task = service.offer("echo", "\"late\"");
    let summary = worker.ended().await;

    assert_eq!(task.answers()[0].output(), Some("\"late\""));
    assert_eq!(service.dropped_polls(), 0);
    assert_eq!(summary.total().succeeded, 1);
}

#[tokio::test(start_paused = true)]
async fn p2_a_drain_waits_for_polls_in_flight_and_starts_no_others() {
    let service = ScriptedService::new();
    let worker = Running::start(
        Worker::builder(service.clone())
            .activity::<echo>()
            .polls(3..=3),
    );
    bounded(service.until(|service| service.open_polls() == 3)).await;

    let begun = Instant::now();
    worker.drain().await;

    assert_eq!(
        begun.elapsed().as_secs(),
        60,
        "the service holds a poll for 60 seconds"
    );
    assert_eq!(service.dropped_polls(), 0);
    assert_eq!(service.most_open_polls(), 3);
}

#[tokio::test(start_paused = true)]
async fn p2_with_no_time_left_a_task_that_arrives_is_handed_back_at_once() {
    let service = ScriptedService::new();
    let builder = Worker::builder(service.clone())
        .activity::<sleeps>()
        .polls(1..=1)
        .stop_window(Duration::from_secs(30));
    let worker = Running::start(builder);
    bounded(service.until(|service| service.open_polls() == 1)).await;

    worker.shutdown.drain();
    sleep(Duration::from_secs(25)).await;
    assert_eq!(worker.shutdown.phase(), Phase::Leaving);
    let task = service.offer("sleeps", "1");
    let answer = bounded(task.answer()).await;
    assert_eq!(answer.error(), Some("Worker.ShuttingDown"));
    assert_eq!(worker.ended().await.total().handed_back, 1);
}

#[tokio::test(start_paused = true)]
async fn tasks_in_progress_finish_within_the_grace_period_and_are_kept_alive() {
    let service = ScriptedService::new();
    let task = service.offer("finishes_on_drain", "null");
    let worker = Running::start(Worker::builder(service.clone()).activity::<finishes_on_drain>());
    bounded(service.until(|_| task.is_taken())).await;

    let begun = Instant::now();
    let summary = worker.drain().await;

    assert_eq!(task.answers()[0].output(), Some("\"finished\""));
    assert_eq!(summary.total().succeeded, 1);
    assert!(
        task.heartbeats().iter().any(|&beat| beat > begun),
        "heartbeats go on in a drain"
    );
}

#[tokio::test(start_paused = true)]
async fn a_task_that_outlasts_the_grace_period_is_handed_back() {
    let service = ScriptedService::new();
    let task = service.offer("sleeps", "100000000");
    let builder = Worker::builder(service.clone())
        .activity::<sleeps>()
        .grace(Duration::from_secs(20));
    let worker = Running::start(builder);
    bounded(service.until(|_| task.is_taken())).await;

    let begun = Instant::now();
    let summary = worker.drain().await;

    assert_eq!(task.answers()[0].error(), Some("Worker.ShuttingDown"));
    assert_eq!(summary.total().handed_back, 1);
    // Poll hold, grace, and a moment for the handler to stop by itself.
    assert!(
        begun.elapsed() <= Duration::from_secs(60 + 20 + 10),
        "{:?}",
        begun.elapsed()
    );
    assert_eq!(service.dropped_polls(), 0);
}

#[tokio::test(start_paused = true)]
async fn an_abort_drops_the_polls_and_hands_back_what_is_held() {
    let service = ScriptedService::new();
    let tasks = [
        service.offer("attentive", "null"),
        service.offer("sleeps", "100000000"),
    ];
    let builder = Worker::builder(service.clone())
        .activity::<attentive>()
        .activity::<sleeps>();
    let worker = Running::start(builder);
    bounded(service.until(|_| tasks.iter().all(|task| task.is_taken()))).await;

    let begun = Instant::now();
    worker.shutdown.drain();
    worker.shutdown.abort();
    let summary = worker.ended().await;

    assert!(
        begun.elapsed() < Duration::from_secs(1),
        "{:?}",
        begun.elapsed()
    );
    for task in &tasks {
        assert_eq!(task.answers()[0].error(), Some("Worker.ShuttingDown"));
    }
    assert_eq!(summary.total().handed_back, 2);
    assert!(service.dropped_polls() > 0);
}

#[tokio::test(start_paused = true)]
async fn an_abort_ends_even_when_nothing_can_be_reported() {
    let service = ScriptedService::new();
    for _ in 0..1_000 {
        let error = ServiceError::new(Disposition::Transient, "connection refused");
        service.refuse_next(Operation::Fail, error);
    }
    let task = service.offer("sleeps", "100000000");
    let worker = Running::start(Worker::builder(service.clone()).activity::<sleeps>());
    bounded(service.until(|_| task.is_taken())).await;

    worker.shutdown.abort();
    let summary = worker.ended().await;
    assert_eq!(summary.total().undelivered, 1);
    assert!(!summary.is_clean());
    assert_eq!(summary.ending(), Ending::LeftBehind);
    assert!(Ending::Done < Ending::HandedBack && Ending::HandedBack < Ending::LeftBehind);
}

#[tokio::test(start_paused = true)]
async fn a_worker_whose_run_is_dropped_leaves_no_poll_behind() {
    let service = ScriptedService::new();
    let worker = Worker::builder(service.clone())
        .activity::<echo>()
        .build()
        .unwrap();
    let run = tokio::time::timeout(Duration::from_secs(5), worker.run());
    assert!(run.await.is_err());
    bounded(service.until(|service| service.open_polls() == 0)).await;
}

#[tokio::test(start_paused = true)]
async fn an_abort_ends_even_when_no_report_is_ever_answered() {
    let service = TrapService::new();
    service.set(Operation::Fail, usize::MAX, Trapped::Hangs);
    let task = service.script.offer("sleeps", "100000000");
    let worker = Running::start(Worker::builder(service.clone()).activity::<sleeps>());
    bounded(service.script.until(|_| task.is_taken())).await;

    let begun = Instant::now();
    worker.shutdown.abort();
    worker.ended().await;
    let took = begun.elapsed();
    assert!(took <= Duration::from_secs(20), "{took:?}");
    // Nobody keeps a task alive any more whose worker has ended.
    let heard = task.heartbeats().len();
    sleep(Duration::from_secs(600)).await;
    assert_eq!(task.heartbeats().len(), heard);
}

#[tokio::test(start_paused = true)]
async fn a_worker_whose_run_is_dropped_hands_its_tasks_back_and_falls_silent() {
    let service = ScriptedService::new();
    let tasks = [
        service.offer("sleeps", "100000000"),
        service.offer("attentive", "null"),
    ];
    let worker = Worker::builder(service.clone())
        .activity::<sleeps>()
        .activity::<attentive>()
        .build()
        .unwrap();
    let run = tokio::time::timeout(Duration::from_secs(60), worker.run());
    assert!(run.await.is_err());
    for task in &tasks {
        let answer = bounded(task.answer()).await;
        assert_eq!(answer.error(), Some("Worker.ShuttingDown"));
    }
    let calls = service.calls(Operation::Heartbeat).len();
    sleep(Duration::from_secs(600)).await;
    assert_eq!(service.calls(Operation::Heartbeat).len(), calls);
    assert_eq!(service.open_polls(), 0);
}

#[test]
fn the_heartbeat_thread_ends_with_the_runtime_of_its_worker() {
    let service = TrapService::new();
    let task = service.script.offer("sleeps", "100000000");
    let worker = Worker::builder(service.clone())
        .activity::<sleeps>()
        .heartbeat_thread(true)
        .build()
        .unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        tokio::select! {
            _ = worker.run() => panic!("nobody has told it to stop"),
            () = service.script.until(|_| task.is_taken()) => {}
        }
    });
    // With it go the run of the task and its lease; nobody waits for anything.
    drop(runtime);
    while service.clones() > 1 {
        std::thread::yield_now();
    }
}
