async fn r#move(order: Order) -> Result<impl Serialize, ChargeError> {
    todo(order)
}
/// The activity `r#move`.
#[allow(
    clippy::empty_structs_with_brackets,
    missing_copy_implementations,
    non_camel_case_types
)]
#[derive(::sfn_worker_core::__private::Debug)]
#[non_exhaustive]
struct r#move {}
#[automatically_derived]
impl ::sfn_worker_core::__private::Activity for r#move {
    const NAME: &'static ::sfn_worker_core::__private::str = "move";
    fn describe(description: &mut ::sfn_worker_core::__private::Description) {
        ::sfn_worker_core::__private::about(description, "", "", 0);
        ::sfn_worker_core::__private::argument::<Order>().describe(description);
        ::sfn_worker_core::__private::awaited(|(argument0,)| r#move(argument0))
            .describe(description);
    }
    async fn run(
        call: ::sfn_worker_core::__private::Call,
    ) -> ::sfn_worker_core::__private::Handled {
        let arguments = ::sfn_worker_core::__private::arguments(&call);
        let (argument0, arguments) = arguments.take::<Order, _>()?;
        ::sfn_worker_core::__private::drop(call);
        let returned = (
            ::sfn_worker_core::__private::sendable(r#move(argument0)).await,
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
::sfn_worker_core::__private::annotate!(r#move);
