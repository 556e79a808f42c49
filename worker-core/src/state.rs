//! Values that handlers share: `State`, and what a worker keeps of them.

use std::any::{Any, TypeId, type_name};
use std::collections::HashMap;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use crate::activity::Call;
use crate::description::Description;
use crate::extract::{FromCall, OptionalFromCall};
use crate::failure::{Failure, names};

/// A value that the handlers of a worker share, given with
/// [`WorkerBuilder::state`](crate::WorkerBuilder::state).
///
/// A worker can have one value of each type, and a handler can take several.
/// A handler that takes a type that the worker was not given is found when the worker is built;
/// `Option<State<T>>` is `None` then.
///
/// # Examples
///
/// ```
/// use sfn_worker_core::{Failure, State, Worker, activity, testing::ScriptedService};
///
/// struct Greeting(String);
///
/// #[activity]
/// async fn greet(
///     name: String,
///     State(greeting): State<Greeting>,
/// ) -> Result<String, Failure> {
///     Ok(format!("{} {name}", greeting.0))
/// }
///
/// let worker = Worker::builder(ScriptedService::new())
///     .state(Greeting("hello".to_owned()))
///     .activity::<greet>()
///     .build()?;
///
/// // Without the state, the worker is not built, and the error says what is missing.
/// let error = Worker::builder(ScriptedService::new()).activity::<greet>().build();
/// assert!(error.is_err_and(|error| error.to_string().contains("Greeting")));
/// # Ok::<(), sfn_worker_core::BuildError>(())
/// ```
#[expect(
    clippy::exhaustive_structs,
    reason = "handlers take it apart: `State(pool): State<Pool>`"
)]
pub struct State<T: ?Sized>(pub Arc<T>);

/// The values of a worker, by their types.
#[derive(Clone, Default)]
pub(crate) struct States(Arc<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>);

impl States {
    /// Adds a value. Returns whether there was none of its type.
    pub(crate) fn add<T: Send + Sync + 'static>(&mut self, value: Arc<T>) -> bool {
        let values = Arc::make_mut(&mut self.0);
        // The key is the type of the value; what lies in it is the `Arc` of that type.
        values.insert(TypeId::of::<T>(), Arc::new(value)).is_none()
    }

    pub(crate) fn has(&self, id: TypeId) -> bool {
        self.0.contains_key(&id)
    }

    pub(crate) fn find<T: ?Sized + Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        self.0.get(&TypeId::of::<T>())?.downcast_ref().cloned()
    }
}

impl<T: ?Sized + Send + Sync + 'static> FromCall for State<T> {
    fn describe(description: &mut Description) {
        description.add_state::<T>();
    }

    fn from_call(call: &Call) -> Result<Self, Failure> {
        call.states().find().map(Self).ok_or_else(|| {
            Failure::reserved(
                names::TASK_FAILED,
                format!("the worker was given no state of type {}", type_name::<T>()),
            )
        })
    }
}

impl<T: ?Sized + Send + Sync + 'static> OptionalFromCall for State<T> {
    fn optional_from_call(call: &Call) -> Result<Option<Self>, Failure> {
        Ok(call.states().find().map(Self))
    }
}

impl<T: ?Sized> Deref for State<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: ?Sized> Clone for State<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T: ?Sized> fmt::Debug for State<T> {
    /// Shows the type only: what handlers share can be confidential.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "State<{}>", type_name::<T>())
    }
}

impl fmt::Debug for States {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} states", self.0.len())
    }
}

#[cfg(test)]
#[cfg(feature = "macros")]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::{Worker, activity, testing::ScriptedService};

    #[derive(Debug, Default)]
    struct Till(AtomicUsize);

    #[activity(crate = crate)]
    async fn charge(State(till): State<Till>, cents: usize) -> Result<usize, Failure> {
        Ok(till.0.fetch_add(cents, Ordering::Relaxed) + cents)
    }

    #[tokio::test(start_paused = true)]
    async fn handlers_share_what_the_worker_was_given() {
        let service = ScriptedService::new();
        let till = Arc::new(Till(AtomicUsize::new(100)));
        let worker = Worker::builder(service.clone())
            .activity::<charge>()
            .shared_state(Arc::clone(&till))
            .build()
            .unwrap();
        let shutdown = worker.shutdown_handle();
        let task = service.offer("charge", "23");
        tokio::join!(worker.run(), async {
            task.answer().await;
            shutdown.drain();
        });
        assert_eq!(till.0.load(Ordering::Relaxed), 123);
    }

    #[test]
    fn a_state_that_was_not_given_is_found_before_the_start() {
        let error = Worker::builder(ScriptedService::new())
            .activity::<charge>()
            .build()
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("Till") && error.contains("activity charge"),
            "{error}"
        );
    }

    #[activity(crate = crate)]
    async fn several(
        till: State<Till>,
        name: Option<State<String>>,
        input: u64,
        none: Option<State<u8>>,
        whole: crate::Payload,
    ) -> Result<String, Failure> {
        assert_eq!(whole.as_str(), input.to_string());
        let name = name.map(|State(name)| (*name).clone());
        let cents = till.0.0.load(Ordering::Relaxed);
        Ok(format!("{name:?} {cents} {input} {}", none.is_none()))
    }

    #[tokio::test(start_paused = true)]
    async fn a_handler_takes_several_states_and_some_that_may_be_missing() {
        let service = ScriptedService::new();
        let worker = Worker::builder(service.clone())
            .activity::<several>()
            .state("Ada".to_owned())
            .state(Till(AtomicUsize::new(3)))
            .build()
            .unwrap();
        let shutdown = worker.shutdown_handle();
        let task = service.offer("several", "7");
        let (_, answer) = tokio::join!(worker.run(), async {
            let answer = task.answer().await;
            shutdown.drain();
            answer
        });
        assert_eq!(answer.output(), Some(r#""Some(\"Ada\") 3 7 true""#));
    }

    #[test]
    fn a_second_state_of_one_type_is_refused() {
        let error = Worker::builder(ScriptedService::new())
            .activity::<charge>()
            .state(Till::default())
            .state(Till::default())
            .build()
            .unwrap_err()
            .to_string();
        assert!(error.contains("given twice"), "{error}");
    }
}
