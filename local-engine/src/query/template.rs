//! Payload templates: JSON in which `.$` keys stand for paths.

use std::borrow::Cow;

use serde_json::Value;

use super::context::Scope;
use super::error::PathError;
use super::jsonpath::JsonPath;

/// `Parameters`, `ResultSelector` or `ItemSelector`.
#[derive(Debug, Clone, PartialEq)]
pub enum Template {
    /// A part without any path.
    Literal(Value),
    /// An object with a path somewhere in it: keys without their `.$`.
    Object(Vec<(String, Template)>),
    /// An array with a path somewhere in it.
    Array(Vec<Template>),
    /// The value of a key `name.$`.
    Path {
        /// The key as it stands in the definition, with its `.$`.
        field: String,
        /// The path.
        path: JsonPath,
    },
}

impl Template {
    /// Fills the template from the input and the context object.
    ///
    /// # Errors
    ///
    /// [`PathError::FieldNotFound`] if a definite path leads nowhere; an index past the end of
    /// an array makes `null`, as it does in the service.
    pub fn fill(&self, scope: Scope<'_>) -> Result<Value, PathError> {
        match self {
            Self::Literal(value) => Ok(value.clone()),
            Self::Object(members) => members
                .iter()
                .map(|(name, member)| Ok((name.clone(), member.fill(scope)?)))
                .collect(),
            Self::Array(items) => items.iter().map(|item| item.fill(scope)).collect(),
            Self::Path { field, path } => match path.find(scope) {
                Ok(found) => Ok(found.into_owned()),
                Err(PathError::NotFound { past_end: true, .. }) => Ok(Value::Null),
                Err(_) => path.find_for_field(scope, field).map(Cow::into_owned),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::query::context::tests::context;

    fn path(field: &str, text: &str) -> Template {
        Template::Path {
            field: field.to_owned(),
            path: JsonPath::parse(text).unwrap(),
        }
    }

    fn fill(template: &Template, input: &Value) -> Result<Value, PathError> {
        let context = context();
        template.fill(Scope {
            input,
            context: &context,
        })
    }

    #[test]
    fn paths_are_filled_from_input_and_context() {
        let template = Template::Object(vec![
            ("flagged".to_owned(), Template::Literal(json!(true))),
            (
                "parts".to_owned(),
                Template::Array(vec![Template::Object(vec![
                    ("first".to_owned(), path("first.$", "$.vals[0]")),
                    ("last3".to_owned(), path("last3.$", "$.vals[3:]")),
                ])]),
            ),
            ("run".to_owned(), path("run.$", "$$.Execution.Name")),
        ]);
        assert_eq!(
            fill(
                &template,
                &json!({"flagged": 7, "vals": [0, 10, 20, 30, 40, 50]})
            ),
            Ok(json!({
                "flagged": true,
                "parts": [{"first": 0, "last3": [30, 40, 50]}],
                "run": "run-1",
            }))
        );
    }

    #[test]
    fn a_path_that_leads_nowhere_fails_with_field_and_input() {
        let template = path("missing.$", "$.nope.deep");
        let error = fill(&template, &json!({"other": 1})).unwrap_err();
        assert_eq!(error.error_name(), "States.Runtime");
        assert_eq!(
            error.to_string(),
            "The JSONPath '$.nope.deep' specified for the field 'missing.$' could not be found \
             in the input '{\"other\":1}'"
        );
    }

    #[test]
    fn an_index_past_the_end_makes_null() {
        assert_eq!(
            fill(&path("a.$", "$.a[5]"), &json!({"a": []})),
            Ok(json!(null))
        );
    }
}
