//! The operation that says everything about a definition.

use serde_json::{Value, json};

use super::error::ApiError;
use super::request::{Request, Text};
use crate::asl::{Definition, MachineType, Problem, Severity};

/// The most diagnostics in one answer, and how many there are if nobody asks for fewer.
const MOST: i64 = 100;

pub(super) fn validate(mut request: Request) -> Result<Value, ApiError> {
    let definition = request.required_text("definition", Text::DEFINITION);
    let kind = request.word("type", &["STANDARD", "EXPRESS"]);
    let least = request.word("severity", &["ERROR", "WARNING"]);
    let most = request.number("maxResults", 0..=MOST);
    request.finish()?;
    let machine_type = match kind {
        Some("EXPRESS") => MachineType::Express,
        _ => MachineType::Standard,
    };
    let all = Definition::diagnose(&definition, machine_type);
    let fails = all.iter().any(|one| one.severity() == Severity::Error);
    let asked: Vec<_> = all
        .iter()
        .filter(|one| least == Some("WARNING") || one.severity() == Severity::Error)
        .collect();
    let most = match most {
        Some(most @ 1..) => most,
        _ => MOST,
    };
    let most = usize::try_from(most).unwrap_or(asked.len());
    Ok(json!({
        "result": if fails { "FAIL" } else { "OK" },
        "truncated": asked.len() > most,
        "diagnostics": asked.iter().take(most).map(|one| show(one)).collect::<Value>(),
    }))
}

fn show(problem: &Problem) -> Value {
    let severity = match problem.severity() {
        Severity::Error => "ERROR",
        Severity::Warning => "WARNING",
    };
    let mut diagnostic = json!({
        "severity": severity,
        "code": problem.code.as_str(),
        "message": problem.message,
    });
    if let Some(path) = &problem.path {
        diagnostic["location"] = path.as_str().into();
    }
    diagnostic
}
