//! How deeply a value may nest: no text of a few kilobytes can be allowed to exhaust the stack.

/// The deepest nesting of a value that a state may hand on.
///
/// The reader of JSON takes 127 levels; a few are left for the array of a Map or Parallel and for
/// what templates put around a value, so that every value can be read again.
pub(super) const LIMIT: usize = 120;

/// Returns whether a JSON text nests deeper than the engine can handle.
pub(super) fn is_too_deep(json: &str) -> bool {
    // Every level takes two characters.
    if json.len() <= 2 * LIMIT {
        return false;
    }
    let (mut depth, mut in_text, mut escaped) = (0_usize, false, false);
    for byte in json.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'[' | b'{' if !in_text => {
                depth += 1;
                if depth > LIMIT {
                    return true;
                }
            }
            b']' | b'}' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::{LIMIT, is_too_deep};

    fn nested(levels: usize) -> String {
        format!("{}{}", "[".repeat(levels), "]".repeat(levels))
    }

    #[test]
    fn what_is_not_too_deep_can_be_read_again() {
        for levels in [0, 1, LIMIT] {
            assert!(!is_too_deep(&nested(levels)), "{levels}");
        }
        assert!(is_too_deep(&nested(LIMIT + 1)));
        let around = format!("[{}]", nested(LIMIT));
        assert!(serde_json::from_str::<serde_json::Value>(&around).is_ok());
    }

    #[test]
    fn brackets_in_texts_do_not_nest() {
        let json = format!(
            r#"{{"a\"": "{}", "b\\": "{}"}}"#,
            "[".repeat(500),
            "{".repeat(500)
        );
        assert!(!is_too_deep(&json));
        let wide = format!("[{}]", vec!["[]"; 500].join(","));
        assert!(!is_too_deep(&wide));
    }
}
