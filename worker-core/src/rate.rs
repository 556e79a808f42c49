//! How many tasks may start in a span of time: `Rate`.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// How many tasks may start in a span of time, written `"50/s"`, `"100/m"`, `"5/10s"` or `"2/h"`.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use sfn_worker_core::Rate;
///
/// let rate: Rate = "5/10s".parse()?;
/// assert_eq!((rate.tasks(), rate.per()), (5, Duration::from_secs(10)));
/// assert_eq!(rate.to_string(), "5/10s");
/// assert!("0/s".parse::<Rate>().is_err());
/// # Ok::<(), sfn_worker_core::RateError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    tasks: u32,
    per: Duration,
}

/// Why a text is not a rate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be a number of tasks in a span of time, such as 50/s, 100/m or 5/10s; {why}")]
pub struct RateError {
    why: &'static str,
}

impl Rate {
    /// Makes a rate: so many tasks in such a span of time.
    ///
    /// # Panics
    ///
    /// The number or the span is zero. In a constant that is a compile error.
    #[must_use]
    pub const fn new(tasks: u32, per: Duration) -> Self {
        assert!(tasks > 0, "a rate of no tasks at all");
        assert!(!per.is_zero(), "a rate in no time at all");
        Self { tasks, per }
    }

    /// How many tasks may start in the span.
    #[must_use]
    pub const fn tasks(self) -> u32 {
        self.tasks
    }

    /// The span of time.
    #[must_use]
    pub const fn per(self) -> Duration {
        self.per
    }

    /// The time between two tasks at an even pace.
    #[must_use]
    pub fn spacing(self) -> Duration {
        self.per / self.tasks
    }
}

impl FromStr for Rate {
    type Err = RateError;

    fn from_str(text: &str) -> Result<Self, RateError> {
        let wrong = |why| RateError { why };
        let (tasks, per) = text
            .trim()
            .split_once('/')
            .ok_or(wrong("there is no slash in it"))?;
        let tasks: u32 = tasks
            .trim()
            .parse()
            .map_err(|_| wrong("what stands before the slash is not a whole number"))?;
        let per = match per.trim() {
            "ms" => Duration::from_millis(1),
            "s" => Duration::from_secs(1),
            "m" | "min" => Duration::from_secs(60),
            "h" => Duration::from_secs(3_600),
            span => humantime::parse_duration(span)
                .map_err(|_| wrong("what stands after the slash is not a span of time"))?,
        };
        if tasks == 0 || per.is_zero() {
            return Err(wrong("neither side may be zero"));
        }
        Ok(Self { tasks, per })
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let span = humantime::format_duration(self.per).to_string();
        // "50/s" and not "50/1s", but "5/10s".
        let span = match span.strip_prefix('1') {
            Some(unit) if !unit.starts_with(|c: char| c.is_ascii_digit()) => unit,
            _ => &span,
        };
        write!(f, "{}/{span}", self.tasks)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_read_as_it_is_written() {
        for text in ["50/s", "100/m", "2/h", "5/10s"] {
            assert_eq!(text.parse::<Rate>().unwrap().to_string(), text);
        }
        assert_eq!(
            "60/min".parse::<Rate>().unwrap().spacing(),
            Duration::from_secs(1)
        );
    }

    #[test]
    fn what_is_not_a_rate_is_told_what_would_be_right() {
        for text in ["", "50", "x/s", "5/x", "0/s", "5/0s", "-1/s"] {
            let error = text.parse::<Rate>().unwrap_err().to_string();
            assert!(error.contains("such as 50/s"), "{text}: {error}");
        }
    }
}
