//! Each question, asked of tasks that went through just that.

use super::*;
use crate::service::{Disposition, ServiceError};

const NAME: &str = "echo";

struct Story {
    ledger: Ledger,
    token: TaskToken,
}

impl Story {
    fn of_a_task() -> Self {
        let ledger = Ledger::default();
        let token = TaskToken::new("secret");
        ledger.delivered(&token, &NAME.parse().unwrap());
        Self { ledger, token }
    }

    fn begin(&self, operation: Operation) -> OpenCall<'_> {
        OpenCall::begin(&self.ledger, operation, &self.token)
    }

    fn taken(&self, operation: Operation) {
        let mut call = self.begin(operation);
        call.taken();
        call.told(&Ok(()));
    }

    fn refused(&self, operation: Operation, disposition: Disposition) {
        let mut call = self.begin(operation);
        call.told(&Err(ServiceError::new(disposition, "no")));
    }

    async fn wait(&self, seconds: u64) {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_task_that_nobody_answers_is_lost() {
    let story = Story::of_a_task();
    story.refused(Operation::Succeed, Disposition::Transient);
    assert_eq!(story.ledger.lost().len(), 1);
    story.taken(Operation::Succeed);
    assert!(story.ledger.lost().is_empty());
    story.ledger.assert_nothing_lost();
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_the_worker_was_not_told_of_may_be_repeated() {
    let story = Story::of_a_task();
    let mut call = story.begin(Operation::Succeed);
    call.taken();
    drop(call);
    story.refused(Operation::Succeed, Disposition::Gone);
    assert!(story.ledger.answered_twice().is_empty());
    assert!(story.ledger.after_gone().is_empty());
    story.refused(Operation::Succeed, Disposition::Gone);
    assert_eq!(story.ledger.after_gone().len(), 1, "now it knew");
}

#[tokio::test(start_paused = true)]
async fn a_report_after_a_report_that_was_taken_is_one_too_many() {
    let story = Story::of_a_task();
    story.taken(Operation::Succeed);
    story.refused(Operation::Fail, Disposition::Gone);
    assert_eq!(story.ledger.answered_twice().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn calls_that_overlap_are_seen() {
    let story = Story::of_a_task();
    let beat = story.begin(Operation::Heartbeat);
    story.taken(Operation::Succeed);
    drop(beat);
    assert_eq!(story.ledger.overlapping().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_gap_counts_from_receipt_to_the_answer() {
    let story = Story::of_a_task();
    story.wait(10).await;
    story.taken(Operation::Heartbeat);
    story.wait(5).await;
    story.refused(Operation::Heartbeat, Disposition::Transient);
    story.wait(15).await;
    story.taken(Operation::Succeed);
    story.wait(100).await;
    let late = |seconds| story.ledger.late_heartbeats(Duration::from_secs(seconds));
    assert!(late(21).is_empty());
    assert_eq!(late(20).len(), 1, "{:?}", late(20));
    assert_eq!(late(10).len(), 2);
    let silent = |seconds| story.ledger.silences(Duration::from_secs(seconds));
    assert!(silent(16).is_empty());
    assert_eq!(silent(15).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_end_of_a_task_that_the_service_closed_is_its_closing() {
    let story = Story::of_a_task();
    story.wait(10).await;
    story.ledger.closed(&story.token, Instant::now());
    story.wait(100).await;
    let limit = Duration::from_secs(11);
    assert!(story.ledger.late_heartbeats(limit).is_empty());
    assert!(story.ledger.silences(limit).is_empty());
    assert!(story.ledger.lost().is_empty());
    assert_eq!(story.ledger.closed_by_service(), 1);
}

#[tokio::test(start_paused = true)]
async fn p10_a_story_does_not_tell_the_token() {
    let story = Story::of_a_task();
    story.refused(Operation::Succeed, Disposition::Transient);
    let lost = story.ledger.lost();
    let text = format!("{} {lost:?}", story.ledger.explain(&lost));
    assert!(
        text.contains("is lost") && text.contains("succeed"),
        "{text}"
    );
    assert!(!text.contains("secret"), "{text}");
}
