//! Rounds of a measurement.

use std::time::Duration;

/// The median of five rounds.
pub(crate) async fn median(mut round: impl AsyncFnMut() -> Duration) -> Duration {
    let mut times = Vec::new();
    for _ in 0..5 {
        times.push(round().await);
    }
    times.sort();
    times[times.len() / 2]
}

/// How many in a second.
pub(crate) fn rate(count: u32, time: Duration) -> f64 {
    f64::from(count) / time.as_secs_f64()
}
