//! One map run: what it is to do, how far it has come, and what it may still do.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use jiff::Timestamp;
use tokio::sync::Notify;

use super::execution::Execution;
use super::state_machine::StateMachine;
use crate::arn::ExecutionArn;
use crate::machine::{ChildInput, MapRunId, MapRunPlan, Status};

/// The service runs at most this many child executions at once.
const MAX_CONCURRENCY: u64 = 10_000;

/// A map run, under way or over.
#[derive(Debug)]
pub(crate) struct MapRun {
    /// Its number in this engine; later ones have higher ones.
    pub(crate) number: u64,
    pub(crate) id: MapRunId,
    pub(crate) plan: MapRunPlan,
    /// The execution with the Map; gone only with the engine.
    pub(crate) parent: Weak<Execution>,
    pub(crate) parent_arn: ExecutionArn,
    /// Which mocks answer the calls of the children: those of the parent.
    pub(crate) test_case: Option<Arc<str>>,
    /// What the child executions are executions of; nobody else knows it.
    pub(crate) machine: StateMachine,
    pub(crate) started: Timestamp,
    /// Wakes the run's conductor.
    pub(crate) changed: Notify,
    invocations: Arc<Mutex<Invocations>>,
    progress: Mutex<RunProgress>,
}

/// How often each state made a call in the children, and in theirs: they have one list, so that
/// mocked answers are counted as in a Map that is not distributed.
type Invocations = BTreeMap<Arc<str>, u32>;

/// How far a map run has come.
#[derive(Debug)]
struct RunProgress {
    limits: Limits,
    status: RunStatus,
    stopped: Option<Timestamp>,
    /// The inputs of all children, once the items are known.
    inputs: Option<Vec<ChildInput>>,
    /// The children that were started, in the order of their inputs.
    children: Vec<Child>,
    /// How many of them are running.
    running: u64,
    executions: Counts,
    items: Counts,
    /// Set when nobody waits for the run any more; holds how it then ends.
    forgotten: Option<RunStatus>,
}

/// A child execution.
#[derive(Debug, Clone)]
pub(crate) struct Child {
    /// None for the moment between the decision to start it and its start.
    pub(crate) execution: Option<Arc<Execution>>,
    pub(crate) items: u64,
    pub(crate) end: Option<ChildEnd>,
}

/// How a child execution ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChildEnd {
    Succeeded,
    Failed,
    TimedOut,
    Aborted,
}

/// Where a map run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RunStatus {
    Running,
    Succeeded,
    Failed,
    Aborted,
}

/// What `UpdateMapRun` may change.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Limits {
    /// Without limit if zero.
    pub(crate) max_concurrency: u64,
    pub(crate) tolerated_count: Option<u64>,
    pub(crate) tolerated_percentage: Option<f64>,
}

/// How many items or executions are in which state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) pending: u64,
    pub(crate) running: u64,
    pub(crate) succeeded: u64,
    pub(crate) failed: u64,
    pub(crate) timed_out: u64,
    pub(crate) aborted: u64,
    pub(crate) total: u64,
    pub(crate) results_written: u64,
}

/// What a map run's conductor does next.
#[derive(Debug)]
pub(crate) enum Next {
    /// Start the child of this index.
    Start(usize, ChildInput),
    /// Wait for a change.
    Wait,
    /// Every child is over, and few enough failed.
    Complete,
    /// More failed than is tolerated.
    Exceeded,
    /// Nobody waits for the run any more.
    Forgotten(RunStatus),
}

impl MapRun {
    pub(crate) fn new(
        number: u64,
        id: MapRunId,
        plan: MapRunPlan,
        parent: &Arc<Execution>,
        machine: StateMachine,
        started: Timestamp,
    ) -> Self {
        let limits = Limits {
            max_concurrency: plan.max_concurrency,
            tolerated_count: plan.tolerated_count,
            tolerated_percentage: plan.tolerated_percentage,
        };
        let outer = parent.child_of.as_ref().and_then(|of| of.run.upgrade());
        Self {
            number,
            id,
            plan,
            parent: Arc::downgrade(parent),
            parent_arn: parent.arn.clone(),
            test_case: parent.test_case.clone(),
            machine,
            started,
            changed: Notify::new(),
            invocations: outer.map_or_else(Arc::default, |run| Arc::clone(&run.invocations)),
            progress: Mutex::new(RunProgress {
                limits,
                status: RunStatus::Running,
                stopped: None,
                inputs: None,
                children: Vec::new(),
                running: 0,
                executions: Counts::default(),
                items: Counts::default(),
                forgotten: None,
            }),
        }
    }

    /// Takes the inputs of the children, once.
    pub(crate) fn fill(&self, inputs: Vec<ChildInput>) {
        let mut progress = self.lock();
        let items = inputs.iter().map(|input| input.items).sum();
        progress.executions.add_pending(inputs.len() as u64);
        progress.items.add_pending(items);
        progress.inputs = Some(inputs);
        drop(progress);
        self.changed.notify_one();
    }

    /// Notes that nobody waits for the run any more, and how it then ends.
    pub(crate) fn forget(&self, status: RunStatus) {
        self.lock().forgotten = Some(status);
        self.changed.notify_one();
    }

    /// Decides what comes next. A child that is to be started counts as running from here on.
    pub(crate) fn next(&self) -> Next {
        let mut guard = self.lock();
        let progress = &mut *guard;
        if let Some(status) = progress.forgotten {
            return Next::Forgotten(status);
        }
        let Some(inputs) = &progress.inputs else {
            return Next::Wait;
        };
        if progress.limits.are_exceeded(&progress.items) {
            return Next::Exceeded;
        }
        let index = progress.children.len();
        let Some(input) = inputs.get(index) else {
            return if progress.running == 0 {
                Next::Complete
            } else {
                Next::Wait
            };
        };
        if progress.running >= progress.limits.at_once() {
            return Next::Wait;
        }
        let input = input.clone();
        progress.children.push(Child {
            execution: None,
            items: input.items,
            end: None,
        });
        progress.running += 1;
        progress.executions.start(1);
        progress.items.start(input.items);
        Next::Start(index, input)
    }

    /// Notes the execution of a child, before it runs.
    pub(crate) fn child_started(&self, index: usize, execution: &Arc<Execution>) {
        if let Some(child) = self.lock().children.get_mut(index) {
            child.execution = Some(Arc::clone(execution));
        }
    }

    /// Notes the end of a child.
    pub(crate) fn child_ended(&self, index: usize, status: Status) {
        let mut guard = self.lock();
        let progress = &mut *guard;
        let Some(child) = progress.children.get_mut(index) else {
            return;
        };
        if child.end.is_some() {
            return;
        }
        let end = ChildEnd::from(status);
        child.end = Some(end);
        progress.running -= 1;
        progress.executions.end(1, end);
        progress.items.end(child.items, end);
        drop(guard);
        self.changed.notify_one();
    }

    /// Counts the calls of a state in all children from 0.
    pub(crate) fn count_invocation(&self, state: &Arc<str>) -> u32 {
        let mut invocations = self
            .invocations
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let counted = invocations.entry(Arc::clone(state)).or_default();
        let number = *counted;
        *counted += 1;
        number
    }

    /// The executions that are running.
    pub(crate) fn running(&self) -> Vec<Arc<Execution>> {
        let progress = self.lock();
        let running = progress.children.iter().filter(|child| child.end.is_none());
        running
            .filter_map(|child| child.execution.clone())
            .collect()
    }

    /// The children that were started, and the inputs of those that were not.
    pub(crate) fn outcome(&self) -> (Vec<Child>, Vec<ChildInput>) {
        let progress = self.lock();
        let started = progress.children.len();
        let inputs = progress.inputs.as_deref().unwrap_or_default();
        (
            progress.children.clone(),
            inputs.get(started..).unwrap_or_default().to_vec(),
        )
    }

    /// Ends the run.
    pub(crate) fn close(&self, status: RunStatus, now: Timestamp, results_written: bool) {
        let mut guard = self.lock();
        let progress = &mut *guard;
        progress.status = status;
        progress.stopped = Some(now);
        // The inputs are with the executions from here on.
        progress.inputs = None;
        if results_written {
            for counts in [&mut progress.executions, &mut progress.items] {
                counts.results_written = counts.total - counts.pending;
            }
        }
    }

    pub(crate) fn status(&self) -> (RunStatus, Option<Timestamp>) {
        let progress = self.lock();
        (progress.status, progress.stopped)
    }

    pub(crate) fn limits(&self) -> Limits {
        self.lock().limits
    }

    /// Changes the limits of a run that is under way. Returns whether it is.
    pub(crate) fn update(&self, change: impl FnOnce(&mut Limits)) -> bool {
        let mut progress = self.lock();
        if progress.status != RunStatus::Running {
            return false;
        }
        change(&mut progress.limits);
        drop(progress);
        self.changed.notify_one();
        true
    }

    /// The counts of executions and of items.
    pub(crate) fn counts(&self) -> (Counts, Counts) {
        let progress = self.lock();
        (progress.executions, progress.items)
    }

    /// The executions that were started, in the order of their starts.
    pub(crate) fn executions(&self) -> Vec<Arc<Execution>> {
        let progress = self.lock();
        let children = progress.children.iter();
        children
            .filter_map(|child| child.execution.clone())
            .collect()
    }

    fn lock(&self) -> MutexGuard<'_, RunProgress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Limits {
    fn at_once(&self) -> u64 {
        match self.max_concurrency {
            limit @ 1..MAX_CONCURRENCY => limit,
            _ => MAX_CONCURRENCY,
        }
    }

    /// Whether more failed than either limit allows; without limits nothing may fail.
    #[expect(
        clippy::cast_precision_loss,
        reason = "counts of items are far below 2^53"
    )]
    fn are_exceeded(&self, items: &Counts) -> bool {
        let failed = items.failed + items.timed_out + items.aborted;
        if (self.tolerated_count, self.tolerated_percentage) == (None, None) {
            return failed > 0;
        }
        let too_many = self.tolerated_count.is_some_and(|count| failed > count);
        let too_large = self
            .tolerated_percentage
            .is_some_and(|share| failed as f64 * 100.0 > share * items.total as f64);
        too_many || too_large
    }
}

impl Counts {
    fn add_pending(&mut self, number: u64) {
        self.pending += number;
        self.total += number;
    }

    fn start(&mut self, number: u64) {
        self.pending -= number;
        self.running += number;
    }

    fn end(&mut self, number: u64, end: ChildEnd) {
        self.running -= number;
        let ended = match end {
            ChildEnd::Succeeded => &mut self.succeeded,
            ChildEnd::Failed => &mut self.failed,
            ChildEnd::TimedOut => &mut self.timed_out,
            ChildEnd::Aborted => &mut self.aborted,
        };
        *ended += number;
    }
}

impl From<Status> for ChildEnd {
    fn from(status: Status) -> Self {
        match status {
            Status::Succeeded => Self::Succeeded,
            Status::Failed => Self::Failed,
            Status::TimedOut => Self::TimedOut,
            Status::Aborted => Self::Aborted,
        }
    }
}

/// Every map run of an engine.
#[derive(Debug, Default)]
pub(crate) struct MapRuns {
    by_arn: HashMap<Arc<str>, Arc<MapRun>>,
    /// Those of an execution, in the order of their starts.
    by_parent: HashMap<u64, Vec<Arc<MapRun>>>,
    last_number: u64,
}

impl MapRuns {
    /// The number of a new map run.
    pub(crate) fn number(&mut self) -> u64 {
        self.last_number += 1;
        self.last_number
    }

    pub(crate) fn add(&mut self, parent: &Execution, run: &Arc<MapRun>) {
        self.by_arn.insert(run.plan.arn.clone(), Arc::clone(run));
        let siblings = self.by_parent.entry(parent.number).or_default();
        siblings.push(Arc::clone(run));
    }

    pub(crate) fn find(&self, arn: &str) -> Option<Arc<MapRun>> {
        self.by_arn.get(arn).cloned()
    }

    /// Forgets the map runs of an execution.
    pub(crate) fn remove(&mut self, parent: &Execution) -> Vec<Arc<MapRun>> {
        let runs = self.by_parent.remove(&parent.number).unwrap_or_default();
        for run in &runs {
            self.by_arn.remove(&run.plan.arn);
        }
        runs
    }

    /// The map runs of an execution, in the order of their starts.
    pub(crate) fn of(&self, parent: &Execution) -> &[Arc<MapRun>] {
        self.by_parent
            .get(&parent.number)
            .map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exceeded(
        count: Option<u64>,
        percentage: Option<f64>,
        failed: u64,
        timed_out: u64,
        total: u64,
    ) -> bool {
        let limits = Limits {
            max_concurrency: 0,
            tolerated_count: count,
            tolerated_percentage: percentage,
        };
        limits.are_exceeded(&Counts {
            failed,
            timed_out,
            total,
            ..Counts::default()
        })
    }

    #[test]
    fn without_a_limit_nothing_may_fail() {
        assert!(!exceeded(None, None, 0, 0, 10));
        assert!(exceeded(None, None, 1, 0, 10));
        assert!(exceeded(None, None, 0, 1, 10));
    }

    #[test]
    fn the_first_limit_that_is_passed_counts() {
        assert!(!exceeded(Some(2), None, 1, 1, 10));
        assert!(exceeded(Some(2), None, 2, 1, 10));
        assert!(!exceeded(None, Some(20.0), 2, 0, 10));
        assert!(exceeded(None, Some(19.9), 2, 0, 10));
        assert!(exceeded(Some(5), Some(10.0), 2, 0, 10));
        assert!(!exceeded(None, Some(100.0), 10, 0, 10));
    }
}
