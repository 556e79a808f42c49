//! `docs/lines.md`: what a user writes for one worker, by hand and with the framework.

use crate::read;

const BY_HAND: &str = "examples/lines/by_hand.rs";
const WITH_WORKER: &str = "examples/lines/with_worker.rs";
/// What divides the two programs: what is before it is imports, and the work itself follows.
const WORK: &str = "// The work.";
const WORKER: &str = "// The worker.";

/// Lines of code: what is neither empty nor a comment.
#[derive(Debug, Clone, Copy)]
struct Lines {
    imports: usize,
    work: usize,
    worker: usize,
}

impl Lines {
    fn of(path: &str) -> Self {
        let text = read(path);
        let (imports, rest) = text.split_once(WORK).unwrap();
        let (work, worker) = rest.split_once(WORKER).unwrap();
        Self {
            imports: count(imports),
            work: count(work),
            worker: count(worker),
        }
    }

    fn all(self) -> usize {
        self.imports + self.work + self.worker
    }
}

fn count(text: &str) -> usize {
    let lines = text.lines().map(str::trim);
    lines
        .filter(|line| !line.is_empty() && !line.starts_with("//"))
        .count()
}

/// The page.
pub(crate) fn page() -> String {
    let (hand, framework) = (Lines::of(BY_HAND), Lines::of(WITH_WORKER));
    assert!(
        framework.worker * 10 < hand.worker,
        "the framework takes {} lines where the hand takes {}",
        framework.worker,
        hand.worker
    );
    format!(
        "# The lines a user writes\n\n\
         One worker twice, by hand on `aws-sdk-sfn` and with this framework.\n\
         Both poll without losing tasks, run sixteen at a time, send heartbeats, stop what is not wanted any more, name their errors, limit the time of a handler, survive its panics, repeat their reports, and drain on SIGTERM.\n\
         Both are compiled, and one test drives both through the same state machine (`examples/tests/programs/lines.rs`).\n\
         Lines are counted by a test, without empty ones and without comments.\n\n\
         | | by hand | with this framework |\n|---|---|---|\n\
         | imports | {} | {} |\n\
         | the work: input, errors, handler | {} | {} |\n\
         | the worker | {} | {} |\n\
         | **all** | **{}** | **{}** |\n\n\
         ## What the one by hand still lacks\n\n\
         It is written with care, and it is about as long as it can be before it needs a design of its own.\n\n\
         - One poll at a time takes one task a round trip; polls that grow and shrink with the load, and share a quota, are another program.\n\
         - Heartbeats go out from the runtime that runs the handlers, so that one that blocks its thread holds up all of them, and they share connections and retries with the polls.\n\
         - An input that does not decode is told with its values, which then stand in the history.\n\
         - An async handler that does not stop is dropped at once, and a blocking one has nowhere to run.\n\
         - A report that the service took although its answer got lost is counted as any other; nothing is counted at all.\n\
         - Nobody asks the platform how long a stop may take, and nothing is told by the exit code.\n\
         - Configuration, contract, schemas, the check of the definition, the envelope, state, layers, large payloads, the outbox and tests in virtual time are not there.\n\n\
         ## With this framework\n\n\
         ```rust,no_run\n{}\n```\n\n\
         ## By hand\n\n\
         ```rust,no_run\n{}\n```\n",
        hand.imports,
        framework.imports,
        hand.work,
        framework.work,
        hand.worker,
        framework.worker,
        hand.all(),
        framework.all(),
        code(WITH_WORKER),
        code(BY_HAND),
    )
}

/// A program without its opening sentence.
fn code(path: &str) -> String {
    let text = read(path);
    let body = text.lines().skip_while(|line| line.starts_with("//!"));
    let body: Vec<&str> = body.collect();
    body.join("\n").trim().to_owned()
}
