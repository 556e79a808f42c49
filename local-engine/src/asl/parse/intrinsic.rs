//! Calls of intrinsic functions, `States.Format('…', $.name)`: told apart from what is wrong,
//! but not run yet.

use super::report::Report;
use crate::query::JsonPath;

/// The functions of the language.
const NAMES: [&str; 18] = [
    "Array",
    "ArrayContains",
    "ArrayGetItem",
    "ArrayLength",
    "ArrayPartition",
    "ArrayRange",
    "ArrayUnique",
    "Base64Decode",
    "Base64Encode",
    "Format",
    "Hash",
    "JsonMerge",
    "JsonToString",
    "MathAdd",
    "MathRandom",
    "StringSplit",
    "StringToJson",
    "UUID",
];

/// How many calls may stand inside each other.
const DEPTH_LIMIT: usize = 10;

pub(super) fn note(path: &str, report: &mut Report) {
    report
        .unsupported(path, "intrinsic functions (States.*)")
        .advise("compute the value in an activity");
}

/// Returns whether the text is a well-formed call, and nothing else.
pub(super) fn is_call(text: &str) -> bool {
    skip_call(text, 0) == Some("")
}

/// Returns what follows a call.
fn skip_call(text: &str, depth: usize) -> Option<&str> {
    let text = text.strip_prefix("States.")?;
    let (name, rest) = text.split_once('(')?;
    if depth == DEPTH_LIMIT || !NAMES.contains(&name) {
        return None;
    }
    let mut rest = rest.trim_start();
    if let Some(rest) = rest.strip_prefix(')') {
        return Some(rest);
    }
    loop {
        rest = skip_argument(rest, depth)?.trim_start();
        if let Some(rest) = rest.strip_prefix(')') {
            return Some(rest);
        }
        rest = rest.strip_prefix(',')?.trim_start();
    }
}

fn skip_argument(text: &str, depth: usize) -> Option<&str> {
    match text.chars().next()? {
        '\'' => skip_text(text),
        '$' => skip_path(text),
        'S' => skip_call(text, depth + 1),
        _ => {
            let end = text.find([',', ')'])?;
            let (word, rest) = text.split_at(end);
            let value = serde_json::from_str::<serde_json::Value>(word.trim()).ok()?;
            (value.is_number() || value.is_boolean() || value.is_null()).then_some(rest)
        }
    }
}

/// Skips a text in single quotes, in which a backslash may stand before `'`, `{`, `}` and `\`.
fn skip_text(text: &str) -> Option<&str> {
    let mut characters = text.char_indices().skip(1);
    while let Some((at, c)) = characters.next() {
        match c {
            '\'' => return Some(&text[at + 1..]),
            '\\' => {
                let (_, escaped) = characters.next()?;
                if !matches!(escaped, '\'' | '{' | '}' | '\\') {
                    return None;
                }
            }
            _ => {}
        }
    }
    None
}

/// Skips a path or a variable: up to the first comma or parenthesis outside of its brackets.
fn skip_path(text: &str) -> Option<&str> {
    let mut open = 0_usize;
    let end = text.find(|c| {
        match c {
            '[' | '(' => open += 1,
            ']' => open = open.saturating_sub(1),
            ')' if open > 0 => open -= 1,
            ')' | ',' => return open == 0,
            _ => {}
        }
        false
    })?;
    let (path, rest) = text.split_at(end);
    let path = path.trim_end();
    let is_path = super::path::is_variable(path) || JsonPath::parse(path).is_ok();
    is_path.then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::is_call;

    #[test]
    fn calls_are_recognised() {
        for text in [
            "States.UUID()",
            "States.Format('Hello {}, \\'{}\\'', $.name, $$.Execution.Name)",
            "States.ArrayContains($.a[?(@.b == 1)], 5)",
            "States.MathAdd(States.ArrayLength($.a['x,y']), -1)",
            "States.JsonMerge(States.StringToJson('{\"a\": 1}'), $.b, false)",
            "States.Base64Encode($variable.field)",
        ] {
            assert!(is_call(text), "{text}");
        }
    }

    #[test]
    fn what_is_no_call_is_not() {
        for text in [
            "",
            "$.a",
            "States.Xyz($.result)",
            " States.Array('a')",
            "States.UUID() ",
            "States.Array('a'",
            "States.Array('a',)",
            "States.Array(a)",
            "States.Format('He said, \\\"Hello\\\"')",
        ] {
            assert!(!is_call(text), "{text}");
        }
        assert!(!is_call(&"States.Array(".repeat(100_000)));
    }
}
