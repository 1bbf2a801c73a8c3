//! The system's clocks, and the kernel's report on the wall clock.
#![allow(unsafe_code)]
use crate::base::instant::{BootTime, SECOND_US};

/// State of the wall clock as the kernel reports it (adjtimex(2)).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KernelClockStatus {
    /// True when the kernel reports neither `STA_UNSYNC` nor `TIME_ERROR`.
    pub is_synchronised: bool,
    /// Maximum error of the clock, in microseconds.
    pub max_error_us: i64,
}

/// Reads the state of the wall clock from the kernel; `None` if the call fails. The call changes nothing (`modes` is
/// 0), so it needs no privileges.
#[cfg(target_os = "linux")]
#[must_use]
pub fn kernel_clock_status() -> Option<KernelClockStatus> {
    // SAFETY: `timex` is a plain C struct for which all-zero bytes are a valid value.
    let mut buffer: libc::timex = unsafe { std::mem::zeroed() };
    // SAFETY: the pointer is to a live, exclusive, properly sized buffer, and the call keeps no reference to it.
    let state = unsafe { libc::adjtimex(&raw mut buffer) };
    (state >= 0).then_some(KernelClockStatus {
        is_synchronised: state != libc::TIME_ERROR && buffer.status & libc::STA_UNSYNC == 0,
        max_error_us: buffer.maxerror,
    })
}

/// Returns `None`: other systems do not report this state.
#[cfg(not(target_os = "linux"))]
#[must_use]
pub fn kernel_clock_status() -> Option<KernelClockStatus> {
    None
}

/// Reads the boot clock (`CLOCK_BOOTTIME`), which is used to measure durations and to start airings.
#[must_use]
pub fn boot_now() -> BootTime {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    BootTime(now.tv_sec.saturating_mul(SECOND_US).saturating_add(now.tv_nsec / 1000))
}

/// Returns the system's wall time in seconds since 1970; 0 if the clock is set to a time before 1970.
#[must_use]
pub fn unix_time_s() -> u64 {
    #[allow(clippy::disallowed_methods)] // the replaceable clock exists only in `playout`
    let now = std::time::SystemTime::now();
    now.duration_since(std::time::UNIX_EPOCH).map_or(0, |duration| duration.as_secs())
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    #[test]
    fn the_kernel_reports_the_clock_state() {
        assert!(super::kernel_clock_status().is_some());
    }
}
