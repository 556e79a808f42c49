//! Diagnostics of definitions.

use super::*;

async fn validate(request: Value) -> Value {
    ok(&api(), "ValidateStateMachineDefinition", request).await
}

#[tokio::test]
async fn a_sound_definition_is_ok() {
    assert_eq!(
        validate(json!({"definition": PASS})).await,
        json!({"result": "OK", "diagnostics": [], "truncated": false})
    );
}

#[tokio::test]
async fn problems_fail_and_say_where() {
    let answer = validate(json!({"definition": "{}", "type": "EXPRESS"})).await;
    assert_eq!(
        answer,
        json!({"result": "FAIL", "truncated": false, "diagnostics": [{
            "severity": "ERROR", "code": "SCHEMA_VALIDATION_FAILED", "location": "/",
            "message": "These fields are required: [States, StartAt]"}]})
    );
    let nowhere = validate(json!({"definition": " "})).await;
    assert_eq!(nowhere["diagnostics"][0].get("location"), None);
}

#[tokio::test]
async fn warnings_come_if_they_are_asked_for() {
    let definition = r#"{"StartAt":"A","States":{"A":{"Type":"Pass","Result":"$.a","End":true}}}"#;
    let quiet = validate(json!({"definition": definition})).await;
    assert_eq!(quiet["diagnostics"], json!([]));
    let loud = validate(json!({"definition": definition, "severity": "WARNING"})).await;
    assert_eq!(loud["result"], "OK");
    assert_eq!(loud["diagnostics"][0]["severity"], "WARNING");
    assert_eq!(loud["diagnostics"][0]["code"], "PASS_RESULT_IS_STATIC");
    assert_eq!(loud["diagnostics"][0]["location"], "/States/A/Result");
}

#[tokio::test]
async fn an_answer_holds_as_many_as_were_asked_for() {
    let states: serde_json::Map<String, Value> = (0..150)
        .map(|number| (format!("S{number}"), json!({"Type": "Pass"})))
        .collect();
    let definition = json!({"StartAt": "S0", "States": states}).to_string();
    for (asked, given) in [(json!(null), 100), (json!(0), 100), (json!(7), 7)] {
        let answer = validate(json!({"definition": definition, "maxResults": asked})).await;
        assert_eq!(answer["diagnostics"].as_array().map(Vec::len), Some(given));
        assert_eq!(answer["truncated"], true);
    }
    let request = json!({"definition": definition, "maxResults": 101});
    let error = refused(&api(), "ValidateStateMachineDefinition", request).await;
    assert_eq!(error.code(), "ValidationException");
}
