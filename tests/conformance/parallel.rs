//! Recordings of Parallel states, in which the order of the branches was removed.

use std::io;

use serde_json::ser::Formatter;
use serde_json::{Serializer, Value, json};

/// Sorts the events inside a Parallel state and zeroes their ids, as the recording did.
///
/// The loop changes the list that it walks, like the one that made the recordings; that is why
/// it is written with an index.
pub(crate) fn without_order(events: &mut Vec<Value>) {
    let mut start = None;
    let mut inside = Vec::new();
    let mut collecting = false;
    let mut index = 0;
    while index < events.len() {
        let kind = events[index]["type"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        match kind.as_str() {
            "ParallelStateSucceeded"
            | "ParallelStateAborted"
            | "ParallelStateExited"
            | "ParallelStateFailed" => {
                if let Some(start) = start {
                    let mut sorted = inside.clone();
                    sorted.sort_by_cached_key(sort_key);
                    events.splice(start..index, sorted);
                }
                collecting = false;
            }
            "ParallelStateStarted" => {
                collecting = true;
                inside.clear();
                start = Some(index + 1);
            }
            _ if collecting => {
                events[index]["id"] = json!([0]);
                events[index]["previousEventId"] = json!(0);
                inside.push(events[index].clone());
            }
            _ => {}
        }
        index += 1;
    }
}

/// Sorts the lists of names in every `variableReferences`.
pub(crate) fn with_sorted_references(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                if key == "variableReferences" {
                    for names in member
                        .as_object_mut()
                        .into_iter()
                        .flat_map(|map| map.values_mut())
                    {
                        if let Value::Array(names) = names {
                            names.sort_by_cached_key(|name| name.as_str().map(str::to_owned));
                        }
                    }
                } else {
                    with_sorted_references(member);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(with_sorted_references),
        _ => {}
    }
}

/// The text by which the recording sorted: sorted keys, and a blank after comma and colon.
fn sort_key(event: &Value) -> String {
    let mut event = event.clone();
    if let Value::Object(members) = &mut event {
        members.shift_remove("timestamp");
    }
    event.sort_all_objects();
    let mut text = Vec::new();
    let mut serializer = Serializer::with_formatter(&mut text, Spaced);
    let written = serde::Serialize::serialize(&event, &mut serializer);
    debug_assert!(written.is_ok(), "a value is written to memory");
    String::from_utf8_lossy(&text).into_owned()
}

/// Writes a blank after every comma and colon.
struct Spaced;

impl Formatter for Spaced {
    fn begin_array_value<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        writer.write_all(if first { b"" } else { b", " })
    }

    fn begin_object_key<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        writer.write_all(if first { b"" } else { b", " })
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn branch_events_are_sorted_and_lose_their_ids() {
        let mut events = vec![
            json!({"type": "ParallelStateStarted", "id": 2}),
            json!({"type": "PassStateEntered", "id": 3, "timestamp": 1, "name": "b"}),
            json!({"type": "PassStateEntered", "id": 4, "timestamp": 2, "name": "a"}),
            json!({"type": "ParallelStateSucceeded", "id": 5}),
        ];
        without_order(&mut events);
        assert_eq!(events[1]["name"], "a");
        assert_eq!(events[2]["name"], "b");
        assert_eq!(events[1]["id"], json!([0]));
        assert_eq!(events[3]["id"], 5);
    }

    #[test]
    fn references_are_sorted_wherever_they_stand() {
        let mut value = json!([{"variableReferences": {"State": ["b", "a"]}}]);
        with_sorted_references(&mut value);
        assert_eq!(
            value,
            json!([{"variableReferences": {"State": ["a", "b"]}}])
        );
    }
}
