//! What the parser says of a text that is no expression, in the service's words.

use jsonata_core::evaluator::error_code_prefix;
use jsonata_core::parser::ParserError;
use serde_json::Value;

/// The service's text, which shows symbols as they are written, between quotes, and no code.
pub(super) fn service_text(error: &ParserError) -> String {
    match error {
        ParserError::Expected { expected, found } if expected != "parameter name" => {
            let expected = quoted(expected);
            if found == "Eof" {
                format!("Expected {expected} before end of expression")
            } else {
                format!("Expected {expected}, got {}", quoted(found))
            }
        }
        ParserError::UnexpectedToken(token) if token == "Eof" => {
            "Unexpected end of expression".to_owned()
        }
        ParserError::UnexpectedToken(token) => match written(token) {
            Some(symbol) => {
                let symbol = Value::from(symbol);
                format!("The symbol {symbol} cannot be used as a unary operator")
            }
            None if token.chars().count() == 1 => format!("Unknown operator: {}", quoted(token)),
            None => format!("Syntax error: {}", quoted(token)),
        },
        ParserError::UnclosedComment => "Comment has no closing tag".to_owned(),
        other => {
            let text = other.to_string();
            match error_code_prefix(&text) {
                Some(code) => text[code.len()..].trim_start_matches([':', ' ']).to_owned(),
                None => text,
            }
        }
    }
}

/// A token as it is written, between quotes: the parser names it as `RightParen`, or as
/// `Identifier("a")`.
fn quoted(token: &str) -> String {
    if let Some(symbol) = written(token) {
        return Value::from(symbol).to_string();
    }
    let inside = token
        .split_once('(')
        .and_then(|(_, rest)| rest.strip_suffix(')'));
    match inside {
        Some(text) if text.starts_with('"') => text.to_owned(),
        Some(number) => number.trim_end_matches(".0").to_owned(),
        None => Value::from(token).to_string(),
    }
}

fn written(token: &str) -> Option<&'static str> {
    Some(match token {
        "Plus" => "+",
        "Minus" => "-",
        "Star" => "*",
        "StarStar" => "**",
        "Slash" => "/",
        "Percent" => "%",
        "Equal" => "=",
        "NotEqual" => "!=",
        "LessThan" => "<",
        "LessThanOrEqual" => "<=",
        "GreaterThan" => ">",
        "GreaterThanOrEqual" => ">=",
        "And" => "and",
        "Or" => "or",
        "In" => "in",
        "Ampersand" => "&",
        "Dot" => ".",
        "DotDot" => "..",
        "Question" => "?",
        "QuestionQuestion" => "??",
        "QuestionColon" => "?:",
        "Colon" => ":",
        "ColonEqual" => ":=",
        "TildeArrow" => "~>",
        "LeftParen" => "(",
        "RightParen" => ")",
        "LeftBracket" => "[",
        "RightBracket" => "]",
        "LeftBrace" => "{",
        "RightBrace" => "}",
        "Comma" => ",",
        "Semicolon" => ";",
        "Caret" => "^",
        "Pipe" => "|",
        "Hash" => "#",
        "At" => "@",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use jsonata_core::parser;

    use super::service_text;

    #[test]
    fn symbols_are_shown_as_they_are_written() {
        for (text, said) in [
            ("phone[1,2)", r#"Expected "]", got ",""#),
            ("(1", r#"Expected ")" before end of expression"#),
            ("[1 'a']", r#"Expected "]", got "a""#),
            ("[1 $a]", r#"Expected "]", got "a""#),
            ("1 +", "Unexpected end of expression"),
            (
                "$a[?(@.b)]",
                r#"The symbol "?" cannot be used as a unary operator"#,
            ),
            (
                "'open",
                "String literal must be terminated by a matching quote",
            ),
            ("/* open", "Comment has no closing tag"),
        ] {
            let error = parser::parse(text).unwrap_err();
            assert_eq!(service_text(&error), said, "{text}: {error}");
        }
    }
}
