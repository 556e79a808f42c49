//! Name → handler, with the options of each; refuses duplicates.

use super::erased::HandlerService;
use super::error::Problem;
use crate::activity::{Activity, ActivityOptions};
use crate::description::Description;
use crate::name::ActivityName;

/// The activities of a worker under construction, in the order of registration.
#[derive(Debug, Clone, Default)]
pub(crate) struct Registry {
    pub(crate) entries: Vec<Entry>,
}

/// One registered activity.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) name: ActivityName,
    pub(crate) handler: HandlerService,
    pub(crate) options: ActivityOptions,
    pub(crate) description: Description,
}

impl Registry {
    /// Registers an activity; `overrides` win over what its attribute says.
    pub(crate) fn register<A: Activity>(
        &mut self,
        overrides: ActivityOptions,
    ) -> Result<(), Problem> {
        let name: ActivityName = A::NAME
            .parse()
            .map_err(|error| Problem::new("activity", A::NAME, format!("{error}")))?;
        if self.entries.iter().any(|entry| entry.name == name) {
            let remedy = "is registered twice: one name, one handler; give one of them another \
                          name with #[activity(name = \"…\")]";
            return Err(Problem::new("activity", name, remedy));
        }
        let options = A::OPTIONS.overridden_by(overrides);
        let mut description = Description::default();
        A::describe(&mut description);
        self.entries.push(Entry {
            name,
            handler: HandlerService::of::<A>(),
            options,
            description,
        });
        Ok(())
    }

    pub(crate) fn entry_mut(&mut self, name: &str) -> Option<&mut Entry> {
        self.entries
            .iter_mut()
            .find(|entry| entry.name.as_str() == name)
    }

    /// The names of all entries, for messages.
    pub(crate) fn names(&self) -> String {
        self.entries
            .iter()
            .map(|entry| entry.name.as_str())
            .collect::<Vec<_>>()
            .join(", ")
    }
}

impl ActivityOptions {
    /// These options, with those of `other` where it sets them.
    pub(crate) fn overridden_by(self, other: Self) -> Self {
        Self {
            heartbeat: other.heartbeat.or(self.heartbeat),
            timeout: other.timeout.or(self.timeout),
            concurrency: other.concurrency.or(self.concurrency),
            heartbeat_timeout: other.heartbeat_timeout.or(self.heartbeat_timeout),
            stall_after: other.stall_after.or(self.stall_after),
            rate: other.rate.or(self.rate),
        }
    }
}
