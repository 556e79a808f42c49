//! The valid block: its type, and each activity in it.

use std::collections::HashMap;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Attribute, Meta, Path};

use super::parse::{Block, Member, Method, Options};
use crate::activity::model::{self, Activity, Limits, Place};
use crate::activity::parse::{self, LimitOptions};
use crate::errors::ErrorSink;
use crate::{attributes, name};

/// A block that can be expanded.
pub(crate) struct Activities {
    /// The crate path that the user gave.
    pub(crate) path: Option<Path>,
    /// The type that the block is for.
    pub(crate) owner: TokenStream,
    /// In the order of the block.
    pub(crate) activities: Vec<Activity>,
}

impl Activities {
    /// Decides everything, or notes all that is wrong.
    pub(crate) fn new(options: Options, block: &Block, errors: &mut ErrorSink) -> Option<Self> {
        refuse_block(block, errors);
        if let Some(prefix) = &options.prefix
            && let Some(problem) = name::problem(&prefix.value())
        {
            errors.push(prefix, format!("the prefix {problem}"));
            return None;
        }
        let owner = block.owner.to_token_stream();
        let shared = model::Block {
            owner: owner.clone(),
            prefix: options.prefix,
            defaults: valid(options.defaults, errors),
            path: options.path.clone(),
        };
        let activities: Vec<Activity> = block
            .members
            .iter()
            .filter_map(|member| match member {
                Member::Activity(method) => activity(method, &shared, errors),
                Member::Other(_) => None,
            })
            .collect();
        refuse_duplicates(&activities, errors);
        errors.is_empty().then_some(Self {
            path: options.path,
            owner,
            activities,
        })
    }
}

fn refuse_block(block: &Block, errors: &mut ErrorSink) {
    if let Some(of_trait) = &block.of_trait {
        errors.push(
            of_trait,
            "the methods of a trait cannot be activities: put `#[activities]` on a block of the \
             type itself, whose methods may call those of the trait",
        );
    }
    for parameter in &block.generics.params {
        errors.push(
            parameter,
            "a block of activities cannot be generic, since their names are not: write it for one \
             type, and put what varies behind a `dyn` trait",
        );
    }
    if let (Some(clause), true) = (
        &block.generics.where_clause,
        block.generics.params.is_empty(),
    ) {
        errors.push(clause, "a block of activities cannot have a `where` clause");
    }
    let has_activity = (block.members.iter()).any(|member| matches!(member, Member::Activity(_)));
    if !has_activity {
        errors.push(
            block.impl_token,
            "there is no activity in this block: put `#[activity]` on the methods that are",
        );
    }
}

/// The defaults, unless one of them is wrong by itself: it shall be said once.
fn valid(defaults: LimitOptions, errors: &mut ErrorSink) -> LimitOptions {
    let mut found = ErrorSink::default();
    Limits::new(&defaults, &LimitOptions::default(), &mut found);
    let is_right = found.is_empty();
    errors.append(found);
    if is_right {
        defaults
    } else {
        LimitOptions::default()
    }
}

fn activity(method: &Method, block: &model::Block, errors: &mut ErrorSink) -> Option<Activity> {
    if let Some(second) = method.function.second_attribute() {
        errors.push(
            second,
            "`#[activity]` stands here twice: remove one of the two",
        );
    }
    let mut options = parse::options(arguments(&method.attribute), errors);
    if let Some(path) = options.path.take() {
        errors.push(
            path,
            "the whole block has one crate path: give it to `#[activities]`",
        );
    }
    Activity::new(options, &method.function, Place::Block(block), errors)
}

fn arguments(attribute: &Attribute) -> TokenStream {
    match &attribute.meta {
        Meta::List(list) => list.tokens.clone(),
        Meta::Path(_) | Meta::NameValue(_) => TokenStream::new(),
    }
}

/// One name, one handler; at both places, since either may be the wrong one.
fn refuse_duplicates(activities: &[Activity], errors: &mut ErrorSink) {
    let mut seen: HashMap<String, &Activity> = HashMap::new();
    for activity in activities {
        // Of conditional ones, at most one may be there.
        if attributes::is_conditional(&activity.attributes) {
            continue;
        }
        let name = activity.name.value();
        if let Some(first) = seen.get(&name) {
            for (here, other) in [(*first, activity), (activity, *first)] {
                errors.push(
                    &here.function,
                    format!(
                        "the activity name `{name}` is used twice, here and for the method `{}`: \
                         give one of the two another one with `name = \"…\"`",
                        other.function
                    ),
                );
            }
        } else {
            seen.insert(name, activity);
        }
    }
}
