#[activity]
async fn r#move(order: Order) -> Result<impl Serialize, ChargeError> {
    todo(order)
}
