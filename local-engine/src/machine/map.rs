//! Map: runs its item processor once for every item; all iterations must succeed.

mod batch;
mod distributed;
mod quantity;

use std::sync::Arc;

use serde_json::Value;

use super::evaluate::Seen;
use super::failure::Failure;
use super::flow;
use super::frame::{Children, Item, Visit, Waiting};
use super::json::Json;
use super::{Machine, evaluate};
use crate::asl::{Items, Map, PathField};
use crate::history::EventDetails;
use crate::query::Scope;

/// How many iterations the service runs at once if nothing limits them.
const MAX_CONCURRENCY: u64 = 40;
/// Where the items come from if there is no `ItemReader`, in the service's words.
const STATE_DATA: &str = "STATE_DATA";

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

/// How many failures are put up with.
#[derive(Debug, Clone, Copy)]
struct Tolerated {
    count: Option<u64>,
    percentage: Option<f64>,
}

impl Machine {
    pub(super) fn start_iterations(&mut self, visit: Visit, map: &Map) {
        match self.plan(&visit, map) {
            Ok((items, input, limit)) => match &map.distributed {
                Some(distributed) => {
                    self.start_map_run(visit, map, distributed, &items, input, limit);
                }
                None => self.start_inline(visit, map, items, input, limit),
            },
            Err(failure) => self.fail(visit, failure),
        }
    }

    fn start_inline(
        &mut self,
        mut visit: Visit,
        map: &Map,
        items: Vec<Item>,
        input: Json,
        limit: u64,
    ) {
        let length = items.len();
        let started = EventDetails::MapStateStarted {
            length: length as u64,
        };
        let started = self.recorder.record(visit.frame.cursor, started);
        visit.frame.cursor = started;
        if let Err(failure) = self.tolerated(&visit, map, &input) {
            return self.limits_broken(visit, failure);
        }
        if length == 0 {
            return self.map_succeeded(visit, map, &Json::from_text("[]".into()));
        }
        let items = items.into_iter().map(|item| item.value).collect();
        let iterations = Iterations {
            items,
            next: 0,
            input,
        };
        let mut children = Children::new(length, Some(iterations));
        let limit = match limit {
            1..MAX_CONCURRENCY => limit,
            _ => MAX_CONCURRENCY,
        };
        for _ in 0..limit.min(length as u64) {
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

    /// The items if they do not have to be read, the input that `ItemSelector` reads, and how
    /// many iterations may run at once; 0 if there is no limit.
    fn plan(&self, visit: &Visit, map: &Map) -> Result<(Vec<Item>, Json, u64), Failure> {
        let input = flow::effective_input(&self.shared, visit)?;
        let limit = map.max_concurrency.as_ref();
        let limit = quantity::count(&self.shared, visit, &input, limit, "MaxConcurrency")?;
        let is_read = map
            .distributed
            .as_ref()
            .is_some_and(|distributed| distributed.reader.is_some());
        // A reader takes the place of `ItemsPath`, which is then not even looked at.
        let items = if is_read {
            Vec::new()
        } else {
            self.items(visit, map, &input)?
        };
        Ok((items, input, limit.unwrap_or(0)))
    }

    fn items(&self, visit: &Visit, map: &Map, input: &Json) -> Result<Vec<Item>, Failure> {
        let (items, path) = match &map.items {
            Items::Payload(items) => {
                let members = map.distributed.is_some();
                let items = evaluate::items(&self.shared, visit, items.as_ref(), members)?;
                (items, "$")
            }
            Items::Path(PathField::Path(path)) => (
                flow::find(&self.shared, visit, input, path, "ItemsPath")?,
                path.as_str(),
            ),
            Items::Path(PathField::Whole) => (input.value().clone(), "$"),
            Items::Path(PathField::Nothing) => (Value::Null, "null"),
        };
        let is_distributed = map.distributed.is_some();
        let source = is_distributed.then(|| Arc::from(STATE_DATA));
        match items {
            Value::Array(items) => Ok(items
                .into_iter()
                .enumerate()
                .map(|(index, value)| Item {
                    index,
                    key: None,
                    value: Json::from_value(value),
                    source: source.clone(),
                })
                .collect()),
            Value::Object(members) if is_distributed => Ok(members
                .into_iter()
                .enumerate()
                .map(|(index, (key, value))| Item {
                    index,
                    key: Some(key.into()),
                    value: Json::from_value(value),
                    source: source.clone(),
                })
                .collect()),
            _ => Err(Failure::runtime(
                visit,
                &format!("Reference path \"{path}\" must point to array."),
            )),
        }
    }

    /// How many failures are put up with. The service reads these fields after the start of the
    /// state is recorded, in every Map.
    fn tolerated(&self, visit: &Visit, map: &Map, input: &Json) -> Result<Tolerated, Failure> {
        let (count, percentage) = (&map.tolerance.count, &map.tolerance.percentage);
        Ok(Tolerated {
            count: quantity::count(
                &self.shared,
                visit,
                input,
                count.as_ref(),
                "ToleratedFailureCount",
            )?,
            percentage: quantity::percentage(&self.shared, visit, input, percentage.as_ref())?,
        })
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
            key: None,
            value,
            source: None,
        };
        let input = self.selected(visit, map, &iterations.input, &item)?;
        let started = EventDetails::MapIterationStarted {
            name: visit.name.clone(),
            index: index as u64,
        };
        let cursor = self.recorder.record(previous, started);
        self.start_child(visit, index, &map.processor, Some(item), cursor, input);
        Ok(())
    }

    /// What an iteration gets for this item: the item itself, or what `ItemSelector` makes of it.
    fn selected(
        &self,
        visit: &Visit,
        map: &Map,
        input: &Json,
        item: &Item,
    ) -> Result<Json, Failure> {
        let Some(selector) = &map.item_selector else {
            return Ok(item.value.clone());
        };
        let context = visit.context_object(&self.shared, Some(item));
        let scope = Scope {
            input: input.value(),
            text: input.written(),
            context: &context,
            random: self.shared.random(),
        };
        evaluate::payload_in(&self.shared, visit, selector, Seen::root(input), scope)
    }

    /// A field that is read after the start of the state came to nothing. An expression is then
    /// told of as if it had been read before.
    fn limits_broken(&mut self, mut visit: Visit, failure: Failure) {
        if failure.is_evaluation() {
            visit.frame.cursor = visit.entered_id;
        }
        self.fail(visit, failure);
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
