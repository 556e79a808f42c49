//! The command line of sfn-worker.

fn main() {}
