//! The ids of traces and spans: 16 and 8 bytes, never all zero.

use std::fmt;

/// The id of a trace: 16 bytes, shown as 32 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TraceId(u128);

/// The id of a span: 8 bytes, shown as 16 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SpanId(u64);

impl TraceId {
    /// Reads 32 digits in lower case that are not all zero.
    pub(super) fn parse(digits: &str) -> Option<Self> {
        let digits = lower_hex(digits, 32)?;
        let id = u128::from_str_radix(digits, 16).ok()?;
        (id != 0).then_some(Self(id))
    }

    /// The bytes, the first digits first.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 16] {
        self.0.to_be_bytes()
    }
}

impl SpanId {
    /// Reads 16 digits in lower case that are not all zero.
    pub(super) fn parse(digits: &str) -> Option<Self> {
        let digits = lower_hex(digits, 16)?;
        let id = u64::from_str_radix(digits, 16).ok()?;
        (id != 0).then_some(Self(id))
    }

    /// The bytes, the first digits first.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 8] {
        self.0.to_be_bytes()
    }
}

/// The text if it is so many hexadecimal digits in lower case; numbers would take a sign, too.
pub(super) fn lower_hex(text: &str, length: usize) -> Option<&str> {
    let are_digits = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    (text.len() == length && text.as_bytes().iter().all(are_digits)).then_some(text)
}

impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Debug for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for SpanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl fmt::Debug for SpanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
