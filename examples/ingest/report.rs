//! What the user sees at the end: tables for people, JSON for programs.

mod json;
mod tables;

use std::time::Duration;

use sfn_worker_core::Summary;

use crate::problem::Exit;
use crate::tally::Tally;
use crate::target::EngineCounts;

/// What there is to say at the end.
#[derive(Debug)]
pub(crate) struct Report {
    /// The directory.
    pub(crate) directory: String,
    /// What came of the executions.
    pub(crate) tally: Tally,
    /// From the first execution to the end of the last one.
    pub(crate) elapsed: Duration,
    /// What the engine counted, if it is in this process.
    pub(crate) counts: Option<EngineCounts>,
    /// Whether a signal ended it.
    pub(crate) interrupted: bool,
    /// Whether a program reads it.
    pub(crate) as_json: bool,
}

impl Report {
    /// Shows the results; the worker may still wait for its polls.
    pub(crate) fn show_results(&self) {
        if !self.as_json {
            println!("{}", tables::results(self));
        }
    }

    /// Shows what the worker did, when it has ended; for programs, everything.
    pub(crate) fn show_worker(&self, worker: &Summary) {
        if self.as_json {
            println!("{:#}", json::json(self, worker));
        } else {
            println!("{}", tables::worker(self, worker));
        }
    }

    /// The code with which the program ends.
    pub(crate) fn exit(&self, worker: &Summary) -> Exit {
        if self.interrupted {
            Exit::Interrupted
        } else if self.tally.executions.failed > 0 || !worker.is_clean() {
            Exit::Failed
        } else {
            Exit::Done
        }
    }

    /// So many a second.
    fn rate(&self, number: u64) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "shown with few digits")]
        let number = number as f64;
        number / self.elapsed.as_secs_f64().max(1e-9)
    }
}
