//! `ItemReader`: from objects to the items of a distributed Map.

mod csv;
mod inventory;

use std::sync::Arc;

use serde_json::{Value, json};

use super::{ObjectEntry, ObjectStore};
use crate::asl::{ItemFormat, ReadOperation};
use crate::machine::{ReadItem, ReadPlan};

/// Reads the items that a plan asks for; the error is the cause of `States.ItemReaderFailed`.
pub(crate) async fn read_items(
    store: &dyn ObjectStore,
    plan: &ReadPlan,
) -> Result<Vec<ReadItem>, String> {
    let limit = match plan.max_items {
        0 => usize::MAX,
        limit => usize::try_from(limit).unwrap_or(usize::MAX),
    };
    let mut items = match plan.operation {
        ReadOperation::GetObject => read_object(store, plan, &plan.key, limit).await?,
        ReadOperation::ListObjects => read_list(store, plan, limit).await?,
    };
    items.truncate(limit);
    Ok(items)
}

async fn read_list(
    store: &dyn ObjectStore,
    plan: &ReadPlan,
    limit: usize,
) -> Result<Vec<ReadItem>, String> {
    let listed = store.list(&plan.bucket, &plan.key).await;
    let listed = listed.map_err(|error| error.to_string())?;
    if !plan.flatten {
        let source: Arc<str> = format!("S3://{}", plan.bucket).into();
        let items = listed
            .iter()
            .take(limit)
            .map(|entry| item(entry_value(entry), &source));
        return Ok(items.collect());
    }
    let mut items = Vec::new();
    for entry in listed {
        if items.len() >= limit {
            break;
        }
        items.extend(read_object(store, plan, &entry.key, limit).await?);
    }
    Ok(items)
}

/// The items in one object, or in the objects that it names.
async fn read_object(
    store: &dyn ObjectStore,
    plan: &ReadPlan,
    key: &str,
    limit: usize,
) -> Result<Vec<ReadItem>, String> {
    let content = store.get(&plan.bucket, key).await;
    let content = content.map_err(|error| error.to_string())?;
    let pointer = plan.pointer.as_deref();
    match &plan.format {
        ItemFormat::Inventory => inventory::read(store, &content, limit).await,
        ItemFormat::ResultFiles(format) => {
            let mut items = Vec::new();
            for (bucket, key) in inventory::result_files(&content)? {
                if items.len() >= limit {
                    break;
                }
                let content = store.get(&bucket, &key).await;
                let content = content.map_err(|error| error.to_string())?;
                let content = inventory::unpacked(content)?;
                items.extend(parse(
                    &content,
                    format,
                    pointer,
                    &source(&bucket, &key),
                    limit,
                )?);
            }
            Ok(items)
        }
        format => parse(&content, format, pointer, &source(&plan.bucket, key), limit),
    }
}

fn parse(
    content: &[u8],
    format: &ItemFormat,
    pointer: Option<&str>,
    source: &Arc<str>,
    limit: usize,
) -> Result<Vec<ReadItem>, String> {
    match format {
        ItemFormat::Csv(csv) => {
            let rows = csv::read(content, csv.delimiter, csv.headers.as_deref(), limit)?;
            Ok(rows.into_iter().map(|row| item(row, source)).collect())
        }
        ItemFormat::JsonLines => parse_lines(content, source, limit),
        // A manifest inside a manifest does not parse as a definition.
        ItemFormat::Json | ItemFormat::Inventory | ItemFormat::ResultFiles(_) => {
            parse_json(content, pointer, source)
        }
    }
}

fn parse_json(
    content: &[u8],
    pointer: Option<&str>,
    source: &Arc<str>,
) -> Result<Vec<ReadItem>, String> {
    let mut whole: Value = serde_json::from_slice(without_mark(content))
        .map_err(|error| format!("The object is not JSON: {error}"))?;
    let part = match pointer {
        None => whole,
        Some(pointer) => match whole.pointer_mut(pointer) {
            Some(part) => part.take(),
            None => return Err(format!("The ItemsPointer '{pointer}' leads to nothing.")),
        },
    };
    match part {
        Value::Array(values) => Ok(values
            .into_iter()
            .map(|value| item(value, source))
            .collect()),
        Value::Object(members) => Ok(members
            .into_iter()
            .map(|(key, value)| ReadItem {
                key: Some(key.into()),
                value,
                source: source.clone(),
            })
            .collect()),
        _ => Err("Attempting to map over non-iterable node.".to_owned()),
    }
}

fn parse_lines(content: &[u8], source: &Arc<str>, limit: usize) -> Result<Vec<ReadItem>, String> {
    let lines = without_mark(content).split(|byte| *byte == b'\n');
    lines
        .enumerate()
        .filter(|(_, line)| !line.trim_ascii().is_empty())
        .take(limit)
        .map(|(index, line)| {
            let value = serde_json::from_slice(line)
                .map_err(|error| format!("Line {} is not JSON: {error}", index + 1))?;
            Ok(item(value, source))
        })
        .collect()
}

/// An object as `ListObjectsV2` shows it to a Map.
fn entry_value(entry: &ObjectEntry) -> Value {
    json!({
        "Etag": format!("\"{}\"", entry.etag),
        "Key": entry.key,
        "LastModified": entry.modified.as_second(),
        "Size": entry.size,
        "StorageClass": "STANDARD",
    })
}

fn item(value: Value, source: &Arc<str>) -> ReadItem {
    ReadItem {
        key: None,
        value,
        source: source.clone(),
    }
}

fn source(bucket: &str, key: &str) -> Arc<str> {
    format!("S3://{bucket}/{key}").into()
}

/// A text without the mark that some programs put before it.
fn without_mark(content: &[u8]) -> &[u8] {
    content.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(content)
}

#[cfg(test)]
mod tests;
