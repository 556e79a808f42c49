//! Which errors a name stands for, and how delays grow.

use super::*;

#[track_caller]
fn check(name: &str, cases: &[(Option<&str>, bool, bool)]) {
    let errors = ErrorEquals::new(vec![ErrorMatch::from("Other"), ErrorMatch::from(name)]);
    for (error, heartbeat, expected) in cases {
        assert_eq!(
            errors.matches(*error, *heartbeat),
            *expected,
            "{name} and {error:?}, heartbeat {heartbeat}"
        );
    }
}

#[test]
fn all_matches_everything_that_can_be_handled() {
    check(
        "States.ALL",
        &[
            (None, false, true),
            (Some("Declined"), false, true),
            (Some("States.Timeout"), true, true),
            (Some("States.DataLimitExceeded"), false, true),
            (Some("States.Runtime"), false, false),
        ],
    );
}

#[test]
fn task_failed_matches_every_name_but_a_timeout() {
    check(
        "States.TaskFailed",
        &[
            (Some("Declined"), false, true),
            (Some("States.TaskFailed"), false, true),
            (Some("States.Timeout"), false, false),
            (Some("States.Timeout"), true, false),
            (Some("States.Runtime"), false, false),
            (None, false, false),
        ],
    );
}

#[test]
fn a_timeout_matches_both_clocks_and_a_heartbeat_timeout_one() {
    let clocks = [
        (Some("States.Timeout"), false, true),
        (Some("States.Timeout"), true, true),
    ];
    check("States.Timeout", &clocks);
    let clocks = [
        (Some("States.Timeout"), false, false),
        (Some("States.Timeout"), true, true),
    ];
    check("States.HeartbeatTimeout", &clocks);
}

#[test]
fn a_name_matches_itself_with_its_case() {
    check(
        "Declined",
        &[
            (Some("Declined"), false, true),
            (Some("declined"), false, false),
        ],
    );
    check("States.Runtime", &[(Some("States.Runtime"), false, false)]);
}

#[test]
fn delays_grow_by_the_rate_up_to_the_longest() {
    let mut retrier = Retrier {
        errors: ErrorEquals::new(vec![ErrorMatch::All]),
        interval: Duration::from_secs(3),
        max_attempts: 3,
        backoff_rate: 1.5,
        max_delay: None,
        jitter: Jitter::None,
    };
    let delays: Vec<_> = (1..=3)
        .map(|retry| retrier.delay(retry).as_secs_f64())
        .collect();
    assert_eq!(delays, [3.0, 4.5, 6.75]);
    assert_eq!(retrier.delay(u32::MAX), LONGEST_DELAY);
    retrier.max_delay = Some(Duration::from_secs(4));
    assert_eq!(retrier.delay(2), Duration::from_secs(4));
}
