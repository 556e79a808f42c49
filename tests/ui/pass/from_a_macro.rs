//! A function that a macro writes is an activity like any other.

use sfn_worker_core::{Activity, ActivityContext, Failure, activity};

macro_rules! echo {
    ($name:ident: $input:ty => $result:ty, $heartbeat:literal) => {
        #[activity(heartbeat = $heartbeat)]
        async fn $name(context: ActivityContext, input: $input) -> $result {
            let _ = context;
            Ok(input)
        }
    };
}

echo!(echo_number: u64 => Result<u64, Failure>, "10s");
echo!(echo_text: String => Result<String, Failure>, "1m");

fn main() {
    assert_eq!(echo_number::NAME, "echo_number");
    assert_eq!(echo_text::OPTIONS.heartbeat, Some(std::time::Duration::from_secs(60)));
}
