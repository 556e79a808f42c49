//! The lease of one task: the run's end of its heartbeat.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, timeout};

use super::board::Board;
use super::entry::{Entry, Plan, Standing};
use crate::context::ActivityContext;
use crate::token::TaskToken;

/// How long a report waits for a heartbeat in flight before it calls it back.
const PATIENCE: Duration = Duration::from_secs(1);

/// A task is kept alive for as long as this lives.
#[derive(Debug)]
pub(crate) struct Lease {
    board: Arc<Board>,
    id: u64,
    standing: Arc<Standing>,
}

/// The run's turn to call the service for the token; given back on drop.
#[derive(Debug)]
pub(crate) struct Turn<'a>(&'a Lease);

impl Lease {
    pub(super) fn new(
        board: &Arc<Board>,
        token: TaskToken,
        received: Instant,
        plan: Plan,
        context: &ActivityContext,
    ) -> Self {
        let standing = Arc::new(Standing::default());
        let entry = Entry::new(
            token,
            received,
            plan,
            context.clone(),
            Arc::clone(&standing),
        );
        let id = board.add(entry);
        let asked = Arc::downgrade(board);
        context.on_beat_wanted(move || {
            if let Some(board) = asked.upgrade() {
                board.change(id, |entry| entry.beat_now(Instant::now()));
            }
        });
        Self {
            board: Arc::clone(board),
            id,
            standing,
        }
    }

    /// Whether the service has said that the task is gone.
    pub(crate) fn is_gone(&self) -> bool {
        self.standing.gone.is_cancelled()
    }

    /// Waits until the service says that the task is gone.
    ///
    /// Cancel safe: it only waits.
    pub(crate) async fn gone(&self) {
        self.standing.gone.cancelled().await;
    }

    /// Says that the run knows of the handler's cancellation; until it has reported, the task is
    /// kept alive.
    pub(crate) fn acknowledge(&self) {
        self.board.change(self.id, Entry::acknowledge);
    }

    /// Begins to watch for signs of life of the handler.
    pub(crate) fn watch(&self, silence: Duration) {
        let now = Instant::now();
        self.board
            .change(self.id, |entry| entry.watch(silence, now));
    }

    /// Says that the handler has ended.
    pub(crate) fn handler_ended(&self) {
        self.board.change(self.id, Entry::handler_ended);
    }

    /// Takes the turn to call the service for the token: no heartbeat is sent until the turn is
    /// dropped.
    pub(crate) async fn turn(&self) -> Turn<'_> {
        let turn = Turn(self);
        if timeout(PATIENCE, self.free()).await.is_err() {
            self.board.change(self.id, |entry| entry.recall());
            // The schedule answers at once, or is not there any more.
            let _ = timeout(PATIENCE, self.free()).await;
        }
        turn
    }

    /// Waits until no heartbeat is in flight. A notification alone does not say so: it can be
    /// one of an earlier turn that was not waited for to the end.
    async fn free(&self) {
        while self.board.change(self.id, Entry::take_turn) == Some(false) {
            self.standing.turn_is_free.notified().await;
        }
    }
}

impl Turn<'_> {
    /// The service has the answer to the task, or does not want it: no heartbeat is sent any
    /// more, not even in the moment between the turn and the end of the lease.
    pub(crate) fn close(self) {
        self.0.board.remove(self.0.id);
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.board.remove(self.id);
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.board.change(self.0.id, Entry::give_turn_back);
    }
}

#[cfg(test)]
mod tests {
    use super::super::board::Next;
    use super::*;
    use crate::departure::Departure;

    const INTERVAL: Duration = Duration::from_secs(10);

    fn lease() -> (Arc<Board>, Lease) {
        let board = Arc::new(Board::new(250));
        let token = TaskToken::new("token");
        let context = ActivityContext::new(
            "activity".parse().unwrap(),
            "worker".parse().unwrap(),
            token.clone(),
            None,
            Departure::default(),
        );
        let plan = Plan {
            interval: INTERVAL,
            heartbeat_timeout: None,
            deadline: None,
            stall_after: None,
        };
        let lease = Lease::new(&board, token, Instant::now(), plan, &context);
        (board, lease)
    }

    /// What the schedule does when a heartbeat is due.
    fn next(board: &Arc<Board>) -> Next {
        board.next(Instant::now() + INTERVAL, true)
    }

    #[tokio::test(start_paused = true)]
    async fn p6_no_heartbeat_slips_between_the_report_and_the_end_of_the_lease() {
        let (board, lease) = lease();
        lease.turn().await.close();
        assert!(matches!(next(&board), Next::Nothing));
        drop(lease);
    }

    #[tokio::test(start_paused = true)]
    async fn a_turn_that_was_not_waited_for_leaves_no_way_past_the_next_heartbeat() {
        let (board, lease) = lease();
        let Next::Beat(first) = next(&board) else {
            panic!("no heartbeat is due");
        };
        // The run is given the turn in the moment in which it gives up waiting for it.
        let mut waiting = Box::pin(lease.turn());
        assert!(futures_util::poll!(waiting.as_mut()).is_pending());
        board.settle(&first, Some(Ok(())), Instant::now());
        drop((waiting, first));

        let Next::Beat(second) = board.next(Instant::now() + INTERVAL * 3, true) else {
            panic!("no heartbeat is due");
        };
        let mut waiting = Box::pin(lease.turn());
        assert!(
            futures_util::poll!(waiting.as_mut()).is_pending(),
            "a heartbeat is in flight"
        );
        board.settle(&second, Some(Ok(())), Instant::now());
        drop(second);
        waiting.await.close();
    }

    #[tokio::test(start_paused = true)]
    async fn a_heartbeat_that_was_not_answered_gives_the_turn_back_when_it_is_dropped() {
        let (board, lease) = lease();
        let Next::Beat(beat) = next(&board) else {
            panic!("no heartbeat is due");
        };
        drop(beat);
        let begun = Instant::now();
        lease.turn().await.close();
        assert_eq!(begun.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn the_schedule_is_over_when_the_last_lease_is_gone() {
        let (board, lease) = lease();
        board.close();
        assert!(!matches!(next(&board), Next::Over));
        // However many heartbeats hang.
        drop(lease);
        assert!(matches!(board.next(Instant::now(), false), Next::Over));
    }
}
