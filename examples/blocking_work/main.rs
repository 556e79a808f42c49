//! Work that keeps a thread busy: `blocking` gives it threads of its own.
//!
//! ```sh
//! cargo run --release --example blocking_work -- 200000
//! ```

use anyhow::Context as _;
use serde::Deserialize;
use serde_json::json;
use sfn_local_engine::Engine;
use sfn_worker_core::{ActivityContext, Cancelled, activity};

#[derive(Deserialize)]
struct Range {
    from: u64,
    to: u64,
}

/// Counts the primes in a range. Two at a time, since each takes a processor for itself;
/// heartbeats go out all the same.
#[activity(
    name = "count-primes",
    blocking,
    concurrency = 2,
    heartbeat = "1s",
    timeout = "10m"
)]
fn count_primes(range: Range, context: ActivityContext) -> Result<u64, Cancelled> {
    let mut primes = 0;
    for number in range.from..range.to {
        context.check()?; // nothing else can stop a thread
        if number.is_multiple_of(1_000) {
            context.progress(number - range.from, range.to - range.from);
        }
        primes += u64::from(is_prime(number));
    }
    Ok(primes)
}

fn is_prime(number: u64) -> bool {
    number > 1
        && (2..)
            .take_while(|divisor| divisor * divisor <= number)
            .all(|divisor| !number.is_multiple_of(divisor))
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let limit = std::env::args().nth(1);
    let limit: u64 = limit
        .map_or(Ok(20_000), |limit| limit.parse())
        .context("the argument is a whole number, such as 200000")?;
    let quarters: Vec<_> = (0..4)
        .map(|part| json!({ "from": limit * part / 4, "to": limit * (part + 1) / 4 }))
        .collect();

    let definition = include_str!("state-machine.asl.json");
    let run = Engine::run(definition, json!(quarters), |worker| {
        worker.activity::<count_primes>()
    })
    .await?;
    let output = run.execution.output.unwrap_or_default();
    let primes: Vec<u64> = serde_json::from_str(&output)?;
    let sum: u64 = primes.iter().sum();
    println!("{}: {sum} primes below {limit}", run.execution.status);
    println!("{}", run.summary);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_25_primes_below_100() {
        assert_eq!((0..100).filter(|&number| is_prime(number)).count(), 25);
    }

    #[test]
    fn the_definition_fits_the_activity() {
        sfn_worker_core::check_asl!("blocking_work/state-machine.asl.json", [count_primes]);
    }
}
