//! When an answer equals a recording.
//!
//! Recorded strings that held a JSON object were stored parsed, so where the recording has an
//! object, a list or a number and the answer has a string, the string is parsed first.

use std::fmt;

use serde_json::{Number, Value};

use crate::placeholder::{self, Bindings};

/// Compares answers with recordings, one scenario long.
#[derive(Debug, Clone)]
pub(crate) struct Comparison {
    bindings: Bindings,
    differences: Vec<Difference>,
}

/// One place where an answer differs.
#[derive(Debug, Clone)]
pub(crate) struct Difference {
    path: String,
    recorded: Option<Value>,
    answered: Option<Value>,
}

impl Comparison {
    /// Begins with what is known from the start.
    pub(crate) fn new(account: &str, region: &str) -> Self {
        let known = [
            ("account", account),
            ("region", region),
            ("partition", "aws"),
        ];
        Self {
            bindings: known
                .map(|(token, text)| (token.to_owned(), text.to_owned()))
                .into(),
            differences: Vec::new(),
        }
    }

    /// Compares one value and notes what differs.
    pub(crate) fn compare(&mut self, recorded: &Value, answered: &Value, path: &str) {
        if recorded.as_str().is_some_and(placeholder::is_free) {
            return;
        }
        let parsed = parsed_like(recorded, answered);
        let answered = parsed.as_ref().unwrap_or(answered);
        match (recorded, answered) {
            (Value::Object(recorded), Value::Object(answered)) => {
                for (key, value) in recorded {
                    let path = format!("{path}.{key}");
                    match answered.get(key) {
                        Some(answer) => self.compare(value, answer, &path),
                        None => self.note(&path, Some(value), None),
                    }
                }
                for (key, answer) in answered {
                    if !recorded.contains_key(key) {
                        self.note(&format!("{path}.{key}"), None, Some(answer));
                    }
                }
            }
            (Value::Array(items), Value::Array(answers)) => {
                if items.len() != answers.len() {
                    self.note(
                        &format!("{path}.length"),
                        Some(&items.len().into()),
                        Some(&answers.len().into()),
                    );
                }
                for (index, (item, answer)) in items.iter().zip(answers).enumerate() {
                    self.compare(item, answer, &format!("{path}[{index}]"));
                }
            }
            (Value::String(text), Value::String(answer)) => {
                let same = text == answer
                    || (text.contains("<<")
                        && placeholder::matches(text, answer, &mut self.bindings));
                if !same {
                    self.note(path, Some(recorded), Some(answered));
                }
            }
            (Value::Number(one), Value::Number(other)) if same_number(one, other) => {}
            _ if recorded == answered => {}
            _ => self.note(path, Some(recorded), Some(answered)),
        }
    }

    /// Finds each recorded item somewhere among the answered ones, each of which counts once.
    pub(crate) fn contains(&mut self, recorded: &[Value], answered: &[Value], path: &str) {
        let mut pool: Vec<&Value> = answered.iter().collect();
        for (index, item) in recorded.iter().enumerate() {
            let found = pool.iter().enumerate().find_map(|(position, answer)| {
                let mut attempt = Self {
                    bindings: self.bindings.clone(),
                    differences: Vec::new(),
                };
                attempt.compare(item, answer, "");
                attempt
                    .differences
                    .is_empty()
                    .then_some((position, attempt.bindings))
            });
            match found {
                Some((position, bindings)) => {
                    pool.remove(position);
                    self.bindings = bindings;
                }
                None => self.note(&format!("{path}[{index}]"), Some(item), None),
            }
        }
    }

    /// Notes a difference.
    pub(crate) fn note(&mut self, path: &str, recorded: Option<&Value>, answered: Option<&Value>) {
        self.differences.push(Difference {
            path: path.to_owned(),
            recorded: recorded.cloned(),
            answered: answered.cloned(),
        });
    }

    /// What differed.
    pub(crate) fn into_differences(self) -> Vec<Difference> {
        self.differences
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |value: &Option<Value>| match value {
            Some(value) => value.to_string().chars().take(300).collect(),
            None => "nothing".to_owned(),
        };
        write!(
            f,
            "{}: recorded {}, answered {}",
            self.path,
            shown(&self.recorded),
            shown(&self.answered)
        )
    }
}

fn parsed_like(recorded: &Value, answered: &Value) -> Option<Value> {
    let structured = recorded.is_object() || recorded.is_array() || recorded.is_number();
    let text = answered.as_str().filter(|_| structured)?;
    serde_json::from_str(text).ok()
}

/// `1` and `1.0` are the same number.
fn same_number(one: &Number, other: &Number) -> bool {
    one == other || one.as_f64() == other.as_f64()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn differences(recorded: &Value, answered: &Value) -> Vec<String> {
        let mut comparison = Comparison::new("000000000000", "us-east-1");
        comparison.compare(recorded, answered, "it");
        let differences = comparison.into_differences();
        differences.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_string_is_parsed_where_an_object_was_recorded() {
        assert!(
            differences(
                &json!({"input": {"n": 1}}),
                &json!({"input": "{\"n\":1.0}"})
            )
            .is_empty()
        );
        assert_eq!(
            differences(&json!({"n": 1}), &json!("{\"n\":true}")),
            ["it.n: recorded 1, answered true"]
        );
    }

    #[test]
    fn a_member_too_few_and_one_too_many_are_both_noted() {
        assert_eq!(
            differences(&json!({"a": 1}), &json!({"b": 2})),
            [
                "it.a: recorded 1, answered nothing",
                "it.b: recorded nothing, answered 2"
            ]
        );
    }

    #[test]
    fn a_list_of_another_length_is_noted_beside_its_items() {
        assert_eq!(
            differences(&json!([1, 2]), &json!([3])),
            [
                "it.length: recorded 2, answered 1",
                "it[0]: recorded 1, answered 3"
            ]
        );
    }

    #[test]
    fn a_token_must_have_one_value_throughout() {
        let recorded = json!(["<<x>>", "<<x>>", "<<account>>", "<<timestamp>>"]);
        assert!(differences(&recorded, &json!(["a", "a", "000000000000", 7])).is_empty());
        assert_eq!(
            differences(&recorded, &json!(["a", "b", "000000000000", null])).len(),
            1
        );
    }

    #[test]
    fn items_are_found_in_any_order_but_only_once() {
        let mut comparison = Comparison::new("000000000000", "us-east-1");
        comparison.contains(&[json!(2), json!(1)], &[json!(1), json!(2)], "it");
        comparison.contains(&[json!(1), json!(1)], &[json!(1), json!(2)], "that");
        let differences = comparison.into_differences();
        assert_eq!(differences.len(), 1);
        assert_eq!(differences[0].path, "that[1]");
    }
}
