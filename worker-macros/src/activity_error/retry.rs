//! `retry(after = "2s", max = 5, …)`: what a `Retry` should do, in the language's units.

use std::time::Duration;

use proc_macro2::TokenStream;
use syn::{Lit, LitStr};

use crate::duration;
use crate::errors::ErrorSink;
use crate::keys::{self, Entry, Key};

const AFTER: Key = Key {
    name: "after",
    takes: "a duration in quotes",
    usage: "after = \"2s\"",
};
const MAX: Key = Key {
    name: "max",
    takes: "a whole number",
    usage: "max = 5",
};
const BACKOFF: Key = Key {
    name: "backoff",
    takes: "a number",
    usage: "backoff = 2.0",
};
const MAX_DELAY: Key = Key {
    name: "max_delay",
    takes: "a duration in quotes",
    usage: "max_delay = \"1m\"",
};
const JITTER: Key = Key {
    name: "jitter",
    takes: "no value",
    usage: "jitter",
};

/// The greatest interval and the greatest number of attempts of the language.
const GREATEST: u32 = 99_999_999;
/// The greatest `MaxDelaySeconds` of the language.
const LONGEST_DELAY: u32 = 31_622_400;

/// What a `Retry` should do about an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hint {
    Never,
    Retry(Retry),
}

/// A `Retry` of the language, with the language's defaults where nothing was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Retry {
    pub(crate) interval_seconds: u32,
    pub(crate) max_attempts: u32,
    pub(crate) backoff_percent: u32,
    pub(crate) max_delay_seconds: Option<u32>,
    pub(crate) jitter: bool,
}

/// Reads what stands in the parentheses; none after a mistake.
pub(crate) fn parse(tokens: TokenStream, errors: &mut ErrorSink) -> Option<Hint> {
    let mut retry = Retry {
        interval_seconds: 1,
        max_attempts: 3,
        backoff_percent: 200,
        max_delay_seconds: None,
        jitter: false,
    };
    let mut wrong = ErrorSink::default();
    let mut delay_at = None;
    let known = [AFTER, MAX, BACKOFF, MAX_DELAY, JITTER];
    for entry in keys::parse(tokens, "retry key", &known, &mut wrong) {
        match entry.name() {
            "after" => {
                let interval = seconds(&entry, GREATEST, &mut wrong);
                retry.interval_seconds = interval.map_or(1, |(seconds, _)| seconds);
            }
            "max" => retry.max_attempts = attempts(&entry, &mut wrong).unwrap_or(3),
            "backoff" => retry.backoff_percent = percent(&entry, &mut wrong).unwrap_or(200),
            "max_delay" => {
                let delay = seconds(&entry, LONGEST_DELAY, &mut wrong);
                retry.max_delay_seconds = delay.as_ref().map(|(seconds, _)| *seconds);
                delay_at = delay.map(|(_, text)| text);
            }
            _ => retry.jitter = entry.flag(&mut wrong).is_some(),
        }
    }
    if let (Some(at), Some(delay)) = (delay_at, retry.max_delay_seconds)
        && delay <= retry.interval_seconds
    {
        let first = retry.interval_seconds;
        wrong.push(
            at,
            format!("`max_delay` must be longer than the first wait, which is {first}s"),
        );
    }
    let right = wrong.is_empty();
    errors.append(wrong);
    right.then_some(Hint::Retry(retry))
}

fn seconds(entry: &Entry, longest: u32, errors: &mut ErrorSink) -> Option<(u32, LitStr)> {
    let text = entry.string(errors)?;
    match whole_seconds(&text.value(), longest) {
        Ok(seconds) => Some((seconds, text)),
        Err(why) => {
            errors.push(
                &text,
                format!("`{}`: {:?} {why}", entry.name(), text.value()),
            );
            None
        }
    }
}

fn whole_seconds(text: &str, longest: u32) -> Result<u32, String> {
    let duration = duration::parse(text)?;
    if duration.subsec_nanos() > 0 {
        return Err("is not a whole number of seconds, in which a state machine waits".to_owned());
    }
    match u32::try_from(duration.as_secs()) {
        Ok(seconds) if seconds <= longest => Ok(seconds),
        _ => {
            let longest = humantime::format_duration(Duration::from_secs(longest.into()));
            Err(format!("is too long: at most `{longest}`"))
        }
    }
}

fn attempts(entry: &Entry, errors: &mut ErrorSink) -> Option<u32> {
    let number = entry.number(errors)?;
    match number.base10_parse() {
        Ok(0) => errors.push(
            &number,
            "`max = 0` is no retry at all: write `terminal` instead of `retry`",
        ),
        Ok(attempts @ 1..=GREATEST) => return Some(attempts),
        _ => errors.push(&number, format!("`max` is at most {GREATEST}")),
    }
    None
}

/// A factor of at least one, with two places, in hundredths.
fn percent(entry: &Entry, errors: &mut ErrorSink) -> Option<u32> {
    let literal: Lit = entry.value_as(errors)?;
    let digits = match &literal {
        Lit::Int(number) => number.base10_digits().to_owned(),
        Lit::Float(number) => number.base10_digits().to_owned(),
        _ => String::new(),
    };
    let percent = hundredths(&digits).filter(|percent| (100..=GREATEST).contains(percent));
    if percent.is_none() {
        errors.push(
            &literal,
            "`backoff` is a number of at least 1.0 with at most two places: write `backoff = 2.0`",
        );
    }
    percent
}

fn hundredths(digits: &str) -> Option<u32> {
    let (whole, places) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |text: &str| text.chars().all(|digit| digit.is_ascii_digit());
    if whole.is_empty() || places.len() > 2 || !all_digits(whole) || !all_digits(places) {
        return None;
    }
    format!("{whole}{places:0<2}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::quote;

    fn parsed(tokens: TokenStream) -> Result<Hint, Vec<String>> {
        let mut errors = ErrorSink::default();
        parse(tokens, &mut errors).ok_or_else(|| errors.into_messages())
    }

    #[test]
    fn what_is_not_said_is_as_in_the_language() {
        let expected = Retry {
            interval_seconds: 1,
            max_attempts: 3,
            backoff_percent: 200,
            max_delay_seconds: None,
            jitter: false,
        };
        assert_eq!(parsed(quote!()), Ok(Hint::Retry(expected)));
        let all = quote!(
            after = "2m",
            max = 5,
            backoff = 1.5,
            max_delay = "1h",
            jitter
        );
        let expected = Retry {
            interval_seconds: 120,
            max_attempts: 5,
            backoff_percent: 150,
            max_delay_seconds: Some(3600),
            jitter: true,
        };
        assert_eq!(parsed(all), Ok(Hint::Retry(expected)));
    }

    #[test]
    fn every_mistake_is_noted() {
        let errors = parsed(quote!(
            after = "1500ms",
            max = 0,
            backoff = 0.5,
            max_delay = "900d",
            jiter
        ));
        let errors = errors.unwrap_err();
        assert_eq!(errors.len(), 5, "{errors:?}");
        let errors = parsed(quote!(after = "10s", max_delay = "10s")).unwrap_err();
        assert!(
            errors[0].contains("longer than the first wait"),
            "{errors:?}"
        );
    }

    #[test]
    fn factors_are_read_exactly() {
        for (digits, expected) in [
            ("2", Some(200)),
            ("2.0", Some(200)),
            ("1.05", Some(105)),
            ("1.005", None),
            ("-1", None),
            ("1e3", None),
            ("", None),
        ] {
            assert_eq!(hundredths(digits), expected, "{digits}");
        }
    }
}
