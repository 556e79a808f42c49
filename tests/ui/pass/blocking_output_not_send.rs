//! What a blocking handler returns is encoded on its thread, and need not change threads.

use std::rc::Rc;

use sfn_worker_core::{ActivityError, activity};

#[derive(Debug, thiserror::Error, ActivityError)]
#[error("wrong")]
struct Local(Rc<u8>);

#[activity(blocking)]
fn work(number: u8) -> Result<u8, Local> {
    Err(Local(Rc::new(number)))
}

fn main() {
    let _ = work {};
}
