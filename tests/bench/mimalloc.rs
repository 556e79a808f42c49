//! The contender of the benchmark `worker` in a program with another allocator; it is started
//! by the benchmark, and does nothing by itself.

mod contender;
mod control;
mod machine;
mod plan;

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (Some("contender"), Some(setup)) = (arguments.next().as_deref(), arguments.next()) else {
        eprintln!("run `cargo bench -p sfn-worker-tests --features allocator --bench worker`");
        return ExitCode::FAILURE;
    };
    contender::contend(serde_json::from_str(&setup).expect("the benchmark wrote it"));
    ExitCode::SUCCESS
}
