//! What an expression costs: `cargo bench -p sfn-worker-tests --bench expressions`.
//!
//! Each row runs executions of one chain of states in the sans-I/O machine, which has no clock,
//! no runtime and nobody who looks at its history. What the same chain costs without any
//! expression is taken off.

mod rounds;

use std::sync::Arc;
use std::time::Duration;

use sfn_local_engine::asl::Definition;
use sfn_local_engine::machine::{Facts, Machine};
use tokio::time::Instant;

use crate::rounds::{median, rate};

/// How many states a chain has, each with one expression.
const STATES: u32 = 200;
const EXECUTIONS: u32 = 20;

const EXPRESSIONS: &[(&str, &str)] = &[
    ("a place of the input", "$states.input.order.id"),
    ("a variable", "$order.customer.name"),
    ("an addition", "$states.input.order.total + 1"),
    ("a text", "'order ' & $states.input.order.id & ' is late'"),
    (
        "a sum over 10 items",
        "$sum($states.input.order.items.(price * count))",
    ),
    (
        "a filter over 10 items",
        "$count($states.input.order.items[price > 5])",
    ),
    (
        "a function over 10 items",
        "$map($states.input.order.items, function($i) { $i.sku & ':' & $i.count })",
    ),
    (
        "an object",
        "{'id': $states.input.order.id, 'at': $now(), 'tags': ['a', 'b']}",
    ),
    ("the context object", "$states.context.Execution.Name"),
    ("a hash", "$hash($states.input.order.id, 'SHA-256')"),
];

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let input = input();
    let plain = median(async || run(None, &input)).await;
    println!("| expression | expressions/s | each, us |\n| --- | ---: | ---: |");
    for (name, expression) in EXPRESSIONS {
        let took = median(async || run(Some(expression), &input)).await;
        let own = took.saturating_sub(plain);
        if own.is_zero() {
            println!("| {name} | | too little to tell |");
            continue;
        }
        let count = STATES * EXECUTIONS;
        let each = own.as_secs_f64() * 1e6 / f64::from(count);
        println!("| {name} | {:.0} | {each:.2} |", rate(count, own));
    }
}

fn input() -> String {
    let items: Vec<_> = (0..10)
        .map(|at| serde_json::json!({"sku": format!("s{at}"), "price": at, "count": 2}))
        .collect();
    serde_json::json!({"order": {
        "id": "o-1", "total": 41, "customer": {"name": "Ada"}, "items": items,
    }})
    .to_string()
}

/// Runs a chain whose states do nothing but evaluate this expression, or none, into a variable.
fn run(expression: Option<&str>, input: &str) -> Duration {
    let assigned = expression.map_or_else(|| "text".to_owned(), |text| format!("{{% {text} %}}"));
    let mut states = serde_json::Map::new();
    let first = serde_json::json!({
        "Type": "Pass", "Assign": {"order": "{% $states.input.order %}"}, "Next": "S0"});
    states.insert("First".to_owned(), first);
    for at in 0..STATES {
        let mut state = serde_json::json!({"Type": "Pass", "Assign": {"value": assigned}});
        if at + 1 == STATES {
            state["End"] = true.into();
        } else {
            state["Next"] = format!("S{}", at + 1).into();
        }
        states.insert(format!("S{at}"), state);
    }
    let definition = serde_json::json!({
        "QueryLanguage": "JSONata", "StartAt": "First", "States": states});
    let definition = Definition::parse(&definition.to_string()).expect("it is valid");
    let definition = Arc::new(definition);
    let now = jiff::Timestamp::UNIX_EPOCH;
    let begun = Instant::now();
    for seed in 0..EXECUTIONS {
        let facts = Facts {
            execution_arn: "arn:aws:states:us-east-1:000000000000:execution:m:e".to_owned(),
            execution_name: "e".to_owned(),
            role_arn: "arn:aws:iam::000000000000:role/r".to_owned(),
            state_machine_arn: "arn:aws:states:us-east-1:000000000000:stateMachine:m".to_owned(),
            state_machine_name: "m".to_owned(),
            input: input.into(),
            start_time: now,
            express: false,
            seed: seed.into(),
        };
        let (machine, _) = Machine::start(definition.clone(), facts, now);
        assert!(machine.is_closed(), "the chain ends by itself");
    }
    begun.elapsed()
}
