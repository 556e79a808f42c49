//! `ItemBatcher`: several items in the input of one child execution.

use std::sync::Arc;

use super::super::json::Json;
use super::super::map_run::ChildInput;

/// How great a batch may become.
#[derive(Debug, Clone, Copy)]
pub(super) struct BatchLimits {
    pub(super) items: Option<u64>,
    pub(super) bytes: Option<u64>,
}

/// The input that no batch can hold, by its index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooLarge(pub(super) usize);

/// Puts items together, in order, as many into each batch as fit.
pub(super) fn batches(
    items: &[Json],
    common: Option<&Json>,
    limits: BatchLimits,
) -> Result<Vec<ChildInput>, TooLarge> {
    let most_items = limits.items.unwrap_or(u64::MAX);
    let most_bytes = limits.bytes.unwrap_or(u64::MAX);
    let head = match common {
        Some(common) => format!(r#"{{"BatchInput":{},"Items":["#, common.text()),
        None => r#"{"Items":["#.to_owned(),
    };
    let mut batches = Vec::new();
    let mut batch = Batch::new(&head);
    for (index, item) in items.iter().enumerate() {
        let length = batch.length_with(item.text());
        if batch.items > 0 && (batch.items == most_items || length > most_bytes) {
            batches.push(batch.close());
            batch = Batch::new(&head);
        }
        if batch.length_with(item.text()) > most_bytes {
            return Err(TooLarge(index));
        }
        batch.add(item.text());
    }
    if batch.items > 0 {
        batches.push(batch.close());
    }
    Ok(batches)
}

struct Batch {
    text: String,
    items: u64,
}

impl Batch {
    fn new(head: &str) -> Self {
        Self {
            text: head.to_owned(),
            items: 0,
        }
    }

    /// How long the closed batch would be with one more item.
    fn length_with(&self, item: &str) -> u64 {
        let comma = usize::from(self.items > 0);
        (self.text.len() + comma + item.len() + "]}".len()) as u64
    }

    fn add(&mut self, item: &str) {
        if self.items > 0 {
            self.text.push(',');
        }
        self.text.push_str(item);
        self.items += 1;
    }

    fn close(mut self) -> ChildInput {
        self.text.push_str("]}");
        ChildInput {
            input: Arc::from(self.text),
            items: self.items,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn split(
        items: usize,
        common: Option<&Json>,
        most: Option<u64>,
        bytes: Option<u64>,
    ) -> Result<Vec<String>, TooLarge> {
        let items: Vec<_> = (0..items).map(|n| Json::from_value(json!(n))).collect();
        let limits = BatchLimits { items: most, bytes };
        let batches = batches(&items, common, limits)?;
        Ok(batches
            .iter()
            .map(|batch| batch.input.to_string())
            .collect())
    }

    #[test]
    fn a_batch_has_at_most_so_many_items() {
        let expected = [
            r#"{"Items":[0,1]}"#,
            r#"{"Items":[2,3]}"#,
            r#"{"Items":[4]}"#,
        ];
        assert_eq!(split(5, None, Some(2), None).unwrap(), expected);
        assert_eq!(split(0, None, Some(2), None).unwrap(), [""; 0]);
    }

    #[test]
    fn a_batch_has_at_most_so_many_bytes_with_all_that_is_around_its_items() {
        let common = Json::from_value(json!({"run": 1}));
        let whole = r#"{"BatchInput":{"run":1},"Items":[0,1]}"#;
        let limit = Some(whole.len() as u64);
        assert_eq!(split(4, Some(&common), None, limit).unwrap()[0], whole);
        assert_eq!(split(4, Some(&common), None, limit).unwrap().len(), 2);
    }

    #[test]
    fn an_item_that_fits_no_batch_is_named() {
        let items = [json!(1), json!("long enough")].map(Json::from_value);
        let limits = BatchLimits {
            items: None,
            bytes: Some(15),
        };
        assert_eq!(batches(&items, None, limits), Err(TooLarge(1)));
    }
}
