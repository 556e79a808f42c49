//! From the text of a file to its test cases, noting every problem on the way.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value};

use super::{End, MockCase, MockConfig, Response, Responses};

/// Everything that is wrong with a file of mocks, one line for each problem: where, what, and
/// what would be right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MockConfigError(Vec<String>);

impl FromStr for MockConfig {
    type Err = MockConfigError;

    fn from_str(text: &str) -> Result<Self, MockConfigError> {
        let mut problems = Vec::new();
        let config = match serde_json::from_str::<Value>(text) {
            Ok(value) => read(&value, &mut problems),
            Err(error) => {
                problems.push(format!("the file is not JSON: {error}"));
                Self::default()
            }
        };
        if problems.is_empty() {
            Ok(config)
        } else {
            Err(MockConfigError(problems))
        }
    }
}

impl fmt::Display for MockConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("\n"))
    }
}

impl std::error::Error for MockConfigError {}

fn read(value: &Value, problems: &mut Vec<String>) -> MockConfig {
    let Some(whole) = object(value, "/", problems) else {
        return MockConfig::default();
    };
    let path = "/MockedResponses";
    let responses = match whole.get("MockedResponses") {
        None => BTreeMap::new(),
        Some(value) => object(value, path, problems)
            .into_iter()
            .flatten()
            .filter_map(|(name, value)| {
                let responses = read_responses(name, value, &format!("{path}/{name}"), problems)?;
                Some((name.as_str(), Arc::new(responses)))
            })
            .collect(),
    };
    let path = "/StateMachines";
    let Some(machines) = whole.get("StateMachines") else {
        problems.push(format!(
            "{path}: missing: an object of state machines by name"
        ));
        return MockConfig::default();
    };
    let known: Vec<&str> = whole
        .get("MockedResponses")
        .and_then(Value::as_object)
        .map(|all| all.keys().map(String::as_str).collect())
        .unwrap_or_default();
    let mut read = BTreeMap::new();
    for (name, machine) in object(machines, path, problems).into_iter().flatten() {
        let path = format!("{path}/{name}");
        let Some(machine) = object(machine, &path, problems) else {
            continue;
        };
        let path = format!("{path}/TestCases");
        let Some(cases) = machine.get("TestCases") else {
            problems.push(format!("{path}: missing: an object of test cases by name"));
            continue;
        };
        let mut read_cases = BTreeMap::new();
        for (case, states) in object(cases, &path, problems).into_iter().flatten() {
            let path = format!("{path}/{case}");
            let states = object(states, &path, problems);
            let mut read_case = MockCase::new();
            for (state, response) in states.into_iter().flatten() {
                let response = response.as_str().unwrap_or_default();
                match responses.get(response) {
                    Some(found) => drop(read_case.insert(state.clone(), Arc::clone(found))),
                    // A response that is there but wrong was noted already.
                    None if known.contains(&response) => {}
                    None => problems.push(format!(
                        "{path}/{state}: {response:?} is not one of the MockedResponses: [{}]",
                        known.join(", ")
                    )),
                }
            }
            read_cases.insert(case.clone(), read_case);
        }
        read.insert(name.clone(), read_cases);
    }
    MockConfig { machines: read }
}

fn read_responses(
    name: &str,
    value: &Value,
    path: &str,
    problems: &mut Vec<String>,
) -> Option<Responses> {
    let mut ranges: Vec<(u32, u32, Response)> = Vec::new();
    for (key, value) in object(value, path, problems)? {
        let path = format!("{path}/{key}");
        let Some((first, last)) = read_range(key) else {
            problems.push(format!(
                "{path}: {key:?} is neither the number of a call, such as \"0\", nor a range, such \
                 as \"1-2\""
            ));
            continue;
        };
        if ranges.iter().any(|(a, b, _)| *a <= last && first <= *b) {
            problems.push(format!("{path}: another response is for the same call"));
        }
        if let Some(response) = read_response(value, &path, problems) {
            ranges.push((first, last, response));
        }
    }
    Some(Responses {
        name: name.to_owned(),
        ranges,
    })
}

fn read_range(key: &str) -> Option<(u32, u32)> {
    let (first, last) = key.split_once('-').unwrap_or((key, key));
    let (first, last) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
    (first <= last).then_some((first, last))
}

fn read_response(value: &Value, path: &str, problems: &mut Vec<String>) -> Option<Response> {
    const KEYS: [&str; 5] = ["Return", "Throw", "Hang", "Submit", "DelaySeconds"];
    let fields = object(value, path, problems)?;
    for key in fields.keys().filter(|key| !KEYS.contains(&key.as_str())) {
        problems.push(format!(
            "{path}/{key}: not a part of a response, which has one of Return, Throw and Hang, and \
             may have Submit and DelaySeconds"
        ));
    }
    let delay = match fields.get("DelaySeconds") {
        None => Some(Duration::ZERO),
        Some(seconds) => seconds
            .as_f64()
            .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()),
    };
    if delay.is_none() {
        problems.push(format!(
            "{path}/DelaySeconds: not a number of seconds from 0 on"
        ));
    }
    let hangs = fields.get("Hang") == Some(&Value::Bool(true));
    let end = match (fields.get("Return"), fields.get("Throw"), hangs) {
        (Some(value), None, false) => Some(End::Return(value.clone())),
        (None, Some(thrown), false) => read_throw(thrown, &format!("{path}/Throw"), problems),
        (None, None, true) => Some(End::Hang),
        _ => {
            problems.push(format!("{path}: a response has either Return or Throw"));
            None
        }
    };
    Some(Response {
        submit: fields.get("Submit").cloned(),
        delay: delay?,
        end: end?,
    })
}

fn read_throw(value: &Value, path: &str, problems: &mut Vec<String>) -> Option<End> {
    let fields = object(value, path, problems)?;
    for key in fields
        .keys()
        .filter(|key| *key != "Error" && *key != "Cause")
    {
        problems.push(format!(
            "{path}/{key}: not a part of a Throw, which has Error and Cause"
        ));
    }
    let error = match fields.get("Error") {
        None | Some(Value::Null) => None,
        Some(Value::String(error)) => Some(error.clone()),
        Some(_) => {
            problems.push(format!("{path}/Error: not a text"));
            return None;
        }
    };
    // A cause that is an object is taken for its text.
    let cause = fields.get("Cause").and_then(|cause| match cause {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    });
    Some(End::Throw { error, cause })
}

fn object<'a>(
    value: &'a Value,
    path: &str,
    problems: &mut Vec<String>,
) -> Option<&'a Map<String, Value>> {
    let object = value.as_object();
    if object.is_none() {
        problems.push(format!("{path}: not an object"));
    }
    object
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_and_both_kinds_of_response_are_read() {
        let config: MockConfig = r#"{
            "StateMachines": {"M": {"TestCases": {"T": {"S": "R"}, "Empty": {}}}},
            "MockedResponses": {"R": {
                "0-1": {"Throw": {"Error": "E", "Cause": "C"}},
                "2": {"Return": [1], "DelaySeconds": 0.5, "Submit": {}},
                "3": {"Hang": true}}}}"#
            .parse()
            .unwrap();
        assert_eq!(config.test_cases("M").collect::<Vec<_>>(), ["Empty", "T"]);
        let responses = &config.test_case("M", "T").unwrap()["S"];
        assert!(matches!(responses.at(1).unwrap().end, End::Throw { .. }));
        let last = responses.at(2).unwrap();
        assert_eq!(last.end, End::Return(serde_json::json!([1])));
        assert_eq!(last.delay, Duration::from_millis(500));
        assert_eq!(responses.at(3).unwrap().end, End::Hang);
        assert_eq!(responses.at(4), None);
    }

    #[test]
    fn every_problem_is_reported_with_its_place() {
        let error = r#"{
            "StateMachines": {"M": {"TestCases": {"T": {"S": "Gone", "U": "R"}}}, "N": {}},
            "MockedResponses": {"R": {
                "one": {"Return": 1},
                "0": {"Return": 1, "Throw": {"Error": "E"}},
                "1": {"Throw": {"Eror": "C"}, "Wait": 1}}}}"#
            .parse::<MockConfig>()
            .unwrap_err()
            .to_string();
        for part in [
            "/MockedResponses/R/one: \"one\" is neither",
            "/MockedResponses/R/0: a response has either Return or Throw",
            "/MockedResponses/R/1/Throw/Eror: not a part of a Throw",
            "/MockedResponses/R/1/Wait: not a part of a response",
            "/StateMachines/M/TestCases/T/S: \"Gone\" is not one of the MockedResponses: [R]",
            "/StateMachines/N/TestCases: missing",
        ] {
            assert!(error.contains(part), "{part}\n{error}");
        }
        assert!("{".parse::<MockConfig>().is_err());
    }
}
