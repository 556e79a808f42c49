//! The contract of a worker, built or under construction.

use std::time::Duration;

use super::builder::WorkerBuilder;
use super::config::{ActivityConfig, Naming};
use super::{Worker, registry::Entry};
use crate::activity::ActivityOptions;
use crate::contract::{Contract, HEARTBEAT, Terms, ToContract};
#[cfg(feature = "discovery")]
use crate::discovery::found;
use crate::envelope::Format;

/// What the type of the claim check is called in a name of a type.
const CLAIM_CHECK: &str = "claim_check::ClaimCheck";

impl Worker {
    /// What the worker promises to state machines: its activities with the options that hold,
    /// the names that they can fail under, and what they take and return.
    ///
    /// # Examples
    ///
    /// ```
    /// use sfn_worker_core::{Worker, activity, testing::ScriptedService};
    ///
    /// #[activity(timeout = "5m")]
    /// async fn greet(name: String) -> Result<String, std::convert::Infallible> {
    ///     Ok(format!("hello {name}"))
    /// }
    ///
    /// let worker = Worker::builder(ScriptedService::new())
    ///     .activity::<greet>()
    ///     .settings([("SFN_WORKER_GREET_TIMEOUT", "1m")])
    ///     .build()?;
    /// let contract = worker.contract();
    /// let greet = contract.find("greet").expect("it is registered");
    /// // What the configuration says holds.
    /// assert_eq!(greet.timeout, Some(std::time::Duration::from_secs(60)));
    /// # Ok::<(), sfn_worker_core::BuildError>(())
    /// ```
    #[must_use]
    pub fn contract(&self) -> Contract {
        let config = &self.config;
        let terms = terms(
            config.heartbeat,
            config.naming,
            &config.format,
            &config.layers,
        );
        let mut contract = Contract::new();
        for activity in &config.activities {
            let name = activity.name.as_str();
            contract.add(name, options(activity), &activity.description, &terms);
        }
        contract
    }
}

impl WorkerBuilder {
    /// What the worker will promise to state machines: see [`Worker::contract`].
    ///
    /// For tools that want the contract and no worker, and that may have no access to AWS.
    /// Settings that are wrong are passed over here; [`build`](Self::build) reports them.
    #[must_use]
    pub fn contract(&self) -> Contract {
        let mut settings = self.settings.clone();
        let mut registry = self.registry.clone();
        #[cfg(feature = "discovery")]
        if self.annotated {
            registry.register_found(found());
        }
        settings.read(&mut registry);
        let heartbeat = settings.heartbeat.map_or(HEARTBEAT, |(_, every)| every);
        let terms = terms(heartbeat, self.naming, &self.format, &self.layer_names);
        let mut contract = Contract::new();
        for Entry {
            name,
            options,
            description,
            ..
        } in &registry.entries
        {
            contract.add(name.as_str(), *options, description, &terms);
        }
        contract
    }
}

impl ToContract for Worker {
    fn to_contract(&self) -> Contract {
        self.contract()
    }
}

impl ToContract for WorkerBuilder {
    fn to_contract(&self) -> Contract {
        self.contract()
    }
}

fn terms(heartbeat: Duration, naming: Naming, format: &Format, layers: &[&str]) -> Terms {
    Terms {
        heartbeat,
        reserved_names: naming.reserved,
        // A stack of layers hides its parts from everything but the name of its type.
        claim_check: layers.iter().any(|layer| layer.contains(CLAIM_CHECK)),
        other_envelope: !format.is_standard(),
        foreign_layers: layers.iter().any(|layer| !layer.ends_with(CLAIM_CHECK)),
    }
}

fn options(activity: &ActivityConfig) -> ActivityOptions {
    ActivityOptions {
        heartbeat: activity.heartbeat,
        timeout: activity.timeout,
        concurrency: Some(activity.concurrency),
        heartbeat_timeout: activity.heartbeat_timeout,
        stall_after: activity.stall_after,
        rate: activity.rate,
    }
}
