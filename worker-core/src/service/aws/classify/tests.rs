//! Every row of what the service may answer, and everything that can happen on the way.

use std::error::Error;
use std::fmt;

use aws_sdk_sfn::operation::send_task_success::SendTaskSuccessError;

use super::*;
use crate::service::Disposition::{Denied, Gone, Refused, Throttled, Transient};

type CallError = SdkError<SendTaskSuccessError, HttpResponse>;

fn judged(code: &str, status: u16) -> ServiceError {
    settled(from_answer(Some(code), Some("a text"), status))
}

/// The error of a verdict when the clock is right.
fn settled(verdict: Verdict) -> ServiceError {
    match verdict {
        Verdict::Plain(error) | Verdict::CredentialsRefused(error) => error,
        Verdict::SignatureRefused(refusal) => refusal.with(None),
    }
}

#[test]
fn every_code_of_the_contract_has_its_disposition() {
    for (code, disposition) in [
        ("InvalidToken", Gone),
        ("TaskDoesNotExist", Gone),
        ("TaskTimedOut", Gone),
        ("InvalidOutput", Refused),
        ("ValidationException", Refused),
        ("AccessDeniedException", Denied),
        ("KmsAccessDeniedException", Denied),
        ("KmsInvalidStateException", Denied),
        ("ThrottlingException", Throttled),
        ("KmsThrottlingException", Throttled),
        ("ActivityWorkerLimitExceeded", Throttled),
        ("ExpiredTokenException", Transient),
        ("UnrecognizedClientException", Transient),
        ("InvalidSignatureException", Denied),
        ("ActivityDoesNotExist", Denied),
        ("InvalidArn", Denied),
        ("SomethingNew", Denied),
    ] {
        let error = judged(code, 400);
        assert_eq!(error.disposition(), disposition, "{code}");
        assert_eq!(error.code(), Some(code));
        assert!(!error.is_outcome_unknown(), "{code}");
    }
}

#[test]
fn an_answer_without_a_code_is_judged_by_its_status() {
    for (status, disposition) in [
        (413, Refused),
        (429, Throttled),
        (500, Transient),
        (503, Transient),
        (403, Denied),
    ] {
        let error = settled(from_answer(None, None, status));
        assert_eq!(error.disposition(), disposition, "{status}");
    }
    // The front end answers in plain text, which the SDK cannot read.
    let error = settled(from_answer(None, None, 413));
    assert_eq!(
        error.to_string(),
        "the request is larger than the service takes"
    );
}

#[test]
fn an_error_of_the_server_leaves_the_outcome_unknown() {
    for status in [500, 502, 503, 504] {
        assert!(settled(from_answer(None, None, status)).is_outcome_unknown());
        assert!(judged("InternalFailure", status).is_outcome_unknown());
    }
    // Throttled before anything was done, whatever the status.
    let error = judged("SlowDown", 503);
    assert_eq!(error.disposition(), Throttled);
    assert!(!error.is_outcome_unknown());
}

#[test]
fn a_missing_activity_and_too_many_polls_are_told_apart() {
    let missing = judged("ActivityDoesNotExist", 400);
    assert!(missing.is_activity_missing() && !missing.is_too_many_polls());
    let many = judged("ActivityWorkerLimitExceeded", 400);
    assert!(many.is_too_many_polls() && !many.is_activity_missing());
}

#[test]
fn credentials_that_are_refused_are_forgotten() {
    for code in ["ExpiredTokenException", "UnrecognizedClientException"] {
        let verdict = from_answer(Some(code), Some("a text"), 400);
        assert!(matches!(verdict, Verdict::CredentialsRefused(_)), "{code}");
        let error = settled(verdict);
        assert!(
            error.to_string().contains("credentials are loaded again"),
            "{error}"
        );
    }
}

#[test]
fn a_refused_signature_is_the_fault_of_the_clock_or_of_the_secret() {
    let refused = || match from_answer(Some("InvalidSignatureException"), Some("no"), 400) {
        Verdict::SignatureRefused(refusal) => refusal,
        other => panic!("{other:?}"),
    };
    let secret = refused().with(None);
    assert_eq!(secret.disposition(), Denied);
    assert!(secret.to_string().contains("secret access key"), "{secret}");
    let clock = refused().with(Some(-600));
    assert_eq!(clock.disposition(), Transient);
    assert!(clock.to_string().contains("600 s ahead"), "{clock}");
}

#[test]
fn a_key_that_cannot_be_used_is_named_as_the_cause() {
    let error = judged("KmsInvalidStateException", 400);
    assert!(error.to_string().contains("check the key"), "{error}");
}

#[test]
fn no_answer_in_time_leaves_the_outcome_unknown() {
    let error = settled(classify(CallError::timeout_error("late")));
    assert_eq!(error.disposition(), Transient);
    assert!(error.is_outcome_unknown());

    let late = ConnectorError::timeout("read".into());
    let error = settled(classify(CallError::dispatch_failure(late)));
    assert_eq!(error.disposition(), Transient);
    assert!(error.is_outcome_unknown());
}

#[test]
fn a_broken_connection_leaves_the_outcome_unknown() {
    let reset = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
    let broken = ConnectorError::io(reset.into());
    let error = settled(classify(CallError::dispatch_failure(broken)));
    assert_eq!(error.disposition(), Transient);
    assert!(error.is_outcome_unknown());
}

#[test]
fn a_request_that_cannot_be_made_was_never_sent() {
    let failure = CallError::construction_failure("no endpoint");
    let error = settled(classify(failure));
    assert_eq!(error.disposition(), Transient);
    assert!(!error.is_outcome_unknown());
    let source = error.source().unwrap().to_string();
    assert!(source.contains("no endpoint"), "{source}");
}

#[test]
fn missing_credentials_are_said_with_advice() {
    let missing = CallError::construction_failure(CredentialsError::not_loaded_no_source());
    let error = settled(classify(missing));
    assert_eq!(error.disposition(), Transient);
    assert!(error.to_string().contains("AWS_PROFILE"), "{error}");

    let broken = CredentialsError::provider_error("the metadata service answered 503");
    let error = settled(classify(CallError::construction_failure(broken)));
    assert_eq!(error.disposition(), Transient);
    assert!(!error.is_outcome_unknown());
    let source = error.source().unwrap().to_string();
    assert!(source.contains("answered 503"), "{source}");
}

/// An error whose `Debug` text holds what nobody may read.
struct Confidential;

impl fmt::Debug for Confidential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("canary")
    }
}

impl fmt::Display for Confidential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the answer of the provider could not be read")
    }
}

impl Error for Confidential {}

#[test]
fn p10_no_text_shows_what_an_error_holds() {
    let provider = CredentialsError::provider_error(Confidential);
    for error in [
        CallError::construction_failure(provider),
        CallError::construction_failure(Confidential),
        CallError::dispatch_failure(ConnectorError::io(Box::new(Confidential))),
        CallError::timeout_error(Confidential),
    ] {
        let error = settled(classify(error));
        assert!(!format!("{error} {error:?}").contains("canary"), "{error}");
    }
}

#[test]
fn p10_a_refusal_does_not_quote_the_token() {
    let message = "1 validation error detected: Value 'AAAA' secret' at 'taskToken' failed to \
                   satisfy constraint: Member must have length less than or equal to 2048";
    let text = without_values(message);
    assert!(!text.contains("AAAA") && !text.contains("secret"), "{text}");
    assert!(text.contains("at 'taskToken' failed"), "{text}");
}

#[test]
fn a_long_chain_is_cut() {
    let text = chain(&*Box::<dyn Error + Send + Sync>::from("ü".repeat(2_000)));
    assert!(text.len() <= CHAIN_LIMIT + "…".len(), "{}", text.len());
}
