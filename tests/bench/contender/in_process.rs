//! What the runtime itself adds: from the answer of a poll to the start of the handler, on an
//! idle runtime, over a service in the same process.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use sfn_worker_core::{
    ActivityArn, ActivityService, ErrorName, Payload, PolledTask, ServiceFuture, TaskToken, Worker,
    WorkerName,
};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::{pickups, work};
use crate::machine::now;
use crate::plan::ARN;

const TASKS: u32 = 2_000;

/// Answers one poll after the other, each on an idle runtime.
#[derive(Debug)]
struct OneByOne {
    turn: Semaphore,
    left: AtomicU32,
}

/// Runs all tasks, one every millisecond.
pub(super) async fn run() {
    let service = OneByOne {
        turn: Semaphore::new(1),
        left: AtomicU32::new(TASKS),
    };
    let worker = Worker::builder(service)
        .activity::<work>()
        .arn("work", ARN)
        .build()
        .expect("the configuration is right");
    let shutdown = worker.shutdown_handle();
    let mut running = JoinSet::new();
    running.spawn(worker.run());
    while pickups().len() < TASKS as usize {
        sleep(Duration::from_millis(10)).await;
    }
    shutdown.abort();
    running.join_all().await;
}

impl ActivityService for OneByOne {
    fn poll<'a>(
        &'a self,
        _: &'a ActivityArn,
        _: &'a WorkerName,
    ) -> ServiceFuture<'a, Option<PolledTask>> {
        Box::pin(async {
            let turn = self.turn.acquire().await;
            if self.left.load(Ordering::Relaxed) == 0 {
                return std::future::pending().await;
            }
            self.left.fetch_sub(1, Ordering::Relaxed);
            sleep(Duration::from_millis(1)).await;
            drop(turn);
            let input = format!("{{\"arrived\":{}}}", now().as_nanos());
            Ok(Some(PolledTask {
                token: TaskToken::new("token"),
                input: Payload::new(input),
            }))
        })
    }

    fn succeed<'a>(&'a self, _: &'a TaskToken, _: &'a Payload) -> ServiceFuture<'a, ()> {
        Box::pin(async { Ok(()) })
    }

    fn fail<'a>(&'a self, _: &'a TaskToken, _: &'a ErrorName, _: &'a str) -> ServiceFuture<'a, ()> {
        Box::pin(async { Ok(()) })
    }

    fn heartbeat<'a>(&'a self, _: &'a TaskToken) -> ServiceFuture<'a, ()> {
        Box::pin(async { Ok(()) })
    }
}
