//! The clocks of a task: the state's, the worker's and the handler's.

use std::time::Duration;

use super::Use;
use super::envelope::Told;
use crate::contract::HeartbeatSource;
use crate::definition::code::Code;
use crate::definition::draft::heartbeat_seconds;
use crate::definition::finding::Finding;
use crate::definition::machine::Seconds;

const HEARTBEAT: &str = "HeartbeatSeconds";
const TIMEOUT: &str = "TimeoutSeconds";

pub(super) fn check(usage: &Use<'_, '_>, findings: &mut Vec<Finding>) {
    let state = usage.state;
    let heartbeat = state.seconds(HEARTBEAT);
    let timeout = state.seconds(TIMEOUT);
    if timeout == Seconds::Missing {
        findings.push(Finding::new(
            Code::NoTimeout,
            &state.place,
            "there is no TimeoutSeconds: a task that gets lost keeps the execution open for up to a \
             year; set it above the longest time that the handler may take",
        ));
    }
    match heartbeat {
        Seconds::Missing => findings.push(Finding::new(
            Code::NoHeartbeat,
            &state.place,
            format!(
                "there is no HeartbeatSeconds: a worker that dies is noticed only when the task \
                 times out, and one whose task was stopped never; the worker sends a heartbeat \
                 every {}, so set it to {}",
                span(usage.activity.heartbeat),
                heartbeat_seconds(usage.activity.heartbeat)
            ),
        )),
        Seconds::Known(seconds) => check_interval(usage, seconds, findings),
        Seconds::Computed(_) => {}
    }
    if let (Seconds::Known(heartbeat), Seconds::Known(timeout)) = (heartbeat, timeout)
        && heartbeat >= timeout
    {
        findings.push(Finding::new(
            Code::HeartbeatNotBelowTimeout,
            &state.place.at(HEARTBEAT),
            format!(
                "HeartbeatSeconds, {heartbeat}, must be smaller than TimeoutSeconds, {timeout}"
            ),
        ));
    }
    if let Seconds::Known(seconds) = timeout {
        check_limits(usage, seconds, findings);
    }
}

fn check_interval(usage: &Use<'_, '_>, seconds: u64, findings: &mut Vec<Finding>) {
    let activity = usage.activity;
    let place = usage.state.place.at(HEARTBEAT);
    let limit = Duration::from_secs(seconds);
    let is_told = usage.wrapped.heartbeat != Told::Nothing;
    let interval = if is_told {
        activity.heartbeat_within(limit)
    } else {
        activity.heartbeat
    };
    let from = match activity.heartbeat_from {
        HeartbeatSource::Activity => "as the activity says",
        HeartbeatSource::HeartbeatTimeout => "a third of the heartbeat timeout it declares",
        HeartbeatSource::Worker => "the worker's default",
    };
    let remedy = format!(
        "set heartbeat to {} or less, or HeartbeatSeconds to {}, or tell the worker by \
         heartbeatSeconds in the envelope",
        span((limit / 3).max(Duration::from_millis(1))),
        heartbeat_seconds(interval)
    );
    if interval >= limit {
        findings.push(Finding::new(
            Code::HeartbeatTooSlow,
            &place,
            format!(
                "the service waits {} for a heartbeat, and the worker sends one every {}, \
                 {from}: every task that runs for longer times out; {remedy}",
                span(limit),
                span(interval)
            ),
        ));
    } else if interval * 2 > limit {
        findings.push(Finding::new(
            Code::HeartbeatTight,
            &place,
            format!(
                "the service waits {} for a heartbeat, and the worker sends one every {}, \
                 {from}: one that gets lost ends the task; {remedy}",
                span(limit),
                span(interval)
            ),
        ));
    }
    if let Some(declared) = activity.heartbeat_timeout
        && declared != limit
        && !is_told
    {
        findings.push(Finding::new(
            Code::HeartbeatDiffers,
            &place,
            format!(
                "HeartbeatSeconds is {seconds}, and the activity declares a heartbeat timeout of \
                 {}: make them the same, or tell the worker by heartbeatSeconds in the envelope",
                span(declared)
            ),
        ));
    }
}

/// The handler's own limits, which say more than a time-out of the service.
fn check_limits(usage: &Use<'_, '_>, seconds: u64, findings: &mut Vec<Finding>) {
    let limit = Duration::from_secs(seconds);
    let own = [
        (
            "timeout",
            usage.activity.timeout,
            "States.Timeout by its worker",
        ),
        ("stall_after", usage.activity.stall_after, "Worker.Stalled"),
    ];
    for (option, own, name) in own {
        let Some(own) = own.filter(|own| *own >= limit) else {
            continue;
        };
        findings.push(Finding::new(
            Code::TimeoutTooShort,
            &usage.state.place.at(TIMEOUT),
            format!(
                "the state ends after {}, and the activity's {option} is {}: the task is never \
                 failed as {name}, and the handler works on for nothing; set TimeoutSeconds above \
                 {}, or {option} below {}",
                span(limit),
                span(own),
                own.as_secs(),
                span(limit)
            ),
        ));
    }
}

fn span(span: Duration) -> String {
    humantime::format_duration(span).to_string()
}
