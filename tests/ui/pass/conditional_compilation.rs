//! `cfg` takes the type away together with the function, wherever it stands.

use sfn_worker_core::{Activity, Failure, activity};

#[activity]
#[cfg(any())]
async fn below(input: Missing) -> Result<Missing, Missing> {}

#[cfg(any())]
#[activity]
async fn above(input: Missing) -> Result<Missing, Missing> {}

#[activity]
#[cfg_attr(all(), cfg(any()))]
async fn hidden(input: Missing) -> Result<Missing, Missing> {}

#[activity(name = "one")]
#[cfg(all())]
async fn either() -> Result<(), Failure> {
    Ok(())
}

#[activity(name = "other")]
#[cfg(not(all()))]
async fn either() -> Result<(), Failure> {
    Ok(())
}

fn main() {
    assert_eq!(either::NAME, "one");
}
