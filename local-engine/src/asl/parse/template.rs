//! `Parameters`, `ResultSelector` and `ItemSelector`.

use serde_json::{Map, Value};

use super::object::Object;
use super::report::Report;
use crate::query::{Intrinsic, JsonPath, Template};

/// Reads a template; the inner `None` means that there is none.
pub(super) fn read_field(
    object: &Object<'_>,
    name: &str,
    report: &mut Report,
) -> Option<Option<Template>> {
    match object.get(name) {
        None => Some(None),
        Some(value) => read(value, &object.field(name), report).map(Some),
    }
}

fn read(value: &Value, path: &str, report: &mut Report) -> Option<Template> {
    match value {
        Value::Object(fields) => read_object(fields, path, report),
        Value::Array(items) => {
            let read: Vec<_> = items
                .iter()
                .enumerate()
                .map(|(index, item)| read(item, &format!("{path}[{index}]"), report))
                .collect();
            let read: Option<Vec<_>> = read.into_iter().collect();
            Some(fold(read?, value, Template::Array, |item| item))
        }
        _ => Some(Template::Literal(value.clone())),
    }
}

fn read_object(fields: &Map<String, Value>, path: &str, report: &mut Report) -> Option<Template> {
    let read: Vec<_> = fields
        .iter()
        .map(|(name, value)| match name.strip_suffix(".$") {
            Some(plain) => {
                if fields.contains_key(plain) {
                    report
                        .schema(path, format!("The field '{plain}' is given twice"))
                        .advise(format!("leave out '{plain}' or '{name}'"));
                }
                let template = read_path(name, value, path, report)?;
                Some((plain.to_owned(), template))
            }
            None => {
                let template = read(value, &format!("{path}/{name}"), report)?;
                Some((name.clone(), template))
            }
        })
        .collect();
    let read: Option<Vec<_>> = read.into_iter().collect();
    let whole = Value::Object(fields.clone());
    Some(fold(read?, &whole, Template::Object, |(_, member)| member))
}

/// Makes one literal of a part whose parts are all literals.
fn fold<T>(
    parts: Vec<T>,
    whole: &Value,
    build: impl FnOnce(Vec<T>) -> Template,
    template_of: impl Fn(&T) -> &Template,
) -> Template {
    let is_literal = |part: &T| matches!(template_of(part), Template::Literal(_));
    if parts.iter().all(is_literal) {
        Template::Literal(whole.clone())
    } else {
        build(parts)
    }
}

fn read_path(name: &str, value: &Value, path: &str, report: &mut Report) -> Option<Template> {
    let text = value.as_str().unwrap_or_default();
    let read = if Intrinsic::is_meant(text) {
        Intrinsic::parse(text).map(Template::Call)
    } else {
        JsonPath::parse(text).map(|path| Template::Path {
            field: name.to_owned(),
            path,
        })
    };
    match read {
        Ok(template) => Some(template),
        Err(error) => {
            let message = format!(
                "The value for the field '{name}' must be a valid JSONPath or a valid intrinsic \
                 function call"
            );
            let problem = report.schema(path, message);
            if value.is_string() {
                problem.advise(format!("{error} in '{text}'"));
            } else {
                problem.advise("write a text such as \"$.order.id\"");
            }
            None
        }
    }
}
