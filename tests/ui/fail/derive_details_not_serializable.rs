//! Details become JSON.

use sfn_worker_core::ActivityError;

#[derive(Debug)]
struct Code(u16);

#[derive(Debug, thiserror::Error, ActivityError)]
enum Wrong {
    #[error("declined with code {code:?} at {at}")]
    #[activity_error(details(at, code))]
    Declined { code: Code, at: u64 },
}

fn main() {
    println!("{}", Code(1).0);
}
