//! The smallest worker that can be pointed anywhere: one activity, which returns its input.
//!
//! ```sh
//! ACTIVITY_ARN=arn:aws:states:us-east-1:123456789012:activity:echo SLOTS=16 \
//!     cargo run --release --example echo
//! ```
//!
//! Region, credentials and endpoint are the standard AWS configuration: `AWS_REGION`,
//! `AWS_PROFILE`, `AWS_ENDPOINT_URL_SFN` and so on. It runs until SIGTERM or SIGINT, which
//! drains it (a second one aborts it), or until SIGUSR1, which drains it without haste, and then
//! prints what it did.
//!
//! | exit code | means |
//! |---|---|
//! | 0 | every task that it received is finished |
//! | 1 | the system refused something |
//! | 2 | a setting is missing or wrong |
//! | 3 | there was no time for some tasks: they were handed back |
//! | 4 | the service did not take the report of some tasks |

use std::convert::Infallible;
use std::io::IsTerminal as _;
use std::process::ExitCode;

use anyhow::Context as _;
use serde_json::Value;
use sfn_worker_core::{ActivityOptions, AwsService, Worker, activity};
use tracing_subscriber::EnvFilter;

/// Returns its input.
#[activity]
async fn echo(input: Value) -> Result<Value, Infallible> {
    Ok(input)
}

#[tokio::main]
async fn main() -> ExitCode {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();

    let worker = match configure().await {
        Ok(worker) => worker,
        Err(error) => {
            eprintln!("echo: {error:#}");
            return ExitCode::from(2);
        }
    };
    match worker.run_until_signal().await {
        Ok(summary) => {
            println!("{summary}");
            summary.exit_code()
        }
        Err(error) => {
            eprintln!("echo: the system refused the signal handlers: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The worker as the environment describes it.
async fn configure() -> anyhow::Result<Worker> {
    let arn = std::env::var("ACTIVITY_ARN").context(
        "set ACTIVITY_ARN to the ARN of the activity, such as \
         arn:aws:states:us-east-1:123456789012:activity:echo",
    )?;
    let slots = std::env::var("SLOTS")
        .context("set SLOTS to the number of tasks to run at a time, such as 16")?;
    let slots = slots
        .parse()
        .with_context(|| format!("SLOTS = {slots:?} must be a whole number, such as 16"))?;
    let service = AwsService::from_env().await?;
    let worker = Worker::builder(service)
        .activity_with::<echo>(ActivityOptions::new().with_concurrency(slots))
        .arn("echo", arn)
        .settings_from_env()
        .build()?;
    Ok(worker)
}
