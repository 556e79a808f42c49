//! Random trees of Map, Parallel, Wait, Pass and Fail: whatever they do, the history is well
//! formed, and what they make is what the language says.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::driver::Driver;
use crate::history::{EventDetails, HistoryEvent, StateType};

/// A state that ends its graph, with everything inside it.
#[derive(Debug, Clone)]
enum Tree {
    /// Hands its input on.
    Pass,
    /// Makes a number of its own.
    Result(u8),
    /// Lets some seconds pass.
    Wait(u8),
    Fail,
    Parallel {
        branches: Vec<Self>,
        caught: bool,
        retried: bool,
    },
    Map {
        items: u8,
        at_once: u8,
        iteration: Box<Self>,
        caught: bool,
    },
}

/// What becomes of a tree.
#[derive(Debug, PartialEq)]
enum Made {
    Value(Value),
    Failure,
}

fn trees() -> impl Strategy<Value = Tree> {
    let leaf = prop_oneof![
        3 => Just(Tree::Pass),
        2 => any::<u8>().prop_map(Tree::Result),
        2 => (0_u8..4).prop_map(Tree::Wait),
        1 => Just(Tree::Fail),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        let parallel = (
            prop::collection::vec(inner.clone(), 1..4),
            any::<bool>(),
            any::<bool>(),
        );
        let map = (0_u8..5, 0_u8..3, inner, any::<bool>());
        prop_oneof![
            parallel.prop_map(|(branches, caught, retried)| Tree::Parallel {
                branches,
                caught,
                retried,
            }),
            map.prop_map(|(items, at_once, iteration, caught)| Tree::Map {
                items,
                at_once,
                iteration: Box::new(iteration),
                caught,
            }),
        ]
    })
}

/// The graph of a tree; every state has a name of its own.
fn graph(tree: &Tree, names: &mut u32) -> Value {
    let mut fresh = || {
        *names += 1;
        format!("S{names}")
    };
    let name = fresh();
    let rescue = fresh();
    let catch = json!([{"ErrorEquals": ["States.ALL"], "Next": rescue}]);
    let mut states = Map::new();
    let mut state = match tree {
        Tree::Pass => json!({"Type": "Pass"}),
        Tree::Result(number) => json!({"Type": "Pass", "Result": number}),
        Tree::Wait(seconds) => json!({"Type": "Wait", "Seconds": seconds}),
        Tree::Fail => json!({"Type": "Fail", "Error": "Broken"}),
        Tree::Parallel {
            branches, retried, ..
        } => {
            let branches: Vec<_> = branches.iter().map(|branch| graph(branch, names)).collect();
            let mut state = json!({"Type": "Parallel", "Branches": branches});
            if *retried {
                state["Retry"] = json!([{"ErrorEquals": ["Broken"], "MaxAttempts": 1}]);
            }
            state
        }
        Tree::Map {
            items,
            at_once,
            iteration,
            ..
        } => json!({"Type": "Map", "ItemsPath": format!("$$.Execution.Input.n{items}"),
            "MaxConcurrency": at_once, "ItemProcessor": graph(iteration, names)}),
    };
    if !matches!(tree, Tree::Fail) {
        state["End"] = true.into();
    }
    if let Tree::Parallel { caught: true, .. } | Tree::Map { caught: true, .. } = tree {
        state["Catch"] = catch;
        let caught = json!({"Type": "Pass", "Result": "caught", "End": true});
        states.insert(rescue, caught);
    }
    states.insert(name.clone(), state);
    json!({"StartAt": name, "States": states})
}

/// What the language says that a tree makes of an input.
fn made(tree: &Tree, input: &Value) -> Made {
    let all = |made: Vec<Made>, caught: bool| {
        let values: Option<Vec<_>> = made
            .into_iter()
            .map(|made| match made {
                Made::Value(value) => Some(value),
                Made::Failure => None,
            })
            .collect();
        match values {
            Some(values) => Made::Value(values.into()),
            None if caught => Made::Value("caught".into()),
            None => Made::Failure,
        }
    };
    match tree {
        Tree::Pass | Tree::Wait(_) => Made::Value(input.clone()),
        Tree::Result(number) => Made::Value((*number).into()),
        Tree::Fail => Made::Failure,
        Tree::Parallel {
            branches, caught, ..
        } => all(
            branches.iter().map(|branch| made(branch, input)).collect(),
            *caught,
        ),
        Tree::Map {
            items,
            iteration,
            caught,
            ..
        } => all(
            (0..*items)
                .map(|item| made(iteration, &item.into()))
                .collect(),
            *caught,
        ),
    }
}

fn count(history: &[HistoryEvent], is_it: impl Fn(&EventDetails) -> bool) -> usize {
    history.iter().filter(|event| is_it(&event.details)).count()
}

/// The visits of this kind that failed and were not caught: what a catcher leads on from is the
/// event of the failure.
fn uncaught(history: &[HistoryEvent], failed: &EventDetails) -> usize {
    let exits: BTreeSet<_> = history
        .iter()
        .filter(|event| matches!(event.details, EventDetails::StateExited { .. }))
        .map(|event| event.previous_event_id)
        .collect();
    let failed = history.iter().filter(|event| event.details == *failed);
    failed.filter(|event| !exits.contains(&event.id)).count()
}

proptest! {
    #[test]
    fn a_tree_makes_what_the_language_says_in_the_order_of_branches_and_items(tree in trees()) {
        let input = json!({"n0": [], "n1": [0], "n2": [0, 1], "n3": [0, 1, 2], "n4": [0, 1, 2, 3]});
        let run = Driver::run(&graph(&tree, &mut 0), &input.to_string(), &[]);
        let output = run.output().map(|text| serde_json::from_str::<Value>(text).unwrap());
        match made(&tree, &input) {
            Made::Value(value) => prop_assert_eq!(output, Some(value)),
            Made::Failure => {
                prop_assert_eq!(output, None);
                let closed = run.closed.as_ref().unwrap();
                prop_assert_eq!(closed.error.as_deref(), Some("Broken"));
            }
        }
    }

    #[test]
    fn everything_entered_is_left_or_aborted(tree in trees()) {
        let input = json!({"n0": [], "n1": [0], "n2": [0, 1], "n3": [0, 1, 2], "n4": [0, 1, 2, 3]});
        let run = Driver::run(&graph(&tree, &mut 0), &input.to_string(), &[]);
        let history = &run.history;
        for (index, event) in history.iter().enumerate() {
            prop_assert_eq!(event.id, index as u64 + 1);
            prop_assert!(event.previous_event_id < event.id);
        }
        prop_assert!(run.closed.is_some() && run.timers.is_empty());
        for of in [StateType::Pass, StateType::Wait, StateType::Parallel, StateType::Map] {
            let entered = count(history, |details| {
                matches!(details, EventDetails::StateEntered { kind, .. } if *kind == of)
            });
            let left = count(history, |details| match details {
                EventDetails::StateExited { kind, .. } | EventDetails::StateAborted { kind } => {
                    *kind == of
                }
                _ => false,
            });
            let failed = match of {
                StateType::Parallel => uncaught(history, &EventDetails::ParallelStateFailed),
                StateType::Map => uncaught(history, &EventDetails::MapStateFailed),
                _ => 0,
            };
            prop_assert_eq!(entered, left + failed, "{:?} in {:#?}", of, run.lines());
        }
        let started = count(history, |details| {
            matches!(details, EventDetails::MapIterationStarted { .. })
        });
        let ended = count(history, |details| {
            matches!(
                details,
                EventDetails::MapIterationSucceeded { .. }
                    | EventDetails::MapIterationFailed { .. }
                    | EventDetails::MapIterationAborted { .. }
            )
        });
        prop_assert_eq!(started, ended, "{:#?}", run.lines());
    }
}
