//! Each code, by the smallest change that brings it about.

use super::*;

/// Makes one change and expects just these findings.
fn changed(change: impl FnOnce(&mut Value), expected: &[(&str, &str)]) -> String {
    let report = check(&contract(), &with(change));
    assert_eq!(found(&report), expected, "{report}");
    report.to_string()
}

fn says(text: &str, part: &str) {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains(part), "{part:?} is not in {text}");
}

fn without(state: &mut Value, field: &str) {
    state.as_object_mut().unwrap().remove(field);
}

#[test]
fn an_unknown_activity_is_named_with_the_likely_one() {
    let text = changed(
        |state| state["Resource"] = "arn:aws:states:eu-west-1:1:activity:charge-crad".into(),
        &[("SFN-E002", "/States/Charge/Resource"), ("SFN-W001", "/")],
    );
    says(&text, "no activity charge-crad: did you mean charge-card?");
    let nothing = check(&Contract::new(), &clean().to_string()).to_string();
    says(&nothing, "no activity charge-card; it has none at all");
}

#[test]
fn a_substitution_that_nobody_explained_is_noted() {
    let report = check(
        &contract(),
        &with(|state| state["Resource"] = "${Pay}".into()),
    );
    assert_eq!(
        found(&report),
        [("SFN-W001", "/"), ("SFN-N001", "/States/Charge/Resource")],
        "{report}"
    );
    let report = Check::new(&contract())
        .resource("${Pay}", "charge-card")
        .run(&with(|state| state["Resource"] = "${Pay}".into()));
    assert_eq!(found(&report), [], "{report}");
}

#[test]
fn an_activity_that_no_state_uses_is_found() {
    let contract = contract().activity::<Render>();
    let report = check(&contract, &clean().to_string());
    assert_eq!(found(&report), [("SFN-W001", "/")]);
    assert_eq!(report.findings()[0].names(), ["render"]);
}

#[test]
fn an_activity_is_used_if_one_of_several_machines_uses_it() {
    let contract = contract().activity::<Render>();
    let render = Draft::new(&Contract::new().activity::<Render>())
        .state_machine()
        .to_string();
    let charge = clean().to_string();
    let check = Check::new(&contract);
    let reports = check.run_all([charge.as_str(), &render]);
    assert_eq!(reports.len(), 2);
    assert!(reports.iter().all(Report::is_clean), "{reports:?}");
    let reports = check.run_all([charge.as_str(), &charge]);
    assert!(reports[0].is_clean());
    assert_eq!(found(&reports[1]), [("SFN-W001", "/")]);
    let check = check.allow("SFN-W001: render");
    let reports = check.run_all([charge.as_str(), &charge]);
    assert!(reports.iter().all(|report| report.findings().is_empty()));
}

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

#[test]
fn an_error_that_nothing_handles_is_found() {
    let text = changed(
        |state| without(state, "Catch"),
        &[("SFN-W006", "/States/Charge")],
    );
    says(&text, "charge-card can fail as CardDeclined");
    // A wildcard handles it, and so does a state around it.
    changed(
        |state| state["Catch"] = json!([{"ErrorEquals": ["States.TaskFailed"], "Next": "X"}]),
        &[],
    );
    let mut definition = clean();
    let mut charge = definition["States"]["Charge"].take();
    without(&mut charge, "Catch");
    definition["States"]["Charge"] = json!({
        "Type": "Parallel",
        "Branches": [{"StartAt": "Inner", "States": {"Inner": charge}}],
        "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Declined"}],
        "End": true,
    });
    let report = check(&contract(), &definition.to_string());
    assert_eq!(found(&report), [], "{report}");
    // The errors of child executions do not get out.
    let branch = definition["States"]["Charge"]["Branches"][0].take();
    definition["States"]["Charge"]["Type"] = "Map".into();
    definition["States"]["Charge"]["ItemProcessor"] = branch;
    definition["States"]["Charge"]["ItemProcessor"]["ProcessorConfig"] =
        json!({"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"});
    let report = check(&contract(), &definition.to_string());
    assert_eq!(
        found(&report),
        [("SFN-W006", "/States/Charge/ItemProcessor/States/Inner")],
        "{report}"
    );
    definition["States"]["Charge"]["ItemProcessor"]["ProcessorConfig"]["ExecutionType"] =
        "EXPRESS".into();
    let report = check(&contract(), &definition.to_string());
    assert_eq!(
        found(&report)[0],
        (
            "SFN-E011",
            "/States/Charge/ItemProcessor/States/Inner/Resource"
        )
    );
}

#[test]
fn a_name_that_nothing_raises_is_found() {
    let text = changed(
        |state| state["Catch"][0]["ErrorEquals"] = json!(["CardDeclined", "CardDeclind"]),
        &[("SFN-W007", "/States/Charge/Catch/0/ErrorEquals/1")],
    );
    says(
        &text,
        "nothing raises CardDeclind: did you mean CardDeclined?",
    );
    for (name, part) in [
        ("Worker.Stalled", "has no stall_after"),
        ("Worker.PayloadUnavailable", "has no claim check"),
        ("Worker.ShutingDown", "did you mean Worker.ShuttingDown?"),
        ("Elsewhere", "take the name out"),
        ("State.Timeout", "did you mean States.Timeout?"),
        ("States.Runtime", "always ends the execution"),
        ("States.Timout", "did you mean States.Timeout?"),
        ("States.NoChoiceMatched", "does not come out of a task"),
    ] {
        let text = changed(
            |state| state["Catch"][0]["ErrorEquals"] = json!(["CardDeclined", name]),
            &[("SFN-W007", "/States/Charge/Catch/0/ErrorEquals/1")],
        );
        says(&text, part);
    }
    for name in [
        "States.Permissions",
        "Worker.Timeout",
        "Worker.InputInvalid",
    ] {
        changed(
            |state| state["Catch"][0]["ErrorEquals"] = json!(["CardDeclined", name]),
            &[],
        );
    }
}

#[test]
fn names_around_a_state_are_compared_with_all_that_is_in_it() {
    let around = |names: Value, fail: Value| {
        let mut definition = clean();
        let charge = definition["States"]["Charge"].take();
        definition["States"]["Charge"] = json!({
            "Type": "Parallel",
            "Branches": [
                {"StartAt": "Inner", "States": {"Inner": charge}},
                {"StartAt": "Fail", "States": {"Fail": fail}},
            ],
            "Catch": [{"ErrorEquals": names, "Next": "Declined"}],
            "End": true,
        });
        let report = check(&contract(), &definition.to_string());
        found(&report)
            .iter()
            .map(|(code, _)| *code)
            .collect::<Vec<_>>()
    };
    let stated = json!({"Type": "Fail", "Error": "TooMany"});
    let names = json!(["CardDeclined", "TooMany", "States.BranchFailed"]);
    assert_eq!(around(names, stated.clone()), [""; 0]);
    assert_eq!(around(json!(["TooFew"]), stated), ["SFN-W007"]);
    // What is computed, or a function of somebody else, can be anything.
    let computed = json!({"Type": "Fail", "ErrorPath": "$.error"});
    assert_eq!(around(json!(["TooFew"]), computed), [""; 0]);
    let function = json!({"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke"});
    assert_eq!(around(json!(["TooFew"]), function), [""; 0]);
}

#[test]
fn a_retry_against_what_does_not_go_away_is_found() {
    changed(
        |state| state["Retry"][0]["ErrorEquals"] = json!(["BankUnreachable", "CardDeclined"]),
        &[("SFN-W008", "/States/Charge/Retry/0")],
    );
    let wild = |first: Value| {
        move |state: &mut Value| {
            let rest = json!({"ErrorEquals": ["States.TaskFailed"], "MaxAttempts": 2});
            let clock = json!({"ErrorEquals": ["States.Timeout"]});
            state["Retry"] = json!([first, rest, clock]);
        }
    };
    changed(
        wild(json!({"ErrorEquals": ["BankUnreachable"]})),
        &[("SFN-W008", "/States/Charge/Retry/1")],
    );
    changed(
        wild(json!({"ErrorEquals": ["CardDeclined"], "MaxAttempts": 0})),
        &[],
    );
    changed(
        |state| {
            state["Retry"][0]["ErrorEquals"] = json!(["BankUnreachable", "Worker.InputInvalid"]);
        },
        &[("SFN-W008", "/States/Charge/Retry/0")],
    );
}

#[test]
fn a_task_that_is_not_handed_over_is_found() {
    let report = check(
        &contract(),
        &with(|state| drop(state["Retry"].as_array_mut().unwrap().pop())),
    );
    assert_eq!(found(&report), [("SFN-W009", "/States/Charge/Retry")]);
    assert_eq!(
        report.findings()[0].names(),
        [
            "Worker.ShuttingDown",
            "Worker.HeartbeatLost",
            "States.HeartbeatTimeout"
        ]
    );
}

#[test]
fn an_error_that_is_meant_to_be_retried_is_missed() {
    changed(
        |state| {
            drop(state["Retry"].as_array_mut().unwrap().remove(0));
            state["Catch"][0]["ErrorEquals"] = json!(["CardDeclined", "BankUnreachable"]);
        },
        &[("SFN-W011", "/States/Charge/Retry")],
    );
}

#[test]
fn what_cannot_be_reached_is_found() {
    let text = changed(
        |state| {
            state["Catch"] = json!([
                {"ErrorEquals": ["States.TaskFailed"], "Next": "Declined"},
                {"ErrorEquals": ["CardDeclined", "States.Timeout"], "Next": "Declined"},
            ]);
        },
        &[("SFN-W010", "/States/Charge/Catch/1")],
    );
    says(
        &text,
        "CardDeclined is never reached here, since /States/Charge/Catch/0 matches it first",
    );
    changed(
        |state| {
            state["Catch"] = json!([
                {"ErrorEquals": ["CardDeclined", "States.ALL"], "Next": "Declined"},
            ]);
        },
        &[("SFN-E004", "/States/Charge/Catch/0")],
    );
    changed(
        |state| {
            state["Catch"] = json!([
                {"ErrorEquals": ["States.ALL"], "Next": "Declined"},
                {"ErrorEquals": ["CardDeclined"], "Next": "Declined"},
            ]);
        },
        &[("SFN-E004", "/States/Charge/Catch/0")],
    );
}

#[test]
fn a_broken_envelope_is_found() {
    let text = changed(
        |state| state["Parameters"]["more"] = 1.into(),
        &[("SFN-E010", "/States/Charge/Parameters")],
    );
    says(&text, "this one has more, too");
    changed(
        |state| drop(state["Parameters"].as_object_mut().unwrap().remove("input")),
        &[("SFN-E010", "/States/Charge/Parameters")],
    );
    changed(
        |state| state["Parameters"]["sfnWorker"] = "x".into(),
        &[("SFN-E010", "/States/Charge/Parameters/sfnWorker")],
    );
}

#[test]
fn a_field_that_the_activity_needs_is_missed() {
    let text = changed(
        |state| {
            drop(
                state["Parameters"]["sfnWorker"]
                    .as_object_mut()
                    .unwrap()
                    .remove("execution.$"),
            );
        },
        &[("SFN-E007", "/States/Charge")],
    );
    says(
        &text,
        r#"sfnWorker, with "execution.$": "$$.Execution.Id", and input"#,
    );
    let text = changed(
        |state| {
            state["QueryLanguage"] = "JSONata".into();
            without(state, "Parameters");
        },
        &[("SFN-E007", "/States/Charge")],
    );
    says(
        &text,
        r#"Arguments needs the keys sfnWorker, with "execution": "{% $states.context.Execution.Id %}""#,
    );
}

#[test]
fn a_field_that_is_filled_wrongly_is_found() {
    let place = "/States/Charge/Parameters/sfnWorker";
    let field = |key: &'static str, value: Value| {
        move |state: &mut Value| state["Parameters"]["sfnWorker"][key] = value
    };
    for (key, value, code, part) in [
        (
            "state.$",
            json!("$$.State.Nam"),
            "SFN-E006",
            "did you mean $$.State.Name?",
        ),
        (
            "state.$",
            json!("$$.Execution.Id"),
            "SFN-W014",
            "meant to be State.Name",
        ),
        (
            "state",
            json!("$$.State.Name"),
            "SFN-E006",
            "must end in .$",
        ),
        (
            "state",
            json!("{% $states.context.State.Name %}"),
            "SFN-E006",
            "of JSONata",
        ),
        ("state", json!(7), "SFN-W014", "must be a text"),
        (
            "retryCount",
            json!("1"),
            "SFN-W014",
            "must be a whole number",
        ),
        (
            "retrycount.$",
            json!("$$.State.RetryCount"),
            "SFN-W014",
            "did you mean retryCount?",
        ),
    ] {
        let path = format!("{place}/{key}");
        let text = changed(field(key, value), &[(code, &path)]);
        says(&text, part);
    }
    // What is the user's own, and what is new, is left alone.
    changed(field("state.$", json!("$.name")), &[]);
    changed(
        field("traceparent.$", json!("$$.Execution.Input.traceparent")),
        &[],
    );
    let text = changed(
        field("state.$", json!("$$.Map.Item.Index")),
        &[("SFN-E006", "/States/Charge/Parameters/sfnWorker/state.$")],
    );
    says(&text, "only in the states of a Map");
}

#[test]
fn items_of_a_map_that_cannot_be_told_apart_are_noted() {
    let in_map = |index: Option<&str>| {
        let mut definition = clean();
        let mut charge = definition["States"]["Charge"].take();
        let about = charge["Parameters"]["sfnWorker"].as_object_mut().unwrap();
        about.insert("state.$".to_owned(), "$$.State.Name".into());
        about.insert("enteredTime.$".to_owned(), "$$.State.EnteredTime".into());
        if let Some(index) = index {
            about.insert("mapIndex.$".to_owned(), index.into());
        }
        definition["States"]["Charge"] = json!({
            "Type": "Map",
            "ItemProcessor": {"StartAt": "One", "States": {"One": charge}},
        });
        let report = check(&contract(), &definition.to_string());
        let codes: Vec<&str> = found(&report).iter().map(|(code, _)| *code).collect();
        codes
    };
    assert_eq!(in_map(None), ["SFN-N003"]);
    assert_eq!(in_map(Some("$$.Map.Item.Index")), [""; 0]);
    assert_eq!(in_map(Some("$$.Map.Item.Value")), ["SFN-W014"]);
}

#[test]
fn jsonata_is_read_as_well() {
    let report = check(
        &contract(),
        &with(|state| {
            without(state, "Parameters");
            state["QueryLanguage"] = "JSONata".into();
            state["Arguments"] = json!({
                "sfnWorker": {
                    "heartbeatSeconds": 30,
                    "execution": "{% $states.context.Execution.Identifier %}",
                    "state.$": "$$.State.Name",
                    "retryCount": "{% $states.context.State.RetryCount %}",
                },
                "input": {"cents": "{% $states.input.cents %}", "currency": "DM"},
            });
        }),
    );
    let place = "/States/Charge/Arguments";
    let expected = [
        ("SFN-E006", format!("{place}/sfnWorker/execution")),
        ("SFN-E006", format!("{place}/sfnWorker/state.$")),
        ("SFN-E009", format!("{place}/input/currency")),
    ];
    let expected: Vec<_> = expected
        .iter()
        .map(|(code, path)| (*code, path.as_str()))
        .collect();
    assert_eq!(found(&report), expected, "{report}");
    // The language of the machine holds for its states.
    let mut definition: Value = clean();
    definition["QueryLanguage"] = "JSONata".into();
    let report = check(&contract(), &definition.to_string());
    assert_eq!(found(&report)[0].0, "SFN-E007", "{report}");
}

#[test]
fn what_the_definition_writes_down_is_compared_with_the_schema() {
    let input = "/States/Charge/Parameters/input";
    let given = |value: Value| move |state: &mut Value| state["Parameters"]["input"] = value;
    for (value, path, part) in [
        (json!({"currency": "EUR"}), "", "the field cents is missing"),
        (
            json!({"cents": "7"}),
            "/cents",
            "a whole number is expected, and a text",
        ),
        (json!({"cents": 0}), "/cents", "must be at least 1"),
        (
            json!({"cents": 1, "currency": "DM"}),
            "/currency",
            r#"one of "EUR", "USD""#,
        ),
        (
            json!({"cents": 1, "currancy": "EUR"}),
            "/currancy",
            "did you mean currency?",
        ),
        (json!("cents"), "", "an object is expected, and a text"),
    ] {
        let path = format!("{input}{path}");
        let text = changed(given(value), &[("SFN-E009", &path)]);
        says(&text, part);
    }
    changed(given(json!({"cents.$": "$.x", "currency.$": "$.y"})), &[]);
    changed(given(json!({"cents": 3.0})), &[]);
    changed(given(json!({"sfnWorkerPayload": {"version": 1}})), &[]);
}

#[test]
fn a_payload_that_cannot_fit_is_found() {
    let large = "x".repeat(Payload::LIMIT);
    let mut definition = clean();
    definition["States"]["Large"] = json!({"Type": "Pass", "Result": large, "End": true});
    let report = check(&contract(), &definition.to_string());
    assert_eq!(found(&report), [("SFN-E008", "/States/Large/Result")]);
    says(
        &report.to_string(),
        "has 262146 bytes, and a payload has at most 262144",
    );
}

#[test]
fn a_comment_allows_what_is_below_it() {
    let report = check(
        &contract(),
        &with(|state| {
            without(state, "Catch");
            state["Comment"] = "No way out: allow(SFN-W006: CardDeclined)".into();
        }),
    );
    assert_eq!(found(&report), [], "{report}");
    assert_eq!(report.allowed().len(), 1);
    let mut definition = clean();
    without(&mut definition["States"]["Charge"], "Catch");
    definition["Comment"] = "allow(SFN-W006)".into();
    assert!(check(&contract(), &definition.to_string()).is_clean());
    // A comment elsewhere allows nothing here.
    definition["Comment"] = Value::Null;
    definition["States"]["Declined"]["Comment"] = "allow(SFN-W006)".into();
    let report = check(&contract(), &definition.to_string());
    assert_eq!(
        found(&report),
        [
            ("SFN-W006", "/States/Charge"),
            ("SFN-N002", "/States/Declined")
        ]
    );
}

#[test]
fn the_caller_allows_by_code_name_and_state() {
    let text = with(|state| {
        without(state, "Catch");
        without(state, "Retry");
    });
    let contract = contract();
    let check = Check::new(&contract)
        .allow("SFN-W011")
        .allow("sfn-w006: CardDeclined")
        .allow_in("Charge", "SFN-W009");
    let report = check.run(&text);
    assert_eq!(found(&report), [("SFN-W006", "/States/Charge")], "{report}");
    assert_eq!(report.findings()[0].names(), ["BankUnreachable"]);
    assert_eq!(report.allowed().len(), 3);
    // A check can be run again.
    assert_eq!(check.run(&text), report);
    let report = Check::new(&contract)
        .allow("W006")
        .allow("SFN-W010")
        .allow("SFN-W006: CardDeclined, BankUnreachable, Other")
        .allow_in("Elsewhere", "SFN-W009")
        .run(&text);
    let text = report.to_string();
    says(&text, "allow(W006) names no code");
    says(&text, "allow(SFN-W010) allows nothing that was found");
    says(&text, "allows nothing for Other");
    assert_eq!(report.count(Severity::Note), 4, "{report}");
}

#[test]
fn states_at_any_depth_are_found() {
    let mut definition = clean();
    let mut charge = definition["States"]["Charge"].take();
    without(&mut charge, "TimeoutSeconds");
    charge["Parameters"]["sfnWorker"]["timeoutSeconds"] = Value::Null;
    charge["Parameters"]["sfnWorker"]["state.$"] = "$$.Map.Item.Value.name".into();
    definition["States"]["Charge"] = json!({
        "Type": "Map",
        "ItemProcessor": {"StartAt": "Both", "States": {"Both": {
            "Type": "Parallel",
            "Branches": [
                {"StartAt": "a/b", "States": {"a/b": charge}},
            ],
        }}},
    });
    let report = check(&contract(), &definition.to_string());
    let place = "/States/Charge/ItemProcessor/States/Both/Branches/0/States/a~1b";
    let expected = [
        ("SFN-W014", format!("{place}/Parameters/sfnWorker/state.$")),
        ("SFN-W002", place.to_owned()),
    ];
    let mut expected: Vec<_> = expected
        .iter()
        .map(|(code, path)| (*code, path.as_str()))
        .collect();
    expected.reverse();
    assert_eq!(found(&report), expected, "{report}");
}
