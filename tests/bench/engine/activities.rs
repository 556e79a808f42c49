//! Executions of one Task: what an activity's way to a worker and back costs.

use serde_json::json;
use sfn_local_engine::{Engine, StateMachineArn};
use sfn_worker_core::{ActivityService as _, Payload, Worker, WorkerName, activity};
use tokio::task::JoinSet;

use crate::rounds::{Effort, alone, rate};

const TASKS: u32 = 20_000;

#[activity(concurrency = 64)]
async fn nothing() -> Result<(), std::convert::Infallible> {
    Ok(())
}

pub(crate) fn measure(effort: Effort) {
    println!("| in process, one thread | tasks/s | a task, us |\n|---|---|---|");
    let count = effort.of(TASKS);
    let row = |what: &str, round: &mut dyn FnMut()| {
        let spent = effort.spent(round);
        let each = spent.cpu.as_secs_f64() * 1e6 / f64::from(count);
        println!("| {what} | {:.0} | {each:.2} |", rate(count, spent.cpu));
    };
    row(
        "start, poll, report and wait by hand, one at a time",
        &mut || alone(by_hand(count)),
    );
    row("with a worker, one at a time", &mut || {
        alone(with_worker(count, 1));
    });
    row("with a worker, 64 at a time", &mut || {
        alone(with_worker(count, 64));
    });
}

/// An engine with one activity and a machine of one task.
fn one_task() -> (Engine, StateMachineArn) {
    let engine = Engine::builder()
        .keep_closed(1_000)
        .build()
        .expect("it is right");
    let activity = engine
        .create_activity("nothing")
        .expect("the name is valid");
    let definition = json!({"StartAt": "T", "States": {
        "T": {"Type": "Task", "Resource": activity.as_str(), "End": true}}});
    let machine = engine
        .create_state_machine("task", &definition.to_string())
        .expect("it is valid");
    (engine, machine)
}

async fn by_hand(count: u32) {
    let (engine, machine) = one_task();
    for _ in 0..count {
        let execution = engine
            .start_execution(&machine, None, "{}")
            .expect("it starts");
        work_once(&engine).await;
        engine.wait(&execution).await.expect("it is known");
    }
}

/// Takes a queued task and reports it, without a worker.
pub(crate) async fn work_once(engine: &Engine) {
    let service = engine.activity_service();
    let name: WorkerName = "by-hand".parse().expect("the name is valid");
    let activity = engine.create_activity("nothing").expect("it is there");
    let task = service.poll(&activity, &name).await.expect("it answers");
    let task = task.expect("one is queued");
    service
        .succeed(&task.token, &Payload::new("1"))
        .await
        .expect("it is open");
}

async fn with_worker(count: u32, side_by_side: usize) {
    let (engine, machine) = one_task();
    let worker = Worker::builder(engine.activity_service())
        .activity::<nothing>()
        .polls(16..=16)
        .build()
        .expect("the configuration is right");
    let shutdown = worker.shutdown_handle();
    let mut running = JoinSet::new();
    running.spawn(worker.run());
    let mut waiting = JoinSet::new();
    for _ in 0..count {
        if waiting.len() == side_by_side {
            waiting.join_next().await;
        }
        let execution = engine
            .start_execution(&machine, None, "{}")
            .expect("it starts");
        let engine = engine.clone();
        waiting.spawn(async move { engine.wait(&execution).await.map(drop) });
    }
    waiting.join_all().await;
    shutdown.abort();
    running.join_all().await;
}
