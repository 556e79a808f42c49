//! Signatures of requests, version 4.

use std::fmt;
use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use aws_smithy_runtime_api::client::identity::Identity;
use jiff::Timestamp;

/// Signs requests with one set of credentials.
#[derive(Clone)]
pub(super) struct Signer(Identity);

impl Signer {
    pub(super) fn new(
        access_key_id: &str,
        secret_access_key: &str,
        session_token: Option<&str>,
    ) -> Self {
        let credentials = Credentials::new(
            access_key_id,
            secret_access_key,
            session_token.map(str::to_owned),
            None,
            "local-engine",
        );
        Self(credentials.into())
    }

    /// Adds the headers of a signature to those of a `POST` request.
    pub(super) fn sign(
        &self,
        url: &str,
        region: &str,
        service: &str,
        headers: &mut Vec<(String, String)>,
        body: &[u8],
    ) -> Result<(), String> {
        let parameters = v4::SigningParams::builder()
            .identity(&self.0)
            .region(region)
            .name(service)
            .time(SystemTime::from(Timestamp::now()))
            .settings(SigningSettings::default())
            .build()
            .map_err(|error| format!("cannot sign: {error}"))?;
        let signed: Vec<(&str, &str)> = headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let request =
            SignableRequest::new("POST", url, signed.into_iter(), SignableBody::Bytes(body))
                .map_err(|error| format!("cannot sign: {error}"))?;
        let output =
            sign(request, &parameters.into()).map_err(|error| format!("cannot sign: {error}"))?;
        let (instructions, _) = output.into_parts();
        let (added, _) = instructions.into_parts();
        headers.extend(
            added
                .iter()
                .map(|header| (header.name().to_owned(), header.value().to_owned())),
        );
        Ok(())
    }
}

/// Shows nothing: credentials are secret.
impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signer")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_names_the_scope_and_no_secret() {
        let signer = Signer::new("AKID", "hidden", Some("token"));
        let mut headers = vec![("x-amz-target".to_owned(), "A.B".to_owned())];
        signer
            .sign(
                "http://127.0.0.1:9/",
                "eu-west-1",
                "sqs",
                &mut headers,
                b"{}",
            )
            .unwrap();
        let authorization = headers
            .iter()
            .find(|(name, _)| name == "authorization")
            .map(|(_, value)| value.as_str())
            .unwrap();
        assert!(authorization.starts_with("AWS4-HMAC-SHA256 Credential=AKID/"));
        assert!(authorization.contains("/eu-west-1/sqs/aws4_request"));
        assert!(authorization.contains("x-amz-target"));
        assert!(!format!("{headers:?} {signer:?}").contains("hidden"));
    }
}
