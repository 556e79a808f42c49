//! Timestamps that are read, refused and shown.

use super::*;

#[test]
fn an_rfc_3339_timestamp_is_read() {
    for text in [
        "2016-12-05T21:29:29Z",
        "2016-12-05T21:29:29.000000Z",
        "2012-10-09T19:00:55+01:00",
        "2012-10-09T19:00:55.123456789-08:00",
    ] {
        assert!(parse_timestamp(text).is_some(), "{text}");
    }
}

#[test]
fn anything_else_is_not() {
    for text in [
        "",
        "2023-02-24",
        "2016-12-05T21:29:29",
        "2016-12-05 21:29:29Z",
        "2016-12-05t21:29:29z",
        "05-12-2016T21:29:29Z",
        "2016-12-05T25:29:29Z",
        "2016-12-05T21:29:29.Z",
        "2016-12-05T21:29:29+0100",
        "2016-13-05T21:29:29Z",
        "2016-12-05T21:29:2é",
    ] {
        assert!(parse_timestamp(text).is_none(), "{text}");
    }
}

#[test]
fn a_timestamp_is_shown_with_milliseconds() {
    for (text, shown) in [
        ("2026-01-31T12:00:00Z", "2026-01-31T12:00:00.000Z"),
        ("2026-01-31T12:00:00.1999+01:00", "2026-01-31T11:00:00.199Z"),
    ] {
        let timestamp = parse_timestamp(text).unwrap();
        assert_eq!(format_timestamp(timestamp), shown);
    }
}
