//! Error names in `Retry` and `Catch`.

use super::*;

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
