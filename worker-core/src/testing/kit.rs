//! The test kit: one handler with everything around it, or a whole worker, in one line each.

mod activity;
mod answer;
mod context;
mod hold;
mod run;
mod witness;
mod worker;

pub use self::activity::ActivityTest;
pub use self::context::{ContextBuilder, call, cancel, context};
pub use self::run::TestRun;
pub use self::worker::{RunningWorker, TestWorker, TestWorkerBuilder, start, worker};

use crate::envelope::Envelope;

/// What a state would tell that fills every field which the context object has.
fn envelope() -> Envelope {
    Envelope::new()
        .with_execution("arn:aws:states:us-east-1:000000000000:execution:test:run-1")
        .with_state("Test")
        .with_entered_time("2026-01-01T00:00:00.000Z")
        .with_attempt(1)
}
