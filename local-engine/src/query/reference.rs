//! Reference paths: paths to one place, into which a value can be written.

use std::fmt;
use std::sync::Arc;

/// A path to exactly one place of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferencePath {
    text: Arc<str>,
}

impl fmt::Display for ReferencePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
