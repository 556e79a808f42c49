//! Recorded outcomes of tasks as mocks: what other services answered then is answered again.

use serde_json::{Map, Value, json};
use sfn_local_engine::asl::Resource;
use sfn_local_engine::{AnswerFuture, MockConfig, ServiceCall, ServiceProvider};

use crate::endpoint::{ACCOUNT, REGION};
use crate::scenario::{Scenario, Step};

/// The test case that every mocked execution gets.
pub(crate) const CASE: &str = "Recorded";

/// The mocks of a scenario whose tasks call other services; nothing for any other.
///
/// # Errors
///
/// When the outcomes make no mocks.
pub(crate) fn mocks(scenario: &Scenario) -> Result<Option<MockConfig>, String> {
    if scenario.task_outcomes_by_state.is_empty() {
        return Ok(None);
    }
    let mut responses = Map::new();
    let mut states = Map::new();
    for (state, outcomes) in &scenario.task_outcomes_by_state {
        // What this account's own state machines do is run, not played.
        if starts_here(outcomes) {
            continue;
        }
        responses.insert(state.clone(), played(outcomes, scenario));
        states.insert(state.clone(), json!(state));
    }
    let machines: Map<String, Value> = machine_names(scenario)
        .map(|name| {
            let cases = json!({ "TestCases": { CASE: states } });
            (name.to_owned(), cases)
        })
        .collect();
    let file = json!({ "StateMachines": machines, "MockedResponses": responses });
    let mocks = file.to_string().parse::<MockConfig>();
    mocks.map(Some).map_err(|error| error.to_string())
}

/// Takes every call that is not mocked and never answers it, so that clocks run out.
#[derive(Debug)]
pub(crate) struct Silence;

impl ServiceProvider for Silence {
    fn answer(&self, call: &ServiceCall) -> Option<AnswerFuture> {
        matches!(call.resource(), Resource::Lambda(_))
            .then(|| Box::pin(std::future::pending()) as AnswerFuture)
    }
}

fn machine_names(scenario: &Scenario) -> impl Iterator<Item = &str> {
    scenario.steps.iter().filter_map(|step| match step {
        Step::Call(call) if call.operation == "CreateStateMachine" => call.request["name"].as_str(),
        _ => None,
    })
}

/// Whether the outcomes are those of an execution that was started in the same account.
fn starts_here(outcomes: &[Value]) -> bool {
    let arn = outcomes
        .first()
        .map(|outcome| &outcome["submitted"]["ExecutionArn"]);
    let arn = arn.and_then(Value::as_str).unwrap_or_default();
    arn.contains(":<<account>>:")
}

/// The responses to the calls of one state, in the order in which they were recorded.
fn played(outcomes: &[Value], scenario: &Scenario) -> Value {
    let mut responses: Vec<Value> = Vec::new();
    let mut submitted = None;
    for outcome in outcomes {
        if let Some(output) = outcome.get("submitted") {
            submitted = Some(known(output, scenario));
            continue;
        }
        let mut response = match (outcome.get("return"), outcome.get("throw")) {
            (Some(value), _) => json!({ "Return": result(&known(value, scenario)) }),
            (None, Some(thrown)) => json!({ "Throw": {
                "Error": thrown["error"],
                "Cause": cause(&known(&thrown["cause"], scenario), &outcome["event"]),
            } }),
            (None, None) => json!({ "Hang": true }),
        };
        if let Some(output) = submitted.take() {
            response["Submit"] = output;
        }
        responses.push(response);
    }
    let numbered = responses.into_iter().enumerate();
    numbered
        .map(|(number, response)| (number.to_string(), response))
        .collect::<Map<_, _>>()
        .into()
}

/// The recorded result: a text that was not stored parsed is the JSON text of the result.
fn result(recorded: &Value) -> Value {
    let parsed = recorded.as_str().map(serde_json::from_str);
    match parsed {
        Some(Ok(value)) => value,
        _ => recorded.clone(),
    }
}

/// The text of a cause. Functions of the recordings wrote JSON with blanks, which only the
/// integration of the function's own ARN leaves alone.
fn cause(cause: &Value, event: &Value) -> Option<String> {
    Some(match cause {
        Value::Null => return None,
        Value::String(text) => text.clone(),
        other if event == "LambdaFunctionFailed" => spaced(other),
        other => other.to_string(),
    })
}

fn spaced(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let members: Vec<String> = members
                .iter()
                .map(|(key, member)| format!("{}: {}", json!(key), spaced(member)))
                .collect();
            format!("{{{}}}", members.join(", "))
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(spaced).collect();
            format!("[{}]", items.join(", "))
        }
        other => other.to_string(),
    }
}

/// The value with every token replaced that is known before the scenario runs.
fn known(value: &Value, scenario: &Scenario) -> Value {
    match value {
        Value::String(text) => Value::String(known_text(text, scenario)),
        Value::Array(items) => items.iter().map(|item| known(item, scenario)).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(key, member)| (key.clone(), known(member, scenario)))
            .collect::<Map<_, _>>()
            .into(),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

fn known_text(text: &str, scenario: &Scenario) -> String {
    let text = text
        .replace("<<account>>", ACCOUNT)
        .replace("<<region>>", REGION)
        .replace("<<partition>>", "aws");
    let bindings = scenario.placeholders.bindings.iter();
    bindings.fold(text, |text, (token, binding)| {
        let bound = bound(binding, scenario);
        match bound {
            Some(bound) => text.replace(&format!("<<{token}>>"), &bound),
            None => text,
        }
    })
}

/// What a token stands for: a text, or the last part of the ARN that a creation will answer.
fn bound(binding: &str, scenario: &Scenario) -> Option<String> {
    // Whatever accounts were recorded: here all state machines are in one.
    if binding.len() == 12 && binding.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(ACCOUNT.to_owned());
    }
    let Some(variable) = binding.strip_prefix("${s") else {
        return Some(
            binding
                .replace("${account}", ACCOUNT)
                .replace("${region}", REGION),
        )
        .filter(|text| !text.contains("${"));
    };
    let (step, rest) = variable.split_once('.')?;
    let step: usize = step.parse().ok()?;
    rest.ends_with("Arn}|last(:)").then_some(())?;
    match scenario.steps.get(step)? {
        Step::Call(call) => call.request["name"].as_str().map(str::to_owned),
        _ => None,
    }
}
