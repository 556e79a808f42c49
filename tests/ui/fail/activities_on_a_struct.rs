//! The attribute goes on the methods' block, not on the type.

use sfn_worker_core::activities;

#[activities]
struct Billing;

fn main() {}
