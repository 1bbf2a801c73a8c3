//! What the device's threads tell, by counting only: others read it whenever they look.
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use rodio::cpal::ErrorKind;

use crate::instant::Boot;
use crate::playout::output::sink::boot_now;
use crate::sys;

/// Errors that end a stream.
const FINAL: [ErrorKind; 4] = [
    ErrorKind::DeviceNotAvailable,
    ErrorKind::StreamInvalidated,
    ErrorKind::HostUnavailable,
    ErrorKind::PermissionDenied,
];
/// So many errors in a row are no burst of a device that starts: from then on its thread is an ordinary one, and rests
/// after each.
const STORM: u64 = 50;
const REST: Duration = Duration::from_millis(5);

/// Of one open stream.
#[derive(Default)]
pub(super) struct Counts {
    pub callbacks: AtomicU64,
    /// Frames taken.
    pub frames: AtomicU64,
    pub errors: AtomicU64,
    /// Errors with no more than one callback between two of them: a device may ask for frames and then not take them.
    in_a_row: AtomicU64,
    erred: AtomicBool,
    /// 1 + the place in [`FINAL`] of an error after which nothing more comes.
    gone: AtomicU32,
    /// The device ran dry since the last callback.
    pub dry: AtomicBool,
    /// When the device last took something, and when the first error after that came; boot time, 0: never.
    took: AtomicI64,
    failed: AtomicI64,
}

impl Counts {
    /// A lost device would call this a million times a second.
    pub(super) fn error(&self, kind: ErrorKind) {
        if let Some(place) = (1..).zip(FINAL).find_map(|(n, k)| (k == kind).then_some(n)) {
            self.gone.store(place, Ordering::Relaxed);
        }
        match kind {
            ErrorKind::Xrun => return self.dry.store(true, Ordering::Relaxed),
            // Not the loss of a device.
            ErrorKind::DeviceChanged | ErrorKind::RealtimeDenied => return,
            _ => {}
        }
        self.errors.fetch_add(1, Ordering::Relaxed);
        if self.failed.load(Ordering::Relaxed) == 0 {
            self.failed.store(boot_now().0, Ordering::Relaxed);
        }
        self.erred.store(true, Ordering::Relaxed);
        match self.in_a_row.fetch_add(1, Ordering::Relaxed) {
            STORM => sys::step_back(),
            n if n > STORM => std::thread::park_timeout(REST),
            _ => {}
        }
    }

    /// A callback has given frames. Nobody else writes these.
    pub(super) fn took(&self, frames: u64, now: Boot) {
        self.took.store(now.0, Ordering::Relaxed);
        if !self.erred.swap(false, Ordering::Relaxed) {
            self.failed.store(0, Ordering::Relaxed);
            self.in_a_row.store(0, Ordering::Relaxed);
        }
        self.frames.store(self.frames.load(Ordering::Relaxed) + frames, Ordering::Relaxed);
        self.callbacks.fetch_add(1, Ordering::Relaxed);
    }

    /// The error after which nothing more comes.
    pub(super) fn gone(&self) -> Option<ErrorKind> {
        (self.gone.load(Ordering::Relaxed) as usize).checked_sub(1).and_then(|i| FINAL.get(i)).copied()
    }

    /// Since when nothing was taken: since the first error, or, where none was told, since something last was.
    pub(super) fn silent_since(&self) -> Option<Boot> {
        let of = |at: &AtomicI64| Some(at.load(Ordering::Relaxed)).filter(|at| *at != 0);
        of(&self.failed).or(of(&self.took)).map(Boot)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_storm_of_errors_is_slowed_down() {
        let counts = Counts::default();
        let began = boot_now();
        for _ in 0..STORM + 10 {
            counts.error(ErrorKind::BackendError);
        }
        assert_eq!(counts.errors.load(Ordering::Relaxed), STORM + 10);
        assert!(boot_now().since(began) >= 40_000, "the last ones rest");
        assert!(counts.silent_since().is_some() && counts.gone().is_none());
        counts.took(10, boot_now());
        assert!(counts.silent_since().is_some_and(|at| at < boot_now()), "perhaps it did not take them");
        counts.took(10, boot_now());
        assert_eq!(counts.in_a_row.load(Ordering::Relaxed), 0);
        counts.error(ErrorKind::Xrun);
        assert!(counts.dry.load(Ordering::Relaxed));
        assert_eq!(counts.errors.load(Ordering::Relaxed), STORM + 10, "a device that ran dry is not lost");
        counts.error(ErrorKind::DeviceNotAvailable);
        assert_eq!(counts.gone(), Some(ErrorKind::DeviceNotAvailable));
    }
}
