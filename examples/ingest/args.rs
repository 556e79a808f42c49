//! The command line.

use std::num::NonZero;
use std::path::PathBuf;

use clap::Parser;

/// Sends every file below a directory through a state machine: size, SHA-256, kind, and how
/// small it becomes. Files are read, never changed.
///
/// Without --aws or --endpoint, an engine in this process executes the state machine; nothing
/// else is needed. Ctrl-C finishes the tasks in progress and ends; a second one ends at once.
#[derive(Debug, Parser)]
#[command(
    name = "ingest",
    after_help = "Exit codes: 0 done (files that were set aside are results), 1 an execution failed or the\n\
                  service cannot be reached, 2 usage or configuration, 130 interrupted.\n\
                  RUST_LOG=info shows what the worker does."
)]
pub(crate) struct Args {
    /// The directory [default: the project's own source tree, or the current directory]
    pub(crate) dir: Option<PathBuf>,

    /// Use AWS Step Functions, with the standard AWS configuration; needs --role-arn
    #[arg(long, conflicts_with = "endpoint", requires = "role_arn")]
    pub(crate) aws: bool,

    /// Use a Step Functions-compatible endpoint, such as http://127.0.0.1:8083
    #[arg(long, value_name = "URL")]
    pub(crate) endpoint: Option<String>,

    /// The role of the state machine; it needs no permissions
    #[arg(long, value_name = "ARN")]
    pub(crate) role_arn: Option<String>,

    /// Use a definition of your own, which takes and returns what the built-in one does
    #[arg(long, value_name = "FILE")]
    pub(crate) definition: Option<PathBuf>,

    /// Fail the first attempt at one file in N, chosen by its path, to show Retry; 0 for none
    #[arg(long, value_name = "N", default_value_t = 97)]
    pub(crate) flaky: u64,

    /// How hard to compress
    #[arg(long, value_name = "0..9", default_value_t = 6, value_parser = clap::value_parser!(u8).range(0..=9))]
    pub(crate) level: u8,

    /// How many files an execution takes; its history has about 30 events for each
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=400))]
    pub(crate) batch: u16,

    /// How many executions are open at a time
    #[arg(long, value_name = "N", default_value_t = 32, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub(crate) executions: u16,

    /// How many tasks of an activity run at a time [default: two for each processor]
    #[arg(long, value_name = "N")]
    pub(crate) slots: Option<NonZero<usize>>,

    /// Print the result as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

impl Args {
    /// How many tasks of an activity run at a time.
    pub(crate) fn slots(&self) -> usize {
        let processors = || std::thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN);
        // One reads or reports while the other computes.
        self.slots
            .map_or_else(|| 2 * processors().get(), NonZero::get)
    }
}
