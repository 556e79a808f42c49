//! Payloads that a definition writes down itself: their sizes, and whether they are what the
//! activity takes.

use super::Use;
use super::schema;
use crate::definition::code::Code;
use crate::definition::finding::Finding;
use crate::definition::machine::State;
use crate::definition::shape::Shape;
use crate::payload::Payload;

/// The fields that make a payload.
const FIELDS: [&str; 6] = [
    "Parameters",
    "Arguments",
    "ItemSelector",
    "Result",
    "ResultSelector",
    "Output",
];

/// A payload whose literals alone are too large.
pub(super) fn sizes(state: &State<'_>, findings: &mut Vec<Finding>) {
    for field in FIELDS {
        let Some(value) = state.fields.get(field) else {
            continue;
        };
        let bytes = Shape::of(value, state.language).least_bytes();
        if bytes > Payload::LIMIT {
            findings.push(Finding::new(
                Code::PayloadTooLarge,
                &state.place.at(field),
                format!(
                    "what stands here has {bytes} bytes, and a payload has at most {}: put it \
                     into a store, and a reference here",
                    Payload::LIMIT
                ),
            ));
        }
    }
}

/// What the state passes on, against the schema of the input.
pub(super) fn input(usage: &Use<'_, '_>, findings: &mut Vec<Finding>) {
    let (Some(schema), Some((parameters, place))) =
        (&usage.activity.input, usage.state.parameters())
    else {
        return;
    };
    let shape = Shape::of(parameters, usage.state.language);
    // A wrapper of another format may be around it.
    if usage.wrapped.is_broken || usage.other_envelope {
        return;
    }
    let (shape, place) = if usage.wrapped.is_envelope {
        match shape.field("input") {
            Some(input) => (input.clone(), place.at("input")),
            None => return,
        }
    } else {
        (shape, place)
    };
    for mismatch in schema::mismatches(&shape, schema) {
        let place = mismatch
            .path
            .iter()
            .fold(place.clone(), |place, step| place.at(step));
        findings.push(Finding::new(
            Code::InputMismatch,
            &place,
            format!(
                "{} is not what {} takes: {}",
                if mismatch.path.is_empty() {
                    "the input".to_owned()
                } else {
                    mismatch.path.join(".")
                },
                usage.activity.name,
                mismatch.why
            ),
        ));
    }
}
