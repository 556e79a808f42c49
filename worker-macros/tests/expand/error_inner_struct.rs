#[derive(Debug, thiserror::Error, ActivityError)]
#[error("while charging")]
#[activity_error(transparent = source)]
struct Charging {
    source: ChargeError,
    attempt: u32,
}
