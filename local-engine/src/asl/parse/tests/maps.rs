//! The fields of Maps: what they may say, and what is wrong with them.

use serde_json::{Value, json};

use crate::asl::{Definition, MachineType, StateKind};

/// A machine whose only state is a Map with these fields.
fn machine(mode: Option<&str>, fields: &Value) -> String {
    let mut state = json!({"Type": "Map", "End": true, "ItemProcessor": {
        "StartAt": "I", "States": {"I": {"Type": "Succeed"}}}});
    match mode {
        Some("INLINE") => state["ItemProcessor"]["ProcessorConfig"] = json!({"Mode": "INLINE"}),
        Some(mode) => {
            state["ItemProcessor"]["ProcessorConfig"] =
                json!({"Mode": mode, "ExecutionType": "STANDARD"});
        }
        None => {}
    }
    let fields = fields.as_object().unwrap().clone();
    state.as_object_mut().unwrap().extend(fields);
    json!({"StartAt": "S", "States": {"S": state}}).to_string()
}

fn check(fields: &Value, problem: &str) {
    let problems = Definition::parse(&machine(Some("DISTRIBUTED"), fields)).unwrap_err();
    let text = problems.service_text();
    assert!(text.contains(problem), "{text} for {fields}");
}

fn is_distributed(mode: Option<&str>, fields: &Value) -> bool {
    let definition = Definition::parse(&machine(mode, fields)).unwrap();
    let StateKind::Map(map) = &definition.graph.start().kind else {
        panic!("the state is a Map");
    };
    map.distributed.is_some()
}

#[test]
fn an_express_machine_has_no_distributed_map() {
    let parse = |definition: &str| Definition::parse_as(definition, MachineType::Express);
    parse(&machine(Some("INLINE"), &json!({}))).unwrap();
    let problems = parse(&machine(Some("DISTRIBUTED"), &json!({}))).unwrap_err();
    assert!(
        problems
            .service_text()
            .contains("Express state machine does not support 'DISTRIBUTED' Mode at /States/S"),
        "{problems}"
    );
}

fn reader(config: &Value) -> Value {
    json!({"ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": config,
        "Parameters": {"Bucket": "b", "Key": "k"}}})
}

#[test]
fn the_mode_says_where_iterations_run() {
    let json = reader(&json!({"InputType": "JSON"}));
    assert!(is_distributed(Some("DISTRIBUTED"), &json!({})));
    assert!(!is_distributed(Some("INLINE"), &json!({})));
    assert!(!is_distributed(None, &json!({"ToleratedFailureCount": 1})));
    assert!(
        is_distributed(None, &json),
        "only that makes sense of a reader"
    );
    let problems = Definition::parse(&machine(Some("INLINE"), &json)).unwrap_err();
    let text = problems.service_text();
    assert!(
        text.contains("Field 'ItemReader' is only supported for the 'DISTRIBUTED' Mode"),
        "{text}"
    );
}

#[test]
fn a_mode_needs_the_type_of_its_executions() {
    let mut definition: Value =
        serde_json::from_str(&machine(Some("DISTRIBUTED"), &json!({}))).unwrap();
    let processor = &mut definition["States"]["S"]["ItemProcessor"];
    processor["ProcessorConfig"] = json!({"Mode": "DISTRIBUTED"});
    let problems = Definition::parse(&definition.to_string()).unwrap_err();
    let text = problems.service_text();
    assert!(
        text.contains("These fields are required: [ExecutionType]"),
        "{text}"
    );
}

#[test]
fn express_children_cannot_wait_for_activities() {
    let mut definition: Value =
        serde_json::from_str(&machine(Some("DISTRIBUTED"), &json!({}))).unwrap();
    let processor = &mut definition["States"]["S"]["ItemProcessor"];
    processor["ProcessorConfig"]["ExecutionType"] = "EXPRESS".into();
    processor["States"]["I"] = json!({"Type": "Task", "End": true,
        "Resource": "arn:aws:states:us-east-1:123456789012:activity:charge"});
    assert!(Definition::parse(&definition.to_string()).is_err());
}

#[test]
fn numbers_have_bounds_and_stand_alone() {
    check(
        &json!({"ToleratedFailureCount": -1}),
        "Minimum value is 0 at /States/S/ToleratedFailureCount",
    );
    check(
        &json!({"ToleratedFailurePercentage": 100.5}),
        "Maximum value is 100 at /States/S/ToleratedFailurePercentage",
    );
    check(
        &json!({"ToleratedFailureCount": 1.5}),
        "Expected value of type Integer",
    );
    check(
        &json!({"ToleratedFailureCount": 1, "ToleratedFailureCountPath": "$.n"}),
        "There should only be one of the following fields: [ToleratedFailureCount, ToleratedFailureCountPath]",
    );
}

#[test]
fn a_batcher_says_how_great_a_batch_may_be() {
    check(
        &json!({"ItemBatcher": {"BatchInput": {}}}),
        "One of these fields is required: [MaxInputBytesPerBatch, MaxInputBytesPerBatchPath, \
         MaxItemsPerBatch, MaxItemsPerBatchPath]",
    );
    check(
        &json!({"ItemBatcher": {"MaxInputBytesPerBatch": 262_145}}),
        "Maximum value is 262144",
    );
    check(
        &json!({"ItemBatcher": {"MaxItemsPerBatch": 1, "Size": 2}}),
        "Field 'Size' is not supported at /States/S/ItemBatcher",
    );
}

#[test]
fn a_label_fits_into_an_arn() {
    check(&json!({"Label": ""}), "Label cannot be empty");
    check(
        &json!({"Label": "x".repeat(41)}),
        "Label cannot exceed 40 characters",
    );
    for label in ["a b", "a/b", "a:b", "a*", "a\u{7}"] {
        check(
            &json!({"Label": label}),
            "Label cannot contain the character",
        );
    }
    assert!(is_distributed(
        Some("DISTRIBUTED"),
        &json!({"Label": "Each-item_1"})
    ));
}

#[test]
fn a_reader_reads_what_there_is() {
    check(
        &json!({"ItemReader": {"Resource": "arn:aws:states:::s3:putObject"}}),
        "The resource 'arn:aws:states:::s3:putObject' cannot be read by an ItemReader",
    );
    check(
        &reader(&json!({})),
        "These fields are required: [InputType]",
    );
    check(
        &reader(&json!({"InputType": "XML"})),
        "The field 'InputType' should have one of these values: [CSV, JSON, JSONL, PARQUET, MANIFEST]",
    );
    check(
        &reader(&json!({"InputType": "CSV"})),
        "These fields are required: [CSVHeaderLocation]",
    );
    check(
        &reader(&json!({"InputType": "CSV", "CSVHeaderLocation": "GIVEN"})),
        "These fields are required: [CSVHeaders]",
    );
    check(
        &reader(&json!({"InputType": "JSON", "MaxItems": 1, "MaxItemsPath": "$.n"})),
        "There should only be one of the following fields: [MaxItems, MaxItemsPath]",
    );
    check(
        &reader(&json!({"InputType": "JSON", "MaxItems": 100_000_001})),
        "Maximum value is 100000000",
    );
    check(
        &reader(&json!({"InputType": "PARQUET"})),
        "not supported yet",
    );
}

#[test]
fn a_writer_writes_somewhere_or_in_some_form() {
    check(
        &json!({"ResultWriter": {}}),
        "These fields are required: [Resource]",
    );
    check(
        &json!({"ResultWriter": {"Resource": "arn:aws:states:::s3:getObject"}}),
        "The resource 'arn:aws:states:::s3:getObject' cannot be written by a ResultWriter",
    );
    check(
        &json!({"ResultWriter": {"WriterConfig": {"Transformation": "SOME"}}}),
        "The field 'Transformation' should have one of these values: [NONE, COMPACT, FLATTEN]",
    );
}
