//! Values of JSON to values of the evaluator, and back.

use jsonata_core::value::{JValue, with_stack};
use serde_json::{Map, Number, Value};

/// What is left of a number past which the service writes floating-point numbers.
const INTEGER_END: f64 = 9_223_372_036_854_775_808.0;

/// A value as the evaluator takes it: every number becomes a floating-point number.
pub(super) fn to_evaluator(value: &Value) -> JValue {
    with_stack(|| match value {
        Value::Null => JValue::Null,
        Value::Bool(value) => JValue::Bool(*value),
        Value::Number(number) => JValue::Number(number.as_f64().unwrap_or(f64::NAN)),
        Value::String(text) => JValue::from(text.as_str()),
        Value::Array(items) => JValue::array(items.iter().map(to_evaluator).collect()),
        Value::Object(members) => JValue::object(
            members
                .iter()
                .map(|(name, member)| (name.clone(), to_evaluator(member)))
                .collect(),
        ),
    })
}

/// A result of the evaluator; `None` if it is nothing that JSON can say.
pub(super) fn from_evaluator(value: &JValue) -> Option<Value> {
    with_stack(|| match value {
        JValue::Null => Some(Value::Null),
        JValue::Bool(value) => Some(Value::Bool(*value)),
        JValue::Number(number) => Some(from_number(*number)),
        JValue::String(text) => Some(Value::String(text.to_string())),
        JValue::Array(items) => Some(Value::Array(
            items
                .iter()
                .map(|item| from_evaluator(item).unwrap_or(Value::Null))
                .collect(),
        )),
        JValue::Object(members) => {
            let members = members.iter();
            let members = members
                .filter_map(|(name, member)| Some((name.clone(), from_evaluator(member)?)))
                .collect::<Map<_, _>>();
            Some(Value::Object(members))
        }
        // Functions and regular expressions are no JSON, as undefined is not.
        _ => None,
    })
}

/// A value that did not go through the evaluator, with its numbers written as if it had: a whole
/// number has no fraction. Whole numbers of 64 bits stay exact.
pub(super) fn normalized(value: &Value) -> Value {
    match value {
        Value::Number(number) if number.is_f64() || number.as_i64().is_none() => {
            number.as_f64().map_or(Value::Null, from_number)
        }
        Value::Array(items) => Value::Array(items.iter().map(normalized).collect()),
        Value::Object(members) => Value::Object(
            members
                .iter()
                .map(|(name, member)| (name.clone(), normalized(member)))
                .collect(),
        ),
        other => other.clone(),
    }
}

/// Whole numbers lose their fraction; what JSON has no number for becomes its JavaScript name.
fn from_number(number: f64) -> Value {
    if number.is_nan() {
        return "NaN".into();
    }
    if number.is_infinite() {
        return if number > 0.0 {
            "Infinity".into()
        } else {
            "-Infinity".into()
        };
    }
    if number.fract() == 0.0 && number.abs() < INTEGER_END {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a whole number within the range of the integer"
        )]
        return Value::from(number as i64);
    }
    Number::from_f64(number).map_or(Value::Null, Value::Number)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn whole_numbers_have_no_fraction() {
        for (number, text) in [
            (1.0, "1"),
            (-0.0, "0"),
            (0.1, "0.1"),
            (1e17, "100000000000000000"),
        ] {
            assert_eq!(from_number(number).to_string(), text);
        }
        assert_eq!(
            normalized(&json!({"a": [1.0, 1.5]})),
            json!({"a": [1, 1.5]})
        );
    }

    #[test]
    fn exact_integers_of_64_bits_stay_exact_if_nothing_computes_with_them() {
        let value: Value =
            serde_json::from_str("[9223372036854775807, -9007199254740993]").unwrap();
        assert_eq!(normalized(&value), value);
    }

    #[test]
    fn what_is_no_number_of_json_has_a_name() {
        assert_eq!(from_number(f64::INFINITY), "Infinity");
        assert_eq!(from_number(f64::NEG_INFINITY), "-Infinity");
        assert_eq!(from_number(f64::NAN), "NaN");
    }
}
