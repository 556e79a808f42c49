//! The envelope that a state puts around its input.

use serde_json::{Map, Value};

use super::Use;
use super::context::is_there;
use crate::definition::code::Code;
use crate::definition::draft::QueryLanguage;
use crate::definition::fields::{FIELDS, Field, HEARTBEAT, Kind, TIMEOUT, line};
use crate::definition::finding::Finding;
use crate::definition::machine::{Seconds, State};
use crate::definition::place::Place;
use crate::definition::shape::{computed_name, expression};
use crate::definition::suggest::{self, did_you_mean};

const MARKER: &str = "sfnWorker";
const INPUT: &str = "input";
const INDEX: &str = "mapIndex";

/// The parameters of a state, as far as they are an envelope.
#[derive(Debug, Default)]
pub(super) struct Wrapped<'d> {
    pub(super) heartbeat: Told,
    timeout: Told,
    /// What stands under `sfnWorker`; none if there is no envelope, or it is computed.
    about: Option<(&'d Map<String, Value>, Place)>,
    /// Whether an execution may put an envelope there of which nothing is known.
    is_computed: bool,
    /// Whether the parameters are an envelope.
    pub(super) is_envelope: bool,
    /// Whether they were meant to be one: that is told already.
    pub(super) is_broken: bool,
}

/// What an envelope says of a clock.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Told {
    #[default]
    Nothing,
    Known(u64),
    Computed,
}

impl<'d> Wrapped<'d> {
    /// Reads the parameters; an envelope that is none is a finding.
    pub(super) fn read(state: &State<'d>, findings: &mut Vec<Finding>) -> Self {
        let mut wrapped = Self::default();
        let Some((parameters, place)) = state.parameters() else {
            return wrapped;
        };
        let Value::Object(parameters) = parameters else {
            wrapped.is_computed = true;
            return wrapped;
        };
        let plain = |name: &'d str| computed_name(name, state.language).unwrap_or(name);
        let names: Vec<&str> = parameters.keys().map(|name| plain(name)).collect();
        if !names.contains(&MARKER) {
            return wrapped;
        }
        let extra: Vec<&str> = names
            .iter()
            .copied()
            .filter(|name| ![MARKER, INPUT].contains(name))
            .collect();
        if !extra.is_empty() {
            findings.push(Finding::naming(
                Code::BrokenEnvelope,
                &place,
                extra,
                "an envelope has exactly the keys sfnWorker and input, and this one has {names}, \
                 too: the worker takes it for a plain input; move that into input",
            ));
            wrapped.is_broken = true;
            return wrapped;
        }
        if !names.contains(&INPUT) {
            findings.push(Finding::naming(
                Code::BrokenEnvelope,
                &place,
                [INPUT],
                "an envelope has exactly the keys sfnWorker and input, and {names} is missing: \
                 the worker takes it for a plain input",
            ));
            wrapped.is_broken = true;
            return wrapped;
        }
        wrapped.is_envelope = true;
        match parameters.get(MARKER) {
            Some(Value::Object(about)) => {
                wrapped.heartbeat = told(about, HEARTBEAT, state.language);
                wrapped.timeout = told(about, TIMEOUT, state.language);
                wrapped.about = Some((about, place.at(MARKER)));
            }
            Some(Value::String(text)) if expression(text).is_some() => wrapped.is_computed = true,
            None => wrapped.is_computed = true,
            Some(_) => {
                wrapped.is_broken = true;
                findings.push(Finding::new(
                    Code::BrokenEnvelope,
                    &place.at(MARKER),
                    "sfnWorker must be an object with the fields of the envelope",
                ));
            }
        }
        wrapped
    }

    /// Whether a field is there, or may be.
    fn has(&self, name: &str, language: QueryLanguage) -> bool {
        self.is_computed
            || self.about.as_ref().is_some_and(|(about, _)| {
                about.iter().any(|(known, value)| {
                    !value.is_null() && computed_name(known, language).unwrap_or(known) == name
                })
            })
    }
}

pub(super) fn check(usage: &Use<'_, '_>, findings: &mut Vec<Finding>) {
    missing(usage, findings);
    without_index(usage, findings);
    clock(usage, HEARTBEAT, "HeartbeatSeconds", findings);
    clock(usage, TIMEOUT, "TimeoutSeconds", findings);
    if let Some((about, place)) = &usage.wrapped.about {
        for (written, value) in *about {
            field(usage, written, value, place, findings);
        }
    }
}

fn missing(usage: &Use<'_, '_>, findings: &mut Vec<Finding>) {
    let language = usage.state.language;
    let missing: Vec<&str> = usage
        .activity
        .envelope
        .iter()
        .map(String::as_str)
        .filter(|field| !usage.wrapped.has(field, language))
        .collect();
    if missing.is_empty() || usage.wrapped.is_broken {
        return;
    }
    let field = usage.state.parameters_field();
    let lines: Vec<String> = missing.iter().map(|name| line(name, language)).collect();
    findings.push(Finding::naming(
        Code::EnvelopeFieldMissing,
        &usage.state.place,
        missing,
        format!(
            "{} cannot do without {{names}} in its envelope, and every task fails: {field} needs \
             the keys sfnWorker, with {}, and input",
            usage.activity.name,
            lines.join(" and ")
        ),
    ));
}

/// Items of a Map can begin in the same millisecond with the same input.
fn without_index(usage: &Use<'_, '_>, findings: &mut Vec<Finding>) {
    let state = usage.state;
    let has = |name: &str| usage.wrapped.has(name, state.language);
    if state.surroundings.in_map
        && state.surroundings.children == 0
        && ["execution", "state", "enteredTime"].into_iter().all(has)
        && !has(INDEX)
        && let Some((_, place)) = &usage.wrapped.about
    {
        findings.push(Finding::naming(
            Code::NoMapIndex,
            place,
            [INDEX],
            format!(
                "the envelope tells which state of which execution it is, and not which item of \
                 the Map: two items with the same input can have the same idempotency key; add {}",
                line(INDEX, state.language)
            ),
        ));
    }
}

/// The envelope repeats the clocks of the state; they must say the same.
fn clock(usage: &Use<'_, '_>, name: &str, field: &str, findings: &mut Vec<Finding>) {
    let Some((_, place)) = &usage.wrapped.about else {
        return;
    };
    let told = match name {
        HEARTBEAT => usage.wrapped.heartbeat,
        _ => usage.wrapped.timeout,
    };
    let Told::Known(told) = told else {
        return;
    };
    let message = match usage.state.seconds(field) {
        Seconds::Known(seconds) if seconds != told => format!(
            "{name} in the envelope is {told}, and {field} of the state is {seconds}: make them \
             the same"
        ),
        Seconds::Missing => format!(
            "{name} in the envelope is {told}, and the state has no {field}: set it to the same"
        ),
        Seconds::Known(_) | Seconds::Computed(_) => return,
    };
    let finding = Finding::naming(Code::EnvelopeDiffers, &place.at(name), [name], message);
    findings.push(finding);
}

/// One field as it is written.
fn field(
    usage: &Use<'_, '_>,
    written: &str,
    value: &Value,
    place: &Place,
    findings: &mut Vec<Finding>,
) {
    let language = usage.state.language;
    let name = computed_name(written, language).unwrap_or(written);
    let place = place.at(written);
    let Some(field) = Field::named(name) else {
        // What is new in an envelope is passed over by the worker, and here. A path in a state of
        // JSONata is told already.
        let known = FIELDS.iter().map(|field| field.name);
        if !name.ends_with(".$")
            && let Some(meant) = suggest::nearest(name, known)
        {
            findings.push(Finding::naming(
                Code::EnvelopeField,
                &place,
                [name],
                format!(
                    "the envelope has no field {{names}}{}",
                    did_you_mean(Some(meant))
                ),
            ));
        }
        return;
    };
    let text = value.as_str().unwrap_or_default();
    let is_computed = name != written || expression(text).is_some() || text.contains("${");
    let in_map = usage.state.surroundings.in_map;
    let problem = if is_computed {
        field
            .source()
            .zip(taken_from(text, language))
            // What the context object does not have is told already.
            .filter(|(source, path)| path != source && is_there(path, in_map))
            .map(|(source, path)| {
                format!("{{names}} is filled with {path}: it is meant to be {source}")
            })
    } else {
        wrong_value(field, value).map(|right| format!("{{names}} must be {right}"))
    };
    if let Some(problem) = problem {
        let message = format!("{problem}; {}", line(name, language));
        findings.push(Finding::naming(
            Code::EnvelopeField,
            &place,
            [name],
            message,
        ));
    }
}

/// The value of the context object that a text takes, if it is just one.
fn taken_from(text: &str, language: QueryLanguage) -> Option<String> {
    let path = match language {
        QueryLanguage::Jsonpath => text.strip_prefix("$$.")?,
        QueryLanguage::Jsonata => expression(text)?.strip_prefix("$states.context.")?,
    };
    path.chars()
        .all(|c| c.is_ascii_alphanumeric() || c == '.')
        .then(|| path.to_owned())
}

/// What would be right, if the value of a field is not.
fn wrong_value(field: Field, value: &Value) -> Option<&'static str> {
    if value.is_null() {
        return None;
    }
    let (fits, right) = match field.kind {
        Kind::Seconds => (
            (value.as_u64()).is_some_and(|seconds| (1..=99_999_999).contains(&seconds)),
            "a whole number from 1 to 99999999",
        ),
        Kind::Count(_) | Kind::MapCount(_) => (value.is_u64(), "a whole number"),
        Kind::Text(_) | Kind::Given(_) => (
            value.as_str().is_some_and(|text| !text.is_empty()),
            "a text that is not empty",
        ),
    };
    (!fits).then_some(right)
}

fn told(about: &Map<String, Value>, name: &str, language: QueryLanguage) -> Told {
    let is_path = |(written, _): &(&String, &Value)| computed_name(written, language) == Some(name);
    if about.iter().any(|field| is_path(&field)) {
        return Told::Computed;
    }
    match about.get(name) {
        None | Some(Value::Null) => Told::Nothing,
        Some(value) => match value.as_u64() {
            Some(seconds) => Told::Known(seconds),
            None if value.is_string() => Told::Computed,
            None => Told::Nothing,
        },
    }
}
