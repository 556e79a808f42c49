//! Rules over inputs, each operator with values that fit and values that do not.

use serde_json::json;

use super::*;
use crate::asl::{Definition, StateKind};
use crate::query::Random;
use crate::query::context_for_tests;

/// Runs one Choice with a single rule and says whether it was taken.
fn holds(rule: &Value, input: &Value) -> Result<bool, PathError> {
    let mut branch = rule.clone();
    branch["Next"] = json!("Yes");
    let definition = json!({
        "StartAt": "Choose",
        "States": {
            "Choose": {"Type": "Choice", "Choices": [branch], "Default": "No"},
            "Yes": {"Type": "Succeed"},
            "No": {"Type": "Succeed"},
        },
    });
    let definition = Definition::parse(&definition.to_string())
        .unwrap_or_else(|problems| panic!("{rule}: {problems}"));
    let StateKind::Choice(choice) = &definition.graph.start().kind else {
        panic!("the first state is a Choice");
    };
    let context = context_for_tests();
    let scope = Scope {
        input,
        text: None,
        context: &context,
        random: &Random::new(0),
    };
    choice.next(scope).map(|next| next == Some("Yes"))
}

#[track_caller]
fn check(operator: &str, operand: &Value, cases: &[(Value, bool)]) {
    for (variable, expected) in cases {
        let input = json!({"v": variable, "o": operand});
        let literal = json!({"Variable": "$.v", operator: operand});
        assert_eq!(
            holds(&literal, &input),
            Ok(*expected),
            "{literal} of {variable}"
        );
        if !operator.starts_with("Is") && operator != "StringMatches" {
            let path = json!({"Variable": "$.v", format!("{operator}Path"): "$.o"});
            assert_eq!(holds(&path, &input), Ok(*expected), "{path} of {variable}");
        }
    }
}

#[test]
fn numbers_compare_by_value_and_nothing_else_is_a_number() {
    let cases = [
        (json!(1), true),
        (json!(1.0), true),
        (json!(2), false),
        (json!("1"), false),
        (json!(true), false),
        (json!(null), false),
    ];
    check("NumericEquals", &json!(1), &cases);
    check(
        "NumericLessThan",
        &json!(1),
        &[(json!(0.9), true), (json!(1), false)],
    );
    check(
        "NumericLessThanEquals",
        &json!(1),
        &[(json!(1), true), (json!(2), false)],
    );
    check(
        "NumericGreaterThan",
        &json!(1),
        &[(json!(1.1), true), (json!([2]), false)],
    );
    check(
        "NumericGreaterThanEquals",
        &json!(1),
        &[(json!(1), true), (json!(0), false)],
    );
    let cases = [(json!(9_007_199_254_740_993_u64), false)];
    check("NumericEquals", &json!(9_007_199_254_740_992_u64), &cases);
}

#[test]
fn texts_compare_unit_by_unit() {
    check(
        "StringEquals",
        &json!("Hello"),
        &[(json!("Hello"), true), (json!("hello"), false)],
    );
    check(
        "StringLessThan",
        &json!("AB"),
        &[(json!("A"), true), (json!("AB"), false)],
    );
    check(
        "StringGreaterThan",
        &json!("A"),
        &[(json!("AB"), true), (json!(1), false)],
    );
    check(
        "StringLessThanEquals",
        &json!(""),
        &[(json!(""), true), (json!("A"), false)],
    );
    check(
        "StringGreaterThanEquals",
        &json!("A"),
        &[(json!("a"), true), (json!(""), false)],
    );
    // Above the basic plane: smaller by UTF-16 units, greater by code point.
    check(
        "StringLessThan",
        &json!("\u{ff5e}"),
        &[(json!("\u{1f197}"), true)],
    );
}

#[test]
fn timestamps_compare_as_instants() {
    let cases = [
        (json!("2012-10-09T19:00:55Z"), true),
        (json!("2012-10-09T20:00:55+01:00"), true),
        (json!("2012-10-09T19:00:56Z"), false),
        (json!("2012-10-09"), false),
        (json!(0), false),
    ];
    let operand = json!("2012-10-09T19:00:55Z");
    check("TimestampEquals", &operand, &cases);
    let later = json!("2012-10-09T19:00:56Z");
    check(
        "TimestampGreaterThan",
        &operand,
        &[(later.clone(), true), (operand.clone(), false)],
    );
    check(
        "TimestampGreaterThanEquals",
        &operand,
        &[(operand.clone(), true)],
    );
    check("TimestampLessThan", &operand, &[(later, false)]);
    check(
        "TimestampLessThanEquals",
        &operand,
        &[(operand.clone(), true)],
    );
}

#[test]
fn booleans_are_only_booleans() {
    let cases = [
        (json!(true), true),
        (json!(false), false),
        (json!(1), false),
        (json!("true"), false),
    ];
    check("BooleanEquals", &json!(true), &cases);
}

#[test]
fn kinds_are_told_apart() {
    check(
        "IsNull",
        &json!(true),
        &[(json!(null), true), (json!(0), false)],
    );
    check(
        "IsBoolean",
        &json!(true),
        &[(json!(false), true), (json!("false"), false)],
    );
    check(
        "IsNumeric",
        &json!(true),
        &[(json!(1.5), true), (json!("1"), false)],
    );
    check(
        "IsString",
        &json!(false),
        &[(json!(1), true), (json!(""), false)],
    );
    check(
        "IsTimestamp",
        &json!(true),
        &[
            (json!("2012-10-09T19:00:55Z"), true),
            (json!("2012-10-09"), false),
        ],
    );
}

#[test]
fn an_asterisk_stands_for_any_text_unless_escaped() {
    check(
        "StringMatches",
        &json!("log-*.txt"),
        &[
            (json!("log-.txt"), true),
            (json!("log-a.txt.txt"), true),
            (json!("log-a.txt!"), false),
            (json!("log.txt"), false),
            (json!(1), false),
        ],
    );
    check(
        "StringMatches",
        &json!(r"a\*b\\*"),
        &[(json!(r"a*b\c"), true), (json!(r"axb\c"), false)],
    );
    check(
        "StringMatches",
        &json!("*"),
        &[(json!(""), true), (json!("any"), true)],
    );
    check(
        "StringMatches",
        &json!("a*b*a"),
        &[(json!("aba"), true), (json!("aa"), false)],
    );
    check(
        "StringMatches",
        &json!(""),
        &[(json!(""), true), (json!("a"), false)],
    );
}

#[test]
fn a_missing_variable_fails_unless_presence_was_asked() {
    let input = json!({"there": 1});
    let present = |expected: bool| json!({"Variable": "$.gone.a", "IsPresent": expected});
    assert_eq!(holds(&present(true), &input), Ok(false));
    assert_eq!(holds(&present(false), &input), Ok(true));
    let error = holds(&json!({"Variable": "$.gone", "IsString": true}), &input).unwrap_err();
    assert_eq!(error.error_name(), "States.Runtime");
    assert_eq!(
        error.to_string(),
        "Invalid path '$.gone': The choice state's condition path references an invalid value."
    );
    let path = json!({"Variable": "$.there", "NumericEqualsPath": "$.gone"});
    assert!(holds(&path, &input).is_err());
}

#[test]
fn and_or_and_not_look_no_further_than_they_must() {
    let input = json!({"there": 1});
    let missing = json!({"Variable": "$.gone", "NumericEquals": 1});
    let present = json!({"Variable": "$.gone", "IsPresent": true});
    assert_eq!(
        holds(&json!({"And": [present, missing]}), &input),
        Ok(false)
    );
    assert_eq!(
        holds(&json!({"Or": [{"Not": present}, missing]}), &input),
        Ok(true)
    );
    assert!(holds(&json!({"Or": [present, missing]}), &input).is_err());
    assert!(holds(&json!({"Not": missing}), &input).is_err());
}

#[test]
fn the_context_object_can_be_asked() {
    let rule = json!({"Variable": "$$.Execution.Input.input-value", "NumericGreaterThan": 6});
    assert_eq!(holds(&rule, &json!({})), Ok(true));
}
