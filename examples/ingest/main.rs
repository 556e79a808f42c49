//! A real pipeline: every file below a directory goes through a state machine.
//!
//! ```sh
//! cargo run --release --example ingest -- DIR     # engine, worker and client in one process
//! cargo run --release --example ingest -- DIR --endpoint http://127.0.0.1:8083
//! ```
//!
//! An execution lists the directory, and further ones take a batch of files each: a Map
//! inspects every file (size, SHA-256, kind) and compresses what is worth it, a Parallel adds
//! up. `state-machine.asl.json` beside this file is the definition, `activities` is the work,
//! and `pipeline` starts the executions. What it shows on the way:
//!
//! | states language | where |
//! |---|---|
//! | Task, Choice, Map, Parallel, Pass, Wait, Succeed, Fail | all of them in the definition |
//! | `Retry` with backoff | one file in 97 fails its first attempt (`--flaky`), and files that change while they are read |
//! | `Catch` with `ResultPath` | files that are empty, gone or unreadable are set aside, with the reason |
//!
//! Measured figures are in the README of the examples.

mod activities;
mod args;
mod definition;
mod pipeline;
mod plan;
mod problem;
mod progress;
mod report;
mod stop;
mod tally;
mod target;

use std::process::ExitCode;

use clap::Parser as _;
use tokio::time::Instant;
use tracing_subscriber::EnvFilter;

use crate::args::Args;
use crate::definition::Definition;
use crate::pipeline::Pipeline;
use crate::plan::Plan;
use crate::problem::{Exit, Problem};
use crate::progress::Progress;
use crate::report::Report;
use crate::stop::{Signals, Stop};
use crate::target::Target;

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("error"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    let exit = ingest(&args).await.unwrap_or_else(|problem| {
        eprintln!("ingest: {problem}");
        problem.exit()
    });
    exit.into()
}

async fn ingest(args: &Args) -> Result<Exit, Problem> {
    // Everything that can be wrong is found before anything starts.
    let plan = Plan::new(args)?;
    let definition = Definition::load(args.definition.as_deref(), &activities::NAMES)?;
    let target = Target::open(args).await?;
    let arns = target.create_activities(&activities::NAMES).await?;
    let machine = target.create_machine(&definition, &arns).await?;

    // The worker: annotated functions, and where their tasks come from.
    let mut worker = activities::register(target.worker(), args.slots());
    for (name, arn) in &arns {
        worker = worker.arn(name.as_str(), arn.as_str());
    }
    let worker = worker
        .settings_from_env()
        .build()
        .map_err(|error| Problem::Usage(error.to_string()))?;

    // The worker works, the pipeline starts executions, a signal stops both.
    let stop = Stop::new(worker.shutdown_handle(), target.clone());
    let mut signals = Signals::install(stop.clone())?;
    let pipeline = Pipeline::new(machine, plan.clone(), stop.clone());
    let mut progress = Progress::new(target.clone(), args.json);
    let begun = Instant::now();
    let driving = async {
        let tally = pipeline.run(&mut progress).await;
        let report = tally.map(|tally| Report {
            directory: plan.root,
            tally,
            elapsed: begun.elapsed(),
            counts: target.counts(),
            interrupted: stop.was_asked_for(),
            as_json: args.json,
        });
        if let Ok(report) = &report {
            report.show_results();
        }
        stop.nothing_left();
        report
    };
    let working = async {
        let summary = worker.run().await;
        stop.worker_ended();
        summary
    };
    let (report, summary) = tokio::select! {
        done = async { tokio::join!(driving, working) } => done,
        never = signals.listen() => match never {},
    };
    let report = report?;
    report.show_worker(&summary);
    Ok(report.exit(&summary))
}
