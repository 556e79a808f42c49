//! What the macros write, by hand.
//!
//! ```sh
//! cargo run --example without_macros
//! ```

use std::error::Error;
use std::fmt;
use std::time::Duration;

use serde_json::json;
use sfn_local_engine::Engine;
use sfn_worker_core::{
    Activity, ActivityError, ActivityOptions, Call, Description, ErrorInfo, ErrorName, Failure,
    FromCall as _, Payload, State,
};

#[derive(Debug)]
struct DividedByZero;

impl fmt::Display for DividedByZero {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the divisor is zero")
    }
}

impl Error for DividedByZero {}

impl ActivityError for DividedByZero {
    const FAILURES: &'static [ErrorInfo] = &[ErrorInfo::new("DividedByZero").benign()];

    fn error_name(&self) -> ErrorName {
        const { ErrorName::from_static("DividedByZero") }
    }
}

struct Divisor(u64);

/// An async handler with a state and the context of its task.
struct Divide;

impl Activity for Divide {
    const NAME: &'static str = "divide";
    const OPTIONS: ActivityOptions = ActivityOptions::new()
        .with_heartbeat(Duration::from_secs(10))
        .with_timeout(Duration::from_secs(60));

    /// What `build()` and `check_asl!` know of it.
    fn describe(description: &mut Description) {
        description.set_text("Divides by the divisor of the worker.");
        State::<Divisor>::describe(description);
        for failure in DividedByZero::FAILURES {
            description.add_error(*failure);
        }
    }

    async fn run(call: Call) -> Result<Payload, Failure> {
        let divisor = State::<Divisor>::from_call(&call)?;
        let number: u64 = call.input()?; // fails as `Worker.InputInvalid`, with the path
        call.context().progress(1, 1);
        Call::output(number.checked_div(divisor.0.0).ok_or(DividedByZero))
    }
}

/// A blocking one: the closure has a thread of the worker's own.
struct Square;

impl Activity for Square {
    const NAME: &'static str = "square";
    async fn run(call: Call) -> Result<Payload, Failure> {
        let number: u64 = call.input()?;
        let square = call.blocking(move || number.pow(2)).await;
        Call::output::<_, Failure>(Ok(square))
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    for divisor in [5, 0] {
        let definition = include_str!("state-machine.asl.json");
        let run = Engine::run(definition, json!(30), |worker| {
            let worker = worker.state(Divisor(divisor));
            worker.activity::<Divide>().activity::<Square>()
        })
        .await?;
        let end = run.execution;
        println!("{}: {}", end.status, end.output.unwrap_or_default());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_definition_fits_the_activities() {
        use super::{Divide, Square};
        sfn_worker_core::check_asl!("without_macros/state-machine.asl.json", [Divide, Square]);
    }
}
