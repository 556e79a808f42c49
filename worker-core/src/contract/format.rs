//! How spans of time, rates and hints are written in the JSON of a contract.

/// A span of time as a number of seconds, whole where it can be.
pub(super) mod seconds {
    use std::time::Duration;

    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub(in crate::contract) fn serialize<S: Serializer>(
        span: &Duration,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        if span.subsec_nanos() == 0 {
            serializer.serialize_u64(span.as_secs())
        } else {
            serializer.serialize_f64(span.as_secs_f64())
        }
    }

    pub(in crate::contract) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Duration, D::Error> {
        let seconds = f64::deserialize(deserializer)?;
        Duration::try_from_secs_f64(seconds).map_err(D::Error::custom)
    }
}

/// A span of time, or none.
pub(super) mod optional_seconds {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serializer};

    #[derive(Deserialize)]
    struct Seconds(#[serde(with = "super::seconds")] Duration);

    #[expect(clippy::ref_option, reason = "serde passes references")]
    pub(in crate::contract) fn serialize<S: Serializer>(
        span: &Option<Duration>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match span {
            Some(span) => super::seconds::serialize(span, serializer),
            None => serializer.serialize_none(),
        }
    }

    pub(in crate::contract) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Duration>, D::Error> {
        Ok(Option::<Seconds>::deserialize(deserializer)?.map(|Seconds(span)| span))
    }
}

/// A rate in its own notation, or none.
pub(super) mod optional_rate {
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    use crate::rate::Rate;

    #[expect(clippy::ref_option, reason = "serde passes references")]
    pub(in crate::contract) fn serialize<S: Serializer>(
        rate: &Option<Rate>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match rate {
            Some(rate) => serializer.collect_str(rate),
            None => serializer.serialize_none(),
        }
    }

    pub(in crate::contract) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Rate>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        text.map(|text| text.parse().map_err(D::Error::custom))
            .transpose()
    }
}

/// `"never"`, or what a retrier says.
pub(super) mod optional_hint {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

    use crate::description::RetryHint;

    #[derive(Serialize, Deserialize)]
    #[serde(untagged)]
    enum Written {
        Word(String),
        Retrier(Retrier),
    }

    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Retrier {
        interval_seconds: u32,
        max_attempts: u32,
        backoff_rate: f64,
    }

    #[expect(clippy::ref_option, reason = "serde passes references")]
    pub(in crate::contract) fn serialize<S: Serializer>(
        hint: &Option<RetryHint>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let written = hint.map(|hint| match hint {
            RetryHint::Never => Written::Word("never".to_owned()),
            RetryHint::Retry {
                interval_seconds,
                max_attempts,
                backoff_percent,
            } => Written::Retrier(Retrier {
                interval_seconds,
                max_attempts,
                backoff_rate: f64::from(backoff_percent) / 100.0,
            }),
        });
        written.serialize(serializer)
    }

    pub(in crate::contract) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<RetryHint>, D::Error> {
        match Option::<Written>::deserialize(deserializer)? {
            None => Ok(None),
            Some(Written::Word(word)) if word == "never" => Ok(Some(RetryHint::Never)),
            Some(Written::Word(_)) => Err(D::Error::custom(
                "`retry` must be \"never\" or an object with intervalSeconds, maxAttempts and \
                 backoffRate",
            )),
            Some(Written::Retrier(retrier)) => Ok(Some(RetryHint::Retry {
                interval_seconds: retrier.interval_seconds,
                max_attempts: retrier.max_attempts,
                backoff_percent: percent(retrier.backoff_rate)
                    .ok_or_else(|| D::Error::custom("`backoffRate` must be at least 1"))?,
            })),
        }
    }

    /// A hundred times the rate, to the nearest whole number.
    fn percent(rate: f64) -> Option<u32> {
        // By way of its text, since casts of floats lose silently.
        (rate >= 1.0)
            .then(|| format!("{:.0}", rate * 100.0).parse().ok())
            .flatten()
    }
}
