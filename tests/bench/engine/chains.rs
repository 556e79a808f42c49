//! Executions that wait for nobody: what a state and what an execution cost.

use serde_json::{Value, json};
use sfn_local_engine::{Engine, ExecutionStatus, StateMachineArn};

use crate::rounds::{Effort, alone, rate};

/// A machine, and how often it is run in a round.
struct Chain {
    name: String,
    definition: Value,
    input: Value,
    /// Express executions have no limit of 25,000 events.
    express: bool,
    executions: u32,
    /// What a rival does in a second.
    yardstick: Option<f64>,
}

pub(crate) fn measure(effort: Effort) {
    println!(
        "| in process, one thread | executions/s | transitions/s | an execution, us | \
         times the fastest Python server |\n|---|---|---|---|---|"
    );
    for chain in chains() {
        let count = effort.of(chain.executions);
        let mut transitions = 0;
        let spent = effort.spent(|| transitions = alone(run(&chain, count)));
        let each = spent.cpu.as_secs_f64() * 1e6 / f64::from(count);
        let executions = rate(count, spent.cpu);
        let ratio = chain.yardstick.map(|rival| executions / rival);
        println!(
            "| {} | {executions:.0} | {:.0} | {each:.2} | {} |",
            chain.name,
            executions * f64::from(transitions),
            ratio.map(|ratio| format!("{ratio:.0}")).unwrap_or_default(),
        );
    }
}

/// Runs a machine so often, one execution after the other. Returns how many states one entered.
async fn run(chain: &Chain, count: u32) -> u32 {
    let engine = Engine::builder()
        .keep_closed(1_000)
        .build()
        .expect("it is right");
    let definition = chain.definition.to_string();
    let machine = if chain.express {
        engine.create_express_state_machine("chain", &definition)
    } else {
        engine.create_state_machine("chain", &definition)
    };
    let machine: StateMachineArn = machine.expect("it is valid");
    let input = chain.input.to_string();
    for _ in 0..count {
        let execution = engine
            .start_execution(&machine, None, &input)
            .expect("it starts");
        let end = engine.wait(&execution).await.expect("it is known");
        assert_eq!(end.status, ExecutionStatus::Succeeded, "{end:?}");
    }
    let entered = engine.counters().borrow().states_entered / u64::from(count);
    u32::try_from(entered).expect("a few thousand")
}

fn chains() -> Vec<Chain> {
    let [one, five] = crate::PYTHON;
    let pass = |count: u32, executions, yardstick| Chain {
        name: format!("{count} Pass"),
        definition: passes(count, &json!({}), "JSONPath"),
        input: json!({"n": 1}),
        express: false,
        executions,
        yardstick,
    };
    vec![
        pass(1, 50_000, Some(one)),
        pass(5, 30_000, Some(five)),
        pass(100, 2_000, None),
        Chain {
            name: "5 Pass, each with a JSONPath template".to_owned(),
            definition: passes(
                5,
                &json!({"Parameters": {"n.$": "$.n", "of.$": "$$.Execution.Name"}}),
                "JSONPath",
            ),
            input: json!({"n": 1}),
            express: false,
            executions: 20_000,
            yardstick: None,
        },
        Chain {
            name: "5 Pass, each with a JSONata output".to_owned(),
            definition: passes(
                5,
                &json!({"Output": {"n": "{% $states.input.n + 1 %}"}}),
                "JSONata",
            ),
            input: json!({"n": 1}),
            express: false,
            executions: 10_000,
            yardstick: None,
        },
        Chain {
            name: "Choice loop, 1,000 times around".to_owned(),
            definition: choice_loop(1_000),
            input: json!({"n": 0}),
            express: false,
            executions: 50,
            yardstick: None,
        },
        Chain {
            name: "Map of 5,000 items, a Pass each".to_owned(),
            definition: map(),
            input: (0..5_000).collect(),
            express: false,
            executions: 10,
            yardstick: None,
        },
        Chain {
            name: "Map of 10,000 items, a Pass each (Express: above 25,000 events)".to_owned(),
            definition: map(),
            input: (0..10_000).collect(),
            express: true,
            executions: 10,
            yardstick: None,
        },
        Chain {
            name: "distributed Map of 10,000 items, an execution with a Pass each".to_owned(),
            definition: distributed_map(),
            input: (0..10_000).collect(),
            express: false,
            executions: 10,
            yardstick: None,
        },
        Chain {
            name: "Parallel of 100 branches, a Pass each".to_owned(),
            definition: parallel(100),
            input: json!({"n": 1}),
            express: false,
            executions: 1_000,
            yardstick: None,
        },
    ]
}

/// So many Pass states in a row, each with these fields.
pub(crate) fn passes(count: u32, fields: &Value, language: &str) -> Value {
    let states: serde_json::Map<String, Value> = (1..=count)
        .map(|number| {
            let mut state = fields.clone();
            state["Type"] = "Pass".into();
            if number == count {
                state["End"] = true.into();
            } else {
                state["Next"] = format!("P{}", number + 1).into();
            }
            (format!("P{number}"), state)
        })
        .collect();
    json!({"QueryLanguage": language, "StartAt": "P1", "States": states})
}

fn choice_loop(rounds: u32) -> Value {
    json!({"StartAt": "Again", "States": {
        "Again": {"Type": "Choice", "Default": "Done", "Choices": [
            {"Variable": "$.n", "NumericLessThan": rounds, "Next": "Count"}]},
        "Count": {"Type": "Pass", "Next": "Again",
            "Parameters": {"n.$": "States.MathAdd($.n, 1)"}},
        "Done": {"Type": "Succeed"}}})
}

fn map() -> Value {
    json!({"StartAt": "Each", "States": {"Each": {"Type": "Map", "End": true,
        "ItemProcessor": {"StartAt": "One", "States": {"One": {"Type": "Pass", "End": true}}}}}})
}

fn distributed_map() -> Value {
    let mut map = map();
    map["States"]["Each"]["ItemProcessor"]["ProcessorConfig"] =
        json!({"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"});
    map
}

fn parallel(branches: u32) -> Value {
    let branch = |number| {
        let name = format!("One{number}");
        json!({"StartAt": name, "States": {name: {"Type": "Pass", "End": true}}})
    };
    let branches: Vec<Value> = (0..branches).map(branch).collect();
    json!({"StartAt": "All", "States": {"All": {
        "Type": "Parallel", "End": true, "Branches": branches}}})
}
