//! Lock-free counters that the device's callback writes and other threads read.
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, AtomicU64, Ordering};

use super::super::frames::frames_in_us;
use super::super::{CueKey, Progress};
use crate::base::instant::BootTime;

/// Value for a total that is not known yet, and for the key when no cue sounds.
const UNKNOWN: u64 = u64::MAX;

/// The counters of a track. The deck writes `total` and `is_whole`, the callback writes the others.
#[derive(Debug)]
pub struct TrackCounters {
    total: AtomicU64,
    is_whole: AtomicBool,
    taken: AtomicU64,
    skipped: AtomicU64,
    underrun_frames: AtomicU64,
    underruns: AtomicU64,
    ends_at: AtomicI64,
}

impl Default for TrackCounters {
    fn default() -> Self {
        Self {
            total: AtomicU64::new(UNKNOWN),
            is_whole: AtomicBool::new(false),
            taken: AtomicU64::new(0),
            skipped: AtomicU64::new(0),
            underrun_frames: AtomicU64::new(0),
            underruns: AtomicU64::new(0),
            ends_at: AtomicI64::new(i64::MIN),
        }
    }
}

impl TrackCounters {
    /// Sets the total, after the deck has put the last frame into the ring. `is_whole` is true if no expected frame is
    /// missing.
    pub fn complete(&self, total: u64, is_whole: bool) {
        self.is_whole.store(is_whole, Ordering::Relaxed);
        self.total.store(total, Ordering::Release);
    }

    /// Returns the total number of frames, or `None` while it is not known.
    #[must_use]
    pub fn total(&self) -> Option<u64> {
        Some(self.total.load(Ordering::Acquire)).filter(|total| *total != UNKNOWN)
    }

    /// Returns whether no expected frame is missing from the total. False while the total is not known.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.is_whole.load(Ordering::Relaxed)
    }

    /// Returns the number of frames that the device took.
    #[must_use]
    pub fn taken(&self) -> u64 {
        self.taken.load(Ordering::Relaxed)
    }

    /// Returns the number of frames that were left out at the beginning because the track started late.
    #[must_use]
    pub fn skipped(&self) -> u64 {
        self.skipped.load(Ordering::Relaxed)
    }

    /// Returns the number of frames of silence that took the place of late frames, in the ring or in the device.
    #[must_use]
    pub fn underrun_frames(&self) -> u64 {
        self.underrun_frames.load(Ordering::Relaxed)
    }

    /// Returns the number of separate underruns.
    #[must_use]
    pub fn underruns(&self) -> u64 {
        self.underruns.load(Ordering::Relaxed)
    }

    /// Returns the instant at which the frame after the last one taken leaves the device; `None` if none was taken.
    #[must_use]
    pub fn ends_at(&self) -> Option<BootTime> {
        let ends_at = self.ends_at.load(Ordering::Relaxed);
        (ends_at != i64::MIN).then_some(BootTime(ends_at))
    }

    /// Returns the number of taken frames that had left the device at `now`. `rate` is the rate of the line.
    #[must_use]
    pub fn played_by(&self, now: BootTime, rate: u32) -> u64 {
        frames_played(self.taken(), self.ends_at().unwrap_or(now), now, rate)
    }

    /// Returns the number of frames that are neither taken nor skipped yet; `None` while the total is not known.
    pub(super) fn remaining(&self) -> Option<u64> {
        self.total().map(|total| total.saturating_sub(self.taken() + self.skipped()))
    }

    // Only the callback writes the following counters, so atomic additions are not needed.
    pub(super) fn add_taken(&self, frames: u64) {
        self.taken.store(self.taken() + frames, Ordering::Relaxed);
    }

    pub(super) fn add_skipped(&self, frames: u64) {
        self.skipped.store(self.skipped() + frames, Ordering::Relaxed);
    }

    /// Adds frames of silence: to a new underrun if `is_new`, otherwise to the last one.
    pub(in crate::playout) fn add_underrun(&self, frames: u64, is_new: bool) {
        self.underrun_frames.store(self.underrun_frames() + frames, Ordering::Relaxed);
        self.underruns.store(self.underruns() + u64::from(is_new), Ordering::Relaxed);
    }

    pub(super) fn set_ends_at(&self, at: BootTime) {
        self.ends_at.store(at.0, Ordering::Relaxed);
    }
}

/// Returns the number of frames that have left the device at `now`, of `taken_frames` that end at `ends_at`.
fn frames_played(taken_frames: u64, ends_at: BootTime, now: BootTime, rate: u32) -> u64 {
    taken_frames.saturating_sub(frames_in_us(ends_at.since(now), rate))
}

/// The position in the sounding track. Any thread can read it at any time (it is a seqlock).
#[derive(Debug)]
pub struct PlaybackPosition {
    /// Odd while the writer is writing.
    version: AtomicU64,
    key: AtomicU64,
    frames: AtomicU64,
    ends_at: AtomicI64,
    rate: AtomicU32,
}

impl Default for PlaybackPosition {
    fn default() -> Self {
        Self {
            version: AtomicU64::new(0),
            key: AtomicU64::new(UNKNOWN),
            frames: AtomicU64::new(0),
            ends_at: AtomicI64::new(0),
            rate: AtomicU32::new(0),
        }
    }
}

impl PlaybackPosition {
    /// Sets the rate of the line.
    pub fn set_rate(&self, rate: u32) {
        self.rate.store(rate, Ordering::SeqCst);
    }

    /// Sets the sounding track, and the number of its frames taken, which end at `ends_at`. Only one thread may call
    /// this at a time: the callback, or the deck while no line is open.
    pub fn set(&self, key: Option<CueKey>, frames: u64, ends_at: BootTime) {
        let version = self.version.load(Ordering::SeqCst);
        self.version.store(version.wrapping_add(1), Ordering::SeqCst);
        self.key.store(key.map_or(UNKNOWN, |k| k.0), Ordering::SeqCst);
        self.frames.store(frames, Ordering::SeqCst);
        self.ends_at.store(ends_at.0, Ordering::SeqCst);
        self.version.store(version.wrapping_add(2), Ordering::SeqCst);
    }

    /// Returns the progress of the track as heard at `now`; `None` if no track sounds.
    #[must_use]
    pub fn progress_at(&self, now: BootTime) -> Option<Progress> {
        // A write takes nanoseconds. After this many attempts, the writer's thread must have been suspended during a
        // write.
        for _ in 0..10_000 {
            let version = self.version.load(Ordering::SeqCst);
            let (key, frames) = (self.key.load(Ordering::SeqCst), self.frames.load(Ordering::SeqCst));
            let ends_at = BootTime(self.ends_at.load(Ordering::SeqCst));
            if version.is_multiple_of(2) && version == self.version.load(Ordering::SeqCst) {
                let rate = self.rate.load(Ordering::SeqCst);
                let frames = frames_played(frames, ends_at, now, rate);
                return (key != UNKNOWN).then_some(Progress { key: CueKey(key), frames, rate });
            }
            std::hint::spin_loop();
        }
        None
    }
}
