//! Lock-free counters that the device's callback writes and other threads read.
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, AtomicU64, Ordering};

use super::super::frames::frames_in_us;
use super::super::{CueKey, Progress};
use crate::base::instant::BootTime;

/// Marks a total that is not known yet, and an absent key while no track sounds.
const UNSET: u64 = u64::MAX;

/// The counters of a track. The deck writes `total_frames` and `has_all_frames`. The callback writes the others.
#[derive(Debug)]
pub struct TrackCounters {
    total_frames: AtomicU64,
    has_all_frames: AtomicBool,
    taken_frames: AtomicU64,
    skipped_frames: AtomicU64,
    underrun_frames: AtomicU64,
    underrun_count: AtomicU64,
    ends_at: AtomicI64,
}

impl Default for TrackCounters {
    fn default() -> Self {
        Self {
            total_frames: AtomicU64::new(UNSET),
            has_all_frames: AtomicBool::new(false),
            taken_frames: AtomicU64::new(0),
            skipped_frames: AtomicU64::new(0),
            underrun_frames: AtomicU64::new(0),
            underrun_count: AtomicU64::new(0),
            ends_at: AtomicI64::new(i64::MIN),
        }
    }
}

impl TrackCounters {
    /// Sets the total, after the deck has put the last frame into the ring. `has_all_frames` is true if no expected
    /// frame is missing.
    pub fn complete(&self, total_frames: u64, has_all_frames: bool) {
        self.has_all_frames.store(has_all_frames, Ordering::Relaxed);
        self.total_frames.store(total_frames, Ordering::Release);
    }

    /// Returns the total number of frames, or `None` while it is not known.
    #[must_use]
    pub fn total_frames(&self) -> Option<u64> {
        Some(self.total_frames.load(Ordering::Acquire)).filter(|total| *total != UNSET)
    }

    /// Returns whether no expected frame is missing from the total. False while the total is not known.
    #[must_use]
    pub fn has_all_frames(&self) -> bool {
        self.has_all_frames.load(Ordering::Relaxed)
    }

    /// Returns the number of frames that the device took.
    #[must_use]
    pub fn taken_frames(&self) -> u64 {
        self.taken_frames.load(Ordering::Relaxed)
    }

    /// Returns the number of frames that were skipped at the beginning because the track started late.
    #[must_use]
    pub fn skipped_frames(&self) -> u64 {
        self.skipped_frames.load(Ordering::Relaxed)
    }

    /// Returns the number of frames of silence that took the place of late frames, in the ring or in the device.
    #[must_use]
    pub fn underrun_frames(&self) -> u64 {
        self.underrun_frames.load(Ordering::Relaxed)
    }

    /// Returns the number of separate underruns.
    #[must_use]
    pub fn underrun_count(&self) -> u64 {
        self.underrun_count.load(Ordering::Relaxed)
    }

    /// Returns the instant at which the frame after the last one taken leaves the device; `None` if none was taken.
    #[must_use]
    pub fn ends_at(&self) -> Option<BootTime> {
        let ends_at = self.ends_at.load(Ordering::Relaxed);
        (ends_at != i64::MIN).then_some(BootTime(ends_at))
    }

    /// Returns the number of taken frames that have left the device by `now`. `rate` is the rate of the line.
    #[must_use]
    pub fn played_frames_at(&self, now: BootTime, rate: u32) -> u64 {
        count_played_frames(self.taken_frames(), self.ends_at().unwrap_or(now), now, rate)
    }

    /// Returns the number of frames that are neither taken nor skipped yet; `None` while the total is not known.
    pub(super) fn remaining_frames(&self) -> Option<u64> {
        self.total_frames().map(|total| total.saturating_sub(self.taken_frames() + self.skipped_frames()))
    }

    // Only the callback writes the following counters, so atomic additions are not needed.
    pub(super) fn add_taken(&self, frames: u64) {
        self.taken_frames.store(self.taken_frames() + frames, Ordering::Relaxed);
    }

    pub(super) fn add_skipped(&self, frames: u64) {
        self.skipped_frames.store(self.skipped_frames() + frames, Ordering::Relaxed);
    }

    /// Adds frames of silence to a new underrun if `is_new` is true, otherwise to the last underrun.
    pub(in crate::playout) fn add_underrun(&self, frames: u64, is_new: bool) {
        self.underrun_frames.store(self.underrun_frames() + frames, Ordering::Relaxed);
        self.underrun_count.store(self.underrun_count() + u64::from(is_new), Ordering::Relaxed);
    }

    pub(super) fn set_ends_at(&self, at: BootTime) {
        self.ends_at.store(at.0, Ordering::Relaxed);
    }
}

/// Returns how many of `taken_frames` frames have left the device by `now`. The last of them ends at `ends_at`.
fn count_played_frames(taken_frames: u64, ends_at: BootTime, now: BootTime, rate: u32) -> u64 {
    taken_frames.saturating_sub(frames_in_us(ends_at.since(now), rate))
}

/// The playback position in the sounding track. This is a seqlock, so any thread can read it at any time.
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
            key: AtomicU64::new(UNSET),
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

    /// Sets the sounding track and the number of its frames that were taken. The last of them ends at `ends_at`. Only
    /// one thread may call this at a time: the callback, or the deck while no line is open.
    pub fn set(&self, key: Option<CueKey>, frames: u64, ends_at: BootTime) {
        let version = self.version.load(Ordering::SeqCst);
        self.version.store(version.wrapping_add(1), Ordering::SeqCst);
        self.key.store(key.map_or(UNSET, |k| k.0), Ordering::SeqCst);
        self.frames.store(frames, Ordering::SeqCst);
        self.ends_at.store(ends_at.0, Ordering::SeqCst);
        self.version.store(version.wrapping_add(2), Ordering::SeqCst);
    }

    /// Returns the progress of the sounding track as heard at `now`; `None` if no track sounds.
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
                let frames = count_played_frames(frames, ends_at, now, rate);
                return (key != UNSET).then_some(Progress { key: CueKey(key), frames, rate });
            }
            std::hint::spin_loop();
        }
        None
    }
}
