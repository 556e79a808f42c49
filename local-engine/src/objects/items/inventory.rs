//! Manifests: an S3 inventory, and the files with the results of a query.

use std::io::Read;

use flate2::read::MultiGzDecoder;
use serde::Deserialize;

use super::super::ObjectStore;
use super::{ReadItem, csv, item, source};

/// What every file begins with that `gzip` packed.
const GZIP: [u8; 2] = [0x1F, 0x8B];
/// No file of a manifest is unpacked beyond this many bytes.
const UNPACKED_LIMIT: u64 = 1 << 30;

/// The `manifest.json` of an inventory, as far as it is needed.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Manifest {
    destination_bucket: String,
    file_format: Option<String>,
    file_schema: Option<String>,
    #[serde(default)]
    files: Vec<File>,
}

#[derive(Debug, Deserialize)]
struct File {
    key: String,
}

/// The objects that the inventory of this manifest names.
pub(super) async fn read(
    store: &dyn ObjectStore,
    manifest: &[u8],
    limit: usize,
) -> Result<Vec<ReadItem>, String> {
    let manifest: Manifest = serde_json::from_slice(manifest)
        .map_err(|error| format!("The manifest is not that of an S3 inventory: {error}"))?;
    if let Some(format) = manifest.file_format.filter(|format| format != "CSV") {
        return Err(format!(
            "The files of the S3 inventory have the format {format}: only CSV can be read"
        ));
    }
    let schema = manifest.file_schema.unwrap_or_default();
    let headers: Vec<_> = schema
        .split(',')
        .map(|name| name.trim().to_owned())
        .collect();
    let bucket = manifest.destination_bucket;
    let bucket = bucket.rsplit(':').next().unwrap_or_default();
    let mut items = Vec::new();
    for file in manifest.files {
        if items.len() >= limit {
            break;
        }
        let content = store.get(bucket, &file.key).await;
        let content = unpacked(content.map_err(|error| error.to_string())?)?;
        let source = source(bucket, &file.key);
        let rows = csv::read(&content, b',', Some(&headers), limit)?;
        items.extend(rows.into_iter().map(|row| item(row, &source)));
    }
    Ok(items)
}

/// The files that a query's manifest names, one `s3://bucket/key` for each line.
pub(super) fn result_files(manifest: &[u8]) -> Result<Vec<(String, String)>, String> {
    let text = std::str::from_utf8(manifest)
        .map_err(|error| format!("The manifest is not text: {error}"))?;
    text.lines()
        .map(|line| line.trim().trim_matches('"'))
        .filter(|line| !line.is_empty())
        .map(|line| {
            let place = line
                .strip_prefix("s3://")
                .and_then(|place| place.split_once('/'));
            let (bucket, key) =
                place.ok_or_else(|| format!("The manifest names no object of S3: '{line}'"))?;
            Ok((bucket.to_owned(), key.to_owned()))
        })
        .collect()
}

/// What was packed with `gzip`, or what was not as it is.
pub(super) fn unpacked(content: Vec<u8>) -> Result<Vec<u8>, String> {
    if !content.starts_with(&GZIP) {
        return Ok(content);
    }
    let mut unpacked = Vec::new();
    MultiGzDecoder::new(&*content)
        .take(UNPACKED_LIMIT)
        .read_to_end(&mut unpacked)
        .map_err(|error| format!("The file cannot be unpacked: {error}"))?;
    Ok(unpacked)
}
