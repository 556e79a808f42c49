//! `ItemReader`: the resource, its parameters, and what the objects hold.

use serde_json::Value;

use super::super::language::Language;
use super::super::object::Object;
use super::super::payload;
use super::super::report::Report;
use super::read_quantity;
use crate::asl::distributed::{CsvFormat, ItemFormat, ItemReader, ReadOperation};

/// The greatest `MaxItems`.
const MAX_ITEMS: f64 = 100_000_000.0;

/// Reads `ItemReader`; the inner `None` means that there is none.
pub(super) fn read(state: &Object<'_>, report: &mut Report) -> Option<Option<ItemReader>> {
    const NAME: &str = "ItemReader";
    if !state.has(NAME) {
        return Some(None);
    }
    let reader = state.object(NAME, report)?;
    let parameters = parameters_name(report);
    reader.allow_only(&[parameters, "ReaderConfig", "Resource"], report);
    reader.require(&["Resource"], report);
    let operation = read_operation(&reader, report);
    let parameters = payload::read(&reader, parameters, parameters, report);
    let empty = Value::Object(serde_json::Map::new());
    let config = reader.get("ReaderConfig").unwrap_or(&empty);
    let config = Object::from_value(config, reader.field("ReaderConfig"), report)?;
    let read = read_config(&config, operation, report);
    let (format, flatten) = read?;
    let max_items = read_quantity(&config, "MaxItems", 0.0..=MAX_ITEMS, report);
    Some(Some(ItemReader {
        operation: operation?,
        parameters: parameters?,
        format,
        max_items: max_items?,
        pointer: config.text("ItemsPointer", report).map(str::to_owned),
        flatten,
    }))
}

/// What the parameters of a resource are called.
pub(super) fn parameters_name(report: &Report) -> &'static str {
    match report.language() {
        Language::Jsonpath => "Parameters",
        Language::Jsonata => "Arguments",
    }
}

fn read_operation(reader: &Object<'_>, report: &mut Report) -> Option<ReadOperation> {
    // The partition differs between regions: `aws`, `aws-cn`, `aws-us-gov`.
    let resource = reader.text("Resource", report)?;
    match resource.splitn(6, ':').collect::<Vec<_>>()[..] {
        ["arn", _, "states", "", "", "s3:getObject"] => Some(ReadOperation::GetObject),
        ["arn", _, "states", "", "", "s3:listObjectsV2"] => Some(ReadOperation::ListObjects),
        _ => {
            report
                .schema(
                    &reader.field("Resource"),
                    format!("The resource '{resource}' cannot be read by an ItemReader"),
                )
                .advise("use arn:aws:states:::s3:getObject or arn:aws:states:::s3:listObjectsV2");
            None
        }
    }
}

/// Reads what the objects hold, and whether listed objects are loaded.
fn read_config(
    config: &Object<'_>,
    operation: Option<ReadOperation>,
    report: &mut Report,
) -> Option<(ItemFormat, bool)> {
    config.allow_only(
        &[
            "CSVDelimiter",
            "CSVHeaderLocation",
            "CSVHeaders",
            "InputType",
            "ItemsPointer",
            "ManifestType",
            "MaxItems",
            "MaxItemsPath",
            "Transformation",
        ],
        report,
    );
    let flatten = word(
        config,
        "Transformation",
        &["NONE", "LOAD_AND_FLATTEN"],
        report,
    )?;
    let flatten = flatten == Some("LOAD_AND_FLATTEN");
    let needs_type = flatten || operation == Some(ReadOperation::GetObject);
    if !config.has("InputType") {
        if needs_type {
            config.require(&["InputType"], report);
            return None;
        }
        return Some((ItemFormat::Json, flatten));
    }
    let types = ["CSV", "JSON", "JSONL", "PARQUET", "MANIFEST"];
    let manifest = word(
        config,
        "ManifestType",
        &["S3_INVENTORY", "ATHENA_DATA"],
        report,
    )?;
    let format = match (word(config, "InputType", &types, report)??, manifest) {
        ("PARQUET", _) => {
            report
                .unsupported(&config.field("InputType"), "the InputType PARQUET")
                .advise("use CSV or JSONL");
            return None;
        }
        ("MANIFEST", Some("ATHENA_DATA")) => {
            report
                .schema(
                    &config.field("InputType"),
                    "With the ManifestType ATHENA_DATA the InputType says what the files hold",
                )
                .advise("use CSV or JSONL");
            return None;
        }
        ("MANIFEST", _) => ItemFormat::Inventory,
        ("CSV", _) => ItemFormat::Csv(read_csv(config, report)?),
        ("JSONL", _) => ItemFormat::JsonLines,
        _ => ItemFormat::Json,
    };
    if manifest == Some("ATHENA_DATA") {
        return Some((ItemFormat::ResultFiles(Box::new(format)), flatten));
    }
    Some((format, flatten))
}

fn read_csv(config: &Object<'_>, report: &mut Report) -> Option<CsvFormat> {
    let location = word(config, "CSVHeaderLocation", &["FIRST_ROW", "GIVEN"], report)?;
    let headers = if location == Some("GIVEN") {
        config.require(&["CSVHeaders"], report);
        Some(read_headers(config, report)?)
    } else {
        if location.is_none() {
            config.require(&["CSVHeaderLocation"], report);
            return None;
        }
        None
    };
    let delimiters = ["COMMA", "PIPE", "SEMICOLON", "SPACE", "TAB"];
    let delimiter = match word(config, "CSVDelimiter", &delimiters, report)? {
        Some("PIPE") => b'|',
        Some("SEMICOLON") => b';',
        Some("SPACE") => b' ',
        Some("TAB") => b'\t',
        _ => b',',
    };
    Some(CsvFormat { headers, delimiter })
}

fn read_headers(config: &Object<'_>, report: &mut Report) -> Option<Vec<String>> {
    const NAME: &str = "CSVHeaders";
    let headers = config.filled_array(NAME, report)?;
    let texts: Option<Vec<_>> = headers
        .iter()
        .map(|header| header.as_str().map(str::to_owned))
        .collect();
    if texts.is_none() {
        report.schema(
            &config.field(NAME),
            "Expected value of type Array of String",
        );
    }
    texts
}

/// Reads one of a set of words; the inner `None` means that there is none.
pub(super) fn word(
    object: &Object<'_>,
    name: &str,
    words: &[&'static str],
    report: &mut Report,
) -> Option<Option<&'static str>> {
    if !object.has(name) {
        return Some(None);
    }
    let text = object.text(name, report)?;
    let found = words.iter().find(|word| **word == text);
    if found.is_none() {
        let message = format!(
            "The field '{name}' should have one of these values: [{}]",
            words.join(", ")
        );
        report.schema(&object.field(name), message);
    }
    found.map(|word| Some(*word))
}
