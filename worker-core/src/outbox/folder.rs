//! The directory of an outbox: its lock, its modes, and the steps by which a file appears.
//!
//! An entry is in one file, whose name is its number and what is known of its reports:
//!
//! | name | meaning |
//! |---|---|
//! | `N.part` | is being written; left over, it is removed |
//! | `N.held` | whole, and no report of it can have been taken |
//! | `N.sent` | whole, and a report of it may have been taken |
//! | `N.held.unreadable`, `N.sent.unreadable` | set aside |
//!
//! A file gets its name only when its bytes are written and flushed, and is never written
//! again; so a crash at any point leaves no entry, or a whole one.

use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, DirEntry, File, Metadata, OpenOptions, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use super::error::{Kind, OutboxError};
use super::frame;

const LOCK: &str = "lock";
const PART: &str = "part";
const HELD: &str = "held";
const SENT: &str = "sent";
const UNREADABLE: &str = "unreadable";

/// A directory that is locked for this process as long as this lives.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    /// Gives the lock back when it is closed, however the process ends.
    _lock: File,
    /// Whether what is written is to outlive the machine, and not only the process.
    flush: bool,
    #[cfg(unix)]
    directory: File,
}

/// What was in the directory when it was opened.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Sizes by number.
    pub(super) entries: BTreeMap<u64, u64>,
    /// Above every number in use.
    pub(super) next: u64,
}

impl Folder {
    pub(super) fn open(path: PathBuf, flush: bool) -> Result<(Self, Found), OutboxError> {
        let failed = |kind: fn(io::Error) -> Kind| {
            let path = path.clone();
            move |error| OutboxError::new(&path, kind(error))
        };
        let metadata = make(&path).map_err(failed(Kind::Create))?;
        if !metadata.is_dir() {
            return Err(OutboxError::new(&path, Kind::NotADirectory));
        }
        modes::refuse_shared(&path, &metadata)?;
        let lock = lock(&path)?;
        modes::refuse_foreign(&path, &metadata, &lock)?;
        let found = list(&path).map_err(failed(Kind::List))?;
        let folder = Self {
            #[cfg(unix)]
            directory: File::open(&path).map_err(failed(Kind::List))?,
            path,
            _lock: lock,
            flush,
        };
        Ok((folder, found))
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes an entry; when this returns, a crash does not lose it.
    pub(super) fn write(&self, number: u64, bytes: &[u8]) -> io::Result<()> {
        let written = self
            .write_part(number, bytes)
            .and_then(|()| self.publish(number))
            .and_then(|()| self.flush_names());
        if written.is_err() {
            // As if it had never been; what cannot be removed either is found at a start.
            let _ = fs::remove_file(self.file(number, PART));
            let _ = fs::remove_file(self.file(number, HELD));
        }
        written
    }

    pub(super) fn write_part(&self, number: u64, bytes: &[u8]) -> io::Result<()> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        modes::private_file(&mut options);
        let mut file = options.open(self.file(number, PART))?;
        file.write_all(bytes)?;
        if self.flush {
            file.sync_all()?;
        }
        Ok(())
    }

    pub(super) fn publish(&self, number: u64) -> io::Result<()> {
        fs::rename(self.file(number, PART), self.file(number, HELD))
    }

    /// Makes the names in the directory as lasting as the files.
    fn flush_names(&self) -> io::Result<()> {
        // Elsewhere a directory cannot be flushed; the file system's journal keeps the order.
        #[cfg(unix)]
        if self.flush {
            self.directory.sync_all()?;
        }
        Ok(())
    }

    /// Says in the name of an entry whether a report of it may have been taken.
    pub(super) fn mark(&self, number: u64, maybe_taken: bool) -> io::Result<()> {
        let (from, to) = if maybe_taken {
            (HELD, SENT)
        } else {
            (SENT, HELD)
        };
        let to = self.file(number, to);
        match fs::rename(self.file(number, from), &to) {
            Err(error) if error.kind() == io::ErrorKind::NotFound && to.exists() => Ok(()),
            renamed => renamed,
        }
    }

    /// Reads an entry, and whether a report of it may have been taken.
    pub(super) fn read(&self, number: u64) -> io::Result<(Vec<u8>, bool)> {
        let (file, state) = self.find(number)?;
        let mut bytes = Vec::new();
        // One byte more than there can be is read, and is then not what its checksum says.
        File::open(file)?
            .take(frame::LIMIT as u64 + 1)
            .read_to_end(&mut bytes)?;
        Ok((bytes, state == SENT))
    }

    /// Removes an entry; one that is not there is no error.
    pub(super) fn remove(&self, number: u64) -> io::Result<()> {
        match self.find(number) {
            Ok((file, _)) => fs::remove_file(file),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Renames an entry so that it is not read again; returns its new name.
    pub(super) fn set_aside(&self, number: u64) -> io::Result<PathBuf> {
        let (file, _) = self.find(number)?;
        let aside = file.with_added_extension(UNREADABLE);
        fs::rename(&file, &aside)?;
        Ok(aside)
    }

    /// The file of an entry and the word in its name; what is not a file is not found.
    fn find(&self, number: u64) -> io::Result<(PathBuf, &'static str)> {
        for state in [SENT, HELD] {
            let file = self.file(number, state);
            match fs::symlink_metadata(&file) {
                Ok(metadata) if metadata.is_file() => return Ok((file, state)),
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::ErrorKind::NotFound.into())
    }

    pub(super) fn file(&self, number: u64, state: &str) -> PathBuf {
        self.path.join(format!("{number:012}.{state}"))
    }
}

/// Reads a small secret, and the mode of its file where there are modes.
#[cfg(feature = "outbox-seal")]
pub(super) fn read_secret(path: &Path) -> io::Result<(Vec<u8>, Option<u32>)> {
    let file = File::open(path)?;
    let mode = modes::of(&file.metadata()?);
    let mut bytes = Vec::new();
    file.take(1024).read_to_end(&mut bytes)?;
    Ok((bytes, mode))
}

/// Makes the directory if it does not exist. A link to it is followed: systemd makes one of a
/// unit's state directory.
fn make(path: &Path) -> io::Result<Metadata> {
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let mut builder = DirBuilder::new();
            modes::private_directory(&mut builder);
            builder.recursive(true).create(path)?;
            fs::metadata(path)
        }
        metadata => metadata,
    }
}

fn lock(directory: &Path) -> Result<File, OutboxError> {
    let path = directory.join(LOCK);
    let failed = |error| OutboxError::new(&path, Kind::Lock(error));
    if fs::symlink_metadata(&path).is_ok_and(|metadata| !metadata.is_file()) {
        return Err(failed(io::Error::other("it is not a regular file")));
    }
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    modes::private_file(&mut options);
    let mut file = options.open(&path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            // Only for the message: some systems do not let a locked file be read.
            let _ = (&file).take(20).read_to_string(&mut holder);
            let holder = holder.trim().parse().ok();
            return Err(OutboxError::new(directory, Kind::InUse(holder)));
        }
        Err(TryLockError::Error(error)) => return Err(failed(error)),
    }
    file.set_len(0)
        .and_then(|()| writeln!(file, "{}", std::process::id()))
        .map_err(failed)?;
    Ok(file)
}

fn list(path: &Path) -> io::Result<Found> {
    let mut found = Found::default();
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        let name = entry.file_name();
        let Some((number, state)) = name.to_str().and_then(parse) else {
            continue;
        };
        found.next = found.next.max(number + 1);
        if state == UNREADABLE {
            continue;
        }
        let metadata = entry.metadata()?;
        if !metadata.is_file() {
            tracing::warn!(
                file = %entry.path().display(),
                "ignoring what is not a regular file in the outbox"
            );
        } else if state == PART {
            remove_left_over(&entry);
        } else {
            found.entries.insert(number, metadata.len());
        }
    }
    Ok(found)
}

/// Number and state in the name of a file; none if the name is not one of ours.
fn parse(name: &str) -> Option<(u64, &str)> {
    let (digits, state) = name.split_once('.')?;
    if digits.len() != 12 || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let state = match state.split_once('.') {
        Some((HELD | SENT, UNREADABLE)) => UNREADABLE,
        None if [PART, HELD, SENT].contains(&state) => state,
        _ => return None,
    };
    Some((digits.parse().ok()?, state))
}

/// A crash interrupted the writing: no entry was promised yet.
fn remove_left_over(entry: &DirEntry) {
    if let Err(error) = fs::remove_file(entry.path()) {
        tracing::warn!(
            %error,
            file = %entry.path().display(),
            "failed to remove a half-written file from the outbox"
        );
    }
}

/// What only systems with modes can do.
#[cfg(unix)]
mod modes {
    use std::fs::{DirBuilder, File, Metadata, OpenOptions};
    use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
    use std::path::Path;

    use super::{Kind, OutboxError};

    pub(super) fn private_directory(builder: &mut DirBuilder) {
        builder.mode(0o700);
    }

    pub(super) fn private_file(options: &mut OpenOptions) {
        options.mode(0o600);
    }

    #[cfg(feature = "outbox-seal")]
    pub(super) fn of(metadata: &Metadata) -> Option<u32> {
        Some(metadata.mode() & 0o7777)
    }

    pub(super) fn refuse_shared(path: &Path, metadata: &Metadata) -> Result<(), OutboxError> {
        let mode = metadata.mode() & 0o7777;
        if mode & 0o022 != 0 {
            return Err(OutboxError::new(path, Kind::WritableByOthers(mode)));
        }
        Ok(())
    }

    /// Refuses a directory of another user, who could change it; root can anyway. Whose
    /// process this is shows in the owner of the lock.
    pub(super) fn refuse_foreign(
        path: &Path,
        directory: &Metadata,
        lock: &File,
    ) -> Result<(), OutboxError> {
        let own = lock.metadata().map(|lock| lock.uid());
        match own {
            Ok(own) if directory.uid() == own || directory.uid() == 0 => Ok(()),
            Ok(_) => Err(OutboxError::new(path, Kind::ForeignOwner)),
            Err(error) => Err(OutboxError::new(path, Kind::Lock(error))),
        }
    }
}

/// Elsewhere the directory's access list decides.
#[cfg(not(unix))]
mod modes {
    use std::fs::{DirBuilder, File, Metadata, OpenOptions};
    use std::path::Path;

    use super::OutboxError;

    pub(super) fn private_directory(_: &mut DirBuilder) {}

    pub(super) fn private_file(_: &mut OpenOptions) {}

    #[cfg(feature = "outbox-seal")]
    pub(super) fn of(_: &Metadata) -> Option<u32> {
        None
    }

    pub(super) fn refuse_shared(_: &Path, _: &Metadata) -> Result<(), OutboxError> {
        Ok(())
    }

    pub(super) fn refuse_foreign(_: &Path, _: &Metadata, _: &File) -> Result<(), OutboxError> {
        Ok(())
    }
}
