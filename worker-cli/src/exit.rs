//! Exit codes, and the errors that lead to them.

use std::process::ExitCode;

/// How the program ends. The numbers are an interface: scripts depend on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    /// Done, or ended by Ctrl-C or SIGTERM as asked.
    Success = 0,
    /// Something broke while running.
    Failure = 1,
    /// The command line asks for something impossible; clap uses the same number.
    Usage = 2,
    /// The address cannot be listened on.
    Address = 3,
    /// A file cannot be read or written.
    File = 4,
}

/// Why a command did not end well.
#[derive(Debug)]
pub(crate) struct Failed {
    /// With what code to exit.
    pub(crate) exit: Exit,
    /// What to tell the user, with its causes.
    pub(crate) error: anyhow::Error,
}

impl Exit {
    /// For `map_err`: ends with this code and this error.
    pub(crate) fn with(self) -> impl FnOnce(anyhow::Error) -> Failed {
        move |error| Failed { exit: self, error }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
