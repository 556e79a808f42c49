#[activity(
    name = "charge-card",
    heartbeat = "10s",
    timeout = "1m30s",
    concurrency = 4,
    heartbeat_timeout = "30s",
    stall_after = "1m",
    rate = "5/500ms"
)]
async fn charge(order: Order) -> Result<Receipt, ChargeError> {
    todo(order)
}
