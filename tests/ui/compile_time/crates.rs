//! The crates that are compiled: the same functions, written in several ways.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::Result;

/// How the functions of a crate are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// As functions and nothing else: what all others are compared with.
    Plain,
    /// With an implementation of `Activity` by hand.
    ByHand,
    /// With `#[activity]`.
    Attribute,
    /// As methods of one block with `#[activities]`.
    Block,
}

/// All of them.
pub(crate) const KINDS: [Kind; 4] = [Kind::Plain, Kind::ByHand, Kind::Attribute, Kind::Block];

impl Kind {
    /// The kind in words, for a table.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Plain => "functions only",
            Self::ByHand => "`impl Activity` by hand",
            Self::Attribute => "`#[activity]`",
            Self::Block => "in `#[activities]`",
        }
    }

    /// The name of the crate with so many functions.
    pub(crate) fn package(self, size: usize) -> String {
        let kind = match self {
            Self::Plain => "plain",
            Self::ByHand => "hand",
            Self::Attribute => "attribute",
            Self::Block => "block",
        };
        format!("{kind}-{size}")
    }

    fn source(self, size: usize) -> String {
        let mut source = String::from(HEAD);
        if self == Self::Block {
            source.push_str("#[activities]\nimpl Value {\n");
        }
        for index in 0..size {
            let (attribute, receiver) = match self {
                Self::Plain | Self::ByHand => ("", ""),
                Self::Attribute => ("#[activity(heartbeat = \"10s\")]\n", ""),
                Self::Block => ("#[activity(heartbeat = \"10s\")]\n", "&self, "),
            };
            write_function(&mut source, index, attribute, receiver);
            if self == Self::ByHand {
                write_by_hand(&mut source, index);
            }
        }
        match self {
            Self::Plain => {}
            Self::Block => source.push_str(
                "}\n\npub fn entries() -> ActivitySet {\n    ActivitySet::of::<Value>()\n}\n",
            ),
            Self::ByHand | Self::Attribute => write_entries(&mut source, size),
        }
        source
    }
}

/// Writes a workspace with a crate of every kind and size.
pub(crate) fn write_workspace(workspace: &Path, project: &Path, sizes: &[usize]) -> Result<()> {
    let core = project.join("worker-core");
    let mut members = Vec::new();
    for size in sizes {
        for kind in KINDS {
            let package = kind.package(*size);
            let folder = workspace.join(&package);
            fs::create_dir_all(folder.join("src"))?;
            fs::write(folder.join("src/lib.rs"), kind.source(*size))?;
            fs::write(folder.join("Cargo.toml"), manifest(&package, &core))?;
            members.push(format!("{package:?}"));
        }
    }
    let members = members.join(", ");
    fs::write(
        workspace.join("Cargo.toml"),
        format!("[workspace]\nresolver = \"3\"\nmembers = [{members}]\n"),
    )?;
    // The same versions as everywhere, and nothing to download.
    fs::copy(project.join("Cargo.lock"), workspace.join("Cargo.lock"))?;
    Ok(())
}

const HEAD: &str = "\
#![allow(dead_code, unused_imports, non_camel_case_types)]

use serde::{Deserialize, Serialize};
use sfn_worker_core::{
    Activity, ActivityEntry, ActivityOptions, ActivitySet, Call, Failure, Payload, activities,
    activity,
};

#[derive(Deserialize)]
pub struct Order {
    cents: u64,
}

#[derive(Serialize)]
pub struct Receipt {
    cents: u64,
}

pub struct Value;

";

fn manifest(package: &str, core: &Path) -> String {
    let core = core.display().to_string();
    format!(
        "[package]\nname = {package:?}\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
         [dependencies]\n\
         serde = {{ version = \"1\", features = [\"derive\"] }}\n\
         sfn-worker-core = {{ path = {core:?}, default-features = false, features = [\"macros\"] }}\n"
    )
}

fn write_function(source: &mut String, index: usize, attribute: &str, receiver: &str) {
    // Writing to a string cannot fail.
    let _ = write!(
        source,
        "/// Charges.\n{attribute}pub async fn charge_{index}({receiver}order: Order) \
         -> Result<Receipt, Failure> {{\n    Ok(Receipt {{ cents: order.cents + {index} }})\n}}\n\n"
    );
}

fn write_by_hand(source: &mut String, index: usize) {
    let _ = write!(
        source,
        "pub struct charge_{index} {{}}\n\n\
         impl Activity for charge_{index} {{\n    \
         const NAME: &'static str = \"charge_{index}\";\n    \
         const OPTIONS: ActivityOptions = ActivityOptions::new()\
         .with_heartbeat(std::time::Duration::from_secs(10));\n    \
         async fn run(call: Call) -> Result<Payload, Failure> {{\n        \
         let order = call.input()?;\n        \
         Call::output(charge_{index}(order).await)\n    }}\n}}\n\n"
    );
}

fn write_entries(source: &mut String, size: usize) {
    source
        .push_str("pub fn entries() -> ActivitySet {\n    let mut set = ActivitySet::default();\n");
    for index in 0..size {
        let _ = writeln!(source, "    set.add::<charge_{index}>();");
    }
    source.push_str("    set\n}\n");
}
