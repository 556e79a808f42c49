//! What Parallel and Map share: frames inside a visit that succeed one by one, or fail together.
//!
//! Every branch and iteration has its own chain of events. The visit's chain goes on from the
//! last event of whichever frame ended last, or failed.

use std::sync::Arc;

use super::Machine;
use super::failure::Failure;
use super::frame::{Frame, FrameId, Item, Parent, Parked, Visit, Waiting};
use super::json::Json;
use super::transition::state_type;
use crate::asl::{StateGraph, StateKind};
use crate::history::{EventDetails, StateType};
use crate::query::Variables;

impl Machine {
    /// Sends a new frame to the first state of a branch or item processor.
    pub(super) fn start_child(
        &mut self,
        visit: &Visit,
        index: usize,
        graph: &Arc<StateGraph>,
        item: Option<Item>,
        cursor: u64,
        input: Json,
    ) {
        self.last_frame += 1;
        let map = matches!(visit.state.kind, StateKind::Map(_)).then(|| visit.name.clone());
        let parent = Some(Parent {
            frame: visit.frame.id,
            index,
            map,
        });
        let frame = Frame {
            id: FrameId(self.last_frame),
            graph: graph.clone(),
            parent,
            cursor,
            item,
            variables: Variables::inside(&visit.frame.variables),
        };
        self.queue.push_back((frame, graph.start().clone(), input));
    }

    /// A branch or iteration has ended well.
    pub(super) fn child_succeeded(&mut self, child: &Frame, parent: &Parent, output: Json) {
        let Some(Parked {
            visit,
            waiting: Waiting::Children(mut children),
        }) = self.parked.remove(&parent.frame)
        else {
            return;
        };
        children.accept(parent.index, output);
        let state = visit.state.clone();
        match &state.kind {
            StateKind::Parallel(parallel) => {
                self.branch_succeeded(visit, parallel, children, child.cursor);
            }
            StateKind::Map(map) => {
                self.iteration_succeeded(visit, map, children, parent.index, child.cursor);
            }
            _ => {}
        }
    }

    /// A branch or iteration has failed, and with it the whole attempt: the others are cut short
    /// where they stand, and the visit decides what becomes of the failure.
    pub(super) fn child_failed(&mut self, child: &Visit, parent: &Parent, failure: Failure) {
        let Some(Parked {
            mut visit,
            waiting: Waiting::Children(_),
        }) = self.parked.remove(&parent.frame)
        else {
            return;
        };
        let cursor = child.frame.cursor;
        // The service says so of the task that failed, and of those that are cut short below.
        if matches!(child.state.kind, StateKind::Task(_)) {
            self.recorder.record(
                cursor,
                EventDetails::StateAborted {
                    kind: StateType::Task,
                },
            );
        }
        self.abort_children(&visit, cursor);
        if let Some(name) = parent.map.clone() {
            self.recorder.record(
                cursor,
                EventDetails::MapIterationFailed {
                    name,
                    index: parent.index as u64,
                },
            );
        }
        visit.frame.cursor = cursor;
        self.fail(visit, failure);
    }

    /// Cuts short every frame inside this visit, outer ones first. All the events point at the
    /// last event of the frame that failed.
    pub(super) fn abort_children(&mut self, visit: &Visit, cursor: u64) {
        for frame in self.frames_inside(visit.frame.id) {
            let on_its_way = self
                .queue
                .iter()
                .position(|(queued, ..)| queued.id == frame);
            if let Some((queued, ..)) = on_its_way.and_then(|at| self.queue.remove(at)) {
                self.iteration_aborted(&queued, cursor);
            } else if let Some(parked) = self.parked.remove(&frame) {
                self.iteration_aborted(&parked.visit.frame, cursor);
                if matches!(parked.waiting, Waiting::MapRun { .. }) {
                    self.recorder.record(cursor, EventDetails::MapRunAborted);
                }
                let kind = state_type(&parked.visit.state.kind);
                self.recorder
                    .record(cursor, EventDetails::StateAborted { kind });
                match parked.waiting {
                    Waiting::Task { task, .. } => self.recorder.forget(task),
                    Waiting::Wait { timer } | Waiting::Backoff { timer } => {
                        self.recorder.cancel(timer);
                    }
                    Waiting::MapRun { run, .. } => self.recorder.forget_map_run(run, false),
                    Waiting::Children(_) => {}
                }
            }
        }
    }

    fn iteration_aborted(&mut self, frame: &Frame, cursor: u64) {
        if let Some(Parent {
            map: Some(name),
            index,
            ..
        }) = frame.parent.clone()
        {
            self.recorder.record(
                cursor,
                EventDetails::MapIterationAborted {
                    name,
                    index: index as u64,
                },
            );
        }
    }

    /// The frames inside this one at any depth, parents before children.
    fn frames_inside(&self, outer: FrameId) -> Vec<FrameId> {
        let parked = self.parked.values().map(|parked| &parked.visit.frame);
        let mut frames: Vec<_> = parked
            .chain(self.queue.iter().map(|(frame, ..)| frame))
            .filter_map(|frame| frame.parent.as_ref().map(|parent| (frame.id, parent.frame)))
            .collect();
        // A child's number is greater than its parent's, so one pass in order sees them all.
        frames.sort_unstable();
        let mut inside = Vec::new();
        for (frame, parent) in frames {
            if parent == outer || inside.binary_search(&parent).is_ok() {
                inside.push(frame);
            }
        }
        inside
    }
}
