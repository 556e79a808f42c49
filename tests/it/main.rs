//! The runtime under a paused clock: one binary, because linking is what takes time.
//!
//! Tests of the promises P1 to P12 are named after them.

mod claim_check;
mod configuration;
mod drain;
mod engine;
mod envelope;
mod failures;
mod faults;
mod handlers;
mod heartbeats;
mod outbox;
mod polls;
mod random;
mod reports;
mod secrets;
mod stop;
