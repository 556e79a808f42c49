pub fn charge(order: &Order) {
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
pub struct charge {}
#[automatically_derived]
impl ::sfn_worker_core::__private::Activity for charge {
    const NAME: &'static ::sfn_worker_core::__private::str = "";
    async fn run(
        _: ::sfn_worker_core::__private::Call,
    ) -> ::sfn_worker_core::__private::Handled {
        loop {}
    }
}
::core::compile_error! {
    "unknown option `retries`: the options are `name`, `blocking`, `heartbeat`, `timeout`, `concurrency`, `heartbeat_timeout`, `stall_after`, `rate`, `unknown_fields`, `crate`"
}
::core::compile_error! {
    "the heartbeat interval `10s` is not shorter than the timeout `10s`: no heartbeat would ever be sent"
}
::core::compile_error! {
    "the signature of an activity looks like this:\n\n    #[activity]\n    async fn charge(input: Input, context: ActivityContext) -> Result<Output, Error>\n\neach argument may be left out, and they may stand in any order\n"
}
::core::compile_error! {
    "`charge` is not `async`: mark it `#[activity(blocking)]` to run it on a thread of its own, or make it `async`"
}
::core::compile_error! {
    "the argument of an activity cannot be borrowed, nobody would own the value: take it by value (`String` instead of `&str`)"
}
::core::compile_error! {
    "an activity returns a `Result`: add `-> Result<Output, Error>`, with `()` for the output if there is none"
}
