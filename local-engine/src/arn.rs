//! ARNs of state machines and executions, and the place that all ARNs of an engine name.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use sfn_worker_core::{ActivityArn, ActivityName};

/// The longest ARN that the service accepts, in characters.
const ARN_LIMIT: usize = 256;

/// The ARN of a state machine: `arn:{partition}:states:{region}:{account}:stateMachine:{name}`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StateMachineArn(Arc<str>);

/// The ARN of an execution:
/// `arn:{partition}:states:{region}:{account}:execution:{state machine}:{name}`. That of an
/// Express execution, which the service's operations do not take, reads
/// `arn:…:express:{state machine}:{name}:{id}`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExecutionArn(Arc<str>);

/// Why a text is not the ARN that was asked for, as the service says it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Invalid Arn: '{0}'")]
pub struct ArnError(String);

/// Where an engine pretends to be: the region and account in all its ARNs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    region: String,
    account: String,
}

impl StateMachineArn {
    /// The ARN as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last part of the ARN.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.splitn(7, ':').last().unwrap_or_default()
    }
}

impl ExecutionArn {
    /// The ARN as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl ExecutionArn {
    /// Whether it is the ARN of a child execution of a map run, whose state machine is called
    /// `{state machine}/{label}`.
    pub(crate) fn is_of_map_run(&self) -> bool {
        let rest = self.0.splitn(7, ':').last().unwrap_or_default();
        let state_machine = rest.split(':').next().unwrap_or_default();
        state_machine.contains('/')
    }

    /// Reads the ARN of an execution of either type of state machine.
    pub(crate) fn of_any_type(text: &str) -> Result<Self, ArnError> {
        match check(text, "express") {
            Ok(()) => Ok(Self(text.into())),
            Err(_) => text.parse(),
        }
    }
}

impl FromStr for StateMachineArn {
    type Err = ArnError;

    fn from_str(text: &str) -> Result<Self, ArnError> {
        check(text, "stateMachine")?;
        Ok(Self(text.into()))
    }
}

impl FromStr for ExecutionArn {
    type Err = ArnError;

    fn from_str(text: &str) -> Result<Self, ArnError> {
        check(text, "execution")?;
        Ok(Self(text.into()))
    }
}

/// Reads an activity's ARN, with the service's words for what is wrong with it.
pub(crate) fn activity_arn(text: &str) -> Result<ActivityArn, ArnError> {
    check(text, "activity")?;
    text.parse()
        .map_err(|_| ArnError(format!("Invalid ARN: {text}")))
}

/// Refuses what is not the ARN of a map run.
pub(crate) fn check_map_run(text: &str) -> Result<(), ArnError> {
    check(text, "mapRun")
}

impl Place {
    /// A place whose parts were checked by the builder.
    pub(crate) fn new(region: String, account: String) -> Self {
        Self { region, account }
    }

    pub(crate) fn region(&self) -> &str {
        &self.region
    }

    pub(crate) fn account(&self) -> &str {
        &self.account
    }

    pub(crate) fn activity(&self, name: &ActivityName) -> String {
        self.arn("activity", name.as_str())
    }

    pub(crate) fn state_machine(&self, name: &str) -> StateMachineArn {
        StateMachineArn(self.arn("stateMachine", name).into())
    }

    pub(crate) fn execution(&self, state_machine: &str, name: &str) -> ExecutionArn {
        ExecutionArn(
            self.arn("execution", &format!("{state_machine}:{name}"))
                .into(),
        )
    }

    /// The ARN of an execution of an Express state machine, of which many may have one name.
    pub(crate) fn express_execution(
        &self,
        state_machine: &str,
        name: &str,
        id: &str,
    ) -> ExecutionArn {
        ExecutionArn(
            self.arn("express", &format!("{state_machine}:{name}:{id}"))
                .into(),
        )
    }

    fn arn(&self, kind: &str, rest: &str) -> String {
        let Self { region, account } = self;
        format!("arn:aws:states:{region}:{account}:{kind}:{rest}")
    }
}

fn check(text: &str, kind: &str) -> Result<(), ArnError> {
    if !text.starts_with("arn:") {
        return Err(ArnError(format!("Invalid ARN prefix: {text}")));
    }
    if text.chars().count() > ARN_LIMIT {
        return Err(ArnError(format!(
            "ARN has more than {ARN_LIMIT} characters"
        )));
    }
    let parts: Vec<&str> = text.splitn(7, ':').collect();
    match parts[..] {
        ["arn", _, "states", _, _, found, rest] if found == kind && !rest.is_empty() => Ok(()),
        ["arn", _, "states", _, _, found, _] => Err(ArnError(format!(
            "Resource type not valid in this context: {found}"
        ))),
        _ => Err(ArnError(format!("Invalid ARN: {text}"))),
    }
}

macro_rules! shown_as_text {
    ($($type:ident),*) => {$(
        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(self.as_str(), f)
            }
        }

        impl AsRef<str> for $type {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }
    )*};
}

shown_as_text!(StateMachineArn, ExecutionArn);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_of_the_engine_reads_back() {
        let place = Place::new("eu-west-1".to_owned(), "123456789012".to_owned());
        let machine = place.state_machine("orders");
        assert_eq!(machine.as_str().parse(), Ok(machine));
        let execution = place.execution("orders", "run.1");
        assert_eq!(execution.as_str().parse(), Ok(execution));
    }

    #[test]
    fn what_is_not_an_arn_is_refused_in_the_services_words() {
        let error = "no_arn".parse::<StateMachineArn>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "Invalid Arn: 'Invalid ARN prefix: no_arn'"
        );
    }

    #[test]
    fn an_arn_of_another_kind_is_refused() {
        let activity = "arn:aws:states:us-east-1:123456789012:activity:a";
        assert!(activity.parse::<StateMachineArn>().is_err());
        assert!(activity.parse::<ExecutionArn>().is_err());
        assert!(activity_arn(activity).is_ok());
        assert!(activity_arn("arn:aws:s3:::bucket").is_err());
    }
}
