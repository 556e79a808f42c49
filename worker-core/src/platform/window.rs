//! How long the platform waits between its stop signal and the kill, and who says so.

use std::ffi::OsString;
use std::fmt;
use std::time::Duration;

/// What ECS waits where `stopTimeout` is not set.
const ECS_DEFAULT: Duration = Duration::from_secs(30);
/// The most that `stopTimeout` can be on Fargate.
const FARGATE_MOST: Duration = Duration::from_secs(120);
/// How long before the end of the window a worker drops its last polls.
const LAST_MOMENT: Duration = Duration::from_secs(1);

/// What started the process and will stop it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Host {
    /// A systemd unit of `Type=notify`, which waits as long as it is asked to.
    SystemdNotify,
    /// A systemd unit of another type.
    Systemd,
    /// Amazon ECS on Fargate, which kills after 120 seconds at the latest.
    Fargate,
    /// Amazon ECS on other machines.
    Ecs,
    /// Kubernetes.
    Kubernetes,
    /// Something else, such as a shell.
    Unknown,
}

/// The time between the stop signal and the kill.
///
/// What the program was told wins; without that, a unit of `Type=notify` waits as long as the
/// drain takes, and for ECS its default of 30 seconds is assumed, because it does not tell.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use sfn_worker_core::platform::Platform;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let on_fargate = |variable: &str| match variable {
///     "ECS_CONTAINER_METADATA_URI_V4" => Some("http://127.0.0.1:9/v4/x".into()), // nobody there
///     "AWS_EXECUTION_ENV" => Some("AWS_ECS_FARGATE".into()),
///     _ => None,
/// };
/// let platform = Platform::detect_from(on_fargate).await;
/// assert_eq!(platform.stop_window(None).limit(), Some(Duration::from_secs(30)));
/// let configured = Some(Duration::from_secs(110));
/// assert_eq!(platform.stop_window(configured).limit(), configured);
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StopWindow {
    configured: Option<Duration>,
    host: Host,
}

/// What a drain can take, part by part.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DrainTime {
    /// Until the service has let go of every poll.
    pub(crate) polls: Duration,
    /// Until handlers must have finished.
    pub(crate) grace: Duration,
    /// Until what is not finished is handed back.
    pub(crate) handing_back: Duration,
}

impl StopWindow {
    pub(crate) fn new(configured: Option<Duration>) -> Self {
        Self {
            configured,
            host: Host::Unknown,
        }
    }

    /// The same window on a host.
    pub(crate) fn on(self, host: Host) -> Self {
        Self { host, ..self }
    }

    /// The time that a drain may take; `None` where it is as long as needed, or not known.
    #[must_use]
    pub fn limit(&self) -> Option<Duration> {
        match (self.configured, self.host) {
            (Some(window), Host::Fargate) => Some(window.min(FARGATE_MOST)),
            (Some(window), _) => Some(window),
            (None, Host::Fargate | Host::Ecs) => Some(ECS_DEFAULT),
            (None, Host::SystemdNotify | Host::Systemd | Host::Kubernetes | Host::Unknown) => None,
        }
    }

    /// Whether the program was told, and not the platform asked.
    #[must_use]
    pub fn is_configured(&self) -> bool {
        self.configured.is_some()
    }

    /// What started the process and will stop it.
    #[must_use]
    pub fn host(&self) -> Host {
        self.host
    }

    /// What an operator should know before it matters.
    pub(crate) fn concerns(&self, drain: DrainTime) -> Vec<String> {
        let mut concerns = Vec::new();
        if let Some(configured) = self.configured
            && self.host == Host::Fargate
            && configured > FARGATE_MOST
        {
            concerns.push(format!(
                "the stop window is configured as {}, but Fargate kills {} after the stop signal \
                 at the latest: the worker goes by that",
                seconds(configured),
                seconds(FARGATE_MOST),
            ));
        }
        let needed = drain.total();
        match self.limit() {
            Some(limit) if limit < needed => concerns.push(format!(
                "the stop window of {} ({}) is shorter than the {} that a drain can take ({drain}): \
                 what is not finished {} after the stop signal is handed back, and polls that are \
                 still open after {} are dropped, each with the task that the service may give \
                 it; {}",
                seconds(limit),
                self.source(),
                seconds(needed),
                seconds(limit.saturating_sub(drain.handing_back)),
                seconds(limit.saturating_sub(LAST_MOMENT)),
                self.remedy(drain),
            )),
            None if matches!(self.host, Host::Systemd | Host::Kubernetes) => {
                concerns.push(format!(
                    "the stop window is not known ({}), and a drain can take {} ({drain}): what \
                     is not finished at the kill is lost until its time-out; {}",
                    self.source(),
                    seconds(needed),
                    self.remedy(drain),
                ));
            }
            _ => {}
        }
        concerns
    }

    /// Who says how long the window is.
    fn source(&self) -> &'static str {
        match (self.configured, self.host) {
            (Some(window), Host::Fargate) if window > FARGATE_MOST => "the most on Fargate",
            (Some(_), _) => "configured",
            (None, Host::Fargate | Host::Ecs) => {
                "assumed: the default of ECS, which does not tell its stopTimeout"
            }
            (None, Host::SystemdNotify) => "extended as long as a drain needs",
            (None, Host::Systemd) => "a systemd unit that is not of Type=notify",
            (None, Host::Kubernetes) => {
                "Kubernetes does not tell its terminationGracePeriodSeconds, 30 unless set"
            }
            (None, Host::Unknown) => "nobody says",
        }
    }

    fn remedy(&self, drain: DrainTime) -> String {
        let needed = drain.total();
        let number = seconds(needed);
        let plain = number.trim_end_matches('s');
        match self.host {
            Host::Fargate if needed > FARGATE_MOST => format!(
                "set stopTimeout of the container to 120, the most on Fargate, \
                 SFN_WORKER_STOP_WINDOW=120s, and a grace period of at most {}",
                seconds(FARGATE_MOST.saturating_sub(drain.polls + drain.handing_back)),
            ),
            Host::Fargate | Host::Ecs => format!(
                "set stopTimeout of the container to {plain}, and SFN_WORKER_STOP_WINDOW={number}"
            ),
            Host::Kubernetes => format!(
                "set terminationGracePeriodSeconds to {plain}, and \
                 SFN_WORKER_STOP_WINDOW={number}"
            ),
            Host::SystemdNotify => "configure no stop window: a unit of Type=notify waits as \
                                    long as the drain takes"
                .to_owned(),
            Host::Systemd => format!(
                "make the unit Type=notify, which waits as long as the drain takes, or set \
                 TimeoutStopSec={number} and SFN_WORKER_STOP_WINDOW={number}"
            ),
            Host::Unknown => format!(
                "have the process killed {number} after the stop signal at the earliest, and set \
                 SFN_WORKER_STOP_WINDOW={number}"
            ),
        }
    }
}

impl fmt::Display for StopWindow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.limit() {
            Some(limit) => write!(f, "{} ({})", seconds(limit), self.source()),
            None => f.write_str(self.source()),
        }
    }
}

impl Host {
    pub(super) fn from_variables(
        variables: &impl Fn(&str) -> Option<OsString>,
        notifies: bool,
    ) -> Self {
        let set = |variable| variables(variable).is_some_and(|value| !value.is_empty());
        let is = |variable, value: &str| variables(variable).is_some_and(|text| text == value);
        if notifies {
            Self::SystemdNotify
        } else if set("ECS_CONTAINER_METADATA_URI_V4") {
            if is("AWS_EXECUTION_ENV", "AWS_ECS_FARGATE") {
                Self::Fargate
            } else {
                Self::Ecs
            }
        } else if set("KUBERNETES_SERVICE_HOST") {
            Self::Kubernetes
        } else if is("SYSTEMD_EXEC_PID", &std::process::id().to_string()) {
            // Inherited by everything that a unit starts, so it must be ours.
            Self::Systemd
        } else {
            Self::Unknown
        }
    }
}

impl DrainTime {
    fn total(&self) -> Duration {
        self.polls
            .saturating_add(self.grace)
            .saturating_add(self.handing_back)
    }
}

impl fmt::Display for DrainTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} for open polls, {} of grace, {} to hand back",
            seconds(self.polls),
            seconds(self.grace),
            seconds(self.handing_back),
        )
    }
}

/// The duration in the unit that platforms take: whole seconds, rounded up.
fn seconds(duration: Duration) -> String {
    let whole = duration.as_secs();
    let partly = u64::from(duration.subsec_nanos() > 0);
    format!("{}s", whole.saturating_add(partly))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drain(grace: u64) -> DrainTime {
        DrainTime {
            polls: Duration::from_secs(65),
            grace: Duration::from_secs(grace),
            handing_back: Duration::from_secs(10),
        }
    }

    fn concerns(configured: Option<u64>, host: Host, grace: u64) -> Vec<String> {
        StopWindow::new(configured.map(Duration::from_secs))
            .on(host)
            .concerns(drain(grace))
    }

    #[test]
    fn a_window_that_is_long_enough_is_no_concern() {
        for host in [Host::Ecs, Host::Fargate, Host::Kubernetes, Host::Unknown] {
            assert_eq!(concerns(Some(105), host, 30), [""; 0]);
            assert_eq!(concerns(Some(104), host, 30).len(), 1);
        }
        assert_eq!(concerns(None, Host::SystemdNotify, 3_600), [""; 0]);
        assert_eq!(concerns(None, Host::Unknown, 30), [""; 0]);
    }

    #[test]
    fn on_ecs_the_default_is_assumed_and_the_warning_says_so() {
        assert_eq!(
            concerns(None, Host::Ecs, 30),
            [
                "the stop window of 30s (assumed: the default of ECS, which does not tell its \
              stopTimeout) is shorter than the 105s that a drain can take (65s for open polls, \
              30s of grace, 10s to hand back): what is not finished 20s after the stop signal is \
              handed back, and polls that are still open after 29s are dropped, each with the \
              task that the service may give it; set stopTimeout of the container to 105, and \
              SFN_WORKER_STOP_WINDOW=105s"
            ]
        );
    }

    #[test]
    fn more_than_fargate_grants_is_warned_of_and_not_counted_on() {
        let window = StopWindow::new(Some(Duration::from_secs(300))).on(Host::Fargate);
        assert_eq!(window.limit(), Some(FARGATE_MOST));
        let concerns = window.concerns(drain(200));
        assert!(concerns[0].contains("configured as 300s"), "{concerns:?}");
        assert!(concerns[1].contains("the most on Fargate"), "{concerns:?}");
        let remedy = "SFN_WORKER_STOP_WINDOW=120s, and a grace period of at most 45s";
        assert!(concerns[1].ends_with(remedy), "{concerns:?}");
    }

    #[test]
    fn each_host_has_a_remedy_of_its_own() {
        for (host, remedy) in [
            (Host::Kubernetes, "set terminationGracePeriodSeconds to 105"),
            (Host::Systemd, "make the unit Type=notify"),
        ] {
            let concerns = concerns(None, host, 30);
            assert!(concerns[0].contains(remedy), "{concerns:?}");
        }
        let short = concerns(Some(20), Host::SystemdNotify, 30);
        assert!(short[0].ends_with("as long as the drain takes"));
        let tiny = concerns(Some(5), Host::Unknown, 30);
        assert!(tiny[0].contains("not finished 0s after"), "{tiny:?}");
    }

    #[test]
    fn the_host_is_known_by_its_variables_and_notifications_come_first() {
        let of = |pairs: &[(&str, &str)], notifies| {
            let find = |name: &str| {
                let pair = pairs.iter().find(|(key, _)| *key == name)?;
                Some(OsString::from(pair.1))
            };
            Host::from_variables(&find, notifies)
        };
        let ecs = ("ECS_CONTAINER_METADATA_URI_V4", "http://169.254.170.2/v4/x");
        let pid = std::process::id().to_string();
        assert_eq!(of(&[], false), Host::Unknown);
        assert_eq!(of(&[ecs], false), Host::Ecs);
        assert_eq!(of(&[ecs], true), Host::SystemdNotify);
        let fargate = ("AWS_EXECUTION_ENV", "AWS_ECS_FARGATE");
        assert_eq!(of(&[ecs, fargate], false), Host::Fargate);
        let kubernetes = ("KUBERNETES_SERVICE_HOST", "10.0.0.1");
        assert_eq!(of(&[kubernetes], false), Host::Kubernetes);
        assert_eq!(of(&[("SYSTEMD_EXEC_PID", &pid)], false), Host::Systemd);
        assert_eq!(of(&[("SYSTEMD_EXEC_PID", "1")], false), Host::Unknown);
    }
}
