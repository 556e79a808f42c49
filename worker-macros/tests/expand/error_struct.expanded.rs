#[derive(Debug, thiserror::Error, ActivityError)]
#[error("no stock for {sku}")]
#[activity_error(name = "OutOfStock", crate = ::worker)]
struct StockError {
    sku: String,
}
#[automatically_derived]
impl ::worker::__private::ActivityError for StockError {
    const FAILURES: &'static [::worker::__private::ErrorInfo] = &[
        ::worker::__private::ErrorInfo::new("OutOfStock"),
    ];
    const NAMES: &'static [&'static ::worker::__private::str] = &["OutOfStock"];
    fn error_name(&self) -> ::worker::__private::ErrorName {
        ::worker::__private::ErrorName::from_static("OutOfStock")
    }
}
