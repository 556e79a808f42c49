//! A crate of activities that the program of the tests is linked with, under lints that are
//! errors, and with the framework under another name.

#![forbid(unsafe_code)]
#![deny(
    warnings,
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    unused_qualifications,
    clippy::all,
    clippy::pedantic,
    clippy::nursery
)]

use std::sync::Mutex;

use worker::{ActivityContext, Failure, activities, activity};

/// Adds up.
///
/// # Errors
///
/// Never.
#[activity(name = "library-sum", crate = ::worker, blocking)]
pub fn sum(numbers: Vec<u64>) -> Result<u64, Failure> {
    Ok(numbers.iter().sum())
}

/// In a module that nobody names.
mod inner {
    use worker::{Failure, activity};

    #[activity(name = "library-hidden", crate = ::worker)]
    #[expect(clippy::unused_async, reason = "there is nothing to wait for")]
    async fn hidden() -> Result<(), Failure> {
        Ok(())
    }
}

/// A value with activities, which are not found: they need one.
#[derive(Debug, Default)]
pub struct Counter {
    count: Mutex<u64>,
}

#[activities(crate = ::worker, prefix = "counter-", defaults(timeout = "1m"))]
impl Counter {
    /// Counts.
    ///
    /// # Errors
    ///
    /// The lock is poisoned.
    #[activity(blocking)]
    pub fn count(&self, by: u64, context: ActivityContext) -> Result<u64, Failure> {
        let mut count = self.lock(&context)?;
        *count += by;
        Ok(*count)
    }

    fn lock(&self, context: &ActivityContext) -> Result<std::sync::MutexGuard<'_, u64>, Failure> {
        let failed = |_| Failure::permissions(context.activity().to_string());
        self.count.lock().map_err(failed)
    }
}
