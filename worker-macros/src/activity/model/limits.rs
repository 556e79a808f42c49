//! What the attribute says about times and numbers: each valid, also beside the others.

use std::time::Duration;

use syn::{LitInt, LitStr};

use crate::activity::parse::LimitOptions;
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
    /// Whether fields of the input that nobody asked for are refused.
    pub(crate) refuses_unknown_fields: bool,
}

/// A valid length of time, and where it was written.
#[derive(Clone, Copy)]
struct Length<'written> {
    written: Written<'written>,
    duration: Duration,
}

/// A text as it was written, at the activity itself or for the whole block.
#[derive(Clone, Copy)]
struct Written<'written> {
    literal: &'written LitStr,
    is_default: bool,
}

impl Limits {
    /// Decides every limit, and notes all that is wrong.
    ///
    /// What the activity does not say itself, the defaults of its block say; those are valid
    /// each for itself.
    pub(crate) fn new(own: &LimitOptions, defaults: &LimitOptions, errors: &mut ErrorSink) -> Self {
        let mut read = |noun: &str, option: fn(&LimitOptions) -> &Option<LitStr>| {
            length(noun, written(own, defaults, option)?, errors)
        };
        let heartbeat = read("heartbeat", |options| &options.heartbeat);
        let timeout = read("timeout", |options| &options.timeout);
        let heartbeat_timeout = read("heartbeat timeout", |options| &options.heartbeat_timeout);
        let stall_after = read("time of `stall_after`", |options| &options.stall_after);
        refuse_order(heartbeat, timeout, errors, |every, limit| {
            format!(
                "the heartbeat interval {every} is not shorter than the timeout {limit}: \
                 no heartbeat would ever be sent"
            )
        });
        refuse_order(heartbeat, heartbeat_timeout, errors, |every, limit| {
            format!(
                "the heartbeat interval {every} is not shorter than the heartbeat timeout \
                 {limit}: the service would give the task up before the first heartbeat"
            )
        });
        let concurrency = own.concurrency.as_ref().or(defaults.concurrency.as_ref());
        let rate = written(own, defaults, |options| &options.rate);
        let unknown_fields = written(own, defaults, |options| &options.unknown_fields);
        Self {
            heartbeat: duration_of(heartbeat),
            timeout: duration_of(timeout),
            concurrency: at_least_one(concurrency, errors),
            heartbeat_timeout: duration_of(heartbeat_timeout),
            stall_after: duration_of(stall_after),
            rate: tasks_per_span(rate, errors),
            refuses_unknown_fields: refuses(unknown_fields, errors),
        }
    }
}

/// An option of the activity or, without it, of its block.
fn written<'written>(
    own: &'written LimitOptions,
    defaults: &'written LimitOptions,
    option: fn(&LimitOptions) -> &Option<LitStr>,
) -> Option<Written<'written>> {
    let (own, default) = (option(own).as_ref(), option(defaults).as_ref());
    own.or(default).map(|literal| Written {
        literal,
        is_default: own.is_none(),
    })
}

impl Written<'_> {
    /// The text for a message.
    fn quoted(self) -> String {
        let text = self.literal.value();
        let origin = if self.is_default {
            " of the defaults"
        } else {
            ""
        };
        format!("`{text}`{origin}")
    }
}

fn length<'written>(
    noun: &str,
    written: Written<'written>,
    errors: &mut ErrorSink,
) -> Option<Length<'written>> {
    let duration = duration::parse(&written.literal.value())
        .map_err(|why| errors.push(written.literal, format!("the {noun} {why}")))
        .ok()?;
    Some(Length { written, duration })
}

/// Notes, if both are written, that the first is not shorter than the second: at the one that
/// is the activity's own.
fn refuse_order(
    shorter: Option<Length<'_>>,
    longer: Option<Length<'_>>,
    errors: &mut ErrorSink,
    message: impl FnOnce(String, String) -> String,
) {
    if let (Some(shorter), Some(longer)) = (shorter, longer)
        && shorter.duration >= longer.duration
    {
        let at = if shorter.written.is_default {
            longer
        } else {
            shorter
        };
        errors.push(
            at.written.literal,
            message(shorter.written.quoted(), longer.written.quoted()),
        );
    }
}

fn duration_of(length: Option<Length<'_>>) -> Option<Duration> {
    length.map(|length| length.duration)
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

fn tasks_per_span(written: Option<Written<'_>>, errors: &mut ErrorSink) -> Option<(u32, Duration)> {
    let literal = written?.literal;
    rate::parse(&literal.value())
        .map_err(|why| errors.push(literal, format!("the rate {why}")))
        .ok()
}

fn refuses(written: Option<Written<'_>>, errors: &mut ErrorSink) -> bool {
    let Some(Written { literal, .. }) = written else {
        return false;
    };
    match literal.value().as_str() {
        "allow" => false,
        "refuse" => true,
        _ => {
            errors.push(
                literal,
                "`unknown_fields` takes `\"allow\"` or `\"refuse\"`: \
                 write `unknown_fields = \"refuse\"`",
            );
            false
        }
    }
}
