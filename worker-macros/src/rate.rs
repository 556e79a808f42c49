//! Rates as people write them: `50/s`, `100/m`, `5/10s`; the same notation as in settings.
//!
//! The same rule and the same words as `Rate` in `sfn-worker-core`, on which this crate cannot
//! depend; a test of the workspace includes this file and compares the two.

use std::time::Duration;

/// Reads how many tasks may start in which span of time.
///
/// # Errors
///
/// What would be right and what is wrong, as the predicate of a sentence.
pub(crate) fn parse(text: &str) -> Result<(u32, Duration), String> {
    let wrong = |why: &str| {
        format!("must be a number of tasks in a span of time, such as 50/s, 100/m or 5/10s; {why}")
    };
    let (tasks, per) = text
        .trim()
        .split_once('/')
        .ok_or_else(|| wrong("there is no slash in it"))?;
    let tasks: u32 = tasks
        .trim()
        .parse()
        .map_err(|_| wrong("what stands before the slash is not a whole number"))?;
    let per = span(per.trim())
        .ok_or_else(|| wrong("what stands after the slash is not a span of time"))?;
    if tasks == 0 || per.is_zero() {
        return Err(wrong("neither side may be zero"));
    }
    Ok((tasks, per))
}

/// A duration, or a unit alone for one of it.
fn span(text: &str) -> Option<Duration> {
    match text {
        "ms" => Some(Duration::from_millis(1)),
        "s" => Some(Duration::from_secs(1)),
        "m" | "min" => Some(Duration::from_secs(60)),
        "h" => Some(Duration::from_secs(3_600)),
        span => humantime::parse_duration(span).ok(),
    }
}
