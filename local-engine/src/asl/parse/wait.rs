//! The Wait state.

use super::object::Object;
use super::path::{self, PathRule};
use super::report::Report;
use super::{SECONDS, payload, transition};
use crate::asl::state::{Wait, WaitUntil};
use crate::query::parse_timestamp;

pub(super) fn read(state: &Object<'_>, report: &mut Report) -> Option<Wait> {
    const FORMS: [&str; 4] = ["SecondsPath", "Seconds", "TimestampPath", "Timestamp"];
    state.allow_one_of(&FORMS, report);
    let seconds = payload::read_expression(state, "Seconds", report);
    let timestamp = payload::read_expression(state, "Timestamp", report);
    let expression = match (seconds?, timestamp?) {
        (Some(seconds), _) => Some(WaitUntil::SecondsExpression(seconds)),
        (None, timestamp) => timestamp.map(WaitUntil::TimestampExpression),
    };
    let until = match FORMS.into_iter().find(|form| state.has(form)) {
        Some("Seconds" | "Timestamp") if expression.is_some() => expression,
        Some("Seconds") => state
            .integer("Seconds", 0..=*SECONDS.end(), report)
            .map(WaitUntil::Seconds),
        Some("Timestamp") => state.text("Timestamp", report).and_then(|text| {
            let timestamp = parse_timestamp(text);
            if timestamp.is_none() {
                report
                    .schema(
                        &state.field("Timestamp"),
                        "String does not match RFC3339 timestamp",
                    )
                    .advise("write it like 2026-01-31T12:00:00Z");
            }
            timestamp.map(WaitUntil::Timestamp)
        }),
        Some("SecondsPath") => path::read(state, "SecondsPath", PathRule::Reference, report)
            .map(WaitUntil::SecondsPath),
        Some(_) => path::read(state, "TimestampPath", PathRule::Reference, report)
            .map(WaitUntil::TimestampPath),
        None => {
            state.require_one_of(&FORMS, report);
            None
        }
    };
    let transition = transition::read(state, report);
    Some(Wait {
        until: until?,
        transition: transition?,
    })
}
