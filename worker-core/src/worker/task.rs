//! A live obligation: a task that was received and must be answered. Moved, never cloned.

use tokio::time::Instant;

use super::erased::HandlerService;
use super::slots::Slot;
use crate::payload::Payload;
use crate::service::PolledTask;
use crate::token::TaskToken;

/// A task in hand.
///
/// I2: it owns its slot until its handler has ended. I3: the run consumes it, so that it is
/// answered once.
#[derive(Debug)]
pub(crate) struct Task {
    pub(crate) token: TaskToken,
    pub(crate) input: Payload,
    /// Dropped by the run when the handler has ended and the report has its allowance.
    pub(crate) slot: Slot,
    /// The handler, which said before the poll that it is ready.
    pub(crate) handler: HandlerService,
    /// Heartbeats are counted from here.
    pub(crate) received: Instant,
}

impl Task {
    pub(crate) fn new(polled: PolledTask, slot: Slot, handler: HandlerService) -> Self {
        Self {
            token: polled.token,
            input: polled.input,
            slot,
            handler,
            received: Instant::now(),
        }
    }
}
