//! Brings events to one execution's machine and carries out what it asks for.

use std::collections::VecDeque;
use std::sync::{Arc, MutexGuard};

use super::counters::Counters;
use super::shared::Shared;
use super::timers::TimerKey;
use crate::activities::{NewTask, PickedUp, PollId, Serial};
use crate::asl::{MachineType, Resource};
use crate::machine::{Closed, Effect, Event, Facts, Invocation, Machine, TaskId, TimerId};
use crate::store::{End, Execution, OpenCall, Progress};

/// An execution under its lock. While this exists nothing else happens to the execution.
pub(super) struct Delivery<'a> {
    shared: &'a Shared,
    execution: &'a Arc<Execution>,
    progress: MutexGuard<'a, Progress>,
    counted: Counters,
}

/// What must still be done before the lock is given back.
enum Next {
    Event(Event),
    /// An abandoned poll swallows the task that was called to it.
    Swallow {
        activity: Arc<str>,
        poll: PollId,
    },
}

impl Shared {
    /// Takes the lock of an execution.
    pub(super) fn delivery<'a>(&'a self, execution: &'a Arc<Execution>) -> Delivery<'a> {
        Delivery {
            shared: self,
            execution,
            progress: execution.lock(),
            counted: Counters::default(),
        }
    }
}

impl Delivery<'_> {
    /// Starts the machine of an execution that is new.
    pub(super) fn start(&mut self) {
        let execution = self.execution;
        let facts = Facts {
            execution_arn: execution.arn.to_string(),
            execution_name: execution.name.to_string(),
            role_arn: execution.revision.settings.role_arn.to_string(),
            state_machine_arn: execution.state_machine.to_string(),
            state_machine_name: execution.state_machine_name.to_string(),
            input: Arc::clone(&execution.input),
            start_time: execution.started,
            express: execution.kind == MachineType::Express,
            seed: fastrand::u64(..),
        };
        let definition = Arc::clone(&execution.revision.definition);
        let (machine, effects) = Machine::start(definition, facts, execution.started);
        self.progress.machine = Some(machine);
        let mut next = VecDeque::new();
        self.carry_out(effects, &mut next);
        self.work_off(next);
    }

    /// Brings an event to the machine, and whatever follows from it at once.
    pub(super) fn deliver(&mut self, event: Event) {
        self.work_off(VecDeque::from([Next::Event(event)]));
    }

    /// Starts the task that is called to a poll, if it is still one of this execution.
    pub(super) fn pick_up(&mut self, activity: &str, poll: PollId) -> Option<PickedUp> {
        let now = self.shared.clock.now();
        let picked = {
            let mut activities = self.shared.activities();
            let owner = activities.called(activity, poll)?;
            if !Arc::ptr_eq(&owner, self.execution) {
                return None;
            }
            activities.pick_up(activity, poll, now)?
        };
        if let Some(at) = picked.deadline {
            self.shared
                .arm(at, TimerKey::Task(picked.serial), self.execution);
        }
        Some(picked)
    }

    /// Takes a timer off the execution's list. Returns whether it was on it.
    pub(super) fn forget_timer(&mut self, timer: TimerId) -> bool {
        self.progress.timers.remove(&timer).is_some()
    }

    /// Takes a task that is closed off the execution's list.
    pub(super) fn forget_task(&mut self, task: TaskId) -> Option<Serial> {
        self.progress.tasks.remove(&task)
    }

    /// A call that is in flight.
    pub(super) fn open_call(&mut self, task: TaskId) -> Option<&mut OpenCall> {
        self.progress.calls.get_mut(&task)
    }

    /// Takes a call off the execution's list.
    pub(super) fn take_call(&mut self, task: TaskId) -> Option<OpenCall> {
        self.progress.calls.remove(&task)
    }

    /// Breaks the call of a task off, if one is in flight.
    pub(super) fn break_off(&mut self, task: TaskId) {
        if let Some(call) = self.take_call(task) {
            call.abort();
        }
    }

    /// How the execution ended, if it has.
    pub(super) fn end(&self) -> Option<&End> {
        self.progress.end.as_ref()
    }

    fn work_off(&mut self, mut next: VecDeque<Next>) {
        while let Some(what) = next.pop_front() {
            let event = match what {
                Next::Event(event) => event,
                Next::Swallow { activity, poll } => match self.pick_up(&activity, poll) {
                    Some(picked) => started(picked.task, picked.worker_name),
                    None => continue,
                },
            };
            let now = self.shared.clock.now();
            let Some(machine) = self.progress.machine.as_mut() else {
                return;
            };
            let effects = machine.step(event, now);
            self.carry_out(effects, &mut next);
        }
    }

    fn carry_out(&mut self, effects: Vec<Effect>, next: &mut VecDeque<Next>) {
        // The machine waits for these before anything else.
        let mut answers = VecDeque::new();
        // Nearly all of them are events.
        self.progress.history.reserve(effects.len());
        for effect in effects {
            match effect {
                Effect::Record(event) => {
                    self.counted.count(&event, &self.progress.history);
                    self.progress.history.push(event);
                }
                Effect::ScheduleActivity {
                    task,
                    state,
                    activity,
                    input,
                    timeout,
                    heartbeat,
                } => {
                    let invocation = Invocation {
                        resource: Resource::Activity(activity.as_str().into()),
                        state,
                        parameters: Arc::clone(&input),
                        role_arn: None,
                        timeout,
                        heartbeat,
                        attempt: 0,
                    };
                    if self.mock_activity(task, &invocation) {
                        answers.push_back(Event::ActivityAccepted { task });
                        answers.push_back(started(task, None));
                        continue;
                    }
                    let task = NewTask {
                        owner: Arc::clone(self.execution),
                        id: task,
                        activity,
                        input,
                        timeout,
                        heartbeat,
                    };
                    answers.push_back(self.schedule(task, next));
                }
                Effect::NameTask { task } => {
                    let serial = self.open_serial(task);
                    let token = self.shared.activities().token(serial);
                    answers.push_back(Event::TaskNamed { task, token });
                }
                Effect::Invoke { task, invocation } => {
                    answers.extend(self.invoke(task, &invocation));
                }
                Effect::ForgetTask { task } => self.forget_activity(task),
                Effect::StartTimer { timer, at } => {
                    self.progress.timers.insert(timer, at);
                    self.shared.arm(at, self.key(timer), self.execution);
                }
                Effect::CancelTimer { timer } => self.cancel_timer(timer),
                Effect::StartMapRun { run, plan } => {
                    self.shared.open_map_run(self.execution, run, *plan);
                }
                Effect::RunChildren { run, children } => {
                    self.shared.fill_map_run(self.execution, run, children);
                }
                Effect::ForgetMapRun { run, failed } => {
                    self.shared.forget_map_run(self.execution, run, failed);
                }
                Effect::Close(closed) => {
                    self.report_to_map_run(&closed);
                    self.progress.end = Some(End {
                        at: self.shared.clock.now(),
                        closed,
                    });
                    self.tidy_up();
                }
            }
        }
        for answer in answers.into_iter().rev() {
            next.push_front(Next::Event(answer));
        }
    }

    /// Queues a task. Returns the machine's answer.
    fn schedule(&mut self, new: NewTask<Arc<Execution>>, next: &mut VecDeque<Next>) -> Event {
        let task = new.id;
        let activity = new.activity.clone();
        let now = self.shared.clock.now();
        let scheduled = self.shared.activities().schedule(new, now);
        let Some(scheduled) = scheduled else {
            return Event::ActivityMissing { task };
        };
        self.progress.tasks.insert(task, scheduled.serial);
        if let Some(poll) = scheduled.swallowed_by {
            next.push_back(Next::Swallow {
                activity: activity.into(),
                poll,
            });
        }
        Event::ActivityAccepted { task }
    }

    /// Makes a call. Returns an answer only if nobody takes it up.
    fn invoke(&mut self, task: TaskId, invocation: &Invocation) -> Option<Event> {
        let number = self.count_invocation(&invocation.state);
        let begun = self
            .shared
            .begin_call(self.execution, task, invocation, number);
        let Some(call) = begun else {
            self.forget_activity(task);
            let advice = self.shared.call_advice(self.execution, &invocation.state);
            let resource = invocation.resource.as_str();
            let reason = format!("Nothing answers the resource '{resource}': {advice}.");
            return Some(Event::TaskUnanswered { task, reason });
        };
        self.watch_call(task, call, invocation);
        None
    }

    /// Lets a mock take an activity task. Returns whether there is one.
    fn mock_activity(&mut self, task: TaskId, invocation: &Invocation) -> bool {
        if self.execution.test_case.is_none() {
            return false;
        }
        let number = self.count_invocation(&invocation.state);
        let begun = self
            .shared
            .begin_mocked_activity(self.execution, task, invocation, number);
        let Some(call) = begun else {
            return false;
        };
        self.watch_call(task, call, invocation);
        true
    }

    /// Starts the clocks of a task whose call is in flight.
    fn watch_call(&mut self, task: TaskId, call: OpenCall, invocation: &Invocation) {
        self.progress.calls.insert(task, call);
        let serial = self.open_serial(task);
        let now = self.shared.clock.now();
        let deadline = self.shared.activities().start_call(
            serial,
            invocation.timeout,
            invocation.heartbeat,
            now,
        );
        if let Some(at) = deadline {
            self.shared.arm(at, TimerKey::Task(serial), self.execution);
        }
    }

    /// The number under which a task that is called is known, given when first asked for.
    fn open_serial(&mut self, task: TaskId) -> Serial {
        if let Some(serial) = self.progress.tasks.get(&task) {
            return *serial;
        }
        let owner = Arc::clone(self.execution);
        let serial = self.shared.activities().open_call(owner, task);
        self.progress.tasks.insert(task, serial);
        serial
    }

    /// Counts the calls of a state from 0, in a child of a map run together with the others.
    fn count_invocation(&mut self, state: &Arc<str>) -> u32 {
        let place = self.execution.child_of.as_ref();
        if let Some(run) = place.and_then(|place| place.run.upgrade()) {
            return run.count_invocation(state);
        }
        let counted = self
            .progress
            .invocations
            .entry(Arc::clone(state))
            .or_default();
        let number = *counted;
        *counted += 1;
        number
    }

    fn forget_activity(&mut self, task: TaskId) {
        self.break_off(task);
        let Some(serial) = self.progress.tasks.remove(&task) else {
            return;
        };
        let closing = self.shared.activities().forget(serial);
        if let Some(at) = closing.and_then(|closing| closing.armed) {
            self.shared.cancel(at, TimerKey::Task(serial));
        }
    }

    /// Tells the map run that this execution is a child of.
    fn report_to_map_run(&self, closed: &Closed) {
        let Some(place) = &self.execution.child_of else {
            return;
        };
        if let Some(run) = place.run.upgrade() {
            run.child_ended(place.index, closed.status);
        }
    }

    fn cancel_timer(&mut self, timer: TimerId) {
        if let Some(at) = self.progress.timers.remove(&timer) {
            self.shared.cancel(at, self.key(timer));
        }
    }

    /// A closed execution keeps its history and its end, and nothing in the world outside.
    fn tidy_up(&mut self) {
        self.progress.machine = None;
        self.progress.invocations.clear();
        while let Some((&task, _)) = self.progress.tasks.first_key_value() {
            self.forget_activity(task);
        }
        while let Some((&timer, _)) = self.progress.timers.first_key_value() {
            self.cancel_timer(timer);
        }
        self.progress.history.shrink_to_fit();
        self.shared.retention.note(self.execution);
    }

    fn key(&self, timer: TimerId) -> TimerKey {
        TimerKey::Machine {
            execution: self.execution.number,
            timer,
        }
    }
}

impl Drop for Delivery<'_> {
    /// Tells those who watch, before anyone else can change the execution again.
    fn drop(&mut self) {
        if self.counted != Counters::default() {
            self.shared
                .counters
                .send_modify(|all| all.add(&self.counted));
        }
        if self.progress.end.is_some() {
            self.execution.closed.notify_waiters();
        }
    }
}

/// The event that a poll took a task.
pub(super) fn started(task: TaskId, worker_name: Option<String>) -> Event {
    Event::TaskStarted { task, worker_name }
}
