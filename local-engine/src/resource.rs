//! What state machines and activities have in common: tags and an encryption setting.

use std::collections::BTreeMap;

/// The tags of a resource, by key.
pub(crate) type Tags = BTreeMap<String, String>;

/// How a resource says that its data is encrypted. The engine keeps the setting and shows it;
/// its data never leaves the process, so it encrypts nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum Encryption {
    /// The service's own key.
    #[default]
    AwsOwned,
    /// A key of the account.
    CustomerManaged {
        /// Which key.
        kms_key_id: String,
        /// For how many seconds a data key is used again.
        reuse_seconds: u32,
    },
}
