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
mod tests {
    use super::*;

    #[test]
    fn an_rfc_3339_timestamp_is_read() {
        for text in [
            "2016-12-05T21:29:29Z",
            "2016-12-05T21:29:29.000000Z",
            "2012-10-09T19:00:55+01:00",
            "2012-10-09T19:00:55.123456789-08:00",
        ] {
            assert!(parse_timestamp(text).is_some(), "{text}");
        }
    }

    #[test]
    fn anything_else_is_not() {
        for text in [
            "",
            "2023-02-24",
            "2016-12-05T21:29:29",
            "2016-12-05 21:29:29Z",
            "2016-12-05t21:29:29z",
            "05-12-2016T21:29:29Z",
            "2016-12-05T25:29:29Z",
            "2016-12-05T21:29:29.Z",
            "2016-12-05T21:29:29+0100",
            "2016-13-05T21:29:29Z",
            "2016-12-05T21:29:2é",
        ] {
            assert!(parse_timestamp(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_timestamp_is_shown_with_milliseconds() {
        for (text, shown) in [
            ("2026-01-31T12:00:00Z", "2026-01-31T12:00:00.000Z"),
            ("2026-01-31T12:00:00.1999+01:00", "2026-01-31T11:00:00.199Z"),
        ] {
            let timestamp = parse_timestamp(text).unwrap();
            assert_eq!(format_timestamp(timestamp), shown);
        }
    }
}
