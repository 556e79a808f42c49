//! What a task fails with when its envelope does not tell what its handler takes.

use crate::activity::Call;
use crate::failure::{Failure, names};

/// Says what the handler takes and which fields of the envelope are not there.
pub(super) fn envelope_missing(call: &Call, argument: &str, fields: &[&str]) -> Failure {
    let context = call.context();
    let activity = context.activity();
    let cause = if context.envelope().is_none() {
        format!(
            "activity {activity} takes `{argument}`, and the input of the task is in no \
             envelope: wrap it with Parameters or Arguments of the state"
        )
    } else {
        let fields: Vec<String> = fields.iter().map(|field| format!("`{field}`")).collect();
        format!(
            "activity {activity} takes `{argument}`, and the envelope of the task does not \
             tell {}: fill it in Parameters or Arguments of the state",
            fields.join(", ")
        )
    };
    Failure::reserved(names::ENVELOPE_MISSING, cause)
}
