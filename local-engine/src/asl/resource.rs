//! `Resource` of a Task: who does the work, and what the execution waits for.

use std::sync::Arc;

/// Who does the work of a Task.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Resource {
    /// The ARN of an activity: whoever polls it.
    Activity(Arc<str>),
    /// The ARN of a Lambda function.
    Lambda(Arc<str>),
    /// An action of a service.
    Service(ServiceAction),
}

/// An action of a service, `arn:aws:states:::SERVICE:ACTION` with what to wait for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServiceAction {
    /// The text of the field.
    pub arn: Arc<str>,
    /// The service: `sqs`, or `aws-sdk:sqs` for an action of the SDK.
    pub service: Arc<str>,
    /// The action without what to wait for, such as `sendMessage`.
    pub action: Arc<str>,
    /// What the execution waits for.
    pub pattern: Pattern,
}

/// What an execution waits for after it called a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Pattern {
    /// The answer to the call.
    Response,
    /// `.sync`: the job that the call began, whose result is text where it was.
    Sync,
    /// `.sync:2`: the same, with JSON in place of texts that hold it.
    Sync2,
    /// `.waitForTaskToken`: whoever got the token.
    TaskToken,
}

impl Resource {
    /// The text of the field.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Activity(arn) | Self::Lambda(arn) => arn,
            Self::Service(action) => &action.arn,
        }
    }

    /// What the execution waits for.
    #[must_use]
    pub fn pattern(&self) -> Pattern {
        match self {
            Self::Activity(_) | Self::Lambda(_) => Pattern::Response,
            Self::Service(action) => action.pattern,
        }
    }

    /// Tells the kinds of resource apart; `None` for what is none of them.
    pub(super) fn read(text: &str) -> Option<Self> {
        let parts: Vec<_> = text.splitn(7, ':').collect();
        match parts[..] {
            [
                "arn",
                partition,
                "states",
                region,
                account,
                "activity",
                name,
            ] => [partition, region, account, name]
                .iter()
                .all(|part| !part.is_empty())
                .then(|| Self::Activity(text.into())),
            ["arn", _, "states", "", "", "aws-sdk", rest] => {
                let (service, action) = rest.split_once(':')?;
                ServiceAction::read(text, &format!("aws-sdk:{service}"), action).map(Self::Service)
            }
            ["arn", _, "states", "", "", service, action] => {
                ServiceAction::read(text, service, action).map(Self::Service)
            }
            ["arn", _, "lambda", _, _, "function", name] => {
                is_function(name).then(|| Self::Lambda(text.into()))
            }
            // Any other URI is for whoever answers it.
            [first, ..] if parts.len() > 1 && !first.is_empty() && first != "arn" => {
                let (service, action) = text.split_once(':')?;
                let action = ServiceAction {
                    arn: text.into(),
                    service: service.into(),
                    action: action.into(),
                    pattern: Pattern::Response,
                };
                Some(Self::Service(action))
            }
            ["arn", _, service, _, _, ref rest @ ..] if service != "states" && !rest.is_empty() => {
                let action = ServiceAction {
                    arn: text.into(),
                    service: service.into(),
                    action: rest.join(":").into(),
                    pattern: Pattern::Response,
                };
                Some(Self::Service(action))
            }
            _ => None,
        }
    }
}

impl ServiceAction {
    /// The action as events name it, with what is waited for.
    #[must_use]
    pub fn full_action(&self) -> String {
        format!("{}{}", self.action, self.pattern.suffix())
    }

    fn read(text: &str, service: &str, rest: &str) -> Option<Self> {
        let (action, pattern) = match rest.split_once('.') {
            None => (rest, Pattern::Response),
            Some((action, "sync")) => (action, Pattern::Sync),
            Some((action, "sync:2")) => (action, Pattern::Sync2),
            Some((action, "waitForTaskToken")) => (action, Pattern::TaskToken),
            Some(_) => return None,
        };
        let known = match service.strip_prefix("aws-sdk:") {
            Some(service) => {
                let is_name = |name: &str| {
                    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
                };
                is_name(service)
                    && is_name(action)
                    && matches!(pattern, Pattern::Response | Pattern::TaskToken)
            }
            None => integrates(service, action, pattern),
        };
        known.then(|| Self {
            arn: text.into(),
            service: service.into(),
            action: action.into(),
            pattern,
        })
    }
}

impl Pattern {
    /// What stands behind the action.
    #[must_use]
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Response => "",
            Self::Sync => ".sync",
            Self::Sync2 => ".sync:2",
            Self::TaskToken => ".waitForTaskToken",
        }
    }
}

/// Whether the name of a function is one, with its version or alias.
fn is_function(name: &str) -> bool {
    let (name, qualifier) = match name.split_once(':') {
        Some((name, qualifier)) => (name, Some(qualifier)),
        None => (name, None),
    };
    let is_word = |text: &str| {
        !text.is_empty()
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    is_word(name) && qualifier.is_none_or(|it| it == "$LATEST" || is_word(it))
}

/// Whether a service integration has this action, and can wait like this.
fn integrates(service: &str, action: &str, pattern: Pattern) -> bool {
    let (plain, jobs, tokens): (&[&str], &[&str], &[&str]) = match service {
        "apigateway" => (&["invoke"], &[], &["invoke"]),
        "athena" => (
            &["getQueryExecution", "getQueryResults", "stopQueryExecution"],
            &["startQueryExecution"],
            &[],
        ),
        "batch" => (&[], &["submitJob"], &[]),
        "bedrock" => (
            &["invokeModel"],
            &["createModelCustomizationJob"],
            &["invokeModel"],
        ),
        "codebuild" => (
            &[
                "batchDeleteBuilds",
                "batchGetReports",
                "deleteBuildBatch",
                "stopBuild",
                "stopBuildBatch",
            ],
            &["retryBuildBatch", "startBuild", "startBuildBatch"],
            &[],
        ),
        "databrew" => (&[], &["startJobRun"], &[]),
        "dynamodb" => (
            &["deleteItem", "getItem", "putItem", "updateItem"],
            &[],
            &[],
        ),
        "ecs" => (&[], &["runTask"], &["runTask"]),
        "eks" => (
            &["call", "createNodegroup", "deleteNodegroup"],
            &[
                "createCluster",
                "createFargateProfile",
                "createNodegroup",
                "deleteCluster",
                "deleteFargateProfile",
                "deleteNodegroup",
                "runJob",
            ],
            &["runJob"],
        ),
        "elasticmapreduce" => (
            &[
                "cancelStep",
                "modifyInstanceFleetByName",
                "modifyInstanceGroupByName",
                "setClusterTerminationProtection",
            ],
            &["addStep", "createCluster", "terminateCluster"],
            &[],
        ),
        "emr-containers" => (
            &["createVirtualCluster"],
            &["deleteVirtualCluster", "startJobRun"],
            &[],
        ),
        "emr-serverless" => (
            &["cancelJobRun"],
            &[
                "createApplication",
                "deleteApplication",
                "startApplication",
                "startJobRun",
                "stopApplication",
            ],
            &[],
        ),
        "events" => (&["putEvents"], &[], &["putEvents"]),
        "glue" => (&[], &["startJobRun"], &[]),
        "http" => (&["invoke"], &[], &[]),
        "lambda" => (&["invoke"], &[], &["invoke"]),
        "mediaconvert" => (&[], &["createJob"], &[]),
        "sagemaker" => (
            &[
                "createEndpoint",
                "createEndpointConfig",
                "createModel",
                "updateEndpoint",
            ],
            &[
                "createHyperParameterTuningJob",
                "createLabelingJob",
                "createProcessingJob",
                "createTrainingJob",
                "createTransformJob",
            ],
            &[],
        ),
        "sns" => (&["publish"], &[], &["publish"]),
        "sqs" => (&["sendMessage"], &[], &["sendMessage"]),
        "states" => (&[], &["startExecution"], &["startExecution"]),
        _ => return false,
    };
    match pattern {
        Pattern::Response => plain.contains(&action) || jobs.contains(&action),
        Pattern::Sync => jobs.contains(&action),
        Pattern::Sync2 => service == "states" && jobs.contains(&action),
        Pattern::TaskToken => tokens.contains(&action),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(text: &str) -> Option<(String, String)> {
        match Resource::read(text)? {
            Resource::Service(action) => Some((action.service.to_string(), action.full_action())),
            Resource::Activity(_) | Resource::Lambda(_) => None,
        }
    }

    #[test]
    fn an_action_is_read_with_what_to_wait_for() {
        let cases = [
            (
                "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
                "sqs",
                "sendMessage.waitForTaskToken",
            ),
            (
                "arn:aws:states:::states:startExecution.sync:2",
                "states",
                "startExecution.sync:2",
            ),
            (
                "arn:aws-cn:states:::aws-sdk:s3:listBuckets",
                "aws-sdk:s3",
                "listBuckets",
            ),
            ("foo:bar", "foo", "bar"),
            ("arn:aws:swf:us-east-1:123456789012:task:X", "swf", "task:X"),
        ];
        for (text, name, action) in cases {
            assert_eq!(service(text), Some((name.into(), action.into())), "{text}");
        }
    }

    #[test]
    fn what_no_integration_has_is_none() {
        for text in [
            "arn:aws:states:::dynamodb:query",
            "arn:aws:states:::sqs:sendMessage.sync",
            "arn:aws:states:::aws-sdk:s3:listBuckets.sync",
            "arn:aws:states:::glue:startJobRun.sync:2",
            "arn:aws:states:::nothing:at.all",
            "arn:aws:lambda:us-east-1:123456789012:function:f:",
            "arn:aws:lambda:us-east-1:123456789012:function:f:$*#",
            "text",
            "",
        ] {
            assert_eq!(Resource::read(text), None, "{text}");
        }
    }

    #[test]
    fn a_function_may_have_a_version_or_an_alias() {
        for qualifier in ["", ":7", ":$LATEST", ":blue-green"] {
            let arn = format!("arn:aws:lambda:us-east-1:123456789012:function:f{qualifier}");
            assert_eq!(Resource::read(&arn), Some(Resource::Lambda(arn.into())));
        }
    }
}
