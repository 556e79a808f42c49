//! One stored outcome, and the ones that wait to be sent.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::Shared;
use super::frame::{self, Unreadable};
use super::record::Record;

/// A stored outcome in somebody's hand.
///
/// Dropped without [`remove`](Self::remove), it stays on the disk and is pending again.
pub(crate) struct Entry {
    shared: Arc<Shared>,
    number: u64,
    bytes: u64,
    /// What the disk says of whether a report may have been taken; none while it is written.
    maybe_taken: Option<bool>,
    removed: bool,
}

/// An outcome that was stored and not removed.
#[derive(Debug)]
pub(crate) struct Stored {
    pub(crate) entry: Entry,
    pub(crate) record: Record,
    /// Whether the service may have taken a report of it before: an attempt was begun and its
    /// end is not known. If the token is closed, it was then probably delivered.
    pub(crate) maybe_taken: bool,
}

/// The stored outcomes that nobody else holds, oldest first, one in memory at a time.
///
/// Dropped before its end, the rest is pending again.
pub(crate) struct Pending {
    shared: Arc<Shared>,
    rest: BTreeMap<u64, u64>,
}

impl Entry {
    pub(super) fn new(shared: Arc<Shared>, number: u64, bytes: u64) -> Self {
        Self {
            shared,
            number,
            bytes,
            maybe_taken: Some(false),
            removed: false,
        }
    }

    /// Notes that a report is about to be sent: from here on the service may have taken it.
    ///
    /// It is noted in the name of the file, by one rename that need not reach the disk: the
    /// death of the process does not undo it, and that of the machine costs a word in a log.
    pub(crate) async fn sending(&mut self) {
        self.note(true).await;
    }

    /// Notes that no attempt so far can have been taken by the service.
    pub(crate) async fn not_taken(&mut self) {
        self.note(false).await;
    }

    /// Removes the file: the service has accepted the outcome or no longer wants it.
    ///
    /// The directory is not flushed to the disk: if the machine dies and the file comes back,
    /// the report is repeated, and the service answers that the token is closed.
    ///
    /// Dropped midway, the file is removed nevertheless.
    pub(crate) async fn remove(self) {
        // A runtime that is shutting down does not run it: then the file is pending again.
        let _ = tokio::task::spawn_blocking(move || self.remove_now()).await;
    }

    async fn note(&mut self, maybe_taken: bool) {
        if self.maybe_taken == Some(maybe_taken) {
            return;
        }
        self.maybe_taken = None; // until it is known, should this be dropped
        let (shared, number) = (Arc::clone(&self.shared), self.number);
        let noted =
            tokio::task::spawn_blocking(move || shared.folder.mark(number, maybe_taken)).await;
        match noted {
            Ok(Ok(())) => self.maybe_taken = Some(maybe_taken),
            Ok(Err(error)) => {
                tracing::debug!(%error, entry = number, "failed to note an attempt in the outbox");
            }
            Err(_) => {}
        }
    }

    fn remove_now(mut self) {
        match self.shared.folder.remove(self.number) {
            Ok(()) => {
                self.removed = true;
                self.shared.ledger.release(self.bytes);
            }
            Err(error) => tracing::warn!(
                %error,
                outbox = %self.shared.folder.path().display(),
                entry = self.number,
                "failed to remove a reported outcome from the outbox, the next start repeats it"
            ),
        }
    }

    /// Reads what the entry says; none if it cannot be read, which is logged.
    fn read(mut self) -> Option<Stored> {
        let folder = &self.shared.folder;
        let (bytes, maybe_taken) = match folder.read(self.number) {
            Ok(read) => read,
            Err(error) => {
                tracing::error!(
                    %error,
                    outbox = %folder.path().display(),
                    entry = self.number,
                    "failed to read a stored outcome, it is left for the next start"
                );
                return None;
            }
        };
        let document = frame::decode(&bytes, self.shared.key.as_ref());
        let record =
            document.and_then(|document| Record::from_json(&document).ok_or(Unreadable::Document));
        match record {
            Ok(record) => {
                self.maybe_taken = Some(maybe_taken);
                Some(Stored {
                    entry: self,
                    record,
                    maybe_taken,
                })
            }
            Err(why) => {
                self.set_aside(why);
                None
            }
        }
    }

    fn set_aside(mut self, why: Unreadable) {
        match self.shared.folder.set_aside(self.number) {
            Ok(file) => {
                self.removed = true;
                self.shared.ledger.release(self.bytes);
                tracing::error!(
                    %why,
                    file = %file.display(),
                    "a stored outcome cannot be read and was set aside: to have it tried again, \
                     remove `.unreadable` from its name"
                );
            }
            Err(error) => tracing::error!(
                %why,
                %error,
                outbox = %self.shared.folder.path().display(),
                entry = self.number,
                "a stored outcome can neither be read nor be set aside"
            ),
        }
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        if !self.removed {
            self.shared.ledger.let_go(self.number, self.bytes);
        }
    }
}

impl Pending {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        let rest = shared.ledger.hold_all();
        Self { shared, rest }
    }

    /// How many are left, readable or not.
    pub(crate) fn len(&self) -> usize {
        self.rest.len()
    }

    /// The next outcome that can be read; others are logged and set aside on the way.
    ///
    /// Dropped midway, the outcome is pending again.
    pub(crate) async fn next(&mut self) -> Option<Stored> {
        while let Some((number, bytes)) = self.rest.pop_first() {
            let entry = Entry::new(Arc::clone(&self.shared), number, bytes);
            if let Ok(Some(stored)) = tokio::task::spawn_blocking(move || entry.read()).await {
                return Some(stored);
            }
        }
        None
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        for (number, bytes) in std::mem::take(&mut self.rest) {
            self.shared.ledger.let_go(number, bytes);
        }
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry")
            .field("number", &self.number)
            .field("bytes", &self.bytes)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pending")
            .field("entries", &self.rest.len())
            .finish_non_exhaustive()
    }
}
