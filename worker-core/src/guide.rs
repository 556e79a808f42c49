//! A guide: from the first handler to production, in one sitting.
//!
//! It needs nothing but this page and the next ones, in this order; whoever is in a hurry reads
//! the first three.
//!
//! 1. [A first handler](first_handler): a function, a worker, a state machine.
//! 2. [Inputs and outputs](inputs_and_outputs): what a handler takes and gives.
//! 3. [Errors](errors): names, and what `Retry` and `Catch` make of them.
//! 4. [Long work](long_work): heartbeats, progress, cancellation, time limits, threads.
//! 5. [State and methods](state_and_methods): what handlers share, and arguments of your own.
//! 6. [The envelope](envelope): the execution, idempotency, tracing.
//! 7. [Tests](tests): a handler, a worker, a state machine.
//! 8. [The definition](definition): checked, drafted, and permitted.
//! 9. [Limits and layers](limits_and_layers): how much at a time, and what stands around a handler.
//! 10. [Large payloads and crashes](large_payloads_and_crashes): the claim check and the outbox.
//! 11. [Production](production): signals, systemd, ECS, exit codes, variables.
//!
//! Every piece of code here is compiled, and what can be run is run.
//! Whole programs, each with its state machine, are in the folder `examples` of the repository.
//! What a worker takes without this crate is counted in its `docs/lines.md`, and what the compiler
//! says of ten mistakes is in its `docs/compile-errors.md`.

macro_rules! chapters {
    ($($name:ident = $file:literal),+ $(,)?) => {$(
        pub mod $name {
            #![doc = include_str!($file)]

            // For the links: the module is there for the documentation alone.
            use crate::*;
        }
    )+};
}

chapters! {
    first_handler = "guide/first-handler.md",
    inputs_and_outputs = "guide/inputs-and-outputs.md",
    errors = "guide/errors.md",
    long_work = "guide/long-work.md",
    state_and_methods = "guide/state-and-methods.md",
    envelope = "guide/envelope.md",
    tests = "guide/tests.md",
    definition = "guide/definition.md",
    limits_and_layers = "guide/limits-and-layers.md",
    large_payloads_and_crashes = "guide/large-payloads-and-crashes.md",
    production = "guide/production.md",
}
