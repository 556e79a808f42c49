//! The rate of an activity: how many tasks may start in a span of time.
//!
//! A poll may bring a task, so it reserves a start before it goes out and gives it back when it
//! comes empty: a task is never held because of the rate.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

use crate::rate::Rate;

/// Starts within a rate; at most as many at once as the rate has tasks.
#[derive(Debug)]
pub(crate) struct Limit {
    rate: Rate,
    state: Mutex<State>,
    given_back: Notify,
}

#[derive(Debug, Default)]
struct State {
    /// When the starts so far would be over at an even pace.
    paid_until: Option<Instant>,
    reserved: u32,
}

/// A start that is reserved; given back on drop unless it is used.
#[derive(Debug)]
pub(crate) struct Reserved<'a> {
    limit: &'a Limit,
    used: bool,
}

impl Limit {
    pub(crate) fn new(rate: Rate) -> Self {
        Self {
            rate,
            state: Mutex::default(),
            given_back: Notify::new(),
        }
    }

    /// Waits until a task may start, and reserves that.
    ///
    /// Cancel safe: nothing is reserved until it returns.
    pub(crate) async fn reserve(&self) -> Reserved<'_> {
        loop {
            let given_back = self.given_back.notified();
            match self.free_at(Instant::now()) {
                None => {
                    return Reserved {
                        limit: self,
                        used: false,
                    };
                }
                Some(at) => tokio::select! {
                    () = sleep_until(at) => {}
                    () = given_back => {}
                },
            }
        }
    }

    /// Reserves a start, or says when one can be free.
    fn free_at(&self, now: Instant) -> Option<Instant> {
        let mut state = self.lock();
        let spacing = self.rate.spacing();
        let paid = state.paid_until.map_or(now, |until| until.max(now));
        let with_this_one = paid + spacing * (state.reserved + 1);
        let latest = now + self.rate.per();
        // Spacing is rounded down, so that a full burst always fits.
        if with_this_one <= latest {
            state.reserved += 1;
            return None;
        }
        Some(now + (with_this_one - latest).max(Duration::from_millis(1)))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reserved<'_> {
    /// A task has come: the start counts.
    pub(crate) fn used(mut self) {
        let mut state = self.limit.lock();
        let now = Instant::now();
        let paid = state.paid_until.map_or(now, |until| until.max(now));
        state.paid_until = Some(paid + self.limit.rate.spacing());
        drop(state);
        self.used = true;
    }
}

impl Drop for Reserved<'_> {
    fn drop(&mut self) {
        self.limit.lock().reserved -= 1;
        if !self.used {
            self.limit.given_back.notify_waiters();
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::timeout;

    use super::*;

    fn limit(rate: &str) -> Limit {
        Limit::new(rate.parse().unwrap())
    }

    #[tokio::test(start_paused = true)]
    async fn starts_keep_to_the_rate() {
        let limit = limit("5/s");
        let begun = Instant::now();
        for _ in 0..25 {
            limit.reserve().await.used();
        }
        let took = begun.elapsed().as_secs_f64();
        assert!((3.9..4.2).contains(&took), "5 at once, then 5/s: {took}");
    }

    #[tokio::test(start_paused = true)]
    async fn an_empty_poll_gives_its_start_back() {
        let limit = limit("1/h");
        drop(limit.reserve().await);
        let held = limit.reserve().await;
        let wait = async {
            tokio::join!(limit.reserve(), async {
                tokio::time::sleep(Duration::from_secs(1)).await;
                drop(held);
            })
        };
        assert!(timeout(Duration::from_secs(2), wait).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn open_polls_count_as_if_each_brought_a_task() {
        let limit = limit("2/h");
        let _held = [limit.reserve().await, limit.reserve().await];
        assert!(
            timeout(Duration::from_secs(60), limit.reserve())
                .await
                .is_err()
        );
    }
}
