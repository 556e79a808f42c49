//! Checks everything that a builder was given, and makes the configuration of it.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::ops::RangeInclusive;
use std::time::Duration;

use super::builder::WorkerBuilder;
use super::config::{ActivityConfig, WorkerConfig};
use super::error::{BuildError, Problem};
use super::registry::{Entry, Registry};
use super::settings::{Given, Settings};
use crate::contract::{CONCURRENCY, HEARTBEAT};
use crate::envelope::Format;
use crate::name::{ActivityArn, ActivityName, WorkerName};
use crate::platform::window::StopWindow;
use crate::rate::Rate;
use crate::state::States;

/// Between which numbers the open polls of an activity move where nothing else is said.
const POLLS: RangeInclusive<usize> = 1..=100;
/// The service takes at most this many open polls for one activity.
const POLL_LIMIT: usize = 1_000;
/// Below the quota of the smaller regions, 300 a second for all workers of the account.
const HEARTBEAT_BUDGET: u32 = 250;
const GRACE: Duration = Duration::from_secs(30);
const CANCEL_GRACE: Duration = Duration::from_secs(5);
/// No task of the service lives longer than a year, and clocks have an end.
const LONGEST: Duration = Duration::from_secs(366 * 86_400);
/// More slots than this are a slip of the finger.
const SLOT_LIMIT: usize = 1_000_000;

/// Makes the configuration, or lists everything that is wrong.
pub(super) fn check(builder: WorkerBuilder) -> Result<WorkerConfig, BuildError> {
    let mut check = Check {
        problems: builder.problems,
    };
    let mut settings = builder.settings;
    let mut registry = builder.registry;
    if registry.entries.is_empty() && check.problems.is_empty() {
        check.wrong("activity", "", "register at least one: .activity::<name>()");
    }
    check.problems.append(&mut settings.read(&mut registry));
    let arns = check.arns(builder.arns, &mut settings, &mut registry);
    let (key, polls) = given(settings.polls.take(), "polls", POLLS);
    check.polls(&key, &polls);
    let (key, prefetch) = given(settings.prefetch.take(), "prefetch", 0);
    check.at_most(&key, prefetch, SLOT_LIMIT);
    let (key, heartbeat) = given(settings.heartbeat.take(), "heartbeat", HEARTBEAT);
    check.interval(&key, heartbeat);
    let (key, heartbeat_budget) = given(
        settings.heartbeat_budget.take(),
        "heartbeat_budget",
        HEARTBEAT_BUDGET,
    );
    if heartbeat_budget == 0 {
        check.wrong(&key, 0, "at least 1 heartbeat a second must be allowed");
    }

    let mut activities = Vec::new();
    for entry in registry.entries {
        check.options(&entry, heartbeat);
        check.states(&entry, &builder.states);
        check.envelope(&entry, &builder.format);
        let Entry { name, options, .. } = entry;
        let concurrency = options.concurrency.unwrap_or(CONCURRENCY);
        activities.push(ActivityConfig {
            arn: check.arn(&name, &arns, settings.arn_prefix.as_ref()),
            handler: (builder.layers.0.iter().rev()).fold(entry.handler, |inner, wrap| wrap(inner)),
            heartbeat: options.heartbeat,
            heartbeat_timeout: options.heartbeat_timeout,
            timeout: options.timeout,
            stall_after: options.stall_after,
            rate: options.rate,
            concurrency,
            prefetch,
            polls: polls.clone(),
            description: entry.description,
            found: entry.found,
            name,
        });
    }
    let sum = activities.iter().map(|activity| activity.concurrency).sum();
    let (key, slots) = given(settings.concurrency.take(), "concurrency", sum);
    if !activities.is_empty() {
        check.slots(&key, slots);
        if slots < activities.len() {
            let remedy = format!(
                "{} activities need at least one slot each",
                activities.len()
            );
            check.wrong(&key, slots, remedy);
        }
        // Idle polls of one activity must not keep the others from polling.
        let share = (slots / activities.len()).max(1);
        for activity in &mut activities {
            let most = activity.concurrency.min(share) + prefetch;
            activity.polls = (*polls.start()).min(most)..=(*polls.end()).min(most);
        }
    }
    let (key, name) = settings
        .name
        .unwrap_or_else(|| ("name".to_owned(), host_name()));
    let name = check.parsed::<WorkerName>(&key, &name);
    match name {
        Some(name) if check.problems.is_empty() => Ok(WorkerConfig {
            name,
            slots,
            heartbeat,
            heartbeat_budget,
            heartbeats: builder.heartbeats,
            // Whoever gives more means for ever.
            grace: settings.grace.unwrap_or(GRACE).min(LONGEST),
            stop_window: StopWindow::new(settings.stop_window.map(|window| window.min(LONGEST))),
            cancel_grace: CANCEL_GRACE,
            create_missing: settings.create_missing.unwrap_or(false),
            naming: builder.naming,
            format: builder.format,
            layers: builder.layer_names,
            states: builder.states,
            activities,
        }),
        _ => Err(BuildError::new(check.problems)),
    }
}

/// What was given with the key that gave it, or what holds without.
fn given<T>(given: Given<T>, key: &str, otherwise: T) -> (String, T) {
    given.unwrap_or_else(|| (key.to_owned(), otherwise))
}

/// Collects problems, stops nowhere.
struct Check {
    problems: Vec<Problem>,
}

impl Check {
    fn wrong(&mut self, key: &str, value: impl Display, remedy: impl Display) {
        self.problems.push(Problem::new(key, value, remedy));
    }

    fn parsed<T: std::str::FromStr<Err: Display>>(&mut self, key: &str, text: &str) -> Option<T> {
        text.parse()
            .map_err(|error| self.wrong(key, text, error))
            .ok()
    }

    fn slots(&mut self, key: &str, slots: usize) {
        if !(1..=SLOT_LIMIT).contains(&slots) {
            self.wrong(key, slots, "1 to 1,000,000 tasks can run at a time");
        }
    }

    fn at_most(&mut self, key: &str, number: usize, most: usize) {
        if number > most {
            self.wrong(key, number, format!("must be at most {most}"));
        }
    }

    fn polls(&mut self, key: &str, polls: &RangeInclusive<usize>) {
        let (fewest, most) = (*polls.start(), *polls.end());
        if fewest < 1 || fewest > most || most > POLL_LIMIT {
            self.wrong(
                key,
                format!("{fewest}-{most}"),
                "1 to 1,000 polls can be open for an activity, the smaller number first",
            );
        }
    }

    /// What handlers share must be there before the first task.
    fn states(&mut self, entry: &Entry, states: &States) {
        for state in entry.description.states() {
            if !states.has(state.id) {
                let remedy = format!(
                    "is taken by activity {} and was not given: .state(value)",
                    entry.name
                );
                self.wrong("state", state.name, remedy);
            }
        }
    }

    /// What a handler takes from the envelope must be something that envelopes can tell.
    fn envelope(&mut self, entry: &Entry, format: &Format) {
        let has_limit = entry.options.timeout.is_some();
        let has = |field: &str| format.can_tell(field) || (has_limit && field == "timeoutSeconds");
        let needed = entry.description.envelope_fields();
        let missing: Vec<String> = needed
            .filter(|field| !has(field))
            .map(|field| format!("`{field}`"))
            .collect();
        if !missing.is_empty() {
            let remedy = format!(
                "tells nothing of {}, which activity {} takes: open envelopes that do, or take \
                 an `Option`",
                missing.join(", "),
                entry.name
            );
            self.wrong("envelope", "", remedy);
        }
    }

    fn options(&mut self, entry: &Entry, heartbeat: Duration) {
        let key = |option: &str| format!("{option} of {}", entry.name);
        let options = &entry.options;
        if let Some(tasks) = options.concurrency {
            self.slots(&key("concurrency"), tasks);
        }
        let intervals = [
            ("heartbeat", options.heartbeat),
            ("heartbeat_timeout", options.heartbeat_timeout),
            ("timeout", options.timeout),
            ("stall_after", options.stall_after),
            ("rate", options.rate.map(Rate::per)),
        ];
        for (option, interval) in intervals {
            if let Some(interval) = interval {
                self.interval(&key(option), interval);
            }
        }
        let every = options.heartbeat.unwrap_or(heartbeat);
        if let Some(limit) = options.heartbeat_timeout
            && options.heartbeat.is_some()
            && every >= limit
        {
            let remedy = format!(
                "must be shorter than heartbeat_timeout, {}: a third of it leaves room for two \
                 heartbeats that get lost",
                humantime::format_duration(limit)
            );
            self.wrong(&key("heartbeat"), humantime::format_duration(every), remedy);
        }
    }

    /// The ARNs that were given, by the name of the activity.
    fn arns(
        &mut self,
        given: BTreeMap<String, String>,
        settings: &mut Settings,
        registry: &mut Registry,
    ) -> BTreeMap<String, (String, String)> {
        let mut arns = BTreeMap::new();
        for (name, arn) in given {
            if registry.entry_mut(&name).is_none() {
                let known = registry.names();
                self.wrong(
                    "arn",
                    &name,
                    format!("is not registered; these are: {known}"),
                );
            }
            arns.insert(name.clone(), (format!("arn of {name}"), arn));
        }
        arns.append(&mut settings.arns);
        arns
    }

    fn interval(&mut self, key: &str, interval: Duration) {
        let remedy = if interval < Duration::from_millis(1) {
            "must be at least 1ms, such as 10s"
        } else if interval > LONGEST {
            "must be at most 366 days: no task of the service lives longer"
        } else {
            return;
        };
        self.wrong(key, humantime::format_duration(interval), remedy);
    }

    fn arn(
        &mut self,
        name: &ActivityName,
        arns: &BTreeMap<String, (String, String)>,
        prefix: Option<&(String, String)>,
    ) -> Option<ActivityArn> {
        let (key, text) = match (arns.get(name.as_str()), prefix) {
            (Some((key, arn)), _) => (key, arn.clone()),
            (None, Some((key, prefix))) => (key, format!("{prefix}{name}")),
            (None, None) => return None,
        };
        self.parsed(key, &text)
    }
}

/// The name of the host, cut to what the service takes.
fn host_name() -> String {
    let name = ["HOSTNAME", "COMPUTERNAME"]
        .iter()
        .find_map(|variable| std::env::var(variable).ok())
        .or_else(|| std::fs::read_to_string("/etc/hostname").ok())
        .unwrap_or_default();
    let name: String = name.trim().chars().take(80).collect();
    if name.is_empty() {
        "sfn-worker".to_owned()
    } else {
        name
    }
}
