//! What handlers share, they take as `State<T>`: a price list, a counter, whatever is built once.
//!
//! ```sh
//! cargo run --example shared_state
//! ```

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::json;
use sfn_local_engine::Engine;
use sfn_worker_core::{ActivityError, State, activity};

/// What is read only needs no lock.
struct Prices(HashMap<&'static str, u64>);

/// What changes is atomic, or behind a lock: sixteen tasks run at a time.
#[derive(Default)]
struct Lookups(AtomicU64);

/// What a worker may do without, as this one does.
struct Discount(u64);

#[derive(Debug, thiserror::Error, ActivityError)]
enum PriceError {
    #[error("there is no such article")]
    UnknownArticle,
}

/// Looks a price up.
#[activity(heartbeat = "10s", timeout = "30s")]
async fn price(
    article: String,
    State(prices): State<Prices>,
    lookups: State<Lookups>,
    discount: Option<State<Discount>>,
) -> Result<u64, PriceError> {
    lookups.0.0.fetch_add(1, Ordering::Relaxed);
    let price = prices.0.get(article.as_str());
    let price = price.ok_or(PriceError::UnknownArticle)?;
    Ok(price.saturating_sub(discount.map_or(0, |discount| discount.0.0)))
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let prices = Prices(HashMap::from([("tea", 450), ("cup", 1_200)]));
    // Shared with the program, too, which reads it in the end.
    let lookups = Arc::new(Lookups::default());

    let definition = include_str!("state-machine.asl.json");
    let basket = json!(["tea", "cup", "tea", "moon"]);
    let run = Engine::run(definition, basket, |worker| {
        worker
            .state(prices)
            .shared_state(Arc::clone(&lookups))
            .activity::<price>()
    })
    .await?;

    let output = run.execution.output.unwrap_or_default();
    println!("{}: {output}", run.execution.status);
    println!("{} lookups", lookups.0.load(Ordering::Relaxed));
    Ok(())
}

#[cfg(test)]
mod tests {
    use sfn_worker_core::testing::ScriptedService;
    use sfn_worker_core::{Worker, check_asl};

    use super::*;

    #[test]
    fn the_definition_fits_the_activity() {
        check_asl!("shared_state/state-machine.asl.json", [price]);
    }

    #[test]
    fn a_worker_without_its_state_is_not_built() {
        let worker = Worker::builder(ScriptedService::new()).activity::<price>();
        let error = worker.build().unwrap_err().to_string();
        assert!(
            error.contains("Prices") && error.contains("Lookups"),
            "{error}"
        );
    }
}
