//! Payloads in either language, and the expressions in single fields.

use serde_json::{Map, Value};

use super::language::Language;
use super::object::Object;
use super::report::Report;
use super::template;
use crate::asl::payload::{Jsonata, Payload};
use crate::asl::problem::Code;
use crate::query::jsonata::{Expression, ExpressionError};

/// Reads a payload that is called by one name in JSONPath and another in JSONata; the inner
/// `None` means that there is none.
pub(super) fn read(
    object: &Object<'_>,
    in_jsonpath: &str,
    in_jsonata: &str,
    report: &mut Report,
) -> Option<Option<Payload>> {
    match report.language() {
        Language::Jsonpath => {
            let template = template::read_field(object, in_jsonpath, report)?;
            Some(template.map(Payload::Template))
        }
        Language::Jsonata => read_jsonata(object, in_jsonata, report),
    }
}

/// Reads a payload that only a state in JSONata has.
pub(super) fn read_output(object: &Object<'_>, report: &mut Report) -> Option<Option<Payload>> {
    match report.language() {
        Language::Jsonpath => Some(None),
        Language::Jsonata => read_jsonata(object, "Output", report),
    }
}

fn read_jsonata(object: &Object<'_>, name: &str, report: &mut Report) -> Option<Option<Payload>> {
    match object.get(name) {
        None => Some(None),
        Some(value) => {
            let payload = read_value(value, &object.field(name), report)?;
            Some(Some(Payload::Jsonata(payload)))
        }
    }
}

/// Reads the expression of a field that holds one text, `None` if the text is none.
pub(super) fn read_expression(
    object: &Object<'_>,
    name: &str,
    report: &mut Report,
) -> Option<Option<Expression>> {
    let inside = match object.get(name) {
        Some(Value::String(text)) if report.language() == Language::Jsonata => {
            Expression::inside(text)
        }
        _ => None,
    };
    match inside {
        Some(inside) => compile(inside, &object.field(name), report).map(Some),
        None => Some(None),
    }
}

fn read_value(value: &Value, path: &str, report: &mut Report) -> Option<Jsonata> {
    match value {
        Value::String(text) => match Expression::inside(text) {
            Some(inside) => compile(inside, path, report).map(Jsonata::Expression),
            None => {
                check_delimiters(text, path, report)?;
                Some(Jsonata::Literal(value.clone()))
            }
        },
        Value::Array(items) => {
            let read: Vec<_> = items
                .iter()
                .enumerate()
                .map(|(index, item)| read_value(item, &format!("{path}[{index}]"), report))
                .collect();
            let read: Vec<_> = read.into_iter().collect::<Option<_>>()?;
            Some(if read.iter().all(is_literal) {
                Jsonata::Literal(value.clone())
            } else {
                Jsonata::Array(read)
            })
        }
        Value::Object(fields) => read_object(fields, path, report),
        _ => Some(Jsonata::Literal(value.clone())),
    }
}

fn read_object(fields: &Map<String, Value>, path: &str, report: &mut Report) -> Option<Jsonata> {
    let read: Vec<_> = fields
        .iter()
        .map(|(name, field)| {
            let read = read_value(field, &format!("{path}/{name}"), report)?;
            Some((name.clone(), read))
        })
        .collect();
    let read: Vec<_> = read.into_iter().collect::<Option<_>>()?;
    Some(if read.iter().all(|(_, member)| is_literal(member)) {
        Jsonata::Literal(Value::Object(fields.clone()))
    } else {
        Jsonata::Object(read)
    })
}

fn is_literal(part: &Jsonata) -> bool {
    matches!(part, Jsonata::Literal(_))
}

/// A text that has only one of the two delimiters was meant to be an expression.
fn check_delimiters(text: &str, path: &str, report: &mut Report) -> Option<()> {
    let (opens, closes) = (text.starts_with("{%"), text.ends_with("%}"));
    if opens == closes {
        return Some(());
    }
    let missing = if opens {
        "%}' at the end"
    } else {
        "{%' at the start"
    };
    report
        .add(
            Code::InvalidJsonataExpression,
            path,
            format!("The JSONata expression lacks its '{missing}"),
        )
        .advise("write it like {% $states.input.order %}");
    None
}

/// Compiles an expression, or notes why it is none.
pub(super) fn compile(inside: &str, path: &str, report: &mut Report) -> Option<Expression> {
    let field = report.field_of_state(path).to_owned();
    match Expression::parse(inside, &field) {
        Ok(expression) => {
            let missing = if expression.names_error_output() && !field.starts_with("Catch[") {
                Some("errorOutput")
            } else if expression.names_result() && !report.has_result(&field) {
                Some("result")
            } else {
                None
            };
            let Some(missing) = missing else {
                return Some(expression);
            };
            let message = format!("Field '$states.{missing}' does not exist.");
            report.add(Code::UnsupportedJsonataExpression, path, message);
            None
        }
        Err(ExpressionError::Unsupported(messages)) => {
            for message in messages {
                report.add(Code::UnsupportedJsonataExpression, path, message);
            }
            None
        }
        Err(error) => {
            report.add(Code::InvalidJsonataExpression, path, error.to_string());
            None
        }
    }
}
