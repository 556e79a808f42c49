//! What expansions of the macros may touch; not a public interface.

use std::sync::Arc;

pub use std::concat;
pub use std::error::Error;
pub use std::fmt::Debug;
pub use std::mem::drop;
pub use std::option::Option::{self, None, Some};
pub use std::primitive::str;
pub use std::result::Result::{self, Err, Ok};
pub use std::time::Duration;

#[cfg(feature = "discovery")]
pub use inventory;

pub use crate::__annotate as annotate;
pub use crate::activities::{Activities, ActivityEntry, ActivitySet};
pub use crate::activity::{Activity, ActivityOptions, Call};
pub use crate::description::{Description, ErrorInfo, Location, RetryHint};
#[cfg(feature = "discovery")]
pub use crate::discovery::Found;
pub use crate::failure::{
    ActivityError, Details, ErrorName, Failure, Part, assert_unshared, distinct, merged,
};
pub use crate::payload::Payload;
pub use crate::rate::Rate;

#[path = "private/argument.rs"]
mod argument;
#[path = "private/probe.rs"]
mod probe;
#[path = "private/returned.rs"]
mod returned;

pub use argument::{
    Argument, Arguments, InputLeft, InputTaken, TakenFrom, UnknownFields, ViaCall, ViaInput,
    arguments, arguments_strict,
};
pub use probe::{ArgumentProbe, InputProbe, Nothing, ReturnProbe, SchemalessProbe};
pub use probe::{argument, awaited, returned};
pub use returned::{Output, Returned, failure, output, result, sendable};

use crate::extract::FromCall;
use crate::state::State;

/// What running an activity comes to.
pub type Handled = Result<Payload, Failure>;

/// Puts an activity on the list of those in the program.
#[cfg(feature = "discovery")]
#[doc(hidden)]
#[macro_export]
macro_rules! __annotate {
    ($(#[$attribute:meta])* $activity:ident) => {
        $(#[$attribute])*
        const _: () = {
            $crate::__private::inventory::submit! {
                $crate::__private::Found::of::<$activity>()
            }
        };
    };
}

/// Without the list, there is nothing to do.
#[cfg(not(feature = "discovery"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __annotate {
    ($(#[$attribute:meta])* $activity:ident) => {};
}

/// Says what an activity does, and where it stands.
pub fn about(description: &mut Description, text: &'static str, file: &'static str, line: u32) {
    if !text.is_empty() {
        description.set_text(text);
    }
    description.set_location(Location::new(file, line));
}

/// The value that the methods of an `impl` block share.
///
/// # Errors
///
/// The worker was not given it, which a worker that was built has been.
pub fn shared<T: Activities>(call: &Call) -> Result<Arc<T>, Failure> {
    State::from_call(call).map(|State(value)| value)
}

#[cfg(test)]
#[cfg(feature = "macros")]
mod tests {
    use serde::{Deserialize, Serialize};

    use super::*;
    use crate::activity;
    use crate::blocking::BlockingPool;
    use crate::context::ActivityContext;
    use crate::departure::Departure;
    use crate::failure::names;

    #[derive(Deserialize)]
    struct Order {
        id: u64,
    }

    #[derive(Serialize)]
    struct Receipt {
        order: u64,
        activity: String,
    }

    #[derive(Debug, thiserror::Error, crate::ActivityError)]
    #[activity_error(crate = crate)]
    enum ChargeError {
        #[error("order {0} is free")]
        Free(u64),
    }

    #[activity(crate = crate)]
    async fn charge(context: ActivityContext, order: Order) -> Result<Receipt, ChargeError> {
        if order.id == 0 {
            return Err(ChargeError::Free(order.id));
        }
        Ok(Receipt {
            order: order.id,
            activity: context.activity().to_string(),
        })
    }

    #[activity(crate = crate, blocking)]
    fn sum(mut numbers: Vec<u64>) -> Result<u64, Failure> {
        let worker_thread = std::thread::current().name().unwrap_or_default().to_owned();
        assert!(worker_thread.starts_with("activity-"), "{worker_thread}");
        numbers.push(1);
        Ok(numbers.iter().sum())
    }

    #[activity(crate = crate)]
    async fn nothing() -> Result<(), Failure> {
        Ok(())
    }

    /// Charges a card,
    /// but once.
    ///
    /// Never twice.
    #[activity(crate = crate, unknown_fields = "refuse")]
    async fn charge_once(order: Order) -> Result<u64, ChargeError> {
        Ok(order.id)
    }

    async fn run<A: Activity>(input: &str) -> Result<String, Failure> {
        let context = ActivityContext::new(
            A::NAME.parse().unwrap(),
            "worker".parse().unwrap(),
            crate::TaskToken::new("token"),
            None,
            Departure::default(),
        );
        let call = Call::new(Payload::new(input), context, BlockingPool::default());
        A::run(call).await.map(|output| output.as_str().to_owned())
    }

    #[tokio::test]
    async fn a_handler_is_given_what_its_types_ask_for() {
        let output = run::<charge>(r#"{"id": 7}"#).await.unwrap();
        assert_eq!(output, r#"{"order":7,"activity":"charge"}"#);
    }

    #[tokio::test]
    async fn an_error_is_sent_under_its_name() {
        let failure = run::<charge>(r#"{"id": 0}"#).await.unwrap_err();
        assert_eq!(failure.error(), "Free");
        assert_eq!(failure.cause(), "order 0 is free");
    }

    #[tokio::test]
    async fn an_input_of_another_shape_never_reaches_the_handler() {
        let failure = run::<charge>(r#"{"number": 7}"#).await.unwrap_err();
        assert_eq!(failure.error(), names::INPUT_INVALID);
        assert!(
            failure.cause().contains("activity charge"),
            "{}",
            failure.cause()
        );
    }

    #[tokio::test]
    async fn a_blocking_handler_runs_on_a_thread_of_the_worker() {
        assert_eq!(run::<sum>("[1, 2]").await.unwrap(), "4");
    }

    #[tokio::test]
    async fn a_handler_without_input_takes_any_input() {
        assert_eq!(run::<nothing>("not even JSON").await.unwrap(), "null");
    }

    #[tokio::test]
    async fn unknown_fields_are_passed_over_or_refused() {
        let input = r#"{"id": 7, "idd": 8}"#;
        assert!(run::<charge>(input).await.is_ok());
        let failure = run::<charge_once>(input).await.unwrap_err();
        assert_eq!(failure.error(), names::INPUT_INVALID);
        assert_eq!(run::<charge_once>(r#"{"id": 7}"#).await.unwrap(), "7");
    }

    #[test]
    fn a_handler_describes_itself() {
        let mut description = Description::default();
        charge_once::describe(&mut description);
        let text = "Charges a card,\nbut once.\n\nNever twice.";
        assert_eq!(description.text(), Some(text));
        let names: Vec<_> = description
            .errors()
            .iter()
            .map(|error| error.name)
            .collect();
        assert_eq!(names, ["Free"]);
        assert!(!description.has_other_errors());
        let location = description.location().unwrap().to_string();
        assert!(location.contains("private.rs:"), "{location}");
    }

    #[cfg(feature = "schema")]
    #[test]
    fn a_handler_describes_its_input_and_output_where_they_have_schemas() {
        let mut description = Description::default();
        sum::describe(&mut description);
        assert_eq!(description.input().unwrap()["type"], "array");
        assert_eq!(description.output().unwrap()["type"], "integer");
        let mut description = Description::default();
        charge::describe(&mut description);
        assert!(description.input().is_none() && description.output().is_none());
    }
}
