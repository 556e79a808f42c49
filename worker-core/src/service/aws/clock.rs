//! The time that requests are signed with: the machine's, until the service says otherwise.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use aws_sdk_sfn::primitives::{DateTime, DateTimeFormat};
use aws_smithy_async::time::{SharedTimeSource, TimeSource};

/// The service tolerates five minutes, and a signature is refused for other reasons too.
const TOLERATED: Duration = Duration::from_secs(4 * 60);

/// A clock that the service can set right; clones are the same clock.
///
/// The SDK corrects its clock by half of every round trip, and a poll that is held for a minute
/// then looks like half a minute of skew. This clock moves only when a signature was refused
/// and the service's time is minutes away.
#[derive(Debug, Clone)]
pub(super) struct Clock {
    machine: SharedTimeSource,
    ahead_millis: Arc<AtomicI64>,
}

impl Clock {
    pub(super) fn new(machine: SharedTimeSource) -> Self {
        Self {
            machine,
            ahead_millis: Arc::new(AtomicI64::new(0)),
        }
    }

    /// Takes over the service's time, as the `Date` of an answer gives it, if ours is far off;
    /// says by how many seconds the machine's clock is wrong.
    pub(super) fn correct(&self, date: Option<&str>) -> Option<i64> {
        let service = DateTime::from_str(date?, DateTimeFormat::HttpDate).ok()?;
        let service = SystemTime::try_from(service).ok()?;
        let off_by = match service.duration_since(self.now()) {
            Ok(ahead) => ahead,
            Err(behind) => behind.duration(),
        };
        if off_by <= TOLERATED {
            return None;
        }
        let ahead = millis_ahead(service, self.machine.now())?;
        self.ahead_millis.store(ahead, Ordering::Relaxed);
        Some(ahead / 1_000)
    }
}

impl TimeSource for Clock {
    fn now(&self) -> SystemTime {
        let machine = self.machine.now();
        let ahead = self.ahead_millis.load(Ordering::Relaxed);
        let shift = Duration::from_millis(ahead.unsigned_abs());
        let corrected = if ahead < 0 {
            machine.checked_sub(shift)
        } else {
            machine.checked_add(shift)
        };
        corrected.unwrap_or(machine)
    }
}

fn millis_ahead(service: SystemTime, machine: SystemTime) -> Option<i64> {
    match service.duration_since(machine) {
        Ok(ahead) => i64::try_from(ahead.as_millis()).ok(),
        Err(behind) => i64::try_from(behind.duration().as_millis())
            .ok()
            .map(|millis| -millis),
    }
}

#[cfg(test)]
mod tests {
    use aws_smithy_async::time::StaticTimeSource;

    use super::*;

    /// 2009-02-13T23:31:30Z
    fn clock() -> Clock {
        Clock::new(SharedTimeSource::new(StaticTimeSource::from_secs(
            1_234_567_890,
        )))
    }

    fn seconds(clock: &Clock) -> u64 {
        let since = clock.now().duration_since(SystemTime::UNIX_EPOCH);
        since.expect("after the epoch").as_secs()
    }

    #[test]
    fn a_clock_that_is_far_off_takes_over_the_time_of_the_service() {
        let clock = clock();
        let other = clock.clone();
        let ahead = clock.correct(Some("Sat, 14 Feb 2009 00:31:30 GMT"));
        assert_eq!(ahead, Some(3_600));
        assert_eq!(seconds(&other), 1_234_571_490);

        let behind = clock.correct(Some("Fri, 13 Feb 2009 22:31:30 GMT"));
        assert_eq!(behind, Some(-3_600));
        assert_eq!(seconds(&other), 1_234_564_290);
    }

    #[test]
    fn a_clock_that_is_right_enough_stays_as_it_is() {
        let clock = clock();
        for date in [
            Some("Fri, 13 Feb 2009 23:34:30 GMT"),
            Some("yesterday"),
            None,
        ] {
            assert_eq!(clock.correct(date), None, "{date:?}");
        }
        assert_eq!(seconds(&clock), 1_234_567_890);
    }
}
