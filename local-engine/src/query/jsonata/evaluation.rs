//! Evaluating the expressions of one field.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use jiff::Timestamp;
use jsonata_core::evaluator::{Context, Evaluator, EvaluatorError, EvaluatorOptions};
use jsonata_core::value::JValue;
use serde_json::Value;

use super::direct::{Direct, Found, follow};
use super::wanted::Wanted;
use super::{EvaluationError, Expression, convert, functions};
use crate::query::{ContextObject, Scope};

/// The service gives up after one second. An unoptimised build on a busy machine is many times
/// slower than the service, and must not fail what runs there.
const TIME_LIMIT_MILLIS: u64 = if cfg!(debug_assertions) { 5_000 } else { 1_000 };

/// How deep the service lets evaluation nest.
const DEPTH_LIMIT: usize = 100;

/// How many values the service lets a sequence have.
const SEQUENCE_LIMIT: usize = 873_782;

/// What the expressions of one field see: `$states`, the variables, the time and chance.
///
/// The values are made ready for the evaluator when an expression first reads them, and kept
/// for the other expressions of the field.
#[derive(Debug)]
pub struct Evaluation<'a> {
    input: &'a Value,
    result: Option<&'a Value>,
    error_output: Option<&'a Value>,
    context: &'a ContextObject,
    now: Timestamp,
    random: Rc<RefCell<fastrand::Rng>>,
    ready: Ready,
}

/// Values that were made ready.
#[derive(Debug, Default)]
struct Ready {
    input: Option<JValue>,
    result: Option<JValue>,
    error_output: Option<JValue>,
    context: Option<JValue>,
    variables: HashMap<String, Option<JValue>>,
}

impl<'a> Evaluation<'a> {
    /// Begins to evaluate a field: the input of the scope is `$states.input`, its context
    /// `$states.context`. The same seed draws the same numbers.
    #[must_use]
    pub fn new(scope: Scope<'a>, now: Timestamp, seed: u64) -> Self {
        Self {
            input: scope.input,
            result: None,
            error_output: None,
            context: scope.context,
            now,
            random: Rc::new(RefCell::new(fastrand::Rng::with_seed(seed))),
            ready: Ready::default(),
        }
    }

    /// Adds `$states.result`.
    #[must_use]
    pub fn with_result(mut self, result: Option<&'a Value>) -> Self {
        self.result = result;
        self
    }

    /// Adds `$states.errorOutput`.
    #[must_use]
    pub fn with_error_output(mut self, error_output: Option<&'a Value>) -> Self {
        self.error_output = error_output;
        self
    }

    /// Evaluates an expression.
    ///
    /// # Errors
    ///
    /// If it returns nothing, stops with an error, or goes past a limit.
    pub fn value(&mut self, expression: &Expression) -> Result<Value, EvaluationError> {
        if let Some(direct) = &expression.program.direct
            && let Some(found) = self.direct(direct)
        {
            return found.ok_or_else(|| EvaluationError::undefined(expression));
        }
        let found = self
            .run(expression)
            .map_err(|error| EvaluationError::thrown(expression, error.message()))?;
        convert::from_evaluator(&found).ok_or_else(|| EvaluationError::undefined(expression))
    }

    /// What a plain place holds, if anything; `None` if the evaluator must look.
    fn direct(&self, direct: &Direct) -> Option<Option<Value>> {
        let (value, members) = if direct.variable == "states" {
            let (member, members) = direct.members.split_first()?;
            let value = match member.as_str() {
                "input" => Some(self.input),
                "result" => self.result,
                "errorOutput" => self.error_output,
                "context" => return self.direct_context(members),
                _ => None,
            };
            (value, members)
        } else {
            let variables = &self.context.variables;
            (variables.value(&direct.variable), direct.members.as_slice())
        };
        let Some(value) = value else {
            return Some(None);
        };
        found(value, members)
    }

    fn direct_context(&self, members: &[String]) -> Option<Option<Value>> {
        // The two great parts are looked into where they are.
        let names: Vec<&str> = members.iter().take(3).map(String::as_str).collect();
        match (names.as_slice(), &self.context.item) {
            (["Execution", "Input", ..], _) => {
                return found(&self.context.execution.input, &members[2..]);
            }
            (["Map", "Item", "Value"], Some(item)) => return found(&item.value, &members[3..]),
            ([part, member], _) => {
                if let Some(text) = self.context.text(part, member) {
                    return Some(Some(text.into()));
                }
            }
            _ => {}
        }
        let context = self.context.parts(members.first().map(String::as_str));
        found(&context, members)
    }

    fn run(&mut self, expression: &Expression) -> Result<JValue, EvaluatorError> {
        let program = &expression.program;
        let mut context = Context::new();
        if program.reads.states.is_read() {
            context.bind("states".to_owned(), self.states(&program.reads.states));
        }
        for (name, wanted) in &program.reads.variables {
            if let Some(value) = self.variable(name, wanted) {
                context.bind(name.clone(), value);
            }
        }
        let mut evaluator = Evaluator::with_options(
            context,
            EvaluatorOptions {
                timeout_ms: Some(TIME_LIMIT_MILLIS),
                cancel: None,
                max_stack_depth: Some(DEPTH_LIMIT),
                max_sequence_length: Some(SEQUENCE_LIMIT),
            },
        );
        functions::register(&mut evaluator, &program.reads, self.now, &self.random)?;
        evaluator.evaluate(&program.tree, &JValue::Undefined)
    }

    /// The parts of `$states` that are read.
    fn states(&mut self, wanted: &Wanted) -> JValue {
        let context = wanted.member("context").map(|_| self.context.to_value());
        let ready = &mut self.ready;
        let members = [
            ("input", Some(self.input), &mut ready.input),
            ("result", self.result, &mut ready.result),
            ("errorOutput", self.error_output, &mut ready.error_output),
            ("context", context.as_ref(), &mut ready.context),
        ];
        let members = members.into_iter().filter_map(|(name, value, ready)| {
            let wanted = wanted.member(name)?;
            Some((name.to_owned(), make_ready(value?, wanted, ready)))
        });
        JValue::object(members.collect())
    }

    fn variable(&mut self, name: &str, wanted: &Wanted) -> Option<JValue> {
        let value = self.context.variables.value(name)?;
        let ready = self.ready.variables.entry(name.to_owned()).or_default();
        Some(make_ready(value, wanted, ready))
    }
}

/// The parts of a value for the evaluator. One that is wanted whole is kept for the expressions
/// that follow.
fn make_ready(value: &Value, wanted: &Wanted, ready: &mut Option<JValue>) -> JValue {
    match ready {
        Some(ready) => ready.clone(),
        None if wanted.is_whole() => ready.insert(convert::to_evaluator(value)).clone(),
        None => wanted.pick(value),
    }
}

fn found(value: &Value, members: &[String]) -> Option<Option<Value>> {
    match follow(value, members) {
        Found::Value(value) => Some(Some(convert::normalized(value))),
        Found::Nothing => Some(None),
        Found::Array => None,
    }
}
