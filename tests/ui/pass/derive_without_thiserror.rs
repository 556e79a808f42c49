//! Any `Error` will do.

use std::error::Error;
use std::fmt;

use sfn_worker_core::{ActivityError, RetryHint};

#[derive(Debug, ActivityError)]
enum StoreError {
    /// It may be back soon.
    #[activity_error(retry(after = "2s", max = 5, backoff = 1.5, max_delay = "1m", jitter))]
    Busy,
    #[activity_error(retry)]
    Slow,
    #[activity_error(timeout)]
    Late,
    #[activity_error(task_failed)]
    Odd,
    #[activity_error(data_limit_exceeded, details(limit, r#type, bytes = size))]
    Large { limit: u64, size: u64, r#type: &'static str },
    #[activity_error(details(key = 1))]
    Key(u8, Vec<u8>),
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the store failed")
    }
}

impl Error for StoreError {}

fn main() {
    let names = [
        "Busy",
        "Slow",
        "States.Timeout",
        "States.TaskFailed",
        "States.DataLimitExceeded",
        "Key",
    ];
    assert_eq!(StoreError::NAMES, names);
    let retry = RetryHint::Retry {
        interval_seconds: 2,
        max_attempts: 5,
        backoff_percent: 150,
        max_delay_seconds: Some(60),
        jitter: true,
    };
    assert_eq!(StoreError::FAILURES[0].retry, Some(retry));
    assert_eq!(StoreError::FAILURES[1].retry, Some(RetryHint::DEFAULT));
    for (error, details) in [
        (StoreError::Busy, None),
        (StoreError::Slow, None),
        (StoreError::Late, None),
        (StoreError::Odd, None),
        (
            StoreError::Large { limit: 1, size: 2, r#type: "blob" },
            Some(r#"{"limit":1,"type":"blob","bytes":2}"#),
        ),
        (StoreError::Key(0, vec![1, 2]), Some(r#"{"key":[1,2]}"#)),
    ] {
        let given = error.details().map(|details| details.value().unwrap().to_string());
        assert_eq!(given.as_deref(), details, "{error:?}");
    }
}
