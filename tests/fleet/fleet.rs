//! A fleet of real workers on a simulated account, and what it is put through.

use std::ops::RangeInclusive;
use std::time::Duration;

use sfn_worker_core::{ActivityOptions, Summary, Worker};
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, sleep_until};

use crate::account::{Account, PREFIX};
use crate::activities::register;
use crate::figures::{Figures, Samples};
use crate::quota::Quota;

/// No phase that waits for its tasks is longer.
const PATIENCE: Duration = Duration::from_secs(1_800);

/// How large a fleet is, and what it shares.
#[derive(Debug, Clone)]
pub(crate) struct Size {
    pub(crate) workers: usize,
    pub(crate) activities: usize,
    pub(crate) quota: Quota,
    pub(crate) polls: RangeInclusive<usize>,
    /// Slots of each activity in each worker.
    pub(crate) slots: usize,
}

/// A fleet under way.
#[derive(Debug)]
pub(crate) struct Fleet {
    size: Size,
    pub(crate) account: Account,
    _workers: JoinSet<Summary>,
}

impl Size {
    pub(crate) fn new(workers: usize, activities: usize) -> Self {
        Self {
            workers,
            activities,
            quota: Quota::LARGE,
            polls: 1..=100,
            slots: 100,
        }
    }
}

impl Fleet {
    /// Starts every worker at the same moment.
    pub(crate) fn start(size: Size) -> Self {
        fastrand::seed(7);
        let account = Account::new(size.activities, size.quota);
        let options = ActivityOptions::new().with_concurrency(size.slots);
        let mut workers = JoinSet::new();
        for number in 0..size.workers {
            let builder = Worker::builder(account.clone())
                .name(format!("worker-{number}"))
                .arn_prefix(PREFIX)
                .polls(size.polls.clone());
            let worker = register(builder, size.activities, options)
                .build()
                .expect("the configuration is right");
            workers.spawn(worker.run());
        }
        Self {
            size,
            account,
            _workers: workers,
        }
    }

    /// Nothing is to be done for a time.
    pub(crate) async fn idle(&self, phase: &'static str, time: Duration) -> Figures {
        self.phase(phase, sleep(time)).await
    }

    /// Tasks at an even rate, for the activities in turn.
    pub(crate) async fn steady(
        &self,
        phase: &'static str,
        per_second: u32,
        time: Duration,
        work: Duration,
    ) -> Figures {
        let tasks = async {
            let begun = Instant::now();
            let spacing = Duration::from_secs(1) / per_second;
            let mut number = 0;
            while begun.elapsed() < time {
                sleep_until(begun + spacing * number).await;
                self.account.schedule(self.activity(number), work);
                number += 1;
            }
        };
        self.phase(phase, tasks).await
    }

    /// So many tasks of one activity at once; until a worker has the last of them.
    pub(crate) async fn burst(&self, phase: &'static str, tasks: u32, work: Duration) -> Figures {
        (0..tasks).for_each(|_| self.account.schedule(0, work));
        self.phase(phase, self.picked_up(tasks)).await
    }

    /// So many tasks at once, over all activities; until a worker has the last of them.
    pub(crate) async fn flood(&self, phase: &'static str, tasks: u32, work: Duration) -> Figures {
        (0..tasks).for_each(|number| self.account.schedule(self.activity(number), work));
        self.phase(phase, self.picked_up(tasks)).await
    }

    /// The service is not to be reached for a time.
    pub(crate) async fn outage(&self, phase: &'static str, time: Duration) -> Figures {
        self.account.down(true);
        let figures = self.phase(phase, sleep(time)).await;
        self.account.down(false);
        figures
    }

    /// Somebody else uses up the quotas of the account for a time.
    pub(crate) async fn used_up(&self, phase: &'static str, time: Duration) -> Figures {
        self.account.used_up(true);
        let figures = self.phase(phase, sleep(time)).await;
        self.account.used_up(false);
        figures
    }

    fn activity(&self, number: u32) -> usize {
        usize::try_from(number).unwrap_or_default() % self.size.activities
    }

    async fn picked_up(&self, tasks: u32) {
        let begun = Instant::now();
        while self.account.state().ledger.waits.len() < tasks as usize && begun.elapsed() < PATIENCE
        {
            sleep(Duration::from_millis(10)).await;
        }
    }

    async fn phase(&self, phase: &'static str, events: impl Future<Output = ()>) -> Figures {
        let begun = Instant::now();
        self.begin_phase(begun);
        let mut samples = Samples::default();
        let mut seconds = interval(Duration::from_secs(1));
        seconds.set_missed_tick_behavior(MissedTickBehavior::Skip);
        tokio::pin!(events);
        loop {
            tokio::select! {
                biased;
                () = &mut events => break,
                _ = seconds.tick() => samples.take(&self.account.state()),
            }
        }
        let now = Instant::now();
        let mut state = self.account.state();
        state
            .lines
            .iter_mut()
            .for_each(|line| line.note_waiting(now));
        Figures::of(phase, now - begun, &mut state, &samples)
    }

    fn begin_phase(&self, now: Instant) {
        let mut state = self.account.state();
        state.ledger.begin_phase();
        state
            .lines
            .iter_mut()
            .for_each(|line| line.begin_phase(now));
    }
}
