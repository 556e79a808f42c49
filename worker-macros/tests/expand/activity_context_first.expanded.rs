async fn watch(
    context: ActivityContext,
    mut again: ActivityContext,
    input: Vec<u64>,
) -> Result<(), Cancelled> {
    context.check()
}
/// The activity `watch`.
#[allow(
    clippy::empty_structs_with_brackets,
    missing_copy_implementations,
    non_camel_case_types
)]
#[derive(::sfn_worker_core::__private::Debug)]
#[non_exhaustive]
struct watch {}
#[automatically_derived]
impl ::sfn_worker_core::__private::Activity for watch {
    const NAME: &'static ::sfn_worker_core::__private::str = "watch";
    fn describe(description: &mut ::sfn_worker_core::__private::Description) {
        ::sfn_worker_core::__private::about(description, "", "", 0);
        ::sfn_worker_core::__private::argument::<ActivityContext>()
            .describe(description);
        ::sfn_worker_core::__private::argument::<ActivityContext>()
            .describe(description);
        ::sfn_worker_core::__private::argument::<Vec<u64>>().describe(description);
        ::sfn_worker_core::__private::awaited(|(argument0, argument1, argument2)| watch(
                argument0,
                argument1,
                argument2,
            ))
            .describe(description);
    }
    async fn run(
        call: ::sfn_worker_core::__private::Call,
    ) -> ::sfn_worker_core::__private::Handled {
        let arguments = ::sfn_worker_core::__private::arguments(&call);
        let (argument0, arguments) = arguments.take::<ActivityContext, _>()?;
        let (argument1, arguments) = arguments.take::<ActivityContext, _>()?;
        let (argument2, arguments) = arguments.take::<Vec<u64>, _>()?;
        ::sfn_worker_core::__private::drop(call);
        let returned = (
            ::sfn_worker_core::__private::sendable(
                    watch(argument0, argument1, argument2),
                )
                .await,
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
::sfn_worker_core::__private::annotate!(watch);
