//! A function without the attribute is not an activity.

use sfn_worker_core::Activity;

struct Charge;

fn register<A: Activity>() {}

fn main() {
    register::<Charge>();
}
