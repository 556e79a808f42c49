//! The Fail state.

use super::intrinsic;
use super::object::Object;
use super::path::{self, PathRule};
use super::payload;
use super::report::Report;
use crate::asl::field::TextField;
use crate::asl::state::Fail;
use crate::query::Intrinsic;

pub(super) fn read(state: &Object<'_>, report: &mut Report) -> Option<Fail> {
    let error = read_text_field(state, "Error", report);
    let cause = read_text_field(state, "Cause", report);
    Some(Fail {
        error: error?,
        cause: cause?,
    })
}

/// Reads a text or its `…Path`; the inner `None` means that neither is there.
fn read_text_field(
    state: &Object<'_>,
    name: &str,
    report: &mut Report,
) -> Option<Option<TextField>> {
    let path_name = format!("{name}Path");
    state.allow_one_of(&[name, &path_name], report);
    if state.has(&path_name) {
        let text = state.text(&path_name, report)?;
        if Intrinsic::is_meant(text) {
            let call = intrinsic::read(text, &state.field(&path_name), report)?;
            return Some(Some(TextField::Call(call)));
        }
        let path = path::read(state, &path_name, PathRule::Reference, report)?;
        return Some(Some(TextField::Path(path)));
    }
    if let Some(expression) = payload::read_expression(state, name, report)? {
        return Some(Some(TextField::Expression(expression)));
    }
    if state.has(name) {
        let text = state.text(name, report)?;
        return Some(Some(TextField::Literal(text.to_owned())));
    }
    Some(None)
}
