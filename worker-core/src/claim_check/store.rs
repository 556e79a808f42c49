//! Where payloads are kept: the port, and what can go wrong behind it.

use std::error::Error;
use std::fmt;
use std::pin::Pin;

use super::digest::PayloadDigest;
use crate::failure::{ErrorName, Failure, IntoFailure, names};
use crate::payload::Payload;

/// What a call to a store returns.
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// A place for payloads that are too large for the service.
///
/// An implementation retries what is worth it; what it gives up is up to the state machine.
pub trait PayloadStore: fmt::Debug + Send + Sync + 'static {
    /// Keeps a payload under its digest and says where: a URI of this store.
    ///
    /// The same payload gets the same URI, and writing it again makes it young again.
    ///
    /// # Cancel safety
    ///
    /// Dropped midway, the payload is kept or it is not; it is never kept in part.
    fn put<'a>(&'a self, payload: &'a Payload, digest: PayloadDigest) -> StoreFuture<'a, String>;

    /// Reads what a URI names, which came from outside and may be anything: one that is not of
    /// this store is [`StoreTrouble::Foreign`], and nothing is touched for it. Reading stops
    /// beyond `limit` bytes with [`StoreTrouble::TooLong`].
    ///
    /// # Cancel safety
    ///
    /// May be dropped at any time.
    fn get<'a>(&'a self, uri: &'a str, limit: usize) -> StoreFuture<'a, Vec<u8>>;
}

/// What kind of trouble it is; closed, because each kind has its own error name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "every kind must be thought of everywhere"
)]
pub enum StoreTrouble {
    /// The store is out of reach or in trouble of its own: `Worker.PayloadUnavailable`.
    Unavailable,
    /// There is no such payload, or no longer: `Worker.PayloadUnavailable`.
    Missing,
    /// The worker may not read or write there: `States.Permissions`.
    Denied,
    /// The URI names a place that is not in this store: `States.Permissions`.
    Foreign,
    /// The payload has more bytes than its pointer says: `Worker.PayloadCorrupt`.
    TooLong,
}

/// Why a payload could not be kept or fetched, in words without URIs and without payloads.
#[derive(Debug)]
pub struct StoreError {
    trouble: StoreTrouble,
    message: String,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl StoreError {
    /// Makes an error of a message, which becomes part of a task's cause: nothing of an input
    /// or an output may be in it.
    pub fn new(trouble: StoreTrouble, message: impl Into<String>) -> Self {
        Self {
            trouble,
            message: message.into(),
            source: None,
        }
    }

    /// Adds the error that caused this one.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// What kind of trouble it is.
    #[must_use]
    pub fn trouble(&self) -> StoreTrouble {
        self.trouble
    }
}

impl StoreTrouble {
    fn error_name(self) -> ErrorName {
        ErrorName::from_static(match self {
            Self::Unavailable | Self::Missing => names::PAYLOAD_UNAVAILABLE,
            Self::Denied | Self::Foreign => names::PERMISSIONS,
            Self::TooLong => names::PAYLOAD_CORRUPT,
        })
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

impl IntoFailure for StoreError {
    fn into_failure(self) -> Failure {
        Failure::from_error(self.trouble.error_name(), &self)
    }
}

/// What was to be done with which payload.
#[derive(Debug, thiserror::Error)]
#[error("failed to {verb} {digest:?}")]
pub(super) struct Failed {
    verb: &'static str,
    digest: PayloadDigest,
    source: StoreError,
}

impl Failed {
    /// The failure of a task whose payload a store did not keep or give.
    pub(super) fn to(verb: &'static str, digest: PayloadDigest, source: StoreError) -> Failure {
        let name = source.trouble.error_name();
        let error = Self {
            verb,
            digest,
            source,
        };
        Failure::from_error(name, &error)
    }
}

/// Runs what would keep others from this thread: files, and hashes of megabytes.
pub(super) async fn on_a_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    let joined = tokio::task::spawn_blocking(work).await;
    joined.unwrap_or_else(|error| {
        let message = "the thread that worked on the payload ended early";
        Err(StoreError::new(StoreTrouble::Unavailable, message).with_source(error))
    })
}
