//! What goes on beside a run: telling systemd, watching ECS.

use std::time::Duration;

use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

use super::notify::{Notice, Notifier};
use crate::worker::{Phase, ShutdownHandle};

/// How much time systemd is asked for in a drain.
const EXTENSION: Duration = Duration::from_secs(60);
/// How often it is asked; a runtime that is stuck for longer than the rest is killed.
const EXTEND_EVERY: Duration = Duration::from_secs(15);

/// Tells systemd how the worker is, for ever.
pub(super) async fn tell(notifier: &Notifier, shutdown: &ShutdownHandle) {
    notifier.ready(status(Phase::Running, 0)).await;
    // Half of the watchdog's patience, as sd_watchdog_enabled(3) advises.
    let mut watchdog = notifier.watchdog().map(|patience| every(patience / 2));
    let mut repetition = every(EXTEND_EVERY);
    let mut told = Phase::Running;
    loop {
        tokio::select! {
            () = left(told, shutdown) => {
                let before = told;
                told = shutdown.phase();
                // Not in an early drain: systemd would begin to count.
                if before < Phase::Draining && told >= Phase::Draining {
                    notifier.tell(&[Notice::Stopping]);
                }
                repetition.reset_immediately();
            }
            _ = repetition.tick(), if told > Phase::Running => {
                notifier.tell(&state(told, shutdown));
            }
            () = beat(watchdog.as_mut()) => notifier.tell(&[Notice::Watchdog]),
        }
    }
}

/// Drains early when ECS says that it stops the task; returns when the worker drains.
#[cfg(feature = "ecs")]
pub(super) async fn watch(ecs: &super::ecs::Ecs, period: Duration, shutdown: &ShutdownHandle) {
    let mut looks = every(period);
    loop {
        tokio::select! {
            biased;
            () = shutdown.draining().cancelled() => return,
            _ = looks.tick() => {}
        }
        if ecs.stops_the_task().await {
            tracing::info!("ECS stops the task: draining early");
            shutdown.drain_early();
        }
    }
}

/// What the worker does, and in a drain the time that it needs.
fn state(phase: Phase, shutdown: &ShutdownHandle) -> Vec<Notice> {
    let in_progress = shutdown.summary().total().in_progress();
    let mut notices = vec![Notice::Status(status(phase, in_progress))];
    if phase >= Phase::Draining {
        notices.push(Notice::Extend(EXTENSION));
    }
    notices
}

fn status(phase: Phase, in_progress: u64) -> String {
    let does = match phase {
        Phase::Running => return "polling for tasks".to_owned(),
        Phase::DrainingEarly => "draining early",
        Phase::Draining => "draining",
        Phase::Leaving => "handing back",
        Phase::Aborting => "aborting",
    };
    let tasks = if in_progress == 1 { "task" } else { "tasks" };
    format!("{does}: {in_progress} {tasks} in progress")
}

/// Waits until the worker has left the phase.
async fn left(phase: Phase, shutdown: &ShutdownHandle) {
    let token = match phase {
        Phase::Running => shutdown.draining(),
        Phase::DrainingEarly => shutdown.stopping(),
        Phase::Draining => shutdown.leaving(),
        Phase::Leaving => shutdown.aborting(),
        Phase::Aborting => return std::future::pending().await,
    };
    token.cancelled().await;
}

async fn beat(watchdog: Option<&mut Interval>) {
    match watchdog {
        Some(watchdog) => drop(watchdog.tick().await),
        None => std::future::pending().await,
    }
}

/// Ticks every period, for the first time after one.
fn every(period: Duration) -> Interval {
    let period = period.max(Duration::from_millis(1));
    let mut ticks = interval_at(Instant::now() + period, period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}
