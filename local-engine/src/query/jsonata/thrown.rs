//! What the evaluator says when it stops, in the service's words.

use super::reads::Hints;

/// Why an evaluation stopped.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Thrown {
    /// An error of the language, with its code.
    Coded(String),
    /// One of the service's own limits, or an error without a code.
    Limit(String),
}

/// The text of a limit on memory; guards say it too.
pub(super) const MEMORY: &str =
    "Expression evaluation memory limit exceeded: Check for excessive memory usage";
const DEPTH: &str = "Stack overflow error: Check for non-terminating recursive function. Consider \
                     rewriting as tail-recursive";
const TIME: &str = "Expression evaluation timeout: Check for infinite loop";

/// The service's words for what the evaluator said. The hints fill in what it does not say.
pub(super) fn service_text(text: &str, hints: &Hints) -> Thrown {
    if text == MEMORY {
        return Thrown::Limit(text.to_owned());
    }
    let Some(code) = jsonata_core::evaluator::error_code_prefix(text) else {
        return Thrown::Limit(text.to_owned());
    };
    let rest = text[code.len()..].trim_start_matches([':', ' ']);
    match code {
        "D1011" | "U1001" => Thrown::Limit(DEPTH.to_owned()),
        "D1012" | "U1003" => Thrown::Limit(TIME.to_owned()),
        "D2014" | "D2015" => Thrown::Limit(MEMORY.to_owned()),
        "D3010" => {
            Thrown::Limit("Second argument of replace function cannot be an empty string".into())
        }
        _ => {
            let words = in_other_words(code, rest, hints);
            Thrown::Coded(format!("{code}: {}", words.as_deref().unwrap_or(rest)))
        }
    }
}

/// `None` if the evaluator says it as the service does.
fn in_other_words(code: &str, rest: &str, hints: &Hints) -> Option<String> {
    let fixed = match code {
        "D1002" => "Cannot negate a non-numeric value",
        "D3020" => "Third argument of split function must evaluate to a positive number",
        "D3080" => "The picture string must only contain a maximum of two sub-pictures",
        "D3081" => {
            "The sub-picture must not contain more than one instance of the 'decimal-separator' \
             character"
        }
        "D3082" => {
            "The sub-picture must not contain more than one instance of the 'percent' character"
        }
        "D3083" => {
            "The sub-picture must not contain more than one instance of the 'per-mille' character"
        }
        "D3084" => "The sub-picture must not contain both a 'percent' and a 'per-mille' character",
        "D3086" => {
            "The sub-picture must not contain a passive character that is preceded by an active \
             character and that is followed by another active character"
        }
        "D3138" => {
            "The $single() function expected exactly 1 matching result.  Instead it matched more."
        }
        "D3139" => {
            "The $single() function expected exactly 1 matching result.  Instead it matched 0."
        }
        "T1006" => "Attempted to invoke a non-function",
        "T2003" => "The left side of the range operator (..) must evaluate to an integer",
        "T2004" => "The right side of the range operator (..) must evaluate to an integer",
        _ => return computed(code, rest, hints),
    };
    Some(fixed.to_owned())
}

fn computed(code: &str, rest: &str, hints: &Hints) -> Option<String> {
    match code {
        "D3030" => Some(format!(
            "Unable to cast value to a number: {}",
            quoted(rest)
        )),
        "D3100" => {
            let (_, radix) = rest.rsplit_once("got ")?;
            Some(format!(
                "The radix of the formatBase function must be between 2 and 36.  It was given \
                 {radix}"
            ))
        }
        "T0410" => {
            let argument = argument(rest)?;
            Some(match &hints.function {
                Some(name) => format!(
                    "Argument {argument} of function \"{name}\" does not match function signature"
                ),
                None => format!("Argument {argument} does not match function signature"),
            })
        }
        "T0412" => {
            let (argument, kind) = rest
                .strip_prefix("Argument ")?
                .split_once(" must be an array of ")?;
            let kind = format!("\"{}s\"", kind.to_lowercase());
            Some(match &hints.function {
                Some(name) => {
                    format!("Argument {argument} of function \"{name}\" must be an array of {kind}")
                }
                None => format!("Argument {argument} must be an array of {kind}"),
            })
        }
        "T2001" | "T2002" => operator(rest),
        "T2010" => hints.comparison.map(|operator| {
            format!(
                "The expressions either side of operator \"{operator}\" must evaluate to numeric \
                 or string values"
            )
        }),
        _ => None,
    }
}

/// The number of the argument that does not fit, unless the text is the service's own already.
fn argument(text: &str) -> Option<usize> {
    if let Some(counts) = text.strip_prefix("Argument count mismatch: expected ") {
        let (expected, given) = counts.split_once(", got ")?;
        let (expected, given): (usize, usize) = (expected.parse().ok()?, given.parse().ok()?);
        return Some(expected.min(given) + 1);
    }
    let (number, _) = text.strip_prefix("Argument ")?.split_once(" must be ")?;
    number.parse().ok()
}

/// The value in `Cannot convert 'x' to number`, as JSON.
fn quoted(text: &str) -> String {
    let value = text
        .split_once('\'')
        .and_then(|(_, rest)| rest.rsplit_once('\''))
        .map_or(text, |(value, _)| value);
    serde_json::Value::from(value).to_string()
}

/// `The right side of the + operator …` with its operator between quotes.
fn operator(text: &str) -> Option<String> {
    let (side, rest) = text.split_once("side of the ")?;
    let (token, rest) = rest.split_once(" operator")?;
    let token = token.trim_matches('"');
    Some(format!("{side}side of the \"{token}\" operator{rest}"))
}
