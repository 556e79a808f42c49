//! The graded examples, from the smallest on: what they print, and that they end by themselves.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use crate::{program, run, signal, stderr, stdout};

#[track_caller]
fn assert_prints(name: &str, expected: &[&str]) {
    let output = run(name, &[]);
    let text = stdout(&output);
    assert!(output.status.success(), "{text}{}", stderr(&output));
    for line in expected {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
}

#[test]
fn typed_payloads_says_where_an_order_is_wrong_and_quotes_nothing() {
    let expected = [
        r#"{"orderId":"o-1","totalCents":2400,"delivery":"courier","articles":["tea"]}"#,
        "at `$.lines[1].cents`: expected u64, found a string",
        "did you mean `delivery`?",
    ];
    assert_prints("typed_payloads", &expected);
}

#[test]
fn shared_state_is_one_value_for_all_tasks() {
    let expected = ["SUCCEEDED: [450,1200,450,null]", "4 lookups"];
    assert_prints("shared_state", &expected);
}

#[test]
fn errors_and_retry_retries_what_may_go_away_and_catches_the_rest() {
    let expected = [
        r#"["GatewayBusy", "CardDeclined"] can come of it"#,
        r#"SUCCEEDED: {"cents":250,"receipt":"paid"}"#,
        r#"SUCCEEDED: {"declined":true,"code":51}"#,
    ];
    assert_prints("errors_and_retry", &expected);
}

#[test]
fn heartbeat_progress_outlives_the_heartbeat_timeout_and_stops_when_it_is_not_wanted() {
    let expected = [
        "ten parts: SUCCEEDED",
        "600 parts: ABORTED",
        "of 600 parts: the service no longer wants it",
    ];
    assert_prints("heartbeat_progress", &expected);
}

#[test]
fn heartbeat_progress_drains_on_a_signal() {
    let mut copies = program("heartbeat_progress")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(copies.stdout.take().unwrap()).lines();
    assert_eq!(lines.next().unwrap().unwrap(), "ten parts: SUCCEEDED");
    signal(&copies, "INT");
    signal(&copies, "INT");
    assert!(copies.wait().unwrap().success());
    let rest: Vec<String> = lines.map(Result::unwrap).collect();
    assert!(
        rest.iter().any(|line| line.contains("handed back")),
        "{rest:?}"
    );
}

#[test]
fn blocking_work_counts_on_threads_of_its_own() {
    let expected = [
        "SUCCEEDED: 2262 primes below 20000",
        "4 succeeded, 0 failed",
    ];
    assert_prints("blocking_work", &expected);
}

#[test]
fn impl_block_shares_its_value_and_its_options() {
    let expected = [
        "ledger-transfer: heartbeat 10s, timeout 60s, concurrency 4",
        "close-books: heartbeat 10s, timeout 3600s, concurrency 1",
        r#""moved":250,"sum":1000}"#,
        r#"SUCCEEDED: {"refused":"ada has 1000 cents"}"#,
    ];
    assert_prints("impl_block", &expected);
}

#[test]
fn envelope_tracing_pays_once_and_logs_under_the_trace() {
    let expected = [
        r#"SUCCEEDED: "paid once, in attempt 2""#,
        "4bf92f3577b34da6a3ce929d0e0e4736",
    ];
    assert_prints("envelope_tracing", &expected);
}

#[test]
fn detached_completion_ends_tasks_whose_handlers_have_returned() {
    let expected = [
        "reviewed 250, which was still wanted: true",
        r#"SUCCEEDED: ["approved","Rejected"]"#,
    ];
    assert_prints("detached_completion", &expected);
}

#[test]
fn detached_completion_rejects_what_is_left_on_a_signal() {
    let mut reviews = program("detached_completion")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(reviews.stdout.take().unwrap()).lines();
    let mut next = || lines.next().unwrap().unwrap();
    assert!(next().contains("reviewed 250"));
    signal(&reviews, "INT");
    assert!(next().contains("reviewed 90000"));
    assert_eq!(next(), r#"SUCCEEDED: ["approved","Rejected"]"#);
    assert!(reviews.wait().unwrap().success());
}

#[test]
fn testing_ships_a_parcel() {
    assert_prints("testing", &[r#"SUCCEEDED: "on its way to Ada""#]);
}

#[test]
fn without_macros_works_in_the_same_way() {
    let expected = ["SUCCEEDED: 36", r#"SUCCEEDED: "nothing to square""#];
    assert_prints("without_macros", &expected);
}
