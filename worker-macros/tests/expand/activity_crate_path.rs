#[activity(crate = crate::vendored::worker, timeout = "500ms")]
async fn charge(order: Order) -> Result<Receipt, ChargeError> {
    todo(order)
}
