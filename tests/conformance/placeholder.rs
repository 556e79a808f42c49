//! Placeholders in recorded strings: `<<token>>` stands for what differs from run to run.

use std::collections::BTreeMap;

/// Tokens that stand for anything, each time anew.
const FREE: [&str; 22] = [
    "datetime",
    "timestamp",
    "date",
    "creation-date",
    "start-date",
    "stop-date",
    "start-time",
    "entered-time",
    "time",
    "RequestId",
    "request_id",
    "extended_request_id",
    "generated-uuid",
    "RandomNumberGenerated",
    "x-amzn-RequestId",
    "x-amzn-requestid",
    "x-amz-crc32",
    "X-Amzn-Trace-Id",
    "map_run_arn",
    "task_token",
    "a_task_token",
    "a_message_id",
];

/// What the tokens of a scenario stand for, as far as it is known.
pub(crate) type Bindings = BTreeMap<String, String>;

/// Whether the whole recorded string is one token that stands for anything.
pub(crate) fn is_free(recorded: &str) -> bool {
    recorded
        .strip_prefix("<<")
        .and_then(|rest| rest.strip_suffix(">>"))
        .is_some_and(is_free_token)
}

/// Matches an answered string against a recorded one; a match binds the tokens it met first.
pub(crate) fn matches(recorded: &str, answered: &str, bindings: &mut Bindings) -> bool {
    let (parts, names) = parts(recorded, bindings);
    let mut captured = vec![""; names.len()];
    if !matches_parts(&parts, answered, &mut captured) {
        return false;
    }
    let names: Vec<String> = names.into_iter().map(str::to_owned).collect();
    bindings.extend(
        names
            .into_iter()
            .zip(captured.into_iter().map(str::to_owned)),
    );
    true
}

enum Part<'a> {
    /// This text.
    Text(&'a str),
    /// At least one character, whatever it is.
    Anything,
    /// At least one character, which the token of this number then stands for.
    First(usize),
    /// What the token of this number stands for.
    Again(usize),
}

/// Splits a recorded string; the second value names the tokens that are not bound yet.
fn parts<'a>(recorded: &'a str, bindings: &'a Bindings) -> (Vec<Part<'a>>, Vec<&'a str>) {
    let mut parts = Vec::new();
    let mut names: Vec<&str> = Vec::new();
    let mut rest = recorded;
    while let Some((before, token, after)) = next_token(rest) {
        parts.push(Part::Text(before));
        parts.push(if is_free_token(token) {
            Part::Anything
        } else if let Some(bound) = bindings.get(token) {
            Part::Text(bound)
        } else if let Some(number) = names.iter().position(|name| *name == token) {
            Part::Again(number)
        } else {
            names.push(token);
            Part::First(names.len() - 1)
        });
        rest = after;
    }
    parts.push(Part::Text(rest));
    (parts, names)
}

/// The text before the first `<<token>>`, the token, and the text after it.
fn next_token(text: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    loop {
        let open = from + text.get(from..)?.find("<<")?;
        let inside = &text[open + 2..];
        let end = inside.find(['<', '>'])?;
        if end > 0 && inside[end..].starts_with(">>") {
            return Some((&text[..open], &inside[..end], &inside[end + 2..]));
        }
        from = open + 1;
    }
}

/// Matches from the left with the shortest stretch for each token, and backtracks.
fn matches_parts<'a>(parts: &[Part<'_>], text: &'a str, captured: &mut [&'a str]) -> bool {
    let Some((part, rest)) = parts.split_first() else {
        return text.is_empty();
    };
    let number = match part {
        Part::Text(wanted) => {
            return text
                .strip_prefix(wanted)
                .is_some_and(|text| matches_parts(rest, text, captured));
        }
        Part::Again(number) => {
            return text
                .strip_prefix(captured[*number])
                .is_some_and(|text| matches_parts(rest, text, captured));
        }
        Part::Anything => None,
        Part::First(number) => Some(*number),
    };
    text.char_indices()
        .map(|(start, character)| start + character.len_utf8())
        .any(|end| {
            if let Some(number) = number {
                captured[number] = &text[..end];
            }
            matches_parts(rest, &text[end..], captured)
        })
}

fn is_free_token(token: &str) -> bool {
    FREE.contains(&token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_bound_by_its_first_match_and_holds_afterwards() {
        let mut bindings = Bindings::new();
        assert!(matches("arn:<<name>>:x", "arn:orders:x", &mut bindings));
        assert_eq!(bindings["name"], "orders");
        assert!(matches("<<name>>!", "orders!", &mut bindings));
        assert!(!matches("<<name>>!", "refunds!", &mut bindings));
    }

    #[test]
    fn a_token_met_twice_in_one_string_stands_for_the_same_text() {
        assert!(matches("<<a>>-<<a>>", "x-y-x-y", &mut Bindings::new()));
        assert!(!matches("<<a>>-<<a>>", "x-y", &mut Bindings::new()));
    }

    #[test]
    fn a_free_token_stands_for_anything_but_nothing() {
        assert!(is_free("<<timestamp>>"));
        assert!(!is_free("at <<timestamp>>"));
        assert!(matches("at <<date>>.", "at noon.", &mut Bindings::new()));
        assert!(!matches("at <<date>>.", "at .", &mut Bindings::new()));
    }

    #[test]
    fn angle_brackets_that_hold_no_token_are_text() {
        assert!(matches("a << b <<x>>", "a << b c", &mut Bindings::new()));
        assert!(!matches("<<<>>", "anything", &mut Bindings::new()));
    }
}
