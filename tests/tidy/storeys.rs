//! The storeys of a crate: imports go down only.

use crate::complaint::Complaint;
use crate::imports::own_imports;
use crate::source::Tree;

/// A crate and its storeys from the ground up.
#[derive(Debug)]
pub(crate) struct House {
    /// The folder of its sources.
    folder: &'static str,
    storeys: &'static [Storey],
    /// Modules that only re-export and compose; they may import anything.
    roof: &'static [&'static str],
    /// Modules that nobody but the roof may import.
    rim: &'static [&'static str],
}

/// Modules on one level; `asl::*` stands for `asl` and everything below it.
#[derive(Debug)]
struct Storey {
    modules: &'static [&'static str],
    /// Whether they may import each other.
    level: Level,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    /// They may import each other.
    Open,
    /// They may import only what is below.
    Closed,
}
use Level::{Closed, Open};

#[rustfmt::skip]
pub(crate) const WORKER: House = House {
    folder: "worker-core/src/",
    storeys: &[
        // Words.
        Storey { level: Open, modules: &["caught", "decode::*", "description", "envelope::*", "failure::*", "name", "outcome", "payload", "rate", "telemetry", "token"] },
        // Contracts, and the ports' far side.
        Storey { level: Open, modules: &["activities::*", "activity", "blocking", "completion", "context", "contract::*", "departure", "discovery", "extract::*", "service", "state", "straggler"] },
        Storey { level: Closed, modules: &["claim_check::*", "outbox::*", "platform::window::*", "service::aws::*", "worker::ending"] },
        Storey { level: Open, modules: &["testing::fault", "testing::faults", "testing::faulty", "testing::gate", "testing::ledger::*", "testing::operation", "testing::rates", "testing::script", "testing::service", "testing::task"] },
        // What is compared with a contract; knows no worker.
        Storey { level: Closed, modules: &["definition::*"] },
        // Machinery: every row may import the rows above it in this list.
        Storey { level: Closed, modules: &["worker::backoff", "worker::erased", "worker::error", "worker::guard", "worker::limit", "worker::outage", "worker::pace", "worker::slots", "worker::summary"] },
        Storey { level: Closed, modules: &["worker::gauge", "worker::heartbeat::*", "worker::registry", "worker::resolve", "worker::shutdown", "worker::task"] },
        Storey { level: Closed, modules: &["worker::config", "worker::settings"] },
        Storey { level: Closed, modules: &["worker::report"] },
        Storey { level: Closed, modules: &["worker::resume"] },
        Storey { level: Closed, modules: &["worker::run"] },
        Storey { level: Closed, modules: &["worker::dispatch"] },
        Storey { level: Closed, modules: &["worker::poller"] },
        // Face.
        Storey { level: Open, modules: &["worker", "worker::builder", "worker::check", "worker::contract"] },
        Storey { level: Closed, modules: &["platform::*"] },
        Storey { level: Closed, modules: &["signals"] },
        Storey { level: Closed, modules: &["testing::kit::*"] },
    ],
    roof: &["", "guide", "private", "private::argument", "private::probe", "private::returned", "testing"],
    rim: &["claim_check::*", "service::aws::*", "testing::kit::*", "signals"],
};

#[rustfmt::skip]
pub(crate) const ENGINE: House = House {
    folder: "local-engine/src/",
    storeys: &[
        // The language and the sans-I/O machine.
        Storey { level: Closed, modules: &["query::*"] },
        Storey { level: Closed, modules: &["asl::*", "history::*"] },
        Storey { level: Closed, modules: &["machine::*"] },
        // What the shell keeps.
        Storey { level: Closed, modules: &["arn::*", "objects::*", "resource::*", "seal::*"] },
        Storey { level: Closed, modules: &["activities::*"] },
        Storey { level: Closed, modules: &["store::*"] },
        // Who answers calls.
        Storey { level: Closed, modules: &["providers::*"] },
        // The shell, and what stands around it.
        Storey { level: Closed, modules: &["engine::*"] },
        Storey { level: Closed, modules: &["api::*"] },
        Storey { level: Closed, modules: &["console::*"] },
    ],
    roof: &[""],
    rim: &["console::*"],
};

/// Imports that go up, sideways where that is not allowed, or from a module without a storey.
pub(crate) fn upward_imports(tree: &Tree, house: &House) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for file in tree.production() {
        let Some(module) = house.module(&file.path) else {
            continue;
        };
        if house.roof.contains(&module.as_str()) {
            continue;
        }
        let Some((room, storey)) = house.place(&module) else {
            let text = format!("{module} has no storey: give it one in tests/tidy/storeys.rs");
            complaints.push(Complaint::new(&file.path, 1, text));
            continue;
        };
        for (line, import) in own_imports(file, &module) {
            let Some((target, below)) = house.place_of_item(&import) else {
                let text = format!("imports {import} from the root: name the module it lives in");
                complaints.push(Complaint::new(&file.path, line, text));
                continue;
            };
            let same_storey = storey == below && house.storeys[storey].level == Open;
            let allowed =
                target == room || (!house.rim.contains(&target) && (below < storey || same_storey));
            if !allowed {
                let text = format!("{room} may not import {target}: see tests/tidy/storeys.rs");
                complaints.push(Complaint::new(&file.path, line, text));
            }
        }
    }
    complaints
}

impl House {
    /// The module that a file holds, as `worker::run`; the root is empty.
    fn module(&self, path: &str) -> Option<String> {
        let module = path.strip_prefix(self.folder)?.strip_suffix(".rs")?;
        Some(if module == "lib" {
            String::new()
        } else {
            module.replace('/', "::")
        })
    }

    /// The entry of the table for a module, and its storey.
    fn place(&self, module: &str) -> Option<(&'static str, usize)> {
        self.storeys
            .iter()
            .enumerate()
            .find_map(|(number, storey)| {
                let room = storey
                    .modules
                    .iter()
                    .find(|room| match room.strip_suffix("::*") {
                        Some(top) => module
                            .strip_prefix(top)
                            .is_some_and(|rest| rest.is_empty() || rest.starts_with("::")),
                        None => **room == module,
                    });
                room.map(|room| (*room, number))
            })
    }

    /// The place of the module that an imported item lives in.
    fn place_of_item(&self, import: &str) -> Option<(&'static str, usize)> {
        let mut path = import;
        loop {
            if let Some(place) = self.place(path) {
                return Some(place);
            }
            path = path.rsplit_once("::")?.0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaints(path: &str, text: &str, house: &House) -> Vec<String> {
        let tree = Tree::of(&[(path, text)]);
        let complaints = upward_imports(&tree, house);
        complaints.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn an_import_from_below_or_beside_is_fine() {
        let text = "use super::task::Task;\nuse crate::name::ActivityName;\n";
        assert!(complaints("worker-core/src/worker/run.rs", text, &WORKER).is_empty());
        let text = "use crate::name::ActivityName;\n";
        assert!(complaints("worker-core/src/token.rs", text, &WORKER).is_empty());
    }

    #[test]
    fn an_import_from_above_is_found() {
        let found = complaints(
            "worker-core/src/name.rs",
            "use crate::worker::Worker;\n",
            &WORKER,
        );
        assert_eq!(
            found,
            ["worker-core/src/name.rs:1: name may not import worker: see tests/tidy/storeys.rs"]
        );
        let found = complaints(
            "local-engine/src/machine/map.rs",
            "use crate::engine::E;\n",
            &ENGINE,
        );
        assert_eq!(found.len(), 1);
    }

    #[test]
    fn nobody_imports_the_rim_or_the_root() {
        let path = "worker-core/src/worker/run.rs";
        assert_eq!(
            complaints(path, "use crate::service::aws::Sfn;\n", &WORKER).len(),
            1
        );
        assert_eq!(complaints(path, "use crate::Payload;\n", &WORKER).len(), 1);
    }

    #[test]
    fn a_module_without_a_storey_is_found() {
        let found = complaints("worker-core/src/worker/novelty.rs", "", &WORKER);
        assert!(
            found[0].contains("worker::novelty has no storey"),
            "{found:?}"
        );
    }
}
