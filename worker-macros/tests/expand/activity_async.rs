/// Charges a card.
#[activity]
pub async fn charge(order: Order, context: ActivityContext) -> Result<Receipt, ChargeError> {
    bank::charge(order, context.token()).await
}
