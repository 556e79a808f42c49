//! A key that is the same for every attempt at one piece of work: `IdempotencyKey`.

use std::fmt;

use sha2::{Digest as _, Sha256};

use super::FromCall;
use crate::activity::Call;
use crate::envelope::Envelope;
use crate::failure::Failure;
use crate::payload::Payload;
use crate::token::TaskToken;

/// A key that is the same for every attempt at one piece of work, for calls that must not
/// happen twice: a payment, an order, a mail.
///
/// Take it as an argument of the handler and give it to whom you call, as the idempotency key
/// of the request. It is always a UUID in the usual notation, which is what the strictest of
/// them ask for.
///
/// # What it is made of
///
/// Where the [`Envelope`] tells execution, state and the time when the state was entered, the
/// key is a hash of these, of the index in a Map, and of the input; and it
/// [is stable](Self::is_stable): a retry of the state, which enters it no second time, has the
/// same key, on whatever worker it runs. A state that puts something new into its input on each
/// attempt (the time, a random number, the token of the task) changes the key with it: such
/// things belong outside.
/// The input counts because iterations of a Map can begin in the same millisecond; two of them
/// with the same input still need `mapIndex` in the envelope to have two keys.
///
/// Without an envelope it is a hash of the task's token. That protects against a handler that
/// calls twice, but the service gives every attempt another token.
///
/// # Examples
///
/// ```
/// use sfn_worker_core::{Failure, IdempotencyKey, activity};
/// # async fn pay(_: &str, _: u64) {}
///
/// #[activity]
/// async fn charge(cents: u64, key: IdempotencyKey) -> Result<(), Failure> {
///     pay(key.as_str(), cents).await;
///     pay(key.for_step("fee").as_str(), 30).await; // a second call has a key of its own
///     Ok(())
/// }
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct IdempotencyKey {
    text: Box<str>,
    stable: bool,
}

impl IdempotencyKey {
    /// The key of what an envelope tells, if it tells enough.
    pub(crate) fn told(envelope: &Envelope, input: &Payload) -> Option<Self> {
        let execution = envelope.execution()?;
        let state = envelope.state()?;
        let entered = envelope.entered_time()?;
        let index = envelope.map_index().map(|index| index.to_string());
        let parts = [
            execution,
            state,
            entered,
            index.as_deref().unwrap_or_default(),
            input.as_str(),
        ];
        Some(Self {
            text: hash("state", &parts),
            stable: true,
        })
    }

    /// The key of one attempt.
    pub(crate) fn of_attempt(token: &TaskToken) -> Self {
        Self {
            text: hash("token", &[token.expose()]),
            stable: false,
        }
    }

    /// The key as text: a UUID of 36 characters, in lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether a retry of the state has the same key. Without an envelope it has not.
    #[must_use]
    pub fn is_stable(&self) -> bool {
        self.stable
    }

    /// The key of one of several calls that a handler makes, told apart by a name of your
    /// choice. It is as stable as this one.
    #[must_use]
    pub fn for_step(&self, name: &str) -> Self {
        Self {
            text: hash("step", &[&self.text, name]),
            stable: self.stable,
        }
    }
}

impl FromCall for IdempotencyKey {
    fn from_call(call: &Call) -> Result<Self, Failure> {
        Ok(call.context().idempotency_key())
    }
}

impl AsRef<str> for IdempotencyKey {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdempotencyKey")
            .field("text", &self.text)
            .field("stable", &self.stable)
            .finish()
    }
}

/// A UUID of version 8, which is the one for hashes of one's own.
fn hash(kind: &str, parts: &[&str]) -> Box<str> {
    let mut hasher = Sha256::new();
    hasher.update(b"sfn-worker idempotency key 1\0");
    for part in [kind].iter().chain(parts) {
        // With its length, so that no two lists of parts look the same.
        hasher.update(part.len().to_be_bytes());
        hasher.update(part.as_bytes());
    }
    let digest = hasher.finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let digits = format!("{:032x}", u128::from_be_bytes(bytes));
    let groups = [
        &digits[..8],
        &digits[8..12],
        &digits[12..16],
        &digits[16..20],
        &digits[20..],
    ];
    groups.join("-").into()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn envelope() -> Envelope {
        Envelope::new()
            .with_execution("arn:aws:states:eu-west-1:123456789012:execution:Orders:run-1")
            .with_state("Charge")
            .with_entered_time("2026-11-24T08:15:00.000Z")
            .with_attempt(1)
    }

    fn key(envelope: &Envelope) -> IdempotencyKey {
        IdempotencyKey::told(envelope, &Payload::new("7")).unwrap()
    }

    #[test]
    fn a_retry_of_the_state_has_the_same_key() {
        let first = key(&envelope());
        assert_eq!(first, key(&envelope().with_attempt(2)));
        assert!(first.is_stable());
        // The keys of tasks in flight must outlive an update of the worker.
        assert_eq!(first.as_str(), "6c245e2c-43fa-8132-9cc1-174648262191");
    }

    #[test]
    fn everything_that_makes_it_another_piece_of_work_makes_another_key() {
        let keys = [
            key(&envelope()),
            key(&envelope().with_execution("run-2")),
            key(&envelope().with_state("Refund")),
            key(&envelope().with_entered_time("2026-11-24T08:15:00.001Z")),
            key(&envelope().with_map_index(0)),
            key(&envelope().with_map_index(1)),
            IdempotencyKey::told(&envelope(), &Payload::new("8")).unwrap(),
            key(&envelope()).for_step("fee"),
            key(&envelope()).for_step("tax"),
            key(&envelope().with_execution("a").with_state("bc")),
            key(&envelope().with_execution("ab").with_state("c")),
        ];
        let different: HashSet<&str> = keys.iter().map(IdempotencyKey::as_str).collect();
        assert_eq!(different.len(), keys.len());
        for key in keys {
            let key = key.to_string();
            assert_eq!((key.len(), &key[14..15]), (36, "8"), "{key}");
            assert!(matches!(&key[19..20], "8" | "9" | "a" | "b"), "{key}");
        }
    }

    #[test]
    fn p10_the_key_of_an_attempt_does_not_show_its_token() {
        let key = IdempotencyKey::of_attempt(&TaskToken::new("canary-token"));
        assert!(!key.is_stable() && !key.for_step("x").is_stable());
        assert!(!format!("{key:?} {key}").contains("canary"));
        let other = IdempotencyKey::of_attempt(&TaskToken::new("another"));
        assert_ne!(key, other);
    }
}
