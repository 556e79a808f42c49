//! Expansions are silent under lints that would make them errors.
//!
//! Clippy reads this file too, as a module of the test binary.

#![forbid(unsafe_code)]
#![deny(
    warnings,
    keyword_idents,
    let_underscore,
    nonstandard_style,
    rust_2018_idioms,
    unused,
    elided_lifetimes_in_paths,
    explicit_outlives_requirements,
    missing_copy_implementations,
    missing_debug_implementations,
    missing_docs,
    redundant_imports,
    redundant_lifetimes,
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    unit_bindings,
    unnameable_types,
    unreachable_pub,
    unused_import_braces,
    unused_lifetimes,
    unused_qualifications,
    unused_results,
    variant_size_differences,
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    clippy::allow_attributes,
    clippy::allow_attributes_without_reason,
    clippy::as_conversions,
    clippy::default_numeric_fallback,
    clippy::else_if_without_else,
    clippy::empty_structs_with_brackets,
    clippy::exhaustive_enums,
    clippy::exhaustive_structs,
    clippy::expect_used,
    clippy::field_scoped_visibility_modifiers,
    clippy::impl_trait_in_params,
    clippy::infinite_loop,
    clippy::let_underscore_untyped,
    clippy::min_ident_chars,
    clippy::missing_trait_methods,
    clippy::panic,
    clippy::pattern_type_mismatch,
    clippy::question_mark_used,
    clippy::ref_patterns,
    clippy::renamed_function_params,
    clippy::rest_pat_in_fully_bound_structs,
    clippy::same_name_method,
    clippy::shadow_reuse,
    clippy::shadow_same,
    clippy::shadow_unrelated,
    clippy::single_call_fn,
    clippy::std_instead_of_core,
    clippy::str_to_string,
    clippy::unused_trait_names,
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm
)]

use sfn_worker_core as worker;
use worker::{
    Activity as _, ActivityContext, ActivityError, ActivitySet, Failure, activities, activity,
};

/// An error.
#[derive(Debug, thiserror::Error, ActivityError)]
#[non_exhaustive]
pub enum ChargeError {
    /// Declined.
    #[error("declined")]
    #[activity_error(benign, terminal)]
    Declined,
    /// Refused.
    #[error("refused with {code}")]
    #[activity_error(retry(after = "2s", jitter), details(code, at = at))]
    #[non_exhaustive]
    Refused {
        /// The code.
        code: u16,
        /// The time.
        #[deprecated]
        at: u64,
        /// The order.
        order: u64,
    },
    /// Late.
    #[error("late")]
    #[activity_error(details(seconds = 0))]
    Late(u64),
    /// Lost.
    #[error("lost")]
    #[activity_error(name = "CardLost")]
    Lost(#[source] std::io::Error),
    /// Old.
    #[error("old")]
    #[deprecated]
    Old,
}

/// An error that has the names of others.
#[derive(Debug, thiserror::Error, ActivityError)]
#[non_exhaustive]
pub enum OrderError {
    /// Charging failed.
    #[error(transparent)]
    #[activity_error(transparent)]
    Charge(#[from] ChargeError),
    /// Of two.
    #[error("order {order}")]
    #[activity_error(transparent = source, shared)]
    #[non_exhaustive]
    Again {
        /// The order.
        order: u64,
        /// The error.
        source: ChargeError,
    },
    /// Empty.
    #[error("empty")]
    Empty,
}

/// An error with parameters.
#[derive(Debug, thiserror::Error, ActivityError)]
#[error("wrapped")]
#[non_exhaustive]
pub struct Wrapped<E>(#[source] pub E);

/// Charges.
///
/// # Errors
///
/// The card was declined.
#[activity(heartbeat = "10s", timeout = "1m", concurrency = 4)]
pub async fn charge(numbers: Vec<u64>, context: ActivityContext) -> Result<u64, ChargeError> {
    match context.heartbeat().await {
        Ok(()) => Ok(numbers.iter().sum()),
        Err(_) => Err(ChargeError::Declined),
    }
}

/// Adds up.
///
/// # Errors
///
/// Never.
#[activity(blocking)]
pub fn sum(context: ActivityContext, numbers: Vec<u64>) -> Result<u64, Wrapped<core::fmt::Error>> {
    drop(context);
    Ok(numbers.iter().sum())
}

/// Does nothing.
///
/// # Errors
///
/// Never.
#[activity]
#[deprecated]
#[expect(
    clippy::unused_async,
    reason = "a handler without anything to wait for"
)]
pub async fn nothing() -> Result<(), Failure> {
    Ok(())
}

/// A value with activities.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Billing {
    /// What is added.
    pub fees: [u64; 2],
}

#[activities(prefix = "billing-", defaults(timeout = "1m"))]
impl Billing {
    /// Gives money back.
    ///
    /// # Errors
    ///
    /// The card was declined.
    #[activity(heartbeat = "10s")]
    pub async fn refund(&self, cents: u64, context: ActivityContext) -> Result<u64, ChargeError> {
        match context.heartbeat().await {
            Ok(()) => Ok(self.with_fee(cents)),
            Err(_) => Err(ChargeError::Declined),
        }
    }

    /// Adds up.
    ///
    /// # Errors
    ///
    /// Never.
    #[activity(blocking, unknown_fields = "refuse")]
    pub fn total(&self, numbers: Vec<u64>) -> Result<u64, Wrapped<core::fmt::Error>> {
        Ok(self.with_fee(numbers.iter().sum()))
    }

    #[activity]
    #[deprecated]
    #[expect(
        clippy::unused_async,
        reason = "a handler without anything to wait for"
    )]
    async fn old() -> Result<(), Failure> {
        Ok(())
    }

    const fn with_fee(&self, cents: u64) -> u64 {
        let [fee, _] = self.fees;
        cents.saturating_add(fee)
    }
}

/// Names them.
pub fn main() {
    println!("{} {}", charge::NAME, sum::NAME);
    for entry in &ActivitySet::of::<Billing>() {
        println!("{}", entry.name());
    }
}
