async fn charge(order: Order) -> Result<Receipt, ChargeError> {
    todo(order)
}
/// The activity `charge`.
#[allow(
    clippy::empty_structs_with_brackets,
    missing_copy_implementations,
    non_camel_case_types
)]
#[derive(::sfn_worker_core::__private::Debug)]
#[non_exhaustive]
struct charge {}
#[automatically_derived]
impl ::sfn_worker_core::__private::Activity for charge {
    const NAME: &'static ::sfn_worker_core::__private::str = "charge-card";
    const OPTIONS: ::sfn_worker_core::__private::ActivityOptions = ::sfn_worker_core::__private::ActivityOptions::new()
        .with_heartbeat(::sfn_worker_core::__private::Duration::new(10, 0))
        .with_timeout(::sfn_worker_core::__private::Duration::new(90, 0))
        .with_concurrency(4)
        .with_heartbeat_timeout(::sfn_worker_core::__private::Duration::new(30, 0))
        .with_stall_after(::sfn_worker_core::__private::Duration::new(60, 0))
        .with_rate(
            ::sfn_worker_core::__private::Rate::new(
                5,
                ::sfn_worker_core::__private::Duration::new(0, 500000000),
            ),
        );
    fn describe(description: &mut ::sfn_worker_core::__private::Description) {
        ::sfn_worker_core::__private::about(description, "", "", 0);
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
::sfn_worker_core::__private::annotate!(charge);
