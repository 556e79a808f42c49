//! Child processes that are told what to do on their standard input and answer on their
//! standard output, one line of JSON each.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde::Serialize;
use serde::de::DeserializeOwned;

/// A process of a measurement; it does not outlive this value.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Process {
    /// Starts `program` in a role.
    pub(crate) fn start(program: &std::path::Path, role: &str, plan: &impl Serialize) -> Self {
        let mut child = Command::new(program)
            .arg(role)
            .arg(serde_json::to_string(plan).expect("plans are JSON"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let input = child.stdin.take().expect("it is piped");
        let output = BufReader::new(child.stdout.take().expect("it is piped"));
        Self {
            child,
            input,
            output,
        }
    }

    /// Tells it something and waits for its answer.
    pub(crate) fn ask<T: DeserializeOwned>(&mut self, what: &impl Serialize) -> T {
        let line = serde_json::to_string(what).expect("orders are JSON");
        writeln!(self.input, "{line}").expect("the process listens");
        self.hear()
    }

    /// Waits for what it says next.
    pub(crate) fn hear<T: DeserializeOwned>(&mut self) -> T {
        let mut line = String::new();
        self.output
            .read_line(&mut line)
            .expect("the process speaks");
        serde_json::from_str(&line).expect("it speaks JSON, unless it has died")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
