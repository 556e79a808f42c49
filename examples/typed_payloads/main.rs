//! Inputs and outputs are types: what does not decode never reaches the handler.
//!
//! ```sh
//! cargo run --example typed_payloads
//! ```

use std::convert::Infallible;

use serde::{Deserialize, Serialize};
use serde_json::json;
use sfn_local_engine::Engine;
use sfn_worker_core::activity;

/// What the state machine sends.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Order {
    order_id: String,
    lines: Vec<Line>,
    #[serde(default)]
    delivery: Delivery,
}

#[derive(Deserialize)]
struct Line {
    article: String,
    cents: u64,
    /// One piece unless the order says otherwise.
    pieces: Option<u64>,
}

#[derive(Clone, Copy, Default, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
enum Delivery {
    #[default]
    Post,
    Courier,
}

/// What the state machine gets.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invoice {
    order_id: String,
    total_cents: u64,
    delivery: Delivery,
    articles: Vec<String>,
}

/// Adds an order up; a field that `Order` does not have is a slip, and refused.
#[activity(heartbeat = "10s", timeout = "1m", unknown_fields = "refuse")]
async fn invoice(order: Order) -> Result<Invoice, Infallible> {
    let price = |line: &Line| line.cents * line.pieces.unwrap_or(1);
    let postage = match order.delivery {
        Delivery::Post => 500,
        Delivery::Courier => 1_500,
    };
    Ok(Invoice {
        total_cents: postage + order.lines.iter().map(price).sum::<u64>(),
        articles: order.lines.into_iter().map(|line| line.article).collect(),
        order_id: order.order_id,
        delivery: order.delivery,
    })
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let tea = json!({ "article": "tea", "cents": 450, "pieces": 2 });
    let orders = [
        json!({ "orderId": "o-1", "lines": [tea], "delivery": "courier" }),
        json!({ "orderId": "o-2", "lines": [tea, { "article": "cup", "cents": "1200" }] }),
        json!({ "orderId": "o-3", "lines": [], "delivry": "courier" }),
    ];
    for order in orders {
        let definition = include_str!("state-machine.asl.json");
        let run = Engine::run(definition, order, |worker| worker.activity::<invoice>()).await?;
        let output = run.execution.output.unwrap_or_default();
        println!("{}: {output}", run.execution.status);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use sfn_worker_core::check_asl;

    #[test]
    fn the_definition_fits_the_activity() {
        check_asl!("typed_payloads/state-machine.asl.json", [super::invoice]);
    }
}
