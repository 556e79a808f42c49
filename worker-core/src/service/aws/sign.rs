//! Signing with a kept key: an authentication scheme for the SDK.
//!
//! The SDK derives the signing key for every request, which is a quarter of what a call costs.
//! The key depends on the credentials, the day and the region only, so it is kept. Requests
//! that are not of the usual kind are left to the SDK's signer.

mod request;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use aws_runtime::auth::sigv4::{SCHEME_ID, SigV4Signer};
use aws_sdk_sfn::config::http::HttpRequest;
use aws_sdk_sfn::config::{ConfigBag, Credentials, RuntimeComponents};
use aws_sdk_sfn::primitives::{DateTime, DateTimeFormat};
use aws_sigv4::sign::v4::{calculate_signature, generate_signing_key};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::auth::{
    AuthScheme, AuthSchemeEndpointConfig, AuthSchemeId, Sign,
};
use aws_smithy_runtime_api::client::identity::{Identity, SharedIdentityResolver};
use aws_smithy_runtime_api::client::runtime_components::GetIdentityResolver;
use sha2::{Digest as _, Sha256};

use self::request::Usual;

const DAY: u64 = 24 * 60 * 60;

/// The scheme `sigv4` with a signer that keeps its key.
#[derive(Debug, Default)]
pub(super) struct KeptKey {
    signer: Signer,
}

impl AuthScheme for KeptKey {
    fn scheme_id(&self) -> AuthSchemeId {
        SCHEME_ID
    }

    fn identity_resolver(
        &self,
        identity_resolvers: &dyn GetIdentityResolver,
    ) -> Option<SharedIdentityResolver> {
        identity_resolvers.identity_resolver(SCHEME_ID)
    }

    fn signer(&self) -> &dyn Sign {
        &self.signer
    }
}

#[derive(Debug, Default)]
struct Signer {
    kept: Mutex<Option<Arc<Key>>>,
    sdk: SigV4Signer,
}

impl Sign for Signer {
    fn sign_http_request(
        &self,
        request: &mut HttpRequest,
        identity: &Identity,
        endpoint: AuthSchemeEndpointConfig<'_>,
        components: &RuntimeComponents,
        bag: &ConfigBag,
    ) -> Result<(), BoxError> {
        let now = components.time_source().unwrap_or_default().now();
        let signed = self.signed(request, identity, &endpoint, bag, now);
        let Some(Signed {
            time,
            authorization,
            session_token,
        }) = signed
        else {
            return self
                .sdk
                .sign_http_request(request, identity, endpoint, components, bag);
        };
        let headers = request.headers_mut();
        headers.try_insert(request::DATE, time)?;
        headers.try_insert("authorization", authorization)?;
        if let Some(token) = session_token {
            headers.try_insert(request::TOKEN, token)?;
        }
        Ok(())
    }
}

/// The headers that a signature adds.
struct Signed {
    time: String,
    authorization: String,
    session_token: Option<String>,
}

impl Signer {
    fn signed(
        &self,
        request: &HttpRequest,
        identity: &Identity,
        endpoint: &AuthSchemeEndpointConfig<'_>,
        bag: &ConfigBag,
        now: SystemTime,
    ) -> Option<Signed> {
        let credentials = identity.data::<Credentials>()?;
        let mut request = Usual::of(request, endpoint, bag)?;
        let seconds = now.duration_since(SystemTime::UNIX_EPOCH).ok()?.as_secs();
        let key = self.key(credentials, seconds, request.region, request.service)?;

        let time = key.time(seconds);
        request.add(request::DATE, &time);
        if let Some(token) = credentials.session_token() {
            request.add(request::TOKEN, token);
        }
        let names = request.names();
        let digest = hex(&request.digest(&names));
        let text = format!("AWS4-HMAC-SHA256\n{time}\n{}\n{digest}", key.scope);
        let signature = calculate_signature(key.bytes, text.as_bytes());
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential={}/{}, SignedHeaders={names}, Signature={signature}",
            credentials.access_key_id(),
            key.scope
        );
        Some(Signed {
            time,
            authorization,
            session_token: credentials.session_token().map(str::to_owned),
        })
    }

    fn key(
        &self,
        credentials: &Credentials,
        seconds: u64,
        region: &str,
        service: &str,
    ) -> Option<Arc<Key>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(key) = &*kept
            && key.is_for(credentials, seconds / DAY, region, service)
        {
            return Some(Arc::clone(key));
        }
        let key = Arc::new(Key::derive(credentials, seconds, region, service)?);
        *kept = Some(Arc::clone(&key));
        Some(key)
    }
}

/// A derived key and what it was derived from.
struct Key {
    credentials: Credentials,
    day: u64,
    region: String,
    service: String,
    /// The day as `20261124`.
    date: String,
    /// Date, region and service, as signatures name them.
    scope: String,
    bytes: [u8; 32],
}

impl Key {
    fn derive(
        credentials: &Credentials,
        seconds: u64,
        region: &str,
        service: &str,
    ) -> Option<Self> {
        let date = DateTime::from_secs(i64::try_from(seconds).ok()?)
            .fmt(DateTimeFormat::DateTime)
            .ok()?;
        let date: String = date.get(..10)?.chars().filter(|&c| c != '-').collect();
        let time = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds))?;
        let derived = generate_signing_key(credentials.secret_access_key(), time, region, service);
        Some(Self {
            credentials: credentials.clone(),
            day: seconds / DAY,
            region: region.to_owned(),
            service: service.to_owned(),
            scope: format!("{date}/{region}/{service}/aws4_request"),
            date,
            bytes: derived.as_ref().try_into().ok()?,
        })
    }

    fn is_for(&self, credentials: &Credentials, day: u64, region: &str, service: &str) -> bool {
        self.day == day
            && self.region == region
            && self.service == service
            && self.credentials.access_key_id() == credentials.access_key_id()
            && self.credentials.secret_access_key() == credentials.secret_access_key()
    }

    /// A moment of the key's day, as `20261124T081500Z`.
    fn time(&self, seconds: u64) -> String {
        let second = seconds % DAY;
        let (hour, minute) = (second / 3_600, second / 60 % 60);
        format!("{}T{hour:02}{minute:02}{:02}Z", self.date, second % 60)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key")
            .field("scope", &self.scope)
            .finish_non_exhaustive()
    }
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}

#[cfg(test)]
mod tests;
