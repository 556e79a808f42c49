//! What a file imports, and which outside crates it names.

use crate::complaint::Complaint;
use crate::source::{Source, Tree, names};

/// An outside crate that is wrapped in one place, so that it can be replaced there.
struct Wrapped {
    /// The crate as code names it.
    name: &'static str,
    /// The folder in which the rule holds.
    within: &'static str,
    /// The files that may name it; a folder ends with a slash.
    only: &'static [&'static str],
}

const WRAPPED: [Wrapped; 10] = [
    Wrapped {
        name: "aws_sdk_s3",
        within: "worker-core/src/",
        only: &["worker-core/src/claim_check/s3.rs"],
    },
    Wrapped {
        name: "aws_sdk_sfn",
        within: "worker-core/src/",
        only: &[
            "worker-core/src/service/aws.rs",
            "worker-core/src/service/aws/",
        ],
    },
    Wrapped {
        name: "aws_config",
        within: "worker-core/src/",
        only: &[
            "worker-core/src/service/aws.rs",
            "worker-core/src/service/aws/",
            "worker-core/src/claim_check/s3.rs",
        ],
    },
    Wrapped {
        name: "backoff",
        within: "worker-core/src/",
        only: &["worker-core/src/worker/backoff.rs"],
    },
    Wrapped {
        name: "signal_hook",
        within: "worker-core/src/",
        only: &["worker-core/src/signals.rs"],
    },
    Wrapped {
        name: "signal_hook_tokio",
        within: "worker-core/src/",
        only: &["worker-core/src/signals.rs"],
    },
    Wrapped {
        name: "tokio",
        within: "local-engine/src/asl",
        only: &[],
    },
    Wrapped {
        name: "tokio",
        within: "local-engine/src/history",
        only: &[],
    },
    Wrapped {
        name: "tokio",
        within: "local-engine/src/machine",
        only: &[],
    },
    Wrapped {
        name: "tokio",
        within: "local-engine/src/query",
        only: &[],
    },
];

/// Places that name an outside crate which is wrapped elsewhere.
pub(crate) fn stray_crates(tree: &Tree) -> Vec<Complaint> {
    WRAPPED
        .iter()
        .flat_map(|wrapped| tree.production().flat_map(|file| strays(wrapped, file)))
        .collect()
}

/// The paths that the file imports from its own crate, as `a::b::Item` from the crate's root,
/// with the line of their statement.
pub(crate) fn own_imports(file: &Source, module: &str) -> Vec<(usize, String)> {
    let mut statements: Vec<(usize, String)> = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (number, line) in file.code() {
        let line = line.trim();
        if let Some((_, statement)) = &mut open {
            statement.push_str(line);
        } else if let Some(path) = imported(line) {
            open = Some((number, path.to_owned()));
        }
        if line.ends_with(';') {
            statements.extend(open.take());
        }
    }
    statements
        .iter()
        .flat_map(|(number, statement)| {
            let paths = expand(statement.trim_end_matches(';'));
            paths.into_iter().map(|path| (*number, path))
        })
        .filter_map(|(number, path)| Some((number, from_root(&path, module)?)))
        .collect()
}

/// Every way in which the file may name the crate: as a path or in an import.
fn strays(wrapped: &Wrapped, file: &Source) -> Vec<Complaint> {
    let allowed = wrapped
        .only
        .iter()
        .any(|place| file.path == *place || (place.ends_with('/') && file.path.starts_with(place)));
    if allowed || !file.path.starts_with(wrapped.within) {
        return Vec::new();
    }
    let home = match wrapped.only.first() {
        Some(home) => format!("use what {home} offers"),
        None => "nothing here may know a runtime".to_owned(),
    };
    file.code()
        .filter(|(_, line)| names_crate(line, wrapped.name))
        .map(|(number, _)| {
            Complaint::new(
                &file.path,
                number,
                format!("names {}: {home}", wrapped.name),
            )
        })
        .collect()
}

/// A module of ours may bear the crate's name: only a path that begins with it is the crate.
fn names_crate(line: &str, name: &str) -> bool {
    let path = format!("{name}::");
    let begins = line.match_indices(&path).any(|(start, _)| {
        let before = &line[..start];
        !before.ends_with("::")
            && !before.ends_with(|character: char| character.is_alphanumeric() || character == '_')
    });
    begins
        || (names(line, name) && imported(line.trim()).is_some_and(|path| path.starts_with(name)))
}

/// The path of an import statement that begins on this line.
fn imported(line: &str) -> Option<&str> {
    let after_visibility = line.strip_prefix("pub").map_or(line, |rest| {
        let rest = rest.trim_start();
        rest.strip_prefix('(')
            .and_then(|rest| rest.split_once(')'))
            .map_or(rest, |(_, rest)| rest)
    });
    after_visibility.trim_start().strip_prefix("use ")
}

/// Takes the braces of an import apart: `a::{b, c::{d}}` is `a::b` and `a::c::d`.
fn expand(path: &str) -> Vec<String> {
    let Some((prefix, group)) = path.split_once('{') else {
        let path = path.split(" as ").next().unwrap_or(path);
        return vec![path.trim().to_owned()];
    };
    let group = group.trim_end().strip_suffix('}').unwrap_or(group);
    let mut depth = 0_usize;
    let items = group.split(|character| {
        match character {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        character == ',' && depth == 0
    });
    items
        .filter(|item| !item.trim().is_empty())
        .flat_map(|item| expand(item.trim()))
        .map(|item| format!("{}{item}", prefix.trim()))
        .collect()
}

/// The path from the crate's root; nothing for a path into another crate.
fn from_root(path: &str, module: &str) -> Option<String> {
    if let Some(rest) = path.strip_prefix("crate::") {
        return Some(rest.to_owned());
    }
    if let Some(rest) = path.strip_prefix("self::") {
        return Some(join(module, rest));
    }
    let mut rest = path.strip_prefix("super::")?;
    let mut parent = parent_of(module);
    while let Some(further) = rest.strip_prefix("super::") {
        rest = further;
        parent = parent_of(parent);
    }
    Some(join(parent, rest))
}

fn parent_of(module: &str) -> &str {
    module.rsplit_once("::").map_or("", |(parent, _)| parent)
}

fn join(module: &str, rest: &str) -> String {
    if module.is_empty() {
        rest.to_owned()
    } else {
        format!("{module}::{rest}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_are_taken_apart_and_counted_from_the_root() {
        let text = "use std::fmt;\nuse super::{\n    slots::Slots,\n    task::{Task as T},\n};\n\
                    pub(crate) use crate::name::X;\nuse super::super::token::Y;\n";
        let tree = Tree::of(&[("worker-core/src/worker/run.rs", text)]);
        let file = tree.files().next().expect("a file");
        assert_eq!(
            own_imports(file, "worker::run"),
            [
                (2, "worker::slots::Slots".to_owned()),
                (2, "worker::task::Task".to_owned()),
                (6, "name::X".to_owned()),
                (7, "token::Y".to_owned()),
            ]
        );
    }

    #[test]
    fn a_stray_crate_is_found_and_a_module_of_its_name_is_not() {
        let tree = Tree::of(&[
            (
                "worker-core/src/worker/backoff.rs",
                "use backoff::ExponentialBackoff;\n",
            ),
            (
                "worker-core/src/worker/poller.rs",
                "use super::backoff::Backoff;\nmod backoff;\n",
            ),
            (
                "worker-core/src/worker/report.rs",
                "use backoff::backoff::Backoff;\n",
            ),
            (
                "local-engine/src/machine/map.rs",
                "    tokio::time::sleep();\n// tokio::spawn\n",
            ),
        ]);
        let found: Vec<String> = stray_crates(&tree)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].starts_with("worker-core/src/worker/report.rs:1: names backoff"));
        assert!(found[1].starts_with("local-engine/src/machine/map.rs:1: names tokio"));
    }
}
