//! The outbox: what is finished outlives the worker, whenever and however that ends.

mod crash;

use std::cell::Cell;
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use sfn_worker_core::testing::{Answer, Fault, Operation, ScriptedService, ScriptedTask};
use sfn_worker_core::{
    ActivityOptions, Ending, Failure, Outbox, Summary, Worker, WorkerBuilder, activity,
};
use sfn_worker_tests::activities::{echo, nameless, sleeps};
use sfn_worker_tests::{Running, bounded};
use tempfile::TempDir;
use tokio::time::{Instant, sleep};

use self::crash::{Witness, crash, files, one_step_at_a_time};
use crate::log::{heard, listen};

thread_local! {
    /// How many handlers have ended on this thread.
    static ENDED: Cell<usize> = const { Cell::new(0) };
}

/// Doubles even numbers and refuses odd ones.
#[activity]
async fn doubles(number: u64) -> Result<u64, Failure> {
    tokio::task::yield_now().await;
    ENDED.set(ENDED.get() + 1);
    if number.is_multiple_of(2) {
        return Ok(number * 2);
    }
    Err(Failure::named("Odd", format!("{number} is odd")).unwrap())
}

fn is_doubled(number: u64, answer: &Answer) -> bool {
    if number.is_multiple_of(2) {
        answer.output() == Some(&(number * 2).to_string())
    } else {
        answer.error() == Some("Odd") && answer.cause() == Some(&format!("{number} is odd"))
    }
}

/// An outbox that need not outlive the machine.
fn outbox(place: &Path) -> Outbox {
    Outbox::builder(place).flush(false).open().unwrap()
}

#[test]
fn p3_a_crash_at_any_point_loses_nothing_that_was_stored() {
    let seen = [sweep(1, Scene::new), sweep(2, Scene::new)].concat();
    for moment in [
        "a handler has ended, nothing is stored",
        "an outcome is stored, nothing is noted of a report",
        "a report is noted, none was sent",
        "a report was sent, none was taken",
        "a report was taken, the worker does not know",
        "an outcome is removed",
    ] {
        assert!(seen.contains(&moment), "not seen: {moment}: {seen:?}");
    }
}

#[test]
fn p3_a_crash_at_any_point_of_a_resumption_loses_nothing_either() {
    let seen = sweep(3, Scene::left_over);
    for moment in [
        "an outcome is stored, nothing is noted of a report",
        "a report was taken, the worker does not know",
        "an outcome is removed",
    ] {
        assert!(seen.contains(&moment), "not seen: {moment}: {seen:?}");
    }
}

/// Lets a worker die at each point of its run, another one go on, and looks at what came of it.
///
/// With the seed a run goes mostly as the one before it, and so most points are met.
fn sweep(seed: u64, scene: fn() -> Scene) -> Vec<&'static str> {
    let mut seen = BTreeSet::new();
    for point in 0.. {
        fastrand::seed(seed);
        let scene = scene();
        let Some(left) = scene.crash(point) else {
            break;
        };
        seen.extend(scene.moment(left.path()));
        let answered = scene.answered();
        let ended = ENDED.get();
        let stored = files(left.path()).len();
        let resumed = scene.resume(left.path()).resumed;

        assert_eq!(files(left.path()), [""; 0], "point {point}");
        assert_eq!(ENDED.get(), ended, "point {point}: a handler ran again");
        let (gone, late) = (resumed.abandoned, resumed.undelivered);
        assert_eq!((gone, late), (0, 0), "point {point}: {resumed:?}");
        let delivered = scene.answered() - answered;
        let known = stored - delivered;
        assert_eq!(resumed.received, stored as u64, "point {point}");
        let reported = resumed.succeeded + resumed.failed;
        // One answer is lost on the way, of this worker or of the one before.
        let lost = delivered as u64 - reported;
        assert!(lost <= 1, "point {point}: {resumed:?}");
        let probably = resumed.probably_delivered;
        assert_eq!(probably, known as u64 + lost, "point {point}: {resumed:?}");
        if known > 0 {
            seen.insert("a report was taken, the worker does not know");
        }
        for (number, task) in (0..).zip(&scene.tasks) {
            let answers = task.answers();
            assert!(answers.len() <= 1, "point {point}");
            let right = answers.iter().all(|answer| is_doubled(number, answer));
            assert!(right, "point {point}: {answers:?}");
        }
        for reports in scene.witness.reports() {
            let same = reports.windows(2).all(|two| two[0] == two[1]);
            assert!(same, "point {point}: {reports:?}");
        }
    }
    Vec::from_iter(seen)
}

/// Workers one after the other, on one service.
struct Scene {
    witness: Witness,
    tasks: Vec<ScriptedTask>,
    place: TempDir,
}

impl Scene {
    /// Tasks, and trouble on the way of their reports.
    fn new() -> Self {
        ENDED.set(0);
        let witness = Witness::default();
        let offer = |number: u64| witness.service.offer("doubles", &number.to_string());
        let tasks = (0..4).map(offer).collect();
        let scene = Self {
            witness,
            tasks,
            place: tempfile::tempdir().unwrap(),
        };
        scene.trouble();
        scene
    }

    /// A worker has left the outcomes of all tasks, one of which the service has taken, and the
    /// trouble goes on.
    fn left_over() -> Self {
        let scene = Self::new();
        let faults = scene.witness.service.faults();
        faults.clear();
        faults.next(Operation::Succeed, Fault::AnswerLost);
        faults.always(Operation::Succeed, Fault::Denied);
        faults.always(Operation::Fail, Fault::Unreachable);
        one_step_at_a_time().block_on(async {
            let worker = Running::start(scene.worker(scene.place.path()));
            let ledger = scene.witness.service.ledger();
            let reports = || {
                let calls = [Operation::Succeed, Operation::Fail].map(|it| ledger.calls(it).len());
                calls.iter().sum::<usize>()
            };
            bounded(ledger.until(|_| reports() == 4)).await;
            faults.always(Operation::Succeed, Fault::Unanswered);
            worker.shutdown.abort();
            worker.ended().await;
        });
        assert_eq!(files(scene.place.path()).len(), 4);
        assert_eq!(scene.answered(), 1);
        faults.clear();
        scene.trouble();
        scene
    }

    fn trouble(&self) {
        let faults = self.witness.service.faults();
        faults.next(Operation::Succeed, Fault::Throttled);
        faults.next(Operation::Succeed, Fault::AnswerLost);
        faults.next(Operation::Fail, Fault::ServerError);
        faults.next(Operation::Fail, Fault::Unreachable);
    }

    fn worker(&self, place: &Path) -> WorkerBuilder {
        Worker::builder(self.witness.clone())
            .activity::<doubles>()
            .outbox(outbox(place))
    }

    /// Lets a worker die at a point; none if it is done before.
    fn crash(&self, point: usize) -> Option<TempDir> {
        let place = self.place.path();
        crash(self.worker(place), place, point, || {
            self.answered() == self.tasks.len() && files(place).is_empty()
        })
    }

    /// Lets a worker report what is left.
    fn resume(&self, left: &Path) -> Summary {
        let worker = self.worker(left);
        one_step_at_a_time().block_on(async { Running::start(worker).drain().await })
    }

    fn answered(&self) -> usize {
        let closed = |task: &&ScriptedTask| !task.answers().is_empty();
        self.tasks.iter().filter(closed).count()
    }

    /// What is special about what a crash has left.
    fn moment(&self, left: &Path) -> Option<&'static str> {
        let (answered, files) = (self.answered(), files(left));
        let sent = files.iter().any(|file| file.ends_with(".sent"));
        let tried = !self.witness.reports().is_empty();
        match (answered, files.len()) {
            (0, 0) if ENDED.get() > 0 => Some("a handler has ended, nothing is stored"),
            (0, 1..) if sent && !tried => Some("a report is noted, none was sent"),
            (0, 1..) if sent => Some("a report was sent, none was taken"),
            (_, 1..) if !sent => Some("an outcome is stored, nothing is noted of a report"),
            (1.., 0..4) => Some("an outcome is removed"),
            _ => None,
        }
    }
}

/// A worker on a directory, for tests of what one finds there and leaves.
fn echoes(service: &ScriptedService, place: &TempDir) -> WorkerBuilder {
    Worker::builder(service.clone())
        .activity_with::<echo>(ActivityOptions::new().with_heartbeat(Duration::from_secs(3)))
        .outbox(outbox(place.path()))
}

/// Leaves the outcomes of so many tasks in the outbox: nothing that was sent can have arrived.
async fn leave_behind(
    service: &ScriptedService,
    place: &TempDir,
    tasks: usize,
) -> Vec<ScriptedTask> {
    let offer = |number: usize| service.offer("echo", &number.to_string());
    let tasks: Vec<_> = (0..tasks).map(offer).collect();
    let before = service.calls(Operation::Succeed).len();
    service
        .faults()
        .always(Operation::Succeed, Fault::Unreachable);
    let worker = Running::start(echoes(service, place));
    let all = |service: &ScriptedService| service.calls(Operation::Succeed).len() - before;
    bounded(service.until(|service| all(service) >= tasks.len())).await;
    worker.shutdown.abort();
    let summary = worker.ended().await;
    service.faults().clear();
    assert_eq!(summary.total().undelivered, tasks.len() as u64);
    assert_eq!(summary.ending(), Ending::LeftBehind);
    assert_eq!(files(place.path()).len(), tasks.len());
    tasks
}

#[tokio::test(start_paused = true)]
async fn p3_an_abort_leaves_what_was_not_delivered_to_the_next_worker() {
    let (service, place) = (ScriptedService::new(), tempfile::tempdir().unwrap());
    // More than are reported at a time.
    let tasks = leave_behind(&service, &place, 20).await;

    // Another one that is aborted, and that has no slots for more than 16 reports.
    service
        .faults()
        .always(Operation::Succeed, Fault::Unreachable);
    let before = service.calls(Operation::Succeed).len();
    let worker = Running::start(echoes(&service, &place).concurrency(1));
    let tried = |service: &ScriptedService| service.calls(Operation::Succeed).len() - before;
    bounded(service.until(|service| tried(service) >= 16)).await;
    worker.shutdown.abort();
    let summary = worker.ended().await;
    service.faults().clear();
    assert_eq!(summary.resumed.received, 20);
    assert_eq!(summary.resumed.undelivered, 20);
    let text = summary.to_string();
    assert!(
        text.ends_with("; 0 of 20 of an earlier run reported"),
        "{text}"
    );
    assert_eq!(summary.ending(), Ending::LeftBehind);
    assert_eq!(files(place.path()).len(), 20);

    let summary = Running::start(echoes(&service, &place)).drain().await;
    assert_eq!(summary.resumed.succeeded, 20);
    assert_eq!(summary.total().received, 0);
    assert_eq!(summary.ending(), Ending::Done);
    assert_eq!(files(place.path()), [""; 0]);
    for (number, task) in tasks.iter().enumerate() {
        assert_eq!(
            task.answers()[0].output(),
            Some(number.to_string().as_str())
        );
    }
    service.ledger().assert_nothing_lost();
}

#[tokio::test(start_paused = true)]
async fn p3_a_drain_waits_for_what_an_earlier_run_has_left() {
    let (service, place) = (ScriptedService::new(), tempfile::tempdir().unwrap());
    let tasks = leave_behind(&service, &place, 3).await;
    service
        .faults()
        .next_n(Operation::Succeed, 12, Fault::Throttled);
    service
        .faults()
        .next(Operation::Succeed, Fault::Delayed(Duration::from_secs(9)));
    let begun = Instant::now();
    let summary = Running::start(echoes(&service, &place)).drain().await;
    assert!(begun.elapsed() > Duration::from_secs(9));
    assert_eq!(summary.resumed.succeeded, 3);
    assert!(tasks.iter().all(|task| task.answers().len() == 1));
    assert_eq!(files(place.path()), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn p5_what_is_left_is_kept_alive_while_the_service_throttles() {
    let (service, place) = (ScriptedService::new(), tempfile::tempdir().unwrap());
    let tasks = leave_behind(&service, &place, 20).await;
    // What the earlier run had for its heartbeats still holds, also where nobody says so.
    let nobody = || {
        Worker::builder(service.clone())
            .activity::<nameless>()
            .outbox(outbox(place.path()))
    };
    service
        .faults()
        .always(Operation::Succeed, Fault::Throttled);
    let begun = Instant::now();
    let worker = Running::start(nobody().concurrency(32));
    sleep(Duration::from_secs(60)).await;
    service.faults().clear();
    for task in &tasks {
        bounded(task.answer()).await;
    }
    for task in &tasks {
        let mut beats = task.heartbeats();
        beats.retain(|at| *at >= begun);
        let first = beats[0] - begun;
        assert!(first < Duration::from_secs(2), "{first:?}");
    }
    let late = service.ledger().late_heartbeats(Duration::from_secs(4));
    assert!(late.is_empty(), "{}", service.ledger().explain(&late));
    assert_eq!(service.overlapping_calls(), 0);
    assert_eq!(worker.drain().await.resumed.succeeded, 20);
}

#[tokio::test(start_paused = true)]
async fn p6_what_dies_between_two_attempts_is_dropped() {
    let (service, place) = (ScriptedService::new(), tempfile::tempdir().unwrap());
    let tasks = leave_behind(&service, &place, 2).await;
    service.faults().always(Operation::Succeed, Fault::Denied);
    let worker = Running::start(echoes(&service, &place));
    bounded(service.until(|_| tasks[0].heartbeats().len() > 1)).await;
    tasks[0].close();
    sleep(Duration::from_secs(10)).await;
    assert_eq!(files(place.path()).len(), 1, "a heartbeat has told of it");
    service.faults().clear();
    let resumed = worker.drain().await.resumed;
    assert_eq!((resumed.abandoned, resumed.succeeded), (1, 1));
    assert_eq!(files(place.path()), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn the_summary_tells_what_became_of_what_was_left() {
    listen();
    let (service, place) = (ScriptedService::new(), tempfile::tempdir().unwrap());
    let faults = service.faults();
    let taken = service.offer("echo", "1");
    faults.next(Operation::Succeed, Fault::AnswerLost);
    faults.always(Operation::Succeed, Fault::Unreachable);
    faults.always(Operation::Fail, Fault::Unreachable);
    let worker = || {
        Worker::builder(service.clone())
            .activity::<echo>()
            .activity::<nameless>()
            .activity::<sleeps>()
            .outbox(outbox(place.path()))
    };
    let first = Running::start(worker());
    bounded(taken.closed()).await;
    let gone = service.offer("echo", "2");
    let wanted = service.offer("echo", "3");
    let failed = service.offer("nameless", "null");
    let unfinished = service.offer("sleeps", "1000000000");
    let stored = || unfinished.is_taken() && files(place.path()).len() == 4;
    bounded(service.until(|_| stored())).await;
    first.shutdown.abort();
    assert_eq!(first.ended().await.total().undelivered, 5);
    gone.close();
    faults.clear();

    let summary = Running::start(worker()).drain().await;
    let resumed = summary.resumed;
    assert_eq!(resumed.received, 5);
    assert_eq!(resumed.in_progress(), 0);
    assert_eq!(
        (resumed.succeeded, resumed.failed, resumed.handed_back),
        (1, 1, 1)
    );
    assert_eq!((resumed.probably_delivered, resumed.abandoned), (1, 1));
    assert_eq!(summary.total().received, 0);
    assert_eq!(wanted.answers()[0].output(), Some("3"));
    assert_eq!(failed.answers()[0].error(), Some("States.TaskFailed"));
    assert_eq!(
        unfinished.answers()[0].error(),
        Some("Worker.ShuttingDown"),
        "a task that was handed back is retried at last"
    );
    let text = heard();
    assert!(text.contains("reported from the outbox"), "{text}");
    assert!(text.contains("probably delivered by the earlier run"));
    assert!(!text.contains("token-"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn a_success_that_is_refused_on_resumption_counts_as_failed() {
    let (service, place) = (ScriptedService::new(), tempfile::tempdir().unwrap());
    let tasks = leave_behind(&service, &place, 1).await;
    let refused = Fault::Refused("InvalidOutput");
    service.faults().next(Operation::Succeed, refused);
    let resumed = Running::start(echoes(&service, &place))
        .drain()
        .await
        .resumed;
    assert_eq!((resumed.succeeded, resumed.failed), (0, 1));
    assert_eq!(tasks[0].answers()[0].error(), Some("Worker.OutputInvalid"));
}

#[tokio::test(start_paused = true)]
async fn p8_a_full_outbox_is_told_of_once_and_outcomes_are_reported_without_it() {
    listen();
    let (service, place) = (ScriptedService::new(), tempfile::tempdir().unwrap());
    let small = Outbox::builder(place.path()).flush(false).max_entries(2);
    let small = small.open().unwrap();
    let builder = Worker::builder(service.clone()).activity::<echo>();
    let worker = Running::start(builder.outbox(small.clone()));
    service
        .faults()
        .always(Operation::Succeed, Fault::Unreachable);
    let offer = |number: usize| service.offer("echo", &number.to_string());
    let tasks: Vec<_> = (0..6).map(offer).collect();
    // Each more than once, so that all of them were to be stored.
    bounded(service.until(|service| service.calls(Operation::Succeed).len() >= 40)).await;
    assert!(small.is_full());
    service.faults().clear();
    for task in &tasks {
        bounded(task.answer()).await;
    }
    bounded(service.until(|_| tasks.iter().all(ScriptedTask::is_closed))).await;
    bounded(offer(6).answer()).await;
    let summary = worker.drain().await;

    assert_eq!(summary.total().succeeded, 7);
    assert!(small.is_empty());
    let text = heard();
    let told = |what| text.matches(what).count();
    assert_eq!(told("reported without the outbox"), 1, "{text}");
    assert_eq!(told("stored in the outbox again"), 1, "{text}");
    service.ledger().assert_nothing_lost();
}
