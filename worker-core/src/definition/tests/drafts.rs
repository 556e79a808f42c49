//! What is generated passes the check.

use super::*;

/// Every kind of clock and error, in every language, with and without envelope and prefix.
#[test]
fn a_draft_has_no_findings() {
    let contract = contract()
        .activity::<Render>()
        .activity::<Same>()
        .activity::<RenderFailed>();
    for language in [QueryLanguage::Jsonpath, QueryLanguage::Jsonata] {
        for envelope in [true, false] {
            for prefix in [
                None,
                Some("arn:aws:states:eu-west-1:123456789012:activity:"),
            ] {
                let mut draft = Draft::new(&contract).language(language).envelope(envelope);
                if let Some(prefix) = prefix {
                    draft = draft.arn_prefix(prefix);
                }
                let machine = draft.state_machine();
                let report = check(&contract, &machine.to_string());
                assert!(report.findings().is_empty(), "{machine:#}\n{report}");
                assert_eq!(report.activity_states(), 4);
            }
        }
    }
}

#[test]
fn a_state_by_itself_has_no_findings() {
    let contract = contract();
    for language in [QueryLanguage::Jsonpath, QueryLanguage::Jsonata] {
        let draft = Draft::new(&contract).language(language);
        let state = draft.state("charge-card").unwrap();
        let definition = json!({"StartAt": "Mine", "States": {"Mine": state}});
        let report = check(&contract, &definition.to_string());
        assert!(report.findings().is_empty(), "{definition:#}\n{report}");
    }
    assert_eq!(Draft::new(&contract).state("render"), None);
}

#[test]
fn an_empty_contract_is_a_machine_that_does_nothing() {
    let machine = Draft::new(&Contract::new()).state_machine();
    assert_eq!(machine["StartAt"], "Nothing");
}

#[test]
fn a_retrier_follows_the_hint() {
    let state = Draft::new(&contract()).state("charge-card").unwrap();
    assert_eq!(
        state["Retry"][0],
        json!({
            "ErrorEquals": ["BankUnreachable"],
            "IntervalSeconds": 2,
            "MaxAttempts": 4,
            "BackoffRate": 2.0,
        })
    );
    assert_eq!(
        state["Catch"][0]["ErrorEquals"],
        json!(["CardDeclined", "BankUnreachable"])
    );
}

/// The same letters as another one.
struct Same;

impl Activity for Same {
    const NAME: &'static str = "Charge_Card";
    const OPTIONS: ActivityOptions = ActivityOptions::new()
        .with_heartbeat_timeout(Duration::from_secs(9))
        .with_stall_after(Duration::from_secs(7_200));

    async fn run(_call: Call) -> Result<Payload, Failure> {
        Err(Failure::permissions("never"))
    }
}

/// The name that a state for another one takes.
struct RenderFailed;

impl Activity for RenderFailed {
    const NAME: &'static str = "render-failed";
    const OPTIONS: ActivityOptions =
        ActivityOptions::new().with_heartbeat(Duration::from_millis(300));

    async fn run(_call: Call) -> Result<Payload, Failure> {
        Err(Failure::permissions("never"))
    }
}
