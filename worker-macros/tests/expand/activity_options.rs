#[activity(name = "charge-card", heartbeat = "10s", timeout = "1m30s", concurrency = 4)]
async fn charge(order: Order) -> Result<Receipt, ChargeError> {
    todo(order)
}
