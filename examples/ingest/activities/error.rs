//! What can be wrong: each variant's name is what `Retry` and `Catch` of the definition match.

use std::io;
use std::path::PathBuf;

use sfn_worker_core::{ActivityError, Cancelled};

/// Why an activity failed.
#[derive(Debug, thiserror::Error, ActivityError)]
pub(crate) enum IngestError {
    /// The directory is not there, or is none. Ends the execution.
    #[error("{} is not a directory", .0.display())]
    DirectoryMissing(PathBuf),
    /// The directory itself cannot be read. Ends the execution.
    #[error("the directory {} cannot be read", path.display())]
    DirectoryUnreadable {
        path: PathBuf,
        #[source]
        source: walkdir::Error,
    },
    /// The file was there when the directory was listed. It is set aside.
    #[error("{0} is not there any more")]
    FileVanished(String),
    /// The file cannot be read. It is set aside.
    #[error("{path} cannot be read")]
    FileUnreadable {
        path: String,
        #[source]
        source: io::Error,
    },
    /// There is nothing in the file. It is set aside.
    #[error("{0} is empty")]
    FileEmpty(String),
    /// Somebody wrote the file while it was read. Tried again, and set aside if that goes on.
    #[error("{0} changed while it was read")]
    FileChanging(String),
    /// The path leads out of the directory: the input is not one of ours.
    #[error("{0:?} leads out of the directory")]
    PathOutside(String),
    /// The fault that `--flaky` injects. Tried again.
    #[error("an injected fault: the first attempt at {0} fails")]
    Transient(String),
    /// The task is not wanted any more; nobody reads this.
    #[error("stopped")]
    Stopped(#[from] Cancelled),
}

impl IngestError {
    /// What an I/O error says about a file.
    pub(crate) fn of_file(path: &str, source: io::Error) -> Self {
        let path = path.to_owned();
        match source.kind() {
            io::ErrorKind::NotFound => Self::FileVanished(path),
            _ => Self::FileUnreadable { path, source },
        }
    }
}
