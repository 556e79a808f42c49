//! What service integrations return beside a result: the HTTP answer that brought it.

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// Adds `SdkHttpMetadata` and `SdkResponseMetadata` of an answer of this type and length.
pub(super) fn metadata(answer: &mut Map<String, Value>, content_type: &str, length: usize) {
    let request_id = Uuid::new_v4().to_string();
    let date = Timestamp::now().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    let length = length.to_string();
    answer.insert(
        "SdkHttpMetadata".into(),
        json!({
            "AllHttpHeaders": {
                "x-amzn-RequestId": [request_id],
                "connection": ["keep-alive"],
                "Content-Length": [length],
                "Date": [date],
                "Content-Type": [content_type],
            },
            "HttpHeaders": {
                "connection": "keep-alive",
                "Content-Length": length,
                "Content-Type": content_type,
                "Date": date,
                "x-amzn-RequestId": request_id,
            },
            "HttpStatusCode": 200,
        }),
    );
    answer.insert(
        "SdkResponseMetadata".into(),
        json!({ "RequestId": request_id }),
    );
}

/// A time as the service spells it in its answers: `1.700000000123E9`.
pub(super) fn protocol_seconds(at: Timestamp) -> String {
    #[expect(
        clippy::cast_precision_loss,
        reason = "milliseconds of any date are far below 2^53"
    )]
    let seconds = at.as_millisecond() as f64 / 1_000.0;
    format!("{seconds:E}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_spelt_as_the_service_does() {
        let at = Timestamp::from_millisecond(1_700_000_000_123).unwrap();
        assert_eq!(protocol_seconds(at), "1.700000000123E9");
    }
}
