//! Activities that do what a test needs: succeed, fail, panic, wait, stop when told to.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use sfn_worker_core::{
    ActivityContext, ActivityError, CancelReason, Cancelled, ErrorName, Failure, Payload, activity,
};
use tokio::time::sleep;

/// Returns its input.
///
/// # Errors
///
/// Never.
#[activity]
pub async fn echo(input: serde_json::Value) -> Result<serde_json::Value, Failure> {
    Ok(input)
}

/// An order.
#[derive(Debug, Serialize, Deserialize)]
pub struct Order {
    /// What it costs.
    pub cents: u64,
}

/// Why a card was not charged.
#[derive(Debug, thiserror::Error, ActivityError)]
#[non_exhaustive]
pub enum ChargeError {
    /// The bank said no.
    #[error("the card was declined")]
    #[activity_error(name = "CardDeclined")]
    Declined(#[source] std::io::Error),
    /// It is not allowed.
    #[error("this merchant may not charge cards")]
    #[activity_error(permissions)]
    Forbidden,
}

/// Charges 3 cents at most, and nothing at all from merchants that ask for nothing.
///
/// # Errors
///
/// The order costs more, or nothing.
#[activity(name = "charge-card")]
pub async fn charge(order: Order) -> Result<String, ChargeError> {
    match order.cents {
        0 => Err(ChargeError::Forbidden),
        1..=3 => Ok(format!("receipt for {}", order.cents)),
        _ => Err(ChargeError::Declined(std::io::Error::other(
            "do not honour",
        ))),
    }
}

/// Fails without a name.
///
/// # Errors
///
/// Always.
#[activity]
pub async fn nameless() -> Result<(), anyhow::Error> {
    Err(anyhow::anyhow!("inner").context("outer"))
}

/// Panics.
///
/// # Errors
///
/// Never.
///
/// # Panics
///
/// Always.
#[activity]
pub async fn panics() -> Result<(), Failure> {
    panic!("the sky is falling")
}

/// Panics on a thread for blocking handlers.
///
/// # Errors
///
/// Never.
///
/// # Panics
///
/// Always.
#[activity(blocking)]
pub fn panics_blocking() -> Result<(), Failure> {
    panic!("the ground is falling")
}

/// Returns an output larger than the service takes.
///
/// # Errors
///
/// Never.
#[activity]
pub async fn oversized() -> Result<String, Failure> {
    Ok("x".repeat(Payload::LIMIT))
}

/// Returns an output that has no JSON form.
///
/// # Errors
///
/// Never.
#[activity]
pub async fn unencodable() -> Result<BTreeMap<Vec<u8>, u8>, Failure> {
    Ok(BTreeMap::from([(vec![1], 1)]))
}

/// Sleeps as long as it is told, in milliseconds, whatever happens.
///
/// # Errors
///
/// Never.
#[activity]
pub async fn sleeps(milliseconds: u64) -> Result<u64, Failure> {
    sleep(Duration::from_millis(milliseconds)).await;
    Ok(milliseconds)
}

/// Sleeps for ever within a limit of 30 seconds.
///
/// # Errors
///
/// Never.
#[activity(timeout = "30s", heartbeat = "10s")]
pub async fn overruns() -> Result<(), Failure> {
    std::future::pending().await
}

/// Works until it is cancelled, then says why; its heartbeat is every 5 seconds.
///
/// # Errors
///
/// It was cancelled.
#[activity(heartbeat = "5s")]
pub async fn attentive(context: ActivityContext) -> Result<(), Failure> {
    let reason = context.cancelled().await;
    Err(Failure::named("Stopped", reason.to_string()).unwrap_or_else(|_| Failure::permissions("")))
}

/// Waits until the worker drains, then needs ten more seconds.
///
/// # Errors
///
/// Never.
#[activity(heartbeat = "4s")]
pub async fn finishes_on_drain(context: ActivityContext) -> Result<&'static str, Failure> {
    context.draining().await;
    sleep(Duration::from_secs(10)).await;
    Ok("finished")
}

/// Adds up to a number on a thread for blocking handlers.
///
/// # Errors
///
/// Never.
#[activity(blocking, concurrency = 2)]
pub fn sums(context: ActivityContext, to: u64) -> Result<u64, Failure> {
    let mut sum = 0;
    for number in 1..=to {
        context.progress(number, to);
        sum += number;
    }
    Ok(sum)
}

/// Asks for a heartbeat at once and says what came of it.
///
/// # Errors
///
/// The task is gone.
#[activity(heartbeat = "1h")]
pub async fn asks(context: ActivityContext) -> Result<&'static str, Failure> {
    sleep(Duration::from_secs(3)).await;
    match context.heartbeat().await {
        Ok(()) => Ok("still wanted"),
        Err(cancelled) => Err(Failure::permissions(cancelled.to_string())),
    }
}

/// Spins on a thread for blocking handlers until it is told to stop.
///
/// # Errors
///
/// It was told to stop.
#[activity(blocking, heartbeat = "5s")]
pub fn spins(context: ActivityContext) -> Result<(), Cancelled> {
    loop {
        context.check()?;
        std::thread::yield_now();
    }
}

/// Returns the token of its own task, which nobody else should ever do.
///
/// # Errors
///
/// Never.
#[activity]
pub async fn tells(context: ActivityContext) -> Result<String, Failure> {
    Ok(context.token().expose().to_owned())
}

/// How a chore ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Ending {
    /// With its number.
    Well,
    /// With the error `Broken`.
    Badly,
    /// With a panic.
    Panic,
    /// With its number, or with the error `Stopped` as soon as its context is cancelled, which
    /// the others do not heed.
    Heeding,
}

/// Something to do.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Chore {
    /// Which one it is.
    pub number: u64,
    /// How long it takes.
    pub milliseconds: u64,
    /// How it ends.
    pub ending: Ending,
    /// After how many seconds without a heartbeat the service gives it up.
    pub heartbeat: u64,
    /// After how many seconds the service gives it up in any case.
    pub timeout: u64,
}

impl Chore {
    /// A chore that ends well, with long time-outs.
    #[must_use]
    pub fn new(number: u64, milliseconds: u64) -> Self {
        Self {
            number,
            milliseconds,
            ending: Ending::Well,
            heartbeat: 120,
            timeout: 3_600,
        }
    }
}

/// Does what it is told for as long as it is told.
///
/// # Errors
///
/// It is told to.
///
/// # Panics
///
/// It is told to.
#[activity]
pub async fn chores(chore: Chore, context: ActivityContext) -> Result<u64, Failure> {
    let _running = AtWork::begin();
    let work = sleep(Duration::from_millis(chore.milliseconds));
    let broken = |name: &'static str| Failure::new(ErrorName::from_static(name), "as it was told");
    if chore.ending == Ending::Heeding {
        tokio::select! {
            () = work => {}
            _ = context.cancelled() => return Err(broken("Stopped")),
        }
    } else {
        work.await;
    }
    match chore.ending {
        Ending::Well | Ending::Heeding => Ok(chore.number),
        Ending::Badly => Err(broken("Broken")),
        Ending::Panic => panic!("{}", crate::EXPECTED_PANIC),
    }
}

/// Shows a sign of life every five seconds for a hundred, in the way it is told: `progress`,
/// `check`, `heartbeat`, or none at all.
///
/// # Errors
///
/// It was cancelled.
#[activity]
pub async fn shows_life(context: ActivityContext, how: String) -> Result<String, Cancelled> {
    for turn in 0..20 {
        sleep(Duration::from_secs(5)).await;
        match how.as_str() {
            "progress" => context.progress(turn, 20),
            "check" => context.check()?,
            "heartbeat" => context.heartbeat().await?,
            _ => {}
        }
    }
    Ok(how)
}

/// Waits until it is cancelled and notes under its input why, for [`witnessed`].
///
/// # Errors
///
/// Always, in its own words.
#[activity(heartbeat = "5s")]
pub async fn witness(context: ActivityContext, key: String) -> Result<(), Failure> {
    let reason = context.cancelled().await;
    reasons().insert(key, reason);
    Err(Failure::permissions("its own words"))
}

/// Why [`witness()`] was cancelled when it had this input.
#[must_use]
pub fn witnessed(key: &str) -> Option<CancelReason> {
    reasons().get(key).copied()
}

fn reasons() -> MutexGuard<'static, BTreeMap<String, CancelReason>> {
    static REASONS: Mutex<BTreeMap<String, CancelReason>> = Mutex::new(BTreeMap::new());
    REASONS.lock().unwrap_or_else(PoisonError::into_inner)
}

thread_local! {
    static AT_WORK: Cell<usize> = const { Cell::new(0) };
}

/// How many chores are being done, by the workers that run on this thread.
#[must_use]
pub fn chores_at_work() -> usize {
    AT_WORK.get()
}

/// A chore while it is being done, also when it panics or is dropped.
struct AtWork;

impl AtWork {
    fn begin() -> Self {
        AT_WORK.set(AT_WORK.get() + 1);
        Self
    }
}

impl Drop for AtWork {
    fn drop(&mut self) {
        AT_WORK.set(AT_WORK.get() - 1);
    }
}
