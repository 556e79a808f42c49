//! The key that seals the files of an outbox: XChaCha20-Poly1305.
//!
//! A nonce has 24 random bytes, so that no two files of a key ever share one.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use chacha20poly1305::aead::{Aead as _, Generate as _, KeyInit as _, Payload as Message};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use sha2::{Digest as _, Sha256};

use super::error::{KeyProblem, Kind, OutboxError};
use super::folder;

/// The bytes that a sealed file has beside its body: the id of the key and the nonce.
pub(super) const SEAL_LENGTH: usize = ID_LENGTH + NONCE_LENGTH;

const ID_LENGTH: usize = 8;
const NONCE_LENGTH: usize = 24;
const KEY_LENGTH: usize = 32;

/// The key that seals the files of an [`Outbox`](super::Outbox): 32 secret bytes.
///
/// Keep it elsewhere than the outbox, or it protects nothing.
/// A file that was sealed with another key cannot be sent; it is set aside.
///
/// # Examples
///
/// ```
/// use sfn_worker_core::{Outbox, OutboxKey};
///
/// # let directory = tempfile::tempdir()?;
/// # let secret = [7; 32];
/// let outbox = Outbox::builder(directory.path().join("outbox"))
///     .sealed_with(OutboxKey::from_bytes(secret))
///     .open()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct OutboxKey {
    /// Wipes the key from memory when it is dropped.
    cipher: XChaCha20Poly1305,
    /// Tells that a file was sealed with another key; it says nothing about the key.
    id: [u8; ID_LENGTH],
}

impl OutboxKey {
    pub(super) const TAG_LENGTH: usize = 16;

    /// Makes a key of its bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; KEY_LENGTH]) -> Self {
        let hash = Sha256::new()
            .chain_update(b"sfn-worker outbox key id")
            .chain_update(bytes)
            .finalize();
        let mut id = [0; ID_LENGTH];
        id.copy_from_slice(&hash[..ID_LENGTH]);
        Self {
            cipher: XChaCha20Poly1305::new(&bytes.into()),
            id,
        }
    }

    /// Reads a key from a file: 32 bytes as they are, 64 hexadecimal digits, or base64.
    ///
    /// # Errors
    ///
    /// The file cannot be read, other users can read it, or it holds no key.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, OutboxError> {
        Self::read(path.as_ref(), 0o077)
    }

    /// Reads a key from a credential of the systemd unit, from `$CREDENTIALS_DIRECTORY/name`,
    /// in one of the forms of [`from_file`](Self::from_file).
    ///
    /// With `LoadCredentialEncrypted=` the key lies on the disk only sealed by the machine's
    /// TPM or its own secret.
    ///
    /// # Errors
    ///
    /// The name is not a file name, the process has no credentials, or the file cannot be
    /// read, everyone can read it, or it holds no key.
    pub fn from_systemd_credential(name: &str) -> Result<Self, OutboxError> {
        let directory = std::env::var_os("CREDENTIALS_DIRECTORY").map(PathBuf::from);
        Self::from_credential(directory, name)
    }

    fn from_credential(directory: Option<PathBuf>, name: &str) -> Result<Self, OutboxError> {
        let wrong = |problem| OutboxError::new(Path::new(name), Kind::Key(problem));
        if Path::new(name).file_name() != Some(name.as_ref()) {
            return Err(wrong(KeyProblem::CredentialName));
        }
        let directory = directory.ok_or_else(|| wrong(KeyProblem::NoCredentials))?;
        // systemd gives the unit's user access by an access list, which shows as the group's.
        Self::read(&directory.join(name), 0o007)
    }

    fn read(path: &Path, forbidden: u32) -> Result<Self, OutboxError> {
        let wrong = |problem| OutboxError::new(path, Kind::Key(problem));
        let (bytes, mode) =
            folder::read_secret(path).map_err(|error| wrong(KeyProblem::Read(error)))?;
        match mode {
            Some(mode) if mode & forbidden != 0 => Err(wrong(KeyProblem::ReadableByOthers(mode))),
            _ => parse(&bytes)
                .map(Self::from_bytes)
                .ok_or_else(|| wrong(KeyProblem::Format)),
        }
    }

    /// Adds the id of the key, a nonce and the sealed document to the header, which is
    /// authenticated with them.
    pub(super) fn seal(&self, document: &[u8], bytes: &mut Vec<u8>) -> io::Result<()> {
        let nonce = XNonce::try_generate().map_err(io::Error::other)?;
        bytes.extend_from_slice(&self.id);
        let message = Message {
            msg: document,
            aad: bytes,
        };
        let sealed = self.cipher.encrypt(&nonce, message);
        bytes.extend_from_slice(&nonce);
        bytes.extend(sealed.map_err(|_| io::Error::other("the document is too long to seal"))?);
        Ok(())
    }

    /// Whether what follows the header of a file names this key.
    pub(super) fn has_sealed(&self, rest: &[u8]) -> bool {
        rest.starts_with(&self.id)
    }

    /// Opens what was sealed; `header` is the length of the header. None if it was not sealed
    /// with this key.
    pub(super) fn unseal(&self, bytes: &[u8], header: usize) -> Option<Vec<u8>> {
        let (aad, rest) = bytes.split_at_checked(header + ID_LENGTH)?;
        let (nonce, msg) = rest.split_first_chunk::<NONCE_LENGTH>()?;
        let message = Message { msg, aad };
        self.cipher.decrypt(&XNonce::from(*nonce), message).ok()
    }
}

impl fmt::Debug for OutboxKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OutboxKey").finish_non_exhaustive()
    }
}

/// A key in one of its forms.
fn parse(bytes: &[u8]) -> Option<[u8; KEY_LENGTH]> {
    if let Ok(raw) = bytes.try_into() {
        return Some(raw);
    }
    let text = bytes.trim_ascii();
    let decoded = if text.len() == 2 * KEY_LENGTH {
        hexadecimal(text)
    } else {
        base64(text)
    };
    decoded?.try_into().ok()
}

fn hexadecimal(digits: &[u8]) -> Option<Vec<u8>> {
    let digit = |digit: u8| char::from(digit).to_digit(16);
    digits
        .chunks_exact(2)
        .map(|pair| u8::try_from(digit(pair[0])? * 16 + digit(pair[1])?).ok())
        .collect()
}

/// Decodes base64 in the common or the URL's alphabet, with or without padding.
fn base64(text: &[u8]) -> Option<Vec<u8>> {
    let (mut bytes, mut bits, mut held) = (Vec::new(), 0_u32, 0_u32);
    let end = text.iter().rposition(|&letter| letter != b'=')?;
    for &letter in &text[..=end] {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held & 0xff).ok()?);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const SECRET: [u8; KEY_LENGTH] = *b"0123456789abcdefghijklmnopqrstu\xff";

    /// A file with a mode, in a directory that lives as long as the first of the pair.
    fn file(content: &[u8], mode: u32) -> (tempfile::TempDir, PathBuf) {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("key");
        fs::write(&path, content).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        }
        (directory, path)
    }

    #[test]
    fn a_key_is_read_in_each_of_its_forms() {
        let upper: String = SECRET.iter().map(|byte| format!("{byte:02X}")).collect();
        let lower = upper.to_lowercase() + "\n";
        for form in [
            &SECRET[..],
            upper.as_bytes(),
            lower.as_bytes(),
            b"MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1ub3BxcnN0df8=",
            b"MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1ub3BxcnN0df8=\r\n",
            b"MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1ub3BxcnN0df8\n",
        ] {
            assert_eq!(parse(form), Some(SECRET));
        }
        assert_eq!(base64(b"-_+/"), base64(b"+/-_"));
    }

    #[test]
    fn what_is_not_a_key_is_told_what_would_be_right() {
        let digits = "0g".repeat(KEY_LENGTH);
        for content in [
            &b""[..],
            b"\n",
            b"====",
            b"secret",
            &[0; 33],
            digits.as_bytes(),
        ] {
            let (_directory, path) = file(content, 0o600);
            let error = OutboxKey::from_file(&path).unwrap_err().to_string();
            assert!(error.contains("openssl rand -base64 32"), "{error}");
        }
        let error = OutboxKey::from_file("no/such/key").unwrap_err();
        assert!(std::error::Error::source(&error).is_some());
    }

    #[cfg(unix)]
    #[test]
    fn p10_a_key_that_others_can_read_is_refused() {
        for mode in [0o640, 0o604, 0o620] {
            let (_directory, path) = file(&SECRET, mode);
            let error = OutboxKey::from_file(&path).unwrap_err().to_string();
            assert!(error.contains("chmod 0600"), "{error}");
        }
        let (_directory, path) = file(&SECRET, 0o400);
        OutboxKey::from_file(path).unwrap();
    }

    #[test]
    fn a_credential_is_read_from_the_directory_of_the_unit() {
        // With an access list for the unit's user the group seems to have access.
        let (directory, _path) = file(&SECRET, 0o440);
        let read = |name| OutboxKey::from_credential(Some(directory.path().to_owned()), name);
        assert_eq!(read("key").unwrap().id, OutboxKey::from_bytes(SECRET).id);
        for name in ["", "..", "../key", "a/key", "/key", "key/"] {
            let error = read(name).unwrap_err().to_string();
            assert!(error.contains("is not a name"), "{name}: {error}");
        }
        let error = OutboxKey::from_credential(None, "key")
            .unwrap_err()
            .to_string();
        assert!(error.contains("LoadCredential="), "{error}");
    }

    #[test]
    fn p10_a_key_shows_nothing_of_itself() {
        assert_eq!(
            format!("{:?}", OutboxKey::from_bytes(SECRET)),
            "OutboxKey { .. }"
        );
    }
}
