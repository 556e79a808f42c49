//! The guide of the worker: what its doc tests do not run is held to the examples.

use std::path::Path;

use serde_json::Value;

use crate::{read, root};

const CHAPTERS: &str = "worker-core/src/guide";
/// Programs and definitions that the guide shows pieces of.
const EXAMPLES: &str = "examples";

/// A block of a chapter between its fences.
struct Block {
    /// The chapter and the line, from one.
    place: String,
    language: String,
    text: String,
}

/// Blocks that are in no example, or are no JSON.
pub(crate) fn complaints() -> Vec<String> {
    let mut programs = String::new();
    for path in files(&root().join(EXAMPLES), "rs") {
        programs.push_str(&without_space(&read(&path)));
    }
    let complaint = |block: Block| match block.language.as_str() {
        "text" if !programs.contains(&without_space(&block.text)) => {
            Some(format!("{}: no example has this code", block.place))
        }
        "json" => json(&block.text)
            .err()
            .map(|error| format!("{}: {error}", block.place)),
        _ => None,
    };
    blocks().into_iter().filter_map(complaint).collect()
}

fn blocks() -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for path in files(&root().join(CHAPTERS), "md") {
        let mut open = None;
        for (index, line) in read(&path).lines().enumerate() {
            match (line.strip_prefix("```"), &mut open) {
                (Some(language), None) => {
                    open = Some(Block {
                        place: format!("{path}:{}", index + 1),
                        language: language.to_owned(),
                        text: String::new(),
                    });
                }
                (Some(_), _) => blocks.extend(open.take()),
                (None, Some(block)) => block.text.extend([line, "\n"]),
                (None, None) => {}
            }
        }
    }
    blocks
}

/// A value, or members of an object.
fn json(text: &str) -> serde_json::Result<Value> {
    if text.starts_with('"') {
        return serde_json::from_str(&format!("{{{text}}}"));
    }
    serde_json::from_str(text)
}

/// Files below a folder that end in this way, as paths in the tree.
fn files(folder: &Path, extension: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|end| end == extension) {
            let path = path.strip_prefix(root()).unwrap();
            found.push(path.to_str().unwrap().to_owned());
        }
    }
    found.sort();
    found
}

fn without_space(text: &str) -> String {
    text.chars().filter(|sign| !sign.is_whitespace()).collect()
}
