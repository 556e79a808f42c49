//! The process under test: loops by hand or the worker, on one thread.

mod by_hand;
mod in_process;
mod on_adapter;
mod with_worker;

use std::convert::Infallible;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_sfn::config::Credentials;
use serde::{Deserialize, Serialize};
use sfn_worker_core::activity;

use crate::control::{say, told};
use crate::machine::{Usage, now, pin};
use crate::plan::{Kind, Report, Setup, percentiles};

/// What a contender is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Question {
    /// How it is.
    Report,
    /// To stop, and how it was.
    Stop,
}

/// What every task brings.
#[derive(Debug, Deserialize)]
pub(crate) struct Input {
    /// Nanoseconds on the clock that all processes share.
    arrived: u64,
}

/// What every handler returns.
#[derive(Debug, Serialize)]
pub(crate) struct Done {
    done: bool,
}

/// How long handlers take, in nanoseconds.
static HANDLER: AtomicU64 = AtomicU64::new(0);
/// From arrival to handler, of every task, in tenths of a microsecond.
static PICKUPS: Mutex<Vec<u32>> = Mutex::new(Vec::new());

/// The work, the same for all contenders.
#[activity]
pub(crate) async fn work(input: Input) -> Result<Done, Infallible> {
    let waited = now().saturating_sub(Duration::from_nanos(input.arrived));
    let tenths = u32::try_from(waited.as_nanos() / 100).unwrap_or(u32::MAX);
    pickups().push(tenths);
    let time = Duration::from_nanos(HANDLER.load(Ordering::Relaxed));
    if !time.is_zero() {
        tokio::time::sleep(time).await;
    }
    Ok(Done { done: true })
}

/// Runs until it is told to stop.
pub(crate) fn contend(setup: Setup) {
    pin(1);
    let nanos = setup.handler.as_nanos().try_into().unwrap_or(u64::MAX);
    HANDLER.store(nanos, Ordering::Relaxed);
    // So that the list takes no new pages while memory is looked at.
    pickups().resize(200_000, 0);
    pickups().clear();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime starts");
    runtime.block_on(run(setup));
}

async fn run(setup: Setup) {
    let mut questions = told();
    say(&report());
    if setup.kind == Kind::InProcess {
        in_process::run().await;
        return say(&last_report(0));
    }
    let config = config(setup.port).await;
    let mut contender = Contender::start(setup, &config);
    while let Some(question) = questions.recv().await {
        match question {
            Question::Report => say(&report()),
            Question::Stop => return say(&last_report(contender.stop().await)),
        }
    }
}

enum Contender {
    Loops(by_hand::Loops),
    Adapter(on_adapter::Loops),
    Worker(with_worker::Running),
}

impl Contender {
    fn start(setup: Setup, config: &SdkConfig) -> Self {
        match setup.kind {
            Kind::Loop => Self::Loops(by_hand::Loops::start(setup, config)),
            Kind::Adapter => Self::Adapter(on_adapter::Loops::start(setup, config)),
            Kind::Worker | Kind::InProcess => {
                Self::Worker(with_worker::Running::start(setup, config))
            }
        }
    }

    /// Says how many tasks it believes delivered.
    async fn stop(&mut self) -> u64 {
        match self {
            Self::Loops(loops) => loops.stop().await,
            Self::Adapter(loops) => loops.stop().await,
            Self::Worker(worker) => worker.stop().await,
        }
    }
}

fn pickups() -> MutexGuard<'static, Vec<u32>> {
    PICKUPS.lock().unwrap_or_else(PoisonError::into_inner)
}

fn report() -> Report {
    Report {
        usage: Usage::now(),
        ..Report::default()
    }
}

fn last_report(delivered: u64) -> Report {
    let usage = Usage::now();
    let tenths = percentiles(&mut pickups());
    Report {
        usage,
        pickup: tenths.map(|tenths| Duration::from_nanos(u64::from(tenths) * 100)),
        delivered,
    }
}

/// What the environment would say of a worker with static credentials.
async fn config(port: u16) -> SdkConfig {
    aws_config::defaults(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::for_tests())
        .endpoint_url(format!("http://127.0.0.1:{port}"))
        .load()
        .await
}
