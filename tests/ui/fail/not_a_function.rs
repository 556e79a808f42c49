//! The attribute goes on a function.

use sfn_worker_core::activity;

#[activity]
struct Charge;

#[activity]
impl Charge {}

fn main() {}
