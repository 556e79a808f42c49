//! Finds pointers in a JSON text without decoding it.
//!
//! The text around them stays as it is, to the last digit of a number that no machine type
//! holds.

use std::ops::Range;

use super::pointer::KEY;

/// Whether a text is worth a closer look.
pub(super) fn may_have_pointers(json: &str) -> bool {
    json.contains(KEY)
}

/// Where the objects are whose only member is [`KEY`], in the order of the text.
///
/// Finds nothing in a text whose brackets do not match: its decoder will say what is wrong.
pub(super) fn pointers(json: &str) -> Vec<Range<usize>> {
    let bytes = json.as_bytes();
    let mut open: Vec<Open> = Vec::new();
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match (byte, open.last_mut()) {
            (b'{' | b'[', _) => open.push(Open {
                start: at,
                is_object: byte == b'{',
                expects_key: byte == b'{',
                members: 0,
                has_key: false,
            }),
            (b'"', inside) => {
                let end = end_of_string(bytes, at);
                if let Some(object) = inside.filter(|inside| inside.expects_key) {
                    object.expects_key = false;
                    object.members += 1;
                    object.has_key |= json.get(at + 1..end) == Some(KEY);
                }
                at = end;
            }
            (b',', Some(inside)) => inside.expects_key = inside.is_object,
            (b'}' | b']', _) => {
                let Some(closed) = open.pop_if(|open| open.is_object == (byte == b'}')) else {
                    return Vec::new();
                };
                if closed.has_key && closed.members == 1 {
                    // A pointer is whole: what looks like one inside it belongs to it.
                    found.retain(|inner| inner.start < closed.start);
                    found.push(closed.start..at + 1);
                }
            }
            _ => {}
        }
        at += 1;
    }
    if open.is_empty() { found } else { Vec::new() }
}

/// An object or array that is not closed yet.
struct Open {
    start: usize,
    is_object: bool,
    /// The next string is the name of a member.
    expects_key: bool,
    members: usize,
    has_key: bool,
}

/// Where the quote is that closes the string whose opening quote is at `start`.
fn end_of_string(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => return at,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(json: &str) -> Vec<&str> {
        pointers(json).into_iter().map(|span| &json[span]).collect()
    }

    #[test]
    fn a_pointer_is_found_at_any_depth() {
        let pointer = r#"{ "sfnWorkerPayload" : {"uri": "a}b\"]"} }"#;
        assert_eq!(found(pointer), [pointer]);
        let json = format!(r#"{{"a": [1, {pointer}, {{"b": {pointer}}}], "c": "ü"}}"#);
        assert_eq!(found(&json), [pointer, pointer]);
        let deep = format!("{}{pointer}{}", "[".repeat(10_000), "]".repeat(10_000));
        assert_eq!(found(&deep), [pointer]);
    }

    #[test]
    fn the_key_elsewhere_is_no_pointer() {
        for json in [
            r#""sfnWorkerPayload""#,
            r#"{"a": "sfnWorkerPayload"}"#,
            r#"["sfnWorkerPayload", {}]"#,
            r#"{"a": "{\"sfnWorkerPayload\": {}}"}"#,
            r#"{"xsfnWorkerPayload": {}}"#,
            r#"{"sfnWorkerPayload": {}, "beside": 1}"#,
            r#"{"beside": 1, "sfnWorkerPayload": {}}"#,
            r#"{"sfnWorkerPayload": {}, "sfnWorkerPayload": {}}"#,
        ] {
            assert_eq!(found(json), [""; 0], "{json}");
        }
    }

    #[test]
    fn what_looks_like_a_pointer_inside_one_belongs_to_it() {
        let json = r#"[{"sfnWorkerPayload": {"x": {"sfnWorkerPayload": {}}}}]"#;
        assert_eq!(found(json), [&json[1..json.len() - 1]]);
    }

    #[test]
    fn a_text_that_is_not_json_has_no_pointers() {
        for json in [
            r#"{"sfnWorkerPayload": {}"#,
            r#"[{"sfnWorkerPayload": {}}}"#,
            r#"{"sfnWorkerPayload"#,
            r#"{"sfnWorkerPayload": "\"#,
            r#"[{"sfnWorkerPayload": {]}]"#,
        ] {
            assert_eq!(found(json), [""; 0], "{json}");
        }
    }
}
