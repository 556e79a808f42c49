//! The order of `Retry` and `Catch`: what stands where it cannot be reached.

use crate::definition::code::Code;
use crate::definition::finding::Finding;
use crate::definition::handlers::{ALL, Handler, Handlers, matches};
use crate::definition::machine::State;

pub(super) fn check(state: &State<'_>, findings: &mut Vec<Finding>) {
    for handlers in [Handlers::retry(state), Handlers::catch(state)] {
        misplaced_all(&handlers, findings);
        hidden(&handlers, findings);
    }
}

fn misplaced_all(handlers: &Handlers<'_>, findings: &mut Vec<Finding>) {
    let last = handlers.entries.len().saturating_sub(1);
    for (index, entry) in handlers.entries.iter().enumerate() {
        if !entry.names(ALL) {
            continue;
        }
        let message = if entry.errors.len() > 1 {
            "States.ALL must stand alone in its ErrorEquals: it matches the other names anyway"
        } else if index < last {
            "States.ALL must stand in the last entry: those after it are never reached"
        } else {
            continue;
        };
        findings.push(Finding::new(Code::MisplacedAll, &entry.place, message));
    }
}

/// Names that an entry before matches as well.
fn hidden(handlers: &Handlers<'_>, findings: &mut Vec<Finding>) {
    for (index, entry) in handlers.entries.iter().enumerate() {
        for earlier in &handlers.entries[..index] {
            let hidden: Vec<&str> = entry
                .errors
                .iter()
                .filter(|(name, _)| hides(earlier, name))
                .map(|(name, _)| *name)
                .collect();
            if hidden.is_empty() {
                continue;
            }
            findings.push(Finding::naming(
                Code::HiddenByEarlier,
                &entry.place,
                hidden,
                format!(
                    "{{names}} is never reached here, since {} matches it first: put the names \
                     before the wildcards, and each name into one entry",
                    earlier.place
                ),
            ));
        }
    }
}

/// Whether an entry leaves nothing of a name to those after it. A misplaced `States.ALL` is told
/// already.
fn hides(earlier: &Handler<'_>, name: &str) -> bool {
    let mut errors = earlier.errors.iter();
    errors.any(|(hiding, _)| *hiding != ALL && matches(hiding, name))
}
