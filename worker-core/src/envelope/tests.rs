//! Whatever text comes, it opens as an envelope or comes back as it is.

use proptest::prelude::*;
use serde::de::IgnoredAny;
use serde_json::{Value, json};

use super::*;

const FULL: &str = r#"{"sfnWorker":{"heartbeatSeconds":30,"timeoutSeconds":300,"execution":"arn:aws:states:eu-west-1:123456789012:execution:Orders:run-1","state":"Charge","enteredTime":"2026-11-24T08:15:00.000Z","retryCount":0},"input":{"cents":250}}"#;

fn open(text: &str) -> (Option<Envelope>, String) {
    let (envelope, input) = Envelope::open(Payload::new(text));
    (envelope, input.as_str().to_owned())
}

#[test]
fn a_full_envelope_tells_everything() {
    let (envelope, input) = open(FULL);
    let envelope = envelope.unwrap();
    assert_eq!(input, r#"{"cents":250}"#);
    assert_eq!(envelope.heartbeat_timeout(), Some(Duration::from_secs(30)));
    assert_eq!(envelope.timeout(), Some(Duration::from_secs(300)));
    assert_eq!(
        envelope.execution(),
        Some("arn:aws:states:eu-west-1:123456789012:execution:Orders:run-1")
    );
    assert_eq!(envelope.state(), Some("Charge"));
    assert_eq!(envelope.entered_time(), Some("2026-11-24T08:15:00.000Z"));
    assert_eq!(envelope.attempt(), Some(1));
    let room_for_envelope = FULL.len() - input.len();
    assert!(room_for_envelope < 400, "{room_for_envelope}");
}

#[test]
fn an_empty_envelope_is_one() {
    for text in [
        r#"{"sfnWorker":{},"input":null}"#,
        r#"{"input":null,"sfnWorker":{}}"#,
        "\n\t{ \"input\" : null ,\r\n\"sfnWorker\" : {} } ",
        r#"{"sfnWorker":null,"input":null}"#,
        r#"{"sfnWorker":{"state":null},"input":null}"#,
    ] {
        let (envelope, input) = open(text);
        assert_eq!(input, "null", "{text}");
        let envelope = envelope.unwrap();
        assert_eq!(envelope.heartbeat_timeout(), None);
        assert_eq!(envelope.state(), None);
        assert_eq!(envelope.attempt(), None);
    }
}

#[test]
fn the_input_keeps_its_bytes() {
    let inner =
        "{ \"b\" : 1.50e+01,\n \"a\":[ ],\"b\":\"\\u00fc\u{fc}\", \"n\": 12345678901234567890123 }";
    let (envelope, input) = open(&format!(r#"{{"input":  {inner}  ,"sfnWorker":{{}}}}"#));
    assert!(envelope.is_some());
    assert_eq!(input, inner);
}

#[test]
fn a_plain_input_comes_back_as_it_is_and_is_not_copied() {
    for text in [
        "",
        "7",
        "null",
        "\"sfnWorker\"",
        "{}",
        "[",
        "{\"sfnWorker\"",
        r#"{"sfnWorker":{}}"#,
        r#"{"input":1}"#,
        r#"{"sfnWorker":{},"input":1,"more":2}"#,
        r#"{"sfnWorker":{},"Input":1}"#,
        r#"{"sfnWorker":{},"input":1,"input":2}"#,
        r#"{"input":1,"sfnWorker":{},"sfnWorker":{}}"#,
        r#"{"sfnWorker":{},"input":1}}"#,
        r#"{"sfnWorker":{},"input":1"#,
        r#"{"sfnWorker":{"state":},"input":1}"#,
        r#"{"input":{"sfnWorker":{}}}"#,
        r#"{"order":1,"sfnWorker":{},"input":1}"#,
        r#"[{"sfnWorker":{},"input":1}]"#,
        "[{\"sfnWorker\":{}},1]",
        "\u{feff}{\"sfnWorker\":{},\"input\":1}",
        "\u{a0}{\"sfnWorker\":{},\"input\":1}",
    ] {
        let payload = Payload::new(text);
        let (envelope, input) = Envelope::open(payload.clone());
        assert_eq!(envelope, None, "{text}");
        assert!(std::ptr::eq(input.as_str(), payload.as_str()), "{text}");
    }
}

#[test]
fn only_the_outermost_envelope_is_opened() {
    let (_, input) = open(&format!(r#"{{"sfnWorker":{{}},"input":{FULL}}}"#));
    assert_eq!(input, FULL);
}

#[test]
fn the_attempt_counts_from_one_and_does_not_overflow() {
    for (retries, attempt) in [(0, 1), (3, 4), (u32::MAX, u32::MAX)] {
        let text = json!({"sfnWorker": {"retryCount": retries}, "input": {}}).to_string();
        assert_eq!(open(&text).0.unwrap().attempt(), Some(attempt));
    }
}

fn trace() -> TraceContext {
    let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    TraceContext::from_traceparent(parent).unwrap()
}

#[test]
fn an_envelope_that_is_made_is_the_one_that_is_opened() {
    let made = Envelope::new()
        .with_heartbeat_timeout(Duration::from_secs(30))
        .with_timeout(Duration::from_millis(299_001))
        .with_execution("arn:\"\u{fc}")
        .with_state("Charge")
        .with_entered_time("2026-11-24T08:15:00.000Z")
        .with_attempt(3)
        .with_map_index(u64::MAX)
        .with_trace(trace().with_tracestate("a=1").unwrap());
    let wrapped = made.wrap(&Payload::new("[1, 2]"));
    let (opened, input) = Envelope::open(wrapped);
    assert_eq!(input.as_str(), "[1, 2]");
    assert!(opened == Some(made.with_timeout(Duration::from_secs(300))));

    let nothing = Envelope::new().with_execution("").wrap(&Payload::new("7"));
    assert_eq!(nothing.as_str(), r#"{"sfnWorker":{},"input":7}"#);
    let root = "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=0";
    let xray = Envelope::new().with_trace(TraceContext::from_xray_header(root).unwrap());
    assert_eq!(
        xray.wrap(&Payload::new("7")).as_str(),
        format!(r#"{{"sfnWorker":{{"xrayTraceHeader":"{root}"}},"input":7}}"#)
    );
}

#[test]
fn p10_an_envelope_shows_its_numbers_only() {
    let shown = format!("{:?}", open(FULL).0.unwrap());
    assert_eq!(
        shown,
        "Envelope { heartbeat_timeout: Some(30s), timeout: Some(300s), attempt: Some(1), .. }"
    );
}

#[test]
fn deep_nesting_overflows_no_stack() {
    let deep = "[".repeat(130_000) + &"]".repeat(130_000);
    for text in [
        format!(r#"{{"sfnWorker":{{}},"input":{deep}}}"#),
        format!(r#"{{"sfnWorker":{{"trace":{deep}}},"input":{deep}}}"#),
        format!(r#"{{"sfnWorker":{{"state":{deep}}},"input":{deep}}}"#),
        format!(r#"{{"sfnWorker":{deep},"input":{deep}}}"#),
    ] {
        let (envelope, input) = open(&text);
        assert_eq!(envelope.unwrap().state(), None);
        assert!(input == deep);
    }
    let unclosed = format!(r#"{{"sfnWorker":{}"#, "{\"a\":".repeat(50_000));
    assert!(open(&unclosed) == (None, unclosed));
}

#[test]
fn both_languages_fill_the_same_envelope() {
    let jsonpath: Value = serde_json::from_str(include_str!("jsonpath.asl.json")).unwrap();
    let jsonata: Value = serde_json::from_str(include_str!("jsonata.asl.json")).unwrap();
    let keys = |filled: &Value| -> Vec<String> {
        let (envelope, _) = open(&filled.to_string().replace(".$", ""));
        assert!(envelope.is_some());
        let about = filled["sfnWorker"].as_object().unwrap();
        about.keys().map(|key| key.replace(".$", "")).collect()
    };
    let mut expected = keys(&serde_json::from_str(FULL).unwrap());
    assert_eq!(keys(&jsonpath["Parameters"]), expected);
    assert_eq!(keys(&jsonata["Arguments"]), expected);
    let map: Value = serde_json::from_str(include_str!("map.asl.json")).unwrap();
    let state = &map["ItemProcessor"]["States"]["Charge"];
    expected.push("mapIndex".to_owned());
    assert_eq!(keys(&state["Parameters"]), expected);
}

/// The value of a text; not that of which the text was made, since numbers lose digits.
fn decoded(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn json_values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        let key = prop_oneof![
            prop::sample::select(vec!["sfnWorker", "input", "heartbeatSeconds", "state"])
                .prop_map(str::to_owned),
            any::<String>(),
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            objects(prop::collection::vec((key, inner), 0..4)),
        ]
    })
}

/// Objects with both keys of an envelope, in any order, and at times with another one.
fn near_envelopes() -> impl Strategy<Value = Value> {
    let named = |name: &'static str| (Just(name.to_owned()), json_values());
    let about = prop_oneof![
        named("sfnWorker"),
        (
            Just("sfnWorker".to_owned()),
            objects(prop::collection::vec(
                (
                    prop::sample::select(vec![
                        "heartbeatSeconds",
                        "timeoutSeconds",
                        "execution",
                        "state",
                        "enteredTime",
                        "retryCount",
                        "mapIndex",
                        "traceparent",
                        "xrayTraceHeader",
                        "later"
                    ])
                    .prop_map(str::to_owned),
                    json_values(),
                ),
                0..8,
            ))
        ),
    ];
    let more = prop::option::weighted(0.2, (any::<String>(), json_values()));
    let entries = (about, named("input"), more).prop_map(|(about, input, more)| {
        let mut entries = vec![about, input];
        entries.extend(more);
        entries
    });
    objects(entries.prop_shuffle())
}

fn objects(entries: impl Strategy<Value = Vec<(String, Value)>>) -> impl Strategy<Value = Value> {
    entries.prop_map(|entries| Value::Object(entries.into_iter().collect()))
}

fn texts() -> impl Strategy<Value = (Value, String)> {
    let values = prop_oneof![1 => json_values(), 2 => near_envelopes()];
    (values, any::<bool>()).prop_map(|(value, pretty)| {
        let text = if pretty {
            format!("{value:#}")
        } else {
            value.to_string()
        };
        (value, text)
    })
}

proptest! {
    #[test]
    fn every_json_opens_by_its_keys_or_comes_back_as_it_is((value, text) in texts()) {
        let has_exactly_the_keys = value.as_object().is_some_and(|object| {
            object.len() == 2 && object.contains_key("sfnWorker") && object.contains_key("input")
        });
        let (envelope, input) = open(&text);
        prop_assert_eq!(envelope.is_some(), has_exactly_the_keys);
        if has_exactly_the_keys {
            prop_assert!(text.contains(&input));
            prop_assert_eq!(&decoded(&text)["input"], &decoded(&input));
        } else {
            prop_assert_eq!(input, text);
        }
    }

    #[test]
    fn a_damaged_text_opens_only_if_it_is_json(
        (_, text) in texts(),
        cut: prop::sample::Index,
        length in 0_usize..4,
        inserted in prop::sample::select(vec!["", "", "{", "}", "[", "\"", "\\", ",", ":", "0", "\0"]),
    ) {
        let mut characters: Vec<char> = text.chars().collect();
        let start = cut.index(characters.len());
        let end = characters.len().min(start + length);
        characters.splice(start..end, inserted.chars());
        let damaged: String = characters.into_iter().collect();
        let (envelope, input) = open(&damaged);
        if envelope.is_some() {
            prop_assert!(serde_json::from_str::<IgnoredAny>(&damaged).is_ok());
            prop_assert!(serde_json::from_str::<IgnoredAny>(&input).is_ok());
            // JSON has numbers that are too large for a value.
            if let Ok(value) = serde_json::from_str::<Value>(&damaged) {
                prop_assert_eq!(&value["input"], &decoded(&input));
            }
        } else {
            prop_assert_eq!(input, damaged);
        }
    }

    #[test]
    fn no_text_is_too_strange(text: String) {
        prop_assert_eq!(open(&text), (None, text));
    }
}
