//! Name → handler, with the options of each; refuses duplicates.

use std::any::TypeId;

use super::erased::HandlerService;
use super::error::Problem;
use crate::activities::ActivityEntry;
use crate::activity::ActivityOptions;
use crate::description::{Description, Location};
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
    /// Whether it was found rather than given.
    pub(crate) found: bool,
    id: TypeId,
}

impl Registry {
    /// Registers an activity that was given; `overrides` win over what its attribute says.
    pub(crate) fn register(
        &mut self,
        activity: &ActivityEntry,
        overrides: ActivityOptions,
    ) -> Result<(), Problem> {
        self.add(Entry::new(activity, overrides)?)
    }

    /// Registers activities that were found in the program, in the order of their names; those
    /// that were also given stay as they were given.
    #[cfg(feature = "discovery")]
    pub(crate) fn register_found(&mut self, mut found: Vec<ActivityEntry>) -> Vec<Problem> {
        found.retain(|activity| self.entries.iter().all(|entry| entry.id != activity.id()));
        found.sort_by_key(ActivityEntry::name);
        found
            .iter()
            .filter_map(|activity| {
                let mut entry = match Entry::new(activity, ActivityOptions::new()) {
                    Ok(entry) => entry,
                    Err(problem) => return Some(problem),
                };
                entry.found = true;
                self.add(entry).err()
            })
            .collect()
    }

    fn add(&mut self, entry: Entry) -> Result<(), Problem> {
        if let Some(first) = self.entries.iter().find(|first| first.name == entry.name) {
            return Err(entry.second_after(first));
        }
        self.entries.push(entry);
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

impl Entry {
    fn new(activity: &ActivityEntry, overrides: ActivityOptions) -> Result<Self, Problem> {
        let name = activity
            .name()
            .parse()
            .map_err(|error| Problem::new("activity", activity.name(), format!("{error}")))?;
        Ok(Self {
            name,
            handler: HandlerService::of(activity),
            options: activity.options().overridden_by(overrides),
            description: activity.description(),
            found: false,
            id: activity.id(),
        })
    }

    /// What is wrong when another activity of the same name is already there.
    fn second_after(&self, first: &Self) -> Problem {
        if first.id == self.id {
            let remedy = "is registered twice: remove one of the two";
            return Problem::new("activity", &self.name, remedy);
        }
        let places = match (first.place(), self.place()) {
            (Some(first), Some(second)) => format!(", at {first} and at {second}"),
            (Some(place), None) | (None, Some(place)) => format!(", one of them at {place}"),
            (None, None) => String::new(),
        };
        let remedy = format!(
            "is the name of two activities{places}: one name, one handler; give one of them \
             another name with #[activity(name = \"…\")]"
        );
        Problem::new("activity", &self.name, remedy)
    }

    fn place(&self) -> Option<Location> {
        self.description.location()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::{Activity, Call};
    use crate::failure::Failure;
    use crate::payload::Payload;

    struct Charge<const LINE: u32>;

    impl<const LINE: u32> Activity for Charge<LINE> {
        const NAME: &'static str = "charge";

        fn describe(description: &mut Description) {
            if LINE > 0 {
                description.set_location(Location::new("src/cards.rs", LINE));
            }
        }

        async fn run(call: Call) -> Result<Payload, Failure> {
            Ok(call.payload().clone())
        }
    }

    fn second<First: Activity, Second: Activity>() -> String {
        let mut registry = Registry::default();
        let options = ActivityOptions::new();
        let first = registry.register(&ActivityEntry::of::<First>(), options);
        assert_eq!(first, Ok(()));
        let second = registry.register(&ActivityEntry::of::<Second>(), options);
        second.unwrap_err().to_string()
    }

    #[test]
    fn a_duplicate_is_refused_with_both_places() {
        let text = second::<Charge<7>, Charge<23>>();
        assert!(
            text.contains("at src/cards.rs:7 and at src/cards.rs:23"),
            "{text}"
        );
        let text = second::<Charge<0>, Charge<23>>();
        assert!(text.contains("one of them at src/cards.rs:23"), "{text}");
        let text = second::<Charge<7>, Charge<7>>();
        assert!(text.contains("is registered twice"), "{text}");
    }

    #[cfg(feature = "discovery")]
    #[test]
    fn what_was_given_is_not_found_again() {
        let mut registry = Registry::default();
        let given = ActivityEntry::of::<Charge<7>>();
        let options = ActivityOptions::new().with_concurrency(3);
        assert_eq!(registry.register(&given, options), Ok(()));
        assert!(registry.register_found(vec![given]).is_empty());
        assert_eq!(registry.entries[0].options.concurrency, Some(3));
        assert!(!registry.entries[0].found);
        let other = ActivityEntry::of::<Charge<23>>();
        assert_eq!(registry.register_found(vec![given, other]).len(), 1);
    }
}
