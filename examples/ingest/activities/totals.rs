//! `ingest-summarize`: adds up what became of the files of a batch.

use std::collections::BTreeMap;
use std::convert::Infallible;

use serde::{Deserialize, Serialize};
use sfn_worker_core::activity;

/// What became of a file.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(crate) enum Item {
    /// It was read.
    Read {
        kind: String,
        bytes: u64,
        packed: u64,
    },
    /// It took the `Catch` path, for an error of this name.
    SetAside { error: String },
}

/// A file that took the `Catch` path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SetAside {
    pub(crate) path: String,
    /// The error name that was caught.
    pub(crate) error: String,
    pub(crate) cause: String,
}

/// Sums over files.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Totals {
    /// How many files were set aside, by error name.
    pub(crate) set_aside: BTreeMap<String, u64>,
    /// The files that were read, by kind.
    pub(crate) kinds: BTreeMap<String, Sum>,
}

/// Sums over the files of a kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sum {
    pub(crate) files: u64,
    pub(crate) bytes: u64,
    /// How many bytes they have when they are compressed.
    pub(crate) packed: u64,
}

/// Adds up the files of a batch.
#[activity(name = "ingest-summarize")]
pub(crate) async fn summarize(items: Vec<Item>) -> Result<Totals, Infallible> {
    let mut totals = Totals::default();
    for item in items {
        match item {
            Item::Read {
                kind,
                bytes,
                packed,
            } => {
                let sum = totals.kinds.entry(kind).or_default();
                sum.add(Sum {
                    files: 1,
                    bytes,
                    packed,
                });
            }
            Item::SetAside { error } => *totals.set_aside.entry(error).or_default() += 1,
        }
    }
    Ok(totals)
}

impl Totals {
    /// Adds the sums of another batch.
    pub(crate) fn add(&mut self, other: &Self) {
        for (error, files) in &other.set_aside {
            *self.set_aside.entry(error.clone()).or_default() += files;
        }
        for (kind, &sum) in &other.kinds {
            self.kinds.entry(kind.clone()).or_default().add(sum);
        }
    }

    /// How many files were set aside.
    pub(crate) fn files_set_aside(&self) -> u64 {
        self.set_aside.values().sum()
    }

    /// The sum over all files that were read.
    pub(crate) fn all(&self) -> Sum {
        let mut all = Sum::default();
        self.kinds.values().for_each(|&sum| all.add(sum));
        all
    }
}

impl Sum {
    fn add(&mut self, other: Self) {
        self.files += other.files;
        self.bytes += other.bytes;
        self.packed += other.packed;
    }
}
