//! What the worker costs beside a hand-written loop on the AWS SDK, over loopback sockets:
//! `cargo bench -p sfn-worker-tests --bench worker`.
//!
//! Both do the same tasks for the same engine in turn, five rounds; ratios carry over to other
//! machines, figures do not. The engine runs on a thread of its own and takes part of the time.

mod rounds;

use std::time::Duration;

use aws_sdk_sfn::Client;
use aws_sdk_sfn::config::{BehaviorVersion, Credentials, Region};
use sfn_local_engine::{Engine, StateMachineArn};
use sfn_worker_core::{ActivityArn, AwsService, Worker, activity};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::rounds::{median, rate};

const TASKS: u32 = 3_000;
const LOOPS: usize = 16;

#[activity(concurrency = 16)]
async fn work(input: serde_json::Value) -> Result<serde_json::Value, std::convert::Infallible> {
    Ok(input)
}

/// The engine behind a socket, with one activity and a machine that uses it.
struct Site {
    engine: Engine,
    activity: ActivityArn,
    machine: StateMachineArn,
    config: aws_config::SdkConfig,
}

impl Site {
    async fn open(engine: Engine, endpoint: String) -> Self {
        let activity = engine.create_activity("work").expect("the name is valid");
        let definition = serde_json::json!({"StartAt": "T", "States": {
            "T": {"Type": "Task", "Resource": activity.as_str(), "End": true}}});
        let machine = engine
            .create_state_machine("task", &definition.to_string())
            .expect("it is valid");
        let config = aws_config::defaults(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(Credentials::for_tests())
            .endpoint_url(endpoint)
            .load()
            .await;
        Self {
            engine,
            activity,
            machine,
            config,
        }
    }

    /// Queues the tasks; returns when the last execution is over.
    async fn tasks(&self) -> Duration {
        let begun = Instant::now();
        let executions: Vec<_> = (0..TASKS)
            .map(|_| {
                self.engine
                    .start_execution(&self.machine, None, "{}")
                    .expect("it starts")
            })
            .collect();
        for execution in &executions {
            self.engine.wait(execution).await.expect("it exists");
        }
        begun.elapsed()
    }

    async fn with_the_worker(&self) -> Duration {
        let worker = Worker::builder(AwsService::new(&self.config))
            .activity::<work>()
            .arn("work", self.activity.as_str())
            .polls(8..=8)
            .build()
            .expect("the configuration is right");
        let shutdown = worker.shutdown_handle();
        let mut running = JoinSet::new();
        running.spawn(worker.run());
        let time = self.tasks().await;
        shutdown.abort();
        running.join_all().await;
        time
    }

    async fn with_hand_written_loops(&self) -> Duration {
        let client = Client::new(&self.config);
        let mut loops = JoinSet::new();
        for _ in 0..LOOPS {
            let (client, arn) = (client.clone(), self.activity.to_string());
            loops.spawn(async move {
                loop {
                    let poll = client.get_activity_task().activity_arn(&arn).send();
                    let Ok(task) = poll.await else { continue };
                    let (Some(token), Some(input)) = (task.task_token, task.input) else {
                        continue;
                    };
                    let _ = client
                        .send_task_success()
                        .task_token(token)
                        .output(input)
                        .send()
                        .await;
                }
            });
        }
        let time = self.tasks().await;
        loops.shutdown().await;
        time
    }
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let engine = Engine::new();
    let listener = TcpListener::bind("127.0.0.1:0")
        .await
        .expect("loopback has a free port");
    let endpoint = format!("http://{}", listener.local_addr().expect("it is bound"));
    let mut serving = JoinSet::new();
    let served = engine.clone();
    serving.spawn(async move { served.serve(listener, CancellationToken::new()).await });

    let site = Site::open(engine, endpoint).await;
    let by_hand = median(async || site.with_hand_written_loops().await).await;
    let worker = median(async || site.with_the_worker().await).await;
    println!(
        "hand-written, {LOOPS} loops: {:>6.0} tasks/s",
        rate(TASKS, by_hand)
    );
    println!(
        "the worker, 16 slots, 8 polls: {:>6.0} tasks/s",
        rate(TASKS, worker)
    );
    println!("ratio: {:.2}", by_hand.as_secs_f64() / worker.as_secs_f64());
}
