//! `States.Base64Encode` and `States.Base64Decode`, which is as generous as the service: it skips
//! what is no digit, ends at the first `=` and needs none.

use serde_json::Value;

use super::Refusal;
use super::hash::LENGTH_LIMIT;

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

pub(super) fn encoded(plain: &Value) -> Result<Value, Refusal> {
    let bytes = text(plain)?.as_bytes();
    let mut encoded = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let mut bits = 0_u32;
        for place in 0..3 {
            bits = (bits << 8) | u32::from(chunk.get(place).copied().unwrap_or(0));
        }
        for place in 0..4 {
            let digit = (bits >> (18 - 6 * place)) & 0x3f;
            let is_padding = place > chunk.len();
            encoded.push(if is_padding {
                '='
            } else {
                char::from(DIGITS[digit as usize])
            });
        }
    }
    Ok(encoded.into())
}

pub(super) fn decoded(encoded: &Value) -> Result<Value, Refusal> {
    let mut bytes = Vec::new();
    let (mut bits, mut held) = (0_u32, 0_u32);
    for byte in text(encoded)?.bytes().take_while(|byte| *byte != b'=') {
        let Some(digit) = digit(byte) else { continue };
        bits = (bits << 6) | digit;
        held += 6;
        if held >= 8 {
            held -= 8;
            // The lowest eight of the bits above those still held.
            bytes.push(((bits >> held) & 0xff) as u8);
        }
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned().into())
}

/// The value of a digit of either alphabet: the one for addresses has `-` and `_` at its end.
fn digit(byte: u8) -> Option<u32> {
    let byte = match byte {
        b'-' => b'+',
        b'_' => b'/',
        _ => byte,
    };
    let place = DIGITS.iter().position(|digit| *digit == byte)?;
    u32::try_from(place).ok()
}

fn text(value: &Value) -> Result<&str, Refusal> {
    let text = value.as_str().ok_or(Refusal::Arguments)?;
    if text.chars().count() > LENGTH_LIMIT {
        return Err(Refusal::Arguments);
    }
    Ok(text)
}
