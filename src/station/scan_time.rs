//! The clocks that decide whether an audio file has settled.
use crate::base::instant::BootTime;
use crate::base::platform;

/// The time of one pass over the audio files, taken before the first file is examined.
#[derive(Debug, Clone, Copy)]
pub struct ScanTime {
    /// The system clock, in nanoseconds since 1970. It is compared with the timestamps of files.
    pub wall_ns: i64,
    /// The boot clock. It is compared with earlier passes, because the system clock can be set in between.
    pub boot: BootTime,
}

impl ScanTime {
    /// Reads both clocks.
    #[must_use]
    pub fn now() -> Self {
        let wall_s = i64::try_from(platform::unix_time_s()).unwrap_or(0);
        Self { wall_ns: wall_s.saturating_mul(1_000_000_000), boot: platform::boot_now() }
    }
}
