//! Brings events to one execution's machine and carries out what it asks for.

use std::collections::VecDeque;
use std::sync::{Arc, MutexGuard};

use super::counters::Counters;
use super::shared::Shared;
use super::timers::TimerKey;
use crate::activities::{NewTask, PickedUp, PollId};
use crate::machine::{Closed, Effect, Event, Facts, Machine, TaskId, TimerId};
use crate::store::{End, Execution, Progress};

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
    pub(super) fn forget_task(&mut self, task: TaskId) {
        self.progress.tasks.remove(&task);
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
        for effect in effects {
            match effect {
                Effect::Record(event) => {
                    self.counted.count(&event, &self.progress.history);
                    self.progress.history.push(event);
                }
                Effect::ScheduleActivity {
                    task,
                    activity,
                    input,
                    timeout,
                    heartbeat,
                } => {
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
                Effect::ForgetActivity { task } => self.forget_activity(task),
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

    fn forget_activity(&mut self, task: TaskId) {
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
        while let Some((&task, _)) = self.progress.tasks.first_key_value() {
            self.forget_activity(task);
        }
        while let Some((&timer, _)) = self.progress.timers.first_key_value() {
            self.cancel_timer(timer);
        }
        self.progress.history.shrink_to_fit();
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
