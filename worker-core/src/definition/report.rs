//! What a check has found: `Report`, and the table that people read.

use std::fmt;

use serde::Serialize;

use super::code::Severity;
use super::finding::Finding;

/// How wide a message may be before it goes on in the next line.
const WIDTH: usize = 88;
const INDENT: &str = "         ";

/// What a check has found.
///
/// `Display` is a table for people: errors first, then warnings, then notes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[must_use = "a report is there to be read"]
pub struct Report {
    pub(super) findings: Vec<Finding>,
    pub(super) allowed: Vec<Finding>,
    pub(super) states: usize,
    pub(super) activities: usize,
}

impl Report {
    /// Everything that was found and is not allowed, the gravest first, then by place.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// What was found and is allowed.
    #[must_use]
    pub fn allowed(&self) -> &[Finding] {
        &self.allowed
    }

    /// How many states the definition has, at any depth.
    #[must_use]
    pub fn states(&self) -> usize {
        self.states
    }

    /// How many of them use an activity of the worker.
    #[must_use]
    pub fn activity_states(&self) -> usize {
        self.activities
    }

    /// Whether there is neither an error nor a warning.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.count(Severity::Error) == 0 && self.count(Severity::Warning) == 0
    }

    /// How many findings there are of a severity.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        let findings = self.findings.iter();
        findings
            .filter(|finding| finding.severity() == severity)
            .count()
    }

    pub(super) fn sort(&mut self) {
        for findings in [&mut self.findings, &mut self.allowed] {
            // Stable: what is in one place stays in the order in which it was found.
            findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity()));
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.findings {
            let severity = finding.severity();
            writeln!(f, "{severity:<8} {} {}", finding.code(), finding.path())?;
            for line in wrapped(&finding.message()) {
                writeln!(f, "{INDENT}{line}")?;
            }
        }
        let counts: Vec<String> = [
            (Severity::Error, "errors"),
            (Severity::Warning, "warnings"),
            (Severity::Note, "notes"),
        ]
        .into_iter()
        .filter_map(|(severity, plural)| match self.count(severity) {
            0 => None,
            1 => Some(format!("1 {severity}")),
            count => Some(format!("{count} {plural}")),
        })
        .collect();
        let found = if counts.is_empty() {
            "nothing found".to_owned()
        } else {
            counts.join(", ")
        };
        write!(
            f,
            "{found} in {}, {} of which use activities of the worker",
            plural(self.states, "state"),
            self.activities,
        )?;
        match self.allowed.len() {
            0 => Ok(()),
            allowed => write!(f, "; {} allowed", plural(allowed, "finding")),
        }
    }
}

fn plural(count: usize, noun: &str) -> String {
    if count == 1 {
        format!("1 {noun}")
    } else {
        format!("{count} {noun}s")
    }
}

/// A text in lines of the width, broken at spaces.
fn wrapped(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        if let Some(line) = lines.last_mut() {
            if line.is_empty() {
                line.push_str(word);
                continue;
            }
            if line.chars().count() + 1 + word.chars().count() <= WIDTH {
                line.push(' ');
                line.push_str(word);
                continue;
            }
        }
        lines.push(word.to_owned());
    }
    lines
}
