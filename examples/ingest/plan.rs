//! What is to be done, and the inputs of the executions that do it.

use std::path::{Path, PathBuf};

use serde_json::json;

use crate::args::Args;
use crate::problem::Problem;

/// What is to be done.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// The directory, as an absolute path.
    pub(crate) root: String,
    /// How many files an execution takes.
    pub(crate) batch: u16,
    /// How many executions are open at a time.
    pub(crate) executions: usize,
    /// One file in so many fails its first attempt.
    pub(crate) flaky: u64,
    /// How hard to compress.
    pub(crate) level: u8,
}

impl Plan {
    /// Finds the directory and checks that it can be read.
    pub(crate) fn new(args: &Args) -> Result<Self, Problem> {
        let dir = args.dir.clone().unwrap_or_else(default_directory);
        let wrong = |why: &str| Problem::Usage(format!("{}: {why}", dir.display()));
        let root = dir.canonicalize().map_err(|error| {
            wrong(&format!(
                "{error}; name a directory that is there: ingest DIR"
            ))
        })?;
        if !root.is_dir() {
            return Err(wrong("it is a file; name the directory that it is in"));
        }
        root.read_dir()
            .map_err(|error| wrong(&format!("{error}; name a directory that you may read")))?;
        let root = root
            .to_str()
            .ok_or_else(|| wrong("its path is not UTF-8, which JSON cannot carry; rename it"))?;
        Ok(Self {
            root: root.to_owned(),
            batch: args.batch,
            executions: args.executions.into(),
            flaky: args.flaky,
            level: args.level,
        })
    }

    /// The input of the execution that lists the files after a path.
    pub(crate) fn listing(&self, after: Option<&str>) -> String {
        json!({ "root": self.root, "after": after, "batch": self.batch }).to_string()
    }

    /// The input of the execution that takes a batch of files.
    pub(crate) fn batch(&self, files: &[String]) -> String {
        let Self {
            root, flaky, level, ..
        } = self;
        json!({ "root": root, "flaky": flaky, "level": level, "files": files }).to_string()
    }
}

/// The project's own source tree when cargo runs the program, else the current directory.
fn default_directory() -> PathBuf {
    let manifest = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let project = manifest.as_deref().and_then(Path::parent);
    project.map_or_else(|| PathBuf::from("."), Path::to_owned)
}
