//! `ingest-list`: walks the directory and returns the files in batches.
//!
//! A payload has at most 262,144 bytes, so a long list comes in pages: `next` is where the next
//! one begins. The walk is sorted, so a page is found again without a memory of the last one.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sfn_worker_core::{ActivityContext, activity};
use walkdir::{DirEntry, WalkDir};

use super::error::IngestError;

/// The paths of a page have at most this many bytes of JSON, which leaves room for the rest.
const PAGE_BYTES: usize = 128 * 1024;
/// The paths of a batch; each comes back in the results, twice if it is set aside.
const BATCH_BYTES: usize = 16 * 1024;
/// More batches in a page would only keep the first ones waiting.
const PAGE_BATCHES: usize = 16;

/// What to list.
#[derive(Debug, Deserialize)]
pub(crate) struct Ask {
    root: PathBuf,
    /// The path after which the page begins.
    after: Option<PathBuf>,
    /// How many files a batch has.
    batch: usize,
}

/// A page of files, by their paths below the directory.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Listing {
    /// The files.
    pub(crate) batches: Vec<Vec<String>>,
    /// What is below the directory and cannot be listed.
    pub(crate) skipped: Vec<Skipped>,
    /// How many links and special files were passed over.
    pub(crate) passed_over: u64,
    /// Where the next page begins, if there is one.
    pub(crate) next: Option<String>,
}

/// Something that cannot be listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Skipped {
    /// Its path, as well as it can be written.
    pub(crate) path: String,
    /// Why it was skipped.
    pub(crate) reason: String,
}

/// Lists a page of files; `.git` and cargo's `target` are passed over.
#[activity(name = "ingest-list", blocking, heartbeat = "10s")]
pub(crate) fn list(ask: Ask, context: ActivityContext) -> Result<Listing, IngestError> {
    let Ask { root, after, batch } = ask;
    if !root.is_dir() {
        return Err(IngestError::DirectoryMissing(root));
    }
    let below = |path: &Path| path.strip_prefix(&root).unwrap_or(path).to_owned();
    let is_done = |path: &Path| after.as_deref().is_some_and(|after| path <= after);
    let holds_next = |path: &Path| {
        after
            .as_deref()
            .is_some_and(|after| after.starts_with(path))
    };

    let mut page = Page::default();
    let walk = WalkDir::new(&root).sort_by_file_name();
    let entries = walk.into_iter().filter_entry(|entry| {
        let path = below(entry.path());
        is_wanted(entry) && (!is_done(&path) || holds_next(&path))
    });
    for entry in entries {
        context.check()?;
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let path = below(error.path().unwrap_or(&root));
                if error.depth() == 0 {
                    return Err(IngestError::DirectoryUnreadable {
                        path: root,
                        source: error,
                    });
                }
                if !is_done(&path) {
                    page.skip(&path, &error.to_string());
                }
                continue;
            }
        };
        let path = below(entry.path());
        if entry.file_type().is_dir() || is_done(&path) {
            continue;
        }
        if !entry.file_type().is_file() {
            page.listing.passed_over += 1;
        } else if let Some(path) = path.to_str() {
            page.add(path, batch);
        } else {
            page.skip(&path, "its name is not UTF-8, which JSON cannot carry");
        }
        context.progress(page.files, 0);
        if page.is_full(batch) {
            page.listing.next = path.to_str().map(str::to_owned);
            if page.listing.next.is_some() {
                break;
            }
        }
    }
    Ok(page.listing)
}

/// Not history, and not what cargo makes again.
fn is_wanted(entry: &DirEntry) -> bool {
    if entry.depth() == 0 || !entry.file_type().is_dir() {
        return true;
    }
    let made_by_cargo = || entry.path().join("CACHEDIR.TAG").exists();
    match entry.file_name().to_str() {
        Some(".git") => false,
        Some("target") => !made_by_cargo(),
        _ => true,
    }
}

/// A listing under construction.
#[derive(Default)]
struct Page {
    listing: Listing,
    files: u64,
    bytes: usize,
    batch_bytes: usize,
}

impl Page {
    fn add(&mut self, path: &str, batch: usize) {
        let bytes = json_bytes(path);
        let fits =
            |last: &&mut Vec<String>| last.len() < batch && self.batch_bytes + bytes <= BATCH_BYTES;
        match self.listing.batches.last_mut().filter(fits) {
            Some(last) => {
                last.push(path.to_owned());
                self.batch_bytes += bytes;
            }
            None => {
                self.listing.batches.push(vec![path.to_owned()]);
                self.batch_bytes = bytes;
            }
        }
        self.files += 1;
        self.bytes += bytes;
    }

    fn skip(&mut self, path: &Path, reason: &str) {
        let path = path.to_string_lossy().into_owned();
        self.bytes += json_bytes(&path) + json_bytes(reason);
        self.listing.skipped.push(Skipped {
            path,
            reason: reason.to_owned(),
        });
    }

    fn is_full(&self, batch: usize) -> bool {
        // A path has at most 4,096 bytes, six times that in JSON.
        let last_is_full = self
            .listing
            .batches
            .last()
            .is_some_and(|last| last.len() >= batch);
        self.bytes >= PAGE_BYTES - 6 * 4096
            || (self.listing.batches.len() >= PAGE_BATCHES && last_is_full)
    }
}

/// How many bytes a text takes in JSON, with its quotes and a comma.
fn json_bytes(text: &str) -> usize {
    serde_json::to_string(text).map_or(0, |json| json.len() + 1)
}
