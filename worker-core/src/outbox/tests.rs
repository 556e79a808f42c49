//! The outbox as the runtime uses it, on a real directory.

#[cfg(unix)]
mod modes;
#[cfg(feature = "outbox-seal")]
mod sealed;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use tempfile::TempDir;
use tokio::task::JoinSet;

use super::entry::Stored;
use super::*;
use crate::failure::{ErrorName, Failure};
use crate::name::ActivityName;
use crate::payload::Payload;
use crate::token::TaskToken;

/// A directory for one test, which is removed after it.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn directory(&self) -> PathBuf {
        self.0.path().join("outbox")
    }

    fn open(&self) -> Outbox {
        Outbox::open(self.directory()).unwrap()
    }

    /// The names of the files, but for the lock.
    fn files(&self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.directory())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name != "lock")
            .collect();
        names.sort();
        names
    }

    fn file(&self, name: &str) -> PathBuf {
        self.directory().join(name)
    }
}

fn activity() -> ActivityName {
    "charge-card".parse().unwrap()
}

fn token(number: usize) -> TaskToken {
    TaskToken::new(format!("token-{number}-canary"))
}

fn output() -> Result<Payload, Failure> {
    Ok(Payload::new("{\"card\" :\t\"4111 \u{fc}\"}"))
}

#[derive(Debug, thiserror::Error)]
#[error("the bank \"does not\" answer")]
struct Bank(#[source] std::io::Error);

fn failure() -> Result<Payload, Failure> {
    let error = Bank(std::io::Error::other("connection\nlost"));
    Err(Failure::from_error(
        ErrorName::from_static("States.Permissions"),
        &error,
    ))
}

/// Stores outcomes with the numbers given and leaves them behind, as a crash would.
async fn leave_behind(outbox: &Outbox, numbers: std::ops::Range<usize>) {
    for number in numbers {
        let entry = outbox.store(record(number, &output())).await;
        drop(entry.unwrap());
    }
}

/// The tokens of what is pending; all of it stays.
async fn pending_tokens(outbox: &Outbox) -> Vec<TaskToken> {
    let mut pending = outbox.pending();
    let mut held = Vec::new();
    while let Some(stored) = pending.next().await {
        held.push(stored);
    }
    let tokens = held.iter().map(|stored| stored.record.token.clone());
    tokens.collect()
}

#[tokio::test(start_paused = true)]
async fn what_was_stored_is_pending_after_a_restart_exactly_as_it_was() {
    let place = Place::new();
    let outbox = place.open();
    let results = [output(), failure()];
    for (number, result) in results.iter().enumerate() {
        let entry = outbox.store(record(number, result)).await;
        drop(entry.unwrap());
    }
    drop(outbox);

    let outbox = place.open();
    assert_eq!(outbox.len(), 2);
    let mut pending = outbox.pending();
    for (number, result) in results.iter().enumerate() {
        let Stored { record, .. } = pending.next().await.unwrap();
        assert_eq!(record.token, token(number));
        assert_eq!(record.activity, activity());
        assert_eq!(&record.result, result);
        assert_eq!(record.heartbeat, Duration::from_millis(2_500));
        assert!(record.written_at.elapsed().unwrap() < Duration::from_secs(60));
    }
    assert!(pending.next().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_failure_is_sent_after_a_restart_as_it_would_have_been_before() {
    let place = Place::new();
    let outbox = place.open();
    let before = failure().unwrap_err().with_details([1.5, 0.1]).benign();
    let result = Err(before.clone());
    outbox.store(record(0, &result)).await.unwrap();
    let stored = outbox.pending().next().await.unwrap();
    let after = stored.record.result.unwrap_err();
    let worker = "worker".parse().unwrap();
    assert_eq!(after, before);
    assert_eq!(after.cause(), before.cause());
    assert_eq!(
        after.cause_json(&activity(), &worker),
        before.cause_json(&activity(), &worker)
    );
}

#[tokio::test(start_paused = true)]
async fn what_was_removed_is_neither_counted_nor_sent() {
    let place = Place::new();
    let outbox = place.open();
    let mut entry = outbox.store(record(0, &output())).await.unwrap();
    assert_eq!((outbox.len(), place.files().len()), (1, 1));
    entry.sending().await;
    entry.remove().await;
    assert!(outbox.is_empty());
    assert!(place.files().is_empty());
    assert!(outbox.pending().next().await.is_none());
    drop(outbox);
    assert!(place.open().is_empty());
}

#[tokio::test(start_paused = true)]
async fn p4_whether_a_report_may_have_been_taken_outlives_the_process() {
    let place = Place::new();
    let outbox = place.open();
    let mut entries = Vec::new();
    for number in 0..3 {
        let entry = outbox.store(record(number, &output())).await;
        entries.push(entry.unwrap());
    }
    entries[1].sending().await;
    entries[1].sending().await;
    entries[2].sending().await;
    entries[2].not_taken().await;
    let names = [
        "000000000000.held",
        "000000000001.sent",
        "000000000002.held",
    ];
    assert_eq!(place.files(), names);
    drop(entries);
    drop(outbox);

    let outbox = place.open();
    let mut pending = outbox.pending();
    for expected in [false, true, false] {
        let mut stored = pending.next().await.unwrap();
        assert_eq!(stored.maybe_taken, expected);
        stored.entry.sending().await;
        stored.entry.remove().await;
    }
    assert!(place.files().is_empty());
}

#[tokio::test(start_paused = true)]
async fn the_oldest_is_pending_first_and_numbers_are_never_used_again() {
    let place = Place::new();
    leave_behind(&place.open(), 0..3).await;
    let outbox = place.open();
    leave_behind(&outbox, 3..12).await;
    let expected: Vec<TaskToken> = (0..12).map(token).collect();
    assert_eq!(pending_tokens(&outbox).await, expected);
}

#[tokio::test(start_paused = true)]
async fn p3_an_outcome_is_given_out_once_and_again_when_it_was_let_go() {
    let place = Place::new();
    let outbox = place.open();
    leave_behind(&outbox, 0..3).await;
    let mut one = outbox.pending();
    assert_eq!(one.len(), 3);
    let held = one.next().await.unwrap();
    assert_eq!(outbox.pending().len(), 0, "the first has them all");
    drop(one);
    assert_eq!(outbox.pending().len(), 2, "but for the one that is held");
    drop(held);
    assert_eq!(outbox.pending().len(), 3);
    let kept = outbox.store(record(3, &output())).await;
    assert_eq!(outbox.pending().len(), 3, "its own run reports it");
    drop(kept);
}

#[tokio::test(start_paused = true)]
async fn an_outcome_that_was_not_flushed_outlives_the_process_as_well() {
    let place = Place::new();
    let open = || {
        Outbox::builder(place.directory())
            .flush(false)
            .open()
            .unwrap()
    };
    leave_behind(&open(), 0..2).await;
    assert_eq!(pending_tokens(&open()).await, [token(0), token(1)]);
}

#[tokio::test(start_paused = true)]
async fn a_second_opener_is_refused_until_the_first_is_gone() {
    let place = Place::new();
    let first = place.open();
    let error = Outbox::open(place.directory()).unwrap_err();
    assert!(error.is_in_use());
    let text = error.to_string();
    assert!(text.contains(&std::process::id().to_string()), "{text}");
    assert!(
        text.contains(&place.directory().display().to_string()),
        "{text}"
    );
    let entry = first.store(record(0, &output())).await.unwrap();
    drop(first);
    assert!(
        Outbox::open(place.directory()).is_err(),
        "an entry is still held"
    );
    drop(entry);
    assert_eq!(place.open().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn p8_a_limit_refuses_what_is_above_it_and_a_removal_makes_room() {
    let place = Place::new();
    let outbox = Outbox::builder(place.directory())
        .max_entries(2)
        .open()
        .unwrap();
    let first = outbox.store(record(0, &output())).await.unwrap();
    assert!(!outbox.is_full());
    let _second = outbox.store(record(1, &output())).await.unwrap();
    assert!(outbox.is_full());
    let error = outbox.store(record(2, &output())).await.unwrap_err();
    assert!(error.is_full(), "{error}");
    assert_eq!(place.files().len(), 2);
    first.remove().await;
    assert!(!outbox.is_full());
    outbox.store(record(2, &output())).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn p8_bytes_are_limited_too_and_a_full_outbox_opens() {
    let place = Place::new();
    let small = || {
        Outbox::builder(place.directory())
            .max_bytes(300)
            .open()
            .unwrap()
    };
    let outbox = small();
    leave_behind(&outbox, 0..1).await;
    let error = outbox.store(record(1, &output())).await.unwrap_err();
    assert!(error.is_full(), "{error}");
    let large = Ok(Payload::new("1".repeat(frame::LIMIT)));
    let unlimited = Outbox::open(place.0.path().join("other")).unwrap();
    let error = unlimited.store(record(1, &large)).await.unwrap_err();
    assert!(!error.is_full(), "{error}");
    assert!(unlimited.is_empty());
    drop(outbox);
    assert_eq!(pending_tokens(&small()).await, [token(0)]);
}

#[tokio::test(start_paused = true)]
async fn a_torn_file_is_set_aside_wherever_it_was_torn() {
    let place = Place::new();
    leave_behind(&place.open(), 0..1).await;
    let whole = fs::read(place.file("000000000000.held")).unwrap();
    fs::remove_file(place.file("000000000000.held")).unwrap();
    let lengths = (0..whole.len()).step_by(7);
    for (number, length) in lengths.clone().enumerate() {
        let name = format!("{number:012}.held");
        fs::write(place.file(&name), &whole[..length]).unwrap();
    }
    let outbox = place.open();
    assert_eq!(outbox.len(), lengths.clone().count());
    assert!(outbox.pending().next().await.is_none());
    assert!(outbox.is_empty(), "what is set aside is not counted");
    let names = place.files();
    assert_eq!(names.len(), lengths.count());
    assert!(names.iter().all(|name| name.ends_with(".held.unreadable")));
    drop(outbox);

    let outbox = place.open();
    assert!(outbox.is_empty(), "and not read again");
    leave_behind(&outbox, 0..1).await;
    assert_eq!(place.files().len(), names.len() + 1, "nor overwritten");
}

#[tokio::test(start_paused = true)]
async fn unreadable_files_do_not_keep_back_the_readable_ones() {
    let place = Place::new();
    leave_behind(&place.open(), 0..5).await;
    for (number, bytes) in [(0, b"".to_vec()), (2, b"not ours at all".to_vec())] {
        fs::write(place.file(&format!("{number:012}.held")), bytes).unwrap();
    }
    let strange = frame::encode(br#"{"token": 7, "outcome": "canary"}"#, None).unwrap();
    fs::write(place.file("000000000003.held"), strange).unwrap();
    let outbox = place.open();
    assert_eq!(pending_tokens(&outbox).await, [token(1), token(4)]);
    assert_eq!(outbox.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_crash_before_the_name_is_given_leaves_no_entry() {
    let place = Place::new();
    {
        let outbox = place.open();
        let shared = &outbox.shared;
        // Created and empty; half written; written and not renamed.
        shared.folder.write_part(0, b"").unwrap();
        shared.folder.write_part(1, b"SFNOUTBX\x01").unwrap();
        let record = record(2, &output());
        let bytes = frame::encode(&record.to_json(), None).unwrap();
        shared.folder.write_part(2, &bytes).unwrap();
    }
    let outbox = place.open();
    assert!(outbox.is_empty());
    assert!(place.files().is_empty(), "half-written files are removed");
    leave_behind(&outbox, 3..4).await;
    assert_eq!(pending_tokens(&outbox).await, [token(3)]);
}

#[tokio::test(start_paused = true)]
async fn a_crash_after_the_name_is_given_leaves_the_whole_entry() {
    let place = Place::new();
    {
        let outbox = place.open();
        let bytes = frame::encode(&record(0, &output()).to_json(), None).unwrap();
        outbox.shared.folder.write_part(0, &bytes).unwrap();
        outbox.shared.folder.publish(0).unwrap();
    }
    assert_eq!(pending_tokens(&place.open()).await, [token(0)]);
}

#[tokio::test(start_paused = true)]
async fn a_store_that_fails_leaves_nothing_behind() {
    let place = Place::new();
    let outbox = place.open();
    // The name of its temporary file is taken, as if the disk refused it.
    fs::create_dir(place.file("000000000000.part")).unwrap();
    let error = outbox.store(record(0, &output())).await.unwrap_err();
    assert!(std::error::Error::source(&error).is_some());
    assert!(outbox.is_empty());
    assert!(!outbox.is_full());
    leave_behind(&outbox, 1..2).await;
    assert_eq!(pending_tokens(&outbox).await, [token(1)]);
}

#[tokio::test(start_paused = true)]
async fn a_store_that_nobody_waits_for_is_pending_when_it_was_written() {
    let place = Place::new();
    let outbox = place.open();
    {
        let mut store = std::pin::pin!(outbox.store(record(0, &output())));
        std::future::poll_fn(|context| {
            assert!(store.as_mut().poll(context).is_pending());
            std::task::Poll::Ready(())
        })
        .await;
    }
    // The write goes on by itself and lets its entry go when it is done.
    while outbox.pending().len() == 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(pending_tokens(&outbox).await, [token(0)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_store_and_remove_at_the_same_time() {
    let place = Place::new();
    let outbox = place.open();
    let mut stores = JoinSet::new();
    for number in 0..100 {
        let outbox = outbox.clone();
        stores.spawn(async move {
            let mut entry = outbox.store(record(number, &output())).await.unwrap();
            entry.sending().await;
            if number % 2 == 0 {
                entry.remove().await;
            }
        });
    }
    stores.join_all().await;
    assert_eq!(outbox.len(), 50);
    let mut tokens: Vec<String> = pending_tokens(&outbox)
        .await
        .iter()
        .map(|token| token.expose().to_owned())
        .collect();
    let mut expected: Vec<String> = (0..100)
        .filter(|number| number % 2 == 1)
        .map(|number| token(number).expose().to_owned())
        .collect();
    tokens.sort();
    expected.sort();
    assert_eq!(tokens, expected);
}

#[tokio::test(start_paused = true)]
async fn p10_neither_token_nor_payload_is_shown_by_anything_of_the_outbox() {
    let place = Place::new();
    let outbox = Outbox::builder(place.directory())
        .max_entries(2)
        .open()
        .unwrap();
    leave_behind(&outbox, 0..1).await;
    outbox.store(record(1, &failure())).await.unwrap();
    let refused = outbox.store(record(2, &output())).await.unwrap_err();
    let mut pending = outbox.pending();
    let first = pending.next().await.unwrap();
    let second = pending.next().await.unwrap();
    let shown = format!("{outbox:?} {pending:?} {first:?} {second:?} {refused} {refused:?}");
    for secret in ["canary", "4111", "bank", "connection"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

fn record(number: usize, result: &Result<Payload, Failure>) -> Record {
    Record {
        token: token(number),
        activity: activity(),
        result: result.clone(),
        heartbeat: Duration::from_millis(2_500),
        written_at: SystemTime::now(),
    }
}
