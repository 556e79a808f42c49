//! Methods are activities, too: a block of them shares its value, and its options.
//!
//! ```sh
//! cargo run --example impl_block
//! ```

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};

use serde::Deserialize;
use serde_json::json;
use sfn_local_engine::Engine;
use sfn_worker_core::{ActivityError, ActivitySet, activities, activity};

/// The accounts, which all activities of the block work on.
struct Ledger {
    accounts: Mutex<BTreeMap<String, i64>>,
}

#[derive(Deserialize)]
struct Transfer {
    from: String,
    to: String,
    cents: i64,
}

#[derive(Debug, thiserror::Error, ActivityError)]
#[activity_error(prefix = "Ledger.")]
enum LedgerError {
    #[error("{account} has {cents} cents")]
    #[activity_error(benign, terminal, details(account, cents))]
    NotEnough { account: String, cents: i64 },
    #[error("a thread panicked while it held the accounts")]
    Poisoned,
}

#[activities(
    prefix = "ledger-",
    defaults(heartbeat = "10s", timeout = "1m", concurrency = 4)
)]
impl Ledger {
    /// Moves money from one account to another.
    #[activity]
    async fn transfer(&self, transfer: Transfer) -> Result<i64, LedgerError> {
        let mut accounts = self.accounts()?;
        let have = accounts.get(&transfer.from).copied().unwrap_or_default();
        if have < transfer.cents {
            let (account, cents) = (transfer.from, have);
            return Err(LedgerError::NotEnough { account, cents });
        }
        accounts.insert(transfer.from, have - transfer.cents);
        *accounts.entry(transfer.to).or_default() += transfer.cents;
        Ok(transfer.cents)
    }

    /// Adds all accounts up, on a thread of its own and with more time.
    #[activity(name = "close-books", blocking, concurrency = 1, timeout = "1h")]
    fn close(&self) -> Result<i64, LedgerError> {
        Ok(self.accounts()?.values().sum())
    }

    // A method without the attribute is a method.
    fn accounts(&self) -> Result<MutexGuard<'_, BTreeMap<String, i64>>, LedgerError> {
        self.accounts.lock().map_err(|_| LedgerError::Poisoned)
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    for activity in ActivitySet::of::<Ledger>().iter() {
        println!("{}: {}", activity.name(), activity.options());
    }
    for cents in [250, 2_500] {
        let accounts = Mutex::new(BTreeMap::from([("ada".to_owned(), 1_000)]));
        let transfer = json!({ "from": "ada", "to": "grace", "cents": cents });
        let definition = include_str!("state-machine.asl.json");
        let run = Engine::run(definition, transfer, |worker| {
            worker.activities(Ledger { accounts })
        })
        .await?;
        let output = run.execution.output.unwrap_or_default();
        println!("{}: {output}", run.execution.status);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use sfn_worker_core::{Worker, check_asl, testing::ScriptedService};

    use super::*;

    #[test]
    fn the_definition_fits_the_block() {
        let accounts = Mutex::default();
        let worker = Worker::builder(ScriptedService::new()).activities(Ledger { accounts });
        check_asl!("impl_block/state-machine.asl.json", worker);
    }
}
