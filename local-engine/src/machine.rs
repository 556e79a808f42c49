//! The sans-I/O machine: given an event and a time it returns effects, and cannot fail.
//!
//! It names no runtime and no clock. The shell ([`engine`](crate::engine)) carries the effects
//! out and brings back the events.

mod effect;
mod event;

pub use effect::{Closed, Effect, Status};
pub use event::{Event, ExpiredClock, TaskId, TimerId};
