//! The one place with `unsafe`: adjtimex(2), which no crate offers safely.
//!
//! Reads how well the kernel believes its clock to be kept; sets nothing (`modes` is 0), so it needs no rights.
#![allow(unsafe_code)]

/// What adjtimex(2) tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timex {
    /// Neither `STA_UNSYNC` nor `TIME_ERROR`.
    pub synchronised: bool,
    /// Bound on the clock's error, microseconds.
    pub max_error_us: i64,
}

/// Asks the kernel; none where it does not answer.
#[cfg(target_os = "linux")]
#[must_use]
pub fn timex() -> Option<Timex> {
    // SAFETY: `timex` is a plain C struct for which all-zero bytes are a valid value.
    let mut buffer: libc::timex = unsafe { std::mem::zeroed() };
    // SAFETY: the pointer is to a live, exclusive, properly sized buffer, and the call keeps no reference to it.
    let state = unsafe { libc::adjtimex(&raw mut buffer) };
    (state >= 0).then_some(Timex {
        synchronised: state != libc::TIME_ERROR && buffer.status & libc::STA_UNSYNC == 0,
        max_error_us: buffer.maxerror,
    })
}

/// Other systems: unknown.
#[cfg(not(target_os = "linux"))]
#[must_use]
pub fn timex() -> Option<Timex> {
    None
}

/// Seconds since 1970, by the system's clock.
#[must_use]
pub fn wall_now() -> u64 {
    #[allow(clippy::disallowed_methods)] // what is no station has no seam for its clock
    let now = std::time::SystemTime::now();
    now.duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
