//! Who answers calls of functions and services, as the command line says.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, anyhow};
use sfn_local_engine::{EngineBuilder, Forward, HttpTasks, LambdaHandlers, MockConfig};

use crate::args::CallArgs;
use crate::exit::{Exit, Failed};

/// Gives the engine those who answer: mocks first, then functions, HTTP Tasks, and what answers
/// everything else.
pub(super) fn answered(
    mut builder: EngineBuilder,
    args: &CallArgs,
    region: &str,
) -> Result<EngineBuilder, Failed> {
    if let Some(file) = &args.mock_config {
        let mocks = read_mocks(file)?;
        if let Some(case) = &args.mock_case {
            check_case(&mocks, case).map_err(Exit::Usage.with())?;
            builder = builder.mock_case(case);
        }
        builder = builder.mocks(mocks);
    }
    if !args.function.is_empty() {
        let handlers = functions(&args.function).map_err(Exit::Usage.with())?;
        builder = builder.provider(handlers);
    }
    if args.http_tasks {
        builder = builder.provider(HttpTasks::new().any_connection());
    }
    if let Some(endpoint) = &args.forward {
        let forward = forward(endpoint, region).map_err(Exit::Usage.with())?;
        builder = builder.provider(forward);
    }
    Ok(builder)
}

fn read_mocks(file: &Path) -> Result<MockConfig, Failed> {
    let name = file.display();
    let text = fs::read_to_string(file)
        .with_context(|| format!("failed to read the mocks in {name}"))
        .map_err(Exit::File.with())?;
    text.parse::<MockConfig>()
        .with_context(|| format!("failed to understand the mocks in {name}"))
        .map_err(Exit::Usage.with())
}

/// A test case that no state machine has would mock nothing, and not say so.
fn check_case(mocks: &MockConfig, case: &str) -> Result<(), anyhow::Error> {
    let machines = mocks.state_machines();
    let known: BTreeSet<&str> = machines.flat_map(|name| mocks.test_cases(name)).collect();
    if known.contains(case) {
        return Ok(());
    }
    let known: Vec<&str> = known.into_iter().collect();
    Err(anyhow!(
        "--mock-case {case:?} is not a test case of the mocks, which have [{}]",
        known.join(", ")
    ))
}

fn functions(given: &[String]) -> Result<LambdaHandlers, anyhow::Error> {
    given
        .iter()
        .try_fold(LambdaHandlers::new(), |handlers, one| {
            let (name, url) = one.split_once('=').ok_or_else(|| {
                anyhow!("--function {one:?} is not NAME=URL, such as charge=http://127.0.0.1:9001/")
            })?;
            Ok(handlers.function(name, url)?)
        })
}

fn forward(endpoint: &str, region: &str) -> Result<Forward, anyhow::Error> {
    let forward = if endpoint == "aws" {
        Forward::to_aws(region)
    } else {
        Forward::to(endpoint, region)?
    };
    let variable = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
    let keys = (
        variable("AWS_ACCESS_KEY_ID"),
        variable("AWS_SECRET_ACCESS_KEY"),
    );
    match keys {
        (Some(id), Some(secret)) => {
            let token = variable("AWS_SESSION_TOKEN");
            Ok(forward.credentials(&id, &secret, token.as_deref()))
        }
        (None, None) if endpoint != "aws" => Ok(forward),
        _ => Err(anyhow!(
            "calls are signed with keys of the environment: set AWS_ACCESS_KEY_ID and \
             AWS_SECRET_ACCESS_KEY"
        )),
    }
}
