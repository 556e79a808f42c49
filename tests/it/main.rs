//! The runtime under a paused clock: one binary, because linking is what takes time.
//!
//! Tests of the promises P1 to P12 are named after them.

mod blocked;
mod causes;
mod claim_check;
mod configuration;
mod contract;
mod detach;
mod drain;
mod early_drain;
mod engine;
mod envelope;
mod failures;
mod faults;
mod handlers;
mod heartbeats;
mod kit;
mod layers;
mod log;
mod outages;
mod outbox;
mod panics;
mod polls;
mod prefetch;
mod races;
mod random;
mod rate;
mod reports;
mod retry_budgets;
mod secrets;
mod stall;
mod stop;
mod stragglers;
