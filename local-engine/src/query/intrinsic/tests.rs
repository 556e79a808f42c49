//! Calls over values: results, refusals and their words.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::query::Random;
use crate::query::context::tests::context;

fn evaluate(call: &str, input: &Value) -> Result<Value, String> {
    let context = context();
    let call = Intrinsic::parse(call).unwrap_or_else(|error| panic!("{call}: {error}"));
    let scope = Scope {
        input,
        text: None,
        context: &context,
        random: &Random::new(7),
    };
    call.evaluate(scope).map_err(|error| {
        assert_eq!(error.error_name(), "States.Runtime");
        error.to_string()
    })
}

#[track_caller]
fn makes(call: &str, input: &Value, expected: &Value) {
    assert_eq!(evaluate(call, input).as_ref(), Ok(expected), "{call}");
}

/// Checks what is said after the call.
#[track_caller]
fn refuses(call: &str, input: &Value, detail: &str) {
    let expected =
        format!("There was an error while evaluating the intrinsic function: {call}. {detail}");
    assert_eq!(evaluate(call, input), Err(expected));
}

#[track_caller]
fn refuses_arguments(call: &str, input: &Value) {
    let name = &call[..call.find('(').unwrap()];
    refuses(call, input, &format!("Invalid arguments in {name}"));
}

#[test]
fn format_fills_its_places() {
    let input = json!({"a": "x", "n": null, "f": 1.5, "o": {"k": [1, "y"]}, "t": "<{}>"});
    makes("States.Format('plain')", &input, &json!("plain"));
    makes(
        "States.Format('{}-{}-{}-{}', $.a, 2, true, $.n)",
        &input,
        &json!("x-2-true-null"),
    );
    makes("States.Format('{}', $.f)", &input, &json!("1.5"));
    makes("States.Format('{}', $.o)", &input, &json!("{k=[1, y]}"));
    makes("States.Format($.t, $.a)", &input, &json!("<x>"));
    makes(
        r"States.Format('\'{}\' \{\} \\', $.a)",
        &input,
        &json!(r"'x' {} \"),
    );
    makes(
        "States.Format('{}', $$.Execution.Name)",
        &input,
        &json!("run-1"),
    );
}

#[test]
fn format_shows_what_was_parsed_from_a_text_as_json() {
    let input = json!({"text": "{\"a\": \"b\"}"});
    makes(
        "States.Format('{}', States.StringToJson($.text))",
        &input,
        &json!(r#"{"a":"b"}"#),
    );
}

#[test]
fn format_counts_its_places_and_pairs_its_braces() {
    let input = json!({"a": 1});
    let places = "Invalid arguments in States.Format: number of arguments do not match the occurrences of {}.";
    refuses("States.Format('{} {}', $.a)", &input, places);
    refuses("States.Format('{}', $.a, $.a)", &input, places);
    refuses(
        "States.Format('a { b', $.a)",
        &input,
        "Invalid template in States.Format: matching '}' not found for '{'.",
    );
    refuses(
        "States.Format('a } b')",
        &input,
        "Invalid template in States.Format: matching '{' not found for '}'.",
    );
    refuses_arguments("States.Format($.a)", &input);
    refuses_arguments("States.Format()", &input);
}

#[test]
fn a_text_stops_growing_before_it_takes_all_memory() {
    let input = json!({"long": "x".repeat(250_000)});
    let places = "{}".repeat(100);
    let arguments = vec!["$.long"; 100].join(", ");
    refuses_arguments(&format!("States.Format('{places}', {arguments})"), &input);
}

#[test]
fn json_becomes_text_and_back() {
    let input = json!({"o": {"b": 1, "a": [null, "x"]}, "t": " [1, 2] "});
    makes(
        "States.JsonToString($.o)",
        &input,
        &json!(r#"{"b":1,"a":[null,"x"]}"#),
    );
    makes("States.StringToJson($.t)", &input, &json!([1, 2]));
    makes("States.StringToJson('  ')", &input, &json!(null));
    makes("States.StringToJson('-0')", &input, &json!(0));
    for call in [
        "States.StringToJson($.o)",
        "States.StringToJson('{bad}')",
        "States.StringToJson()",
        "States.JsonToString($.o, $.t)",
    ] {
        refuses_arguments(call, &input);
    }
}

#[test]
fn merging_is_shallow() {
    let input = json!({"a": {"x": {"p": 1}, "y": 1}, "b": {"x": {"q": 2}, "z": 3}, "n": null});
    makes(
        "States.JsonMerge($.a, $.b, false)",
        &input,
        &json!({"x": {"q": 2}, "y": 1, "z": 3}),
    );
    refuses_arguments("States.JsonMerge($.a, $.b, true)", &input);
    refuses_arguments("States.JsonMerge($.a, $.n, false)", &input);
    refuses_arguments("States.JsonMerge($.a, $.b)", &input);
}

#[test]
fn arrays_are_made_and_taken_apart() {
    let input = json!({"a": [1, 2, 3, 4, 5], "e": [], "i": 1.9});
    makes("States.Array()", &input, &json!([]));
    makes(
        "States.Array('x', 2, null, $.e)",
        &input,
        &json!(["x", 2, null, []]),
    );
    makes(
        "States.ArrayPartition($.a, 2)",
        &input,
        &json!([[1, 2], [3, 4], [5]]),
    );
    makes(
        "States.ArrayPartition($.a, 2.9)",
        &input,
        &json!([[1, 2], [3, 4], [5]]),
    );
    makes("States.ArrayPartition($.e, 3)", &input, &json!([]));
    makes("States.ArrayContains($.a, 5)", &input, &json!(true));
    makes("States.ArrayContains($.a, '5')", &input, &json!(false));
    makes("States.ArrayGetItem($.a, 0)", &input, &json!(1));
    makes("States.ArrayGetItem($.a, $.i)", &input, &json!(2));
    makes("States.ArrayGetItem($.e, 7)", &input, &json!(null));
    makes("States.ArrayLength($.a)", &input, &json!(5));
    for call in [
        "States.ArrayPartition($.a, 0)",
        "States.ArrayPartition($.a, 0.6)",
        "States.ArrayPartition($.a, -1)",
        "States.ArrayPartition('a', 1)",
        "States.ArrayContains('a', 1)",
        "States.ArrayGetItem($.a, 5)",
        "States.ArrayGetItem($.a, -1)",
        "States.ArrayGetItem($.a, '1')",
        "States.ArrayLength($.i)",
        "States.ArrayUnique($.i)",
    ] {
        refuses_arguments(call, &input);
    }
}

#[test]
fn a_range_ends_with_its_last_number() {
    let input = json!({});
    makes(
        "States.ArrayRange(1, 9, 2)",
        &input,
        &json!([1, 3, 5, 7, 9]),
    );
    makes("States.ArrayRange(0, 10, 3)", &input, &json!([0, 3, 6, 9]));
    makes("States.ArrayRange(5, 1, -2)", &input, &json!([5, 3, 1]));
    makes("States.ArrayRange(3, 3, -1)", &input, &json!([3]));
    makes("States.ArrayRange(5, 1, 1)", &input, &json!([]));
    makes("States.ArrayRange(1.6, 1.4, 1)", &input, &json!([1]));
    let thousand = evaluate("States.ArrayRange(1, 1000, 1)", &input).unwrap();
    assert_eq!(thousand.as_array().map(Vec::len), Some(1000));
    refuses_arguments("States.ArrayRange(1, 1001, 1)", &input);
    refuses_arguments("States.ArrayRange(1, 10, 0)", &input);
    refuses_arguments("States.ArrayRange(1, 10, 0.4)", &input);
    refuses_arguments("States.ArrayRange('a', 10, 1)", &input);
    refuses_arguments(
        "States.ArrayRange(-9000000000000000000, 9000000000000000000, 1)",
        &input,
    );
}

#[test]
fn unique_items_keep_their_order() {
    let input =
        json!({"a": [2, "2", 2, {"x": 1, "y": 2}, {"y": 2, "x": 1}, null, null, 2.5, [1], [1]]});
    makes(
        "States.ArrayUnique($.a)",
        &input,
        &json!([2, "2", {"x": 1, "y": 2}, null, 2.5, [1]]),
    );
}

#[test]
fn base64_is_written_strictly_and_read_generously() {
    let input =
        json!({"s": "Data to encode", "long": "a".repeat(10_001), "full": "a".repeat(10_000)});
    for (plain, encoded) in [
        ("", ""),
        ("f", "Zg=="),
        ("fo", "Zm8="),
        ("foo", "Zm9v"),
        ("Data to encode", "RGF0YSB0byBlbmNvZGU="),
        ("✓", "4pyT"),
    ] {
        makes(
            &format!("States.Base64Encode('{plain}')"),
            &input,
            &json!(encoded),
        );
        makes(
            &format!("States.Base64Decode('{encoded}')"),
            &input,
            &json!(plain),
        );
    }
    makes("States.Base64Decode(' Zm 9v ')", &input, &json!("foo"));
    makes("States.Base64Decode('Zm8')", &input, &json!("fo"));
    makes("States.Base64Decode('Zm9v==Zm9v')", &input, &json!("foo"));
    assert!(evaluate("States.Base64Encode($.full)", &input).is_ok());
    refuses_arguments("States.Base64Encode($.long)", &input);
    refuses_arguments("States.Base64Decode($.long)", &input);
    refuses_arguments("States.Base64Encode(1)", &input);
}

#[test]
fn hashes_know_five_algorithms() {
    let input = json!({"s": "hello", "n": 123, "long": "a".repeat(10_001)});
    for (algorithm, digest) in [
        ("MD5", "5d41402abc4b2a76b9719d911017c592"),
        ("SHA-1", "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d"),
        (
            "SHA-256",
            "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
        ),
    ] {
        makes(
            &format!("States.Hash($.s, '{algorithm}')"),
            &input,
            &json!(digest),
        );
    }
    for (algorithm, digits) in [("SHA-384", 96), ("SHA-512", 128)] {
        let hash = evaluate(&format!("States.Hash($.n, '{algorithm}')"), &input).unwrap();
        assert_eq!(hash.as_str().map(str::len), Some(digits));
    }
    refuses_arguments("States.Hash($.s, 'sha-256')", &input);
    refuses_arguments("States.Hash($.s, 5)", &input);
    refuses_arguments("States.Hash($.s)", &input);
    refuses_arguments("States.Hash($.long, 'MD5')", &input);
}

#[test]
fn numbers_are_rounded_before_they_are_added() {
    let table = [
        (1.49, 1.5, 3),
        (-1.5, -1.51, -3),
        (-0.5, 0.5, 1),
        (2.5, 0.0, 3),
        (-2.5, 0.0, -2),
        (0.1, 0.2, 0),
    ];
    for (one, other, sum) in table {
        let input = json!({"a": one, "b": other});
        makes("States.MathAdd($.a, $.b)", &input, &json!(sum));
    }
    let input = json!({});
    makes(
        "States.MathAdd(2147483646, 1)",
        &input,
        &json!(2_147_483_647),
    );
    for call in [
        "States.MathAdd(2147483647, 1)",
        "States.MathAdd(3000000000, 1)",
        "States.MathAdd(-2147483648, -1)",
        "States.MathAdd('1', 2)",
        "States.MathAdd(null, 2)",
        "States.MathAdd(1)",
        "States.MathAdd(1e+300, 1)",
    ] {
        refuses_arguments(call, &input);
    }
}

#[test]
fn random_numbers_stay_in_their_range_and_repeat_with_a_seed() {
    let input = json!({});
    for _ in 0..50 {
        let drawn = evaluate("States.MathRandom(-3, 3)", &input).unwrap();
        assert!((-3..3).contains(&drawn.as_i64().unwrap()));
    }
    assert_eq!(
        evaluate("States.MathRandom(1, 100, 42)", &input),
        evaluate("States.MathRandom(1, 100, 42)", &input)
    );
    for call in [
        "States.MathRandom(1, 1)",
        "States.MathRandom(1.4, 1.6)",
        "States.MathRandom(10, 5)",
        "States.MathRandom('a', 5)",
        "States.MathRandom(1, 10, null)",
        "States.MathRandom(1)",
    ] {
        refuses_arguments(call, &input);
    }
}

#[test]
fn a_uuid_takes_no_argument() {
    let uuid = evaluate("States.UUID()", &json!({})).unwrap();
    assert_eq!(uuid.as_str().map(str::len), Some(36));
    refuses_arguments("States.UUID(1)", &json!({}));
}

#[test]
fn separators_are_single_characters_and_empty_parts_are_dropped() {
    let table = [
        ("1,2,3", ",", json!(["1", "2", "3"])),
        ("This.is+a,test", ".+,", json!(["This", "is", "a", "test"])),
        (",a,,b,", ",", json!(["a", "b"])),
        ("", ",", json!([])),
        (" ", ",", json!([" "])),
        ("abc", "", json!(["abc"])),
        ("a\nb", "\n", json!(["a", "b"])),
    ];
    for (whole, separators, parts) in table {
        let input = json!({"s": whole, "by": separators});
        makes("States.StringSplit($.s, $.by)", &input, &parts);
    }
    refuses_arguments("States.StringSplit(1, ',')", &json!({}));
}

#[test]
fn calls_stand_inside_calls() {
    let input = json!({"name": "a-b-c"});
    makes(
        "States.ArrayGetItem(States.StringSplit($.name, '-'), States.MathAdd(States.ArrayLength(States.StringSplit($.name, '-')), -1))",
        &input,
        &json!("c"),
    );
    // The call that is refused is the one that is named, with the blanks of the service.
    assert_eq!(
        evaluate("States.Array( States.MathAdd('x',1) )", &input),
        Err(
            "There was an error while evaluating the intrinsic function: States.MathAdd('x', 1). \
             Invalid arguments in States.MathAdd"
                .to_owned()
        )
    );
}

#[test]
fn a_path_that_leads_nowhere_is_told_with_the_whole_call() {
    let input = json!({"other": 1, "items": [1, 2]});
    for (call, path) in [
        ("States.Format('{}',$.nope)", "$.nope"),
        ("States.Format('{}', States.Format('{}', $.a.b))", "$.a.b"),
        ("States.ArrayLength($.items[5])", "$.items[5]"),
        ("States.Array($$.Nope.Deep)", "$.Nope.Deep"),
        ("States.Array($.other.deep)", "$.other.deep"),
    ] {
        assert_eq!(
            evaluate(call, &input),
            Err(format!(
                "The function '{call}' had the following error: The JsonPath argument for the \
                 field '{path}' could not be found in the input '{input}'"
            ))
        );
    }
    assert_eq!(
        evaluate("States.Array($.other[0])", &input),
        Err(
            "The function 'States.Array($.other[0])' had the following error: Filter: [0] can \
             only be applied to arrays. Current context is: 1"
                .to_owned()
        )
    );
    makes("States.ArrayLength($.items[*].nope)", &input, &json!(0));
}

#[test]
fn calls_are_recognised() {
    for text in [
        "States.UUID()",
        "States.Format('Hello {}, \\'{}\\'', $.name, $$.Execution.Name)",
        "States.ArrayContains($.a[?(@.b == 1)], 5)",
        "States.ArrayContains($.a[?(@.b == 'x)')], 5)",
        "States.MathAdd(States.ArrayLength($.a['x,y']), -1)",
        "States.JsonMerge(States.StringToJson('{\"a\": 1}'), $.b, false)",
        "States.Array( 1 , 'a' )",
    ] {
        assert!(Intrinsic::parse(text).is_ok(), "{text}");
    }
}

#[test]
fn what_is_no_call_is_told_where() {
    for (text, error) in [
        (
            "",
            "expected a function such as States.Format at position 0",
        ),
        (
            "$.a",
            "expected a function such as States.Format at position 0",
        ),
        (
            "States.Xyz($.result)",
            "expected one of the 18 intrinsic functions at position 7",
        ),
        (
            "States.UUID() ",
            "expected the end after the last parenthesis at position 13",
        ),
        ("States.Array('a'", "expected ',' or ')' at position 16"),
        (
            "States.Array('a',)",
            "expected a text in single quotes, a path, a number, true, false, null or a call at \
             position 17",
        ),
        (
            "States.Array(a)",
            "expected a text in single quotes, a path, a number, true, false, null or a call at \
             position 13",
        ),
        (
            "States.Format('He said, \\\"Hello\\\"')",
            r"expected \', \{, \} or \\ at position 24",
        ),
        (
            "States.Array('a",
            "expected the closing quote at position 13",
        ),
    ] {
        assert_eq!(
            Intrinsic::parse(text).unwrap_err().to_string(),
            error,
            "{text}"
        );
    }
    let nested = |calls: usize| {
        let open = "States.Array(".repeat(calls);
        format!("{open}{}", ")".repeat(calls))
    };
    assert!(Intrinsic::parse(&nested(10)).is_ok());
    assert!(Intrinsic::parse(&nested(11)).is_err());
    assert!(Intrinsic::parse(&"States.Array(".repeat(100_000)).is_err());
}

#[test]
fn the_paths_of_a_call_are_known() {
    let call = Intrinsic::parse("States.Array($.a, States.Array('$.b', $.c))").unwrap();
    let paths: Vec<_> = call.paths().map(JsonPath::as_str).collect();
    assert_eq!(paths, ["$.a", "$.c"]);
}

proptest! {
    #[test]
    fn any_text_is_a_call_or_refused(text in "(States\\.|Array|Format|\\(|\\)|'|,|\\$\\.a|\\{\\}|[ \\\\1a\"é-]){0,12}") {
        if let Ok(call) = Intrinsic::parse(&text) {
            let context = context();
            let input = json!({"a": [1]});
            let _ = call.evaluate(Scope { input: &input, text: None, context: &context, random: &Random::new(1) });
        }
    }
}
