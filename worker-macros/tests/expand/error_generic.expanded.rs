#[derive(Debug, thiserror::Error, ActivityError)]
enum StoreError<'a, E: Error, const N: usize>
where
    E: 'static,
{
    #[error("the store does not answer")]
    Store(#[source] E),
    #[error("{0:?} is too long")]
    Key([&'a str; N]),
}
#[automatically_derived]
impl<'a, E: Error, const N: usize> ::sfn_worker_core::__private::ActivityError
for StoreError<'a, E, N>
where
    E: 'static,
    Self: ::sfn_worker_core::__private::Error,
{
    const FAILURES: &'static [::sfn_worker_core::__private::ErrorInfo] = &[
        ::sfn_worker_core::__private::ErrorInfo::new("Store"),
        ::sfn_worker_core::__private::ErrorInfo::new("Key"),
    ];
    const NAMES: &'static [&'static ::sfn_worker_core::__private::str] = &[
        "Store",
        "Key",
    ];
    fn error_name(&self) -> ::sfn_worker_core::__private::ErrorName {
        match self {
            Self::Store { .. } => {
                ::sfn_worker_core::__private::ErrorName::from_static("Store")
            }
            Self::Key { .. } => {
                ::sfn_worker_core::__private::ErrorName::from_static("Key")
            }
        }
    }
}
