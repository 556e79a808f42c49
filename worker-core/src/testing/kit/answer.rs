//! What can be asserted of the answer to a task.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::testing::task::Answer;

#[expect(
    clippy::must_use_candidate,
    reason = "what an assertion returns is for those who chain it"
)]
impl Answer {
    /// The output, decoded.
    ///
    /// # Panics
    ///
    /// The task failed, or its output is not the JSON of a `T`.
    #[must_use]
    #[track_caller]
    pub fn decoded<T: DeserializeOwned>(&self) -> T {
        match serde_json::from_str(self.expect_output()) {
            Ok(output) => output,
            Err(error) => panic!("the task {}, which does not decode: {error}", self.told()),
        }
    }

    /// Asserts that the task succeeded.
    ///
    /// # Panics
    ///
    /// It failed.
    #[track_caller]
    pub fn assert_succeeded(&self) -> &Self {
        self.expect_output();
        self
    }

    /// Asserts that the task succeeded with an output: a value of the output's own type, or a
    /// `json!`.
    ///
    /// # Panics
    ///
    /// It failed, or succeeded with another output.
    #[track_caller]
    pub fn assert_succeeded_with(&self, output: impl Serialize) -> &Self {
        let expected = match serde_json::to_value(output) {
            Ok(expected) => expected,
            Err(error) => panic!("the expected output cannot be encoded as JSON: {error}"),
        };
        let found: Value = self.decoded();
        assert!(
            found == expected,
            "the task succeeded with another output\n expected: {expected:#}\n    found: {found:#}"
        );
        self
    }

    /// Asserts that the task failed under this name.
    ///
    /// # Panics
    ///
    /// It succeeded, or failed under another name.
    #[track_caller]
    pub fn assert_failed(&self, error: &str) -> &Self {
        let found = self.error();
        assert!(
            found == Some(error),
            "expected a failure {error}, but the task {}",
            self.told()
        );
        self
    }

    /// Asserts that the task failed under this name, and that the cause has this text in it.
    ///
    /// # Panics
    ///
    /// It succeeded, failed under another name, or for another cause.
    #[track_caller]
    pub fn assert_failed_because(&self, error: &str, cause: &str) -> &Self {
        self.assert_failed(error);
        let found = self.cause().unwrap_or_default();
        assert!(
            found.contains(cause),
            "expected a cause with {cause:?} in it, found {found:?}"
        );
        self
    }

    #[track_caller]
    fn expect_output(&self) -> &str {
        match self.output() {
            Some(output) => output,
            None => panic!("expected a success, but the task {}", self.told()),
        }
    }

    /// What it was, for the message of a test.
    pub(super) fn told(&self) -> String {
        match self {
            Self::Succeeded(output) => format!("succeeded with {}", output.as_str()),
            Self::Failed { error, cause } => format!("failed as {error}: {cause}"),
        }
    }
}
