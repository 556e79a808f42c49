//! What can be said on the command line.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use sfn_local_engine::AbandonedPolls;

/// Run and check activity workers for AWS Step Functions.
#[derive(Debug, Parser)]
#[command(name = "sfn-worker", version, about)]
pub(crate) struct Args {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The verbs, one file each in `commands`.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run a Step Functions engine on this machine, for development and tests.
    ///
    /// It speaks the protocol of the service, so AWS clients work unmodified: set
    /// `AWS_ENDPOINT_URL_SFN` to the address that it prints. Credentials are not checked, but
    /// clients need some; any will do. Everything is in memory and gone when it ends, which it
    /// does on Ctrl-C and on SIGTERM.
    Local(LocalArgs),
}

/// How to run the local engine.
#[derive(Debug, clap::Args)]
pub(crate) struct LocalArgs {
    /// The port to listen on; 0 takes any free one.
    #[arg(long, default_value_t = 8083)]
    pub(crate) port: u16,
    /// The address to listen on. Others than loopback let others in: nothing is authenticated.
    #[arg(long, default_value = "127.0.0.1")]
    pub(crate) host: IpAddr,
    /// A file to write the port to, once the engine listens.
    #[arg(long, value_name = "FILE")]
    pub(crate) port_file: Option<PathBuf>,
    /// The account in all ARNs.
    #[arg(long, default_value = "123456789012")]
    pub(crate) account: String,
    /// The region in all ARNs.
    #[arg(long, default_value = "us-east-1")]
    pub(crate) region: String,
    /// A directory in place of S3, for distributed Maps: its sub-directories are the buckets.
    #[arg(long, value_name = "DIRECTORY")]
    pub(crate) objects: Option<PathBuf>,
    /// What becomes of a poll whose client hangs up.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) abandoned_polls: PollMode,
    /// Let clients describe Express executions and read their histories, which AWS refuses.
    #[arg(long)]
    pub(crate) express_history: bool,
    /// How many closed executions to keep; all of them, which takes about 2 KB each, if not given.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) keep_closed: Option<usize>,
    /// Who answers calls of functions and other services.
    #[command(flatten)]
    pub(crate) calls: CallArgs,
}

/// Who answers the calls of Lambda functions, HTTP endpoints and other services.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Calls of functions and services")]
pub(crate) struct CallArgs {
    /// A file of mocked service integrations, in the format of Step Functions Local.
    ///
    /// An execution is mocked if it is started with `STATE_MACHINE_ARN#TEST_CASE`.
    #[arg(long, value_name = "FILE", env = "SFN_MOCK_CONFIG")]
    pub(crate) mock_config: Option<PathBuf>,
    /// The test case of executions that are started without one.
    #[arg(long, value_name = "TEST_CASE", requires = "mock_config")]
    pub(crate) mock_case: Option<String>,
    /// A Lambda function, and the URL that answers it; may be given more than once.
    #[arg(long, value_name = "NAME=URL")]
    pub(crate) function: Vec<String>,
    /// Where other calls are sent, signed with the keys of the environment: the endpoint of an
    /// emulator, or `aws`.
    #[arg(long, value_name = "URL")]
    pub(crate) forward: Option<String>,
    /// Run HTTP Tasks, without what their connections authenticate with.
    #[arg(long)]
    pub(crate) http_tasks: bool,
}

/// What becomes of a poll whose client hangs up.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub(crate) enum PollMode {
    /// It is over: no task is lost.
    #[default]
    Release,
    /// It takes the next task within its 60 seconds and loses it, as on AWS.
    Swallow,
}

impl From<PollMode> for AbandonedPolls {
    fn from(mode: PollMode) -> Self {
        match mode {
            PollMode::Release => Self::Release,
            PollMode::Swallow => Self::Swallow,
        }
    }
}
