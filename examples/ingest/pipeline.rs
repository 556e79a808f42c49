//! Starts executions and follows them: one at a time lists files, others take them in batches.

use std::collections::{HashMap, VecDeque};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::task::{Id, JoinError, JoinSet};

use crate::activities::{Listing, SetAside, Totals};
use crate::plan::Plan;
use crate::problem::Problem;
use crate::progress::Progress;
use crate::stop::Stop;
use crate::tally::Tally;
use crate::target::{End, Machine};

/// Starts executions and follows them.
#[derive(Debug)]
pub(crate) struct Pipeline {
    machine: Machine,
    plan: Plan,
    stop: Stop,
    tally: Tally,
    listing: Page,
    /// Batches that no execution has taken yet.
    batches: VecDeque<Vec<String>>,
    /// Waits for the open executions; dropped with the pipeline.
    waits: JoinSet<Result<End, Problem>>,
    open: HashMap<Id, Open>,
}

/// How far the listing has come.
#[derive(Debug)]
enum Page {
    /// The next page begins after this path.
    Due(Option<String>),
    /// An execution is on it.
    Asked,
    /// There are no more.
    Last,
}

/// An execution that is not over.
#[derive(Debug)]
struct Open {
    execution: String,
    lists: bool,
}

/// The output of an execution that took a batch.
#[derive(Debug, Deserialize)]
struct Batch {
    totals: Totals,
    set_aside: Vec<SetAside>,
}

impl Pipeline {
    pub(crate) fn new(machine: Machine, plan: Plan, stop: Stop) -> Self {
        Self {
            machine,
            plan,
            stop,
            tally: Tally::default(),
            listing: Page::Due(None),
            batches: VecDeque::new(),
            waits: JoinSet::new(),
            open: HashMap::new(),
        }
    }

    /// Runs until every file was dealt with, or until a signal says to stop and the worker has
    /// ended; what is open then is stopped.
    pub(crate) async fn run(mut self, progress: &mut Progress) -> Result<Tally, Problem> {
        let done = self.follow(progress).await;
        let open: Vec<_> = self.open.drain().collect();
        for (_, open) in open {
            let stopped = self.machine.stop(&open.execution).await;
            // When the service is in trouble, that is what there is to say.
            if done.is_ok() {
                stopped?;
            }
            self.tally.executions.stopped += 1;
        }
        progress.end(&self.tally);
        done.map(|()| self.tally)
    }

    async fn follow(&mut self, progress: &mut Progress) -> Result<(), Problem> {
        let stop = self.stop.clone();
        let mut stopping = false;
        loop {
            while !stopping && self.start_next().await? {}
            progress.show(&self.tally, self.open.len());
            if self.open.is_empty() {
                return Ok(());
            }
            tokio::select! {
                biased;
                () = stop.asked(), if !stopping => stopping = true,
                Some(ended) = self.waits.join_next_with_id() => self.take(ended)?,
                () = stop.idle() => return Ok(()),
                () = progress.tick() => {}
            }
        }
    }

    /// Starts an execution, if there is something to do and room for it.
    async fn start_next(&mut self) -> Result<bool, Problem> {
        let room = self.open.len() < self.plan.executions;
        let hungry = self.batches.len() < self.plan.executions;
        // The next page is listed while the batches of the last one are worked on; without it
        // there may be nothing to do, so it may go beyond the room.
        let (input, lists) = match (&self.listing, self.batches.front()) {
            (Page::Due(after), _) if hungry => (self.plan.listing(after.as_deref()), true),
            (_, Some(files)) if room => (self.plan.batch(files), false),
            _ => return Ok(false),
        };
        let execution = self.machine.start(&input).await?;
        self.tally.executions.started += 1;
        if lists {
            self.listing = Page::Asked;
        } else {
            self.batches.pop_front();
        }
        let machine = self.machine.clone();
        let open = Open {
            execution: execution.clone(),
            lists,
        };
        let wait = self
            .waits
            .spawn(async move { machine.wait(&execution).await });
        self.open.insert(wait.id(), open);
        Ok(true)
    }

    /// Takes in an execution that is over.
    fn take(
        &mut self,
        ended: Result<(Id, Result<End, Problem>), JoinError>,
    ) -> Result<(), Problem> {
        let broken = |error: &dyn std::fmt::Display| Problem::Service(error.to_string());
        let (id, end) = ended.map_err(|error| broken(&error))?;
        let Some(Open { execution, lists }) = self.open.remove(&id) else {
            return Ok(());
        };
        let output = match end? {
            End::Succeeded(output) => output,
            End::Failed(failure) => {
                self.tally.executions.failed += 1;
                self.tally.failures.push(failure);
                if lists {
                    self.listing = Page::Last;
                }
                return Ok(());
            }
        };
        self.tally.executions.succeeded += 1;
        if lists {
            let listing: Listing = decode(&execution, &output)?;
            self.tally.add_listing(&listing);
            self.batches.extend(listing.batches);
            self.listing = listing
                .next
                .map_or(Page::Last, |next| Page::Due(Some(next)));
        } else {
            let Batch { totals, set_aside } = decode(&execution, &output)?;
            self.tally.add_batch(&totals, set_aside);
        }
        Ok(())
    }
}

fn decode<T: DeserializeOwned>(execution: &str, output: &str) -> Result<T, Problem> {
    serde_json::from_str(output).map_err(|error| {
        Problem::Service(format!(
            "the output of execution {execution} is not what the built-in definition returns \
             ({error}); with --definition, return the same"
        ))
    })
}
