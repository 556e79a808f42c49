//! Sealed text: what the engine handed out can be recognised later without being remembered.

use std::fmt::{self, Write as _};

use sha2::{Digest as _, Sha256};
use uuid::Uuid;

/// How many bytes of the digest a text carries. Cutting it also keeps anyone from appending to
/// a body and computing the next seal.
const MARK: usize = 16;

/// What a sealed text is for; one made for one purpose does not open for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A task token.
    Task,
    /// A `nextToken` of a list.
    Page,
}

/// A key of this engine's own. Texts sealed with it are its own, all others are not.
#[derive(Clone)]
pub(crate) struct Seal([u8; 32]);

impl Seal {
    /// A key that nobody knows.
    pub(crate) fn random() -> Self {
        let mut key = [0; 32];
        let (left, right) = key.split_at_mut(MARK);
        left.copy_from_slice(Uuid::new_v4().as_bytes());
        right.copy_from_slice(Uuid::new_v4().as_bytes());
        Self(key)
    }

    /// The body and its mark, as hexadecimal text.
    pub(crate) fn close(&self, purpose: Purpose, body: &[u8]) -> String {
        let mut text = String::with_capacity(2 * (MARK + body.len()));
        for byte in self.mark(purpose, body).iter().chain(body) {
            // Writing into a string cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        text
    }

    /// The body of a text that this key sealed for this purpose.
    pub(crate) fn open(&self, purpose: Purpose, text: &str) -> Option<Vec<u8>> {
        let bytes = unhex(text)?;
        let (mark, body) = bytes.split_at_checked(MARK)?;
        let expected = self.mark(purpose, body);
        // Looks at every byte, so that the time taken says nothing about the key.
        let difference = mark
            .iter()
            .zip(expected)
            .fold(0, |all, (a, b)| all | (a ^ b));
        (difference == 0).then(|| body.to_vec())
    }

    fn mark(&self, purpose: Purpose, body: &[u8]) -> [u8; MARK] {
        let digest = Sha256::new()
            .chain_update(self.0)
            .chain_update([purpose as u8])
            .chain_update(body)
            .finalize();
        let mut mark = [0; MARK];
        mark.copy_from_slice(&digest[..MARK]);
        mark
    }
}

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seal")
    }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    pairs
        .iter()
        .map(|&[high, low]| Some(nibble(high)? << 4 | nibble(low)?))
        .collect()
}

fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_body_comes_back() {
        let seal = Seal::random();
        for body in [&b""[..], b"7", b"a longer body"] {
            let text = seal.close(Purpose::Task, body);
            assert_eq!(seal.open(Purpose::Task, &text).as_deref(), Some(body));
        }
    }

    #[test]
    fn a_text_of_another_key_or_purpose_does_not_open() {
        let seal = Seal::random();
        let text = seal.close(Purpose::Task, b"7");
        assert_eq!(seal.open(Purpose::Page, &text), None);
        assert_eq!(Seal::random().open(Purpose::Task, &text), None);
    }

    #[test]
    fn a_changed_text_does_not_open() {
        let seal = Seal::random();
        let text = seal.close(Purpose::Task, b"body");
        for at in 0..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[at] = if changed[at] == b'0' { b'1' } else { b'0' };
            let changed = String::from_utf8(changed).unwrap();
            assert_eq!(seal.open(Purpose::Task, &changed), None, "{changed}");
        }
    }

    #[test]
    fn garbage_does_not_open() {
        let seal = Seal::random();
        for text in [
            "",
            "0",
            "zz",
            "ä",
            "Invalid",
            &"0".repeat(31),
            &"f".repeat(400),
        ] {
            assert_eq!(seal.open(Purpose::Task, text), None, "{text}");
        }
    }
}
