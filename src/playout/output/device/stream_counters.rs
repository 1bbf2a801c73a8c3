//! Counters that the device's threads write, and the deck reads when it looks.
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use rodio::cpal::ErrorKind;

use crate::base::instant::BootTime;
use crate::base::platform::{self, boot_now};

/// Errors after which a stream is dead.
const FATAL_ERRORS: [ErrorKind; 4] = [
    ErrorKind::DeviceNotAvailable,
    ErrorKind::StreamInvalidated,
    ErrorKind::HostUnavailable,
    ErrorKind::PermissionDenied,
];
/// More errors in a row than this are not a burst of a starting device: from then on the device's thread loses its
/// real-time priority, and pauses after each error.
const ERROR_STORM: u64 = 50;
const ERROR_PAUSE: Duration = Duration::from_millis(5);

/// Counters of one open stream.
#[derive(Default)]
pub(super) struct StreamCounters {
    pub callbacks: AtomicU64,
    /// Frames that the device took.
    pub frames: AtomicU64,
    pub errors: AtomicU64,
    /// Errors with at most one callback between two of them: a device may ask for frames and then not take them.
    consecutive_errors: AtomicU64,
    error_since_callback: AtomicBool,
    /// 1 + the index in [`FATAL_ERRORS`] of the error that ended the stream; 0 without one.
    fatal_error: AtomicU32,
    /// The device has run dry since the last callback.
    pub underrun: AtomicBool,
    /// When the device last took frames, and when the first error after that came; boot time, 0: never.
    last_taken: AtomicI64,
    first_error: AtomicI64,
}

impl StreamCounters {
    /// Records an error. A lost device may report a million errors per second.
    pub(super) fn record_error(&self, kind: ErrorKind) {
        if let Some(place) = (1..).zip(FATAL_ERRORS).find_map(|(n, k)| (k == kind).then_some(n)) {
            self.fatal_error.store(place, Ordering::Relaxed);
        }
        match kind {
            ErrorKind::Xrun => return self.underrun.store(true, Ordering::Relaxed),
            // These are not the loss of a device.
            ErrorKind::DeviceChanged | ErrorKind::RealtimeDenied => return,
            _ => {}
        }
        self.errors.fetch_add(1, Ordering::Relaxed);
        if self.first_error.load(Ordering::Relaxed) == 0 {
            self.first_error.store(boot_now().0, Ordering::Relaxed);
        }
        self.error_since_callback.store(true, Ordering::Relaxed);
        match self.consecutive_errors.fetch_add(1, Ordering::Relaxed) {
            ERROR_STORM => platform::drop_real_time_priority(),
            n if n > ERROR_STORM => std::thread::park_timeout(ERROR_PAUSE),
            _ => {}
        }
    }

    /// Records the frames that a callback gave. Only the callback calls this.
    pub(super) fn record_taken(&self, frames: u64, now: BootTime) {
        self.last_taken.store(now.0, Ordering::Relaxed);
        if !self.error_since_callback.swap(false, Ordering::Relaxed) {
            self.first_error.store(0, Ordering::Relaxed);
            self.consecutive_errors.store(0, Ordering::Relaxed);
        }
        self.frames.store(self.frames.load(Ordering::Relaxed) + frames, Ordering::Relaxed);
        self.callbacks.fetch_add(1, Ordering::Relaxed);
    }

    /// Returns the error that ended the stream.
    pub(super) fn fatal_error(&self) -> Option<ErrorKind> {
        (self.fatal_error.load(Ordering::Relaxed) as usize).checked_sub(1).and_then(|i| FATAL_ERRORS.get(i)).copied()
    }

    /// Returns since when the device has taken nothing: since the first error, or without one since the last frames.
    pub(super) fn silent_since(&self) -> Option<BootTime> {
        let of = |at: &AtomicI64| Some(at.load(Ordering::Relaxed)).filter(|at| *at != 0);
        of(&self.first_error).or(of(&self.last_taken)).map(BootTime)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_storm_of_errors_is_slowed_down() {
        let counts = StreamCounters::default();
        let began = boot_now();
        for _ in 0..ERROR_STORM + 10 {
            counts.record_error(ErrorKind::BackendError);
        }
        assert_eq!(counts.errors.load(Ordering::Relaxed), ERROR_STORM + 10);
        assert!(boot_now().since(began) >= 40_000, "the last ones rest");
        assert!(counts.silent_since().is_some() && counts.fatal_error().is_none());
        counts.record_taken(10, boot_now());
        assert!(counts.silent_since().is_some_and(|at| at < boot_now()), "perhaps it did not take them");
        counts.record_taken(10, boot_now());
        assert_eq!(counts.consecutive_errors.load(Ordering::Relaxed), 0);
        counts.record_error(ErrorKind::Xrun);
        assert!(counts.underrun.load(Ordering::Relaxed));
        assert_eq!(counts.errors.load(Ordering::Relaxed), ERROR_STORM + 10, "a device that ran dry is not lost");
        counts.record_error(ErrorKind::DeviceNotAvailable);
        assert_eq!(counts.fatal_error(), Some(ErrorKind::DeviceNotAvailable));
    }
}
