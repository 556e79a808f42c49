//! A shell for tests: carries effects out in virtual time, with activities that follow a script.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use crate::asl::Definition;
use crate::history::{EventDetails, HistoryEvent};
use crate::history::{LambdaEvent, ServiceEventKind};
use crate::machine::{
    ChildInput, Closed, Effect, Event, ExpiredClock, Facts, Invocation, Machine, MapRunId,
    MapRunPlan, TaskId, TimerId,
};

/// What becomes of a task.
#[derive(Debug, Clone)]
pub(super) enum Reply {
    /// The activity does not exist.
    Missing,
    /// No poll ever takes it.
    Queued,
    /// A worker takes it and never reports.
    Taken,
    /// A worker takes it and succeeds after this many seconds.
    Success(u64, &'static str),
    /// A worker takes it and fails at once.
    Failure(Option<&'static str>, Option<&'static str>),
    /// A worker takes it and lets a clock run out.
    Expiry(ExpiredClock),
}

/// One execution and the world around it.
#[derive(Debug)]
pub(super) struct Driver {
    pub(super) machine: Machine,
    pub(super) start: Timestamp,
    pub(super) now: Timestamp,
    pub(super) history: Vec<HistoryEvent>,
    pub(super) closed: Option<Closed>,
    /// The inputs of all tasks, with the seconds of their clocks.
    pub(super) scheduled: Vec<(String, Option<Duration>, Option<Duration>)>,
    /// The seconds of the clocks of each task: `TimeoutSeconds`, `HeartbeatSeconds`.
    pub(super) clocks: BTreeMap<TaskId, (Option<Duration>, Option<Duration>)>,
    /// The calls of functions and services.
    pub(super) invoked: Vec<(TaskId, Invocation)>,
    pub(super) forgotten: Vec<TaskId>,
    /// The tasks that neither reported nor were forgotten.
    pub(super) open_tasks: Vec<TaskId>,
    /// The timers that neither fired nor were cancelled.
    pub(super) timers: BTreeMap<TimerId, Timestamp>,
    /// The map runs that are open.
    pub(super) map_runs: BTreeMap<MapRunId, MapRunPlan>,
    /// The inputs of the children that were to run last.
    pub(super) children: Vec<ChildInput>,
    /// The map runs that nobody waits for any more, and whether they had failed.
    pub(super) forgotten_runs: Vec<(MapRunId, bool)>,
    /// Script by activity; the last reply of each repeats.
    script: HashMap<String, VecDeque<Reply>>,
    /// What a worker will report, by time and task.
    reports: BTreeMap<(Timestamp, TaskId), Event>,
    inbox: VecDeque<Event>,
}

impl Driver {
    /// Starts an execution of this definition; states that nothing leads to are left out.
    pub(super) fn start(definition: &Value, input: &str) -> Self {
        Self::scripted(definition, input, &[])
    }

    pub(super) fn scripted(definition: &Value, input: &str, script: &[(&str, &[Reply])]) -> Self {
        let start: Timestamp = "2026-11-22T10:00:00Z".parse().unwrap();
        let (machine, effects) = begin(definition, input, start);
        let mut driver = Self {
            machine,
            start,
            now: start,
            history: Vec::new(),
            closed: None,
            scheduled: Vec::new(),
            clocks: BTreeMap::new(),
            invoked: Vec::new(),
            forgotten: Vec::new(),
            open_tasks: Vec::new(),
            timers: BTreeMap::new(),
            map_runs: BTreeMap::new(),
            children: Vec::new(),
            forgotten_runs: Vec::new(),
            script: script
                .iter()
                .map(|(name, replies)| (arn(name), replies.iter().cloned().collect()))
                .collect(),
            reports: BTreeMap::new(),
            inbox: VecDeque::new(),
        };
        driver.carry_out(effects);
        driver.settle();
        driver
    }

    /// Starts an execution and lets time pass until nothing is left to happen.
    pub(super) fn run(definition: &Value, input: &str, script: &[(&str, &[Reply])]) -> Self {
        let mut driver = Self::scripted(definition, input, script);
        while driver.advance() {}
        driver
    }

    /// Sends one event at the present time.
    pub(super) fn send(&mut self, event: Event) {
        let effects = self.machine.step(event, self.now);
        self.carry_out(effects);
        self.settle();
    }

    /// Sends the report of a worker that has the task.
    pub(super) fn report(&mut self, event: Event) {
        self.report_in(&event);
        self.send(event);
    }

    /// Sends an event that may be about nothing; what it was about is over only if the history
    /// grew.
    pub(super) fn probe(&mut self, event: &Event) {
        let before = self.history.len();
        let effects = self.machine.step(event.clone(), self.now);
        if !effects.is_empty() {
            self.report_in(event);
        }
        self.carry_out(effects);
        self.settle();
        assert!(self.history.len() >= before);
    }

    /// Moves time to the next thing that happens; false if nothing will.
    pub(super) fn advance(&mut self) -> bool {
        let timer = self.timers.iter().map(|(timer, at)| (*at, *timer)).min();
        let report = self.reports.keys().next().copied();
        let event = match (timer, report) {
            (Some((at, timer)), report) if report.is_none_or(|(due, _)| at <= due) => {
                self.timers.remove(&timer);
                self.now = self.now.max(at);
                Event::TimerFired { timer }
            }
            (_, Some(key)) => {
                self.now = self.now.max(key.0);
                self.reports.remove(&key).unwrap()
            }
            _ => return false,
        };
        self.report_in(&event);
        self.send(event);
        true
    }

    /// Whether a task is the call of a function or service.
    pub(super) fn is_called(&self, task: TaskId) -> bool {
        self.invoked.iter().any(|(called, _)| *called == task)
    }

    /// The seconds from the start to an event.
    pub(super) fn seconds_to(&self, id: usize) -> f64 {
        self.history[id - 1]
            .timestamp
            .duration_since(self.start)
            .as_secs_f64()
    }

    /// The history, one line for each event: `id<-previous type`, then what tells it apart.
    pub(super) fn lines(&self) -> Vec<String> {
        self.history.iter().map(line).collect()
    }

    /// The lines of the last events.
    pub(super) fn last_lines(&self, count: usize) -> Vec<String> {
        self.lines()
            .split_off(self.history.len().saturating_sub(count))
    }

    pub(super) fn output(&self) -> Option<&str> {
        self.closed.as_ref()?.output.as_deref()
    }

    fn settle(&mut self) {
        while let Some(event) = self.inbox.pop_front() {
            self.report_in(&event);
            let effects = self.machine.step(event, self.now);
            self.carry_out(effects);
        }
    }

    fn carry_out(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            assert_eq!(self.closed, None, "{effect:?} after the end");
            match effect {
                Effect::Record(event) => {
                    assert_eq!(event.timestamp, self.now);
                    self.history.push(event);
                }
                Effect::ScheduleActivity {
                    task,
                    activity,
                    input,
                    timeout,
                    heartbeat,
                    ..
                } => {
                    self.scheduled.push((input.to_string(), timeout, heartbeat));
                    self.clocks.insert(task, (timeout, heartbeat));
                    self.answer(task, &activity);
                }
                Effect::NameTask { task } => {
                    self.open_tasks.push(task);
                    let token = format!("token-{}", task.0);
                    self.inbox.push_back(Event::TaskNamed { task, token });
                }
                Effect::Invoke { task, invocation } => {
                    if !self.open_tasks.contains(&task) {
                        self.open_tasks.push(task);
                    }
                    self.clocks
                        .insert(task, (invocation.timeout, invocation.heartbeat));
                    self.invoked.push((task, *invocation));
                }
                Effect::ForgetTask { task } => {
                    self.reports.retain(|(_, reporting), _| *reporting != task);
                    let open = self.open_tasks.iter().position(|open| *open == task);
                    self.open_tasks
                        .remove(open.expect("a forgotten task is open"));
                    self.forgotten.push(task);
                }
                Effect::StartTimer { timer, at } => {
                    assert_eq!(
                        self.timers.insert(timer, at),
                        None,
                        "timers have numbers of their own"
                    );
                }
                Effect::CancelTimer { timer } => {
                    assert!(
                        self.timers.remove(&timer).is_some(),
                        "a cancelled timer is running"
                    );
                }
                Effect::StartMapRun { run, plan } => {
                    self.map_runs.insert(run, *plan);
                }
                Effect::RunChildren { run, children } => {
                    assert!(self.map_runs.contains_key(&run), "a map run is open");
                    self.children = children;
                }
                Effect::ForgetMapRun { run, failed } => {
                    assert!(self.map_runs.remove(&run).is_some(), "a map run is open");
                    self.forgotten_runs.push((run, failed));
                }
                Effect::Close(closed) => self.closed = Some(closed),
            }
        }
    }

    /// Answers a request to queue a task, and lets its script begin.
    fn answer(&mut self, task: TaskId, activity: &str) {
        let replies = self.script.get_mut(activity);
        let reply = match replies {
            None => Reply::Queued,
            Some(replies) if replies.len() > 1 => replies.pop_front().unwrap(),
            Some(replies) => replies[0].clone(),
        };
        self.open_tasks.push(task);
        if matches!(reply, Reply::Missing) {
            return self.inbox.push_back(Event::ActivityMissing { task });
        }
        self.inbox.push_back(Event::ActivityAccepted { task });
        if matches!(reply, Reply::Queued) {
            return;
        }
        self.inbox.push_back(Event::TaskStarted {
            task,
            worker_name: Some("worker".into()),
        });
        let (delay, event) = match reply {
            Reply::Success(seconds, output) => (
                seconds,
                Event::TaskSucceeded {
                    task,
                    output: output.into(),
                },
            ),
            Reply::Failure(error, cause) => (
                0,
                Event::TaskFailed {
                    task,
                    error: error.map(Into::into),
                    cause: cause.map(Into::into),
                },
            ),
            Reply::Expiry(clock) => (0, Event::TaskTimedOut { task, clock }),
            Reply::Missing | Reply::Queued | Reply::Taken => return,
        };
        self.reports
            .insert((self.now + Duration::from_secs(delay), task), event);
    }

    /// A task that ends by itself is not open any more.
    fn report_in(&mut self, event: &Event) {
        if let Event::ActivityMissing { task }
        | Event::TaskUnanswered { task, .. }
        | Event::TaskSucceeded { task, .. }
        | Event::TaskFailed { task, .. }
        | Event::TaskTimedOut { task, .. } = event
        {
            self.open_tasks.retain(|open| open != task);
        }
        if let Event::MapRunSucceeded { run, .. } | Event::MapRunFailed { run, .. } = event {
            self.map_runs.remove(run);
        }
    }
}

/// Starts an execution without a world around it.
pub(super) fn begin(definition: &Value, input: &str, start: Timestamp) -> (Machine, Vec<Effect>) {
    let definition = Definition::parse(&reachable(definition).to_string()).unwrap();
    let facts = Facts {
        execution_arn: "arn:aws:states:us-east-1:123456789012:execution:Orders:run-1".into(),
        execution_name: "run-1".into(),
        role_arn: "arn:aws:iam::123456789012:role/orders".into(),
        state_machine_arn: "arn:aws:states:us-east-1:123456789012:stateMachine:Orders".into(),
        state_machine_name: "Orders".into(),
        input: input.into(),
        start_time: start,
        express: false,
        seed: 7,
    };
    Machine::start(Arc::new(definition), facts, start)
}

/// The definition without the states that nothing leads to, so that a test's states can be
/// shared with tests that need more of them.
fn reachable(definition: &Value) -> Value {
    fn targets(value: &Value, found: &mut Vec<Value>) {
        match value {
            Value::Object(fields) => {
                found.extend(
                    ["StartAt", "Next", "Default"]
                        .iter()
                        .filter_map(|key| fields.get(*key))
                        .cloned(),
                );
                fields.values().for_each(|field| targets(field, found));
            }
            Value::Array(items) => items.iter().for_each(|item| targets(item, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    targets(definition, &mut found);
    let mut definition = definition.clone();
    if let Some(states) = definition["States"].as_object_mut() {
        states.retain(|name, _| found.iter().any(|target| target == name));
    }
    definition
}

/// The ARN of the activity of this name.
pub(super) fn arn(name: &str) -> String {
    format!("arn:aws:states:us-east-1:123456789012:activity:{name}")
}

fn line(event: &HistoryEvent) -> String {
    let head = format!(
        "{}<-{} {}",
        event.id,
        event.previous_event_id,
        event.event_type()
    );
    let failure = |error: &Option<Arc<str>>, cause: &Option<Arc<str>>| {
        let [error, cause] = [error, cause].map(|text| text.as_deref().unwrap_or("-").to_owned());
        format!("{head} {error} {cause}")
    };
    match &event.details {
        EventDetails::ExecutionStarted { input, .. } => format!("{head} {input}"),
        EventDetails::ExecutionSucceeded { output }
        | EventDetails::ActivitySucceeded { output } => {
            format!("{head} {output}")
        }
        EventDetails::StateEntered {
            name, input: data, ..
        }
        | EventDetails::StateExited {
            name, output: data, ..
        } => {
            format!("{head} {name} {data}")
        }
        EventDetails::ActivityScheduled { input, .. } => format!("{head} {input}"),
        EventDetails::Lambda(event) => match event {
            LambdaEvent::Scheduled { input, .. } => format!("{head} {input}"),
            LambdaEvent::Started => head,
            LambdaEvent::Succeeded { output } => format!("{head} {output}"),
            LambdaEvent::Failed { error, cause } | LambdaEvent::TimedOut { error, cause } => {
                failure(error, cause)
            }
        },
        EventDetails::Service(event) => match &event.kind {
            ServiceEventKind::Scheduled { parameters, .. } => format!("{head} {parameters}"),
            ServiceEventKind::Started => head,
            ServiceEventKind::Submitted { output } | ServiceEventKind::Succeeded { output } => {
                format!("{head} {output}")
            }
            ServiceEventKind::Failed { error, cause }
            | ServiceEventKind::TimedOut { error, cause } => failure(error, cause),
        },
        EventDetails::ActivityStarted { worker_name } => {
            format!("{head} {}", worker_name.as_deref().unwrap_or("-"))
        }
        EventDetails::ExecutionFailed { error, cause }
        | EventDetails::ExecutionAborted { error, cause }
        | EventDetails::ExecutionTimedOut { error, cause }
        | EventDetails::MapRunFailed { error, cause }
        | EventDetails::EvaluationFailed { error, cause, .. }
        | EventDetails::ActivityFailed { error, cause }
        | EventDetails::ActivityTimedOut { error, cause } => failure(error, cause),
        EventDetails::MapStateStarted { length } => format!("{head} {length}"),
        EventDetails::MapIterationStarted { index, .. }
        | EventDetails::MapIterationSucceeded { index, .. }
        | EventDetails::MapIterationFailed { index, .. }
        | EventDetails::MapIterationAborted { index, .. } => format!("{head} {index}"),
        EventDetails::MapRunStarted { map_run_arn } => {
            let label = map_run_arn.rsplit(['/', ':']).nth(1).unwrap_or_default();
            format!("{head} {label}")
        }
        EventDetails::MapRunSucceeded
        | EventDetails::MapRunAborted
        | EventDetails::StateAborted { .. }
        | EventDetails::ParallelStateStarted
        | EventDetails::ParallelStateSucceeded
        | EventDetails::ParallelStateFailed
        | EventDetails::MapStateSucceeded
        | EventDetails::MapStateFailed => head,
    }
}
