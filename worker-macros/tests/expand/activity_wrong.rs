#[activity(heartbeat = "10s", timeout = "10s", retries = 3)]
pub fn charge(order: &Order) {
    todo(order)
}
