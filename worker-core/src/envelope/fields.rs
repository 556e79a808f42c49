//! The fields of an envelope, each read for itself: one that is wrong counts as left out.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::trace::TraceContext;

/// The largest number of seconds that the states language takes.
const MOST_SECONDS: u32 = 99_999_999;
const SECONDS: &str = "a whole number from 1 to 99999999";
const COUNT: &str = "a whole number from 0 to 4294967295";
const INDEX: &str = "a whole number from 0 to 18446744073709551615";
const TEXT: &str = "a text that is not empty";
const TRACEPARENT_TEXT: &str = "a traceparent of W3C Trace Context";
const TRACESTATE_TEXT: &str = "a tracestate of W3C Trace Context";
const XRAY_TEXT: &str = "a trace header of X-Ray";

static ABOUT: Field = Field::new("sfnWorker");
static HEARTBEAT_SECONDS: Field = Field::new("heartbeatSeconds");
static TIMEOUT_SECONDS: Field = Field::new("timeoutSeconds");
static EXECUTION: Field = Field::new("execution");
static STATE: Field = Field::new("state");
static ENTERED_TIME: Field = Field::new("enteredTime");
static RETRY_COUNT: Field = Field::new("retryCount");
static MAP_INDEX: Field = Field::new("mapIndex");
static TRACEPARENT: Field = Field::new("traceparent");
static TRACESTATE: Field = Field::new("tracestate");
static XRAY_TRACE_HEADER: Field = Field::new("xrayTraceHeader");

/// What was written and is right.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Fields {
    pub(super) heartbeat_timeout: Option<Duration>,
    pub(super) timeout: Option<Duration>,
    pub(super) execution: Option<Box<str>>,
    pub(super) state: Option<Box<str>>,
    pub(super) entered_time: Option<Box<str>>,
    pub(super) retry_count: Option<u32>,
    pub(super) map_index: Option<u64>,
    pub(super) trace: Option<TraceContext>,
}

/// The fields as they were written. A `null` is none.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Written<'payload> {
    #[serde(borrow)]
    heartbeat_seconds: Option<&'payload RawValue>,
    #[serde(borrow)]
    timeout_seconds: Option<&'payload RawValue>,
    #[serde(borrow)]
    execution: Option<&'payload RawValue>,
    #[serde(borrow)]
    state: Option<&'payload RawValue>,
    #[serde(borrow)]
    entered_time: Option<&'payload RawValue>,
    #[serde(borrow)]
    retry_count: Option<&'payload RawValue>,
    #[serde(borrow)]
    map_index: Option<&'payload RawValue>,
    #[serde(borrow)]
    traceparent: Option<&'payload RawValue>,
    #[serde(borrow)]
    tracestate: Option<&'payload RawValue>,
    #[serde(borrow)]
    xray_trace_header: Option<&'payload RawValue>,
}

/// A field, and whether its mistakes were told already.
struct Field {
    name: &'static str,
    told: AtomicBool,
}

impl Fields {
    /// Reads what stands under `sfnWorker`.
    pub(super) fn read(about: &RawValue) -> Self {
        let Some(written) = ABOUT.read(Some(about), "an object with each key once", object) else {
            return Self::default();
        };
        let trace = trace(&written);
        Self {
            heartbeat_timeout: HEARTBEAT_SECONDS.read(written.heartbeat_seconds, SECONDS, seconds),
            timeout: TIMEOUT_SECONDS.read(written.timeout_seconds, SECONDS, seconds),
            execution: EXECUTION.read(written.execution, TEXT, text),
            state: STATE.read(written.state, TEXT, text),
            entered_time: ENTERED_TIME.read(written.entered_time, TEXT, text),
            retry_count: RETRY_COUNT.read(written.retry_count, COUNT, number),
            map_index: MAP_INDEX.read(written.map_index, INDEX, number),
            trace,
        }
    }

    /// What would be read as these fields; a part of a second becomes a whole one.
    pub(super) fn write(&self) -> Map<String, Value> {
        let mut written = Map::new();
        let mut add = |field: &Field, value: Option<Value>| {
            if let Some(value) = value {
                written.insert(field.name.to_owned(), value);
            }
        };
        let text = |text: &Option<Box<str>>| text.as_deref().map(Value::from);
        let trace = self.trace.as_ref();
        let parent = trace.and_then(TraceContext::traceparent);
        add(
            &HEARTBEAT_SECONDS,
            self.heartbeat_timeout.map(whole_seconds),
        );
        add(&TIMEOUT_SECONDS, self.timeout.map(whole_seconds));
        add(&EXECUTION, text(&self.execution));
        add(&STATE, text(&self.state));
        add(&ENTERED_TIME, text(&self.entered_time));
        add(&RETRY_COUNT, self.retry_count.map(Value::from));
        add(&MAP_INDEX, self.map_index.map(Value::from));
        match parent {
            Some(parent) => {
                add(&TRACEPARENT, Some(parent.into()));
                let state = trace.and_then(TraceContext::tracestate);
                add(&TRACESTATE, state.map(Value::from));
            }
            None => add(
                &XRAY_TRACE_HEADER,
                trace.map(|trace| trace.xray_header().into()),
            ),
        }
        written
    }
}

impl Field {
    const fn new(name: &'static str) -> Self {
        Self {
            name,
            told: AtomicBool::new(false),
        }
    }

    /// Reads the field if it is there; when it is wrong, says so and reads nothing.
    fn read<'payload, T>(
        &self,
        written: Option<&'payload RawValue>,
        right: &str,
        read: impl FnOnce(&'payload str) -> Option<T>,
    ) -> Option<T> {
        let text = written?.get();
        let value = read(text);
        if value.is_none() {
            let complaint = self.complaint(right, text);
            // Every task of the state brings the same mistake: once is enough for a warning.
            if self.is_first_mistake() {
                tracing::warn!("{complaint}");
            } else {
                tracing::debug!("{complaint}");
            }
        }
        value
    }

    fn is_first_mistake(&self) -> bool {
        !self.told.swap(true, Ordering::Relaxed)
    }

    /// What is wrong, without the value, which is the user's.
    fn complaint(&self, right: &str, written: &str) -> String {
        format!(
            "`{}` in the envelope of a task must be {right}, and is {}: it counts as left out",
            self.name,
            kind(written)
        )
    }
}

/// The trace, in the notation of W3C if it is there and right, otherwise in that of X-Ray.
fn trace(written: &Written<'_>) -> Option<TraceContext> {
    let parent = |text: &str| TraceContext::from_traceparent(&self::text(text)?).ok();
    let header = |text: &str| TraceContext::from_xray_header(&self::text(text)?).ok();
    let trace = TRACEPARENT.read(written.traceparent, TRACEPARENT_TEXT, parent);
    let Some(trace) = trace else {
        return XRAY_TRACE_HEADER.read(written.xray_trace_header, XRAY_TEXT, header);
    };
    let with_state = |text: &str| {
        let trace = trace.clone();
        trace
            .with_tracestate(&serde_json::from_str::<String>(text).ok()?)
            .ok()
    };
    TRACESTATE
        .read(written.tracestate, TRACESTATE_TEXT, with_state)
        .or(Some(trace))
}

fn object(text: &str) -> Option<Written<'_>> {
    // A list would be taken for the fields in their order.
    text.starts_with('{')
        .then(|| serde_json::from_str(text).ok())?
}

fn seconds(text: &str) -> Option<Duration> {
    let seconds: u32 = number(text)?;
    let fits = (1..=MOST_SECONDS).contains(&seconds);
    fits.then(|| Duration::from_secs(seconds.into()))
}

fn whole_seconds(time: Duration) -> Value {
    let seconds = time.as_secs() + u64::from(time.subsec_nanos() > 0);
    seconds.clamp(1, MOST_SECONDS.into()).into()
}

fn number<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_str(text).ok()
}

fn text(text: &str) -> Option<Box<str>> {
    let text: Box<str> = serde_json::from_str(text).ok()?;
    (!text.is_empty()).then_some(text)
}

/// The kind of a JSON value, which its first character tells.
fn kind(text: &str) -> &'static str {
    match text.as_bytes().first() {
        Some(b'{') => "an object",
        Some(b'[') => "a list",
        Some(b'"') => "a text",
        Some(b't' | b'f') => "true or false",
        Some(b'n') => "null",
        _ => "another number",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(about: &str) -> Fields {
        Fields::read(serde_json::from_str(about).unwrap())
    }

    #[test]
    fn p10_a_complaint_names_the_field_and_the_kind_and_not_the_value() {
        let complaint = HEARTBEAT_SECONDS.complaint(SECONDS, r#""4111 1111""#);
        assert_eq!(
            complaint,
            "`heartbeatSeconds` in the envelope of a task must be a whole number from 1 to \
             99999999, and is a text: it counts as left out"
        );
        let kinds: Vec<_> = ["{}", "[]", "true", "null", "-1"].map(kind).into();
        let expected = [
            "an object",
            "a list",
            "true or false",
            "null",
            "another number",
        ];
        assert_eq!(kinds, expected);
    }

    #[test]
    fn only_the_first_mistake_in_a_field_is_worth_a_warning() {
        static RIGHT: Field = Field::new("right");
        static WRONG: Field = Field::new("wrong");
        let written: &RawValue = serde_json::from_str("7").unwrap();
        assert_eq!(RIGHT.read(Some(written), COUNT, number), Some(7));
        assert_eq!(RIGHT.read(None, COUNT, number::<u32>), None);
        assert_eq!(WRONG.read(Some(written), TEXT, text), None);
        assert!(RIGHT.is_first_mistake());
        assert!(!WRONG.is_first_mistake());
    }

    #[test]
    fn seconds_are_those_of_the_states_language() {
        for (written, seconds) in [("1", 1), ("30", 30), ("99999999", 99_999_999)] {
            let fields = read(&format!(r#"{{"heartbeatSeconds":{written}}}"#));
            assert_eq!(fields.heartbeat_timeout, Some(Duration::from_secs(seconds)));
        }
        for written in [
            "0",
            "-1",
            "1.5",
            "100000000",
            "1e400",
            "true",
            r#""30""#,
            "[30]",
            "{}",
        ] {
            let fields = read(&format!(r#"{{"timeoutSeconds":{written}}}"#));
            assert!(fields.timeout.is_none(), "{written}");
        }
    }

    #[test]
    fn one_wrong_field_leaves_the_others() {
        let fields = read(
            r#"{"retryCount": 2.5, "state": "Charge", "execution": "", "enteredTime": ["now"],
                "heartbeatSeconds": 30, "trace": {"deep": [1]}}"#,
        );
        let expected = Fields {
            heartbeat_timeout: Some(Duration::from_secs(30)),
            state: Some("Charge".into()),
            ..Fields::default()
        };
        assert!(fields == expected);
    }

    #[test]
    fn a_trace_is_read_in_the_notation_of_w3c_or_else_in_that_of_x_ray() {
        let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        let header = "Root=1-5759e988-bd862e3fe1be46a994272793";
        let both = format!(
            r#"{{"traceparent": "{parent}", "tracestate": "a=1", "xrayTraceHeader": "{header}"}}"#
        );
        let trace = read(&both).trace.unwrap();
        assert_eq!(trace.traceparent().as_deref(), Some(parent));
        assert_eq!(trace.tracestate(), Some("a=1"));
        let wrong = both.replace("00f067aa0ba902b7", "0");
        assert_eq!(read(&wrong).trace.unwrap().xray_header(), header);
        // A state that is wrong does not take its trace with it.
        let stateless = both.replace("a=1", "a");
        assert_eq!(read(&stateless).trace.unwrap().tracestate(), None);
        assert!(
            read(r#"{"traceparent": 7, "tracestate": "a=1"}"#)
                .trace
                .is_none()
        );
    }

    #[test]
    fn what_is_no_object_tells_nothing() {
        for about in [
            "null",
            "30",
            "\"x\"",
            "[30, 300]",
            r#"{"state":"a","state":"b"}"#,
        ] {
            assert!(read(about) == Fields::default(), "{about}");
        }
    }
}
