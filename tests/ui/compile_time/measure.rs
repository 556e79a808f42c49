//! Runs cargo and measures what it takes.

use std::fs;
use std::path::Path;
use std::process::{self, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, ensure};

/// How often each crate is compiled; the fastest counts.
const ROUNDS: usize = 5;
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
        let before = Spent::now();
        run()?;
        least = least.min(before.elapsed());
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
        tokens += usize::from(!character.is_whitespace() && !(is_word && in_word));
        in_word = is_word;
    }
    tokens
}

/// A reading of a clock: that of the children's processor time, or of the wall where there is
/// none.
struct Spent {
    processor: Option<f64>,
    wall: Instant,
}

impl Spent {
    #[expect(clippy::disallowed_methods, reason = "real time is what is measured")]
    fn now() -> Self {
        Self {
            processor: processor(),
            wall: Instant::now(),
        }
    }

    fn elapsed(&self) -> f64 {
        match (self.processor, processor()) {
            (Some(before), Some(after)) => after - before,
            _ => self.wall.elapsed().as_secs_f64(),
        }
    }
}

/// The processor time of children that have ended, on Linux.
fn processor() -> Option<f64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    let (_, fields) = stat.rsplit_once(')')?;
    // Children's user and system time are the fields 16 and 17 of `proc_pid_stat(5)`.
    let mut times = fields.split_whitespace().skip(13).map(str::parse::<f64>);
    let (user, system) = (times.next()?.ok()?, times.next()?.ok()?);
    Some((user + system) / TICKS_PER_SECOND)
}
