//! Real sockets, real time: an unmodified AWS client and the worker's AWS adapter on the engine.
//! Few tests; what can be tested in virtual time is in `it`.

mod claim_check;
mod client;
mod faults;
mod outbox;
mod unreadable;
mod worker;

use aws_sdk_sfn::Client;
use aws_sdk_sfn::config::{BehaviorVersion, Credentials, Region};
use sfn_local_engine::Engine;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// An engine that listens on a free port of the loopback interface.
struct Server {
    engine: Engine,
    endpoint: String,
    shutdown: CancellationToken,
    serving: JoinSet<std::io::Result<()>>,
}

impl Server {
    async fn start() -> Self {
        let engine = Engine::new();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let shutdown = CancellationToken::new();
        let mut serving = JoinSet::new();
        let (served, token) = (engine.clone(), shutdown.clone());
        serving.spawn(async move { served.serve(listener, token).await });
        Self {
            engine,
            endpoint,
            shutdown,
            serving,
        }
    }

    /// What the environment would say: region, credentials and endpoint.
    async fn config(&self) -> aws_config::SdkConfig {
        config(&self.endpoint).await
    }

    async fn client(&self) -> Client {
        Client::new(&self.config().await)
    }

    /// Ends the server; open polls are answered without a task.
    async fn stop(mut self) {
        self.shutdown.cancel();
        self.serving.join_next().await.unwrap().unwrap().unwrap();
    }
}

/// What the environment would say of an endpoint.
async fn config(endpoint: &str) -> aws_config::SdkConfig {
    aws_config::defaults(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::for_tests())
        .endpoint_url(endpoint)
        .load()
        .await
}
