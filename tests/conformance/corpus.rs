//! Finds and reads the corpus of recorded answers, which lies outside the repository.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::scenario::Scenario;

/// The variable that names the folder of the corpus.
pub(crate) const FOLDER_VARIABLE: &str = "SFN_CONFORMANCE_CORPUS";
const DEFAULT_FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/conformance");

/// The corpus of recorded answers.
#[derive(Debug)]
pub(crate) struct Corpus {
    folder: PathBuf,
    index: Vec<Listed>,
}

/// One file of the corpus, read, or why it could not be.
#[derive(Debug)]
pub(crate) struct Entry<T> {
    pub(crate) group: String,
    pub(crate) id: String,
    pub(crate) content: Result<T, String>,
}

/// A definition and what its judge said of it.
#[derive(Debug, Deserialize)]
pub(crate) struct JudgedDefinition {
    id: String,
    judge: String,
    #[serde(rename = "type")]
    pub(crate) kind: Option<String>,
    definition: Value,
    definition_text: Option<String>,
    pub(crate) expected: Expected,
}

/// What the judge said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Expected {
    Valid,
    Invalid,
}

#[derive(Debug, Deserialize)]
struct Listed {
    id: String,
    kind: String,
    group: String,
    file: String,
}

impl Corpus {
    /// Where the corpus is looked for.
    pub(crate) fn folder() -> PathBuf {
        env::var_os(FOLDER_VARIABLE).map_or_else(|| DEFAULT_FOLDER.into(), PathBuf::from)
    }

    /// The corpus, if it is there.
    ///
    /// # Panics
    ///
    /// When it is there and its index cannot be read.
    pub(crate) fn find() -> Option<Self> {
        let folder = Self::folder();
        let index = folder.join("INDEX.json");
        index.is_file().then(|| Self {
            index: read(&index).unwrap_or_else(|problem| panic!("{problem}")),
            folder,
        })
    }

    /// The scenarios whose id contains the text, in the order of the index.
    pub(crate) fn scenarios<'a>(
        &'a self,
        only: Option<&'a str>,
    ) -> impl Iterator<Item = Entry<Scenario>> + 'a {
        self.index
            .iter()
            .filter(move |listed| only.is_none_or(|only| listed.id.contains(only)))
            .map(|listed| Entry {
                group: format!("{}/{}", listed.kind, listed.group),
                id: listed.id.clone(),
                content: read(&self.folder.join(&listed.file)),
            })
    }

    /// The definitions with a verdict whose id contains the text, in the order of their names.
    pub(crate) fn definitions(
        &self,
        only: Option<&str>,
    ) -> impl Iterator<Item = Entry<JudgedDefinition>> {
        let folders =
            ["valid", "invalid"].map(|verdict| self.folder.join("validation").join(verdict));
        let mut files: Vec<PathBuf> = folders
            .iter()
            .filter_map(|folder| fs::read_dir(folder).ok())
            .flatten()
            .filter_map(|file| Some(file.ok()?.path()))
            .collect();
        files.sort();
        files
            .into_iter()
            .map(|file| Entry::of_definition(&file))
            .filter(move |entry| only.is_none_or(|only| entry.id.contains(only)))
    }
}

impl Entry<JudgedDefinition> {
    fn of_definition(file: &Path) -> Self {
        match read::<JudgedDefinition>(file) {
            Ok(judged) => Self {
                group: format!("validation/{:?}/{}", judged.expected, judged.judge).to_lowercase(),
                id: judged.id.clone(),
                content: Ok(judged),
            },
            Err(problem) => Self {
                group: "validation/unreadable".to_owned(),
                id: file.display().to_string(),
                content: Err(problem),
            },
        }
    }
}

impl JudgedDefinition {
    /// The definition as text; where duplicate keys matter it was kept as text.
    pub(crate) fn text(&self) -> String {
        let kept = self.definition_text.clone();
        kept.unwrap_or_else(|| self.definition.to_string())
    }
}

fn read<T: DeserializeOwned>(file: &Path) -> Result<T, String> {
    let name = file.display();
    let text = fs::read_to_string(file).map_err(|error| format!("cannot read {name}: {error}"))?;
    serde_json::from_str(&text).map_err(|error| format!("cannot understand {name}: {error}"))
}
