//! The layer around handlers, over a store that does what it is told.

use std::collections::{BTreeMap, VecDeque};
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{Instant, sleep};
use tower::{Service, ServiceExt as _, service_fn};

use super::pointer::KEY;
use super::*;
use crate::blocking::BlockingPool;
use crate::failure::names;
use crate::testing;

#[derive(Debug, Clone, Default)]
struct ScriptedStore(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    payloads: BTreeMap<String, Vec<u8>>,
    faults: VecDeque<Fault>,
    puts: usize,
    gets: usize,
    under_way: usize,
    most_under_way: usize,
}

#[derive(Debug)]
enum Fault {
    Trouble(StoreTrouble),
    Delay(Duration),
    Panic,
}

impl ScriptedStore {
    fn fault(&self, fault: Fault) {
        self.0.lock().unwrap().faults.push_back(fault);
    }

    /// Puts bytes into the store behind the layer's back and returns a pointer to them.
    fn holding(&self, content: impl AsRef<[u8]>) -> String {
        let content = content.as_ref();
        let digest = PayloadDigest::of(content);
        let uri = uri(digest);
        let bytes = content.len();
        let mut state = self.0.lock().unwrap();
        state.payloads.insert(uri.clone(), content.to_vec());
        Pointer { uri, digest, bytes }.encode().as_str().to_owned()
    }

    fn looked_at<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.0.lock().unwrap())
    }

    async fn suffer(&self) -> Result<(), StoreError> {
        let fault = self.0.lock().unwrap().faults.pop_front();
        match fault {
            Some(Fault::Trouble(trouble)) => Err(StoreError::new(trouble, "told to")),
            Some(Fault::Panic) => panic!("told to"),
            Some(Fault::Delay(by)) => {
                sleep(by).await;
                Ok(())
            }
            None => Ok(()),
        }
    }
}

impl PayloadStore for ScriptedStore {
    fn put<'a>(&'a self, payload: &'a Payload, digest: PayloadDigest) -> StoreFuture<'a, String> {
        Box::pin(async move {
            self.0.lock().unwrap().puts += 1;
            self.suffer().await?;
            let content = payload.as_str().as_bytes().to_vec();
            let mut state = self.0.lock().unwrap();
            state.payloads.insert(uri(digest), content);
            Ok(uri(digest))
        })
    }

    fn get<'a>(&'a self, uri: &'a str, _limit: usize) -> StoreFuture<'a, Vec<u8>> {
        Box::pin(async move {
            let _under_way = UnderWay::enter(self);
            self.suffer().await?;
            let state = self.0.lock().unwrap();
            let missing = || StoreError::new(StoreTrouble::Missing, "there is no such payload");
            state.payloads.get(uri).cloned().ok_or_else(missing)
        })
    }
}

/// Counts a fetch while it is under way.
struct UnderWay<'a>(&'a ScriptedStore);

impl<'a> UnderWay<'a> {
    fn enter(store: &'a ScriptedStore) -> Self {
        let mut state = store.0.lock().unwrap();
        state.gets += 1;
        state.under_way += 1;
        state.most_under_way = state.most_under_way.max(state.under_way);
        drop(state);
        Self(store)
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.0.lock().unwrap().under_way -= 1;
    }
}

fn uri(digest: PayloadDigest) -> String {
    format!("scripted://{digest}")
}

fn context() -> ActivityContext {
    testing::context("echo").unwrap()
}

async fn echo(call: Call) -> Result<Payload, Failure> {
    Ok(call.payload().clone())
}

/// What a handler that returns its input comes to, with the layer around it.
async fn through(check: &ClaimCheck, input: &str) -> Result<Payload, Failure> {
    run(check, input, context()).await
}

async fn run(
    check: &ClaimCheck,
    input: &str,
    context: ActivityContext,
) -> Result<Payload, Failure> {
    let call = Call::new(Payload::new(input), context, BlockingPool::default());
    check.layer(service_fn(echo)).oneshot(call).await
}

/// A layer that leaves outputs alone.
fn fetching(store: &ScriptedStore) -> ClaimCheck {
    ClaimCheck::new(store.clone()).above(usize::MAX)
}

#[track_caller]
fn assert_failed(result: Result<Payload, Failure>, error: &str, cause: &str) {
    let failure = result.unwrap_err();
    assert_eq!(failure.error(), error, "{}", failure.cause());
    assert!(failure.cause().contains(cause), "{}", failure.cause());
}

#[tokio::test(start_paused = true)]
async fn a_large_output_goes_out_as_a_pointer_and_comes_back_as_an_input() {
    let store = ScriptedStore::default();
    let check = ClaimCheck::new(store.clone());
    let large = json!("x".repeat(250_000)).to_string();
    let pointer = through(&check, &large).await.unwrap();
    assert!(pointer.len() < 300, "{}", pointer.len());
    let value: Value = pointer.decode().unwrap();
    assert_eq!(value[KEY]["bytes"], 250_002);
    assert_eq!(value[KEY]["version"], 1);

    let input = through(&fetching(&store), pointer.as_str()).await.unwrap();
    assert_eq!(input.as_str(), large);
    // Repeated, it is the same payload.
    assert_eq!(through(&check, &large).await.unwrap(), pointer);
    assert_eq!(store.looked_at(|store| store.payloads.len()), 1);
}

#[tokio::test(start_paused = true)]
async fn an_output_of_the_threshold_stays_what_it_is() {
    let store = ScriptedStore::default();
    let check = ClaimCheck::new(store.clone()).above(10);
    assert_eq!(through(&check, r#""12345678""#).await.unwrap().len(), 10);
    assert_eq!(store.looked_at(|store| store.puts), 0);
    through(&check, r#""123456789""#).await.unwrap();
    assert_eq!(store.looked_at(|store| store.puts), 1);
}

#[tokio::test(start_paused = true)]
async fn no_threshold_is_above_what_the_service_takes() {
    let store = ScriptedStore::default();
    let check = ClaimCheck::new(store.clone()).above(usize::MAX);
    let output = through(&check, &"1".repeat(Payload::LIMIT + 1)).await;
    assert!(output.unwrap().as_str().contains(KEY));
}

#[tokio::test(start_paused = true)]
async fn pointers_at_any_depth_are_followed_and_the_text_around_them_stays() {
    let store = ScriptedStore::default();
    let (list, text) = (store.holding("[1, 2]"), store.holding(r#""ü""#));
    let of = |list: &str, text: &str| {
        format!(
            r#"{{"n": 12345678901234567890123, "a": [{{"b": {list}}}, {text}], "e": 1.50e+400 ,"a": {list}}}"#
        )
    };
    let output = through(&fetching(&store), &of(&list, &text)).await.unwrap();
    assert_eq!(output.as_str(), of("[1, 2]", r#""ü""#));
    // The list is named twice.
    assert_eq!(store.looked_at(|store| store.gets), 2);
}

#[tokio::test(start_paused = true)]
async fn an_input_without_pointers_costs_no_call() {
    let store = ScriptedStore::default();
    for input in [
        "null",
        r#"{"a": 1}"#,
        r#""sfnWorkerPayload""#,
        r#"{"sfnWorkerPayload": {}, "and": 1}"#,
        r#"{"sfnWorkerPayload": "#,
    ] {
        let output = through(&fetching(&store), input).await.unwrap();
        assert_eq!(output.as_str(), input);
    }
    assert_eq!(store.looked_at(|store| store.gets), 0);
}

#[tokio::test(start_paused = true)]
async fn a_pointer_inside_a_stored_payload_is_left_as_it_is() {
    let store = ScriptedStore::default();
    let inner = store.holding("1");
    let outer = store.holding(format!("[{inner}]"));
    let output = through(&fetching(&store), &outer).await.unwrap();
    assert_eq!(output.as_str(), format!("[{inner}]"));
}

#[tokio::test(start_paused = true)]
async fn limits_hold_before_anything_is_fetched() {
    let store = ScriptedStore::default();
    let pointer = store.holding("[1, 2, 3]");
    let three = format!("[{pointer}, {pointer}, {pointer}]");
    let check = fetching(&store).pointer_limit(2);
    let result = through(&check, &three).await;
    assert_failed(result, names::DATA_LIMIT_EXCEEDED, "3 pointers");

    // Fetched once and used three times is three times the memory.
    let check = fetching(&store).fetch_limit(26);
    let result = through(&check, &three).await;
    assert_failed(result, names::DATA_LIMIT_EXCEEDED, "27 bytes");
    let much = pointer.replace(r#""bytes":9"#, r#""bytes":18446744073709551615"#);
    let result = through(&check, &format!("[{much},{much}]")).await;
    assert_failed(result, names::DATA_LIMIT_EXCEEDED, "bytes");
    assert_eq!(store.looked_at(|store| store.gets), 0);

    let check = fetching(&store).fetch_limit(27).pointer_limit(3);
    assert!(through(&check, &three).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn what_is_not_what_its_pointer_says_is_corrupt() {
    let store = ScriptedStore::default();
    let pointer = store.holding("[1, 2, 3]");
    let replace = |content: &str| {
        let mut state = store.0.lock().unwrap();
        let held = state.payloads.values_mut().next().unwrap();
        *held = content.as_bytes().to_vec();
    };
    for (content, why) in [
        ("[1, 2]", "6 bytes instead of 9"),
        ("[1, 2, 3] ", "10 bytes"),
        ("", "0 bytes"),
        ("[1, 2, 4]", "another SHA-256"),
    ] {
        replace(content);
        let result = through(&fetching(&store), &pointer).await;
        assert_failed(result, names::PAYLOAD_CORRUPT, why);
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_not_json_cannot_change_the_meaning_of_the_input() {
    let store = ScriptedStore::default();
    for (content, why) in [
        (&b"1, \"admin\": true"[..], "not JSON"),
        (b"", "not JSON"),
        (b"\"\xff\"", "not UTF-8"),
    ] {
        let input = format!(r#"{{"a": {}}}"#, store.holding(content));
        let result = through(&fetching(&store), &input).await;
        assert_failed(result, names::PAYLOAD_CORRUPT, why);
    }
}

#[tokio::test(start_paused = true)]
async fn every_trouble_of_a_store_has_its_error_name() {
    let store = ScriptedStore::default();
    let pointer = store.holding("1");
    for (trouble, error) in [
        (StoreTrouble::Unavailable, names::PAYLOAD_UNAVAILABLE),
        (StoreTrouble::Missing, names::PAYLOAD_UNAVAILABLE),
        (StoreTrouble::Denied, names::PERMISSIONS),
        (StoreTrouble::Foreign, names::PERMISSIONS),
        (StoreTrouble::TooLong, names::PAYLOAD_CORRUPT),
    ] {
        store.fault(Fault::Trouble(trouble));
        let result = through(&fetching(&store), &pointer).await;
        assert_failed(result, error, "failed to fetch payload#6b86b273: told to");
        store.fault(Fault::Trouble(trouble));
        let result = through(&ClaimCheck::new(store.clone()).above(0), "1").await;
        assert_failed(result, error, "failed to store payload#6b86b273: told to");
    }
}

#[tokio::test(start_paused = true)]
async fn a_pointer_that_is_none_is_said_so() {
    let store = ScriptedStore::default();
    let broken = store.holding("1").replace("sha256", "md5");
    let result = through(&fetching(&store), &format!("[{broken}]")).await;
    assert_failed(
        result,
        names::INPUT_INVALID,
        "at byte 1 of the input is none: `sha256`",
    );
}

#[tokio::test(start_paused = true)]
async fn p10_no_failure_quotes_a_pointer_or_a_payload() {
    let store = ScriptedStore::default();
    let canary = r#"{"card": "canary"}"#;
    let pointer = store.holding(canary);
    let place = pointer.replace("scripted:", "canary:");
    let mut failures = vec![through(&fetching(&store), &place).await.unwrap_err()];
    for broken in ["version", "uri", "sha256", "bytes"] {
        let mut value: Value = serde_json::from_str(&pointer).unwrap();
        value[KEY][broken] = json!({"canary": canary});
        let failure = through(&fetching(&store), &value.to_string()).await;
        failures.push(failure.unwrap_err());
    }
    let not_json = store.holding("canary");
    failures.push(through(&fetching(&store), &not_json).await.unwrap_err());
    store.fault(Fault::Trouble(StoreTrouble::Denied));
    let above = ClaimCheck::new(store.clone()).above(1);
    failures.push(through(&above, r#""canary""#).await.unwrap_err());
    for failure in failures {
        let text = format!("{failure:?} {failure} {}", failure.cause());
        assert!(!text.contains("canary"), "{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn p6_a_task_that_is_gone_stops_fetching() {
    let store = ScriptedStore::default();
    let pointer = store.holding("1");
    store.fault(Fault::Delay(Duration::from_secs(600)));
    let context = context();
    let began = Instant::now();
    let check = fetching(&store);
    let (result, ()) = tokio::join!(run(&check, &pointer, context.clone()), async {
        sleep(Duration::from_secs(7)).await;
        context.cancel(CancelReason::LeaseLost);
    });
    assert_failed(result, names::TASK_FAILED, "no longer wants it");
    assert_eq!(began.elapsed(), Duration::from_secs(7));
    // The fetch itself is told to stop, not only left alone.
    sleep(Duration::from_millis(1)).await;
    assert_eq!(store.looked_at(|store| store.under_way), 0);
}

#[tokio::test(start_paused = true)]
async fn an_output_is_stored_through_a_shutdown_and_not_for_a_task_that_is_gone() {
    for (reason, stored) in [
        (CancelReason::ShuttingDown, true),
        (CancelReason::LeaseLost, false),
        (CancelReason::Deadline, false),
    ] {
        let store = ScriptedStore::default();
        store.fault(Fault::Delay(Duration::from_secs(3)));
        let context = context();
        let check = ClaimCheck::new(store.clone()).above(0);
        let (result, ()) = tokio::join!(run(&check, "1", context.clone()), async {
            sleep(Duration::from_secs(1)).await;
            context.cancel(reason);
        });
        assert_eq!(result.is_ok(), stored, "{reason}");
        assert_eq!(
            store.looked_at(|store| store.payloads.len()),
            usize::from(stored)
        );
    }
}

#[tokio::test(start_paused = true)]
async fn many_payloads_are_fetched_side_by_side_but_not_all_at_once() {
    let store = ScriptedStore::default();
    let pointers: Vec<_> = (0..100).map(|n| store.holding(n.to_string())).collect();
    for _ in &pointers {
        store.fault(Fault::Delay(Duration::from_secs(1)));
    }
    let began = Instant::now();
    let input = format!("[{}]", pointers.join(","));
    let output = through(&fetching(&store), &input).await.unwrap();
    let numbers: Vec<u32> = output.decode().unwrap();
    assert_eq!(numbers, (0..100).collect::<Vec<_>>());
    assert_eq!(store.looked_at(|store| store.most_under_way), 8);
    assert!(began.elapsed() <= Duration::from_secs(13));
}

#[tokio::test(start_paused = true)]
async fn the_first_failure_ends_the_other_fetches() {
    let store = ScriptedStore::default();
    let (one, two) = (store.holding("1"), store.holding("2"));
    store.fault(Fault::Delay(Duration::from_secs(600)));
    store.fault(Fault::Trouble(StoreTrouble::Unavailable));
    let began = Instant::now();
    let result = through(&fetching(&store), &format!("[{one},{two}]")).await;
    assert_failed(result, names::PAYLOAD_UNAVAILABLE, "told to");
    assert_eq!(began.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn p7_a_panic_of_a_store_is_a_panic_of_the_task() {
    let store = ScriptedStore::default();
    let pointer = store.holding("1");
    store.fault(Fault::Panic);
    let check = fetching(&store);
    let mut task = tokio::task::JoinSet::new();
    task.spawn(async move { through(&check, &pointer).await });
    assert!(task.join_next().await.unwrap().unwrap_err().is_panic());
}

#[tokio::test(start_paused = true)]
async fn readiness_is_that_of_the_handler() {
    /// Ready when it is asked for the second time.
    #[derive(Clone)]
    struct Hesitant(bool);
    impl Service<Call> for Hesitant {
        type Response = Payload;
        type Error = Infallible;
        type Future = std::future::Ready<Result<Payload, Infallible>>;

        fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
            if std::mem::replace(&mut self.0, true) {
                return Poll::Ready(Ok(()));
            }
            context.waker().wake_by_ref();
            Poll::Pending
        }

        fn call(&mut self, call: Call) -> Self::Future {
            assert!(self.0, "called before it was ready");
            std::future::ready(Ok(call.payload().clone()))
        }
    }

    let mut service = fetching(&ScriptedStore::default()).layer(Hesitant(false));
    let call = Call::new(Payload::new("1"), context(), BlockingPool::default());
    let output = service.ready().await.unwrap().call(call).await.unwrap();
    assert_eq!(output.as_str(), "1");
}
