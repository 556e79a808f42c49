//! What Task, Parallel and Map share, and the branches of a Parallel.

use std::sync::Arc;

use super::language::Language;
use super::object::Object;
use super::report::Report;
use super::{graph, path, payload, retry, template, transition};
use crate::asl::definition::StateGraph;
use crate::asl::payload::Payload;
use crate::asl::state::Work;

pub(super) fn read(state: &Object<'_>, is_map: bool, report: &mut Report) -> Option<Work> {
    // What a Map calls `Parameters` is its item selector.
    let parameters = if is_map {
        Some(None)
    } else {
        payload::read(state, "Parameters", "Arguments", report)
    };
    let result_selector = template::read_field(state, "ResultSelector", report);
    let result_path = path::read_result_path(state, report);
    let retry = retry::read_retriers(state, report);
    let catch = retry::read_catchers(state, report);
    let transition = transition::read(state, report);
    Some(Work {
        parameters: parameters?,
        result_selector: result_selector?.map(Payload::Template),
        result_path: result_path?,
        retry: retry?,
        catch: catch?,
        transition: transition?,
    })
}

pub(super) fn read_branches(
    state: &Object<'_>,
    language: Language,
    report: &mut Report,
) -> Option<Vec<Arc<StateGraph>>> {
    const NAME: &str = "Branches";
    state.require(&[NAME], report);
    let branches = state.filled_array(NAME, report)?;
    state.each(NAME, branches, report, |branch, report| {
        branch.require(&["States", "StartAt"], report);
        branch.allow_only(&["Comment", "StartAt", "States"], report);
        branch.comment(report);
        graph::read(branch, language, report).map(Arc::new)
    })
}
