//! TEMPORARY until asl and machine are there.
use crate::asl::ActivityUse;
use crate::history::{EventDetails as D, HistoryEvent, StateKind};
use crate::machine::*;
use jiff::Timestamp;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

#[derive(Debug)]
pub struct Definition {
    pub comment: Option<String>,
    pub timeout: Option<Duration>,
    pub activities: Vec<ActivityUse>,
    raw: Value,
}
impl Definition {
    pub fn parse(text: &str) -> Result<Self, String> {
        let raw: Value =
            serde_json::from_str(text).map_err(|e| format!("INVALID_JSON_DESCRIPTION: {e}"))?;
        let mut activities = vec![];
        let Some(states) = raw["States"].as_object() else {
            return Err("SCHEMA_VALIDATION_FAILED: no States".into());
        };
        for (n, s) in states {
            if s["Type"] == "Task" {
                activities.push(ActivityUse {
                    arn: s["Resource"].as_str().unwrap().into(),
                    path: format!("/States/{n}/Resource"),
                });
            }
        }
        Ok(Self {
            comment: raw["Comment"].as_str().map(str::to_owned),
            timeout: raw["TimeoutSeconds"].as_u64().map(Duration::from_secs),
            activities,
            raw,
        })
    }
}
#[derive(Debug, Clone)]
pub struct Facts {
    pub execution_arn: String,
    pub execution_name: String,
    pub role_arn: String,
    pub state_machine_arn: String,
    pub state_machine_name: String,
    pub input: Arc<str>,
    pub start_time: Timestamp,
    pub seed: u64,
}
#[derive(Debug)]
pub struct Machine {
    def: Arc<Definition>,
    state: String,
    input: Arc<str>,
    id: u64,
    prev: u64,
    n: u64,
    done: bool,
    timer: Option<TimerId>,
    task: Option<TaskId>,
}
impl Machine {
    pub fn start(def: Arc<Definition>, facts: Facts, now: Timestamp) -> (Self, Vec<Effect>) {
        let mut e = vec![];
        let mut m = Self {
            state: def.raw["StartAt"].as_str().unwrap().into(),
            def,
            input: facts.input.clone(),
            id: 0,
            prev: 0,
            n: 0,
            done: false,
            timer: None,
            task: None,
        };
        m.rec(
            &mut e,
            now,
            D::ExecutionStarted {
                input: facts.input,
                role_arn: facts.role_arn.into(),
            },
        );
        m.prev = 0;
        if let Some(t) = m.def.timeout {
            e.push(Effect::StartTimer {
                timer: TimerId(999),
                at: now.saturating_add(t).unwrap(),
            });
        }
        m.enter(&mut e, now);
        (m, e)
    }
    fn rec(&mut self, e: &mut Vec<Effect>, now: Timestamp, details: D) {
        self.id += 1;
        e.push(Effect::Record(HistoryEvent {
            id: self.id,
            previous_event_id: self.prev,
            timestamp: now,
            details,
        }));
        self.prev = self.id;
    }
    fn kind(&self) -> StateKind {
        match self.s()["Type"].as_str().unwrap() {
            "Pass" => StateKind::Pass,
            "Task" => StateKind::Task,
            "Wait" => StateKind::Wait,
            "Succeed" => StateKind::Succeed,
            _ => StateKind::Fail,
        }
    }
    fn s(&self) -> &Value {
        &self.def.raw["States"][&self.state]
    }
    fn enter(&mut self, e: &mut Vec<Effect>, now: Timestamp) {
        let k = self.kind();
        self.rec(
            e,
            now,
            D::StateEntered {
                kind: k,
                name: self.state.as_str().into(),
                input: self.input.clone(),
            },
        );
        match k {
            StateKind::Wait => {
                self.n += 1;
                let t = TimerId(self.n);
                self.timer = Some(t);
                e.push(Effect::StartTimer {
                    timer: t,
                    at: now
                        .saturating_add(Duration::from_secs(self.s()["Seconds"].as_u64().unwrap()))
                        .unwrap(),
                });
            }
            StateKind::Task => self.sched(e),
            StateKind::Pass => {
                if let Some(r) = self.s().get("Result") {
                    self.input = r.to_string().into();
                }
                self.exit(e, now)
            }
            StateKind::Succeed => self.exit(e, now),
            _ => self.fail(
                e,
                now,
                self.s()["Error"].as_str().map(Into::into),
                self.s()["Cause"].as_str().map(Into::into),
            ),
        }
    }
    fn sched(&mut self, e: &mut Vec<Effect>) {
        self.n += 1;
        let t = TaskId(self.n);
        self.task = Some(t);
        let s = self.s();
        e.push(Effect::ScheduleActivity {
            task: t,
            activity: s["Resource"].as_str().unwrap().into(),
            input: self.input.clone(),
            timeout: s["TimeoutSeconds"].as_u64().map(Duration::from_secs),
            heartbeat: s["HeartbeatSeconds"].as_u64().map(Duration::from_secs),
        });
    }
    fn exit(&mut self, e: &mut Vec<Effect>, now: Timestamp) {
        self.rec(
            e,
            now,
            D::StateExited {
                kind: self.kind(),
                name: self.state.as_str().into(),
                output: self.input.clone(),
            },
        );
        if let Some(n) = self.s()["Next"].as_str() {
            self.state = n.to_owned();
            self.enter(e, now);
            return;
        }
        self.rec(
            e,
            now,
            D::ExecutionSucceeded {
                output: self.input.clone(),
            },
        );
        self.close(e, Status::Succeeded, Some(self.input.clone()), None, None);
    }
    fn close(
        &mut self,
        e: &mut Vec<Effect>,
        status: Status,
        output: Option<Arc<str>>,
        error: Option<Arc<str>>,
        cause: Option<Arc<str>>,
    ) {
        self.done = true;
        if let Some(t) = self.timer.take() {
            e.push(Effect::CancelTimer { timer: t });
        }
        if let Some(t) = self.task.take() {
            e.push(Effect::ForgetActivity { task: t });
        }
        if self.def.timeout.is_some() {
            e.push(Effect::CancelTimer {
                timer: TimerId(999),
            });
        }
        e.push(Effect::Close(Closed {
            status,
            output,
            error: error.map(|x| x.to_string()),
            cause: cause.map(|x| x.to_string()),
        }));
    }
    fn fail(
        &mut self,
        e: &mut Vec<Effect>,
        now: Timestamp,
        error: Option<Arc<str>>,
        cause: Option<Arc<str>>,
    ) {
        self.rec(
            e,
            now,
            D::ExecutionFailed {
                error: error.clone(),
                cause: cause.clone(),
            },
        );
        self.close(e, Status::Failed, None, error, cause);
    }
    pub fn step(&mut self, event: Event, now: Timestamp) -> Vec<Effect> {
        let mut v = vec![];
        let e = &mut v;
        if self.done {
            return v;
        }
        match event {
            Event::ActivityAccepted { .. } => {
                let s = self.s().clone();
                let input = self.input.clone();
                self.rec(
                    e,
                    now,
                    D::ActivityScheduled {
                        resource: s["Resource"].as_str().unwrap().into(),
                        input,
                        timeout_in_seconds: s["TimeoutSeconds"].as_u64(),
                        heartbeat_in_seconds: s["HeartbeatSeconds"].as_u64(),
                    },
                )
            }
            Event::ActivityMissing { .. } => {
                self.task = None;
                let c = format!(
                    "An error occurred while executing the state '{}' (entered at the event id #{}). The activity {} does not exist.",
                    self.state,
                    self.prev,
                    self.s()["Resource"].as_str().unwrap()
                );
                self.fail(e, now, Some("States.Runtime".into()), Some(c.into()))
            }
            Event::TaskStarted { worker_name, .. } => self.rec(
                e,
                now,
                D::ActivityStarted {
                    worker_name: worker_name.map(Into::into),
                },
            ),
            Event::TaskSucceeded { output, .. } => {
                self.task = None;
                self.rec(
                    e,
                    now,
                    D::ActivitySucceeded {
                        output: output.clone(),
                    },
                );
                self.input = output;
                self.exit(e, now)
            }
            Event::TaskFailed { error, cause, .. } => {
                self.task = None;
                let (error, cause): (Option<Arc<str>>, Option<Arc<str>>) =
                    (error.map(Into::into), cause.map(Into::into));
                self.rec(
                    e,
                    now,
                    D::ActivityFailed {
                        error: error.clone(),
                        cause: cause.clone(),
                    },
                );
                self.fail(e, now, error, cause)
            }
            Event::TaskTimedOut { .. } => {
                self.task = None;
                self.rec(
                    e,
                    now,
                    D::ActivityTimedOut {
                        error: Some("States.Timeout".into()),
                        cause: None,
                    },
                );
                self.fail(e, now, Some("States.Timeout".into()), None)
            }
            Event::TimerFired {
                timer: TimerId(999),
            } => {
                self.rec(
                    e,
                    now,
                    D::ExecutionTimedOut {
                        error: Some("States.Timeout".into()),
                        cause: None,
                    },
                );
                self.close(e, Status::TimedOut, None, None, None)
            }
            Event::TimerFired { .. } => {
                self.timer = None;
                self.exit(e, now)
            }
            Event::Stopped { error, cause } => {
                let (error, cause): (Option<Arc<str>>, Option<Arc<str>>) =
                    (error.map(Into::into), cause.map(Into::into));
                self.prev = 0;
                self.rec(
                    e,
                    now,
                    D::ExecutionAborted {
                        error: error.clone(),
                        cause: cause.clone(),
                    },
                );
                self.close(e, Status::Aborted, None, error, cause)
            }
        }
        v
    }
}
