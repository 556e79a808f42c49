//! The plan of the faults that are to come: `Faults`.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use fastrand::Rng;
use tokio::sync::Notify;

use super::fault::Fault;
use super::operation::Operation;
use super::rates::Rates;
use crate::service::ServiceError;

/// The faults that are to come; clones are the same plan.
///
/// For each call the plan is asked in this order: the faults that are queued for the operation,
/// the one that always befalls it, the outage, chance.
///
/// # Examples
///
/// ```
/// use sfn_worker_core::testing::{Fault, Faults, Operation, Rates};
///
/// let faults = Faults::random(42, Rates::new().with(Fault::Throttled, 0.3));
/// faults.next(Operation::Succeed, Fault::AnswerLost);
/// faults.next_n(Operation::Poll, 20, Fault::TooManyPolls);
/// faults.outage(Fault::Unreachable);
/// // … and later
/// faults.recover();
/// ```
#[derive(Clone, Default)]
pub struct Faults {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    plan: Mutex<Plan>,
    severed: Notify,
}

#[derive(Default)]
struct Plan {
    queued: BTreeMap<Operation, VecDeque<Strike>>,
    always: BTreeMap<Operation, Fault>,
    outage: Option<Fault>,
    random: Option<(Rng, Rates)>,
    struck: usize,
}

/// What befalls one call.
#[derive(Debug)]
pub(super) enum Strike {
    Fault(Fault),
    /// An error of the test's own.
    Error(ServiceError),
}

impl Faults {
    /// A plan without faults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A plan in which faults befall calls at random; the same seed and the same calls give the
    /// same faults.
    #[must_use]
    pub fn random(seed: u64, rates: Rates) -> Self {
        let faults = Self::default();
        faults.lock().random = Some((Rng::with_seed(seed), rates));
        faults
    }

    /// Queues a fault for the next call of an operation; repeated, for the calls after it.
    pub fn next(&self, operation: Operation, fault: Fault) {
        self.queue(operation, Strike::Fault(fault));
    }

    /// Queues a fault for the next calls of an operation.
    pub fn next_n(&self, operation: Operation, calls: usize, fault: Fault) {
        for _ in 0..calls {
            self.next(operation, fault);
        }
    }

    /// Queues an error of your own for the next call of an operation, which is not carried out.
    pub fn refuse_next(&self, operation: Operation, error: ServiceError) {
        self.queue(operation, Strike::Error(error));
    }

    /// Lets a fault befall every call of an operation until [`clear`](Self::clear).
    pub fn always(&self, operation: Operation, fault: Fault) {
        self.lock().always.insert(operation, fault);
    }

    /// Lets a fault befall every call until [`recover`](Self::recover). Calls in flight are not
    /// concerned: see [`sever`](Self::sever).
    pub fn outage(&self, fault: Fault) {
        self.lock().outage = Some(fault);
    }

    /// Ends an outage.
    pub fn recover(&self) {
        self.lock().outage = None;
    }

    /// Cuts the connections of all calls in flight: of polls that are held, and of calls that
    /// are delayed. The service is left with abandoned polls.
    pub fn sever(&self) {
        self.shared.severed.notify_waiters();
    }

    /// Ends everything: no more faults.
    pub fn clear(&self) {
        let mut plan = self.lock();
        let struck = plan.struck;
        *plan = Plan {
            struck,
            ..Plan::default()
        };
    }

    /// How many calls a fault has befallen.
    #[must_use]
    pub fn struck(&self) -> usize {
        self.lock().struck
    }

    /// Takes what befalls a call that begins now.
    pub(super) fn strike(&self, operation: Operation) -> Option<Strike> {
        let mut plan = self.lock();
        let strike = plan.strike(operation).filter(|strike| match strike {
            Strike::Fault(fault) => fault.befalls(operation),
            Strike::Error(_) => true,
        });
        plan.struck += usize::from(strike.is_some());
        strike
    }

    /// Completes when the connections are cut.
    pub(super) async fn severed(&self) {
        self.shared.severed.notified().await;
    }

    fn queue(&self, operation: Operation, strike: Strike) {
        let mut plan = self.lock();
        plan.queued.entry(operation).or_default().push_back(strike);
    }

    fn lock(&self) -> MutexGuard<'_, Plan> {
        let plan = &self.shared.plan;
        plan.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Plan {
    fn strike(&mut self, operation: Operation) -> Option<Strike> {
        if let Some(queued) = self.queued.get_mut(&operation)
            && let Some(strike) = queued.pop_front()
        {
            return Some(strike);
        }
        let always = self.always.get(&operation).copied();
        let planned = always.or(self.outage).filter(|it| it.befalls(operation));
        let fault = planned.or_else(|| {
            let (rng, rates) = self.random.as_mut()?;
            rates.pick(operation, rng.f64())
        });
        fault.map(Strike::Fault)
    }
}

impl fmt::Debug for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plan = self.lock();
        f.debug_struct("Faults")
            .field("queued", &plan.queued)
            .field("always", &plan.always)
            .field("outage", &plan.outage)
            .field("struck", &plan.struck)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(plan: &Faults, operation: Operation, calls: usize) -> Vec<Option<Fault>> {
        let next = |_| match plan.strike(operation)? {
            Strike::Fault(fault) => Some(fault),
            Strike::Error(_) => None,
        };
        (0..calls).map(next).collect()
    }

    #[test]
    fn what_is_queued_comes_before_what_is_always_and_before_the_outage() {
        let plan = Faults::new();
        plan.outage(Fault::Unreachable);
        plan.always(Operation::Fail, Fault::Denied);
        plan.next(Operation::Fail, Fault::Throttled);
        let found = faults(&plan, Operation::Fail, 2);
        assert_eq!(found, [Some(Fault::Throttled), Some(Fault::Denied)]);
        let found = faults(&plan, Operation::Poll, 1);
        assert_eq!(found, [Some(Fault::Unreachable)]);
        plan.recover();
        assert_eq!(faults(&plan, Operation::Poll, 1), [None]);
        plan.clear();
        assert_eq!(faults(&plan, Operation::Fail, 1), [None]);
        assert_eq!(plan.struck(), 3);
    }

    #[test]
    fn the_same_seed_gives_the_same_faults() {
        let run = |seed| {
            let plan = Faults::random(seed, Rates::new().with(Fault::Throttled, 0.5));
            faults(&plan, Operation::Poll, 64)
        };
        assert_eq!(run(7), run(7));
        assert_ne!(run(7), run(8));
        let struck = run(7).iter().flatten().count();
        assert!((16..48).contains(&struck), "{struck} of 64");
    }
}
