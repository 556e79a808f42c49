//! Fills the variables of a request: `${s3.executionArn}`, `${account}`, `${now+2d}`.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use crate::endpoint::{ACCOUNT, REGION};

/// The request with its variables filled from the answers so far.
///
/// # Errors
///
/// When a variable refers to a member that the answer does not have.
pub(crate) fn substitute(value: &Value, answers: &[Value]) -> Result<Value, String> {
    Ok(match value {
        Value::String(text) => Value::String(fill(text, answers)?),
        Value::Array(items) => items
            .iter()
            .map(|item| substitute(item, answers))
            .collect::<Result<_, _>>()?,
        Value::Object(members) => match members.get("$datetime").and_then(Value::as_str) {
            Some(datetime) if members.len() == 1 => epoch_seconds(datetime)?,
            _ => members
                .iter()
                .map(|(key, member)| Ok((key.clone(), substitute(member, answers)?)))
                .collect::<Result<Map<_, _>, String>>()?
                .into(),
        },
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    })
}

/// The text with its variables filled; what is no variable stays as it is.
///
/// # Errors
///
/// As [`substitute`].
pub(crate) fn fill(text: &str, answers: &[Value]) -> Result<String, String> {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        filled.push_str(before);
        let variable = after.split_once('}').map(|(variable, _)| variable);
        match variable.map(|variable| value_of(variable, answers)) {
            Some(Some(value)) => {
                filled.push_str(&value?);
                rest = &after[variable.map_or(0, str::len) + 1..];
            }
            Some(None) | None => {
                filled.push_str("${");
                rest = after;
            }
        }
    }
    filled.push_str(rest);
    Ok(filled)
}

/// Walks down from a value; lists are indexed by numbers, which count from the end below zero.
///
/// # Errors
///
/// When there is nothing under one of the steps.
pub(crate) fn descend(
    value: &Value,
    steps: impl IntoIterator<Item = impl AsRef<str>>,
) -> Result<&Value, String> {
    steps.into_iter().try_fold(value, |value, step| {
        let step = step.as_ref();
        let found = match value {
            Value::Array(items) => item(items, step),
            other => other.get(step),
        };
        found.ok_or_else(|| format!("the answer has no `{step}`"))
    })
}

fn item<'a>(items: &'a [Value], index: &str) -> Option<&'a Value> {
    let index: isize = index.parse().ok()?;
    let position = if index < 0 {
        items.len().checked_add_signed(index)?
    } else {
        index.unsigned_abs()
    };
    items.get(position)
}

/// The value of a variable, or nothing where the text is no variable.
fn value_of(variable: &str, answers: &[Value]) -> Option<Result<String, String>> {
    match variable {
        "account" => return Some(Ok(ACCOUNT.to_owned())),
        "region" => return Some(Ok(REGION.to_owned())),
        _ => {}
    }
    if let Some(days) = variable
        .strip_prefix("now+")
        .and_then(|rest| rest.strip_suffix('d'))
    {
        let days: i64 = days.parse().ok()?;
        return Some(in_days(days));
    }
    let mut steps = variable.split('.');
    let step: usize = steps.next()?.strip_prefix('s')?.parse().ok()?;
    Some(
        answers
            .get(step)
            .ok_or_else(|| format!("`${{{variable}}}` names a step that has no answer yet"))
            .and_then(|answer| descend(answer, steps))
            .map(|value| {
                value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned)
            })
            .map_err(|problem| format!("cannot fill `${{{variable}}}`: {problem}")),
    )
}

/// The present instant plus days, as `2026-01-31T12:00:00.000Z`.
fn in_days(days: i64) -> Result<String, String> {
    Timestamp::now()
        .checked_add(SignedDuration::from_hours(24 * days))
        .map(|instant| format!("{instant:.3}"))
        .map_err(|error| format!("cannot go {days} days ahead: {error}"))
}

fn epoch_seconds(datetime: &str) -> Result<Value, String> {
    let instant: Timestamp = datetime
        .parse()
        .map_err(|error| format!("`{datetime}` is no instant: {error}"))?;
    Ok(json!(instant.as_duration().as_secs_f64()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_filled_and_other_braces_stay() {
        let answers = [json!({"list": [{"arn": "a"}], "n": 7})];
        assert_eq!(
            fill("${s0.list.0.arn} ${s0.n} ${account} ${other} ${", &answers).as_deref(),
            Ok("a 7 000000000000 ${other} ${")
        );
    }

    #[test]
    fn an_index_below_zero_counts_from_the_end() {
        let list = json!([1, 2, 3]);
        assert_eq!(descend(&list, ["-1"]), Ok(&json!(3)));
        assert_eq!(descend(&list, ["0"]), Ok(&json!(1)));
        assert!(descend(&list, ["-4"]).is_err());
    }

    #[test]
    fn a_variable_without_a_value_is_an_error_that_names_it() {
        assert_eq!(
            fill("${s0.arn}", &[json!({})]),
            Err("cannot fill `${s0.arn}`: the answer has no `arn`".to_owned())
        );
    }

    #[test]
    fn an_instant_is_written_in_milliseconds() {
        let text = fill("${now+3d}", &[]).expect("a variable");
        assert_eq!(text.len(), "2026-01-31T12:00:00.000Z".len(), "{text}");
    }

    #[test]
    fn a_recorded_instant_becomes_seconds() {
        let value = substitute(&json!({"$datetime": "1970-01-01T00:00:02.500Z"}), &[]);
        assert_eq!(value, Ok(json!(2.5)));
    }
}
