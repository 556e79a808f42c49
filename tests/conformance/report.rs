//! The table of groups, and what differs in each.

use std::collections::BTreeMap;
use std::fmt;

use crate::verdict::Verdict;

/// How many differences of one scenario are shown.
const SHOWN: usize = 4;

/// The verdicts so far, by group.
#[derive(Debug, Default)]
pub(crate) struct Report {
    groups: BTreeMap<String, Group>,
}

#[derive(Debug, Default)]
struct Group {
    passes: usize,
    unsupported: BTreeMap<String, String>,
    differs: BTreeMap<String, Vec<String>>,
}

impl Report {
    /// Notes the verdict of one scenario.
    pub(crate) fn add(&mut self, group: &str, id: &str, verdict: Verdict) {
        let group = self.groups.entry(group.to_owned()).or_default();
        match verdict {
            Verdict::Passes => group.passes += 1,
            Verdict::Unsupported(reason) => {
                group.unsupported.insert(id.to_owned(), reason);
            }
            Verdict::Differs(differences) => {
                group.differs.insert(id.to_owned(), differences);
            }
        }
    }

    /// How many scenarios pass in each group.
    pub(crate) fn passes(&self) -> BTreeMap<String, usize> {
        let passes = self.groups.iter();
        passes
            .map(|(name, group)| (name.clone(), group.passes))
            .collect()
    }

    /// How many scenarios of each group pass, differ, and need what is not supported yet.
    pub(crate) fn counts(&self) -> impl Iterator<Item = (&str, [usize; 3])> {
        self.groups.iter().map(|(name, group)| {
            let counts = [group.passes, group.differs.len(), group.unsupported.len()];
            (name.as_str(), counts)
        })
    }

    /// What differs in groups in which nothing may, one line per scenario.
    pub(crate) fn inexact(&self, exact: &[&str]) -> Vec<String> {
        let groups = self
            .groups
            .iter()
            .filter(|(name, _)| exact.contains(&name.as_str()));
        groups
            .flat_map(|(name, group)| {
                group.differs.iter().map(move |(id, differences)| {
                    let shown = &differences[..differences.len().min(SHOWN)];
                    format!(
                        "{name} must not differ, but {id} does: {}",
                        shown.join("; ")
                    )
                })
            })
            .collect()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, group) in &self.groups {
            for (id, reason) in &group.unsupported {
                writeln!(f, "{name} {id} needs what is not supported yet: {reason}")?;
            }
            for (id, differences) in &group.differs {
                writeln!(f, "{name} {id} differs in {} places:", differences.len())?;
                for difference in differences.iter().take(SHOWN) {
                    writeln!(f, "    {difference}")?;
                }
            }
        }
        writeln!(
            f,
            "{:38} {:>6} {:>8} {:>14}",
            "group", "passes", "differs", "not yet"
        )?;
        let mut sum = [0; 3];
        for (name, counts) in self.counts() {
            row(f, name, counts)?;
            for (sum, count) in sum.iter_mut().zip(counts) {
                *sum += count;
            }
        }
        row(f, "all", sum)
    }
}

fn row(f: &mut fmt::Formatter<'_>, name: &str, counts: [usize; 3]) -> fmt::Result {
    let [passes, differs, unsupported] = counts;
    writeln!(f, "{name:38} {passes:>6} {differs:>8} {unsupported:>14}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exact_group_complains_of_differences_and_not_of_what_is_missing() {
        let mut report = Report::default();
        report.add("a", "one", Verdict::Unsupported("Map".to_owned()));
        report.add("a", "two", Verdict::broken("x: recorded 1, answered 2"));
        report.add("b", "three", Verdict::broken("y"));
        assert_eq!(
            report.inexact(&["a"]),
            ["a must not differ, but two does: x: recorded 1, answered 2"]
        );
        assert_eq!(report.passes()["a"], 0);
    }
}
