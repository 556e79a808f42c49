//! Error names in a contract, and why a text is not a contract.

use serde::{Deserialize, Serialize};

use super::format;
use super::retry::{Retrier, RetryContract};
use crate::description::ErrorInfo;

/// An error name that a state machine can meet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ErrorContract {
    /// The name that `Retry` and `Catch` match.
    pub name: String,
    /// What it means.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Whether it is an ordinary result and no trouble of the worker.
    #[serde(default, skip_serializing_if = "format::is_false")]
    pub benign: bool,
    /// What a `Retry` should do about it; none if nothing was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry: Option<RetryContract>,
    /// The keys of its details in the JSON of the cause.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<String>,
}

/// Why a text is not a contract.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct ContractError {
    message: String,
    #[source]
    source: Option<serde_json::Error>,
}

impl ErrorContract {
    /// Takes from a namesake what was not said yet.
    pub(super) fn complete_with(&mut self, other: &ErrorInfo) {
        let described = other.description.map(str::to_owned);
        self.description = self.description.take().or(described);
        self.retry = self.retry.or(other.retry.map(RetryContract::from));
        self.benign |= other.benign;
        for key in other.details {
            if !self.details.iter().any(|known| known == key) {
                self.details.push((*key).to_owned());
            }
        }
    }

    /// The retrier that is meant to try it again, if one is.
    pub(crate) fn retrier(&self) -> Option<Retrier> {
        self.retry.and_then(RetryContract::retrier)
    }

    /// Whether trying again cannot help.
    pub(crate) fn is_terminal(&self) -> bool {
        self.retry.is_some_and(|retry| retry.retrier().is_none())
    }
}

impl From<&ErrorInfo> for ErrorContract {
    fn from(error: &ErrorInfo) -> Self {
        Self {
            name: error.name.to_owned(),
            description: error.description.map(str::to_owned),
            benign: error.benign,
            retry: error.retry.map(RetryContract::from),
            details: error.details.iter().map(|key| (*key).to_owned()).collect(),
        }
    }
}

impl ContractError {
    pub(super) fn unreadable(source: serde_json::Error) -> Self {
        Self {
            message: "the text is not the JSON of a contract, as `Contract::to_json` writes it"
                .to_owned(),
            source: Some(source),
        }
    }

    pub(super) fn version(found: u32, known: u32) -> Self {
        Self {
            message: format!(
                "the contract is of version {found}, and this crate reads version {known}: use \
                 the release that wrote it"
            ),
            source: None,
        }
    }
}
