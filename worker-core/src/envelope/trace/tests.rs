//! What is a trace context and what is not.

use proptest::prelude::*;

use super::*;

const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

#[test]
fn a_traceparent_is_read_and_written() {
    let trace = TraceContext::from_traceparent(PARENT).unwrap();
    assert_eq!(
        trace.trace_id().to_string(),
        "4bf92f3577b34da6a3ce929d0e0e4736"
    );
    assert_eq!(trace.span_id().unwrap().to_string(), "00f067aa0ba902b7");
    assert_eq!(trace.is_sampled(), Some(true));
    assert_eq!(trace.traceparent().as_deref(), Some(PARENT));
    assert_eq!(
        trace.xray_header(),
        "Root=1-4bf92f35-77b34da6a3ce929d0e0e4736;Parent=00f067aa0ba902b7;Sampled=1"
    );
    assert_eq!(trace.trace_id().to_bytes()[..2], [0x4b, 0xf9]);
    assert_eq!(trace.span_id().unwrap().to_bytes()[1], 0xf0);
}

#[test]
fn a_later_version_may_say_more_and_its_other_flags_are_left_alone() {
    let later = format!("cc{}-what-the-future-will-be-like", &PARENT[2..]);
    assert!(TraceContext::from_traceparent(&later).is_ok());
    let unsampled = format!("{}fe", &PARENT[..53]);
    let trace = TraceContext::from_traceparent(&unsampled).unwrap();
    assert_eq!(trace.is_sampled(), Some(false));
}

#[test]
fn what_is_no_traceparent_is_refused_by_the_part_that_is_wrong() {
    for (text, wrong) in [
        ("", "version"),
        (
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "version",
        ),
        (
            "0-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "version",
        ),
        (
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "trace id",
        ),
        (
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "trace id",
        ),
        (
            "00-+bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "trace id",
        ),
        (
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "parent id",
        ),
        ("00-4bf92f3577b34da6a3ce929d0e0e4736", "parent id"),
        (
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
            "flags",
        ),
        (
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1",
            "flags",
        ),
        (
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x",
            "flags",
        ),
        (
            " 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "version",
        ),
    ] {
        let error = TraceContext::from_traceparent(text)
            .unwrap_err()
            .to_string();
        assert!(error.contains(wrong), "{text}: {error}");
    }
}

#[test]
fn a_tracestate_is_kept_as_it_is_or_refused_whole() {
    let trace = TraceContext::from_traceparent(PARENT).unwrap();
    for (text, kept) in [
        ("rojo=00f067aa0ba902b7,congo=t61rcWkgMzE", true),
        ("a=1, ,b=2", true),
        ("fw529a3039@dt=FfIi", true),
        ("", false),
        (" , ", false),
    ] {
        let state = trace.clone().with_tracestate(text).unwrap();
        assert_eq!(state.tracestate(), kept.then_some(text), "{text}");
    }
    let many: Vec<String> = (0..33).map(|number| format!("k{number}=v")).collect();
    for text in [
        "rojo",
        "Rojo=1",
        "=1",
        "a=",
        "a=1=2",
        "a=\u{fc}",
        "a=1,a=2",
        &many.join(","),
        &format!("a={}", "v".repeat(257)),
    ] {
        assert!(trace.clone().with_tracestate(text).is_err(), "{text}");
    }
    assert!(trace.with_tracestate(&many[..32].join(",")).is_ok());
}

#[test]
fn an_xray_header_needs_nothing_but_its_root() {
    let root = "Root=1-5759e988-bd862e3fe1be46a994272793";
    let trace = TraceContext::from_xray_header(root).unwrap();
    assert_eq!(trace.span_id(), None);
    assert_eq!(trace.is_sampled(), None);
    assert_eq!(trace.traceparent(), None);
    assert_eq!(trace.xray_header(), root);

    let more = format!("Self=1-abc;{root}; Parent=53995c3f42cd8ad8;Sampled=?;Lineage=a:1|b:2");
    let trace = TraceContext::from_xray_header(&more).unwrap();
    assert_eq!(
        trace.traceparent().as_deref(),
        Some("00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-00")
    );
}

#[test]
fn what_is_no_xray_header_is_refused_by_the_part_that_is_wrong() {
    let root = "Root=1-5759e988-bd862e3fe1be46a994272793";
    for (text, wrong) in [
        (String::new(), "`Root`"),
        ("Parent=53995c3f42cd8ad8".to_owned(), "`Root`"),
        (
            "Root=2-5759e988-bd862e3fe1be46a994272793".to_owned(),
            "`Root`",
        ),
        (
            "Root=1-5759e98-8bd862e3fe1be46a994272793".to_owned(),
            "`Root`",
        ),
        (
            "Root=1-00000000-000000000000000000000000".to_owned(),
            "`Root`",
        ),
        (format!("{root};{root}"), "`Root`"),
        (format!("{root};Parent=5"), "`Parent`"),
        (format!("{root};Sampled=yes"), "`Sampled`"),
    ] {
        let error = TraceContext::from_xray_header(&text)
            .unwrap_err()
            .to_string();
        assert!(error.contains(wrong), "{text}: {error}");
    }
}

#[test]
fn p10_neither_a_trace_context_nor_its_error_quotes_what_vendors_wrote() {
    let trace = TraceContext::from_traceparent(PARENT).unwrap();
    let trace = trace.with_tracestate("vendor=canary").unwrap();
    assert!(!format!("{trace:?}").contains("canary"));
    let error = trace.with_tracestate("canary").unwrap_err();
    assert!(!format!("{error:?} {error}").contains("canary"));
}

proptest! {
    #[test]
    fn no_text_is_too_strange(text: String) {
        let trace = TraceContext::from_traceparent(PARENT).unwrap();
        drop(trace.with_tracestate(&text));
        drop(TraceContext::from_traceparent(&text));
        drop(TraceContext::from_xray_header(&text));
    }

    #[test]
    fn what_is_written_is_read_again(
        trace in 1_u128.., span in 1_u64.., sampled: bool,
    ) {
        let text = format!("00-{trace:032x}-{span:016x}-{:02x}", u8::from(sampled));
        let read = TraceContext::from_traceparent(&text).unwrap();
        prop_assert_eq!(read.traceparent(), Some(text));
        prop_assert_eq!(TraceContext::from_xray_header(&read.xray_header()), Ok(read));
    }
}
