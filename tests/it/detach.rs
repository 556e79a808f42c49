//! Tasks whose handler has returned while they go on: `ActivityContext::detach`.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use sfn_worker_core::testing::{Operation, ScriptedService, ScriptedTask};
use sfn_worker_core::{
    ActivityContext, ActivityOptions, CancelReason, Completion, Failure, Worker, activity,
};
use sfn_worker_tests::{Running, bounded};
use tokio::time::{Instant, sleep};

/// The completions of tasks that were detached, by their input.
static DETACHED: Mutex<Vec<(String, Completion)>> = Mutex::new(Vec::new());

#[activity(heartbeat = "5s")]
async fn detaches(context: ActivityContext, key: String) -> Result<(), Failure> {
    keep(&key, context.detach());
    // What a handler returns after it has detached its task is not used.
    Err(Failure::permissions("not used"))
}

#[activity(heartbeat = "5s", blocking)]
fn detaches_blocking(context: ActivityContext, key: String) -> Result<(), Failure> {
    keep(&key, context.detach());
    Ok(())
}

/// Does not detach its task, but leaves a context behind.
#[activity(heartbeat = "5s")]
async fn detaches_too_late(context: ActivityContext, key: String) -> Result<&'static str, Failure> {
    keep(&key, context.detach());
    let _first = completion(&key);
    keep(&key, context.detach());
    Ok("not used")
}

fn keep(key: &str, completion: Completion) {
    let mut detached = DETACHED.lock().unwrap_or_else(PoisonError::into_inner);
    detached.push((key.to_owned(), completion));
}

/// Takes the completion of the task with this input.
fn completion(key: &str) -> Completion {
    let mut detached = DETACHED.lock().unwrap_or_else(PoisonError::into_inner);
    let at = detached.iter().position(|(of, _)| of == key).unwrap();
    detached.swap_remove(at).1
}

fn start(service: &ScriptedService, options: ActivityOptions) -> Running {
    Running::start(Worker::builder(service.clone()).activity_with::<detaches>(options))
}

/// Waits until the handler of a task has detached it and returned.
async fn detached(service: &ScriptedService, task: &ScriptedTask, key: &str) -> Completion {
    bounded(service.until(|_| task.is_taken())).await;
    // The clock goes on only when nothing else does.
    sleep(Duration::from_millis(10)).await;
    completion(key)
}

#[tokio::test(start_paused = true)]
async fn a_detached_task_is_finished_later_and_kept_alive_until_then() {
    let service = ScriptedService::new();
    let task = service.offer("detaches", "\"later\"");
    let worker = start(&service, ActivityOptions::new());
    let completion = detached(&service, &task, "later").await;
    sleep(Duration::from_secs(3_600)).await;

    assert!(task.answers().is_empty());
    let beats = task.heartbeats().len();
    assert!((719..=721).contains(&beats), "{beats} in an hour");
    assert!(completion.succeed(&"done"));
    assert_eq!(bounded(task.answer()).await.output(), Some("\"done\""));
    assert_eq!(worker.drain().await.total().succeeded, 1);
    assert_eq!(task.answers().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_detached_task_can_fail() {
    let service = ScriptedService::new();
    let task = service.offer("detaches", "\"fail\"");
    let worker = start(&service, ActivityOptions::new());
    let completion = detached(&service, &task, "fail").await;
    assert!(completion.fail(Failure::named("Declined", "by mail").unwrap()));
    let answer = bounded(task.answer()).await;
    assert_eq!(
        (answer.error(), answer.cause()),
        (Some("Declined"), Some("by mail"))
    );
    worker.drain().await;
}

#[tokio::test]
async fn a_blocking_handler_can_detach_its_task() {
    let service = ScriptedService::new();
    let task = service.offer("detaches_blocking", "\"blocking\"");
    let worker = Running::start(Worker::builder(service.clone()).activity::<detaches_blocking>());
    while DETACHED
        .lock()
        .unwrap()
        .iter()
        .all(|(key, _)| key != "blocking")
    {
        tokio::task::yield_now().await;
    }
    assert!(completion("blocking").succeed(&1));
    assert_eq!(bounded(task.answer()).await.output(), Some("1"));
    worker.shutdown.abort();
    worker.ended().await;
}

#[tokio::test(start_paused = true)]
async fn p3_a_detached_task_cannot_be_forgotten() {
    let service = ScriptedService::new();
    let task = service.offer("detaches", "\"dropped\"");
    let worker = start(&service, ActivityOptions::new());
    drop(detached(&service, &task, "dropped").await);
    let answer = bounded(task.answer()).await;
    assert_eq!(answer.error(), Some("Worker.CompletionDropped"));
    worker.drain().await;
}

#[tokio::test(start_paused = true)]
async fn p1_a_detached_task_holds_its_slot() {
    let service = ScriptedService::new();
    let first = service.offer("detaches", "\"first\"");
    let second = service.offer("detaches", "\"second\"");
    let worker = start(&service, ActivityOptions::new().with_concurrency(1));
    let completion = detached(&service, &first, "first").await;
    sleep(Duration::from_secs(600)).await;
    assert!(!second.is_taken());
    assert!(completion.succeed(&()));
    let completion = detached(&service, &second, "second").await;
    assert!(completion.succeed(&()));
    assert_eq!(worker.drain().await.total().succeeded, 2);
}

#[tokio::test(start_paused = true)]
async fn p6_a_detached_task_that_is_gone_is_cancelled() {
    let service = ScriptedService::new();
    let task = service.offer("detaches", "\"gone\"");
    let worker = start(&service, ActivityOptions::new());
    let completion = detached(&service, &task, "gone").await;
    task.close();
    let reason = bounded(completion.context().cancelled()).await;
    assert_eq!(reason, CancelReason::LeaseLost);
    // The slot is free as soon as whoever has the completion gives it up, or after a while.
    sleep(Duration::from_secs(10)).await;
    assert!(!completion.succeed(&()), "nobody wants it any more");
    assert_eq!(service.calls(Operation::Succeed).len(), 0);
    assert_eq!(worker.drain().await.total().abandoned, 1);
}

#[tokio::test(start_paused = true)]
async fn p6_the_time_limit_goes_on_for_a_detached_task() {
    let service = ScriptedService::new();
    let task = service.offer("detaches", "\"overrun\"");
    let limit = Duration::from_secs(20);
    let worker = start(&service, ActivityOptions::new().with_timeout(limit));
    let completion = detached(&service, &task, "overrun").await;
    let begun = Instant::now();
    assert_eq!(
        bounded(completion.context().cancelled()).await,
        CancelReason::Deadline
    );
    assert!(begun.elapsed() <= limit, "{:?}", begun.elapsed());
    assert_eq!(bounded(task.answer()).await.error(), Some("States.Timeout"));
    assert!(!completion.succeed(&()));
    worker.drain().await;
}

#[tokio::test(start_paused = true)]
async fn p6_the_watchdog_goes_on_for_a_detached_task() {
    let service = ScriptedService::new();
    let task = service.offer("detaches", "\"stalled\"");
    let silence = Duration::from_secs(20);
    let worker = start(&service, ActivityOptions::new().with_stall_after(silence));
    let completion = detached(&service, &task, "stalled").await;
    for step in 0..10 {
        sleep(Duration::from_secs(15)).await;
        completion.context().progress(step, 10);
    }
    assert!(!completion.context().is_cancelled());
    assert_eq!(bounded(task.answer()).await.error(), Some("Worker.Stalled"));
    worker.drain().await;
}

#[tokio::test(start_paused = true)]
async fn a_drain_hands_a_detached_task_back_unless_it_is_finished_in_time() {
    let service = ScriptedService::new();
    let unfinished = service.offer("detaches", "\"unfinished\"");
    let finished = service.offer("detaches", "\"finished\"");
    let worker = start(&service, ActivityOptions::new());
    let left = detached(&service, &unfinished, "unfinished").await;
    let done = detached(&service, &finished, "finished").await;
    worker.shutdown.drain();
    assert_eq!(
        bounded(done.context().cancelled()).await,
        CancelReason::ShuttingDown
    );
    // The last seconds still count.
    assert!(done.succeed(&"just in time"));
    let total = worker.ended().await.total();
    assert_eq!((total.succeeded, total.handed_back), (1, 1));
    assert_eq!(unfinished.answers()[0].error(), Some("Worker.ShuttingDown"));
    assert!(!left.succeed(&()));
}

#[tokio::test(start_paused = true)]
async fn detaching_again_takes_the_task_away_from_the_first_completion() {
    let service = ScriptedService::new();
    // Again while the handler runs, where the first completion is dropped …
    let task = service.offer("detaches_too_late", "\"again\"");
    let worker = Running::start(Worker::builder(service.clone()).activity::<detaches_too_late>());
    let completion = detached(&service, &task, "again").await;
    assert!(task.answers().is_empty(), "the first one has no say");
    assert!(completion.succeed(&2));
    assert_eq!(bounded(task.answer()).await.output(), Some("2"));
    worker.drain().await;

    // … and when it has returned long ago.
    let task = service.offer("detaches", "\"first of two\"");
    let worker = start(&service, ActivityOptions::new());
    let first = detached(&service, &task, "first of two").await;
    let second = first.context().detach();
    assert!(!first.succeed(&1), "the second one has the task");
    sleep(Duration::from_secs(60)).await;
    assert!(task.answers().is_empty());
    assert!(second.succeed(&2));
    assert_eq!(bounded(task.answer()).await.output(), Some("2"));
    worker.drain().await;
}

#[tokio::test(start_paused = true)]
async fn a_completion_made_after_the_end_of_its_task_says_that_it_is_too_late() {
    let service = ScriptedService::new();
    let task = service.offer("detaches", "\"ended\"");
    let worker = start(&service, ActivityOptions::new());
    let completion = detached(&service, &task, "ended").await;
    let context = completion.context().clone();
    assert!(completion.succeed(&1));
    bounded(task.answer()).await;
    assert!(!context.detach().succeed(&2));
    worker.drain().await;
    assert_eq!(task.answers().len(), 1);
}
