//! The command line of sfn-worker: parses, dispatches and turns errors into exit codes.

mod args;
mod commands;
mod exit;
mod output;

use std::process::ExitCode;

use clap::Parser as _;

use crate::args::{Args, Command};
use crate::exit::Exit;

fn main() -> ExitCode {
    // Clap prints usage errors itself, and leaves with the code of `Exit::Usage`.
    let args = Args::parse();
    output::log_to_stderr();
    let done = match args.command {
        Command::Local(args) => commands::local::run(&args),
    };
    match done {
        Ok(()) => Exit::Success.into(),
        Err(failed) => {
            output::error(&failed.error);
            failed.exit.into()
        }
    }
}
