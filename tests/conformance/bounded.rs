//! Runs one case so that it cannot hold up the others.
//!
//! Every case has an engine, a runtime with a paused clock and a thread of its own. Waiting is
//! bounded in virtual time; an engine that never waits again is bounded in real time, and its
//! thread is then left to itself. A panic is a verdict.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use tokio::runtime::Builder;

use crate::verdict::Verdict;

/// How long a case may last by its own clock.
const VIRTUAL_LIMIT: Duration = Duration::from_secs(6 * 3600);
/// How long a case may keep a processor busy.
const REAL_LIMIT: Duration = Duration::from_secs(60);

/// Runs a case to its verdict, or says why there is none.
pub(crate) fn verdict<F: Future<Output = Verdict>>(
    case: impl FnOnce() -> F + Send + 'static,
) -> Verdict {
    within(case).unwrap_or_else(Verdict::broken)
}

/// Runs a future in virtual time, or says why it came to nothing.
///
/// # Errors
///
/// When the future waits too long by its own clock, keeps its thread busy too long by the
/// wall's, or panics.
pub(crate) fn within<T: Send + 'static, F: Future<Output = T>>(
    case: impl FnOnce() -> F + Send + 'static,
) -> Result<T, String> {
    let (sender, receiver) = mpsc::channel();
    let thread = thread::spawn(move || {
        // Nobody listens any more when the real limit has passed.
        let _ = sender.send(in_virtual_time(case()));
    });
    match receiver.recv_timeout(REAL_LIMIT) {
        Ok(result) => result,
        Err(RecvTimeoutError::Timeout) => Err(format!(
            "still busy after {} real seconds: the engine goes round without waiting",
            REAL_LIMIT.as_secs()
        )),
        Err(RecvTimeoutError::Disconnected) => {
            let panic = thread.join().err();
            let text = panic.as_deref().and_then(|panic| {
                let text = panic.downcast_ref::<String>().map(String::as_str);
                text.or_else(|| panic.downcast_ref::<&str>().copied())
            });
            Err(format!("panicked: {}", text.unwrap_or("without a text")))
        }
    }
}

fn in_virtual_time<T>(case: impl Future<Output = T>) -> Result<T, String> {
    let runtime = Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .map_err(|error| format!("cannot start a runtime: {error}"))?;
    runtime
        .block_on(async { tokio::time::timeout(VIRTUAL_LIMIT, case).await })
        .map_err(|_| {
            format!(
                "still waiting after {} virtual hours",
                VIRTUAL_LIMIT.as_secs() / 3600
            )
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_a_verdict() {
        let verdict = verdict(|| async { panic!("the machine fell over") });
        assert_eq!(verdict, Verdict::broken("panicked: the machine fell over"));
    }

    #[test]
    fn a_case_that_waits_for_ever_ends_at_once_in_real_time() {
        let verdict = verdict(std::future::pending);
        assert_eq!(
            verdict,
            Verdict::broken("still waiting after 6 virtual hours")
        );
    }
}
