//! The check itself: a definition against a contract, one kind of mistake after the other.

mod clocks;
mod context;
mod envelope;
mod errors;
mod order;
mod payload;
mod raised;
mod schema;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use self::envelope::Wrapped;
use super::allow::Allow;
use super::code::Code;
use super::finding::Finding;
use super::machine::{Machine, State};
use super::place::Place;
use super::report::Report;
use super::resource::{self, Target};
use super::suggest;
use crate::contract::{ActivityContract, Contract, ToContract};

/// A check with its options.
///
/// # Examples
///
/// ```
/// # use sfn_worker_core::{activity, contract::Contract};
/// # #[activity(name = "charge-card", heartbeat = "10s")]
/// # async fn charge(cents: u64) -> Result<u64, std::convert::Infallible> { Ok(cents) }
/// use sfn_worker_core::definition::Check;
///
/// let contract = Contract::new().activity::<charge>();
/// let report = Check::new(&contract)
///     .resource("${PaymentArn}", "charge-card")
///     .allow("SFN-W003")
///     .run(r#"{"StartAt": "Pay", "States": {"Pay": {
///         "Type": "Task",
///         "Resource": "${PaymentArn}",
///         "TimeoutSeconds": 60,
///         "Retry": [{"ErrorEquals": ["Worker.ShuttingDown", "States.Timeout"]}],
///         "End": true}}}"#);
/// assert!(report.is_clean(), "{report}");
/// assert_eq!(report.allowed().len(), 1);
/// ```
#[derive(Debug, Clone)]
#[must_use = "a check does nothing until it is run"]
pub struct Check {
    contract: Contract,
    resources: BTreeMap<String, String>,
    allows: Vec<Allow>,
}

impl Check {
    /// Checks against a worker, its builder or its contract.
    pub fn new(worker: &impl ToContract) -> Self {
        Self {
            contract: worker.to_contract(),
            resources: BTreeMap::new(),
            allows: Vec::new(),
        }
    }

    /// Says which activity a `Resource` stands for that does not tell it by itself: by its whole
    /// text, or by what stands between the braces of a substitution.
    pub fn resource(mut self, resource: impl Into<String>, activity: impl Into<String>) -> Self {
        self.resources.insert(resource.into(), activity.into());
        self
    }

    /// Allows findings everywhere: `SFN-W006`, or `SFN-W006: PathOutside, Stopped` for some
    /// names only. What is allowed is not lost: [`Report::allowed`].
    pub fn allow(mut self, what: impl AsRef<str>) -> Self {
        self.allows.push(Allow::everywhere(what.as_ref()));
        self
    }

    /// Allows findings in one state and in what is in it.
    pub fn allow_in(mut self, state: impl AsRef<str>, what: impl AsRef<str>) -> Self {
        self.allows
            .push(Allow::in_state(state.as_ref(), what.as_ref()));
        self
    }

    /// Checks a definition.
    pub fn run(&self, definition: &str) -> Report {
        let mut allows = self.allows.clone();
        self.run_one(definition, true, &mut BTreeSet::new(), &mut allows)
    }

    /// Checks the definitions of several state machines that the worker serves, a report for
    /// each. An activity is unused only if none of them uses it, and then the last report says so.
    #[must_use]
    pub fn run_all<'d>(&self, definitions: impl IntoIterator<Item = &'d str>) -> Vec<Report> {
        let mut allows = self.allows.clone();
        let mut used = BTreeSet::new();
        let mut definitions = definitions.into_iter().peekable();
        let mut reports = Vec::new();
        while let Some(definition) = definitions.next() {
            let is_last = definitions.peek().is_none();
            reports.push(self.run_one(definition, is_last, &mut used, &mut allows));
        }
        reports
    }

    /// Checks one definition; `used` are the activities that those before it use, and `allows`
    /// holds for all of them.
    fn run_one(
        &self,
        definition: &str,
        is_last: bool,
        used: &mut BTreeSet<String>,
        allows: &mut [Allow],
    ) -> Report {
        let mut findings = Vec::new();
        let mut own_allows = Vec::new();
        let mut report = Report::default();
        match read(definition) {
            Err(finding) => findings.push(finding),
            Ok(definition) => {
                own_allows = Allow::in_value(&definition, &Place::default());
                let machine = Machine::read(&definition, &mut findings);
                report.states = machine.states.len();
                let uses = self.uses(&machine, &mut findings);
                report.activities = uses.iter().flatten().count();
                used.extend(uses.iter().flatten().map(|activity| activity.name.clone()));
                // Without any state there is nothing that could use an activity.
                if is_last && !machine.states.is_empty() {
                    self.unused(used, &mut findings);
                }
                for number in 0..machine.states.len() {
                    self.look(&machine, number, &uses, &mut findings);
                }
            }
        }
        for finding in findings {
            let all = allows.iter_mut().chain(&mut own_allows);
            sift(finding, all, &mut report);
        }
        let complaining = if is_last { &*allows } else { &[] };
        let complaints = complaining.iter().chain(&own_allows);
        report
            .findings
            .extend(complaints.filter_map(Allow::complaint));
        report.sort();
        report
    }

    /// Everything about one state.
    fn look(
        &self,
        machine: &Machine<'_>,
        number: usize,
        uses: &[Option<&ActivityContract>],
        findings: &mut Vec<Finding>,
    ) {
        let state = &machine.states[number];
        payload::sizes(state, findings);
        order::check(state, findings);
        if let Some(activity) = uses[number] {
            // What wrappers of another format look like is not known.
            let has_envelope = !self.contract.has_other_envelope();
            let usage = Use {
                machine,
                number,
                state,
                activity,
                wrapped: if has_envelope {
                    Wrapped::read(state, findings)
                } else {
                    Wrapped::default()
                },
                other_envelope: !has_envelope,
            };
            if state.surroundings.is_express {
                findings.push(Finding::new(
                    Code::ActivityInExpress,
                    &state.place.at("Resource"),
                    "activities work in standard workflows only: set ExecutionType to STANDARD in \
                 the ProcessorConfig of the Map",
                ));
            }
            clocks::check(&usage, findings);
            errors::check(&usage, findings);
            if has_envelope {
                envelope::check(&usage, findings);
            }
            context::check(state, findings);
            payload::input(&usage, findings);
        }
        raised::check(machine, number, uses, findings);
    }

    /// The activity of each state, if it uses one.
    fn uses(
        &self,
        machine: &Machine<'_>,
        findings: &mut Vec<Finding>,
    ) -> Vec<Option<&ActivityContract>> {
        let known: Vec<&str> = self
            .contract
            .activities()
            .iter()
            .map(|activity| activity.name.as_str())
            .collect();
        let states = machine.states.iter();
        states
            .map(|state| self.used(state, &known, findings))
            .collect()
    }

    fn used(
        &self,
        state: &State<'_>,
        known: &[&str],
        findings: &mut Vec<Finding>,
    ) -> Option<&ActivityContract> {
        if state.kind != "Task" {
            return None;
        }
        let place = state.place.at("Resource");
        match resource::resolve(state.fields.get("Resource")?, &self.resources, known) {
            Target::Activity(name) => return self.contract.find(&name),
            Target::Other => {}
            Target::Unknown { name, meant } => {
                let remedy = match (&meant, known) {
                    (Some(_), _) => suggest::did_you_mean(meant.as_deref()),
                    (None, []) => "; it has none at all".to_owned(),
                    (None, _) => format!("; it has {}", known.join(", ")),
                };
                findings.push(Finding::naming(
                    Code::UnknownActivity,
                    &place,
                    [name],
                    format!("the worker has no activity {{names}}{remedy}"),
                ));
            }
            Target::Unresolved { text, why } => {
                let message = format!(
                    "it is not known which activity {text} stands for: {why}; say it with \
                     .resource({text:?}, \"…\")"
                );
                findings.push(Finding::new(Code::UnresolvedResource, &place, message));
            }
        }
        None
    }

    fn unused(&self, used: &BTreeSet<String>, findings: &mut Vec<Finding>) {
        let unused: Vec<&str> = self
            .contract
            .activities()
            .iter()
            .map(|activity| activity.name.as_str())
            .filter(|name| !used.contains(*name))
            .collect();
        if !unused.is_empty() {
            findings.push(Finding::naming(
                Code::UnusedActivity,
                &Place::default(),
                unused,
                "no state uses {names}: the worker polls for tasks that never come; add a state, \
                 or take the activity out of the worker, or check this together with the state \
                 machine that uses it",
            ));
        }
    }
}

impl<T: ToContract> From<&T> for Check {
    fn from(worker: &T) -> Self {
        Self::new(worker)
    }
}

impl From<&Self> for Check {
    fn from(check: &Self) -> Self {
        check.clone()
    }
}

/// A state that uses an activity.
struct Use<'a, 'd> {
    machine: &'a Machine<'d>,
    number: usize,
    state: &'a State<'d>,
    activity: &'a ActivityContract,
    wrapped: Wrapped<'d>,
    /// Whether parameters may be wrapped in ways that are not known.
    other_envelope: bool,
}

fn read(definition: &str) -> Result<Value, Finding> {
    let unreadable = |message: String| Finding::new(Code::Unreadable, &Place::default(), message);
    let value: Value = serde_json::from_str(definition).map_err(|error| {
        let hint = if definition.contains("${") {
            "; a substitution stands in quotes, also where a number will be"
        } else {
            ""
        };
        unreadable(format!("the definition is not JSON: {error}{hint}"))
    })?;
    if value.is_object() {
        Ok(value)
    } else {
        Err(unreadable(
            "a definition is a JSON object with `StartAt` and `States`".to_owned(),
        ))
    }
}

/// Takes out of a finding what is allowed of it.
fn sift<'a>(
    mut finding: Finding,
    allows: impl Iterator<Item = &'a mut Allow>,
    report: &mut Report,
) {
    let had_names = !finding.names.is_empty();
    for allow in allows {
        if let Some(allowed) = allow.apply(&mut finding) {
            report.allowed.push(allowed);
            if finding.names.is_empty() {
                return;
            }
        }
    }
    if !had_names || !finding.names.is_empty() {
        report.findings.push(finding);
    }
}
