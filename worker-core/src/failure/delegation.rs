//! The names of an error that takes some of them from another one, put together in a constant.

use super::name::equals;
use crate::description::ErrorInfo;

/// Names of an error that come from one place.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    failures: &'static [ErrorInfo],
    /// Whether it is known that other parts have some of these names, too.
    shared: bool,
}

impl Part {
    /// Names that no other part may have.
    #[must_use]
    pub const fn new(failures: &'static [ErrorInfo]) -> Self {
        let shared = false;
        Self { failures, shared }
    }

    /// Names that other parts may have, too.
    #[must_use]
    pub const fn shared(failures: &'static [ErrorInfo]) -> Self {
        let shared = true;
        Self { failures, shared }
    }
}

/// How many different names there are.
#[must_use]
pub const fn distinct(parts: &[Part]) -> usize {
    collect(parts, &mut [])
}

/// What is known of every name: of one that several parts have, what the first of them says.
#[must_use]
pub const fn merged<const N: usize>(parts: &[Part]) -> [ErrorInfo; N] {
    let mut merged = [ErrorInfo::new(""); N];
    collect(parts, &mut merged);
    merged
}

/// Makes sure that no earlier part has a name of this one, unless either says that it is shared.
///
/// # Panics
///
/// One has. In a constant that is a compile error, which names the name.
#[track_caller]
pub const fn assert_unshared(parts: &[Part], index: usize) {
    let part = parts[index];
    let mut earlier = 0;
    while !part.shared && earlier < index {
        let mut entry = 0;
        while !parts[earlier].shared && entry < part.failures.len() {
            let name = part.failures[entry].name;
            let others = parts[earlier].failures;
            if contains(others, others.len(), name) {
                let mut message = Message::new();
                message.add("the error name `");
                message.add(name);
                message
                    .add("` comes from two cases, and a state machine cannot tell the two apart: ");
                message.add("if it need not, write `#[activity_error(transparent, shared)]`");
                panic!("{}", message.text());
            }
            entry += 1;
        }
        earlier += 1;
    }
}

/// Puts what is known of every name into a slice, as far as it goes, and counts the names.
const fn collect(parts: &[Part], into: &mut [ErrorInfo]) -> usize {
    let (mut count, mut part) = (0, 0);
    while part < parts.len() {
        let failures = parts[part].failures;
        let mut entry = 0;
        while entry < failures.len() {
            if !stands_before(parts, part, entry) {
                if count < into.len() {
                    into[count] = failures[entry];
                }
                count += 1;
            }
            entry += 1;
        }
        part += 1;
    }
    count
}

/// Whether a name stands in an earlier place, too.
const fn stands_before(parts: &[Part], part: usize, entry: usize) -> bool {
    let name = parts[part].failures[entry].name;
    let mut earlier = 0;
    while earlier < part {
        let failures = parts[earlier].failures;
        if contains(failures, failures.len(), name) {
            return true;
        }
        earlier += 1;
    }
    contains(parts[part].failures, entry, name)
}

/// Whether one of the first so many has this name.
const fn contains(failures: &[ErrorInfo], count: usize, name: &str) -> bool {
    let mut index = 0;
    while index < count {
        if equals(failures[index].name, name) {
            return true;
        }
        index += 1;
    }
    false
}

/// A text that is put together in a constant.
struct Message {
    bytes: [u8; 512],
    length: usize,
}

impl Message {
    const fn new() -> Self {
        Self {
            bytes: [0; 512],
            length: 0,
        }
    }

    const fn add(&mut self, text: &str) {
        let text = text.as_bytes();
        let mut index = 0;
        while index < text.len() && self.length < self.bytes.len() {
            self.bytes[self.length] = text[index];
            self.length += 1;
            index += 1;
        }
    }

    const fn text(&self) -> &str {
        match std::str::from_utf8(self.bytes.split_at(self.length).0) {
            Ok(text) => text,
            // Cut within a character.
            Err(_) => "an error name comes from two cases",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &[ErrorInfo] = &[ErrorInfo::new("A"), ErrorInfo::new("B").benign()];
    const OTHERS: &[ErrorInfo] = &[ErrorInfo::new("B"), ErrorInfo::new("C")];

    #[test]
    fn names_are_merged_and_the_first_to_speak_is_heard() {
        const PARTS: [Part; 3] = [Part::new(OWN), Part::new(&[]), Part::shared(OTHERS)];
        const MERGED: [ErrorInfo; distinct(&PARTS)] = merged(&PARTS);
        const { assert_unshared(&PARTS, 2) };
        assert_eq!(MERGED.map(|info| info.name), ["A", "B", "C"]);
        assert!(MERGED[1].benign);
    }

    #[test]
    fn a_name_of_two_parts_is_refused_and_named() {
        let refused = std::panic::catch_unwind(|| {
            assert_unshared(&[Part::new(OWN), Part::new(OTHERS)], 1);
        });
        let text = refused.unwrap_err().downcast::<String>().unwrap();
        assert!(text.contains("`B` comes from two cases"), "{text}");
    }
}
