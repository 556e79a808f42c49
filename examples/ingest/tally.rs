//! What came of the executions so far.

use serde::Serialize;

use crate::activities::{Listing, SetAside, Skipped, Totals};
use crate::target::Failure;

/// What came of the executions so far.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Tally {
    /// Files that were listed.
    pub(crate) listed: u64,
    /// Whether there are no more to list.
    pub(crate) listed_all: bool,
    /// Links and special files that were passed over.
    pub(crate) passed_over: u64,
    /// What could not be listed.
    pub(crate) skipped: Vec<Skipped>,
    /// The files of the executions that succeeded.
    pub(crate) totals: Totals,
    /// The files that took the `Catch` path.
    pub(crate) set_aside: Vec<SetAside>,
    /// The executions.
    pub(crate) executions: Executions,
    /// What those that failed say.
    pub(crate) failures: Vec<Failure>,
}

/// Counts of executions.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Executions {
    /// Those that were started.
    pub(crate) started: u64,
    /// Those that succeeded.
    pub(crate) succeeded: u64,
    /// Those that failed by themselves.
    pub(crate) failed: u64,
    /// Those that were stopped midway because of a signal.
    pub(crate) stopped: u64,
}

impl Tally {
    /// Adds a page of files.
    pub(crate) fn add_listing(&mut self, listing: &Listing) {
        let files: usize = listing.batches.iter().map(Vec::len).sum();
        self.listed += files as u64;
        self.listed_all = listing.next.is_none();
        self.passed_over += listing.passed_over;
        self.skipped.extend_from_slice(&listing.skipped);
    }

    /// Adds what became of a batch.
    pub(crate) fn add_batch(&mut self, totals: &Totals, set_aside: Vec<SetAside>) {
        self.totals.add(totals);
        self.set_aside.extend(set_aside);
    }

    /// The files that were dealt with: read or set aside.
    pub(crate) fn files_done(&self) -> u64 {
        self.totals.all().files + self.totals.files_set_aside()
    }
}
