//! Buckets in memory, for tests and for as long as the engine lives.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::future::ready;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::name::{check_bucket, check_key};
use super::{ObjectEntry, ObjectError, ObjectFuture, ObjectStore};

/// Buckets in memory.
///
/// # Examples
///
/// ```
/// use sfn_local_engine::{Engine, MemoryObjects, ObjectStore};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let objects = MemoryObjects::new();
/// objects.add("orders", "today.json", r#"[{"id": 1}, {"id": 2}]"#);
/// let engine = Engine::builder().objects(objects).build()?;
/// let listed = engine.objects().list("orders", "").await?;
/// assert_eq!(listed[0].key, "today.json");
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Default)]
pub struct MemoryObjects {
    buckets: Mutex<BTreeMap<String, BTreeMap<String, Object>>>,
}

struct Object {
    content: Vec<u8>,
    modified: Timestamp,
}

impl MemoryObjects {
    /// No buckets.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a bucket, if it is not there.
    pub fn add_bucket(&self, bucket: &str) {
        self.lock().entry(bucket.to_owned()).or_default();
    }

    /// Adds an object, and its bucket if it is not there.
    pub fn add(&self, bucket: &str, key: &str, content: impl Into<Vec<u8>>) {
        self.add_at(bucket, key, content.into(), Timestamp::now());
    }

    fn add_at(&self, bucket: &str, key: &str, content: Vec<u8>, modified: Timestamp) {
        let mut buckets = self.lock();
        let objects = buckets.entry(bucket.to_owned()).or_default();
        objects.insert(key.to_owned(), Object { content, modified });
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, BTreeMap<String, Object>>> {
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read(&self, bucket: &str, key: &str) -> Result<Vec<u8>, ObjectError> {
        check_key(key)?;
        let buckets = self.lock();
        let objects = buckets.get(bucket).ok_or(ObjectError::NoSuchBucket)?;
        let object = objects.get(key).ok_or(ObjectError::NoSuchKey)?;
        Ok(object.content.clone())
    }

    fn write(&self, bucket: &str, key: &str, content: Vec<u8>) -> Result<(), ObjectError> {
        check_bucket(bucket)?;
        check_key(key)?;
        if !self.lock().contains_key(bucket) {
            return Err(ObjectError::NoSuchBucket);
        }
        self.add_at(bucket, key, content, Timestamp::now());
        Ok(())
    }

    fn entries(&self, bucket: &str, prefix: &str) -> Result<Vec<ObjectEntry>, ObjectError> {
        let buckets = self.lock();
        let objects = buckets.get(bucket).ok_or(ObjectError::NoSuchBucket)?;
        let found = objects
            .range(prefix.to_owned()..)
            .take_while(|(key, _)| key.starts_with(prefix));
        Ok(found
            .map(|(key, object)| ObjectEntry {
                key: key.clone(),
                size: object.content.len() as u64,
                modified: object.modified,
                etag: etag(&object.content),
            })
            .collect())
    }
}

impl ObjectStore for MemoryObjects {
    fn get<'a>(&'a self, bucket: &'a str, key: &'a str) -> ObjectFuture<'a, Vec<u8>> {
        Box::pin(ready(self.read(bucket, key)))
    }

    fn put<'a>(&'a self, bucket: &'a str, key: &'a str, content: Vec<u8>) -> ObjectFuture<'a, ()> {
        Box::pin(ready(self.write(bucket, key, content)))
    }

    fn list<'a>(&'a self, bucket: &'a str, prefix: &'a str) -> ObjectFuture<'a, Vec<ObjectEntry>> {
        Box::pin(ready(self.entries(bucket, prefix)))
    }
}

/// A text that is another for other bytes. Nobody who keeps to S3's promises reads more into it.
pub(super) fn etag(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest[..16].iter().fold(String::new(), |mut text, byte| {
        // Writing to a text cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

impl std::fmt::Debug for Object {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} bytes", self.content.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_was_put_is_found_and_listed_by_prefix() {
        let objects = MemoryObjects::new();
        objects.add_bucket("orders");
        for key in ["b/2", "a/1", "b/1", "c"] {
            objects.put("orders", key, key.into()).await.unwrap();
        }
        assert_eq!(objects.get("orders", "b/1").await.unwrap(), b"b/1");
        let listed = objects.list("orders", "b/").await.unwrap();
        let keys: Vec<_> = listed.iter().map(|entry| entry.key.as_str()).collect();
        assert_eq!(keys, ["b/1", "b/2"]);
        assert_ne!(listed[0].etag, listed[1].etag);
    }

    #[tokio::test]
    async fn what_is_not_there_is_said_in_the_words_of_s3() {
        let objects = MemoryObjects::new();
        objects.add_bucket("orders");
        let missing = objects.get("orders", "gone").await.unwrap_err();
        assert!(matches!(missing, ObjectError::NoSuchKey));
        let missing = objects.list("elsewhere", "").await.unwrap_err();
        assert!(matches!(missing, ObjectError::NoSuchBucket));
        let missing = objects.put("elsewhere", "a", Vec::new()).await.unwrap_err();
        assert!(missing.to_string().contains("bucket does not exist"));
    }
}
