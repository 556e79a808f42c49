//! SDK error → [`ServiceError`]: the one place where the service's codes are judged.

use std::error::Error;
use std::io;

use aws_sdk_sfn::config::http::HttpResponse;
use aws_sdk_sfn::error::{ProvideErrorMetadata, SdkError};

use crate::service::{Disposition, ServiceError};

/// Judges an error of any call.
pub(super) fn classify<E>(error: SdkError<E, HttpResponse>) -> ServiceError
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    match error {
        SdkError::ServiceError(context) => {
            let status = context.raw().status().as_u16();
            let (code, message) = (context.err().code(), context.err().message());
            from_answer(code, message, status)
        }
        SdkError::TimeoutError(_) => {
            ServiceError::new(Disposition::Transient, "the service did not answer in time")
                .with_unknown_outcome()
        }
        SdkError::DispatchFailure(failure) => {
            let error = ServiceError::new(Disposition::Transient, "the service was not reached");
            let never_sent = failure
                .as_connector_error()
                .is_some_and(|error| refused(error));
            let error = if never_sent {
                error
            } else {
                error.with_unknown_outcome()
            };
            match failure.as_connector_error() {
                Some(source) => error.with_source(chain(source)),
                None => error,
            }
        }
        SdkError::ConstructionFailure(failure) => {
            // Nothing was sent; mostly credentials that could not be loaded.
            ServiceError::new(Disposition::Transient, "the request could not be made")
                .with_source(format!("{failure:?}"))
        }
        // A response that could not be read, and kinds that a later SDK may add.
        _ => ServiceError::new(Disposition::Transient, "the answer could not be read")
            .with_unknown_outcome(),
    }
}

fn from_answer(code: Option<&str>, message: Option<&str>, status: u16) -> ServiceError {
    let disposition = disposition(code, status);
    let text = message.map_or_else(|| format!("HTTP status {status}"), without_values);
    let mut error = ServiceError::new(disposition, text);
    if let Some(code) = code {
        error = error.with_code(code);
    }
    if code == Some("ActivityDoesNotExist") {
        error = error.with_activity_missing();
    }
    if code == Some("ActivityWorkerLimitExceeded") {
        error = error.with_too_many_polls();
    }
    if status >= 500 {
        // The service may have done its work before it failed.
        error = error.with_unknown_outcome();
    }
    error
}

fn disposition(code: Option<&str>, status: u16) -> Disposition {
    match (code, status) {
        (Some("TaskTimedOut" | "TaskDoesNotExist" | "InvalidToken"), _) => Disposition::Gone,
        (Some("InvalidOutput" | "ValidationException"), _) | (_, 413) => Disposition::Refused,
        (Some("ActivityWorkerLimitExceeded" | "KmsThrottlingException"), _)
        | (Some("ThrottlingException" | "Throttling" | "ThrottledException"), _)
        | (Some("TooManyRequestsException" | "RequestLimitExceeded" | "SlowDown"), _)
        | (_, 429) => Disposition::Throttled,
        // Credentials are loaded again by themselves.
        (Some("ExpiredTokenException" | "ExpiredToken" | "RequestExpired"), _)
        | (Some("RequestTimeout" | "RequestTimeoutException"), _)
        | (_, 500..) => Disposition::Transient,
        _ => Disposition::Denied,
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

fn refused(error: &(dyn Error + 'static)) -> bool {
    std::iter::successors(Some(error), |&error| error.source()).any(|error| {
        error
            .downcast_ref::<io::Error>()
            .is_some_and(|error| error.kind() == io::ErrorKind::ConnectionRefused)
    })
}

/// The messages of an error and its sources; the SDK says the useful part last.
fn chain(error: &(dyn Error + 'static)) -> String {
    std::iter::successors(Some(error), |&error| error.source())
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(code: &str, status: u16) -> Disposition {
        disposition(Some(code), status)
    }

    #[test]
    fn every_code_of_the_contract_has_its_disposition() {
        for code in ["TaskTimedOut", "TaskDoesNotExist", "InvalidToken"] {
            assert_eq!(judged(code, 400), Disposition::Gone, "{code}");
        }
        for code in ["InvalidOutput", "ValidationException"] {
            assert_eq!(judged(code, 400), Disposition::Refused, "{code}");
        }
        for code in [
            "ThrottlingException",
            "ActivityWorkerLimitExceeded",
            "KmsThrottlingException",
        ] {
            assert_eq!(judged(code, 400), Disposition::Throttled, "{code}");
        }
        for code in [
            "AccessDeniedException",
            "KmsAccessDeniedException",
            "InvalidArn",
        ] {
            assert_eq!(judged(code, 400), Disposition::Denied, "{code}");
        }
        assert_eq!(judged("ExpiredTokenException", 400), Disposition::Transient);
        assert_eq!(disposition(None, 413), Disposition::Refused);
        assert_eq!(disposition(None, 503), Disposition::Transient);
    }

    #[test]
    fn a_missing_activity_is_told_apart() {
        let error = from_answer(Some("ActivityDoesNotExist"), Some("gone"), 400);
        assert!(error.is_activity_missing());
        assert_eq!(error.disposition(), Disposition::Denied);
    }

    #[test]
    fn an_error_of_the_server_leaves_the_outcome_unknown() {
        assert!(from_answer(None, None, 500).is_outcome_unknown());
        assert!(!from_answer(Some("TaskTimedOut"), None, 400).is_outcome_unknown());
    }

    #[test]
    fn p10_a_refusal_does_not_quote_the_token() {
        let message = "1 validation error detected: Value 'AAAA' secret' at 'taskToken' failed to \
                       satisfy constraint: Member must have length less than or equal to 2048";
        let text = without_values(message);
        assert!(!text.contains("AAAA") && !text.contains("secret"), "{text}");
        assert!(text.contains("at 'taskToken' failed"), "{text}");
    }
}
