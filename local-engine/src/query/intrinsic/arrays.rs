//! `States.ArrayContains`, `ArrayGetItem`, `ArrayLength`, `ArrayPartition`, `ArrayRange` and
//! `ArrayUnique`.

use serde_json::Value;

use super::Refusal;
use super::numbers::cut;

/// The most items that a range may have.
const RANGE_LIMIT: usize = 1000;

pub(super) fn contains(array: &Value, item: &Value) -> Result<Value, Refusal> {
    Ok(items(array)?.contains(item).into())
}

pub(super) fn item(array: &Value, index: &Value) -> Result<Value, Refusal> {
    let items = items(array)?;
    let index = cut(index)?;
    // The service has nothing to say against an index into an empty array.
    if items.is_empty() && index >= 0 {
        return Ok(Value::Null);
    }
    let found = usize::try_from(index).ok().and_then(|at| items.get(at));
    found.cloned().ok_or(Refusal::Arguments)
}

pub(super) fn length(array: &Value) -> Result<Value, Refusal> {
    Ok(items(array)?.len().into())
}

pub(super) fn partition(array: &Value, size: &Value) -> Result<Value, Refusal> {
    let items = items(array)?;
    match usize::try_from(cut(size)?) {
        Ok(size @ 1..) => Ok(items.chunks(size).collect()),
        _ => Err(Refusal::Arguments),
    }
}

/// The numbers from the first to the last, which is one of them if a step leads there.
pub(super) fn range(first: &Value, last: &Value, step: &Value) -> Result<Value, Refusal> {
    let (first, last, step) = (cut(first)?, cut(last)?, cut(step)?);
    if step == 0 {
        return Err(Refusal::Arguments);
    }
    let mut numbers = Vec::new();
    let mut number = first;
    while if step > 0 {
        number <= last
    } else {
        number >= last
    } {
        if numbers.len() == RANGE_LIMIT {
            return Err(Refusal::Arguments);
        }
        numbers.push(Value::from(number));
        match number.checked_add(step) {
            Some(next) => number = next,
            None => break,
        }
    }
    Ok(numbers.into())
}

/// The first of all equal items, in their order.
pub(super) fn unique(array: &Value) -> Result<Value, Refusal> {
    let mut seen = std::collections::HashSet::new();
    let mut kept = Vec::new();
    for item in items(array)? {
        if seen.insert(key(item)) {
            kept.push(item.clone());
        }
    }
    Ok(kept.into())
}

/// A text that two values share if, and only if, they are equal: members in one order.
fn key(value: &Value) -> String {
    let mut value = value.clone();
    value.sort_all_objects();
    value.to_string()
}

fn items(value: &Value) -> Result<&[Value], Refusal> {
    value
        .as_array()
        .map(Vec::as_slice)
        .ok_or(Refusal::Arguments)
}
