//! A union has no cases.

use sfn_worker_core::ActivityError;

#[derive(ActivityError)]
union Wrong {
    number: u32,
    bytes: [u8; 4],
}

fn main() {}
