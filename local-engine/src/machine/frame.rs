//! Frames: the places where an execution stands, one for itself and one for every running
//! Parallel branch and Map iteration.
//!
//! A frame is always in exactly one hand: on its way to a state it waits in the queue; in a state
//! it belongs to its [`Visit`]; and a visit that waits for something is [`Parked`].

use std::sync::{Arc, OnceLock};

use jiff::Timestamp;

use super::event::{MapRunId, TaskId, TimerId};
use super::facts::SharedContext;
use super::json::Json;
use super::map::Iterations;
use super::task::Phase;
use super::transition::work_of;
use crate::asl::{State, StateGraph};
use crate::query::{ContextObject, ItemContext, Scope, StateContext, Variables};

/// The number of a frame; a child's is greater than its parent's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct FrameId(pub(super) u64);

/// One place where an execution stands.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) id: FrameId,
    /// The states among which it moves.
    pub(super) graph: Arc<StateGraph>,
    /// The Parallel or Map visit it belongs to; none for the execution itself.
    pub(super) parent: Option<Parent>,
    /// The event that the frame's next event points at.
    pub(super) cursor: u64,
    /// The item of the innermost Map iteration.
    pub(super) item: Option<Item>,
    /// The variables of its scope, and those outside.
    pub(super) variables: Arc<Variables>,
}

/// Where a branch or iteration belongs.
#[derive(Debug, Clone)]
pub(super) struct Parent {
    pub(super) frame: FrameId,
    /// The number of the branch or item, from 0.
    pub(super) index: usize,
    /// The name of the Map state; none for a branch.
    pub(super) map: Option<Arc<str>>,
}

/// The item of a Map iteration.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) index: usize,
    /// Its name, if the items are the members of an object.
    pub(super) key: Option<Arc<str>>,
    pub(super) value: Json,
    /// Where the items of a distributed Map come from.
    pub(super) source: Option<Arc<str>>,
}

/// One stay of a frame in a state, from its entry to its exit, all retries included.
#[derive(Debug)]
pub(super) struct Visit {
    pub(super) frame: Frame,
    pub(super) state: Arc<State>,
    /// The state's name, shared with the events.
    pub(super) name: Arc<str>,
    /// The input as it came, before `InputPath`.
    pub(super) input: Json,
    /// The event that the entry points at.
    pub(super) entered_from: u64,
    /// The number of the event that recorded the entry.
    pub(super) entered_id: u64,
    pub(super) entered_at: Timestamp,
    /// How often each entry of `Retry` was used; empty before the first retry.
    pub(super) retries: Vec<u32>,
    /// The token of the present attempt, if it has one that states may read.
    task_token: Option<String>,
    context: OnceLock<ContextObject>,
}

/// A visit that waits for something to happen.
#[derive(Debug)]
pub(super) struct Parked {
    pub(super) visit: Visit,
    pub(super) waiting: Waiting,
}

/// What a visit waits for.
#[derive(Debug)]
pub(super) enum Waiting {
    /// The outcome of an activity task.
    Task { task: TaskId, phase: Phase },
    /// The end of a Wait.
    Wait { timer: TimerId },
    /// The next attempt of a retry.
    Backoff { timer: TimerId },
    /// The branches of a Parallel, or the iterations of a Map.
    Children(Children),
    /// The child executions of a distributed Map.
    MapRun {
        run: MapRunId,
        /// What `ItemSelector` will read once the items are known; none when they are.
        unread: Option<Json>,
    },
}

/// The branches or iterations that a visit waits for.
#[derive(Debug)]
pub(super) struct Children {
    /// The outputs, in the order of branches or items.
    pub(super) outputs: Vec<Option<Json>>,
    /// How many outputs are missing.
    pub(super) missing: usize,
    /// What a Map still has to start.
    pub(super) iterations: Option<Iterations>,
}

impl Visit {
    /// The visit that begins with the entry recorded as this event.
    pub(super) fn new(
        frame: Frame,
        state: Arc<State>,
        name: Arc<str>,
        input: Json,
        entered_from: u64,
        entered_at: Timestamp,
    ) -> Self {
        let entered_id = frame.cursor;
        Self {
            frame,
            state,
            name,
            input,
            entered_from,
            entered_id,
            entered_at,
            retries: Vec::new(),
            task_token: None,
            context: OnceLock::new(),
        }
    }

    /// Counts one more use of an entry of `Retry`.
    pub(super) fn count_retry(&mut self, retrier: usize) {
        if self.retries.len() <= retrier {
            self.retries.resize(retrier + 1, 0);
        }
        self.retries[retrier] += 1;
        self.task_token = None;
        self.context = OnceLock::new();
    }

    /// Gives the present attempt a token.
    pub(super) fn name(&mut self, token: String) {
        self.task_token = Some(token);
        self.context = OnceLock::new();
    }

    #[cfg(test)]
    pub(super) fn token(&self) -> Option<&str> {
        self.task_token.as_deref()
    }

    /// What a path sees: this value as `$`, and the context object of this visit as `$$`.
    pub(super) fn scope<'a>(&'a self, shared: &'a SharedContext, input: &'a Json) -> Scope<'a> {
        let context = self
            .context
            .get_or_init(|| self.context_object(shared, self.frame.item.as_ref()));
        Scope {
            input: input.value(),
            text: input.written(),
            context,
            random: shared.random(),
        }
    }

    /// The context object of this visit with this item.
    pub(super) fn context_object(
        &self,
        shared: &SharedContext,
        item: Option<&Item>,
    ) -> ContextObject {
        let (execution, machine) = shared.parts();
        ContextObject {
            execution: execution.clone(),
            machine: machine.clone(),
            state: Some(StateContext {
                name: self.state.name.clone(),
                entered_time: self.entered_at,
                retry_count: work_of(&self.state.kind).map(|_| self.retries.iter().sum()),
            }),
            item: item.map(|item| ItemContext {
                index: item.index,
                key: item.key.clone(),
                value: item.value.value().clone(),
                source: item.source.clone(),
            }),
            task_token: self.task_token.clone(),
            variables: self.frame.variables.clone(),
        }
    }
}

impl Children {
    pub(super) fn new(count: usize, iterations: Option<Iterations>) -> Self {
        Self {
            outputs: vec![None; count],
            missing: count,
            iterations,
        }
    }

    /// Takes the output of one branch or iteration.
    pub(super) fn accept(&mut self, index: usize, output: Json) {
        if let Some(place) = self.outputs.get_mut(index)
            && place.is_none()
        {
            *place = Some(output);
            self.missing -= 1;
        }
    }

    /// The array of all outputs.
    pub(super) fn result(&self) -> Json {
        Json::array(self.outputs.iter().flatten())
    }
}
