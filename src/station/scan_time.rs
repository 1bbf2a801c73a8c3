//! The clocks that decide whether an audio file has settled.
use crate::base::instant::BootTime;
use crate::base::platform;

/// The time of one look at the audio files, taken before the first file is examined.
#[derive(Debug, Clone, Copy)]
pub struct ScanTime {
    /// The system's clock, nanoseconds since 1970: compared with the times of files.
    pub wall_ns: i64,
    /// The boot clock: compared with earlier looks, because the system's clock may be set.
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
