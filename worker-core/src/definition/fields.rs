//! The fields of the envelope, as a state writes them down.

use super::draft::QueryLanguage;

pub(super) const HEARTBEAT: &str = "heartbeatSeconds";
pub(super) const TIMEOUT: &str = "timeoutSeconds";

/// A field of the envelope.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
}

/// What the value of a field is, and where a state has it from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A clock of the state, written down a second time.
    Seconds,
    /// A text of the context object.
    Text(&'static str),
    /// A number of the context object.
    Count(&'static str),
    /// A number that the context object has in a Map only.
    MapCount(&'static str),
    /// A text that whoever starts the execution puts into its input.
    Given(&'static str),
}

/// The fields, in the order in which they are documented.
#[rustfmt::skip]
pub(super) const FIELDS: [Field; 10] = [
    Field { name: HEARTBEAT, kind: Kind::Seconds },
    Field { name: TIMEOUT, kind: Kind::Seconds },
    Field { name: "execution", kind: Kind::Text("Execution.Id") },
    Field { name: "state", kind: Kind::Text("State.Name") },
    Field { name: "enteredTime", kind: Kind::Text("State.EnteredTime") },
    Field { name: "retryCount", kind: Kind::Count("State.RetryCount") },
    Field { name: "mapIndex", kind: Kind::MapCount("Map.Item.Index") },
    Field { name: "traceparent", kind: Kind::Given("Execution.Input.traceparent") },
    Field { name: "tracestate", kind: Kind::Given("Execution.Input.tracestate") },
    Field { name: "xrayTraceHeader", kind: Kind::Given("Execution.Input.xrayTraceHeader") },
];

impl Field {
    pub(super) fn named(name: &str) -> Option<Self> {
        FIELDS.into_iter().find(|field| field.name == name)
    }

    /// The one value of the context object that the field is.
    pub(super) fn source(self) -> Option<&'static str> {
        match self.kind {
            Kind::Text(path) | Kind::Count(path) | Kind::MapCount(path) => Some(path),
            Kind::Seconds | Kind::Given(_) => None,
        }
    }

    /// The key and the text that fill the field.
    pub(super) fn filled(self, language: QueryLanguage) -> Option<(String, String)> {
        let path = match self.kind {
            Kind::Seconds => return None,
            Kind::Text(path) | Kind::Count(path) | Kind::MapCount(path) | Kind::Given(path) => path,
        };
        Some(match language {
            QueryLanguage::Jsonpath => (format!("{}.$", self.name), format!("$$.{path}")),
            QueryLanguage::Jsonata => (
                self.name.to_owned(),
                format!("{{% $states.context.{path} %}}"),
            ),
        })
    }
}

/// A line of an envelope that fills a field, for messages.
pub(super) fn line(name: &str, language: QueryLanguage) -> String {
    match Field::named(name).and_then(|field| field.filled(language)) {
        Some((key, value)) => format!("{key:?}: {value:?}"),
        None => format!("{name:?}"),
    }
}
