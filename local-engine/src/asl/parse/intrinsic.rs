//! Fields that hold a call of an intrinsic function, `States.Format('…', $.name)`.

use super::language::note_variables;
use super::report::Report;
use crate::query::{Intrinsic, PathSyntaxError};

/// Reads a call, or notes why it is none.
pub(super) fn read(text: &str, path: &str, report: &mut Report) -> Option<Intrinsic> {
    match compile(text, path, report) {
        Ok(call) => call,
        Err(error) => {
            report
                .schema(
                    path,
                    format!("Value is not a valid intrinsic function call: {error} in '{text}'"),
                )
                .advise("write it like States.Format('{} failed', $.name)");
            None
        }
    }
}

/// Compiles a call; `None` if it was noted that it uses what cannot be run yet.
pub(super) fn compile(
    text: &str,
    path: &str,
    report: &mut Report,
) -> Result<Option<Intrinsic>, PathSyntaxError> {
    match Intrinsic::parse(text) {
        Err(_) if Intrinsic::parse(&with_paths(text)).is_ok() => {
            note_variables(path, report);
            Ok(None)
        }
        parsed => parsed.map(Some),
    }
}

/// Puts a path in the place of every variable: `$.name` for `$name`.
fn with_paths(text: &str) -> String {
    let mut paths = String::with_capacity(text.len());
    let mut last = ' ';
    for c in text.chars() {
        if last == '$' && (c.is_alphabetic() || c == '_') {
            paths.push('.');
        }
        paths.push(c);
        last = c;
    }
    paths
}
