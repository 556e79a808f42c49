//! Writing into objects and arrays.

use serde_json::json;

use super::*;

fn path(text: &str) -> Option<ReferencePath> {
    ReferencePath::new(JsonPath::parse(text).unwrap())
}

#[track_caller]
fn writes(text: &str, input: Value, expected: Value) {
    let written = path(text).unwrap().write(input, json!("new"));
    assert_eq!(written, Ok(expected), "{text}");
}

#[test]
fn a_member_is_replaced_or_made_in_order() {
    writes("$.a", json!({"a": 1, "b": 2}), json!({"a": "new", "b": 2}));
    writes("$.c", json!({"a": 1}), json!({"a": 1, "c": "new"}));
    writes("$.a.b.c", json!({}), json!({"a": {"b": {"c": "new"}}}));
    writes("$['a b']", json!({}), json!({"a b": "new"}));
}

#[test]
fn an_item_must_be_there() {
    writes("$.a[1]", json!({"a": [1, 2]}), json!({"a": [1, "new"]}));
    writes("$[0].x", json!([{}]), json!([{"x": "new"}]));
    for (text, input) in [
        ("$.a[2]", json!({"a": [1, 2]})),
        ("$.a[0]", json!({})),
        ("$.new.b[0]", json!({})),
    ] {
        assert!(
            path(text).unwrap().write(input, json!(1)).is_err(),
            "{text}"
        );
    }
}

#[test]
fn anything_else_on_the_way_is_a_match_failure() {
    let error = path("$.partitioned")
        .unwrap()
        .write(json!("text"), json!(1))
        .unwrap_err();
    assert_eq!(error.error_name(), "States.ResultPathMatchFailure");
    assert_eq!(
        error.to_string(),
        "Unable to apply ReferencePath $.partitioned to input \"text\""
    );
    for input in [json!(null), json!([1]), json!({"a": 1})] {
        assert!(path("$.a.b").unwrap().write(input, json!(1)).is_err());
    }
}

#[test]
fn only_one_place_inside_the_input_can_be_written() {
    for text in [
        "$",
        "$$",
        "$$.Execution",
        "$.a[*]",
        "$..a",
        "$.a[-1]",
        "$['a','b']",
    ] {
        assert_eq!(path(text), None, "{text}");
    }
}
