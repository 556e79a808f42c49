//! The ECS task in which the process runs, as its metadata endpoint (version 4) describes it.
//!
//! Plain HTTP on a link-local address. Whatever goes wrong is a line for whoever debugs it: a
//! worker does not depend on it.

use std::ffi::OsString;
use std::time::Duration;

use http_body_util::{BodyExt as _, Limited};
use hyper::client::conn::http1;
use hyper::header::{CONNECTION, HOST};
use hyper::{Request, Uri};
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::name::WorkerName;

/// How long one question may take.
const PATIENCE: Duration = Duration::from_secs(2);
/// Ten containers with labels need 20 KiB.
const ANSWER_LIMIT: usize = 1024 * 1024;

type Error = Box<dyn std::error::Error + Send + Sync>;

/// The metadata endpoint, and what it said first.
#[derive(Debug)]
pub(super) struct Ecs {
    uri: Uri,
    task: Option<Task>,
}

/// What is of interest in the description of a task.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Task {
    #[serde(rename = "TaskARN")]
    arn: Option<String>,
    launch_type: Option<String>,
    desired_status: Option<String>,
}

impl Ecs {
    /// Asks the endpoint that the environment names.
    pub(super) async fn from_variables(
        variables: &impl Fn(&str) -> Option<OsString>,
    ) -> Option<Self> {
        let base = variables("ECS_CONTAINER_METADATA_URI_V4").filter(|base| !base.is_empty())?;
        let base = base.to_string_lossy();
        let uri = match format!("{}/task", base.trim_end_matches('/')).parse::<Uri>() {
            Ok(uri) => uri,
            Err(error) => {
                tracing::debug!(%error, "ECS_CONTAINER_METADATA_URI_V4 is not an address");
                return None;
            }
        };
        let task = describe(&uri).await;
        Some(Self { uri, task })
    }

    pub(super) fn is_fargate(&self) -> bool {
        self.task
            .as_ref()
            .and_then(|task| task.launch_type.as_deref())
            == Some("FARGATE")
    }

    /// Cluster and id of the task, or the id alone.
    pub(super) fn worker_name(&self) -> Option<WorkerName> {
        let arn = self.task.as_ref()?.arn.as_deref()?;
        let (_, suffix) = arn.split_once(":task/")?;
        let id = suffix.rsplit('/').next()?;
        suffix.parse().or_else(|_| id.parse()).ok()
    }

    /// Asks whether the task is to stop, or has been told to.
    pub(super) async fn stops_the_task(&self) -> bool {
        let task = describe(&self.uri).await;
        task.and_then(|task| task.desired_status).as_deref() == Some("STOPPED")
    }
}

async fn describe(uri: &Uri) -> Option<Task> {
    let answer = timeout(PATIENCE, fetch(uri)).await;
    match answer.unwrap_or_else(|_| Err("no answer within 2 seconds".into())) {
        Ok(task) => Some(task),
        Err(error) => {
            tracing::debug!(
                error,
                "the ECS metadata endpoint does not tell about the task"
            );
            None
        }
    }
}

async fn fetch(uri: &Uri) -> Result<Task, Error> {
    let (Some("http"), Some(host)) = (uri.scheme_str(), uri.host()) else {
        return Err("it must be an address such as http://169.254.170.2/v4".into());
    };
    let stream =
        TcpStream::connect((host.trim_matches(['[', ']']), uri.port_u16().unwrap_or(80))).await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let request = Request::get(path)
        .header(
            HOST,
            uri.authority().map_or(host, |authority| authority.as_str()),
        )
        .header(CONNECTION, "close")
        .body(String::new())?;
    let exchange = async {
        let response = sender.send_request(request).await?;
        if !response.status().is_success() {
            return Err(Error::from(format!("it answers {}", response.status())));
        }
        let body = Limited::new(response.into_body(), ANSWER_LIMIT)
            .collect()
            .await?;
        Ok(serde_json::from_slice(&body.to_bytes())?)
    };
    tokio::select! {
        task = exchange => task,
        // A connection that ended well has left the answer with the exchange.
        Err(error) = connection => Err(error.into()),
    }
}
