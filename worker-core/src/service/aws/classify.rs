//! SDK error → [`ServiceError`]: the one place where the service's codes are judged.

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_sfn::config::http::HttpResponse;
use aws_sdk_sfn::error::{ConnectorError, ProvideErrorMetadata, SdkError};
use hyper_util::client::legacy::Error as HttpError;

use crate::service::{Disposition, ServiceError};

/// The longest chain of messages that is kept.
const CHAIN_LIMIT: usize = 1_000;

/// An error, and what the client can do about it.
#[derive(Debug)]
pub(super) enum Verdict {
    Plain(ServiceError),
    /// The service does not know the credentials, or no longer.
    CredentialsRefused(ServiceError),
    /// The service counts another signature.
    SignatureRefused(Refusal),
}

/// A refused signature: the fault of the clock or of the secret.
#[derive(Debug)]
pub(super) struct Refusal {
    code: String,
    text: String,
}

impl Refusal {
    /// Completes the error with what is known of the clock: by how many seconds it was wrong,
    /// if it was and has been corrected.
    pub(super) fn with(self, clock_behind: Option<i64>) -> ServiceError {
        let error = match clock_behind {
            Some(seconds) => {
                let (by, way) = (
                    seconds.unsigned_abs(),
                    if seconds > 0 { "behind" } else { "ahead" },
                );
                let text = format!(
                    "the clock of this machine is {by} s {way}: requests are signed with the \
                     service's time from now on; set the clock"
                );
                ServiceError::new(Disposition::Transient, text)
            }
            None => {
                let text = format!("{}; check the secret access key", self.text);
                ServiceError::new(Disposition::Denied, text)
            }
        };
        error.with_code(self.code)
    }
}

/// Judges an error of any call.
pub(super) fn classify<E>(error: SdkError<E, HttpResponse>) -> Verdict
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    let error = match error {
        SdkError::ServiceError(context) => {
            let status = context.raw().status().as_u16();
            return from_answer(context.err().code(), context.err().message(), status);
        }
        SdkError::TimeoutError(_) => {
            ServiceError::new(Disposition::Transient, "the service did not answer in time")
                .with_unknown_outcome()
        }
        SdkError::DispatchFailure(failure) => match failure.as_connector_error() {
            Some(error) => from_transport(error),
            None => ServiceError::new(Disposition::Transient, "the service was not reached")
                .with_unknown_outcome(),
        },
        SdkError::ConstructionFailure(_) => from_construction(&error),
        // A response that could not be read, and kinds that a later SDK may add.
        _ => unreadable(),
    };
    Verdict::Plain(error)
}

/// What was in it is not told: it can be a task.
pub(super) fn unreadable() -> ServiceError {
    ServiceError::new(Disposition::Transient, "the answer could not be read").with_unknown_outcome()
}

/// Judges an answer by its code, and by its status where it has none.
fn from_answer(code: Option<&str>, message: Option<&str>, status: u16) -> Verdict {
    let text = message.map_or_else(|| without_message(status), without_values);
    let plain = |disposition, text: String| match code {
        Some(code) => ServiceError::new(disposition, text).with_code(code),
        None => ServiceError::new(disposition, text),
    };
    let error = match (code, status) {
        (Some("TaskTimedOut" | "TaskDoesNotExist" | "InvalidToken"), _) => {
            plain(Disposition::Gone, text)
        }
        (Some("InvalidOutput" | "ValidationException"), _) | (_, 413) => {
            plain(Disposition::Refused, text)
        }
        (Some("ActivityWorkerLimitExceeded"), _) => {
            plain(Disposition::Throttled, text).with_too_many_polls()
        }
        (Some(code), _) if is_throttling(code) => plain(Disposition::Throttled, text),
        (_, 429) => plain(Disposition::Throttled, text),
        (Some("ExpiredTokenException" | "ExpiredToken"), _) => {
            let text = format!("{text}; the credentials are loaded again");
            return Verdict::CredentialsRefused(plain(Disposition::Transient, text));
        }
        (Some("UnrecognizedClientException" | "InvalidClientTokenId"), _) => {
            let text = format!(
                "{text}; the credentials are loaded again: check that the access key exists, is \
                 active, and comes with its session token"
            );
            return Verdict::CredentialsRefused(plain(Disposition::Transient, text));
        }
        (Some(code), _) if is_about_the_signature(code) => {
            return Verdict::SignatureRefused(Refusal {
                code: code.to_owned(),
                text,
            });
        }
        (Some("RequestTimeout" | "RequestTimeoutException"), _) => {
            plain(Disposition::Transient, text)
        }
        // It answered well, and with something that the SDK cannot read.
        (None, 200..300) => return Verdict::Plain(unreadable()),
        // The service may have done its work before it failed.
        (_, 500..) => plain(Disposition::Transient, text).with_unknown_outcome(),
        (Some("ActivityDoesNotExist"), _) => {
            plain(Disposition::Denied, text).with_activity_missing()
        }
        (Some("KmsAccessDeniedException" | "KmsInvalidStateException"), _) => {
            let text = format!("{text}; check the key of the activity or of the state machine");
            plain(Disposition::Denied, text)
        }
        _ => plain(Disposition::Denied, text),
    };
    Verdict::Plain(error)
}

fn is_throttling(code: &str) -> bool {
    matches!(
        code,
        "ThrottlingException"
            | "Throttling"
            | "ThrottledException"
            | "RequestThrottled"
            | "RequestThrottledException"
            | "TooManyRequestsException"
            | "RequestLimitExceeded"
            | "LimitExceededException"
            | "SlowDown"
            | "KmsThrottlingException"
    )
}

/// Codes with which a signature is refused, also one that is too old.
fn is_about_the_signature(code: &str) -> bool {
    matches!(
        code,
        "InvalidSignatureException"
            | "SignatureDoesNotMatch"
            | "RequestTimeTooSkewed"
            | "RequestExpired"
            | "AuthFailure"
    )
}

fn without_message(status: u16) -> String {
    match status {
        413 => "the request is larger than the service takes".to_owned(),
        status => format!("HTTP status {status}"),
    }
}

/// Judges an error on the way: it matters whether the request can have arrived.
fn from_transport(error: &ConnectorError) -> ServiceError {
    if error.is_user() || never_connected(error) {
        return ServiceError::new(Disposition::Transient, "the service was not reached")
            .with_source(chain(error));
    }
    let text = if error.is_timeout() {
        "the service did not answer in time"
    } else {
        "the connection to the service broke"
    };
    ServiceError::new(Disposition::Transient, text)
        .with_source(chain(error))
        .with_unknown_outcome()
}

/// Whether no connection came about: no address, refused, no handshake, no time left.
fn never_connected(error: &(dyn Error + 'static)) -> bool {
    sources(error).any(|error| {
        error
            .downcast_ref::<HttpError>()
            .is_some_and(HttpError::is_connect)
    })
}

/// Judges what happened before anything was sent.
fn from_construction(error: &(dyn Error + 'static)) -> ServiceError {
    let credentials = sources(error).find_map(|error| error.downcast_ref::<CredentialsError>());
    match credentials {
        Some(CredentialsError::CredentialsNotLoaded(_)) => ServiceError::new(
            Disposition::Transient,
            "there are no AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, name \
             a profile with AWS_PROFILE, or run where a role is attached",
        ),
        Some(error) => ServiceError::new(
            Disposition::Transient,
            "the AWS credentials could not be loaded: check the source that the environment or \
             the profile names",
        )
        .with_source(chain(error)),
        None => ServiceError::new(
            Disposition::Transient,
            "the request could not be made: check the AWS configuration",
        )
        .with_source(chain(error)),
    }
}

/// Takes quoted values out of a message: a length check quotes the token or the output.
fn without_values(message: &str) -> String {
    let mut text = String::with_capacity(message.len());
    let mut rest = message;
    while let Some(start) = rest.find("Value '") {
        let value = start + "Value '".len();
        // The last possible end: a value may contain anything.
        let Some(end) = rest[value..].rfind("' at '").map(|end| value + end) else {
            text.push_str(&rest[..value]);
            text.push('…');
            return text;
        };
        text.push_str(&rest[..value]);
        text.push('…');
        rest = &rest[end..];
    }
    text.push_str(rest);
    text
}

fn sources<'a>(
    error: &'a (dyn Error + 'static),
) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}

/// The messages of an error and its sources; the SDK says the useful part last. Never their
/// `Debug` texts, which hold whole answers.
pub(super) fn chain(error: &(dyn Error + 'static)) -> String {
    let messages: Vec<String> = sources(error).map(ToString::to_string).collect();
    let mut text = messages.join(": ");
    if text.len() > CHAIN_LIMIT {
        text.truncate(text.floor_char_boundary(CHAIN_LIMIT));
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests;
