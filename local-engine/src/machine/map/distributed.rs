//! A distributed Map: its items run as executions of their own, in a map run.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

use serde_json::Value;

use super::super::Machine;
use super::super::evaluate::{self, Seen};
use super::super::event::MapRunId;
use super::super::failure::Failure;
use super::super::flow;
use super::super::frame::{Item, Parked, Visit, Waiting};
use super::super::json::Json;
use super::super::map_run::{
    ChildInput, MapRunPlan, ReadItem, ReadPlan, ResultTarget, ResultsPlan,
};
use super::batch::{self, BatchLimits, TooLarge};
use super::quantity;
use crate::asl::{
    Distributed, ItemBatcher, ItemReader, Map, OutputType, Payload, Quantity, ReadOperation,
    StateKind, Transformation,
};
use crate::history::EventDetails;

/// The error name of items that could not be read.
const ITEM_READER_FAILED: &str = "States.ItemReaderFailed";
/// The error name of a value above the service's limit.
const DATA_LIMIT_EXCEEDED: &str = "States.DataLimitExceeded";

impl Machine {
    pub(super) fn start_map_run(
        &mut self,
        mut visit: Visit,
        map: &Map,
        distributed: &Distributed,
        items: &[Item],
        input: Json,
        max_concurrency: u64,
    ) {
        // The number of items that must be read first is not known yet, and stays 0.
        let length = items.len() as u64;
        let started = EventDetails::MapStateStarted { length };
        visit.frame.cursor = self.recorder.record(visit.frame.cursor, started);
        let results = self
            .tolerated(&visit, map, &input)
            .and_then(|tolerated| Ok((tolerated, self.results(&visit, distributed, &input)?)));
        let (tolerated, results) = match results {
            Ok(found) => found,
            Err(failure) => return self.limits_broken(visit, failure),
        };
        let (arn, label) = self.map_run_arn(&visit.name, distributed);
        let started = EventDetails::MapRunStarted {
            map_run_arn: arn.clone(),
        };
        visit.frame.cursor = self.recorder.record(visit.frame.cursor, started);
        let read = match &distributed.reader {
            None => Ok(None),
            Some(reader) => self.reading(&visit, reader, &input).map(Some),
        };
        let read = match read {
            Ok(read) => read,
            Err(failure) => return self.map_run_broken(visit, failure),
        };
        let is_read = read.is_some();
        let plan = MapRunPlan {
            arn,
            label,
            processor: map.processor.clone(),
            source: distributed.source.clone(),
            execution_type: distributed.execution_type,
            max_concurrency,
            tolerated_count: tolerated.count,
            tolerated_percentage: tolerated.percentage,
            read,
            results,
        };
        let run = self.recorder.start_map_run(visit.frame.id, plan);
        if is_read {
            let unread = Some(input);
            return self.park(visit, Waiting::MapRun { run, unread });
        }
        self.run_items(visit, map, distributed, run, items, &input);
    }

    pub(in super::super) fn items_read(&mut self, run: MapRunId, items: Vec<ReadItem>) {
        let Some((visit, unread)) = self.map_run_visit(run) else {
            return;
        };
        let Some(input) = unread else {
            // Its items were known all along, or are known by now.
            return self.park(visit, Waiting::MapRun { run, unread });
        };
        let state = visit.state.clone();
        let StateKind::Map(map) = &state.kind else {
            return;
        };
        let Some(distributed) = &map.distributed else {
            return;
        };
        let items: Vec<_> = items
            .into_iter()
            .enumerate()
            .map(|(index, item)| Item {
                index,
                key: item.key,
                value: Json::from_value(item.value),
                source: Some(item.source),
            })
            .collect();
        self.run_items(visit, map, distributed, run, &items, &input);
    }

    pub(in super::super) fn map_run_succeeded(&mut self, run: MapRunId, output: Arc<str>) {
        let Some((mut visit, _)) = self.map_run_visit(run) else {
            return;
        };
        self.recorder.end_map_run(run);
        let state = visit.state.clone();
        let StateKind::Map(map) = &state.kind else {
            return;
        };
        let started = visit.frame.cursor;
        let succeeded = self.recorder.record(started, EventDetails::MapRunSucceeded);
        self.recorder
            .record(succeeded, EventDetails::MapStateSucceeded);
        // The exit points past these events: recorded histories have it so if the Map is the
        // first state of its machine, and the only one in which it is not points further back.
        let is_first = visit.entered_from == 0;
        visit.frame.cursor = if is_first { succeeded } else { started };
        self.complete(visit, &map.work, &Json::from_text(output));
    }

    pub(in super::super) fn map_run_failed(&mut self, run: MapRunId, error: String, cause: String) {
        let Some((visit, _)) = self.map_run_visit(run) else {
            return;
        };
        self.recorder.end_map_run(run);
        let failure = Failure::stated(Some(error.into()), Some(cause.into()));
        self.map_run_broken(visit, failure);
    }

    /// Takes the visit that waits for a map run, and what its templates read if there is still
    /// something for them to do.
    fn map_run_visit(&mut self, run: MapRunId) -> Option<(Visit, Option<Json>)> {
        let frame = self.recorder.map_run_frame(run)?;
        let parked = self.parked.remove(&frame)?;
        match parked {
            Parked {
                visit,
                waiting: Waiting::MapRun { unread, .. },
            } => Some((visit, unread)),
            other => {
                self.parked.insert(frame, other);
                None
            }
        }
    }

    /// Ends a map run as failed.
    fn map_run_broken(&mut self, mut visit: Visit, mut failure: Failure) {
        self.record_evaluation(&mut visit, &mut failure);
        let failed = EventDetails::MapRunFailed {
            error: failure.error.clone(),
            cause: failure.cause.clone(),
        };
        visit.frame.cursor = self.recorder.record(visit.frame.cursor, failed);
        self.fail(visit, failure);
    }

    fn run_items(
        &mut self,
        visit: Visit,
        map: &Map,
        distributed: &Distributed,
        run: MapRunId,
        items: &[Item],
        input: &Json,
    ) {
        match self.children_of(&visit, map, distributed, items, input) {
            Ok(children) => {
                self.recorder.run_children(run, children);
                self.park(visit, Waiting::MapRun { run, unread: None });
            }
            Err(failure) => {
                self.recorder.forget_map_run(run, true);
                self.map_run_broken(visit, failure);
            }
        }
    }

    /// The inputs of the child executions for these items.
    fn children_of(
        &self,
        visit: &Visit,
        map: &Map,
        distributed: &Distributed,
        items: &[Item],
        input: &Json,
    ) -> Result<Vec<ChildInput>, Failure> {
        let selected: Result<Vec<_>, _> = items
            .iter()
            .map(|item| self.selected(visit, map, input, item))
            .collect();
        let selected = selected?;
        let Some(batcher) = &distributed.batcher else {
            return selected
                .into_iter()
                .map(|input| {
                    let input = flow::within_limit(visit, input)?;
                    Ok(ChildInput {
                        input: input.text().clone(),
                        items: 1,
                    })
                })
                .collect();
        };
        let limits = self.batch_limits(visit, batcher, input)?;
        let common = match &batcher.input {
            None => None,
            Some(payload) => Some(self.filled(visit, input, payload)?),
        };
        batch::batches(&selected, common.as_ref(), limits).map_err(|TooLarge(index)| {
            let message = format!(
                "The item with the index {index} does not fit into a batch of {} bytes.",
                limits.bytes.unwrap_or_default()
            );
            Failure::named(visit, DATA_LIMIT_EXCEEDED, &message)
        })
    }

    fn batch_limits(
        &self,
        visit: &Visit,
        batcher: &ItemBatcher,
        input: &Json,
    ) -> Result<BatchLimits, Failure> {
        let limit = |quantity: Option<&Quantity>, field: &str| {
            let limit = quantity::count(&self.shared, visit, input, quantity, field)?;
            if limit == Some(0) {
                return Err(Failure::runtime(
                    visit,
                    &format!("{field} must be positive."),
                ));
            }
            Ok(limit)
        };
        let bytes = limit(batcher.max_bytes.as_ref(), "MaxInputBytesPerBatch")?;
        Ok(BatchLimits {
            items: limit(batcher.max_items.as_ref(), "MaxItemsPerBatch")?,
            bytes: Some(bytes.unwrap_or(u64::MAX).min(flow::DATA_LIMIT as u64)),
        })
    }

    /// What the `ItemReader` is to read.
    fn reading(
        &self,
        visit: &Visit,
        reader: &ItemReader,
        input: &Json,
    ) -> Result<ReadPlan, Failure> {
        let parameters = match &reader.parameters {
            None => Value::Null,
            Some(payload) => self.filled(visit, input, payload)?.value().clone(),
        };
        let place = |field: &str| parameters.get(field).and_then(Value::as_str);
        let missing = |field: &str| {
            let message = format!("The ItemReader needs the parameter '{field}'.");
            Failure::named(visit, ITEM_READER_FAILED, &message)
        };
        let key = match reader.operation {
            ReadOperation::GetObject => place("Key").ok_or_else(|| missing("Key"))?,
            ReadOperation::ListObjects => place("Prefix").unwrap_or_default(),
        };
        Ok(ReadPlan {
            operation: reader.operation,
            bucket: place("Bucket").ok_or_else(|| missing("Bucket"))?.to_owned(),
            key: key.to_owned(),
            format: reader.format.clone(),
            pointer: reader.pointer.clone(),
            flatten: reader.flatten,
            max_items: self.max_items(visit, reader, input)?,
        })
    }

    /// `MaxItems`; 0 if there is no limit.
    fn max_items(&self, visit: &Visit, reader: &ItemReader, input: &Json) -> Result<u64, Failure> {
        match &reader.max_items {
            None => Ok(0),
            Some(Quantity::Literal(number)) => Ok(quantity::truncated(*number)),
            Some(Quantity::Expression(expression)) => {
                let number = evaluate::number(&self.shared, visit, expression, i64::MIN, i64::MAX)?;
                not_negative(number)
            }
            Some(Quantity::Path(path)) => {
                let number = quantity::integer(&self.shared, visit, input, path, "MaxItems")?;
                not_negative(number)
            }
        }
    }

    /// What becomes of the results.
    fn results(
        &self,
        visit: &Visit,
        distributed: &Distributed,
        input: &Json,
    ) -> Result<ResultsPlan, Failure> {
        let Some(writer) = &distributed.writer else {
            return Ok(ResultsPlan {
                target: None,
                output: OutputType::Json,
                transformation: Transformation::Compact,
            });
        };
        let target = match &writer.target {
            None => None,
            Some(payload) => {
                let parameters = self.filled(visit, input, payload)?;
                let place = |field: &str| {
                    let text = parameters.value().get(field).and_then(Value::as_str);
                    text.unwrap_or_default().to_owned()
                };
                Some(ResultTarget {
                    bucket: place("Bucket"),
                    prefix: place("Prefix"),
                })
            }
        };
        Ok(ResultsPlan {
            target,
            output: writer.output,
            transformation: writer.transformation,
        })
    }

    fn filled(&self, visit: &Visit, input: &Json, payload: &Payload) -> Result<Json, Failure> {
        evaluate::payload(&self.shared, visit, payload, Seen::root(input))
    }

    /// The ARN of a new map run, and its label. A state without one has a name there that is
    /// made up, but the same every time.
    fn map_run_arn(&mut self, state: &str, distributed: &Distributed) -> (Arc<str>, Arc<str>) {
        let name = uuid(&mut self.random);
        let facts = self.shared.facts();
        let label = distributed.label.clone().unwrap_or_else(|| {
            let mut hasher = DefaultHasher::new();
            (&facts.state_machine_arn, state).hash(&mut hasher);
            uuid(&mut fastrand::Rng::with_seed(hasher.finish()))
        });
        let place: Vec<_> = facts.state_machine_arn.splitn(6, ':').take(5).collect();
        let place = place.join(":");
        let machine = &facts.state_machine_name;
        let arn = format!("{place}:mapRun:{machine}/{label}:{name}");
        (arn.into(), label.into())
    }
}

/// A `MaxItems` that was found.
fn not_negative(number: i64) -> Result<u64, Failure> {
    u64::try_from(number).map_err(|_| {
        let cause = "field MaxItems must be positive";
        Failure::stated(Some(ITEM_READER_FAILED.into()), Some(cause.into()))
    })
}

/// A random UUID that repeats with the seed.
fn uuid(random: &mut fastrand::Rng) -> String {
    let mut bytes = [0; 16];
    random.fill(&mut bytes);
    uuid::Builder::from_random_bytes(bytes)
        .into_uuid()
        .to_string()
}
