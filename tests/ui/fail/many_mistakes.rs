//! All mistakes are shown at once.

use sfn_worker_core::{Activity, activity};

#[activity(name = "charge card", heart_beat = "10s", timeout = 5, blocking = true, concurrency = 0)]
pub fn charge<T>(self, order: &Order, item: impl Into<T>) -> u64 {
    4
}

struct Order;

fn register<A: Activity>() {}

fn main() {
    register::<charge>();
}
