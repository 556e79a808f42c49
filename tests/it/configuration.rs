//! P12: configuration is parsed before anything starts; every problem is reported in one go.

use std::time::Duration;

use sfn_worker_core::testing::{Operation, ScriptedService};
use sfn_worker_core::{
    Activity, ActivityOptions, Call, Disposition, Failure, Payload, Rate, ServiceError, Worker,
};
use sfn_worker_tests::activities::{charge, echo, sleeps};
use sfn_worker_tests::{Running, bounded};

#[test]
fn p12_every_problem_is_reported_in_one_go() {
    let error = Worker::builder(ScriptedService::new())
        .activity::<echo>()
        .activity::<echo>()
        .activity_with::<charge>(ActivityOptions::new().with_concurrency(0))
        .name("x".repeat(81))
        .polls(1_001..=1_001)
        .arn("echo", "not-an-arn")
        .arn(
            "unknown",
            "arn:aws:states:us-east-1:123456789012:activity:unknown",
        )
        .heartbeat(Duration::ZERO)
        .build()
        .unwrap_err();
    let text = error.to_string();
    for (key, value, remedy) in [
        ("activity", "echo", "registered twice"),
        ("concurrency of charge-card", "0", "1 to 1,000,000"),
        ("name", "xxxx", "81 characters"),
        ("polls", "1001", "1 to 1,000"),
        ("arn of echo", "not-an-arn", "arn:PARTITION:states"),
        ("arn", "unknown", "is not registered"),
        ("heartbeat", "0s", "at least 1ms"),
    ] {
        let found = error.problems().iter().any(|problem| {
            problem.key() == key
                && problem.value().contains(value)
                && problem.remedy().contains(remedy)
        });
        assert!(found, "{key} = {value}: {remedy} is not in\n{text}");
    }
    assert_eq!(error.problems().len(), 7, "{text}");
    assert!(text.contains("has 7 problems"), "{text}");
}

#[test]
fn p12_a_wrong_variable_is_named_with_its_value_and_what_would_be_right() {
    let error = Worker::builder(ScriptedService::new())
        .activity::<charge>()
        .settings([
            ("SFN_WORKER_CONCURRENCY", "many"),
            ("SFN_WORKER_GRACE", "30"),
            ("SFN_WORKER_CHARGE_CARD_TIMEOUT", "soon"),
            ("SFN_WORKER_CHARGE_CARD_COLOUR", "red"),
            ("SFN_WORKER_TYPO", "1"),
            ("SFN_WORKER_CREATE_MISSING", "perhaps"),
            ("PATH", "is not ours"),
        ])
        .build()
        .unwrap_err();
    let text = error.to_string();
    for expected in [
        r#"SFN_WORKER_CONCURRENCY = "many": must be a whole number"#,
        r#"SFN_WORKER_GRACE = "30": must be a duration with its unit"#,
        r#"SFN_WORKER_CHARGE_CARD_TIMEOUT = "soon": must be a duration"#,
        r#"SFN_WORKER_CHARGE_CARD_COLOUR = "red": is not an option of an activity"#,
        r#"SFN_WORKER_TYPO = "1": is not a setting"#,
        r#"SFN_WORKER_CREATE_MISSING = "perhaps": must be true or false"#,
    ] {
        assert!(text.contains(expected), "{expected} is not in\n{text}");
    }
    assert_eq!(error.problems().len(), 6, "{text}");
}

/// An activity written by hand, with a name that the macro would have refused.
struct Misnamed;

impl Activity for Misnamed {
    const NAME: &'static str = "charge card";

    async fn run(call: Call) -> Result<Payload, Failure> {
        Call::output::<_, Failure>(call.input::<String>())
    }
}

#[test]
fn p12_a_name_that_no_macro_has_seen_is_refused_when_the_worker_is_built() {
    let builder = Worker::builder(ScriptedService::new()).activity::<Misnamed>();
    let error = builder.build().unwrap_err();
    assert_eq!(error.problems().len(), 1, "{error}");
    assert_eq!(error.problems()[0].value(), "charge card");
    assert!(error.to_string().contains("white space"), "{error}");
}

#[test]
fn p12_a_worker_without_activities_is_refused() {
    let error = Worker::builder(ScriptedService::new()).build().unwrap_err();
    assert!(
        error.to_string().contains("register at least one"),
        "{error}"
    );
}

#[tokio::test(start_paused = true)]
async fn settings_override_the_options_of_an_activity() {
    let service = ScriptedService::new();
    let builder = Worker::builder(service.clone())
        .activity::<echo>()
        .polls(16..=16)
        .settings([
            ("SFN_WORKER_ECHO_CONCURRENCY", "3"),
            (
                "SFN_WORKER_ECHO_ARN",
                "arn:aws:states:eu-west-1:123456789012:activity:echo",
            ),
            ("SFN_WORKER_NAME", "from-a-variable"),
        ]);
    let worker = builder.build().unwrap();
    assert_eq!(worker.name().as_str(), "from-a-variable");
    let handle = worker.shutdown_handle();
    let watch = async {
        bounded(service.until(|service| service.open_polls() == 3)).await;
        handle.abort();
    };
    tokio::join!(worker.run(), watch);
    assert_eq!(service.most_open_polls(), 3);
    assert!(
        service.calls(Operation::Find).is_empty(),
        "a known ARN is not looked up"
    );
}

#[tokio::test(start_paused = true)]
async fn arns_are_looked_up_once_and_created_only_when_asked() {
    let service = ScriptedService::new();
    let builder = Worker::builder(service.clone())
        .activity::<echo>()
        .activity::<charge>()
        .polls(1..=1);
    let worker = Running::start(builder);
    bounded(service.until(|service| service.open_polls() == 2)).await;
    assert_eq!(service.calls(Operation::Find).len(), 1);
    assert!(service.calls(Operation::Create).is_empty());
    worker.drain().await;

    let service = ScriptedService::new();
    let builder = Worker::builder(service.clone())
        .activity::<echo>()
        .create_missing(true);
    let worker = Running::start(builder);
    bounded(service.until(|service| service.open_polls() > 0)).await;
    assert_eq!(service.calls(Operation::Create).len(), 1);
    worker.drain().await;
}

#[tokio::test(start_paused = true)]
async fn p11_a_service_that_is_down_at_the_start_is_waited_for() {
    let service = ScriptedService::new();
    for _ in 0..5 {
        let error = ServiceError::new(Disposition::Transient, "connection refused");
        service.refuse_next(Operation::Find, error);
    }
    let task = service.offer("echo", "1");
    let worker = Running::start(Worker::builder(service.clone()).activity::<echo>());
    assert_eq!(bounded(task.answer()).await.output(), Some("1"));
    worker.drain().await;
}

#[tokio::test(start_paused = true)]
async fn p12_a_time_that_no_clock_can_reach_is_refused_and_never_a_panic() {
    let forever = Duration::MAX;
    let options = ActivityOptions::new()
        .with_heartbeat(forever)
        .with_heartbeat_timeout(forever)
        .with_timeout(forever)
        .with_stall_after(forever)
        .with_rate(Rate::new(1, forever));
    let builder = Worker::builder(ScriptedService::new()).activity_with::<echo>(options);
    let error = builder.build().unwrap_err().to_string();
    for option in [
        "heartbeat",
        "heartbeat_timeout",
        "timeout",
        "stall_after",
        "rate",
    ] {
        let said = error.lines().any(|line| {
            line.contains(&format!("{option} of echo")) && line.contains("at most 366 days")
        });
        assert!(said, "{option}: {error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_drain_may_take_for_ever() {
    let service = ScriptedService::new();
    let task = service.offer("sleeps", "1000000");
    let builder = Worker::builder(service.clone())
        .activity::<sleeps>()
        .grace(Duration::MAX)
        .stop_window(Duration::MAX);
    let worker = Running::start(builder);
    bounded(service.until(|_| task.is_taken())).await;
    assert_eq!(worker.drain().await.total().succeeded, 1);
}
