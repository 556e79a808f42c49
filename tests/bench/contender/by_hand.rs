//! The yardstick: what one writes by hand on the AWS SDK, with its defaults.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_sfn::Client;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::work;
use crate::plan::{ARN, Setup};

/// Loops of poll, handle, report.
#[derive(Debug)]
pub(crate) struct Loops {
    running: JoinSet<()>,
    delivered: Arc<AtomicU64>,
}

impl Loops {
    pub(crate) fn start(setup: Setup, config: &SdkConfig) -> Self {
        let client = Client::new(config);
        let delivered = Arc::new(AtomicU64::new(0));
        let mut running = JoinSet::new();
        for _ in 0..setup.slots {
            let (client, delivered) = (client.clone(), Arc::clone(&delivered));
            running.spawn(async move {
                loop {
                    if one(&client, setup.heartbeat).await {
                        delivered.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
        Self { running, delivered }
    }

    pub(crate) async fn stop(&mut self) -> u64 {
        self.running.shutdown().await;
        self.delivered.load(Ordering::Relaxed)
    }
}

/// Takes one task; says whether its report was accepted.
async fn one(client: &Client, heartbeat: Option<Duration>) -> bool {
    let poll = client.get_activity_task().activity_arn(ARN).send();
    let Ok(task) = poll.await else { return false };
    let (Some(token), Some(input)) = (task.task_token, task.input) else {
        return false;
    };
    let Ok(input) = serde_json::from_str(&input) else {
        return false;
    };
    let mut handler = std::pin::pin!(work(input));
    let done = match heartbeat {
        None => handler.await,
        Some(every) => loop {
            match timeout(every, handler.as_mut()).await {
                Ok(done) => break done,
                Err(_) => {
                    let beat = client.send_task_heartbeat().task_token(&token);
                    let _ = beat.send().await;
                }
            }
        },
    };
    let Ok(done) = done;
    let Ok(output) = serde_json::to_string(&done) else {
        return false;
    };
    let report = client.send_task_success().task_token(token).output(output);
    report.send().await.is_ok()
}
