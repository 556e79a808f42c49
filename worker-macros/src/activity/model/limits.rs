//! What the attribute says about times and numbers: each valid, also beside the others.

use std::time::Duration;

use syn::{LitInt, LitStr};

use crate::activity::parse::Options;
use crate::errors::ErrorSink;
use crate::{duration, rate};

/// The limits of an activity; what is not set is the worker's business.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) heartbeat: Option<Duration>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) concurrency: Option<u32>,
    pub(crate) heartbeat_timeout: Option<Duration>,
    pub(crate) stall_after: Option<Duration>,
    /// So many tasks in such a span of time.
    pub(crate) rate: Option<(u32, Duration)>,
}

/// A valid length of time, and where it was written.
type Length<'written> = (&'written LitStr, Duration);

impl Limits {
    /// Decides every limit, and notes all that is wrong.
    pub(crate) fn new(options: &Options, errors: &mut ErrorSink) -> Self {
        let heartbeat = length("heartbeat", options.heartbeat.as_ref(), errors);
        let timeout = length("timeout", options.timeout.as_ref(), errors);
        let heartbeat_timeout = length(
            "heartbeat timeout",
            options.heartbeat_timeout.as_ref(),
            errors,
        );
        let stall_after = length(
            "time of `stall_after`",
            options.stall_after.as_ref(),
            errors,
        );
        refuse_order(heartbeat, timeout, errors, |every, limit| {
            format!(
                "the heartbeat interval `{every}` is not shorter than the timeout `{limit}`: \
                 no heartbeat would ever be sent"
            )
        });
        refuse_order(heartbeat, heartbeat_timeout, errors, |every, limit| {
            format!(
                "the heartbeat interval `{every}` is not shorter than the heartbeat timeout \
                 `{limit}`: the service would give the task up before the first heartbeat"
            )
        });
        Self {
            heartbeat: duration_of(heartbeat),
            timeout: duration_of(timeout),
            concurrency: at_least_one(options.concurrency.as_ref(), errors),
            heartbeat_timeout: duration_of(heartbeat_timeout),
            stall_after: duration_of(stall_after),
            rate: tasks_per_span(options.rate.as_ref(), errors),
        }
    }
}

fn length<'written>(
    noun: &str,
    literal: Option<&'written LitStr>,
    errors: &mut ErrorSink,
) -> Option<Length<'written>> {
    let literal = literal?;
    let length = duration::parse(&literal.value())
        .map_err(|why| errors.push(literal, format!("the {noun} {why}")))
        .ok()?;
    Some((literal, length))
}

/// Notes at the first, if both are written, that it is not shorter than the second.
fn refuse_order(
    shorter: Option<Length<'_>>,
    longer: Option<Length<'_>>,
    errors: &mut ErrorSink,
    message: impl FnOnce(String, String) -> String,
) {
    if let (Some((literal, shorter)), Some((other, longer))) = (shorter, longer)
        && shorter >= longer
    {
        errors.push(literal, message(literal.value(), other.value()));
    }
}

fn duration_of(length: Option<Length<'_>>) -> Option<Duration> {
    length.map(|(_, duration)| duration)
}

fn at_least_one(literal: Option<&LitInt>, errors: &mut ErrorSink) -> Option<u32> {
    let literal = literal?;
    let problem = match literal.base10_parse::<u32>() {
        Ok(0) => "the concurrency is zero: the activity would never run".to_owned(),
        Ok(number) => return Some(number),
        Err(_) => format!(
            "the concurrency must be a whole number from 1 to {}",
            u32::MAX
        ),
    };
    errors.push(literal, problem);
    None
}

fn tasks_per_span(literal: Option<&LitStr>, errors: &mut ErrorSink) -> Option<(u32, Duration)> {
    let literal = literal?;
    rate::parse(&literal.value())
        .map_err(|why| errors.push(literal, format!("the rate {why}")))
        .ok()
}
