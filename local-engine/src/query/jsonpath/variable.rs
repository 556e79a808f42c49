//! Paths that start from a variable: `$order.items[0]`.

use super::walk::{Missing, Reason};

/// Takes a path such as `$name.member` apart, into the name and what follows it; `None` for any
/// other path.
pub(super) fn split(text: &str) -> Option<(&str, &str)> {
    let path = text.strip_prefix('$')?;
    let starts = |c: char| c.is_alphabetic() || c == '_';
    let goes_on = |c: char| c.is_alphanumeric() || c == '_';
    if !path.starts_with(starts) {
        return None;
    }
    let end = path.find(|c| !goes_on(c)).unwrap_or(path.len());
    Some(path.split_at(end))
}

/// Nothing was assigned to the variable.
pub(super) fn missing(name: &str) -> Missing {
    Missing {
        detail: format!("The variable '{name}' has not been assigned"),
        reason: Reason::NotThere,
    }
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn names_end_where_the_steps_begin() {
        assert_eq!(split("$order"), Some(("order", "")));
        assert_eq!(split("$_a1.b['c']"), Some(("_a1", ".b['c']")));
        assert_eq!(split("$größe[0]"), Some(("größe", "[0]")));
        for other in ["$", "$.a", "$$.a", "$[0]", "order", "$1"] {
            assert_eq!(split(other), None, "{other}");
        }
    }
}
