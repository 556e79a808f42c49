//! The Task state.

use super::object::Object;
use super::path::{self, PathRule};
use super::report::Report;
use super::{SECONDS, payload, resource, work};
use crate::asl::field::Seconds;
use crate::asl::payload::Payload;
use crate::asl::state::Task;

pub(super) fn read(state: &Object<'_>, report: &mut Report) -> Option<Task> {
    let resource = if state.require(&["Resource"], report) {
        resource::read(state, report)
    } else {
        None
    };
    let credentials = read_credentials(state, report);
    let timeout = read_seconds(state, "TimeoutSeconds", report);
    let heartbeat = read_seconds(state, "HeartbeatSeconds", report);
    if let (Some(Some(Seconds::Literal(timeout))), Some(Some(Seconds::Literal(heartbeat)))) =
        (&timeout, &heartbeat)
        && heartbeat >= timeout
    {
        report.schema(
            &state.field("HeartbeatSeconds"),
            format!("HeartbeatSeconds {heartbeat} must be smaller than TimeoutSeconds {timeout}"),
        );
    }
    let work = work::read(state, false, report);
    Some(Task {
        resource: resource?,
        credentials: credentials?,
        timeout: timeout?,
        heartbeat: heartbeat?,
        work: work?,
    })
}

/// Reads a field of seconds or its `…Path`; the inner `None` means that neither is there.
fn read_seconds(state: &Object<'_>, name: &str, report: &mut Report) -> Option<Option<Seconds>> {
    let path_name = format!("{name}Path");
    state.allow_one_of(&[name, &path_name], report);
    if state.has(&path_name) {
        let path = path::read(state, &path_name, PathRule::Reference, report)?;
        return Some(Some(Seconds::Path(path)));
    }
    if let Some(expression) = payload::read_expression(state, name, report)? {
        return Some(Some(Seconds::Expression(expression)));
    }
    if state.has(name) {
        let seconds = state.integer(name, SECONDS, report)?;
        return Some(Some(Seconds::Literal(seconds)));
    }
    Some(None)
}

/// Reads `Credentials`; the inner `None` means that there are none.
fn read_credentials(state: &Object<'_>, report: &mut Report) -> Option<Option<Payload>> {
    check_credentials(state, report);
    payload::read(state, "Credentials", "Credentials", report)
}

/// Notes credentials without a role, in either language.
pub(super) fn check_credentials(state: &Object<'_>, report: &mut Report) {
    let path = state.field("Credentials");
    let Some(credentials) = state.object("Credentials", report) else {
        return;
    };
    credentials.text("RoleArn", report);
    if !credentials.has("RoleArn") && !credentials.has("RoleArn.$") {
        report.schema(&path, "The field 'RoleArn' is required but was missing");
    }
}
