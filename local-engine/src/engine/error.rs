//! Why the engine refuses a call, in the service's own words.

use std::fmt;

use crate::arn::ArnError;

/// Why the engine refuses a call: one of the service's error codes and its text.
///
/// `Display` shows the text as the service words it, which names what was refused. Secrets
/// such as task tokens and inputs are never in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineError {
    code: ErrorCode,
    message: String,
}

/// The service's error codes that the engine uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorCode {
    /// An activity of this name has other settings.
    ActivityAlreadyExists,
    /// There is no such activity.
    ActivityDoesNotExist,
    /// The activity has 1,000 open polls.
    ActivityWorkerLimitExceeded,
    /// An execution of this name has another input, or is closed.
    ExecutionAlreadyExists,
    /// There is no such execution.
    ExecutionDoesNotExist,
    /// The text is not an ARN of the kind that was asked for.
    InvalidArn,
    /// The states language does not allow this definition.
    InvalidDefinition,
    /// The encryption setting is not complete.
    InvalidEncryptionConfiguration,
    /// The input of an execution is not JSON.
    InvalidExecutionInput,
    /// The name has characters that are not allowed, or too many.
    InvalidName,
    /// The output of a task is not JSON.
    InvalidOutput,
    /// The task token or page token is not one of this engine's.
    InvalidToken,
    /// An update that changes nothing.
    MissingRequiredParameter,
    /// There is no resource of this ARN.
    ResourceNotFound,
    /// A state machine of this name has other settings.
    StateMachineAlreadyExists,
    /// There is no such state machine.
    StateMachineDoesNotExist,
    /// The engine does not run state machines of this type.
    StateMachineTypeNotSupported,
    /// The task is closed: reported on, timed out, or not wanted any more.
    TaskTimedOut,
    /// A resource would have more than 50 tags.
    TooManyTags,
    /// A value is outside the bounds of the service's model.
    ValidationException,
}

impl EngineError {
    pub(crate) fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }

    /// Which of the service's errors it is.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        self.code
    }

    pub(crate) fn activity_missing(arn: &str) -> Self {
        Self::new(
            ErrorCode::ActivityDoesNotExist,
            format!("Activity Does Not Exist: '{arn}'"),
        )
    }

    pub(crate) fn state_machine_missing(arn: &str) -> Self {
        Self::new(
            ErrorCode::StateMachineDoesNotExist,
            format!("State Machine Does Not Exist: '{arn}'"),
        )
    }

    pub(crate) fn execution_missing(arn: &str) -> Self {
        Self::new(
            ErrorCode::ExecutionDoesNotExist,
            format!("Execution Does Not Exist: '{arn}'"),
        )
    }

    pub(crate) fn invalid_name(name: &str) -> Self {
        Self::new(ErrorCode::InvalidName, format!("Invalid Name: '{name}'"))
    }

    pub(crate) fn invalid_token() -> Self {
        Self::new(ErrorCode::InvalidToken, "Invalid Token: 'Invalid token'")
    }

    pub(crate) fn task_closed() -> Self {
        Self::new(
            ErrorCode::TaskTimedOut,
            "Task Timed Out: 'Provided task does not exist anymore'",
        )
    }
}

impl ErrorCode {
    /// The code as the service sends it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ActivityAlreadyExists => "ActivityAlreadyExists",
            Self::ActivityDoesNotExist => "ActivityDoesNotExist",
            Self::ActivityWorkerLimitExceeded => "ActivityWorkerLimitExceeded",
            Self::ExecutionAlreadyExists => "ExecutionAlreadyExists",
            Self::ExecutionDoesNotExist => "ExecutionDoesNotExist",
            Self::InvalidArn => "InvalidArn",
            Self::InvalidDefinition => "InvalidDefinition",
            Self::InvalidEncryptionConfiguration => "InvalidEncryptionConfiguration",
            Self::InvalidExecutionInput => "InvalidExecutionInput",
            Self::InvalidName => "InvalidName",
            Self::InvalidOutput => "InvalidOutput",
            Self::InvalidToken => "InvalidToken",
            Self::MissingRequiredParameter => "MissingRequiredParameter",
            Self::ResourceNotFound => "ResourceNotFound",
            Self::StateMachineAlreadyExists => "StateMachineAlreadyExists",
            Self::StateMachineDoesNotExist => "StateMachineDoesNotExist",
            Self::StateMachineTypeNotSupported => "StateMachineTypeNotSupported",
            Self::TaskTimedOut => "TaskTimedOut",
            Self::TooManyTags => "TooManyTags",
            Self::ValidationException => "ValidationException",
        }
    }
}

impl From<ArnError> for EngineError {
    fn from(error: ArnError) -> Self {
        Self::new(ErrorCode::InvalidArn, error.to_string())
    }
}

impl fmt::Display for EngineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for EngineError {}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
