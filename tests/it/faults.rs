//! P11 and P3 under every fault: the matrix of faults and phases, on the scripted service and on
//! the engine.
//!
//! Each cell is a worker of its own. A fault befalls the calls for 75 seconds, longer than a poll
//! is held, while the worker is in one phase. Then: no task is lost, none answered twice, no
//! heartbeat late, no two calls of a task overlap, the worker works again and ends its drain.
//! The table is printed: `cargo it faults -- --nocapture` shows it.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sfn_worker_core::testing::{Fault, Faults, Operation};
use sfn_worker_core::{ActivityOptions, Summary, WorkerBuilder};
use sfn_worker_tests::activities::Chore;
use sfn_worker_tests::{Running, Stage};
use tokio::time::{Instant, sleep, timeout};

/// Longer than the service holds a poll.
const OUTAGE: Duration = Duration::from_secs(75);
const HEARTBEAT: Duration = Duration::from_secs(10);
/// The service gives a task up after this time without a heartbeat.
const HEARTBEAT_TIMEOUT: Duration = Duration::from_secs(120);
/// However a worker waits, it tries something for each task in this time.
const SILENCE: Duration = Duration::from_secs(25);
/// The longest delay of a denied poll, and the longest hold of the poll after it.
const HEALING: Duration = Duration::from_secs(90 + 75);
const SLOTS: usize = 3;
const GRACE: Duration = Duration::from_secs(240);
/// Polls in flight, the outage, the longest delay of a report.
const DRAINING: Duration = Duration::from_secs(75 + 75 + 90);

/// What the worker is doing when the fault begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moment {
    /// It starts, and looks up the ARN of its activity; a task is waiting.
    Starting,
    /// Nothing: its polls are held.
    Idle,
    /// It begins to poll; a task is waiting.
    Polling,
    /// A handler runs, and goes on after the fault.
    Running,
    /// A handler is about to end.
    Reporting,
    /// It begins to drain, with a handler that ends before the fault does.
    Draining,
}

const MOMENTS: [Moment; 6] = [
    Moment::Starting,
    Moment::Idle,
    Moment::Polling,
    Moment::Running,
    Moment::Reporting,
    Moment::Draining,
];

/// A row of the matrix.
#[derive(Debug, Clone, Copy)]
struct Row {
    fault: Fault,
    /// The operations that it befalls; every one if there are none.
    only: &'static [Operation],
    /// Whether the connections of the calls in flight are cut when it begins.
    severs: bool,
}

const fn row(fault: Fault) -> Row {
    Row {
        fault,
        only: &[],
        severs: false,
    }
}

const fn only(fault: Fault, only: &'static [Operation]) -> Row {
    Row {
        fault,
        only,
        severs: false,
    }
}

const fn severing(fault: Fault) -> Row {
    Row {
        fault,
        only: &[],
        severs: true,
    }
}

const ROWS: [Row; 20] = [
    row(Fault::Throttled),
    row(Fault::TooManyPolls),
    row(Fault::ServerError),
    row(Fault::CutBefore),
    severing(Fault::CutBefore),
    row(Fault::AnswerLost),
    row(Fault::Unanswered),
    row(Fault::Delayed(Duration::from_secs(8))),
    row(Fault::ExpiredToken),
    row(Fault::ExpiredCredentials),
    row(Fault::Denied),
    row(Fault::ActivityMissing),
    row(Fault::DnsFailure),
    severing(Fault::Unreachable),
    only(Fault::Refused("InvalidOutput"), &[Operation::Succeed]),
    only(
        Fault::Refused("ValidationException"),
        &[Operation::Poll, Operation::Heartbeat, Operation::Succeed],
    ),
    only(Fault::TooLarge, &[Operation::Succeed]),
    row(Fault::Empty),
    row(Fault::Swallowed),
    // Only what a wrong policy denies: polls go on, reports do not.
    only(
        Fault::Denied,
        &[Operation::Heartbeat, Operation::Succeed, Operation::Fail],
    ),
];

#[tokio::test(start_paused = true)]
async fn p11_every_fault_in_every_phase_heals_on_the_scripted_service() {
    matrix(Stage::scripted).await;
}

#[tokio::test(start_paused = true)]
async fn p11_every_fault_in_every_phase_heals_on_the_engine() {
    matrix(Stage::engine).await;
}

/// Plays every cell, prints the table, and fails with all the cells that went wrong.
async fn matrix(stage: impl Fn(Faults) -> Stage) {
    let mut table = String::from(
        "| fault | starting | idle | polling | running | reporting | draining |\n\
         |---|---|---|---|---|---|---|\n",
    );
    let mut wrong = String::new();
    fastrand::seed(11); // the jitter of the worker, so that the table does not change by itself
    for row in ROWS {
        write!(table, "| {} |", row.name()).unwrap();
        for moment in MOMENTS {
            let cell = Cell {
                row,
                moment,
                stage: stage(Faults::new()),
            };
            let most = AtomicUsize::new(0);
            let played = tokio::select! {
                played = timeout(Duration::from_secs(3_600), cell.play()) => played,
                () = cell.stage.watch_slots(&most) => continue,
            };
            let result = played.unwrap_or_else(|_| Err("stuck for an hour".to_owned()));
            match result.and_then(|played| cell.judge(&played, most.load(Ordering::Relaxed))) {
                Ok(text) => write!(table, " {text} |").unwrap(),
                Err(text) => {
                    table.push_str(" **wrong** |");
                    let name = row.name();
                    writeln!(wrong, "{name}, {moment:?}: {text}").unwrap();
                }
            }
        }
        table.push('\n');
    }
    println!("{table}");
    assert!(wrong.is_empty(), "{wrong}");
}

struct Cell {
    row: Row,
    moment: Moment,
    stage: Stage,
}

/// How it went.
struct Played {
    summary: Summary,
    /// How long after the fault the worker did something new.
    healed: Option<Duration>,
    drained: Duration,
}

impl Cell {
    async fn play(&self) -> Result<Played, String> {
        if self.moment == Moment::Draining {
            return Ok(self.play_a_drain().await);
        }
        let worker = match self.moment {
            Moment::Starting | Moment::Polling => {
                self.begin();
                Running::start(self.worker())
            }
            _ => Running::start(self.worker()),
        };
        let seconds = match self.moment {
            Moment::Running => 200,
            Moment::Reporting => 20,
            _ => 1,
        };
        let first = (self.moment != Moment::Idle)
            .then(|| self.stage.offer(&Chore::new(1, seconds * 1_000)));
        match self.moment {
            Moment::Starting | Moment::Polling => {}
            Moment::Idle => {
                sleep(Duration::from_secs(30)).await;
                self.begin();
            }
            Moment::Running | Moment::Reporting | Moment::Draining => {
                self.received(1).await;
                sleep(Duration::from_secs(15)).await;
                self.begin();
            }
        }
        sleep(OUTAGE).await;
        self.end();
        let healed = self.new_work().await?;
        if let Some(first) = first {
            first.over().await;
        }
        let begun = Instant::now();
        Ok(Played {
            summary: worker.drain().await,
            healed: Some(healed),
            drained: begun.elapsed(),
        })
    }

    /// Offers a new task, and says when it was done.
    async fn new_work(&self) -> Result<Duration, String> {
        let ended = Instant::now();
        let mut next = self.stage.offer(&Chore::new(2, 0));
        while self.row.destroys() && timeout(Duration::from_secs(5), next.over()).await.is_err() {
            // Polls that began in the fault can still cost a task each.
            next = self.stage.offer(&Chore::new(2, 0));
        }
        next.over().await;
        match next.output() {
            Some(2) => Ok(ended.elapsed()),
            _ => Err(format!("the next task ended with {:?}", next.error())),
        }
    }

    async fn play_a_drain(&self) -> Played {
        let worker = Running::start(self.worker());
        let _first = self.stage.offer(&Chore::new(1, 75_000));
        self.received(1).await;
        sleep(Duration::from_secs(15)).await;
        self.begin();
        worker.shutdown.drain();
        let begun = Instant::now();
        // What a poll in flight brings now is still run.
        let _second = self.stage.offer(&Chore::new(2, 1_000));
        let fault = async {
            sleep(OUTAGE).await;
            self.end();
        };
        let ended = async {
            let summary = worker.ended().await;
            (summary, begun.elapsed())
        };
        let ((summary, drained), ()) = tokio::join!(ended, fault);
        Played {
            summary,
            healed: None,
            drained,
        }
    }

    fn worker(&self) -> WorkerBuilder {
        let options = ActivityOptions::new().with_concurrency(SLOTS);
        let builder = self.stage.worker_with(options).polls(2..=2);
        let builder = match self.moment {
            Moment::Starting => builder,
            _ => builder.arn_prefix(self.stage.arn_prefix()),
        };
        builder.heartbeat(HEARTBEAT).grace(GRACE)
    }

    async fn received(&self, tasks: usize) {
        let ledger = self.stage.ledger();
        ledger.until(|ledger| ledger.received() == tasks).await;
    }

    fn begin(&self) {
        let Row {
            fault,
            only,
            severs,
        } = self.row;
        let faults = self.stage.faults();
        if only.is_empty() {
            faults.outage(fault);
        }
        for &operation in only {
            faults.always(operation, fault);
        }
        if severs {
            faults.sever();
        }
    }

    fn end(&self) {
        self.stage.faults().clear();
    }

    fn judge(&self, played: &Played, slots: usize) -> Result<String, String> {
        let ledger = self.stage.ledger();
        let questions = [
            ledger.lost(),
            ledger.answered_twice(),
            ledger.overlapping(),
            ledger.after_gone(),
            ledger.late_heartbeats(HEARTBEAT_TIMEOUT),
            ledger.silences(SILENCE),
        ];
        let violations = questions.concat();
        if !violations.is_empty() {
            return Err(ledger.explain(&violations));
        }
        let total = played.summary.total();
        let (closed, destroyed) = (ledger.closed_by_service(), ledger.destroyed_by_faults());
        let told = |what: &str, wanted: bool| if wanted { Ok(()) } else { Err(what.to_owned()) };
        told("a poll was dropped", ledger.dropped_polls() == 0)?;
        told(&format!("{slots} slots were taken"), slots <= SLOTS)?;
        told(
            &format!("{total:?} against {} received", ledger.received()),
            total.received == ledger.received() as u64
                && total.undelivered == 0
                && total.succeeded + total.failed + total.handed_back + total.probably_delivered
                    == ledger.answered() as u64
                && total.abandoned == closed as u64,
        )?;
        told(
            &format!("the service closed {closed} tasks"),
            closed == 0 || self.row.fault == Fault::ExpiredToken,
        )?;
        told(
            &format!("{destroyed} tasks were destroyed"),
            destroyed == 0 || self.row.destroys(),
        )?;
        told(
            &format!("healed after {:?}", played.healed),
            played.healed.is_none_or(|healed| healed <= HEALING),
        )?;
        told(
            &format!("drained after {:?}", played.drained),
            played.drained <= DRAINING,
        )?;
        Ok(self.text(played))
    }

    /// What became of the first task, and when the worker worked again.
    fn text(&self, played: &Played) -> String {
        let total = played.summary.total();
        let ledger = self.stage.ledger();
        let mut parts = Vec::new();
        let counts = [
            (total.succeeded, "succeeded"),
            (total.failed, "failed"),
            (total.handed_back, "handed back"),
            (total.probably_delivered, "probably delivered"),
            (total.abandoned, "no longer wanted"),
            (
                ledger.destroyed_by_faults() as u64,
                "destroyed with the poll",
            ),
        ];
        for (count, what) in counts {
            if count > 0 {
                parts.push(format!("{count} {what}"));
            }
        }
        match played.healed {
            Some(healed) => parts.push(format!("new work after {} s", healed.as_secs())),
            None => parts.push(format!("drained in {} s", played.drained.as_secs())),
        }
        parts.join(", ")
    }
}

impl Row {
    /// Whether it costs tasks that the worker never gets to see.
    fn destroys(&self) -> bool {
        matches!(self.fault, Fault::AnswerLost | Fault::Swallowed)
    }

    fn name(&self) -> String {
        let mut name = self.fault.to_string();
        if self.severs {
            name.push_str(", open connections cut");
        }
        if !self.only.is_empty() {
            let only: Vec<String> = self.only.iter().map(ToString::to_string).collect();
            write!(name, " ({})", only.join(", ")).unwrap();
        }
        name
    }
}
