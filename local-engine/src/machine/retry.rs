//! `Retry` and `Catch`: what becomes of a failure.

use std::time::Duration;

use super::failure::Failure;
use crate::asl::{Catcher, Jitter, Retrier, Work};

/// No delay is longer: the greatest number of seconds the language lets anyone write down.
const MAX_DELAY_SECONDS: f64 = 99_999_999.0;

/// What becomes of a failure.
#[derive(Debug)]
pub(super) enum Verdict<'a> {
    /// The work is attempted again after a delay, on account of this entry of `Retry`.
    Retry { retrier: usize, delay: Duration },
    /// The execution goes on at the catcher's state.
    Catch(&'a Catcher),
    /// Nothing handles it.
    Fail,
}

/// Judges a failure of this work. `used` counts how often each retrier was used in this visit;
/// what it does not reach was not used yet.
pub(super) fn judge<'a>(
    work: &'a Work,
    used: &[u32],
    failure: &Failure,
    random: &mut fastrand::Rng,
) -> Verdict<'a> {
    let error = failure.error.as_deref();
    let heartbeat = failure.is_heartbeat();
    // Only the first retrier that names the error counts; once it is used up, no later one steps in.
    let retrier = work
        .retry
        .iter()
        .enumerate()
        .find(|(_, retrier)| retrier.errors.matches(error, heartbeat));
    if let Some((index, retrier)) = retrier {
        let used = used.get(index).copied().unwrap_or(0);
        if used < retrier.max_attempts {
            return Verdict::Retry {
                retrier: index,
                delay: delay(retrier, used, random),
            };
        }
    }
    let catcher = work
        .catch
        .iter()
        .find(|catcher| catcher.errors.matches(error, heartbeat));
    catcher.map_or(Verdict::Fail, Verdict::Catch)
}

/// The delay before the next attempt, after this many retries.
fn delay(retrier: &Retrier, used: u32, random: &mut fastrand::Rng) -> Duration {
    let exponent = i32::try_from(used).unwrap_or(i32::MAX);
    let limit = retrier
        .max_delay
        .map_or(MAX_DELAY_SECONDS, |limit| limit.as_secs_f64());
    // A power beyond all numbers ends at the limit too.
    let seconds = (retrier.interval.as_secs_f64() * retrier.backoff_rate.powi(exponent)).min(limit);
    let seconds = match retrier.jitter {
        Jitter::None => seconds,
        Jitter::Full => seconds * random.f64(),
    };
    Duration::try_from_secs_f64(seconds).unwrap_or_default()
}
