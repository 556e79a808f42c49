//! `Assign`: gives variables their values when a state is left.

use std::sync::Arc;

use serde_json::Value;

use super::evaluate::{self, Seen};
use super::facts::SharedContext;
use super::failure::Failure;
use super::frame::Visit;
use crate::asl::Payload;
use crate::history::AssignedVariables;
use crate::query::Variables;

/// The most bytes that one variable, and all variables of one `Assign`, may have.
const ASSIGN_LIMIT: usize = 262_144;

/// The new values of variables; most states assign none.
#[derive(Debug, Clone, Default)]
pub(super) struct Assigned(Vec<(Arc<str>, Arc<Value>, Arc<str>)>);

impl Assigned {
    /// Evaluates an `Assign`. All its values are those that the variables had on entry.
    pub(super) fn evaluate(
        shared: &SharedContext,
        visit: &Visit,
        assign: Option<&Payload>,
        seen: Seen<'_>,
    ) -> Result<Self, Failure> {
        let Some(assign) = assign else {
            return Ok(Self::default());
        };
        let values = evaluate::payload(shared, visit, assign, seen)?;
        let members = values.value().as_object().into_iter().flatten();
        let assigned: Vec<_> = members
            .map(|(name, value)| {
                let text = value.to_string();
                (name.as_str().into(), Arc::new(value.clone()), text.into())
            })
            .collect();
        let assigned = Self(assigned);
        assigned.check_size(visit)?;
        Ok(assigned)
    }

    fn check_size(&self, visit: &Visit) -> Result<(), Failure> {
        if self.0.is_empty() {
            return Ok(());
        }
        let size: usize = self.0.iter().map(|(.., text)| text.len()).sum();
        if size > ASSIGN_LIMIT {
            return Err(Failure::variables_limit(&visit.name));
        }
        let known = &visit.frame.variables;
        // The names are looked up only when the limit is near.
        if known.size() + size > Variables::TOTAL_LIMIT
            && self.apply(known).size() > Variables::TOTAL_LIMIT
        {
            return Err(Failure::variables_limit(&visit.name));
        }
        Ok(())
    }

    /// The variables after the state.
    pub(super) fn apply(&self, variables: &Arc<Variables>) -> Arc<Variables> {
        if self.0.is_empty() {
            return variables.clone();
        }
        variables.assigned(
            self.0
                .iter()
                .map(|(name, value, text)| (name, value, &**text)),
        )
    }

    /// What the history tells of them.
    pub(super) fn recorded(&self) -> AssignedVariables {
        self.0
            .iter()
            .map(|(name, _, text)| (name.clone(), text.clone()))
            .collect()
    }
}
