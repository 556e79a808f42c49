//! The calls that faults befall and ledgers note: `Operation`.

use std::fmt;

/// The calls of an [`ActivityService`](crate::ActivityService).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Operation {
    /// `poll`.
    Poll,
    /// `succeed`.
    Succeed,
    /// `fail`.
    Fail,
    /// `heartbeat`.
    Heartbeat,
    /// `find`.
    Find,
    /// `create`.
    Create,
}

impl Operation {
    /// Whether it answers a task.
    pub(super) fn is_report(self) -> bool {
        matches!(self, Self::Succeed | Self::Fail)
    }

    /// Whether it speaks of one task.
    pub(super) fn has_token(self) -> bool {
        self.is_report() || self == Self::Heartbeat
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Poll => "poll",
            Self::Succeed => "succeed",
            Self::Fail => "fail",
            Self::Heartbeat => "heartbeat",
            Self::Find => "find",
            Self::Create => "create",
        })
    }
}
