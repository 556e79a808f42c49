//! Puts a worker together; every problem is found before anything starts.

use std::any::TypeId;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

use tower::{Layer, Service};

use super::Worker;
use super::check::check;
use super::config::Naming;
use super::erased::{HandlerService, Wrap, wrap};
use super::error::{BuildError, Problem};
use super::heartbeat::Place;
use super::registry::Registry;
use super::settings::Settings;
use crate::activities::{Activities, ActivityEntry, ActivitySet};
use crate::activity::{Activity, ActivityOptions, Call};
#[cfg(feature = "discovery")]
use crate::discovery::found;
use crate::envelope::{EnvelopeFormat, Format};
use crate::failure::IntoFailure;
use crate::outbox::Outbox;
use crate::payload::Payload;
use crate::service::ActivityService;
use crate::state::States;

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
    pub(super) service: Arc<dyn ActivityService>,
    pub(super) registry: Registry,
    pub(super) problems: Vec<Problem>,
    pub(super) settings: Settings,
    pub(super) arns: BTreeMap<String, String>,
    pub(super) naming: Naming,
    pub(super) format: Format,
    pub(super) heartbeats: Place,
    pub(super) layers: Layers,
    /// The types of the layers, by their names.
    pub(super) layer_names: Vec<&'static str>,
    pub(super) states: States,
    #[cfg(feature = "discovery")]
    pub(super) annotated: bool,
    outbox: Option<Outbox>,
}

/// The layers around every handler, the outermost first.
#[derive(Default)]
pub(super) struct Layers(pub(super) Vec<Wrap>);

impl fmt::Debug for Layers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} layers", self.0.len())
    }
}

impl WorkerBuilder {
    pub(crate) fn new(service: Arc<dyn ActivityService>) -> Self {
        Self {
            heartbeats: if service.is_remote() {
                Place::Thread
            } else {
                Place::Beside
            },
            service,
            registry: Registry::default(),
            problems: Vec::new(),
            settings: Settings::default(),
            arns: BTreeMap::new(),
            naming: Naming {
                reserved: true,
                cause_json: false,
            },
            format: Format::default(),
            layers: Layers::default(),
            layer_names: Vec::new(),
            states: States::default(),
            #[cfg(feature = "discovery")]
            annotated: false,
            outbox: None,
        }
    }

    /// Registers an activity.
    pub fn activity<A: Activity>(self) -> Self {
        self.activity_with::<A>(ActivityOptions::new())
    }

    /// Registers an activity with options that win over those of its attribute.
    pub fn activity_with<A: Activity>(self, options: ActivityOptions) -> Self {
        self.register(&ActivityEntry::of::<A>(), options)
    }

    /// Registers all activities of a value: the methods of an `impl` block with
    /// `#[activities]`. The value is shared by them, as by [`state`](Self::state), so that
    /// other handlers can take it as [`State<T>`](crate::State).
    ///
    /// # Examples
    ///
    /// ```
    /// # use sfn_worker_core::{Failure, Worker, activities, activity, testing::ScriptedService};
    /// struct Greeter {
    ///     greeting: String,
    /// }
    ///
    /// #[activities]
    /// impl Greeter {
    ///     #[activity]
    ///     async fn greet(&self, name: String) -> Result<String, Failure> {
    ///         Ok(format!("{} {name}", self.greeting))
    ///     }
    /// }
    ///
    /// let worker = Worker::builder(ScriptedService::new())
    ///     .activities(Greeter { greeting: "hello".to_owned() })
    ///     .build()?;
    /// # Ok::<(), sfn_worker_core::BuildError>(())
    /// ```
    pub fn activities<T: Activities>(self, value: T) -> Self {
        self.shared_activities(Arc::new(value))
    }

    /// Registers all activities of a value that others share as well; see
    /// [`activities`](Self::activities).
    pub fn shared_activities<T: Activities>(self, value: Arc<T>) -> Self {
        if self.states.has(TypeId::of::<T>()) {
            // One problem says it all: the activities would all be there twice, too.
            return self.shared_state(value);
        }
        ActivitySet::of::<T>()
            .iter()
            .fold(self.shared_state(value), |builder, activity| {
                builder.register(activity, ActivityOptions::new())
            })
    }

    /// Registers every function with `#[activity]` in the program, by name, whichever crate it
    /// is in; what was found is logged when the worker starts.
    ///
    /// An activity that is also registered by itself, before or after this, is registered that
    /// way, with the options given there. Two activities of one name are refused.
    ///
    /// # What belongs to the program
    ///
    /// A crate whose items are never named is not linked, and its activities are not found.
    /// Being in the manifest is not enough: name something of it, or write
    /// `use billing_activities as _;` in the binary.
    /// Modules of a crate that is linked need no such line.
    /// Activities of tests are part of the test program only.
    /// Methods of an `impl` block need a value: give it with [`activities`](Self::activities).
    #[cfg(feature = "discovery")]
    pub fn annotated(mut self) -> Self {
        self.annotated = true;
        self
    }

    fn register(mut self, activity: &ActivityEntry, options: ActivityOptions) -> Self {
        if let Err(problem) = self.registry.register(activity, options) {
            self.problems.push(problem);
        }
        self
    }

    /// Gives the handlers a value to share; they take it as [`State<T>`](crate::State).
    ///
    /// One value of each type: a second one is refused.
    pub fn state<T: Send + Sync + 'static>(self, value: T) -> Self {
        self.shared_state(Arc::new(value))
    }

    /// Gives the handlers a value to share that others share as well; see
    /// [`state`](Self::state).
    pub fn shared_state<T: Send + Sync + 'static>(mut self, value: Arc<T>) -> Self {
        if !self.states.add(value) {
            self.problems.push(Problem::new(
                "state",
                std::any::type_name::<T>(),
                "is given twice: a worker has one value of each type",
            ));
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
        self.layer_names.push(std::any::type_name::<L>());
        self.layers.0.push(wrap(layer));
        self
    }

    /// Keeps finished outcomes on disk until the service has accepted them, and reports at the
    /// start what an earlier run has left there.
    ///
    /// What was left is reported whichever activities this worker has, is kept alive until it
    /// is, and is counted in [`Summary::resumed`](super::Summary::resumed). While the outbox is
    /// full or the disk fails, outcomes are reported without it.
    ///
    /// # Examples
    ///
    /// ```
    /// # use sfn_worker_core::{activity, testing::ScriptedService};
    /// use sfn_worker_core::{Outbox, Worker};
    ///
    /// # #[activity]
    /// # async fn greet(name: String) -> Result<String, std::convert::Infallible> { Ok(name) }
    /// # let service = ScriptedService::new();
    /// # let place = tempfile::tempdir()?;
    /// # let directory = place.path().join("outbox");
    /// let worker = Worker::builder(service)
    ///     .activity::<greet>()
    ///     .outbox(Outbox::open(directory)?)
    ///     .build()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn outbox(mut self, outbox: Outbox) -> Self {
        self.outbox = Some(outbox);
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
        self.settings.polls = Some(("polls".into(), polls));
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
    /// window shorter than 65 seconds plus the grace period is warned of at the start.
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

    /// Sets how many tasks of each activity may wait in the worker until one that runs has
    /// ended. The default is none: a task is taken only when it can run at once.
    ///
    /// Waiting tasks hide the round trip to the service from the handlers, which pays where
    /// tasks are short and many. They are kept alive from receipt, their time limit counts from
    /// there, and a drain hands them back; another worker could have run them meanwhile.
    pub fn prefetch(mut self, tasks: usize) -> Self {
        self.settings.prefetch = Some(("prefetch".into(), tasks));
        self
    }

    /// Sets how many heartbeats a second the worker sends at the most. The default is 250.
    ///
    /// All workers of an account and region share one quota: 500 a second in the three largest
    /// regions and 300 elsewhere. A worker that holds more tasks than its budget allows for
    /// sends their heartbeats late, in the order in which they are due, and says so.
    pub fn heartbeat_budget(mut self, per_second: u32) -> Self {
        self.settings.heartbeat_budget = Some(("heartbeat_budget".into(), per_second));
        self
    }

    /// Sets whether heartbeats are sent from a thread of their own, which no handler can block.
    /// The default is whether the service is remote: see [`ActivityService::is_remote`].
    pub fn heartbeat_thread(mut self, own: bool) -> Self {
        self.heartbeats = if own { Place::Thread } else { Place::Beside };
        self
    }

    /// Sends heartbeats from a thread of their own whose clock jumps ahead whenever nothing is
    /// to be done, for tests of what blocks a runtime for minutes.
    #[cfg(feature = "test-util")]
    pub fn virtual_heartbeat_thread(mut self) -> Self {
        self.heartbeats = Place::VirtualThread;
        self
    }

    /// Sets how inputs are taken out of what the state wrapped them in: a format of your own, or
    /// [`NoEnvelope`](crate::NoEnvelope). The default is
    /// [`StandardEnvelope`](crate::StandardEnvelope), the format of
    /// [`Envelope`](crate::Envelope).
    ///
    /// # Examples
    ///
    /// ```
    /// # use sfn_worker_core::{activity, testing::ScriptedService};
    /// use sfn_worker_core::{NoEnvelope, Worker};
    ///
    /// # #[activity]
    /// # async fn greet(name: String) -> Result<String, std::convert::Infallible> { Ok(name) }
    /// # let service = ScriptedService::new();
    /// let worker = Worker::builder(service)
    ///     .activity::<greet>()
    ///     .envelope(NoEnvelope)
    ///     .build()?;
    /// # Ok::<(), sfn_worker_core::BuildError>(())
    /// ```
    pub fn envelope(mut self, format: impl EnvelopeFormat) -> Self {
        self.format = Format::new(format);
        self
    }

    /// Sends `Worker.TaskFailed`, `Worker.Timeout`, `Worker.Permissions` and
    /// `Worker.DataLimitExceeded` instead of the `States.*` codes of the same names.
    pub fn reserved_names(mut self, send: bool) -> Self {
        self.naming.reserved = send;
        self
    }

    /// Sends causes as JSON documents, which a state machine can read with
    /// `States.StringToJson` or `$parse`; [`Failure::cause_json`](crate::Failure::cause_json)
    /// says what is in them.
    ///
    /// Without it, causes are text for people: the details of errors are not sent, which the
    /// worker says when it starts.
    pub fn cause_json(mut self, json: bool) -> Self {
        self.naming.cause_json = json;
        self
    }

    /// Reads settings from environment variables, which win over what the builder says:
    /// `SFN_WORKER_NAME`, `…_CONCURRENCY`, `…_POLLS` (as `1-100` or `16`), `…_PREFETCH`,
    /// `…_GRACE`, `…_STOP_WINDOW`, `…_HEARTBEAT`, `…_HEARTBEAT_BUDGET`, `…_ARN_PREFIX`,
    /// `…_CREATE_MISSING`, and for each activity, its name in capitals with `_` for what is
    /// neither letter nor digit, `SFN_WORKER_CHARGE_CARD_ARN`, `…_HEARTBEAT`,
    /// `…_HEARTBEAT_TIMEOUT`, `…_TIMEOUT`, `…_STALL_AFTER`, `…_CONCURRENCY` and `…_RATE`.
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
        #[cfg(feature = "discovery")]
        let this = self.with_found();
        #[cfg(not(feature = "discovery"))]
        let this = self;
        let service = Arc::clone(&this.service);
        let outbox = this.outbox.clone();
        let config = check(this)?;
        Ok(Worker::new(service, config, outbox))
    }

    #[cfg(feature = "discovery")]
    fn with_found(mut self) -> Self {
        if self.annotated {
            let mut problems = self.registry.register_found(found());
            self.problems.append(&mut problems);
        }
        self
    }
}
