//! `ingest-inspect`: reads a file once, for its size, its SHA-256 and its kind.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use sfn_worker_core::{ActivityContext, activity};
use sha2::{Digest as _, Sha256};

use super::error::IngestError;
use super::kind::{HEAD, Kind};
use super::source::Source;

/// What to inspect.
#[derive(Debug, Deserialize)]
pub(crate) struct Ask {
    pub(crate) root: PathBuf,
    pub(crate) path: String,
    /// One file in so many fails its first attempt; 0 for none.
    pub(crate) flaky: u64,
    /// How often the state was retried, from the context object.
    pub(crate) attempt: u64,
}

/// What is in a file.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Facts {
    pub(crate) bytes: u64,
    pub(crate) sha256: String,
    pub(crate) kind: &'static str,
    /// Whether it is compressed already.
    pub(crate) packed: bool,
}

/// Inspects a file.
#[activity(name = "ingest-inspect", blocking, heartbeat = "10s")]
pub(crate) fn inspect(ask: Ask, context: ActivityContext) -> Result<Facts, IngestError> {
    if ask.attempt == 0 && is_flaky(&ask.path, ask.flaky) {
        return Err(IngestError::Transient(ask.path));
    }
    let mut source = Source::open(&ask.root, &ask.path)?;
    let mut digest = Sha256::new();
    let mut head = Vec::with_capacity(HEAD);
    let mut buffer = [0; 64 * 1024];
    loop {
        let read = source.read(&mut buffer, &context)?;
        if read.is_empty() {
            break;
        }
        let missing = HEAD - head.len();
        head.extend_from_slice(&read[..read.len().min(missing)]);
        digest.update(read);
    }
    let bytes = source.finish()?;
    if bytes == 0 {
        return Err(IngestError::FileEmpty(ask.path));
    }
    let kind = Kind::of(&head);
    Ok(Facts {
        bytes,
        sha256: hex(&digest.finalize()),
        kind: kind.name,
        packed: kind.is_packed,
    })
}

/// Chooses by the path (its FNV-1a hash), so that every run chooses the same files.
pub(crate) fn is_flaky(path: &str, one_in: u64) -> bool {
    let hash = path.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    one_in > 0 && hash.is_multiple_of(one_in)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
