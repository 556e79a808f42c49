//! Fields that hold a JSONPath.

use serde_json::Value;

use super::object::Object;
use super::report::Report;
use crate::asl::field::{PathField, ResultPath};
use crate::query::{JsonPath, ReferencePath};

/// Which paths a field may hold.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum PathRule {
    /// Any.
    Any,
    /// A path to one place.
    Reference,
    /// A path to one place in a choice rule, where the service has words of its own.
    Operand,
}

/// Reads a path that is there.
pub(super) fn read(
    object: &Object<'_>,
    name: &str,
    rule: PathRule,
    report: &mut Report,
) -> Option<JsonPath> {
    let text = object.text(name, report)?;
    compile(text, &object.field(name), rule, report)
}

/// Compiles a path, or notes why it is none.
fn compile(text: &str, path: &str, rule: PathRule, report: &mut Report) -> Option<JsonPath> {
    match JsonPath::parse(text) {
        Ok(found) if rule == PathRule::Any || found.is_reference() => Some(found),
        Ok(_) => {
            report
                .schema(
                    path,
                    format!("Value is not a Reference Path: '{text}' may find several places"),
                )
                .advise("name one place, such as $.order.items[0]");
            None
        }
        Err(_) if rule == PathRule::Operand && !text.starts_with('$') => {
            report
                .schema(
                    path,
                    "Value is not a Reference Path: Reference path didn't start with '$'",
                )
                .advise(format!("write it like $.order.items[0], not '{text}'"));
            None
        }
        Err(error) => {
            report
                .schema(path, "Value must be a valid JSONPath.")
                .advise(format!("{error} in '{text}'"));
            None
        }
    }
}

/// Returns whether a path starts from a variable: `$name`.
pub(super) fn is_variable(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next() == Some('$')
        && characters
            .next()
            .is_some_and(|c| c.is_alphabetic() || c == '_')
}

/// Reads `InputPath` and its like, which may be missing or null.
pub(super) fn read_field(
    object: &Object<'_>,
    name: &str,
    report: &mut Report,
) -> Option<PathField> {
    match object.get(name) {
        None => Some(PathField::Whole),
        Some(Value::Null) => Some(PathField::Nothing),
        Some(_) => {
            let path = read(object, name, PathRule::Any, report)?;
            Some(if path.is_whole_input() {
                PathField::Whole
            } else {
                PathField::Path(path)
            })
        }
    }
}

/// Reads `ResultPath`, which may be missing or null.
pub(super) fn read_result_path(object: &Object<'_>, report: &mut Report) -> Option<ResultPath> {
    const NAME: &str = "ResultPath";
    match object.get(NAME) {
        None => return Some(ResultPath::Whole),
        Some(Value::Null) => return Some(ResultPath::Discard),
        Some(_) => {}
    }
    let text = object.text(NAME, report)?;
    if is_variable(text) {
        report
            .schema(
                &object.field(NAME),
                "Value is not a Reference Path: a variable cannot hold the result",
            )
            .advise("write it into the input, such as $.result");
        return None;
    }
    let path = compile(text, &object.field(NAME), PathRule::Reference, report)?;
    if path.is_whole_input() {
        return Some(ResultPath::Whole);
    }
    let reference = ReferencePath::new(path);
    if reference.is_none() {
        report
            .schema(
                &object.field(NAME),
                "Value is not a Reference Path: the context object cannot be written",
            )
            .advise("write into the input, such as $.result");
    }
    reference.map(ResultPath::Reference)
}
