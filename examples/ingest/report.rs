//! What the user sees at the end: tables for people, JSON for programs.

mod json;
mod tables;

use std::time::Duration;

use sfn_worker_core::Summary;

use crate::problem::Exit;
use crate::tally::Tally;
use crate::target::EngineCounts;

/// Everything there is to say at the end.
#[derive(Debug)]
pub(crate) struct Report {
    /// The directory.
    pub(crate) directory: String,
    /// What came of the executions.
    pub(crate) tally: Tally,
    /// From the first execution to the end of the last one.
    pub(crate) elapsed: Duration,
    /// What the worker did.
    pub(crate) summary: Summary,
    /// What the engine counted, if it is in this process.
    pub(crate) counts: Option<EngineCounts>,
    /// Whether a signal ended it.
    pub(crate) interrupted: bool,
}

impl Report {
    /// Prints the report to standard output.
    pub(crate) fn print(&self, as_json: bool) {
        if as_json {
            println!("{:#}", json::json(self));
        } else {
            println!("{}", tables::tables(self));
        }
    }

    /// The code with which the program ends.
    pub(crate) fn exit(&self) -> Exit {
        if self.interrupted {
            Exit::Interrupted
        } else if self.tally.executions.failed > 0 || !self.summary.is_clean() {
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
