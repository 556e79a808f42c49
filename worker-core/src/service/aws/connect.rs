//! Looks for a region, an endpoint and credentials before anything starts.

use std::error::Error;

use aws_config::SdkConfig;
use aws_sdk_sfn::config::ProvideCredentials as _;
use aws_sdk_sfn::config::endpoint::{DefaultResolver, ResolveEndpoint as _};

use super::common::endpoint;

/// What the AWS configuration lacks.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AwsConfigError {
    /// No region is configured.
    #[error(
        "no AWS region is configured: set AWS_REGION, or `region` in the profile that AWS_PROFILE names"
    )]
    RegionMissing,
    /// Region, endpoint and the switches for FIPS and dual-stack endpoints do not go together.
    #[error(
        "no endpoint follows from the AWS configuration: check AWS_REGION, AWS_ENDPOINT_URL_SFN, \
         AWS_ENDPOINT_URL, AWS_USE_FIPS_ENDPOINT and AWS_USE_DUALSTACK_ENDPOINT, and what the \
         profile says of them"
    )]
    EndpointInvalid(#[source] Box<dyn Error + Send + Sync>),
    /// No credentials were found, or their source failed.
    #[error(
        "no AWS credentials were found: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, name a \
         profile with AWS_PROFILE, or run where a role is attached; a local endpoint takes any values"
    )]
    CredentialsMissing(#[source] Box<dyn Error + Send + Sync>),
}

/// Checks what every call will need.
pub(super) async fn check(config: &SdkConfig) -> Result<(), AwsConfigError> {
    if config.region().is_none() {
        return Err(AwsConfigError::RegionMissing);
    }
    check_endpoint(config)
        .await
        .map_err(AwsConfigError::EndpointInvalid)?;
    let Some(provider) = config.credentials_provider() else {
        return Err(AwsConfigError::CredentialsMissing(
            "no provider is configured".into(),
        ));
    };
    match provider.provide_credentials().await {
        Ok(_) => Ok(()),
        Err(error) => Err(AwsConfigError::CredentialsMissing(Box::new(error))),
    }
}

async fn check_endpoint(config: &SdkConfig) -> Result<(), Box<dyn Error + Send + Sync>> {
    let wanted = endpoint(config).build()?;
    let found = DefaultResolver::new().resolve_endpoint(&wanted).await?;
    let url = found.url();
    if url.starts_with("https://") || url.starts_with("http://") {
        return Ok(());
    }
    Err(format!("\"{url}\" does not begin with http:// or https://").into())
}

#[cfg(test)]
mod tests {
    use aws_config::{BehaviorVersion, Region};
    use aws_sdk_sfn::config::{Credentials, SharedCredentialsProvider};
    use aws_types::sdk_config::Builder;

    use super::super::classify::chain;
    use super::*;

    /// The error of a configuration with all its causes.
    async fn refused(change: fn(Builder) -> Builder) -> String {
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("eu-west-1"))
            .credentials_provider(SharedCredentialsProvider::new(Credentials::for_tests()));
        match check(&change(config).build()).await {
            Ok(()) => "nothing to complain of".to_owned(),
            Err(error) => chain(&error),
        }
    }

    #[tokio::test]
    async fn a_configuration_that_leads_nowhere_is_told_before_the_start() {
        assert_eq!(refused(|config| config).await, "nothing to complain of");
        for (change, text) in [
            (
                (|config| config.region(None)) as fn(Builder) -> Builder,
                "set AWS_REGION",
            ),
            (
                |config| config.region(Region::new("not a region")),
                "must be a valid host label",
            ),
            (
                |config| config.use_fips(true).endpoint_url("http://127.0.0.1:1"),
                "FIPS and custom endpoint are not supported",
            ),
            (
                |config| config.endpoint_url("localhost:8083"),
                "\"localhost:8083\" does not begin with http:// or https://",
            ),
            (
                |config| {
                    let mut config = config;
                    config.set_credentials_provider(None);
                    config
                },
                "no AWS credentials were found",
            ),
        ] {
            let error = refused(change).await;
            assert!(error.contains(text), "{text} in {error}");
        }
    }
}
