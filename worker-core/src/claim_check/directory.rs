//! A store in a directory, for tests and for workers that share a file system.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::digest::PayloadDigest;
use super::store::{PayloadStore, StoreError, StoreFuture, StoreTrouble, on_a_thread};
use crate::payload::Payload;

const SCHEME: &str = "file://";

/// Keeps payloads as files below a directory, named after their SHA-256.
///
/// A file is written beside its place and then moved there, so that no reader ever sees a part
/// of one, and is on disk before its pointer is reported. Only its owner may read it.
#[derive(Debug, Clone)]
pub struct DirectoryStore {
    /// Without links, so that paths can be compared with it.
    root: Arc<Path>,
}

impl DirectoryStore {
    /// Keeps payloads below a directory, which is created where it is missing.
    ///
    /// # Errors
    ///
    /// The directory cannot be created or read, or its path is not UTF-8.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        let path = path.as_ref();
        let unusable = |error| {
            let message = format!("the directory {} cannot be used", path.display());
            StoreError::new(trouble(&error), message).with_source(error)
        };
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(path).map_err(unusable)?;
        let root = fs::canonicalize(path).map_err(unusable)?;
        if !root.is_dir() {
            return Err(unusable(io::ErrorKind::NotADirectory.into()));
        }
        if root.to_str().is_none() {
            let message = format!("the path {} is not UTF-8", root.display());
            return Err(StoreError::new(StoreTrouble::Unavailable, message));
        }
        Ok(Self { root: root.into() })
    }

    /// The path that a URI names, by its text alone.
    fn path(&self, uri: &str) -> Option<PathBuf> {
        let path = PathBuf::from(unescape(uri.strip_prefix(SCHEME)?)?);
        let plain = path
            .components()
            .all(|part| matches!(part, Component::RootDir | Component::Normal(_)));
        (plain && path.starts_with(&self.root)).then_some(path)
    }
}

impl PayloadStore for DirectoryStore {
    fn put<'a>(&'a self, payload: &'a Payload, digest: PayloadDigest) -> StoreFuture<'a, String> {
        let (root, payload) = (Arc::clone(&self.root), payload.clone());
        Box::pin(on_a_thread(move || {
            let path = root.join(format!("{digest}.json"));
            match write(&root, &path, payload.as_str().as_bytes()) {
                Ok(()) => Ok(format!("{SCHEME}{}", escape(&path.to_string_lossy()))),
                Err(error) => Err(from_io("the file system did not take it", error)),
            }
        }))
    }

    fn get<'a>(&'a self, uri: &'a str, limit: usize) -> StoreFuture<'a, Vec<u8>> {
        let Some(path) = self.path(uri) else {
            return Box::pin(async { Err(foreign()) });
        };
        let root = Arc::clone(&self.root);
        Box::pin(on_a_thread(move || read(&root, &path, limit)))
    }
}

fn write(root: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let (draft, mut file) = draft(root)?;
    let written = file
        .write_all(bytes)
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::rename(&draft, path));
    if written.is_err() {
        // What matters is the first error.
        let _ = fs::remove_file(&draft);
    }
    written?;
    // A pointer must not outlive its payload in a power cut; where a directory cannot be
    // synchronised, nothing more can be done.
    let _ = File::open(root).and_then(|directory| directory.sync_all());
    Ok(())
}

/// A new file that nobody else writes.
fn draft(root: &Path) -> io::Result<(PathBuf, File)> {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    loop {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = root.join(format!(".draft-{}-{number}", std::process::id()));
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        match options.open(&path) {
            // Containers that share a volume can share a process id, too.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            opened => return opened.map(|file| (path, file)),
        }
    }
}

fn read(root: &Path, path: &Path, limit: usize) -> Result<Vec<u8>, StoreError> {
    let failed = |error| from_io("the file system did not give it", error);
    let real = fs::canonicalize(path).map_err(failed)?;
    if !real.starts_with(root) {
        return Err(foreign());
    }
    // Asked for before it is opened: opening a pipe would wait for a writer.
    let seen = fs::symlink_metadata(&real).map_err(failed)?;
    if !seen.is_file() {
        return Err(foreign());
    }
    let file = File::open(&real).map_err(failed)?;
    let opened = file.metadata().map_err(failed)?;
    if !is_same(&seen, &opened) {
        return Err(foreign());
    }
    let too_long = || {
        let message = format!("it has more than {limit} bytes");
        StoreError::new(StoreTrouble::TooLong, message)
    };
    let most = u64::try_from(limit).unwrap_or(u64::MAX);
    if opened.len() > most {
        return Err(too_long());
    }
    let mut content = Vec::with_capacity(usize::try_from(opened.len()).unwrap_or_default());
    file.take(most.saturating_add(1))
        .read_to_end(&mut content)
        .map_err(failed)?;
    if content.len() > limit {
        return Err(too_long());
    }
    Ok(content)
}

/// Whether no link was put in the place of the file between a look and the opening.
#[cfg(unix)]
fn is_same(seen: &fs::Metadata, opened: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    (seen.dev(), seen.ino()) == (opened.dev(), opened.ino())
}

#[cfg(not(unix))]
fn is_same(seen: &fs::Metadata, opened: &fs::Metadata) -> bool {
    seen.is_file() && opened.is_file()
}

fn foreign() -> StoreError {
    let message = "the pointer does not name a file of this worker's directory of payloads";
    StoreError::new(StoreTrouble::Foreign, message)
}

fn from_io(message: &str, error: io::Error) -> StoreError {
    StoreError::new(trouble(&error), message).with_source(error)
}

fn trouble(error: &io::Error) -> StoreTrouble {
    match error.kind() {
        io::ErrorKind::NotFound => StoreTrouble::Missing,
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => StoreTrouble::Denied,
        _ => StoreTrouble::Unavailable,
    }
}

/// Percent-encodes what has a meaning of its own in a URI.
fn escape(path: &str) -> String {
    let mut text = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' => {
                text.push(char::from(byte));
            }
            _ => text.push_str(&format!("%{byte:02X}")),
        }
    }
    text
}

fn unescape(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut parts = text.split('%');
    bytes.extend_from_slice(parts.next()?.as_bytes());
    for part in parts {
        let (digits, rest) = part.split_at_checked(2)?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        bytes.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    fn store() -> (TempDir, DirectoryStore) {
        let folder = tempfile::tempdir().unwrap();
        let store = DirectoryStore::open(folder.path().join("payloads")).unwrap();
        (folder, store)
    }

    async fn put(store: &DirectoryStore, json: &str) -> String {
        let payload = Payload::new(json);
        let digest = PayloadDigest::of(json.as_bytes());
        store.put(&payload, digest).await.unwrap()
    }

    async fn trouble_with(store: &DirectoryStore, uri: &str) -> StoreTrouble {
        store.get(uri, 1_000).await.unwrap_err().trouble()
    }

    #[tokio::test]
    async fn a_payload_comes_back_and_is_there_once() {
        let (_folder, store) = store();
        let uri = put(&store, "[1]").await;
        assert_eq!(put(&store, "[1]").await, uri);
        assert_eq!(store.get(&uri, 3).await.unwrap(), b"[1]");
        let names: Vec<_> = fs::read_dir(&store.root).unwrap().collect();
        assert_eq!(names.len(), 1, "{names:?}");
    }

    #[tokio::test]
    async fn a_path_with_anything_in_it_makes_a_uri() {
        let folder = tempfile::tempdir().unwrap();
        let store = DirectoryStore::open(folder.path().join("a b/ü%2e?#")).unwrap();
        let uri = put(&store, "[1]").await;
        assert!(uri.contains("/a%20b/%C3%BC%252e%3F%23/"), "{uri}");
        assert_eq!(store.get(&uri, 3).await.unwrap(), b"[1]");
    }

    #[tokio::test]
    async fn reading_stops_at_the_limit() {
        let (_folder, store) = store();
        let uri = put(&store, "[1]").await;
        let error = store.get(&uri, 2).await.unwrap_err();
        assert_eq!(error.trouble(), StoreTrouble::TooLong);
    }

    #[tokio::test]
    async fn a_payload_that_is_gone_is_missing() {
        let (_folder, store) = store();
        let uri = put(&store, "[1]").await;
        fs::remove_file(store.path(&uri).unwrap()).unwrap();
        assert_eq!(trouble_with(&store, &uri).await, StoreTrouble::Missing);
    }

    #[tokio::test]
    async fn a_directory_that_is_full_of_drafts_still_takes_payloads() {
        let (_folder, store) = store();
        for number in 0..100 {
            let name = format!(".draft-{}-{number}", std::process::id());
            fs::write(store.root.join(name), "").unwrap();
        }
        let uri = put(&store, "[1]").await;
        assert_eq!(store.get(&uri, 3).await.unwrap(), b"[1]");
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn p10_nobody_else_may_read_a_payload() {
        use std::os::unix::fs::PermissionsExt as _;
        let (_folder, store) = store();
        let uri = put(&store, "[1]").await;
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&store.root), 0o700);
        assert_eq!(mode(&store.path(&uri).unwrap()), 0o600);
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_pointer_cannot_leave_the_directory() {
        use std::os::unix::fs::symlink;
        let (folder, store) = store();
        let outside = fs::canonicalize(folder.path()).unwrap();
        let outside = outside.to_str().unwrap();
        let root = store.root.to_str().unwrap();
        fs::write(folder.path().join("secret"), "1").unwrap();
        fs::create_dir(folder.path().join("payloads2")).unwrap();
        fs::write(folder.path().join("payloads2/x"), "1").unwrap();
        symlink(folder.path().join("secret"), store.root.join("link")).unwrap();
        symlink(folder.path(), store.root.join("way")).unwrap();
        fs::create_dir(store.root.join("below")).unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(store.root.join("socket")).unwrap();

        for uri in [
            "file:///etc/passwd".to_owned(),
            format!("file://{outside}/secret"),
            format!("file://{outside}/payloads2/x"),
            format!("file://{root}2/x"),
            format!("file://{root}/../secret"),
            format!("file://{root}/%2e%2e/secret"),
            format!("file://{root}/below/../../secret"),
            format!("file://{root}/link"),
            format!("file://{root}/way/secret"),
            format!("file://{root}/way/payloads/link"),
            format!("file://{root}/socket"),
            format!("file://{root}/below"),
            format!("file://{root}"),
            format!("file://host{root}/x"),
            format!("{root}/x"),
            format!("FILE://{root}/x"),
            format!("file://{root}/%zz"),
            format!("file://{root}/%e"),
            format!("file://{root}/%+1"),
            "s3://bucket/key".to_owned(),
            "file://".to_owned(),
            String::new(),
        ] {
            assert_eq!(
                trouble_with(&store, &uri).await,
                StoreTrouble::Foreign,
                "{uri}"
            );
        }
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_link_that_stays_inside_is_followed() {
        let (_folder, store) = store();
        let uri = put(&store, "[1]").await;
        let link = store.root.join("link");
        std::os::unix::fs::symlink(store.path(&uri).unwrap(), &link).unwrap();
        let uri = format!("file://{}", link.display());
        assert_eq!(store.get(&uri, 3).await.unwrap(), b"[1]");
    }

    #[test]
    fn a_directory_that_cannot_be_one_is_said_so() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let error = DirectoryStore::open(file.path()).unwrap_err();
        assert!(error.to_string().contains("cannot be used"), "{error}");
    }
}
