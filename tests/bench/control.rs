//! The far end of a child process: what it is told and what it answers, one line of JSON each.

use std::io::BufRead as _;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::mpsc;

/// What this process is told, until its standard input ends.
pub(crate) fn told<T: DeserializeOwned + Send + 'static>() -> mpsc::UnboundedReceiver<T> {
    let (sender, receiver) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            let Ok(order) = serde_json::from_str(&line) else {
                return;
            };
            if sender.send(order).is_err() {
                return;
            }
        }
    });
    receiver
}

/// Answers the process that started this one.
pub(crate) fn say(what: &impl Serialize) {
    println!("{}", serde_json::to_string(what).expect("answers are JSON"));
}
