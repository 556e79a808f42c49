//! Follows a scenario step by step and compares what was answered with what was recorded.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::comparison::Comparison;
use crate::endpoint::{ACCOUNT, Answer, Endpoint, REGION};
use crate::mocked;
use crate::parallel;
use crate::scenario::{Call, Expectation, Milestone, Of, Part, PartOf, Scenario, Select, Step};
use crate::substitute::{descend, fill, substitute};
use crate::verdict::Verdict;
use crate::worker;

/// How often an execution is looked at while it is waited for.
const LOOK: Duration = Duration::from_millis(50);
/// How long an execution is waited for; what came by then is compared.
const PATIENCE: Duration = Duration::from_secs(3600);

/// Follows a scenario on an engine of its own.
pub(crate) async fn replay(scenario: Scenario) -> Verdict {
    let endpoint = match mocked::mocks(&scenario) {
        Ok(None) => Endpoint::start(),
        Ok(Some(mocks)) => Endpoint::start_mocked(mocks, mocked::CASE),
        Err(problem) => return Verdict::broken(problem),
    };
    let mut run = Run {
        endpoint,
        answers: Vec::new(),
        bodies: Vec::new(),
        workers: JoinSet::new(),
    };
    for step in &scenario.steps {
        if let Err(verdict) = run.step(step).await {
            return verdict;
        }
    }
    let differences = run.compare(&scenario);
    if differences.is_empty() {
        Verdict::Passes
    } else {
        Verdict::Differs(differences)
    }
}

struct Run {
    endpoint: Endpoint,
    /// One for each step so far; nothing for a step that starts a worker.
    answers: Vec<Option<Answer>>,
    /// Their bodies, for the variables of later steps.
    bodies: Vec<Value>,
    /// Dropped with the run, which ends them.
    workers: JoinSet<()>,
}

impl Run {
    async fn step(&mut self, step: &Step) -> Result<(), Verdict> {
        let answer = match step {
            Step::Call(call) => Some(self.call(call).await?),
            Step::Await { until, execution } => {
                let execution = fill(execution, &self.bodies).map_err(Verdict::broken)?;
                Some(self.wait(*until, &execution).await)
            }
            Step::Worker { worker } => {
                let filled = substitute(worker, &self.bodies).map_err(Verdict::broken)?;
                let script = serde_json::from_value(filled)
                    .map_err(|error| Verdict::broken(format!("no worker script: {error}")))?;
                self.workers
                    .spawn(worker::work(self.endpoint.clone(), script));
                None
            }
        };
        let body = answer
            .as_ref()
            .map_or_else(|| json!({}), |answer| answer.body.clone());
        self.bodies.push(body);
        self.answers.push(answer);
        Ok(())
    }

    async fn call(&self, call: &Call) -> Result<Answer, Verdict> {
        let request = substitute(&call.request, &self.bodies).map_err(Verdict::broken)?;
        let answer = self.endpoint.call(&call.operation, &request).await;
        if let Some(reason) = answer.unsupported() {
            return Err(Verdict::Unsupported(reason));
        }
        let place = || format!("step {} {}", self.answers.len(), call.operation);
        match answer.code() {
            Some(code) if !call.fails && !call.may_fail => Err(Verdict::broken(format!(
                "{} was refused with {code}: {}",
                place(),
                answer.message()
            ))),
            None if call.fails => Err(Verdict::broken(format!("{} was not refused", place()))),
            _ => Ok(answer),
        }
    }

    /// Waits for an execution and returns its history.
    async fn wait(&self, until: Milestone, execution: &str) -> Answer {
        let request = json!({"executionArn": execution});
        let waiting = async {
            loop {
                let reached = match until {
                    Milestone::Terminated => {
                        let answer = self.endpoint.call("DescribeExecution", &request).await;
                        answer.status != 200 || answer.body["status"] != "RUNNING"
                    }
                    Milestone::Started | Milestone::StateEntered => {
                        let answer = self.endpoint.call("GetExecutionHistory", &request).await;
                        answer.status != 200 || has_reached(until, &answer.body)
                    }
                };
                if reached {
                    return;
                }
                sleep(LOOK).await;
            }
        };
        // An execution that takes longer is compared as it stands.
        let _ = tokio::time::timeout(PATIENCE, waiting).await;
        self.endpoint.call("GetExecutionHistory", &request).await
    }

    fn compare(&self, scenario: &Scenario) -> Vec<String> {
        let mut comparison = Comparison::new(ACCOUNT, REGION);
        for expectation in &scenario.expect {
            self.compare_one(scenario, expectation, &mut comparison);
        }
        let differences = comparison.into_differences();
        differences.iter().map(ToString::to_string).collect()
    }

    fn compare_one(&self, scenario: &Scenario, expectation: &Expectation, to: &mut Comparison) {
        let key = expectation.key.as_str();
        let mut answered = match self.fetch(&expectation.of) {
            Ok(answered) => answered,
            Err(problem) => {
                to.note(key, Some(&expectation.body), Some(&Value::String(problem)));
                return;
            }
        };
        let mut recorded = expectation.body.clone();
        if scenario.order_insensitive
            && let Some(Value::Array(events)) = answered.get_mut("events")
        {
            parallel::without_order(events);
        }
        if scenario.sort_variable_references {
            parallel::with_sorted_references(&mut answered);
            parallel::with_sorted_references(&mut recorded);
        }
        let Of::Part(part) = &expectation.of else {
            to.compare(&recorded, &answered, key);
            return;
        };
        match (part.select, &recorded, &answered) {
            (Some(Select::Contains), Value::Array(recorded), Value::Array(answered)) => {
                to.contains(recorded, answered, key);
            }
            _ => to.compare(&recorded, &answered, key),
        }
        let answer = self.answers.get(part.step).and_then(Option::as_ref);
        let status = answer.map(|answer| answer.status);
        if expectation.http_status.is_some() && expectation.http_status != status {
            to.note(
                &format!("{key}#http_status"),
                Some(&json!(expectation.http_status)),
                Some(&json!(status)),
            );
        }
    }

    fn fetch(&self, of: &Of) -> Result<Value, String> {
        match of {
            Of::Part(part) => self.fetch_part(part),
            Of::List { list } => list.iter().map(|of| self.fetch(of)).collect(),
            Of::Object { object } => object
                .iter()
                .map(|(key, of)| Ok((key.clone(), self.fetch(of)?)))
                .collect::<Result<BTreeMap<_, _>, String>>()
                .map(|object| json!(object)),
        }
    }

    fn fetch_part(&self, of: &PartOf) -> Result<Value, String> {
        let Some(Some(answer)) = self.answers.get(of.step) else {
            return Err(format!("step {} has no answer", of.step));
        };
        let whole = match of.part {
            Part::Response => answer.body.clone(),
            Part::Events => answer.body["events"].clone(),
            Part::Error => return Ok(answer.error()),
            Part::ErrorType => return Ok(json!(answer.error_type())),
            Part::ErrorString => {
                return Ok(json!(format!(
                    "An error occurred ({}) when calling the {} operation: {}",
                    answer.code().unwrap_or_default(),
                    answer.operation,
                    answer.message()
                )));
            }
        };
        let steps = of.path.iter().map(|step| match step {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        });
        descend(&whole, steps).cloned()
    }
}

fn has_reached(milestone: Milestone, history: &Value) -> bool {
    let events = history["events"].as_array().map_or(&[][..], Vec::as_slice);
    match milestone {
        Milestone::Started => !events.is_empty(),
        _ => events.iter().any(|event| {
            let kind = event["type"].as_str();
            kind.is_some_and(|kind| kind.ends_with("Entered"))
        }),
    }
}
