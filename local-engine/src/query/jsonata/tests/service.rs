//! What the service adds to the language, takes away, and says when an expression fails.

use std::sync::Arc;

use serde_json::json;

use super::*;
use crate::query::Variables;

#[test]
fn partition_cuts_an_array_into_chunks() {
    check(&[
        ("$partition([1, 2, 3, 4, 5], 2)", "[[1,2],[3,4],[5]]"),
        ("$partition([1, 2, 3], 2.9)", "[[1,2],[3]]"),
        ("$partition([1, 2, 3])", "[[1,2,3]]"),
        ("$partition([], 2)", ""),
        ("$partition([1, 2, 3], 0)", ""),
        ("$partition([1, 2, 3, 4], -0.5)", ""),
    ]);
    fails(
        "$partition([1, 2, 3], -1)",
        "threw an error during evaluation. D3137: Second argument must be zero or greater",
    );
}

#[test]
fn range_counts_in_steps() {
    check(&[
        ("$range(0, 10, 2)", "[0,2,4,6,8,10]"),
        ("$range(10, 0, -2)", "[10,8,6,4,2,0]"),
        ("$range(1.7, 5, 1)", "[1,2,3,4,5]"),
        ("$range(-1.7, 2, 1)", "[-1,0,1,2]"),
        ("$range(5, 1, -1.5)", "[5,4,3,2,1]"),
        ("$range(3, 3, 1)", "3"),
        ("$range(5, 1, 1)", ""),
        ("$range(1, 5, 0)", ""),
        ("$range(1, 5)", ""),
        ("$count($range(1, 360145, 1))", "360145"),
        (
            "$count($range(-9223372036854775808, 9223372036854775807, 9223372036854775807))",
            "3",
        ),
    ]);
    fails(
        "$range(1)",
        "threw an error during evaluation. T0410: Argument 2 of function \"range\" does not match \
         function signature",
    );
    fails(
        "$range(1, 360146, 1)",
        "threw an error during evaluation: Expression evaluation memory limit exceeded: Check for \
         excessive memory usage",
    );
}

#[test]
fn hash_knows_five_algorithms() {
    check(&[
        (
            "$hash('Hello', 'MD5')",
            r#""8b1a9953c4611296a827abf8c47804d7""#,
        ),
        (
            "$hash('Hello', 'SHA-1')",
            r#""f7ff9e8b7bb2e09b70935a5d785e0cc5d9d0abf0""#,
        ),
        (
            "$hash('Hello', 'SHA-256')",
            r#""185f8db32271fe25f561a6fc938b2e264306ec304eda518007d1764826381969""#,
        ),
        ("$length($hash('Hello', 'SHA-384'))", "96"),
        ("$length($hash('Hello', 'SHA-512'))", "128"),
        ("$hash('Hello')", ""),
    ]);
    for (text, code) in [
        ("$hash('Hello', 'md5')", "D3137"),
        ("$hash(42, 'MD5')", "T0410"),
        ("$hash('a', 5)", "T0410"),
        ("$hash('a', 'MD5', 'x')", "T0410"),
    ] {
        let error = evaluate(text, &json!({})).unwrap_err();
        assert!(error.contains(&format!("evaluation. {code}: ")), "{error}");
    }
}

#[test]
fn random_with_a_seed_draws_what_the_service_draws() {
    check(&[
        ("$random(42)", "0.7275636800328681"),
        ("$random(0.9) = $random(0)", "true"),
        ("$random() = $random()", "false"),
        ("$random() >= 0 and $random() < 1", "true"),
        ("$uuid() = $uuid()", "false"),
        (
            "$contains($uuid(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)",
            "true",
        ),
    ]);
    assert_eq!(
        evaluate("[$random(), $uuid()]", &json!({})),
        evaluate("[$random(), $uuid()]", &json!({})),
        "the same seed draws the same"
    );
}

#[test]
fn parse_reads_one_strict_document() {
    check(&[
        ("$parse('{\"b\":1,\"a\":[2]}')", r#"{"b":1,"a":[2]}"#),
        ("$parse('{\"a\": {\"b\": true}}').a.b", "true"),
        ("$parse('null')", "null"),
        ("$parse('1.0')", "1"),
        ("$parse()", ""),
        ("$map(['{\"a\":1}', '{\"a\":2}'], $parse).a", "[1,2]"),
    ]);
    for text in [
        "''",
        "'not json'",
        "'{\"a\":1}{\"b\":2}'",
        "'{\"a\":1,\"a\":2}'",
        "'1e400'",
    ] {
        fails(
            &format!("$parse({text})"),
            "threw an error during evaluation. D3137: Invalid JSON",
        );
    }
}

#[test]
fn eval_is_no_function() {
    for text in ["$eval('1 + 1')", "$nope()", "($f := $eval; $f('1'))"] {
        fails(
            text,
            "threw an error during evaluation. T1006: Attempted to invoke a non-function",
        );
    }
}

#[test]
fn what_came_after_the_version_of_the_service_is_refused() {
    for (text, operator) in [
        ("$states.input.a ?? 1", "??"),
        ("$states.input.a ?: 1", "?:"),
        ("$map([1], function($v) { [$v ?? 2] })", "??"),
    ] {
        assert_eq!(
            evaluate(text, &json!({})).unwrap_err(),
            format!("The operator '{operator}' is not part of JSONata 2.0.6")
        );
    }
}

#[test]
fn there_is_no_top_level_context() {
    for (text, expected) in [
        (
            "phone",
            "Reference to 'phone' at the top level is not supported.",
        ),
        (
            "$.phone",
            "Reference to '$' at the top level is not supported.",
        ),
        ("$$.phone", "Reference to '$$' is not supported."),
        (
            "aaa + bbb",
            "Reference to 'aaa' at the top level is not supported., Reference to 'bbb' at the top \
             level is not supported.",
        ),
        (
            "$map($states.input.a, function($x) { b })",
            "Reference to 'b' at the top level is not supported.",
        ),
    ] {
        assert_eq!(
            Expression::parse(text, "Output").unwrap_err().to_string(),
            expected
        );
    }
    for text in [
        "$states.input.items[phone > 3]",
        "$map($states.input.a, function($x) { $x.phone })",
        "$states.input.a^(b){c: $sum(d)}",
        "$states.input.a.(b & $.c)",
        "$phone",
    ] {
        assert!(Expression::parse(text, "Output").is_ok(), "{text}");
    }
}

#[test]
fn errors_say_which_expression_of_which_field_and_why() {
    for (text, why) in [
        (
            "1 + {}",
            "T2002: The right side of the \"+\" operator must evaluate to a number",
        ),
        (
            "'a' - 1",
            "T2001: The left side of the \"-\" operator must evaluate to a number",
        ),
        (
            "$number('x')",
            "D3030: Unable to cast value to a number: \"x\"",
        ),
        (
            "$split('a', 'b', -1)",
            "D3020: Third argument of split function must evaluate to a positive number",
        ),
        ("$error('stop here')", "D3137: stop here"),
        ("$assert(false, 'not so')", "D3141: not so"),
        (
            "$sqrt(-1)",
            "D3060: The sqrt function cannot be applied to a negative number: -1",
        ),
        (
            "$each('x', function($v) { $v })",
            "T0410: Argument 1 of function \"each\" does not match function signature",
        ),
        (
            "$map([1])",
            "T0410: Argument 2 of function \"map\" does not match function signature",
        ),
        (
            "$sum(['a'])",
            "T0412: Argument 1 of function \"sum\" must be an array of \"numbers\"",
        ),
        (
            "$uppercase(1) & $string(2)",
            "T0410: Argument 1 does not match function signature",
        ),
        (
            "1 < null",
            "T2010: The expressions either side of operator \"<\" must evaluate to numeric or string values",
        ),
        (
            "['a'..2]",
            "T2003: The left side of the range operator (..) must evaluate to an integer",
        ),
        (
            "$formatBase(1, 99)",
            "D3100: The radix of the formatBase function must be between 2 and 36.  It was given 99",
        ),
        (
            "$reduce([1, 2], function($a) { $a })",
            "D3050: The second argument of reduce function must be a function with at least two \
             arguments",
        ),
    ] {
        fails(text, &format!("threw an error during evaluation. {why}"));
    }
    fails("$states.input.gone", "returned nothing (undefined).");
    fails("function($x) { $x }", "returned nothing (undefined).");
}

#[test]
fn variables_come_before_functions_of_the_same_name_and_are_not_written() {
    let mut context = context_for_tests();
    let value = Arc::new(json!({"b": [1, 2]}));
    let empty = Variables::default();
    context.variables = empty.assigned([(&"a".into(), &value, r#"{"b":[1,2]}"#)].into_iter());
    let input = json!({});
    for (text, expected) in [
        ("$a", r#"{"b":[1,2]}"#),
        ("$a.b", "[1,2]"),
        ("$a.b[0]", "1"),
        ("$sum($a.b)", "3"),
        ("($a := 5; $a)", "5"),
        ("$exists($other)", "false"),
    ] {
        let found = evaluate_in(text, &input, &context).unwrap();
        assert_eq!(found.to_string(), expected, "{text}");
    }
    assert_eq!(context.variables.value("a"), Some(&*value));
}

#[test]
fn states_has_input_result_and_context() {
    check(&[
        ("$states.result.value", "42"),
        ("$states.context.Execution.Name", r#""run-1""#),
        ("$states.context.Execution.Input.`input-value`", "7"),
        ("$keys($states)", r#"["input","result","context"]"#),
        ("$states.errorOutput", ""),
        ("$states.nope", ""),
        ("($s := $states; $s.context.State.Name)", r#""Prepare""#),
    ]);
}

#[test]
fn numbers_are_written_as_the_service_writes_them() {
    check(&[
        ("1.0", "1"),
        ("1 / 0", r#""Infinity""#),
        ("-1 / 0", r#""-Infinity""#),
        ("[1 / 0]", r#"["Infinity"]"#),
        ("$parse('9007199254740993')", "9007199254740992"),
    ]);
    let input = json!({"amount": 1.0, "big": 9_223_372_036_854_775_807_i64});
    for (text, expected) in [
        ("$states.input.amount", "1"),
        ("$states.input.big", "9223372036854775807"),
        ("$states.input", r#"{"amount":1,"big":9223372036854775807}"#),
    ] {
        assert_eq!(evaluate(text, &input).unwrap().to_string(), expected);
    }
}

#[test]
fn only_a_whole_text_is_an_expression() {
    assert_eq!(Expression::inside("{% $a %}"), Some("$a"));
    assert_eq!(Expression::inside("{%$a%}"), Some("$a"));
    for text in [" {% $a %}", "{% $a %} ", "a {% $a %}", "{% $a", "$a %}", ""] {
        assert_eq!(Expression::inside(text), None, "{text}");
    }
}

#[test]
fn syntax_errors_come_without_their_code() {
    for text in ["phone[1,2)", "420.", "$states.input[?(@.a)]", "'open", "(1"] {
        let error = Expression::parse(text, "Output").unwrap_err().to_string();
        assert!(!error.starts_with("S0") && !error.is_empty(), "{error}");
    }
}

#[track_caller]
fn fails(text: &str, why: &str) {
    assert_eq!(
        evaluate(text, &json!({})).unwrap_err(),
        format!("The JSONata expression '{text}' specified for the field 'Output' {why}")
    );
}
