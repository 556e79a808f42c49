//! The envelope: as the documentation writes it, filled by the engine; and what a worker makes
//! of it, of other formats and of none.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use sfn_local_engine::{AbandonedPolls, Engine, ExecutionStatus};
use sfn_worker_core::testing::{self, ActivityTest, ScriptedService};
use sfn_worker_core::{
    ActivityContext, ActivityOptions, ActivityService as _, Deadline, Envelope, EnvelopeFormat,
    ErrorName, Execution, Failure, IdempotencyKey, NoEnvelope, Payload, State, TraceContext,
    Worker, WorkerName, activity,
};
use sfn_worker_tests::activities::echo;
use sfn_worker_tests::{Rig, Running, bounded};

use crate::log::{heard, listen};

/// The state of the documentation, with the harness's account and a retry.
fn machine(documented: &str) -> Value {
    let mut state: Value = serde_json::from_str(documented).unwrap();
    state["Resource"] = json!("activity:charge-card");
    state["Retry"] = json!([{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1}]);
    json!({"StartAt": "Charge", "States": {"Charge": state}})
}

/// The states of the documentation, one for each language.
const DOCUMENTED: [&str; 2] = [
    include_str!("../../worker-core/src/envelope/jsonpath.asl.json"),
    include_str!("../../worker-core/src/envelope/jsonata.asl.json"),
];

#[tokio::test(start_paused = true)]
async fn the_states_of_the_documentation_fill_an_envelope() {
    for documented in DOCUMENTED {
        let rig = Rig::new(AbandonedPolls::Release, &["charge-card"]);
        let machine = rig.machine("m", &machine(documented));
        let execution = rig.start(&machine, &json!({"cents": 250}));
        let service = rig.engine.activity_service();
        let activity = rig.engine.create_activity("charge-card").unwrap();
        let worker: WorkerName = "test-worker".parse().unwrap();
        let busy = ErrorName::try_from("Busy".to_owned()).unwrap();
        let mut entered = BTreeSet::new();

        for attempt in 1..=2 {
            let task = bounded(service.poll(&activity, &worker)).await.unwrap();
            let task = task.unwrap();
            let (envelope, input) = Envelope::open(task.input);
            let envelope = envelope.unwrap();
            assert_eq!(input.as_str(), r#"{"cents":250}"#);
            assert_eq!(envelope.heartbeat_timeout(), Some(Duration::from_secs(30)));
            assert_eq!(envelope.timeout(), Some(Duration::from_secs(300)));
            assert_eq!(envelope.execution(), Some(execution.to_string().as_str()));
            assert_eq!(envelope.state(), Some("Charge"));
            assert_eq!(envelope.attempt(), Some(attempt));
            entered.insert(envelope.entered_time().unwrap().to_owned());
            service.fail(&task.token, &busy, "later").await.unwrap();
        }
        // A retry does not enter the state again: what an idempotency key rests on.
        assert_eq!(entered.len(), 1);
        assert!(entered.iter().all(|time| time.ends_with('Z')));
    }
}

/// Says which item it works on, and under which key.
#[activity(name = "charge-card")]
async fn keyed(
    Execution { map_index, .. }: Execution,
    key: IdempotencyKey,
) -> Result<(Option<u64>, String, bool), Failure> {
    Ok((map_index, key.to_string(), key.is_stable()))
}

#[tokio::test(start_paused = true)]
async fn the_map_of_the_documentation_tells_its_items_apart() {
    let rig = Rig::new(AbandonedPolls::Release, &["charge-card"]);
    let documented = include_str!("../../worker-core/src/envelope/map.asl.json");
    let mut map: Value = serde_json::from_str(documented).unwrap();
    map["ItemProcessor"]["States"]["Charge"]["Resource"] = json!("activity:charge-card");
    let machine = rig.machine("m", &json!({"StartAt": "All", "States": {"All": map}}));
    let worker = Running::start(rig.worker().activity::<keyed>());
    // The same order three times: nothing but the index tells the iterations apart.
    let execution = rig.start(&machine, &json!({"orders": [250, 250, 250]}));
    let output = rig.ended(&execution).await.output.unwrap();
    worker.drain().await;

    let items: Vec<(u64, String, bool)> = serde_json::from_str(&output).unwrap();
    let indices: Vec<u64> = items.iter().map(|(index, ..)| *index).collect();
    assert_eq!(indices, [0, 1, 2]);
    let keys: BTreeSet<&String> = items.iter().map(|(_, key, _)| key).collect();
    assert_eq!(keys.len(), 3);
    assert!(items.iter().all(|(.., stable)| *stable));
}

/// Fails twice, and says under which keys it was called.
#[activity(name = "charge-card")]
async fn fails_twice(
    Execution { attempt, .. }: Execution,
    key: IdempotencyKey,
    State(keys): State<std::sync::Mutex<Vec<String>>>,
) -> Result<u32, Failure> {
    keys.lock().unwrap().push(key.to_string());
    if attempt < 3 {
        let busy = ErrorName::try_from("Busy".to_owned()).unwrap();
        return Err(Failure::new(busy, "later"));
    }
    Ok(attempt)
}

#[tokio::test(start_paused = true)]
async fn an_idempotency_key_outlives_the_retries_of_its_state() {
    let rig = Rig::new(AbandonedPolls::Release, &["charge-card"]);
    let machine = rig.machine("m", &machine(DOCUMENTED[0]));
    let keys = std::sync::Arc::new(std::sync::Mutex::new(Vec::<String>::new()));
    let builder = rig.worker().activity::<fails_twice>();
    let worker = Running::start(builder.shared_state(std::sync::Arc::clone(&keys)));
    for _ in 0..2 {
        let execution = rig.start(&machine, &json!({"cents": 250}));
        assert_eq!(
            rig.ended(&execution).await.status,
            ExecutionStatus::Succeeded
        );
    }
    worker.drain().await;
    let keys = keys.lock().unwrap();
    let (first, second) = keys.split_at(3);
    assert!(first.iter().all(|key| *key == first[0]));
    assert!(second.iter().all(|key| *key == second[0]));
    assert_ne!(
        first[0], second[0],
        "another execution is another piece of work"
    );
}

/// Tells what it can of the task.
#[activity]
async fn tells(
    execution: Option<Execution>,
    deadline: Option<Deadline>,
    trace: Option<TraceContext>,
    envelope: Option<Envelope>,
    context: ActivityContext,
) -> Result<Value, Failure> {
    tracing::info!("the handler says something");
    assert_eq!(envelope.is_some(), context.envelope().is_some());
    Ok(json!({
        "execution": execution.map(|execution| execution.id),
        "left": deadline.map(|deadline| deadline.time_left().as_secs()),
        "trace": trace.map(|trace| trace.trace_id().to_string()),
        "attempt": context.attempt(),
    }))
}

#[tokio::test(start_paused = true)]
async fn what_the_envelope_does_not_tell_is_none() {
    let run = ActivityTest::of::<tells>().without_envelope().run().await;
    let nothing = json!({"execution": null, "left": null, "trace": null, "attempt": null});
    run.assert_succeeded_with(nothing);
    let half = Envelope::new()
        .with_execution("arn:x")
        .with_timeout(Duration::from_secs(9));
    let run = ActivityTest::of::<tells>().envelope(half).run().await;
    run.assert_succeeded_with(
        json!({"execution": null, "left": 9, "trace": null, "attempt": null}),
    );
}

#[tokio::test(start_paused = true)]
async fn a_trace_joins_the_logs_of_the_run() {
    listen();
    let root = "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1";
    let trace = TraceContext::from_xray_header(root).unwrap();
    let envelope = Envelope::new().with_attempt(1).with_trace(trace);
    let run = ActivityTest::of::<tells>().envelope(envelope).run().await;
    assert_eq!(
        run.output::<Value>()["trace"],
        "5759e988bd862e3fe1be46a994272793"
    );
    let log = heard();
    let said = log
        .lines()
        .find(|line| line.contains("the handler says something"));
    let span = "trace_id=5759e988bd862e3fe1be46a994272793";
    assert!(said.is_some_and(|line| line.contains(span)), "{log}");
}

#[tokio::test(start_paused = true)]
async fn a_trace_is_carried_by_the_input_of_the_execution() {
    let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let wrapped = [
        json!({"Parameters": {
            "sfnWorker": {"traceparent.$": "$$.Execution.Input.traceparent"},
            "input.$": "$",
        }}),
        json!({"QueryLanguage": "JSONata", "Arguments": {
            "sfnWorker": {"traceparent": "{% $states.context.Execution.Input.traceparent %}"},
            "input": "{% $states.input %}",
        }}),
    ];
    for mut state in wrapped {
        for (key, value) in [("Type", "Task"), ("Resource", "activity:tells")] {
            state[key] = json!(value);
        }
        state["End"] = json!(true);
        let definition = json!({"StartAt": "Tell", "States": {"Tell": state}});
        let input = json!({"traceparent": parent});
        let run = Engine::run(definition, input, |worker| worker.activity::<tells>());
        let output = run.await.unwrap().execution.output.unwrap();
        assert!(
            output.contains("4bf92f3577b34da6a3ce929d0e0e4736"),
            "{output}"
        );
    }
}

/// Needs an execution.
#[activity]
async fn needs(execution: Execution) -> Result<u32, Failure> {
    Ok(execution.attempt)
}

/// Needs a time limit.
#[activity]
async fn hurries(deadline: Deadline) -> Result<u64, Failure> {
    Ok(deadline.time_left().as_secs())
}

#[tokio::test(start_paused = true)]
async fn what_a_handler_needs_and_is_not_told_is_a_failure_with_a_name() {
    const MISSING: &str = "Worker.EnvelopeMissing";
    let run = ActivityTest::of::<needs>().without_envelope().run().await;
    run.assert_failed_because(MISSING, "activity needs takes `Execution`, and the input");
    let half = Envelope::new().with_execution("arn:x").with_attempt(2);
    let run = ActivityTest::of::<needs>().envelope(half).run().await;
    run.assert_failed_because(MISSING, "does not tell `state`, `enteredTime`:");
    let run = ActivityTest::of::<hurries>().run().await;
    run.assert_failed_because(MISSING, "`timeoutSeconds`");
    let run = ActivityTest::of::<hurries>()
        .deadline(Duration::from_secs(5))
        .run()
        .await;
    run.assert_succeeded_with(5);
}

#[tokio::test(start_paused = true)]
async fn envelopes_can_be_switched_off() {
    let envelope = Envelope::new().with_attempt(2);
    let run = ActivityTest::of::<echo>()
        .configure(|builder| builder.envelope(NoEnvelope))
        .envelope(envelope)
        .input(7)
        .run()
        .await;
    run.assert_succeeded_with(json!({"sfnWorker": {"retryCount": 1}, "input": 7}));
}

#[tokio::test]
async fn a_handler_that_needs_what_no_envelope_tells_is_found_before_the_start() {
    let builder = Worker::builder(ScriptedService::new())
        .activity::<needs>()
        .activity::<hurries>()
        .activity::<tells>()
        .envelope(NoEnvelope);
    let problems = builder.build().unwrap_err().to_string();
    assert!(
        problems.contains("activity needs") && problems.contains("`enteredTime`"),
        "{problems}"
    );
    assert!(
        problems.contains("activity hurries") && problems.contains("`timeoutSeconds`"),
        "{problems}"
    );
    assert!(!problems.contains("activity tells"), "{problems}");

    let limit = ActivityOptions::new().with_timeout(Duration::from_secs(5));
    let builder = Worker::builder(ScriptedService::new()).activity_with::<hurries>(limit);
    assert!(
        builder.envelope(NoEnvelope).build().is_ok(),
        "it has a limit of its own"
    );
}

/// A wrapper of one's own: `{"v": 1, "body": …}`; another version is refused, and what has none
/// is a plain input.
struct House;

impl EnvelopeFormat for House {
    fn open(&self, payload: Payload) -> Result<(Option<Envelope>, Payload), Failure> {
        let Ok(Value::Object(wrapper)) = payload.decode() else {
            return Ok((None, payload));
        };
        match wrapper.get("v").and_then(Value::as_u64) {
            None => Ok((None, payload)),
            Some(1) => {
                let envelope = Envelope::new().with_attempt(7);
                Ok((Some(envelope), Payload::new(wrapper["body"].to_string())))
            }
            Some(2) => Err(Failure::named("House.Version", "version 2 is not ours").unwrap()),
            Some(_) => panic!("this panic was asked for"),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn p3_a_format_of_ones_own_opens_refuses_and_may_even_panic() {
    static ATTEMPTS: AtomicU32 = AtomicU32::new(0);

    #[activity]
    async fn sees(input: Value, context: ActivityContext) -> Result<Value, Failure> {
        ATTEMPTS.fetch_add(context.attempt().unwrap_or(0), Ordering::Relaxed);
        Ok(input)
    }

    sfn_worker_tests::quiet_panics();
    let service = ScriptedService::new();
    let worker = testing::worker(&service).activity::<sees>();
    let mut worker = worker.configure(|builder| builder.envelope(House)).start();
    let offer = |input| worker.offer::<sees>(input);
    let tasks = [
        offer(json!({"v": 1, "body": [1]})),
        offer(json!([2])),
        offer(json!({"v": 2, "body": [3]})),
        offer(json!({"v": 3, "body": [4]})),
        offer(json!({"v": 1, "body": [5]})),
    ];
    tasks[0].answer().await.assert_succeeded_with([1]);
    tasks[1].answer().await.assert_succeeded_with([2]);
    tasks[2]
        .answer()
        .await
        .assert_failed_because("House.Version", "not ours");
    let panicked = tasks[3].answer().await;
    panicked.assert_failed_because("Worker.HandlerPanicked", "format of the envelope");
    tasks[4].answer().await.assert_succeeded_with([5]);
    assert_eq!(ATTEMPTS.load(Ordering::Relaxed), 14);
    assert_eq!(worker.drain().await.total().received, 5);
    worker.assert_nothing_lost();
}
