//! The crate can stand under another name and behind another path.

mod vendored {
    pub use sfn_worker_core as worker;
}

use vendored::worker;
use worker::Activity;

#[worker::activity(crate = crate::vendored::worker)]
async fn charge(number: u64) -> Result<u64, Declined> {
    Ok(number)
}

#[derive(Debug, thiserror::Error, worker::ActivityError)]
#[activity_error(crate = worker)]
#[error("declined")]
struct Declined;

fn main() {
    assert_eq!(charge::NAME, "charge");
    assert_eq!(<Declined as worker::ActivityError>::NAMES, ["Declined"]);
}
