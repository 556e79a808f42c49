//! How large an engine is: per open and per closed execution, and over a million of them.
//!
//! Every figure is the resident memory of a process of its own, as the system counts it, because
//! what an allocator gives back is all the same to a machine until the pages are gone.

use serde::{Deserialize, Serialize};
use serde_json::json;
use sfn_local_engine::{Engine, StateMachineArn};

use crate::activities;
use crate::chains::passes;
use crate::machine::Usage;
use crate::process::Process;
use crate::rounds::{Effort, alone, median};

/// What a child of this program is filled with.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Plan {
    what: What,
    count: u32,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
enum What {
    /// Executions in a Wait state, each with a timer.
    Waiting,
    /// Executions whose task is queued.
    Queued,
    /// Executions of one Pass, all kept.
    Kept,
    /// Executions of one Pass, of which a thousand are kept.
    Forgotten,
    /// Executions of one task, of which a thousand are kept.
    Worked,
}

/// The resident memory of a child in KiB: empty, after a tenth of the executions, and after all.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Filled {
    empty: u64,
    tenth: u64,
    all: u64,
}

pub(crate) fn measure(effort: Effort) {
    println!("| memory | executions | bytes each |\n|---|---|---|");
    let each = [
        ("open, in a Wait state", What::Waiting),
        ("open, with a queued task", What::Queued),
        ("closed and kept, with its history of 4 events", What::Kept),
    ];
    for (name, what) in each {
        let count = effort.of(100_000);
        let bytes = (0..effort.rounds).map(|_| {
            let filled = child(Plan { what, count });
            difference(filled.empty, filled.all) * 1_024.0 / f64::from(count)
        });
        println!("| {name} | {count} | {:.0} |", median(bytes.collect()));
    }
    println!(
        "\n| a long run, a thousand closed executions kept | executions | RSS after a tenth, MiB \
         | at the end | growth, bytes an execution |\n|---|---|---|---|---|"
    );
    for (name, what) in [("1 Pass", What::Forgotten), ("1 task", What::Worked)] {
        let count = effort.of(1_000_000);
        let filled = child(Plan { what, count });
        let growth = difference(filled.tenth, filled.all) * 1_024.0 / (f64::from(count) * 0.9);
        println!(
            "| {name} | {count} | {:.1} | {:.1} | {growth:.2} |",
            difference(0, filled.tenth) / 1_024.0,
            difference(0, filled.all) / 1_024.0,
        );
    }
}

/// Has a child filled.
fn child(plan: Plan) -> Filled {
    let program = std::env::current_exe().expect("this program has a path");
    Process::start(&program, "memory", &plan).hear()
}

/// What the child does.
pub(crate) fn fill(plan: &str) {
    let plan: Plan = serde_json::from_str(plan).expect("this program wrote it");
    let filled = alone(filled(plan));
    println!("{}", serde_json::to_string(&filled).expect("numbers"));
}

async fn filled(plan: Plan) -> Filled {
    let keep = match plan.what {
        What::Waiting | What::Queued | What::Kept => usize::MAX,
        What::Forgotten | What::Worked => 1_000,
    };
    let engine = Engine::builder()
        .keep_closed(keep)
        .build()
        .expect("it is right");
    let machine = machine(&engine, plan.what);
    // The first executions bring in code, not data.
    run(&engine, &machine, plan.what, 100).await;
    let empty = Usage::now().resident;
    run(&engine, &machine, plan.what, plan.count / 10).await;
    let tenth = Usage::now().resident;
    run(&engine, &machine, plan.what, plan.count - plan.count / 10).await;
    let all = Usage::now().resident;
    Filled { empty, tenth, all }
}

fn machine(engine: &Engine, what: What) -> StateMachineArn {
    let definition = match what {
        What::Waiting => json!({"StartAt": "W", "States": {
            "W": {"Type": "Wait", "Seconds": 86_400, "End": true}}}),
        What::Queued | What::Worked => {
            let activity = engine
                .create_activity("nothing")
                .expect("the name is valid");
            json!({"StartAt": "T", "States": {
                "T": {"Type": "Task", "Resource": activity.as_str(), "End": true}}})
        }
        What::Kept | What::Forgotten => passes(1, &json!({}), "JSONPath"),
    };
    engine
        .create_state_machine("machine", &definition.to_string())
        .expect("it is valid")
}

async fn run(engine: &Engine, machine: &StateMachineArn, what: What, count: u32) {
    for _ in 0..count {
        let execution = engine
            .start_execution(machine, None, r#"{"n": 1}"#)
            .expect("it starts");
        if matches!(what, What::Worked) {
            activities::work_once(engine).await;
            engine.wait(&execution).await.expect("it is known");
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "memory of one process, in KiB")]
fn difference(before: u64, after: u64) -> f64 {
    after as f64 - before as f64
}
