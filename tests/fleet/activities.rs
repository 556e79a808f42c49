//! Two hundred activities that differ in their names.

use std::time::Duration;

use sfn_worker_core::{Activity, ActivityOptions, Call, Failure, Payload, WorkerBuilder};
use tokio::time::sleep;

/// The activity with a number; its input says how many milliseconds it takes.
#[derive(Debug)]
struct Numbered<const NUMBER: usize>;

impl<const NUMBER: usize> Numbered<NUMBER> {
    const DIGITS: [u8; 3] = digits(NUMBER);
}

impl<const NUMBER: usize> Activity for Numbered<NUMBER> {
    const NAME: &'static str = match str::from_utf8(&Self::DIGITS) {
        Ok(digits) => digits,
        Err(_) => panic!("digits are text"),
    };

    async fn run(call: Call) -> Result<Payload, Failure> {
        let milliseconds: u64 = call.input()?;
        sleep(Duration::from_millis(milliseconds)).await;
        Call::output::<_, Failure>(Ok(()))
    }
}

#[expect(clippy::cast_possible_truncation, reason = "digits are small")]
const fn digits(number: usize) -> [u8; 3] {
    [
        b'0' + (number / 100) as u8,
        b'0' + (number / 10 % 10) as u8,
        b'0' + (number % 10) as u8,
    ]
}

type Register = fn(WorkerBuilder, ActivityOptions) -> WorkerBuilder;

macro_rules! tens {
    ($($ten:literal)*) => {
        [$([
            WorkerBuilder::activity_with::<Numbered<{ $ten * 10 }>>,
            WorkerBuilder::activity_with::<Numbered<{ $ten * 10 + 1 }>>,
            WorkerBuilder::activity_with::<Numbered<{ $ten * 10 + 2 }>>,
            WorkerBuilder::activity_with::<Numbered<{ $ten * 10 + 3 }>>,
            WorkerBuilder::activity_with::<Numbered<{ $ten * 10 + 4 }>>,
            WorkerBuilder::activity_with::<Numbered<{ $ten * 10 + 5 }>>,
            WorkerBuilder::activity_with::<Numbered<{ $ten * 10 + 6 }>>,
            WorkerBuilder::activity_with::<Numbered<{ $ten * 10 + 7 }>>,
            WorkerBuilder::activity_with::<Numbered<{ $ten * 10 + 8 }>>,
            WorkerBuilder::activity_with::<Numbered<{ $ten * 10 + 9 }>>,
        ]),*]
    };
}

/// What registers each of them.
static ALL: [[Register; 10]; 20] = tens!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19);

/// Registers the first activities.
pub(crate) fn register(
    builder: WorkerBuilder,
    activities: usize,
    options: ActivityOptions,
) -> WorkerBuilder {
    ALL.as_flattened()[..activities]
        .iter()
        .fold(builder, |builder, register| register(builder, options))
}
