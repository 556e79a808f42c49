//! The activities as what they are: functions.

use std::fs;
use std::path::Path;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use sfn_worker_core::testing;
use sfn_worker_core::{ActivityContext, ActivityError as _, CancelReason};
use tempfile::TempDir;

use super::compression::{Packed, compress};
use super::error::IngestError;
use super::inspection::{Facts, inspect, is_flaky};
use super::listing::{Listing, list};
use super::source::Source;
use super::totals::summarize;

fn context() -> ActivityContext {
    testing::context("ingest").unwrap()
}

fn ask<T: DeserializeOwned>(input: Value) -> T {
    serde_json::from_value(input).unwrap()
}

fn directory(files: &[(&str, &[u8])]) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (path, content) in files {
        let path = directory.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    directory
}

fn page(root: &Path, after: Option<&str>, batch: usize) -> Listing {
    let input = ask(json!({ "root": root, "after": after, "batch": batch }));
    list(input, context()).unwrap()
}

fn inspected(root: &Path, path: &str, flaky: u64, attempt: u64) -> Result<Facts, IngestError> {
    let input = json!({ "root": root, "path": path, "flaky": flaky, "attempt": attempt });
    inspect(ask(input), context())
}

#[test]
fn pages_have_every_file_once_and_in_order() {
    let mut names: Vec<String> = (0..90)
        .map(|number| format!("d{}/f{number}", number % 7))
        .collect();
    names.extend(["a.txt", "a/b/c", "a/b.txt", "z"].map(str::to_owned));
    let files: Vec<_> = names
        .iter()
        .map(|name| (name.as_str(), b"x".as_slice()))
        .collect();
    let directory = directory(&files);

    let mut found = Vec::new();
    let mut after = None;
    let mut pages = 0;
    loop {
        let page = page(directory.path(), after.as_deref(), 2);
        assert!(
            page.batches
                .iter()
                .all(|batch| (1..=2).contains(&batch.len()))
        );
        found.extend(page.batches.into_iter().flatten());
        pages += 1;
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    names.sort_by(|one, other| Path::new(one).cmp(Path::new(other)));
    assert_eq!(found, names);
    assert!(pages > 2, "{pages}");
}

#[test]
fn a_page_stays_within_the_limit_of_a_payload() {
    let long = "\u{1}".repeat(200);
    let names: Vec<String> = (0..400).map(|number| format!("{long}/{number}")).collect();
    let files: Vec<_> = names
        .iter()
        .map(|name| (name.as_str(), b"x".as_slice()))
        .collect();
    let directory = directory(&files);

    let first = page(directory.path(), None, 400);
    let bytes = serde_json::to_string(&first).unwrap().len();
    assert!(first.next.is_some());
    assert!((64 * 1024..262_144).contains(&bytes), "{bytes}");
    assert!(first.batches.len() > 1, "a batch is cut at its bytes too");
}

#[test]
fn history_build_output_and_links_are_passed_over() {
    let directory = directory(&[
        (".git/config", b"x"),
        ("target/CACHEDIR.TAG", b"x"),
        ("target/debug/program", b"x"),
        ("src/target/linux.rs", b"x"),
    ]);
    let link = directory.path().join("link");
    std::os::unix::fs::symlink("src/target/linux.rs", link).unwrap();

    let page = page(directory.path(), None, 10);
    assert_eq!(page.batches, [["src/target/linux.rs"]]);
    assert_eq!(page.passed_over, 1);
}

#[test]
fn a_name_that_json_cannot_carry_is_skipped() {
    use std::os::unix::ffi::OsStrExt as _;
    let directory = directory(&[("good", b"x")]);
    let bad = std::ffi::OsStr::from_bytes(b"bad\xff");
    fs::write(directory.path().join(bad), "x").unwrap();

    let page = page(directory.path(), None, 10);
    assert_eq!(page.batches, [["good"]]);
    assert_eq!(page.skipped.len(), 1);
    assert!(page.skipped[0].reason.contains("UTF-8"));
}

#[test]
fn a_missing_directory_has_its_own_name() {
    let input = ask(json!({ "root": "/nowhere/at/all", "after": null, "batch": 10 }));
    let error = list(input, context()).unwrap_err();
    assert_eq!(error.error_name().as_str(), "DirectoryMissing");
}

#[test]
fn a_file_has_its_size_digest_and_kind() {
    let directory = directory(&[("abc", b"abc")]);
    let facts = inspected(directory.path(), "abc", 0, 0).unwrap();
    assert_eq!(facts.bytes, 3);
    // From FIPS 180-2, appendix B.1.
    let digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(facts.sha256, digest);
    assert_eq!((facts.kind, facts.packed), ("text", false));
}

#[test]
fn what_is_wrong_with_a_file_has_a_name() {
    let directory = directory(&[("empty", b""), ("sub/file", b"x")]);
    let name = |path: &str| {
        let error = inspected(directory.path(), path, 0, 0).unwrap_err();
        error.error_name().as_str().to_owned()
    };
    assert_eq!(name("gone"), "FileVanished");
    assert_eq!(name("empty"), "FileEmpty");
    assert_eq!(name("sub"), "FileUnreadable");
    for outside in ["../x", "/etc/passwd", "sub/../../x", ""] {
        assert_eq!(name(outside), "PathOutside", "{outside}");
    }
}

#[test]
fn a_flaky_file_fails_its_first_attempt_only() {
    let names: Vec<String> = (0..1_000).map(|number| format!("f{number}")).collect();
    let flaky: Vec<_> = names.iter().filter(|name| is_flaky(name, 97)).collect();
    assert!((3..30).contains(&flaky.len()), "{flaky:?}");
    assert!(!names.iter().any(|name| is_flaky(name, 0)));

    let directory = directory(&[("f", b"x")]);
    let error = inspected(directory.path(), "f", 1, 0).unwrap_err();
    assert_eq!(error.error_name().as_str(), "Transient");
    assert!(inspected(directory.path(), "f", 1, 1).is_ok());
}

#[test]
fn a_file_that_is_written_while_it_is_read_is_changing() {
    let directory = directory(&[("log", b"one")]);
    let mut source = Source::open(directory.path(), "log").unwrap();
    assert_eq!(source.read(&mut [0; 64], &context()).unwrap(), b"one");
    fs::write(directory.path().join("log"), "one two").unwrap();
    let error = source.finish().unwrap_err();
    assert_eq!(error.error_name().as_str(), "FileChanging");
}

#[test]
fn a_text_becomes_smaller_and_a_changed_one_is_refused() {
    let text = "again and ".repeat(100_000);
    let directory = directory(&[("text", text.as_bytes())]);
    let compressed = |bytes: usize, context: ActivityContext| {
        let input = json!({ "root": directory.path(), "path": "text", "bytes": bytes, "level": 6 });
        compress(ask(input), context)
    };
    let context = context();
    let Packed { bytes } = compressed(text.len(), context.clone()).unwrap();
    assert!((100..10_000).contains(&bytes), "{bytes}");
    assert_eq!(context.last_progress().done, text.len() as u64);
    assert_eq!(context.last_progress().total, text.len() as u64);

    let error = compressed(7, context).unwrap_err();
    assert_eq!(error.error_name().as_str(), "FileChanging");
}

#[test]
fn a_task_that_is_not_wanted_any_more_stops() {
    let directory = directory(&[("text", b"text")]);
    let context = context();
    testing::cancel(&context, CancelReason::LeaseLost);
    let input = json!({ "root": directory.path(), "path": "text", "bytes": 4, "level": 6 });
    let error = compress(ask(input), context).unwrap_err();
    assert!(matches!(error, IngestError::Stopped(_)), "{error}");
}

#[tokio::test]
async fn a_batch_is_added_up() {
    let items = json!([
        { "path": "a", "sha256": "", "kind": "text", "bytes": 10, "packed": 4 },
        { "path": "b", "sha256": "", "kind": "text", "bytes": 20, "packed": 6 },
        { "path": "c", "error": "FileEmpty", "cause": "c is empty" },
    ]);
    let Ok(mut totals) = summarize(ask(items)).await;
    assert_eq!(totals.files_set_aside(), 1);
    totals.add(&totals.clone());
    let all = totals.all();
    assert_eq!((all.files, all.bytes, all.packed), (4, 60, 20));
    assert_eq!(totals.set_aside["FileEmpty"], 2);
}
