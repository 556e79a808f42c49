//! `Resource` of a Task.

use serde_json::Value;

use super::object::Object;
use super::report::Report;
use crate::asl::definition::MachineType;
use crate::asl::resource::{Pattern, Resource};

/// Reads who does the work of a Task.
pub(super) fn read(task: &Object<'_>, report: &mut Report) -> Option<Resource> {
    const NAME: &str = "Resource";
    let path = task.field(NAME);
    if let Some(function) = task.get(NAME).and_then(template_function) {
        report
            .schema(&path, "Expected value of type String")
            .advise(format!(
                "put the ARN in place of the template function '{function}' before"
            ));
        return None;
    }
    let text = task.text(NAME, report)?;
    if is_substitution(text) {
        let message = format!(
            "The resource provided {text} is a place for a template's value, not a resource ARN."
        );
        report
            .schema(&path, message)
            .advise("put the value in its place before");
        return None;
    }
    let Some(resource) = Resource::read(text) else {
        let message = format!(
            "The resource provided {text} is not recognized. The value is not a valid resource \
             ARN, or the resource is not available in this region."
        );
        report.schema(&path, message);
        return None;
    };
    if report.machine_type() == MachineType::Express {
        refuse_waiting(&resource, &path, report);
    }
    if let Resource::Activity(arn) = &resource {
        report.note_activity(arn, path);
    }
    Some(resource)
}

/// Returns the function of a CloudFormation template that stands where a text should.
fn template_function(value: &Value) -> Option<&str> {
    let mut names = value.as_object()?.keys();
    let name = names.next()?;
    let is_function = name == "Ref" || name.starts_with("Fn::");
    (is_function && names.next().is_none()).then_some(name)
}

fn is_substitution(text: &str) -> bool {
    text.starts_with("${") && text.ends_with('}')
}

/// Notes what an express machine cannot wait for.
fn refuse_waiting(resource: &Resource, path: &str, report: &mut Report) {
    // The blank at the end of the last one is the service's.
    let what = match (resource, resource.pattern()) {
        (Resource::Activity(_), _) => "Activity ARN",
        (_, Pattern::Sync | Pattern::Sync2) => "'.sync' service integration",
        (_, Pattern::TaskToken) => "'.waitForTaskToken' service integration ",
        (_, Pattern::Response) => return,
    };
    let message = format!("Express state machine does not support {what}");
    report.schema(path, message);
}
