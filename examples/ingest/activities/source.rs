//! A file that is read from beginning to end, and not changed by anybody meanwhile.

use std::fs::{File, Metadata};
use std::io::{self, Read as _};
use std::path::{Component, Path};

use sfn_worker_core::ActivityContext;

use super::error::IngestError;

/// An open file.
pub(crate) struct Source<'a> {
    path: &'a str,
    file: File,
    before: Metadata,
    bytes: u64,
}

impl<'a> Source<'a> {
    /// Opens a file below a directory.
    pub(crate) fn open(root: &Path, path: &'a str) -> Result<Self, IngestError> {
        let mut parts = Path::new(path).components();
        if path.is_empty() || !parts.all(|part| matches!(part, Component::Normal(_))) {
            return Err(IngestError::PathOutside(path.to_owned()));
        }
        let full = root.join(path);
        let opened = || {
            // Opening a pipe would wait for a writer.
            if !full.metadata()?.is_file() {
                return Err(io::Error::other("it is not a regular file"));
            }
            let file = File::open(&full)?;
            let before = file.metadata()?;
            Ok((file, before))
        };
        let (file, before) = opened().map_err(|error| IngestError::of_file(path, error))?;
        Ok(Self {
            path,
            file,
            before,
            bytes: 0,
        })
    }

    /// Reads the next bytes; none at the end. Stops when the task is not wanted any more.
    pub(crate) fn read<'b>(
        &mut self,
        buffer: &'b mut [u8],
        context: &ActivityContext,
    ) -> Result<&'b [u8], IngestError> {
        context.check()?;
        let read = loop {
            match self.file.read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read.map_err(|error| IngestError::of_file(self.path, error))?,
            }
        };
        self.bytes += read as u64;
        context.progress(self.bytes, self.before.len());
        Ok(&buffer[..read])
    }

    /// Ends the reading: how many bytes there were, if the file is still the same.
    pub(crate) fn finish(self) -> Result<u64, IngestError> {
        let after = self
            .file
            .metadata()
            .map_err(|error| IngestError::of_file(self.path, error))?;
        let is_same = self.bytes == self.before.len()
            && after.len() == self.before.len()
            && after.modified().ok() == self.before.modified().ok();
        if is_same {
            Ok(self.bytes)
        } else {
            Err(IngestError::FileChanging(self.path.to_owned()))
        }
    }
}
