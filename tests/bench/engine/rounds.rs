//! Rounds of a measurement, and what one took.

use std::time::Duration;

use crate::machine::{self, Usage};

/// How much is measured.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Effort {
    pub(crate) rounds: usize,
    /// Only this part of the work is done: 10 is a tenth.
    pub(crate) part: u32,
}

/// What a round took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spent {
    /// On the clock on the wall.
    pub(crate) wall: Duration,
    /// On a processor.
    pub(crate) cpu: Duration,
}

impl Effort {
    pub(crate) fn full() -> Self {
        Self { rounds: 5, part: 1 }
    }

    /// How often something is done in a round.
    pub(crate) fn of(self, count: u32) -> u32 {
        (count / self.part).max(1)
    }

    /// The medians of what the rounds took.
    pub(crate) fn spent(self, mut round: impl FnMut()) -> Spent {
        let spent: Vec<Spent> = (0..self.rounds)
            .map(|_| {
                let begun = (machine::now(), Usage::now().cpu);
                round();
                Spent {
                    wall: machine::now() - begun.0,
                    cpu: Usage::now().cpu - begun.1,
                }
            })
            .collect();
        let seconds = |pick: fn(&Spent) -> Duration| {
            let all = spent.iter().map(|spent| pick(spent).as_secs_f64());
            Duration::from_secs_f64(median(all.collect()))
        };
        Spent {
            wall: seconds(|spent| spent.wall),
            cpu: seconds(|spent| spent.cpu),
        }
    }
}

/// The value in the middle.
pub(crate) fn median(values: Vec<f64>) -> f64 {
    quantile(values, 0.5)
}

/// The value that this part of the others is below.
pub(crate) fn quantile(mut values: Vec<f64>, part: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let last = values.len().saturating_sub(1);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "a place in a list"
    )]
    let place = (last as f64 * part).round() as usize;
    values.get(place).copied().unwrap_or(f64::NAN)
}

/// How many in a second.
pub(crate) fn rate(count: u32, time: Duration) -> f64 {
    f64::from(count) / time.as_secs_f64()
}

/// Runs a future on a runtime of one thread.
pub(crate) fn alone<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(future)
}
