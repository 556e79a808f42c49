//! Values as the service's platform, Java, writes them into a text: `{a=1, b=[x, null]}`.

use std::fmt::Write as _;

use serde_json::{Number, Value};

/// Writes a value; a text without quotes, at any depth.
pub(super) fn write(value: &Value, text: &mut String) {
    match value {
        Value::Null => text.push_str("null"),
        Value::Bool(value) => text.push_str(if *value { "true" } else { "false" }),
        Value::Number(number) => write_number(number, text),
        Value::String(value) => text.push_str(value),
        Value::Array(items) => {
            text.push('[');
            for (number, item) in items.iter().enumerate() {
                if number > 0 {
                    text.push_str(", ");
                }
                write(item, text);
            }
            text.push(']');
        }
        Value::Object(members) => {
            text.push('{');
            for (number, (name, member)) in members.iter().enumerate() {
                if number > 0 {
                    text.push_str(", ");
                }
                text.push_str(name);
                text.push('=');
                write(member, text);
            }
            text.push('}');
        }
    }
}

/// The JSON text of a value, its numbers as the platform writes them.
pub(super) fn to_json(value: &Value) -> String {
    let mut text = String::new();
    write_json(value, &mut text);
    text
}

fn write_json(value: &Value, text: &mut String) {
    match value {
        Value::Number(number) => write_number(number, text),
        Value::Array(items) => {
            text.push('[');
            for (number, item) in items.iter().enumerate() {
                if number > 0 {
                    text.push(',');
                }
                write_json(item, text);
            }
            text.push(']');
        }
        Value::Object(members) => {
            text.push('{');
            for (number, (name, member)) in members.iter().enumerate() {
                if number > 0 {
                    text.push(',');
                }
                text.push_str(&Value::from(name.as_str()).to_string());
                text.push(':');
                write_json(member, text);
            }
            text.push('}');
        }
        Value::Null | Value::Bool(_) | Value::String(_) => text.push_str(&value.to_string()),
    }
}

/// The name of the class that holds a value.
pub(super) fn class_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "java.lang.Boolean",
        Value::Number(number) if number.is_f64() => "java.lang.Double",
        Value::Number(number) => match number.as_i64() {
            Some(number) if i32::try_from(number).is_ok() => "java.lang.Integer",
            Some(_) => "java.lang.Long",
            None => "java.math.BigInteger",
        },
        Value::String(_) => "java.lang.String",
        Value::Array(_) => "java.util.ArrayList",
        Value::Object(_) => "java.util.LinkedHashMap",
    }
}

/// Writes a whole number as it is, and any other with a point, or with an exponent if it is below
/// a thousandth or has more than seven digits before the point.
fn write_number(number: &Number, text: &mut String) {
    let value = match number.as_f64() {
        Some(value) if number.is_f64() => value,
        _ => return text.push_str(&number.to_string()),
    };
    let is_plain = value == 0.0 || (1e-3..1e7).contains(&value.abs());
    // Writing to a text cannot fail.
    let _ = if is_plain {
        write!(text, "{value:?}")
    } else {
        let shortest = format!("{value:e}");
        match shortest.split_once('e') {
            Some((digits, exponent)) if digits.contains('.') => {
                write!(text, "{digits}E{exponent}")
            }
            Some((digits, exponent)) => write!(text, "{digits}.0E{exponent}"),
            None => write!(text, "{shortest}"),
        }
    };
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    fn written(value: &Value) -> String {
        let mut text = String::new();
        super::write(value, &mut text);
        text
    }

    #[test]
    fn values_are_written_without_quotes() {
        let value = json!({"a": 1, "b": ["x", null, {}], "c": {"d": "e f"}});
        assert_eq!(written(&value), "{a=1, b=[x, null, {}], c={d=e f}}");
    }

    #[test]
    fn json_has_the_numbers_of_the_platform() {
        let value = json!({"a\"": [1e10, 1, null, "x\n", {}], "b": []});
        assert_eq!(
            super::to_json(&value),
            r#"{"a\"":[1.0E10,1,null,"x\n",{}],"b":[]}"#
        );
    }

    #[test]
    fn numbers_have_a_point_or_an_exponent() {
        let table = [
            ("1", "1"),
            ("-7", "-7"),
            ("1.0", "1.0"),
            ("1.25", "1.25"),
            ("1234567.5", "1234567.5"),
            ("10000000.0", "1.0E7"),
            ("1e20", "1.0E20"),
            ("0.001", "0.001"),
            ("0.00025", "2.5E-4"),
            ("0.0", "0.0"),
        ];
        for (number, expected) in table {
            let value: Value = serde_json::from_str(number).unwrap();
            assert_eq!(written(&value), expected, "{number}");
        }
    }
}
