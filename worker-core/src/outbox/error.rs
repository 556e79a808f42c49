//! Why an outbox cannot be opened, or does not store.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// What is wrong with an outbox or its key: which path, and what would be right.
pub struct OutboxError {
    path: PathBuf,
    kind: Kind,
}

#[derive(Debug)]
pub(super) enum Kind {
    Create(io::Error),
    NotADirectory,
    WritableByOthers(u32),
    ForeignOwner,
    Lock(io::Error),
    InUse(Option<u32>),
    List(io::Error),
    Write(io::Error),
    Full {
        entries: usize,
        bytes: u64,
    },
    TooLarge(usize),
    Stopped,
    #[cfg(feature = "outbox-seal")]
    Key(KeyProblem),
}

/// What is wrong with a key.
#[cfg(feature = "outbox-seal")]
#[derive(Debug)]
pub(super) enum KeyProblem {
    Read(io::Error),
    ReadableByOthers(u32),
    Format,
    CredentialName,
    NoCredentials,
}

impl OutboxError {
    pub(super) fn new(path: &Path, kind: Kind) -> Self {
        Self {
            path: path.to_owned(),
            kind,
        }
    }

    pub(super) fn write(path: &Path, error: io::Error) -> Self {
        Self::new(path, Kind::Write(error))
    }

    pub(super) fn full(path: &Path, entries: usize, bytes: u64) -> Self {
        Self::new(path, Kind::Full { entries, bytes })
    }

    pub(super) fn too_large(path: &Path, bytes: usize) -> Self {
        Self::new(path, Kind::TooLarge(bytes))
    }

    pub(super) fn stopped(path: &Path) -> Self {
        Self::new(path, Kind::Stopped)
    }

    /// The path that it is about: the directory, the lock, or the file of the key.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether another process, or another outbox of this one, uses the directory.
    #[must_use]
    pub fn is_in_use(&self) -> bool {
        matches!(self.kind, Kind::InUse(_))
    }

    /// Whether a limit of the outbox is reached.
    #[must_use]
    pub fn is_full(&self) -> bool {
        matches!(self.kind, Kind::Full { .. })
    }
}

impl fmt::Display for OutboxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        match &self.kind {
            Kind::Create(_) => write!(
                f,
                "the outbox {path} cannot be made: name a directory that this user may create, \
                 or create it with mode 0700"
            ),
            Kind::NotADirectory => write!(f, "the outbox {path} is not a directory"),
            Kind::WritableByOthers(mode) => write!(
                f,
                "the outbox {path} has mode {mode:04o}, so that other users can write it: use \
                 `chmod 0700`, or name a directory in it, which is then made so"
            ),
            Kind::ForeignOwner => write!(
                f,
                "the outbox {path} belongs to another user than the one this process runs as: \
                 use `chown`, or name a directory in it, which is then made by the right one"
            ),
            Kind::Lock(_) => write!(
                f,
                "the lock {path} of the outbox cannot be taken: the directory must be on a file \
                 system with locks, and writable by this user"
            ),
            Kind::InUse(process) => {
                write!(f, "the outbox {path} is in use")?;
                if let Some(process) = process {
                    write!(f, " by process {process}")?;
                }
                f.write_str(": give every worker process a directory of its own")
            }
            Kind::List(_) => write!(f, "the outbox {path} cannot be read"),
            Kind::Write(_) => write!(f, "an outcome cannot be written to the outbox {path}"),
            Kind::Full { entries, bytes } => write!(
                f,
                "the outbox {path} is full with {entries} outcomes of {bytes} bytes together: \
                 see why the service does not take the reports, or raise the limits"
            ),
            Kind::TooLarge(bytes) => write!(
                f,
                "an outcome of {bytes} bytes is too large for the outbox {path}"
            ),
            Kind::Stopped => write!(
                f,
                "nothing is written to the outbox {path} while the runtime shuts down"
            ),
            #[cfg(feature = "outbox-seal")]
            Kind::Key(problem) => problem.describe(f, &self.path),
        }
    }
}

#[cfg(feature = "outbox-seal")]
impl KeyProblem {
    fn describe(&self, f: &mut fmt::Formatter<'_>, path: &Path) -> fmt::Result {
        let path = path.display();
        match self {
            Self::Read(_) => write!(f, "the outbox key {path} cannot be read"),
            Self::ReadableByOthers(mode) => write!(
                f,
                "the outbox key {path} has mode {mode:04o}, so that other users can read it: use \
                 `chmod 0600`, and make a new key if one may have"
            ),
            Self::Format => write!(
                f,
                "the outbox key {path} is not a key: it must be 32 bytes, or 64 hexadecimal \
                 digits, or the base64 of 32 bytes, such as `openssl rand -base64 32` prints"
            ),
            Self::CredentialName => write!(
                f,
                "the credential {path} is not a name: it must be a file name without slashes, as \
                 in `LoadCredential=` of the unit"
            ),
            Self::NoCredentials => write!(
                f,
                "there is no credential {path}: the variable CREDENTIALS_DIRECTORY is not set, so \
                 this is not a systemd unit with `LoadCredential=` or `LoadCredentialEncrypted=`"
            ),
        }
    }
}

impl fmt::Debug for OutboxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OutboxError")
            .field("path", &self.path)
            .field("kind", &self.kind)
            .finish()
    }
}

impl Error for OutboxError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.kind {
            Kind::Create(error) | Kind::Lock(error) | Kind::List(error) | Kind::Write(error) => {
                Some(error)
            }
            #[cfg(feature = "outbox-seal")]
            Kind::Key(KeyProblem::Read(error)) => Some(error),
            #[cfg(feature = "outbox-seal")]
            Kind::Key(_) => None,
            Kind::NotADirectory
            | Kind::WritableByOthers(_)
            | Kind::ForeignOwner
            | Kind::InUse(_)
            | Kind::Full { .. }
            | Kind::TooLarge(_)
            | Kind::Stopped => None,
        }
    }
}
