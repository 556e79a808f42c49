//! The scenarios: one per line of what is promised of speed.

use std::path::PathBuf;
use std::time::Duration;

use tokio::time::sleep;

use crate::plan::Kind;
use crate::run::{Contender, Look, Run, alone};
use crate::script::{Conditions, Faults, Order};
use crate::table::{Column, Table};

/// How much time may be spent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Effort {
    pub(crate) rounds: u64,
    quick: bool,
}

impl Effort {
    pub(crate) fn full() -> Self {
        Self {
            rounds: 5,
            quick: false,
        }
    }

    /// One round in which nothing but the program itself is tried.
    pub(crate) fn quick() -> Self {
        Self {
            rounds: 1,
            quick: true,
        }
    }

    fn seconds(self, seconds: u64) -> Duration {
        if self.quick {
            Duration::from_millis(seconds * 1_000 / 10)
        } else {
            Duration::from_secs(seconds)
        }
    }

    fn tasks(self, tasks: u64) -> u64 {
        if self.quick { tasks / 100 } else { tasks }
    }
}

/// Runs a scenario, prints its table, and says whether everything was right.
type Scenario = fn(Effort) -> std::pin::Pin<Box<dyn Future<Output = bool>>>;

/// All scenarios by name.
pub(crate) const SCENARIOS: [(&str, Scenario); 8] = [
    ("flood", |effort| Box::pin(flood(effort))),
    ("latency", |effort| Box::pin(latency(effort))),
    ("pickup", |effort| Box::pin(pickup(effort))),
    ("dispatch", |effort| Box::pin(dispatch(effort))),
    ("idle", |effort| Box::pin(idle(effort))),
    ("in-flight", |effort| Box::pin(in_flight(effort))),
    ("growth", |effort| Box::pin(growth(effort))),
    ("faults", |effort| Box::pin(faults(effort))),
];

/// 64 slots and a task for every poll: the processor is the limit.
async fn flood(effort: Effort) -> bool {
    println!("64 slots, empty handler, a task for every poll; one processor.\n");
    let mut contenders = pair(64);
    let adapter = Contender::new("loop on the worker's adapter", Kind::Adapter, 64);
    contenders.insert(1, adapter);
    if let Some(program) = other_allocator() {
        let mut other = Contender::new("worker with mimalloc", Kind::Worker, 64);
        other.program = program;
        contenders.push(other);
    }
    let conditions = Conditions {
        busy: true,
        ..Conditions::default()
    };
    saturated(effort, contenders, conditions).await
}

/// 16 slots and 20 ms to the service and back: waiting is the limit.
async fn latency(effort: Effort) -> bool {
    let mut right = true;
    for handler in [0, 20] {
        println!("16 slots, round trip 20 ms, handler of {handler} ms, a task for every poll.\n");
        let mut contenders = pair(16);
        // As many as finish in two round trips, and room for slow answers.
        for ahead in [16, 64] {
            let name = format!("worker, {ahead} tasks ahead");
            let mut contender = Contender::new(name, Kind::Worker, 16);
            contender.setup.prefetch = ahead;
            contenders.push(contender);
        }
        for contender in &mut contenders {
            contender.setup.handler = Duration::from_millis(handler);
        }
        let conditions = Conditions {
            round_trip: Duration::from_millis(20),
            ..Conditions::default()
        };
        right &= saturated(effort, contenders, conditions).await;
        println!();
    }
    right
}

/// Measures a time in which there is always a task.
async fn saturated(effort: Effort, contenders: Vec<Contender>, conditions: Conditions) -> bool {
    let columns = [
        Column::ratio("tasks/s", 0),
        Column::ratio("CPU per task, µs", 1),
        Column::plain("polls per task", 3),
        Column::plain("connections", 0),
        Column::plain("RSS, MiB", 1),
    ];
    let mut bench = Bench::new(effort, contenders, &columns);
    for _ in 0..effort.rounds {
        for row in bench.rows() {
            let mut run = Run::start(bench.contender(row), conditions).await;
            run.order(Order::Flood);
            sleep(effort.seconds(1)).await;
            let first = run.look();
            sleep(effort.seconds(3)).await;
            let last = run.look();
            let end = run.end().await;
            let tasks = count(last.endpoint.answered - first.endpoint.answered);
            let time = last.endpoint.now - first.endpoint.now;
            let cpu = last.contender.usage.cpu - first.contender.usage.cpu;
            let polls = count(last.endpoint.polls - first.endpoint.polls);
            let handed = count(last.endpoint.handed - first.endpoint.handed);
            let values = vec![
                tasks / time.as_secs_f64(),
                micros(cpu) / tasks,
                polls / handed,
                count(end.endpoint.most_connections),
                mebibytes(last.contender.usage.resident),
            ];
            bench.add(row, values, &end);
        }
    }
    bench.print()
}

/// 200 tasks a second at random times, 8 slots, 20 ms to the service and back.
async fn pickup(effort: Effort) -> bool {
    println!(
        "8 slots, round trip 20 ms, 200 tasks/s at random times, empty handler. No pick-up can \
         be faster than half the round trip, no completion than the whole.\n"
    );
    let columns = [
        Column::ratio("pick-up p50, ms", 1),
        Column::ratio("p99, ms", 1),
        Column::ratio("completion p50, ms", 1),
        Column::ratio("p99, ms ", 1),
        Column::ratio("CPU per task, µs", 0),
    ];
    let conditions = Conditions {
        round_trip: Duration::from_millis(20),
        ..Conditions::default()
    };
    let mut contenders = pair(8);
    let mut ready = Contender::new("worker, 8 polls from the start", Kind::Worker, 8);
    ready.setup.polls = Some((8, 8));
    contenders.push(ready);
    // A poll can be open while all slots are busy.
    let mut ahead = Contender::new("worker, 8 tasks ahead", Kind::Worker, 8);
    ahead.setup.prefetch = 8;
    contenders.push(ahead);
    let mut bench = Bench::new(effort, contenders, &columns);
    for seed in 0..effort.rounds {
        for row in bench.rows() {
            let mut run = Run::start(bench.contender(row), conditions).await;
            let first = run.look();
            let per_second = 200;
            run.order(Order::Paced { per_second, seed });
            sleep(effort.seconds(15)).await;
            let last = run.look();
            let end = run.end().await;
            let cpu = last.contender.usage.cpu - first.contender.usage.cpu;
            let values = vec![
                millis(end.contender.pickup[0]),
                millis(end.contender.pickup[1]),
                millis(end.endpoint.completion[0]),
                millis(end.endpoint.completion[1]),
                micros(cpu) / count(last.endpoint.answered),
            ];
            bench.add(row, values, &end);
        }
    }
    bench.print()
}

/// What the runtime adds to a poll's answer before the handler runs.
async fn dispatch(effort: Effort) -> bool {
    println!("From the answer of a poll to the start of the handler, idle runtime, no network.\n");
    let columns = [Column::plain("p50, µs", 1), Column::plain("p99, µs", 1)];
    let contender = Contender::new("worker", Kind::InProcess, 8);
    let mut bench = Bench::new(effort, vec![contender], &columns);
    for _ in 0..effort.rounds {
        let [median, worst] = alone(bench.contender(0)).pickup;
        let values = vec![micros(median), micros(worst)];
        bench.add(0, values, &Look::default());
    }
    bench.print()
}

/// Open polls, and nothing to do.
async fn idle(effort: Effort) -> bool {
    println!("128 slots, no tasks.\n");
    let columns = [
        Column::ratio("CPU, ms/s", 3),
        Column::plain("open polls", 0),
        Column::plain("RSS, MiB", 1),
    ];
    let mut contenders = pair(128);
    let mut fixed = Contender::new("worker, 128 polls", Kind::Worker, 128);
    fixed.setup.polls = Some((128, 128));
    contenders.insert(1, fixed);
    contenders[2].name = "worker, its own choice of polls".to_owned();
    let mut bench = Bench::new(effort, contenders, &columns);
    for _ in 0..effort.rounds {
        for row in bench.rows() {
            let mut run = Run::start(bench.contender(row), Conditions::default()).await;
            sleep(effort.seconds(1)).await;
            let first = run.look();
            sleep(effort.seconds(8)).await;
            let last = run.look();
            let end = run.end().await;
            let time = last.endpoint.now - first.endpoint.now;
            let cpu = last.contender.usage.cpu - first.contender.usage.cpu;
            let values = vec![
                millis(cpu) / time.as_secs_f64(),
                count(last.endpoint.polls_open),
                mebibytes(last.contender.usage.resident),
            ];
            bench.add(row, values, &end);
        }
    }
    bench.print()
}

/// 1,000 tasks at once, with a heartbeat a second each.
async fn in_flight(effort: Effort) -> bool {
    println!(
        "1,000 tasks in flight, a heartbeat each second. What a task takes is what the program \
         has more than one of a single slot that has worked on a task.\n"
    );
    let columns = [
        Column::ratio("RSS, MiB", 1),
        Column::ratio("per task in flight, KiB", 1),
        Column::plain("worst gap, ms", 0),
        Column::plain("connections with heartbeats", 0),
        Column::plain("connections", 0),
        Column::ratio("CPU per heartbeat, µs", 0),
    ];
    let tasks = 1_000;
    let mut contenders = pair(1_000);
    for contender in &mut contenders {
        contender.setup.handler = effort.seconds(20);
        contender.setup.heartbeat = Some(Duration::from_secs(1));
    }
    let mut bench = Bench::new(effort, contenders, &columns);
    for _ in 0..effort.rounds {
        for row in bench.rows() {
            let base = footprint(bench.contender(row)).await;
            let mut run = Run::start(bench.contender(row), Conditions::default()).await;
            run.order(Order::Batch(tasks));
            run.until(|status| status.handed == tasks).await;
            sleep(effort.seconds(3)).await;
            let first = run.look();
            sleep(effort.seconds(10)).await;
            let last = run.look();
            let end = run.end().await;
            let cpu = last.contender.usage.cpu - first.contender.usage.cpu;
            let beats = last.endpoint.beats - first.endpoint.beats;
            let resident = last.contender.usage.resident;
            let values = vec![
                mebibytes(resident),
                count(resident.saturating_sub(base)) / count(tasks),
                millis(last.endpoint.worst_gap),
                count(last.endpoint.beat_connections),
                count(last.endpoint.most_connections),
                micros(cpu) / count(beats),
            ];
            bench.add(row, values, &end);
        }
    }
    bench.print()
}

/// What the program takes for its code, its clients and a connection.
async fn footprint(contender: &Contender) -> u64 {
    let mut contender = contender.clone();
    contender.setup.slots = 1;
    contender.setup.handler = Duration::from_secs(2);
    let mut run = Run::start(&contender, Conditions::default()).await;
    run.order(Order::Batch(1));
    run.until(|status| status.answered == 1).await;
    let resident = run.look().contender.usage.resident;
    run.end().await;
    resident
}

/// Many short tasks: memory must not grow.
async fn growth(effort: Effort) -> bool {
    let tasks = effort.tasks(100_000);
    println!("{tasks} short tasks, 64 slots.\n");
    let columns = [
        Column::plain("RSS after a fifth, MiB", 1),
        Column::plain("RSS at the end, MiB", 1),
        Column::plain("growth, MiB", 2),
    ];
    let once = Effort {
        rounds: 1,
        ..effort
    };
    let mut bench = Bench::new(once, pair(64), &columns);
    for row in bench.rows() {
        let mut run = Run::start(bench.contender(row), Conditions::default()).await;
        run.order(Order::Batch(tasks));
        run.until(|status| status.answered >= tasks / 5).await;
        let first = run.look().contender.usage.resident;
        run.until(|status| status.answered >= tasks).await;
        let last = run.look().contender.usage.resident;
        let end = run.end().await;
        let values = vec![
            mebibytes(first),
            mebibytes(last),
            mebibytes(last) - mebibytes(first),
        ];
        bench.add(row, values, &end);
    }
    bench.print()
}

/// Errors, throttling and lost answers: no task may be lost, doubled or misjudged.
async fn faults(effort: Effort) -> bool {
    let tasks = effort.tasks(15_000);
    let faults = Faults {
        errors: 5,
        throttled: 30,
        lost: 1,
    };
    println!(
        "{tasks} tasks, 64 slots; 5 % of the calls are answered with HTTP 500; of the reports \
         30 % are throttled, 1 % are taken and not answered. A hand-written loop loses \
         tasks; the worker must not.\n"
    );
    let columns = [
        Column::plain("tasks taken", 0),
        Column::plain("lost", 0),
        Column::plain("answered twice", 0),
        Column::plain("wrong verdicts", 0),
        Column::plain("seconds until the last report", 1),
    ];
    let once = Effort {
        rounds: 1,
        ..effort
    };
    let mut bench = Bench::new(once, pair(64), &columns);
    for row in bench.rows() {
        let conditions = Conditions {
            faults,
            ..Conditions::default()
        };
        let mut run = Run::start(bench.contender(row), conditions).await;
        let begun = run.order(Order::Batch(tasks)).now;
        run.until(|status| status.handed == tasks).await;
        // No report comes for a while when everything was reported or given up.
        run.until(|status| status.answered == tasks || status.now > status.last_report + SETTLE)
            .await;
        let end = run.end().await;
        let values = vec![
            count(end.endpoint.handed),
            count(end.endpoint.handed - end.endpoint.answered),
            count(end.endpoint.doubled),
            count(end.endpoint.answered.abs_diff(end.contender.delivered)),
            (end.endpoint.last_report - begun).as_secs_f64(),
        ];
        bench.add(row, values, &end);
    }
    bench.print()
}

/// Nobody waits longer than this before a report is repeated.
const SETTLE: Duration = Duration::from_secs(20);

/// The yardstick and the worker.
fn pair(slots: usize) -> Vec<Contender> {
    vec![
        Contender::new("loop by hand", Kind::Loop, slots),
        Contender::new("worker", Kind::Worker, slots),
    ]
}

/// The same program with another allocator, if it was built.
fn other_allocator() -> Option<PathBuf> {
    option_env!("CARGO_BIN_EXE_bench-mimalloc")
        .filter(|_| cfg!(feature = "allocator"))
        .map(PathBuf::from)
}

/// The rows and the table of a scenario, and whether the worker did everything right.
struct Bench {
    contenders: Vec<Contender>,
    table: Table,
    right: bool,
}

impl Bench {
    fn new(effort: Effort, contenders: Vec<Contender>, columns: &[Column]) -> Self {
        if effort.quick {
            println!("Quick: the figures mean nothing.\n");
        }
        let names = contenders.iter().map(|contender| contender.name.clone());
        Self {
            table: Table::new(columns, names),
            contenders,
            right: true,
        }
    }

    fn rows(&self) -> std::ops::Range<usize> {
        0..self.contenders.len()
    }

    fn contender(&self, row: usize) -> &Contender {
        &self.contenders[row]
    }

    fn add(&mut self, row: usize, values: Vec<f64>, end: &Look) {
        let lost = end.endpoint.handed - end.endpoint.answered;
        if self.contenders[row].setup.kind == Kind::Worker {
            self.right &= lost == 0 && end.endpoint.doubled == 0;
        }
        self.right &= end.endpoint.bad_requests == 0;
        self.table.add(row, values);
    }

    fn print(&self) -> bool {
        self.table.print();
        self.right
    }
}

fn count(number: u64) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn mebibytes(kibibytes: u64) -> f64 {
    count(kibibytes) / 1_024.0
}
