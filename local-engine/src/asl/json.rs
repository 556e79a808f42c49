//! Definition text to a JSON value, with every repeated field.

use serde_json::Value;

use super::problem::{Code, Position, Problem};
use crate::query::repeated::{self, Repeated};

/// Reads a JSON text; the last of repeated fields counts.
pub(super) fn read(text: &str) -> Result<(Value, Vec<Repeated>), Problem> {
    repeated::read(text).map_err(|error| syntax_problem(text, &error))
}

/// Words the problem as the service does, which names the token that it does not know.
fn syntax_problem(text: &str, error: &serde_json::Error) -> Problem {
    let (token, position) = unknown_token(text, error.line(), error.column());
    let place = format!(
        "[Source: (String)\"{}\"; line: {}, column: {}]",
        shortened(text),
        position.line,
        position.column
    );
    let what = match token {
        Some(token) => format!(
            "Unrecognized token '{token}': was expecting (JSON String, Number, Array, Object or \
             token 'null', 'true' or 'false')"
        ),
        None => {
            let message = error.to_string();
            let end = message.rfind(" at line ").unwrap_or(message.len());
            message[..end].to_owned()
        }
    };
    Problem {
        code: Code::InvalidJsonDescription,
        message: format!("{what}\n at {place}"),
        path: Some(place),
        position: Some(position),
        advice: None,
    }
}

/// Returns the bare word at the place of an error, if there is one, and the place after it.
fn unknown_token(text: &str, line: usize, column: usize) -> (Option<&str>, Position) {
    let content = text.split('\n').nth(line.saturating_sub(1)).unwrap_or("");
    // The reader counts bytes.
    let mut at = column.min(content.len());
    while !content.is_char_boundary(at) {
        at -= 1;
    }
    let in_word = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    let before = content[..at].trim_end_matches(in_word);
    let after = content[at..].trim_start_matches(in_word);
    let start = before.len();
    let end = content.len() - after.len();
    let word = &content[start..end];
    let is_unknown = word.starts_with(|c: char| c.is_alphabetic() || c == '_' || c == '$')
        && !before.ends_with(['"', '\\'])
        && !after.starts_with('"');
    let position = |bytes: usize| Position {
        line: line.max(1),
        // One byte back from a mistake may be inside a character.
        column: content[..content.floor_char_boundary(bytes)]
            .chars()
            .count()
            + 1,
    };
    if is_unknown {
        (Some(word), position(end))
    } else {
        (None, position(at.saturating_sub(1).min(start)))
    }
}

/// The beginning of a long text, and how much was left out.
fn shortened(text: &str) -> String {
    const SHOWN: usize = 500;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => {
            let left_out = text[end..].chars().count();
            format!("{}\"[truncated {left_out} chars]", &text[..end])
        }
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_token_is_named_as_the_service_does() {
        let Err(problem) = read("not a definition") else {
            panic!("that is not JSON");
        };
        assert_eq!(
            problem.message,
            "Unrecognized token 'not': was expecting (JSON String, Number, Array, Object or token \
             'null', 'true' or 'false')\n at [Source: (String)\"not a definition\"; line: 1, \
             column: 4]"
        );
        assert_eq!(
            problem.path.as_deref(),
            Some("[Source: (String)\"not a definition\"; line: 1, column: 4]")
        );
    }

    #[test]
    fn a_syntax_error_has_line_and_column() {
        let Err(problem) = read("{\n  \"é\": 1,\n}") else {
            panic!("that is not JSON");
        };
        assert_eq!(problem.position, Some(Position { line: 3, column: 1 }));
        assert!(
            problem.to_string().starts_with("line 3, column 1: "),
            "{problem}"
        );
    }

    #[test]
    fn a_long_text_is_shown_in_part() {
        let Err(problem) = read(&"x".repeat(600)) else {
            panic!("that is not JSON");
        };
        assert!(
            problem
                .message
                .contains("\"[truncated 100 chars]\"; line: 1")
        );
    }
}
