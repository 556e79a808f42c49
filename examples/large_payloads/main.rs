//! Payloads that are too large for the service: the state machine carries a pointer, and the
//! handlers see none of it.
//!
//! ```sh
//! cargo run --example large_payloads -- 1000
//! ```
//!
//! The second argument is the directory that keeps the payloads. On AWS a bucket does, with
//! `S3Store` of the feature `s3`.

use std::convert::Infallible;

use anyhow::Context as _;
use sfn_local_engine::Engine;
use sfn_worker_core::claim_check::{ClaimCheck, DirectoryStore};
use sfn_worker_core::{Worker, activity};

/// Renders a report: a thousand pages are six megabytes, and the service takes a quarter of one.
#[activity]
async fn render(pages: usize) -> Result<Vec<String>, Infallible> {
    Ok(vec!["word ".repeat(1_200); pages])
}

/// Counts the words of a report.
#[activity(name = "count-words")]
async fn count_words(pages: Vec<String>) -> Result<usize, Infallible> {
    let words = pages.iter().map(|page| page.split_whitespace().count());
    Ok(words.sum())
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let pages: usize = arguments
        .next()
        .map_or(Ok(1_000), |pages| pages.parse())
        .context("the first argument is a number of pages, such as 1000")?;
    let folder = match arguments.next() {
        Some(folder) => folder.into(),
        None => std::env::temp_dir().join("sfn-worker-large-payloads"),
    };

    let engine = Engine::new();
    engine.create_activity("render")?;
    engine.create_activity("count-words")?;
    let definition = include_str!("state-machine.asl.json");
    let machine = engine.create_state_machine("report", definition)?;

    // All that a worker needs: a store, and the layer around its handlers.
    let store = DirectoryStore::open(&folder)?;
    let worker = Worker::builder(engine.activity_service())
        .activity::<render>()
        .activity::<count_words>()
        .layer(ClaimCheck::new(store))
        .build()?;
    let shutdown = worker.shutdown_handle();

    let execution = async {
        let input = format!("{{\"pages\": {pages}}}");
        let execution = engine.start_execution(&machine, None, &input)?;
        let end = engine.wait(&execution).await?;
        shutdown.drain();
        engine.close_polls();
        anyhow::Ok(end)
    };
    let (end, _) = tokio::join!(execution, worker.run());

    let end = end?;
    let output = end.output.as_deref().or(end.error.as_deref());
    println!("{}: {}", end.status, output.unwrap_or("no output"));
    println!("the payloads are in {}", folder.display());
    Ok(())
}

#[cfg(test)]
mod tests {
    use sfn_worker_core::{check_asl, testing::ScriptedService};

    use super::*;

    #[test]
    fn the_definition_fits_the_worker() {
        let folder = tempfile::tempdir().unwrap();
        let store = DirectoryStore::open(folder.path()).unwrap();
        let worker = Worker::builder(ScriptedService::new())
            .activity::<render>()
            .activity::<count_words>()
            .layer(ClaimCheck::new(store));
        check_asl!("large_payloads/state-machine.asl.json", worker);
    }
}
