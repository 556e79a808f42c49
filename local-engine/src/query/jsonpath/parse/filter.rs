//! From the text of a filter to its conditions.

use regex_lite::RegexBuilder;
use serde_json::Value;

use super::cursor::Cursor;
use super::{Place, parse_steps};
use crate::query::error::PathSyntaxError;
use crate::query::jsonpath::filter::{Filter, Operand, Operator};

/// How many parentheses and filters may be open at once, so that no text can exhaust the stack.
const DEPTH_LIMIT: usize = 32;

/// Parses `(…)` after the `?`.
pub(super) fn parse(cursor: &mut Cursor<'_>, depth: usize) -> Result<Filter, PathSyntaxError> {
    if !cursor.take("(") {
        return Err(cursor.error("expected '('"));
    }
    if depth >= DEPTH_LIMIT {
        return Err(cursor.error("expected fewer nested parentheses"));
    }
    let filter = parse_or(cursor, depth + 1)?;
    cursor.skip_blanks();
    if cursor.take(")") {
        Ok(filter)
    } else {
        Err(cursor.error("expected ')', '&&', '||' or an operator"))
    }
}

fn parse_or(cursor: &mut Cursor<'_>, depth: usize) -> Result<Filter, PathSyntaxError> {
    let first = parse_and(cursor, depth)?;
    let mut any = vec![first];
    while follows(cursor, "||") {
        any.push(parse_and(cursor, depth)?);
    }
    Ok(single(any).unwrap_or_else(Filter::Or))
}

fn parse_and(cursor: &mut Cursor<'_>, depth: usize) -> Result<Filter, PathSyntaxError> {
    let first = parse_condition(cursor, depth)?;
    let mut all = vec![first];
    while follows(cursor, "&&") {
        all.push(parse_condition(cursor, depth)?);
    }
    Ok(single(all).unwrap_or_else(Filter::And))
}

fn follows(cursor: &mut Cursor<'_>, word: &str) -> bool {
    cursor.skip_blanks();
    cursor.take(word)
}

fn single(mut filters: Vec<Filter>) -> Result<Filter, Vec<Filter>> {
    match filters.pop() {
        Some(only) if filters.is_empty() => Ok(only),
        last => Err(filters.into_iter().chain(last).collect()),
    }
}

fn parse_condition(cursor: &mut Cursor<'_>, depth: usize) -> Result<Filter, PathSyntaxError> {
    cursor.skip_blanks();
    let mut negated = false;
    while cursor.take("!") {
        negated = !negated;
        cursor.skip_blanks();
    }
    let condition = if cursor.peek() == Some('(') {
        parse(cursor, depth)?
    } else {
        parse_comparison(cursor, depth)?
    };
    Ok(if negated {
        Filter::Not(Box::new(condition))
    } else {
        condition
    })
}

fn parse_comparison(cursor: &mut Cursor<'_>, depth: usize) -> Result<Filter, PathSyntaxError> {
    let left = parse_operand(cursor, depth)?;
    cursor.skip_blanks();
    if cursor.take("=~") {
        return parse_pattern(cursor, left);
    }
    match parse_operator(cursor) {
        Some(operator) => {
            cursor.skip_blanks();
            Ok(Filter::Compare(
                left,
                operator,
                parse_operand(cursor, depth)?,
            ))
        }
        None if matches!(left, Operand::Literal(_)) => Err(cursor.error("expected an operator")),
        None => Ok(Filter::Exists(left)),
    }
}

fn parse_operator(cursor: &mut Cursor<'_>) -> Option<Operator> {
    const SIGNS: [(&str, Operator); 6] = [
        ("==", Operator::Equal),
        ("!=", Operator::NotEqual),
        ("<=", Operator::LessOrEqual),
        (">=", Operator::GreaterOrEqual),
        ("<", Operator::Less),
        (">", Operator::Greater),
    ];
    if let Some((_, operator)) = SIGNS.iter().find(|(sign, _)| cursor.take(sign)) {
        return Some(*operator);
    }
    let word = cursor.ahead(|c| c.is_ascii_alphabetic());
    let operator = Operator::named(&word.to_ascii_lowercase())?;
    cursor.advance(word.len());
    Some(operator)
}

fn parse_operand(cursor: &mut Cursor<'_>, depth: usize) -> Result<Operand, PathSyntaxError> {
    if cursor.take("@") {
        return Ok(Operand::Item(parse_steps(cursor, Place::Filter { depth })?));
    }
    if cursor.take("$") {
        return Ok(Operand::Root(parse_steps(cursor, Place::Filter { depth })?));
    }
    parse_literal(cursor).map(Operand::Literal)
}

fn parse_literal(cursor: &mut Cursor<'_>) -> Result<Value, PathSyntaxError> {
    match cursor.peek() {
        Some('\'' | '"') => return cursor.quoted().map(Value::String),
        Some('[') => return parse_list(cursor),
        _ => {}
    }
    let word = cursor.ahead(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.'));
    match serde_json::from_str(word) {
        Ok(value) => {
            cursor.advance(word.len());
            Ok(value)
        }
        Err(_) => {
            Err(cursor.error("expected '@', '$', a text in quotes, a number, true, false or null"))
        }
    }
}

/// Parses a list of single values; lists in lists have no use here.
fn parse_list(cursor: &mut Cursor<'_>) -> Result<Value, PathSyntaxError> {
    let mut items = Vec::new();
    cursor.advance(1);
    cursor.skip_blanks();
    while !cursor.take("]") {
        if cursor.peek() == Some('[') {
            return Err(cursor.error("expected a text in quotes, a number, true, false or null"));
        }
        items.push(parse_literal(cursor)?);
        cursor.skip_blanks();
        if !cursor.take(",") && cursor.peek() != Some(']') {
            return Err(cursor.error("expected ',' or ']'"));
        }
        cursor.skip_blanks();
    }
    Ok(Value::Array(items))
}

/// Parses `/pattern/` with the flag `i`, or without.
fn parse_pattern(cursor: &mut Cursor<'_>, left: Operand) -> Result<Filter, PathSyntaxError> {
    cursor.skip_blanks();
    if !cursor.take("/") {
        return Err(cursor.error("expected a pattern such as /a.*/i"));
    }
    let mut escaped = false;
    let end = cursor.rest().find(|c| {
        let ends = c == '/' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    });
    let Some(end) = end else {
        return Err(cursor.error("expected the '/' that ends the pattern"));
    };
    let pattern = format!(r"\A(?:{})\z", cursor.rest()[..end].replace(r"\/", "/"));
    let ignores_case = cursor.rest()[end + 1..].starts_with('i');
    let pattern = RegexBuilder::new(&pattern)
        .case_insensitive(ignores_case)
        .build()
        .map_err(|_| cursor.error("expected a regular expression"))?;
    cursor.advance(end + 1 + usize::from(ignores_case));
    Ok(Filter::Matches(left, pattern))
}
