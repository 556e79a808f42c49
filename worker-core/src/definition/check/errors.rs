//! The errors of an activity and what its state does about them.

use super::Use;
use super::envelope::Told;
use crate::definition::code::Code;
use crate::definition::finding::Finding;
use crate::definition::handlers::{HEARTBEAT_TIMEOUT, Handlers, TIMEOUT};
use crate::definition::machine::Seconds;
use crate::definition::place::Place;
use crate::failure::names;

/// Errors of the worker that do not go away.
const WORKER_TERMINAL: [&str; 4] = [
    names::INPUT_INVALID,
    names::ENVELOPE_MISSING,
    names::OUTPUT_INVALID,
    names::PAYLOAD_CORRUPT,
];

pub(super) fn check(usage: &Use<'_, '_>, findings: &mut Vec<Finding>) {
    let handling = Handling::of(usage);
    unhandled(usage, &handling, findings);
    not_retried(usage, &handling, findings);
    not_handed_over(usage, &handling, findings);
    retried_in_vain(usage, &handling, findings);
}

/// What handles the errors of a state: its own entries, and those around it.
struct Handling<'d> {
    place: Place,
    retry: Handlers<'d>,
    catch: Handlers<'d>,
    outer_retry: Vec<Handlers<'d>>,
    outer_catch: Vec<Handlers<'d>>,
}

impl<'d> Handling<'d> {
    fn of(usage: &Use<'_, 'd>) -> Self {
        let outer = || usage.machine.reached_by_errors_of(usage.number);
        let retry = Handlers::retry(usage.state);
        Self {
            place: if retry.entries.is_empty() {
                usage.state.place.clone()
            } else {
                usage.state.place.at("Retry")
            },
            retry,
            catch: Handlers::catch(usage.state),
            outer_retry: outer().map(Handlers::retry).collect(),
            outer_catch: outer().map(Handlers::catch).collect(),
        }
    }

    fn is_retried(&self, error: &str) -> bool {
        self.retry.handle(error) || self.outer_retry.iter().any(|retry| retry.handle(error))
    }

    fn is_caught(&self, error: &str) -> bool {
        let caught = |catch: &Handlers<'_>| catch.met_by(error).is_some();
        caught(&self.catch) || self.outer_catch.iter().any(caught)
    }
}

fn unhandled(usage: &Use<'_, '_>, handling: &Handling<'_>, findings: &mut Vec<Finding>) {
    let unhandled: Vec<&str> = usage
        .activity
        .errors
        .iter()
        .map(|error| error.name.as_str())
        .filter(|name| !handling.is_retried(name) && !handling.is_caught(name))
        .collect();
    if !unhandled.is_empty() {
        findings.push(Finding::naming(
            Code::UnhandledError,
            &usage.state.place,
            unhandled,
            format!(
                "{} can fail as {{names}}, and no Retry or Catch matches that, here or around \
                 it: the execution fails; add a Catch, or allow it if that is meant",
                usage.activity.name
            ),
        ));
    }
}

fn not_retried(usage: &Use<'_, '_>, handling: &Handling<'_>, findings: &mut Vec<Finding>) {
    let missed: Vec<&str> = usage
        .activity
        .errors
        .iter()
        .filter(|error| error.retrier().is_some() && !handling.is_retried(&error.name))
        .map(|error| error.name.as_str())
        .collect();
    if !missed.is_empty() {
        findings.push(Finding::naming(
            Code::NotRetried,
            &handling.place,
            missed,
            "the activity says that trying again may help against {names}, and no Retry matches \
             that: add it to the ErrorEquals of a retrier",
        ));
    }
}

/// What another worker can do at once, or after a deployment.
fn not_handed_over(usage: &Use<'_, '_>, handling: &Handling<'_>, findings: &mut Vec<Finding>) {
    let activity = usage.activity;
    let mut wanted = vec![names::SHUTTING_DOWN];
    // Without either the worker does not know how long the service waits.
    if activity.heartbeat_timeout.is_some() || usage.wrapped.heartbeat != Told::Nothing {
        wanted.push(names::HEARTBEAT_LOST);
    }
    if activity.has_worker_error(names::PAYLOAD_UNAVAILABLE) {
        wanted.push(names::PAYLOAD_UNAVAILABLE);
    }
    // A worker that dies says nothing: the clock tells.
    if usage.state.seconds("HeartbeatSeconds") != Seconds::Missing {
        wanted.push(HEARTBEAT_TIMEOUT);
    } else if usage.state.seconds("TimeoutSeconds") != Seconds::Missing {
        wanted.push(TIMEOUT);
    }
    wanted.retain(|name| !handling.is_retried(name));
    if !wanted.is_empty() {
        findings.push(Finding::naming(
            Code::NotHandedOver,
            &handling.place,
            wanted,
            "no Retry matches {names}: when a worker goes away, is cut off or dies, its task \
             fails instead of being given to another one; add a retrier for these names, with \
             MaxAttempts 5 or so",
        ));
    }
}

fn retried_in_vain(usage: &Use<'_, '_>, handling: &Handling<'_>, findings: &mut Vec<Finding>) {
    for retrier in handling.retry.entries.iter().filter(|entry| entry.acts) {
        let meets = |name: &&str| {
            let first = handling.retry.met_by(name);
            first.is_some_and(|first| first.place == retrier.place)
        };
        let declared = usage
            .activity
            .errors
            .iter()
            .filter(|error| error.is_terminal())
            .map(|error| error.name.as_str());
        // Every wildcard retries the worker's own, too; only by name it is a mistake.
        let named = WORKER_TERMINAL
            .into_iter()
            .filter(|name| retrier.names(name));
        let terminal: Vec<&str> = declared.chain(named).filter(meets).collect();
        if !terminal.is_empty() {
            findings.push(Finding::naming(
                Code::RetryOfTerminal,
                &retrier.place,
                terminal,
                "this retrier matches {names}, against which trying again cannot help: take it \
                 out, or put a retrier with MaxAttempts 0 for it before this one",
            ));
        }
    }
}
