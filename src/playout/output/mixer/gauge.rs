//! Counters that the callback writes and other threads read; neither waits for the other.
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, AtomicU64, Ordering};

use super::super::frames::frames_in_us;
use super::super::{CueKey, Progress};
use crate::base::instant::BootTime;

/// A number that is not known yet, or the absence of a cue.
const UNKNOWN: u64 = u64::MAX;

/// Counters of a track. The deck writes the total, the callback everything else.
#[derive(Debug)]
pub struct TrackCounters {
    total: AtomicU64,
    whole: AtomicBool,
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
            whole: AtomicBool::new(false),
            taken: AtomicU64::new(0),
            skipped: AtomicU64::new(0),
            underrun_frames: AtomicU64::new(0),
            underruns: AtomicU64::new(0),
            ends_at: AtomicI64::new(i64::MIN),
        }
    }
}

impl TrackCounters {
    /// Sets the total, after the deck has put the last frame into the ring; `whole` says whether every expected frame
    /// was there.
    pub fn complete(&self, total: u64, whole: bool) {
        self.whole.store(whole, Ordering::Relaxed);
        self.total.store(total, Ordering::Release);
    }

    /// Returns the total number of frames, once it is known.
    #[must_use]
    pub fn total(&self) -> Option<u64> {
        Some(self.total.load(Ordering::Acquire)).filter(|total| *total != UNKNOWN)
    }

    /// Returns whether the total is every expected frame. Known together with the total.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.whole.load(Ordering::Relaxed)
    }

    /// Returns the number of frames that the device took.
    #[must_use]
    pub fn taken(&self) -> u64 {
        self.taken.load(Ordering::Relaxed)
    }

    /// Returns the number of frames left out before the first one taken, because the track began late.
    #[must_use]
    pub fn skipped(&self) -> u64 {
        self.skipped.load(Ordering::Relaxed)
    }

    /// Returns the frames of silence inserted because frames came too late, into the ring or to the device.
    #[must_use]
    pub fn underrun_frames(&self) -> u64 {
        self.underrun_frames.load(Ordering::Relaxed)
    }

    /// Returns the number of such insertions.
    #[must_use]
    pub fn underruns(&self) -> u64 {
        self.underruns.load(Ordering::Relaxed)
    }

    /// Returns when the frame after the last one taken leaves the device, if one was taken.
    #[must_use]
    pub fn ends_at(&self) -> Option<BootTime> {
        let last = self.ends_at.load(Ordering::Relaxed);
        (last != i64::MIN).then_some(BootTime(last))
    }

    /// Returns how many of the frames taken at `rate` had left the device at `now`.
    #[must_use]
    pub fn played_by(&self, now: BootTime, rate: u32) -> u64 {
        frames_played(self.taken(), self.ends_at().unwrap_or(now), now, rate)
    }

    /// Returns the number of frames still to come, once the total is known.
    pub(super) fn remaining(&self) -> Option<u64> {
        self.total().map(|total| total.saturating_sub(self.taken() + self.skipped()))
    }

    // Only the callback writes these, so no read-modify-write is needed.
    pub(super) fn add_taken(&self, frames: u64) {
        self.taken.store(self.taken() + frames, Ordering::Relaxed);
    }

    pub(super) fn add_skipped(&self, frames: u64) {
        self.skipped.store(self.skipped() + frames, Ordering::Relaxed);
    }

    /// Adds an underrun; `is_new` counts it as a new one rather than extending the one before.
    pub(in crate::playout) fn add_underrun(&self, frames: u64, is_new: bool) {
        self.underrun_frames.store(self.underrun_frames() + frames, Ordering::Relaxed);
        self.underruns.store(self.underruns() + u64::from(is_new), Ordering::Relaxed);
    }

    pub(super) fn set_ends_at(&self, at: BootTime) {
        self.ends_at.store(at.0, Ordering::Relaxed);
    }
}

/// Returns how many of `taken` frames, the last of which leaves at `until`, have left at `now`.
fn frames_played(taken: u64, until: BootTime, now: BootTime, rate: u32) -> u64 {
    taken.saturating_sub(frames_in_us(until.since(now), rate))
}

/// Position of the sounding track, which any thread can read at any time (a seqlock).
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

    /// Sets how many frames were taken, the last of which leaves at `until`. One thread calls this at a time: the
    /// callback, or the deck when there is none.
    pub fn set(&self, key: Option<CueKey>, frames: u64, until: BootTime) {
        let version = self.version.load(Ordering::SeqCst);
        self.version.store(version.wrapping_add(1), Ordering::SeqCst);
        self.key.store(key.map_or(UNKNOWN, |k| k.0), Ordering::SeqCst);
        self.frames.store(frames, Ordering::SeqCst);
        self.ends_at.store(until.0, Ordering::SeqCst);
        self.version.store(version.wrapping_add(2), Ordering::SeqCst);
    }

    /// Returns how much of the track has been heard at `now`; `None` when nothing sounds.
    #[must_use]
    pub fn progress_at(&self, now: BootTime) -> Option<Progress> {
        // A writer is done within nanoseconds. After so many tries its thread must have stopped in the middle.
        for _ in 0..10_000 {
            let before = self.version.load(Ordering::SeqCst);
            let (key, frames) = (self.key.load(Ordering::SeqCst), self.frames.load(Ordering::SeqCst));
            let until = BootTime(self.ends_at.load(Ordering::SeqCst));
            if before.is_multiple_of(2) && before == self.version.load(Ordering::SeqCst) {
                let rate = self.rate.load(Ordering::SeqCst);
                let frames = frames_played(frames, until, now, rate);
                return (key != UNKNOWN).then_some(Progress { key: CueKey(key), frames, rate });
            }
            std::hint::spin_loop();
        }
        None
    }
}
