//! The books of the endpoint: polls that wait, tasks that are open, and what became of them.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::sync::oneshot;

use super::wire::Request;
use crate::machine::now;
use crate::plan::percentiles;
use crate::script::{Faults, Status};

/// The length of a token; the service's are about as long.
const TOKEN_LENGTH: usize = 512;
/// The length of an input.
const INPUT_LENGTH: usize = 128;

/// Everything that the endpoint knows.
#[derive(Debug)]
pub(crate) struct Desk {
    faults: Faults,
    random: fastrand::Rng,
    flooded: bool,
    waiting: VecDeque<oneshot::Sender<usize>>,
    queue: VecDeque<usize>,
    tasks: Vec<Task>,
    status: Status,
    completions: Vec<Duration>,
}

#[derive(Debug)]
struct Task {
    arrived: Duration,
    heard_of: Duration,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Queued,
    Open,
    /// Reported, and the reporter does not know it.
    Unconfirmed,
    Confirmed,
}

/// What becomes of a request.
#[derive(Debug)]
pub(crate) enum Asked {
    Answer(Answer),
    Wait(oneshot::Receiver<usize>),
    Cut,
}

/// The status line and the body of an answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: &'static str,
    pub(crate) body: String,
}

impl Desk {
    pub(crate) fn new(faults: Faults) -> Self {
        Self {
            faults,
            random: fastrand::Rng::with_seed(1),
            flooded: false,
            waiting: VecDeque::new(),
            queue: VecDeque::new(),
            tasks: Vec::new(),
            status: Status::default(),
            completions: Vec::new(),
        }
    }

    /// From now on every poll finds a task.
    pub(crate) fn flood(&mut self) {
        self.flooded = true;
        for _ in 0..self.waiting.len() {
            self.arrive();
        }
    }

    /// A task arrives and goes to the poll that has waited longest.
    pub(crate) fn arrive(&mut self) {
        let mut task = self.make();
        while let Some(poll) = self.waiting.pop_front() {
            match poll.send(task) {
                Ok(()) => return,
                Err(returned) => task = returned,
            }
        }
        self.queue.push_back(task);
    }

    /// No more tasks.
    pub(crate) fn calm(&mut self) {
        self.flooded = false;
        self.queue.clear();
        self.status.completion = percentiles(&mut self.completions);
    }

    pub(crate) fn asked(&mut self, request: Request) -> Asked {
        match request {
            Request::Poll => self.status.polls += 1,
            Request::Report { .. } => self.status.last_report = now(),
            Request::Heartbeat { .. } => {}
        }
        if self.happens(self.faults.errors) {
            return Asked::Answer(refused("500 Internal Server Error", "InternalFailure"));
        }
        let throttled = match request {
            Request::Poll => 0,
            Request::Report { .. } | Request::Heartbeat { .. } => self.faults.throttled,
        };
        if self.happens(throttled) {
            return Asked::Answer(refused("400 Bad Request", "ThrottlingException"));
        }
        match request {
            Request::Poll => self.poll(),
            Request::Report { token } => self.report(&token),
            Request::Heartbeat { token } => Asked::Answer(self.heartbeat(&token)),
        }
    }

    /// The answer to a poll that has waited.
    pub(crate) fn hand_over(&mut self, task: Option<usize>) -> Answer {
        let Some(task) = task else {
            return ok("{}".to_owned());
        };
        self.status.handed += 1;
        let Task {
            arrived,
            heard_of,
            state,
        } = &mut self.tasks[task];
        *heard_of = now();
        *state = State::Open;
        let mut input = format!("{{\"arrived\":{},\"pad\":\"", arrived.as_nanos());
        while input.len() < INPUT_LENGTH - 2 {
            input.push('x');
        }
        let input = format!("{input}\"}}").replace('"', "\\\"");
        ok(format!(
            "{{\"taskToken\":\"{}\",\"input\":\"{input}\"}}",
            token_of(task)
        ))
    }

    pub(crate) fn connected(&mut self) {
        self.status.connections += 1;
        self.status.most_connections = self.status.most_connections.max(self.status.connections);
    }

    pub(crate) fn disconnected(&mut self) {
        self.status.connections -= 1;
    }

    pub(crate) fn beats_on_another_connection(&mut self) {
        self.status.beat_connections += 1;
    }

    pub(crate) fn misunderstood(&mut self) {
        self.status.bad_requests += 1;
    }

    pub(crate) fn status(&self) -> Status {
        let open = self.waiting.iter().filter(|poll| !poll.is_closed()).count();
        Status {
            now: now(),
            polls_open: open.try_into().unwrap_or(u64::MAX),
            ..self.status.clone()
        }
    }

    fn make(&mut self) -> usize {
        let arrived = now();
        self.tasks.push(Task {
            arrived,
            heard_of: arrived,
            state: State::Queued,
        });
        self.tasks.len() - 1
    }

    fn happens(&mut self, percent: u32) -> bool {
        percent > 0 && self.random.u32(..100) < percent
    }

    fn poll(&mut self) -> Asked {
        let task = self.queue.pop_front();
        let task = task.or_else(|| self.flooded.then(|| self.make()));
        if task.is_some() {
            return Asked::Answer(self.hand_over(task));
        }
        let (sender, receiver) = oneshot::channel();
        self.waiting.push_back(sender);
        Asked::Wait(receiver)
    }

    fn report(&mut self, token: &str) -> Asked {
        let Some(task) = self.task(token) else {
            return Asked::Answer(refused("400 Bad Request", "InvalidToken"));
        };
        match self.tasks[task].state {
            State::Open => {}
            State::Unconfirmed | State::Confirmed | State::Queued => {
                if self.tasks[task].state == State::Confirmed {
                    self.status.doubled += 1;
                }
                return Asked::Answer(refused("400 Bad Request", "TaskTimedOut"));
            }
        }
        self.heard_of(task);
        self.status.answered += 1;
        self.completions.push(now() - self.tasks[task].arrived);
        if self.happens(self.faults.lost) {
            self.tasks[task].state = State::Unconfirmed;
            return Asked::Cut;
        }
        self.tasks[task].state = State::Confirmed;
        Asked::Answer(ok("{}".to_owned()))
    }

    fn heartbeat(&mut self, token: &str) -> Answer {
        match self.task(token) {
            Some(task) if self.tasks[task].state == State::Open => {
                self.heard_of(task);
                self.status.beats += 1;
                ok("{}".to_owned())
            }
            Some(_) => refused("400 Bad Request", "TaskTimedOut"),
            None => refused("400 Bad Request", "InvalidToken"),
        }
    }

    fn heard_of(&mut self, task: usize) {
        let heard_of = now();
        let gap = heard_of - self.tasks[task].heard_of;
        self.tasks[task].heard_of = heard_of;
        self.status.worst_gap = self.status.worst_gap.max(gap);
    }

    fn task(&self, token: &str) -> Option<usize> {
        let number = token.trim_end_matches('A').parse().ok()?;
        (number < self.tasks.len() && token.len() == TOKEN_LENGTH).then_some(number)
    }
}

fn token_of(task: usize) -> String {
    format!("{task:A<TOKEN_LENGTH$}")
}

fn ok(body: String) -> Answer {
    Answer {
        status: "200 OK",
        body,
    }
}

fn refused(status: &'static str, code: &str) -> Answer {
    Answer {
        status,
        body: format!("{{\"__type\":\"{code}\",\"message\":\"scripted\"}}"),
    }
}
