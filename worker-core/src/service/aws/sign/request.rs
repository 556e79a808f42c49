//! A request as a signature sees it, if it is of the usual kind.

use aws_runtime::auth::{
    PayloadSigningOverride, SigV4OperationSigningConfig, SigV4SessionTokenNameOverride,
    SigningOptions,
};
use aws_runtime::service_clock_skew::DisableClockSkewCorrection;
use aws_sdk_sfn::config::ConfigBag;
use aws_sdk_sfn::config::http::HttpRequest;
use aws_smithy_runtime_api::client::auth::AuthSchemeEndpointConfig;
use aws_types::SigningName;
use aws_types::region::SigningRegion;
use sha2::{Digest as _, Sha256};

use super::{hex, sha256};

pub(super) const DATE: &str = "x-amz-date";
pub(super) const TOKEN: &str = "x-amz-security-token";
const HOST: &str = "host";

/// What is signed, in the order of a signature.
const SIGNED: [&str; 7] = [
    "content-length",
    "content-type",
    HOST,
    DATE,
    TOKEN,
    "x-amz-target",
    "x-amz-user-agent",
];
/// What proxies may change, so that nobody signs it.
const UNSIGNED: [&str; 2] = ["user-agent", "x-amzn-trace-id"];
/// What an endpoint can ask of a signature.
const WISHES: [&str; 4] = [
    "signingName",
    "signingRegion",
    "disableDoubleEncoding",
    "disableNormalizePath",
];

/// `POST /` with a body in memory and with known headers.
pub(super) struct Usual<'a> {
    pub(super) region: &'a str,
    pub(super) service: &'a str,
    /// The values of [`SIGNED`].
    values: [Option<&'a str>; SIGNED.len()],
    body: &'a [u8],
}

impl<'a> Usual<'a> {
    /// Nothing for a request of another kind, which the SDK must sign.
    pub(super) fn of(
        request: &'a HttpRequest,
        endpoint: &AuthSchemeEndpointConfig<'_>,
        bag: &'a ConfigBag,
    ) -> Option<Self> {
        let operation = bag.load::<SigV4OperationSigningConfig>()?;
        let plain = operation.signing_options == SigningOptions::default()
            && operation.region.is_none()
            && operation.name.is_none()
            && WISHES.iter().all(|wish| endpoint.get(wish).is_none())
            && bag.load::<SigV4SessionTokenNameOverride>().is_none()
            && bag.load::<PayloadSigningOverride>().is_none()
            // The skew that the SDK measures is known to its own signer only.
            && bag
                .load::<DisableClockSkewCorrection>()
                .is_some_and(DisableClockSkewCorrection::is_disabled);
        if !plain || request.method() != "POST" {
            return None;
        }
        let mut usual = Self {
            region: bag.load::<SigningRegion>()?.as_ref(),
            service: bag.load::<SigningName>()?.as_ref(),
            values: [None; SIGNED.len()],
            body: request.body().bytes()?,
        };
        for (name, value) in request.headers().iter_bytes() {
            if UNSIGNED.contains(&name) {
                continue;
            }
            let place = SIGNED.iter().position(|signed| *signed == name)?;
            let value = plain_value(value)?;
            let added_here = [HOST, DATE, TOKEN].contains(&name);
            if added_here || usual.values[place].replace(value).is_some() {
                return None;
            }
        }
        usual.add(HOST, host(request.uri())?);
        Some(usual)
    }

    /// Adds the value of a header that is signed.
    pub(super) fn add(&mut self, name: &str, value: &'a str) {
        if let Some(place) = SIGNED.iter().position(|signed| *signed == name) {
            self.values[place] = Some(value);
        }
    }

    /// The names of the headers as a signature lists them.
    pub(super) fn names(&self) -> String {
        let mut names = String::with_capacity(96);
        for (name, _) in self.headers() {
            if !names.is_empty() {
                names.push(';');
            }
            names.push_str(name);
        }
        names
    }

    /// The digest of the canonical request, which is hashed as it is written.
    pub(super) fn digest(&self, names: &str) -> [u8; 32] {
        let mut canonical = Sha256::new();
        canonical.update(b"POST\n/\n\n");
        for (name, value) in self.headers() {
            canonical.update(name);
            canonical.update(b":");
            canonical.update(value);
            canonical.update(b"\n");
        }
        canonical.update(b"\n");
        canonical.update(names);
        canonical.update(b"\n");
        canonical.update(hex(&sha256(self.body)));
        canonical.finalize().into()
    }

    fn headers(&self) -> impl Iterator<Item = (&'static str, &'a str)> {
        SIGNED
            .into_iter()
            .zip(self.values)
            .filter_map(|(name, value)| Some((name, value?)))
    }
}

/// A value that means the same with its blanks as a signature wants them.
fn plain_value(value: &[u8]) -> Option<&str> {
    let value = std::str::from_utf8(value).ok()?;
    let blanks = value.starts_with(' ') || value.ends_with(' ') || value.contains("  ");
    (!blanks && !value.contains('\t')).then_some(value)
}

/// The host of a URI without a path, as it is sent: without the port that its scheme implies.
fn host(uri: &str) -> Option<&str> {
    let (authority, implied) = match uri.strip_prefix("https://") {
        Some(rest) => (rest, ":443"),
        None => (uri.strip_prefix("http://")?, ":80"),
    };
    let authority = authority.strip_suffix('/').unwrap_or(authority);
    if authority.is_empty() || authority.contains(['/', '?', '#', '@']) {
        return None;
    }
    Some(authority.strip_suffix(implied).unwrap_or(authority))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_is_what_is_sent() {
        assert_eq!(host("https://a.example/"), Some("a.example"));
        assert_eq!(host("https://a.example:443/"), Some("a.example"));
        assert_eq!(host("https://a.example:80"), Some("a.example:80"));
        assert_eq!(host("http://[::1]:8083/"), Some("[::1]:8083"));
        assert_eq!(host("http://a.example:80/"), Some("a.example"));
        for unusual in ["https://a/b", "https://a/?b", "https://u@a/", "ftp://a/"] {
            assert_eq!(host(unusual), None, "{unusual}");
        }
    }

    #[test]
    fn a_value_with_blanks_that_a_signature_would_change_is_not_plain() {
        assert_eq!(plain_value(b"a b"), Some("a b"));
        for value in [&b" a"[..], b"a ", b"a  b", b"a\tb", b"\xff"] {
            assert_eq!(plain_value(value), None, "{value:?}");
        }
    }
}
