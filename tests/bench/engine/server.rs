//! The engine's endpoint in a process of its own.

use std::ffi::OsString;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use sfn_local_engine::Engine;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::client::Client;
use crate::machine;

/// The variable that names another program to measure.
const PROGRAM: &str = "SFN_BENCH_SERVER";
/// What stands before the address in the line that says it.
const ADDRESS: &str = "AWS_ENDPOINT_URL_SFN=http://";

/// A server, which ends with this value.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
    /// From before its start to its first answer.
    pub(crate) ready: Duration,
}

impl Server {
    pub(crate) async fn start() -> Self {
        let (program, arguments) = program();
        let begun = machine::now();
        let mut child = Command::new(&program)
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{} does not start: {error}", program.display()));
        let output = BufReader::new(child.stdout.take().expect("it is piped"));
        let address = output
            .lines()
            .map_while(Result::ok)
            .find_map(|line| line.strip_prefix(ADDRESS)?.parse().ok())
            .expect("it says where it listens");
        let mut client = Client::connect(address).await;
        client.call("ListStateMachines", "{}").await;
        Self {
            child,
            address,
            ready: machine::now() - begun,
        }
    }

    /// Its resident memory in KiB.
    pub(crate) fn resident(&self) -> u64 {
        let status = self.file("status");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        line.and_then(|line| line.split_whitespace().next()?.parse().ok())
            .unwrap_or_default()
    }

    /// The time of all its threads on a processor.
    pub(crate) fn cpu(&self) -> Duration {
        let folder = self.folder().join("task");
        let threads = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let nanos = threads.filter_map(|thread| {
            let times = std::fs::read_to_string(thread.path().join("schedstat")).ok()?;
            times.split_whitespace().next()?.parse::<u64>().ok()
        });
        Duration::from_nanos(nanos.sum())
    }

    fn file(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder().join(name)).unwrap_or_default()
    }

    fn folder(&self) -> PathBuf {
        PathBuf::from(format!("/proc/{}", self.child.id()))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What is started, and with which arguments.
fn program() -> (PathBuf, Vec<OsString>) {
    match std::env::var_os(PROGRAM) {
        Some(program) => {
            let arguments = ["local", "--port", "0"].map(OsString::from);
            (program.into(), arguments.into())
        }
        None => {
            let program = std::env::current_exe().expect("this program has a path");
            (program, vec!["serve".into()])
        }
    }
}

/// What the child does: the same as `sfn-worker local`, which is another package's program.
pub(crate) fn serve() {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(async {
            let engine = Engine::builder()
                .keep_closed(10_000)
                .build()
                .expect("it is right");
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
            println!("{ADDRESS}{}", listener.local_addr().expect("it is bound"));
            engine
                .serve(listener, CancellationToken::new())
                .await
                .expect("it serves");
        });
}
