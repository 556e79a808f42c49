//! JSONPath in the dialect of the service.

use std::fmt;
use std::sync::Arc;

/// A path that was found well formed: into the input (`$…`) or the context object (`$$…`).
#[derive(Debug, Clone, PartialEq)]
pub struct JsonPath {
    text: Arc<str>,
}

impl fmt::Display for JsonPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
