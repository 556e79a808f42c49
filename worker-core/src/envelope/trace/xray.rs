//! The trace header of X-Ray.

use super::id::{SpanId, TraceId, lower_hex};
use super::{TraceContext, TraceContextError};

const ROOT: TraceContextError = TraceContextError {
    what: "`Root` in an X-Ray trace header",
    right: "there once, as 1-, 8 hexadecimal digits, - and 24 more, in lower case",
};
const PARENT: TraceContextError = TraceContextError {
    what: "`Parent` in an X-Ray trace header",
    right: "16 hexadecimal digits in lower case that are not all zero",
};
const SAMPLED: TraceContextError = TraceContextError {
    what: "`Sampled` in an X-Ray trace header",
    right: "0, 1 or ?",
};

/// Reads the header; what it has beside `Root`, `Parent` and `Sampled` is passed over.
pub(super) fn header(text: &str) -> Result<TraceContext, TraceContextError> {
    let mut root = None;
    let mut span_id = None;
    let mut sampled = None;
    for field in text.split(';') {
        let Some((key, value)) = field.trim_matches(' ').split_once('=') else {
            continue;
        };
        match key {
            "Root" if root.is_some() => return Err(ROOT),
            "Root" => root = Some(trace_id(value).ok_or(ROOT)?),
            "Parent" => span_id = Some(SpanId::parse(value).ok_or(PARENT)?),
            "Sampled" => {
                sampled = match value {
                    "0" => Some(false),
                    "1" => Some(true),
                    "?" => None,
                    _ => return Err(SAMPLED),
                }
            }
            _ => {}
        }
    }
    Ok(TraceContext {
        trace_id: root.ok_or(ROOT)?,
        span_id,
        sampled,
        state: None,
    })
}

fn trace_id(value: &str) -> Option<TraceId> {
    let (time, rest) = value.strip_prefix("1-")?.split_once('-')?;
    let (time, rest) = (lower_hex(time, 8)?, lower_hex(rest, 24)?);
    TraceId::parse(&format!("{time}{rest}"))
}
