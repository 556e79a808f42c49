//! Tests of the queues, tokens and clocks of activities.

use jiff::ToSpan as _;

use super::*;
use crate::machine::ExpiredClock;
use crate::resource::{Encryption, Tags};

const ARN: &str = "arn:aws:states:us-east-1:123456789012:activity:charge-card";

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap()
}

fn new_activity() -> NewActivity {
    NewActivity {
        arn: ARN.parse().unwrap(),
        encryption: Encryption::default(),
        tags: Tags::new(),
    }
}

fn activities(mode: AbandonedPolls) -> Activities<u8> {
    let mut activities = Activities::new(Seal::random(), mode);
    activities
        .registry_mut()
        .create(new_activity(), at(0))
        .unwrap();
    activities
}

fn new_task(number: u64) -> NewTask<u8> {
    NewTask {
        owner: 1,
        id: TaskId(number),
        activity: ARN.to_owned(),
        input: format!("{number}").into(),
        timeout: None,
        heartbeat: None,
    }
}

fn open(activities: &mut Activities<u8>, now: i64) -> PollId {
    activities
        .open_poll(ARN, None, Wake::default(), at(now))
        .unwrap()
}

fn pick(activities: &mut Activities<u8>, poll: PollId, now: i64) -> Option<u64> {
    let picked = activities.pick_up(ARN, poll, at(now))?;
    Some(picked.task.0)
}

/// Schedules a task, polls for it and returns its number and token.
fn started(activities: &mut Activities<u8>, new: NewTask<u8>, now: i64) -> (Serial, String) {
    let serial = activities.schedule(new, at(now)).unwrap().serial;
    let poll = open(activities, now);
    activities.pick_up(ARN, poll, at(now)).unwrap();
    let token = activities.token(serial);
    (serial, token)
}

#[test]
fn tasks_come_out_in_the_order_in_which_they_went_in() {
    let mut activities = activities(AbandonedPolls::Release);
    for number in 1..=3 {
        activities.schedule(new_task(number), at(0)).unwrap();
    }
    for number in 1..=3 {
        let poll = open(&mut activities, 1);
        assert_eq!(pick(&mut activities, poll, 1), Some(number));
    }
}

#[test]
fn a_task_that_comes_is_called_to_the_oldest_poll() {
    let mut activities = activities(AbandonedPolls::Release);
    let first = open(&mut activities, 0);
    let second = open(&mut activities, 0);
    activities.schedule(new_task(1), at(1)).unwrap();
    assert_eq!(pick(&mut activities, second, 1), None);
    activities.schedule(new_task(2), at(1)).unwrap();
    assert_eq!(pick(&mut activities, second, 1), Some(2));
    assert_eq!(pick(&mut activities, first, 1), Some(1));
}

#[test]
fn a_released_poll_gives_its_task_to_the_next_one() {
    let mut activities = activities(AbandonedPolls::Release);
    let gone = open(&mut activities, 0);
    let next = open(&mut activities, 0);
    activities.schedule(new_task(1), at(1)).unwrap();
    activities.schedule(new_task(2), at(1)).unwrap();
    activities.schedule(new_task(3), at(1)).unwrap();
    assert!(!activities.abandon_poll(ARN, gone));
    assert_eq!(pick(&mut activities, next, 1), Some(2));
    // The task that was called to the poll that went away is older than the third.
    let late = open(&mut activities, 2);
    assert_eq!(pick(&mut activities, late, 2), Some(1));
    let later = open(&mut activities, 2);
    assert_eq!(pick(&mut activities, later, 2), Some(3));
}

#[test]
fn a_released_poll_that_waits_gets_nothing() {
    let mut activities = activities(AbandonedPolls::Release);
    let gone = open(&mut activities, 0);
    assert!(!activities.abandon_poll(ARN, gone));
    activities.schedule(new_task(1), at(1)).unwrap();
    assert_eq!(pick(&mut activities, gone, 1), None);
}

#[test]
fn an_abandoned_poll_swallows_the_next_task_until_its_60_seconds_are_over() {
    let mut activities = activities(AbandonedPolls::Swallow);
    let gone = open(&mut activities, 0);
    assert!(!activities.abandon_poll(ARN, gone));
    let task = activities.schedule(new_task(1), at(59)).unwrap();
    assert_eq!(task.swallowed_by, Some(gone));
    assert_eq!(pick(&mut activities, gone, 59), Some(1));

    let gone = open(&mut activities, 100);
    assert!(!activities.abandon_poll(ARN, gone));
    let task = activities.schedule(new_task(2), at(160)).unwrap();
    assert_eq!(task.swallowed_by, None);
    let next = open(&mut activities, 161);
    assert_eq!(pick(&mut activities, next, 161), Some(2));
}

#[test]
fn a_poll_abandoned_with_its_task_swallows_it() {
    let mut activities = activities(AbandonedPolls::Swallow);
    let gone = open(&mut activities, 0);
    activities.schedule(new_task(1), at(1)).unwrap();
    assert!(activities.abandon_poll(ARN, gone));
    assert_eq!(pick(&mut activities, gone, 1), Some(1));
}

#[test]
fn an_activity_has_a_thousand_open_polls_at_most() {
    for mode in [AbandonedPolls::Release, AbandonedPolls::Swallow] {
        let mut activities = activities(mode);
        let polls: Vec<PollId> = (0..1_000).map(|_| open(&mut activities, 0)).collect();
        let refused = |activities: &mut Activities<u8>, now| {
            activities
                .open_poll(ARN, None, Wake::default(), at(now))
                .err()
        };
        assert_eq!(refused(&mut activities, 1), Some(PollRefused::TooManyPolls));
        for poll in polls {
            let _ = activities.abandon_poll(ARN, poll);
        }
        let still_open = mode == AbandonedPolls::Swallow;
        assert_eq!(
            refused(&mut activities, 2),
            still_open.then_some(PollRefused::TooManyPolls)
        );
        assert_eq!(refused(&mut activities, 60), None);
    }
}

#[test]
fn clocks_start_when_a_poll_takes_the_task() {
    let mut activities = activities(AbandonedPolls::Release);
    let new = NewTask {
        timeout: Some(Duration::from_secs(60)),
        heartbeat: Some(Duration::from_secs(10)),
        ..new_task(1)
    };
    let serial = activities.schedule(new, at(0)).unwrap().serial;
    // A year in the queue.
    assert_eq!(activities.expire(serial, at(31_536_000)), Expiry::Over);
    let poll = open(&mut activities, 31_536_000);
    let picked = activities.pick_up(ARN, poll, at(31_536_000)).unwrap();
    assert_eq!(picked.deadline, Some(at(31_536_010)));
}

#[test]
fn a_heartbeat_sets_back_the_heartbeat_clock_and_not_the_other() {
    let mut activities = activities(AbandonedPolls::Release);
    let new = NewTask {
        timeout: Some(Duration::from_secs(25)),
        heartbeat: Some(Duration::from_secs(10)),
        ..new_task(1)
    };
    let (serial, token) = started(&mut activities, new, 0);
    activities.heartbeat(&token, at(9)).unwrap();
    assert_eq!(activities.expire(serial, at(10)), Expiry::Later(at(19)));
    activities.heartbeat(&token, at(18)).unwrap();
    assert_eq!(activities.expire(serial, at(19)), Expiry::Later(at(25)));
    assert_eq!(
        activities.expire(serial, at(25)),
        Expiry::Expired {
            task: TaskId(1),
            clock: ExpiredClock::Total
        }
    );
    assert_eq!(
        activities.heartbeat(&token, at(26)),
        Err(TokenRefused::Closed)
    );
}

#[test]
fn a_silent_task_loses_its_heartbeat_clock_first() {
    let mut activities = activities(AbandonedPolls::Release);
    let new = NewTask {
        timeout: Some(Duration::from_secs(25)),
        heartbeat: Some(Duration::from_secs(10)),
        ..new_task(1)
    };
    let (serial, _) = started(&mut activities, new, 0);
    assert_eq!(
        activities.expire(serial, at(10)),
        Expiry::Expired {
            task: TaskId(1),
            clock: ExpiredClock::Heartbeat
        }
    );
    assert_eq!(activities.expire(serial, at(11)), Expiry::Over);
}

#[test]
fn a_closed_token_is_told_from_one_that_never_was() {
    let mut activities = activities(AbandonedPolls::Release);
    let (serial, token) = started(&mut activities, new_task(1), 0);
    assert_eq!(activities.find(&token), Ok((serial, 1)));
    activities.close(serial).unwrap();
    assert_eq!(activities.find(&token), Err(TokenRefused::Closed));
    assert_eq!(activities.close(serial), Err(TokenRefused::Closed));
    assert_eq!(activities.find("garbage"), Err(TokenRefused::Unknown));
    let foreign = Seal::random().close(Purpose::Task, &1_u64.to_be_bytes());
    assert_eq!(activities.find(&foreign), Err(TokenRefused::Unknown));
}

#[test]
fn nothing_is_remembered_of_closed_tasks_and_polls() {
    let mut activities = activities(AbandonedPolls::Release);
    for number in 1..=100 {
        let (serial, _) = started(&mut activities, new_task(number), 0);
        activities.close(serial).unwrap();
        let forgotten = activities.schedule(new_task(number), at(0)).unwrap();
        activities.forget(forgotten.serial).unwrap();
        let poll = open(&mut activities, 0);
        activities.close_poll(ARN, poll);
    }
    assert!(activities.tasks.is_empty());
    assert!(activities.queues.values().all(Queue::is_idle));
    activities.registry_mut().delete(ARN);
    activities.drop_queue_if_idle(ARN);
    assert!(activities.queues.is_empty());
}

#[test]
fn a_poll_whose_task_is_forgotten_waits_for_the_next_one() {
    let mut activities = activities(AbandonedPolls::Release);
    let poll = open(&mut activities, 0);
    let first = activities.schedule(new_task(1), at(1)).unwrap();
    activities.schedule(new_task(2), at(1)).unwrap();
    activities.forget(first.serial).unwrap();
    assert_eq!(pick(&mut activities, poll, 1), Some(2));
}

#[test]
fn creating_and_deleting_can_be_repeated() {
    let mut activities = activities(AbandonedPolls::Release);
    let later = at(0) + 1.hour();
    let again = activities
        .registry_mut()
        .create(new_activity(), later)
        .unwrap();
    assert_eq!(again.created, at(0));
    let other = NewActivity {
        encryption: Encryption::CustomerManaged {
            kms_key_id: "alias/mine".to_owned(),
            reuse_seconds: 300,
        },
        ..new_activity()
    };
    assert!(activities.registry_mut().create(other, later).is_none());
    activities.registry_mut().delete(ARN);
    activities.registry_mut().delete(ARN);
    assert!(activities.schedule(new_task(1), later).is_none());
    assert_eq!(
        activities
            .open_poll(ARN, None, Wake::default(), later)
            .err(),
        Some(PollRefused::ActivityMissing)
    );
}
