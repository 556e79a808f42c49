//! Whether the polls of an activity fail: said when it begins, now and then while it lasts, and
//! when it ends, however many polls there are.

use std::error::Error;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::name::ActivityArn;
use crate::service::{Disposition, ServiceError};

/// When an outage that lasts is mentioned again; after the last, each time so long.
const REMINDERS: [Duration; 4] = [
    Duration::from_secs(60),
    Duration::from_secs(5 * 60),
    Duration::from_secs(15 * 60),
    Duration::from_secs(60 * 60),
];

/// The outage of one activity, if there is one.
#[derive(Debug, Default)]
pub(crate) struct Outage {
    current: Mutex<Option<Current>>,
}

#[derive(Debug)]
struct Current {
    since: Instant,
    reminders: usize,
    remind_at: Instant,
}

impl Outage {
    /// A poll has failed.
    pub(crate) fn noted(&self, activity: &ActivityArn, error: &ServiceError) {
        let now = Instant::now();
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        let source = error.source().map(ToString::to_string);
        let advice = advice(error);
        match &mut *current {
            None => {
                tracing::warn!(%activity, %error, source, "polling fails, it will go on by itself{advice}");
                *current = Some(Current {
                    since: now,
                    reminders: 0,
                    remind_at: now + REMINDERS[0],
                });
            }
            Some(outage) if now >= outage.remind_at => {
                let after = now - outage.since;
                tracing::warn!(%activity, %error, source, ?after, "polling still fails{advice}");
                outage.reminders = (outage.reminders + 1).min(REMINDERS.len() - 1);
                outage.remind_at = now + REMINDERS[outage.reminders];
            }
            Some(_) => tracing::debug!(%activity, %error, "polling still fails"),
        }
    }

    /// A poll that was asked at `asked` has been answered: that ends an
    /// outage that had begun before it was asked.
    pub(crate) fn ended(&self, activity: &ActivityArn, asked: Instant) {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(outage) = current.take_if(|outage| asked > outage.since) {
            tracing::info!(%activity, after = ?outage.since.elapsed(), "polling works again");
        }
    }
}

/// What an operator can do about it.
fn advice(error: &ServiceError) -> &'static str {
    match error.disposition() {
        _ if error.is_activity_missing() => ": create the activity, or set create_missing",
        _ if error.is_too_many_polls() => {
            ": the fleet has more than 1,000 polls open for this activity, lower `polls`"
        }
        Disposition::Denied => ": grant states:GetActivityTask on the activity",
        Disposition::Throttled
        | Disposition::Transient
        | Disposition::Gone
        | Disposition::Refused => "",
    }
}
