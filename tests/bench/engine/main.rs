//! How fast and how large the embedded engine is: `cargo bench -p sfn-worker-tests --bench engine`.
//!
//! `-- chains wire` runs only these scenarios, `--rounds 9` as many rounds, and `--quick` a tenth
//! of the work in as many rounds. What is printed is the median over the rounds.
//!
//! What runs in process has one thread, and its figures are per second of that thread's time on a
//! processor, so that other programs on the machine disturb them little. What goes over HTTP has
//! a server in a process of its own: a child of this program, or the program that
//! `SFN_BENCH_SERVER` names, which is started as `PROGRAM local --port 0`.

mod activities;
mod chains;
mod client;
mod evaluation;
#[expect(dead_code, reason = "the benchmark of the worker uses the rest")]
#[path = "../machine.rs"]
mod machine;
mod memory;
#[expect(dead_code, reason = "the benchmark of the worker uses the rest")]
#[path = "../process.rs"]
mod process;
mod rounds;
mod server;
mod wire;

use std::process::ExitCode;

use crate::rounds::Effort;

/// The fastest Python server of `docs/engine.md`, in executions of one and of five Pass states
/// per second, over HTTP.
const PYTHON: [f64; 2] = [609.0, 566.0];
/// The fastest other server of `docs/engine.md`, in the same.
const NATIVE: [f64; 2] = [12_700.0, 8_400.0];

/// A scenario: its name, and what measures and prints it.
type Scenario = (&'static str, fn(Effort));

const SCENARIOS: [Scenario; 5] = [
    ("chains", chains::measure),
    ("activities", activities::measure),
    ("evaluation", evaluation::measure),
    ("memory", memory::measure),
    ("wire", wire::measure),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["serve"] => server::serve(),
        ["memory", plan] if plan.starts_with('{') => memory::fill(plan),
        ref options => return measure(options),
    }
    ExitCode::SUCCESS
}

/// Runs the scenarios that are named, or all.
fn measure(options: &[&str]) -> ExitCode {
    let mut effort = Effort::full();
    let mut names = Vec::new();
    let mut options = options.iter();
    while let Some(&option) = options.next() {
        match option {
            "--quick" => effort.part = 10,
            "--rounds" => match options.next().and_then(|rounds| rounds.parse().ok()) {
                Some(rounds) => effort.rounds = rounds,
                None => return refuse("--rounds needs a number"),
            },
            // Cargo says it to every benchmark.
            "--bench" => {}
            name => names.push(name),
        }
    }
    let known = |name: &&str| SCENARIOS.iter().any(|(known, _)| known == name);
    if let Some(unknown) = names.iter().find(|name| !known(name)) {
        return refuse(&format!("there is no scenario {unknown:?}"));
    }
    for (name, measure) in SCENARIOS {
        if names.is_empty() || names.contains(&name) {
            measure(effort);
            println!();
        }
    }
    ExitCode::SUCCESS
}

fn refuse(what: &str) -> ExitCode {
    let names = SCENARIOS.map(|(name, _)| name).join(", ");
    eprintln!("{what}; the scenarios are {names}");
    ExitCode::FAILURE
}
