//! The outbox and `kill -9`: a worker in a process of its own is killed where work could get
//! lost, and the next one reports what it had finished.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use sfn_worker_core::testing::{Answer, Fault, Operation, ScriptedService, ScriptedTask};
use sfn_worker_core::{AwsService, Outbox, Worker, activity};
use sfn_worker_tests::Endpoint;
use tempfile::TempDir;
use tokio::time::{sleep, timeout};

/// Longer than any of these tests may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// Tells the process that it is the worker, and where the endpoint is.
const ENDPOINT: &str = "SFN_TEST_OUTBOX_ENDPOINT";
/// Tells the worker its directory.
const PLACE: &str = "SFN_TEST_OUTBOX_PLACE";

/// Notes that it was called, waits until it may end, and has something to say.
#[activity]
async fn writes(input: serde_json::Value) -> anyhow::Result<serde_json::Value> {
    let place = PathBuf::from(std::env::var_os(PLACE).unwrap());
    let mut calls = OpenOptions::new();
    let mut calls = calls.append(true).create(true).open(place.join("calls"))?;
    writeln!(calls, "{input}")?;
    until(|| place.join("go").exists()).await;
    anyhow::ensure!(input["well"] != false, "it \"did not\" go well: {input}");
    Ok(serde_json::json!({ "text": "\u{fc}\t\"", "input": input }))
}

/// The process that is killed: nothing to be tested, unless another test starts it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_works_until_it_is_killed_or_its_input_ends() {
    let (Ok(endpoint), Some(place)) = (std::env::var(ENDPOINT), std::env::var_os(PLACE)) else {
        return;
    };
    let place = PathBuf::from(place);
    tracing_subscriber::fmt()
        .with_writer(io::stderr)
        .with_ansi(false)
        .init();
    let service = AwsService::new(&crate::config(&endpoint).await);
    let worker = Worker::builder(service)
        .activity::<writes>()
        .arn_prefix("arn:aws:states:us-east-1:000000000000:activity:")
        .outbox(Outbox::open(place.join("outbox")).unwrap())
        .build()
        .unwrap();
    let shutdown = worker.shutdown_handle();
    thread::spawn(move || {
        // It ends with the test, also when that fails.
        let _ = io::stdin().read_to_end(&mut Vec::new());
        shutdown.drain();
    });
    let summary = worker.run().await;
    fs::write(place.join("summary"), format!("{:?}", summary.resumed)).unwrap();
}

#[tokio::test]
async fn p3_a_report_that_reached_nobody_survives_kill_9() {
    let mut site = Site::new().await;
    let task = site.service.offer("writes", r#"{"n": 1.50}"#);
    let worker = site.start();
    until(|| site.calls() == 1).await;
    site.endpoint.stop().await;
    site.let_go();
    until(|| !site.files().is_empty()).await;
    worker.kill();

    site.endpoint.start().await;
    let resumed = site.reports_as_it_would_have(&task, r#"{"n": 1.50}"#).await;
    assert!(resumed.contains("succeeded: 1"), "{resumed}");
}

#[tokio::test]
async fn p3_a_report_that_was_not_answered_survives_kill_9() {
    let site = Site::new().await;
    site.let_go();
    let faults = site.service.faults();
    faults.always(Operation::Succeed, Fault::Unanswered);
    let task = site.service.offer("writes", "[]");
    let worker = site.start();
    until(|| site.reports(Operation::Succeed) == 1).await;
    worker.kill();

    faults.clear();
    let resumed = site.reports_as_it_would_have(&task, "[]").await;
    assert!(resumed.contains("succeeded: 1"), "{resumed}");
}

#[tokio::test]
async fn p3_a_report_that_the_service_failed_to_take_survives_kill_9() {
    let site = Site::new().await;
    site.let_go();
    let faults = site.service.faults();
    faults.always(Operation::Fail, Fault::ServerError);
    let task = site.service.offer("writes", r#"{"well": false}"#);
    let worker = site.start();
    // Answered once, and repeated.
    until(|| site.reports(Operation::Fail) == 2).await;
    worker.kill();

    faults.clear();
    let resumed = site
        .reports_as_it_would_have(&task, r#"{"well": false}"#)
        .await;
    assert!(resumed.contains("failed: 1"), "{resumed}");
}

#[tokio::test]
async fn p4_a_report_that_was_taken_before_kill_9_counts_as_probably_delivered() {
    let site = Site::new().await;
    site.let_go();
    let faults = site.service.faults();
    faults.next(Operation::Succeed, Fault::AnswerLost);
    faults.always(Operation::Succeed, Fault::Unanswered);
    let task = site.service.offer("writes", "[1]");
    let worker = site.start();
    until(|| task.is_closed()).await;
    worker.kill();
    assert_eq!(site.files(), ["000000000000.sent"]);

    faults.clear();
    let resumed = site.reports_as_it_would_have(&task, "[1]").await;
    assert!(resumed.contains("probably_delivered: 1"), "{resumed}");
}

#[tokio::test]
async fn what_died_with_its_worker_is_dropped_with_a_line_in_the_log() {
    let site = Site::new().await;
    site.let_go();
    site.service
        .faults()
        .always(Operation::Succeed, Fault::Denied);
    let task = site.service.offer("writes", "[2]");
    let worker = site.start();
    // It has been refused, and will not be tried again for seconds.
    until(|| site.reports(Operation::Succeed) == 1 && site.files() == ["000000000000.held"]).await;
    worker.kill();

    task.close();
    let worker = site.start();
    until(|| site.files().is_empty()).await;
    let resumed = worker.end(&site).await;
    assert!(resumed.contains("abandoned: 1"), "{resumed}");
    assert_eq!(task.answers(), []);
    assert_eq!(site.calls(), 1);
    let log = site.log();
    assert!(log.contains("dropped from the outbox"), "{log}");
    assert!(log.contains("token#") && !log.contains("token-0"), "{log}");
}

/// Workers one after the other on one endpoint and one directory.
struct Site {
    service: ScriptedService,
    endpoint: Endpoint,
    place: TempDir,
}

impl Site {
    async fn new() -> Self {
        let service = ScriptedService::new();
        // A drain waits for the polls.
        service.hold_polls(Duration::from_millis(200));
        Self {
            endpoint: Endpoint::serve(service.clone(), &["writes"]).await,
            service,
            place: tempfile::tempdir().unwrap(),
        }
    }

    fn start(&self) -> Process {
        let log = OpenOptions::new()
            .append(true)
            .create(true)
            .open(self.path("log"));
        let worker = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "--nocapture"])
            .arg("outbox::a_worker_works_until_it_is_killed_or_its_input_ends")
            .env(ENDPOINT, self.endpoint.url())
            .env(PLACE, self.place.path())
            .stdin(Stdio::piped())
            .stdout(File::create(self.path("harness")).unwrap())
            .stderr(log.unwrap())
            .spawn();
        Process(worker.unwrap())
    }

    /// Lets the handlers end.
    fn let_go(&self) {
        fs::write(self.path("go"), "").unwrap();
    }

    /// Starts the next worker, which must report what the first one has left as that would
    /// have: as the outcome of a task of the same input is reported. Returns what it counted.
    async fn reports_as_it_would_have(&self, task: &ScriptedTask, input: &str) -> String {
        let stored = self.files().len();
        let handled = self.calls();
        assert_eq!((stored, handled), (1, 1), "{}", self.log());
        let worker = self.start();
        until(|| self.files().is_empty()).await;
        assert_eq!(self.calls(), 1, "the handler ran again");

        let again = self.service.offer("writes", input);
        let expected: Answer = timeout(PATIENCE, again.answer()).await.unwrap();
        assert_eq!(task.answers(), [expected]);
        let resumed = worker.end(self).await;
        assert_eq!(self.files(), [""; 0]);
        assert!(!self.log().contains("token-"), "{}", self.log());
        resumed
    }

    /// How often a handler was called.
    fn calls(&self) -> usize {
        read(&self.path("calls")).lines().count()
    }

    fn reports(&self, operation: Operation) -> usize {
        self.service.calls(operation).len()
    }

    /// The names of the outcomes that are stored.
    fn files(&self) -> Vec<String> {
        let files = fs::read_dir(self.path("outbox")).into_iter().flatten();
        let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
        let whole = |name: &String| name.ends_with(".held") || name.ends_with(".sent");
        names.filter(whole).collect()
    }

    fn log(&self) -> String {
        read(&self.path("log"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.place.path().join(name)
    }
}

/// A worker that does not outlive its test.
struct Process(Child);

impl Process {
    fn kill(mut self) {
        self.0.kill().unwrap();
        let status = self.0.wait().unwrap();
        assert_eq!(status.code(), None, "it ended before it was killed");
    }

    /// Drains the worker. Returns what it counted of what an earlier one had left.
    async fn end(mut self, site: &Site) -> String {
        drop(self.0.stdin.take());
        let mut status = None;
        until(|| {
            status = self.0.try_wait().unwrap();
            status.is_some()
        })
        .await;
        assert!(status.unwrap().success(), "{}", site.log());
        read(&site.path("summary"))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // One that has ended is no error.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Looks again and again until something holds.
async fn until(mut holds: impl FnMut() -> bool) {
    let look = async {
        while !holds() {
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(PATIENCE, look).await.unwrap();
}

/// What is in a file; nothing if there is none.
fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_default()
}
