//! A token bucket, as the service keeps one for each kind of call.

use tokio::time::Instant;

/// How many calls the service takes, at once and a second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Quota {
    pub(crate) burst: u32,
    pub(crate) per_second: u32,
}

impl Quota {
    /// In us-east-1, us-west-2 and eu-west-1.
    pub(crate) const LARGE: Self = Self {
        burst: 3_000,
        per_second: 500,
    };
}

/// What is left of a quota.
#[derive(Debug)]
pub(crate) struct Bucket {
    quota: Quota,
    left: f64,
    since: Instant,
}

impl Bucket {
    pub(crate) fn full(quota: Quota) -> Self {
        Self {
            quota,
            left: f64::from(quota.burst),
            since: Instant::now(),
        }
    }

    /// Takes a call, or refuses it.
    pub(crate) fn take(&mut self) -> bool {
        let now = Instant::now();
        let refill = (now - self.since).as_secs_f64() * f64::from(self.quota.per_second);
        self.left = (self.left + refill).min(f64::from(self.quota.burst));
        self.since = now;
        let taken = self.left >= 1.0;
        if taken {
            self.left -= 1.0;
        }
        taken
    }
}
