//! What a reader finds besides the model: problems, activities, and the names it has seen.

use std::collections::HashSet;
use std::sync::Arc;

use crate::asl::definition::{ActivityUse, Definition, MachineType};
use crate::asl::problem::{Code, Problem, Problems};

/// Collects everything and stops nowhere.
pub(super) struct Report {
    problems: Vec<Problem>,
    activities: Vec<ActivityUse>,
    state_names: HashSet<String>,
    machine_type: MachineType,
}

impl Report {
    pub(super) fn new(machine_type: MachineType) -> Self {
        Self {
            problems: Vec::new(),
            activities: Vec::new(),
            state_names: HashSet::new(),
            machine_type,
        }
    }

    /// Returns the definition if there is nothing wrong with it.
    pub(super) fn finish(mut self, definition: Option<Definition>) -> Result<Definition, Problems> {
        match definition {
            Some(definition) if self.problems.is_empty() => Ok(definition),
            None if self.problems.is_empty() => {
                // Readers note why they return nothing; if one forgot, refuse all the same.
                self.add_anywhere(
                    Code::SchemaValidationFailed,
                    "Definition could not be read, for a reason that was not noted",
                );
                Err(Problems::new(self.problems))
            }
            _ => Err(Problems::new(self.problems)),
        }
    }

    pub(super) fn machine_type(&self) -> MachineType {
        self.machine_type
    }

    /// Sets the type by which the tasks that are read from now on are judged: child executions
    /// of a distributed Map have one of their own.
    pub(super) fn set_machine_type(&mut self, machine_type: MachineType) {
        self.machine_type = machine_type;
    }

    pub(super) fn note(&mut self, problem: Problem) -> &mut Problem {
        self.problems.push(problem);
        let last = self.problems.len() - 1;
        &mut self.problems[last]
    }

    /// Notes a problem at a path; the empty path is the definition itself.
    pub(super) fn add(
        &mut self,
        code: Code,
        path: &str,
        message: impl Into<String>,
    ) -> &mut Problem {
        let path = if path.is_empty() { "/" } else { path };
        self.note(Problem {
            code,
            path: Some(path.to_owned()),
            position: None,
            message: message.into(),
            advice: None,
        })
    }

    /// Notes a problem that is nowhere in particular.
    pub(super) fn add_anywhere(&mut self, code: Code, message: impl Into<String>) -> &mut Problem {
        self.note(Problem {
            code,
            path: None,
            position: None,
            message: message.into(),
            advice: None,
        })
    }

    /// Notes that something is missing, unknown, of the wrong type or out of range.
    pub(super) fn schema(&mut self, path: &str, message: impl Into<String>) -> &mut Problem {
        self.add(Code::SchemaValidationFailed, path, message)
    }

    /// Notes that something may be right, but cannot be run yet.
    pub(super) fn unsupported(&mut self, path: &str, what: &str) -> &mut Problem {
        self.add(
            Code::NotSupportedYet,
            path,
            format!("not supported yet: {what}"),
        )
    }

    pub(super) fn note_activity(&mut self, arn: &str, path: String) {
        self.activities.push(ActivityUse {
            arn: arn.to_owned(),
            path,
        });
    }

    pub(super) fn take_activities(&mut self) -> Arc<[ActivityUse]> {
        std::mem::take(&mut self.activities).into()
    }

    /// Notes the name of a state; returns whether it is new in the whole machine.
    pub(super) fn note_state_name(&mut self, name: &str) -> bool {
        self.state_names.insert(name.to_owned())
    }
}

impl Problem {
    /// Says what would be right.
    pub(super) fn advise(&mut self, advice: impl Into<String>) {
        self.advice = Some(advice.into());
    }
}
