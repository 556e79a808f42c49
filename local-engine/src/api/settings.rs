//! Settings that state machines and activities share: encryption, logging, tracing and tags.

use serde_json::{Map, Value, json};

use super::error::ApiError;
use super::request::{Request, Text};
use crate::engine::{EngineError, ErrorCode, check_number, default_logging};
use crate::resource::{Encryption, Tags};

/// For how many seconds a data key is used again unless the caller says otherwise.
const DEFAULT_REUSE_SECONDS: u32 = 300;

/// Reads `encryptionConfiguration`; the service's own key if absent.
pub(super) fn encryption(request: &mut Request) -> Option<EncryptionRequest> {
    let mut structure = request.structure("encryptionConfiguration")?;
    let read = EncryptionRequest {
        kind: structure.word("type", &["AWS_OWNED_KEY", "CUSTOMER_MANAGED_KMS_KEY"]),
        kms_key_id: structure.text("kmsKeyId", Text::shown(1, 2_048)),
        reuse_seconds: structure.number("kmsDataKeyReusePeriodSeconds", 60..=900),
    };
    request.put_back(structure);
    Some(read)
}

/// `encryptionConfiguration` as it was written.
#[derive(Debug)]
pub(super) struct EncryptionRequest {
    kind: Option<&'static str>,
    kms_key_id: Option<String>,
    reuse_seconds: Option<i64>,
}

impl EncryptionRequest {
    /// The setting, if it is complete.
    pub(super) fn setting(self) -> Result<Encryption, ApiError> {
        match (self.kind, self.kms_key_id) {
            (Some("CUSTOMER_MANAGED_KMS_KEY"), Some(kms_key_id)) => {
                let seconds = self.reuse_seconds.and_then(|number| number.try_into().ok());
                Ok(Encryption::CustomerManaged {
                    kms_key_id,
                    reuse_seconds: seconds.unwrap_or(DEFAULT_REUSE_SECONDS),
                })
            }
            (Some("CUSTOMER_MANAGED_KMS_KEY"), None) => Err(EngineError::new(
                ErrorCode::InvalidEncryptionConfiguration,
                "Invalid Encryption Configuration: 'kmsKeyId must be given for \
                 CUSTOMER_MANAGED_KMS_KEY'",
            )
            .into()),
            _ => Ok(Encryption::AwsOwned),
        }
    }
}

/// `encryptionConfiguration` as it is shown.
pub(super) fn show_encryption(encryption: &Encryption) -> Value {
    match encryption {
        Encryption::AwsOwned => json!({ "type": "AWS_OWNED_KEY" }),
        Encryption::CustomerManaged {
            kms_key_id,
            reuse_seconds,
        } => json!({
            "type": "CUSTOMER_MANAGED_KMS_KEY",
            "kmsKeyId": kms_key_id,
            "kmsDataKeyReusePeriodSeconds": reuse_seconds,
        }),
    }
}

/// Reads `loggingConfiguration` and adds the defaults to it.
pub(super) fn logging(request: &mut Request) -> Option<Value> {
    let given: Map<String, Value> = request.raw("loggingConfiguration")?;
    let mut logging = default_logging();
    if let Some(all) = logging.as_object_mut() {
        all.extend(given.into_iter().filter(|(_, value)| !value.is_null()));
    }
    Some(logging)
}

/// Reads `tracingConfiguration.enabled`.
pub(super) fn tracing(request: &mut Request) -> Option<bool> {
    let mut structure = request.structure("tracingConfiguration")?;
    let enabled = structure.flag("enabled");
    request.put_back(structure);
    Some(enabled.unwrap_or(false))
}

/// Reads a list of tags that may be absent.
pub(super) fn tags(request: &mut Request) -> Tags {
    let list = request.structures("tags").unwrap_or_default();
    read_tags(request, list)
}

/// Reads a list of tags that must be there.
pub(super) fn required_tags(request: &mut Request) -> Tags {
    let list = request.required_structures("tags");
    read_tags(request, list)
}

/// Refuses more tags than a new resource may have.
pub(super) fn check_tags(tags: &Tags, resource: &str) -> Result<(), ApiError> {
    Ok(check_number(tags, resource)?)
}

fn read_tags(request: &mut Request, list: Vec<Request>) -> Tags {
    let mut tags = Tags::new();
    for mut tag in list {
        let key = tag.required_text("key", Text::shown(1, 128));
        let value = tag.text("value", Text::shown(0, 256));
        tags.insert(key, value.unwrap_or_default());
        request.put_back(tag);
    }
    tags
}
