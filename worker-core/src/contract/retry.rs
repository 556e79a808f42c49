//! What a `Retry` should do about an error, as a contract says it.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::format;
use crate::description::RetryHint;

/// What a `Retry` should do about an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RetryContract {
    /// Trying again cannot help.
    Never,
    /// Trying again may help.
    Retry(Retrier),
}

/// What a retrier says, in the units of the states language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Retrier {
    /// Seconds before the first retry: `IntervalSeconds`.
    pub interval_seconds: u32,
    /// How many retries: `MaxAttempts`.
    pub max_attempts: u32,
    /// A hundred times the `BackoffRate`: 200 doubles the wait each time.
    #[serde(rename = "backoffRate", with = "rate")]
    pub backoff_percent: u32,
    /// No wait is longer than so many seconds: `MaxDelaySeconds`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_delay_seconds: Option<u32>,
    /// Whether waits are random, up to what they would be: `JitterStrategy` is `FULL`.
    #[serde(default, skip_serializing_if = "format::is_false")]
    pub jitter: bool,
}

impl RetryContract {
    /// Whether it asks for a retry at all.
    pub(crate) fn retrier(self) -> Option<Retrier> {
        match self {
            Self::Retry(retrier) if retrier.max_attempts > 0 => Some(retrier),
            Self::Retry(_) | Self::Never => None,
        }
    }
}

impl From<RetryHint> for RetryContract {
    fn from(hint: RetryHint) -> Self {
        match hint {
            RetryHint::Never => Self::Never,
            RetryHint::Retry {
                interval_seconds,
                max_attempts,
                backoff_percent,
                max_delay_seconds,
                jitter,
            } => Self::Retry(Retrier {
                interval_seconds,
                max_attempts,
                backoff_percent,
                max_delay_seconds,
                jitter,
            }),
        }
    }
}

impl Serialize for RetryContract {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Never => serializer.serialize_str(NEVER),
            Self::Retry(retrier) => retrier.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for RetryContract {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Word(String),
            Retrier(Retrier),
        }
        match Written::deserialize(deserializer) {
            Ok(Written::Word(word)) if word == NEVER => Ok(Self::Never),
            Ok(Written::Retrier(retrier)) => Ok(Self::Retry(retrier)),
            Ok(Written::Word(_)) | Err(_) => Err(D::Error::custom(
                "`retry` must be \"never\" or an object with intervalSeconds, maxAttempts and a \
                 backoffRate of at least 1",
            )),
        }
    }
}

const NEVER: &str = "never";

/// A rate as a number that is written with its fraction.
mod rate {
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
    pub(super) fn serialize<S: Serializer>(
        percent: &u32,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(f64::from(*percent) / 100.0)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
        let rate = f64::deserialize(deserializer)?;
        // By way of its text, since casts of floats lose silently.
        let percent = format!("{:.0}", rate * 100.0).parse().ok();
        percent
            .filter(|percent| *percent >= 100)
            .ok_or_else(|| D::Error::custom("a rate of at least 1"))
    }
}
