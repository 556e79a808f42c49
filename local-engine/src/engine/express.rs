//! Express state machines: executions that are waited for, and what they cost.

use super::Engine;
use super::error::{EngineError, ErrorCode};
use super::execution::{ExecutionDescription, StartRequest};
use super::shared::Shared;
use crate::arn::{ExecutionArn, StateMachineArn};
use crate::asl::MachineType;

impl Engine {
    /// Starts an execution of an Express state machine and waits for its end.
    ///
    /// # Errors
    ///
    /// `StateMachineDoesNotExist`; `StateMachineTypeNotSupported` for a standard state machine;
    /// `InvalidName`; `InvalidExecutionInput` if the input is not JSON.
    ///
    /// # Cancel safety
    ///
    /// Dropped, it waits no more; the execution goes on.
    pub async fn start_sync_execution(
        &self,
        state_machine: &StateMachineArn,
        name: Option<&str>,
        input: &str,
    ) -> Result<ExecutionDescription, EngineError> {
        let (state_machine, test_case) = StartRequest::target(state_machine.as_str())?;
        self.start_sync(StartRequest {
            state_machine,
            test_case,
            name: name.map(str::to_owned),
            input: input.into(),
            trace_header: None,
        })
        .await
    }

    pub(crate) async fn start_sync(
        &self,
        request: StartRequest,
    ) -> Result<ExecutionDescription, EngineError> {
        self.require_kind(&request.state_machine, MachineType::Express)?;
        let started = self.start(request)?;
        self.wait(&started.arn).await
    }

    /// Reads the ARN of an execution that a caller may look at.
    pub(crate) fn execution_arn(&self, text: &str) -> Result<ExecutionArn, EngineError> {
        Ok(if self.shared.express_history {
            ExecutionArn::of_any_type(text)?
        } else {
            text.parse()?
        })
    }

    /// Reads the ARN of an execution that a caller may ask to describe: those that map runs have
    /// started may be of either type.
    pub(crate) fn described_arn(&self, text: &str) -> Result<ExecutionArn, EngineError> {
        match ExecutionArn::of_any_type(text) {
            Ok(arn) if arn.is_of_map_run() => Ok(arn),
            _ => self.execution_arn(text),
        }
    }

    /// Refuses to list the executions of a state machine that callers may not look at.
    pub(crate) fn check_listed(&self, state_machine: &StateMachineArn) -> Result<(), EngineError> {
        if self.shared.express_history {
            return Ok(());
        }
        self.require_kind(state_machine, MachineType::Standard)
    }

    /// Refuses what is only for the other type of state machine.
    fn require_kind(
        &self,
        state_machine: &StateMachineArn,
        kind: MachineType,
    ) -> Result<(), EngineError> {
        self.shared.require_kind(state_machine, kind)
    }
}

impl Shared {
    pub(super) fn require_kind(
        &self,
        state_machine: &StateMachineArn,
        kind: MachineType,
    ) -> Result<(), EngineError> {
        let store = self.store();
        let found = store
            .state_machine(state_machine)
            .ok_or_else(|| EngineError::state_machine_missing(state_machine.as_str()))?;
        if found.kind == kind {
            return Ok(());
        }
        Err(EngineError::new(
            ErrorCode::StateMachineTypeNotSupported,
            "This operation is not supported by this type of state machine",
        ))
    }
}

impl ExecutionDescription {
    /// The milliseconds that an Express execution is billed for: each begun hundred counts.
    pub(crate) fn billed_milliseconds(&self) -> i64 {
        let stopped = self.stopped.unwrap_or(self.started);
        let lasted = stopped.duration_since(self.started).as_millis();
        let lasted = i64::try_from(lasted).unwrap_or(i64::MAX);
        ((lasted.max(1) - 1) / 100 + 1).saturating_mul(100)
    }
}
