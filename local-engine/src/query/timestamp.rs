//! Timestamps as the states language reads and writes them.

use jiff::Timestamp;

/// Reads an RFC 3339 timestamp with an upper-case `T`, and an offset or an upper-case `Z`.
///
/// Returns `None` for anything else, also for what a more generous reader would take, such as
/// a blank in place of the `T`.
#[must_use]
pub fn parse_timestamp(text: &str) -> Option<Timestamp> {
    if has_shape(text.as_bytes()) {
        text.parse().ok()
    } else {
        None
    }
}

/// Writes a timestamp in UTC with three digits of a second, as the context object shows it.
#[must_use]
pub fn format_timestamp(timestamp: Timestamp) -> String {
    let milliseconds = timestamp.as_millisecond();
    // Cutting, not rounding: a time that is shown has come.
    let cut = Timestamp::from_millisecond(milliseconds).unwrap_or(timestamp);
    format!("{cut:.3}")
}

fn has_shape(text: &[u8]) -> bool {
    let Some((date_and_time, rest)) = text.split_at_checked(19) else {
        return false;
    };
    let rest = match rest.split_first() {
        Some((b'.', fraction)) => {
            let digits = fraction.iter().take_while(|b| b.is_ascii_digit()).count();
            if digits == 0 {
                return false;
            }
            &fraction[digits..]
        }
        _ => rest,
    };
    fits(date_and_time, b"0000-00-00T00:00:00")
        && (rest == b"Z" || fits(rest, b"+00:00") || fits(rest, b"-00:00"))
}

/// A `0` in the pattern stands for any digit, every other byte for itself.
fn fits(text: &[u8], pattern: &[u8]) -> bool {
    text.len() == pattern.len()
        && text.iter().zip(pattern).all(|(byte, wanted)| match wanted {
            b'0' => byte.is_ascii_digit(),
            _ => byte == wanted,
        })
}

#[cfg(test)]
mod tests;
