//! The rule for activity names, so that a wrong one is a compile error.
//!
//! The same rule as `ActivityName` in `sfn-worker-core`, on which this crate cannot depend; a
//! test of the workspace compares the two. This file names nothing but the standard library,
//! so that the test can include it.

/// The longest name that the service accepts, in characters.
const LIMIT: usize = 80;

/// Says what is wrong with an activity name.
pub(crate) fn problem(name: &str) -> Option<String> {
    let length = name.chars().count();
    if !(1..=LIMIT).contains(&length) {
        return Some(format!("has {length} characters: 1 to {LIMIT} are allowed"));
    }
    let character = name.chars().find(|&character| is_forbidden(character))?;
    Some(format!(
        "contains {character:?}: white space, control characters and \
         < > {{ }} [ ] ? * \" # % \\ ^ | ~ ` $ & , ; : / are not allowed"
    ))
}

fn is_forbidden(character: char) -> bool {
    character.is_whitespace()
        || character.is_control()
        || matches!(character, '\u{fffe}' | '\u{ffff}' | '\u{10ffff}')
        || "<>{}[]?*\"#%\\^|~`$&,;:/".contains(character)
}
