//! One thing that is wrong with a definition.

use std::fmt;

use serde::ser::{Serialize, SerializeStruct as _, Serializer};

use super::code::{Code, Severity};
use super::place::Place;

/// One thing that is wrong with a definition: what, where, and what would be right.
///
/// As JSON it is an object with `severity`, `code`, `path`, `names` and `message`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub(super) code: Code,
    pub(super) place: Place,
    pub(super) names: Vec<String>,
    /// With `{names}` where the names stand, since some of them may be allowed.
    pub(super) template: String,
}

impl Finding {
    pub(super) fn new(code: Code, place: &Place, message: impl Into<String>) -> Self {
        Self {
            code,
            place: place.clone(),
            names: Vec::new(),
            template: message.into(),
        }
    }

    /// A finding about names; `{names}` in the message stands for them.
    pub(super) fn naming<T: Into<String>>(
        code: Code,
        place: &Place,
        names: impl IntoIterator<Item = T>,
        message: impl Into<String>,
    ) -> Self {
        let mut finding = Self::new(code, place, message);
        finding.names = names.into_iter().map(Into::into).collect();
        finding
    }

    /// What it is about.
    #[must_use]
    pub fn code(&self) -> Code {
        self.code
    }

    /// How much it matters.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.code.severity()
    }

    /// Where it is: a JSON pointer into the definition, such as `/States/Charge/Retry/0`. What
    /// is about no state has the path `/`.
    #[must_use]
    pub fn path(&self) -> &str {
        if self.place.as_str().is_empty() {
            "/"
        } else {
            self.place.as_str()
        }
    }

    /// The error names, fields or activities that it is about, if it is about such.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// What is wrong and what would be right.
    #[must_use]
    pub fn message(&self) -> String {
        self.template.replace("{names}", &self.names.join(", "))
    }
}

impl fmt::Display for Finding {
    /// One line: severity, code, path, message.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { code, .. } = self;
        write!(
            f,
            "{} {code} {}: {}",
            self.severity(),
            self.path(),
            self.message()
        )
    }
}

impl Serialize for Finding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Finding", 5)?;
        object.serialize_field("severity", &self.severity().to_string())?;
        object.serialize_field("code", self.code.as_str())?;
        object.serialize_field("path", self.path())?;
        object.serialize_field("names", &self.names)?;
        object.serialize_field("message", &self.message())?;
        object.end()
    }
}
