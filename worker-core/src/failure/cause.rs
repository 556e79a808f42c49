//! The cause of a failure in its two forms: text for people, or a JSON document.

use serde::Serialize;
use serde_json::Value;

use super::details::Encoded;
use super::{CAUSE_LIMIT, Failure, cut};
use crate::name::{ActivityName, WorkerName};

/// So many bytes of a document are left to the texts, whatever the details need.
const TEXT_RESERVE: usize = 1024;

/// The document, in the order in which it is read; `cause_json` documents it.
#[derive(Serialize)]
struct Document<'a> {
    message: &'a str,
    chain: Vec<&'a str>,
    activity: &'a str,
    worker: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    details_omitted: Option<&'a str>,
}

impl Failure {
    /// The message and those of its sources, joined by `: `, at most 32,768 bytes.
    ///
    /// It is text for people and has no [`details`](Self::details) in it.
    #[must_use]
    pub fn cause(&self) -> String {
        let mut text = String::new();
        let mut last = "";
        for part in &self.chain {
            // Errors that repeat their source in their own text are common.
            if part.is_empty() || last.ends_with(part.as_str()) {
                continue;
            }
            if !text.is_empty() {
                text.push_str(": ");
            }
            text.push_str(part);
            last = part;
        }
        cut(text, CAUSE_LIMIT)
    }

    /// The cause as a JSON document, for `States.StringToJson` or `$parse` in a state machine;
    /// at most 32,768 bytes.
    ///
    /// | key | JSON | what it is |
    /// |---|---|---|
    /// | `message` | string | the error's own text |
    /// | `chain` | array of strings | the texts of its sources, outermost first; empty without any |
    /// | `activity` | string | the name of the activity |
    /// | `worker` | string | the name of the worker |
    /// | `location` | string, only of a panic | where the handler panicked, `file:line:column` |
    /// | `details` | any, only if there are | the [`details`](Self::details) |
    /// | `details_omitted` | string, only then | why details are not there: they did not encode, or not fit |
    ///
    /// Where it would be too long, the texts are cut on a character boundary; details are there
    /// whole or not at all.
    /// Keys keep their names and meanings; new ones may be added.
    #[must_use]
    pub fn cause_json(&self, activity: &ActivityName, worker: &WorkerName) -> String {
        let mut document = Document {
            message: "",
            chain: Vec::new(),
            activity: activity.as_str(),
            worker: worker.as_str(),
            location: self.location(),
            details: self.details(),
            details_omitted: self.all_details().and_then(Encoded::omitted),
        };
        let room = CAUSE_LIMIT - TEXT_RESERVE;
        if document.details.is_some() && write(&document).len() > room {
            document.details = None;
            document.details_omitted = Some("they do not fit into the cause");
        }
        // The most bytes of each text with which all of it fits: escapes can make six of one.
        let (mut fits, mut limit) = (0, CAUSE_LIMIT);
        let mut text = self.with_texts(&mut document, limit);
        while text.len() > CAUSE_LIMIT && fits + 1 < limit {
            let middle = usize::midpoint(fits, limit);
            if self.with_texts(&mut document, middle).len() > CAUSE_LIMIT {
                limit = middle;
            } else {
                fits = middle;
            }
            if fits + 1 >= limit {
                text = self.with_texts(&mut document, fits);
            }
        }
        text
    }

    /// The document with texts of so many bytes each.
    fn with_texts<'a>(&'a self, document: &mut Document<'a>, limit: usize) -> String {
        let mut texts = self
            .chain
            .iter()
            .map(|text| &text[..text.floor_char_boundary(limit)]);
        document.message = texts.next().unwrap_or_default();
        document.chain = texts.collect();
        write(document)
    }
}

#[expect(
    clippy::expect_used,
    reason = "a document of texts and JSON is written into memory"
)]
fn write(document: &Document<'_>) -> String {
    serde_json::to_string(document).expect("texts and JSON can be written as JSON")
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;
    use crate::failure::Details;

    fn document(failure: &Failure) -> Value {
        let (activity, worker) = ("a".parse().unwrap(), "w".parse().unwrap());
        let text = failure.cause_json(&activity, &worker);
        assert!(text.len() <= CAUSE_LIMIT, "{}", text.len());
        serde_json::from_str(&text).unwrap()
    }

    fn named(cause: impl Into<String>) -> Failure {
        Failure::named("Broken", cause).unwrap()
    }

    #[test]
    fn a_document_says_what_is_known_and_nothing_else() {
        let text = document(&named("why")).to_string();
        let expected = r#"{"message":"why","chain":[],"activity":"a","worker":"w"}"#;
        assert_eq!(text, expected);
        let panicked = document(&Failure::panicked("why", Some("src/main.rs:1:2")));
        assert_eq!(panicked["location"], "src/main.rs:1:2");
        assert_eq!(
            panicked["message"],
            "the handler panicked at src/main.rs:1:2: why"
        );
        let failure = named("why").with_details(Details::new().with("code", &51));
        assert_eq!(document(&failure)["details"]["code"], 51);
        assert_eq!(failure.cause(), "why");
    }

    #[test]
    fn texts_are_cut_as_little_as_need_be() {
        let quotes = document(&named("\"".repeat(CAUSE_LIMIT)));
        let kept = quotes["message"].as_str().unwrap().len();
        assert!((16_340..16_384).contains(&kept), "{kept}");
    }

    #[test]
    fn details_are_there_whole_or_not_at_all() {
        let of = |bytes: usize| {
            let failure = named("x".repeat(CAUSE_LIMIT));
            document(&failure.with_details("d".repeat(bytes)))
        };
        let whole = of(30_000);
        assert_eq!(whole["details"].as_str().unwrap().len(), 30_000);
        assert!(whole["message"].as_str().unwrap().len() > TEXT_RESERVE);
        for (bytes, why) in [(32_000, "do not fit"), (40_000, "more than 32768 bytes")] {
            let document = of(bytes);
            assert_eq!(document.get("details"), None);
            let given = document["details_omitted"].as_str().unwrap();
            assert!(given.contains(why), "{given}");
        }
    }

    /// Texts of which each character needs from one to six bytes of JSON.
    fn text() -> impl Strategy<Value = String> {
        let character = prop_oneof![
            "[a-z]",
            Just("\"".to_owned()),
            Just("\u{1}".to_owned()),
            "\\PC"
        ];
        (character, "\\PC{0,40}", 0..20_000_usize)
            .prop_map(|(character, rest, times)| character.repeat(times) + &rest)
    }

    fn details() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<f64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            text().prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 24, 6, |inner| {
            prop_oneof![
                vec(inner.clone(), 0..6).prop_map(Value::from),
                vec(("\\PC{0,8}", inner), 0..6).prop_map(Value::from_iter),
            ]
        })
    }

    fn name() -> impl Strategy<Value = String> {
        "[^\\s\\p{C}<>{}\\[\\]?*\"#%\\\\^|~`$&,;:/]{1,80}"
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: 64,
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        #[test]
        fn any_failure_has_causes_within_the_limit(
            error in "\\PC{1,60}",
            texts in prop_oneof![vec(text(), 0..4), vec("\\PC{0,20}", 0..40)],
            details in proptest::option::of(details()),
            location in proptest::option::of(text()),
            (activity, worker) in (name(), name()),
        ) {
            let mut failure = Failure::restored(error, texts, None).unwrap();
            if let Some(location) = location {
                failure = Failure::panicked(&failure.texts().concat(), Some(&location));
            }
            if let Some(details) = &details {
                failure = failure.with_details(details);
            }
            let (activity, worker) = (activity.parse().unwrap(), worker.parse().unwrap());
            let text = failure.cause_json(&activity, &worker);
            prop_assert!(text.len() <= CAUSE_LIMIT, "{} bytes", text.len());
            let document: Value = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(document["activity"].as_str(), Some(activity.as_str()));
            let message = failure.texts().first().map_or("", String::as_str);
            prop_assert!(message.starts_with(document["message"].as_str().unwrap()));
            if let Some(details) = &details {
                let omitted = document.get("details_omitted").is_some();
                prop_assert_eq!(omitted, document.get("details").is_none());
                prop_assert!(omitted || failure.details() == Some(details));
                prop_assert!(omitted || text.contains(&details.to_string()));
            }
            prop_assert!(failure.cause().len() <= CAUSE_LIMIT);
        }
    }
}
