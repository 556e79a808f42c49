//! The states of a definition at any depth, each with what is around it.

use serde_json::{Map, Value};

use super::code::Code;
use super::draft::QueryLanguage;
use super::finding::Finding;
use super::place::Place;

/// The states of a definition, a state before those in it.
#[derive(Debug, Default)]
pub(super) struct Machine<'a> {
    pub(super) states: Vec<State<'a>>,
}

/// One state.
#[derive(Debug)]
pub(super) struct State<'a> {
    pub(super) kind: &'a str,
    pub(super) fields: &'a Map<String, Value>,
    pub(super) place: Place,
    pub(super) language: QueryLanguage,
    /// The `Parallel` or `Map` that it is in, by its number.
    pub(super) parent: Option<usize>,
    pub(super) surroundings: Surroundings,
}

/// What holds for all states of one graph.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Surroundings {
    /// Whether `$$.Map` is there.
    pub(super) in_map: bool,
    /// In how many distributed Maps: the errors of a child execution do not get out of its own.
    pub(super) children: usize,
    /// Whether the child executions are express workflows.
    pub(super) is_express: bool,
}

/// A `Parallel` or a `Map`, or nothing of the kind, and its graphs.
type Graph<'a> = (&'a Value, Place, Surroundings);

impl<'a> Machine<'a> {
    /// Reads the states of a definition; what cannot be read is a finding.
    pub(super) fn read(definition: &'a Value, findings: &mut Vec<Finding>) -> Self {
        let mut machine = Self::default();
        let root = (definition, Place::default(), Surroundings::default());
        machine.read_graph(&root, QueryLanguage::Jsonpath, None, findings);
        machine
    }

    fn read_graph(
        &mut self,
        (graph, place, surroundings): &Graph<'a>,
        language: QueryLanguage,
        parent: Option<usize>,
        findings: &mut Vec<Finding>,
    ) {
        let Some(Value::Object(states)) = graph.get("States") else {
            let message = "there is no object `States` here: a definition has the form \
                           {\"StartAt\": \"NAME\", \"States\": {\"NAME\": {…}}}";
            findings.push(Finding::new(Code::Unreadable, place, message));
            return;
        };
        let language = QueryLanguage::of(graph).unwrap_or(language);
        for (name, state) in states {
            let place = place.at("States").at(name);
            let Value::Object(fields) = state else {
                let message = "a state is an object with a `Type`";
                findings.push(Finding::new(Code::Unreadable, &place, message));
                continue;
            };
            let number = self.states.len();
            let language = QueryLanguage::of(state).unwrap_or(language);
            self.states.push(State {
                kind: fields.get("Type").and_then(Value::as_str).unwrap_or(""),
                fields,
                place,
                language,
                parent,
                surroundings: *surroundings,
            });
            for graph in self.states[number].graphs() {
                self.read_graph(&graph, language, Some(number), findings);
            }
        }
    }

    /// The states around a state that its errors get to by their names, from the inside out.
    pub(super) fn reached_by_errors_of(&self, number: usize) -> impl Iterator<Item = &State<'a>> {
        let children = self.states[number].surroundings.children;
        self.around(number)
            .map(|outer| &self.states[outer])
            .take_while(move |outer| outer.surroundings.children == children)
    }

    /// The states around a state, from the inside out.
    pub(super) fn around(&self, number: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(self.states[number].parent, |&number| {
            self.states[number].parent
        })
    }

    /// The states in a state, at any depth.
    pub(super) fn within(&self, number: usize) -> impl Iterator<Item = usize> {
        (number + 1..self.states.len())
            .take_while(move |&inner| self.around(inner).any(|outer| outer == number))
    }
}

impl<'a> State<'a> {
    /// The graphs in the state.
    fn graphs(&self) -> Vec<Graph<'a>> {
        match self.kind {
            "Parallel" => {
                let branches = self.fields.get("Branches").and_then(Value::as_array);
                let place = self.place.at("Branches");
                let branches = branches.into_iter().flatten().enumerate();
                branches
                    .map(|(index, branch)| (branch, place.at(index), self.surroundings))
                    .collect()
            }
            "Map" => ["ItemProcessor", "Iterator"]
                .iter()
                .filter_map(|name| Some((self.fields.get(*name)?, self.place.at(name))))
                .map(|(processor, place)| (processor, place, self.of_items(processor)))
                .collect(),
            _ => Vec::new(),
        }
    }

    /// What holds for the states of a Map's processor.
    fn of_items(&self, processor: &Value) -> Surroundings {
        let config = processor.get("ProcessorConfig");
        let says = |key: &str, value: &str| {
            config
                .and_then(|config| config.get(key))
                .is_some_and(|given| given == value)
        };
        let is_child = says("Mode", "DISTRIBUTED");
        Surroundings {
            in_map: true,
            children: self.surroundings.children + usize::from(is_child),
            is_express: if is_child {
                says("ExecutionType", "EXPRESS")
            } else {
                self.surroundings.is_express
            },
        }
    }

    /// A field that counts seconds.
    pub(super) fn seconds(&self, name: &str) -> Seconds<'a> {
        let path = format!("{name}Path");
        match (self.fields.get(name), self.fields.get(&path)) {
            (Some(value), _) => value
                .as_u64()
                .map_or(Seconds::Computed(value), Seconds::Known),
            (None, Some(path)) => Seconds::Computed(path),
            (None, None) => Seconds::Missing,
        }
    }

    /// The parameters, whatever the language calls them.
    pub(super) fn parameters(&self) -> Option<(&'a Value, Place)> {
        let name = self.parameters_field();
        Some((self.fields.get(name)?, self.place.at(name)))
    }

    /// What the parameters are called in the state's language.
    pub(super) fn parameters_field(&self) -> &'static str {
        match self.language {
            QueryLanguage::Jsonpath => "Parameters",
            QueryLanguage::Jsonata => "Arguments",
        }
    }
}

/// A field that counts seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Seconds<'a> {
    Missing,
    Known(u64),
    /// Known in an execution only.
    Computed(&'a Value),
}
