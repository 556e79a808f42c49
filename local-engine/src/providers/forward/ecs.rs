//! `ecs:runTask.sync`: waits until the tasks have stopped.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::sleep;

use super::action::Action;
use super::service::by_integration;
use super::{Place, json};
use crate::asl::Pattern;
use crate::providers::{ServiceAnswer, ServiceFailure};

/// How often tasks are looked at.
const LOOK: Duration = Duration::from_secs(3);

/// Waits until the tasks of an answer to `RunTask` have stopped. The first one is the result.
pub(super) async fn wait(place: &Place, started: &Value) -> Result<ServiceAnswer, ServiceFailure> {
    let tasks = started["Tasks"].as_array();
    let arns: Vec<&Value> = tasks
        .into_iter()
        .flatten()
        .map(|task| &task["TaskArn"])
        .collect();
    let cluster = &started["Tasks"][0]["ClusterArn"];
    let Some((service, optimised)) = by_integration("ecs") else {
        return Err(ServiceFailure::new("ECS.AmazonECSException", "no ECS"));
    };
    let describe = Action {
        service,
        operation: "DescribeTasks".to_owned(),
        pattern: Pattern::Response,
        optimised: Some(optimised),
    };
    let request = json!({ "Cluster": cluster, "Tasks": arns });
    loop {
        let mut answer = json::call(place, &describe, &request).await?;
        let tasks = answer["Tasks"].as_array_mut();
        let all = tasks.map(std::mem::take).unwrap_or_default();
        if all.iter().all(|task| task["LastStatus"] == "STOPPED") {
            return outcome(all);
        }
        sleep(LOOK).await;
    }
}

/// The result of tasks that have stopped: a container that matters and ended badly is a failure.
fn outcome(tasks: Vec<Value>) -> Result<ServiceAnswer, ServiceFailure> {
    let failed = tasks.iter().find(|task| {
        let containers = task["Containers"].as_array();
        let mut codes = containers
            .into_iter()
            .flatten()
            .map(|container| container["ExitCode"].as_i64());
        task["StopCode"] == "TaskFailedToStart"
            || codes.any(|code| code.is_some_and(|code| code != 0))
    });
    match failed {
        Some(task) => Err(ServiceFailure::new("States.TaskFailed", task.to_string())),
        None => {
            let first = tasks.into_iter().next();
            Ok(ServiceAnswer::Result(first.unwrap_or(Value::Null)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stopped(code: i64) -> Value {
        json!({"LastStatus": "STOPPED", "Containers": [{"ExitCode": code}]})
    }

    #[test]
    fn a_container_that_ended_badly_is_a_failure() {
        assert!(outcome(vec![stopped(0)]).is_ok());
        let failure = outcome(vec![stopped(0), stopped(137)]).unwrap_err();
        assert_eq!(failure.error.as_deref(), Some("States.TaskFailed"));
        assert!(failure.cause.unwrap().contains("137"));
    }
}
