//! What an activity says about itself, asked of its types without demanding anything of them.
//!
//! A probe has several methods of one name. The first has a bound; where a type does not meet
//! it, the compiler goes on, by `Deref`, to a probe that asks for less, and in the end to one
//! that asks for nothing. So a type that is wrong is complained of once, where it is used.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use crate::description::Description;
use crate::extract::FromCall;
use crate::failure::IntoFailure;

/// Asks an argument that may be an extractor.
pub struct ArgumentProbe<T>(InputProbe<T>);

/// Asks an argument that may have a schema.
pub struct InputProbe<T>(Nothing, PhantomData<fn() -> T>);

/// Asks what a handler returns, where the output may have a schema.
pub struct ReturnProbe<R>(SchemalessProbe<R>);

/// Asks what a handler returns for its error only.
pub struct SchemalessProbe<R>(Nothing, PhantomData<fn() -> R>);

/// Asks for nothing.
#[derive(Debug)]
#[non_exhaustive]
pub struct Nothing {}

/// A probe for the type of an argument.
#[must_use]
pub fn argument<T>() -> ArgumentProbe<T> {
    ArgumentProbe(InputProbe(Nothing {}, PhantomData))
}

/// A probe for what a blocking handler returns; it is not called.
pub fn returned<A, R>(_handler: impl FnOnce(A) -> R) -> ReturnProbe<R> {
    ReturnProbe(SchemalessProbe(Nothing {}, PhantomData))
}

/// A probe for what an async handler returns; it is not called.
pub fn awaited<A, F: Future>(_handler: impl FnOnce(A) -> F) -> ReturnProbe<F::Output> {
    ReturnProbe(SchemalessProbe(Nothing {}, PhantomData))
}

impl<T: FromCall> ArgumentProbe<T> {
    /// Notes what the extractor needs.
    pub fn describe(&self, description: &mut Description) {
        T::describe(description);
    }
}

#[cfg(feature = "schema")]
impl<T: schemars::JsonSchema> InputProbe<T> {
    /// Notes the schema of the input.
    pub fn describe(&self, description: &mut Description) {
        let settings = schemars::generate::SchemaSettings::draft2020_12().for_deserialize();
        let schema = settings.into_generator().into_root_schema_for::<T>();
        description.set_input(schema.to_value());
    }
}

#[cfg(feature = "schema")]
impl<T: schemars::JsonSchema, E: IntoFailure> ReturnProbe<Result<T, E>> {
    /// Notes the schema of the output, and how the activity can fail.
    pub fn describe(&self, description: &mut Description) {
        let settings = schemars::generate::SchemaSettings::draft2020_12().for_serialize();
        let schema = settings.into_generator().into_root_schema_for::<T>();
        description.set_output(schema.to_value());
        self.0.describe(description);
    }
}

impl<T, E: IntoFailure> SchemalessProbe<Result<T, E>> {
    /// Notes how the activity can fail.
    pub fn describe(&self, description: &mut Description) {
        E::describe(description);
    }
}

impl Nothing {
    /// Notes nothing.
    pub fn describe(&self, _description: &mut Description) {}
}

impl<T> Deref for ArgumentProbe<T> {
    type Target = InputProbe<T>;

    fn deref(&self) -> &InputProbe<T> {
        &self.0
    }
}

impl<T> Deref for InputProbe<T> {
    type Target = Nothing;

    fn deref(&self) -> &Nothing {
        &self.0
    }
}

impl<R> Deref for ReturnProbe<R> {
    type Target = SchemalessProbe<R>;

    fn deref(&self) -> &SchemalessProbe<R> {
        &self.0
    }
}

impl<R> Deref for SchemalessProbe<R> {
    type Target = Nothing;

    fn deref(&self) -> &Nothing {
        &self.0
    }
}

impl<T> fmt::Debug for ArgumentProbe<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ArgumentProbe")
    }
}

impl<T> fmt::Debug for InputProbe<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InputProbe")
    }
}

impl<R> fmt::Debug for ReturnProbe<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReturnProbe")
    }
}

impl<R> fmt::Debug for SchemalessProbe<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SchemalessProbe")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ActivityContext, Failure, State};

    struct Plain;

    #[test]
    fn an_extractor_is_asked_and_any_other_type_is_not() {
        let mut description = Description::default();
        argument::<State<Plain>>().describe(&mut description);
        argument::<Plain>().describe(&mut description);
        argument::<ActivityContext>().describe(&mut description);
        assert_eq!(description.states().len(), 1);
    }

    #[test]
    fn an_error_is_asked_wherever_the_result_is() {
        let mut description = Description::default();
        returned(|()| Ok::<(), Plain>(())).describe(&mut description);
        returned(|()| 4).describe(&mut description);
        assert!(!description.has_other_errors());
        awaited(|(number,): (u8,)| async move { Ok::<_, Failure>(number) })
            .describe(&mut description);
        assert!(description.has_other_errors());
    }

    #[cfg(feature = "schema")]
    #[test]
    fn a_schema_is_found_where_there_is_one() {
        let mut description = Description::default();
        argument::<u8>().describe(&mut description);
        argument::<Plain>().describe(&mut description);
        assert_eq!(description.input().unwrap()["maximum"], 255);
        fn opaque() -> Result<impl serde::Serialize, Failure> {
            Ok(4)
        }
        returned(|()| opaque()).describe(&mut description);
        assert!(description.output().is_none());
        awaited(|()| async { Ok::<_, Failure>(String::new()) }).describe(&mut description);
        assert_eq!(description.output().unwrap()["type"], "string");
    }
}
