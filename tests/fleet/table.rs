//! What fleets of every size do with the quotas of an account:
//! `cargo bench -p sfn-worker-tests --bench fleet`.
//!
//! Real workers in virtual time; the figures do not depend on the machine. With arguments, only
//! the fleets that they name: `-- 100x20 1000x200`.

mod account;
mod activities;
mod figures;
mod fleet;
mod ledger;
mod line;
mod quota;

use std::time::Duration;

use tokio::runtime::Builder;

use crate::figures::HEADINGS;
use crate::fleet::{Fleet, Size};
use crate::quota::Quota;

/// In regions other than us-east-1, us-west-2 and eu-west-1.
const SMALL: Quota = Quota {
    burst: 1_500,
    per_second: 300,
};

const WORK: Duration = Duration::from_millis(50);

fn main() {
    let chosen: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'))
        .collect();
    println!("{:<13} {HEADINGS}", "fleet");
    for (name, size) in cells() {
        if chosen.is_empty() || chosen.contains(&name) {
            let runtime = Builder::new_current_thread()
                .enable_time()
                .start_paused(true)
                .build()
                .expect("a runtime");
            runtime.block_on(story(&name, size));
        }
    }
}

/// Fleets by name: workers x activities.
fn cells() -> Vec<(String, Size)> {
    let mut cells = Vec::new();
    for workers in [1, 10, 100, 1_000] {
        for activities in [1, 20, 200] {
            let name = format!("{workers}x{activities}");
            cells.push((name, Size::new(workers, activities)));
        }
    }
    // As AWS advises, within and beyond what an activity may have.
    for workers in [10, 20] {
        let mut size = Size::new(workers, 1);
        size.polls = 100..=100;
        cells.push((format!("{workers}x1:100"), size));
    }
    for workers in [100, 1_000] {
        let mut size = Size::new(workers, 200);
        size.quota = SMALL;
        cells.push((format!("{workers}x200:small"), size));
    }
    cells
}

async fn story(name: &str, size: Size) {
    let seconds = Duration::from_secs;
    // A fifth and four fifths of the quota.
    let (light, heavy) = (size.quota.per_second / 5, size.quota.per_second / 5 * 4);
    let fleet = Fleet::start(size);
    let show = |figures| println!("{name:<13} {figures}");
    show(fleet.idle("start", seconds(120)).await);
    show(fleet.idle("settling", seconds(480)).await);
    show(fleet.idle("idle", seconds(600)).await);
    show(fleet.burst("burst", 1_000, WORK).await);
    show(fleet.idle("after", seconds(240)).await);
    show(fleet.flood("flood", 4_000, WORK).await);
    show(fleet.idle("after", seconds(240)).await);
    show(fleet.steady("light", light, seconds(180), WORK).await);
    show(fleet.steady("heavy", heavy, seconds(180), WORK).await);
    show(fleet.idle("after", seconds(240)).await);
    show(fleet.outage("outage", seconds(120)).await);
    show(fleet.steady("recovery", light, seconds(180), WORK).await);
    show(fleet.burst("large burst", 10_000, WORK).await);
    show(fleet.used_up("used up", seconds(600)).await);
    show(fleet.burst("then burst", 1_000, WORK).await);
}
