//! A function name can be too long for the service.

use sfn_worker_core::{Failure, activity};

#[activity]
async fn charge_charge_charge_charge_charge_charge_charge_charge_charge_charge_charge_card_again() -> Result<(), Failure> {
    Ok(())
}

fn main() {}
