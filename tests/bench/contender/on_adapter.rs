//! The loop by hand, on the worker's adapter instead of the SDK: what is the adapter's own.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use aws_config::SdkConfig;
use sfn_worker_core::{ActivityArn, ActivityService as _, AwsService, Payload, WorkerName};
use tokio::task::JoinSet;

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
        let service = AwsService::new(config);
        let delivered = Arc::new(AtomicU64::new(0));
        let mut running = JoinSet::new();
        for _ in 0..setup.slots {
            let (service, delivered) = (service.clone(), Arc::clone(&delivered));
            running.spawn(async move {
                let arn: ActivityArn = ARN.parse().expect("it is an ARN");
                let name: WorkerName = "adapter".parse().expect("it is a name");
                loop {
                    if one(&service, &arn, &name).await.is_some() {
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

/// Takes one task; nothing if its report was not accepted.
async fn one(service: &AwsService, arn: &ActivityArn, name: &WorkerName) -> Option<()> {
    let task = service.poll(arn, name).await.ok().flatten()?;
    let input = serde_json::from_str(task.input.as_str()).ok()?;
    let Ok(done) = work(input).await;
    let output = Payload::new(serde_json::to_string(&done).ok()?);
    service.succeed(&task.token, &output).await.ok()
}
