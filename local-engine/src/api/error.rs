//! Error answers of the protocol.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;

use serde_json::{Value, json};

use crate::arn::ArnError;
use crate::engine::EngineError;

/// An error answer: code, message and HTTP status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiError {
    code: Cow<'static, str>,
    message: String,
    status: u16,
}

impl ApiError {
    fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            message: message.into(),
            status: 400,
        }
    }

    /// The error code, such as `StateMachineDoesNotExist`.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The message.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The body of the answer.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({ "__type": self.code, "message": self.message })
    }

    /// A request that the protocol does not allow.
    pub(super) fn serialization(message: impl Into<String>) -> Self {
        Self::new("SerializationException", message)
    }

    /// Values outside the bounds of the service's model.
    pub(super) fn validation(message: impl Into<String>) -> Self {
        Self::new("ValidationException", message)
    }

    pub(super) fn invalid_token() -> Self {
        Self::new("InvalidToken", "Invalid Token: 'Invalid token'")
    }

    /// The engine is about to end.
    pub(super) fn unavailable() -> Self {
        Self {
            status: 503,
            ..Self::new(
                "ServiceUnavailable",
                "The engine shuts down before the execution is over.",
            )
        }
    }

    pub(super) fn unknown_operation(operation: &str, planned: bool) -> Self {
        let message = if planned {
            format!("The operation {operation} is not supported by this engine yet.")
        } else {
            format!("There is no operation {operation}.")
        };
        Self::new("UnknownOperationException", message)
    }
}

impl From<EngineError> for ApiError {
    fn from(error: EngineError) -> Self {
        Self::new(error.code().as_str(), error.to_string())
    }
}

impl From<ArnError> for ApiError {
    fn from(error: ArnError) -> Self {
        EngineError::from(error).into()
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

impl Error for ApiError {}
