//! The least that a worker must be permitted: `Policy`, an IAM policy for its activities.

use std::fmt;

use serde_json::{Value, json};

use super::{Contract, ToContract};

/// Any region and any account, for whoever does not say which.
const ANYWHERE: &str = "arn:aws:states:*:*:activity:";

/// The least that a worker must be permitted, as an IAM policy.
///
/// Polls are permitted for the activities of the contract alone. Reports and heartbeats name no
/// resource: a worker has nothing but the token of its task, and AWS lists no resource type for
/// these three actions, so they stand on `*`. What is only needed by some workers is added on
/// demand.
///
/// `Display` writes the JSON, a key a line.
///
/// # Examples
///
/// ```
/// # use sfn_worker_core::activity;
/// # #[activity]
/// # async fn greet(name: String) -> Result<String, std::convert::Infallible> { Ok(name) }
/// use sfn_worker_core::contract::{Contract, Policy};
///
/// let contract = Contract::new().activity::<greet>();
/// let policy = Policy::new(&contract)
///     .arn_prefix("arn:aws:states:eu-west-1:123456789012:activity:")
///     .payloads_in("my-payloads", "sfn-worker/");
/// let policy = policy.to_json();
/// assert_eq!(
///     policy["Statement"][0]["Resource"][0],
///     "arn:aws:states:eu-west-1:123456789012:activity:greet"
/// );
/// ```
#[derive(Debug, Clone)]
#[must_use = "a policy is there to be printed"]
pub struct Policy {
    names: Vec<String>,
    prefix: String,
    creates: bool,
    looks_up: bool,
    payloads: Option<(String, String)>,
    key: Option<String>,
}

impl Policy {
    /// The policy of a worker that knows the ARNs of its activities.
    pub fn new(contract: &impl ToContract) -> Self {
        let contract: Contract = contract.to_contract();
        Self {
            names: contract
                .activities()
                .iter()
                .map(|activity| activity.name.clone())
                .collect(),
            prefix: ANYWHERE.to_owned(),
            creates: false,
            looks_up: false,
            payloads: None,
            key: None,
        }
    }

    /// Says where the activities are: `arn:aws:states:REGION:ACCOUNT:activity:`, and possibly the
    /// beginning of their names. Without it the policy is for any region and account.
    pub fn arn_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// For a worker with [`create_missing`](crate::WorkerBuilder::create_missing).
    pub fn creates_missing(mut self) -> Self {
        self.creates = true;
        self
    }

    /// For a worker that knows its activities by name only and looks up their ARNs.
    pub fn looks_up_names(mut self) -> Self {
        self.looks_up = true;
        self
    }

    /// For a worker that keeps large payloads below a prefix of a bucket, as
    /// [`claim_check`](crate::claim_check) does.
    pub fn payloads_in(mut self, bucket: impl Into<String>, prefix: impl Into<String>) -> Self {
        self.payloads = Some((bucket.into(), prefix.into()));
        self
    }

    /// For activities that are encrypted with a key of your own, by the ARN of the key.
    pub fn decrypts_with(mut self, key_arn: impl Into<String>) -> Self {
        self.key = Some(key_arn.into());
        self
    }

    /// The policy document.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let activities: Vec<String> = self
            .names
            .iter()
            .map(|name| format!("{}{name}", self.prefix))
            .collect();
        let mut statements = vec![
            json!({
                "Sid": "TakeTasks",
                "Effect": "Allow",
                "Action": "states:GetActivityTask",
                "Resource": activities,
            }),
            json!({
                "Sid": "AnswerForTasks",
                "Effect": "Allow",
                "Action": [
                    "states:SendTaskSuccess",
                    "states:SendTaskFailure",
                    "states:SendTaskHeartbeat",
                ],
                "Resource": "*",
            }),
        ];
        if self.looks_up {
            statements.push(json!({
                "Sid": "FindActivitiesByName",
                "Effect": "Allow",
                "Action": "states:ListActivities",
                "Resource": "*",
            }));
        }
        if self.creates {
            statements.push(json!({
                "Sid": "CreateMissingActivities",
                "Effect": "Allow",
                "Action": "states:CreateActivity",
                "Resource": activities,
            }));
        }
        if let Some(key) = &self.key {
            statements.push(json!({
                "Sid": "ReadEncryptedInputs",
                "Effect": "Allow",
                "Action": "kms:Decrypt",
                "Resource": key,
            }));
        }
        if let Some((bucket, prefix)) = &self.payloads {
            statements.extend(self.store(bucket, prefix));
        }
        json!({"Version": "2012-10-17", "Statement": statements})
    }

    /// Without `ListBucket`, S3 calls an object that is missing forbidden. It has no condition on
    /// the prefix, since the request that asks for an object has none to compare.
    fn store(&self, bucket: &str, prefix: &str) -> [Value; 2] {
        let partition = self.prefix.split(':').nth(1).unwrap_or("aws");
        [
            json!({
                "Sid": "KeepLargePayloads",
                "Effect": "Allow",
                "Action": ["s3:GetObject", "s3:PutObject"],
                "Resource": format!("arn:{partition}:s3:::{bucket}/{prefix}*"),
            }),
            json!({
                "Sid": "TellMissingPayloads",
                "Effect": "Allow",
                "Action": "s3:ListBucket",
                "Resource": format!("arn:{partition}:s3:::{bucket}"),
            }),
        ]
    }
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#}", self.to_json())
    }
}
