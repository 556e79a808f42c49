//! A service behind a plan of faults, scripted or embedded, on which tests play the same pieces.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::json;
use sfn_local_engine::{AbandonedPolls, EngineActivities, ExecutionArn, StateMachineArn};
use sfn_worker_core::testing::{Faults, Faulty, Ledger, ScriptedService, ScriptedTask};
use sfn_worker_core::{ActivityOptions, Worker, WorkerBuilder};

use crate::Rig;
use crate::activities::{Chore, chores, chores_at_work};

/// A service with faults and a ledger, to which chores can be offered.
#[derive(Debug)]
pub struct Stage {
    service: Service,
}

#[derive(Debug)]
enum Service {
    Scripted(ScriptedService),
    Engine {
        rig: Rig,
        machine: StateMachineArn,
        activities: Faulty<EngineActivities>,
    },
}

/// A chore that was offered.
#[derive(Debug)]
pub struct Offered(Kind);

#[derive(Debug)]
enum Kind {
    Task(ScriptedTask),
    Execution(Rig, ExecutionArn),
}

impl Stage {
    /// The scripted service.
    #[must_use]
    pub fn scripted(faults: Faults) -> Self {
        Self {
            service: Service::Scripted(ScriptedService::with_faults(faults)),
        }
    }

    /// The embedded engine, which hands a task to an abandoned poll as AWS does.
    #[must_use]
    pub fn engine(faults: Faults) -> Self {
        let rig = Rig::new(AbandonedPolls::Swallow, &["chores"]);
        let definition = json!({"StartAt": "Work", "States": {"Work": {
            "Type": "Task",
            "Resource": "activity:chores",
            "HeartbeatSecondsPath": "$.heartbeat",
            "TimeoutSecondsPath": "$.timeout",
            "End": true,
        }}});
        let machine = rig.machine("chores", &definition);
        let activities = Faulty::new(rig.engine.activity_service(), faults);
        Self {
            service: Service::Engine {
                rig,
                machine,
                activities,
            },
        }
    }

    /// The plan of faults.
    #[must_use]
    pub fn faults(&self) -> &Faults {
        match &self.service {
            Service::Scripted(service) => service.faults(),
            Service::Engine { activities, .. } => activities.faults(),
        }
    }

    /// What every task went through.
    #[must_use]
    pub fn ledger(&self) -> &Ledger {
        match &self.service {
            Service::Scripted(service) => service.ledger(),
            Service::Engine { activities, .. } => activities.ledger(),
        }
    }

    /// Begins to build a worker that does chores.
    pub fn worker(&self) -> WorkerBuilder {
        self.worker_with(ActivityOptions::new())
    }

    /// Begins to build a worker that does chores, with options for them.
    pub fn worker_with(&self, options: ActivityOptions) -> WorkerBuilder {
        let builder = match &self.service {
            Service::Scripted(service) => Worker::builder(service.clone()),
            Service::Engine { activities, .. } => Worker::builder(activities.clone()),
        };
        let builder = builder.name("test-worker");
        builder.activity_with::<chores>(options)
    }

    /// What stands before the name in the ARN of an activity.
    #[must_use]
    pub fn arn_prefix(&self) -> String {
        let (region, account) = match &self.service {
            Service::Scripted(_) => ("us-east-1", "000000000000"),
            Service::Engine { rig, .. } => (rig.engine.region(), rig.engine.account()),
        };
        format!("arn:aws:states:{region}:{account}:activity:")
    }

    /// Watches how many slots polls and chores need at a time, and keeps the highest number;
    /// runs beside the worker on its thread, and never ends.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: it only looks.
    pub async fn watch_slots(&self, most: &AtomicUsize) {
        // A poll that was answered and whose chore has not begun counts as none of both.
        self.ledger()
            .until(|ledger| {
                most.fetch_max(ledger.open_polls() + chores_at_work(), Ordering::Relaxed);
                false
            })
            .await;
    }

    /// Offers a chore.
    ///
    /// # Panics
    ///
    /// The engine does not start its execution.
    #[must_use]
    pub fn offer(&self, chore: &Chore) -> Offered {
        let input = json!(chore);
        Offered(match &self.service {
            Service::Scripted(service) => {
                let task = service.offer("chores", &input.to_string());
                let seconds = Duration::from_secs;
                let task = task.heartbeat_timeout(seconds(chore.heartbeat));
                Kind::Task(task.timeout(seconds(chore.timeout)))
            }
            Service::Engine { rig, machine, .. } => {
                Kind::Execution(rig.clone(), rig.start(machine, &input))
            }
        })
    }
}

impl Offered {
    /// Waits until it is over for the service, one way or another.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: it only waits.
    pub async fn over(&self) {
        match &self.0 {
            Kind::Task(task) => task.closed().await,
            Kind::Execution(rig, execution) => drop(rig.ended(execution).await),
        }
    }

    /// Takes it back, as `StopExecution` does.
    pub fn stop(&self) {
        match &self.0 {
            Kind::Task(task) => task.close(),
            // It may be over already.
            Kind::Execution(rig, execution) => {
                drop(rig.engine.stop_execution(execution, None, None));
            }
        }
    }

    /// The number that it was answered with, if it was answered well.
    #[must_use]
    pub fn output(&self) -> Option<u64> {
        let output = match &self.0 {
            Kind::Task(task) => {
                let answers = task.answers();
                answers.first()?.output()?.to_owned()
            }
            Kind::Execution(rig, execution) => {
                let description = rig.engine.describe(execution).ok()?;
                description.output?.to_string()
            }
        };
        output.parse().ok()
    }

    /// The error that it was answered with, if it was.
    #[must_use]
    pub fn error(&self) -> Option<String> {
        match &self.0 {
            Kind::Task(task) => {
                let answers = task.answers();
                answers.first()?.error().map(str::to_owned)
            }
            Kind::Execution(rig, execution) => rig.engine.describe(execution).ok()?.error,
        }
    }
}
