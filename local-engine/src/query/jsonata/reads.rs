//! What an expression reads: parts of `$states`, variables, functions, and the top-level context
//! that an expression of a state machine does not have.

use std::collections::{BTreeMap, BTreeSet};

use jsonata_core::ast::{AstNode, BinaryOp, PathStep, Stage};
use jsonata_core::value::with_stack;

use super::functions;
use super::wanted::Wanted;

/// What an expression reads.
#[derive(Debug, Default)]
pub(super) struct Reads {
    /// The parts of `$states`.
    pub(super) states: Wanted,
    /// Whether one of its members is named that not every field has.
    pub(super) names_result: bool,
    pub(super) names_error_output: bool,
    /// The parts of the free variables, `states` not among them.
    pub(super) variables: BTreeMap<String, Wanted>,
    /// The functions that are called or named.
    pub(super) functions: BTreeSet<String>,
    /// Names that are looked up in the top-level context, in order, each once.
    pub(super) top_level: Vec<String>,
    /// Whether `$$` is there.
    pub(super) root: bool,
    /// The operators that compare by order.
    comparisons: BTreeSet<&'static str>,
}

/// What an expression has only one of: if an evaluation fails without saying where, it was there.
#[derive(Debug, Default)]
pub(super) struct Hints {
    /// The only function.
    pub(super) function: Option<String>,
    /// The only operator that compares.
    pub(super) comparison: Option<&'static str>,
}

impl Reads {
    pub(super) fn of(tree: &AstNode) -> Self {
        let mut walk = Walk {
            reads: Self::default(),
            bound: Vec::new(),
            sees_parents: false,
        };
        walk.visit(tree, true);
        if walk.sees_parents {
            // What is around a value that was found may be anything.
            walk.reads.states.add(&[]);
            for wanted in walk.reads.variables.values_mut() {
                wanted.add(&[]);
            }
        }
        walk.reads
    }

    pub(super) fn hints(&self) -> Hints {
        Hints {
            function: only(&self.functions).cloned(),
            comparison: only(&self.comparisons).copied(),
        }
    }
}

/// The only one of a set.
fn only<T: Ord>(set: &BTreeSet<T>) -> Option<&T> {
    set.first().filter(|_| set.len() == 1)
}

struct Walk {
    reads: Reads,
    /// The names that the expression itself binds, from the outside in.
    bound: Vec<String>,
    /// Whether `%` is there.
    sees_parents: bool,
}

impl Walk {
    /// Visits a node; `at_top` says whether its context is that of the whole expression.
    fn visit(&mut self, node: &AstNode, at_top: bool) {
        with_stack(|| self.visit_here(node, at_top));
    }

    fn visit_all<'a>(&mut self, nodes: impl IntoIterator<Item = &'a AstNode>, at_top: bool) {
        for node in nodes {
            self.visit(node, at_top);
        }
    }

    fn visit_here(&mut self, node: &AstNode, at_top: bool) {
        match node {
            AstNode::Name(name) if at_top => self.note_top(name),
            AstNode::Wildcard if at_top => self.note_top("*"),
            AstNode::Descendant if at_top => self.note_top("**"),
            AstNode::ParentVariable(_) => self.reads.root = true,
            AstNode::Parent(_) => self.sees_parents = true,
            AstNode::Variable(name) => self.note_variable(name, &[], at_top),
            AstNode::Path { steps } => self.visit_path(steps, at_top),
            AstNode::Binary {
                op: BinaryOp::ColonEqual,
                lhs,
                rhs,
            } => {
                if let AstNode::Variable(name) = &**lhs {
                    self.bound.push(name.clone());
                }
                self.visit(rhs, at_top);
            }
            AstNode::Binary { op, lhs, rhs } => {
                self.reads.comparisons.extend(match op {
                    BinaryOp::LessThan => Some("<"),
                    BinaryOp::LessThanOrEqual => Some("<="),
                    BinaryOp::GreaterThan => Some(">"),
                    BinaryOp::GreaterThanOrEqual => Some(">="),
                    _ => None,
                });
                self.visit(lhs, at_top);
                self.visit(rhs, at_top);
            }
            AstNode::Unary { operand, .. } => self.visit(operand, at_top),
            AstNode::Function {
                name,
                args,
                is_builtin,
            } => {
                if *is_builtin && !self.is_bound(name) {
                    self.reads.functions.insert(name.clone());
                }
                self.visit_all(args, at_top);
            }
            AstNode::Call { procedure, args } => {
                self.visit(procedure, at_top);
                self.visit_all(args, at_top);
            }
            AstNode::Lambda { params, body, .. } => {
                let before = self.bound.len();
                self.bound.extend(params.iter().cloned());
                self.visit(body, at_top);
                self.bound.truncate(before);
            }
            AstNode::Array(items) | AstNode::ArrayGroup(items) => self.visit_all(items, at_top),
            AstNode::Block(items) => {
                let before = self.bound.len();
                self.visit_all(items, at_top);
                self.bound.truncate(before);
            }
            AstNode::Object(pairs) => {
                self.visit_all(pairs.iter().flat_map(|(key, value)| [key, value]), at_top);
            }
            AstNode::ObjectTransform { input, pattern } => {
                self.visit(input, at_top);
                self.visit_all(pattern.iter().flat_map(|(key, value)| [key, value]), false);
            }
            AstNode::Conditional {
                condition,
                then_branch,
                else_branch,
            } => {
                self.visit(condition, at_top);
                self.visit(then_branch, at_top);
                self.visit_all(else_branch.as_deref(), at_top);
            }
            AstNode::FunctionApplication(inner) => self.visit(inner, at_top),
            AstNode::Sort { input, terms } => {
                self.visit(input, at_top);
                self.visit_all(terms.iter().map(|(term, _)| term), false);
            }
            AstNode::Transform {
                location,
                update,
                delete,
            } => {
                self.visit(location, false);
                self.visit(update, false);
                self.visit_all(delete.as_deref(), false);
            }
            AstNode::String(_)
            | AstNode::Name(_)
            | AstNode::Number(_)
            | AstNode::Boolean(_)
            | AstNode::Null
            | AstNode::Undefined
            | AstNode::Placeholder
            | AstNode::Regex { .. }
            | AstNode::Wildcard
            | AstNode::Descendant => {}
        }
    }

    /// The first step has the context of the path, the others that of the step before them.
    fn visit_path(&mut self, steps: &[PathStep], at_top: bool) {
        let before = self.bound.len();
        for (number, step) in steps.iter().enumerate() {
            match &step.node {
                AstNode::Variable(name) if number == 0 => {
                    self.note_variable(name, &plain_members(steps), at_top);
                }
                node => self.visit(node, at_top && number == 0),
            }
            for stage in &step.stages {
                if let Stage::Filter(filter) = stage {
                    self.visit(filter, false);
                }
                if let Stage::Index(name) = stage {
                    self.bound.push(name.clone());
                }
            }
            self.bound.extend(
                [&step.focus, &step.index_var]
                    .into_iter()
                    .flatten()
                    .cloned(),
            );
        }
        self.bound.truncate(before);
    }

    /// Notes a variable, of which only what these members lead to is read.
    fn note_variable(&mut self, name: &str, members: &[&str], at_top: bool) {
        if name.is_empty() {
            if at_top {
                self.note_top("$");
            }
            return;
        }
        if self.is_bound(name) {
            return;
        }
        if name == "states" {
            self.reads.names_result |= members.first() == Some(&"result");
            self.reads.names_error_output |= members.first() == Some(&"errorOutput");
            return self.reads.states.add(members);
        }
        if name == "eval" || functions::is_known(name) {
            self.reads.functions.insert(name.to_owned());
        }
        // A variable comes before a function of its name.
        if name != "eval" {
            let wanted = self.reads.variables.entry(name.to_owned());
            wanted.or_default().add(members);
        }
    }

    fn note_top(&mut self, name: &str) {
        if !self.reads.top_level.iter().any(|noted| noted == name) {
            self.reads.top_level.push(name.to_owned());
        }
    }

    fn is_bound(&self, name: &str) -> bool {
        self.bound.iter().any(|bound| bound == name)
    }
}

/// The members that a path names one after the other from its first step, before it does
/// anything else.
fn plain_members(steps: &[PathStep]) -> Vec<&str> {
    let mut members = Vec::new();
    let mut before = steps.first();
    for step in steps.iter().skip(1) {
        match &step.node {
            AstNode::Name(name) if before.is_some_and(|before| before.stages.is_empty()) => {
                members.push(name.as_str());
            }
            _ => break,
        }
        before = Some(step);
    }
    members
}
