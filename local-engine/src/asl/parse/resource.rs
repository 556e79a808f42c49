//! `Resource` of a Task.

use serde_json::Value;

use super::object::Object;
use super::report::Report;
use crate::asl::definition::MachineType;

/// Reads the ARN of an activity, which is all that a Task may name so far.
pub(super) fn read(task: &Object<'_>, report: &mut Report) -> Option<String> {
    const NAME: &str = "Resource";
    let path = task.field(NAME);
    if let Some(function) = task.get(NAME).and_then(template_function) {
        report
            .unsupported(&path, &format!("the template function '{function}'"))
            .advise("put the ARN in its place before");
        return None;
    }
    let arn = task.text(NAME, report)?;
    let is_express = report.machine_type() == MachineType::Express;
    if is_activity(arn) {
        if is_express {
            report.schema(&path, "Express state machine does not support Activity ARN");
        }
        report.note_activity(arn, path);
        return Some(arn.to_owned());
    }
    if is_express {
        note_waiting(arn, &path, report);
    }
    if is_unknown_integration(arn) {
        let message = format!(
            "The resource provided {arn} is not recognized. The value is not a valid resource \
             ARN, or the resource is not available in this region."
        );
        report.schema(&path, message);
    }
    report
        .unsupported(&path, &format!("a Task with the Resource '{arn}'"))
        .advise("only activities: arn:aws:states:<region>:<account>:activity:<name>");
    None
}

/// Returns the function of a CloudFormation template that stands where a text should.
fn template_function(value: &Value) -> Option<&str> {
    let mut names = value.as_object()?.keys();
    let name = names.next()?;
    let is_function = name == "Ref" || name.starts_with("Fn::");
    (is_function && names.next().is_none()).then_some(name)
}

/// Returns whether this is the ARN of an activity, in any partition.
fn is_activity(arn: &str) -> bool {
    let parts: Vec<_> = arn.split(':').collect();
    match parts.as_slice() {
        [
            "arn",
            partition,
            "states",
            region,
            account,
            "activity",
            name,
        ] => [partition, region, account, name]
            .iter()
            .all(|part| !part.is_empty()),
        _ => false,
    }
}

/// Notes what an express machine cannot wait for.
fn note_waiting(arn: &str, path: &str, report: &mut Report) {
    if arn.ends_with(".sync") || arn.ends_with(".sync:2") {
        report.schema(
            path,
            "Express state machine does not support '.sync' service integration",
        );
    } else if arn.ends_with(".waitForTaskToken") {
        // The blank at the end is the service's.
        report.schema(
            path,
            "Express state machine does not support '.waitForTaskToken' service integration ",
        );
    }
}

/// Returns whether the ARN names an operation that its service integration does not have.
///
/// Only for services whose few operations are documented; all others get the benefit of the
/// doubt.
fn is_unknown_integration(arn: &str) -> bool {
    let parts: Vec<_> = arn.splitn(7, ':').collect();
    let ["arn", _, "states", "", "", service, action] = parts.as_slice() else {
        return false;
    };
    let operation = action.split(['.', ':']).next().unwrap_or_default();
    let operations: &[&str] = match *service {
        "batch" => &["submitJob"],
        "dynamodb" => &["getItem", "putItem", "deleteItem", "updateItem"],
        "ecs" => &["runTask"],
        "events" => &["putEvents"],
        "lambda" => &["invoke"],
        "sns" => &["publish"],
        "sqs" => &["sendMessage"],
        "states" => &["startExecution"],
        _ => return false,
    };
    !operations.contains(&operation)
}
