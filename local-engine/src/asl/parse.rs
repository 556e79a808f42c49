//! From a JSON value to the typed model, noting every problem on the way.
//!
//! A reader returns `None` only after it has noted why, so a text without problems has a
//! definition.

mod assign;
mod choice;
mod fail;
mod graph;
mod intrinsic;
mod language;
mod map;
mod object;
mod path;
mod payload;
mod report;
mod resource;
mod retry;
mod state;
mod task;
mod template;
mod transition;
mod wait;
mod work;

use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::definition::{Definition, MachineType};
use super::json;
use super::problem::{Code, Problems};
use object::Object;
use report::Report;

/// The greatest definition that the service takes, in bytes.
const SIZE_LIMIT: usize = 1_048_576;

/// What `TimeoutSeconds` and the other fields that count seconds may be.
const SECONDS: RangeInclusive<u64> = 1..=99_999_999;

impl Definition {
    /// Reads the definition of a standard state machine.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it, each with its path.
    ///
    /// # Examples
    ///
    /// ```
    /// use sfn_local_engine::asl::Definition;
    ///
    /// let definition = Definition::parse(
    ///     r#"{"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}"#,
    /// )?;
    /// assert_eq!(definition.graph.start().name, "Done");
    ///
    /// let problems = Definition::parse(r#"{"StartAt": "Gone", "States": {}}"#).unwrap_err();
    /// assert!(problems.to_string().contains("/StartAt"));
    /// # Ok::<(), sfn_local_engine::asl::Problems>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, Problems> {
        Self::parse_as(text, MachineType::Standard)
    }

    /// Reads the definition of a state machine of this type.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it, each with its path.
    pub fn parse_as(text: &str, machine_type: MachineType) -> Result<Self, Problems> {
        let mut report = Report::new(machine_type);
        let definition = read_text(text, &mut report);
        report.finish(definition)
    }
}

fn read_text(text: &str, report: &mut Report) -> Option<Definition> {
    if text.len() > SIZE_LIMIT {
        let length = text.len();
        report.add_anywhere(
            Code::SchemaValidationFailed,
            format!("Definition must have at most {SIZE_LIMIT} bytes, but it has {length}"),
        );
        return None;
    }
    if text.trim().is_empty() {
        report.add_anywhere(
            Code::SchemaValidationFailed,
            "Definition must be a valid JSON object",
        );
        return None;
    }
    match json::read(text) {
        Ok((Value::Object(fields), repeated)) => {
            for field in repeated {
                let message = format!("Field '{}' is given more than once", field.name);
                report.schema(&field.path, message);
            }
            read_machine(&Object::new(&fields, String::new()), report)
        }
        Ok(_) => {
            report.add_anywhere(
                Code::SchemaValidationFailed,
                "Definition must be a valid JSON object",
            );
            None
        }
        Err(problem) => {
            report.note(problem);
            None
        }
    }
}

fn read_machine(machine: &Object<'_>, report: &mut Report) -> Option<Definition> {
    machine.require(&["States", "StartAt"], report);
    machine.allow_only(
        &[
            "Comment",
            "QueryLanguage",
            "StartAt",
            "States",
            "TimeoutSeconds",
            "Version",
        ],
        report,
    );
    let version = machine.text("Version", report);
    if version.is_some_and(|version| version != "1.0") {
        report
            .schema(
                &machine.field("Version"),
                "Value should be one of the following: [1.0]",
            )
            .advise("leave the field out");
    }
    let language = language::read(machine, report);
    // The service takes a zero here, and lets it mean nothing.
    let timeout = machine
        .integer("TimeoutSeconds", 0..=*SECONDS.end(), report)
        .filter(|seconds| *seconds > 0);
    let comment = machine.text("Comment", report);
    let graph = graph::read(machine, language.unwrap_or_default(), report)?;
    Some(Definition {
        comment: comment.map(str::to_owned),
        version: version.map(str::to_owned),
        timeout: timeout.map(Duration::from_secs),
        graph: Arc::new(graph),
        activities: report.take_activities(),
    })
}

#[cfg(test)]
mod tests;
