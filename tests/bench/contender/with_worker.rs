//! The worker with its defaults, over the AWS adapter, with spans on.

use aws_config::SdkConfig;
use sfn_worker_core::{ActivityOptions, AwsService, ShutdownHandle, Summary, Worker};
use tokio::task::JoinSet;

use super::work;
use crate::plan::{ARN, Setup};

/// A worker that runs.
#[derive(Debug)]
pub(crate) struct Running {
    worker: JoinSet<Summary>,
    shutdown: ShutdownHandle,
}

impl Running {
    pub(crate) fn start(setup: Setup, config: &SdkConfig) -> Self {
        // Spans are made and kept, as in production; what they say goes nowhere.
        tracing_subscriber::fmt()
            .with_max_level(tracing::Level::INFO)
            .with_writer(std::io::sink)
            .init();
        let mut builder = Worker::builder(AwsService::new(config))
            .activity_with::<work>(ActivityOptions::new().with_concurrency(setup.slots))
            .arn("work", ARN)
            .prefetch(setup.prefetch)
            // The endpoint has no quota.
            .heartbeat_budget(5_000);
        if let Some((least, most)) = setup.polls {
            builder = builder.polls(least..=most);
        }
        if let Some(every) = setup.heartbeat {
            builder = builder.heartbeat(every);
        }
        let worker = builder.build().expect("the configuration is right");
        let shutdown = worker.shutdown_handle();
        let mut running = JoinSet::new();
        running.spawn(worker.run());
        Self {
            worker: running,
            shutdown,
        }
    }

    pub(crate) async fn stop(&mut self) -> u64 {
        self.shutdown.abort();
        match self.worker.join_next().await {
            Some(Ok(summary)) => {
                let total = summary.total();
                total.succeeded + total.failed + total.handed_back + total.probably_delivered
            }
            Some(Err(_)) | None => 0,
        }
    }
}
