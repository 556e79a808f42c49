//! `tower` layers around handlers: readiness before a poll, order, errors, panics.

use std::error::Error;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use sfn_worker_core::testing::ScriptedService;
use sfn_worker_core::{ActivityOptions, Call, Failure, HandlerService, Payload, Worker};
use sfn_worker_tests::activities::{charge, echo, sleeps};
use sfn_worker_tests::{Running, bounded};
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep};
use tokio_util::sync::PollSemaphore;
use tower::limit::ConcurrencyLimitLayer;
use tower::util::MapErrLayer;
use tower::{Layer, Service, layer::layer_fn};

type Answer = Pin<Box<dyn Future<Output = Result<Payload, Failure>> + Send>>;

/// A layer that is not ready until it is let go.
#[derive(Clone)]
struct Held {
    inner: HandlerService,
    gate: PollSemaphore,
}

impl Service<Call> for Held {
    type Response = Payload;
    type Error = Failure;
    type Future = Answer;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        let _passed = ready!(self.gate.poll_acquire(context));
        self.inner.poll_ready(context)
    }

    fn call(&mut self, call: Call) -> Answer {
        self.inner.call(call)
    }
}

/// A layer that does what it is told when it is asked whether it is ready, called, or cloned.
struct Odd {
    inner: HandlerService,
    /// How often it is still odd.
    left: Arc<AtomicUsize>,
    oddity: Oddity,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Oddity {
    NeverReady,
    PanicsWhenAsked,
    PanicsWhenCalled,
    PanicsWhenCloned,
}

impl Odd {
    fn is_odd(&self) -> bool {
        let less = |left: usize| left.checked_sub(1);
        self.left
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, less)
            .is_ok()
    }

    fn layer(oddity: Oddity, times: usize) -> impl Layer<HandlerService, Service = Self> + Clone {
        let left = Arc::new(AtomicUsize::new(times));
        layer_fn(move |inner| Self {
            inner,
            left: Arc::clone(&left),
            oddity,
        })
    }
}

impl Clone for Odd {
    fn clone(&self) -> Self {
        // Every other time: the first clone is made by the worker's start, which may fail.
        let odd = self.oddity == Oddity::PanicsWhenCloned
            && self.is_odd()
            && self.left.load(Ordering::SeqCst) % 2 == 1;
        assert!(!odd, "cloned");
        Self {
            inner: self.inner.clone(),
            left: Arc::clone(&self.left),
            oddity: self.oddity,
        }
    }
}

impl Service<Call> for Odd {
    type Response = Payload;
    type Error = Failure;
    type Future = Answer;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        match self.oddity {
            Oddity::NeverReady if self.is_odd() => {
                Poll::Ready(Err(Failure::permissions("never ready")))
            }
            Oddity::PanicsWhenAsked if self.is_odd() => panic!("asked"),
            _ => self.inner.poll_ready(context),
        }
    }

    fn call(&mut self, call: Call) -> Answer {
        assert!(
            self.oddity != Oddity::PanicsWhenCalled || !self.is_odd(),
            "called"
        );
        self.inner.call(call)
    }
}

/// A layer that notes when a call goes in and when it comes out.
#[derive(Clone)]
struct Noted {
    inner: HandlerService,
    name: &'static str,
    notes: Arc<Mutex<Vec<String>>>,
}

impl Service<Call> for Noted {
    type Response = Payload;
    type Error = Failure;
    type Future = Answer;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, call: Call) -> Answer {
        let (name, notes) = (self.name, Arc::clone(&self.notes));
        notes.lock().unwrap().push(format!("into {name}"));
        let called = self.inner.call(call);
        Box::pin(async move {
            let result = called.await;
            notes.lock().unwrap().push(format!("out of {name}"));
            result
        })
    }
}

#[tokio::test(start_paused = true)]
async fn p1_a_layer_that_is_not_ready_keeps_tasks_in_the_service() {
    let gate = Arc::new(Semaphore::new(0));
    let held = PollSemaphore::new(Arc::clone(&gate));
    let service = ScriptedService::new();
    let task = service.offer("echo", "1");
    let builder = Worker::builder(service.clone())
        .activity::<echo>()
        .layer(layer_fn(move |inner| Held {
            inner,
            gate: held.clone(),
        }));
    let worker = Running::start(builder);
    sleep(Duration::from_secs(600)).await;
    assert!(!task.is_taken());
    assert_eq!(service.most_open_polls(), 0);
    gate.add_permits(1);
    assert_eq!(bounded(task.answer()).await.output(), Some("1"));
    worker.drain().await;
}

#[tokio::test(start_paused = true)]
async fn p1_a_limit_in_a_layer_bounds_polls_and_tasks_of_each_activity() {
    let service = ScriptedService::new();
    let tasks: Vec<_> = (0..6).map(|_| service.offer("sleeps", "10000")).collect();
    let builder = Worker::builder(service.clone())
        .activity_with::<sleeps>(ActivityOptions::new().with_concurrency(8))
        .activity::<echo>()
        .layer(ConcurrencyLimitLayer::new(2));
    let worker = Running::start(builder);
    let begun = Instant::now();
    bounded(service.until(|_| tasks[1].is_taken())).await;
    sleep(Duration::from_secs(5)).await;
    assert!(!tasks[2].is_taken(), "the limit is two");
    // The other activity has a limit of its own.
    let other = service.offer("echo", "1");
    bounded(other.answer()).await;
    for task in &tasks {
        bounded(task.answer()).await;
    }
    let took = begun.elapsed().as_secs();
    assert_eq!(took, 30, "two at a time");
    worker.drain().await;
}

#[tokio::test(start_paused = true)]
async fn a_layer_that_says_it_will_never_be_ready_is_made_anew() {
    let service = ScriptedService::new();
    let task = service.offer("echo", "1");
    let builder = Worker::builder(service.clone())
        .activity::<echo>()
        .layer(Odd::layer(Oddity::NeverReady, 20));
    let worker = Running::start(builder);
    assert_eq!(bounded(task.answer()).await.output(), Some("1"));
    worker.drain().await;
}

#[tokio::test(start_paused = true)]
async fn p7_a_layer_that_panics_when_it_is_asked_does_not_end_polling() {
    let service = ScriptedService::new();
    let task = service.offer("echo", "1");
    let builder = Worker::builder(service.clone())
        .activity::<echo>()
        .layer(Odd::layer(Oddity::PanicsWhenAsked, 20));
    let worker = Running::start(builder);
    assert_eq!(bounded(task.answer()).await.output(), Some("1"));
    worker.drain().await;
}

#[tokio::test(start_paused = true)]
async fn p7_a_layer_that_panics_when_it_is_called_fails_the_task() {
    let service = ScriptedService::new();
    let tasks = [service.offer("echo", "1"), service.offer("echo", "2")];
    let builder = Worker::builder(service.clone())
        .activity_with::<echo>(ActivityOptions::new().with_concurrency(1))
        .layer(Odd::layer(Oddity::PanicsWhenCalled, 1));
    let worker = Running::start(builder);
    let answer = bounded(tasks[0].answer()).await;
    assert_eq!(answer.error(), Some("Worker.HandlerPanicked"));
    assert_eq!(bounded(tasks[1].answer()).await.output(), Some("2"));
    worker.drain().await;
}

#[tokio::test(start_paused = true)]
async fn p3_a_layer_that_panics_when_it_is_cloned_costs_no_task() {
    let service = ScriptedService::new();
    let tasks: Vec<_> = (0..10).map(|_| service.offer("echo", "1")).collect();
    let builder = Worker::builder(service.clone())
        .activity::<echo>()
        .polls(1..=1)
        .layer(Odd::layer(Oddity::PanicsWhenCloned, 13));
    let worker = Running::start(builder);
    for task in &tasks {
        assert_eq!(bounded(task.answer()).await.output(), Some("1"));
    }
    worker.drain().await;
}

#[tokio::test(start_paused = true)]
async fn the_first_layer_is_the_outermost() {
    let notes = Arc::new(Mutex::new(Vec::new()));
    let noted = |name| {
        let notes = Arc::clone(&notes);
        layer_fn(move |inner| Noted {
            inner,
            name,
            notes: Arc::clone(&notes),
        })
    };
    let service = ScriptedService::new();
    let task = service.offer("echo", "1");
    let builder = Worker::builder(service.clone())
        .layer(noted("first"))
        .activity::<echo>()
        .layer(noted("second"));
    let worker = Running::start(builder);
    bounded(task.answer()).await;
    worker.drain().await;
    assert_eq!(
        *notes.lock().unwrap(),
        ["into first", "into second", "out of second", "out of first"]
    );
}

#[tokio::test(start_paused = true)]
async fn a_failure_that_a_layer_boxes_keeps_its_name() {
    let service = ScriptedService::new();
    let task = service.offer("charge-card", r#"{"cents":100}"#);
    let boxed = |failure: Failure| -> Box<dyn Error + Send + Sync> { failure.into() };
    let builder = Worker::builder(service.clone())
        .activity::<charge>()
        .layer(MapErrLayer::new(boxed));
    let worker = Running::start(builder);
    let answer = bounded(task.answer()).await;
    assert_eq!(answer.error(), Some("CardDeclined"));
    worker.drain().await;
}
