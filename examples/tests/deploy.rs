//! What `deploy` says is what a worker reads.

use std::convert::Infallible;

use serde_json::Value;
use sfn_worker_core::testing::ScriptedService;
use sfn_worker_core::{Ending, Worker, activity};

const ENVIRONMENT: &str = include_str!("../../deploy/systemd/sfn-worker.env");
const UNIT: &str = include_str!("../../deploy/systemd/sfn-worker.service");
const POLICY: &str = include_str!("../../deploy/iam/worker-policy.json");

#[activity(name = "charge-card")]
async fn charge_card(cents: u64) -> Result<u64, Infallible> {
    Ok(cents)
}

/// The settings of the environment file, also those that are commented out.
fn settings() -> Vec<(&'static str, &'static str)> {
    let lines = ENVIRONMENT.lines().map(|line| line.trim_start_matches('#'));
    lines
        .filter_map(|line| line.split_once('='))
        .filter(|(key, _)| key.starts_with("SFN_WORKER_"))
        .collect()
}

#[test]
fn every_setting_of_the_environment_file_is_one() {
    let settings = settings();
    assert_eq!(settings.len(), 17, "{settings:?}");
    let worker = Worker::builder(ScriptedService::new())
        .activity::<charge_card>()
        .settings(settings);
    worker.build().unwrap();
}

/// The value of a setting that stands in the unit once.
fn of_unit(key: &str) -> &'static str {
    let mut values = UNIT
        .lines()
        .filter_map(|line| line.strip_prefix(key)?.strip_prefix('='));
    let value = values.next().unwrap_or_else(|| panic!("{key} is missing"));
    assert_eq!(values.next(), None, "{key} stands there twice");
    value
}

#[test]
fn the_unit_waits_as_long_as_the_drain_takes() {
    assert_eq!(of_unit("Type"), "notify");
    assert_eq!(of_unit("TimeoutStopSec"), "105s");
    let configured = |line: &str| line.starts_with("SFN_WORKER_STOP_WINDOW");
    assert!(!ENVIRONMENT.lines().any(configured), "it would win");
}

#[test]
fn the_unit_and_the_worker_have_the_same_exit_codes() {
    let success = Ending::HandedBack.code().to_string();
    assert_eq!(of_unit("SuccessExitStatus"), success);
    let table = include_str!("../../deploy/README.md");
    for ending in [Ending::Done, Ending::HandedBack, Ending::LeftBehind] {
        assert!(table.contains(&format!("\n| {} | ", ending.code())));
    }
}

#[test]
fn the_policy_allows_what_a_worker_calls() {
    let policy: Value = serde_json::from_str(POLICY).unwrap();
    let statements = policy["Statement"].as_array().unwrap();
    let actions = statements
        .iter()
        .flat_map(|statement| match &statement["Action"] {
            Value::Array(actions) => actions.clone(),
            action => vec![action.clone()],
        });
    let mut actions: Vec<String> = actions
        .map(|action| action.as_str().unwrap().to_owned())
        .collect();
    actions.sort();
    let expected = [
        "states:CreateActivity",
        "states:GetActivityTask",
        "states:ListActivities",
        "states:SendTaskFailure",
        "states:SendTaskHeartbeat",
        "states:SendTaskSuccess",
    ];
    assert_eq!(actions, expected);
}
