//! The states that a worker's activities want: `Draft`, a definition to start from.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::fields::{FIELDS, HEARTBEAT, Kind, TIMEOUT as TIMEOUT_FIELD};
use super::handlers::{ALL, HEARTBEAT_TIMEOUT};
use crate::contract::{ActivityContract, Contract, Retrier, SOON, ToContract};
use crate::failure::names;

/// What a state takes as `TimeoutSeconds` whose handler has no limit of its own.
const TIMEOUT: u64 = 3_600;
/// How much longer than its handler a state lasts: the report is under way, too.
const MARGIN: u64 = 60;
/// The longest name of a state, 80 characters, without what is put behind it.
const LONGEST: usize = 70;
/// The largest number of seconds that the states language takes.
const MOST_SECONDS: u64 = 99_999_999;

/// The query language of a state machine or a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum QueryLanguage {
    /// Paths, such as `$.order`: what holds where nothing is said.
    #[default]
    Jsonpath,
    /// Expressions, such as `{% $states.input.order %}`.
    Jsonata,
}

/// The states that the activities of a worker want, to be copied into a definition.
///
/// A state has everything that [`check`](super::check) asks for: both clocks, an envelope that
/// tells the worker of them, a retrier for the errors that go away and one that gives the task to
/// another worker, and a catcher to go on from. What is generated passes the check without a
/// finding.
///
/// | field | what it is |
/// |---|---|
/// | `Resource` | `${ChargeCardArn}`, or the ARN if there is a prefix |
/// | `TimeoutSeconds` | a minute more than the activity's `timeout`, or an hour |
/// | `HeartbeatSeconds` | the activity's `heartbeat_timeout`, or three times its interval |
/// | `Parameters`, `Arguments` | the [envelope](crate::Envelope) around the whole input |
/// | `Retry` | a retrier for each kind of retry hint, and one for a worker that goes away |
/// | `Catch` | the activity's own names, then the rest; both go to a `Fail` state, which is a place to begin with |
///
/// # Examples
///
/// ```
/// # use sfn_worker_core::activity;
/// # #[activity(name = "charge-card", heartbeat = "10s", timeout = "5m")]
/// # async fn charge(cents: u64) -> Result<u64, std::convert::Infallible> { Ok(cents) }
/// use sfn_worker_core::contract::Contract;
/// use sfn_worker_core::definition::{self, Draft};
///
/// let contract = Contract::new().activity::<charge>();
/// let draft = Draft::new(&contract);
/// let state = draft.state("charge-card").expect("the contract has it");
/// assert_eq!(state["Resource"], "${ChargeCardArn}");
/// assert_eq!(state["HeartbeatSeconds"], 30);
/// assert_eq!(state["TimeoutSeconds"], 360);
///
/// let machine = draft.state_machine().to_string();
/// assert!(definition::check(&contract, &machine).findings().is_empty());
/// ```
#[derive(Debug, Clone)]
#[must_use = "a draft is there to be printed"]
pub struct Draft {
    contract: Contract,
    language: QueryLanguage,
    prefix: Option<String>,
    envelope: bool,
}

impl Draft {
    /// A draft in JSONPath, with substitutions for the ARNs and with envelopes.
    pub fn new(worker: &impl ToContract) -> Self {
        Self {
            contract: worker.to_contract(),
            language: QueryLanguage::default(),
            prefix: None,
            envelope: true,
        }
    }

    /// Sets the query language.
    pub fn language(mut self, language: QueryLanguage) -> Self {
        self.language = language;
        self
    }

    /// Says where the activities are: `arn:aws:states:REGION:ACCOUNT:activity:`, and possibly the
    /// beginning of their names.
    pub fn arn_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = Some(prefix.into());
        self
    }

    /// Sets whether the input is in an envelope. An activity that needs one gets it anyway, and
    /// one whose worker has wrappers of another format never.
    pub fn envelope(mut self, envelope: bool) -> Self {
        self.envelope = envelope;
        self
    }

    /// The Task state for an activity, if the contract has it. Its catchers go to a state whose
    /// name is that of the state with `Failed` behind it.
    #[must_use]
    pub fn state(&self, activity: &str) -> Option<Value> {
        let mut state = self.task(self.contract.find(activity)?);
        if self.language == QueryLanguage::Jsonata {
            // First, as in a state machine, where it is said once for all.
            state.shift_insert(1, "QueryLanguage".to_owned(), "JSONata".into());
        }
        state.insert("End".to_owned(), true.into());
        Some(state.into())
    }

    /// A whole state machine: the activities one after the other, each with the output of the one
    /// before it as its input.
    #[must_use]
    pub fn state_machine(&self) -> Value {
        let names: Vec<String> = self.names();
        let mut states = Map::new();
        for (index, activity) in self.contract.activities().iter().enumerate() {
            let mut state = self.task(activity);
            match names.get(index + 1) {
                Some(next) => state.insert("Next".to_owned(), next.as_str().into()),
                None => state.insert("End".to_owned(), true.into()),
            };
            states.insert(names[index].clone(), state.into());
        }
        for name in &names {
            states.insert(failed(name), self.fail());
        }
        let mut machine = Map::new();
        machine.insert(
            "Comment".to_owned(),
            "A draft: the activities one after the other".into(),
        );
        if self.language == QueryLanguage::Jsonata {
            machine.insert("QueryLanguage".to_owned(), "JSONata".into());
        }
        if names.is_empty() {
            states.insert("Nothing".to_owned(), json!({"Type": "Succeed"}));
        }
        let first = names.first().map_or("Nothing", String::as_str);
        machine.insert("StartAt".to_owned(), first.into());
        machine.insert("States".to_owned(), states.into());
        machine.into()
    }

    fn task(&self, activity: &ActivityContract) -> Map<String, Value> {
        let clocks = Clocks::of(activity);
        let mut state = Map::new();
        let mut put = |name: &str, value: Value| {
            state.insert(name.to_owned(), value);
        };
        put("Type", "Task".into());
        // A permission must not come out of a description.
        let comment = activity
            .description
            .as_ref()
            .and_then(|text| text.lines().next());
        if let Some(comment) = comment.filter(|comment| !comment.contains("allow(")) {
            put("Comment", comment.into());
        }
        put("Resource", self.resource(activity).into());
        put("TimeoutSeconds", clocks.timeout.into());
        put("HeartbeatSeconds", clocks.heartbeat.into());
        let is_wrapped =
            (self.envelope || !activity.envelope.is_empty()) && !self.contract.has_other_envelope();
        if is_wrapped {
            let field = match self.language {
                QueryLanguage::Jsonpath => "Parameters",
                QueryLanguage::Jsonata => "Arguments",
            };
            put(field, self.wrapped(clocks));
        }
        put("Retry", retriers(activity, is_wrapped).into());
        put("Catch", self.catchers(activity).into());
        state
    }

    fn resource(&self, activity: &ActivityContract) -> String {
        let name = &activity.name;
        match &self.prefix {
            Some(prefix) => format!("{prefix}{name}"),
            None if self.is_told_apart(name) => format!("${{{}Arn}}", pascal(name)),
            None => format!(
                "arn:${{AWS::Partition}}:states:${{AWS::Region}}:${{AWS::AccountId}}:activity:{name}"
            ),
        }
    }

    /// Whether no other activity has the same letters.
    fn is_told_apart(&self, name: &str) -> bool {
        let own = pascal(name);
        let activities = self.contract.activities().iter();
        !own.is_empty()
            && activities
                .filter(|other| pascal(&other.name).eq_ignore_ascii_case(&own))
                .count()
                == 1
    }

    /// The names of the states, in the order of the activities.
    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for activity in self.contract.activities() {
            let wanted: String = pascal(&activity.name).chars().take(LONGEST).collect();
            // `ChargeFailed` may be an activity of its own beside `Charge`.
            let is_taken = |name: &String| {
                let mut known = names.iter();
                name.is_empty()
                    || known.any(|known| {
                        known == name || failed(known) == *name || failed(name) == *known
                    })
            };
            let numbered = (2..).map(|number| format!("{wanted}{number}"));
            let free = std::iter::once(wanted.clone())
                .chain(numbered)
                .find(|name| !is_taken(name));
            names.extend(free);
        }
        names
    }

    fn wrapped(&self, clocks: Clocks) -> Value {
        let mut about = Map::new();
        about.insert(HEARTBEAT.to_owned(), clocks.heartbeat.into());
        about.insert(TIMEOUT_FIELD.to_owned(), clocks.timeout.into());
        // Outside of a Map, a path to its item fails the execution; and no state knows whether
        // its execution was given a trace.
        let certain = FIELDS
            .into_iter()
            .filter(|field| matches!(field.kind, Kind::Text(_) | Kind::Count(_)));
        for (key, value) in certain.filter_map(|field| field.filled(self.language)) {
            about.insert(key, value.into());
        }
        match self.language {
            QueryLanguage::Jsonpath => json!({"sfnWorker": about, "input.$": "$"}),
            QueryLanguage::Jsonata => {
                json!({"sfnWorker": about, "input": "{% $states.input %}"})
            }
        }
    }

    fn catchers(&self, activity: &ActivityContract) -> Vec<Value> {
        let name = self
            .names()
            .into_iter()
            .zip(self.contract.activities())
            .find_map(|(state, known)| (known.name == activity.name).then_some(state))
            .unwrap_or_default();
        let own: Vec<&str> = activity
            .errors
            .iter()
            .map(|error| error.name.as_str())
            .collect();
        let lists = [own, vec![ALL]];
        let lists = lists.into_iter().filter(|names| !names.is_empty());
        lists
            // What went wrong takes the place of the input, which need not be an object that
            // it could be added to.
            .map(|names| json!({"ErrorEquals": names, "Next": failed(&name)}))
            .collect()
    }

    fn fail(&self) -> Value {
        match self.language {
            QueryLanguage::Jsonpath => json!({
                "Type": "Fail",
                "ErrorPath": "$.Error",
                "CausePath": "$.Cause",
            }),
            QueryLanguage::Jsonata => json!({
                "Type": "Fail",
                "Error": "{% $states.input.Error %}",
                "Cause": "{% $states.input.Cause %}",
            }),
        }
    }
}

impl QueryLanguage {
    /// What a state or a state machine says about itself.
    pub(super) fn of(value: &Value) -> Option<Self> {
        match value.get("QueryLanguage")?.as_str()? {
            "JSONata" => Some(Self::Jsonata),
            "JSONPath" => Some(Self::Jsonpath),
            _ => None,
        }
    }
}

/// The clocks of a state, in whole seconds.
#[derive(Debug, Clone, Copy)]
struct Clocks {
    heartbeat: u64,
    timeout: u64,
}

impl Clocks {
    fn of(activity: &ActivityContract) -> Self {
        let heartbeat = match activity.heartbeat_timeout {
            Some(declared) => whole_seconds(declared),
            None => heartbeat_seconds(activity.heartbeat),
        };
        let least = activity.stall_after.map_or(0, whole_seconds).max(heartbeat) + MARGIN;
        let timeout = match activity.timeout {
            Some(limit) => whole_seconds(limit) + MARGIN,
            None => TIMEOUT,
        };
        Self {
            heartbeat: heartbeat.min(MOST_SECONDS - 1),
            timeout: timeout.max(least).min(MOST_SECONDS),
        }
    }
}

/// How many `HeartbeatSeconds` an interval asks for: three of them, so that two can get lost.
pub(super) fn heartbeat_seconds(interval: Duration) -> u64 {
    whole_seconds(interval.saturating_mul(3)).min(MOST_SECONDS)
}

/// The seconds of a span, one that has begun counting as a whole one.
fn whole_seconds(span: Duration) -> u64 {
    (span.as_secs() + u64::from(span.subsec_nanos() > 0)).max(1)
}

/// A retrier for each hint, and one for a worker that goes away.
fn retriers(activity: &ActivityContract, is_wrapped: bool) -> Vec<Value> {
    let mut hints: Vec<(Retrier, Vec<&str>)> = Vec::new();
    for error in &activity.errors {
        let Some(hint) = error.retrier() else {
            continue;
        };
        match hints.iter_mut().find(|(known, _)| *known == hint) {
            Some((_, names)) => names.push(&error.name),
            None => hints.push((hint, vec![&error.name])),
        }
    }
    let mut away = vec![names::SHUTTING_DOWN];
    if is_wrapped || activity.heartbeat_timeout.is_some() {
        away.push(names::HEARTBEAT_LOST);
    }
    if activity.has_worker_error(names::PAYLOAD_UNAVAILABLE) {
        away.push(names::PAYLOAD_UNAVAILABLE);
    }
    away.push(HEARTBEAT_TIMEOUT);
    hints.push((SOON, away));
    hints
        .iter()
        .map(|(hint, names)| retrier(hint, names))
        .collect()
}

fn retrier(hint: &Retrier, names: &[&str]) -> Value {
    let mut retrier = json!({
        "ErrorEquals": names,
        // The language takes neither less than a second nor a wait that shrinks.
        "IntervalSeconds": hint.interval_seconds.max(1),
        "MaxAttempts": hint.max_attempts,
        "BackoffRate": f64::from(hint.backoff_percent.max(100)) / 100.0,
    });
    if let Some(limit) = hint.max_delay_seconds {
        retrier["MaxDelaySeconds"] = limit.max(1).into();
    }
    if hint.jitter {
        retrier["JitterStrategy"] = "FULL".into();
    }
    retrier
}

/// The state that the catchers of a state go to.
fn failed(state: &str) -> String {
    format!("{state}Failed")
}

/// A name of a state: `charge-card` is `ChargeCard`.
fn pascal(name: &str) -> String {
    name.split(|c: char| !c.is_alphanumeric())
        .flat_map(|word| {
            let mut letters = word.chars();
            let first = letters.next().map(|first| first.to_uppercase().to_string());
            first.into_iter().chain([letters.as_str().to_owned()])
        })
        .collect()
}
