//! The activities of the pipeline: plain functions, each in a file of its own.

mod compress;
mod error;
mod inspect;
mod kind;
mod list;
mod source;
mod summarize;
#[cfg(test)]
mod tests;

use sfn_worker_core::{Activity, ActivityOptions, WorkerBuilder};

use self::compress::compress;
use self::inspect::inspect;
pub(crate) use self::list::{Listing, Skipped};
use self::list::list;
use self::summarize::summarize;
pub(crate) use self::summarize::{SetAside, Totals};

/// The names under which the service knows the activities.
pub(crate) const NAMES: [&str; 4] = [list::NAME, inspect::NAME, compress::NAME, summarize::NAME];

/// Registers the activities; so many tasks of each run at a time.
pub(crate) fn register(worker: WorkerBuilder, slots: usize) -> WorkerBuilder {
    let options = ActivityOptions::new().with_concurrency(slots);
    worker
        .activity::<list>()
        .activity_with::<inspect>(options)
        .activity_with::<compress>(options)
        .activity_with::<summarize>(options)
}
