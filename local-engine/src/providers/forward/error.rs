//! How a service's refusal reads in a history.

use super::action::Action;
use crate::providers::ServiceFailure;
use crate::providers::client::HttpResponse;

/// Error codes that belong to no operation: the services' libraries have no class of their own
/// for them.
const COMMON: [&str; 12] = [
    "AccessDenied",
    "AccessDeniedException",
    "ExpiredToken",
    "ExpiredTokenException",
    "IncompleteSignature",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "MissingAuthenticationToken",
    "NotAuthorized",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
    "ValidationError",
];

/// The failure of a call that was answered with an error.
pub(super) fn refused(
    action: &Action,
    code: &str,
    message: &str,
    response: &HttpResponse,
) -> ServiceFailure {
    // Codes come as `com.amazonaws.dynamodb.v20120810#ResourceNotFoundException`.
    let code = code.rsplit('#').next().unwrap_or(code);
    let code = code.split(':').next().unwrap_or(code);
    let status = response.status;
    let id = response.header("x-amzn-requestid").unwrap_or("-");
    let service = action.service;
    let common =
        COMMON.contains(&code) || (service.sdk, code) == ("dynamodb", "ValidationException");
    match action.optimised {
        Some(names) => {
            let name = if common {
                let class = names.service.trim_end_matches("v2");
                format!("{class}Exception")
            } else if code.ends_with("Exception") || code.is_empty() {
                code.to_owned()
            } else {
                format!("{code}Exception")
            };
            ServiceFailure::new(
                format!("{}.{name}", names.error),
                format!(
                    "{message} (Service: {}; Status Code: {status}; Error Code: {code}; Request \
                     ID: {id}; Proxy: null)",
                    names.service
                ),
            )
        }
        None => {
            let class = service.class;
            let name = match code.strip_suffix("Exception").unwrap_or(code) {
                _ if common => class,
                "" => class,
                name => name,
            };
            ServiceFailure::new(
                format!("{class}.{name}Exception"),
                format!(
                    "{message} (Service: {class}, Status Code: {status}, Request ID: {id}) (SDK \
                     Attempt Count: 1)"
                ),
            )
        }
    }
}

/// The failure of a call that got no answer.
pub(super) fn unreachable(action: &Action, cause: String) -> ServiceFailure {
    let name = action
        .optimised
        .map_or(action.service.class, |names| names.error);
    ServiceFailure::new(format!("{name}.SdkClientException"), cause)
}
