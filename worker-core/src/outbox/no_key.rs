//! The key of an outbox in a build without the feature `outbox-seal`: there is none.

use std::io;

/// The bytes that a sealed file has beside its body.
pub(super) const SEAL_LENGTH: usize = 32;

/// A key that cannot exist.
#[derive(Debug, Clone, Copy)]
pub(crate) enum OutboxKey {}

impl OutboxKey {
    pub(super) const TAG_LENGTH: usize = 16;

    pub(super) fn seal(&self, _: &[u8], _: &mut Vec<u8>) -> io::Result<()> {
        match *self {}
    }

    pub(super) fn has_sealed(&self, _: &[u8]) -> bool {
        match *self {}
    }

    pub(super) fn unseal(&self, _: &[u8], _: usize) -> Option<Vec<u8>> {
        match *self {}
    }
}
