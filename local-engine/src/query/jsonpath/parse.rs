//! From the text of a path to its steps.

mod cursor;
mod filter;

use super::Root;
use super::function::Function;
use super::step::{Query, Step};
use crate::query::error::PathSyntaxError;
use cursor::Cursor;

/// Parses a whole path, which starts with `$` or `$$`.
pub(super) fn parse(text: &str) -> Result<(Root, Query), PathSyntaxError> {
    let mut cursor = Cursor::new(text);
    if !cursor.take("$") {
        return Err(cursor.error("expected '$'"));
    }
    let root = if cursor.take("$") {
        Root::Context
    } else {
        Root::Input
    };
    let query = parse_steps(&mut cursor, Place::Path)?;
    match cursor.peek() {
        None => Ok((root, query)),
        Some(_) => Err(cursor.error("expected '.', '[' or the end of the path")),
    }
}

/// Where a path stands, which decides where the name of a member ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// By itself.
    Path,
    /// In a filter, where an operator may follow.
    Filter {
        /// How many parentheses are open.
        depth: usize,
    },
}

fn parse_steps(cursor: &mut Cursor<'_>, place: Place) -> Result<Query, PathSyntaxError> {
    let mut steps = Vec::new();
    loop {
        if cursor.take("..") {
            steps.push(Step::Deep);
            if cursor.peek() != Some('[') {
                steps.push(parse_dotted(cursor, place)?);
            }
        } else if cursor.take(".") {
            if let Some(function) = parse_function(cursor)? {
                return Ok(Query::new(steps, Some(function)));
            }
            steps.push(parse_dotted(cursor, place)?);
        } else if cursor.take("[") {
            steps.push(parse_bracket(cursor, place)?);
        } else {
            return Ok(Query::new(steps, None));
        }
    }
}

/// Parses `length()` and its like, and nothing if no parenthesis follows the name.
fn parse_function(cursor: &mut Cursor<'_>) -> Result<Option<Function>, PathSyntaxError> {
    let name = cursor.ahead(|c| c.is_ascii_alphanumeric());
    if !cursor.rest()[name.len()..].starts_with('(') {
        return Ok(None);
    }
    let Some(function) = Function::named(name) else {
        return Err(cursor.error("expected a function such as length()"));
    };
    cursor.advance(name.len());
    if cursor.take("()") {
        Ok(Some(function))
    } else {
        Err(cursor.error("expected '()'"))
    }
}

fn parse_dotted(cursor: &mut Cursor<'_>, place: Place) -> Result<Step, PathSyntaxError> {
    if cursor.take("*") {
        return Ok(Step::Wildcard);
    }
    let name = cursor.ahead(|c| continues_name(c, place));
    if name.is_empty() {
        return Err(cursor.error("expected the name of a member"));
    }
    cursor.advance(name.len());
    Ok(Step::Member(name.to_owned()))
}

fn continues_name(c: char, place: Place) -> bool {
    let ends =
        matches!(c, '.' | '[' | ']' | '(' | ')' | '\'' | '"' | ',' | '*') || c.is_whitespace();
    let operates = matches!(c, '=' | '!' | '<' | '>' | '&' | '|' | '~');
    !ends && (!operates || place == Place::Path)
}

fn parse_bracket(cursor: &mut Cursor<'_>, place: Place) -> Result<Step, PathSyntaxError> {
    cursor.skip_blanks();
    let step = match cursor.peek() {
        Some('\'' | '"') => parse_names(cursor)?,
        Some('*') => {
            cursor.advance(1);
            Step::Wildcard
        }
        Some('?') => {
            cursor.advance(1);
            cursor.skip_blanks();
            let depth = match place {
                Place::Path => 0,
                Place::Filter { depth } => depth,
            };
            Step::Filter(filter::parse(cursor, depth)?)
        }
        _ => parse_numbers(cursor)?,
    };
    cursor.skip_blanks();
    if cursor.take("]") {
        Ok(step)
    } else {
        Err(cursor.error("expected ']'"))
    }
}

fn parse_names(cursor: &mut Cursor<'_>) -> Result<Step, PathSyntaxError> {
    let first = cursor.quoted()?;
    let mut names = vec![first];
    cursor.skip_blanks();
    while cursor.take(",") {
        cursor.skip_blanks();
        names.push(cursor.quoted()?);
        cursor.skip_blanks();
    }
    match names.pop() {
        Some(only) if names.is_empty() => Ok(Step::Member(only)),
        last => Ok(Step::Members(names.into_iter().chain(last).collect())),
    }
}

fn parse_numbers(cursor: &mut Cursor<'_>) -> Result<Step, PathSyntaxError> {
    let first = cursor.integer()?;
    cursor.skip_blanks();
    if cursor.take(":") {
        cursor.skip_blanks();
        let to = cursor.integer()?;
        return Ok(Step::Slice(first, to));
    }
    let Some(first) = first else {
        return Err(cursor.error("expected a quoted name, an index, a slice, '*' or a filter"));
    };
    let mut indexes = vec![first];
    while cursor.take(",") {
        cursor.skip_blanks();
        match cursor.integer()? {
            Some(index) => indexes.push(index),
            None => return Err(cursor.error("expected an index")),
        }
        cursor.skip_blanks();
    }
    match indexes.as_slice() {
        [only] => Ok(Step::Index(*only)),
        _ => Ok(Step::Indexes(indexes)),
    }
}
