//! What the operating system says of this process.

use std::time::Duration;

use rustix::time::{ClockId, Timespec, clock_gettime};
use serde::{Deserialize, Serialize};

/// What this process has used so far.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(crate) struct Usage {
    /// Time on a processor, of all threads, in the program and in the kernel.
    pub(crate) cpu: Duration,
    /// Memory that is resident, in KiB.
    pub(crate) resident: u64,
}

impl Usage {
    pub(crate) fn now() -> Self {
        Self {
            cpu: elapsed(clock_gettime(ClockId::ProcessCPUTime)),
            resident: resident(),
        }
    }
}

/// The time of a clock that all processes of the machine share.
pub(crate) fn now() -> Duration {
    elapsed(clock_gettime(ClockId::Monotonic))
}

/// Runs this process on one processor, if there are several and the system allows it.
pub(crate) fn pin(core: usize) {
    #[cfg(target_os = "linux")]
    if std::thread::available_parallelism().is_ok_and(|cores| cores.get() > 1) {
        let mut cores = rustix::thread::CpuSet::new();
        cores.set(core);
        // Without the permission the figures are only noisier.
        let _ = rustix::thread::sched_setaffinity(None, &cores);
    }
    #[cfg(not(target_os = "linux"))]
    let _ = core;
}

fn elapsed(time: Timespec) -> Duration {
    let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
    let nanos = u32::try_from(time.tv_nsec).unwrap_or_default();
    Duration::new(seconds, nanos)
}

fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok())
        .unwrap_or_default()
}
