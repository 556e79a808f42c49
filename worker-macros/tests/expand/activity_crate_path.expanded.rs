async fn charge(order: Order) -> Result<Receipt, ChargeError> {
    todo(order)
}
/// The activity `charge`.
#[allow(
    clippy::empty_structs_with_brackets,
    missing_copy_implementations,
    non_camel_case_types
)]
#[derive(crate::vendored::worker::__private::Debug)]
#[non_exhaustive]
struct charge {}
#[automatically_derived]
impl crate::vendored::worker::__private::Activity for charge {
    const NAME: &'static crate::vendored::worker::__private::str = "charge";
    const OPTIONS: crate::vendored::worker::__private::ActivityOptions = crate::vendored::worker::__private::ActivityOptions::new()
        .with_timeout(crate::vendored::worker::__private::Duration::new(0, 500000000));
    fn describe(description: &mut crate::vendored::worker::__private::Description) {
        crate::vendored::worker::__private::about(description, "", "", 0);
        crate::vendored::worker::__private::argument::<Order>().describe(description);
        crate::vendored::worker::__private::awaited(|(argument0,)| charge(argument0))
            .describe(description);
    }
    async fn run(
        call: crate::vendored::worker::__private::Call,
    ) -> crate::vendored::worker::__private::Handled {
        let arguments = crate::vendored::worker::__private::arguments(&call);
        let (argument0, arguments) = arguments.take::<Order, _>()?;
        crate::vendored::worker::__private::drop(call);
        let returned = (
            crate::vendored::worker::__private::sendable(charge(argument0)).await,
        );
        match crate::vendored::worker::__private::result(returned.0) {
            crate::vendored::worker::__private::Ok(output) => {
                crate::vendored::worker::__private::output(output.0)
            }
            crate::vendored::worker::__private::Err(error) => {
                crate::vendored::worker::__private::failure(error.0)
            }
        }
    }
}
crate::vendored::worker::__private::annotate!(charge);
