//! Expressions, what they see, and where they end.

mod language;
mod limits;
mod service;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Evaluation, Expression, ExpressionError};
use crate::query::{ContextObject, Random, Scope, context_for_tests};

/// Evaluates an expression of the field `Output` on this input.
fn evaluate(text: &str, input: &Value) -> Result<Value, String> {
    evaluate_in(text, input, &context_for_tests())
}

fn evaluate_in(text: &str, input: &Value, context: &ContextObject) -> Result<Value, String> {
    let expression =
        Expression::parse(text, "Output").map_err(|error: ExpressionError| error.to_string())?;
    let now: Timestamp = "2026-11-24T10:20:30.456Z".parse().unwrap();
    let scope = Scope {
        input,
        text: None,
        context,
        random: &Random::new(7),
    };
    Evaluation::new(scope, now, 7)
        .with_result(Some(&json!({"value": 42})))
        .value(&expression)
        .map_err(|error| error.to_string())
}

/// Checks a table of expressions and the JSON texts of their values; of a table row without a
/// value, that the expression returns nothing.
#[track_caller]
fn check(rows: &[(&str, &str)]) {
    let input = json!({
        "order": {
            "id": "o-1",
            "customer": {"name": "Ada Lovelace", "tags": ["vip", "new"]},
            "items": [
                {"sku": "apple", "price": 1.5, "count": 4, "tags": ["red", "round"]},
                {"sku": "pear", "price": 2.25, "count": 2, "tags": ["green"]},
                {"sku": "melon", "price": 7, "count": 1, "tags": []}
            ]
        },
        "numbers": [3, 1, 2],
        "nested": [[1, 2], [3]],
        "nothing": null,
        "no": false,
        "text": "Hello World",
        "one": [7],
        "none": []
    });
    let mut wrong = Vec::new();
    for (text, expected) in rows {
        let found = match evaluate(text, &input) {
            Ok(value) => value.to_string(),
            Err(error) => {
                let nothing = format!(
                    "The JSONata expression '{text}' specified for the field 'Output' returned \
                     nothing (undefined)."
                );
                if error == nothing {
                    String::new()
                } else {
                    error
                }
            }
        };
        if found != *expected {
            wrong.push(format!("{text}\n  expected {expected}\n  found    {found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
