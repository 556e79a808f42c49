//! Keeps a paused clock from running ahead of a thread: `Hold`.

use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

/// How long a thread may keep the clock waiting, in real time: one that waits for the clock
/// itself would wait for ever.
const PATIENCE: Duration = Duration::from_secs(5);

/// Keeps a paused clock still until it is dropped.
///
/// The clock jumps ahead when the runtime has nothing to do, and does not know of threads that
/// work for it, except for those of its own: while one of these is busy, it stands still.
#[derive(Debug)]
pub(super) struct Hold {
    _busy: Sender<()>,
}

impl Hold {
    pub(super) fn new() -> Self {
        let (busy, ended) = channel();
        // Ends when the sender is dropped, which needs nobody to wait for it.
        drop(tokio::task::spawn_blocking(move || {
            let _ = ended.recv_timeout(PATIENCE);
        }));
        Self { _busy: busy }
    }
}
