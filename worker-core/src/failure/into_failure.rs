//! `IntoFailure`: what a handler's error may be.

use std::convert::Infallible;
use std::error::Error;

use super::{ActivityError, ErrorName, Failure, names};
use crate::description::Description;

/// What a handler's error may be: an [`ActivityError`], a [`Failure`], an `anyhow::Error`, or
/// a boxed error.
///
/// The last two have no name and are sent as `States.TaskFailed`, unless there is a [`Failure`]
/// in their chain: it keeps its name.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the error of an activity",
    label = "the state machine would not know a name for this error",
    note = "add `#[derive(ActivityError)]` to the error type, or return `anyhow::Error`, \
            `Box<dyn Error + Send + Sync>` or `Failure`"
)]
pub trait IntoFailure {
    /// Says which names it can have, as far as that is known before it happens.
    fn describe(description: &mut Description)
    where
        Self: Sized,
    {
        description.add_other_errors();
    }

    /// Turns the error into the pair that the service records.
    fn into_failure(self) -> Failure;
}

impl IntoFailure for Failure {
    fn into_failure(self) -> Failure {
        self
    }
}

impl<E: ActivityError + 'static> IntoFailure for E {
    fn describe(description: &mut Description) {
        for info in E::FAILURES {
            description.add_error(*info);
        }
    }

    fn into_failure(self) -> Failure {
        let name = self.error_name();
        let info = E::FAILURES.iter().find(|info| info.name == name.as_str());
        let is_benign = info.is_some_and(|info| info.benign);
        let mut failure = Failure::from_error(name, &self);
        if let Some(details) = self.details() {
            failure = failure.with_details(details);
        }
        if is_benign { failure.benign() } else { failure }
    }
}

impl IntoFailure for Box<dyn Error + Send + Sync> {
    fn into_failure(self) -> Failure {
        match self.downcast::<Failure>() {
            Ok(failure) => *failure,
            Err(error) => of_unnamed(&*error),
        }
    }
}

impl IntoFailure for Box<dyn Error + Send> {
    fn into_failure(self) -> Failure {
        of_unnamed(&*self)
    }
}

#[cfg(feature = "anyhow")]
impl IntoFailure for anyhow::Error {
    fn into_failure(self) -> Failure {
        of_unnamed(&*self)
    }
}

impl IntoFailure for Infallible {
    fn describe(_: &mut Description) {}

    fn into_failure(self) -> Failure {
        match self {}
    }
}

/// The failure of an error whose type says nothing of a name: that of the first failure among
/// its sources, which somebody gave a name and others have put something around.
fn of_unnamed(error: &(dyn Error + 'static)) -> Failure {
    let unnamed = Failure::from_error(ErrorName::from_static(names::TASK_FAILED), error);
    match super::chain(error).find_map(|error| error.downcast_ref::<Failure>()) {
        Some(named) => unnamed.with_everything_but_texts_of(named),
        None => unnamed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(feature = "anyhow")]
    use crate::description::ErrorInfo;
    use crate::failure::Details;

    #[derive(Debug, thiserror::Error)]
    #[error("outer")]
    struct Outer(#[source] Box<dyn Error + Send + Sync>);

    fn declined() -> Failure {
        let failure = Failure::named("Declined", "do not honour").unwrap();
        failure
            .with_details(Details::new().with("code", &51))
            .benign()
    }

    #[test]
    fn a_failure_within_an_unnamed_error_keeps_its_name_and_its_details() {
        let boxed: Box<dyn Error + Send + Sync> = Box::new(Outer(declined().into()));
        let failure = boxed.into_failure();
        assert_eq!(failure.error(), "Declined");
        assert_eq!(failure.cause(), "outer: do not honour");
        assert_eq!(failure.details().unwrap()["code"], 51);
        assert!(failure.is_benign());
    }

    #[cfg(feature = "anyhow")]
    #[test]
    fn an_error_with_names_keeps_them_in_an_anyhow_error() {
        #[derive(Debug, thiserror::Error)]
        #[error("busy")]
        struct Busy;
        impl ActivityError for Busy {
            const FAILURES: &'static [ErrorInfo] = &[ErrorInfo::new("Busy").benign()];
            fn error_name(&self) -> ErrorName {
                ErrorName::from_static("Busy")
            }
        }
        fn call() -> Result<(), Busy> {
            Err(Busy)
        }
        fn handle() -> anyhow::Result<()> {
            Ok(call().map_err(IntoFailure::into_failure)?)
        }
        let failure = handle().unwrap_err().into_failure();
        assert_eq!((failure.error(), failure.is_benign()), ("Busy", true));
        assert_eq!(failure.cause(), "busy");
    }

    #[cfg(feature = "anyhow")]
    #[test]
    fn a_failure_within_an_anyhow_error_keeps_its_name() {
        let error = anyhow::Error::new(declined()).context("while charging");
        let failure = error.into_failure();
        assert_eq!(failure.error(), "Declined");
        assert_eq!(failure.cause(), "while charging: do not honour");
        let unnamed = anyhow::anyhow!("inner").context("outer").into_failure();
        assert_eq!(unnamed.error(), names::TASK_FAILED);
        assert_eq!(unnamed.cause(), "outer: inner");
    }

    #[test]
    fn an_error_says_which_names_it_has() {
        let mut description = Description::default();
        Infallible::describe(&mut description);
        assert!(!description.has_other_errors());
        Failure::describe(&mut description);
        assert!(description.has_other_errors());
    }
}
