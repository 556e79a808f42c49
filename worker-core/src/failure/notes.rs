//! What a failure carries besides its name and its texts.

use serde::{Deserialize, Serialize};

use super::details::Encoded;
use super::{CAUSE_LIMIT, cut};

/// No place in a source is longer than this.
const LOCATION_LIMIT: usize = 1024;

/// What a failure carries besides its name and its texts.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Notes {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) details: Option<Encoded>,
    /// Where the handler panicked: `file:line:column`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) location: Option<String>,
    #[serde(default)]
    pub(super) benign: bool,
}

impl Notes {
    /// The same within the limits, whoever made it.
    pub(super) fn within_limits(self) -> Self {
        Self {
            details: self.details.map(|details| details.within(CAUSE_LIMIT)),
            location: self.location.map(|place| cut(place, LOCATION_LIMIT)),
            benign: self.benign,
        }
    }
}
