//! The threads that run blocking handlers: as many as are busy, kept a while, ours alone.
//!
//! Tokio's own blocking pool is shared with file and DNS calls of the whole process; a few
//! hundred long handlers on it would stall those. Here the number of threads is bounded by the
//! slots of the worker, since a handler starts only with a slot in hand.

use std::fmt;
use std::panic::resume_unwind;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use tokio::sync::oneshot;

use crate::caught::{Caught, catch};

/// How long an idle thread waits for the next handler.
const KEEP_ALIVE: Duration = Duration::from_secs(10);

type Job = Box<dyn FnOnce() + Send>;

/// The pool; clones share it.
#[derive(Clone, Default)]
pub(crate) struct BlockingPool {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    work: Condvar,
}

#[derive(Default)]
struct State {
    queue: Vec<Job>,
    idle: usize,
    threads: usize,
}

impl BlockingPool {
    /// Runs a closure on a thread of the pool; a panic in it goes on in the caller.
    ///
    /// Dropped midway, the closure still runs to its end.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> T {
        let (sender, receiver) = oneshot::channel::<Result<T, Caught>>();
        let span = tracing::Span::current();
        let started = self.submit(Box::new(move || {
            let result = span.in_scope(|| catch(work));
            // Nobody listens any more when the run was given up.
            let _ = sender.send(result);
        }));
        if let Err(error) = started {
            resume_unwind(Box::new(format!("failed to start a thread: {error}")));
        }
        match receiver.await {
            Ok(Ok(value)) => value,
            Ok(Err(caught)) => caught.resume(),
            Err(_) => resume_unwind(Box::new("a thread for blocking handlers died")),
        }
    }

    fn submit(&self, job: Job) -> std::io::Result<()> {
        let mut state = self.shared.lock();
        state.queue.push(job);
        if state.idle >= state.queue.len() {
            self.shared.work.notify_one();
            return Ok(());
        }
        let shared = Arc::clone(&self.shared);
        let spawned = thread::Builder::new()
            .name(format!("activity-{}", state.threads))
            .spawn(move || shared.work_until_idle());
        match spawned {
            Ok(_) => state.threads += 1,
            Err(error) => {
                state.queue.pop();
                return Err(error);
            }
        }
        Ok(())
    }
}

impl Shared {
    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        // Jobs run outside the lock, so a poisoned one still guards a sound state.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work_until_idle(&self) {
        let mut state = self.lock();
        loop {
            if let Some(job) = state.queue.pop() {
                drop(state);
                job();
                state = self.lock();
                continue;
            }
            state.idle += 1;
            let (woken, timeout) = self
                .work
                .wait_timeout_while(state, KEEP_ALIVE, |state| state.queue.is_empty())
                .unwrap_or_else(PoisonError::into_inner);
            state = woken;
            state.idle -= 1;
            if timeout.timed_out() && state.queue.is_empty() {
                state.threads -= 1;
                return;
            }
        }
    }
}

impl fmt::Debug for BlockingPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BlockingPool")
            .field("threads", &self.shared.lock().threads)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_thread_is_used_again() {
        let pool = BlockingPool::default();
        for turn in 0..20 {
            assert_eq!(pool.run(move || turn).await, turn);
            // The thread answers before it is idle: wait for the level, not for the edge.
            while pool.shared.lock().idle == 0 {
                tokio::task::yield_now().await;
            }
        }
        assert_eq!(pool.shared.lock().threads, 1);
    }

    #[tokio::test]
    async fn handlers_run_side_by_side() {
        let pool = BlockingPool::default();
        let barrier = Arc::new(std::sync::Barrier::new(8));
        let runs: Vec<_> = (0..8)
            .map(|_| {
                let barrier = Arc::clone(&barrier);
                let pool = pool.clone();
                async move { pool.run(move || barrier.wait().is_leader()).await }
            })
            .collect();
        let leaders = futures_util::future::join_all(runs).await;
        assert_eq!(leaders.iter().filter(|&&leader| leader).count(), 1);
    }

    #[tokio::test]
    async fn a_panic_goes_on_in_the_caller() {
        let pool = BlockingPool::default();
        let mut runs = tokio::task::JoinSet::new();
        runs.spawn({
            let pool = pool.clone();
            async move { pool.run(|| panic!("boom")).await }
        });
        assert!(runs.join_next().await.unwrap().unwrap_err().is_panic());
        assert_eq!(pool.run(|| 7).await, 7);
    }
}
