//! Drives the real binary. Ports are always 0, and every wait has an end.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;

const DEADLINE: Duration = Duration::from_secs(60);

fn sfn_worker(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sfn-worker"));
    command
        .args(args)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// A running engine; killed when dropped.
struct Local {
    child: Child,
    endpoint: String,
}

impl Local {
    fn start(args: &[&str]) -> Self {
        let mut child = sfn_worker(&["local", "--port", "0"])
            .args(args)
            .spawn()
            .unwrap();
        let stdout = child.stdout.take().unwrap();
        let endpoint = within_deadline(move || read_endpoint(stdout));
        Self { child, endpoint }
    }

    fn port(&self) -> u16 {
        let (_, port) = self.endpoint.rsplit_once(':').unwrap();
        port.parse().unwrap()
    }

    fn call(&self, operation: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port())).unwrap();
        stream.set_read_timeout(Some(DEADLINE)).unwrap();
        write!(
            stream,
            "POST / HTTP/1.1\r\nhost: x\r\nx-amz-target: AWSStepFunctions.{operation}\r\n\
             content-length: {}\r\nconnection: close\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    fn signal(&self, name: &str) {
        let killed = Command::new("kill")
            .args(["-s", name, &self.child.id().to_string()])
            .status()
            .unwrap();
        assert!(killed.success());
    }

    fn exit_code(mut self) -> Option<i32> {
        for _ in 0..DEADLINE.as_millis() / 10 {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            // Not for luck: the loop ends when the process does.
            #[expect(
                clippy::disallowed_methods,
                reason = "there is no runtime here to block"
            )]
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("the program did not end");
    }
}

impl Drop for Local {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read_endpoint(stdout: ChildStdout) -> String {
    BufReader::new(stdout)
        .lines()
        .map_while(Result::ok)
        .find_map(|line| Some(line.strip_prefix("AWS_ENDPOINT_URL_SFN=")?.to_owned()))
        .expect("the program prints its address")
}

fn within_deadline<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || sender.send(work()));
    receiver.recv_timeout(DEADLINE).unwrap()
}

/// Runs a command line that must end by itself.
fn run(args: &[&str]) -> Output {
    let child = sfn_worker(args).spawn().unwrap();
    within_deadline(move || child.wait_with_output()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn it_says_where_it_listens_and_serves_there() {
    let local = Local::start(&["--account", "000000000000", "--region", "eu-west-1"]);
    let answer = local.call("CreateActivity", r#"{"name":"a"}"#);
    assert!(
        answer.contains("arn:aws:states:eu-west-1:000000000000:activity:a"),
        "{answer}"
    );
}

#[test]
fn the_port_file_has_the_port() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("port");
    let local = Local::start(&["--port-file", file.to_str().unwrap()]);
    assert_eq!(
        fs::read_to_string(&file).unwrap(),
        format!("{}\n", local.port())
    );
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[cfg(unix)]
#[test]
fn ctrl_c_and_sigterm_end_it_well_even_with_a_poll_open() {
    for signal in ["INT", "TERM"] {
        let local = Local::start(&[]);
        local.call("CreateActivity", r#"{"name":"a"}"#);
        let mut poll = TcpStream::connect(("127.0.0.1", local.port())).unwrap();
        poll.set_read_timeout(Some(DEADLINE)).unwrap();
        let body = r#"{"activityArn":"arn:aws:states:us-east-1:123456789012:activity:a"}"#;
        write!(
            poll,
            "POST / HTTP/1.1\r\nhost: x\r\nx-amz-target: AWSStepFunctions.GetActivityTask\r\n\
             content-length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        local.signal(signal);
        assert_eq!(local.exit_code(), Some(0), "{signal}");
    }
}

#[test]
fn a_port_in_use_is_told_with_what_to_do() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let output = run(&["local", "--port", &port]);
    assert_eq!(output.status.code(), Some(3));
    let text = stderr(&output);
    assert!(text.contains(&format!("127.0.0.1:{port}")), "{text}");
    assert!(text.contains("--port 0"), "{text}");
}

#[test]
fn a_port_file_that_cannot_be_written_is_told_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("missing").join("port");
    let file = file.to_str().unwrap();
    let output = run(&["local", "--port", "0", "--port-file", file]);
    assert_eq!(output.status.code(), Some(4));
    let text = stderr(&output);
    assert!(text.contains(file), "{text}");
    assert!(!Path::new(file).exists());
}

#[test]
fn a_wrong_account_or_region_is_a_usage_error_that_says_what_is_right() {
    for (option, value, right) in [
        ("--account", "12345", "123456789012"),
        ("--region", "Mars 1", "us-east-1"),
    ] {
        let output = run(&["local", "--port", "0", option, value]);
        assert_eq!(output.status.code(), Some(2));
        let text = stderr(&output);
        assert!(text.contains(value) && text.contains(right), "{text}");
        assert_eq!(text.lines().count(), 1, "{text}");
    }
}

#[test]
fn mocks_of_a_file_answer_the_calls_of_its_test_case() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mocks.json");
    let mocks = r#"{"StateMachines": {"m": {"TestCases": {"Happy": {"T": "R"}}}},
        "MockedResponses": {"R": {"0": {"Return": "mocked"}}}}"#;
    fs::write(&file, mocks).unwrap();
    let local = Local::start(&["--mock-config", file.to_str().unwrap()]);
    let definition = r#"{\"StartAt\":\"T\",\"States\":{\"T\":{\"Type\":\"Task\",\"End\":true,\"Resource\":\"arn:aws:states:::sqs:sendMessage\"}}}"#;
    let machine = format!(
        r#"{{"name":"m","type":"EXPRESS","roleArn":"arn:aws:iam::123456789012:role/r","definition":"{definition}"}}"#
    );
    local.call("CreateStateMachine", &machine);
    let arn = "arn:aws:states:us-east-1:123456789012:stateMachine:m";
    let start = format!(r#"{{"stateMachineArn":"{arn}#Happy"}}"#);
    let answer = local.call("StartSyncExecution", &start);
    assert!(answer.contains("mocked"), "{answer}");
}

#[test]
fn closed_executions_above_the_limit_are_forgotten() {
    let local = Local::start(&["--keep-closed", "1"]);
    let definition = r#"{\"StartAt\":\"P\",\"States\":{\"P\":{\"Type\":\"Pass\",\"End\":true}}}"#;
    let machine = format!(
        r#"{{"name":"m","roleArn":"arn:aws:iam::123456789012:role/r","definition":"{definition}"}}"#
    );
    local.call("CreateStateMachine", &machine);
    let account = "arn:aws:states:us-east-1:123456789012";
    for name in ["first", "second", "third"] {
        let start = format!(r#"{{"stateMachineArn":"{account}:stateMachine:m","name":"{name}"}}"#);
        local.call("StartExecution", &start);
    }
    let describe = |name| {
        local.call(
            "DescribeExecution",
            &format!(r#"{{"executionArn":"{account}:execution:m:{name}"}}"#),
        )
    };
    assert!(describe("first").contains("ExecutionDoesNotExist"));
    assert!(describe("third").contains("SUCCEEDED"));
}

#[test]
fn mocks_and_functions_that_make_no_sense_are_usage_errors() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mocks.json");
    fs::write(&file, r#"{"StateMachines": {"m": {}}}"#).unwrap();
    for (option, value, right) in [
        (
            "--mock-config",
            file.to_str().unwrap(),
            "TestCases: missing",
        ),
        ("--function", "charge", "charge=http://127.0.0.1:9001/"),
        (
            "--function",
            "charge=localhost",
            "http://127.0.0.1:9001/charge",
        ),
        ("--forward", "localhost", "http://127.0.0.1:4566"),
    ] {
        let output = run(&["local", "--port", "0", option, value]);
        assert_eq!(output.status.code(), Some(2), "{option} {value}");
        let text = stderr(&output);
        assert!(text.contains(right), "{text}");
    }
}

#[test]
fn a_test_case_that_no_state_machine_has_is_a_usage_error_that_names_those_there_are() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mocks.json");
    let mocks = r#"{"StateMachines": {"m": {"TestCases": {"Happy": {"T": "R"}}}},
        "MockedResponses": {"R": {"0": {"Return": "mocked"}}}}"#;
    fs::write(&file, mocks).unwrap();
    let file = file.to_str().unwrap();
    let mocks = ["--mock-config", file, "--mock-case", "Hapy"];
    let output = run(&[&["local", "--port", "0"][..], &mocks].concat());
    assert_eq!(output.status.code(), Some(2));
    let text = stderr(&output);
    assert!(
        text.contains("\"Hapy\"") && text.contains("[Happy]"),
        "{text}"
    );
}

#[test]
fn objects_that_are_no_directory_are_told_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("buckets");
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    for path in [missing, file] {
        let path = path.to_str().unwrap();
        let output = run(&["local", "--port", "0", "--objects", path]);
        assert_eq!(output.status.code(), Some(4));
        let text = stderr(&output);
        assert!(text.contains(path) && text.contains("--objects"), "{text}");
    }
}

#[test]
fn an_unknown_option_is_a_usage_error() {
    let output = run(&["local", "--prot", "1"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("--port"));
}
