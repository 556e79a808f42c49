//! Fields applied to inputs and results.

use serde_json::json;

use super::*;
use crate::query::Random;
use crate::query::context_for_tests;

fn path(text: &str) -> JsonPath {
    JsonPath::parse(text).unwrap()
}

#[test]
fn null_selects_an_empty_object() {
    let context = context_for_tests();
    let input = json!({"a": 1});
    let scope = Scope {
        input: &input,
        text: None,
        context: &context,
        random: &Random::new(0),
    };
    assert_eq!(
        PathField::Nothing.select(scope).unwrap().as_ref(),
        &json!({})
    );
    assert_eq!(PathField::Whole.select(scope).unwrap().as_ref(), &input);
    assert_eq!(
        PathField::Path(path("$.a")).select(scope).unwrap().as_ref(),
        1
    );
    assert!(PathField::Path(path("$.b")).select(scope).is_err());
}

#[test]
fn a_result_replaces_joins_or_leaves_the_input() {
    let (input, result) = (json!({"a": 1}), json!(2));
    let reference = ReferencePath::new(path("$.b")).unwrap();
    for (field, expected) in [
        (ResultPath::Whole, json!(2)),
        (ResultPath::Discard, json!({"a": 1})),
        (ResultPath::Reference(reference), json!({"a": 1, "b": 2})),
    ] {
        let combined = field.combine(input.clone(), result.clone());
        assert_eq!(combined, Ok(expected));
    }
}

#[test]
fn a_text_field_wants_a_text() {
    let context = context_for_tests();
    let input = json!({"text": "t", "number": 1});
    let scope = Scope {
        input: &input,
        text: None,
        context: &context,
        random: &Random::new(0),
    };
    let resolve = |field: TextField| field.resolve(scope, "ErrorPath");
    assert_eq!(
        resolve(TextField::Literal("l".to_owned())),
        Ok("l".to_owned())
    );
    assert_eq!(resolve(TextField::Path(path("$.text"))), Ok("t".to_owned()));
    assert!(resolve(TextField::Path(path("$.number"))).is_err());
    assert!(resolve(TextField::Path(path("$.gone"))).is_err());
}
