#[derive(Debug, ActivityError)]
#[activity_error(prefixes = "Charge.")]
enum ChargeError {
    #[activity_error(name = "States.Timeout")]
    Timeout,
    #[activity_error(name = "")]
    Declined,
}
#[automatically_derived]
impl ::sfn_worker_core::__private::ActivityError for ChargeError {
    const FAILURES: &'static [::sfn_worker_core::__private::ErrorInfo] = &[];
    const NAMES: &'static [&'static ::sfn_worker_core::__private::str] = &[];
    fn error_name(&self) -> ::sfn_worker_core::__private::ErrorName {
        loop {}
    }
}
::core::compile_error! {
    "unknown key `prefixes`: did you mean `prefix`?"
}
::core::compile_error! {
    "`States.Timeout` is the language's own: write `#[activity_error(timeout)]`"
}
::core::compile_error! {
    "the error name is empty: nothing but `States.ALL` would match it"
}
