//! Crashes of a worker, one at each point of its run.
//!
//! Nothing that a crash leaves behind changes but by a step of a task or by an operation on the
//! disk. So the runtime takes one step at a time, and the disk does only what it is let: between
//! any two of these is a point at which the process can die. What the disk holds then is copied
//! away, as a dead process would leave it; the worker itself is dropped, lock and all.

use std::collections::BTreeMap;
use std::fs;
use std::future::poll_fn;
use std::path::Path;
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use sfn_worker_core::testing::ScriptedService;
use sfn_worker_core::{
    ActivityArn, ActivityName, ActivityService, ErrorName, Payload, PolledTask, ServiceFuture,
    TaskToken, WorkerBuilder, WorkerName,
};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};
use tokio::task::spawn_blocking;
use tokio::time::advance;

/// How much time passes with each step: enough for the delays between attempts to be few steps.
const STEP: Duration = Duration::from_millis(20);
/// No run has so many points.
const FAR_TOO_MANY: usize = 20_000;

/// Runs a worker up to a point and lets it die there. Returns what is then on the disk; none if
/// it was `done` before.
pub(super) fn crash(
    worker: WorkerBuilder,
    outbox: &Path,
    point: usize,
    done: impl Fn() -> bool,
) -> Option<TempDir> {
    let worker = worker.build().unwrap();
    let mut run = Box::pin(worker.run());
    let runtime = one_step_at_a_time();
    let (left, disk) = runtime.block_on(async {
        let mut points = 0..;
        let mut disk = Disk::stopped();
        loop {
            // Before and after the disk has done what it was told.
            for _ in 0..2 {
                let passed = points.next().unwrap();
                assert!(passed < FAR_TOO_MANY, "it does not end");
                if passed == point {
                    return (Some(copied(outbox)), disk);
                }
                disk.do_everything();
            }
            if done() {
                return (None, disk);
            }
            disk = Disk::stopped();
            let ended = poll_fn(|context| Poll::Ready(run.as_mut().poll(context).is_ready())).await;
            assert!(!ended, "it was told to stop by nobody");
            advance(STEP).await;
        }
    });
    // In this order: the runtime waits for the disk, and a `run` that is dropped hands its tasks
    // back on a runtime that lives.
    drop(disk);
    drop(runtime);
    drop(run);
    left
}

/// A runtime that looks at its main future after each step of a task, and whose disk has one
/// queue.
pub(super) fn one_step_at_a_time() -> Runtime {
    Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .event_interval(1)
        .max_blocking_threads(1)
        .build()
        .unwrap()
}

/// The thread that does the work on the disk, and does it only when it is let.
struct Disk(Option<Sender<()>>);

impl Disk {
    /// From now on it does nothing.
    fn stopped() -> Self {
        let (go_on, wait) = mpsc::channel::<()>();
        drop(spawn_blocking(move || wait.recv()));
        Self(Some(go_on))
    }

    /// Lets it do what it was told since it was stopped, and waits for that.
    fn do_everything(&mut self) {
        if self.0.take().is_some() {
            let (done, wait) = mpsc::channel();
            drop(spawn_blocking(move || done.send(())));
            wait.recv().unwrap();
        }
    }
}

/// A copy of what is in a directory, but for the lock.
fn copied(outbox: &Path) -> TempDir {
    let copy = tempfile::tempdir().unwrap();
    for file in files(outbox) {
        fs::copy(outbox.join(&file), copy.path().join(&file)).unwrap();
    }
    copy
}

/// The names of the files in an outbox, but for the lock.
pub(super) fn files(outbox: &Path) -> Vec<String> {
    let entries = fs::read_dir(outbox).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name != "lock").collect()
}

/// The scripted service, with a note of everything that was tried to report for each task.
#[derive(Debug, Clone, Default)]
pub(super) struct Witness {
    pub(super) service: ScriptedService,
    reports: Arc<Mutex<BTreeMap<String, Vec<String>>>>,
}

impl Witness {
    /// The reports of each task, taken or not.
    pub(super) fn reports(&self) -> Vec<Vec<String>> {
        self.reports.lock().unwrap().values().cloned().collect()
    }

    fn note(&self, token: &TaskToken, report: String) {
        let mut reports = self.reports.lock().unwrap();
        let task = reports.entry(token.expose().to_owned());
        task.or_default().push(report);
    }
}

impl ActivityService for Witness {
    fn poll<'a>(
        &'a self,
        activity: &'a ActivityArn,
        worker: &'a WorkerName,
    ) -> ServiceFuture<'a, Option<PolledTask>> {
        self.service.poll(activity, worker)
    }

    fn succeed<'a>(&'a self, token: &'a TaskToken, output: &'a Payload) -> ServiceFuture<'a, ()> {
        self.note(token, format!("succeeded: {}", output.as_str()));
        self.service.succeed(token, output)
    }

    fn fail<'a>(
        &'a self,
        token: &'a TaskToken,
        error: &'a ErrorName,
        cause: &'a str,
    ) -> ServiceFuture<'a, ()> {
        self.note(token, format!("failed: {}: {cause}", error.as_str()));
        self.service.fail(token, error, cause)
    }

    fn heartbeat<'a>(&'a self, token: &'a TaskToken) -> ServiceFuture<'a, ()> {
        self.service.heartbeat(token)
    }

    fn find<'a>(&'a self, names: &'a [ActivityName]) -> ServiceFuture<'a, Vec<ActivityArn>> {
        self.service.find(names)
    }

    fn create<'a>(&'a self, name: &'a ActivityName) -> ServiceFuture<'a, ActivityArn> {
        self.service.create(name)
    }
}
