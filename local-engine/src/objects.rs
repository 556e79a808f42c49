//! Objects in buckets, in place of S3: the port, a directory, and memory.
//!
//! A distributed Map reads its items here and writes its results here. What a bucket holds is
//! found by key; a key may have slashes, which mean nothing but themselves.

mod directory;
mod items;
mod memory;
mod name;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use jiff::Timestamp;

pub use directory::DirectoryObjects;
pub(crate) use items::read_items;
pub use memory::MemoryObjects;

/// What a call to an object store returns.
pub type ObjectFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, ObjectError>> + Send + 'a>>;

/// A place for objects, as S3 is one.
pub trait ObjectStore: fmt::Debug + Send + Sync + 'static {
    /// Reads an object.
    ///
    /// # Cancel safety
    ///
    /// May be dropped at any time.
    fn get<'a>(&'a self, bucket: &'a str, key: &'a str) -> ObjectFuture<'a, Vec<u8>>;

    /// Writes an object, in place of one that is there.
    ///
    /// # Cancel safety
    ///
    /// Dropped midway, the object is written whole or not at all.
    fn put<'a>(&'a self, bucket: &'a str, key: &'a str, content: Vec<u8>) -> ObjectFuture<'a, ()>;

    /// Lists the objects whose keys begin with this prefix, in the order of their keys.
    ///
    /// # Cancel safety
    ///
    /// May be dropped at any time.
    fn list<'a>(&'a self, bucket: &'a str, prefix: &'a str) -> ObjectFuture<'a, Vec<ObjectEntry>>;
}

/// What a list tells of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "a store of someone else's makes entries"
)]
pub struct ObjectEntry {
    /// Its key.
    pub key: String,
    /// How many bytes it has.
    pub size: u64,
    /// When it was written.
    pub modified: Timestamp,
    /// A text that is another for another content.
    pub etag: String,
}

/// Why an object cannot be read or written, in the words of S3.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum ObjectError {
    /// There is no such bucket.
    #[error("The specified bucket does not exist (Service: S3, Status Code: 404)")]
    NoSuchBucket,
    /// There is no such object.
    #[error("The specified key does not exist. (Service: S3, Status Code: 404)")]
    NoSuchKey,
    /// The bucket or key is one that no object can have here.
    #[error("The specified {0} is not valid. (Service: S3, Status Code: 400)")]
    InvalidName(&'static str),
    /// The store is out of reach or in trouble of its own.
    #[error("The object store cannot be used: {0}")]
    Unavailable(#[source] Arc<std::io::Error>),
}

impl From<std::io::Error> for ObjectError {
    fn from(error: std::io::Error) -> Self {
        Self::Unavailable(Arc::new(error))
    }
}
