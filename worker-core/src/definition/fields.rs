//! The fields of the envelope, as a state writes them down.

use super::draft::QueryLanguage;

pub(super) const HEARTBEAT: &str = "heartbeatSeconds";
pub(super) const TIMEOUT: &str = "timeoutSeconds";

/// The fields, and which value of the context object each one is.
pub(super) const FIELDS: [(&str, Option<&str>); 6] = [
    (HEARTBEAT, None),
    (TIMEOUT, None),
    ("execution", Some("Execution.Id")),
    ("state", Some("State.Name")),
    ("enteredTime", Some("State.EnteredTime")),
    ("retryCount", Some("State.RetryCount")),
];

/// The key and the text that take a value from the context object.
pub(super) fn taken(field: &str, path: &str, language: QueryLanguage) -> (String, String) {
    match language {
        QueryLanguage::Jsonpath => (format!("{field}.$"), format!("$$.{path}")),
        QueryLanguage::Jsonata => (field.to_owned(), format!("{{% $states.context.{path} %}}")),
    }
}

/// A line of an envelope that fills a field, for messages.
pub(super) fn line(field: &str, language: QueryLanguage) -> String {
    let context = FIELDS
        .iter()
        .find(|(known, _)| *known == field)
        .and_then(|(_, context)| *context);
    match context {
        Some(path) => {
            let (key, value) = taken(field, path, language);
            format!("{key:?}: {value:?}")
        }
        None => format!("{field:?}"),
    }
}
