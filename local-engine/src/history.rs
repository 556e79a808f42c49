//! Append-only events, in the service's own words.
//!
//! A history is a list of events numbered from 1 without a gap. Each event names an earlier one
//! as its cause: a Parallel branch or Map iteration has a chain of its own, which is why the
//! previous event is often not the one before. The first state's entry, and the events that
//! close an execution from outside, point at 0.

mod details;
mod json;
mod task;
#[cfg(test)]
mod tests;

use jiff::Timestamp;

pub use details::{AssignedVariables, EventDetails, StateType};
pub use task::{LambdaEvent, ServiceEvent, ServiceEventKind};

/// One event of an execution's history.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct HistoryEvent {
    /// Its number; the first is 1.
    pub id: u64,
    /// The number of the event that led to this one, 0 for none.
    pub previous_event_id: u64,
    /// When it happened.
    pub timestamp: Timestamp,
    /// What happened.
    pub details: EventDetails,
}

impl HistoryEvent {
    /// The service's name for this type of event, as in `TaskStateEntered`.
    #[must_use]
    pub fn event_type(&self) -> &'static str {
        self.details.event_type()
    }

    /// The event as `GetExecutionHistory` sends it. Without execution data, inputs and outputs
    /// are left out.
    #[must_use]
    pub fn to_json(&self, include_execution_data: bool) -> serde_json::Value {
        json::event(self, include_execution_data)
    }
}
