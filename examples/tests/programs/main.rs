//! Drives the real programs: what they print and the codes with which they end.

mod endpoint;
mod graded;
mod ingest;
mod lines;
mod refusals;

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output};

/// A program as `cargo test` built it, started in the workspace root.
pub(crate) fn program(name: &str) -> Command {
    let test = std::env::current_exe().unwrap();
    let built = test.parent().and_then(Path::parent).unwrap();
    let mut program = Command::new(built.join("examples").join(name));
    program
        .current_dir(root())
        .env_remove("ACTIVITY_ARN")
        .env_remove("SLOTS")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("CARGO_MANIFEST_DIR", env!("CARGO_MANIFEST_DIR"));
    program
}

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .canonicalize()
        .unwrap()
}

pub(crate) fn run(name: &str, arguments: &[&str]) -> Output {
    program(name).args(arguments).output().unwrap()
}

pub(crate) fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

pub(crate) fn stderr(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).unwrap()
}

/// Sends a program a signal, such as `INT`.
pub(crate) fn signal(program: &Child, name: &str) {
    let pid = program.id().to_string();
    let kill = Command::new("kill")
        .args([&format!("-{name}"), &pid])
        .status();
    assert!(kill.unwrap().success());
}

#[test]
fn hello_greets() {
    let output = run("hello", &["Ada"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let text = stdout(&output);
    assert!(text.contains(r#"SUCCEEDED: "Hello, Ada!""#), "{text}");
    assert!(text.contains("1 succeeded, 0 failed"), "{text}");
}

#[test]
fn middleware_brings_every_order_through_an_outage() {
    let output = run("middleware", &[]);
    assert!(output.status.success(), "{}", stderr(&output));
    let text = stdout(&output);
    assert!(text.starts_with("SUCCEEDED\n"), "{text}");
    assert!(text.contains("80 succeeded"), "{text}");
}

#[test]
fn large_payloads_keeps_a_report_once_and_counts_its_words() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    for _ in 0..2 {
        let output = run("large_payloads", &["100", path]);
        let text = stdout(&output);
        assert!(
            text.contains(r#"SUCCEEDED: {"pages":100,"words":120000}"#),
            "{text}"
        );
    }
    assert_eq!(std::fs::read_dir(path).unwrap().count(), 1);
    let output = run("large_payloads", &["2000", path]);
    let text = stdout(&output);
    assert!(text.contains("FAILED: ReportTooLong"), "{text}");
}
