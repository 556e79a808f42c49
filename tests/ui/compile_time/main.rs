//! What an activity costs the compiler: time and size, the figures of `docs/compile-time.md`.
//!
//! `cargo run -p sfn-worker-ui-tests --example compile_time` writes crates of 1, 50 and 500
//! functions below the target folder, checks and builds each, and prints what one more activity
//! adds to one more function. Processor time is what counts: others may use the machine.

mod crates;
mod measure;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::crates::{KINDS, Kind, write_workspace};
use crate::measure::{Command, expansion, seconds};

const SIZES: [usize; 3] = [1, 50, 500];

fn main() -> Result<()> {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .context("the project is two folders above")?;
    let workspace = target(project).join("compile-time");
    write_workspace(&workspace, project, &SIZES)?;
    println!("| activities | written | check, ms each | build, ms each |");
    println!("|---|---|---|---|");
    for size in SIZES {
        let plain = Cost::of(&workspace, Kind::Plain, size)?;
        for kind in KINDS {
            if kind != Kind::Plain {
                let [check, build] = Cost::of(&workspace, kind, size)?.above(&plain);
                println!("| {size} | {} | {check:.1} | {build:.1} |", kind.words());
            }
        }
    }
    println!();
    println!("| written | lines expanded, each | tokens expanded, each |");
    println!("|---|---|---|");
    let most = SIZES[SIZES.len() - 1];
    let plain = expansion(&workspace, &Kind::Plain.package(most))?;
    for kind in KINDS {
        if kind != Kind::Plain {
            let expanded = expansion(&workspace, &kind.package(most))?;
            let lines = (expanded.lines - plain.lines) / most;
            let tokens = (expanded.tokens - plain.tokens) / most;
            println!("| {} | {lines} | {tokens} |", kind.words());
        }
    }
    Ok(())
}

/// Where cargo puts what it builds.
fn target(project: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| project.join("target"), PathBuf::from)
}

/// What a crate costs, in seconds of the processor.
#[derive(Debug, Clone, Copy)]
struct Cost {
    size: usize,
    check: f64,
    build: f64,
}

impl Cost {
    fn of(workspace: &Path, kind: Kind, size: usize) -> Result<Self> {
        let package = kind.package(size);
        Ok(Self {
            size,
            check: seconds(workspace, &package, Command::Check)?,
            build: seconds(workspace, &package, Command::Build)?,
        })
    }

    /// How many milliseconds more than the other, for each activity.
    fn above(self, other: &Self) -> [f64; 2] {
        let size = u32::try_from(self.size).map_or(f64::INFINITY, f64::from);
        [
            (self.check - other.check) * 1_000.0 / size,
            (self.build - other.build) * 1_000.0 / size,
        ]
    }
}
