//! Map: runs its item processor once for every item; all iterations must succeed.

use serde_json::Value;

use super::evaluate::Seen;
use super::failure::Failure;
use super::flow;
use super::frame::{Children, Item, Visit, Waiting};
use super::json::Json;
use super::{Machine, evaluate};
use crate::asl::{Concurrency, Items, Map, PathField};
use crate::history::EventDetails;
use crate::query::Scope;

/// How many iterations the service runs at once if nothing limits them.
const MAX_CONCURRENCY: usize = 40;

/// What a Map still has to start.
#[derive(Debug)]
pub(super) struct Iterations {
    /// The items, in order; the index of an item is that of its iteration.
    items: Vec<Json>,
    /// The first item that was not started.
    next: usize,
    /// The input after `InputPath`, which `ItemSelector` reads.
    input: Json,
}

impl Machine {
    pub(super) fn start_iterations(&mut self, mut visit: Visit, map: &Map) {
        let (iterations, limit) = match self.plan(&visit, map) {
            Ok(plan) => plan,
            Err(failure) => return self.fail(visit, failure),
        };
        let length = iterations.items.len();
        let started = EventDetails::MapStateStarted {
            length: length as u64,
        };
        let started = self.recorder.record(visit.frame.cursor, started);
        visit.frame.cursor = started;
        if length == 0 {
            return self.map_succeeded(visit, map, &Json::from_text("[]".into()));
        }
        let mut children = Children::new(length, Some(iterations));
        for _ in 0..limit.min(length) {
            if let Err(failure) = self.start_iteration(&visit, map, &mut children, started) {
                return self.iterations_broken(visit, failure);
            }
        }
        self.park(visit, Waiting::Children(children));
    }

    pub(super) fn iteration_succeeded(
        &mut self,
        mut visit: Visit,
        map: &Map,
        mut children: Children,
        index: usize,
        last_event: u64,
    ) {
        let name = visit.name.clone();
        let succeeded = EventDetails::MapIterationSucceeded {
            name,
            index: index as u64,
        };
        visit.frame.cursor = self.recorder.record(last_event, succeeded);
        if children.missing == 0 {
            return self.map_succeeded(visit, map, &children.result());
        }
        // The next iteration points past that event, at the last one of the iteration it follows.
        if let Err(failure) = self.start_iteration(&visit, map, &mut children, last_event) {
            return self.iterations_broken(visit, failure);
        }
        self.park(visit, Waiting::Children(children));
    }

    /// The items, and how many iterations may run at once.
    fn plan(&self, visit: &Visit, map: &Map) -> Result<(Iterations, usize), Failure> {
        let input = flow::effective_input(&self.shared, visit)?;
        let limit = self.concurrency(visit, map, &input)?;
        let (items, path) = match &map.items {
            Items::Payload(items) => {
                let items = evaluate::items(&self.shared, visit, items.as_ref())?;
                (Value::Array(items), "$")
            }
            Items::Path(PathField::Path(path)) => (
                flow::find(&self.shared, visit, &input, path, "ItemsPath")?,
                path.as_str(),
            ),
            Items::Path(PathField::Whole) => (input.value().clone(), "$"),
            Items::Path(PathField::Nothing) => (Value::Null, "null"),
        };
        let Value::Array(items) = items else {
            return Err(Failure::runtime(
                visit,
                &format!("Reference path \"{path}\" must point to array."),
            ));
        };
        let items = items.into_iter().map(Json::from_value).collect();
        Ok((
            Iterations {
                items,
                next: 0,
                input,
            },
            limit,
        ))
    }

    fn concurrency(&self, visit: &Visit, map: &Map, input: &Json) -> Result<usize, Failure> {
        let limit = match &map.max_concurrency {
            Concurrency::Literal(limit) => *limit,
            Concurrency::Expression(expression) => {
                let limit = evaluate::number(&self.shared, visit, expression, 0, i64::MAX)?;
                limit.unsigned_abs()
            }
            Concurrency::Path(path) => {
                let limit =
                    flow::find_integer(&self.shared, visit, input, path, "MaxConcurrencyPath")?;
                u64::try_from(limit)
                    .map_err(|_| Failure::runtime(visit, "MaxConcurrency cannot be negative."))?
            }
        };
        match usize::try_from(limit) {
            Ok(limit @ 1..MAX_CONCURRENCY) => Ok(limit),
            _ => Ok(MAX_CONCURRENCY),
        }
    }

    /// Starts the next iteration, if one is left. An item selector that fails does so before its
    /// iteration has begun.
    fn start_iteration(
        &mut self,
        visit: &Visit,
        map: &Map,
        children: &mut Children,
        previous: u64,
    ) -> Result<(), Failure> {
        let Some(iterations) = &mut children.iterations else {
            return Ok(());
        };
        let index = iterations.next;
        let Some(value) = iterations.items.get(index).cloned() else {
            return Ok(());
        };
        iterations.next += 1;
        let item = Item {
            index,
            value: value.clone(),
        };
        let input = match &map.item_selector {
            None => value,
            Some(selector) => {
                let context = visit.context_object(&self.shared, Some(&item));
                let input = &iterations.input;
                let scope = Scope {
                    input: input.value(),
                    text: input.written(),
                    context: &context,
                    random: self.shared.random(),
                };
                evaluate::payload_in(&self.shared, visit, selector, Seen::root(input), scope)?
            }
        };
        let started = EventDetails::MapIterationStarted {
            name: visit.name.clone(),
            index: index as u64,
        };
        let cursor = self.recorder.record(previous, started);
        self.start_child(visit, index, &map.processor, Some(item), cursor, input);
        Ok(())
    }

    /// An iteration could not even begin.
    fn iterations_broken(&mut self, visit: Visit, failure: Failure) {
        if !failure.is_fatal() {
            self.abort_children(&visit, visit.frame.cursor);
        }
        self.fail(visit, failure);
    }

    fn map_succeeded(&mut self, visit: Visit, map: &Map, result: &Json) {
        // Another event that nothing points at.
        self.recorder
            .record(visit.frame.cursor, EventDetails::MapStateSucceeded);
        self.complete(visit, &map.work, result);
    }
}
