//! Which activity the `Resource` of a Task names.

use std::collections::BTreeMap;

use serde_json::Value;

use super::suggest;

/// What a `Resource` names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// An activity of the worker.
    Activity(String),
    /// An activity that the worker does not have; the likeliest one that it has.
    Unknown { name: String, meant: Option<String> },
    /// A substitution that nobody explained, or that stands for several activities.
    Unresolved { text: String, why: String },
    /// No activity.
    Other,
}

/// Finds the activity among those of the worker.
pub(super) fn resolve(
    resource: &Value,
    mapping: &BTreeMap<String, String>,
    known: &[&str],
) -> Target {
    let Some(text) = text_of(resource) else {
        return Target::Other;
    };
    if let Some(name) = mapping.get(&text).or_else(|| mapping.get(bare(&text))) {
        return by_name(name, known);
    }
    if let Some((_, name)) = text.split_once(":activity:") {
        return by_pattern(name, &text, known);
    }
    if is_one_substitution(&text) {
        return by_likeness(&text, known);
    }
    // A bare name is no ARN, and only an activity can have been meant by it.
    let is_name = !text.contains([':', '$', '{']);
    if is_name || known.contains(&text.as_str()) {
        return by_name(&text, known);
    }
    Target::Other
}

/// The text of a resource: a string, or a function of CloudFormation as a substitution.
fn text_of(resource: &Value) -> Option<String> {
    match resource {
        Value::String(text) => Some(text.clone()),
        Value::Object(function) => match function.iter().next()? {
            (name, Value::String(target)) if name == "Ref" => Some(format!("${{{target}}}")),
            (name, Value::String(text)) if name == "Fn::Sub" => Some(text.clone()),
            (name, Value::String(target)) if name == "Fn::GetAtt" => Some(format!("${{{target}}}")),
            (name, Value::Array(target)) if name == "Fn::GetAtt" => {
                Some(format!("${{{}}}", target.first()?.as_str()?))
            }
            _ => None,
        },
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => None,
    }
}

/// What stands between the braces of a substitution.
fn bare(text: &str) -> &str {
    text.strip_prefix("${")
        .and_then(|text| text.strip_suffix('}'))
        .unwrap_or(text)
}

fn is_one_substitution(text: &str) -> bool {
    text.starts_with("${") && text.find('}') == Some(text.len() - 1)
}

fn by_name(name: &str, known: &[&str]) -> Target {
    if known.contains(&name) {
        return Target::Activity(name.to_owned());
    }
    Target::Unknown {
        name: name.to_owned(),
        meant: suggest::nearest(name, known.iter().copied()).map(str::to_owned),
    }
}

/// A name in which substitutions stand for any text.
fn by_pattern(name: &str, text: &str, known: &[&str]) -> Target {
    if !name.contains("${") {
        return by_name(name, known);
    }
    if is_one_substitution(name) {
        return by_likeness(name, known);
    }
    let parts = literal_parts(name);
    let fitting: Vec<&str> = known
        .iter()
        .copied()
        .filter(|known| fits(known, &parts))
        .collect();
    // What is before and after a substitution is often the name itself, and the substitution a
    // stage or a prefix that the worker has not got.
    let exact: Vec<&str> = known
        .iter()
        .copied()
        .filter(|known| {
            parts
                .iter()
                .any(|part| part.trim_matches(['-', '_', '.']) == *known)
        })
        .collect();
    match (&exact[..], &fitting[..]) {
        ([only], _) | ([], [only]) => Target::Activity((*only).to_owned()),
        ([], []) => Target::Unknown {
            name: name.to_owned(),
            meant: None,
        },
        (several, []) | (_, several) => Target::Unresolved {
            text: text.to_owned(),
            why: format!("it can stand for {}", several.join(" and for ")),
        },
    }
}

/// The texts between the substitutions.
fn literal_parts(name: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut rest = name;
    while let Some((before, after)) = rest.split_once("${") {
        if let Some(last) = parts.last_mut() {
            last.push_str(before);
        }
        parts.push(String::new());
        rest = after.split_once('}').map_or("", |(_, rest)| rest);
    }
    if let Some(last) = parts.last_mut() {
        last.push_str(rest);
    }
    parts
}

/// Whether a name has the parts in their order, with any text between them.
fn fits(name: &str, parts: &[String]) -> bool {
    let [first, middle @ .., last] = parts else {
        return false;
    };
    let Some(rest) = name.strip_prefix(first.as_str()) else {
        return false;
    };
    let Some(mut rest) = rest.strip_suffix(last.as_str()) else {
        return false;
    };
    for part in middle {
        match rest.split_once(part.as_str()) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    true
}

/// A substitution that is named after the activity.
fn by_likeness(text: &str, known: &[&str]) -> Target {
    // As much of the name as possible: `${ResolveIdArn}` is `resolve-id` before it is `resolve`.
    let mut rest = letters(bare(text));
    loop {
        let mut alike = known.iter().filter(|known| letters(known) == rest);
        if let (Some(only), None) = (alike.next(), alike.next()) {
            return Target::Activity((*only).to_owned());
        }
        match without_last_word(&rest) {
            Some(shorter) => rest = shorter.to_owned(),
            None => break,
        }
    }
    let wanted = essence(bare(text));
    let alike: Vec<&str> = known
        .iter()
        .copied()
        .filter(|known| essence(known) == wanted)
        .collect();
    match alike[..] {
        [only] => Target::Activity(only.to_owned()),
        [] if [
            "lambda",
            "function",
            "statemachine",
            "queue",
            "topic",
            "table",
        ]
        .iter()
        .any(|word| wanted.contains(word)) =>
        {
            Target::Other
        }
        [] => Target::Unresolved {
            text: text.to_owned(),
            why: "no activity of the worker has a name like it".to_owned(),
        },
        _ => Target::Unresolved {
            text: text.to_owned(),
            why: format!("it can stand for {}", alike.join(" and for ")),
        },
    }
}

/// A name without case, punctuation and the words that templates add to it.
fn essence(name: &str) -> String {
    let letters = letters(name);
    let mut rest = letters.as_str();
    while let Some(shorter) = without_last_word(rest) {
        rest = shorter;
    }
    rest.strip_prefix("activity")
        .filter(|rest| !rest.is_empty())
        .unwrap_or(rest)
        .to_owned()
}

/// A name without case and punctuation.
fn letters(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Without a word at the end that templates add.
fn without_last_word(name: &str) -> Option<&str> {
    ["arn", "activity", "resource", "name", "id"]
        .iter()
        .find_map(|word| name.strip_suffix(word))
        .filter(|shorter| !shorter.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn resolved(resource: &Value) -> Target {
        let known = ["charge-card", "refund", "render"];
        resolve(resource, &BTreeMap::new(), &known)
    }

    fn is_charge(resource: &Value) -> bool {
        resolved(resource) == Target::Activity("charge-card".to_owned())
    }

    #[test]
    fn an_activity_is_known_by_the_end_of_its_arn() {
        assert!(is_charge(&json!(
            "arn:aws:states:eu-west-1:123456789012:activity:charge-card"
        )));
        assert!(is_charge(&json!(
            "arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:activity:charge-card"
        )));
        assert!(is_charge(&json!("charge-card")));
        assert_eq!(
            resolved(&json!("arn:aws:states:eu-west-1:1:activity:charge-crad")),
            Target::Unknown {
                name: "charge-crad".to_owned(),
                meant: Some("charge-card".to_owned())
            }
        );
    }

    #[test]
    fn a_substitution_is_known_by_its_name_or_by_what_stands_around_it() {
        for text in [
            "${ChargeCardArn}",
            "${ChargeCardActivityArn}",
            "${charge_card_arn}",
            "${ActivityChargeCard.Arn}",
            "arn:aws:states:eu-west-1:1:activity:${ChargeCard}",
            "arn:aws:states:eu-west-1:1:activity:${Stage}-charge-card",
            "arn:aws:states:eu-west-1:1:activity:charge-${Method}",
        ] {
            assert!(is_charge(&json!(text)), "{text}");
        }
        assert!(is_charge(&json!({"Ref": "ChargeCardActivity"})));
        assert!(is_charge(&json!({"Fn::GetAtt": ["ChargeCard", "Arn"]})));
        assert!(is_charge(&json!({"Fn::Sub": "${ChargeCard}"})));
        let unresolved = resolved(&json!("arn:aws:states:eu-west-1:1:activity:re${Rest}"));
        assert!(
            matches!(&unresolved, Target::Unresolved { why, .. } if why == "it can stand for refund and for render"),
            "{unresolved:?}"
        );
        assert!(matches!(
            resolved(&json!("${Elsewhere}")),
            Target::Unresolved { .. }
        ));
    }

    #[test]
    fn what_is_no_activity_is_told_apart() {
        for text in [
            "arn:aws:states:::lambda:invoke",
            "arn:aws:lambda:eu-west-1:1:function:charge-card",
            "${ChargeFunctionArn}",
        ] {
            assert_eq!(resolved(&json!(text)), Target::Other, "{text}");
        }
        assert_eq!(resolved(&json!(7)), Target::Other);
    }

    #[test]
    fn what_the_caller_says_counts_first() {
        let mapping = BTreeMap::from([("Elsewhere".to_owned(), "refund".to_owned())]);
        let target = resolve(&json!("${Elsewhere}"), &mapping, &["refund"]);
        assert_eq!(target, Target::Activity("refund".to_owned()));
    }
}
