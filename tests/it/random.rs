//! P3 in random schedules: seeded faults, tasks, time-outs and stops, thousands in virtual time.
//!
//! A seed decides everything, the jitter of the worker's own delays too, but the order in which
//! events of one moment are seen. A failure says how to run its seed alone:
//!
//! | variable | means |
//! |---|---|
//! | `FAULT_SEED` | this seed alone, a hundred times, since that order is not the seed's |
//! | `FAULT_SEEDS` | so many seeds instead of the usual number |

mod plan;

use std::fmt::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use self::plan::{Plan, Stop};
use fastrand::Rng;
use sfn_worker_core::testing::{Fault, Faults, Rates};
use sfn_worker_core::{ActivityOptions, Summary};
use sfn_worker_tests::activities::{Chore, Ending};
use sfn_worker_tests::{Offered, Running, Stage, bounded, quiet_panics};
use tokio::time::{sleep, timeout};

const SCRIPTED_SEEDS: u64 = 2_000;
const ENGINE_SEEDS: u64 = 500;
/// How often a seed is run that is run alone.
const REPETITIONS: usize = 100;
/// How many failures are told in full, and after how many the search ends.
const SHOWN: usize = 3;
const ENOUGH: usize = 20;
/// No schedule takes longer, in virtual time.
const PATIENCE: Duration = Duration::from_secs(6 * 3_600);

#[test]
fn p3_random_schedules_lose_nothing_on_the_scripted_service() {
    search(SCRIPTED_SEEDS, "scripted", Stage::scripted);
}

#[test]
fn p3_random_schedules_lose_nothing_on_the_engine() {
    search(ENGINE_SEEDS, "engine", Stage::engine);
}

/// The figures of a bad day: 30 % throttled, 5 % answered with HTTP 503, 1 % of answers lost.
#[test]
fn p3_fifteen_thousand_tasks_survive_a_bad_day() {
    const TASKS: u64 = 15_000;
    let rates = Rates::new()
        .with(Fault::Throttled, 0.3)
        .with(Fault::ServerError, 0.05)
        .with(Fault::AnswerLost, 0.01);
    runtime().block_on(async {
        let stage = Stage::scripted(Faults::random(15, rates));
        let options = ActivityOptions::new().with_concurrency(64);
        let worker = Running::start(stage.worker_with(options).polls(1..=16));
        let tasks: Vec<Offered> = (0..TASKS)
            .map(|number| stage.offer(&Chore::new(number, number % 50)))
            .collect();
        for task in &tasks {
            bounded(task.over()).await;
        }
        let total = worker.drain().await.total();
        let ledger = stage.ledger();
        ledger.assert_nothing_lost();
        let destroyed = ledger.destroyed_by_faults() as u64;
        let right = tasks
            .iter()
            .zip(0..)
            .filter(|(task, number)| task.output() == Some(*number))
            .count() as u64;
        println!("{total:?}, {destroyed} lost with the answer of their poll");
        assert_eq!(total.received + destroyed, TASKS);
        assert_eq!(right, total.received);
        assert_eq!(total.succeeded + total.probably_delivered, total.received);
    });
}

/// Runs many seeds, and fails with all that went wrong.
fn search(seeds: u64, name: &str, stage: fn(Faults) -> Stage) {
    quiet_panics();
    let number = |variable| std::env::var(variable).ok()?.parse::<u64>().ok();
    let seeds: Vec<u64> = match (number("FAULT_SEED"), number("FAULT_SEEDS")) {
        (Some(seed), _) => std::iter::repeat_n(seed, REPETITIONS).collect(),
        (None, many) => (0..many.unwrap_or(seeds)).collect(),
    };
    let mut wrong = String::new();
    let mut failed = 0;
    let mut sum = Sum::default();
    for &seed in &seeds {
        match run(seed, stage) {
            Ok(played) => sum.add(&played),
            Err(text) => {
                failed += 1;
                if failed > ENOUGH {
                    break;
                }
                if failed <= SHOWN {
                    writeln!(
                        wrong,
                        "seed {seed}: {text}\nalone: FAULT_SEED={seed} cargo it random::p3_random_\
                         schedules_lose_nothing_on_the_{name}\n"
                    )
                    .unwrap();
                }
            }
        }
    }
    println!("{name}: {} schedules, {sum}", seeds.len());
    assert!(
        failed == 0,
        "{failed} failures in {} seeds\n{wrong}",
        seeds.len()
    );
}

/// One schedule, on a runtime of its own.
fn run(seed: u64, stage: fn(Faults) -> Stage) -> Result<Played, String> {
    runtime().block_on(async {
        let mut rng = Rng::with_seed(seed);
        fastrand::seed(seed);
        let plan = Plan::draw(&mut rng);
        let faults = Faults::random(rng.u64(..), plan.rates.clone());
        let schedule = Schedule {
            stage: stage(faults),
            plan,
        };
        let played = timeout(PATIENCE, schedule.play()).await;
        let played = played.map_err(|_| format!("stuck: {:?}", schedule.plan))?;
        let judged = schedule.judge(&played);
        judged.map_err(|text| format!("{text}\n{:?}\n{:?}", schedule.plan, played.summary))?;
        Ok(played)
    })
}

fn runtime() -> tokio::runtime::Runtime {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_time().start_paused(true).build().unwrap()
}

struct Schedule {
    stage: Stage,
    plan: Plan,
}

struct Played {
    summary: Summary,
    offered: Vec<(Chore, Offered)>,
    struck: usize,
    received: usize,
    /// How many slots polls and chores needed at a time at the most.
    slots: usize,
}

impl Schedule {
    async fn play(&self) -> Played {
        let plan = &self.plan;
        let mut options = ActivityOptions::new().with_concurrency(plan.concurrency);
        if let Some(limit) = plan.cancel_limit {
            options = options.with_timeout(limit);
        }
        let builder = self.stage.worker_with(options);
        let builder = builder
            .polls(1..=plan.polls)
            .heartbeat(plan.heartbeat)
            .grace(plan.grace);
        let builder = match plan.stop {
            Stop::Window(seconds) => builder.stop_window(Duration::from_secs(seconds)),
            _ => builder,
        };
        let worker = Running::start(builder);
        let shutdown = worker.shutdown.clone();
        let faults = self.stage.faults();

        let offering = futures_util::future::join_all(plan.chores.iter().map(|planned| async {
            sleep(planned.at).await;
            let offered = self.stage.offer(&planned.chore);
            if let Some(after) = planned.stopped_after {
                sleep(after).await;
                offered.stop();
            }
            (planned.chore, offered)
        }));
        let failing = futures_util::future::join_all(plan.outages.iter().map(|outage| async {
            sleep(outage.at).await;
            faults.outage(outage.fault);
            if outage.severs {
                faults.sever();
            }
            sleep(outage.length).await;
            faults.recover();
        }));
        let stopping = async {
            sleep(plan.stop_at).await;
            if plan.recovers {
                faults.clear();
                self.new_work().await;
            }
            match plan.stop {
                Stop::Abort => shutdown.abort(),
                Stop::Drain | Stop::Window(_) => shutdown.drain(),
                Stop::DrainThenAbort(seconds) => {
                    shutdown.drain();
                    sleep(Duration::from_secs(seconds)).await;
                    shutdown.abort();
                }
            }
        };
        let faults_end = async {
            sleep(plan.stop_at).await;
            if !plan.recovers {
                sleep(plan.faults_end).await;
            }
            loop {
                // Outages that begin later have no effect either.
                faults.clear();
                sleep(Duration::from_millis(500)).await;
            }
        };
        let rest = async { tokio::join!(offering, failing, stopping) };
        let ended = async {
            let summary = worker.ended().await;
            (summary, self.stage.ledger().received())
        };
        let slots = AtomicUsize::new(0);
        let ((summary, received), (offered, ..)) = tokio::select! {
            both = async { tokio::join!(ended, rest) } => both,
            () = self.stage.watch_slots(&slots) => Default::default(),
            () = faults_end => Default::default(),
        };
        Played {
            summary,
            offered,
            struck: faults.struck(),
            received,
            slots: slots.load(Ordering::Relaxed),
        }
    }

    /// Offers chores until one is done; a worker that does none is stuck.
    async fn new_work(&self) {
        loop {
            // Polls that began in a fault can still cost a task each.
            let next = self.stage.offer(&Chore::new(0, 0));
            let wait = Duration::from_secs(10);
            if timeout(wait, next.over()).await.is_ok() && next.output() == Some(0) {
                return;
            }
        }
    }

    fn judge(&self, played: &Played) -> Result<(), String> {
        let ledger = self.stage.ledger();
        let mut violations = [
            ledger.answered_twice(),
            ledger.overlapping(),
            ledger.after_gone(),
        ]
        .concat();
        let total = played.summary.total();
        let lost = ledger.lost();
        if self.plan.is_orderly() {
            violations.extend(lost);
            violations.extend(ledger.silences(self.plan.heartbeat * 2));
        } else if lost.len() as u64 > total.undelivered {
            // Without time a report may fail, but the summary must say so.
            violations.extend(lost);
        }
        if !violations.is_empty() {
            return Err(ledger.explain(&violations));
        }
        let told = |what: &str, wanted: bool| if wanted { Ok(()) } else { Err(what.to_owned()) };
        told(
            "polls were dropped by a drain",
            !self.plan.is_orderly() || ledger.dropped_polls() == 0,
        )?;
        told(
            "there were more polls and tasks than slots",
            played.slots <= self.plan.concurrency,
        )?;
        let told_of = total.succeeded
            + total.failed
            + total.handed_back
            + total.probably_delivered
            + total.abandoned
            + total.undelivered;
        told(
            "the summary does not add up",
            total.received == played.received as u64 && total.received == told_of,
        )?;
        let answered = ledger.answered() as u64;
        let surely = total.succeeded + total.failed + total.handed_back;
        let perhaps = total.probably_delivered + total.undelivered;
        told(
            &format!("{answered} tasks were answered"),
            (surely..=surely + perhaps).contains(&answered),
        )?;
        played.offered.iter().try_for_each(|(chore, offered)| {
            let right = self.is_right(*chore, offered);
            told(
                &format!("{chore:?}: {:?} {:?}", offered.output(), offered.error()),
                right,
            )
        })
    }

    /// Whether what the service was told fits what the handler did.
    fn is_right(&self, chore: Chore, offered: &Offered) -> bool {
        if let Some(output) = offered.output() {
            return output == chore.number
                && matches!(chore.ending, Ending::Well | Ending::Heeding);
        }
        let Some(error) = offered.error() else {
            return true; // never received, closed by the service, or lost as judged above
        };
        match error.as_str() {
            "Broken" => chore.ending == Ending::Badly,
            "Worker.HandlerPanicked" => chore.ending == Ending::Panic,
            // Of the worker's own time limit, or of the engine.
            "States.Timeout" => true,
            "Worker.ShuttingDown" => !self.plan.is_orderly(),
            "Worker.OutputInvalid" => matches!(chore.ending, Ending::Well | Ending::Heeding),
            _ => false,
        }
    }
}

/// What all schedules did together.
#[derive(Default)]
struct Sum {
    struck: usize,
    received: u64,
    answered: u64,
    probably: u64,
    abandoned: u64,
    undelivered: u64,
}

impl Sum {
    fn add(&mut self, played: &Played) {
        let total = played.summary.total();
        self.struck += played.struck;
        self.received += total.received;
        self.answered += total.succeeded + total.failed + total.handed_back;
        self.probably += total.probably_delivered;
        self.abandoned += total.abandoned;
        self.undelivered += total.undelivered;
    }
}

impl std::fmt::Display for Sum {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} tasks received, {} answered, {} probably delivered, {} no longer wanted, {} not \
             delivered for want of time; {} calls struck by faults",
            self.received,
            self.answered,
            self.probably,
            self.abandoned,
            self.undelivered,
            self.struck
        )
    }
}
