//! What the worker costs beside a hand-written loop on the AWS SDK, over loopback sockets:
//! `cargo bench -p sfn-worker-tests --bench worker`.
//!
//! A scripted endpoint and the process under test run as children of this program, on a
//! processor each where there are two, so that processor time and memory are the contender's
//! own. Rounds take turns: every contender once, then all again. What is printed is the median
//! over the rounds, and the median of the ratios to the loop in the same round; ratios carry
//! over to other machines, figures do not.
//!
//! `-- flood idle` runs only these scenarios, `--rounds 3` as many rounds, and `--quick` one
//! short round in which nothing but the program itself is tried; `--quick flood dispatch` takes
//! a few seconds. With `--features allocator` the worker also runs in a program with another
//! allocator.

mod contender;
mod control;
mod endpoint;
mod machine;
mod plan;
mod process;
mod run;
mod scenarios;
mod script;
mod table;

use std::process::ExitCode;

use self::scenarios::{Effort, SCENARIOS};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["endpoint", plan] => {
            endpoint::serve(parsed(plan));
            ExitCode::SUCCESS
        }
        ["contender", plan] => {
            contender::contend(parsed(plan));
            ExitCode::SUCCESS
        }
        ref options => measure(options),
    }
}

fn parsed<T: serde::de::DeserializeOwned>(plan: &str) -> T {
    serde_json::from_str(plan).expect("this program wrote it")
}

/// Runs the scenarios that are named, or all.
fn measure(options: &[&str]) -> ExitCode {
    let mut effort = Effort::full();
    let mut names = Vec::new();
    let mut options = options.iter();
    while let Some(&option) = options.next() {
        match option {
            "--quick" => effort = Effort::quick(),
            "--rounds" => match options.next().and_then(|rounds| rounds.parse().ok()) {
                Some(rounds) => effort.rounds = rounds,
                None => return refuse("--rounds needs a number"),
            },
            // What cargo adds.
            "--bench" => {}
            name if SCENARIOS.iter().any(|(known, _)| *known == name) => names.push(name),
            other => return refuse(&format!("{other} is neither an option nor a scenario")),
        }
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .expect("a runtime starts");
    let mut right = true;
    for (name, scenario) in SCENARIOS {
        if names.is_empty() || names.contains(&name) {
            println!("\n## {name}\n");
            right &= runtime.block_on(scenario(effort));
        }
    }
    if right {
        ExitCode::SUCCESS
    } else {
        eprintln!("a task was lost, or a request was malformed: see the tables");
        ExitCode::FAILURE
    }
}

fn refuse(why: &str) -> ExitCode {
    let names: Vec<&str> = SCENARIOS.iter().map(|(name, _)| *name).collect();
    eprintln!("{why}; scenarios: {}", names.join(", "));
    ExitCode::FAILURE
}
