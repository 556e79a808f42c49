//! A library's own function asks for an extractor.

use sfn_worker_core::{Call, Failure, FromCall};

struct Tenant;

fn main() {}

fn tenant(call: &Call) -> Result<Tenant, Failure> {
    FromCall::from_call(call)
}
