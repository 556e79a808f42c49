//! Rows of a CSV text as objects of texts.

use std::collections::HashSet;

use csv::{ReaderBuilder, StringRecord};
use serde_json::{Map, Value};

use super::without_mark;

/// Reads rows as objects. The names are given, or in the first row. A field that a row does not
/// have is empty, and one that has no name is left out, as the service does it.
pub(super) fn read(
    content: &[u8],
    delimiter: u8,
    headers: Option<&[String]>,
    limit: usize,
) -> Result<Vec<Value>, String> {
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(without_mark(content));
    let mut records = reader.records();
    let headers = match headers {
        Some(headers) => headers.to_vec(),
        None => match records.next() {
            Some(first) => first.map_err(trouble)?.iter().map(str::to_owned).collect(),
            None => return Ok(Vec::new()),
        },
    };
    let distinct: HashSet<_> = headers.iter().collect();
    if distinct.len() < headers.len() {
        return Err("CSV headers cannot contain duplicates.".to_owned());
    }
    records
        .take(limit)
        .map(|record| Ok(row(&headers, &record.map_err(trouble)?)))
        .collect()
}

fn row(headers: &[String], record: &StringRecord) -> Value {
    let fields = headers.iter().enumerate().map(|(index, header)| {
        let field = record.get(index).unwrap_or_default();
        (header.clone(), Value::from(field))
    });
    Value::Object(fields.collect::<Map<_, _>>())
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "it is given to map_err, which gives its error away"
)]
fn trouble(error: csv::Error) -> String {
    format!("The object is not CSV: {error}")
}
