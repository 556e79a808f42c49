//! Each code, by the smallest change that brings it about.

mod activities;
mod allowed;
mod clocks;
mod errors;
mod fields;

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
