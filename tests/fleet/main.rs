//! Fleets of real workers on a simulated account, in virtual time: no storm, no silence, no
//! activity that is forgotten.
//!
//! These are small fleets with small quotas; `table.rs` has the large ones.

mod account;
mod activities;
mod figures;
mod fleet;
mod ledger;
mod line;
mod quota;

use std::time::Duration;

use crate::figures::{Figures, HEADINGS};
use crate::fleet::{Fleet, Size};
use crate::quota::Quota;

const WORK: Duration = Duration::from_millis(50);

/// Four thousand polls with a quota for twelve hundred.
fn beyond_the_quota() -> Size {
    let mut size = Size::new(40, 100);
    size.quota = Quota {
        burst: 120,
        per_second: 20,
    };
    size
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[track_caller]
fn holds(figures: &Figures, condition: bool) {
    assert!(condition, "\n{HEADINGS}\n{figures}");
}

#[tokio::test(start_paused = true)]
async fn a_fleet_within_the_quota_polls_once_a_minute_and_is_not_refused() {
    let fleet = Fleet::start(Size::new(100, 20));
    let start = fleet.idle("start", seconds(120)).await;
    holds(&start, start.refused < 0.01);
    let idle = fleet.idle("idle", seconds(300)).await;
    holds(&idle, (33.0..34.0).contains(&idle.accepted));
    holds(&idle, idle.throttled == 0.0 && idle.too_many == 0);
    holds(&idle, idle.swing < 0.02);
}

#[tokio::test(start_paused = true)]
async fn a_fleet_beyond_the_quota_settles_at_it_without_swinging() {
    let fleet = Fleet::start(beyond_the_quota());
    fleet.idle("start", seconds(180)).await;
    let idle = fleet.idle("idle", seconds(300)).await;
    holds(&idle, (19.5..20.5).contains(&idle.accepted));
    holds(&idle, idle.refused < 0.08);
    holds(&idle, idle.swing < 0.05 && idle.fewest_open > 0);

    let heavy = fleet.steady("heavy", 16, seconds(120), WORK).await;
    holds(&heavy, heavy.refused < 0.15 && heavy.left == 0);
    holds(&heavy, heavy.longest_wait < seconds(2));
}

#[tokio::test(start_paused = true)]
async fn a_burst_does_not_wait_for_the_idle_polls_of_a_fleet_beyond_the_quota() {
    let fleet = Fleet::start(beyond_the_quota());
    fleet.idle("start", seconds(180)).await;
    // An even share of the quota, a fifth of a task a second, would take sixteen minutes.
    let burst = fleet.burst("burst", 200, WORK).await;
    holds(&burst, burst.longest_wait < seconds(60));
    holds(&burst, burst.starved < seconds(5));

    // The others are not forgotten meanwhile.
    let flood = fleet.flood("flood", 400, WORK).await;
    holds(&flood, flood.starved < seconds(60));
}

#[tokio::test(start_paused = true)]
async fn a_lone_worker_doubles_its_polls_in_each_round_trip() {
    let fleet = Fleet::start(Size::new(1, 1));
    fleet.idle("start", seconds(120)).await;
    let burst = fleet.burst("burst", 1_000, WORK).await;
    // Seven round trips to a hundred polls; then as many tasks as they can bring.
    holds(&burst, burst.longest_wait < seconds(1));
    holds(&burst, burst.throttled == 0.0);
    let after = fleet.idle("after", seconds(120)).await;
    holds(&after, after.too_many == 0);
    let idle = fleet.idle("idle", seconds(120)).await;
    holds(&idle, idle.most_open == 1);
}

#[tokio::test(start_paused = true)]
async fn tasks_beyond_the_quota_are_taken_as_fast_as_it_is_refilled() {
    let mut size = Size::new(10, 20);
    size.quota = Quota {
        burst: 600,
        per_second: 100,
    };
    let fleet = Fleet::start(size);
    fleet.idle("start", seconds(120)).await;
    // Six hundred at once, and the others in fourteen seconds.
    let flood = fleet.flood("flood", 2_000, WORK).await;
    holds(&flood, flood.longest_wait < seconds(30));
}

#[tokio::test(start_paused = true)]
async fn after_an_outage_tasks_are_taken_within_half_a_minute() {
    for (workers, activities) in [(1, 1), (1, 20), (10, 20)] {
        let fleet = Fleet::start(Size::new(workers, activities));
        fleet.idle("start", seconds(120)).await;
        fleet.outage("outage", seconds(120)).await;
        let recovery = fleet.steady("recovery", 20, seconds(120), WORK).await;
        holds(&recovery, recovery.longest_wait < seconds(20));
        holds(&recovery, recovery.refused < 0.01);
    }
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_others_throttled_is_not_slow_for_minutes() {
    for activities in [1, 20] {
        let fleet = Fleet::start(Size::new(1, activities));
        fleet.idle("start", seconds(120)).await;
        let used_up = fleet.used_up("used up", seconds(600)).await;
        holds(&used_up, used_up.throttled < 1.5);
        let burst = fleet.burst("burst", 1_000, WORK).await;
        holds(&burst, burst.longest_wait < seconds(60));
    }
}

#[tokio::test(start_paused = true)]
async fn workers_that_insist_on_a_hundred_polls_share_what_an_activity_may_have() {
    let mut size = Size::new(20, 1);
    size.polls = 100..=100;
    let fleet = Fleet::start(size);
    let start = fleet.idle("start", seconds(120)).await;
    holds(&start, start.too_many < 2_000 && start.most_open == 1_000);
    let idle = fleet.idle("idle", seconds(300)).await;
    holds(&idle, idle.too_many < 100 && idle.fewest_open > 400);
    let burst = fleet.burst("burst", 1_000, WORK).await;
    holds(&burst, burst.longest_wait < Duration::from_millis(300));
}
