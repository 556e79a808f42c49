//! Looking at map runs, and steering them.

use std::sync::Arc;

use jiff::Timestamp;

use super::Engine;
use super::error::{EngineError, ErrorCode};
use super::execution::{ExecutionDescription, ExecutionStatus, describe};
use crate::arn::{ExecutionArn, StateMachineArn};
use crate::objects::ObjectStore;
use crate::store::{Counts, Limits, MapRun, RunStatus};

/// A map run as it was at one time.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct MapRunDescription {
    /// Its ARN: `arn:…:mapRun:{state machine}/{label}:{id}`.
    pub arn: Arc<str>,
    /// The execution with the Map.
    pub execution: ExecutionArn,
    /// The state machine of the child executions, as their ARNs name it.
    pub state_machine: StateMachineArn,
    /// Whether it is running, and if not, how it ended.
    pub status: MapRunStatus,
    /// When it was started.
    pub started: Timestamp,
    /// When it ended.
    pub stopped: Option<Timestamp>,
    /// How many child executions may run at once; without limit if zero.
    pub max_concurrency: u64,
    /// How many items may fail.
    pub tolerated_failure_count: u64,
    /// What share of the items may fail, in per cent.
    pub tolerated_failure_percentage: f64,
    /// How many items are in which state.
    pub items: MapRunCounts,
    /// How many child executions are in which state.
    pub executions: MapRunCounts,
    /// The number by which lists are sorted.
    pub(crate) number: u64,
}

/// The status of a map run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MapRunStatus {
    /// It is not over.
    Running,
    /// Few enough of its items failed.
    Succeeded,
    /// It could not read or write, or more of its items failed than is tolerated.
    Failed,
    /// The execution with the Map went on or ended without it.
    Aborted,
}

/// How many items or child executions of a map run are in which state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct MapRunCounts {
    /// Not started.
    pub pending: u64,
    /// Started and not over.
    pub running: u64,
    /// Succeeded.
    pub succeeded: u64,
    /// Failed.
    pub failed: u64,
    /// Ran past a time-out.
    pub timed_out: u64,
    /// Stopped.
    pub aborted: u64,
    /// All of them.
    pub total: u64,
    /// Written by the `ResultWriter`.
    pub results_written: u64,
}

/// What is changed about a map run; what is `None` stays.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[expect(
    clippy::exhaustive_structs,
    reason = "the service lets three settings be changed; they are set by name"
)]
pub struct MapRunUpdate {
    /// How many child executions may run at once; without limit if zero. Those that run go on.
    pub max_concurrency: Option<u64>,
    /// How many items may fail.
    pub tolerated_failure_count: Option<u64>,
    /// What share of the items may fail, in per cent.
    pub tolerated_failure_percentage: Option<f64>,
}

impl Engine {
    /// The objects that distributed Maps read and write.
    #[must_use]
    pub fn objects(&self) -> Arc<dyn ObjectStore> {
        Arc::clone(&self.shared.objects)
    }

    /// The map runs of an execution, the newest first.
    ///
    /// # Errors
    ///
    /// `ExecutionDoesNotExist`.
    pub fn map_runs(
        &self,
        execution: &ExecutionArn,
    ) -> Result<Vec<MapRunDescription>, EngineError> {
        let execution = self
            .shared
            .store()
            .execution(execution)
            .cloned()
            .ok_or_else(|| EngineError::execution_missing(execution.as_str()))?;
        let runs = self.shared.map_runs();
        let found = runs.of(&execution).iter().rev();
        Ok(found.map(|run| describe_run(run)).collect())
    }

    /// Describes a map run as it is now.
    ///
    /// # Errors
    ///
    /// `ResourceNotFound`.
    pub fn describe_map_run(&self, map_run: &str) -> Result<MapRunDescription, EngineError> {
        Ok(describe_run(&*self.find_map_run(map_run)?))
    }

    /// Changes how many child executions of a map run may run at once, and how many may fail.
    /// It takes effect at once.
    ///
    /// # Errors
    ///
    /// `ResourceNotFound`; `ValidationException` if a percentage is not between 0 and 100, or
    /// if the map run is over.
    pub fn update_map_run(&self, map_run: &str, update: MapRunUpdate) -> Result<(), EngineError> {
        let invalid = |message: &str| EngineError::new(ErrorCode::ValidationException, message);
        let share = update.tolerated_failure_percentage;
        if share.is_some_and(|share| !(0.0..=100.0).contains(&share)) {
            return Err(invalid(
                "toleratedFailurePercentage must be between 0 and 100",
            ));
        }
        let run = self.find_map_run(map_run)?;
        if run.update(|limits| update.apply(limits)) {
            Ok(())
        } else {
            Err(invalid("Map Run is not running and cannot be updated"))
        }
    }

    /// The child executions of a map run that come before the one of that number, the newest
    /// first.
    pub(crate) fn children_before(
        &self,
        map_run: &str,
        number: Option<u64>,
        wanted: impl Fn(ExecutionStatus) -> bool,
        limit: usize,
    ) -> Result<Vec<ExecutionDescription>, EngineError> {
        let children = self.find_map_run(map_run)?.executions();
        let found = children.iter().rev();
        let found = found.filter(|child| number.is_none_or(|number| child.number < number));
        let found = found.map(|child| describe(child));
        Ok(found
            .filter(|child| wanted(child.status))
            .take(limit)
            .collect())
    }

    fn find_map_run(&self, arn: &str) -> Result<Arc<MapRun>, EngineError> {
        self.shared.map_runs().find(arn).ok_or_else(|| {
            EngineError::new(
                ErrorCode::ResourceNotFound,
                format!("Resource not found: '{arn}'"),
            )
        })
    }
}

impl MapRunUpdate {
    fn apply(self, limits: &mut Limits) {
        if let Some(max_concurrency) = self.max_concurrency {
            limits.max_concurrency = max_concurrency;
        }
        if let Some(count) = self.tolerated_failure_count {
            limits.tolerated_count = Some(count);
        }
        if let Some(percentage) = self.tolerated_failure_percentage {
            limits.tolerated_percentage = Some(percentage);
        }
    }
}

impl MapRunStatus {
    /// The status as the service writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Running => "RUNNING",
            Self::Succeeded => "SUCCEEDED",
            Self::Failed => "FAILED",
            Self::Aborted => "ABORTED",
        }
    }
}

impl From<RunStatus> for MapRunStatus {
    fn from(status: RunStatus) -> Self {
        match status {
            RunStatus::Running => Self::Running,
            RunStatus::Succeeded => Self::Succeeded,
            RunStatus::Failed => Self::Failed,
            RunStatus::Aborted => Self::Aborted,
        }
    }
}

impl From<Counts> for MapRunCounts {
    fn from(counts: Counts) -> Self {
        Self {
            pending: counts.pending,
            running: counts.running,
            succeeded: counts.succeeded,
            failed: counts.failed,
            timed_out: counts.timed_out,
            aborted: counts.aborted,
            total: counts.total,
            results_written: counts.results_written,
        }
    }
}

fn describe_run(run: &MapRun) -> MapRunDescription {
    let (status, stopped) = run.status();
    let limits = run.limits();
    let (executions, items) = run.counts();
    MapRunDescription {
        arn: Arc::clone(&run.plan.arn),
        execution: run.parent_arn.clone(),
        state_machine: run.machine.arn.clone(),
        status: status.into(),
        started: run.started,
        stopped,
        max_concurrency: limits.max_concurrency,
        tolerated_failure_count: limits.tolerated_count.unwrap_or(0),
        tolerated_failure_percentage: limits.tolerated_percentage.unwrap_or(0.0),
        items: items.into(),
        executions: executions.into(),
        number: run.number,
    }
}
