//! Timeouts and heartbeats.

use super::*;

#[test]
fn missing_clocks_are_found() {
    changed(
        |state| {
            without(state, "TimeoutSeconds");
            state["Parameters"]["sfnWorker"]["timeoutSeconds"] = Value::Null;
        },
        &[("SFN-W002", "/States/Charge")],
    );
    let text = changed(
        |state| {
            without(state, "HeartbeatSeconds");
            state["Parameters"]["sfnWorker"]["heartbeatSeconds"] = Value::Null;
            state["Retry"][1]["ErrorEquals"] = json!(["Worker.ShuttingDown", "States.Timeout"]);
        },
        &[("SFN-W003", "/States/Charge")],
    );
    says(&text, "sends a heartbeat every 10s, so set it to 30");
    // A path is a clock, too.
    changed(
        |state| {
            for field in ["TimeoutSeconds", "HeartbeatSeconds"] {
                without(state, field);
                state[format!("{field}Path")] = "$.seconds".into();
            }
        },
        &[],
    );
}

#[test]
fn heartbeats_that_come_too_late_are_found() {
    let plain = |seconds: u64| {
        move |state: &mut Value| {
            state["HeartbeatSeconds"] = seconds.into();
            state["Parameters"]["sfnWorker"]["heartbeatSeconds"] = Value::Null;
        }
    };
    let text = changed(
        plain(10),
        &[("SFN-E003", "/States/Charge/HeartbeatSeconds")],
    );
    says(
        &text,
        "waits 10s for a heartbeat, and the worker sends one every 10s",
    );
    says(&text, "HeartbeatSeconds to 30");
    changed(
        plain(19),
        &[("SFN-W004", "/States/Charge/HeartbeatSeconds")],
    );
    changed(plain(20), &[]);
    // A worker that is told adapts.
    changed(
        |state| {
            state["HeartbeatSeconds"] = 9.into();
            state["Parameters"]["sfnWorker"]["heartbeatSeconds"] = 9.into();
        },
        &[],
    );
}

#[test]
fn the_default_of_the_worker_is_an_interval_too() {
    let contract = Contract::new().activity::<Render>();
    let text = with(|state| {
        *state = json!({
            "Type": "Task",
            "Resource": "render",
            "TimeoutSeconds": 60,
            "HeartbeatSeconds": 8,
            "Retry": [{"ErrorEquals": ["Worker.ShuttingDown", "States.Timeout"]}],
            "End": true,
        });
    });
    let report = check(&contract, &text);
    assert_eq!(
        found(&report),
        [("SFN-E003", "/States/Charge/HeartbeatSeconds")]
    );
    says(&report.to_string(), "the worker's default");
}

#[test]
fn clocks_that_contradict_each_other_are_found() {
    changed(
        |state| {
            state["HeartbeatSeconds"] = 120.into();
            state["Parameters"]["sfnWorker"]["heartbeatSeconds"] = 120.into();
        },
        &[("SFN-E005", "/States/Charge/HeartbeatSeconds")],
    );
    let text = changed(
        |state| {
            state["TimeoutSeconds"] = 60.into();
            state["Parameters"]["sfnWorker"]["timeoutSeconds"] = 60.into();
        },
        &[("SFN-W005", "/States/Charge/TimeoutSeconds")],
    );
    says(&text, "ends after 1m, and the activity's timeout is 1m");
    changed(
        |state| state["Parameters"]["sfnWorker"]["heartbeatSeconds"] = 20.into(),
        &[(
            "SFN-W013",
            "/States/Charge/Parameters/sfnWorker/heartbeatSeconds",
        )],
    );
}

#[test]
fn a_heartbeat_timeout_that_is_declared_otherwise_is_found() {
    struct Declared;
    impl Activity for Declared {
        const NAME: &'static str = "charge-card";
        const OPTIONS: ActivityOptions =
            ActivityOptions::new().with_heartbeat_timeout(Duration::from_secs(15));
        async fn run(_call: Call) -> Result<Payload, Failure> {
            Err(Failure::permissions("never"))
        }
    }
    let contract = Contract::new().activity::<Declared>();
    let report = check(
        &contract,
        &with(|state| state["Parameters"] = json!({"cents": 1})),
    );
    assert_eq!(
        found(&report),
        [("SFN-W012", "/States/Charge/HeartbeatSeconds")],
        "{report}"
    );
    let report = check(&contract, &clean().to_string());
    assert_eq!(found(&report), [], "{report}");
}
