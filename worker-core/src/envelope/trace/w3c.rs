//! `traceparent` and `tracestate` of W3C Trace Context.

use super::id::{SpanId, TraceId, lower_hex};
use super::{TraceContext, TraceContextError};

/// How many members a `tracestate` has at the most.
const MEMBERS: usize = 32;
/// How long the key of a member is at the most, and so its value.
const MEMBER_PART: usize = 256;

const VERSION: TraceContextError = TraceContextError {
    what: "the version of a traceparent",
    right: "two hexadecimal digits in lower case other than ff",
};
const TRACE_ID: TraceContextError = TraceContextError {
    what: "the trace id of a traceparent",
    right: "32 hexadecimal digits in lower case that are not all zero",
};
const SPAN_ID: TraceContextError = TraceContextError {
    what: "the parent id of a traceparent",
    right: "16 hexadecimal digits in lower case that are not all zero",
};
const FLAGS: TraceContextError = TraceContextError {
    what: "the flags of a traceparent",
    right: "two hexadecimal digits in lower case, and the last part in version 00",
};
const STATE: TraceContextError = TraceContextError {
    what: "a tracestate",
    right: "at most 32 members of the form key=value, separated by commas, each key once",
};

/// Reads a `traceparent`: version, trace id, parent id and flags, and in later versions more.
pub(super) fn parent(text: &str) -> Result<TraceContext, TraceContextError> {
    let mut parts = text.splitn(5, '-');
    let version = parts.next().and_then(|part| lower_hex(part, 2));
    let version = version.filter(|&part| part != "ff").ok_or(VERSION)?;
    let trace_id = parts.next().and_then(TraceId::parse).ok_or(TRACE_ID)?;
    let span_id = parts.next().and_then(SpanId::parse).ok_or(SPAN_ID)?;
    let flags = parts.next().and_then(|part| lower_hex(part, 2));
    let flags = flags.and_then(|part| u8::from_str_radix(part, 16).ok());
    let flags = flags.ok_or(FLAGS)?;
    if version == "00" && parts.next().is_some() {
        return Err(FLAGS);
    }
    Ok(TraceContext {
        trace_id,
        span_id: Some(span_id),
        sampled: Some(flags & 1 == 1),
        state: None,
    })
}

/// Reads a `tracestate`; none if it has no members.
pub(super) fn state(text: &str) -> Result<Option<Box<str>>, TraceContextError> {
    let mut keys: Vec<&str> = Vec::new();
    for member in text.split(',') {
        let member = member.trim_matches([' ', '\t']);
        if member.is_empty() {
            continue;
        }
        let (key, value) = member.split_once('=').ok_or(STATE)?;
        if !is_key(key) || !is_value(value) || keys.contains(&key) || keys.len() == MEMBERS {
            return Err(STATE);
        }
        keys.push(key);
    }
    Ok((!keys.is_empty()).then(|| text.into()))
}

fn is_key(key: &str) -> bool {
    let starts_well =
        key.starts_with(|first: char| first.is_ascii_lowercase() || first.is_ascii_digit());
    let fits =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-*/@".contains(&byte);
    starts_well && key.len() <= MEMBER_PART && key.bytes().all(fits)
}

fn is_value(value: &str) -> bool {
    let fits = |byte: u8| matches!(byte, b' '..=b'~') && byte != b'=';
    (1..=MEMBER_PART).contains(&value.len()) && value.bytes().all(fits)
}
