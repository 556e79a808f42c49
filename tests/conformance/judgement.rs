//! Definitions that were accepted or refused: the engine must say the same.

use serde_json::json;

use crate::corpus::{Expected, JudgedDefinition};
use crate::endpoint::{ACCOUNT, Endpoint};
use crate::verdict::Verdict;

/// Asks the engine to create a machine of the definition.
pub(crate) async fn judge(judged: JudgedDefinition) -> Verdict {
    let answer = Endpoint::start()
        .call(
            "CreateStateMachine",
            &json!({
                "name": "judged",
                "definition": judged.text(),
                "roleArn": format!("arn:aws:iam::{ACCOUNT}:role/judge"),
                "type": judged.kind.as_deref().unwrap_or("STANDARD"),
            }),
        )
        .await;
    let real_problems = answer.real_problems();
    match (judged.expected, answer.code()) {
        (Expected::Valid, None) => Verdict::Passes,
        (Expected::Invalid, None) => Verdict::broken("accepted, should be refused"),
        (Expected::Invalid, Some("InvalidDefinition")) if !real_problems.is_empty() => {
            Verdict::Passes
        }
        (_, Some(code)) => match answer.unsupported() {
            Some(reason) if real_problems.is_empty() => Verdict::Unsupported(reason),
            _ => Verdict::broken(format!("refused with {code}: {}", real_problems.join("; "))),
        },
    }
}
