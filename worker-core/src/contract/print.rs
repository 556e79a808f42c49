//! A contract as people read it.

use std::fmt;
use std::time::Duration;

use super::activity::{ActivityContract, HeartbeatSource};
use super::error::ErrorContract;
use super::{Contract, terms};

impl fmt::Display for Contract {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, activity) in self.activities().iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            write!(f, "{activity}")?;
        }
        Ok(())
    }
}

impl fmt::Display for ActivityContract {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.name)?;
        for line in self.description.iter().flat_map(|text| text.lines()) {
            writeln!(f, "{}", format!("  {line}").trim_end())?;
        }
        writeln!(f, "  options   {}", self.options())?;
        for (index, error) in self.errors.iter().enumerate() {
            let head = if index == 0 { "errors" } else { "" };
            writeln!(f, "  {head:<9} {error}")?;
        }
        if self.other_errors {
            writeln!(f, "  {:<9} and others, not known before", "")?;
        }
        writeln!(f, "  worker    {}", self.worker_errors.join(", "))?;
        if !self.envelope.is_empty() {
            writeln!(f, "  envelope  {}", self.envelope.join(", "))?;
        }
        for (head, schema) in [("input", &self.input), ("output", &self.output)] {
            if let Some(schema) = schema {
                writeln!(f, "  {head:<9} {schema}")?;
            }
        }
        Ok(())
    }
}

impl ActivityContract {
    fn options(&self) -> String {
        let span = |span: Duration| humantime::format_duration(span).to_string();
        let from = match self.heartbeat_from {
            HeartbeatSource::Activity => "",
            HeartbeatSource::HeartbeatTimeout => " (a third of heartbeat_timeout)",
            HeartbeatSource::Worker => " (the worker's default)",
        };
        let mut parts = vec![format!("heartbeat {}{from}", span(self.heartbeat))];
        let limits = [
            ("heartbeat_timeout", self.heartbeat_timeout),
            ("timeout", self.timeout),
            ("stall_after", self.stall_after),
        ];
        for (name, limit) in limits {
            parts.extend(limit.map(|limit| format!("{name} {}", span(limit))));
        }
        parts.push(format!("concurrency {}", self.concurrency));
        parts.extend(self.rate.map(|rate| format!("rate {rate}")));
        parts.join(", ")
    }
}

impl fmt::Display for ErrorContract {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        let mut notes = Vec::new();
        if self.benign {
            notes.push("benign".to_owned());
        }
        if self.is_terminal() {
            notes.push("never retry".to_owned());
        }
        if let Some(retrier) = self.retrier() {
            notes.push(format!(
                "retry {} times, first after {}s",
                retrier.max_attempts, retrier.interval_seconds
            ));
        }
        if !self.details.is_empty() {
            notes.push(format!("details {}", self.details.join(", ")));
        }
        if !notes.is_empty() {
            write!(f, " ({})", notes.join(", "))?;
        }
        // A meaning that everybody can look up is not repeated for every activity.
        let own = terms::meaning(&self.name).is_none();
        if let Some(first) = self
            .description
            .as_ref()
            .and_then(|text| text.lines().next())
            && own
        {
            write!(f, ": {first}")?;
        }
        Ok(())
    }
}
