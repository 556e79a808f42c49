//! Several activities that belong together: `Activities`, and the set that lists them.

mod entry;

pub use entry::ActivityEntry;
pub(crate) use entry::HandlerFuture;

use crate::activity::Activity;

/// A value whose methods are activities.
///
/// `#[activities]` on an `impl` block implements it. A worker is given the value with
/// [`WorkerBuilder::activities`](crate::WorkerBuilder::activities); the activities can be listed
/// without one.
///
/// # Examples
///
/// By hand, of activities that are written by hand as well:
///
/// ```
/// use sfn_worker_core::{Activities, ActivitySet};
/// # use sfn_worker_core::{Activity, Call, Failure, Payload};
/// # struct Halve;
/// # impl Activity for Halve {
/// #     const NAME: &'static str = "halve";
/// #     async fn run(call: Call) -> Result<Payload, Failure> { Ok(call.payload().clone()) }
/// # }
/// # struct Double;
/// # impl Activity for Double {
/// #     const NAME: &'static str = "double";
/// #     async fn run(call: Call) -> Result<Payload, Failure> { Ok(call.payload().clone()) }
/// # }
///
/// struct Numbers;
///
/// impl Activities for Numbers {
///     fn register(set: &mut ActivitySet) {
///         set.add::<Halve>();
///         set.add::<Double>();
///     }
/// }
///
/// let names: Vec<_> = ActivitySet::of::<Numbers>().iter().map(|entry| entry.name()).collect();
/// assert_eq!(names, ["halve", "double"]);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no activities",
    label = "no activities",
    note = "put `#[activities]` on an `impl` block of it, and `#[activity]` on the methods"
)]
pub trait Activities: Send + Sync + 'static {
    /// Lists the activities.
    fn register(set: &mut ActivitySet)
    where
        Self: Sized;
}

/// Activities in the order in which they were added.
#[derive(Debug, Clone, Default)]
pub struct ActivitySet {
    entries: Vec<ActivityEntry>,
}

impl ActivitySet {
    /// Lists the activities of a type.
    #[must_use]
    pub fn of<T: Activities>() -> Self {
        let mut set = Self::default();
        T::register(&mut set);
        set
    }

    /// Adds an activity.
    pub fn add<A: Activity>(&mut self) {
        self.entries.push(ActivityEntry::of::<A>());
    }

    /// The activities in order.
    pub fn iter(&self) -> std::slice::Iter<'_, ActivityEntry> {
        self.entries.iter()
    }
}

impl<'set> IntoIterator for &'set ActivitySet {
    type Item = &'set ActivityEntry;
    type IntoIter = std::slice::Iter<'set, ActivityEntry>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl IntoIterator for ActivitySet {
    type Item = ActivityEntry;
    type IntoIter = std::vec::IntoIter<ActivityEntry>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

#[cfg(test)]
#[cfg(feature = "macros")]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::time::Duration;

    use super::*;
    use crate::testing::ScriptedService;
    use crate::{ActivityContext, Failure, State, Worker, activities, activity};

    #[derive(Debug, Default)]
    struct Till {
        cents: AtomicU64,
    }

    #[activities(
        crate = crate,
        prefix = "till-",
        defaults(timeout = "10m", heartbeat = "15s"),
    )]
    impl Till {
        const FEE: u64 = 5;

        /// Puts money in.
        #[activity(timeout = "1m")]
        async fn pay(&self, cents: u64, context: ActivityContext) -> Result<u64, Failure> {
            assert_eq!(context.activity().as_str(), "till-pay");
            Ok(self.add(cents + Self::FEE))
        }

        #[activity(blocking, name = "count-cash")]
        fn count(&self) -> Result<u64, Failure> {
            Ok(self.add(0))
        }

        #[activity]
        async fn fee(State(till): State<Self>) -> Result<u64, Failure> {
            Ok(till.add(0) + Self::FEE)
        }

        fn add(&self, cents: u64) -> u64 {
            self.cents.fetch_add(cents, Ordering::Relaxed) + cents
        }
    }

    #[tokio::test(start_paused = true)]
    async fn methods_share_their_value() {
        let till = Arc::new(Till::default());
        assert_eq!(till.add(10), 10);
        let service = ScriptedService::new();
        let worker = Worker::builder(service.clone())
            .shared_activities(Arc::clone(&till))
            .build()
            .unwrap();
        let shutdown = worker.shutdown_handle();
        let answers = async {
            let mut outputs = Vec::new();
            for (activity, input) in [("till-pay", "85"), ("till-fee", "1")] {
                let answer = service.offer(activity, input).answer().await;
                outputs.push(answer.output().unwrap_or_default().to_owned());
            }
            shutdown.drain();
            outputs
        };
        let (_, outputs) = tokio::join!(worker.run(), answers);
        assert_eq!(outputs, ["100", "105"]);
        assert_eq!(till.count().unwrap(), 100);
    }

    /// Without a time limit: the clock does not wait for its thread.
    struct Drawer(Vec<u64>);

    #[activities(crate = crate)]
    impl Drawer {
        #[activity(blocking)]
        fn coins(&self) -> Result<&[u64], Failure> {
            Ok(&self.0)
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_a_method_returns_may_borrow_from_its_value() {
        let service = ScriptedService::new();
        let worker = Worker::builder(service.clone())
            .activities(Drawer(vec![5, 10, 25]))
            .build()
            .unwrap();
        let shutdown = worker.shutdown_handle();
        let task = service.offer("coins", "{}");
        let (_, output) = tokio::join!(worker.run(), async {
            let answer = task.answer().await;
            shutdown.drain();
            answer.output().map(str::to_owned)
        });
        assert_eq!(output.as_deref(), Some("[5,10,25]"));
    }

    #[test]
    fn a_method_wins_over_the_defaults_of_its_block() {
        let set = ActivitySet::of::<Till>();
        let timeouts: Vec<_> = set.iter().map(|entry| entry.options().timeout).collect();
        let minutes = |minutes: u64| Some(Duration::from_secs(60 * minutes));
        assert_eq!(timeouts, [minutes(1), minutes(10), minutes(10)]);
        for entry in &set {
            assert_eq!(entry.options().heartbeat, Some(Duration::from_secs(15)));
        }
    }

    #[test]
    fn a_set_is_inspected_without_a_value() {
        let set = ActivitySet::of::<Till>();
        let names: Vec<_> = set.iter().map(ActivityEntry::name).collect();
        assert_eq!(names, ["till-pay", "count-cash", "till-fee"]);
        let description = set.into_iter().next().unwrap().description();
        assert_eq!(description.text(), Some("Puts money in."));
        let location = description.location().unwrap();
        assert!(location.file.ends_with("activities.rs"), "{location:?}");
        assert!(location.line > 100, "{location:?}");
    }

    #[test]
    fn one_value_of_a_type_is_enough() {
        let error = Worker::builder(ScriptedService::new())
            .activities(Till::default())
            .activities(Till::default())
            .build()
            .unwrap_err()
            .to_string();
        assert!(error.contains("given twice"), "{error}");
    }
}
