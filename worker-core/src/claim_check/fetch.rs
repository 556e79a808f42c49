//! Puts payloads in the place of the pointers in an input, within limits.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use serde::de::IgnoredAny;
use tokio::task::JoinSet;

use super::digest::PayloadDigest;
use super::pointer::Pointer;
use super::store::{Failed, PayloadStore, on_a_thread};
use super::{ClaimCheck, scan};
use crate::context::ActivityContext;
use crate::failure::{Failure, IntoFailure, names};
use crate::payload::Payload;

/// How many payloads are fetched for one task at a time.
const AT_A_TIME: usize = 8;

/// A pointer and its place in the input.
struct Found {
    span: Range<usize>,
    pointer: Pointer,
}

/// The input with what its pointers point to.
pub(super) async fn in_place_of_pointers(
    check: &ClaimCheck,
    input: &Payload,
    context: &ActivityContext,
) -> Result<Payload, Failure> {
    let text = input.as_str();
    let found = pointers(text)?;
    if found.is_empty() {
        return Ok(input.clone());
    }
    let bytes = check.within_limits(&found)?;
    let distinct = found.iter().map(|found| found.pointer.clone()).collect();
    let payloads = fetch_all(&check.store, distinct, context).await?;

    let mut whole = String::with_capacity(text.len() + bytes);
    let mut copied = 0;
    for Found { span, pointer } in &found {
        whole.push_str(&text[copied..span.start]);
        // Every pointer was fetched, or an error was returned.
        whole.push_str(payloads.get(pointer).map_or("null", String::as_str));
        copied = span.end;
    }
    whole.push_str(&text[copied..]);
    drop(payloads);
    tracing::debug!(
        pointers = found.len(),
        bytes,
        "the input came from the store"
    );
    Ok(Payload::new(whole))
}

/// The pointers of an input, in their order.
fn pointers(text: &str) -> Result<Vec<Found>, Failure> {
    let read = |span: Range<usize>| match Pointer::parse(&text[span.clone()]) {
        Ok(pointer) => Ok(Found { span, pointer }),
        Err(why) => Err(Failure::reserved(
            names::INPUT_INVALID,
            format!(
                "the pointer to a payload at byte {} of the input is none: {why}",
                span.start
            ),
        )),
    };
    scan::pointers(text).into_iter().map(read).collect()
}

impl ClaimCheck {
    /// Adds up what the pointers say, each time that they say it: that is what the input will
    /// be, however few payloads are fetched for it.
    fn within_limits(&self, found: &[Found]) -> Result<usize, Failure> {
        if found.len() > self.pointer_limit {
            return Err(Failure::reserved(
                names::DATA_LIMIT_EXCEEDED,
                format!(
                    "the input has {} pointers to payloads: this worker follows {}",
                    found.len(),
                    self.pointer_limit
                ),
            ));
        }
        let bytes = found.iter().fold(0_usize, |sum, found| {
            sum.saturating_add(found.pointer.bytes)
        });
        if bytes > self.fetch_limit {
            return Err(Failure::reserved(
                names::DATA_LIMIT_EXCEEDED,
                format!(
                    "the pointers of the input stand for {bytes} bytes: this worker fetches {}",
                    self.fetch_limit
                ),
            ));
        }
        Ok(bytes)
    }
}

/// Fetches several payloads side by side; the first failure ends it.
async fn fetch_all(
    store: &Arc<dyn PayloadStore>,
    pointers: BTreeSet<Pointer>,
    context: &ActivityContext,
) -> Result<BTreeMap<Pointer, String>, Failure> {
    let mut waiting = pointers.into_iter();
    let mut payloads = BTreeMap::new();
    // Dropped with this future, it ends what is under way.
    let mut under_way = JoinSet::new();
    loop {
        while under_way.len() < AT_A_TIME {
            let Some(pointer) = waiting.next() else { break };
            under_way.spawn(fetch(Arc::clone(store), pointer));
        }
        match under_way.join_next().await {
            None => return Ok(payloads),
            Some(Ok(fetched)) => {
                payloads.extend([fetched?]);
                // A sign of life: a store that goes on is not a handler that hangs.
                context.check().map_err(IntoFailure::into_failure)?;
            }
            Some(Err(error)) => match error.try_into_panic() {
                // A panic is a panic, wherever the code of a store happens to run.
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => {
                    let cause = "the runtime ended while a payload was fetched";
                    return Err(Failure::reserved(names::PAYLOAD_UNAVAILABLE, cause));
                }
            },
        }
    }
}

async fn fetch(
    store: Arc<dyn PayloadStore>,
    pointer: Pointer,
) -> Result<(Pointer, String), Failure> {
    let (digest, bytes) = (pointer.digest, pointer.bytes);
    let fetched = async {
        let content = store.get(&pointer.uri, bytes).await?;
        on_a_thread(move || Ok(verified(content, digest, bytes))).await
    };
    match fetched.await {
        Ok(Ok(json)) => Ok((pointer, json)),
        Ok(Err(why)) => Err(Failure::reserved(
            names::PAYLOAD_CORRUPT,
            format!("{digest:?} is not what its pointer says: {why}"),
        )),
        Err(error) => Err(Failed::to("fetch", digest, error)),
    }
}

/// The JSON text, if the bytes are what the pointer says.
fn verified(content: Vec<u8>, digest: PayloadDigest, bytes: usize) -> Result<String, String> {
    if content.len() != bytes {
        return Err(format!("it has {} bytes instead of {bytes}", content.len()));
    }
    if PayloadDigest::of(&content) != digest {
        return Err("it has another SHA-256".to_owned());
    }
    let text = String::from_utf8(content).map_err(|_| "it is not UTF-8".to_owned())?;
    // What is not one JSON document could change the meaning of what stands around it.
    serde_json::from_str::<IgnoredAny>(&text).map_err(|_| "it is not JSON".to_owned())?;
    Ok(text)
}
