//! Properties: any text is read or refused, and every definition built by the rules is read.

use proptest::prelude::*;
use serde_json::{Map, json};

use super::*;

/// A state that leads to the next, with whatever its type may have.
fn state(next: Option<String>) -> impl Strategy<Value = Value> {
    let way_on = next.map_or_else(|| json!({"End": true}), |next| json!({"Next": next}));
    prop_oneof![
        (path(), path()).prop_map(|(input, output)| {
            json!({"Type": "Pass", "InputPath": input, "OutputPath": output, "Result": {"a.$": 1}})
        }),
        (1..100_u64, 0..5_u64, path()).prop_map(|(seconds, attempts, path)| {
            json!({"Type": "Task", "Resource": ACTIVITY, "TimeoutSeconds": seconds + 1,
                "HeartbeatSeconds": seconds, "Parameters": {"a.$": path, "b": [1]},
                "Retry": [{"ErrorEquals": ["States.ALL"], "MaxAttempts": attempts}]})
        }),
        prop::sample::select(vec![
            "arn:aws:states:::lambda:invoke",
            "arn:aws:states:::states:startExecution.sync:2",
            "arn:aws:states:::sns:publish.waitForTaskToken",
            "arn:aws:states:::aws-sdk:s3:listBuckets",
            "arn:aws:lambda:us-east-1:123456789012:function:f:live",
        ])
        .prop_map(|resource| json!({"Type": "Task", "Resource": resource,
            "Credentials": {"RoleArn.$": "$.role"}})),
        (0..100_u64).prop_map(|seconds| json!({"Type": "Wait", "Seconds": seconds})),
    ]
    .prop_map(move |state| with(&state, &way_on))
}

fn path() -> impl Strategy<Value = String> {
    prop::collection::vec("(\\.[a-z-]{1,4}|\\['[a-z ]{1,4}'\\]|\\[[0-9]\\])", 0..4)
        .prop_map(|steps| format!("${}", steps.concat()))
}

/// A chain of states, of which each leads to the next and the last ends.
fn graph() -> impl Strategy<Value = Value> {
    (1..6_usize)
        .prop_flat_map(|length| {
            let states: Vec<_> = (0..length)
                .map(|at| state((at + 1 < length).then(|| format!("S{}", at + 1))))
                .collect();
            states
        })
        .prop_map(|states| {
            let named = states
                .into_iter()
                .enumerate()
                .map(|(at, state)| (format!("S{at}"), state));
            json!({"StartAt": "S0", "States": named.collect::<Map<_, _>>()})
        })
}

proptest! {
    #[test]
    fn a_definition_built_by_the_rules_is_read(graph in graph()) {
        prop_assert_eq!(problems(&graph), "");
    }

    #[test]
    fn a_map_over_such_a_graph_is_read(graph in graph(), items in path()) {
        let map = json!({"Type": "Map", "ItemsPath": items, "ItemProcessor": graph, "End": true});
        prop_assert_eq!(problems(&json!({"StartAt": "M", "States": {"M": map}})), "");
    }

    #[test]
    fn a_definition_with_a_part_replaced_is_read_or_refused(
        graph in graph(),
        field in prop::sample::select(vec![
            "Type", "Next", "End", "InputPath", "Parameters", "Retry", "Catch", "Seconds", "Resource",
            "Choices", "Branches", "Iterator", "QueryLanguage", "TimeoutSeconds", "Credentials",
        ]),
        value in prop_oneof![
            Just(json!(null)), Just(json!([[]])), Just(json!({"": {}})), Just(json!(-1)), Just(json!("$")),
            Just(json!("Map")), Just(json!("JSONata")), Just(json!([{"Next": "S0"}])),
        ],
    ) {
        let mut graph = graph;
        graph["States"]["S0"][field] = value;
        if let Err(problems) = Definition::parse(&graph.to_string()) {
            prop_assert!(problems.iter().next().is_some());
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,60}", json in "[{}\\[\\]\":,a0e.\\\\ \\n-]{0,40}") {
        for text in [text, json] {
            if let Err(problems) = Definition::parse(&text) {
                prop_assert!(!problems.to_string().is_empty());
            }
        }
    }
}
