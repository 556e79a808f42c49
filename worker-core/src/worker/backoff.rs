//! Jittered exponential delays as a value; the only file that names the `backoff` crate.

use std::time::Duration;

use backoff::ExponentialBackoff;
use backoff::ExponentialBackoffBuilder;
use backoff::backoff::Backoff as _;

/// A series of growing delays, each drawn at random from half to one and a half of its
/// nominal length so that a fleet does not move in step.
#[derive(Debug)]
pub(crate) struct Backoff {
    policy: ExponentialBackoff,
    longest: Duration,
}

impl Backoff {
    /// Delays that begin around `first`, double each time and end around `longest`.
    pub(crate) fn new(first: Duration, longest: Duration) -> Self {
        let policy = ExponentialBackoffBuilder::new()
            .with_initial_interval(first)
            .with_multiplier(2.0)
            .with_randomization_factor(0.0)
            .with_max_interval(longest)
            .with_max_elapsed_time(None)
            .build();
        Self { policy, longest }
    }

    /// The next delay.
    pub(crate) fn next_delay(&mut self) -> Duration {
        // Without a limit on the elapsed time the policy never ends.
        let nominal = self.policy.next_backoff().unwrap_or(self.longest);
        // The crate draws from a source that a test cannot seed.
        nominal.mul_f64(0.5 + fastrand::f64())
    }

    /// Begins the series again.
    pub(crate) fn reset(&mut self) {
        self.policy.reset();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_double_up_to_the_longest_and_begin_again() {
        let mut backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(8));
        for nominal in [1.0, 2.0, 4.0, 8.0, 8.0] {
            let delay = backoff.next_delay().as_secs_f64();
            assert!(
                (nominal * 0.5..=nominal * 1.5).contains(&delay),
                "{delay} for {nominal}"
            );
        }
        backoff.reset();
        assert!(backoff.next_delay() <= Duration::from_millis(1_500));
    }

    #[test]
    fn delays_are_jittered() {
        let first = |_| Backoff::new(Duration::from_secs(1), Duration::from_secs(8)).next_delay();
        let delays: std::collections::HashSet<Duration> = (0..8).map(first).collect();
        assert!(delays.len() > 1);
    }
}
