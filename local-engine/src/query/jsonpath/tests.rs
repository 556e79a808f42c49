//! Paths over the kinds of value that machines pass around.

mod table;

use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::query::Random;
use crate::query::context::tests::context;

static STORE: LazyLock<Value> = LazyLock::new(|| {
    json!({
        "my-key": 1,
        "a b": 2,
        "it's": 3,
        "none": null,
        "items": [{"id": 0, "tag": "x"}, {"id": 1}, {"id": 2, "tag": "sea"}],
        "deep": {"items": [{"id": 3}], "id": 4},
        "limit": 1,
        "numbers": [3, 1, 2],
    })
});

fn find(path: &str) -> Result<Value, PathError> {
    let context = context();
    let scope = Scope {
        input: &STORE,
        text: None,
        context: &context,
        random: &Random::new(0),
    };
    let path = JsonPath::parse(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    path.find(scope).map(Cow::into_owned)
}

#[track_caller]
fn finds(path: &str, expected: &Value) {
    assert_eq!(find(path).as_ref(), Ok(expected), "{path}");
}

#[track_caller]
fn misses(path: &str, text: &str) {
    assert_eq!(
        find(path).map_err(|error| error.to_string()),
        Err(text.to_owned())
    );
}

#[test]
fn a_member_may_be_dotted_or_quoted() {
    finds("$.my-key", &json!(1));
    finds("$['a b']", &json!(2));
    finds("$[\"a b\"]", &json!(2));
    finds(r"$['it\'s']", &json!(3));
    finds("$.none", &json!(null));
    finds(
        "$['my-key','none','absent']",
        &json!({"my-key": 1, "none": null}),
    );
}

#[test]
fn a_backslash_that_escapes_nothing_stands_for_itself() {
    let value = json!({r#"Test\""Name""#: "found"});
    let path = JsonPath::parse(r#"$['Test\""Name"']"#).unwrap();
    assert_eq!(path.query.find(&value).unwrap().as_ref(), "found");
}

#[test]
fn an_index_counts_from_either_end() {
    finds("$.numbers[0]", &json!(3));
    finds("$.numbers[-1]", &json!(2));
    finds("$.numbers[0,2]", &json!([3, 2]));
    finds("$.items[2].id", &json!(2));
}

#[test]
fn a_slice_is_cut_to_the_array() {
    finds("$.numbers[1:]", &json!([1, 2]));
    finds("$.numbers[:1]", &json!([3]));
    finds("$.numbers[1:99]", &json!([1, 2]));
    finds("$.numbers[-2:]", &json!([1, 2]));
    finds("$.numbers[2:1]", &json!([]));
    finds("$.items[0:2].tag", &json!(["x"]));
}

#[test]
fn wildcards_and_deep_scans_find_all() {
    finds("$.items[*].id", &json!([0, 1, 2]));
    finds("$.deep.*", &json!([[{"id": 3}], 4]));
    finds("$..id", &json!([0, 1, 2, 4, 3]));
    finds("$.deep..[0]", &json!([{"id": 3}]));
}

#[test]
fn an_indefinite_path_over_nothing_is_an_empty_array() {
    for path in [
        "$.absent[*]",
        "$.absent.items[1:5].value",
        "$.none..id",
        "$.none[?(@.a)]",
        "$.none[0:1]",
    ] {
        finds(path, &json!([]));
    }
}

#[test]
fn filters_keep_what_holds() {
    finds("$.items[?(@.id == 0)]", &json!([{"id": 0, "tag": "x"}]));
    finds("$.items[?(@.id==1.0)].id", &json!([1]));
    finds("$.items[?(@.id != 0 && @.id < 2)].id", &json!([1]));
    finds("$.items[?(@.id <= 0 || @.id >= 2)].id", &json!([0, 2]));
    finds("$.items[?(@.tag)].id", &json!([0, 2]));
    finds("$.items[?(!@.tag)].id", &json!([1]));
    finds("$.items[?(!(@.id > 0))].id", &json!([0]));
    finds("$.items[?(@.tag =~ /S.A/i)].id", &json!([2]));
    finds("$.items[?(@.tag =~ /se/)].id", &json!([]));
    finds("$.items[?(@.tag in ['x', \"y\"])].id", &json!([0]));
    finds("$.items[?(@['id'] > $.limit)].id", &json!([2]));
    finds("$.numbers[?(@ > 1)]", &json!([3, 2]));
    finds("$.items[?(@.tag contains 'ea')].id", &json!([2]));
    finds("$.items[?(@.id nin [0, 1])].id", &json!([2]));
}

#[test]
fn functions_end_a_path() {
    finds("$.items.length()", &json!(3));
    finds("$..id.length()", &json!(5));
    finds("$.numbers.max()", &json!(3.0));
    finds("$.my-key.length()", &json!(null));
}

#[test]
fn some_functions_are_names_that_find_nothing() {
    for function in ["sum", "keys", "first", "last"] {
        misses(
            &format!("$.numbers.{function}()"),
            &format!("Invalid path '$.numbers.{function}()' : No results for path: $['numbers']"),
        );
    }
}

#[test]
fn several_members_stand_at_the_end_only() {
    misses(
        "$['my-key', 'none'].v",
        "Invalid path '$['my-key', 'none'].v' : Multi properties can only be used as path leafs: \
         $['my-key', 'none']",
    );
}

#[test]
fn two_dollars_reach_the_context_object() {
    finds("$$.Execution.Name", &json!("run-1"));
    finds("$$.Execution.Input.input-value", &json!(7));
}

#[test]
fn what_is_missing_is_said_in_the_services_words() {
    misses(
        "$.NoSuchInputPath",
        "Invalid path '$.NoSuchInputPath' : No results for path: $['NoSuchInputPath']",
    );
    misses(
        "$.no.such.result.path",
        "Invalid path '$.no.such.result.path' : Missing property in path $['no']",
    );
    misses(
        "$.numbers[9]",
        "Invalid path '$.numbers[9]' : No results for path: $['numbers'][9]",
    );
    misses(
        "$.none[0]",
        "Invalid path '$.none[0]' : The path $['none'] is null",
    );
    misses(
        "$.deep[0]",
        "Invalid path '$.deep[0]' : Filter: [0] can only be applied to arrays. Current context \
         is: {items=[{id=3}], id=4}",
    );
    misses(
        "$.my-key.a",
        "Invalid path '$.my-key.a' : Expected to find an object with property ['a'] in path \
         $['my-key'] but found 'java.lang.Integer'. This is not a json object according to the \
         JsonProvider: 'com.jayway.jsonpath.spi.json.JacksonJsonProvider'.",
    );
}

#[test]
fn a_missing_path_of_the_context_object_shows_it_without_the_token() {
    let mut context = context();
    context.task_token = Some("secret".to_owned());
    let scope = Scope {
        input: &STORE,
        text: None,
        context: &context,
        random: &Random::new(0),
    };
    let path = JsonPath::parse("$$.Nope").unwrap();
    let error = path.find_for_field(scope, "x.$").unwrap_err().to_string();
    assert!(
        error.contains("could not be found in the input '{\"Execution\":{"),
        "{error}"
    );
    assert!(!error.contains("secret"), "{error}");
}

#[test]
fn a_missing_path_of_a_field_names_field_and_input() {
    let context = context();
    let input = json!({"Error": "error-value"});
    let scope = Scope {
        input: &input,
        text: None,
        context: &context,
        random: &Random::new(0),
    };
    let path = JsonPath::parse("$.ErrorX").unwrap();
    assert_eq!(
        path.find_for_field(scope, "ErrorPath")
            .unwrap_err()
            .to_string(),
        "The JSONPath '$.ErrorX' specified for the field 'ErrorPath' could not be found in the \
         input '{\"Error\":\"error-value\"}'"
    );
}

#[test]
fn only_members_and_indexes_make_a_reference() {
    for (path, reference) in [
        ("$", true),
        ("$.a.b[0]['c d']", true),
        ("$$.Execution.Id", true),
        ("$.a[*]", false),
        ("$.a[-1]", false),
        ("$..a", false),
        ("$['a','b']", false),
        ("$.a.length()", false),
    ] {
        assert_eq!(
            JsonPath::parse(path).unwrap().is_reference(),
            reference,
            "{path}"
        );
    }
}

#[test]
fn what_is_not_a_path_is_refused_with_its_place() {
    for text in [
        "",
        "a",
        "foo$.a",
        ".guid",
        "..guid",
        "()",
        "$...",
        "$.",
        "$..",
        "$.a.",
        "$1",
        "$name b",
        "$.a b",
        "$[",
        "$[]",
        "$['a'",
        "$['a]",
        "$.a[$$.x]S",
        "$[1:2:3]",
        "$[?(@.a]",
        "$[?@.a]",
        "$[?(1)]",
        "$.a.nope()",
        "$.a.length(1)",
        "$[?(@.a =~ /(/)]",
        "$[99999999999999999999]",
    ] {
        assert!(JsonPath::parse(text).is_err(), "{text}");
    }
    assert_eq!(
        JsonPath::parse("$.é x").unwrap_err().to_string(),
        "expected '.', '[' or the end of the path at position 3"
    );
}

#[test]
fn filters_cannot_be_nested_without_end() {
    let text = format!("$[?{}", "(".repeat(100_000));
    assert!(JsonPath::parse(&text).is_err());
    let text = format!("$[?(@{}", "[?(@".repeat(100_000));
    assert!(JsonPath::parse(&text).is_err());
    let text = format!("$[?(@ in {}", "[".repeat(100_000));
    assert!(JsonPath::parse(&text).is_err());
}

proptest! {
    #[test]
    fn any_text_compiles_or_is_refused(text in "[$@.\\[\\]?()'\"*:,&|!=~<>/a-c0-2 é-]{0,40}") {
        let _ = JsonPath::parse(&text);
        if let Ok(path) = JsonPath::parse(&format!("${text}")) {
            let _ = path.query.find(&STORE);
        }
    }
}
