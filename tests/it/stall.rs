//! P6: time limits, the watchdog for handlers that hang, and what a cancelled handler sees.

use std::time::Duration;

use sfn_worker_core::testing::{Operation, ScriptedService};
use sfn_worker_core::{
    Activity, ActivityContext, ActivityOptions, CancelReason, Disposition, Failure, ServiceError,
    Worker, activity,
};
use sfn_worker_tests::activities::{shows_life, sleeps, spins, witness, witnessed};
use sfn_worker_tests::{Gate, Running, bounded};
use tokio::time::{Instant, sleep};

const STALL: Duration = Duration::from_secs(8);
/// How long a cancelled handler may take to stop by itself.
const CANCEL_GRACE: Duration = Duration::from_secs(5);

fn start<A: Activity>(service: &ScriptedService, options: ActivityOptions) -> Running {
    Running::start(Worker::builder(service.clone()).activity_with::<A>(options))
}

#[tokio::test(start_paused = true)]
async fn p6_a_handler_that_hangs_is_cancelled_and_fails_as_stalled() {
    let service = ScriptedService::new();
    let task = service.offer("sleeps", "100000000");
    let worker = start::<sleeps>(&service, ActivityOptions::new().with_stall_after(STALL));
    bounded(service.until(|_| task.is_taken())).await;
    let begun = Instant::now();
    let answer = bounded(task.answer()).await;
    assert_eq!(answer.error(), Some("Worker.Stalled"));
    assert!(answer.cause().unwrap().contains("8s"), "{answer:?}");
    let took = begun.elapsed();
    assert!(
        (STALL..=STALL + CANCEL_GRACE + Duration::from_millis(10)).contains(&took),
        "{took:?}"
    );
    worker.drain().await;
}

#[tokio::test(start_paused = true)]
async fn p6_a_blocking_handler_that_hangs_fails_as_stalled() {
    static GATE: Gate = Gate::new();

    #[activity(blocking)]
    fn hangs() -> Result<(), Failure> {
        GATE.pass();
        Ok(())
    }

    let service = ScriptedService::new();
    let task = service.offer("hangs", "null");
    let worker = start::<hangs>(&service, ActivityOptions::new().with_stall_after(STALL));
    let answer = bounded(task.answer()).await;
    assert_eq!(answer.error(), Some("Worker.Stalled"));
    GATE.open();
    worker.drain().await;
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_shows_signs_of_life_is_not_stalled() {
    for how in ["progress", "check", "heartbeat"] {
        let service = ScriptedService::new();
        let task = service.offer("shows_life", &format!("{how:?}"));
        let worker = start::<shows_life>(&service, ActivityOptions::new().with_stall_after(STALL));
        let answer = bounded(task.answer()).await;
        assert_eq!(answer.output(), Some(format!("{how:?}").as_str()), "{how}");
        worker.drain().await;
    }
}

#[tokio::test(start_paused = true)]
async fn p6_the_service_hears_nothing_of_a_stalled_task_but_its_failure() {
    let service = ScriptedService::new();
    let task = service.offer("shows_life", "\"nothing\"");
    let options = ActivityOptions::new()
        .with_stall_after(STALL)
        .with_heartbeat(Duration::from_secs(3));
    let worker = start::<shows_life>(&service, options);
    assert_eq!(bounded(task.answer()).await.error(), Some("Worker.Stalled"));
    worker.drain().await;
    assert_eq!(task.answers().len(), 1);
    assert_eq!(service.calls(Operation::Fail).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn p6_a_handler_sees_why_it_is_cancelled_and_the_worker_names_it() {
    let short = Duration::from_secs(12);
    let limits = [
        (
            "deadline",
            ActivityOptions::new().with_timeout(short),
            CancelReason::Deadline,
            "States.Timeout",
        ),
        (
            "stall",
            ActivityOptions::new().with_stall_after(short),
            CancelReason::Stalled,
            "Worker.Stalled",
        ),
    ];
    for (key, options, reason, error) in limits {
        let service = ScriptedService::new();
        let task = service.offer("witness", &format!("{key:?}"));
        let worker = start::<witness>(&service, options);
        let answer = bounded(task.answer()).await;
        // What the handler itself returns after it was cancelled is not used.
        assert_eq!(answer.error(), Some(error));
        assert_eq!(witnessed(key), Some(reason));
        worker.drain().await;
    }
}

#[tokio::test(start_paused = true)]
async fn p6_a_handler_sees_that_its_lease_is_lost() {
    let service = ScriptedService::new();
    let task = service.offer("witness", "\"closed\"");
    let worker = start::<witness>(&service, ActivityOptions::new());
    bounded(service.until(|_| task.is_taken())).await;
    task.close();
    let summary = worker.drain().await;
    assert_eq!(witnessed("closed"), Some(CancelReason::LeaseLost));
    assert_eq!(summary.total().abandoned, 1);
}

#[tokio::test(start_paused = true)]
async fn p6_a_handler_sees_that_the_worker_has_no_time_left() {
    let service = ScriptedService::new();
    let task = service.offer("witness", "\"stopped\"");
    let worker = start::<witness>(&service, ActivityOptions::new());
    bounded(service.until(|_| task.is_taken())).await;
    let summary = worker.drain().await;
    assert_eq!(witnessed("stopped"), Some(CancelReason::ShuttingDown));
    assert_eq!(summary.total().handed_back, 1, "{summary}");
}

#[tokio::test(start_paused = true)]
async fn p6_a_blocking_handler_that_overruns_its_limit_fails_as_a_timeout() {
    let service = ScriptedService::new();
    let task = service.offer("spins", "null");
    let options = ActivityOptions::new().with_timeout(Duration::from_secs(7));
    let worker = start::<spins>(&service, options);
    assert_eq!(bounded(task.answer()).await.error(), Some("States.Timeout"));
    worker.drain().await;
}

#[tokio::test(start_paused = true)]
async fn p6_a_lease_that_must_be_lost_cancels_the_handler_and_is_reported_once() {
    let service = ScriptedService::new();
    for _ in 0..10_000 {
        let error = ServiceError::new(Disposition::Transient, "connection refused");
        service.refuse_next(Operation::Heartbeat, error);
    }
    let limit = Duration::from_secs(30);
    let task = service.offer("witness", "\"lost\"");
    let options = ActivityOptions::new().with_heartbeat_timeout(limit);
    let worker = start::<witness>(&service, options);
    bounded(service.until(|_| task.is_taken())).await;
    let begun = Instant::now();
    let answer = bounded(task.answer()).await;
    assert_eq!(answer.error(), Some("Worker.HeartbeatLost"));
    assert_eq!(witnessed("lost"), Some(CancelReason::LeaseLost));
    let took = begun.elapsed();
    assert!(
        (limit..=limit + Duration::from_millis(10)).contains(&took),
        "{took:?}"
    );
    // They were repeated all the time: not only every ten seconds.
    assert!(service.calls(Operation::Heartbeat).len() > 6);
    worker.drain().await;
    assert_eq!(service.calls(Operation::Fail).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn p6_nothing_is_sent_for_a_task_that_is_gone_while_its_report_is_repeated() {
    let service = ScriptedService::new();
    for _ in 0..10_000 {
        let error = ServiceError::new(Disposition::Transient, "connection refused");
        service.refuse_next(Operation::Succeed, error);
    }
    let task = service.offer("sleeps", "1000");
    let worker = start::<sleeps>(
        &service,
        ActivityOptions::new().with_heartbeat(Duration::from_secs(5)),
    );
    bounded(service.until(|service| service.calls(Operation::Succeed).len() == 3)).await;
    task.close();
    let heard = task.heartbeats().len();
    bounded(service.until(|service| service.calls(Operation::Heartbeat).len() > heard)).await;
    let calls = |service: &ScriptedService| {
        [Operation::Succeed, Operation::Fail, Operation::Heartbeat]
            .map(|operation| service.calls(operation).len())
    };
    sleep(Duration::from_millis(1)).await;
    let said = calls(&service);
    sleep(Duration::from_secs(120)).await;
    assert_eq!(calls(&service), said);
    assert_eq!(worker.drain().await.total().abandoned, 1);
}

#[tokio::test(start_paused = true)]
async fn a_handler_is_told_in_a_drain_how_much_time_is_left() {
    type Left = [Option<u64>; 3];

    /// The whole seconds that are left: before a drain, when it begins, and a minute later.
    #[activity(name = "counts-down")]
    async fn counts_down(context: ActivityContext) -> Result<Left, Failure> {
        let left = || context.time_left().map(|left| left.as_secs());
        let before = left();
        context.draining().await;
        let begun = left();
        sleep(Duration::from_secs(70)).await;
        Ok([before, begun, left()])
    }

    let service = ScriptedService::new();
    let task = service.offer("counts-down", "null");
    let builder = Worker::builder(service.clone())
        .activity::<counts_down>()
        .polls(1..=1)
        .grace(Duration::from_secs(30));
    let worker = Running::start(builder);
    bounded(service.until(|service| task.is_taken() && service.open_polls() == 1)).await;
    worker.drain().await;
    let left: Left = serde_json::from_str(task.answers()[0].output().unwrap()).unwrap();
    // The poll is open for up to a minute, the grace period comes on top; it began when the poll
    // was back, ten seconds before the end.
    assert_eq!(left[0], None);
    assert!(
        matches!(left[1], Some(90..=95)),
        "there is a limit from the start: {left:?}"
    );
    assert!(matches!(left[2], Some(19..=20)), "{left:?}");
}
