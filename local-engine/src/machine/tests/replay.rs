//! Replaying a history rebuilds the same state.
//!
//! A history does not name what came from outside, but for an execution with the same definition
//! and the same facts (its name, its seed) it tells all of it that mattered:
//!
//! - the outcome of a task, when a worker took it, the answer to its call and the failure of a
//!   map run are events of their own, and the chain of previous events says whose they are;
//! - whether an activity existed follows from what was recorded for it;
//! - a token is among the parameters of the call that hands it over;
//! - which clock of a task ran out is not told (both are `States.Timeout`): it is the one that
//!   the state sets;
//! - which timer fired is not told either: whatever no task and no caller explains was the work
//!   of the timer that was due first, and of two at one time the older;
//! - the result of a map run stands in the exit of its state.
//!
//! Two things are no part of a history: the items that an `ItemReader` read, and a result that
//! was faster than the answer to the call that it belongs to, until that answer is there.

mod definitions;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use jiff::Timestamp;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::Value;

use definitions::{graph, steps};

use super::driver::{Driver, Reply, begin};
use super::properties::{DEFINITION, Move, Outcome, moves, play};
use crate::history::{EventDetails, HistoryEvent, LambdaEvent, ServiceEventKind};
use crate::machine::frame::Parked;
use crate::machine::{Effect, Event, ExpiredClock, Machine, MapRunId, TaskId, TimerId};

/// An execution that is led by its history.
struct Replay<'a> {
    machine: Machine,
    recorded: &'a [HistoryEvent],
    /// How much of the history was made again.
    made: usize,
    closed: bool,
    /// The tasks that wait for the shell's answer, the oldest first.
    asked: VecDeque<(TaskId, Asked)>,
    /// The tasks that somebody works on or may take, by the last event of their chain.
    tasks: BTreeMap<u64, Known>,
    /// The map runs, by the event of their start.
    map_runs: BTreeMap<u64, MapRunId>,
    timers: BTreeMap<TimerId, Timestamp>,
}

#[derive(Debug, Clone, Copy)]
enum Asked {
    Activity,
    Token,
}

#[derive(Debug, Clone, Copy)]
struct Known {
    task: TaskId,
    /// The clock that the state sets.
    clock: ExpiredClock,
}

impl<'a> Replay<'a> {
    /// Makes the whole history again.
    fn of(definition: &Value, input: &str, recorded: &'a [HistoryEvent]) -> Self {
        let start = recorded[0].timestamp;
        let (machine, effects) = begin(definition, input, start);
        let mut replay = Self {
            machine,
            recorded,
            made: 0,
            closed: false,
            asked: VecDeque::new(),
            tasks: BTreeMap::new(),
            map_runs: BTreeMap::new(),
            timers: BTreeMap::new(),
        };
        replay.carry_out(effects, None);
        while let Some(next) = recorded.get(replay.made) {
            let (event, about) = replay.cause(next);
            let made = replay.made;
            let effects = replay.machine.step(event.clone(), next.timestamp);
            replay.carry_out(effects, about);
            let waits = matches!(event, Event::TimerFired { .. }) && !replay.asked.is_empty();
            assert!(replay.made > made || waits, "{event:?} leads to nothing");
        }
        replay
    }

    /// The event from outside that led to this event of the history, and the task it is about.
    fn cause(&mut self, next: &HistoryEvent) -> (Event, Option<Known>) {
        if let Some((task, asked)) = self.asked.pop_front() {
            let event = match asked {
                Asked::Token => Event::TaskNamed {
                    task,
                    token: token(next),
                },
                Asked::Activity => match &next.details {
                    EventDetails::ActivityScheduled { .. } => Event::ActivityAccepted { task },
                    _ => Event::ActivityMissing { task },
                },
            };
            let clock = clock(next);
            return (event, Some(Known { task, clock }));
        }
        if let EventDetails::ExecutionAborted { error, cause } = &next.details {
            let [error, cause] = [error, cause].map(|text| text.as_deref().map(Into::into));
            return (Event::Stopped { error, cause }, None);
        }
        if let Some(known) = self.tasks.get(&next.previous_event_id).copied()
            && let Some(event) = about(known, &next.details)
        {
            let over = !matches!(
                event,
                Event::TaskStarted { .. } | Event::TaskSubmitted { .. }
            );
            self.tasks.remove(&next.previous_event_id);
            return (event, Some(known).filter(|_| !over));
        }
        if let Some(run) = self.map_runs.get(&next.previous_event_id).copied()
            && let Some(event) = self.end_of_map_run(run, next)
        {
            self.map_runs.remove(&next.previous_event_id);
            return (event, None);
        }
        let due = self.timers.iter().map(|(timer, at)| (*at, *timer)).min();
        let (at, timer) = due.expect("something leads to every event");
        assert!(at <= next.timestamp, "{next:?} before anything is due");
        self.timers.remove(&timer);
        (Event::TimerFired { timer }, None)
    }

    fn end_of_map_run(&self, run: MapRunId, next: &HistoryEvent) -> Option<Event> {
        match &next.details {
            EventDetails::MapRunSucceeded => {
                // The run, the state, the exit.
                let exit = &self.recorded[self.made + 2].details;
                let EventDetails::StateExited { output, .. } = exit else {
                    panic!("a Map that succeeds is left: {exit:?}");
                };
                let output = output.clone();
                Some(Event::MapRunSucceeded { run, output })
            }
            EventDetails::MapRunFailed { error, cause } => Some(Event::MapRunFailed {
                run,
                error: error.as_deref()?.into(),
                cause: cause.as_deref()?.into(),
            }),
            _ => None,
        }
    }

    /// Checks what is recorded against the history, and notes what is open.
    fn carry_out(&mut self, effects: Vec<Effect>, about: Option<Known>) {
        let chained = self.made;
        for effect in effects {
            match effect {
                Effect::Record(event) => {
                    assert_eq!(Some(&event), self.recorded.get(self.made));
                    self.made += 1;
                }
                Effect::ScheduleActivity { task, .. } => {
                    self.asked.push_back((task, Asked::Activity));
                }
                Effect::NameTask { task } => self.asked.push_back((task, Asked::Token)),
                Effect::Invoke { task, .. } => {
                    let scheduled = &self.recorded[self.made - 2];
                    let clock = clock(scheduled);
                    let known = Known { task, clock };
                    self.tasks.insert(self.made as u64, known);
                }
                Effect::ForgetTask { task } => {
                    self.asked.retain(|(asked, _)| *asked != task);
                    self.tasks.retain(|_, known| known.task != task);
                }
                Effect::StartTimer { timer, at } => {
                    self.timers.insert(timer, at);
                }
                Effect::CancelTimer { timer } => {
                    self.timers.remove(&timer);
                }
                Effect::StartMapRun { run, .. } => {
                    self.map_runs.insert(self.made as u64, run);
                }
                Effect::ForgetMapRun { run, .. } => {
                    self.map_runs.retain(|_, known| *known != run);
                }
                Effect::RunChildren { .. } => {}
                Effect::Close(_) => self.closed = true,
            }
        }
        // A task that goes on does so with one event of its own.
        if let Some(known) = about
            && self.made == chained + 1
            && !self.closed
        {
            self.tasks.insert(self.made as u64, known);
        }
    }

    fn open_tasks(&self) -> Vec<TaskId> {
        let mut open: Vec<_> = self.tasks.values().map(|known| known.task).collect();
        open.sort_unstable();
        open
    }
}

/// What happened to a task if its chain goes on with this.
fn about(known: Known, details: &EventDetails) -> Option<Event> {
    let Known { task, clock } = known;
    let text = |text: &Option<Arc<str>>| text.as_deref().map(Into::into);
    Some(match details {
        EventDetails::ActivityStarted { worker_name } => Event::TaskStarted {
            task,
            worker_name: text(worker_name),
        },
        EventDetails::ActivitySucceeded { output }
        | EventDetails::Lambda(LambdaEvent::Succeeded { output }) => Event::TaskSucceeded {
            task,
            output: output.clone(),
        },
        EventDetails::ActivityFailed { error, cause }
        | EventDetails::Lambda(LambdaEvent::Failed { error, cause }) => Event::TaskFailed {
            task,
            error: text(error),
            cause: text(cause),
        },
        EventDetails::ActivityTimedOut { .. }
        | EventDetails::Lambda(LambdaEvent::TimedOut { .. }) => Event::TaskTimedOut { task, clock },
        EventDetails::Service(event) => match &event.kind {
            ServiceEventKind::Submitted { output } => Event::TaskSubmitted {
                task,
                output: output.clone(),
            },
            ServiceEventKind::Succeeded { output } => Event::TaskSucceeded {
                task,
                output: output.clone(),
            },
            ServiceEventKind::Failed { error, cause } => Event::TaskFailed {
                task,
                error: text(error),
                cause: text(cause),
            },
            ServiceEventKind::TimedOut { .. } => Event::TaskTimedOut { task, clock },
            ServiceEventKind::Scheduled { .. } | ServiceEventKind::Started => return None,
        },
        // Nobody answers the resource: the cause names the state first, and then says why.
        EventDetails::ExecutionFailed { cause, .. } => Event::TaskUnanswered {
            task,
            reason: cause.as_deref()?.split_once("). ")?.1.into(),
        },
        _ => return None,
    })
}

/// The token that a call hands over, if it does.
fn token(scheduled: &HistoryEvent) -> String {
    let EventDetails::Service(event) = &scheduled.details else {
        panic!("only the call of a service has a token: {scheduled:?}");
    };
    let ServiceEventKind::Scheduled { parameters, .. } = &event.kind else {
        panic!("a task that has a token is called: {scheduled:?}");
    };
    let parameters: Value = serde_json::from_str(parameters).unwrap();
    parameters["MessageBody"].as_str().unwrap().to_owned()
}

/// The clock of the task that was scheduled so.
fn clock(scheduled: &HistoryEvent) -> ExpiredClock {
    let heartbeat = match &scheduled.details {
        EventDetails::ActivityScheduled {
            heartbeat_in_seconds,
            ..
        } => *heartbeat_in_seconds,
        EventDetails::Service(event) => match event.kind {
            ServiceEventKind::Scheduled {
                heartbeat_in_seconds,
                ..
            } => heartbeat_in_seconds,
            _ => None,
        },
        _ => None,
    };
    match heartbeat {
        Some(_) => ExpiredClock::Heartbeat,
        None => ExpiredClock::Total,
    }
}

/// What the world does.
#[derive(Debug, Clone)]
enum Deed {
    Move(Move),
    /// The oldest map run ends, well or not.
    MapRun(bool),
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let deed = prop_oneof![
        12 => moves().prop_map(Deed::Move),
        1 => any::<bool>().prop_map(Deed::MapRun),
    ];
    vec(deed, 0..40)
}

fn act(world: &mut Driver, deed: Deed) {
    match deed {
        // Only a clock that a task has can run out.
        Deed::Move(Move::Task(rank, Outcome::Expiry(_))) => {
            let clocks = world
                .open_tasks
                .get(rank)
                .and_then(|task| world.clocks.get(task));
            let outcome = match clocks {
                Some((_, Some(_))) => Outcome::Expiry(ExpiredClock::Heartbeat),
                Some((Some(_), None)) => Outcome::Expiry(ExpiredClock::Total),
                _ => Outcome::Nothing,
            };
            play(world, Move::Task(rank, outcome));
        }
        // A result before the answer to the call is in no history.
        Deed::Move(Move::Nonsense(Event::TaskSucceeded { task, .. })) if world.is_called(task) => {}
        Deed::Move(step) => play(world, step),
        Deed::MapRun(well) => {
            let Some(run) = world.map_runs.keys().next().copied() else {
                return;
            };
            let failed = Event::MapRunFailed {
                run,
                error: "Broken".into(),
                cause: "three of three".into(),
            };
            let output = "[1,2]".into();
            world.report(if well {
                Event::MapRunSucceeded { run, output }
            } else {
                failed
            });
        }
    }
}

/// Rebuilds an execution midway from its history, compares it with what it was, and lets both go
/// on.
fn check(definition: &Value, past: Vec<Deed>, future: Vec<Deed>) {
    const INPUT: &str = r#"{"items":[1,2,3]}"#;
    let gone: &[(&str, &[Reply])] = &[("gone", &[Reply::Missing])];
    let mut original = Driver::scripted(definition, INPUT, gone);
    let mut twin = Driver::scripted(definition, INPUT, gone);
    for deed in past {
        act(&mut original, deed.clone());
        act(&mut twin, deed);
    }
    let replay = Replay::of(definition, INPUT, &original.history);
    let mut open_tasks = original.open_tasks.clone();
    open_tasks.sort_unstable();
    assert_eq!(replay.open_tasks(), open_tasks);
    assert_eq!(replay.timers, original.timers);
    assert!(replay.map_runs.values().eq(original.map_runs.keys()));
    assert_eq!(replay.closed, original.closed.is_some());
    assert_eq!(state_of(&replay.machine), state_of(&original.machine));
    twin.machine = replay.machine;
    for deed in future {
        act(&mut original, deed.clone());
        act(&mut twin, deed);
    }
    while original.advance() {
        twin.advance();
    }
    assert_eq!(original.history, twin.history);
    assert_eq!(original.closed, twin.closed);
    assert_eq!(state_of(&twin.machine), state_of(&original.machine));
}

/// Where a machine stands: its parked visits with all that they know, and what it counts. The
/// states that they are in are the definition's.
fn state_of(machine: &Machine) -> Vec<String> {
    assert!(machine.queue.is_empty());
    let counts = (machine.last_frame, machine.deadline, &machine.random);
    let parked = machine.parked.values().map(|parked| {
        let Parked { visit, waiting } = parked;
        let frame = (&visit.frame.id, &visit.frame.parent, visit.frame.cursor);
        let seen = (&visit.input, &visit.frame.item, &visit.frame.variables);
        let entry = (visit.entered_from, visit.entered_id, visit.entered_at);
        let attempt = (&visit.retries, visit.token());
        format!(
            "{} {frame:?} {seen:?} {entry:?} {attempt:?} {waiting:?}",
            visit.name
        )
    });
    parked.chain([format!("{counts:?}")]).collect()
}

proptest! {
    #[test]
    fn replaying_a_history_rebuilds_the_same_state(
        steps in steps(), past in deeds(), future in deeds(),
    ) {
        check(&graph(&steps, &mut 0), past, future);
    }

    #[test]
    fn what_has_everything_open_at_once_is_rebuilt_too(past in deeds(), future in deeds()) {
        check(&DEFINITION, past, future);
    }
}
