//! An `ActivityError` is an `Error`.

use sfn_worker_core::ActivityError;

#[derive(ActivityError)]
enum Wrong {
    Late,
}

fn main() {}
