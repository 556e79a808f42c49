//! Something that must not happen to a task: `Violation`.

use std::fmt;

use crate::name::ActivityName;
use crate::token::TaskToken;

/// Something that happened to a task and must not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    number: usize,
    activity: ActivityName,
    token: TaskToken,
    what: String,
}

impl Violation {
    pub(super) fn new(
        number: usize,
        activity: &ActivityName,
        token: &TaskToken,
        what: impl Into<String>,
    ) -> Self {
        Self {
            number,
            activity: activity.clone(),
            token: token.clone(),
            what: what.into(),
        }
    }

    /// The activity of the task.
    #[must_use]
    pub fn activity(&self) -> &ActivityName {
        &self.activity
    }

    /// The token of the task.
    #[must_use]
    pub fn token(&self) -> &TaskToken {
        &self.token
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            number,
            activity,
            token,
            what,
        } = self;
        write!(f, "task {number} of {activity} ({token}) {what}")
    }
}
