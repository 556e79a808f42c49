//! `States.JsonMerge` and `States.StringToJson`.

use serde_json::Value;

use super::Refusal;

/// The members of both objects, those of the second before those of the first of the same name.
/// Only the outermost objects are merged: the service refuses `true` for more.
pub(super) fn merge(one: &Value, other: &Value, deep: &Value) -> Result<Value, Refusal> {
    let (Value::Object(one), Value::Object(other)) = (one, other) else {
        return Err(Refusal::Arguments);
    };
    if *deep == Value::Bool(true) {
        return Err(Refusal::Arguments);
    }
    let mut merged = one.clone();
    for (name, member) in other {
        merged.insert(name.clone(), member.clone());
    }
    Ok(merged.into())
}

/// The value that a text describes; nothing but blanks describes `null`.
pub(super) fn parse(source: &Value) -> Result<Value, Refusal> {
    let text = source.as_str().ok_or(Refusal::Arguments)?;
    if text.trim().is_empty() {
        return Ok(Value::Null);
    }
    let value: Value = serde_json::from_str(text).map_err(|_| Refusal::Arguments)?;
    // `-0` is a whole number to the service, and whole numbers have one zero.
    let is_zero = value.as_f64() == Some(0.0) && text.trim() == "-0";
    Ok(if is_zero { Value::from(0) } else { value })
}
