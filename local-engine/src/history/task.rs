//! What events tell of Lambda functions and of services.

use std::sync::Arc;

/// An event of a Task whose resource is a Lambda function.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum LambdaEvent {
    /// The call is about to be made.
    Scheduled {
        /// The ARN of the function.
        resource: Arc<str>,
        /// The input of the function.
        input: Arc<str>,
        /// `TimeoutSeconds`, if the state sets it.
        timeout_in_seconds: Option<u64>,
        /// The role of `Credentials`.
        role_arn: Option<Arc<str>>,
    },
    /// The call was made.
    Started,
    /// The function returned.
    Succeeded {
        /// What it returned.
        output: Arc<str>,
    },
    /// The function failed, or could not be called.
    Failed {
        /// The error name.
        error: Option<Arc<str>>,
        /// The cause, if there is one.
        cause: Option<Arc<str>>,
    },
    /// The clock of the state ran out.
    TimedOut {
        /// The error name, `States.Timeout`.
        error: Option<Arc<str>>,
        /// The cause, if there is one.
        cause: Option<Arc<str>>,
    },
}

/// An event of a Task whose resource is an action of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServiceEvent {
    /// The action, with what is waited for: `sendMessage.waitForTaskToken`.
    pub resource: Arc<str>,
    /// The service, such as `sqs` or `aws-sdk:sqs`.
    pub resource_type: Arc<str>,
    /// What happened.
    pub kind: ServiceEventKind,
}

/// What happened to a call of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ServiceEventKind {
    /// The call is about to be made.
    Scheduled {
        /// The region in which it is made.
        region: Arc<str>,
        /// The parameters of the call.
        parameters: Arc<str>,
        /// `TimeoutSeconds`, if the state sets it.
        timeout_in_seconds: Option<u64>,
        /// `HeartbeatSeconds`, if the state sets it.
        heartbeat_in_seconds: Option<u64>,
        /// The role of `Credentials`.
        role_arn: Option<Arc<str>>,
    },
    /// The call was made.
    Started,
    /// The call was answered; the execution waits for the job, or for the token.
    Submitted {
        /// The answer.
        output: Arc<str>,
    },
    /// What was waited for is there.
    Succeeded {
        /// The result.
        output: Arc<str>,
    },
    /// The call or the job failed, or the holder of the token said so.
    Failed {
        /// The error name.
        error: Option<Arc<str>>,
        /// The cause, if there is one.
        cause: Option<Arc<str>>,
    },
    /// A clock of the state ran out.
    TimedOut {
        /// The error name, `States.Timeout` for either clock.
        error: Option<Arc<str>>,
        /// The cause, if there is one.
        cause: Option<Arc<str>>,
    },
}

impl LambdaEvent {
    pub(super) fn event_type(&self) -> &'static str {
        match self {
            Self::Scheduled { .. } => "LambdaFunctionScheduled",
            Self::Started => "LambdaFunctionStarted",
            Self::Succeeded { .. } => "LambdaFunctionSucceeded",
            Self::Failed { .. } => "LambdaFunctionFailed",
            Self::TimedOut { .. } => "LambdaFunctionTimedOut",
        }
    }
}

impl ServiceEventKind {
    pub(super) fn event_type(&self) -> &'static str {
        match self {
            Self::Scheduled { .. } => "TaskScheduled",
            Self::Started => "TaskStarted",
            Self::Submitted { .. } => "TaskSubmitted",
            Self::Succeeded { .. } => "TaskSucceeded",
            Self::Failed { .. } => "TaskFailed",
            Self::TimedOut { .. } => "TaskTimedOut",
        }
    }
}
