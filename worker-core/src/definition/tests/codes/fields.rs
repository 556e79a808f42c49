//! Inputs, envelopes and payloads.

use super::*;

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
