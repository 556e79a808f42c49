//! What the user sees while it runs: a bar on a terminal, a line a second elsewhere.

use std::io::IsTerminal as _;
use std::time::Duration;

use indicatif::{HumanCount, ProgressBar, ProgressStyle};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval};

use crate::tally::Tally;
use crate::target::Target;

/// Shows how far it is.
#[derive(Debug)]
pub(crate) struct Progress {
    target: Target,
    display: Display,
    ticks: Interval,
    begun: Instant,
    listed_all: bool,
}

#[derive(Debug)]
enum Display {
    Bar(ProgressBar),
    /// The next line may come at this time.
    Lines {
        next: Instant,
    },
    Nothing,
}

const LINES_EVERY: Duration = Duration::from_secs(1);
const TEMPLATE: &str = "{elapsed_precise} {bar:30} {human_pos}/{human_len} files, {msg}";

impl Progress {
    pub(crate) fn new(target: Target, quiet: bool) -> Self {
        let begun = Instant::now();
        let (display, every) = if quiet {
            (Display::Nothing, LINES_EVERY)
        } else if std::io::stderr().is_terminal() {
            (Display::Bar(bar()), Duration::from_millis(100))
        } else {
            (
                Display::Lines {
                    next: begun + LINES_EVERY,
                },
                LINES_EVERY,
            )
        };
        let mut ticks = interval(every);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self {
            target,
            display,
            ticks,
            begun,
            listed_all: false,
        }
    }

    /// Completes when it is time to show again.
    pub(crate) async fn tick(&mut self) {
        self.ticks.tick().await;
    }

    /// Shows how far it is.
    pub(crate) fn show(&mut self, tally: &Tally, open: usize) {
        if tally.listed_all && !self.listed_all {
            self.listed_all = true;
            self.say(&format!(
                "all {} files are listed",
                HumanCount(tally.listed)
            ));
        }
        let text = || format!("{}{open} executions open", self.counts());
        match &self.display {
            Display::Bar(bar) => {
                bar.set_length(tally.listed);
                bar.set_position(tally.files_done());
                bar.set_message(text());
            }
            Display::Lines { next } if Instant::now() >= *next => {
                let (done, listed) = (tally.files_done(), tally.listed);
                let line = format!(
                    "{} of {} files, {}",
                    HumanCount(done),
                    HumanCount(listed),
                    text()
                );
                self.say(&line);
                self.display = Display::Lines {
                    next: Instant::now() + LINES_EVERY,
                };
            }
            Display::Lines { .. } | Display::Nothing => {}
        }
    }

    /// Ends the display.
    pub(crate) fn end(&mut self, tally: &Tally) {
        if let Display::Bar(bar) = &self.display {
            bar.finish_and_clear();
        }
        let (done, listed) = (tally.files_done(), tally.listed);
        self.say(&format!(
            "{} of {} files are done",
            HumanCount(done),
            HumanCount(listed)
        ));
    }

    fn say(&self, text: &str) {
        let line = format!("{:7.1} s  {text}", self.begun.elapsed().as_secs_f64());
        match &self.display {
            Display::Bar(bar) => bar.suspend(|| eprintln!("{line}")),
            Display::Lines { .. } => eprintln!("{line}"),
            Display::Nothing => {}
        }
    }

    /// What the engine counts between the ends of executions, where it is in this process.
    fn counts(&self) -> String {
        let Some(counts) = self.target.counts() else {
            return String::new();
        };
        format!(
            "{} tasks, {} retries, ",
            HumanCount(counts.tasks_done),
            counts.retries
        )
    }
}

fn bar() -> ProgressBar {
    let style = ProgressStyle::with_template(TEMPLATE);
    ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
