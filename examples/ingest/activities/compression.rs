//! `ingest-compress`: how small a file becomes. It keeps a processor busy and writes nothing.

use std::io::{self, Write};
use std::path::PathBuf;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};
use sfn_worker_core::{ActivityContext, activity};

use super::error::IngestError;
use super::source::Source;

/// What to compress.
#[derive(Debug, Deserialize)]
pub(crate) struct Ask {
    pub(crate) root: PathBuf,
    pub(crate) path: String,
    /// How many bytes it had when it was inspected.
    pub(crate) bytes: u64,
    /// How hard to try, 0 to 9.
    pub(crate) level: u32,
}

/// What came of it.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Packed {
    pub(crate) bytes: u64,
}

/// Compresses a file into nothing and tells its size.
#[activity(name = "ingest-compress", blocking, heartbeat = "10s")]
pub(crate) fn compress(ask: Ask, context: ActivityContext) -> Result<Packed, IngestError> {
    let mut source = Source::open(&ask.root, &ask.path)?;
    let mut encoder = GzEncoder::new(Sink::default(), Compression::new(ask.level.min(9)));
    let mut buffer = [0; 64 * 1024];
    loop {
        let read = source.read(&mut buffer, &context)?;
        if read.is_empty() {
            break;
        }
        encoder
            .write_all(read)
            .map_err(|error| IngestError::of_file(&ask.path, error))?;
    }
    if source.finish()? != ask.bytes {
        return Err(IngestError::FileChanging(ask.path));
    }
    let sink = encoder
        .finish()
        .map_err(|error| IngestError::of_file(&ask.path, error))?;
    Ok(Packed { bytes: sink.bytes })
}

/// Counts what it swallows.
#[derive(Default)]
struct Sink {
    bytes: u64,
}

impl Write for Sink {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.bytes += buffer.len() as u64;
        Ok(buffer.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
