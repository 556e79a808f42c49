//! The services that calls are forwarded to, and how each wants to be spoken to.

/// A service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Service {
    /// The name in `aws-sdk:…` resources.
    pub(super) sdk: &'static str,
    /// The name in the errors of SDK actions.
    pub(super) class: &'static str,
    /// The first part of the endpoint's host.
    pub(super) prefix: &'static str,
    /// The name that requests are signed for.
    pub(super) signing_name: &'static str,
    pub(super) protocol: Protocol,
}

/// How requests and answers look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Protocol {
    /// `application/x-amz-json-…`, told apart by a header.
    Json {
        /// `1.0` or `1.1`.
        version: &'static str,
        /// What stands before the operation in `X-Amz-Target`.
        target: &'static str,
        /// Whether members begin in lower case on the wire; states always write them in upper
        /// case.
        lower_case: bool,
    },
    /// The form of SNS, of which only `publish` is known.
    Sns,
}

/// The service of this name in `aws-sdk:…`.
pub(super) fn by_sdk_name(name: &str) -> Option<Service> {
    SERVICES
        .iter()
        .copied()
        .find(|service| service.sdk.eq_ignore_ascii_case(name))
}

/// The service of an optimised integration, and the name in its errors.
pub(super) fn by_integration(name: &str) -> Option<(Service, Optimised)> {
    let (sdk, errors) = match name {
        "dynamodb" => ("dynamodb", Optimised::new("DynamoDB", "AmazonDynamoDBv2")),
        "ecs" => ("ecs", Optimised::new("ECS", "AmazonECS")),
        "events" => (
            "eventbridge",
            Optimised::new("EventBridge", "AmazonCloudWatchEvents"),
        ),
        "sns" => ("sns", Optimised::new("SNS", "AmazonSNS")),
        "sqs" => ("sqs", Optimised::new("SQS", "AmazonSQS")),
        _ => return None,
    };
    Some((by_sdk_name(sdk)?, errors))
}

/// The names that an optimised integration has in its errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Optimised {
    pub(super) error: &'static str,
    pub(super) service: &'static str,
}

impl Optimised {
    const fn new(error: &'static str, service: &'static str) -> Self {
        Self { error, service }
    }
}

const fn json(
    sdk: &'static str,
    class: &'static str,
    prefix: &'static str,
    version: &'static str,
    target: &'static str,
) -> Service {
    Service {
        sdk,
        class,
        prefix,
        signing_name: prefix,
        protocol: Protocol::Json {
            version,
            target,
            lower_case: false,
        },
    }
}

const fn lower(service: Service) -> Service {
    match service.protocol {
        Protocol::Json {
            version, target, ..
        } => Service {
            protocol: Protocol::Json {
                version,
                target,
                lower_case: true,
            },
            ..service
        },
        Protocol::Sns => service,
    }
}

const fn signed_as(signing_name: &'static str, service: Service) -> Service {
    Service {
        signing_name,
        ..service
    }
}

#[rustfmt::skip]
const SERVICES: [Service; 38] = [
    json("athena", "Athena", "athena", "1.1", "AmazonAthena"),
    json("applicationautoscaling", "ApplicationAutoScaling", "application-autoscaling", "1.1", "AnyScaleFrontendService"),
    json("acm", "Acm", "acm", "1.1", "CertificateManager"),
    json("cloudtrail", "CloudTrail", "cloudtrail", "1.1", "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101"),
    lower(json("cloudwatchlogs", "CloudWatchLogs", "logs", "1.1", "Logs_20140328")),
    lower(json("codebuild", "CodeBuild", "codebuild", "1.1", "CodeBuild_20161006")),
    lower(json("codepipeline", "CodePipeline", "codepipeline", "1.1", "CodePipeline_20150709")),
    json("cognitoidentityprovider", "CognitoIdentityProvider", "cognito-idp", "1.1", "AWSCognitoIdentityProviderService"),
    json("comprehend", "Comprehend", "comprehend", "1.1", "Comprehend_20171127"),
    json("config", "Config", "config", "1.1", "StarlingDoveService"),
    json("costexplorer", "CostExplorer", "ce", "1.1", "AWSInsightsIndexService"),
    json("databasemigration", "DatabaseMigration", "dms", "1.1", "AmazonDMSv20160101"),
    json("datasync", "DataSync", "datasync", "1.1", "FmrsService"),
    json("dynamodb", "DynamoDb", "dynamodb", "1.0", "DynamoDB_20120810"),
    signed_as("ecr", lower(json("ecr", "Ecr", "api.ecr", "1.1", "AmazonEC2ContainerRegistry_V20150921"))),
    lower(json("ecs", "Ecs", "ecs", "1.1", "AmazonEC2ContainerServiceV20141113")),
    json("emr", "Emr", "elasticmapreduce", "1.1", "ElasticMapReduce"),
    json("eventbridge", "EventBridge", "events", "1.1", "AWSEvents"),
    json("firehose", "Firehose", "firehose", "1.1", "Firehose_20150804"),
    json("glue", "Glue", "glue", "1.1", "AWSGlue"),
    json("kinesis", "Kinesis", "kinesis", "1.1", "Kinesis_20131202"),
    json("kinesisanalyticsv2", "KinesisAnalyticsV2", "kinesisanalytics", "1.1", "KinesisAnalytics_20180523"),
    json("kms", "Kms", "kms", "1.1", "TrentService"),
    json("organizations", "Organizations", "organizations", "1.1", "AWSOrganizationsV20161128"),
    json("personalize", "Personalize", "personalize", "1.1", "AmazonPersonalize"),
    json("redshiftdata", "RedshiftData", "redshift-data", "1.1", "RedshiftData"),
    json("rekognition", "Rekognition", "rekognition", "1.1", "RekognitionService"),
    signed_as("sagemaker", json("sagemaker", "SageMaker", "api.sagemaker", "1.1", "SageMaker")),
    json("secretsmanager", "SecretsManager", "secretsmanager", "1.1", "secretsmanager"),
    lower(json("servicecatalog", "ServiceCatalog", "servicecatalog", "1.1", "AWS242ServiceCatalogService")),
    json("servicediscovery", "ServiceDiscovery", "servicediscovery", "1.1", "Route53AutoNaming_v20170314"),
    lower(json("sfn", "Sfn", "states", "1.0", "AWSStepFunctions")),
    json("sqs", "Sqs", "sqs", "1.0", "AmazonSQS"),
    json("ssm", "Ssm", "ssm", "1.1", "AmazonSSM"),
    json("textract", "Textract", "textract", "1.1", "Textract"),
    json("transcribe", "Transcribe", "transcribe", "1.1", "Transcribe"),
    json("translate", "Translate", "translate", "1.1", "AWSShineFrontendService_20170701"),
    Service { sdk: "sns", class: "Sns", prefix: "sns", signing_name: "sns", protocol: Protocol::Sns },
];
