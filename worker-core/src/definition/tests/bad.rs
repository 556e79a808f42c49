//! What is no definition at all.

use super::*;

fn only(text: &str) -> (String, String) {
    let report = check(&contract(), text);
    assert_eq!(report.findings().len(), 1, "{text}: {report}");
    let finding = &report.findings()[0];
    assert_eq!(finding.code(), Code::Unreadable, "{report}");
    (finding.path().to_owned(), finding.message())
}

#[test]
fn what_is_no_definition_gives_one_clear_finding() {
    for (text, path, part) in [
        ("", "/", "not JSON: EOF"),
        ("StartAt: Charge", "/", "not JSON"),
        (r#"{"TimeoutSeconds": ${Timeout}}"#, "/", "stands in quotes"),
        ("[]", "/", "is a JSON object"),
        ("{}", "/", "there is no object `States` here"),
        (r#"{"States": []}"#, "/", "there is no object `States` here"),
        (
            r#"{"States": {"A": 7}}"#,
            "/States/A",
            "an object with a `Type`",
        ),
    ] {
        let (found, message) = only(text);
        assert_eq!(found, path, "{text}");
        assert!(message.contains(part), "{text}: {message}");
    }
}

#[test]
fn what_cannot_be_read_does_not_hide_the_rest() {
    let mut definition = clean();
    definition["States"]["Both"] = json!({"Type": "Parallel", "Branches": [{}, 7]});
    let report = check(&contract(), &definition.to_string());
    assert_eq!(
        found(&report),
        [
            ("SFN-E001", "/States/Both/Branches/0"),
            ("SFN-E001", "/States/Both/Branches/1"),
        ],
        "{report}"
    );
}

#[test]
fn nothing_that_is_json_makes_a_check_panic() {
    let values = [
        json!(null),
        json!(7),
        json!("x"),
        json!([]),
        json!({}),
        json!([{"ErrorEquals": 7}, 8, {"ErrorEquals": ["States.ALL", 9]}]),
        json!({"States": {"X": {"Type": "Task"}}}),
        json!({"sfnWorker": 7, "input": 8}),
        json!({"sfnWorker": {"execution": [], "retryCount": -1}, "input": null}),
        json!("{% $states.context. %}"),
        json!({"a.$": "$$.", "": "$$.", ".$": 7}),
    ];
    let fields = [
        "Type",
        "Resource",
        "TimeoutSeconds",
        "HeartbeatSeconds",
        "Parameters",
        "Arguments",
        "Retry",
        "Catch",
        "QueryLanguage",
        "Comment",
        "ItemProcessor",
        "Branches",
    ];
    for kind in ["Task", "Map", "Parallel", "Pass", "Fail"] {
        for language in ["JSONPath", "JSONata"] {
            for field in fields {
                for value in &values {
                    let text = with(|state| {
                        state["Type"] = kind.into();
                        state["QueryLanguage"] = language.into();
                        state[field] = value.clone();
                    });
                    let _ = check(&contract(), &text).to_string();
                }
            }
        }
    }
}
