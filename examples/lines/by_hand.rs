//! The worker of `with_worker.rs`, written by hand on the AWS SDK.
//!
//! It is here to be counted and compared, not to be copied: `docs/lines.md` says what it lacks.

use std::sync::Arc;
use std::time::Duration;

use aws_config::BehaviorVersion;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_sfn::Client;
use serde::Deserialize;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Semaphore;
use tokio::task::{JoinError, JoinSet};
use tokio::time::error::Elapsed;
use tokio::time::{Instant, interval_at, sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

// The work.

#[derive(Deserialize)]
struct Order {
    id: String,
    cents: u64,
}

#[derive(Debug, thiserror::Error)]
enum ChargeError {
    #[error("the card was declined: {0}")]
    Declined(&'static str),
    #[error("the gateway is busy")]
    GatewayBusy,
}

impl ChargeError {
    fn name(&self) -> &'static str {
        match self {
            Self::Declined(_) => "CardDeclined",
            Self::GatewayBusy => "GatewayBusy",
        }
    }
}

async fn charge(order: Order) -> Result<String, ChargeError> {
    match order.cents {
        0 => Err(ChargeError::GatewayBusy),
        1_001.. => Err(ChargeError::Declined("too much")),
        _ => Ok(format!("receipt-{}", order.id)),
    }
}

// The worker.

const SLOTS: usize = 16;
const HEARTBEAT: Duration = Duration::from_secs(10);
const LIMIT: Duration = Duration::from_secs(300);
const GRACE: Duration = Duration::from_secs(30);

/// What is reported: an output, or the name and the cause of an error.
type Outcome = Result<String, (&'static str, String)>;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arn = std::env::var("ACTIVITY_ARN")?;
    // A poll is held for 60 seconds: a shorter time limit would lose the tasks that come late.
    let timeouts = TimeoutConfig::builder()
        .read_timeout(Duration::from_secs(70))
        .build();
    let config = aws_config::defaults(BehaviorVersion::latest()).timeout_config(timeouts);
    let client = Client::new(&config.load().await);
    let (drain, abort) = (CancellationToken::new(), CancellationToken::new());
    let _signals = listen(drain.clone(), abort.clone())?;

    let slots = Arc::new(Semaphore::new(SLOTS));
    let tasks = TaskTracker::new();
    let mut failures = 0;
    loop {
        // A slot first, so that no task waits in a worker that has no time for it.
        let slot = tokio::select! {
            slot = Arc::clone(&slots).acquire_owned() => slot?,
            () = drain.cancelled() => break,
        };
        if drain.is_cancelled() {
            break;
        }
        // Not dropped by a drain: the service may have given it a task already.
        let poll = tokio::select! {
            poll = client.get_activity_task().activity_arn(&arn).send() => poll,
            () = abort.cancelled() => break,
        };
        match poll {
            Ok(task) => {
                failures = 0;
                if let (Some(token), Some(input)) = (task.task_token, task.input) {
                    let (client, abort) = (client.clone(), abort.clone());
                    tasks.spawn(async move {
                        run(&client, &token, &input, &abort).await;
                        drop(slot);
                    });
                }
            }
            Err(error) => {
                eprintln!("no task: {:#}", anyhow::Error::from(error));
                pause(&mut failures).await;
            }
        }
    }
    tasks.close();
    if timeout(GRACE, tasks.wait()).await.is_err() {
        abort.cancel();
        tasks.wait().await;
    }
    Ok(())
}

/// The first signal drains, the second one aborts.
fn listen(drain: CancellationToken, abort: CancellationToken) -> anyhow::Result<JoinSet<()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut signals = JoinSet::new();
    signals.spawn(async move {
        for stop in [drain, abort] {
            tokio::select! {
                _ = terminate.recv() => stop.cancel(),
                _ = interrupt.recv() => stop.cancel(),
            }
        }
    });
    Ok(signals)
}

/// Runs one task with heartbeats, and reports what came of it.
async fn run(client: &Client, token: &str, input: &str, abort: &CancellationToken) {
    let order = match serde_json::from_str(input) {
        Ok(order) => order,
        Err(error) => {
            let cause = format!("the input is not an order: {error}");
            return report(client, token, Err(("InputInvalid", cause))).await;
        }
    };
    // In a set of its own: a panic ends nothing else, and to drop the set ends the handler.
    let mut handler = JoinSet::new();
    handler.spawn(timeout(LIMIT, charge(order)));
    let mut beats = interval_at(Instant::now() + HEARTBEAT, HEARTBEAT);
    let outcome = loop {
        tokio::select! {
            Some(done) = handler.join_next() => break outcome(done),
            _ = beats.tick() => {
                if !is_wanted(client, token).await {
                    return;
                }
            }
            () = abort.cancelled() => {
                break Err(("ShuttingDown", "the worker is going away".to_owned()));
            }
        }
    };
    report(client, token, outcome).await;
}

fn outcome(done: Result<Result<Result<String, ChargeError>, Elapsed>, JoinError>) -> Outcome {
    match done {
        Ok(Ok(Ok(output))) => match serde_json::to_string(&output) {
            Ok(output) => Ok(output),
            Err(error) => Err(("OutputInvalid", error.to_string())),
        },
        Ok(Ok(Err(error))) => Err((error.name(), error.to_string())),
        Ok(Err(_)) => Err(("HandlerTimeout", format!("took longer than {LIMIT:?}"))),
        Err(error) => Err(("HandlerPanicked", error.to_string())),
    }
}

/// Sends a heartbeat; one that gets lost is made up for by the next.
async fn is_wanted(client: &Client, token: &str) -> bool {
    let heartbeat = client.send_task_heartbeat().task_token(token).send().await;
    match heartbeat.map_err(aws_sdk_sfn::Error::from) {
        Ok(_) => true,
        Err(error) => !is_closed(&error),
    }
}

/// Reports until the service takes it, or no longer wants it.
async fn report(client: &Client, token: &str, mut outcome: Outcome) {
    let mut failures = 0;
    loop {
        let sent = match &outcome {
            Ok(output) => {
                let report = client.send_task_success().task_token(token).output(output);
                report
                    .send()
                    .await
                    .map(drop)
                    .map_err(aws_sdk_sfn::Error::from)
            }
            Err((name, cause)) => {
                let report = client.send_task_failure().task_token(token).error(*name);
                let cause: String = cause.chars().take(8_000).collect();
                report
                    .cause(cause)
                    .send()
                    .await
                    .map(drop)
                    .map_err(aws_sdk_sfn::Error::from)
            }
        };
        match sent {
            Ok(()) => return,
            Err(error) if is_closed(&error) => return,
            Err(aws_sdk_sfn::Error::InvalidOutput(error)) => {
                outcome = Err(("OutputInvalid", error.to_string()));
            }
            Err(error) => {
                eprintln!("no report: {:#}", anyhow::Error::from(error));
                pause(&mut failures).await;
                // It may take minutes, and the task must not time out meanwhile.
                if !is_wanted(client, token).await {
                    return;
                }
            }
        }
    }
}

/// Whether the service says that it no longer wants the task.
fn is_closed(error: &aws_sdk_sfn::Error) -> bool {
    use aws_sdk_sfn::Error::{InvalidToken, TaskDoesNotExist, TaskTimedOut};
    matches!(
        error,
        TaskTimedOut(_) | TaskDoesNotExist(_) | InvalidToken(_)
    )
}

/// Waits before the next attempt, each time for longer.
async fn pause(failures: &mut u32) {
    sleep(Duration::from_millis(100 << (*failures).min(8))).await;
    *failures += 1;
}
