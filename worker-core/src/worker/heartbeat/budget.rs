//! How many heartbeats a second may be sent: the account has a quota for them.

use std::time::Duration;

use tokio::time::Instant;

/// What may be sent at once after a silence.
const BURST: Duration = Duration::from_millis(50);

/// An even pace with a little room for bursts.
#[derive(Debug)]
pub(super) struct Budget {
    spacing: Duration,
    /// When what was sent so far would be over at an even pace.
    paid_until: Option<Instant>,
}

impl Budget {
    pub(super) fn new(per_second: u32) -> Self {
        Self {
            spacing: Duration::from_secs(1) / per_second.max(1),
            paid_until: None,
        }
    }

    /// Takes one heartbeat, or says when there will be one.
    pub(super) fn take(&mut self, now: Instant) -> Result<(), Instant> {
        let paid = self.paid_until.map_or(now, |until| until.max(now));
        if paid > now + BURST {
            return Err(paid - BURST);
        }
        self.paid_until = Some(paid + self.spacing);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heartbeats_keep_to_the_budget() {
        let mut budget = Budget::new(100);
        let begun = Instant::now();
        let mut now = begun;
        for _ in 0..1_000 {
            while let Err(at) = budget.take(now) {
                assert!(at > now);
                now = at;
            }
        }
        let took = (now - begun).as_secs_f64();
        assert!((9.8..10.1).contains(&took), "{took}");
    }
}
