//! The engine over HTTP: 8 clients in this process, the server in its own.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::chains::passes;
use crate::client::Client;
use crate::machine;
use crate::rounds::{Effort, alone, median, quantile};
use crate::server::Server;

const CLIENTS: u32 = 8;
const ROLE: &str = "arn:aws:iam::123456789012:role/any";

/// What one round of calls took.
struct Round {
    wall: Duration,
    /// What the server was at work.
    server: Duration,
    /// What each call took.
    calls: Vec<Duration>,
}

pub(crate) fn measure(effort: Effort) {
    println!(
        "| over HTTP, {CLIENTS} clients | a second | times the fastest other server | p50, ms \
         | p99, ms | server CPU, us each |\n|---|---|---|---|---|---|"
    );
    let started = effort.of(20_000);
    let worked = effort.of(10_000);
    let mut rounds: [Vec<Round>; 4] = Default::default();
    for _ in 0..effort.rounds {
        // They take turns, so that what disturbs the machine disturbs them all.
        rounds[0].push(alone(executions(1, started)));
        rounds[1].push(alone(executions(5, started)));
        rounds[2].push(alone(tasks(worked, true)));
        rounds[3].push(alone(tasks(worked, false)));
    }
    let [one, five] = crate::NATIVE.map(Some);
    print_rounds("StartExecution of 1 Pass", started, one, &rounds[0]);
    print_rounds("StartExecution of 5 Pass", started, five, &rounds[1]);
    print_rounds(
        "activity tasks, queued beforehand",
        worked,
        None,
        &rounds[2],
    );
    print_rounds("activity tasks, as they arrive", worked, None, &rounds[3]);
    println!("\n| over HTTP | p50, ms | p95, ms |\n|---|---|---|");
    let waits = alone(waiting_polls(effort.of(1_000)));
    let milliseconds: Vec<f64> = waits.iter().map(Duration::as_secs_f64).collect();
    println!(
        "| StartExecution to a waiting poll | {:.3} | {:.3} |",
        quantile(milliseconds.clone(), 0.5) * 1e3,
        quantile(milliseconds, 0.95) * 1e3,
    );
    println!("\n| the server | start to first answer, ms | idle RSS, MiB |\n|---|---|---|");
    let starts: Vec<(f64, f64)> = (0..effort.rounds.max(5)).map(|_| alone(start())).collect();
    println!(
        "| | {:.1} | {:.1} |",
        median(starts.iter().map(|(ready, _)| ready * 1e3).collect()),
        median(starts.iter().map(|(_, resident)| *resident).collect()),
    );
}

fn print_rounds(name: &str, count: u32, rival: Option<f64>, rounds: &[Round]) {
    let of = |pick: &dyn Fn(&Round) -> f64| median(rounds.iter().map(pick).collect());
    let rate = of(&|round| f64::from(count) / round.wall.as_secs_f64());
    let call = |part: f64| {
        of(&|round| {
            let calls = round.calls.iter().map(|call| call.as_secs_f64() * 1e3);
            quantile(calls.collect(), part)
        })
    };
    println!(
        "| {name} | {rate:.0} | {} | {:.3} | {:.3} | {:.1} |",
        rival
            .map(|rival| format!("{:.2}", rate / rival))
            .unwrap_or_default(),
        call(0.5),
        call(0.99),
        of(&|round| round.server.as_secs_f64() * 1e6 / f64::from(count)),
    );
}

/// Seconds until a server answers, and its memory in MiB when it has.
async fn start() -> (f64, f64) {
    let server = Server::start().await;
    let resident = u32::try_from(server.resident()).expect("some MiB");
    (server.ready.as_secs_f64(), f64::from(resident) / 1_024.0)
}

async fn executions(states: u32, count: u32) -> Round {
    let server = Server::start().await;
    let mut client = Client::connect(server.address).await;
    let definition = passes(states, &json!({}), "JSONPath");
    let machine = create(&mut client, &definition).await;
    let body = json!({"stateMachineArn": machine, "input": "{\"n\": 1}"}).to_string();
    let round = side_by_side(&server, count, async |address, count| {
        let mut client = Client::connect(address).await;
        let mut calls = Vec::new();
        for _ in 0..count {
            let begun = machine::now();
            client.call("StartExecution", &body).await;
            calls.push(machine::now() - begun);
        }
        calls
    });
    let round = round.await;
    // An execution of Pass states is over before it is answered for.
    let running = json!({"stateMachineArn": machine, "statusFilter": "RUNNING"});
    let running = client.value("ListExecutions", &running).await;
    assert_eq!(running["executions"], json!([]));
    round
}

async fn tasks(count: u32, beforehand: bool) -> Round {
    let server = Server::start().await;
    let mut client = Client::connect(server.address).await;
    let (activity, machine) = create_task(&mut client).await;
    let start = json!({"stateMachineArn": machine, "input": "{}"}).to_string();
    let mut starting = JoinSet::new();
    let mut starter = Client::connect(server.address).await;
    let starts = async move {
        for _ in 0..count {
            starter.call("StartExecution", &start).await;
        }
    };
    if beforehand {
        starts.await;
    } else {
        starting.spawn(starts);
    }
    let poll = json!({"activityArn": activity, "workerName": "w"});
    let round = side_by_side(&server, count, async |address, count| {
        let mut client = Client::connect(address).await;
        let mut calls = Vec::new();
        for _ in 0..count {
            let begun = machine::now();
            let task = client.value("GetActivityTask", &poll).await;
            let report = json!({"taskToken": task["taskToken"], "output": "1"});
            client.value("SendTaskSuccess", &report).await;
            calls.push(machine::now() - begun);
        }
        calls
    });
    let round = round.await;
    starting.join_all().await;
    round
}

/// What passes between the call that starts an execution and the answer of a poll that waits.
async fn waiting_polls(count: u32) -> Vec<Duration> {
    let server = Server::start().await;
    let mut client = Client::connect(server.address).await;
    let (activity, machine) = create_task(&mut client).await;
    let start = json!({"stateMachineArn": machine, "input": "{}"}).to_string();
    let poll = json!({"activityArn": activity, "workerName": "w"});
    let mut worker = Client::connect(server.address).await;
    let mut waits = Vec::new();
    for _ in 0..count {
        let arrived = async {
            let task = worker.value("GetActivityTask", &poll).await;
            (task, machine::now())
        };
        let started = async {
            // The poll waits for longer than any server needs to notice it.
            tokio::time::sleep(Duration::from_millis(2)).await;
            let begun = machine::now();
            client.call("StartExecution", &start).await;
            begun
        };
        let ((task, arrived), begun) = tokio::join!(arrived, started);
        waits.push(arrived - begun);
        let report = json!({"taskToken": task["taskToken"], "output": "1"});
        worker.value("SendTaskSuccess", &report).await;
    }
    waits
}

/// Lets all clients do their part of the work at the same time.
async fn side_by_side(
    server: &Server,
    count: u32,
    work: impl AsyncFn(SocketAddr, u32) -> Vec<Duration>,
) -> Round {
    let begun = (machine::now(), server.cpu());
    let clients = (0..CLIENTS).map(|_| work(server.address, count / CLIENTS));
    let calls = futures_util::future::join_all(clients).await;
    Round {
        wall: machine::now() - begun.0,
        server: server.cpu() - begun.1,
        calls: calls.concat(),
    }
}

async fn create_task(client: &mut Client) -> (Value, Value) {
    let created = client
        .value("CreateActivity", &json!({"name": "work"}))
        .await;
    let activity = created["activityArn"].clone();
    let definition = json!({"StartAt": "T", "States": {
        "T": {"Type": "Task", "Resource": activity, "End": true}}});
    (activity, create(client, &definition).await)
}

async fn create(client: &mut Client, definition: &Value) -> Value {
    let request = json!({
        "name": "machine", "definition": definition.to_string(), "roleArn": ROLE});
    let created = client.value("CreateStateMachine", &request).await;
    created["stateMachineArn"].clone()
}
