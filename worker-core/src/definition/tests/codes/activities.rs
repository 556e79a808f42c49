//! Activities that no state uses, and states whose activity nobody has.

use super::*;

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
