//! Counters that the device's threads write, and that the deck reads at each check.
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use rodio::cpal::ErrorKind;

use crate::base::instant::BootTime;
use crate::base::platform::{self, boot_now};

/// The kinds of errors after which a stream cannot continue.
const FATAL_ERRORS: [ErrorKind; 4] = [
    ErrorKind::DeviceNotAvailable,
    ErrorKind::StreamInvalidated,
    ErrorKind::HostUnavailable,
    ErrorKind::PermissionDenied,
];
/// Maximum number of consecutive errors that are normal while a device starts. After that, the device's thread loses
/// its real-time priority, and pauses after each error.
const MAX_BURST_ERRORS: u64 = 50;
/// Pause of the device's thread after each further error.
const ERROR_PAUSE: Duration = Duration::from_millis(5);

/// The counters of one open stream.
#[derive(Default)]
pub(super) struct StreamCounters {
    /// Number of callbacks.
    pub callback_count: AtomicU64,
    /// Number of frames that the device took.
    pub taken_frames: AtomicU64,
    /// Number of errors, except underruns and notices.
    pub error_count: AtomicU64,
    /// Number of consecutive errors. One callback between two errors does not reset this number, because a broken
    /// device can request frames and then not take them.
    consecutive_errors: AtomicU64,
    has_error_since_callback: AtomicBool,
    /// 1 + the index in [`FATAL_ERRORS`] of the error that ended the stream; 0 if there is none.
    fatal_error: AtomicU32,
    /// True when the device has reported an underrun since the last callback.
    pub has_underrun: AtomicBool,
    /// Boot time of the last callback, microseconds; 0: none.
    last_callback_at: AtomicI64,
    /// Boot time of the first of the consecutive errors, microseconds; 0: no error.
    first_error_at: AtomicI64,
}

impl StreamCounters {
    /// Records an error. After many errors, this slows the thread down, because a lost device can report a million
    /// errors per second.
    pub(super) fn record_error(&self, kind: ErrorKind) {
        if let Some(number) = (1..).zip(FATAL_ERRORS).find_map(|(n, k)| (k == kind).then_some(n)) {
            self.fatal_error.store(number, Ordering::Relaxed);
        }
        match kind {
            ErrorKind::Xrun => return self.has_underrun.store(true, Ordering::Relaxed),
            // These are notices. The device still works.
            ErrorKind::DeviceChanged | ErrorKind::RealtimeDenied => return,
            _ => {}
        }
        self.error_count.fetch_add(1, Ordering::Relaxed);
        if self.first_error_at.load(Ordering::Relaxed) == 0 {
            self.first_error_at.store(boot_now().0, Ordering::Relaxed);
        }
        self.has_error_since_callback.store(true, Ordering::Relaxed);
        match self.consecutive_errors.fetch_add(1, Ordering::Relaxed) {
            MAX_BURST_ERRORS => platform::drop_real_time_priority(),
            n if n > MAX_BURST_ERRORS => std::thread::park_timeout(ERROR_PAUSE),
            _ => {}
        }
    }

    /// Records a callback, and the number of frames that it supplied. Only the callback calls this.
    pub(super) fn record_callback(&self, frames: u64, now: BootTime) {
        self.last_callback_at.store(now.0, Ordering::Relaxed);
        if !self.has_error_since_callback.swap(false, Ordering::Relaxed) {
            self.first_error_at.store(0, Ordering::Relaxed);
            self.consecutive_errors.store(0, Ordering::Relaxed);
        }
        self.taken_frames.store(self.taken_frames.load(Ordering::Relaxed) + frames, Ordering::Relaxed);
        self.callback_count.fetch_add(1, Ordering::Relaxed);
    }

    /// Returns the kind of the error that ended the stream, if there is one.
    pub(super) fn fatal_error(&self) -> Option<ErrorKind> {
        (self.fatal_error.load(Ordering::Relaxed) as usize).checked_sub(1).and_then(|i| FATAL_ERRORS.get(i)).copied()
    }

    /// Returns the instant from which the device has taken no frames: the instant of the first error or, if there was
    /// no error, of the last callback.
    pub(super) fn silent_since(&self) -> Option<BootTime> {
        let instant = |at: &AtomicI64| Some(at.load(Ordering::Relaxed)).filter(|at| *at != 0);
        instant(&self.first_error_at).or(instant(&self.last_callback_at)).map(BootTime)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_storm_of_errors_is_slowed_down() {
        let counters = StreamCounters::default();
        let start = boot_now();
        for _ in 0..MAX_BURST_ERRORS + 10 {
            counters.record_error(ErrorKind::BackendError);
        }
        assert_eq!(counters.error_count.load(Ordering::Relaxed), MAX_BURST_ERRORS + 10);
        assert!(boot_now().since(start) >= 40_000, "the last errors must cause pauses");
        assert!(counters.silent_since().is_some() && counters.fatal_error().is_none());
        counters.record_callback(10, boot_now());
        assert!(
            counters.silent_since().is_some_and(|at| at < boot_now()),
            "one callback does not prove that the device took frames"
        );
        counters.record_callback(10, boot_now());
        assert_eq!(counters.consecutive_errors.load(Ordering::Relaxed), 0);
        counters.record_error(ErrorKind::Xrun);
        assert!(counters.has_underrun.load(Ordering::Relaxed));
        assert_eq!(counters.error_count.load(Ordering::Relaxed), MAX_BURST_ERRORS + 10, "an underrun is not an error");
        counters.record_error(ErrorKind::DeviceNotAvailable);
        assert_eq!(counters.fatal_error(), Some(ErrorKind::DeviceNotAvailable));
    }
}
