//! Durations as people write them: `500ms`, `10s`, `1m 30s`; the same notation as in settings.

use std::time::Duration;

/// Reads a duration of at least one millisecond.
///
/// # Errors
///
/// What is wrong, as the predicate of a sentence that begins with the text.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    let duration = humantime::parse_duration(text).map_err(|error| {
        format!("is not a duration: {error}; write a number and a unit, such as `10s`")
    })?;
    if duration < Duration::from_millis(1) {
        return Err("is too short: it must be at least `1ms`".to_owned());
    }
    Ok(duration)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_read_and_added() {
        for (text, millis) in [
            ("500ms", 500),
            ("10s", 10_000),
            ("1m30s", 90_000),
            ("2h", 7_200_000),
            ("1d", 86_400_000),
        ] {
            assert_eq!(parse(text), Ok(Duration::from_millis(millis)), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_duration_is_refused_with_what_would_be_right() {
        for text in ["", "10", "s", "-1s", "1 fortnight", "99999999999999999999s"] {
            let error = parse(text).unwrap_err();
            assert!(error.contains("such as `10s`"), "{text:?}: {error}");
        }
        for text in ["0s", "999us"] {
            assert!(parse(text).unwrap_err().contains("`1ms`"), "{text:?}");
        }
    }
}
