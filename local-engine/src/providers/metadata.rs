//! What service integrations return beside a result: the HTTP answer that brought it.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// Adds `SdkHttpMetadata` and `SdkResponseMetadata` to the answer of a call.
pub(crate) fn add(
    answer: &mut Map<String, Value>,
    status: u16,
    headers: &[(String, String)],
    request_id: &str,
) {
    let mut all: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, value) in headers {
        all.entry(name).or_default().push(value);
    }
    let last: BTreeMap<&str, &str> = headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    answer.insert(
        "SdkHttpMetadata".into(),
        json!({
            "AllHttpHeaders": all,
            "HttpHeaders": last,
            "HttpStatusCode": status,
        }),
    );
    answer.insert(
        "SdkResponseMetadata".into(),
        json!({ "RequestId": request_id }),
    );
}
