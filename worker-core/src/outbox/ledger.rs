//! What an outbox holds, by number and size, and how much more it may hold.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::folder::Found;

/// The account of an outbox.
#[derive(Debug)]
pub(super) struct Ledger {
    max_entries: usize,
    max_bytes: u64,
    account: Mutex<Account>,
}

#[derive(Debug)]
struct Account {
    entries: usize,
    bytes: u64,
    /// The number of the next entry; above every number in the directory.
    next: u64,
    /// Entries that nobody holds, by number, with their size.
    unheld: BTreeMap<u64, u64>,
}

impl Ledger {
    pub(super) fn new(max_entries: usize, max_bytes: u64, found: &Found) -> Self {
        let account = Account {
            entries: found.entries.len(),
            bytes: found.entries.values().sum(),
            next: found.next,
            unheld: found.entries.clone(),
        };
        Self {
            max_entries,
            max_bytes,
            account: Mutex::new(account),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.account().entries
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(super) fn is_full(&self) -> bool {
        self.is_above(&self.account(), 1)
    }

    /// Books an entry and gives it a number; when there is no room, says how many entries and
    /// bytes there are.
    pub(super) fn take(&self, bytes: u64) -> Result<u64, (usize, u64)> {
        let mut account = self.account();
        if self.is_above(&account, bytes) {
            return Err((account.entries, account.bytes));
        }
        account.entries += 1;
        account.bytes += bytes;
        account.next += 1;
        Ok(account.next - 1)
    }

    /// An entry is no longer there.
    pub(super) fn release(&self, bytes: u64) {
        let mut account = self.account();
        account.entries = account.entries.saturating_sub(1);
        account.bytes = account.bytes.saturating_sub(bytes);
    }

    /// An entry is still there, and nobody holds it any more.
    pub(super) fn let_go(&self, number: u64, bytes: u64) {
        self.account().unheld.insert(number, bytes);
    }

    /// Takes all entries that nobody holds, oldest first.
    pub(super) fn hold_all(&self) -> BTreeMap<u64, u64> {
        std::mem::take(&mut self.account().unheld)
    }

    /// Whether so many bytes more are too many.
    fn is_above(&self, account: &Account, bytes: u64) -> bool {
        account.entries >= self.max_entries || account.bytes.saturating_add(bytes) > self.max_bytes
    }

    fn account(&self) -> MutexGuard<'_, Account> {
        // Every change is a few assignments that cannot panic halfway.
        self.account.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
