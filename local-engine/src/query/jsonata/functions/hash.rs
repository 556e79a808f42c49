//! `$hash(text, algorithm)`

use std::fmt::Write as _;

use jsonata_core::value::JValue;
use sha2::Digest;

use super::{Answer, failure, signature};

pub(super) fn hash(args: &[JValue]) -> Answer {
    let text = match args.first() {
        None | Some(JValue::Undefined) => return Ok(JValue::Undefined),
        Some(JValue::String(text)) => text,
        Some(_) => return Err(signature(1, "hash")),
    };
    let algorithm = match args.get(1) {
        None | Some(JValue::Undefined) => return Ok(JValue::Undefined),
        Some(JValue::String(name)) => name,
        Some(_) => return Err(signature(2, "hash")),
    };
    let digest = match &**algorithm {
        "MD5" => digest::<md5::Md5>(text),
        "SHA-1" => digest::<sha1::Sha1>(text),
        "SHA-256" => digest::<sha2::Sha256>(text),
        "SHA-384" => digest::<sha2::Sha384>(text),
        "SHA-512" => digest::<sha2::Sha512>(text),
        _ => {
            return Err(failure(
                "D3137: Unsupported hash algorithm. Supported algorithms: MD5, SHA-1, SHA-256, \
                 SHA-384, SHA-512",
            ));
        }
    };
    Ok(JValue::from(digest))
}

fn digest<D: Digest>(text: &str) -> String {
    let bytes = D::digest(text.as_bytes());
    let mut hex = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing into a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}
