//! The tests that the examples bring along, each in its `main.rs`, as a program of one's own has
//! them.

macro_rules! examples {
    ($($name:ident = $path:literal),+ $(,)?) => {$(
        #[path = $path]
        #[expect(dead_code, reason = "a program's `main`, which is run by `programs`")]
        mod $name;
    )+};
}

examples! {
    blocking_work = "../blocking_work/main.rs",
    detached_completion = "../detached_completion/main.rs",
    envelope_tracing = "../envelope_tracing/main.rs",
    errors_and_retry = "../errors_and_retry/main.rs",
    heartbeat_progress = "../heartbeat_progress/main.rs",
    hello = "../hello/main.rs",
    impl_block = "../impl_block/main.rs",
    large_payloads = "../large_payloads/main.rs",
    middleware = "../middleware/main.rs",
    shared_state = "../shared_state/main.rs",
    typed_payloads = "../typed_payloads/main.rs",
    without_macros = "../without_macros/main.rs",
}
