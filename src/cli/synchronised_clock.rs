//! Reads this machine's clock, if the clock is synchronised.
use crate::base::instant::WallTime;
use crate::base::platform::{kernel_clock_status, unix_time_s};

/// Returns this machine's time; `None` unless the kernel reports that the clock is synchronised. Only a synchronised
/// clock can show that an airing lies in the future.
#[must_use]
pub fn synchronised_now() -> Option<WallTime> {
    let now = i64::try_from(unix_time_s()).ok()?;
    kernel_clock_status().is_some_and(|status| status.is_synchronised).then(|| WallTime(now.saturating_mul(1_000_000)))
}
