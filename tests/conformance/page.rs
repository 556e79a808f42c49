//! The table of groups in `docs/engine.md`.
//!
//! `UPDATE_EXPECT=1 cargo conformance` writes it together with the floors. Without the corpus it
//! cannot be printed again, but what it says of passing scenarios must be what the floors say.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;

use crate::report::Report;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/engine.md");
/// What stands around the table.
const MARKS: [&str; 2] = ["<!-- groups -->\n", "<!-- end of groups -->"];

/// Puts what this report says into the page.
///
/// # Panics
///
/// When the page is not there or has no place for the table.
pub(crate) fn write(report: &Report) {
    let page = read();
    let (before, _, after) = parts(&page);
    let page = [before, MARKS[0], &table(report), MARKS[1], after].concat();
    fs::write(FILE, page).unwrap_or_else(|error| panic!("cannot write {FILE}: {error}"));
}

/// Where the page does not say what the floors say, one line per group.
pub(crate) fn complaints(floors: &BTreeMap<String, usize>) -> Vec<String> {
    let page = read();
    let (_, table, _) = parts(&page);
    let shown: BTreeMap<String, usize> = rows(table).collect();
    let groups: BTreeSet<&String> = shown.keys().chain(floors.keys()).collect();
    let differs = groups
        .into_iter()
        .filter(|group| shown.get(*group) != floors.get(*group));
    differs
        .map(|group| {
            let says =
                |number: Option<&usize>| number.map_or("nothing".to_owned(), usize::to_string);
            format!(
                "docs/engine.md says {} of {group}, the floors say {}: run UPDATE_EXPECT=1 cargo \
                 conformance",
                says(shown.get(group)),
                says(floors.get(group)),
            )
        })
        .collect()
}

fn read() -> String {
    fs::read_to_string(FILE).unwrap_or_else(|error| panic!("cannot read {FILE}: {error}"))
}

/// The page before the table, the table, and the page after it.
fn parts(page: &str) -> (&str, &str, &str) {
    let begin = page.split_once(MARKS[0]);
    let found = begin.and_then(|(before, rest)| Some((before, rest.split_once(MARKS[1])?)));
    let (before, (table, after)) = found.unwrap_or_else(|| panic!("{FILE} has no {MARKS:?}"));
    (before, table, after)
}

fn table(report: &Report) -> String {
    let mut table = "| group | passes | differs | not yet |\n|---|---|---|---|\n".to_owned();
    let mut sum = [0; 3];
    for (group, counts) in report.counts() {
        let [passes, differs, unsupported] = counts;
        let _ = writeln!(
            table,
            "| `{group}` | {passes} | {differs} | {unsupported} |"
        );
        for (sum, count) in sum.iter_mut().zip(counts) {
            *sum += count;
        }
    }
    let [passes, differs, unsupported] = sum;
    let _ = writeln!(table, "| all | {passes} | {differs} | {unsupported} |");
    table
}

/// The groups of a table and how many scenarios pass in each.
fn rows(table: &str) -> impl Iterator<Item = (String, usize)> {
    table.lines().filter_map(|line| {
        let mut cells = line.strip_prefix("| `")?.split('|').map(str::trim);
        let group = cells.next()?.strip_suffix('`')?;
        Some((group.to_owned(), cells.next()?.parse().ok()?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::Verdict;

    #[test]
    fn a_table_says_what_passes_in_each_group() {
        let mut report = Report::default();
        report.add("a/b", "one", Verdict::Passes);
        report.add("a/b", "two", Verdict::Passes);
        report.add("c", "three", Verdict::broken("x"));
        let table = table(&report);
        assert!(table.ends_with("| all | 2 | 1 | 0 |\n"), "{table}");
        let rows: Vec<_> = rows(&table).collect();
        assert_eq!(rows, [("a/b".to_owned(), 2), ("c".to_owned(), 0)]);
    }
}
