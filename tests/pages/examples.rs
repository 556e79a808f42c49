//! The graded examples: short, with a definition, in the list, checked and run.

use crate::{read, root};

/// No graded examples: the one that is pointed at a service, and the pipeline.
const OTHERS: [&str; 2] = ["echo", "ingest"];
/// The most lines of a `main.rs`, its tests included.
const CEILING: usize = 99;

/// What is missing, and where.
pub(crate) fn complaints() -> Vec<String> {
    let list = read("examples/README.md");
    let own = read("examples/tests/own.rs");
    let programs =
        ["main", "graded"].map(|file| read(&format!("examples/tests/programs/{file}.rs")));
    let mut complaints = Vec::new();
    for name in names() {
        let main = format!("examples/{name}/main.rs");
        let definition = format!("examples/{name}/state-machine.asl.json");
        let mut expect = |holds: bool, what: &str| {
            if !holds {
                complaints.push(format!("{main}: {what}"));
            }
        };
        let lines = read(&main).lines().count();
        expect(
            lines <= CEILING,
            &format!("{lines} lines, at most {CEILING}"),
        );
        expect(
            root().join(&definition).exists(),
            "no state-machine.asl.json beside it",
        );
        expect(
            list.contains(&format!("]({name}/")),
            "not in examples/README.md",
        );
        let tested = root().join(format!("examples/{name}/tests.rs")).exists();
        let listed = own.contains(&format!("\"../{name}/main.rs\""));
        expect(
            tested || listed,
            "its tests are not run: list it in examples/tests/own.rs",
        );
        let run = [
            format!("run(\"{name}\""),
            format!("assert_prints(\"{name}\""),
        ];
        let runs = |call: &String| programs.iter().any(|program| program.contains(call));
        expect(run.iter().any(runs), "not run in examples/tests/programs");
    }
    complaints
}

fn names() -> Vec<String> {
    let folders = std::fs::read_dir(root().join("examples")).unwrap();
    let mut names: Vec<String> = folders
        .map(|entry| entry.unwrap().path())
        .filter(|folder| folder.join("main.rs").exists())
        .filter_map(|folder| Some(folder.file_name()?.to_str()?.to_owned()))
        .filter(|name| !OTHERS.contains(&name.as_str()))
        .collect();
    names.sort();
    names
}
