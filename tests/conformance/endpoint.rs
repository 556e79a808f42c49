//! The engine under test, called in process as a client would call it over HTTP.

use serde_json::{Map, Value, json};
use sfn_local_engine::{Api, Engine, EngineBuilder, MemoryObjects, MockConfig};

use crate::mocked::Silence;

/// The account of every engine under test.
pub(crate) const ACCOUNT: &str = "000000000000";
/// Its region.
pub(crate) const REGION: &str = "us-east-1";

/// Error codes that the service's model has; any other is `ClientError` to a caller.
const MODELLED: [&str; 33] = [
    "ActivityAlreadyExists",
    "ActivityDoesNotExist",
    "ActivityLimitExceeded",
    "ActivityWorkerLimitExceeded",
    "ConflictException",
    "ExecutionAlreadyExists",
    "ExecutionDoesNotExist",
    "ExecutionLimitExceeded",
    "ExecutionNotRedrivable",
    "InvalidArn",
    "InvalidDefinition",
    "InvalidEncryptionConfiguration",
    "InvalidExecutionInput",
    "InvalidLoggingConfiguration",
    "InvalidName",
    "InvalidOutput",
    "InvalidToken",
    "InvalidTracingConfiguration",
    "KmsAccessDeniedException",
    "KmsInvalidStateException",
    "KmsThrottlingException",
    "MissingRequiredParameter",
    "ResourceNotFound",
    "ServiceQuotaExceededException",
    "StateMachineAlreadyExists",
    "StateMachineDeleting",
    "StateMachineDoesNotExist",
    "StateMachineLimitExceeded",
    "StateMachineTypeNotSupported",
    "TaskDoesNotExist",
    "TaskTimedOut",
    "TooManyTags",
    "ValidationException",
];

/// An engine of its own, empty.
#[derive(Debug, Clone)]
pub(crate) struct Endpoint {
    api: Api,
}

/// What came back: the HTTP status and the body, also of an error.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) operation: String,
    pub(crate) status: u16,
    pub(crate) body: Value,
}

impl Endpoint {
    /// Starts an engine; the runtime's clock is its clock.
    ///
    /// # Panics
    ///
    /// Outside a runtime, or when account or region are refused.
    pub(crate) fn start() -> Self {
        Self::build(Engine::builder())
    }

    /// Starts an engine with these objects, which answers calls of other services by the test
    /// case `Case` of these mocks.
    ///
    /// # Panics
    ///
    /// As [`start`](Self::start).
    pub(crate) fn start_own(objects: MemoryObjects, mocks: Option<MockConfig>) -> Self {
        let mut builder = Engine::builder().objects(objects);
        if let Some(mocks) = mocks {
            builder = builder.mocks(mocks).mock_case("Case").provider(Silence);
        }
        Self::build(builder)
    }

    /// Starts an engine that answers calls of other services by this test case, and lets functions
    /// that it does not mock wait.
    ///
    /// # Panics
    ///
    /// As [`start`](Self::start).
    pub(crate) fn start_mocked(mocks: MockConfig, case: &str) -> Self {
        Self::build(
            Engine::builder()
                .mocks(mocks)
                .mock_case(case)
                .provider(Silence),
        )
    }

    fn build(builder: EngineBuilder) -> Self {
        let engine = builder.account(ACCOUNT).region(REGION).build();
        Self {
            api: Api::new(engine.expect("a valid account and region, within a runtime")),
        }
    }

    /// Calls an operation.
    pub(crate) async fn call(&self, operation: &str, request: &Value) -> Answer {
        let answer = self
            .api
            .call(operation, request.to_string().as_bytes())
            .await;
        let (status, body) = match answer {
            Ok(body) => (200, body),
            Err(error) => (error.status(), error.to_json()),
        };
        Answer {
            operation: operation.to_owned(),
            status,
            body,
        }
    }
}

impl Answer {
    /// The error code, if the call was refused.
    pub(crate) fn code(&self) -> Option<&str> {
        let code = self.body["__type"]
            .as_str()
            .filter(|_| self.status != 200)?;
        Some(code.rsplit('#').next().unwrap_or(code))
    }

    /// The text of the error.
    pub(crate) fn message(&self) -> &str {
        let message = self
            .body
            .get("message")
            .or_else(|| self.body.get("Message"));
        message.and_then(Value::as_str).unwrap_or_default()
    }

    /// Why the engine refused, if it is because it does not support something yet.
    pub(crate) fn unsupported(&self) -> Option<String> {
        match self.code()? {
            "UnknownOperationException" => Some(format!("the operation {}", self.operation)),
            _ if is_unsupported(self.message()) => Some(self.message().to_owned()),
            _ => None,
        }
    }

    /// The problems of a refused definition that are more than something not supported yet.
    pub(crate) fn real_problems(&self) -> Vec<&str> {
        let problems = problems(self.message());
        problems
            .filter(|problem| !is_unsupported(problem))
            .collect()
    }

    /// The error as client libraries show it: its members, code and message.
    pub(crate) fn error(&self) -> Value {
        let members = self.body.as_object().filter(|_| self.is_modelled());
        let mut error: Map<String, Value> = members
            .into_iter()
            .flatten()
            .filter(|(key, _)| *key != "__type")
            .map(|(key, member)| (key.clone(), member.clone()))
            .collect();
        let code = self.code().unwrap_or_default();
        error.insert(
            "Error".to_owned(),
            json!({"Code": code, "Message": self.message()}),
        );
        error.into()
    }

    /// The error's type as client libraries name it.
    pub(crate) fn error_type(&self) -> &str {
        match self.code() {
            Some(code) if self.is_modelled() => code,
            _ => "ClientError",
        }
    }

    fn is_modelled(&self) -> bool {
        self.code().is_some_and(|code| MODELLED.contains(&code))
    }
}

/// Whether the engine says in its own words that something is still missing.
fn is_unsupported(text: &str) -> bool {
    text.contains("NOT_SUPPORTED_YET") || text.contains("not supported by this engine yet")
}

/// The problems in a text such as `… ''CODE: what is wrong at /a', 'CODE: what else at /b''`.
fn problems(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let mut commas = text.match_indices("', '").map(|(comma, _)| comma);
        let end = commas.find(|comma| begins_with_code(&text[comma + 4..]));
        rest = end.map(|end| &text[end + 4..]);
        Some(&text[..end.unwrap_or(text.len())])
    })
}

fn begins_with_code(text: &str) -> bool {
    let code = text.split_once(": ").map_or("", |(code, _)| code);
    code.contains('_')
        && code
            .bytes()
            .all(|byte| byte == b'_' || byte.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_problems_of_a_refusal_are_told_apart() {
        let text =
            "Invalid: ''NOT_SUPPORTED_YET: a, b at /x', 'SCHEMA_VALIDATION_FAILED: c at /y''";
        let found: Vec<&str> = problems(text).collect();
        assert_eq!(
            found,
            [
                "Invalid: ''NOT_SUPPORTED_YET: a, b at /x",
                "SCHEMA_VALIDATION_FAILED: c at /y''"
            ]
        );
    }

    #[test]
    fn an_error_that_the_model_does_not_know_is_a_client_error() {
        let answer = |code: &str| Answer {
            operation: "CreateActivity".to_owned(),
            status: 400,
            body: json!({"__type": code, "message": "no", "reason": "x"}),
        };
        assert_eq!(answer("a#InvalidName").error_type(), "InvalidName");
        assert_eq!(
            answer("InvalidName").error(),
            json!({"message": "no", "reason": "x", "Error": {"Code": "InvalidName", "Message": "no"}})
        );
        assert_eq!(answer("Odd").error_type(), "ClientError");
        assert_eq!(
            answer("Odd").error(),
            json!({"Error": {"Code": "Odd", "Message": "no"}})
        );
    }
}
