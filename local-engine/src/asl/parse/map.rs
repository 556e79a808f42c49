//! The Map state.

mod config;
mod reader;
mod writer;

use std::ops::RangeInclusive;
use std::sync::Arc;

use super::language::Language;
use super::object::Object;
use super::path::{self, PathRule};
use super::report::Report;
use super::{graph, payload, work};
use crate::asl::definition::{MachineType, StateGraph};
use crate::asl::distributed::{Distributed, ItemBatcher, Quantity, Tolerance};
use crate::asl::state::{Items, Map};

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

/// The greatest number that the language takes for a count.
const COUNT: f64 = 9_007_199_254_740_991.0;
/// The most bytes that a batch may have.
const BATCH_BYTES: f64 = 262_144.0;

/// `ItemProcessor`, or `Iterator` as it was called before.
pub(super) struct Processor {
    graph: StateGraph,
    /// `ExecutionType` if the `Mode` is `DISTRIBUTED`.
    distributed: Option<MachineType>,
    source: Arc<serde_json::Value>,
}

pub(super) fn read(state: &Object<'_>, language: Language, report: &mut Report) -> Option<Map> {
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
    let max_concurrency = read_quantity(state, "MaxConcurrency", 0.0..=COUNT, report);
    let count = read_quantity(state, "ToleratedFailureCount", 0.0..=COUNT, report);
    let percentage = read_quantity(state, "ToleratedFailurePercentage", 0.0..=100.0, report);
    let reader = reader::read(state, report);
    let batcher = read_batcher(state, report);
    let writer = writer::read(state, report);
    let label = read_label(state, report);
    let processor = read_processor(state, language, report);
    let work = work::read(state, true, report);
    let mut processor = processor?;
    settle_mode(state, &mut processor, report);
    if processor.distributed.is_some() && report.machine_type() == MachineType::Express {
        // No recording has it; the words are those for what else such a machine must not wait for.
        let message = "Express state machine does not support 'DISTRIBUTED' Mode";
        report
            .schema(state.path(), message)
            .advise("run the iterations inline, or make the state machine a standard one");
    }
    let (reader, batcher, writer, label) = (reader?, batcher?, writer?, label?);
    let source = processor.source;
    let distributed = processor.distributed.map(|execution_type| Distributed {
        execution_type,
        label,
        reader,
        batcher,
        writer,
        source,
    });
    Some(Map {
        items: items?,
        item_selector: selector?,
        processor: Arc::new(processor.graph),
        max_concurrency: max_concurrency?,
        tolerance: Tolerance {
            count: count?,
            percentage: percentage?,
        },
        distributed,
        work: work?,
    })
}

/// Settles where the iterations of a Map run whose `ProcessorConfig` does not fit its fields: a
/// Map that does not say its mode is distributed if only that makes sense of it.
fn settle_mode(state: &Object<'_>, processor: &mut Processor, report: &mut Report) {
    if processor.distributed.is_some() {
        return;
    }
    for name in ["ItemBatcher", "ItemReader", "ResultWriter"] {
        if !state.has(name) {
            continue;
        }
        if processor.source.get("ProcessorConfig").is_none() {
            processor.distributed = Some(MachineType::Standard);
            return;
        }
        report
            .schema(
                state.path(),
                format!("Field '{name}' is only supported for the 'DISTRIBUTED' Mode"),
            )
            .advise(format!(
                "leave '{name}' out, or set the Mode of the ProcessorConfig"
            ));
    }
}

/// Reads `ItemProcessor`, or `Iterator` as it was called before.
pub(super) fn read_processor(
    state: &Object<'_>,
    language: Language,
    report: &mut Report,
) -> Option<Processor> {
    let names = ["ItemProcessor", "Iterator"];
    state.allow_one_of(&names, report);
    let Some(name) = names.into_iter().find(|name| state.has(name)) else {
        state.require_one_of(&names, report);
        return None;
    };
    let processor = state.object(name, report)?;
    processor.require(&["States", "StartAt"], report);
    processor.allow_only(&["Comment", "ProcessorConfig", "StartAt", "States"], report);
    processor.comment(report);
    let config = processor.object("ProcessorConfig", report);
    let distributed = config.and_then(|config| config::read(&config, report));
    let outer = report.machine_type();
    report.set_machine_type(distributed.unwrap_or(outer));
    let graph = graph::read(&processor, language, report);
    report.set_machine_type(outer);
    Some(Processor {
        graph: graph?,
        distributed,
        source: Arc::new(serde_json::Value::Object(processor.fields().clone())),
    })
}

/// Reads a number, an expression or path for one, as the field `name` or `namePath`; the inner `None` means
/// that there is neither.
fn read_quantity(
    object: &Object<'_>,
    name: &str,
    range: RangeInclusive<f64>,
    report: &mut Report,
) -> Option<Option<Quantity>> {
    let path_name = format!("{name}Path");
    object.allow_one_of(&[name, &path_name], report);
    if object.has(&path_name) {
        return path::read(object, &path_name, PathRule::Reference, report)
            .map(|path| Some(Quantity::Path(path)));
    }
    if let Some(expression) = payload::read_expression(object, name, report)? {
        return Some(Some(Quantity::Expression(expression)));
    }
    let Some(value) = object.get(name) else {
        return Some(None);
    };
    let whole = *range.end() != 100.0;
    let number = value.as_f64();
    let Some(number) = number.filter(|number| !whole || number.fract() == 0.0) else {
        let kind = if whole { "Integer" } else { "Number" };
        report.schema(
            &object.field(name),
            format!("Expected value of type {kind}"),
        );
        return None;
    };
    if range.contains(&number) {
        return Some(Some(Quantity::Literal(number)));
    }
    let message = if number > *range.end() {
        format!("Maximum value is {}", range.end())
    } else {
        format!("Minimum value is {}", range.start())
    };
    report.schema(&object.field(name), message);
    None
}

/// Reads `ItemBatcher`; the inner `None` means that there is none.
fn read_batcher(state: &Object<'_>, report: &mut Report) -> Option<Option<ItemBatcher>> {
    const NAME: &str = "ItemBatcher";
    const SIZES: [&str; 4] = [
        "MaxInputBytesPerBatch",
        "MaxInputBytesPerBatchPath",
        "MaxItemsPerBatch",
        "MaxItemsPerBatchPath",
    ];
    if !state.has(NAME) {
        return Some(None);
    }
    let batcher = state.object(NAME, report)?;
    let [bytes, bytes_path, items, items_path] = SIZES;
    batcher.allow_only(
        &["BatchInput", bytes, bytes_path, items, items_path],
        report,
    );
    if !SIZES.iter().any(|name| batcher.has(name)) {
        report
            .schema(
                batcher.path(),
                format!("One of these fields is required: [{}]", SIZES.join(", ")),
            )
            .advise("say how many items or bytes a batch may have");
    }
    let max_items = read_quantity(&batcher, items, 1.0..=COUNT, report);
    let max_bytes = read_quantity(&batcher, bytes, 1.0..=BATCH_BYTES, report);
    let input = payload::read(&batcher, "BatchInput", "BatchInput", report);
    Some(Some(ItemBatcher {
        max_items: max_items?,
        max_bytes: max_bytes?,
        input: input?,
    }))
}

/// Reads `Label`; the inner `None` means that there is none.
fn read_label(state: &Object<'_>, report: &mut Report) -> Option<Option<String>> {
    const NAME: &str = "Label";
    const LIMIT: usize = 40;
    if !state.has(NAME) {
        return Some(None);
    }
    let label = state.text(NAME, report)?;
    let length = label.chars().count();
    if label.is_empty() {
        report.schema(&state.field(NAME), "Label cannot be empty");
        return None;
    }
    if length > LIMIT {
        report.schema(
            &state.field(NAME),
            format!("Label cannot exceed {LIMIT} characters"),
        );
        return None;
    }
    // The label becomes part of ARNs and of keys.
    let refused =
        |c: char| c.is_whitespace() || c.is_control() || r#"?*<>{}[]:;,\|^~$#%&`"/"#.contains(c);
    if let Some(wrong) = label.chars().find(|c| refused(*c)) {
        report
            .schema(
                &state.field(NAME),
                format!(
                    "Label cannot contain the character '{}'",
                    wrong.escape_debug()
                ),
            )
            .advise("use letters, digits, dashes and underscores");
        return None;
    }
    Some(Some(label.to_owned()))
}
