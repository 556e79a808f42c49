//! The floors: how many scenarios of each group passed when the file was last written.
//!
//! A group that falls below its floor fails the test. `UPDATE_EXPECT=1 cargo conformance`
//! writes what passes now; a lower number in the diff is a regression to explain.

use std::collections::BTreeMap;
use std::fs;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/conformance/floors.json");

/// What has fallen below its floor, one line per group.
pub(crate) fn complaints(passes: &BTreeMap<String, usize>) -> Vec<String> {
    below(&read(), passes)
}

/// Makes what passes now the floor.
///
/// # Panics
///
/// When the file cannot be written.
pub(crate) fn write(passes: &BTreeMap<String, usize>) {
    let text = serde_json::to_string_pretty(passes).expect("text and numbers");
    fs::write(FILE, text + "\n").unwrap_or_else(|error| panic!("cannot write {FILE}: {error}"));
}

/// How many scenarios of each group passed when the file was last written.
///
/// # Panics
///
/// When the file cannot be read.
pub(crate) fn read() -> BTreeMap<String, usize> {
    let text =
        fs::read_to_string(FILE).unwrap_or_else(|error| panic!("cannot read {FILE}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("cannot understand {FILE}: {error}"))
}

fn below(floors: &BTreeMap<String, usize>, passes: &BTreeMap<String, usize>) -> Vec<String> {
    let passing = |group: &str| passes.get(group).copied().unwrap_or_default();
    floors
        .iter()
        .filter(|(group, floor)| passing(group) < **floor)
        .map(|(group, floor)| format!("{group}: {} pass, {floor} did", passing(group)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_below_its_floor_is_named_with_both_numbers() {
        let floors = BTreeMap::from([("a".to_owned(), 3), ("b".to_owned(), 1)]);
        let passes = BTreeMap::from([("a".to_owned(), 2), ("b".to_owned(), 4)]);
        assert_eq!(below(&floors, &passes), ["a: 2 pass, 3 did"]);
    }

    #[test]
    fn a_group_that_is_gone_has_fallen_to_nothing() {
        let floors = BTreeMap::from([("a".to_owned(), 3)]);
        assert_eq!(below(&floors, &BTreeMap::new()), ["a: 0 pass, 3 did"]);
    }
}
