async fn now() -> std::io::Result<u64> {
    Ok(4)
}
/// The activity `now`.
#[allow(
    clippy::empty_structs_with_brackets,
    missing_copy_implementations,
    non_camel_case_types
)]
#[derive(::sfn_worker_core::__private::Debug)]
#[non_exhaustive]
struct now {}
#[automatically_derived]
impl ::sfn_worker_core::__private::Activity for now {
    const NAME: &'static ::sfn_worker_core::__private::str = "now";
    fn describe(description: &mut ::sfn_worker_core::__private::Description) {
        ::sfn_worker_core::__private::about(description, "", "", 0);
        ::sfn_worker_core::__private::awaited(|()| now()).describe(description);
    }
    async fn run(
        call: ::sfn_worker_core::__private::Call,
    ) -> ::sfn_worker_core::__private::Handled {
        ::sfn_worker_core::__private::drop(call);
        let returned = (::sfn_worker_core::__private::sendable(now()).await,);
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
::sfn_worker_core::__private::annotate!(now);
