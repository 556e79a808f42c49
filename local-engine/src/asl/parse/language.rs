//! `QueryLanguage`, and the fields that belong to one of the languages.

use super::object::Object;
use super::report::Report;
pub(super) use crate::asl::state::QueryLanguage as Language;

/// The fields that only states in JSONata have.
pub(super) const JSONATA_FIELDS: [&str; 4] = ["Arguments", "Condition", "Items", "Output"];

/// The fields that only states in JSONPath have, besides those that end in `Path`.
const JSONPATH_FIELDS: [&str; 3] = ["Parameters", "Result", "ResultSelector"];

/// Reads `QueryLanguage`, if it is there. What is neither of the two counts as JSONata, as it
/// does in the service.
pub(super) fn read(object: &Object<'_>, report: &mut Report) -> Option<Language> {
    const NAME: &str = "QueryLanguage";
    object.get(NAME)?;
    let text = object.text(NAME, report);
    match text {
        Some("JSONPath") => return Some(Language::Jsonpath),
        Some("JSONata") | None => {}
        Some(_) => {
            report.schema(
                &object.field(NAME),
                "Value should be one of the following: [JSONPath, JSONata]",
            );
        }
    }
    Some(Language::Jsonata)
}

/// Returns whether a field belongs to states in JSONPath only.
pub(super) fn is_jsonpath_field(name: &str) -> bool {
    JSONPATH_FIELDS.contains(&name) || name.ends_with("Path")
}

/// Notes a field that belongs to the other language.
pub(super) fn refuse_jsonata_field(object: &Object<'_>, name: &str, report: &mut Report) {
    refuse(object, name, "JSONPath", "JSONata", report);
}

/// Notes a field that belongs to the other language.
pub(super) fn refuse_jsonpath_field(object: &Object<'_>, name: &str, report: &mut Report) {
    refuse(object, name, "JSONata", "JSONPath", report);
}

fn refuse(object: &Object<'_>, name: &str, own: &str, other: &str, report: &mut Report) {
    let message = format!(
        "The QueryLanguage is set to '{own}', but field '{name}' is only supported for the \
         '{other}' QueryLanguage"
    );
    report.schema(object.path(), message);
}
