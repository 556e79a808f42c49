//! What a seed decides: chores, faults, and how the worker is stopped.

use std::time::Duration;

use fastrand::Rng;
use sfn_worker_core::testing::{Fault, Operation, Rates};
use sfn_worker_tests::activities::{Chore, Ending};

/// What a seed decides.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) rates: Rates,
    pub(super) concurrency: usize,
    pub(super) polls: usize,
    pub(super) heartbeat: Duration,
    pub(super) grace: Duration,
    pub(super) cancel_limit: Option<Duration>,
    pub(super) chores: Vec<Planned>,
    pub(super) outages: Vec<Outage>,
    pub(super) stop: Stop,
    /// When it stops.
    pub(super) stop_at: Duration,
    /// How long after that there are still faults.
    pub(super) faults_end: Duration,
    /// Whether the faults end before it stops, and it has to show that it works.
    pub(super) recovers: bool,
}

/// A chore, when it is offered, and when it is taken back, if it is.
#[derive(Debug)]
pub(super) struct Planned {
    pub(super) chore: Chore,
    pub(super) at: Duration,
    pub(super) stopped_after: Option<Duration>,
}

#[derive(Debug)]
pub(super) struct Outage {
    pub(super) at: Duration,
    pub(super) length: Duration,
    pub(super) fault: Fault,
    pub(super) severs: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    Drain,
    Abort,
    /// A second signal, so many seconds after the first one.
    DrainThenAbort(u64),
    /// A drain with so many seconds until the process is killed.
    Window(u64),
}

impl Plan {
    pub(super) fn draw(rng: &mut Rng) -> Self {
        let seconds = |rng: &mut Rng, from: u64, to: u64| {
            Duration::from_millis(rng.u64(from * 1_000..=to * 1_000))
        };
        let heartbeat = seconds(rng, 2, 15);
        let chores = (0..rng.u64(1..=24)).map(|number| Planned::draw(rng, number, heartbeat));
        let chores = chores.collect();
        let outages = (0..rng.usize(0..=2)).map(|_| Outage {
            at: seconds(rng, 0, 180),
            length: seconds(rng, 1, 60),
            fault: draw_fault(rng),
            severs: rng.bool(),
        });
        let outages = outages.collect();
        Self {
            rates: draw_rates(rng),
            concurrency: rng.usize(1..=6),
            polls: rng.usize(1..=4),
            heartbeat,
            grace: seconds(rng, 240, 300),
            cancel_limit: rng.bool().then(|| seconds(rng, 5, 60)),
            chores,
            outages,
            stop: match rng.u8(0..8) {
                0 => Stop::Abort,
                1 => Stop::DrainThenAbort(rng.u64(0..=90)),
                2 => Stop::Window(rng.u64(15..=120)),
                _ => Stop::Drain,
            },
            stop_at: seconds(rng, 20, 200),
            faults_end: seconds(rng, 0, 60),
            recovers: rng.u8(0..3) == 0,
        }
    }

    /// Whether the worker has all the time that it needs to answer for everything.
    pub(super) fn is_orderly(&self) -> bool {
        self.stop == Stop::Drain
    }
}

impl Planned {
    fn draw(rng: &mut Rng, number: u64, heartbeat: Duration) -> Self {
        let milliseconds = if rng.bool() {
            rng.u64(0..=2_000)
        } else {
            rng.u64(0..=90_000)
        };
        let mut chore = Chore::new(number, milliseconds);
        chore.ending = match rng.u8(0..8) {
            0 => Ending::Badly,
            1 => Ending::Panic,
            2 | 3 => Ending::Heeding,
            _ => Ending::Well,
        };
        chore.heartbeat = heartbeat.as_secs() * rng.u64(3..=8) + 2;
        if rng.u8(0..6) == 0 {
            chore.timeout = rng.u64(chore.heartbeat + 1..=chore.heartbeat + 60);
        }
        Self {
            chore,
            at: Duration::from_millis(rng.u64(0..=120_000)),
            stopped_after: (rng.u8(0..8) == 0).then(|| Duration::from_millis(rng.u64(0..=60_000))),
        }
    }
}

fn draw_fault(rng: &mut Rng) -> Fault {
    const FAULTS: [Fault; 13] = [
        Fault::Throttled,
        Fault::TooManyPolls,
        Fault::ServerError,
        Fault::CutBefore,
        Fault::AnswerLost,
        Fault::Unanswered,
        Fault::ExpiredToken,
        Fault::ExpiredCredentials,
        Fault::Denied,
        Fault::DnsFailure,
        Fault::Unreachable,
        Fault::Empty,
        Fault::Swallowed,
    ];
    if rng.u8(0..6) == 0 {
        return Fault::Delayed(Duration::from_millis(rng.u64(0..=12_000)));
    }
    FAULTS[rng.usize(0..FAULTS.len())]
}

fn draw_rates(rng: &mut Rng) -> Rates {
    let mut rates = Rates::new();
    for _ in 0..rng.usize(0..=4) {
        rates = rates.with(draw_fault(rng), rng.f64() * 0.3);
    }
    if rng.u8(0..4) == 0 {
        let fault = [Fault::TooLarge, Fault::Refused("InvalidOutput")][rng.usize(0..2)];
        rates = rates.with_for(Operation::Succeed, fault, 0.2);
    }
    rates
}
