//! What Express state machines may not contain, in the service's words.
//!
//! The engine does not run Express state machines yet, but it refuses the wrong ones for the
//! reason that the service gives.

use serde_json::Value;

/// What keeps a definition from being an Express state machine; nothing if it is not JSON.
pub(super) fn problems(definition: &str) -> Vec<String> {
    let mut problems = Vec::new();
    if let Ok(definition) = serde_json::from_str::<Value>(definition) {
        look_into_graph(&definition, "", &mut problems);
    }
    problems
}

fn look_into_graph(graph: &Value, path: &str, problems: &mut Vec<String>) {
    let states = graph.get("States").and_then(Value::as_object);
    for (name, state) in states.into_iter().flatten() {
        let path = format!("{path}/States/{name}");
        let resource = state.get("Resource").and_then(Value::as_str);
        if let Some(what) = resource.and_then(forbidden) {
            problems.push(format!(
                "SCHEMA_VALIDATION_FAILED: Express state machine does not support {what} at \
                 {path}/Resource"
            ));
        }
        let branches = state.get("Branches").and_then(Value::as_array);
        for (branch, number) in branches.into_iter().flatten().zip(0_usize..) {
            look_into_graph(branch, &format!("{path}/Branches[{number}]"), problems);
        }
        for member in ["ItemProcessor", "Iterator"] {
            if let Some(processor) = state.get(member) {
                look_into_graph(processor, &format!("{path}/{member}"), problems);
            }
        }
    }
}

fn forbidden(resource: &str) -> Option<&'static str> {
    if resource.contains(":activity:") {
        Some("Activity ARN")
    } else if resource.ends_with(".sync") || resource.ends_with(".sync:2") {
        Some("'.sync' service integration")
    } else if resource.ends_with(".waitForTaskToken") {
        // The service writes two blanks here.
        Some("'.waitForTaskToken' service integration ")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_waits_for_somebody_is_found_at_any_depth() {
        let definition = r#"{"StartAt": "P", "States": {
            "P": {"Type": "Parallel", "End": true, "Branches": [{"StartAt": "A", "States": {
                "A": {"Type": "Task", "End": true,
                      "Resource": "arn:aws:states:us-east-1:123456789012:activity:a"}}}]},
            "M": {"Type": "Map", "End": true, "ItemProcessor": {"StartAt": "S", "States": {
                "S": {"Type": "Task", "End": true,
                      "Resource": "arn:aws:states:::states:startExecution.sync:2"}}}}}}"#;
        assert_eq!(
            problems(definition),
            [
                "SCHEMA_VALIDATION_FAILED: Express state machine does not support Activity ARN \
                 at /States/P/Branches[0]/States/A/Resource",
                "SCHEMA_VALIDATION_FAILED: Express state machine does not support '.sync' \
                 service integration at /States/M/ItemProcessor/States/S/Resource",
            ]
        );
        assert!(problems("{").is_empty());
    }
}
