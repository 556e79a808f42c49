//! `Retry` and `Catch`.

use std::time::Duration;

use serde_json::Value;

use super::language::{Language, refuse_jsonata_field, refuse_jsonpath_field};
use super::object::Object;
use super::report::Report;
use super::{assign, path, payload};
use crate::asl::retry::{Catcher, ErrorEquals, ErrorMatch, Jitter, Retrier};

/// The greatest `MaxAttempts`.
const ATTEMPTS_LIMIT: u64 = 99_999_999;

/// The greatest `MaxDelaySeconds`: a year and a day, less a second.
const DELAY_LIMIT: u64 = 31_622_400;

pub(super) fn read_retriers(state: &Object<'_>, report: &mut Report) -> Option<Vec<Retrier>> {
    read_list(state, "Retry", report, read_retrier)
}

pub(super) fn read_catchers(state: &Object<'_>, report: &mut Report) -> Option<Vec<Catcher>> {
    read_list(state, "Catch", report, read_catcher)
}

fn read_list<T>(
    state: &Object<'_>,
    name: &str,
    report: &mut Report,
    read: fn(&Object<'_>, &mut Report) -> Option<T>,
) -> Option<Vec<T>> {
    if !state.has(name) {
        return Some(Vec::new());
    }
    let entries = state.array(name, report)?;
    check_wildcards(state, name, entries, report);
    state.each(name, entries, report, read)
}

/// `States.ALL` must be alone in the last entry, where it leaves nothing to those after it.
fn check_wildcards(state: &Object<'_>, name: &str, entries: &[Value], report: &mut Report) {
    for (index, entry) in entries.iter().enumerate() {
        let errors = entry.get("ErrorEquals").and_then(Value::as_array);
        let errors = errors.map(Vec::as_slice).unwrap_or_default();
        let has_all = errors.iter().any(|error| error == "States.ALL");
        let path = format!("{}[{index}]/ErrorEquals", state.field(name));
        let is_last = index + 1 == entries.len();
        if has_all && (errors.len() > 1 || !is_last) {
            report
                .schema(&path, "States.ALL must appear alone and at end of list")
                .advise(if is_last {
                    "it matches the other errors too"
                } else {
                    "the entries after it can never match"
                });
        }
    }
}

fn read_retrier(retrier: &Object<'_>, report: &mut Report) -> Option<Retrier> {
    retrier.allow_only(
        &[
            "BackoffRate",
            "Comment",
            "ErrorEquals",
            "IntervalSeconds",
            "JitterStrategy",
            "MaxAttempts",
            "MaxDelaySeconds",
        ],
        report,
    );
    let errors = read_errors(retrier, report);
    let interval = retrier.integer("IntervalSeconds", 0..=*super::SECONDS.end(), report);
    let max_attempts = retrier.integer("MaxAttempts", 0..=ATTEMPTS_LIMIT, report);
    let max_delay = retrier.integer("MaxDelaySeconds", 1..=DELAY_LIMIT, report);
    let backoff_rate = read_backoff_rate(retrier, report);
    let jitter = match retrier.text("JitterStrategy", report) {
        None | Some("NONE") => Jitter::None,
        Some("FULL") => Jitter::Full,
        Some(_) => {
            report.schema(
                &retrier.field("JitterStrategy"),
                "Value should be one of the following: [NONE, FULL]",
            );
            return None;
        }
    };
    Some(Retrier {
        errors: errors?,
        interval: Duration::from_secs(interval.unwrap_or(1)),
        max_attempts: u32::try_from(max_attempts.unwrap_or(3)).ok()?,
        backoff_rate: backoff_rate?,
        max_delay: max_delay.map(Duration::from_secs),
        jitter,
    })
}

fn read_backoff_rate(retrier: &Object<'_>, report: &mut Report) -> Option<f64> {
    const NAME: &str = "BackoffRate";
    let Some(value) = retrier.get(NAME) else {
        return Some(2.0);
    };
    match value.as_f64() {
        Some(rate) if rate >= 1.0 => Some(rate),
        Some(_) => {
            report
                .schema(&retrier.field(NAME), "Minimum value is 1")
                .advise("no delay may be shorter than the one before");
            None
        }
        None => {
            report.schema(&retrier.field(NAME), "Expected value of type Number");
            None
        }
    }
}

fn read_catcher(catcher: &Object<'_>, report: &mut Report) -> Option<Catcher> {
    for name in catcher.fields().keys() {
        match name.as_str() {
            "Assign" | "Comment" | "ErrorEquals" | "Next" => {}
            "ResultPath" if report.language() == Language::Jsonpath => {}
            "ResultPath" => refuse_jsonpath_field(catcher, name, report),
            "Output" if report.language() == Language::Jsonata => {}
            "Output" => refuse_jsonata_field(catcher, name, report),
            _ => catcher.refuse(name, report),
        }
    }
    let errors = read_errors(catcher, report);
    catcher.require(&["Next"], report);
    let next = catcher.text("Next", report);
    let result_path = path::read_result_path(catcher, report);
    let assign = assign::read(catcher, report);
    let output = payload::read_output(catcher, report);
    let comment = catcher.comment(report);
    Some(Catcher {
        errors: errors?,
        result_path: result_path?,
        assign: assign?,
        output: output?,
        next: next?.to_owned(),
        comment,
    })
}

fn read_errors(entry: &Object<'_>, report: &mut Report) -> Option<ErrorEquals> {
    const NAME: &str = "ErrorEquals";
    entry.require(&[NAME], report);
    let names = entry.filled_array(NAME, report)?;
    let errors: Vec<_> = names
        .iter()
        .enumerate()
        .map(|(index, name)| match name {
            Value::String(name) => Some(ErrorMatch::from(name.as_str())),
            _ => {
                let path = format!("{}[{index}]", entry.field(NAME));
                report.schema(&path, "Expected value of type String");
                None
            }
        })
        .collect();
    let errors: Option<Vec<_>> = errors.into_iter().collect();
    Some(ErrorEquals::new(errors?))
}
