//! The pace in virtual time: how it falls, and how it comes back.

use tokio::time::{sleep, timeout};

use super::*;

fn seconds(begun: Instant) -> f64 {
    begun.elapsed().as_secs_f64()
}

impl Pace {
    fn limit(&self) -> Option<f64> {
        let state = self.lock();
        state.limit.as_ref().map(|limit| limit.rate(Instant::now()))
    }
}

#[tokio::test(start_paused = true)]
async fn without_throttling_there_is_no_limit() {
    let pace = Pace::default();
    let begun = Instant::now();
    for _ in 0..10_000 {
        pace.turn(false).await;
    }
    assert!(seconds(begun) < 0.001);
    assert!(pace.limit().is_none());
}

#[tokio::test(start_paused = true)]
async fn a_throttled_worker_slows_comes_back_and_goes_free() {
    let pace = Pace::default();
    for _ in 0..1_000 {
        pace.turn(false).await;
        sleep(Duration::from_millis(50)).await;
    }
    pace.throttled(Instant::now());
    let slow = pace.limit().unwrap();
    assert!((13.0..15.0).contains(&slow), "0.7 of 20/s: {slow}");
    // Further errors of the same moment do not cut again.
    pace.throttled(Instant::now() - Duration::from_millis(1));
    assert!((pace.limit().unwrap() - slow).abs() < 1.0);

    sleep(Duration::from_secs_f64(SOONEST)).await;
    let back = pace.limit().unwrap();
    assert!((19.0..21.0).contains(&back), "back in five seconds: {back}");
    let mut turns = 0;
    while pace.limit().is_some() {
        pace.turn(false).await;
        turns += 1;
        assert!(turns < 1_000_000, "it never goes free");
    }
}

/// A service that takes a poll every four seconds, and what a worker gets and is refused.
async fn share(pace: &Pace, minutes: u64) -> (u32, u32) {
    let end = Instant::now() + Duration::from_secs(60 * minutes);
    let (mut taken, mut refused) = (0, 0);
    let mut free_at = Instant::now();
    while Instant::now() < end {
        pace.turn(false).await;
        let now = Instant::now();
        if now >= free_at {
            taken += 1;
            free_at = now.max(free_at) + Duration::from_secs(4);
        } else {
            refused += 1;
            pace.throttled(now);
            sleep(Duration::from_secs(1)).await;
        }
    }
    (taken, refused)
}

#[tokio::test(start_paused = true)]
async fn a_slow_share_is_kept_as_well_as_a_fast_one() {
    let pace = Pace::default();
    share(&pace, 10).await;
    let (taken, refused) = share(&pace, 20).await;
    // Three hundred is all that there is.
    assert!(taken >= 200, "{taken} taken, {refused} refused");
    assert!(refused * 4 <= taken, "{taken} taken, {refused} refused");
}

#[tokio::test(start_paused = true)]
async fn one_refusal_does_not_hold_back_an_idle_worker() {
    let pace = Pace::default();
    pace.turn(false).await;
    sleep(Duration::from_secs(60)).await;
    pace.turn(false).await;
    pace.throttled(Instant::now());
    let begun = Instant::now();
    pace.turn(false).await;
    assert!(seconds(begun) < 2.0, "{}", seconds(begun));
}

#[tokio::test(start_paused = true)]
async fn activities_that_have_tasks_go_first_and_the_others_are_not_forgotten() {
    let pace = std::sync::Arc::new(Pace::default());
    pace.turn(false).await;
    pace.throttled(Instant::now());
    let turns = std::sync::Arc::new(Mutex::new((0, 0)));
    let mut waiting = tokio::task::JoinSet::new();
    for fed in [true, false, true, false] {
        let (pace, turns) = (pace.clone(), turns.clone());
        waiting.spawn(async move {
            for _ in 0..20 {
                pace.turn(fed).await;
                let mut turns = turns.lock().unwrap();
                *(if fed { &mut turns.0 } else { &mut turns.1 }) += 1;
            }
        });
    }
    sleep(Duration::from_secs(10)).await;
    let (fed, idle) = *turns.lock().unwrap();
    assert!(fed > idle && idle > 0, "{fed} and {idle}");
}

/// A worker that polled so often a second for a while, and was throttled then.
async fn throttled_at(rate: f64) -> Pace {
    let pace = Pace::default();
    for _ in 0..200 {
        sleep(Duration::from_secs_f64(1.0 / rate)).await;
        pace.turn(false).await;
    }
    pace.throttled(Instant::now());
    pace
}

#[tokio::test(start_paused = true)]
async fn a_burst_is_throttled_at_its_own_rate() {
    let pace = Pace::default();
    for _ in 0..500 {
        pace.turn(true).await;
        sleep(Duration::from_millis(1)).await;
    }
    pace.throttled(Instant::now());
    let rate = pace.limit().unwrap();
    assert!(
        (200.0..500.0).contains(&rate),
        "after half a second: {rate}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_gets_a_part_of_its_polls_through_becomes_as_slow_as_it_must() {
    let pace = throttled_at(1.0).await;
    for _ in 0..10 {
        for _ in 0..3 {
            pace.turn(false).await;
        }
        pace.throttled(Instant::now() + Duration::from_millis(1));
    }
    let rate = pace.limit().unwrap();
    assert!(rate < 0.3, "{rate}");
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_gets_nothing_through_does_not_slow_for_ever() {
    let pace = throttled_at(50.0).await;
    for _ in 0..100 {
        pace.turn(false).await;
        sleep(Duration::from_millis(20)).await;
        pace.throttled(Instant::now());
    }
    let rate = pace.limit().unwrap();
    assert!((0.6..=1.0).contains(&rate), "{rate}");
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_finds_tasks_again_is_soon_without_a_limit() {
    let pace = throttled_at(1.0).await;
    let begun = Instant::now();
    while pace.limit().is_some() {
        pace.turn(true).await;
        pace.filled();
    }
    assert!(seconds(begun) < 60.0, "{}", seconds(begun));
}

#[tokio::test(start_paused = true)]
async fn reports_that_are_throttled_for_long_slow_polling_and_do_not_stop_it() {
    let pace = throttled_at(100.0).await;
    let begun = Instant::now();
    let mut polls = 0;
    while begun.elapsed() < Duration::from_secs(600) {
        pace.turn(true).await;
        polls += 1;
        pace.filled();
        // Two of three attempts.
        pace.report_throttled(Instant::now());
        pace.report_throttled(Instant::now());
        pace.report_taken();
    }
    let rate = f64::from(polls) / seconds(begun);
    assert!((70.0..130.0).contains(&rate), "{rate}");
}

#[tokio::test(start_paused = true)]
async fn reports_of_which_most_are_taken_do_not_slow_polling() {
    let pace = Pace::default();
    for _ in 0..10_000 {
        pace.turn(true).await;
        for _ in 0..3 {
            pace.report_throttled(Instant::now());
        }
        (0..7).for_each(|_| pace.report_taken());
    }
    assert_eq!(pace.limit(), None);
}

#[tokio::test(start_paused = true)]
async fn who_gives_up_waiting_lets_the_others_on() {
    let pace = throttled_at(1.0).await;
    pace.turn(true).await;
    let wait = timeout(Duration::from_millis(10), pace.turn(true)).await;
    assert!(wait.is_err());
    for _ in 0..5 {
        assert!(
            timeout(Duration::from_secs(2), pace.turn(false))
                .await
                .is_ok()
        );
    }
}
