//! What a reader finds besides the model: problems, activities, and the names it has seen.

use std::collections::HashSet;
use std::sync::Arc;

use super::language::Language;
use crate::asl::definition::{ActivityUse, Definition, MachineType};
use crate::asl::problem::{Code, Problem, Problems};

/// Collects everything and stops nowhere.
pub(super) struct Report {
    problems: Vec<Problem>,
    activities: Vec<ActivityUse>,
    state_names: HashSet<String>,
    machine_type: MachineType,
    /// The state that is read.
    state: StateRead,
    /// The variables that are assigned before the state that is read, in its graph and in each
    /// of those around it.
    outer_variables: Vec<Vec<String>>,
}

/// What a reader of a field must know of the state around it.
#[derive(Default)]
pub(super) struct StateRead {
    path: String,
    language: Language,
    /// Whether its kind of state has a result: Task, Parallel and Map.
    has_work: bool,
}

impl Report {
    pub(super) fn new(machine_type: MachineType) -> Self {
        Self {
            problems: Vec::new(),
            activities: Vec::new(),
            state_names: HashSet::new(),
            machine_type,
            state: StateRead::default(),
            outer_variables: Vec::new(),
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

    /// Begins a state; what is returned is given back when it is read.
    pub(super) fn begin_state(
        &mut self,
        path: &str,
        language: Language,
        has_work: bool,
    ) -> StateRead {
        let state = StateRead {
            path: path.to_owned(),
            language,
            has_work,
        };
        std::mem::replace(&mut self.state, state)
    }

    /// Goes back to the state around the one that was read.
    pub(super) fn end_state(&mut self, outer: StateRead) {
        self.state = outer;
    }

    /// The language of the state that is read.
    pub(super) fn language(&self) -> Language {
        self.state.language
    }

    /// Whether a field of the state that is read sees the result of its work.
    pub(super) fn has_result(&self, field: &str) -> bool {
        let first = field.split(['/', '[']).next();
        self.state.has_work && matches!(first, Some("Output" | "Assign"))
    }

    /// The rest of a path inside the state that is read.
    pub(super) fn field_of_state<'a>(&self, path: &'a str) -> &'a str {
        let rest = path.strip_prefix(self.state.path.as_str());
        rest.map_or(path, |rest| rest.trim_start_matches('/'))
    }

    /// Begins a state that is entered after these variables were assigned in its graph.
    pub(super) fn begin_scope(&mut self, variables: Vec<String>) {
        self.outer_variables.push(variables);
    }

    pub(super) fn end_scope(&mut self) {
        self.outer_variables.pop();
    }

    /// Whether a scope around the one that is read has assigned this variable.
    pub(super) fn is_outer_variable(&self, name: &str) -> bool {
        let outer = self.outer_variables.split_last().map(|(_, outer)| outer);
        outer.is_some_and(|outer| outer.iter().flatten().any(|variable| variable == name))
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
