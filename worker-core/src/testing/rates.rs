//! How often faults befall calls at random: `Rates`.

use super::fault::Fault;
use super::operation::Operation;

/// How often faults befall calls at random.
///
/// # Examples
///
/// ```
/// use sfn_worker_core::testing::{Fault, Operation, Rates};
///
/// let rates = Rates::new()
///     .with(Fault::Throttled, 0.3)
///     .with_for(Operation::Succeed, Fault::AnswerLost, 0.01);
/// # let _ = rates;
/// ```
#[derive(Debug, Clone, Default)]
pub struct Rates {
    rates: Vec<(Option<Operation>, Fault, f64)>,
}

impl Rates {
    /// No faults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a fault that befalls this share of the calls, from 0 to 1, of every operation for
    /// which it has a meaning.
    #[must_use]
    pub fn with(mut self, fault: Fault, share: f64) -> Self {
        self.rates.push((None, fault, share));
        self
    }

    /// Adds a fault that befalls this share of the calls of one operation.
    #[must_use]
    pub fn with_for(mut self, operation: Operation, fault: Fault, share: f64) -> Self {
        self.rates.push((Some(operation), fault, share));
        self
    }

    /// The fault for a call, given a number from 0 to 1; the shares stand one beside the other.
    pub(super) fn pick(&self, operation: Operation, number: f64) -> Option<Fault> {
        let mut from = 0.0;
        for &(only, fault, share) in &self.rates {
            let meant = only.is_none_or(|only| only == operation);
            if !meant || !fault.befalls(operation) {
                continue;
            }
            from += share;
            if number < from {
                return Some(fault);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_stand_one_beside_the_other() {
        let rates = Rates::new()
            .with(Fault::Throttled, 0.25)
            .with(Fault::Empty, 0.25);
        let pick = |operation, number| rates.pick(operation, number);
        assert_eq!(pick(Operation::Poll, 0.2), Some(Fault::Throttled));
        assert_eq!(pick(Operation::Poll, 0.4), Some(Fault::Empty));
        assert_eq!(pick(Operation::Poll, 0.5), None);
        assert_eq!(pick(Operation::Fail, 0.4), None, "only polls are empty");
    }
}
