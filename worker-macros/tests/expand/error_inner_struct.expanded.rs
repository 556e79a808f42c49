#[derive(Debug, thiserror::Error, ActivityError)]
#[error("while charging")]
#[activity_error(transparent = source)]
struct Charging {
    source: ChargeError,
    attempt: u32,
}
#[automatically_derived]
impl ::sfn_worker_core::__private::ActivityError for Charging {
    const FAILURES: &'static [::sfn_worker_core::__private::ErrorInfo] = {
        const PARTS: [::sfn_worker_core::__private::Part; 1] = [
            ::sfn_worker_core::__private::Part::new(
                <ChargeError as ::sfn_worker_core::__private::ActivityError>::FAILURES,
            ),
        ];
        const _: () = ::sfn_worker_core::__private::assert_unshared(&PARTS, 0);
        const MERGED: [::sfn_worker_core::__private::ErrorInfo; ::sfn_worker_core::__private::distinct(
            &PARTS,
        )] = ::sfn_worker_core::__private::merged(&PARTS);
        &MERGED
    };
    fn error_name(&self) -> ::sfn_worker_core::__private::ErrorName {
        let Self { source: field_0, .. } = self;
        <ChargeError as ::sfn_worker_core::__private::ActivityError>::error_name(field_0)
    }
    fn details(
        &self,
    ) -> ::sfn_worker_core::__private::Option<::sfn_worker_core::__private::Details> {
        let Self { source: field_0, .. } = self;
        <ChargeError as ::sfn_worker_core::__private::ActivityError>::details(field_0)
    }
}
