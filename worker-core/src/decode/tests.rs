//! What is said of inputs that do not decode, and what is not.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::*;

#[derive(Debug, Deserialize, PartialEq)]
struct Order {
    id: u64,
    lines: Vec<Line>,
    #[serde(default)]
    payment: Option<Payment>,
    #[serde(default)]
    accounts: BTreeMap<String, Account>,
    #[serde(default, rename = "ship to")]
    ship_to: Option<(String, u8)>,
}

#[derive(Debug, Deserialize, PartialEq)]
struct Line {
    #[serde(alias = "amount")]
    cents: u8,
    #[serde(default)]
    currency: Currency,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
struct Account {
    #[serde(default)]
    holder: String,
}

#[derive(Debug, Deserialize, PartialEq)]
enum Payment {
    Cash,
    Card { number: u64 },
    Voucher(String),
    Split(u8, u8),
}

/// A type that writes values into its errors.
#[derive(Debug, Default, Deserialize, PartialEq)]
#[serde(try_from = "Value")]
struct Currency(String);

impl TryFrom<Value> for Currency {
    type Error = String;

    fn try_from(value: Value) -> Result<Self, String> {
        match value {
            Value::String(text) if text == "EUR" => Ok(Self(text)),
            other => Err(format!("no currency is called {other} or {other:?}")),
        }
    }
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(untagged)]
enum Either {
    Left { left: u8 },
    Right(Vec<bool>),
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(tag = "kind")]
enum Tagged {
    A { size: u8 },
    B,
}

#[derive(Debug, Deserialize, PartialEq)]
struct Flat {
    id: u64,
    #[serde(flatten)]
    line: Line,
}

/// What JSON is rarely asked for.
#[derive(Debug, Deserialize, PartialEq)]
struct Odd {
    #[serde(default)]
    left: Option<i128>,
    #[serde(default)]
    number: Option<u128>,
    #[serde(default)]
    size: f32,
    #[serde(default)]
    id: Option<Wrapped>,
    #[serde(default)]
    kind: (),
    #[serde(default)]
    lines: BTreeMap<u64, i64>,
    #[serde(default)]
    accounts: BTreeMap<bool, char>,
    #[serde(default)]
    payment: BTreeMap<Key, Box<Self>>,
}

#[derive(Debug, Deserialize, PartialEq)]
struct Wrapped(Option<u64>);

#[derive(Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Cash,
    Card,
}

fn wrong<T: DeserializeOwned>(text: &str) -> String {
    match decode::<T>(text) {
        Ok(_) => panic!("{text} is a {}", std::any::type_name::<T>()),
        Err(error) => error.to_string(),
    }
}

fn refused<T: DeserializeOwned>(text: &str) -> String {
    match decode_strict::<T>(text) {
        Ok(_) => panic!("{text} is a {}", std::any::type_name::<T>()),
        Err(error) => error.to_string(),
    }
}

#[test]
fn an_error_names_the_path_what_was_expected_and_what_was_found() {
    for (text, error) in [
        ("7", "at `$`: expected struct Order, found an integer"),
        (r#"{"lines": []}"#, "at `$`: the field `id` is missing"),
        (
            r#"{"id": 1, "lines": [{"cents": 1}, {"cents": "canary"}]}"#,
            "at `$.lines[1].cents`: expected u8, found a string",
        ),
        (
            r#"{"id": 1, "lines": [{"cents": 4111}]}"#,
            "at `$.lines[0].cents`: expected u8, found an integer that is not one",
        ),
        (
            r#"{"id": 1, "id": 2, "lines": []}"#,
            "at `$`: the field `id` is there twice",
        ),
        (
            r#"{"id": 1, "lines": [], "ship to": ["canary", -1]}"#,
            "at `$['ship to'][1]`: expected u8, found an integer that is not one",
        ),
        (
            r#"{"id": 1, "lines": [], "ship to": ["canary", 1, 2]}"#,
            "at `$['ship to']`: expected an array of length 2, found one of length 3",
        ),
        (
            r#"{"id": 1, "lines": [], "payment": {"Card": {"number": null}}}"#,
            "at `$.payment.Card.number`: expected u64, found null",
        ),
        (
            r#"{"id": 1, "lines": [], "payment": "Card"}"#,
            "at `$.payment`: expected an object with the variant and its fields, found a string",
        ),
        (
            r#"{"id": 1, "lines": [], "payment": {"Cash": null, "Card": {}}}"#,
            "at `$.payment`: expected an object with one member, found one with 2",
        ),
        (
            r#"{"id": 1, "lines": [], "payment": 4111}"#,
            "at `$.payment`: expected one of `Cash`, `Card`, `Voucher`, `Split`, found an integer",
        ),
        (
            r#"{"id": 1, "lines": [], "payment": {"Split": [1, 300]}}"#,
            "at `$.payment.Split[1]`: expected u8, found an integer that is not one",
        ),
        (
            r#"{"id": 1, "lines": [{"cents": 1, "currency": "canary"}]}"#,
            "at `$.lines[0].currency`: no currency is called … or String(…)",
        ),
    ] {
        let found = wrong::<Order>(text);
        let (found, place) = found.split_once(" (line 1, column ").unwrap();
        assert_eq!(found, error, "{text}");
        assert!(place.ends_with(')'), "{text}: {place}");
    }
    assert_eq!(
        wrong::<Vec<u8>>("[1,\n \"canary\"]"),
        "at `$[1]`: expected u8, found a string (line 2, column 9)"
    );
}

#[test]
fn p10_names_of_the_input_are_shown_only_if_they_look_like_those_of_the_type() {
    let account = |account: Value| json!({"id": 1, "lines": [], "accounts": account}).to_string();
    for (text, error) in [
        (
            account(json!({"canary-4111": {"holder": 7}})),
            "at `$.accounts.*.holder`: expected a string, found an integer",
        ),
        (
            account(json!({"canary": {"Holder": "x"}})),
            "at `$.accounts.*`: unknown field `Holder`, did you mean `holder`?",
        ),
        (
            account(json!({"canary": {"canary": "x"}})),
            "at `$.accounts.*`: an unknown field, expected `holder`",
        ),
        (
            json!({"id": 1, "lines": [], "payment": {"canary": 1}}).to_string(),
            "at `$.payment`: an unknown variant, expected one of `Cash`, `Card`, `Voucher`, `Split`",
        ),
        (
            json!({"id": 1, "lines": [], "payment": "card"}).to_string(),
            "at `$.payment`: unknown variant `card`, did you mean `Card`?",
        ),
    ] {
        let found = wrong::<Order>(&text);
        assert!(found.starts_with(error), "{text}: {found}");
    }
}

#[test]
fn what_serde_buffers_is_named_as_a_whole() {
    assert_eq!(
        wrong::<Either>(r#"{"left": "canary"}"#),
        "at `$`: data did not match any variant of untagged enum Either"
    );
    assert_eq!(
        wrong::<Vec<Tagged>>(r#"[{"kind": "B"}, {"kind": "A", "size": "canary"}]"#),
        "at `$[1]`: expected u8, found a string (line 1, column 48)"
    );
    assert_eq!(
        wrong::<Flat>(r#"{"id": 1, "cents": "canary"}"#),
        "at `$`: expected u8, found a string (line 1, column 28)"
    );
}

#[test]
fn what_is_no_json_is_called_that_and_quoted_nowhere() {
    for (text, error) in [
        ("", "it is empty, which no JSON is"),
        (" \n", "it is empty, which no JSON is"),
        (
            "\u{feff}{}",
            "it is not JSON: it begins with a byte order mark",
        ),
        (
            "canary",
            "it is not JSON: expected value at line 1 column 1",
        ),
        ("NaN", "it is not JSON: expected value at line 1 column 1"),
        (
            "[1, -Infinity]",
            "it is not JSON: invalid number at line 1 column 6",
        ),
        (
            "{'id': 1}",
            "it is not JSON: key must be a string at line 1 column 2",
        ),
        (
            "{\"id\": 1} canary",
            "it is not JSON: trailing characters at line 1 column 11",
        ),
        (
            "{\"id\": 1,\n \"li",
            "it is not JSON: EOF while parsing a string at line 2 column 4",
        ),
        (
            "\"canary\u{1}\"",
            "it is not JSON: control character (\\u0000-\\u001F) found while parsing a string at line 1 column 7",
        ),
    ] {
        // Even where the type takes whatever comes, or has complained already.
        assert_eq!(wrong::<Order>(text), error, "{text}");
        assert_eq!(wrong::<Value>(text), error, "{text}");
    }
}

#[test]
fn strange_values_are_errors_with_a_place() {
    let cases = [
        (r#"{"a": "\ud800"}"#, "at `$.*`: "),
        (r#"{"a": 1e400}"#, "at `$.*`: number out of range"),
    ];
    for (text, error) in cases {
        let found = wrong::<BTreeMap<String, Value>>(text);
        assert!(found.starts_with(error), "{text}: {found}");
    }
    assert!(
        wrong::<BTreeMap<u64, u8>>(r#"{"canary": 1}"#).contains("expected u64, found a string")
    );
    assert!(decode::<BTreeMap<u64, u8>>(r#"{"7": 1}"#).is_ok());
    // No type could tell it from the number that it is read as.
    assert!(decode::<f64>("0.1e-400").is_ok());
}

#[test]
fn deep_nesting_overflows_no_stack() {
    #[derive(Deserialize)]
    struct Tree {
        #[expect(dead_code, reason = "only read by serde")]
        below: Vec<Self>,
    }
    let deep = "[".repeat(130_000) + &"]".repeat(130_000);
    let unclosed = "[".repeat(130_000);
    assert!(
        wrong::<Value>(&deep).ends_with("it is nested more than 128 deep (line 1, column 128)")
    );
    assert!(wrong::<Value>(&unclosed).starts_with("it is not JSON: EOF"));
    assert!(refused::<Value>(&deep).contains("nested"));
    assert!(wrong::<String>(&deep).starts_with("at `$`: expected a string, found an array"));
    let trees = r#"{"below":["#.repeat(20_000) + &"]}".repeat(20_000);
    assert!(wrong::<Tree>(&trees).contains("nested more than 128 deep"));
    assert!(decode::<Box<RawValue>>(&deep).is_ok());
}

#[test]
fn a_strict_reading_refuses_fields_that_the_type_does_not_have() {
    let plain = r#"{"id": 1, "lines": [{"amount": 1}]}"#;
    assert!(decode_strict::<Order>(plain).is_ok(), "an alias is known");
    for (text, error) in [
        (
            r#"{"id": 1, "lines": [{"cents": 1, "canary": {"deep": [1]}}]}"#,
            "at `$.lines[0]`: an unknown field, expected one of `amount`, `cents`, `currency`",
        ),
        (
            r#"{"id": 1, "lines": [], "acounts": 2}"#,
            "at `$`: unknown field `acounts`, did you mean `accounts`?",
        ),
        (
            r#"{"id": 1, "lines": [], "payment": {"Card": {"number": 1, "canary": 4111}}}"#,
            "at `$.payment.Card`: an unknown field, expected `number`",
        ),
    ] {
        assert!(decode::<Order>(text).is_ok(), "{text}");
        assert_eq!(refused::<Order>(text), error, "{text}");
    }
    // What is wrong anyway is told as ever.
    assert!(refused::<Order>(r#"{"id": "canary", "more": 1}"#).contains("expected u64"));
    // A map has no fields, and what a struct flattens is not looked into.
    assert!(decode_strict::<BTreeMap<String, u8>>(r#"{"any": 1}"#).is_ok());
    assert!(decode_strict::<Value>(r#"{"any": 1}"#).is_ok());
    assert!(decode_strict::<Flat>(r#"{"id": 1, "cents": 1, "more": 1}"#).is_ok());
    assert!(decode_strict::<Box<RawValue>>(r#"{"any": 1}"#).is_ok());
}

/// A type that says everything it was given, in every way it can.
#[derive(Debug)]
struct Babbler;

impl<'de> Deserialize<'de> for Babbler {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let plain = value.as_str().map(str::to_owned);
        let plain = plain.unwrap_or_else(|| value.to_string());
        let half: String = plain.chars().take(plain.chars().count() / 2).collect();
        Err(serde::de::Error::custom(format!(
            "{value} {value:?} {value:#} {plain} <{half}> {}x {plain}x",
            plain.to_uppercase(),
        )))
    }
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (4_111_000_u64..4_112_000).prop_map(Value::from),
        (4_111_000_i64..4_112_000).prop_map(|number| Value::from(-number)),
        (0_u8..=255).prop_map(|cents| Value::from(f64::from(cents) / 7.0 + 4_111_000.5)),
        (0_u8..3).prop_map(Value::from),
        "canary[-a-zA-Z \"\u{fc}:]{0,8}".prop_map(Value::from),
        Just(Value::from("EUR")),
        Just(Value::from("Cash")),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let known = vec![
            "id", "lines", "payment", "accounts", "ship to", "cents", "amount", "currency",
            "holder", "Cash", "Card", "Voucher", "Split", "number", "left", "kind", "size",
        ];
        let key = prop_oneof![
            1 => prop::sample::select(vec!["7", "-7", "7.0", "true", "x", ""])
                .prop_map(str::to_owned),
            4 => prop::sample::select(known).prop_map(str::to_owned),
            1 => "canary[a-z]{0,4}",
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((key, inner), 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Reads both ways, which must agree; returns what is said of a refusal.
fn both_ways<T: DeserializeOwned + fmt::Debug>(text: &str) -> Option<String> {
    let trail = Trail::default();
    let by_node = Node::root(text, &trail).read::<T>();
    let by_json = serde_json::from_str::<T>(text);
    assert_eq!(
        by_node.is_ok(),
        by_json.is_ok(),
        "{text}: {by_node:?}, {by_json:?}"
    );
    if let (Ok(by_node), Ok(by_json)) = (&by_node, &by_json) {
        assert_eq!(format!("{by_node:?}"), format!("{by_json:?}"), "{text}");
    }
    drop(decode_strict::<T>(text));
    decode::<T>(text).err().map(|error| error.to_string())
}

proptest! {
    #[test]
    fn p10_no_value_of_the_input_is_in_an_error(value in values()) {
        let text = value.to_string();
        let errors = [
            both_ways::<Order>(&text),
            both_ways::<Vec<Line>>(&text),
            both_ways::<Payment>(&text),
            both_ways::<Either>(&text),
            both_ways::<Tagged>(&text),
            both_ways::<Flat>(&text),
            both_ways::<BTreeMap<String, Account>>(&text),
            both_ways::<(u8, Option<bool>, char)>(&text),
            both_ways::<BTreeMap<String, Vec<Currency>>>(&text),
            both_ways::<Babbler>(&text),
            both_ways::<Vec<Babbler>>(&text),
            both_ways::<BTreeMap<String, Babbler>>(&text),
            both_ways::<Odd>(&text),
            both_ways::<Vec<Odd>>(&text),
            both_ways::<Value>(&text),
        ];
        for error in errors.into_iter().flatten() {
            prop_assert!(error.starts_with("at `$"), "{}", error);
            let lower = error.to_lowercase();
            prop_assert!(!lower.contains("cana"), "{text}: {error}");
            prop_assert!(!lower.contains("411"), "{text}: {error}");
        }
    }

    #[test]
    fn p7_no_text_is_too_strange(text: String, cut: prop::sample::Index, value in values()) {
        let json = value.to_string();
        let mut end = cut.index(json.len() + 1);
        while !json.is_char_boundary(end) {
            end -= 1;
        }
        for text in [text.as_str(), &json[..end], &format!("{}{text}", &json[..end])] {
            drop(decode_strict::<Order>(text));
            drop(decode_strict::<Babbler>(text));
            drop(decode_strict::<Either>(text));
            if serde_json::from_str::<Value>(text).is_ok() {
                both_ways::<Value>(text);
            }
        }
    }
}
