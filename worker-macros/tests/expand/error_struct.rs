#[derive(Debug, thiserror::Error, ActivityError)]
#[error("no stock for {sku}")]
#[activity_error(name = "OutOfStock", crate = ::worker)]
struct StockError {
    sku: String,
}
