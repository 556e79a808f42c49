//! What the user sees: results on standard output, messages on standard error.

use std::io::{self, Write as _};

use tracing_subscriber::EnvFilter;

/// Sends the library's log to standard error: warnings, or what `RUST_LOG` says.
pub(crate) fn log_to_stderr() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .init();
}

/// Prints a line on standard output, at once.
///
/// # Errors
///
/// Standard output is closed.
pub(crate) fn line(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{text}")?;
    out.flush()
}

/// Prints an error and its causes on one line of standard error.
pub(crate) fn error(error: &anyhow::Error) {
    // There is nobody left to tell if this fails.
    let _ = writeln!(io::stderr().lock(), "error: {error:#}");
}
