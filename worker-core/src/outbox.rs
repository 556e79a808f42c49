//! The outbox: finished outcomes on disk until the service has accepted them.

mod entry;
mod error;
mod folder;
mod frame;
#[cfg(feature = "outbox-seal")]
mod key;
#[cfg(not(feature = "outbox-seal"))]
#[path = "outbox/no_key.rs"]
mod key;
mod ledger;
mod record;
#[cfg(test)]
mod tests;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

pub(crate) use entry::{Entry, Pending, Stored};
pub use error::OutboxError;
use folder::Folder;
#[cfg(not(feature = "outbox-seal"))]
use key::OutboxKey;
#[cfg(feature = "outbox-seal")]
pub use key::OutboxKey;
use ledger::Ledger;
pub(crate) use record::Record;

const MAX_ENTRIES: usize = 10_000;
const MAX_BYTES: u64 = 256 * 1024 * 1024;

/// A directory that holds finished outcomes until the service has accepted them.
///
/// A worker with an outbox writes the outcome of a task to a file before it reports it, and
/// removes the file when the service has answered. If the process dies in between, the work is
/// not lost: the next worker with the same outbox sends the report when it starts, as long as
/// the service still waits for the task. Between the two nobody sends its heartbeat, so
/// `HeartbeatSeconds` of the state must be longer than a restart takes.
///
/// Clones share the directory. It belongs to one process at a time, and all its outcomes to
/// one AWS account and region: anywhere else their tokens are unknown, and the outcomes are
/// dropped as no longer wanted.
///
/// # What is protected
///
/// The files hold task tokens, outputs and causes. The directory is made with mode 0700 and
/// the files with 0600, and a directory that other users can write is refused; on systems
/// without such modes its access list decides. Without a key that is all: whoever can read the
/// disk or its backups can read the tokens. With a key (feature `outbox-seal`, type
/// `OutboxKey`) every file is encrypted and authenticated.
///
/// The directory must be on a local file system: the lock and the order of writes are as good
/// as the file system makes them.
///
/// # Limits
///
/// An outbox that is full stores nothing more, and the worker reports without it. What cannot
/// be read is set aside as `*.unreadable`, is not counted, and is never deleted.
///
/// # Examples
///
/// ```
/// use sfn_worker_core::Outbox;
///
/// # let directory = tempfile::tempdir()?;
/// # let directory = directory.path().join("outbox");
/// let outbox = Outbox::open(&directory)?;
/// assert!(outbox.is_empty());
///
/// let second = Outbox::open(&directory).unwrap_err();
/// assert!(second.is_in_use());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Outbox {
    shared: Arc<Shared>,
}

/// The settings of an [`Outbox`]; see [`Outbox::builder`].
#[derive(Debug, Clone)]
pub struct OutboxBuilder {
    directory: PathBuf,
    max_entries: usize,
    max_bytes: u64,
    flush: bool,
    key: Option<OutboxKey>,
}

/// What the handles and the entries share; the last of them gives the directory back.
struct Shared {
    folder: Folder,
    ledger: Ledger,
    key: Option<OutboxKey>,
    /// Whether the last outcome could not be stored.
    ailing: AtomicBool,
}

impl Outbox {
    /// Opens a directory with the default settings, and makes it if it does not exist.
    ///
    /// # Errors
    ///
    /// As [`OutboxBuilder::open`].
    pub fn open(directory: impl Into<PathBuf>) -> Result<Self, OutboxError> {
        Self::builder(directory).open()
    }

    /// The settings of an outbox in this directory.
    #[must_use]
    pub fn builder(directory: impl Into<PathBuf>) -> OutboxBuilder {
        OutboxBuilder {
            directory: directory.into(),
            max_entries: MAX_ENTRIES,
            max_bytes: MAX_BYTES,
            flush: true,
            key: None,
        }
    }

    /// The directory.
    #[must_use]
    pub fn directory(&self) -> &Path {
        self.shared.folder.path()
    }

    /// How many outcomes are stored.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shared.ledger.len()
    }

    /// Whether nothing is stored.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether a limit is reached, so that the worker reports without storing.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.shared.ledger.is_full()
    }

    /// Stores the outcome of a task if it can; that it cannot is said once, until it can again.
    pub(crate) async fn keep(&self, record: Record) -> Option<Entry> {
        let ailing = &self.shared.ailing;
        match self.store(record).await {
            Ok(entry) => {
                // The last that had room is no sign of more.
                if !self.is_full() && ailing.swap(false, Ordering::Relaxed) {
                    tracing::info!("outcomes are stored in the outbox again");
                }
                Some(entry)
            }
            Err(error) => {
                if !ailing.swap(true, Ordering::Relaxed) {
                    let source = std::error::Error::source(&error).map(ToString::to_string);
                    tracing::warn!(%error, source, "outcomes are reported without the outbox: they are lost if the worker dies before that");
                }
                None
            }
        }
    }

    /// Stores the outcome of a task; when this returns, a crash does not lose it.
    ///
    /// Fails when a limit is reached ([`OutboxError::is_full`]) or the disk does not take it;
    /// nothing is stored then.
    ///
    /// Dropped midway, the outcome may be stored nevertheless, and is then among the next
    /// [`pending`](Self::pending) ones.
    async fn store(&self, record: Record) -> Result<Entry, OutboxError> {
        let shared = Arc::clone(&self.shared);
        tokio::task::spawn_blocking(move || shared.store(&record))
            .await
            .unwrap_or_else(|_| Err(OutboxError::stopped(self.directory())))
    }

    /// What was stored and not removed, by this process or by an earlier one; oldest first.
    ///
    /// Every outcome is given out once, however many workers ask; one that is dropped without
    /// being removed is given to the next who asks.
    pub(crate) fn pending(&self) -> Pending {
        Pending::new(Arc::clone(&self.shared))
    }
}

impl OutboxBuilder {
    /// How many outcomes are stored at most; 10,000 unless it is said.
    #[must_use]
    pub fn max_entries(mut self, entries: usize) -> Self {
        self.max_entries = entries;
        self
    }

    /// How many bytes the files have together at most; 256 MiB unless it is said.
    #[must_use]
    pub fn max_bytes(mut self, bytes: u64) -> Self {
        self.max_bytes = bytes;
        self
    }

    /// Whether an outcome is on the disk itself before it is reported; it is unless it is said
    /// otherwise.
    ///
    /// With `false` an outcome outlives the death of the process, `kill -9` included, but not
    /// that of the machine. It then costs tens of microseconds instead of milliseconds.
    #[must_use]
    pub fn flush(mut self, flush: bool) -> Self {
        self.flush = flush;
        self
    }

    /// Encrypts and authenticates every file with a key.
    ///
    /// Files that were written without a key are still sent, so that a key can be introduced
    /// without losing them.
    #[cfg(feature = "outbox-seal")]
    #[must_use]
    pub fn sealed_with(mut self, key: OutboxKey) -> Self {
        self.key = Some(key);
        self
    }

    /// Opens the directory, and makes it if it does not exist; reads files, so call it before
    /// the work begins.
    ///
    /// # Errors
    ///
    /// The directory cannot be made, read or locked, another process uses it
    /// ([`OutboxError::is_in_use`]), or users other than the process's own can write it.
    pub fn open(self) -> Result<Outbox, OutboxError> {
        let (folder, found) = Folder::open(self.directory, self.flush)?;
        let ledger = Ledger::new(self.max_entries, self.max_bytes, &found);
        if !ledger.is_empty() {
            tracing::info!(
                outbox = %folder.path().display(),
                entries = ledger.len(),
                "the outbox holds outcomes of an earlier run"
            );
        }
        let shared = Shared {
            folder,
            ledger,
            key: self.key,
            ailing: AtomicBool::new(false),
        };
        Ok(Outbox {
            shared: Arc::new(shared),
        })
    }
}

impl Shared {
    fn store(self: &Arc<Self>, record: &Record) -> Result<Entry, OutboxError> {
        let failed = |error| OutboxError::write(self.folder.path(), error);
        let bytes = frame::encode(&record.to_json(), self.key.as_ref()).map_err(failed)?;
        if bytes.len() > frame::LIMIT {
            return Err(OutboxError::too_large(self.folder.path(), bytes.len()));
        }
        let length = bytes.len() as u64;
        let number = self
            .ledger
            .take(length)
            .map_err(|(entries, bytes)| OutboxError::full(self.folder.path(), entries, bytes))?;
        match self.folder.write(number, &bytes) {
            Ok(()) => Ok(Entry::new(Arc::clone(self), number, length)),
            Err(error) => {
                self.ledger.release(length);
                Err(failed(error))
            }
        }
    }
}

impl fmt::Debug for Outbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outbox")
            .field("directory", &self.directory())
            .field("entries", &self.len())
            .field("sealed", &self.shared.key.is_some())
            .finish_non_exhaustive()
    }
}
