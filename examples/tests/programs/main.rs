//! Drives the real programs: what they print and the codes with which they end.

mod endpoint;
mod ingest;
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
