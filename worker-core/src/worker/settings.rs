//! Settings as they were given, by the builder or by variables, each with the key that gave it.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::time::Duration;

use super::error::Problem;
use super::registry::Registry;
use crate::rate::RateError;

const PREFIX: &str = "SFN_WORKER_";

/// A value that was given, with the key that gave it.
pub(crate) type Given<T> = Option<(String, T)>;

/// Settings under construction.
#[derive(Debug, Clone, Default)]
pub(crate) struct Settings {
    pub(crate) name: Given<String>,
    pub(crate) concurrency: Given<usize>,
    pub(crate) polls: Given<RangeInclusive<usize>>,
    pub(crate) prefetch: Given<usize>,
    pub(crate) grace: Option<Duration>,
    pub(crate) stop_window: Option<Duration>,
    pub(crate) heartbeat: Given<Duration>,
    pub(crate) heartbeat_budget: Given<u32>,
    pub(crate) arn_prefix: Given<String>,
    pub(crate) create_missing: Option<bool>,
    /// By the name of the activity.
    pub(crate) arns: BTreeMap<String, (String, String)>,
    variables: Vec<(String, String)>,
}

impl Settings {
    /// Adds variables; what does not begin with the prefix is not ours.
    pub(crate) fn add(&mut self, variables: impl Iterator<Item = (String, String)>) {
        self.variables
            .extend(variables.filter(|(key, _)| key.starts_with(PREFIX)));
        self.variables.sort();
    }

    /// Reads the variables into the settings and into the options of the activities.
    pub(crate) fn read(&mut self, registry: &mut Registry) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (key, value) in std::mem::take(&mut self.variables) {
            if let Err(remedy) = self.read_one(&key, &value, registry) {
                problems.push(Problem::new(key, value, remedy));
            }
        }
        problems
    }

    fn read_one(&mut self, key: &str, value: &str, registry: &mut Registry) -> Result<(), String> {
        let given = || key.to_owned();
        match key.strip_prefix(PREFIX).unwrap_or(key) {
            "NAME" => self.name = Some((given(), value.to_owned())),
            "CONCURRENCY" => self.concurrency = Some((given(), number(value)?)),
            "POLLS" => self.polls = Some((given(), range(value)?)),
            "PREFETCH" => self.prefetch = Some((given(), number(value)?)),
            "GRACE" => self.grace = Some(duration(value)?),
            "STOP_WINDOW" => self.stop_window = Some(duration(value)?),
            "HEARTBEAT" => self.heartbeat = Some((given(), duration(value)?)),
            "HEARTBEAT_BUDGET" => self.heartbeat_budget = Some((given(), number(value)?)),
            "ARN_PREFIX" => self.arn_prefix = Some((given(), value.to_owned())),
            "CREATE_MISSING" => self.create_missing = Some(truth(value)?),
            other => return self.read_activity(key, other, value, registry),
        }
        Ok(())
    }

    fn read_activity(
        &mut self,
        key: &str,
        rest: &str,
        value: &str,
        registry: &mut Registry,
    ) -> Result<(), String> {
        // The longest name first: of `A` and `A_B`, `A_B_ARN` speaks of the second.
        let entry = registry
            .entries
            .iter_mut()
            .filter_map(|entry| {
                let stem = variable_stem(entry.name.as_str());
                let option = rest.strip_prefix(&stem)?.strip_prefix('_')?.to_owned();
                Some((stem.len(), option, entry))
            })
            .max_by_key(|(length, ..)| *length);
        let Some((_, option, entry)) = entry else {
            return Err(format!(
                "is not a setting: NAME, CONCURRENCY, POLLS, PREFETCH, GRACE, STOP_WINDOW, \
                 HEARTBEAT, HEARTBEAT_BUDGET, ARN_PREFIX, CREATE_MISSING, or one of an activity, such as {PREFIX}{}_HEARTBEAT",
                registry.entries.first().map_or_else(
                    || "CHARGE_CARD".to_owned(),
                    |entry| variable_stem(entry.name.as_str())
                ),
            ));
        };
        match option.as_str() {
            "ARN" => {
                let name = entry.name.as_str().to_owned();
                self.arns.insert(name, (key.to_owned(), value.to_owned()));
            }
            "HEARTBEAT" => entry.options.heartbeat = Some(duration(value)?),
            "HEARTBEAT_TIMEOUT" => entry.options.heartbeat_timeout = Some(duration(value)?),
            "TIMEOUT" => entry.options.timeout = Some(duration(value)?),
            "STALL_AFTER" => entry.options.stall_after = Some(duration(value)?),
            "RATE" => {
                let rate = value.parse();
                entry.options.rate = Some(rate.map_err(|error: RateError| error.to_string())?);
            }
            "CONCURRENCY" => entry.options.concurrency = Some(number(value)?),
            _ => {
                return Err(
                    "is not an option of an activity: ARN, HEARTBEAT, HEARTBEAT_TIMEOUT, \
                     TIMEOUT, STALL_AFTER, CONCURRENCY or RATE"
                        .to_owned(),
                );
            }
        }
        Ok(())
    }
}

/// The name of an activity as it stands in a variable: `charge-card` is `CHARGE_CARD`.
fn variable_stem(name: &str) -> String {
    name.chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_uppercase()
            } else {
                '_'
            }
        })
        .collect()
}

/// `1-100`, or one number for both ends.
fn range(value: &str) -> Result<RangeInclusive<usize>, String> {
    let (fewest, most) = value.split_once('-').unwrap_or((value, value));
    let read = |text: &str| text.trim().parse().ok();
    match (read(fewest), read(most)) {
        (Some(fewest), Some(most)) => Ok(fewest..=most),
        _ => Err("must be two whole numbers, such as 1-100, or one, such as 16".to_owned()),
    }
}

fn number<T: std::str::FromStr>(value: &str) -> Result<T, String> {
    value
        .trim()
        .parse()
        .map_err(|_| "must be a whole number, such as 16".to_owned())
}

fn duration(value: &str) -> Result<Duration, String> {
    humantime::parse_duration(value.trim())
        .map_err(|_| "must be a duration with its unit, such as 500ms, 10s, 5m or 1h".to_owned())
}

fn truth(value: &str) -> Result<bool, String> {
    match value.trim() {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err("must be true or false".to_owned()),
    }
}
