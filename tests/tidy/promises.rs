//! The promises of the documentation, and the tests that name them.

use crate::complaint::Complaint;
use crate::source::Tree;

/// Promises whose tests are named after them, as `p1_no_poll_without_a_slot`.
const PROMISES: [(&str, &str); 12] = [
    ("p1", "no poll without a slot"),
    ("p2", "no poll is abandoned by a drain"),
    ("p3", "every task received is answered exactly once"),
    (
        "p4",
        "a report whose outcome is unknown is told apart from a refused one",
    ),
    ("p5", "heartbeats do not depend on handlers"),
    ("p6", "a task that the service no longer wants is cancelled"),
    ("p7", "a handler cannot take the worker down"),
    ("p8", "memory is bounded"),
    ("p9", "polls never starve reports"),
    ("p10", "secrets stay secret"),
    ("p11", "outages heal"),
    ("p12", "configuration is parsed before anything starts"),
];

/// Promises without a test.
pub(crate) fn untested(tree: &Tree) -> Vec<Complaint> {
    PROMISES
        .iter()
        .filter(|(number, _)| {
            let start = format!("fn {number}_");
            let mut code = tree.rust().flat_map(|file| file.all_code());
            !code.any(|(_, line)| line.contains(&start))
        })
        .map(|(number, promise)| {
            let text = format!("no test is named `{number}_…`; the promise is: {promise}");
            Complaint::new("tests/it/main.rs", 1, text)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_promise_is_kept_by_the_name_of_a_test() {
        let text: String = PROMISES[1..]
            .iter()
            .map(|(number, _)| format!("fn {number}_x() {{}}\n"))
            .collect();
        let complaints = untested(&Tree::of(&[("tests/it/main.rs", &text)]));
        assert_eq!(complaints.len(), 1);
        assert!(complaints[0].to_string().contains("no poll without a slot"));
    }
}
