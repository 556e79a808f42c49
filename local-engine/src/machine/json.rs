//! A JSON value that is parsed or written only when somebody asks.
//!
//! An input that no state looks into travels from its entry to the output as the text that came
//! in. That is the cheapest way, and the service does the same: it keeps the blanks of a text
//! that nothing touched.

use std::fmt;
use std::sync::{Arc, OnceLock};

use serde_json::Value;

/// A JSON value as text, as a tree, or both; cheap to clone.
#[derive(Clone)]
pub(super) struct Json(Arc<Forms>);

/// At least one of the two is there from the start.
struct Forms {
    text: OnceLock<Arc<str>>,
    value: OnceLock<Value>,
}

impl Json {
    /// The value `{}`.
    pub(super) fn empty_object() -> Self {
        Self::from_text("{}".into())
    }

    /// A text that is known to be JSON.
    pub(super) fn from_text(text: Arc<str>) -> Self {
        Self(Arc::new(Forms {
            text: OnceLock::from(text),
            value: OnceLock::new(),
        }))
    }

    pub(super) fn from_value(value: Value) -> Self {
        Self(Arc::new(Forms {
            text: OnceLock::new(),
            value: OnceLock::from(value),
        }))
    }

    /// An array of these items, their texts kept as they are.
    pub(super) fn array<'a>(items: impl Iterator<Item = &'a Self>) -> Self {
        let mut text = String::from("[");
        for (index, item) in items.enumerate() {
            if index > 0 {
                text.push(',');
            }
            text.push_str(item.text());
        }
        text.push(']');
        Self::from_text(text.into())
    }

    pub(super) fn text(&self) -> &Arc<str> {
        self.0.text.get_or_init(|| {
            self.0
                .value
                .get()
                .unwrap_or(&Value::Null)
                .to_string()
                .into()
        })
    }

    /// The text, if there is one already.
    pub(super) fn written(&self) -> Option<&str> {
        self.0.text.get().map(|text| &**text)
    }

    /// The tree. A text that is not JSON after all counts as `null`.
    pub(super) fn value(&self) -> &Value {
        self.0.value.get_or_init(|| {
            let text = self.0.text.get().map_or("null", |text| text);
            serde_json::from_str(text).unwrap_or(Value::Null)
        })
    }
}

impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Json;

    #[test]
    fn an_untouched_text_keeps_its_blanks() {
        let json = Json::from_text("[1,  2]".into());
        assert_eq!(json.value(), &json!([1, 2]));
        assert_eq!(&**json.text(), "[1,  2]");
    }

    #[test]
    fn an_array_is_made_of_the_texts_of_its_items() {
        let items = [
            Json::from_text("[1, 2]".into()),
            Json::from_value(json!({"a": null})),
        ];
        assert_eq!(
            &**Json::array(items.iter()).text(),
            r#"[[1, 2],{"a":null}]"#
        );
        assert_eq!(&**Json::array([].iter()).text(), "[]");
    }
}
