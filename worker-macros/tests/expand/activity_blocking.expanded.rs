#[allow(clippy::needless_pass_by_value)]
fn resize(Image { path, width }: Image) -> Result<Thumbnail, anyhow::Error> {
    thumbnail(&path, width)
}
/// The activity `resize`.
#[allow(
    clippy::empty_structs_with_brackets,
    missing_copy_implementations,
    non_camel_case_types
)]
#[derive(::sfn_worker_core::__private::Debug)]
#[non_exhaustive]
struct resize {}
#[automatically_derived]
impl ::sfn_worker_core::__private::Activity for resize {
    const NAME: &'static ::sfn_worker_core::__private::str = "resize";
    fn describe(description: &mut ::sfn_worker_core::__private::Description) {
        ::sfn_worker_core::__private::about(description, "", "", 0);
        ::sfn_worker_core::__private::argument::<Image>().describe(description);
        ::sfn_worker_core::__private::returned(|(argument0,)| resize(argument0))
            .describe(description);
    }
    async fn run(
        call: ::sfn_worker_core::__private::Call,
    ) -> ::sfn_worker_core::__private::Handled {
        let arguments = ::sfn_worker_core::__private::arguments(&call);
        let (argument0, arguments) = arguments.take::<Image, _>()?;
        call.blocking(move || {
                let returned = (resize(argument0),);
                match ::sfn_worker_core::__private::result(returned.0) {
                    ::sfn_worker_core::__private::Ok(output) => {
                        ::sfn_worker_core::__private::output(output.0)
                    }
                    ::sfn_worker_core::__private::Err(error) => {
                        ::sfn_worker_core::__private::failure(error.0)
                    }
                }
            })
            .await
    }
}
::sfn_worker_core::__private::annotate!(resize);
