//! Discovery in a program whose activities live in two crates.

#![forbid(unsafe_code)]
#![deny(warnings, missing_docs, clippy::pedantic)]
#![expect(clippy::unused_async, reason = "handlers with nothing to wait for")]

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use worker::testing::ScriptedService;
use worker::{ActivityOptions, Failure, Worker, activities, activity};

// Nothing of the library is named; without this line it would not be linked.
use sfn_worker_discovery_tests as _;

/// Greets.
#[activity(name = "program-greet", crate = ::worker)]
async fn greet(name: String) -> Result<String, Failure> {
    Ok(format!("hello {name}"))
}

/// Its activity has the name of one in the library.
struct Rival;

#[activities(crate = ::worker)]
impl Rival {
    #[activity(name = "library-sum")]
    async fn sum() -> Result<(), Failure> {
        Ok(())
    }
}

/// What the worker of a test logs.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut log = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        log.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn activities_of_every_crate_of_the_program_are_found() {
    let service = ScriptedService::new();
    let worker = Worker::builder(service.clone())
        .annotated()
        .build()
        .unwrap();
    let shutdown = worker.shutdown_handle();
    let answers = async {
        let mut outputs = Vec::new();
        for (activity, input) in [
            ("library-hidden", "{}"),
            ("library-sum", "[1, 2]"),
            ("program-greet", r#""Ada""#),
        ] {
            let answer = service.offer(activity, input).answer().await;
            outputs.push(answer.output().map(str::to_owned));
        }
        shutdown.drain();
        outputs
    };
    let (summary, outputs) = tokio::join!(worker.run(), answers);
    let expected = ["null", "3", r#""hello Ada""#];
    assert_eq!(outputs, expected.map(|output| Some(output.to_owned())));
    assert_eq!(summary.total().succeeded, 3);
}

#[tokio::test(start_paused = true)]
async fn what_was_found_is_logged_with_its_place_in_the_order_of_names() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let worker = Worker::builder(ScriptedService::new())
        .annotated()
        .activity_with::<greet>(ActivityOptions::new().with_concurrency(3))
        .build()
        .unwrap();
    let shutdown = worker.shutdown_handle();
    shutdown.drain();
    worker.run().await;
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let line = |activity: &str| {
        let name = format!("activity={activity} ");
        let at = log.lines().position(|line| line.contains(&name)).unwrap();
        (at, log.lines().nth(at).unwrap())
    };
    let (given, hidden, sum) = (
        line("program-greet"),
        line("library-hidden"),
        line("library-sum"),
    );
    assert!(given.0 < hidden.0 && hidden.0 < sum.0, "{log}");
    assert!(
        given.1.contains("registered") && given.1.contains("concurrency=3"),
        "{}",
        given.1
    );
    assert!(given.1.contains("main.rs:"), "{}", given.1);
    assert!(
        hidden.1.contains(" found ") && hidden.1.contains("library.rs:"),
        "{}",
        hidden.1
    );
}

#[test]
fn a_duplicate_is_refused_with_both_places() {
    let error = Worker::builder(ScriptedService::new())
        .activities(Rival)
        .annotated()
        .build()
        .unwrap_err();
    let [problem] = error.problems() else {
        panic!("{error}");
    };
    assert_eq!(problem.value(), "library-sum");
    let remedy = problem.remedy();
    assert!(
        remedy.contains("main.rs:") && remedy.contains("library.rs:"),
        "{remedy}"
    );
}
