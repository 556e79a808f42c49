/// Charges a card.
pub async fn charge(
    order: Order,
    context: ActivityContext,
) -> Result<Receipt, ChargeError> {
    bank::charge(order, context.token()).await
}
/// Charges a card.
#[allow(
    clippy::empty_structs_with_brackets,
    missing_copy_implementations,
    non_camel_case_types
)]
#[derive(::sfn_worker_core::__private::Debug)]
#[non_exhaustive]
pub struct charge {}
#[automatically_derived]
impl ::sfn_worker_core::__private::Activity for charge {
    const NAME: &'static ::sfn_worker_core::__private::str = "charge";
    fn describe(description: &mut ::sfn_worker_core::__private::Description) {
        ::sfn_worker_core::__private::about(description, "Charges a card.", "", 0);
        ::sfn_worker_core::__private::argument::<Order>().describe(description);
        ::sfn_worker_core::__private::argument::<ActivityContext>()
            .describe(description);
        ::sfn_worker_core::__private::awaited(|(argument0, argument1)| charge(
                argument0,
                argument1,
            ))
            .describe(description);
    }
    async fn run(
        call: ::sfn_worker_core::__private::Call,
    ) -> ::sfn_worker_core::__private::Handled {
        let arguments = ::sfn_worker_core::__private::arguments(&call);
        let (argument0, arguments) = arguments.take::<Order, _>()?;
        let (argument1, arguments) = arguments.take::<ActivityContext, _>()?;
        ::sfn_worker_core::__private::drop(call);
        let returned = (
            ::sfn_worker_core::__private::sendable(charge(argument0, argument1)).await,
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
::sfn_worker_core::__private::annotate!(charge);
