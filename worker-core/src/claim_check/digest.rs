//! The SHA-256 of a payload, which is also its name in a store.

use std::fmt;

use sha2::{Digest as _, Sha256};

const BYTES: usize = 32;

/// The SHA-256 of a payload.
///
/// `Display` prints all 64 hexadecimal digits, `Debug` a fingerprint for logs and causes.
///
/// # Examples
///
/// ```
/// use sfn_worker_core::claim_check::PayloadDigest;
///
/// let digest = PayloadDigest::of(b"[]");
/// assert!(digest.to_string().starts_with("4f53cda1"));
/// assert_eq!(format!("{digest:?}"), "payload#4f53cda1");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PayloadDigest([u8; BYTES]);

impl PayloadDigest {
    /// The digest of some bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// Reads 64 hexadecimal digits.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let digits = text.as_bytes();
        if digits.len() != 2 * BYTES {
            return None;
        }
        let mut bytes = [0; BYTES];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = 16 * digit(pair[0])? + digit(pair[1])?;
        }
        Some(Self(bytes))
    }
}

fn digit(character: u8) -> Option<u8> {
    match character {
        b'0'..=b'9' => Some(character - b'0'),
        b'a'..=b'f' => Some(character - b'a' + 10),
        b'A'..=b'F' => Some(character - b'A' + 10),
        _ => None,
    }
}

impl fmt::Display for PayloadDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for PayloadDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("payload#")?;
        self.0[..4]
            .iter()
            .try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_go_out_and_come_back() {
        let digest = PayloadDigest::of(b"a payload");
        assert_eq!(PayloadDigest::parse(&digest.to_string()), Some(digest));
        let capitals = digest.to_string().to_uppercase();
        assert_eq!(PayloadDigest::parse(&capitals), Some(digest));
    }

    #[test]
    fn anything_but_64_digits_is_refused() {
        for text in [
            "",
            "4f53",
            &"g".repeat(64),
            &"0".repeat(65),
            &"é".repeat(32),
        ] {
            assert_eq!(PayloadDigest::parse(text), None, "{text}");
        }
    }
}
