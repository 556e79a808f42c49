//! The activities of the pipeline: plain functions, each in a file of its own.

mod compression;
mod error;
mod inspection;
mod kind;
mod listing;
mod source;
#[cfg(test)]
mod tests;
mod totals;

use sfn_worker_core::{Activity, ActivityOptions, WorkerBuilder};

use self::compression::compress;
use self::inspection::inspect;
use self::listing::list;
pub(crate) use self::listing::{Listing, Skipped};
use self::totals::summarize;
pub(crate) use self::totals::{SetAside, Totals};

/// The names under which the service knows the activities.
pub(crate) const NAMES: [&str; 4] = [
    <list as Activity>::NAME,
    <inspect as Activity>::NAME,
    <compress as Activity>::NAME,
    <summarize as Activity>::NAME,
];

/// Registers the activities; so many tasks of each run at a time.
pub(crate) fn register(worker: WorkerBuilder, slots: usize) -> WorkerBuilder {
    let options = ActivityOptions::new().with_concurrency(slots);
    worker
        .activity::<list>()
        .activity_with::<inspect>(options)
        .activity_with::<compress>(options)
        .activity_with::<summarize>(options)
}
