//! The conductor of a map run: reads items, starts child executions as far as they may run at
//! once, and writes results.
//!
//! Each map run has one conductor, a task of the engine's own. Nothing else starts children, so
//! it holds no lock while it does; a child that ends, a change of the limits and the end of the
//! execution with the Map wake it.

mod results;

use std::collections::VecDeque;
use std::future::poll_fn;
use std::panic::{self, AssertUnwindSafe};
use std::pin::pin;
use std::sync::{Arc, Weak};
use std::task::Poll;

use tokio::sync::mpsc::UnboundedReceiver;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::shared::Shared;
use crate::asl::{Definition, MachineType};
use crate::machine::{ChildInput, Event, MapRunId, MapRunPlan};
use crate::objects::{ObjectStore, read_items};
use crate::store::{
    ChildPlace, Execution, MapRun, NewExecution, Next, Revision, RunStatus, Settings, StateMachine,
};

/// How many children are started before others get their turn on the runtime.
const BATCH: usize = 64;

/// What is told of an object store, of whoever's making, that falls over.
const STORE_PANICKED: &str = "The object store panicked.";

/// Conducts every map run until the engine is gone. The engine's handles own this task, and it
/// owns the conductors.
pub(super) async fn drive(engine: Weak<Shared>, mut runs: UnboundedReceiver<Arc<MapRun>>) {
    let mut conductors = JoinSet::new();
    loop {
        tokio::select! {
            run = runs.recv() => match run {
                Some(run) => {
                    conductors.spawn(conduct_to_an_end(engine.clone(), run));
                }
                None => return,
            },
            Some(_) = conductors.join_next(), if !conductors.is_empty() => {}
        }
    }
}

/// What a conductor's work has led to.
enum Step {
    /// There is more to do at once.
    More,
    /// Nothing can be done before something changes.
    Wait,
    Complete,
    Exceeded,
    Forgotten(RunStatus),
}

/// A conductor that panics must not leave the execution with the Map waiting.
async fn conduct_to_an_end(engine: Weak<Shared>, run: Arc<MapRun>) {
    let conducted = caught(conduct(engine.clone(), Arc::clone(&run))).await;
    if conducted.is_err()
        && let Some(shared) = engine.upgrade()
    {
        shared.abort_children(&run);
        let cause = "What starts the child executions of the map run panicked.".to_owned();
        shared.break_off(&run, "States.Runtime", cause);
    }
}

async fn conduct(engine: Weak<Shared>, run: Arc<MapRun>) {
    let Some(objects) = engine.upgrade().map(|shared| Arc::clone(&shared.objects)) else {
        return;
    };
    if let Some(plan) = &run.plan.read {
        let read = caught(read_items(&*objects, plan)).await;
        let read = read.unwrap_or_else(|Panicked| Err(STORE_PANICKED.to_owned()));
        let Some(shared) = engine.upgrade() else {
            return;
        };
        match read {
            Ok(items) => shared.bring(&run, Event::ItemsRead { run: run.id, items }),
            Err(cause) => return shared.break_off(&run, "States.ItemReaderFailed", cause),
        }
    }
    loop {
        let Some(shared) = engine.upgrade() else {
            return;
        };
        let step = shared.advance(&run);
        match step {
            Step::More => {
                drop(shared);
                tokio::task::yield_now().await;
            }
            Step::Wait => {
                drop(shared);
                // A change that came in between has left its mark, so nothing is missed.
                run.changed.notified().await;
            }
            Step::Forgotten(status) => {
                shared.abort_children(&run);
                run.close(status, shared.clock.now(), false);
                return;
            }
            Step::Exceeded => {
                shared.abort_children(&run);
                drop(shared);
                // The results of what did succeed are worth having; the run has failed anyway.
                let written = finish(&objects, &run).await.is_ok_and(|end| end.written);
                let Some(shared) = engine.upgrade() else {
                    return;
                };
                run.close(RunStatus::Failed, shared.clock.now(), written);
                return shared.report_failure(
                    &run,
                    "States.ExceedToleratedFailureThreshold",
                    "The specified tolerated failure threshold was exceeded".to_owned(),
                );
            }
            Step::Complete => {
                drop(shared);
                let end = finish(&objects, &run).await;
                let Some(shared) = engine.upgrade() else {
                    return;
                };
                return match end {
                    Ok(end) => {
                        run.close(RunStatus::Succeeded, shared.clock.now(), end.written);
                        let output = end.output;
                        shared.bring(
                            &run,
                            Event::MapRunSucceeded {
                                run: run.id,
                                output,
                            },
                        );
                    }
                    Err(cause) => shared.break_off(&run, "States.ResultWriterFailed", cause),
                };
            }
        }
    }
}

/// How the results of a run became the result of the state.
struct Finished {
    output: Arc<str>,
    written: bool,
}

/// Writes the results if that was asked for, and tells the result of the state.
async fn finish(objects: &Arc<dyn ObjectStore>, run: &MapRun) -> Result<Finished, String> {
    let written = caught(write(objects, run)).await;
    written.unwrap_or_else(|Panicked| Err(STORE_PANICKED.to_owned()))
}

async fn write(objects: &Arc<dyn ObjectStore>, run: &MapRun) -> Result<Finished, String> {
    let (children, pending) = run.outcome();
    let Some(target) = &run.plan.results.target else {
        return Ok(Finished {
            output: results::output(run, &children),
            written: false,
        });
    };
    let export = results::export(run, target, &children, &pending);
    for file in export.files {
        let put = objects.put(&target.bucket, &file.key, file.content).await;
        put.map_err(|error| error.to_string())?;
    }
    Ok(Finished {
        output: export.output,
        written: true,
    })
}

/// A future fell over.
struct Panicked;

/// Lets a future come to its end, be it a panic.
async fn caught<T>(future: impl Future<Output = T>) -> Result<T, Panicked> {
    let mut future = pin!(future);
    // After a panic the future is not polled again, and what it shares is behind locks.
    poll_fn(|context| {
        let polled = panic::catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context)));
        match polled {
            Ok(poll) => poll.map(Ok),
            Err(_) => Poll::Ready(Err(Panicked)),
        }
    })
    .await
}

impl Shared {
    /// Begins a map run of this execution. Its conductor waits for the inputs of the children.
    pub(super) fn open_map_run(&self, parent: &Arc<Execution>, id: MapRunId, plan: MapRunPlan) {
        let now = self.clock.now();
        let name = format!("{}/{}", parent.state_machine_name, plan.label);
        let definition = Definition::of_processor(Arc::clone(&plan.processor));
        let machine = StateMachine {
            arn: self.place.state_machine(&name),
            name: name.into(),
            kind: plan.execution_type,
            created: now,
            tags: crate::resource::Tags::default(),
            current: Arc::new(Revision {
                id: None,
                updated: now,
                definition: Arc::new(definition),
                settings: Settings {
                    definition: plan.source.to_string().into(),
                    ..parent.revision.settings.clone()
                },
            }),
            executions: VecDeque::new(),
        };
        let mut runs = self.map_runs();
        let number = runs.number();
        let run = Arc::new(MapRun::new(number, id, plan, parent, machine, now));
        runs.add(parent, &run);
        drop(runs);
        // The conductors are gone only if the engine is about to be.
        let _ = self.map_run_opened.send(run);
    }

    /// Gives the conductor the inputs of the children.
    pub(super) fn fill_map_run(&self, parent: &Execution, id: MapRunId, children: Vec<ChildInput>) {
        if let Some(run) = self.map_run_of(parent, id) {
            run.fill(children);
        }
    }

    /// Tells the conductor that nobody waits for the run any more.
    pub(super) fn forget_map_run(&self, parent: &Execution, id: MapRunId, failed: bool) {
        if let Some(run) = self.map_run_of(parent, id) {
            run.forget(if failed {
                RunStatus::Failed
            } else {
                RunStatus::Aborted
            });
        }
    }

    fn map_run_of(&self, parent: &Execution, id: MapRunId) -> Option<Arc<MapRun>> {
        let runs = self.map_runs();
        let found = runs.of(parent).iter().find(|run| run.id == id);
        found.cloned()
    }

    /// Starts as many children as may run, but not too many without a break.
    fn advance(&self, run: &Arc<MapRun>) -> Step {
        for _ in 0..BATCH {
            match run.next() {
                Next::Start(index, input) => self.start_child(run, index, input),
                Next::Wait => return Step::Wait,
                Next::Complete => return Step::Complete,
                Next::Exceeded => return Step::Exceeded,
                Next::Forgotten(status) => return Step::Forgotten(status),
            }
        }
        Step::More
    }

    fn start_child(&self, run: &Arc<MapRun>, index: usize, input: ChildInput) {
        let name = Uuid::new_v4().to_string();
        let machine = &run.machine;
        let arn = match run.plan.execution_type {
            MachineType::Standard => self.place.execution(&machine.name, &name),
            MachineType::Express => self.place.express_execution(&machine.name, &name, &name),
        };
        let new = NewExecution {
            arn,
            name: name.into(),
            input: input.input,
            trace_header: None,
            // Mocks of the state machine are for all of its states.
            test_case: run.test_case.clone(),
            child_of: Some(ChildPlace {
                run: Arc::downgrade(run),
                run_arn: run.plan.arn.clone(),
                index,
                items: input.items,
            }),
        };
        let now = self.clock.now();
        let mut store = self.store();
        let execution = store.start_child(machine, new, now);
        run.child_started(index, &execution);
        // Nobody may find the execution before its machine has begun.
        let mut delivery = self.delivery(&execution);
        drop(store);
        delivery.start();
    }

    fn abort_children(&self, run: &MapRun) {
        for execution in run.running() {
            self.delivery(&execution).deliver(Event::Stopped {
                error: None,
                cause: None,
            });
        }
    }

    /// Ends a run that could not read or write.
    fn break_off(&self, run: &MapRun, error: &str, cause: String) {
        run.close(RunStatus::Failed, self.clock.now(), false);
        self.report_failure(run, error, cause);
    }

    fn report_failure(&self, run: &MapRun, error: &str, cause: String) {
        self.bring(
            run,
            Event::MapRunFailed {
                run: run.id,
                error: error.to_owned(),
                cause,
            },
        );
    }

    /// Brings an event to the execution with the Map.
    fn bring(&self, run: &MapRun, event: Event) {
        if let Some(parent) = run.parent.upgrade() {
            self.delivery(&parent).deliver(event);
        }
    }
}
