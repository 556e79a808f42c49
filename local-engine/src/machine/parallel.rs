//! Parallel: runs its branches side by side; all must succeed.

use super::Machine;
use super::flow;
use super::frame::{Children, Visit, Waiting};
use crate::asl::Parallel;
use crate::history::EventDetails;

impl Machine {
    pub(super) fn start_branches(&mut self, mut visit: Visit, parallel: &Parallel) {
        let input = match flow::arguments(&self.shared, &visit, parallel.work.parameters.as_ref()) {
            Ok(input) => input,
            Err(failure) => return self.fail(visit, failure),
        };
        let started = self
            .recorder
            .record(visit.frame.cursor, EventDetails::ParallelStateStarted);
        visit.frame.cursor = started;
        for (index, branch) in parallel.branches.iter().enumerate() {
            let item = visit.frame.item.clone();
            self.start_child(&visit, index, branch, item, started, input.clone());
        }
        self.park(
            visit,
            Waiting::Children(Children::new(parallel.branches.len(), None)),
        );
    }

    pub(super) fn branch_succeeded(
        &mut self,
        mut visit: Visit,
        parallel: &Parallel,
        children: Children,
        last_event: u64,
    ) {
        if children.missing > 0 {
            return self.park(visit, Waiting::Children(children));
        }
        self.recorder
            .record(last_event, EventDetails::ParallelStateSucceeded);
        // What follows points past that event, at the last one of the last branch.
        visit.frame.cursor = last_event;
        self.complete(visit, &parallel.work, &children.result());
    }
}
