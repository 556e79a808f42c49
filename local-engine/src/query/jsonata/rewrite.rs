//! What is changed in the tree of an expression before it is evaluated.
//!
//! Three functions and one operator can make a text of any length in one step, before any limit
//! of the evaluator is looked at. Each is put behind a guard, a host function that looks at the
//! lengths first. And `$now` with a picture is written as the functions that it stands for, so
//! that it takes the time of the execution.

use jsonata_core::ast::{AstNode, BinaryOp};
use jsonata_core::value::with_stack;

use super::functions::{GUARD, GUARD_JOIN, GUARD_PAD, GUARD_REPLACE, SURPLUS, most_arguments};
use super::tree::parts_mut;

/// Changes the tree; returns an operator that the language got after version 2.0.6, if there
/// is one.
pub(super) fn rewrite(tree: &mut AstNode) -> Option<&'static str> {
    with_stack(|| {
        let mut later = match tree {
            AstNode::Binary {
                op: BinaryOp::Coalesce,
                ..
            } => Some("??"),
            AstNode::Binary {
                op: BinaryOp::Default,
                ..
            } => Some("?:"),
            _ => None,
        };
        for part in parts_mut(tree) {
            let found = rewrite(part);
            later = later.or(found);
        }
        rewrite_here(tree);
        later
    })
}

fn rewrite_here(node: &mut AstNode) {
    match node {
        AstNode::Binary {
            op: BinaryOp::Concatenate,
            ..
        } => {
            let inner = std::mem::replace(node, AstNode::Undefined);
            *node = call(GUARD, vec![inner]);
        }
        AstNode::Function {
            name,
            args,
            is_builtin: true,
        } if !args.iter().any(|arg| matches!(arg, AstNode::Placeholder)) => {
            if let Some(most) = most_arguments(name).filter(|most| args.len() > *most) {
                let name = AstNode::String(std::mem::take(name));
                #[expect(clippy::cast_precision_loss, reason = "a count of three at most")]
                let first = AstNode::Number((most + 1) as f64);
                *node = call(SURPLUS, vec![name, first]);
                return;
            }
            match (name.as_str(), args.len()) {
                ("now", 0..=2) => {
                    let mut rest = std::mem::take(args);
                    let mut all = vec![call("millis", Vec::new())];
                    all.append(&mut rest);
                    "fromMillis".clone_into(name);
                    *args = all;
                }
                ("pad", 1) => guard_one(args, 0, GUARD_PAD),
                ("pad", _) => guard_one(args, 1, GUARD_PAD),
                ("join", 2) => guard_two(node, 1, GUARD_JOIN),
                ("join", _) => guard_one(args, 0, GUARD_JOIN),
                ("replace", 2) => {
                    // The text is what the function is applied to.
                    args.insert(0, AstNode::Variable(String::new()));
                    guard_two(node, 2, GUARD_REPLACE);
                }
                ("replace", 3 | 4) => guard_two(node, 2, GUARD_REPLACE),
                _ => {}
            }
        }
        _ => {}
    }
}

/// Puts one argument behind a guard.
fn guard_one(args: &mut [AstNode], at: usize, guard: &str) {
    if let Some(arg) = args.get_mut(at) {
        let inner = std::mem::replace(arg, AstNode::Undefined);
        *arg = call(guard, vec![inner]);
    }
}

/// Puts the first argument behind a guard that looks at a second one too. Both are evaluated
/// once, into variables whose names nobody can write.
fn guard_two(node: &mut AstNode, second: usize, guard: &str) {
    const FIRST: &str = "first argument";
    const SECOND: &str = "second argument";
    let mut whole = std::mem::replace(node, AstNode::Undefined);
    let mut bindings = Vec::new();
    if let AstNode::Function { args, .. } = &mut whole {
        for (at, name) in [(0, FIRST), (second, SECOND)] {
            let inner = std::mem::replace(&mut args[at], AstNode::Variable(name.to_owned()));
            bindings.push(AstNode::Binary {
                op: BinaryOp::ColonEqual,
                lhs: Box::new(AstNode::Variable(name.to_owned())),
                rhs: Box::new(inner),
            });
        }
        let both = [FIRST, SECOND].map(|name| AstNode::Variable(name.to_owned()));
        args[0] = call(guard, both.into());
    }
    // What comes of it may not be longer than a text may be either.
    bindings.push(call(GUARD, vec![whole]));
    *node = AstNode::Block(bindings);
}

fn call(name: &str, args: Vec<AstNode>) -> AstNode {
    AstNode::Function {
        name: name.to_owned(),
        args,
        is_builtin: true,
    }
}
