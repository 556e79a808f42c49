/// Charges a card.
///
/// Twice, if asked twice.
#[activity]
#[cfg(feature = "cards")]
#[cfg_attr(test, tracing::instrument, allow(dead_code))]
#[expect(clippy::unused_async, reason = "the bank answers at once")]
#[deprecated(note = "use charge_account")]
#[inline]
pub(crate) async fn charge(order: Order) -> Result<Receipt, ChargeError> {
    todo(order)
}
