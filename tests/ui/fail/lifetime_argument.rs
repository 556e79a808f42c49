//! An argument cannot have a lifetime.

use sfn_worker_core::{Failure, activity};

struct Line<'a>(&'a str);

#[activity]
async fn work(line: Line<'_>) -> Result<(), Failure> {
    let _ = line;
    Ok(())
}

fn main() {}
