/// Charges a card.
///
/// Twice, if asked twice.
#[cfg(feature = "cards")]
#[cfg_attr(test, tracing::instrument, allow(dead_code))]
#[expect(clippy::unused_async, reason = "the bank answers at once")]
#[deprecated(note = "use charge_account")]
#[inline]
pub(crate) async fn charge(order: Order) -> Result<Receipt, ChargeError> {
    todo(order)
}
/// Charges a card.
///
/// Twice, if asked twice.
#[cfg(feature = "cards")]
#[cfg_attr(test, allow(dead_code))]
#[allow(clippy::unused_async, reason = "the bank answers at once")]
#[deprecated(note = "use charge_account")]
#[allow(
    clippy::empty_structs_with_brackets,
    missing_copy_implementations,
    non_camel_case_types
)]
#[derive(::sfn_worker_core::__private::Debug)]
#[non_exhaustive]
pub(crate) struct charge {}
#[cfg(feature = "cards")]
#[cfg_attr(test, allow(dead_code))]
#[allow(clippy::unused_async, reason = "the bank answers at once")]
#[allow(deprecated)]
#[automatically_derived]
impl ::sfn_worker_core::__private::Activity for charge {
    const NAME: &'static ::sfn_worker_core::__private::str = "charge";
    fn describe(description: &mut ::sfn_worker_core::__private::Description) {
        ::sfn_worker_core::__private::about(
            description,
            "Charges a card.\n\nTwice, if asked twice.",
            "",
            0,
        );
        ::sfn_worker_core::__private::argument::<Order>().describe(description);
        ::sfn_worker_core::__private::awaited(|(argument0,)| charge(argument0))
            .describe(description);
    }
    async fn run(
        call: ::sfn_worker_core::__private::Call,
    ) -> ::sfn_worker_core::__private::Handled {
        let arguments = ::sfn_worker_core::__private::arguments(&call);
        let (argument0, arguments) = arguments.take::<Order, _>()?;
        ::sfn_worker_core::__private::drop(call);
        let returned = (
            ::sfn_worker_core::__private::sendable(charge(argument0)).await,
        );
        match ::sfn_worker_core::__private::result(returned.0) {
            ::sfn_worker_core::__private::Ok(output) => {
                ::sfn_worker_core::__private::output(output.0)
            }
            ::sfn_worker_core::__private::Err(error) => {
                ::sfn_worker_core::__private::failure(error.0)
            }
        }
    }
}
#[cfg(feature = "cards")]
::sfn_worker_core::__private::annotate!(#[allow(deprecated)] charge);
