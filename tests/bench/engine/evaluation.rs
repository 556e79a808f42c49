//! What an expression costs, in JSONPath and in JSONata.
//!
//! Each row runs executions of one chain of states in the sans-I/O machine, which has no clock,
//! no runtime and nobody who looks at its history. What the same chain costs without any
//! expression is taken off.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use sfn_local_engine::asl::Definition;
use sfn_local_engine::machine::{Facts, Machine};

use crate::rounds::Effort;

/// How many states a chain has, each with one expression.
const STATES: u32 = 200;
const EXECUTIONS: u32 = 100;

const JSONPATH: &[(&str, &str)] = &[
    ("a place of the input", "$.order.id"),
    ("a variable", "$order.customer.name"),
    ("the context object", "$$.Execution.Name"),
    ("an index", "$.order.items[3].sku"),
    ("a member of each of 10 items", "$.order.items[*].price"),
    ("a deep scan", "$..sku"),
    (
        "a filter over 10 items",
        "$.order.items[?(@.price > 5)].sku",
    ),
    ("an addition", "States.MathAdd($.order.total, 1)"),
    ("a text", "States.Format('order {} is late', $.order.id)"),
    ("a hash", "States.Hash($.order.id, 'SHA-256')"),
];

const JSONATA: &[(&str, &str)] = &[
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

/// The languages: their names, their expressions, and a text that is none.
const LANGUAGES: [(&str, &[(&str, &str)]); 2] = [("JSONPath", JSONPATH), ("JSONata", JSONATA)];

pub(crate) fn measure(effort: Effort) {
    println!("| expression | | evaluations/s | each, us |\n|---|---|---|---|");
    let executions = effort.of(EXECUTIONS);
    for (language, expressions) in LANGUAGES {
        let plain = chain(language, None);
        let plain = effort.spent(|| run(&plain, executions)).cpu;
        for (name, expression) in expressions {
            let chain = chain(language, Some(expression));
            let own = effort.spent(|| run(&chain, executions)).cpu;
            let own = own.saturating_sub(plain).as_secs_f64();
            let each = own / f64::from(STATES * executions);
            println!(
                "| {language}: {name} | `{expression}` | {:.0} | {:.2} |",
                1.0 / each,
                each * 1e6,
            );
        }
    }
}

/// A chain whose states do nothing but evaluate this expression, or none, into a variable.
fn chain(language: &str, expression: Option<&str>) -> Arc<Definition> {
    let (order, name, value) = match (language, expression) {
        ("JSONata", Some(text)) => (
            "{% $states.input.order %}",
            "value",
            format!("{{% {text} %}}"),
        ),
        ("JSONata", None) => ("{% $states.input.order %}", "value", "text".to_owned()),
        (_, Some(text)) => ("$.order", "value.$", text.to_owned()),
        (_, None) => ("$.order", "value", "text".to_owned()),
    };
    let variable = if language == "JSONata" {
        "order"
    } else {
        "order.$"
    };
    let mut states = Map::new();
    let first = json!({"Type": "Pass", "Assign": {variable: order}, "Next": "S0"});
    states.insert("First".to_owned(), first);
    for at in 0..STATES {
        let mut state = json!({"Type": "Pass", "Assign": {name: value}});
        if at + 1 == STATES {
            state["End"] = true.into();
        } else {
            state["Next"] = format!("S{}", at + 1).into();
        }
        states.insert(format!("S{at}"), state);
    }
    let definition = json!({"QueryLanguage": language, "StartAt": "First", "States": states});
    Arc::new(Definition::parse(&definition.to_string()).expect("it is valid"))
}

fn run(definition: &Arc<Definition>, executions: u32) {
    let input: Arc<str> = input().to_string().into();
    let now = Timestamp::UNIX_EPOCH;
    for seed in 0..executions {
        let facts = Facts {
            execution_arn: "arn:aws:states:us-east-1:000000000000:execution:m:e".to_owned(),
            execution_name: "e".to_owned(),
            role_arn: "arn:aws:iam::000000000000:role/r".to_owned(),
            state_machine_arn: "arn:aws:states:us-east-1:000000000000:stateMachine:m".to_owned(),
            state_machine_name: "m".to_owned(),
            input: Arc::clone(&input),
            start_time: now,
            express: false,
            seed: seed.into(),
        };
        let (machine, _) = Machine::start(Arc::clone(definition), facts, now);
        assert!(machine.is_closed(), "the chain ends by itself");
    }
}

fn input() -> Value {
    let items: Vec<_> = (0..10)
        .map(|at| json!({"sku": format!("s{at}"), "price": at, "count": 2}))
        .collect();
    json!({"order": {"id": "o-1", "total": 41, "customer": {"name": "Ada"}, "items": items}})
}
