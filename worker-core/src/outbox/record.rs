//! What an entry says: the outcome of one task, as a JSON document.

use std::borrow::Cow;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use crate::failure::{Failure, Notes};
use crate::name::ActivityName;
use crate::payload::Payload;
use crate::token::TaskToken;

/// The outcome of one task, and what it takes to report it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Record {
    pub(crate) token: TaskToken,
    pub(crate) activity: ActivityName,
    pub(crate) result: Result<Payload, Failure>,
    /// How often the task was kept alive, to the millisecond; it still must be, in a later run.
    pub(crate) heartbeat: Duration,
    /// By the wall clock, to the millisecond.
    pub(crate) written_at: SystemTime,
}

/// The document. The output is a text in it, so that it comes back byte for byte.
#[derive(Serialize, Deserialize)]
struct Document<'a> {
    token: Cow<'a, str>,
    activity: Cow<'a, str>,
    outcome: Written<'a>,
    /// Milliseconds between two heartbeats.
    heartbeat: u64,
    /// Milliseconds since 1970.
    written_at: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Written<'a> {
    Succeeded(Cow<'a, str>),
    Failed {
        error: Cow<'a, str>,
        /// The parts of the cause, so that both forms of it can be made of them.
        chain: Cow<'a, [String]>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        notes: Option<Cow<'a, Notes>>,
    },
}

impl Record {
    #[expect(
        clippy::expect_used,
        reason = "a document of texts and a number is written into memory"
    )]
    pub(super) fn to_json(&self) -> Vec<u8> {
        let since = self.written_at.duration_since(UNIX_EPOCH);
        let milliseconds = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        let document = Document {
            token: self.token.expose().into(),
            activity: self.activity.as_str().into(),
            outcome: match &self.result {
                Ok(output) => Written::Succeeded(output.as_str().into()),
                Err(failure) => Written::Failed {
                    error: failure.error().into(),
                    chain: failure.texts().into(),
                    notes: failure.noted().map(Cow::Borrowed),
                },
            },
            heartbeat: milliseconds(self.heartbeat),
            written_at: since.map_or(0, milliseconds),
        };
        serde_json::to_vec(&document).expect("texts and numbers can be written as JSON")
    }

    /// Reads a document; none if it is not one. Why not is not said: it would quote secrets.
    pub(super) fn from_json(json: &[u8]) -> Option<Self> {
        let document: Document<'_> = serde_json::from_slice(json).ok()?;
        let result = match document.outcome {
            Written::Succeeded(output) => Ok(Payload::new(output)),
            Written::Failed {
                error,
                chain,
                notes,
            } => {
                let notes = notes.map(Cow::into_owned);
                let failure = Failure::restored(error.into_owned(), chain.into_owned(), notes);
                Err(failure?)
            }
        };
        Some(Self {
            token: TaskToken::new(document.token),
            activity: document.activity.parse().ok()?,
            result,
            heartbeat: Duration::from_millis(document.heartbeat),
            written_at: UNIX_EPOCH.checked_add(Duration::from_millis(document.written_at))?,
        })
    }
}
