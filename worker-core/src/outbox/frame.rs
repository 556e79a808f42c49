//! The bytes of a file around its document: a header, a checksum, and the seal if there is one.
//!
//! ```text
//! magic (8)  version (1)  kind (1)  length of the body (4, big-endian)
//! sealed only: id of the key (8)  nonce (24)
//! body: the document, or the sealed document and its tag
//! SHA-256 of everything before (32)
//! ```
//!
//! The checksum tells a file that was torn from one that another key sealed; only the seal
//! tells a file that was forged.

use std::io;

use sha2::{Digest as _, Sha256};

use super::key::{OutboxKey, SEAL_LENGTH};

/// No file is larger: the largest output and the longest chain of causes fit, escaped.
pub(super) const LIMIT: usize = 8 * 1024 * 1024;

const MAGIC: &[u8; 8] = b"SFNOUTBX";
const VERSION: u8 = 1;
const PLAIN: u8 = 0;
const SEALED: u8 = 1;
const HEADER_LENGTH: usize = MAGIC.len() + 2 + 4;
const CHECKSUM_LENGTH: usize = 32;

/// Why a file cannot be read; it contains nothing of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unreadable {
    #[error("it is not a file of an outbox")]
    Foreign,
    #[error("it was written by another version of this library, in format {0}")]
    Version(u8),
    #[error("it is not whole: it was torn when it was written, or damaged since")]
    Torn,
    #[error("it is sealed, and the outbox was opened without a key")]
    NoKey,
    #[error("it is sealed with another key")]
    OtherKey,
    #[error("its seal is broken: it was not written with this key as it is now")]
    Seal,
    #[error("what it says is not the outcome of a task")]
    Document,
}

/// The bytes of a file; fails only where the system gives no random numbers for a seal.
pub(super) fn encode(document: &[u8], key: Option<&OutboxKey>) -> io::Result<Vec<u8>> {
    let mut bytes =
        Vec::with_capacity(HEADER_LENGTH + SEAL_LENGTH + document.len() + CHECKSUM_LENGTH);
    bytes.extend_from_slice(MAGIC);
    bytes.push(VERSION);
    bytes.push(if key.is_some() { SEALED } else { PLAIN });
    let overhead = key.map_or(0, |_| OutboxKey::TAG_LENGTH);
    let length = u32::try_from(document.len() + overhead).map_err(io::Error::other)?;
    bytes.extend_from_slice(&length.to_be_bytes());
    match key {
        None => bytes.extend_from_slice(document),
        Some(key) => key.seal(document, &mut bytes)?,
    }
    let checksum = Sha256::digest(&bytes);
    bytes.extend_from_slice(&checksum);
    Ok(bytes)
}

/// The document of a file.
pub(super) fn decode(bytes: &[u8], key: Option<&OutboxKey>) -> Result<Vec<u8>, Unreadable> {
    let (magic, rest) = bytes
        .split_at_checked(MAGIC.len())
        .ok_or(Unreadable::Torn)?;
    if magic != MAGIC {
        return Err(Unreadable::Foreign);
    }
    let (&[version, kind], rest) = rest.split_first_chunk().ok_or(Unreadable::Torn)?;
    if version != VERSION {
        return Err(Unreadable::Version(version));
    }
    let (length, rest) = rest.split_first_chunk().ok_or(Unreadable::Torn)?;
    let length = u32::from_be_bytes(*length) as usize;
    let (checked, checksum) = bytes
        .split_last_chunk::<CHECKSUM_LENGTH>()
        .ok_or(Unreadable::Torn)?;
    if Sha256::digest(checked)[..] != checksum[..] {
        return Err(Unreadable::Torn);
    }
    let seal_length = if kind == SEALED { SEAL_LENGTH } else { 0 };
    if kind > SEALED || rest.len() != seal_length + length + CHECKSUM_LENGTH {
        return Err(Unreadable::Foreign);
    }
    let rest = &checked[HEADER_LENGTH..];
    if kind == PLAIN {
        return Ok(rest.to_vec());
    }
    let key = key.ok_or(Unreadable::NoKey)?;
    if !key.has_sealed(rest) {
        return Err(Unreadable::OtherKey);
    }
    key.unseal(checked, HEADER_LENGTH).ok_or(Unreadable::Seal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_prefix_of_a_file_is_unreadable() {
        let bytes = encode(br#"{"token":"t"}"#, None).unwrap();
        for length in 0..bytes.len() {
            assert_eq!(
                decode(&bytes[..length], None),
                Err(Unreadable::Torn),
                "{length}"
            );
        }
        assert_eq!(decode(&bytes, None).unwrap(), br#"{"token":"t"}"#);
    }

    #[test]
    fn every_flipped_bit_is_found() {
        let bytes = encode(br#"{"token":"t"}"#, None).unwrap();
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(decode(&flipped, None).is_err(), "bit {bit}");
        }
    }

    #[test]
    fn what_is_not_ours_is_told_from_what_is_torn() {
        assert_eq!(decode(b"[1, 2, 3, 4]", None), Err(Unreadable::Foreign));
        let mut later = encode(b"{}", None).unwrap();
        later[MAGIC.len()] = 9;
        assert_eq!(decode(&later, None), Err(Unreadable::Version(9)));
        let mut longer = encode(b"{}", None).unwrap();
        longer.push(0);
        assert_eq!(decode(&longer, None), Err(Unreadable::Torn));
    }
}
