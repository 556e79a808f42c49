//! What ends the program early, and the codes with which it ends.

use std::process::ExitCode;

/// The codes with which the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Every file was dealt with; files that were set aside are results, not errors.
    Done = 0,
    /// An execution failed, or the service cannot be worked with.
    Failed = 1,
    /// The command line, the definition or the configuration is wrong; nothing was started.
    Usage = 2,
    /// A signal ended it, as shells count SIGINT.
    Interrupted = 130,
}

/// Why the program cannot go on.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Problem {
    /// The caller can mend it.
    #[error("{0}")]
    Usage(String),
    /// The service, or the way to it.
    #[error("{0}")]
    Service(String),
}

impl Problem {
    /// The code with which the program ends.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Usage(_) => Exit::Usage,
            Self::Service(_) => Exit::Failed,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
