//! One run: an endpoint, a contender, and what happens between two looks at both.

use std::path::PathBuf;
use std::time::Duration;

use tokio::time::sleep;

use crate::contender::Question;
use crate::plan::{Kind, Report, Setup};
use crate::process::Process;
use crate::script::{Conditions, Order, Status};

/// How long anything may take that has no time of its own.
const PATIENCE: Duration = Duration::from_secs(900);

/// A contender as a row of a table.
#[derive(Debug, Clone)]
pub(crate) struct Contender {
    pub(crate) name: String,
    pub(crate) program: PathBuf,
    pub(crate) setup: Setup,
}

/// An endpoint and a contender that polls it.
#[derive(Debug)]
pub(crate) struct Run {
    endpoint: Process,
    contender: Process,
}

/// A moment of a run.
#[derive(Debug, Clone, Default)]
pub(crate) struct Look {
    pub(crate) endpoint: Status,
    pub(crate) contender: Report,
}

impl Contender {
    pub(crate) fn new(name: impl Into<String>, kind: Kind, slots: usize) -> Self {
        Self {
            name: name.into(),
            program: std::env::current_exe().expect("this program exists"),
            setup: Setup {
                port: 0,
                kind,
                slots,
                polls: None,
                prefetch: 0,
                handler: Duration::ZERO,
                heartbeat: None,
            },
        }
    }
}

impl Run {
    /// Starts both and waits until the contender's polls are open.
    pub(crate) async fn start(contender: &Contender, conditions: Conditions) -> Self {
        let this = std::env::current_exe().expect("this program exists");
        let mut endpoint = Process::start(&this, "endpoint", &conditions);
        let mut setup = contender.setup;
        setup.port = endpoint.hear();
        let mut contender = Process::start(&contender.program, "contender", &setup);
        let _begun: Report = contender.hear();
        let mut run = Self {
            endpoint,
            contender,
        };
        run.until(|status| status.polls_open > 0).await;
        // Until no more polls are opened.
        let mut open = 0;
        while run.order(Order::Status).polls_open != open {
            open = run.order(Order::Status).polls_open;
            sleep(Duration::from_millis(200)).await;
        }
        run
    }

    pub(crate) fn order(&mut self, order: Order) -> Status {
        self.endpoint.ask(&order)
    }

    /// Looks at both, at as good as the same time.
    pub(crate) fn look(&mut self) -> Look {
        Look {
            contender: self.contender.ask(&Question::Report),
            endpoint: self.order(Order::Status),
        }
    }

    /// Waits until the endpoint has seen something.
    pub(crate) async fn until(&mut self, mut seen: impl FnMut(&Status) -> bool) -> Status {
        let mut waited = Duration::ZERO;
        loop {
            let status = self.order(Order::Status);
            if seen(&status) || waited > PATIENCE {
                return status;
            }
            waited += Duration::from_millis(20);
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// Lets the contender finish what it has, stops it, and looks a last time.
    pub(crate) async fn end(mut self) -> Look {
        self.order(Order::Calm);
        // Two seconds without a sign of life: nothing more will come.
        let mut before = Status::default();
        let done = |now: &Status| {
            let still = now.answered == before.answered && now.beats == before.beats;
            if !still {
                before = now.clone();
            }
            now.handed == now.answered || now.now > before.now + Duration::from_secs(2)
        };
        self.until(done).await;
        let contender = self.contender.ask(&Question::Stop);
        let endpoint = self.order(Order::Calm);
        Look {
            endpoint,
            contender,
        }
    }
}

/// What a contender says that needs no endpoint.
pub(crate) fn alone(contender: &Contender) -> Report {
    let mut process = Process::start(&contender.program, "contender", &contender.setup);
    let _begun: Report = process.hear();
    process.hear()
}
