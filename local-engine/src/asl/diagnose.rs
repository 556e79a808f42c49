//! Everything that can be said of a definition: its problems, and after them the warnings.

use serde_json::Value;

use super::definition::{Definition, MachineType};
use super::problem::Problem;
use super::{json, warning};

impl Definition {
    /// Returns all problems and warnings of a definition in the order in which they were found,
    /// problems first; none if there is nothing to say.
    ///
    /// # Examples
    ///
    /// ```
    /// use sfn_local_engine::asl::{Definition, MachineType, Severity};
    ///
    /// let text = r#"{"StartAt": "Say", "States": {
    ///     "Say": {"Type": "Pass", "Parameters": {"name": "$.name"}, "End": true}}}"#;
    /// let diagnostics = Definition::diagnose(text, MachineType::Standard);
    /// assert_eq!(diagnostics.len(), 1);
    /// assert_eq!(diagnostics[0].severity(), Severity::Warning);
    /// assert_eq!(diagnostics[0].code.as_str(), "NO_DOLLAR");
    /// ```
    #[must_use]
    pub fn diagnose(text: &str, machine_type: MachineType) -> Vec<Problem> {
        let mut diagnostics = match Self::parse_as(text, machine_type) {
            Ok(_) => Vec::new(),
            Err(problems) => problems.iter().cloned().collect(),
        };
        if let Ok((Value::Object(machine), _)) = json::read(text) {
            warning::collect(&machine, &mut diagnostics);
        }
        diagnostics
    }
}

#[cfg(test)]
mod tests;
