//! Puts a worker together; every problem is found before anything starts.

use std::collections::BTreeMap;
use std::fmt::{self, Display};
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

use tower::{Layer, Service};

use super::Worker;
use super::config::{ActivityConfig, Naming, WorkerConfig};
use super::erased::{HandlerService, Wrap, wrap};
use super::error::{BuildError, Problem};
use super::registry::Registry;
use super::settings::Settings;
use crate::activity::{Activity, ActivityOptions, Call};
use crate::failure::IntoFailure;
use crate::name::{ActivityArn, ActivityName, WorkerName};
use crate::payload::Payload;
use crate::platform::window::StopWindow;
use crate::service::ActivityService;

/// How many tasks of an activity run at a time where nothing else is said.
const CONCURRENCY: usize = 16;
/// How many polls of an activity are open at a time where nothing else is said.
const POLLS: RangeInclusive<usize> = 1..=100;
/// The service takes at most this many open polls for one activity.
const POLL_LIMIT: usize = 1_000;
const HEARTBEAT: Duration = Duration::from_secs(10);
const GRACE: Duration = Duration::from_secs(30);
const CANCEL_GRACE: Duration = Duration::from_secs(5);
/// More slots than this are a slip of the finger.
const SLOT_LIMIT: usize = 1_000_000;

/// Builds a [`Worker`].
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use sfn_worker_core::{Worker, activity, testing::ScriptedService};
///
/// #[activity(heartbeat = "10s", concurrency = 8)]
/// async fn greet(name: String) -> Result<String, std::convert::Infallible> {
///     Ok(format!("hello {name}"))
/// }
///
/// let worker = Worker::builder(ScriptedService::new())
///     .activity::<greet>()
///     .name("greeter-1")
///     .arn_prefix("arn:aws:states:eu-west-1:123456789012:activity:")
///     .grace(Duration::from_secs(60))
///     .build()?;
/// # Ok::<(), sfn_worker_core::BuildError>(())
/// ```
#[derive(Debug)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct WorkerBuilder {
    service: Arc<dyn ActivityService>,
    registry: Registry,
    problems: Vec<Problem>,
    settings: Settings,
    arns: BTreeMap<String, String>,
    reserved_names: bool,
    cause_json: bool,
    polls: RangeInclusive<usize>,
    layers: Layers,
}

/// The layers around every handler, the outermost first.
#[derive(Default)]
struct Layers(Vec<Wrap>);

impl fmt::Debug for Layers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} layers", self.0.len())
    }
}

impl WorkerBuilder {
    pub(crate) fn new(service: Arc<dyn ActivityService>) -> Self {
        Self {
            service,
            registry: Registry::default(),
            problems: Vec::new(),
            settings: Settings::default(),
            arns: BTreeMap::new(),
            reserved_names: true,
            cause_json: false,
            polls: POLLS,
            layers: Layers::default(),
        }
    }

    /// Registers an activity.
    pub fn activity<A: Activity>(self) -> Self {
        self.activity_with::<A>(ActivityOptions::new())
    }

    /// Registers an activity with options that win over those of its attribute.
    pub fn activity_with<A: Activity>(mut self, options: ActivityOptions) -> Self {
        if let Err(problem) = self.registry.register::<A>(options) {
            self.problems.push(problem);
        }
        self
    }

    /// Puts a `tower` layer around every handler; the first one is the outermost.
    ///
    /// A layer sees the [`Call`], and the output or the failure that comes of it. It is applied
    /// once for each activity, so that a limit or a breaker that keeps its state in its service
    /// is one of that activity. Its readiness is asked for *before* a poll: a layer that is not
    /// ready keeps the worker from taking tasks, and a task is never held by a limit.
    pub fn layer<L>(mut self, layer: L) -> Self
    where
        L: Layer<HandlerService> + Send + 'static,
        L::Service: Service<Call, Response = Payload> + Clone + Send + Sync + 'static,
        <L::Service as Service<Call>>::Error: IntoFailure,
        <L::Service as Service<Call>>::Future: Send,
    {
        self.layers.0.push(wrap(layer));
        self
    }

    /// Sets the ARN of an activity; without it, it is made of the prefix, or looked up.
    pub fn arn(mut self, activity: impl Into<String>, arn: impl Into<String>) -> Self {
        self.arns.insert(activity.into(), arn.into());
        self
    }

    /// Sets the prefix that, followed by the activity's name, makes its ARN:
    /// `arn:aws:states:REGION:ACCOUNT:activity:` and possibly the beginning of the name.
    pub fn arn_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.settings.arn_prefix = Some(("arn_prefix".into(), prefix.into()));
        self
    }

    /// Creates activities that do not exist. Creating one that exists only finds it.
    ///
    /// Needs the permission `states:CreateActivity`.
    pub fn create_missing(mut self, create: bool) -> Self {
        self.settings.create_missing = Some(create);
        self
    }

    /// Sets the name under which execution histories show the worker: 1 to 80 characters.
    /// The default is the name of the host.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.settings.name = Some(("name".into(), name.into()));
        self
    }

    /// Sets how many tasks the worker holds at a time, over all activities. The default is the
    /// sum over the activities; less than one for each is refused.
    pub fn concurrency(mut self, tasks: usize) -> Self {
        self.settings.concurrency = Some(("concurrency".into(), tasks));
        self
    }

    /// Sets between which numbers the open polls of each activity move, within 1 to 1,000; never
    /// more than it has free slots. The default is `1..=100`.
    ///
    /// Polls that find a task waiting are joined by others; polls that come back empty are let
    /// go. With `100..=100` an activity keeps a hundred open, which is what AWS advises where a
    /// lost poll must not keep tasks waiting.
    pub fn polls(mut self, polls: RangeInclusive<usize>) -> Self {
        self.polls = polls;
        self
    }

    /// Sets how long handlers may go on after the last poll has come back from the service,
    /// which takes up to 60 seconds. The default is 30 seconds.
    pub fn grace(mut self, grace: Duration) -> Self {
        self.settings.grace = Some(grace);
        self
    }

    /// Sets how long the platform waits between the stop signal and the kill.
    ///
    /// When a drain does not end in time, what is held is handed back 10 seconds before. A
    /// window shorter than 65 seconds plus the grace period plus these 10 is warned of at the
    /// start. Without it, the [`platform`](crate::platform) is asked.
    pub fn stop_window(mut self, window: Duration) -> Self {
        self.settings.stop_window = Some(window);
        self
    }

    /// Sets how often the worker says that a task is alive, for activities that do not say it
    /// themselves. The default is 10 seconds.
    pub fn heartbeat(mut self, every: Duration) -> Self {
        self.settings.heartbeat = Some(("heartbeat".into(), every));
        self
    }

    /// Sends `Worker.TaskFailed`, `Worker.Timeout`, `Worker.Permissions` and
    /// `Worker.DataLimitExceeded` instead of the `States.*` codes of the same names.
    pub fn reserved_names(mut self, send: bool) -> Self {
        self.reserved_names = send;
        self
    }

    /// Sends causes as JSON documents `{message, chain, activity, worker}`, which a state
    /// machine can read with `States.StringToJson`.
    pub fn cause_json(mut self, json: bool) -> Self {
        self.cause_json = json;
        self
    }

    /// Reads settings from environment variables, which win over what the builder says:
    /// `SFN_WORKER_NAME`, `…_CONCURRENCY`, `…_GRACE`, `…_STOP_WINDOW`, `…_HEARTBEAT`,
    /// `…_ARN_PREFIX`, `…_CREATE_MISSING`, and for each activity, its name in capitals with `_`
    /// for what is neither letter nor digit, `SFN_WORKER_CHARGE_CARD_ARN`, `…_HEARTBEAT`,
    /// `…_TIMEOUT` and `…_CONCURRENCY`.
    pub fn settings_from_env(self) -> Self {
        let variables = std::env::vars_os()
            .filter_map(|(key, value)| Some((key.into_string().ok()?, value.into_string().ok()?)));
        self.settings(variables)
    }

    /// Reads settings from pairs of the form that [`settings_from_env`](Self::settings_from_env)
    /// describes; keys that do not begin with `SFN_WORKER_` are passed over.
    pub fn settings<K: Into<String>, V: Into<String>>(
        mut self,
        pairs: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        self.settings.add(
            pairs
                .into_iter()
                .map(|(key, value)| (key.into(), value.into())),
        );
        self
    }

    /// Builds the worker.
    ///
    /// # Errors
    ///
    /// Anything about the configuration is wrong; the error lists everything that is.
    pub fn build(self) -> Result<Worker, BuildError> {
        let mut check = Check {
            problems: self.problems,
        };
        let mut settings = self.settings;
        let mut registry = self.registry;
        if registry.entries.is_empty() && check.problems.is_empty() {
            check.wrong("activity", "", "register at least one: .activity::<name>()");
        }
        check.problems.append(&mut settings.read(&mut registry));
        let mut arns: BTreeMap<String, (String, String)> = BTreeMap::new();
        for (name, arn) in self.arns {
            if registry.entry_mut(&name).is_none() {
                let known = registry.names();
                check.wrong(
                    "arn",
                    &name,
                    format!("is not registered; these are: {known}"),
                );
            }
            arns.insert(name.clone(), (format!("arn of {name}"), arn));
        }
        arns.append(&mut settings.arns);

        let (fewest, most) = (*self.polls.start(), *self.polls.end());
        if fewest < 1 || fewest > most || most > POLL_LIMIT {
            check.wrong(
                "polls",
                format!("{fewest}..={most}"),
                "1 to 1,000 polls can be open for an activity, the smaller number first",
            );
        }
        let default_heartbeat = settings
            .heartbeat
            .unwrap_or_else(|| ("heartbeat".to_owned(), HEARTBEAT));
        check.interval(&default_heartbeat.0, default_heartbeat.1);
        let mut activities = Vec::new();
        for entry in registry.entries {
            let key = |option: &str| format!("{option} of {}", entry.name);
            let concurrency = entry.options.concurrency.unwrap_or(CONCURRENCY);
            check.slots(&key("concurrency"), concurrency);
            if let Some(every) = entry.options.heartbeat {
                check.interval(&key("heartbeat"), every);
            }
            if let Some(limit) = entry.options.timeout {
                check.interval(&key("timeout"), limit);
            }
            activities.push(ActivityConfig {
                arn: check.arn(&entry.name, &arns, settings.arn_prefix.as_ref()),
                handler: (self.layers.0.iter().rev())
                    .fold(entry.handler, |inner, wrap| wrap(inner)),
                heartbeat: entry.options.heartbeat.unwrap_or(default_heartbeat.1),
                timeout: entry.options.timeout,
                concurrency,
                polls: most.min(concurrency),
                name: entry.name,
            });
        }
        let (key, slots) = settings.concurrency.unwrap_or_else(|| {
            let sum = activities.iter().map(|activity| activity.concurrency).sum();
            ("concurrency".to_owned(), sum)
        });
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
                activity.polls = activity.polls.min(share);
            }
        }
        let (key, name) = settings
            .name
            .unwrap_or_else(|| ("name".to_owned(), host_name()));
        let name = check.parsed::<WorkerName>(&key, &name);
        match name {
            Some(name) if check.problems.is_empty() => {
                let config = WorkerConfig {
                    name,
                    slots,
                    grace: settings.grace.unwrap_or(GRACE),
                    stop_window: StopWindow::new(settings.stop_window),
                    cancel_grace: CANCEL_GRACE,
                    create_missing: settings.create_missing.unwrap_or(false),
                    naming: Naming {
                        reserved: self.reserved_names,
                        cause_json: self.cause_json,
                    },
                    activities,
                };
                Ok(Worker::new(self.service, config))
            }
            _ => Err(BuildError::new(check.problems)),
        }
    }
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

    fn interval(&mut self, key: &str, interval: Duration) {
        if interval < Duration::from_millis(1) {
            let shown = humantime::format_duration(interval);
            self.wrong(key, shown, "must be at least 1ms, such as 10s");
        }
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
