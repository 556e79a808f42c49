//! The claim check: payloads above a size go through a store, and the state machine carries a
//! pointer.
//!
//! The service takes 262,144 bytes of output, and a state's input shares that. With the layer
//! [`ClaimCheck`] a larger output is written to a [`PayloadStore`] and reported as a pointer;
//! an input that is a pointer, or has pointers anywhere in it, reaches the handler with what
//! they point to in their place. Handlers see none of it.
//!
//! # Examples
//!
//! ```
//! use sfn_worker_core::claim_check::{ClaimCheck, DirectoryStore};
//! use sfn_worker_core::{Worker, activity, testing::ScriptedService};
//!
//! /// Returns far more than the service takes.
//! #[activity]
//! async fn render(pages: usize) -> Result<String, std::convert::Infallible> {
//!     Ok("a page\n".repeat(100_000 * pages))
//! }
//!
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path();
//! let worker = Worker::builder(ScriptedService::new())
//!     .activity::<render>()
//!     .layer(ClaimCheck::new(DirectoryStore::open(path)?))
//! #   .arn_prefix("arn:aws:states:eu-west-1:123456789012:activity:")
//!     .build()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Give it to the builder before layers that repeat a call, so that they stand inside it: the
//! input is then fetched once.
//!
//! # The pointer
//!
//! An object with one member and nothing beside it, wherever a JSON value may stand:
//!
//! ```json
//! {"sfnWorkerPayload": {
//!     "version": 1,
//!     "uri": "s3://bucket/sfn-worker/8a5e…c1.json",
//!     "sha256": "8a5e…c1",
//!     "bytes": 734003,
//!     "bucket": "bucket",
//!     "key": "sfn-worker/8a5e…c1.json"}}
//! ```
//!
//! | member | what it is | who needs it |
//! |---|---|---|
//! | `version` | 1; another one is refused, since its payload may mean something else | readers |
//! | `uri` | where the payload is: `s3://bucket/key`, or `file:///…` percent-encoded | readers; the only member that says where |
//! | `sha256` | 64 hexadecimal digits over the bytes as they lie in the store | readers, who refuse anything else |
//! | `bytes` | the size in the store | readers, before they fetch; state machines, to choose by |
//! | `bucket`, `key` | the parts of an `s3` URI, written for state machines and never read here | `aws-sdk:s3:getObject`, the `ItemReader` of a distributed map |
//!
//! What lies in the store is one JSON document in UTF-8, not compressed, and whole: pointers in
//! it are left as they are. Readers pass over members that they do not know; a writer in
//! another language writes the first four, in any order and with any white space. The names are
//! plain words in camel case, because a reference path such as
//! `$.report.sfnWorkerPayload.bytes` cannot hold `-`, `.` or `$`. The one key must be written
//! without escapes: an input is searched for it as text, and one without it costs nothing more.
//!
//! A pointer goes through a state machine like any value. Here `Render` returns one, `Choose`
//! reads its size, and `Print` is handed the pages:
//!
//! ```json
//! {"StartAt": "Render", "States": {
//!     "Render": {"Type": "Task", "ResultPath": "$.report", "Next": "Choose",
//!         "Resource": "arn:aws:states:eu-west-1:123456789012:activity:render",
//!         "Retry": [{"ErrorEquals": ["Worker.PayloadUnavailable"]}]},
//!     "Choose": {"Type": "Choice", "Default": "Print", "Choices": [{"And": [
//!         {"Variable": "$.report.sfnWorkerPayload", "IsPresent": true},
//!         {"Variable": "$.report.sfnWorkerPayload.bytes", "NumericGreaterThan": 10000000}],
//!         "Next": "Too long"}]},
//!     "Print": {"Type": "Task", "InputPath": "$.report", "End": true,
//!         "Resource": "arn:aws:states:eu-west-1:123456789012:activity:print"},
//!     "Too long": {"Type": "Fail", "Error": "ReportTooLong"}}}
//! ```
//!
//! The members of an output that went to the store are out of the state machine's reach: what
//! it decides by belongs into a small output of its own.
//!
//! # Errors
//!
//! | what happened | error name |
//! |---|---|
//! | the store did not answer, has no such payload (any more), or could not take the output | `Worker.PayloadUnavailable`; meant to be retried |
//! | size or hash are not what the pointer says, or it is not JSON | `Worker.PayloadCorrupt` |
//! | the store refused access, or a pointer names a place outside the store | `States.Permissions` |
//! | more bytes or pointers in one input than the limits | `States.DataLimitExceeded` |
//! | an object with the key alone that is not a pointer of version 1 | `Worker.InputInvalid` |
//!
//! # Safety of the store
//!
//! Inputs come from outside. A pointer is followed only into the store that the layer was given:
//! the same bucket and prefix, or below the directory with every link resolved. Sizes are added
//! up before anything is fetched, and reading stops at the size that the pointer says.
//!
//! # Expiry
//!
//! Nothing is ever deleted here: nobody knows when the last execution has read a payload. The
//! name of a payload is its hash, so that a repeated task overwrites its own payload instead of
//! adding one, and thereby makes it young again. Give the bucket a lifecycle rule on the prefix
//! that is longer than the longest execution, its redrives included; give a directory a timer
//! with `find … -mtime`.

mod digest;
mod directory;
mod fetch;
mod pointer;
#[cfg(feature = "s3")]
mod s3;
mod scan;
mod store;
#[cfg(test)]
mod tests;

pub use self::digest::PayloadDigest;
pub use self::directory::DirectoryStore;
#[cfg(feature = "s3")]
pub use self::s3::S3Store;
pub use self::store::{PayloadStore, StoreError, StoreFuture, StoreTrouble};

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tower::{Layer, Service};

use self::pointer::Pointer;
use self::store::Failed;
use crate::activity::Call;
use crate::context::{ActivityContext, CancelReason};
use crate::failure::{Failure, IntoFailure};
use crate::payload::Payload;

/// Leaves a fifth of the state's limit to what else is in its input.
const ABOVE: usize = 200 * 1024;
const FETCH_LIMIT: usize = 64 * 1024 * 1024;
/// About as many as an input can hold.
const POINTER_LIMIT: usize = 1_000;

/// A `tower` layer that keeps large payloads in a store; see the [module](self).
///
/// Clones share the store.
#[derive(Debug, Clone)]
#[must_use = "a layer does nothing until a worker has it"]
pub struct ClaimCheck {
    store: Arc<dyn PayloadStore>,
    above: usize,
    fetch_limit: usize,
    pointer_limit: usize,
}

/// A handler with a [`ClaimCheck`] around it.
#[derive(Debug, Clone)]
pub struct ClaimChecked<S> {
    inner: S,
    check: ClaimCheck,
}

impl ClaimCheck {
    /// Keeps payloads in a store: outputs above 200 KiB, and for one task at most 1,000 pointers
    /// to 64 MiB.
    pub fn new(store: impl PayloadStore) -> Self {
        Self {
            store: Arc::new(store),
            above: ABOVE,
            fetch_limit: FETCH_LIMIT,
            pointer_limit: POINTER_LIMIT,
        }
    }

    /// Sets the size in bytes above which an output goes to the store; at most
    /// [`Payload::LIMIT`], above which the service takes none.
    pub fn above(mut self, bytes: usize) -> Self {
        self.above = bytes.min(Payload::LIMIT);
        self
    }

    /// Sets how many bytes the pointers of one input may bring in together.
    ///
    /// A worker holds up to three times that for each task while it puts an input together.
    pub fn fetch_limit(mut self, bytes: usize) -> Self {
        self.fetch_limit = bytes;
        self
    }

    /// Sets how many pointers one input may have.
    pub fn pointer_limit(mut self, pointers: usize) -> Self {
        self.pointer_limit = pointers;
        self
    }

    /// The input with what its pointers point to, unless the task is cancelled meanwhile.
    async fn fetched(&self, call: Call) -> Result<Call, Failure> {
        if !scan::may_have_pointers(call.payload().as_str()) {
            return Ok(call);
        }
        let context = call.context().clone();
        let input = tokio::select! {
            biased;
            failure = given_up(&context, |_| true) => return Err(failure),
            input = fetch::in_place_of_pointers(self, call.payload(), &context) => input?,
        };
        Ok(call.with_payload(input))
    }

    /// The output, or a pointer to it.
    async fn stored(&self, output: Payload, context: &ActivityContext) -> Result<Payload, Failure> {
        if output.len() <= self.above {
            return Ok(output);
        }
        // A worker that shuts down still takes the results of work that is done.
        let abandoned = |reason| reason != CancelReason::ShuttingDown;
        tokio::select! {
            biased;
            failure = given_up(context, abandoned) => Err(failure),
            pointer = self.put(output) => pointer,
        }
    }

    async fn put(&self, output: Payload) -> Result<Payload, Failure> {
        let bytes = output.len();
        let hashed = output.clone();
        let digest = store::on_a_thread(move || Ok(PayloadDigest::of(hashed.as_str().as_bytes())))
            .await
            .map_err(IntoFailure::into_failure)?;
        let uri = self
            .store
            .put(&output, digest)
            .await
            .map_err(|error| Failed::to("store", digest, error))?;
        tracing::debug!(bytes, payload = ?digest, "the output went to the store");
        let pointer = Pointer { uri, digest, bytes };
        Ok(pointer.encode())
    }
}

/// Completes when the task was cancelled for a reason that counts.
async fn given_up(context: &ActivityContext, counts: impl Fn(CancelReason) -> bool) -> Failure {
    if counts(context.cancelled().await)
        && let Err(cancelled) = context.check()
    {
        return cancelled.into_failure();
    }
    // The run itself says how long this may go on.
    std::future::pending().await
}

impl<S> Layer<S> for ClaimCheck {
    type Service = ClaimChecked<S>;

    fn layer(&self, inner: S) -> ClaimChecked<S> {
        ClaimChecked {
            inner,
            check: self.clone(),
        }
    }
}

impl<S> Service<Call> for ClaimChecked<S>
where
    S: Service<Call, Response = Payload> + Clone + Send + 'static,
    S::Error: IntoFailure,
    S::Future: Send,
{
    type Response = Payload;
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Payload, Failure>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        self.inner
            .poll_ready(context)
            .map_err(IntoFailure::into_failure)
    }

    fn call(&mut self, call: Call) -> Self::Future {
        // Readiness belongs to the service that was asked; its clone takes the place.
        let clone = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, clone);
        let check = self.check.clone();
        Box::pin(async move {
            let context = call.context().clone();
            let call = check.fetched(call).await?;
            let output = inner.call(call).await.map_err(IntoFailure::into_failure)?;
            check.stored(output, &context).await
        })
    }
}
