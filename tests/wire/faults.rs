//! The faults over real sockets: what the adapter makes of them, and the main cells of the
//! matrix of `it`.

use std::time::Duration;

use aws_config::{BehaviorVersion, Region};
use aws_sdk_sfn::config::Credentials;
use sfn_worker_core::testing::{Fault, Faults, Faulty, Operation, ScriptedService};
use sfn_worker_core::{
    ActivityArn, ActivityOptions, ActivityService, AwsService, ErrorName, Payload, ServiceError,
    TaskToken, Worker, WorkerName,
};
use sfn_worker_tests::activities::{attentive, echo, sleeps};
use sfn_worker_tests::{Endpoint, Running};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

/// Longer than any of these tests may take.
const PATIENCE: Duration = Duration::from_secs(30);

async fn client(endpoint: &Endpoint) -> AwsService {
    client_of(endpoint.url()).await
}

async fn client_of(url: &str) -> AwsService {
    let config = aws_config::defaults(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::for_tests())
        .endpoint_url(url)
        .load()
        .await;
    AwsService::new(&config)
}

/// Polls are held for a second: longer than an answer that looks hasty.
fn service() -> ScriptedService {
    let service = ScriptedService::new();
    service.hold_polls(Duration::from_millis(1_100));
    service
}

fn arn() -> ActivityArn {
    "arn:aws:states:us-east-1:000000000000:activity:echo"
        .parse()
        .unwrap()
}

/// What the worker acts on; the rest of an error is for people.
fn judgement(error: &ServiceError) -> impl PartialEq + std::fmt::Debug + use<> {
    (
        error.disposition(),
        error.code().map(ToOwned::to_owned),
        error.is_outcome_unknown(),
        error.is_activity_missing(),
        error.is_too_many_polls(),
    )
}

async fn call(service: &dyn ActivityService, operation: Operation) -> Option<ServiceError> {
    let token = TaskToken::new("token-0");
    let worker: WorkerName = "wire".parse().unwrap();
    let answer = match operation {
        Operation::Poll => service.poll(&arn(), &worker).await.map(drop),
        Operation::Succeed => service.succeed(&token, &Payload::new("1")).await,
        Operation::Fail => {
            let name = ErrorName::from_static("Broken");
            service.fail(&token, &name, "because").await
        }
        Operation::Heartbeat => service.heartbeat(&token).await,
        other => panic!("{other} is not called here"),
    };
    answer.err()
}

#[tokio::test]
async fn every_fault_is_judged_on_the_wire_as_it_is_in_process() {
    const FAULTS: [Fault; 12] = [
        Fault::Throttled,
        Fault::TooManyPolls,
        Fault::ServerError,
        Fault::CutBefore,
        Fault::AnswerLost,
        Fault::Delayed(Duration::from_millis(20)),
        Fault::ExpiredToken,
        Fault::ExpiredCredentials,
        Fault::Denied,
        Fault::ActivityMissing,
        Fault::Refused("InvalidOutput"),
        Fault::TooLarge,
    ];
    const OPERATIONS: [Operation; 4] = [
        Operation::Poll,
        Operation::Heartbeat,
        Operation::Fail,
        Operation::Succeed,
    ];
    let struck = |fault: Fault, operation: Operation| {
        let service = service();
        let _task = service.offer("echo", "1");
        service.faults().next(operation, fault);
        service
    };
    for fault in FAULTS {
        for operation in OPERATIONS {
            let endpoint = Endpoint::serve(struck(fault, operation), &["echo"]).await;
            let over_the_wire = call(&client(&endpoint).await, operation).await;
            let in_process = call(&struck(fault, operation), operation).await;
            assert_eq!(
                over_the_wire.as_ref().map(judgement),
                in_process.as_ref().map(judgement),
                "{fault} at {operation}: {over_the_wire:?}"
            );
        }
    }
}

#[tokio::test]
async fn an_endpoint_that_was_not_reached_is_judged_as_in_process() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let free = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    for (url, fault) in [
        (free.as_str(), Fault::Unreachable),
        ("http://no-such-host.invalid", Fault::DnsFailure),
    ] {
        let service = service();
        service.faults().next(Operation::Heartbeat, fault);
        let expected = call(&service, Operation::Heartbeat).await.unwrap();
        let found = call(&client_of(url).await, Operation::Heartbeat).await;
        assert_eq!(judgement(&found.unwrap()), judgement(&expected), "{fault}");
    }
}

/// Runs a worker over the wire until a task is answered, with a fault at the first poll and at
/// the first report.
async fn one_cell(fault: Fault) -> ScriptedService {
    let service = service();
    let faults = service.faults().clone();
    // What is waited out for long belongs into virtual time: throttled polls, denied reports.
    if fault.befalls(Operation::Poll) && fault != Fault::Throttled {
        faults.next(Operation::Poll, fault);
    }
    if fault != Fault::Denied {
        faults.next(Operation::Succeed, fault);
    }
    let tasks = [service.offer("echo", "1"), service.offer("echo", "2")];
    // The answer of a poll is lost together with its task.
    let decisive = &tasks[usize::from(fault == Fault::AnswerLost)];
    let endpoint = Endpoint::serve(service.clone(), &["echo"]).await;
    let builder = Worker::builder(client(&endpoint).await)
        .activity::<echo>()
        .polls(1..=1);
    let worker = Running::start(builder);
    decisive.closed().await;
    worker.drain().await;
    service
}

#[tokio::test]
async fn p3_over_the_wire_no_fault_costs_a_task() {
    const FAULTS: [Fault; 10] = [
        Fault::Throttled,
        Fault::TooManyPolls,
        Fault::ServerError,
        Fault::CutBefore,
        Fault::AnswerLost,
        Fault::Delayed(Duration::from_millis(300)),
        Fault::ExpiredToken,
        Fault::ExpiredCredentials,
        Fault::Denied,
        Fault::TooLarge,
    ];
    let mut cells = JoinSet::new();
    for fault in FAULTS {
        cells.spawn(async move {
            let cell = timeout(PATIENCE, one_cell(fault)).await;
            (fault, cell.unwrap_or_else(|_| panic!("{fault}: stuck")))
        });
    }
    while let Some(cell) = cells.join_next().await {
        let (fault, service) = cell.unwrap();
        println!("{fault}: {} struck", service.faults().struck());
        service.ledger().assert_nothing_lost();
        let lost_with_an_answer = usize::from(fault == Fault::AnswerLost);
        assert_eq!(service.ledger().destroyed_by_faults(), lost_with_an_answer);
    }
}

#[tokio::test]
async fn p11_over_the_wire_an_endpoint_that_was_down_is_found_again() {
    let service = service();
    let first = service.offer("sleeps", "700");
    let mut endpoint = Endpoint::serve(service.clone(), &["sleeps"]).await;
    let options = ActivityOptions::new().with_concurrency(2);
    let builder = Worker::builder(client(&endpoint).await)
        .activity_with::<sleeps>(options)
        .heartbeat(Duration::from_millis(200));
    let worker = Running::start(builder);
    service.until(|_| first.is_taken()).await;
    sleep(Duration::from_millis(300)).await;
    endpoint.stop().await;
    // The handler ends meanwhile; its report is repeated.
    sleep(Duration::from_millis(900)).await;
    assert!(!first.is_closed());
    endpoint.start().await;

    let second = service.offer("sleeps", "1");
    let both = async {
        first.closed().await;
        second.closed().await;
    };
    timeout(PATIENCE, both).await.unwrap();
    let summary = timeout(PATIENCE, worker.drain()).await.unwrap();
    assert_eq!(summary.total().succeeded, 2);
    service.ledger().assert_nothing_lost();
}

#[tokio::test]
async fn p6_over_the_wire_a_task_that_is_gone_is_cancelled() {
    let service = service();
    let task = service.offer("attentive", "null");
    let endpoint = Endpoint::serve(service.clone(), &["attentive"]).await;
    let options = ActivityOptions::new().with_heartbeat(Duration::from_millis(200));
    let builder = Worker::builder(client(&endpoint).await).activity_with::<attentive>(options);
    let worker = Running::start(builder);
    service.until(|_| !task.heartbeats().is_empty()).await;
    service
        .faults()
        .next(Operation::Heartbeat, Fault::ExpiredToken);
    task.closed().await;
    let summary = timeout(PATIENCE, worker.drain()).await.unwrap();
    assert_eq!(summary.total().abandoned, 1);
    service.ledger().assert_nothing_lost();
}

#[tokio::test]
async fn faults_of_any_service_reach_the_wire() {
    let inner = service();
    let task = inner.offer("echo", "7");
    let faulty = Faulty::new(inner, Faults::new());
    faulty.faults().next(Operation::Poll, Fault::CutBefore);
    let endpoint = Endpoint::serve(faulty.clone(), &["echo"]).await;
    let builder = Worker::builder(client(&endpoint).await)
        .activity::<echo>()
        .polls(1..=1);
    let worker = Running::start(builder);
    let answer = timeout(PATIENCE, task.answer()).await.unwrap();
    assert_eq!(answer.output(), Some("7"));
    worker.drain().await;
    assert_eq!(
        (faulty.faults().struck(), faulty.ledger().answered()),
        (1, 1)
    );
    faulty.ledger().assert_nothing_lost();
}
