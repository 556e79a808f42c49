//! `docs/compile-errors.md`: ten mistakes, and what the compiler says of them.

use std::fmt::Write as _;

use crate::read;

/// A fixture of `tests/ui/fail`, a title, and what there is to say about it.
const MISTAKES: [(&str, &str, &str); 10] = [
    (
        "option_unknown",
        "A misspelt option",
        "Every option that is not known is answered with the nearest one that is.",
    ),
    (
        "heartbeat_without_unit",
        "A duration without its unit",
        "Durations are numbers with units, so that nobody has to know whether ten are seconds.",
    ),
    (
        "heartbeat_not_shorter_than_timeout",
        "Two options that do not go together",
        "Values are compared with each other, in the notation in which they were written.",
    ),
    (
        "sync_without_blocking",
        "A function that would block a thread of the runtime",
        "A function that is not `async` says on purpose that it blocks, and gets threads of its own.",
    ),
    (
        "two_inputs",
        "Two inputs",
        "The type system tells inputs from extractors, so that an alias of a type is no way around it.",
    ),
    (
        "input_not_deserializable",
        "An input that cannot be decoded",
        "The message names the type as it was written, and the derive that it lacks.",
    ),
    (
        "error_is_a_string",
        "An error without a name",
        "`Retry` and `Catch` match names, and a text has none.",
    ),
    (
        "future_not_send_for_a_lock",
        "A lock that is held while the handler waits",
        "The compiler points at the variable and at the `.await`, as it does for `tokio::spawn`.",
    ),
    (
        "derive_name_twice",
        "One name for two errors",
        "The message says who has the name already, and what to write if that is meant.",
    ),
    (
        "many_mistakes",
        "All at once",
        "Nobody likes to mend one mistake to be shown the next: every one is told, at its own place.",
    ),
];

/// The page.
pub(crate) fn page() -> String {
    let mut page = String::from(
        "# Ten mistakes, and what the compiler says\n\n\
         Everything here is taken from `tests/ui/fail`, where each mistake is a file, and where what the compiler prints is compared with what is expected.\n\
         There are more than a hundred of them; these are the ones that are met first.\n\
         `$WORKSPACE` stands for the place of this repository.\n\n\
         ```sh\nUPDATE_EXPECT=1 cargo test -p sfn-worker-tests --test pages\n```\n",
    );
    for (number, (name, title, remark)) in MISTAKES.iter().enumerate() {
        let source = read(&format!("tests/ui/fail/{name}.rs"));
        let printed = read(&format!("tests/ui/fail/{name}.stderr"));
        // Writing to a text cannot fail.
        let _ = write!(
            page,
            "\n## {}. {title}\n\n```rust,compile_fail\n{}\n```\n\n```text\n{}\n```\n\n{remark}\n",
            number + 1,
            mistake(&source),
            printed.trim_end(),
        );
    }
    page
}

/// What a user would have written: the fixture without its sentence and without its `main`, on
/// which nothing depends.
fn mistake(source: &str) -> &str {
    let body = source.split_once("\n\n").map_or(source, |(_, body)| body);
    body.trim_end().trim_end_matches("fn main() {}").trim_end()
}
