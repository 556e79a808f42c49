//! Which known name a name was probably meant to be.

/// The known name that a name is probably a slip of.
pub(super) fn similar<'known>(name: &str, known: &[&'known str]) -> Option<&'known str> {
    let plain = plain(name);
    if plain.is_empty() || name.chars().count() > 64 {
        return None;
    }
    let near = |candidate: &&&str| {
        let candidate = self::plain(candidate);
        // One slip, or one for each four characters of a long name; none in a very short one.
        let slips = match candidate.len() {
            0..=2 => 0,
            length => (length / 4).max(1),
        };
        distance(&plain, &candidate) <= slips
    };
    known.iter().find(near).copied()
}

/// The letters and digits alone: `orderId`, `order_id` and `OrderID` are one name.
fn plain(name: &str) -> Vec<char> {
    let significant = name.chars().filter(|character| character.is_alphanumeric());
    significant.flat_map(char::to_lowercase).collect()
}

/// How many characters must be changed, added, left out or swapped with the next one.
fn distance(left: &[char], right: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=right.len()).collect();
    for (row, character) in left.iter().enumerate() {
        let mut line = vec![row + 1];
        for (column, other) in right.iter().enumerate() {
            let changed = above[column] + usize::from(character != other);
            let mut least = changed.min(above[column + 1] + 1).min(line[column] + 1);
            let swapped =
                row > 0 && column > 0 && *character == right[column - 1] && left[row - 1] == *other;
            if swapped {
                least = least.min(before[column - 1] + 1);
            }
            line.push(least);
        }
        before = std::mem::replace(&mut above, line);
    }
    above[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_told_from_another_name() {
        let known = ["order_id", "cents", "id"];
        for (name, meant) in [
            ("orderId", Some("order_id")),
            ("OrderID", Some("order_id")),
            ("cent", Some("cents")),
            ("cetns", Some("cents")),
            ("ordr_id", Some("order_id")),
            ("Id", Some("id")),
            ("is", None),
            ("4111 1111 1111 1111", None),
            ("dollars", None),
            ("", None),
            ("--", None),
        ] {
            assert_eq!(similar(name, &known), meant, "{name}");
        }
        assert_eq!(similar(&"x".repeat(100_000), &known), None);
    }
}
