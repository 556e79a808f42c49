//! One state: its type, its query language, and the fields that the simpler types have.

use super::object::Object;
use super::path::{self, PathRule};
use super::report::Report;
use super::{SECONDS, choice, map, resource, template, transition, work};
use crate::asl::field::{Seconds, TextField};
use crate::asl::state::{Fail, Parallel, Pass, State, StateKind, Task, Wait, WaitUntil};
use crate::query::parse_timestamp;

/// How a state asks questions of its input.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Language {
    #[default]
    Jsonpath,
    Jsonata,
}

/// The fields that only states in JSONata have.
const JSONATA_FIELDS: [&str; 4] = ["Arguments", "Condition", "Items", "Output"];

/// Reads `QueryLanguage`, if it is there and one of the two.
pub(super) fn read_language(object: &Object<'_>, report: &mut Report) -> Option<Language> {
    match object.text("QueryLanguage", report)? {
        "JSONPath" => Some(Language::Jsonpath),
        "JSONata" => Some(Language::Jsonata),
        _ => {
            report.schema(
                &object.field("QueryLanguage"),
                "The field 'QueryLanguage' should have one of these values: [JSONPath, JSONata]",
            );
            None
        }
    }
}

pub(super) fn note_jsonata(path: &str, report: &mut Report) {
    report
        .unsupported(path, "the QueryLanguage JSONata")
        .advise("use JSONPath");
}

/// Reads a state of a machine whose own language is given.
pub(super) fn read(
    name: &str,
    state: &Object<'_>,
    machine_language: Language,
    report: &mut Report,
) -> Option<State> {
    let own_language = read_language(state, report);
    match (machine_language, own_language) {
        (Language::Jsonata, Some(Language::Jsonpath)) => {
            report.schema(
                state.path(),
                "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine",
            );
        }
        (Language::Jsonpath, Some(Language::Jsonata)) => {
            note_jsonata(&state.field("QueryLanguage"), report);
        }
        _ => {}
    }
    state.require(&["Type"], report);
    let kind = state.text("Type", report)?;
    let Some(fields) = fields_of(kind) else {
        report.schema(
            &state.field("Type"),
            "The field 'Type' should have one of these values: [Task, Wait, Pass, Succeed, Fail, \
             Choice, Parallel, Map]",
        );
        return None;
    };
    if own_language.unwrap_or(machine_language) == Language::Jsonata {
        check_jsonata_state(kind, state, machine_language, report);
        return None;
    }
    check_fields(fields, state, report);
    let comment = state.comment(report);
    let input_path = path::read_field(state, "InputPath", report);
    let output_path = path::read_field(state, "OutputPath", report);
    let kind = read_kind(kind, state, machine_language, report);
    Some(State {
        name: name.to_owned(),
        comment,
        input_path: input_path?,
        output_path: output_path?,
        kind: kind?,
    })
}

/// Returns what a type may have besides `Type`, `Comment` and `QueryLanguage`.
fn fields_of(kind: &str) -> Option<&'static [&'static str]> {
    Some(match kind {
        "Pass" => &[
            "Assign",
            "End",
            "InputPath",
            "Next",
            "OutputPath",
            "Parameters",
            "Result",
            "ResultPath",
        ],
        "Task" => &[
            "Assign",
            "Catch",
            "Credentials",
            "End",
            "HeartbeatSeconds",
            "HeartbeatSecondsPath",
            "InputPath",
            "Next",
            "OutputPath",
            "Parameters",
            "Resource",
            "ResultPath",
            "ResultSelector",
            "Retry",
            "TimeoutSeconds",
            "TimeoutSecondsPath",
        ],
        "Choice" => &["Assign", "Choices", "Default", "InputPath", "OutputPath"],
        "Wait" => &[
            "Assign",
            "End",
            "InputPath",
            "Next",
            "OutputPath",
            "Seconds",
            "SecondsPath",
            "Timestamp",
            "TimestampPath",
        ],
        "Succeed" => &["InputPath", "OutputPath"],
        "Fail" => &["Cause", "CausePath", "Error", "ErrorPath"],
        "Parallel" => &[
            "Assign",
            "Branches",
            "Catch",
            "End",
            "InputPath",
            "Next",
            "OutputPath",
            "Parameters",
            "ResultPath",
            "ResultSelector",
            "Retry",
        ],
        "Map" => &map::FIELDS,
        _ => return None,
    })
}

fn check_fields(fields: &[&str], state: &Object<'_>, report: &mut Report) {
    for name in state.fields().keys().map(String::as_str) {
        if fields.contains(&name) {
            match name {
                "Assign" => note_variables(&state.field(name), report),
                "Credentials" => check_credentials(state, report),
                _ => {}
            }
        } else if JSONATA_FIELDS.contains(&name) {
            refuse_jsonata_field(state, name, report);
        } else if !matches!(name, "Type" | "Comment" | "QueryLanguage") {
            state.refuse(name, report);
        }
    }
}

/// Notes a field that belongs to the other language.
pub(super) fn refuse_jsonata_field(object: &Object<'_>, name: &str, report: &mut Report) {
    let message = format!(
        "The QueryLanguage is set to 'JSONPath', but field '{name}' is only supported for the \
         'JSONata' QueryLanguage"
    );
    report.schema(object.path(), message);
}

pub(super) fn note_variables(path: &str, report: &mut Report) {
    report
        .unsupported(path, "variables (Assign and $name)")
        .advise("carry the value in the input");
}

fn check_credentials(state: &Object<'_>, report: &mut Report) {
    let path = state.field("Credentials");
    if let Some(credentials) = state.object("Credentials", report) {
        if !credentials.has("RoleArn") && !credentials.has("RoleArn.$") {
            report.schema(&path, "The field 'RoleArn' is required but was missing");
        }
    }
    report
        .unsupported(&path, "Credentials")
        .advise("leave them out");
}

/// Checks what does not depend on the language, so that its problems come at once too.
fn check_jsonata_state(kind: &str, state: &Object<'_>, language: Language, report: &mut Report) {
    match kind {
        "Task" => {
            if state.require(&["Resource"], report) {
                resource::read(state, report);
            }
            if state.has("Credentials") {
                check_credentials(state, report);
            }
        }
        "Parallel" => drop(work::read_branches(state, language, report)),
        "Map" => drop(map::read_processor(state, language, report)),
        _ => {}
    }
    if !matches!(kind, "Choice" | "Succeed" | "Fail") {
        transition::read(state, report);
    }
}

fn read_kind(
    kind: &str,
    state: &Object<'_>,
    language: Language,
    report: &mut Report,
) -> Option<StateKind> {
    match kind {
        "Pass" => read_pass(state, report).map(|pass| StateKind::Pass(Box::new(pass))),
        "Task" => read_task(state, report).map(|task| StateKind::Task(Box::new(task))),
        "Choice" => choice::read(state, report).map(|choice| StateKind::Choice(Box::new(choice))),
        "Wait" => read_wait(state, report).map(|wait| StateKind::Wait(Box::new(wait))),
        "Succeed" => Some(StateKind::Succeed),
        "Fail" => read_fail(state, report).map(|fail| StateKind::Fail(Box::new(fail))),
        "Parallel" => {
            let branches = work::read_branches(state, language, report);
            let work = work::read(state, false, report);
            Some(StateKind::Parallel(Box::new(Parallel {
                branches: branches?,
                work: work?,
            })))
        }
        _ => map::read(state, language, report).map(|map| StateKind::Map(Box::new(map))),
    }
}

fn read_pass(state: &Object<'_>, report: &mut Report) -> Option<Pass> {
    let parameters = template::read_field(state, "Parameters", report);
    let result_path = path::read_result_path(state, report);
    let transition = transition::read(state, report);
    Some(Pass {
        parameters: parameters?,
        result: state.get("Result").cloned(),
        result_path: result_path?,
        transition: transition?,
    })
}

fn read_task(state: &Object<'_>, report: &mut Report) -> Option<Task> {
    let activity = if state.require(&["Resource"], report) {
        resource::read(state, report)
    } else {
        None
    };
    let timeout = read_seconds(state, "TimeoutSeconds", report);
    let heartbeat = read_seconds(state, "HeartbeatSeconds", report);
    if let (Some(Some(Seconds::Literal(timeout))), Some(Some(Seconds::Literal(heartbeat)))) =
        (&timeout, &heartbeat)
        && heartbeat >= timeout
    {
        report.schema(
            &state.field("HeartbeatSeconds"),
            format!("HeartbeatSeconds {heartbeat} must be smaller than TimeoutSeconds {timeout}"),
        );
    }
    let work = work::read(state, false, report);
    Some(Task {
        activity: activity?,
        timeout: timeout?,
        heartbeat: heartbeat?,
        work: work?,
    })
}

/// Reads a field of seconds or its `…Path`; the inner `None` means that neither is there.
fn read_seconds(state: &Object<'_>, name: &str, report: &mut Report) -> Option<Option<Seconds>> {
    let path_name = format!("{name}Path");
    state.allow_one_of(&[name, &path_name], report);
    if state.has(&path_name) {
        let path = path::read(state, &path_name, PathRule::Reference, report)?;
        return Some(Some(Seconds::Path(path)));
    }
    if state.has(name) {
        let seconds = state.integer(name, SECONDS, report)?;
        return Some(Some(Seconds::Literal(seconds)));
    }
    Some(None)
}

fn read_wait(state: &Object<'_>, report: &mut Report) -> Option<Wait> {
    const FORMS: [&str; 4] = ["Seconds", "SecondsPath", "Timestamp", "TimestampPath"];
    state.allow_one_of(&FORMS, report);
    let until = match FORMS.into_iter().find(|form| state.has(form)) {
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
            let message = format!("One of the fields [{}] is required", FORMS.join(", "));
            report.schema(state.path(), message);
            None
        }
    };
    let transition = transition::read(state, report);
    Some(Wait {
        until: until?,
        transition: transition?,
    })
}

fn read_fail(state: &Object<'_>, report: &mut Report) -> Option<Fail> {
    let error = read_text_field(state, "Error", report);
    let cause = read_text_field(state, "Cause", report);
    Some(Fail {
        error: error?,
        cause: cause?,
    })
}

/// Reads a text or its `…Path`; the inner `None` means that neither is there.
fn read_text_field(
    state: &Object<'_>,
    name: &str,
    report: &mut Report,
) -> Option<Option<TextField>> {
    let path_name = format!("{name}Path");
    state.allow_one_of(&[name, &path_name], report);
    if state.has(&path_name) {
        let path = path::read(state, &path_name, PathRule::ReferenceOrIntrinsic, report)?;
        return Some(Some(TextField::Path(path)));
    }
    if state.has(name) {
        let text = state.text(name, report)?;
        return Some(Some(TextField::Literal(text.to_owned())));
    }
    Some(None)
}
