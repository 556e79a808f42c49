//! What an execution knows about itself from the start.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use serde_json::Value;

use crate::query::{ExecutionContext, MachineContext, Random};

/// What an execution knows about itself from the start.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "a shell must know all facts before it starts a machine"
)]
pub struct Facts {
    /// The ARN of the execution.
    pub execution_arn: String,
    /// Its name.
    pub execution_name: String,
    /// The role of the state machine; shown, not used.
    pub role_arn: String,
    /// The ARN of the state machine.
    pub state_machine_arn: String,
    /// The name of the state machine.
    pub state_machine_name: String,
    /// The input as the caller wrote it: valid JSON, blanks included.
    pub input: Arc<str>,
    /// When the execution was started.
    pub start_time: Timestamp,
    /// Whether it is an execution of an Express state machine, which lasts at most five minutes
    /// and whose history has no end of its own.
    pub express: bool,
    /// The seed for `JitterStrategy` `FULL`, `States.UUID` and `States.MathRandom`: the same seed,
    /// the same delays and numbers.
    pub seed: u64,
}

/// The parts of the context object that all states of an execution share, made when first asked
/// for: most definitions never read them, and the input need not be parsed for nothing.
#[derive(Debug)]
pub(super) struct SharedContext {
    facts: Facts,
    /// The time of the step, in microseconds.
    now: AtomicI64,
    /// How many seeds were drawn.
    draws: AtomicU64,
    parts: OnceLock<(Arc<ExecutionContext>, Arc<MachineContext>)>,
    random: Random,
}

impl SharedContext {
    pub(super) fn new(facts: Facts, now: Timestamp) -> Self {
        Self {
            random: Random::new(facts.seed),
            facts,
            now: AtomicI64::new(now.as_microsecond()),
            draws: AtomicU64::new(0),
            parts: OnceLock::new(),
        }
    }

    pub(super) fn facts(&self) -> &Facts {
        &self.facts
    }

    /// The region of the execution, which its ARN names.
    pub(super) fn region(&self) -> &str {
        let mut parts = self.facts.execution_arn.split(':');
        parts.nth(3).unwrap_or_default()
    }

    /// Where paths and calls draw random numbers from.
    pub(super) fn random(&self) -> &Random {
        &self.random
    }

    /// The time of the step.
    pub(super) fn now(&self) -> Timestamp {
        let now = self.now.load(Ordering::Relaxed);
        Timestamp::from_microsecond(now).unwrap_or(self.facts.start_time)
    }

    pub(super) fn set_time(&self, now: Timestamp) {
        self.now.store(now.as_microsecond(), Ordering::Relaxed);
    }

    /// A seed for one evaluation: another one each time, and the same ones in every run.
    pub(super) fn draw(&self) -> u64 {
        let draw = self.draws.fetch_add(1, Ordering::Relaxed) + 1;
        self.facts.seed ^ draw.wrapping_mul(0x9E37_79B9_7F4A_7C15)
    }

    pub(super) fn parts(&self) -> &(Arc<ExecutionContext>, Arc<MachineContext>) {
        self.parts.get_or_init(|| {
            let facts = &self.facts;
            let execution = ExecutionContext {
                arn: facts.execution_arn.clone(),
                input: serde_json::from_str(&facts.input).unwrap_or(Value::Null),
                name: facts.execution_name.clone(),
                role_arn: facts.role_arn.clone(),
                start_time: facts.start_time,
                redrive_count: 0,
                redrive_time: None,
            };
            let machine = MachineContext {
                arn: facts.state_machine_arn.clone(),
                name: facts.state_machine_name.clone(),
            };
            (Arc::new(execution), Arc::new(machine))
        })
    }
}
