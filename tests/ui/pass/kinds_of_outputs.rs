//! The output is asked of the type system: aliases, `impl Serialize` and futures are fine.

use serde::Serialize;
use sfn_worker_core::{Activity, Failure, activity};

type Outcome<T> = Result<T, Failure>;
type Swapped<E, T> = Result<T, E>;

#[activity]
async fn aliased() -> Outcome<u8> {
    Ok(4)
}

#[activity]
async fn swapped() -> Swapped<Failure, u8> {
    Ok(4)
}

#[activity]
async fn opaque() -> Result<impl Serialize, Failure> {
    Ok(4)
}

#[activity]
async fn borrowed_from_the_program() -> Result<&'static str, Failure> {
    Ok("done")
}

fn main() {
    let _ = (aliased::NAME, swapped::NAME, opaque::NAME, borrowed_from_the_program::NAME);
}
