//! A gate that blocks the threads of handlers for real, whatever the clock of a test says.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// What blocks every thread that passes it until it is opened.
#[derive(Debug, Default)]
pub struct Gate {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    waiting: usize,
    open: bool,
}

impl Gate {
    /// A closed gate.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            state: Mutex::new(State {
                waiting: 0,
                open: false,
            }),
            changed: Condvar::new(),
        }
    }

    /// Blocks the thread until the gate is opened.
    pub fn pass(&self) {
        let mut state = self.lock();
        state.waiting += 1;
        self.changed.notify_all();
        let mut state = self
            .changed
            .wait_while(state, |state| !state.open)
            .unwrap_or_else(PoisonError::into_inner);
        state.waiting -= 1;
    }

    /// Blocks the thread until so many others are blocked at the gate.
    pub fn until_blocked(&self, threads: usize) {
        let _state = self
            .changed
            .wait_while(self.lock(), |state| state.waiting < threads)
            .unwrap_or_else(PoisonError::into_inner);
    }

    /// How many threads are blocked now.
    #[must_use]
    pub fn blocked(&self) -> usize {
        self.lock().waiting
    }

    /// Lets everybody pass from now on.
    pub fn open(&self) {
        self.lock().open = true;
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
