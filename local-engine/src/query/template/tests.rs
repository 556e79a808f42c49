//! Templates over inputs and the context object.

use serde_json::json;

use super::*;
use crate::query::Random;
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
        text: None,
        context: &context,
        random: &Random::new(0),
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
