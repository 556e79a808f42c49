//! A directory whose sub-directories are buckets.

use std::fs::{self, DirEntry};
use std::io::{self, ErrorKind};
use std::path::PathBuf;

use jiff::Timestamp;
use tokio::task::spawn_blocking;

use super::memory::etag;
use super::name::{check_bucket, segments};
use super::{ObjectEntry, ObjectError, ObjectFuture, ObjectStore};

/// How a file is named while it is written.
const UNFINISHED: &str = ".unfinished";

/// A directory in place of S3: its sub-directories are the buckets, and the path of a file
/// inside a bucket is its key.
///
/// A key never leads out of its bucket: parts such as `..` are refused, and symbolic links are
/// neither followed nor listed.
#[derive(Debug, Clone)]
pub struct DirectoryObjects {
    root: PathBuf,
}

impl DirectoryObjects {
    /// The buckets in this directory. A directory that is not there has no buckets.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The directory of a bucket.
    fn bucket(&self, bucket: &str) -> Result<PathBuf, ObjectError> {
        check_bucket(bucket)?;
        let path = self.root.join(bucket);
        match fs::symlink_metadata(&path) {
            Ok(found) if found.is_dir() => Ok(path),
            Ok(_) => Err(ObjectError::NoSuchBucket),
            Err(error) if error.kind() == ErrorKind::NotFound => Err(ObjectError::NoSuchBucket),
            Err(error) => Err(error.into()),
        }
    }

    fn read(&self, bucket: &str, key: &str) -> Result<Vec<u8>, ObjectError> {
        let path = place(self.bucket(bucket)?, key)?;
        match fs::metadata(&path) {
            Ok(found) if found.is_file() => Ok(fs::read(path)?),
            Ok(_) => Err(ObjectError::NoSuchKey),
            Err(error) if is_missing(&error) => Err(ObjectError::NoSuchKey),
            Err(error) => Err(error.into()),
        }
    }

    fn write(&self, bucket: &str, key: &str, content: &[u8]) -> Result<(), ObjectError> {
        let path = place(self.bucket(bucket)?, key)?;
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        // Nobody reads half an object: it appears under its name when it is whole.
        let mut unfinished = path.clone().into_os_string();
        unfinished.push(format!(".{}{UNFINISHED}", uuid::Uuid::new_v4()));
        let written = fs::write(&unfinished, content).and_then(|()| fs::rename(&unfinished, &path));
        if written.is_err() {
            // What is left of it is not listed either; that it cannot be removed changes nothing.
            let _ = fs::remove_file(&unfinished);
        }
        Ok(written?)
    }

    fn entries(&self, bucket: &str, prefix: &str) -> Result<Vec<ObjectEntry>, ObjectError> {
        let mut entries = Vec::new();
        let mut open = vec![(self.bucket(bucket)?, String::new())];
        while let Some((folder, path)) = open.pop() {
            for entry in fs::read_dir(folder)? {
                let entry = entry?;
                let Ok(name) = entry.file_name().into_string() else {
                    continue;
                };
                let key = format!("{path}{name}");
                let kind = entry.file_type()?;
                if kind.is_dir() {
                    let inside = format!("{key}/");
                    if inside.starts_with(prefix) || prefix.starts_with(&inside) {
                        open.push((entry.path(), inside));
                    }
                } else if kind.is_file() && key.starts_with(prefix) && !key.ends_with(UNFINISHED) {
                    entries.push(describe(&entry, key)?);
                }
            }
        }
        entries.sort_unstable_by(|one, other| one.key.cmp(&other.key));
        Ok(entries)
    }
}

impl ObjectStore for DirectoryObjects {
    fn get<'a>(&'a self, bucket: &'a str, key: &'a str) -> ObjectFuture<'a, Vec<u8>> {
        let (store, bucket, key) = (self.clone(), bucket.to_owned(), key.to_owned());
        Box::pin(aside(move || store.read(&bucket, &key)))
    }

    fn put<'a>(&'a self, bucket: &'a str, key: &'a str, content: Vec<u8>) -> ObjectFuture<'a, ()> {
        let (store, bucket, key) = (self.clone(), bucket.to_owned(), key.to_owned());
        Box::pin(aside(move || store.write(&bucket, &key, &content)))
    }

    fn list<'a>(&'a self, bucket: &'a str, prefix: &'a str) -> ObjectFuture<'a, Vec<ObjectEntry>> {
        let (store, bucket, prefix) = (self.clone(), bucket.to_owned(), prefix.to_owned());
        Box::pin(aside(move || store.entries(&bucket, &prefix)))
    }
}

/// Where the file of a key is, with no symbolic link on the way.
fn place(bucket: PathBuf, key: &str) -> Result<PathBuf, ObjectError> {
    let mut path = bucket;
    for segment in segments(key)? {
        path.push(segment);
        match fs::symlink_metadata(&path) {
            Ok(found) if found.is_symlink() => return Err(ObjectError::NoSuchKey),
            Ok(_) => {}
            Err(error) if is_missing(&error) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(path)
}

fn is_missing(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

fn describe(entry: &DirEntry, key: String) -> Result<ObjectEntry, ObjectError> {
    let found = entry.metadata()?;
    let modified = found.modified()?;
    let modified = Timestamp::try_from(modified).unwrap_or(Timestamp::UNIX_EPOCH);
    // Reading every file for a list would take too long; one that changes has another time.
    let mark = format!("{} {}", found.len(), modified.as_nanosecond());
    Ok(ObjectEntry {
        etag: etag(mark.as_bytes()),
        key,
        size: found.len(),
        modified,
    })
}

/// Does work that may block where it keeps nobody waiting.
async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ObjectError> + Send + 'static,
) -> Result<T, ObjectError> {
    match spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => Err(io::Error::other(error).into()),
    }
}

#[cfg(test)]
mod tests;
