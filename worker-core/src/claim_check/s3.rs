//! A store in a bucket of Amazon S3, or of anything that speaks its protocol.

use std::error::Error;
use std::time::Duration;

use aws_config::{BehaviorVersion, SdkConfig};
use aws_sdk_s3::Client;
use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::config::retry::{RetryConfig, RetryPartition};
use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::config::{Builder, RequestChecksumCalculation, ResponseChecksumValidation};
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::operation::get_object::GetObjectOutput;
use aws_sdk_s3::primitives::ByteStream;

use super::digest::PayloadDigest;
use super::store::{PayloadStore, StoreError, StoreFuture, StoreTrouble};
use crate::payload::Payload;

const SCHEME: &str = "s3://";
const CONNECT_LIMIT: Duration = Duration::from_secs(5);
/// Until the first byte of an answer; what stalls after that, the SDK notices by itself.
const READ_LIMIT: Duration = Duration::from_secs(30);
const ATTEMPTS: u32 = 4;

/// Keeps payloads as objects of a bucket, under a prefix and named after their SHA-256.
///
/// The worker's role needs `s3:PutObject` and `s3:GetObject` on the objects below the prefix,
/// and `s3:ListBucket` on the bucket, without which S3 calls a missing object forbidden. How
/// objects are encrypted is the bucket's own setting.
///
/// # Examples
///
/// ```no_run
/// use sfn_worker_core::claim_check::{ClaimCheck, S3Store};
///
/// // Not run here: it needs a bucket.
/// # async fn configure() -> Result<(), sfn_worker_core::claim_check::StoreError> {
/// let store = S3Store::from_env("s3://my-payloads/sfn-worker/").await?;
/// let layer = ClaimCheck::new(store.with_bucket_owner("123456789012"));
/// # let _ = layer;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct S3Store {
    client: Client,
    bucket: String,
    prefix: String,
    owner: Option<String>,
}

impl S3Store {
    /// Keeps payloads at a place such as `s3://bucket/prefix/`, with the standard AWS
    /// configuration (`AWS_ENDPOINT_URL_S3` among it).
    ///
    /// # Errors
    ///
    /// The place is not of that form.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe.
    pub async fn from_env(place: &str) -> Result<Self, StoreError> {
        Self::new(
            &aws_config::load_defaults(BehaviorVersion::latest()).await,
            place,
        )
    }

    /// Keeps payloads at a place such as `s3://bucket/prefix/`, with a configuration of your
    /// own. Its retry, time-out and checksum settings are replaced by the store's.
    ///
    /// # Errors
    ///
    /// The place is not of that form.
    pub fn new(config: &SdkConfig, place: &str) -> Result<Self, StoreError> {
        let Some((bucket, prefix)) = parse(place) else {
            let message = format!("{place:?} is not a place such as s3://bucket/prefix/");
            return Err(StoreError::new(StoreTrouble::Foreign, message));
        };
        Ok(Self {
            client: Client::from_conf(settings(config).build()),
            bucket: bucket.to_owned(),
            prefix: prefix.to_owned(),
            owner: None,
        })
    }

    /// Names the account that owns the bucket, without which a bucket that somebody else has
    /// taken the name of would get the payloads.
    #[must_use]
    pub fn with_bucket_owner(mut self, account: impl Into<String>) -> Self {
        self.owner = Some(account.into());
        self
    }

    /// Puts the bucket into the path of a request instead of the host's name, which most
    /// other servers want.
    #[must_use]
    pub fn with_path_style(mut self) -> Self {
        let settings = self.client.config().to_builder().force_path_style(true);
        self.client = Client::from_conf(settings.build());
        self
    }

    /// The key that a URI names, by its text alone.
    fn key<'u>(&self, uri: &'u str) -> Option<&'u str> {
        let place = uri.strip_prefix(SCHEME)?.strip_prefix(&self.bucket)?;
        let key = place.strip_prefix('/')?;
        let name = key.strip_prefix(&self.prefix)?;
        is_plain(name).then_some(key)
    }

    async fn upload(&self, payload: &Payload, digest: PayloadDigest) -> Result<String, StoreError> {
        let key = format!("{}{digest}.json", self.prefix);
        // The signature covers the body, so that S3 checks its SHA-256.
        let body = ByteStream::from(payload.as_str().as_bytes().to_vec());
        let call = self.client.put_object().bucket(&self.bucket).key(&key);
        call.set_expected_bucket_owner(self.owner.clone())
            .content_type("application/json")
            .body(body)
            .send()
            .await
            .map_err(|error| self.classify("s3:PutObject", &error))?;
        Ok(format!("{SCHEME}{}/{key}", self.bucket))
    }

    async fn download(&self, key: &str, limit: usize) -> Result<Vec<u8>, StoreError> {
        let answer = self.open(key).await?;
        match read(answer, limit).await {
            // The client repeats a request, but not one whose answer has begun.
            Err(error) if error.trouble() == StoreTrouble::Unavailable => {
                read(self.open(key).await?, limit).await
            }
            content => content,
        }
    }

    async fn open(&self, key: &str) -> Result<GetObjectOutput, StoreError> {
        let call = self.client.get_object().bucket(&self.bucket).key(key);
        call.set_expected_bucket_owner(self.owner.clone())
            .send()
            .await
            .map_err(|error| self.classify("s3:GetObject", &error))
    }

    /// Judges an error by its code; what S3 says in words can quote the key.
    fn classify<E>(&self, permission: &str, error: &SdkError<E, HttpResponse>) -> StoreError
    where
        E: ProvideErrorMetadata + Error + Send + Sync + 'static,
    {
        let SdkError::ServiceError(answer) = error else {
            return unreached(error);
        };
        let status = answer.raw().status().as_u16();
        let code = answer.err().code();
        let place = format!("{SCHEME}{}/{}", self.bucket, self.prefix);
        let told = format!("HTTP status {status}, {}", code.unwrap_or("no code"));
        let (trouble, message) = match (code, status) {
            (Some("NoSuchKey"), _) | (None, 404) => (
                StoreTrouble::Missing,
                format!("there is no such payload in {place}"),
            ),
            // S3 answers a wrong clock with 403.
            (code, 401 | 403) if code != Some("RequestTimeTooSkewed") => (
                StoreTrouble::Denied,
                format!("S3 refused {permission} in {place}: {told}"),
            ),
            _ => (
                StoreTrouble::Unavailable,
                format!("S3 did not do {permission} in {place}: {told}"),
            ),
        };
        StoreError::new(trouble, message)
    }
}

impl PayloadStore for S3Store {
    fn put<'a>(&'a self, payload: &'a Payload, digest: PayloadDigest) -> StoreFuture<'a, String> {
        Box::pin(self.upload(payload, digest))
    }

    fn get<'a>(&'a self, uri: &'a str, limit: usize) -> StoreFuture<'a, Vec<u8>> {
        match self.key(uri) {
            Some(key) => Box::pin(self.download(key, limit)),
            None => Box::pin(async {
                let message = format!(
                    "the pointer does not name an object in {SCHEME}{}/{}",
                    self.bucket, self.prefix
                );
                Err(StoreError::new(StoreTrouble::Foreign, message))
            }),
        }
    }
}

/// Bucket and prefix of a place.
fn parse(place: &str) -> Option<(&str, &str)> {
    let place = place.strip_prefix(SCHEME)?;
    let (bucket, prefix) = place.split_once('/').unwrap_or((place, ""));
    let in_bucket = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    let named = !bucket.is_empty() && bucket.chars().all(in_bucket) && bucket != "..";
    let plain = prefix.is_empty() || is_plain(prefix.strip_suffix('/').unwrap_or(prefix));
    (named && bucket != "." && plain).then_some((bucket, prefix))
}

/// Whether nothing on the way could take the key for a path to somewhere else.
fn is_plain(key: &str) -> bool {
    key.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

fn settings(config: &SdkConfig) -> Builder {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(CONNECT_LIMIT)
        .read_timeout(READ_LIMIT)
        .build();
    Builder::from(config)
        .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
        .retry_partition(RetryPartition::new("sfn-worker-payloads"))
        .timeout_config(timeouts)
        // A payload is checked against its pointer; a second sum would only cost time.
        .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
        .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
}

async fn read(mut answer: GetObjectOutput, limit: usize) -> Result<Vec<u8>, StoreError> {
    let too_long = || {
        let message = format!("it has more than {limit} bytes");
        StoreError::new(StoreTrouble::TooLong, message)
    };
    let length = usize::try_from(answer.content_length.unwrap_or_default()).unwrap_or_default();
    if length > limit {
        return Err(too_long());
    }
    let mut content = Vec::with_capacity(length);
    while let Some(chunk) = answer.body.next().await {
        let chunk = chunk.map_err(|error| {
            let message = format!("the answer broke off after {} bytes", content.len());
            StoreError::new(StoreTrouble::Unavailable, message).with_source(error)
        })?;
        if content.len() + chunk.len() > limit {
            return Err(too_long());
        }
        content.extend_from_slice(&chunk);
    }
    Ok(content)
}

/// An error of the way to S3.
fn unreached<E: Error + 'static>(error: &SdkError<E, HttpResponse>) -> StoreError {
    let message = match error {
        SdkError::ConstructionFailure(_) => "the request to S3 could not be made",
        SdkError::TimeoutError(_) => "S3 did not answer in time",
        SdkError::DispatchFailure(_) => "S3 was not reached",
        _ => "the answer of S3 could not be read",
    };
    let chain: Vec<_> = std::iter::successors(error.source(), |&error| error.source())
        .map(ToString::to_string)
        .collect();
    StoreError::new(StoreTrouble::Unavailable, message).with_source(chain.join(": "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store(place: &str) -> Result<S3Store, StoreError> {
        S3Store::new(&SdkConfig::builder().build(), place)
    }

    #[test]
    fn a_place_is_a_bucket_and_a_prefix() {
        let of = |place| parse(place).unwrap();
        assert_eq!(of("s3://bucket/a/b/"), ("bucket", "a/b/"));
        assert_eq!(of("s3://bucket/a"), ("bucket", "a"));
        assert_eq!(of("s3://bucket/"), ("bucket", ""));
        assert_eq!(of("s3://bucket"), ("bucket", ""));
        for wrong in [
            "",
            "bucket",
            "s3://",
            "s3:///a",
            "s3://b/../c",
            "s3://b//",
            "s3://b?x/",
        ] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_place_that_is_none_is_said_so() {
        let error = store("my-bucket").unwrap_err();
        assert!(error.to_string().contains("s3://bucket/prefix/"), "{error}");
    }

    #[test]
    fn only_keys_below_the_prefix_of_the_same_bucket_are_its_own() {
        let behavior = BehaviorVersion::latest();
        let config = SdkConfig::builder().behavior_version(behavior).build();
        let store = S3Store::new(&config, "s3://bucket/claims/").unwrap();
        assert_eq!(store.key("s3://bucket/claims/x"), Some("claims/x"));
        assert_eq!(store.key("s3://bucket/claims/a/x"), Some("claims/a/x"));
        for foreign in [
            "s3://bucket/claims/",
            "s3://bucket/x",
            "s3://bucket/claims",
            "s3://bucket/claimsx",
            "s3://bucket/claims/../x",
            "s3://bucket/claims/./x",
            "s3://bucket/claims//x",
            "s3://bucket2/claims/x",
            "s3://other/claims/x",
            "S3://bucket/claims/x",
            "https://bucket/claims/x",
            "file:///claims/x",
        ] {
            assert_eq!(store.key(foreign), None, "{foreign}");
        }
    }
}
