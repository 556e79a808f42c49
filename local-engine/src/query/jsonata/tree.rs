//! Walking over the tree of an expression.

use jsonata_core::ast::{AstNode, PathStep, Stage};

/// Every part of a node, the filters of its steps included.
pub(super) fn parts_mut(node: &mut AstNode) -> Vec<&mut AstNode> {
    match node {
        AstNode::String(_)
        | AstNode::Name(_)
        | AstNode::Number(_)
        | AstNode::Boolean(_)
        | AstNode::Null
        | AstNode::Undefined
        | AstNode::Placeholder
        | AstNode::Regex { .. }
        | AstNode::Variable(_)
        | AstNode::ParentVariable(_)
        | AstNode::Wildcard
        | AstNode::Descendant
        | AstNode::Parent(_) => Vec::new(),
        AstNode::Path { steps } => steps.iter_mut().flat_map(step_parts).collect(),
        AstNode::Binary { lhs, rhs, .. } => vec![lhs, rhs],
        AstNode::Unary { operand, .. } => vec![operand],
        AstNode::Function { args, .. }
        | AstNode::Array(args)
        | AstNode::ArrayGroup(args)
        | AstNode::Block(args) => args.iter_mut().collect(),
        AstNode::Call { procedure, args } => {
            let mut parts: Vec<&mut AstNode> = vec![procedure];
            parts.extend(args);
            parts
        }
        AstNode::Lambda { body, .. } => vec![body],
        AstNode::Object(pairs) => pairs.iter_mut().flat_map(both).collect(),
        AstNode::ObjectTransform { input, pattern } => {
            let mut parts: Vec<&mut AstNode> = vec![input];
            parts.extend(pattern.iter_mut().flat_map(both));
            parts
        }
        AstNode::Conditional {
            condition,
            then_branch,
            else_branch,
        } => {
            let mut parts: Vec<&mut AstNode> = vec![condition, then_branch];
            parts.extend(else_branch.as_deref_mut());
            parts
        }
        AstNode::FunctionApplication(inner) => vec![inner],
        AstNode::Sort { input, terms } => {
            let mut parts: Vec<&mut AstNode> = vec![input];
            parts.extend(terms.iter_mut().map(|(term, _)| term));
            parts
        }
        AstNode::Transform {
            location,
            update,
            delete,
        } => {
            let mut parts: Vec<&mut AstNode> = vec![location, update];
            parts.extend(delete.as_deref_mut());
            parts
        }
    }
}

fn step_parts(step: &mut PathStep) -> Vec<&mut AstNode> {
    let mut parts = vec![&mut step.node];
    parts.extend(step.stages.iter_mut().filter_map(|stage| match stage {
        Stage::Filter(filter) => Some(&mut **filter),
        Stage::KeepArray | Stage::Index(_) => None,
    }));
    parts
}

fn both(pair: &mut (AstNode, AstNode)) -> [&mut AstNode; 2] {
    [&mut pair.0, &mut pair.1]
}
