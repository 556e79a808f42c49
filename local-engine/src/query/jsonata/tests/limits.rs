//! Bombs are stopped.

use proptest::prelude::*;
use serde_json::json;

use super::*;

const MEMORY: &str =
    "Expression evaluation memory limit exceeded: Check for excessive memory usage";
const DEPTH: &str = "Stack overflow error: Check for non-terminating recursive function. Consider \
                     rewriting as tail-recursive";
const TIME: &str = "Expression evaluation timeout: Check for infinite loop";

#[track_caller]
fn stops(text: &str, why: &str) {
    let error = evaluate(text, &json!({})).unwrap_err();
    assert!(
        error.ends_with(&format!("threw an error during evaluation: {why}")),
        "{error}"
    );
}

#[test]
fn a_sequence_without_end_is_stopped() {
    check(&[("[1..873782] ~> $count()", "873782")]);
    stops("[1..873783] ~> $count()", MEMORY);
    stops("$sum([1..900000])", MEMORY);
    stops("[1..1000000000]", MEMORY);
    stops("$count($range(1, 1000000000, 1))", MEMORY);
}

#[test]
fn a_text_without_end_is_stopped() {
    let doubling = |times: u32| {
        format!(
            "($f := function($s, $n) {{ $n = 0 ? $s : $f($s & $s, $n - 1) }}; $length($f('x', {times})))"
        )
    };
    assert_eq!(evaluate(&doubling(22), &json!({})).unwrap(), 4_194_304);
    stops(&doubling(23), MEMORY);
    stops(&doubling(60), MEMORY);
    stops("$length($pad('x', 1000000000))", MEMORY);
    stops("('x').$length($pad(1000000000))", MEMORY);
    stops("$length($join([1..800000].('0123456789')))", MEMORY);
    stops("$length($join([1..800000].(''), $pad('x', 1000)))", MEMORY);
    stops(
        "$length($replace($pad('x', 6000000), 'x', $pad('y', 6000000)))",
        MEMORY,
    );
    stops(
        "$length($replace($pad('', 100000, 'x'), 'x', $pad('y', 100)))",
        MEMORY,
    );
    check(&[
        ("$length($replace($pad('', 1000, 'x'), 'x', 'yz'))", "2000"),
        ("$replace('a-b', '-', $join(['<', '>'], '='))", r#""a<=>b""#),
        ("$length($pad('x', 100000))", "100000"),
    ]);
}

#[test]
fn recursion_without_end_is_stopped() {
    let recursion = |times: u32| {
        format!("($f := function($x) {{ $x <= 0 ? 0 : 1 + $f($x - 1) }}; $f({times}))")
    };
    assert_eq!(evaluate(&recursion(31), &json!({})).unwrap(), 31);
    stops(&recursion(40), DEPTH);
    stops(&recursion(1_000_000), DEPTH);
    stops("($f := function() { $f() + 1 }; $f())", DEPTH);
}

#[test]
fn a_loop_without_end_is_stopped() {
    stops("($f := function($x) { $f($x + 1) }; $f(1))", TIME);
}

#[test]
fn an_expression_may_be_long_and_deep_without_harm() {
    let chain = ["1"; 100].join("+");
    assert_eq!(evaluate(&chain, &json!({})).unwrap(), 100);
    for text in [
        ["1"; 20_000].join("+"),
        ["'a'"; 20_000].join("&"),
        format!("{}1{}", "(".repeat(50_000), ")".repeat(50_000)),
        format!("{}1{}", "[".repeat(50_000), "]".repeat(50_000)),
        "$f(".repeat(50_000),
        "-".repeat(50_000),
        ["$a"; 20_000].join("."),
    ] {
        // Whatever comes of it, the engine goes on.
        let _ = evaluate(&text, &json!({}));
    }
}

proptest! {
    #[test]
    fn any_text_is_an_expression_or_is_refused(
        text in "[$a-c0-2.\\[\\](){}'\"*%@#^~>|&?:;,=!<+/ -]{0,40}"
    ) {
        let _ = evaluate(&text, &json!({"a": [{"b": 1}, {"b": "c"}], "b": null}));
        let _ = evaluate(&format!("$states.input.{text}"), &json!({"a": [1, [2]], "b": {"c": 0}}));
    }

    #[test]
    fn a_place_is_the_same_with_and_without_the_evaluator(
        input in place_values(),
        members in proptest::collection::vec("[ab]", 0..4)
    ) {
        let path = members.iter().fold(String::new(), |path, member| format!("{path}.{member}"));
        let direct = evaluate(&format!("$states.input{path}"), &input);
        // A block is not followed directly.
        let evaluated = evaluate(&format!("($states.input{path})"), &input);
        // Here the evaluator gets the whole input, not only what is read of it.
        let whole = evaluate(&format!("($s := $states; $s.input{path})"), &input);
        prop_assert_eq!(direct.as_ref().ok(), evaluated.as_ref().ok());
        prop_assert_eq!(evaluated.ok(), whole.ok());
    }
}

fn place_values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        "[a-c]{0,3}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Value::Array),
            proptest::collection::vec(("[ab]", inner), 0..3)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}
