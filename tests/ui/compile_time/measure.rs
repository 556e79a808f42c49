//! Runs cargo and measures what it takes.

use std::fs;
use std::path::Path;
use std::process::{self, Stdio};

use anyhow::{Context, Result, ensure};

/// How often each crate is compiled; the fastest counts.
const ROUNDS: usize = 3;
/// The unit of processor time in `/proc`, on every Linux that there is.
const TICKS_PER_SECOND: f64 = 100.0;

/// What cargo is asked to do.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Command {
    Check,
    Build,
}

/// The size of an expansion.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    pub(crate) lines: usize,
    /// Words and signs.
    pub(crate) tokens: usize,
}

/// The least processor time of a compilation of the crate, whose dependencies are compiled.
pub(crate) fn seconds(workspace: &Path, package: &str, command: Command) -> Result<f64> {
    let run = || -> Result<()> {
        let verb = match command {
            Command::Check => "check",
            Command::Build => "build",
        };
        let status = cargo(workspace)
            .args([verb, "-q", "-p", package])
            .status()?;
        ensure!(status.success(), "cargo {verb} -p {package}: {status}");
        Ok(())
    };
    run()?;
    let source = workspace.join(package).join("src/lib.rs");
    let mut least = f64::INFINITY;
    for _ in 0..ROUNDS {
        let text = fs::read(&source)?;
        fs::write(&source, text)?;
        let before = processor()?;
        run()?;
        least = least.min(processor()? - before);
    }
    Ok(least)
}

/// What becomes of the crate when all macros are expanded.
pub(crate) fn expansion(workspace: &Path, package: &str) -> Result<Size> {
    let output = cargo(workspace)
        .args(["rustc", "-q", "-p", package, "--profile", "check"])
        .args(["--", "-Zunpretty=expanded"])
        // The option is for those who look at expansions, on any toolchain.
        .env("RUSTC_BOOTSTRAP", "1")
        .stderr(Stdio::inherit())
        .output()?;
    ensure!(output.status.success(), "expanding {package}");
    let text = String::from_utf8(output.stdout).context("source is text")?;
    Ok(Size {
        lines: text.lines().filter(|line| !line.trim().is_empty()).count(),
        tokens: tokens(&text),
    })
}

fn cargo(workspace: &Path) -> process::Command {
    let mut cargo = process::Command::new(env!("CARGO"));
    cargo
        .current_dir(workspace)
        .arg("--offline")
        .env("CARGO_INCREMENTAL", "0")
        .env("CARGO_TARGET_DIR", workspace.join("target"));
    cargo
}

fn tokens(text: &str) -> usize {
    let mut tokens = 0;
    let mut in_word = false;
    for character in text.chars() {
        let is_word = character.is_alphanumeric() || character == '_';
        tokens += usize::from(!(character.is_whitespace() || is_word && in_word));
        in_word = is_word;
    }
    tokens
}

/// The processor time of children that have ended, in seconds.
fn processor() -> Result<f64> {
    let stat = fs::read_to_string("/proc/self/stat").context("only Linux is measured")?;
    let (_, fields) = stat.rsplit_once(')').context("no name in it")?;
    // Children's user and system time are the fields 16 and 17 of `proc_pid_stat(5)`.
    let mut ticks = 0.0;
    for time in fields.split_whitespace().skip(13).take(2) {
        ticks += time.parse::<f64>()?;
    }
    Ok(ticks / TICKS_PER_SECOND)
}
