//! What stands around a drain: an early one, the platform's stop window, the exit code.

use std::ffi::OsString;
use std::os::unix::net::UnixDatagram;
use std::time::Duration;

use sfn_worker_core::platform::{Host, Platform};
use sfn_worker_core::testing::ScriptedService;
use sfn_worker_core::{Ending, Phase, Worker};
use sfn_worker_tests::activities::{echo, sleeps};
use sfn_worker_tests::{Running, bounded};
use tokio::time::{Instant, sleep};

#[tokio::test(start_paused = true)]
async fn p2_an_early_drain_awaits_its_polls_and_gives_tasks_all_the_time_they_need() {
    let service = ScriptedService::new();
    let task = service.offer("sleeps", "7200000");
    let builder = Worker::builder(service.clone())
        .activity::<sleeps>()
        .polls(2..=2)
        .stop_window(Duration::from_secs(30));
    let worker = Running::start(builder);
    bounded(service.until(|service| task.is_taken() && service.open_polls() > 0)).await;

    worker.shutdown.drain_early();
    sleep(Duration::from_secs(61)).await;
    assert_eq!(service.open_polls(), 0);
    assert_eq!(worker.shutdown.phase(), Phase::DrainingEarly);
    let summary = worker.ended().await;

    assert_eq!(summary.total().succeeded, 1);
    assert_eq!(service.dropped_polls(), 0);
    assert_eq!(summary.ending(), Ending::Done);
}

#[tokio::test(start_paused = true)]
async fn a_drain_after_an_early_one_starts_the_clock_and_is_no_abort() {
    let service = ScriptedService::new();
    let task = service.offer("sleeps", "100000000");
    let builder = Worker::builder(service.clone())
        .activity::<sleeps>()
        .grace(Duration::from_secs(40));
    let worker = Running::start(builder);
    bounded(service.until(|_| task.is_taken())).await;

    worker.shutdown.drain_early();
    sleep(Duration::from_secs(3_600)).await;
    let begun = Instant::now();
    worker.shutdown.drain();
    assert_eq!(worker.shutdown.phase(), Phase::Draining);
    let summary = worker.ended().await;

    // The polls came back long ago, so all of the grace period is left.
    let took = begun.elapsed().as_secs();
    assert!((40..=46).contains(&took), "{took} s");
    assert_eq!(task.answers()[0].error(), Some("Worker.ShuttingDown"));
    assert_eq!(summary.ending(), Ending::HandedBack);
}

#[tokio::test(start_paused = true)]
async fn an_abort_ends_an_early_drain() {
    let service = ScriptedService::new();
    let task = service.offer("sleeps", "100000000");
    let worker = Running::start(Worker::builder(service.clone()).activity::<sleeps>());
    bounded(service.until(|_| task.is_taken())).await;

    worker.shutdown.drain_early();
    worker.shutdown.abort();
    assert_eq!(worker.ended().await.ending(), Ending::HandedBack);
}

/// On ECS nobody is asked here: without the feature, and without an endpoint, the default counts.
#[tokio::test(start_paused = true)]
async fn p3_on_ecs_without_configuration_tasks_are_handed_back_within_its_default() {
    let on_ecs = |variable: &str| {
        (variable == "ECS_CONTAINER_METADATA_URI_V4").then(|| OsString::from("nowhere"))
    };
    let platform = Platform::detect_from(on_ecs).await;
    assert_eq!(platform.host(), Host::Ecs);
    let service = ScriptedService::new();
    let task = service.offer("sleeps", "100000000");
    let worker = Worker::builder(service.clone())
        .activity::<sleeps>()
        .build()
        .unwrap();
    let shutdown = worker.shutdown_handle();
    let stop = async {
        bounded(service.until(|_| task.is_taken())).await;
        shutdown.drain();
        Instant::now()
    };

    let (summary, signalled) = tokio::join!(worker.run_on(&platform), stop);

    assert!(signalled.elapsed() < Duration::from_secs(30));
    assert_eq!(task.answers()[0].error(), Some("Worker.ShuttingDown"));
    assert_eq!(summary.ending(), Ending::HandedBack);
}

#[tokio::test(start_paused = true)]
async fn a_unit_that_notifies_stops_when_the_drain_is_over_however_long_it_takes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notify");
    let systemd = UnixDatagram::bind(&path).unwrap();
    systemd.set_nonblocking(true).unwrap();
    let platform = Platform::detect_from(|variable| {
        (variable == "NOTIFY_SOCKET").then(|| path.clone().into_os_string())
    })
    .await;
    let service = ScriptedService::new();
    let task = service.offer("sleeps", "300000");
    let worker = Worker::builder(service.clone())
        .activity::<sleeps>()
        .activity::<echo>()
        .grace(Duration::from_secs(600))
        .build()
        .unwrap();
    let shutdown = worker.shutdown_handle();
    let stop = async {
        bounded(service.until(|_| task.is_taken())).await;
        shutdown.drain();
    };

    let mut heard = Vec::new();
    let run = async { tokio::join!(worker.run_on(&platform), stop).0 };
    let summary = tokio::select! {
        summary = run => summary,
        // The queue is short, so it is emptied all the time.
        () = async {
            loop {
                sleep(Duration::from_secs(1)).await;
                heard.extend(lines(&systemd));
            }
        } => panic!("it listens for ever"),
    };
    heard.extend(lines(&systemd));

    assert_eq!(summary.total().succeeded, 1);
    assert_eq!(heard[0], "READY=1");
    assert!(heard.contains(&"STOPPING=1".to_owned()), "{heard:?}");
    assert!(
        heard.contains(&"STATUS=draining: 1 task in progress".to_owned()),
        "{heard:?}"
    );
    let extensions = heard.iter().filter(|line| line.starts_with("EXTEND_"));
    assert!(extensions.count() >= 300 / 15, "{heard:?}");
    assert!(
        heard
            .last()
            .unwrap()
            .starts_with("STATUS=stopped: 1 task: 1 succeeded")
    );
}

/// What has come since the last look, line by line.
fn lines(systemd: &UnixDatagram) -> Vec<String> {
    let mut lines = Vec::new();
    let mut buffer = [0; 4096];
    while let Ok(length) = systemd.recv(&mut buffer) {
        let text = String::from_utf8_lossy(&buffer[..length]);
        lines.extend(text.lines().map(str::to_owned));
    }
    lines
}
