//! An activity can be declared where it is used, and registered through a generic function.

use sfn_worker_core::{Activity, Failure, activity};

fn registered<A: Activity>() -> &'static str {
    A::NAME
}

fn main() {
    #[activity]
    async fn local() -> Result<(), Failure> {
        Ok(())
    }

    assert_eq!(registered::<local>(), "local");
}
