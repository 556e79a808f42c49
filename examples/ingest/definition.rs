//! The definition of the state machine, checked against the activities before anything starts.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;
use sfn_local_engine::asl;
use sfn_worker_core::{ActivityArn, ActivityName};

use crate::problem::Problem;

const BUILT_IN: &str = include_str!("state-machine.asl.json");

/// A definition that is valid and names only activities that the worker has.
#[derive(Debug)]
pub(crate) struct Definition {
    json: Value,
}

impl Definition {
    /// Reads a definition, or takes the built-in one.
    pub(crate) fn load(file: Option<&Path>, activities: &[&str]) -> Result<Self, Problem> {
        let Some(file) = file else {
            return Self::check("the built-in definition", BUILT_IN, activities);
        };
        let text = std::fs::read_to_string(file).map_err(|error| {
            let file = file.display();
            Problem::Usage(format!(
                "definition {file}: {error}; name a file that can be read"
            ))
        })?;
        Self::check(&format!("definition {}", file.display()), &text, activities)
    }

    fn check(name: &str, text: &str, activities: &[&str]) -> Result<Self, Problem> {
        let wrong = |lines: Vec<String>| {
            let lines: String = lines.iter().map(|line| format!("\n  - {line}")).collect();
            Problem::Usage(format!(
                "{name} cannot be used; mend it and try again:{lines}"
            ))
        };
        let definition = asl::Definition::parse(text)
            .map_err(|problems| wrong(problems.iter().map(ToString::to_string).collect()))?;
        let json = serde_json::from_str(text).map_err(|error| wrong(vec![error.to_string()]))?;
        let unknown: Vec<_> = definition
            .activities
            .iter()
            .filter(|activity| !activities.contains(&name_in(&activity.arn)))
            .map(|activity| format!("\n  - {} at {}", name_in(&activity.arn), activity.path))
            .collect();
        if unknown.is_empty() {
            return Ok(Self { json });
        }
        Err(Problem::Usage(format!(
            "{name} names activities that this worker does not have; it has {}:{}",
            activities.join(", "),
            unknown.concat(),
        )))
    }

    /// The definition with the ARNs that the service gave the activities.
    pub(crate) fn with_arns(&self, arns: &BTreeMap<ActivityName, ActivityArn>) -> String {
        let mut definition = self.json.clone();
        replace(&mut definition, arns);
        format!("{definition:#}")
    }
}

/// Replaces the `Resource` of every state that names an activity.
fn replace(value: &mut Value, arns: &BTreeMap<ActivityName, ActivityArn>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                let resource = value.as_str().filter(|_| key == "Resource").map(name_in);
                let arn = resource
                    .and_then(|name| name.parse().ok())
                    .and_then(|name: ActivityName| arns.get(&name));
                match arn {
                    Some(arn) => *value = arn.as_str().into(),
                    None => replace(value, arns),
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| replace(value, arns)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The name at the end of an ARN.
fn name_in(arn: &str) -> &str {
    arn.rsplit(':').next().unwrap_or(arn)
}
