//! A task that is ended later, by somebody else: the handler returns, and the task goes on.
//!
//! ```sh
//! cargo run --example detached_completion
//! ```
//!
//! The reviewer of this example takes a second for each order; Ctrl-C sends them home, and the
//! orders that are left are rejected.

use std::time::Duration;

use serde_json::json;
use sfn_local_engine::Engine;
use sfn_worker_core::{ActivityContext, ActivityError, Completion, State, activity};
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::task::JoinSet;

/// What waits for a person: the order, and what ends its task.
struct Review {
    cents: u64,
    completion: Completion,
}

#[derive(Debug, thiserror::Error, ActivityError)]
enum ReviewError {
    #[error("{0}")]
    #[activity_error(benign, terminal)]
    Rejected(&'static str),
    #[error("nobody reviews any more")]
    NobodyThere,
}

/// Asks for a review. Heartbeats go on after the handler has returned, its slot stays taken, and
/// the time limit goes on to count.
#[activity(heartbeat = "1s", timeout = "1h", concurrency = 50)]
async fn review(
    cents: u64,
    desk: State<Sender<Review>>,
    context: ActivityContext,
) -> Result<(), ReviewError> {
    let completion = context.detach();
    let review = Review { cents, completion };
    // A completion that is dropped fails its task, so that none is ever forgotten.
    desk.send(review)
        .await
        .map_err(|_| ReviewError::NobodyThere)
}

/// Looks at one order after the other; it could as well be a web page, or a queue.
async fn reviewer(mut desk: Receiver<Review>) {
    while let Some(Review { cents, completion }) = desk.recv().await {
        let open = tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(1)) => true,
            _ = tokio::signal::ctrl_c() => false,
        };
        let wanted = match cents {
            _ if !open => completion.fail(ReviewError::Rejected("nobody is there")),
            0..1_000 => completion.succeed("approved"),
            _ => completion.fail(ReviewError::Rejected("too much")),
        };
        println!("  reviewed {cents}, which was still wanted: {wanted}");
        if !open {
            break; // what is still on the desk is dropped with it
        }
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let (desk, orders) = mpsc::channel(50);
    let mut people = JoinSet::new(); // ends what is in it when it is dropped
    people.spawn(reviewer(orders));
    let definition = include_str!("state-machine.asl.json");
    let run = Engine::run(definition, json!([250, 90_000]), |worker| {
        worker.state(desk).activity::<review>()
    })
    .await?;
    let output = run.execution.output.unwrap_or_default();
    println!("{}: {output}", run.execution.status);
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_definition_fits_the_activity() {
        sfn_worker_core::check_asl!(
            "detached_completion/state-machine.asl.json",
            [super::review]
        );
    }
}
