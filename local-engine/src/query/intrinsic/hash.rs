//! `States.Hash`.

use md5::Md5;
use serde_json::Value;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::Refusal;
use crate::query::java;

/// The most characters that the service hashes, encodes or decodes.
pub(super) const LENGTH_LIMIT: usize = 10_000;

/// The hash of a value's text as hexadecimal digits; the names of algorithms are exact.
pub(super) fn hash(value: &Value, algorithm: &Value) -> Result<Value, Refusal> {
    let mut text = String::new();
    java::write(value, &mut text);
    if text.chars().count() > LENGTH_LIMIT {
        return Err(Refusal::Arguments);
    }
    let hash = match algorithm.as_str() {
        Some("MD5") => hexadecimal(&Md5::digest(text)),
        Some("SHA-1") => hexadecimal(&Sha1::digest(text)),
        Some("SHA-256") => hexadecimal(&Sha256::digest(text)),
        Some("SHA-384") => hexadecimal(&Sha384::digest(text)),
        Some("SHA-512") => hexadecimal(&Sha512::digest(text)),
        _ => return Err(Refusal::Arguments),
    };
    Ok(hash.into())
}

fn hexadecimal(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
    ];
    let digit = |number: u8| DIGITS[usize::from(number & 0xf)];
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(*byte)])
        .collect()
}
