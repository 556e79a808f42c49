//! Durations as people write them: `500ms`, `10s`, `1m30s`.

use std::time::Duration;

/// The units, largest first, with their length in milliseconds.
const UNITS: [(&str, u64); 5] = [
    ("d", 86_400_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1_000),
    ("ms", 1),
];

/// Reads a duration of at least one millisecond.
///
/// # Errors
///
/// What is wrong, as the predicate of a sentence that begins with the text.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    if text.is_empty() {
        return Err("is empty: write a number and a unit, such as `10s`".to_owned());
    }
    let mut rest = text;
    let mut total: u64 = 0;
    let mut smaller: &[(&str, u64)] = &UNITS;
    while !rest.is_empty() {
        let (number, unit, behind) = split_part(rest)?;
        let Some(at) = UNITS.iter().position(|&(name, _)| name == unit) else {
            return Err(unknown_unit(number, unit));
        };
        let Some(position) = smaller.iter().position(|&(name, _)| name == unit) else {
            return Err(format!(
                "has its unit `{unit}` out of order: the largest unit stands first, each once"
            ));
        };
        smaller = &smaller[position + 1..];
        total = number
            .parse::<u64>()
            .ok()
            .and_then(|number| number.checked_mul(UNITS[at].1))
            .and_then(|part| total.checked_add(part))
            .ok_or("is too long to be counted in milliseconds")?;
        rest = behind;
    }
    if total == 0 {
        return Err("is zero: it must be at least `1ms`".to_owned());
    }
    Ok(Duration::from_millis(total))
}

/// Splits `1m30s` into `1`, `m` and `30s`.
fn split_part(text: &str) -> Result<(&str, &str, &str), String> {
    let digits = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, rest) = text.split_at(digits);
    if number.is_empty() {
        return Err(format!(
            "has no number before `{rest}`: write whole numbers with a unit each, such as `1m30s`"
        ));
    }
    let letters = rest
        .find(|c: char| c.is_ascii_digit())
        .unwrap_or(rest.len());
    let (unit, behind) = rest.split_at(letters);
    Ok((number, unit, behind))
}

fn unknown_unit(number: &str, unit: &str) -> String {
    let units = "the units are `d`, `h`, `m`, `s` and `ms`";
    if unit.is_empty() {
        format!("has no unit after `{number}`: {units}")
    } else if unit.contains('.') {
        format!("has a fraction: use a smaller unit instead; {units}")
    } else {
        format!("has the unknown unit `{unit}`: {units}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_unit_is_read() {
        for (text, millis) in [
            ("500ms", 500),
            ("10s", 10_000),
            ("5m", 300_000),
            ("2h", 7_200_000),
            ("1d", 86_400_000),
            ("007s", 7_000),
        ] {
            assert_eq!(parse(text), Ok(Duration::from_millis(millis)), "{text}");
        }
    }

    #[test]
    fn units_are_added_from_the_largest_to_the_smallest() {
        assert_eq!(parse("1m30s"), Ok(Duration::from_secs(90)));
        assert_eq!(parse("1d2h3m4s5ms"), Ok(Duration::from_millis(93_784_005)));
        assert_eq!(parse("0m1s"), Ok(Duration::from_secs(1)));
    }

    #[test]
    fn what_is_not_a_duration_is_refused_with_the_reason() {
        for (text, reason) in [
            ("", "is empty"),
            ("10", "no unit after `10`"),
            ("s", "no number before `s`"),
            ("-1s", "no number before `-1s`"),
            ("10 s", "unknown unit ` s`"),
            ("10sec", "unknown unit `sec`"),
            ("10S", "unknown unit `S`"),
            ("1.5s", "has a fraction"),
            ("30s1m", "`m` out of order"),
            ("1s1s", "`s` out of order"),
            ("0s", "is zero"),
            ("0m0ms", "is zero"),
            ("99999999999999999999s", "too long"),
            ("18446744073709551615d", "too long"),
            ("18446744073709551s616ms", "too long"),
            ("１s", "no number before"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(reason), "{text:?}: {error}");
        }
    }
}
