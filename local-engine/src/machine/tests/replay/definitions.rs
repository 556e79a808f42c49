//! Random definitions of every kind of state, retried and caught in every way.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::super::driver::arn;

/// A step of a graph.
#[derive(Debug, Clone)]
pub(super) enum Step {
    Pass(u8),
    Wait(u8),
    /// Fails unless its input is a text.
    Fail,
    Choice,
    /// The activity does not exist.
    Gone,
    Work {
        place: Place,
        retried: Retried,
        caught: bool,
    },
    Parallel {
        branches: Vec<Vec<Self>>,
        retried: Retried,
        caught: bool,
    },
    Map {
        at_once: u8,
        iteration: Vec<Self>,
        retried: Retried,
        caught: bool,
    },
    /// A Map of child executions.
    Run {
        retried: Retried,
        caught: bool,
    },
}

/// Who does the work of a task, and with which clock.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place {
    Activity,
    TimedActivity,
    BeatingActivity,
    Function,
    Job,
    Token,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Retried {
    Never,
    Plainly,
    WithJitter,
}

pub(super) fn steps() -> impl Strategy<Value = Vec<Step>> {
    let place = prop_oneof![
        Just(Place::Activity),
        Just(Place::TimedActivity),
        Just(Place::BeatingActivity),
        Just(Place::Function),
        Just(Place::Job),
        Just(Place::Token),
    ];
    let retried = || {
        prop_oneof![
            Just(Retried::Never),
            Just(Retried::Plainly),
            Just(Retried::WithJitter)
        ]
    };
    let work = (place, retried(), any::<bool>()).prop_map(|(place, retried, caught)| Step::Work {
        place,
        retried,
        caught,
    });
    let leaf = prop_oneof![
        8 => any::<u8>().prop_map(Step::Pass),
        8 => (0_u8..4).prop_map(Step::Wait),
        1 => Just(Step::Fail),
        1 => Just(Step::Gone),
        8 => Just(Step::Choice),
        24 => work,
        4 => (retried(), any::<bool>()).prop_map(|(retried, caught)| Step::Run { retried, caught }),
    ];
    let step = leaf.prop_recursive(3, 16, 3, move |inner| {
        let parallel = (
            vec(vec(inner.clone(), 1..3), 1..4),
            retried(),
            any::<bool>(),
        );
        let map = (0_u8..3, vec(inner, 1..3), retried(), any::<bool>());
        prop_oneof![
            parallel.prop_map(|(branches, retried, caught)| Step::Parallel {
                branches,
                retried,
                caught,
            }),
            map.prop_map(|(at_once, iteration, retried, caught)| Step::Map {
                at_once,
                iteration,
                retried,
                caught,
            }),
        ]
    });
    vec(step, 1..4)
}

/// The graph of these steps, one after the other; every state has a name of its own.
pub(super) fn graph(steps: &[Step], names: &mut u32) -> Value {
    let mut fresh = || {
        *names += 1;
        format!("S{names}")
    };
    let entries: Vec<_> = steps.iter().map(|_| fresh()).collect();
    let last = fresh();
    let mut states = Map::new();
    for (index, step) in steps.iter().enumerate() {
        let next = entries.get(index + 1).unwrap_or(&last);
        let mut state = state(step, next, names);
        match step {
            Step::Fail => {
                let broken = format!("{} broken", entries[index]);
                state["Default"] = broken.as_str().into();
                states.insert(broken, json!({"Type": "Fail", "Error": "Broken"}));
            }
            Step::Choice => state["Default"] = next.as_str().into(),
            _ => state["Next"] = next.as_str().into(),
        }
        states.insert(entries[index].clone(), state);
    }
    states.insert(last, json!({"Type": "Pass", "End": true}));
    json!({"StartAt": entries[0], "States": states})
}

fn state(step: &Step, next: &str, names: &mut u32) -> Value {
    let (mut state, retried, caught) = match step {
        Step::Pass(number) => return json!({"Type": "Pass", "Result": number}),
        Step::Wait(seconds) => return json!({"Type": "Wait", "Seconds": seconds}),
        Step::Gone => return json!({"Type": "Task", "Resource": arn("gone")}),
        Step::Choice | Step::Fail => {
            return json!({"Type": "Choice", "Choices": [
                {"Variable": "$", "IsString": true, "Next": next}]});
        }
        Step::Work {
            place,
            retried,
            caught,
        } => (task(*place), *retried, *caught),
        Step::Parallel {
            branches,
            retried,
            caught,
        } => {
            let branches: Vec<_> = branches.iter().map(|branch| graph(branch, names)).collect();
            let state = json!({"Type": "Parallel", "Branches": branches});
            (state, *retried, *caught)
        }
        Step::Map {
            at_once,
            iteration,
            retried,
            caught,
        } => {
            let state = json!({"Type": "Map", "ItemsPath": "$$.Execution.Input.items",
                "MaxConcurrency": at_once, "ItemProcessor": graph(iteration, names)});
            (state, *retried, *caught)
        }
        Step::Run { retried, caught } => {
            let mut processor = graph(&[Step::Pass(1)], names);
            processor["ProcessorConfig"] =
                json!({"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"});
            let state = json!({"Type": "Map", "ItemsPath": "$$.Execution.Input.items",
                "ItemProcessor": processor});
            (state, *retried, *caught)
        }
    };
    let errors = json!(["Busy", "Broken", "States.HeartbeatTimeout"]);
    match retried {
        Retried::Never => {}
        Retried::Plainly => state["Retry"] = json!([{"ErrorEquals": errors, "MaxAttempts": 2}]),
        Retried::WithJitter => {
            state["Retry"] = json!([{"ErrorEquals": errors, "MaxAttempts": 1,
                "JitterStrategy": "FULL"}]);
        }
    }
    if caught {
        state["Catch"] = json!([{"ErrorEquals": ["States.ALL"], "Next": next}]);
    }
    state
}

fn task(place: Place) -> Value {
    let service = "arn:aws:states:::";
    match place {
        Place::Activity => json!({"Type": "Task", "Resource": arn("ship"),
            "Parameters": {"id.$": "States.UUID()"}}),
        Place::TimedActivity => json!({"Type": "Task", "Resource": arn("ship"),
            "TimeoutSeconds": 30}),
        Place::BeatingActivity => json!({"Type": "Task", "Resource": arn("ship"),
            "HeartbeatSeconds": 9}),
        Place::Function => json!({"Type": "Task", "TimeoutSeconds": 30,
            "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f"}),
        Place::Job => json!({"Type": "Task", "Parameters": {},
            "Resource": format!("{service}batch:submitJob.sync")}),
        Place::Token => json!({"Type": "Task", "HeartbeatSeconds": 9,
            "Resource": format!("{service}sqs:sendMessage.waitForTaskToken"),
            "Parameters": {"MessageBody.$": "$$.Task.Token"}}),
    }
}
