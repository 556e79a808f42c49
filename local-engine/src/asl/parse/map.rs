//! The Map state.

use std::sync::Arc;

use super::language::Language;
use super::object::Object;
use super::path::{self, PathRule};
use super::report::Report;
use super::{graph, payload, work};
use crate::asl::definition::StateGraph;
use crate::asl::state::{Concurrency, Items, Map};

/// The fields that a Map may have besides those of every state.
pub(super) const FIELDS: [&str; 24] = [
    "Assign",
    "Catch",
    "End",
    "InputPath",
    "ItemBatcher",
    "ItemProcessor",
    "ItemReader",
    "ItemSelector",
    "ItemsPath",
    "Iterator",
    "Label",
    "MaxConcurrency",
    "MaxConcurrencyPath",
    "Next",
    "OutputPath",
    "Parameters",
    "ResultPath",
    "ResultSelector",
    "ResultWriter",
    "Retry",
    "ToleratedFailureCount",
    "ToleratedFailureCountPath",
    "ToleratedFailurePercentage",
    "ToleratedFailurePercentagePath",
];

/// Those that only a distributed Map has.
const DISTRIBUTED_FIELDS: [&str; 8] = [
    "ItemBatcher",
    "ItemReader",
    "Label",
    "ResultWriter",
    "ToleratedFailureCount",
    "ToleratedFailureCountPath",
    "ToleratedFailurePercentage",
    "ToleratedFailurePercentagePath",
];

pub(super) fn read(state: &Object<'_>, language: Language, report: &mut Report) -> Option<Map> {
    for name in DISTRIBUTED_FIELDS
        .into_iter()
        .filter(|name| state.has(name))
    {
        report
            .unsupported(&state.field(name), &format!("{name} of a distributed Map"))
            .advise("leave it out");
    }
    let items = match report.language() {
        Language::Jsonpath => path::read_field(state, "ItemsPath", report).map(Items::Path),
        Language::Jsonata => payload::read(state, "", "Items", report).map(Items::Payload),
    };
    state.allow_one_of(&["ItemSelector", "Parameters"], report);
    let selector = if state.has("ItemSelector") {
        payload::read(state, "ItemSelector", "ItemSelector", report)
    } else {
        payload::read(state, "Parameters", "ItemSelector", report)
    };
    let max_concurrency = read_concurrency(state, report);
    let processor = read_processor(state, language, report);
    let work = work::read(state, true, report);
    Some(Map {
        items: items?,
        item_selector: selector?,
        processor: Arc::new(processor?),
        max_concurrency: max_concurrency?,
        work: work?,
    })
}

fn read_concurrency(state: &Object<'_>, report: &mut Report) -> Option<Concurrency> {
    const NAME: &str = "MaxConcurrency";
    const PATH_NAME: &str = "MaxConcurrencyPath";
    state.allow_one_of(&[NAME, PATH_NAME], report);
    if state.has(PATH_NAME) {
        return path::read(state, PATH_NAME, PathRule::Reference, report).map(Concurrency::Path);
    }
    if let Some(expression) = payload::read_expression(state, NAME, report)? {
        return Some(Concurrency::Expression(expression));
    }
    if !state.has(NAME) {
        return Some(Concurrency::Literal(0));
    }
    state
        .integer(NAME, 0..=u64::MAX, report)
        .map(Concurrency::Literal)
}

/// Reads `ItemProcessor`, or `Iterator` as it was called before.
pub(super) fn read_processor(
    state: &Object<'_>,
    language: Language,
    report: &mut Report,
) -> Option<StateGraph> {
    state.allow_one_of(&["ItemProcessor", "Iterator"], report);
    let name = if state.has("Iterator") && !state.has("ItemProcessor") {
        "Iterator"
    } else {
        "ItemProcessor"
    };
    state.require(&[name], report);
    let processor = state.object(name, report)?;
    processor.require(&["States", "StartAt"], report);
    processor.allow_only(&["Comment", "ProcessorConfig", "StartAt", "States"], report);
    processor.comment(report);
    if let Some(config) = processor.object("ProcessorConfig", report) {
        check_config(&config, report);
    }
    graph::read(&processor, language, report)
}

fn check_config(config: &Object<'_>, report: &mut Report) {
    config.allow_only(&["ExecutionType", "Mode"], report);
    match config.text("Mode", report) {
        Some("DISTRIBUTED") => {
            report
                .unsupported(&config.field("Mode"), "a distributed Map")
                .advise("use the Mode INLINE");
        }
        Some("INLINE") | None => {}
        Some(_) => {
            report.schema(
                &config.field("Mode"),
                "The field 'Mode' should have one of these values: [INLINE, DISTRIBUTED]",
            );
        }
    }
    let execution_type = config.text("ExecutionType", report);
    if execution_type.is_some_and(|kind| !matches!(kind, "STANDARD" | "EXPRESS")) {
        report.schema(
            &config.field("ExecutionType"),
            "The field 'ExecutionType' should have one of these values: [STANDARD, EXPRESS]",
        );
    }
}
