//! The context object, and what a path can see.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::random::Random;
use super::timestamp::format_timestamp;
use super::variables::Variables;

/// What a path is evaluated on: `$` is the input, `$$` the context object.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Scope<'a> {
    /// The value that `$` stands for.
    pub input: &'a Value,
    /// The same as it came, with its blanks, if it came as a text: errors show it.
    pub text: Option<&'a str>,
    /// What `$$` stands for; made into a value only if a path asks for it.
    pub context: &'a ContextObject,
    /// Where `States.UUID` and `States.MathRandom` draw from.
    pub random: &'a Random,
}

impl Scope<'_> {
    /// Returns the input as errors show it.
    #[must_use]
    pub fn shown_input(&self) -> String {
        self.text
            .map_or_else(|| self.input.to_string(), str::to_owned)
    }
}

/// The context object, which `$$` stands for.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ContextObject {
    /// `Execution`.
    pub execution: Arc<ExecutionContext>,
    /// `StateMachine`.
    pub machine: Arc<MachineContext>,
    /// `State`.
    pub state: Option<StateContext>,
    /// `Map.Item` of the innermost Map iteration.
    pub item: Option<ItemContext>,
    /// `Task.Token`.
    pub task_token: Option<String>,
    /// The variables, which no part of the value shows: a path names one as `$name`.
    pub variables: Arc<Variables>,
}

/// `Execution` of the context object.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ExecutionContext {
    /// `Id`: the ARN of the execution.
    pub arn: String,
    /// `Input`.
    pub input: Value,
    /// `Name`.
    pub name: String,
    /// `RoleArn`.
    pub role_arn: String,
    /// `StartTime`.
    pub start_time: Timestamp,
    /// `RedriveCount`.
    pub redrive_count: u32,
    /// `RedriveTime` of the last redrive.
    pub redrive_time: Option<Timestamp>,
}

/// `StateMachine` of the context object.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MachineContext {
    /// `Id`: the ARN of the state machine.
    pub arn: String,
    /// `Name`.
    pub name: String,
}

/// `State` of the context object.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StateContext {
    /// `Name`.
    pub name: String,
    /// `EnteredTime`.
    pub entered_time: Timestamp,
    /// `RetryCount`, which the service shows for Task, Parallel and Map only.
    pub retry_count: Option<u32>,
}

/// `Map.Item` of the context object.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ItemContext {
    /// `Index`.
    pub index: usize,
    /// `Key`, if the items are the members of an object.
    pub key: Option<Arc<str>>,
    /// `Value`.
    pub value: Value,
    /// `Source` of the items of a distributed Map: an S3 URI, or `STATE_DATA`.
    pub source: Option<Arc<str>>,
}

impl ContextObject {
    /// Returns the value that `$$` stands for, with only those parts that there are.
    #[must_use]
    pub fn to_value(&self) -> Value {
        self.parts(None)
    }

    /// Returns the JSON text of the value as errors show it: without the token of a task, which is
    /// a secret.
    pub(super) fn shown(&self) -> String {
        let mut parts = self.parts(None);
        if let Some(parts) = parts.as_object_mut() {
            parts.shift_remove("Task");
        }
        parts.to_string()
    }

    /// Returns what is two names deep in the value, where that is a text which is there already:
    /// most paths want no more, and the value need not be made for it.
    pub(super) fn text(&self, part: &str, member: &str) -> Option<&str> {
        match (part, member) {
            ("Execution", "Id") => Some(&self.execution.arn),
            ("Execution", "Name") => Some(&self.execution.name),
            ("Execution", "RoleArn") => Some(&self.execution.role_arn),
            ("StateMachine", "Id") => Some(&self.machine.arn),
            ("StateMachine", "Name") => Some(&self.machine.name),
            ("State", "Name") => self.state.as_ref().map(|state| state.name.as_str()),
            ("Task", "Token") => self.task_token.as_deref(),
            _ => None,
        }
    }

    /// Returns the value with one of its parts, or all: few paths want the whole input of the
    /// execution.
    pub(super) fn parts(&self, only: Option<&str>) -> Value {
        let wants = |name: &str| only.is_none_or(|only| only == name);
        let mut parts = Map::new();
        let mut add = |name: &str, part: Value| parts.insert(name.to_owned(), part);
        if wants("Execution") {
            add("Execution", self.execution.to_value());
        }
        if wants("StateMachine") {
            let machine = json!({ "Id": self.machine.arn, "Name": self.machine.name });
            add("StateMachine", machine);
        }
        if let Some(state) = self.state.as_ref().filter(|_| wants("State")) {
            add("State", state.to_value());
        }
        if let Some(item) = self.item.as_ref().filter(|_| wants("Map")) {
            add("Map", json!({ "Item": item.to_value() }));
        }
        if let Some(token) = self.task_token.as_ref().filter(|_| wants("Task")) {
            add("Task", json!({ "Token": token }));
        }
        Value::Object(parts)
    }
}

impl ItemContext {
    fn to_value(&self) -> Value {
        let mut item = Map::new();
        item.insert("Index".to_owned(), self.index.into());
        if let Some(key) = &self.key {
            item.insert("Key".to_owned(), (**key).into());
        }
        item.insert("Value".to_owned(), self.value.clone());
        if let Some(source) = &self.source {
            item.insert("Source".to_owned(), (**source).into());
        }
        Value::Object(item)
    }
}

impl StateContext {
    fn to_value(&self) -> Value {
        let mut state = json!({
            "Name": self.name,
            "EnteredTime": format_timestamp(self.entered_time),
        });
        if let Some(retry_count) = self.retry_count {
            state["RetryCount"] = retry_count.into();
        }
        state
    }
}

impl ExecutionContext {
    fn to_value(&self) -> Value {
        let mut execution = json!({
            "Id": self.arn,
            "Input": self.input,
            "StartTime": format_timestamp(self.start_time),
            "Name": self.name,
            "RoleArn": self.role_arn,
            "RedriveCount": self.redrive_count,
        });
        if let Some(time) = self.redrive_time {
            execution["RedriveTime"] = format_timestamp(time).into();
        }
        execution
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A context object of a Pass outside of any Map.
    pub(crate) fn context() -> ContextObject {
        ContextObject {
            execution: Arc::new(ExecutionContext {
                arn: "arn:aws:states:us-east-1:123456789012:execution:Orders:run-1".to_owned(),
                input: json!({"input-value": 7}),
                name: "run-1".to_owned(),
                role_arn: "arn:aws:iam::123456789012:role/orders".to_owned(),
                start_time: Timestamp::UNIX_EPOCH,
                redrive_count: 0,
                redrive_time: None,
            }),
            machine: Arc::new(MachineContext {
                arn: "arn:aws:states:us-east-1:123456789012:stateMachine:Orders".to_owned(),
                name: "Orders".to_owned(),
            }),
            state: Some(StateContext {
                name: "Prepare".to_owned(),
                entered_time: Timestamp::UNIX_EPOCH,
                retry_count: None,
            }),
            item: None,
            task_token: None,
            variables: Arc::default(),
        }
    }

    #[test]
    fn a_pass_sees_execution_machine_and_state() {
        assert_eq!(
            context().to_value().to_string(),
            r#"{"Execution":{"Id":"arn:aws:states:us-east-1:123456789012:execution:Orders:run-1","Input":{"input-value":7},"StartTime":"1970-01-01T00:00:00.000Z","Name":"run-1","RoleArn":"arn:aws:iam::123456789012:role/orders","RedriveCount":0},"StateMachine":{"Id":"arn:aws:states:us-east-1:123456789012:stateMachine:Orders","Name":"Orders"},"State":{"Name":"Prepare","EnteredTime":"1970-01-01T00:00:00.000Z"}}"#
        );
    }

    #[test]
    fn a_text_is_what_the_value_holds_in_the_same_place() {
        let mut context = context();
        context.task_token = Some("token".to_owned());
        let value = context.to_value();
        let mut texts = 0;
        for (part, members) in value.as_object().unwrap() {
            for (member, held) in members.as_object().unwrap() {
                if let Some(text) = context.text(part, member) {
                    assert_eq!(held, text);
                    texts += 1;
                }
            }
        }
        assert_eq!(texts, 7);
        assert_eq!(context.text("Execution", "Nothing"), None);
    }

    #[test]
    fn a_task_in_a_map_sees_item_token_and_retries_too() {
        let mut context = context();
        context.item = Some(ItemContext {
            index: 2,
            key: None,
            value: json!("c"),
            source: None,
        });
        context.task_token = Some("token".to_owned());
        if let Some(state) = &mut context.state {
            state.retry_count = Some(1);
        }
        let value = context.to_value();
        assert_eq!(value["Map"], json!({"Item": {"Index": 2, "Value": "c"}}));
        assert_eq!(value["Task"], json!({"Token": "token"}));
        assert_eq!(value["State"]["RetryCount"], 1);
    }
}
