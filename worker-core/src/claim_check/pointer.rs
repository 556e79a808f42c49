//! What stands in a state machine in the place of a payload.

use serde_json::{Map, Value, json};

use super::digest::PayloadDigest;
use crate::payload::Payload;

/// The one member of a pointer.
pub(super) const KEY: &str = "sfnWorkerPayload";
const VERSION: u64 = 1;

/// Where a payload lies and what it must be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Pointer {
    pub(super) uri: String,
    pub(super) digest: PayloadDigest,
    pub(super) bytes: usize,
}

impl Pointer {
    /// Reads an object whose only member is [`KEY`]; the error says what it lacks, in words
    /// that quote nothing of it.
    pub(super) fn parse(object: &str) -> Result<Self, &'static str> {
        let mut outer: Map<String, Value> =
            serde_json::from_str(object).map_err(|_| "it is not JSON")?;
        let Some(Value::Object(mut members)) = outer.remove(KEY) else {
            return Err("its value must be an object");
        };
        if members.get("version").and_then(Value::as_u64) != Some(VERSION) {
            return Err("`version` must be 1");
        }
        let Some(Value::String(uri)) = members.remove("uri") else {
            return Err("`uri` must be text");
        };
        let digest = members.get("sha256").and_then(Value::as_str);
        let digest = digest
            .and_then(PayloadDigest::parse)
            .ok_or("`sha256` must be 64 hexadecimal digits")?;
        let bytes = members.get("bytes").and_then(Value::as_u64);
        let bytes = bytes
            .and_then(|bytes| usize::try_from(bytes).ok())
            .ok_or("`bytes` must be a size")?;
        Ok(Self { uri, digest, bytes })
    }

    /// The JSON of the pointer.
    pub(super) fn encode(&self) -> Payload {
        let mut members = json!({
            "version": VERSION,
            "uri": self.uri,
            "sha256": self.digest.to_string(),
            "bytes": self.bytes,
        });
        // A state machine cannot take a URI apart as easily as we can.
        let place = self.uri.strip_prefix("s3://");
        if let Some((bucket, key)) = place.and_then(|place| place.split_once('/')) {
            members["bucket"] = json!(bucket);
            members["key"] = json!(key);
        }
        Payload::new(json!({ KEY: members }).to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pointer(uri: &str) -> Pointer {
        Pointer {
            uri: uri.to_owned(),
            digest: PayloadDigest::of(b"x"),
            bytes: 1,
        }
    }

    #[test]
    fn a_pointer_goes_out_and_comes_back() {
        for uri in ["s3://bucket/a/key.json", "file:///tmp/x.json"] {
            let pointer = pointer(uri);
            let text = pointer.encode();
            assert_eq!(Pointer::parse(text.as_str()), Ok(pointer));
        }
    }

    #[test]
    fn a_pointer_into_a_bucket_names_bucket_and_key() {
        let value: Value = pointer("s3://bucket/a/key.json").encode().decode().unwrap();
        let names: Vec<_> = value[KEY].as_object().unwrap().keys().collect();
        assert_eq!(
            names,
            ["version", "uri", "sha256", "bytes", "bucket", "key"]
        );
        assert_eq!(value[KEY]["bucket"], "bucket");
        assert_eq!(value[KEY]["key"], "a/key.json");
    }

    #[test]
    fn members_that_are_not_known_are_passed_over() {
        let mut value: Value = pointer("file:///x").encode().decode().unwrap();
        value[KEY]["owner"] = json!({"team": "reports"});
        assert_eq!(Pointer::parse(&value.to_string()), Ok(pointer("file:///x")));
    }

    #[test]
    fn what_a_pointer_lacks_is_said() {
        let whole: Value = pointer("file:///x").encode().decode().unwrap();
        for (member, wrong) in [
            ("version", json!(2)),
            ("uri", json!(7)),
            ("sha256", json!("4f53")),
            ("bytes", json!(-1)),
        ] {
            let mut value = whole.clone();
            value[KEY][member] = wrong;
            let why = Pointer::parse(&value.to_string()).unwrap_err();
            assert!(why.contains(member), "{why}");
        }
        let why = Pointer::parse(r#"{"sfnWorkerPayload": 1}"#).unwrap_err();
        assert!(why.contains("object"), "{why}");
    }
}
