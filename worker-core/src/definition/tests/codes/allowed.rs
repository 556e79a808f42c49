//! What is allowed, and how deep is looked.

use super::*;

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
