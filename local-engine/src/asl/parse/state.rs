//! One state: its type, its fields by that type, and the Pass and Parallel states.

use super::language::{self, Language};
use super::object::Object;
use super::report::Report;
use super::{assign, choice, fail, map, path, payload, task, template, transition, wait, work};
use crate::asl::payload::Payload;
use crate::asl::state::{Parallel, Pass, State, StateKind};

/// Reads a state of a machine whose own language is given.
pub(super) fn read(
    name: &str,
    state: &Object<'_>,
    machine_language: Language,
    report: &mut Report,
) -> Option<State> {
    let own_language = language::read(state, report);
    let language = own_language.unwrap_or(machine_language);
    let kind = state.get("Type").and_then(serde_json::Value::as_str);
    let has_work = matches!(kind, Some("Task" | "Parallel" | "Map"));
    let outer = report.begin_state(state.path(), language, has_work);
    let read = read_here(name, state, machine_language, own_language, report);
    report.end_state(outer);
    read
}

fn read_here(
    name: &str,
    state: &Object<'_>,
    machine_language: Language,
    own_language: Option<Language>,
    report: &mut Report,
) -> Option<State> {
    let language = report.language();
    let is_downgrade =
        machine_language == Language::Jsonata && own_language == Some(Language::Jsonpath);
    if is_downgrade {
        report.schema(
            state.path(),
            "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine",
        );
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
    // What a refused language forbids is not said on top.
    if !is_downgrade {
        check_fields(kind, fields, state, report);
    }
    let comment = state.comment(report);
    let input_path = path::read_field(state, "InputPath", report);
    let output_path = path::read_field(state, "OutputPath", report);
    let assign = assign::read(state, report);
    let output = payload::read_output(state, report);
    let kind = read_kind(kind, state, machine_language, report);
    Some(State {
        name: name.to_owned(),
        comment,
        language,
        input_path: input_path?,
        output_path: output_path?,
        assign: assign?,
        output: output?,
        kind: kind?,
    })
}

/// Returns what a type may have in JSONPath besides `Type`, `Comment` and `QueryLanguage`.
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

/// Returns what a type may have in JSONata that it may not have in JSONPath.
fn jsonata_fields_of(kind: &str) -> &'static [&'static str] {
    match kind {
        "Pass" | "Choice" | "Wait" | "Succeed" => &["Output"],
        "Task" | "Parallel" => &["Arguments", "Output"],
        "Map" => &["Items", "Output"],
        _ => &[],
    }
}

fn check_fields(kind: &str, fields: &[&str], state: &Object<'_>, report: &mut Report) {
    let is_jsonata = report.language() == Language::Jsonata;
    for name in state.fields().keys().map(String::as_str) {
        if is_jsonata && language::is_jsonpath_field(name) {
            language::refuse_jsonpath_field(state, name, report);
            continue;
        }
        let known = fields.contains(&name)
            || (is_jsonata && jsonata_fields_of(kind).contains(&name))
            || matches!(name, "Type" | "Comment" | "QueryLanguage");
        if known {
            continue;
        }
        if !is_jsonata && language::JSONATA_FIELDS.contains(&name) {
            language::refuse_jsonata_field(state, name, report);
        } else {
            state.refuse(name, report);
        }
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
        "Task" => task::read(state, report).map(|task| StateKind::Task(Box::new(task))),
        "Choice" => choice::read(state, report).map(|choice| StateKind::Choice(Box::new(choice))),
        "Wait" => wait::read(state, report).map(|wait| StateKind::Wait(Box::new(wait))),
        "Succeed" => Some(StateKind::Succeed),
        "Fail" => fail::read(state, report).map(|fail| StateKind::Fail(Box::new(fail))),
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
    let parameters = parameters.map(|template| template.map(Payload::Template));
    let result_path = path::read_result_path(state, report);
    let transition = transition::read(state, report);
    Some(Pass {
        parameters: parameters?,
        result: state.get("Result").cloned(),
        result_path: result_path?,
        transition: transition?,
    })
}
