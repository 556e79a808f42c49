//! Every activity in the program: those with `#[activity]` put themselves on a list.
//!
//! The list is made by the crate `inventory` before `main`; its order means nothing.

use crate::activities::ActivityEntry;
use crate::activity::Activity;

/// A row of the list.
#[derive(Debug, Clone, Copy)]
pub struct Found(ActivityEntry);

impl Found {
    /// The row of an activity.
    #[must_use]
    pub const fn of<A: Activity>() -> Self {
        Self(ActivityEntry::of::<A>())
    }
}

inventory::collect!(Found);

/// All rows of the list.
pub(crate) fn found() -> Vec<ActivityEntry> {
    inventory::iter::<Found>
        .into_iter()
        .map(|Found(entry)| *entry)
        .collect()
}
