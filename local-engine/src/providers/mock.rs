//! Mocked service integrations: answers from a file instead of calls.
//!
//! The file is that of AWS's Step Functions Local (`SFN_MOCK_CONFIG`), so existing ones work:
//!
//! ```json
//! {
//!   "StateMachines": {
//!     "Orders": { "TestCases": { "Declined": { "Charge": "ChargeDeclines" } } }
//!   },
//!   "MockedResponses": {
//!     "ChargeDeclines": {
//!       "0-1": { "Throw": { "Error": "Busy", "Cause": "try again" } },
//!       "2": { "Return": { "declined": true } }
//!     }
//!   }
//! }
//! ```
//!
//! An execution has a test case when it is started with `…:stateMachine:Orders#Declined`. A state
//! that its test case does not name is not mocked. Numbers count the calls of a state within one
//! execution, from 0; all child executions of a distributed Map count as one. Beyond that format,
//! activities can be mocked like anything else, and a response may have
//!
//! - `"Submit"`: what the call itself is answered with where the task then goes on, as `.sync` and
//!   `.waitForTaskToken` do; without it that is the `Return`;
//! - `"DelaySeconds"`: how long the answer takes, of the runtime's time;
//! - no `"Error"` in its `Throw`, as whoever has a task token may give none;
//! - `"Hang": true` in place of `Return` and `Throw`: there is no answer, so a time-out can be
//!   tested.

mod read;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::time::sleep;

pub use self::read::MockConfigError;
use super::{AnswerFuture, ServiceAnswer, ServiceCall, ServiceFailure, ServiceProvider};

/// A file of mocked service integrations.
///
/// # Examples
///
/// ```
/// use sfn_local_engine::{Engine, MockConfig};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mocks: MockConfig = r#"{
///     "StateMachines": {"Orders": {"TestCases": {"Happy": {"Charge": "Charged"}}}},
///     "MockedResponses": {"Charged": {"0": {"Return": {"charged": true}}}}
/// }"#
/// .parse()?;
/// let engine = Engine::builder().mocks(mocks).build()?;
/// engine.create_state_machine(
///     "Orders",
///     r#"{"StartAt": "Charge", "States": {"Charge": {"Type": "Task", "End": true,
///         "Resource": "arn:aws:lambda:us-east-1:123456789012:function:charge"}}}"#,
/// )?;
/// let machine = "arn:aws:states:us-east-1:123456789012:stateMachine:Orders#Happy".parse()?;
/// let execution = engine.start_execution(&machine, None, "{}")?;
/// let end = engine.wait(&execution).await?;
/// assert_eq!(end.output.as_deref(), Some(r#"{"charged":true}"#));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MockConfig {
    /// Test cases by state machine.
    machines: BTreeMap<String, BTreeMap<String, MockCase>>,
}

/// What the states of one test case are answered with.
pub(crate) type MockCase = BTreeMap<String, Arc<Responses>>;

/// The responses to the calls of a state, in order.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Responses {
    name: String,
    /// The first and last call that each is for.
    ranges: Vec<(u32, u32, Response)>,
}

/// One response.
#[derive(Debug, Clone, PartialEq)]
struct Response {
    submit: Option<Value>,
    delay: Duration,
    end: End,
}

#[derive(Debug, Clone, PartialEq)]
enum End {
    Return(Value),
    Throw {
        error: Option<String>,
        cause: Option<String>,
    },
    Hang,
}

impl MockConfig {
    /// The names of the state machines that have test cases.
    pub fn state_machines(&self) -> impl Iterator<Item = &str> {
        self.machines.keys().map(String::as_str)
    }

    /// The names of a state machine's test cases.
    pub fn test_cases(&self, state_machine: &str) -> impl Iterator<Item = &str> {
        let cases = self.machines.get(state_machine);
        cases.into_iter().flatten().map(|(name, _)| name.as_str())
    }

    /// A test case of a state machine.
    pub(crate) fn test_case(&self, state_machine: &str, name: &str) -> Option<&MockCase> {
        self.machines.get(state_machine)?.get(name)
    }

    fn responses(&self, call: &ServiceCall) -> Option<&Arc<Responses>> {
        // A child execution of a distributed Map is named `Orders/Label`, as no state machine is.
        let state_machine = call.state_machine().split('/').next()?;
        let case = self.test_case(state_machine, call.test_case()?)?;
        case.get(call.state())
    }
}

/// Answers the states that the test case of their execution names.
#[derive(Debug, Clone)]
pub(crate) struct MockProvider(pub(crate) Arc<MockConfig>);

impl ServiceProvider for MockProvider {
    fn answer(&self, call: &ServiceCall) -> Option<AnswerFuture> {
        let responses = Arc::clone(self.0.responses(call)?);
        let call = call.clone();
        Some(Box::pin(async move {
            let Some(response) = responses.at(call.invocation()) else {
                return Err(ServiceFailure::unanswerable(format!(
                    "The mocked response '{}' has nothing for call {} of the state '{}': add \
                     \"{}\" to it.",
                    responses.name,
                    call.invocation(),
                    call.state(),
                    call.invocation()
                )));
            };
            respond(response.clone(), &call).await
        }))
    }
}

impl Responses {
    fn at(&self, invocation: u32) -> Option<&Response> {
        self.ranges
            .iter()
            .find(|(first, last, _)| (*first..=*last).contains(&invocation))
            .map(|(_, _, response)| response)
    }
}

async fn respond(response: Response, call: &ServiceCall) -> Result<ServiceAnswer, ServiceFailure> {
    if let Some(output) = response.submit {
        call.submit(output);
    }
    if !response.delay.is_zero() {
        sleep(response.delay).await;
    }
    match response.end {
        End::Return(value) => Ok(ServiceAnswer::Result(value)),
        End::Throw { error, cause } => Err(ServiceFailure {
            error,
            cause,
            unanswerable: false,
        }),
        End::Hang => std::future::pending().await,
    }
}
