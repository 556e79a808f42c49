//! P5: heartbeats do not depend on handlers; P6: a task that is no longer wanted is cancelled.

use std::time::Duration;

use sfn_worker_core::testing::{Operation, ScriptedService};
use sfn_worker_core::{ActivityOptions, Disposition, Envelope, Payload, ServiceError, Worker};
use sfn_worker_tests::activities::{asks, attentive, echo, finishes_on_drain, sleeps, spins};
use sfn_worker_tests::{Running, TrapService, Trapped, bounded};
use tokio::time::{Instant, sleep};

use crate::log::{heard, listen};

#[tokio::test(start_paused = true)]
async fn p5_heartbeats_are_sent_on_a_fixed_schedule_from_receipt() {
    let service = ScriptedService::new();
    let task = service.offer("attentive", "null");
    let worker = Running::start(Worker::builder(service.clone()).activity::<attentive>());
    bounded(service.until(|_| task.is_taken())).await;
    let received = Instant::now();

    service.delay_next(Operation::Heartbeat, Duration::from_secs(2));
    sleep(Duration::from_secs(26)).await;
    let beats = task.heartbeats();
    // By chance between half an interval and a whole one after the receipt, answered two
    // seconds late; the schedule does not shift.
    let first = (beats[0] - received).as_secs_f64() - 2.0;
    assert!((2.5..=5.0).contains(&first), "{first}");
    let gaps: Vec<f64> = beats
        .windows(2)
        .map(|pair| (pair[1] - pair[0]).as_secs_f64())
        .collect();
    assert!((gaps[0] - 3.0).abs() < 0.01, "{gaps:?}");
    assert!(
        gaps[1..].iter().all(|gap| (gap - 5.0).abs() < 0.01),
        "{gaps:?}"
    );
    assert!(gaps.len() >= 3, "{gaps:?}");
    worker.shutdown.abort();
    worker.ended().await;
}

#[tokio::test(start_paused = true)]
async fn p6_a_task_that_is_gone_is_cancelled_within_one_interval_and_nothing_more_is_sent() {
    let service = ScriptedService::new();
    let task = service.offer("attentive", "null");
    let worker = Running::start(Worker::builder(service.clone()).activity::<attentive>());
    bounded(service.until(|_| task.is_taken())).await;

    sleep(Duration::from_secs(12)).await;
    let beats = service.calls(Operation::Heartbeat).len();
    task.close();
    sleep(Duration::from_secs(60)).await;

    assert_eq!(
        service.calls(Operation::Heartbeat).len(),
        beats + 1,
        "one learns, then silence"
    );
    assert!(service.calls(Operation::Fail).is_empty());
    assert!(service.calls(Operation::Succeed).is_empty());
    let summary = worker.drain().await;
    assert_eq!(summary.total().abandoned, 1);
    assert!(summary.is_clean());
}

#[tokio::test(start_paused = true)]
async fn p6_a_handler_that_ignores_the_cancellation_frees_its_slot_all_the_same() {
    let service = ScriptedService::new();
    let task = service.offer("sleeps", "100000000");
    let options = ActivityOptions::new().with_concurrency(1);
    let worker = Running::start(Worker::builder(service.clone()).activity_with::<sleeps>(options));
    bounded(service.until(|_| task.is_taken())).await;
    task.close();

    let next = service.offer("sleeps", "1");
    let begun = Instant::now();
    bounded(next.answer()).await;
    // One heartbeat interval to learn of it and five seconds for the handler to stop.
    assert!(
        begun.elapsed() <= Duration::from_secs(16),
        "{:?}",
        begun.elapsed()
    );
    worker.drain().await;
}

#[tokio::test(start_paused = true)]
async fn a_failed_heartbeat_is_repeated_before_the_next_one_is_due() {
    let service = ScriptedService::new();
    let task = service.offer("attentive", "null");
    let worker = Running::start(Worker::builder(service.clone()).activity::<attentive>());
    bounded(service.until(|_| task.is_taken())).await;
    let error = ServiceError::new(Disposition::Throttled, "Rate exceeded");
    service.refuse_next(Operation::Heartbeat, error);

    bounded(service.until(|_| !task.heartbeats().is_empty())).await;
    let calls = service.calls(Operation::Heartbeat);
    let repeated = (task.heartbeats()[0] - calls[0]).as_secs_f64();
    // The interval is five seconds.
    assert!((0.2..1.0).contains(&repeated), "{repeated}");
    worker.shutdown.abort();
    worker.ended().await;
}

#[tokio::test(start_paused = true)]
async fn p5_heartbeats_go_on_while_a_report_is_repeated() {
    let service = ScriptedService::new();
    for _ in 0..12 {
        let error = ServiceError::new(Disposition::Transient, "connection reset");
        service.refuse_next(Operation::Succeed, error);
    }
    let task = service.offer("echo", "1");
    let builder = Worker::builder(service.clone())
        .activity::<echo>()
        .heartbeat(Duration::from_secs(5));
    let worker = Running::start(builder);
    bounded(task.answer()).await;
    assert!(task.heartbeats().len() >= 3, "{:?}", task.heartbeats());
    assert_eq!(service.overlapping_calls(), 0);
    worker.drain().await;
}

#[tokio::test(start_paused = true)]
async fn a_handler_can_ask_at_once_whether_its_task_is_still_wanted() {
    let service = ScriptedService::new();
    let task = service.offer("asks", "null");
    let worker = Running::start(Worker::builder(service.clone()).activity::<asks>());
    assert_eq!(
        bounded(task.answer()).await.output(),
        Some("\"still wanted\"")
    );
    assert_eq!(task.heartbeats().len(), 1);
    assert_eq!(service.overlapping_calls(), 0);

    let task = service.offer("asks", "null");
    bounded(service.until(|_| task.is_taken())).await;
    task.close();
    sleep(Duration::from_secs(10)).await;
    let total = worker.drain().await.total();
    assert_eq!((total.succeeded, total.abandoned, total.failed), (1, 1, 0));
}

#[tokio::test(start_paused = true)]
async fn p6_a_blocking_handler_is_told_through_its_context() {
    let service = ScriptedService::new();
    let task = service.offer("spins", "null");
    let worker = Running::start(Worker::builder(service.clone()).activity::<spins>());
    bounded(service.until(|_| task.is_taken())).await;
    task.close();
    let summary = worker.drain().await;
    assert_eq!(summary.total().abandoned, 1);
    assert!(task.answers().is_empty());
}

#[tokio::test(start_paused = true)]
async fn p5_heartbeats_go_on_while_draining() {
    let service = ScriptedService::new();
    let task = service.offer("finishes_on_drain", "null");
    let worker = Running::start(Worker::builder(service.clone()).activity::<finishes_on_drain>());
    bounded(service.until(|_| task.is_taken())).await;
    sleep(Duration::from_secs(60)).await;
    let before = task.heartbeats().len();
    worker.drain().await;
    // The handler needs ten seconds more, its interval is four.
    let after = task.heartbeats().len() - before;
    assert!((2..=3).contains(&after), "{after}");
}

#[tokio::test(start_paused = true)]
async fn p5_heartbeats_keep_to_their_budget_at_an_even_pace_and_in_turn() {
    listen();
    let service = ScriptedService::new();
    let tasks: Vec<_> = (0..100)
        .map(|_| service.offer("sleeps", "100000000"))
        .collect();
    let options = ActivityOptions::new()
        .with_concurrency(100)
        .with_heartbeat(Duration::from_secs(10));
    let builder = Worker::builder(service.clone())
        .activity_with::<sleeps>(options)
        .heartbeat_budget(5);
    let worker = Running::start(builder);
    bounded(service.until(|_| tasks.iter().all(|task| task.is_taken()))).await;
    sleep(Duration::from_secs(30)).await;
    let from = Instant::now();
    sleep(Duration::from_secs(100)).await;

    // A hundred tasks want ten heartbeats a second, five are allowed.
    let calls = service.calls(Operation::Heartbeat);
    let calls: Vec<_> = calls.into_iter().filter(|at| *at >= from).collect();
    assert!((495..=505).contains(&calls.len()), "{}", calls.len());
    let gaps = calls.windows(2).map(|pair| pair[1] - pair[0]);
    let (least, most) = (gaps.clone().min().unwrap(), gaps.max().unwrap());
    assert!(least >= Duration::from_millis(140), "{least:?}");
    assert!(most <= Duration::from_millis(260), "{most:?}");
    // Every task gets its share: those that wait longest are first.
    let beats = tasks.iter().map(|task| task.heartbeats().len());
    let (least, most) = (beats.clone().min().unwrap(), beats.max().unwrap());
    assert!(most - least <= 1, "{least} to {most} heartbeats");
    worker.shutdown.abort();
    worker.ended().await;
    let told = heard().matches("heartbeats are late").count();
    assert_eq!(told, 1, "once, and not for each");
}

#[tokio::test(start_paused = true)]
async fn tasks_that_came_together_do_not_beat_together() {
    let service = ScriptedService::new();
    let tasks: Vec<_> = (0..16)
        .map(|_| service.offer("attentive", "null"))
        .collect();
    let worker = Running::start(Worker::builder(service.clone()).activity::<attentive>());
    bounded(service.until(|_| tasks.iter().all(|task| !task.heartbeats().is_empty()))).await;
    let first: Vec<_> = tasks.iter().map(|task| task.heartbeats()[0]).collect();
    let spread = *first.iter().max().unwrap() - *first.iter().min().unwrap();
    // Drawn from two and a half seconds: sixteen in half a second would be a miracle.
    assert!(spread > Duration::from_millis(500), "{spread:?}");
    worker.shutdown.abort();
    worker.ended().await;
}

#[tokio::test(start_paused = true)]
async fn heartbeats_go_out_in_a_third_of_the_time_that_the_service_waits_for_one() {
    listen();
    let service = ScriptedService::new();
    let task = service.offer("sleeps", "100000000");
    let options = ActivityOptions::new().with_heartbeat_timeout(Duration::from_secs(60));
    let worker = Running::start(Worker::builder(service.clone()).activity_with::<sleeps>(options));
    bounded(service.until(|_| task.heartbeats().len() == 5)).await;
    let beats = task.heartbeats();
    for gap in beats
        .windows(2)
        .map(|pair| (pair[1] - pair[0]).as_secs_f64())
    {
        assert!((gap - 20.0).abs() < 0.01, "{gap}");
    }
    worker.shutdown.abort();
    worker.ended().await;
    assert!(!heard().contains("heartbeats are late"));
}

#[tokio::test(start_paused = true)]
async fn an_interval_holds_only_while_the_state_waits_longer_than_that() {
    for (state_waits, every) in [(61, 60.0), (60, 20.0), (30, 10.0)] {
        let service = ScriptedService::new();
        let told = Envelope::new().with_heartbeat_timeout(Duration::from_secs(state_waits));
        let input = told.wrap(&Payload::new("100000000"));
        let task = service.offer("sleeps", input.as_str());
        let options = ActivityOptions::new().with_heartbeat(Duration::from_secs(60));
        let builder = Worker::builder(service.clone()).activity_with::<sleeps>(options);
        let worker = Running::start(builder);
        bounded(service.until(|_| task.heartbeats().len() == 3)).await;
        let beats = task.heartbeats();
        let gap = (beats[2] - beats[1]).as_secs_f64();
        assert!((gap - every).abs() < 0.01, "{state_waits}: {gap}");
        worker.shutdown.abort();
        worker.ended().await;
    }
}

#[tokio::test(start_paused = true)]
async fn p5_a_heartbeat_that_panics_in_the_service_does_not_end_the_others() {
    let service = TrapService::new();
    let task = service.script.offer("attentive", "null");
    service.set(Operation::Heartbeat, 3, Trapped::Panics);
    let worker = Running::start(Worker::builder(service.clone()).activity::<attentive>());
    bounded(service.script.until(|_| task.heartbeats().len() >= 3)).await;
    worker.shutdown.abort();
    worker.ended().await;
    assert_eq!(task.answers().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn p5_heartbeats_that_hang_silence_neither_their_own_task_nor_the_others() {
    let service = TrapService::new();
    let tasks: Vec<_> = (0..100)
        .map(|_| service.script.offer("sleeps", "100000000"))
        .collect();
    // More than may be in flight.
    service.set(Operation::Heartbeat, 64, Trapped::Hangs);
    let options = ActivityOptions::new().with_concurrency(100);
    let worker = Running::start(Worker::builder(service.clone()).activity_with::<sleeps>(options));
    sleep(Duration::from_secs(90)).await;
    for task in &tasks {
        assert!(
            !task.heartbeats().is_empty(),
            "silent for a minute and a half"
        );
    }
    worker.shutdown.abort();
    worker.ended().await;
}

#[tokio::test(start_paused = true)]
async fn p6_time_limits_are_kept_while_every_heartbeat_hangs() {
    let service = TrapService::new();
    let tasks: Vec<_> = (0..64)
        .map(|_| service.script.offer("sleeps", "100000000"))
        .collect();
    service.set(Operation::Heartbeat, usize::MAX, Trapped::Hangs);
    let options = ActivityOptions::new()
        .with_concurrency(64)
        .with_timeout(Duration::from_secs(15));
    let begun = Instant::now();
    let worker = Running::start(Worker::builder(service.clone()).activity_with::<sleeps>(options));
    for task in &tasks {
        assert_eq!(bounded(task.answer()).await.error(), Some("States.Timeout"));
    }
    // The limit, five seconds to stop, and a second or two for the heartbeat in flight.
    let took = begun.elapsed();
    assert!(took <= Duration::from_secs(15 + 5 + 3), "{took:?}");
    worker.shutdown.abort();
    worker.ended().await;
}

#[tokio::test(start_paused = true)]
async fn a_report_does_not_wait_for_a_heartbeat_that_hangs() {
    let service = ScriptedService::new();
    service.delay_next(Operation::Heartbeat, Duration::from_secs(86_400));
    let task = service.offer("sleeps", "11000");
    let worker = Running::start(Worker::builder(service.clone()).activity::<sleeps>());
    let begun = Instant::now();
    bounded(task.answer()).await;
    assert!(
        begun.elapsed() <= Duration::from_secs(13),
        "{:?}",
        begun.elapsed()
    );
    assert_eq!(service.overlapping_calls(), 0);
    worker.drain().await;
}
