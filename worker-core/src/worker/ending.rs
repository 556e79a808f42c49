//! How a run ended, for whoever started the process.

use std::process::ExitCode;

/// How a run ended; the worst that happened decides.
///
/// The numbers are an interface: units and scripts depend on them. 1 and 2 are left to the
/// program, for what breaks and for settings that are wrong.
///
/// # Examples
///
/// ```
/// use sfn_worker_core::Ending;
///
/// assert_eq!(Ending::Done.code(), 0);
/// assert_eq!(Ending::HandedBack.code(), 3);
/// assert_eq!(Ending::LeftBehind.code(), 4);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Ending {
    /// Everything that was held is finished, and the service has taken the report, or did not
    /// want the task any more. Exit code 0.
    Done,
    /// There was no time for some tasks: they were failed as `Worker.ShuttingDown`, and the
    /// service has taken that. It is the platform's, or the second signal's, doing. Exit code 3.
    HandedBack,
    /// The service has not taken some reports, so that those tasks run into their time-outs; or
    /// blocking handlers that were given up still ran, and ended with the process. Exit code 4.
    LeftBehind,
}

impl Ending {
    /// The exit code.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::HandedBack => 3,
            Self::LeftBehind => 4,
        }
    }
}

impl From<Ending> for ExitCode {
    fn from(ending: Ending) -> Self {
        Self::from(ending.code())
    }
}
