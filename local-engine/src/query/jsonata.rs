//! JSONata, the query language of states with `"QueryLanguage": "JSONata"`.
//!
//! # The evaluator
//!
//! The expressions are parsed and evaluated by `jsonata-core`, in pure Rust. It passes the suite
//! of the language's reference implementation, and takes what an engine of state machines needs:
//! variables, host functions, and limits on time, depth and length. It speaks a later version of
//! the language than the service, 2.0.6, so this module takes away what came later (the operators
//! `??` and `?:`) and what the service takes away (`$eval`), and adds what the service adds
//! (`$partition`, `$range`, `$hash`, `$random` with a seed, `$uuid`, `$parse`). `$now`, `$millis`,
//! `$random`, `$uuid` and `$shuffle` take the time and the chance of the execution, so that the
//! same execution comes to the same end.
//!
//! # Speed
//!
//! An expression is parsed once, with the definition. One that only names a place, such as
//! `$states.input.order.id`, never meets the evaluator: the value is taken from where it is. For
//! the others those parts of `$states` and of the variables are made ready that they read, and
//! nothing else is, however large it may be.
//!
//! # Limits
//!
//! * An evaluation may nest 100 levels deep, as in the service.
//! * A sequence may have 873,782 values and a text 6,990,256 bytes, as in the service.
//! * It may take one second, as in the service, and five in an unoptimised build, which on a busy
//!   machine must not fail what runs there.
//!
//! Many long sequences together are held back by the time alone: an expression that makes a new
//! one for each item of a long one may take a gigabyte before it is stopped.
//!
//! Past any of them the state fails with `States.QueryEvaluationError` and the service's text.
//!
//! # Known differences
//!
//! * Numbers that an expression computes with are floating-point numbers of 64 bits. Whole numbers
//!   above 2^53 stay exact only where an expression just names them.
//! * The texts of a few errors name fewer details than the service's: the function in `T0410` if
//!   an expression calls several, the values in `T2009`.

mod convert;
mod direct;
mod error;
mod evaluation;
mod expression;
mod functions;
mod random;
mod reads;
mod rewrite;
mod syntax;
#[cfg(test)]
mod tests;
mod thrown;
mod tree;
mod wanted;

pub use error::{EvaluationError, ExpressionError};
pub use evaluation::Evaluation;
pub use expression::Expression;
