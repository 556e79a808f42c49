//! Looks for a region and for credentials before anything starts.

use std::error::Error;

use aws_config::SdkConfig;
use aws_sdk_sfn::config::ProvideCredentials as _;

/// What the AWS configuration lacks.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AwsConfigError {
    /// No region is configured.
    #[error(
        "no AWS region is configured: set AWS_REGION, or `region` in the profile that AWS_PROFILE names"
    )]
    RegionMissing,
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
