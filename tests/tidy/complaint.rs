//! What a rule has to say about a place in the tree.

use std::fmt;

/// What is wrong at a place, and what would be right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Complaint {
    path: String,
    line: usize,
    text: String,
}

impl Complaint {
    /// A complaint about a line, counted from one.
    pub(crate) fn new(path: &str, line: usize, text: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            line,
            text: text.into(),
        }
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.text)
    }
}

/// Fails the test with every complaint, if there are any.
///
/// # Panics
///
/// When there are complaints.
#[track_caller]
pub(crate) fn none(complaints: impl IntoIterator<Item = Complaint>) {
    let lines: Vec<String> = complaints
        .into_iter()
        .map(|complaint| complaint.to_string())
        .collect();
    assert!(lines.is_empty(), "\n{}\n", lines.join("\n"));
}
