//! Guards: functions that pass their argument on, unless the text that would be made of it is
//! longer than an expression may hold. No one can call them by name, as theirs are no names of
//! the language.

use jsonata_core::evaluator::{Evaluator, EvaluatorError};
use jsonata_core::value::JValue;

use super::{Answer, failure};
use crate::query::jsonata::thrown;

/// Guards the result of `&`.
pub(in crate::query::jsonata) const GUARD: &str = "guard text";
/// Guards the width that `$pad` is given.
pub(in crate::query::jsonata) const GUARD_PAD: &str = "guard pad";
/// Guards the texts that `$join` is given, and what comes between them.
pub(in crate::query::jsonata) const GUARD_JOIN: &str = "guard join";
/// Guards the text that `$replace` is given, and what comes into it.
pub(in crate::query::jsonata) const GUARD_REPLACE: &str = "guard replace";

/// The most bytes that one text of an expression may have.
const TEXT_LIMIT: usize = 6_990_256;

/// The most bytes that a replacement could lead to if every character of the text were replaced.
/// Few are, so this is more than a text may have.
const REPLACED_LIMIT: usize = 1 << 30;

pub(super) fn register(evaluator: &mut Evaluator, name: &str) -> Result<(), EvaluatorError> {
    match name {
        GUARD => evaluator.register_fn(name, |args: &[JValue]| {
            pass(args, length(args, 0) <= TEXT_LIMIT)
        }),
        GUARD_PAD => evaluator.register_fn(name, |args: &[JValue]| {
            pass(args, width(args) <= TEXT_LIMIT)
        }),
        GUARD_JOIN => evaluator.register_fn(name, |args: &[JValue]| {
            pass(args, joined_length(args) <= TEXT_LIMIT)
        }),
        GUARD_REPLACE => evaluator.register_fn(name, |args: &[JValue]| {
            let longest = length(args, 0).saturating_mul(length(args, 1));
            pass(args, longest <= REPLACED_LIMIT)
        }),
        _ => Ok(()),
    }
}

/// The first argument, if it passes.
fn pass(args: &[JValue], passes: bool) -> Answer {
    if passes {
        Ok(args.first().cloned().unwrap_or(JValue::Undefined))
    } else {
        Err(failure(thrown::MEMORY))
    }
}

fn length(args: &[JValue], at: usize) -> usize {
    args.get(at).and_then(JValue::as_str).map_or(0, str::len)
}

fn joined_length(args: &[JValue]) -> usize {
    match args.first() {
        Some(JValue::Array(items)) => {
            let texts: usize = items
                .iter()
                .map(|item| item.as_str().map_or(0, str::len))
                .sum();
            texts.saturating_add(length(args, 1).saturating_mul(items.len()))
        }
        _ => length(args, 0),
    }
}

fn width(args: &[JValue]) -> usize {
    match args.first() {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a width beyond all widths is refused as the greatest is"
        )]
        Some(JValue::Number(width)) => width.abs() as usize,
        _ => 0,
    }
}
