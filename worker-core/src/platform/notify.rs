//! What a service tells systemd: datagrams of `NAME=value` lines, as sd_notify(3) describes them.

mod socket;

use std::ffi::OsString;
use std::fmt;
use std::io;
use std::time::Duration;

use tokio::time::sleep;

use self::socket::Socket;

/// How often and how far apart readiness is told while systemd's queue is full.
const READY_TRIES: u32 = 100;
const READY_PAUSE: Duration = Duration::from_millis(100);

/// Tells systemd how the service is.
#[derive(Debug)]
pub(crate) struct Notifier {
    socket: Socket,
    watchdog: Option<Duration>,
}

/// One thing to tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Notice {
    /// The service has started.
    Ready,
    /// What it does, for `systemctl status`.
    Status(String),
    /// It is on its way out.
    Stopping,
    /// It is alive.
    Watchdog,
    /// It is to be given this long from now, whatever the unit says.
    Extend(Duration),
}

impl Notifier {
    /// A notifier, if the unit wants notifications.
    pub(super) fn from_variables(variables: &impl Fn(&str) -> Option<OsString>) -> Option<Self> {
        let address = variables("NOTIFY_SOCKET").filter(|address| !address.is_empty())?;
        match Socket::open(&address) {
            Ok(socket) => Some(Self {
                socket,
                watchdog: watchdog(variables),
            }),
            Err(error) => {
                tracing::warn!(%error, "systemd cannot be notified: NOTIFY_SOCKET is of no use");
                None
            }
        }
    }

    /// How often systemd must hear that the service is alive.
    pub(super) fn watchdog(&self) -> Option<Duration> {
        self.watchdog
    }

    /// Tells that the service has started, and makes sure that it was heard: a unit that is not
    /// ready in time is killed.
    pub(super) async fn ready(&self, status: String) {
        let notices = [Notice::Ready, Notice::Status(status)];
        for _ in 0..READY_TRIES {
            match self.send(&notices) {
                Ok(()) => return,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    sleep(READY_PAUSE).await;
                }
                Err(error) => {
                    tracing::warn!(%error, "systemd cannot be told that the worker is ready");
                    return;
                }
            }
        }
        tracing::warn!("systemd does not take the news that the worker is ready");
    }

    /// Tells what can as well get lost, because it is repeated or of no consequence.
    pub(super) fn tell(&self, notices: &[Notice]) {
        if let Err(error) = self.send(notices) {
            tracing::debug!(%error, ?notices, "systemd was not notified");
        }
    }

    fn send(&self, notices: &[Notice]) -> io::Result<()> {
        let lines: String = notices.iter().map(|notice| format!("{notice}\n")).collect();
        self.socket.send(&lines)
    }
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ready => f.write_str("READY=1"),
            Self::Status(status) => write!(f, "STATUS={}", status.replace('\n', " ")),
            Self::Stopping => f.write_str("STOPPING=1"),
            Self::Watchdog => f.write_str("WATCHDOG=1"),
            Self::Extend(time) => write!(f, "EXTEND_TIMEOUT_USEC={}", time.as_micros()),
        }
    }
}

/// The watchdog's patience, if it watches this process.
fn watchdog(variables: &impl Fn(&str) -> Option<OsString>) -> Option<Duration> {
    let number = |variable| variables(variable)?.to_str()?.parse::<u64>().ok();
    let ours = variables("WATCHDOG_PID").is_none()
        || number("WATCHDOG_PID") == Some(u64::from(std::process::id()));
    let patience = number("WATCHDOG_USEC").filter(|&patience| ours && patience > 0)?;
    Some(Duration::from_micros(patience))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patience(pairs: &[(&str, &str)]) -> Option<Duration> {
        watchdog(&|name| {
            let pair = pairs.iter().find(|(key, _)| *key == name)?;
            Some(OsString::from(pair.1))
        })
    }

    #[test]
    fn the_watchdog_of_another_process_is_not_ours() {
        let usec = ("WATCHDOG_USEC", "3000000");
        let pid = std::process::id().to_string();
        assert_eq!(patience(&[usec]), Some(Duration::from_secs(3)));
        let ours = [usec, ("WATCHDOG_PID", pid.as_str())];
        assert_eq!(patience(&ours), Some(Duration::from_secs(3)));
        assert_eq!(patience(&[usec, ("WATCHDOG_PID", "1")]), None);
        assert_eq!(patience(&[("WATCHDOG_USEC", "0")]), None);
        assert_eq!(patience(&[]), None);
    }

    #[test]
    fn a_status_stays_on_its_line() {
        let notice = Notice::Status("a\nSTOPPING=1".to_owned());
        assert_eq!(notice.to_string(), "STATUS=a STOPPING=1");
        let notice = Notice::Extend(Duration::from_secs(60));
        assert_eq!(notice.to_string(), "EXTEND_TIMEOUT_USEC=60000000");
    }
}
