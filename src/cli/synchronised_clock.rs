//! This machine's clock, where the kernel keeps it synchronised.
use crate::base::instant::WallTime;
use crate::base::platform::{kernel_clock_status, unix_time_s};

/// This machine's clock, when something keeps it: only then can it say of an airing that it has not happened yet.
#[must_use]
pub fn synchronised_now() -> Option<WallTime> {
    let now = i64::try_from(unix_time_s()).ok()?;
    kernel_clock_status().is_some_and(|kept| kept.synchronised).then(|| WallTime(now.saturating_mul(1_000_000)))
}
