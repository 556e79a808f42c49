//! The layers of `middleware` in virtual time, around handlers that do what they are told.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use sfn_worker_core::testing::{Operation, ScriptedService, ScriptedTask};
use sfn_worker_core::{
    ActivityOptions, ErrorName, Failure, Summary, Worker, WorkerBuilder, activity,
};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};
use tower::limit::GlobalConcurrencyLimitLayer;
use tower::retry::RetryLayer;

// The layers as the program has them.
mod breaker;
mod retry;

use self::breaker::CircuitBreaker;
use self::retry::Again;

fn down() -> Failure {
    Failure::new(ErrorName::from_static("Down"), "told to")
}

const BREAKER: CircuitBreaker = CircuitBreaker {
    error: "Down",
    failures: 3,
    pause: Duration::from_secs(120),
};

/// Starts a worker that ends with what is returned.
fn start(builder: WorkerBuilder) -> JoinSet<Summary> {
    let worker = builder.build().unwrap();
    let mut running = JoinSet::new();
    running.spawn(worker.run());
    running
}

async fn answered(tasks: &[ScriptedTask]) {
    for task in tasks {
        let answer = timeout(Duration::from_secs(3_600), task.answer()).await;
        assert!(answer.is_ok(), "the task was not answered");
    }
}

fn offer(service: &ScriptedService, activity: &str, inputs: &[&str]) -> Vec<ScriptedTask> {
    let offer = |input: &&str| service.offer(activity, input);
    inputs.iter().map(offer).collect()
}

/// Fails as it is told.
#[activity]
async fn fails(name: String) -> Result<(), Failure> {
    match name.as_str() {
        "Down" => Err(down()),
        _ => Err(Failure::named(name, "told to").unwrap()),
    }
}

#[tokio::test(start_paused = true)]
async fn an_open_breaker_keeps_the_worker_from_polling() {
    let service = ScriptedService::new();
    let one = ActivityOptions::new().with_concurrency(1);
    let builder = Worker::builder(service.clone()).activity_with::<fails>(one);
    let _running = start(builder.layer(BREAKER));
    let tasks = offer(&service, "fails", &[r#""Down""#; 4]);
    answered(&tasks[..3]).await;

    let opened = Instant::now();
    sleep(Duration::from_secs(119)).await;
    assert_eq!(service.open_polls(), 0);
    assert!(!tasks[3].is_taken());
    answered(&tasks[3..]).await;
    assert!(opened.elapsed() < Duration::from_secs(125));

    // One failure more in the same row opens it again.
    let polls = service.calls(Operation::Poll).len();
    let more = offer(&service, "fails", &[r#""Down""#]);
    sleep(Duration::from_secs(110)).await;
    assert_eq!(service.calls(Operation::Poll).len(), polls);
    answered(&more).await;
}

#[tokio::test(start_paused = true)]
async fn failures_that_do_not_count_and_failures_apart_leave_it_closed() {
    let service = ScriptedService::new();
    let one = ActivityOptions::new().with_concurrency(1);
    let builder = Worker::builder(service.clone()).activity_with::<fails>(one);
    let _running = start(builder.layer(BREAKER));
    let began = Instant::now();
    let other = [r#""Declined""#; 5];
    let apart = [
        r#""Down""#,
        r#""Down""#,
        r#""Declined""#,
        r#""Down""#,
        r#""Down""#,
    ];
    answered(&offer(&service, "fails", &other)).await;
    answered(&offer(&service, "fails", &apart)).await;
    assert!(began.elapsed() < Duration::from_secs(60));
}

static ATTEMPTS: Mutex<Vec<Instant>> = Mutex::new(Vec::new());

/// Is busy three times, then done.
#[activity]
async fn hesitates() -> Result<(), Failure> {
    let mut attempts = ATTEMPTS.lock().unwrap();
    attempts.push(Instant::now());
    match attempts.len() {
        4.. => Ok(()),
        _ => Err(Failure::named("Busy", "told to").unwrap()),
    }
}

#[tokio::test(start_paused = true)]
async fn a_passing_failure_is_tried_again_here_and_no_other_one() {
    let again = Again {
        error: "Busy",
        attempts: 3,
        pause: Duration::from_millis(100),
    };
    let service = ScriptedService::new();
    let builder = Worker::builder(service.clone())
        .activity::<hesitates>()
        .activity::<fails>();
    let _running = start(builder.layer(RetryLayer::new(again)));
    let task = service.offer("hesitates", "null");
    assert_eq!(task.answer().await.output(), Some("null"));
    let attempts = ATTEMPTS.lock().unwrap().clone();
    let pauses: Vec<_> = attempts.windows(2).map(|two| two[1] - two[0]).collect();
    let expected = [100, 200, 400].map(Duration::from_millis);
    let near = |(pause, expected): (&Duration, &Duration)| *pause - *expected;
    for beyond in pauses.iter().zip(&expected).map(near) {
        assert!(beyond <= Duration::from_millis(1), "{pauses:?}");
    }

    let began = Instant::now();
    let task = service.offer("fails", r#""Down""#);
    assert_eq!(task.answer().await.error(), Some("Down"));
    let task = service.offer("fails", r#""Busy""#);
    assert_eq!(task.answer().await.error(), Some("Busy"));
    assert!(began.elapsed() >= Duration::from_millis(700));
}

static RUNNING: AtomicU32 = AtomicU32::new(0);
static MOST: AtomicU32 = AtomicU32::new(0);

async fn work() -> Result<(), Failure> {
    let running = RUNNING.fetch_add(1, Ordering::SeqCst) + 1;
    MOST.fetch_max(running, Ordering::SeqCst);
    sleep(Duration::from_secs(1)).await;
    RUNNING.fetch_sub(1, Ordering::SeqCst);
    Ok(())
}

/// Works.
#[activity]
async fn left() -> Result<(), Failure> {
    work().await
}

/// Works, too.
#[activity]
async fn right() -> Result<(), Failure> {
    work().await
}

#[tokio::test(start_paused = true)]
async fn a_limit_can_be_one_for_several_activities() {
    let service = ScriptedService::new();
    let builder = Worker::builder(service.clone())
        .activity::<left>()
        .activity::<right>();
    let _running = start(builder.layer(GlobalConcurrencyLimitLayer::new(3)));
    let tasks = [
        offer(&service, "left", &["null"; 20]),
        offer(&service, "right", &["null"; 20]),
    ]
    .concat();
    answered(&tasks).await;
    assert_eq!(MOST.load(Ordering::SeqCst), 3);
}
