//! `QueryLanguage`, and what belongs to a language that is not run yet.

use super::object::Object;
use super::report::Report;

/// How a state asks questions of its input.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Language {
    #[default]
    Jsonpath,
    Jsonata,
}

/// The fields that only states in JSONata have.
pub(super) const JSONATA_FIELDS: [&str; 4] = ["Arguments", "Condition", "Items", "Output"];

/// Reads `QueryLanguage`, if it is there and one of the two.
pub(super) fn read(object: &Object<'_>, report: &mut Report) -> Option<Language> {
    match object.text("QueryLanguage", report)? {
        "JSONPath" => Some(Language::Jsonpath),
        "JSONata" => Some(Language::Jsonata),
        _ => {
            report.schema(
                &object.field("QueryLanguage"),
                "The field 'QueryLanguage' should have one of these values: [JSONPath, JSONata]",
            );
            None
        }
    }
}

pub(super) fn note_jsonata(path: &str, report: &mut Report) {
    report
        .unsupported(path, "the QueryLanguage JSONata")
        .advise("use JSONPath");
}

/// Notes a field that belongs to the other language.
pub(super) fn refuse_jsonata_field(object: &Object<'_>, name: &str, report: &mut Report) {
    let message = format!(
        "The QueryLanguage is set to 'JSONPath', but field '{name}' is only supported for the \
         'JSONata' QueryLanguage"
    );
    report.schema(object.path(), message);
}

pub(super) fn note_variables(path: &str, report: &mut Report) {
    report
        .unsupported(path, "variables (Assign and $name)")
        .advise("carry the value in the input");
}
