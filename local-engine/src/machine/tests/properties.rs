//! Whatever happens outside, the history stays well formed and nothing is left open.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::driver::{Driver, arn};
use crate::machine::{Event, ExpiredClock, TaskId, TimerId};

/// Everything that can be open at once, nested.
pub(super) static DEFINITION: LazyLock<Value> = LazyLock::new(|| {
    let ship_and_pause = |ship: &str, pause: &str| {
        let task = json!({"Type": "Task", "Resource": arn("ship"), "Next": pause,
            "Parameters": {"id.$": "States.UUID()", "dice.$": "States.MathRandom(1, 7)"},
            "Retry": [{"ErrorEquals": ["Busy", "States.HeartbeatTimeout"], "MaxAttempts": 2}],
            "Catch": [{"ErrorEquals": ["Lost"], "Next": pause}]});
        json!({"StartAt": ship, "States": {ship: task, pause: {"Type": "Wait", "Seconds": 5, "End": true}}})
    };
    let map = json!({"Type": "Map", "ItemsPath": "$.items", "MaxConcurrency": 2, "ItemProcessor": ship_and_pause("Ship", "Pause"), "End": true,
        "Retry": [{"ErrorEquals": ["States.Timeout"], "MaxAttempts": 1}]});
    let calls = json!({"StartAt": "Call", "States": {
        "Call": {"Type": "Task", "Next": "Ask",
            "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f",
            "Retry": [{"ErrorEquals": ["Busy"]}]},
        "Ask": {"Type": "Task", "Next": "Wait for it", "HeartbeatSeconds": 9,
            "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
            "Parameters": {"MessageBody.$": "$$.Task.Token"},
            "Retry": [{"ErrorEquals": ["States.HeartbeatTimeout"]}]},
        "Wait for it": {"Type": "Task", "End": true,
            "Resource": "arn:aws:states:::states:startExecution.sync"}}});
    let parallel = json!({"Type": "Parallel", "Next": "Done",
        "Branches": [{"StartAt": "M", "States": {"M": map}}, ship_and_pause("Ship too", "Pause too"), calls],
        "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Last"}]});
    json!({"StartAt": "P", "TimeoutSeconds": 900, "States": {
        "P": parallel,
        "Last": {"Type": "Task", "Resource": arn("ship"), "End": true},
        "Done": {"Type": "Succeed"},
    }})
});

/// What the world may do: most of it makes sense, some of it does not.
#[derive(Debug, Clone)]
pub(super) enum Move {
    /// Time passes until something is due.
    Advance,
    /// A worker takes the open task of this rank, and then this happens.
    Task(usize, Outcome),
    /// An event about anything at all.
    Nonsense(Event),
}

#[derive(Debug, Clone)]
pub(super) enum Outcome {
    Nothing,
    Submitted,
    Unanswered,
    Success,
    Failure(&'static str),
    Expiry(ExpiredClock),
}

pub(super) fn moves() -> impl Strategy<Value = Move> {
    let clock = prop_oneof![Just(ExpiredClock::Total), Just(ExpiredClock::Heartbeat)];
    let outcome = prop_oneof![
        Just(Outcome::Nothing),
        Just(Outcome::Submitted),
        Just(Outcome::Unanswered),
        Just(Outcome::Success),
        Just(Outcome::Success),
        prop_oneof![Just("Busy"), Just("Lost"), Just("Broken")].prop_map(Outcome::Failure),
        clock.prop_map(Outcome::Expiry),
    ];
    let number = 0_u64..30;
    let nonsense = prop_oneof![
        number
            .clone()
            .prop_map(|n| Event::ActivityAccepted { task: TaskId(n) }),
        number
            .clone()
            .prop_map(|n| Event::ActivityMissing { task: TaskId(n) }),
        number.clone().prop_map(|n| Event::TaskSucceeded {
            task: TaskId(n),
            output: "1".into()
        }),
        number.prop_map(|n| Event::TimerFired {
            timer: TimerId(n + 1_000)
        }),
        Just(Event::Stopped {
            error: None,
            cause: None
        }),
    ];
    prop_oneof![
        4 => Just(Move::Advance),
        8 => (0_usize..5, outcome).prop_map(|(rank, outcome)| Move::Task(rank, outcome)),
        1 => nonsense.prop_map(Move::Nonsense),
    ]
}

pub(super) fn play(run: &mut Driver, step: Move) {
    match step {
        Move::Advance => {
            run.advance();
        }
        Move::Task(rank, outcome) => {
            let Some(task) = run.open_tasks.get(rank).copied() else {
                return;
            };
            run.send(Event::TaskStarted {
                task,
                worker_name: None,
            });
            let submitted = Event::TaskSubmitted {
                task,
                output: "{}".into(),
            };
            match outcome {
                Outcome::Nothing => {}
                Outcome::Submitted => run.send(submitted),
                Outcome::Unanswered => run.probe(&Event::TaskUnanswered {
                    task,
                    reason: "nobody does".into(),
                }),
                // A task that was called is answered before it succeeds.
                Outcome::Success if run.is_called(task) => {
                    run.send(submitted);
                    run.report(Event::TaskSucceeded {
                        task,
                        output: "1".into(),
                    });
                }
                Outcome::Success => run.report(Event::TaskSucceeded {
                    task,
                    output: "1".into(),
                }),
                Outcome::Failure(error) => {
                    run.report(Event::TaskFailed {
                        task,
                        error: Some(error.into()),
                        cause: None,
                    });
                }
                Outcome::Expiry(clock) => run.report(Event::TaskTimedOut { task, clock }),
            }
        }
        Move::Nonsense(event) => run.probe(&event),
    }
}

proptest! {
    #[test]
    fn the_same_events_make_the_same_execution(steps in vec(moves(), 0..40)) {
        let mut one = Driver::start(&DEFINITION, r#"{"items":[1,2,3]}"#);
        let mut other = Driver::start(&DEFINITION, r#"{"items":[1,2,3]}"#);
        for step in steps {
            play(&mut one, step.clone());
            play(&mut other, step);
        }
        prop_assert_eq!(&one.history, &other.history);
        prop_assert_eq!(one.scheduled, other.scheduled);
        prop_assert_eq!(one.closed, other.closed);
    }

    #[test]
    fn the_history_stays_well_formed(steps in vec(moves(), 0..60)) {
        let mut run = Driver::start(&DEFINITION, r#"{"items":[1,2,3]}"#);
        for step in steps {
            play(&mut run, step);
        }
        let mut pointed = BTreeSet::new();
        for (index, event) in run.history.iter().enumerate() {
            prop_assert_eq!(event.id, index as u64 + 1);
            prop_assert!(event.previous_event_id < event.id);
            let last = index + 1 == run.history.len();
            prop_assert_eq!(event.details.closes_execution(), last && run.closed.is_some());
            pointed.insert(event.previous_event_id);
        }
        prop_assert!(pointed.contains(&0));
        if run.closed.is_some() {
            prop_assert!(run.machine.is_closed());
            prop_assert!(run.timers.is_empty() && run.open_tasks.is_empty());
        }
    }
}
