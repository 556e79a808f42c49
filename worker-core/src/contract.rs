//! What a worker promises to state machines: `Contract`, a description of its activities as data.
//!
//! A contract is made from the activities themselves, so it cannot be wrong about them:
//! [`Worker::contract`](crate::Worker::contract), or
//! [`WorkerBuilder::contract`](crate::WorkerBuilder::contract) where no worker shall be built, or
//! [`Contract::activity`] where there is nothing to build one with. It is what
//! [`definition`](crate::definition) compares a state machine with, and what its generators and
//! [`Policy`] are made of. As JSON it can lie beside the definition, for tools in any language.
//!
//! # Format
//!
//! ```json
#![doc = include_str!("contract/example.json")]
//! ```
//!
//! | key | meaning | without it |
//! |---|---|---|
//! | `sfnWorkerContract` | the version of the format, 1; a reader refuses another one | not a contract |
//! | `otherEnvelope` | whether wrappers of another format than the [`Envelope`](crate::Envelope) are opened, or none | `false` |
//! | `activities` | one object for each activity, by name | |
//! | `workerErrors` | what the names mean that the worker makes itself | |
//!
//! In an activity:
//!
//! | key | meaning | without it |
//! |---|---|---|
//! | `name` | the name for the service | not a contract |
//! | `description` | what it does, in words | nothing is said |
//! | `heartbeatSeconds` | how often the worker says that a task is alive, where the envelope of the task does not tell the state's `HeartbeatSeconds` | not a contract |
//! | `heartbeatFrom` | where that comes from: `activity`, `heartbeatTimeout` (a third of it) or `worker` (its default) | not a contract |
//! | `heartbeatTimeoutSeconds` | the state's `HeartbeatSeconds`, as the activity declares it | not declared |
//! | `timeoutSeconds` | how long the handler may run | no limit of its own |
//! | `stallAfterSeconds` | how long the handler may show no sign of life | as long as it likes |
//! | `concurrency` | how many tasks run at a time in one worker | not a contract |
//! | `rate` | how many tasks may start in a span of time, as [`Rate`] writes it | no limit |
//! | `envelope` | the fields of the envelope that it cannot do without | none |
//! | `input`, `output` | their JSON Schemas | not known |
//! | `errors` | the names that it can fail under | none |
//! | `otherErrors` | whether it can fail under further names | `false` |
//! | `workerErrors` | the names under which the worker can fail its tasks | none |
//!
//! In an error: `name`, `description`, `benign` (an ordinary result and no trouble; left out when
//! it is not) and `retry`: `"never"`, or an object with `intervalSeconds`, `maxAttempts`,
//! `backoffRate` and, if they are said, `maxDelaySeconds` and `jitter`; without it nothing was
//! said. `details` are the keys of what it adds to the JSON of the cause.
//!
//! Seconds may have fractions. Readers pass over keys that they do not know: what is added later
//! does not change the version. Nothing in a contract comes from a task, a variable or a value
//! that handlers share, so nothing in it is secret.

mod activity;
mod error;
mod format;
mod policy;
mod print;
mod retry;
mod terms;

use serde::{Deserialize, Serialize};

pub use self::activity::{ActivityContract, HeartbeatSource};
pub use self::error::{ContractError, ErrorContract};
pub use self::policy::Policy;
pub use self::retry::{Retrier, RetryContract};
pub(crate) use self::terms::{CONCURRENCY, HEARTBEAT, SOON, Terms};

use crate::activities::{Activities, ActivityEntry, ActivitySet};
use crate::activity::{Activity, ActivityOptions};
use crate::description::Description;
#[cfg(feature = "discovery")]
use crate::discovery::found;
#[cfg(doc)]
use crate::rate::Rate;

/// The version of the format that this crate writes and reads.
const VERSION: u32 = 1;

/// What a worker promises to state machines; see the [module](self).
///
/// `Display` is for people, [`to_json`](Self::to_json) for tools.
///
/// # Examples
///
/// ```
/// use sfn_worker_core::activity;
/// use sfn_worker_core::contract::Contract;
///
/// /// Greets somebody.
/// #[activity(heartbeat = "5s")]
/// async fn greet(name: String) -> Result<String, std::convert::Infallible> {
///     Ok(format!("hello {name}"))
/// }
///
/// let contract = Contract::new().activity::<greet>();
/// let json = contract.to_json();
/// assert!(json.contains(r#""heartbeatSeconds": 5"#));
/// assert_eq!(Contract::from_json(&json)?, contract);
/// # Ok::<(), sfn_worker_core::contract::ContractError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Contract {
    #[serde(rename = "sfnWorkerContract")]
    version: u32,
    #[serde(
        rename = "otherEnvelope",
        default,
        skip_serializing_if = "format::is_false"
    )]
    other_envelope: bool,
    activities: Vec<ActivityContract>,
    #[serde(rename = "workerErrors", default)]
    worker_errors: Vec<ErrorContract>,
}

/// What has a contract: a [`Worker`](crate::Worker), its builder, or a [`Contract`] itself.
pub trait ToContract {
    /// The contract.
    fn to_contract(&self) -> Contract;
}

impl Contract {
    /// A contract without activities.
    #[must_use]
    pub fn new() -> Self {
        Self {
            version: VERSION,
            other_envelope: false,
            activities: Vec::new(),
            worker_errors: Vec::new(),
        }
    }

    /// Adds an activity, with the options of its attribute and a worker's defaults.
    #[must_use]
    pub fn activity<A: Activity>(mut self) -> Self {
        self.add_entry(&ActivityEntry::of::<A>());
        self
    }

    /// Adds all activities of a type: the methods of an `impl` block with `#[activities]`.
    #[must_use]
    pub fn activities_of<T: Activities>(mut self) -> Self {
        for activity in &ActivitySet::of::<T>() {
            self.add_entry(activity);
        }
        self
    }

    /// The contract of every function with `#[activity]` in the program; see
    /// [`WorkerBuilder::annotated`](crate::WorkerBuilder::annotated).
    #[cfg(feature = "discovery")]
    #[must_use]
    pub fn annotated() -> Self {
        let mut contract = Self::new();
        for activity in &found() {
            contract.add_entry(activity);
        }
        contract
    }

    /// Reads what [`to_json`](Self::to_json) has written.
    ///
    /// # Errors
    ///
    /// It is not a contract, or one of another version.
    pub fn from_json(json: &str) -> Result<Self, ContractError> {
        let contract: Self = serde_json::from_str(json).map_err(ContractError::unreadable)?;
        if contract.version != VERSION {
            return Err(ContractError::version(contract.version, VERSION));
        }
        Ok(contract)
    }

    /// The contract as JSON, a key a line.
    ///
    /// Activities stand in the order of their names: a contract changes only if the worker does.
    ///
    /// # Panics
    ///
    /// Never: a contract has no keys that are no texts.
    #[must_use]
    pub fn to_json(&self) -> String {
        #[expect(
            clippy::expect_used,
            reason = "every key is a text, every number finite"
        )]
        let json = serde_json::to_string_pretty(self).expect("a contract is JSON");
        json
    }

    /// The activities, by name.
    #[must_use]
    pub fn activities(&self) -> &[ActivityContract] {
        &self.activities
    }

    /// An activity by its name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&ActivityContract> {
        self.activities
            .iter()
            .find(|activity| activity.name == name)
    }

    /// Whether the worker takes inputs out of wrappers of another format than
    /// [`Envelope`](crate::Envelope), or out of none. Nothing is then known of them.
    #[must_use]
    pub fn has_other_envelope(&self) -> bool {
        self.other_envelope
    }

    /// The names that the worker makes itself, with their meanings.
    #[must_use]
    pub fn worker_errors(&self) -> &[ErrorContract] {
        &self.worker_errors
    }

    fn add_entry(&mut self, activity: &ActivityEntry) {
        let description = activity.description();
        let terms = Terms::default();
        self.add(activity.name(), activity.options(), &description, &terms);
    }

    /// Adds an activity. One of the same name is replaced: a worker has one handler for a name.
    pub(crate) fn add(
        &mut self,
        name: &str,
        options: ActivityOptions,
        description: &Description,
        terms: &Terms,
    ) {
        let activity = ActivityContract::new(name, options, description, terms);
        self.other_envelope |= terms.other_envelope;
        for name in &activity.worker_errors {
            if !self.worker_errors.iter().any(|known| known.name == *name) {
                self.worker_errors.extend(terms::meaning(name));
            }
        }
        self.worker_errors.sort_by(|a, b| a.name.cmp(&b.name));
        self.activities.retain(|known| known.name != activity.name);
        self.activities.push(activity);
        self.activities.sort_by(|a, b| a.name.cmp(&b.name));
    }
}

impl Default for Contract {
    fn default() -> Self {
        Self::new()
    }
}

impl ToContract for Contract {
    fn to_contract(&self) -> Contract {
        self.clone()
    }
}

impl<T: ToContract + ?Sized> ToContract for &T {
    fn to_contract(&self) -> Contract {
        T::to_contract(self)
    }
}

#[cfg(test)]
mod tests;
