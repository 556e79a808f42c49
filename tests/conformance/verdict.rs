//! What came of one scenario.

/// What came of one scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Everything that was recorded was answered.
    Passes,
    /// The engine said that it does not support something the scenario needs.
    Unsupported(String),
    /// The engine answered otherwise; one line per difference.
    Differs(Vec<String>),
}

impl Verdict {
    /// A scenario that could not be followed to its end.
    pub(crate) fn broken(reason: impl Into<String>) -> Self {
        Self::Differs(vec![reason.into()])
    }
}
