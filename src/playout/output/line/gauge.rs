//! Counters that the callback writes and others read, without either waiting.
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, AtomicU64, Ordering};

use super::super::{CueKey, Progress};
use crate::instant::{Boot, SECOND};

/// Not known yet; also: no cue.
const NONE: u64 = u64::MAX;

/// What the deck and the line know of a track together.
#[derive(Debug)]
pub struct Gauge {
    total: AtomicU64,
    whole: AtomicBool,
    taken: AtomicU64,
    passed: AtomicU64,
    underrun: AtomicU64,
    underruns: AtomicU64,
    last: AtomicI64,
}

impl Default for Gauge {
    fn default() -> Self {
        Self {
            total: AtomicU64::new(NONE),
            whole: AtomicBool::new(false),
            taken: AtomicU64::new(0),
            passed: AtomicU64::new(0),
            underrun: AtomicU64::new(0),
            underruns: AtomicU64::new(0),
            last: AtomicI64::new(i64::MIN),
        }
    }
}

impl Gauge {
    /// The deck has put the last frame into the ring: how many there were, and whether that is every one expected.
    pub fn complete(&self, total: u64, whole: bool) {
        self.whole.store(whole, Ordering::Relaxed);
        self.total.store(total, Ordering::Release);
    }

    /// How many frames there are in all, once that is known.
    #[must_use]
    pub fn total(&self) -> Option<u64> {
        Some(self.total.load(Ordering::Acquire)).filter(|total| *total != NONE)
    }

    /// Whether these are all that were expected; known together with the total.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.whole.load(Ordering::Relaxed)
    }

    /// Frames taken by the device.
    #[must_use]
    pub fn taken(&self) -> u64 {
        self.taken.load(Ordering::Relaxed)
    }

    /// Frames that were left out before the first one taken, because it came too late.
    #[must_use]
    pub fn passed(&self) -> u64 {
        self.passed.load(Ordering::Relaxed)
    }

    /// Frames of silence that came in because frames came too late: from the file into the ring, or to the device.
    #[must_use]
    pub fn underrun(&self) -> u64 {
        self.underrun.load(Ordering::Relaxed)
    }

    /// How many times that was.
    #[must_use]
    pub fn underruns(&self) -> u64 {
        self.underruns.load(Ordering::Relaxed)
    }

    /// When the frame after the last one taken leaves the device, if one was.
    #[must_use]
    pub fn last(&self) -> Option<Boot> {
        let last = self.last.load(Ordering::Relaxed);
        (last != i64::MIN).then_some(Boot(last))
    }

    /// Frames that had left the device at `now`, of those that it has taken at `rate`.
    #[must_use]
    pub fn heard(&self, now: Boot, rate: u32) -> u64 {
        heard(self.taken(), self.last().unwrap_or(now), now, rate)
    }

    /// Frames still to come, once the total is known.
    pub(super) fn left(&self) -> Option<u64> {
        self.total().map(|total| total.saturating_sub(self.taken() + self.passed()))
    }

    // Only the callback writes these: no read-modify-write is needed.
    pub(super) fn take(&self, frames: u64) {
        self.taken.store(self.taken() + frames, Ordering::Relaxed);
    }

    pub(super) fn pass(&self, frames: u64) {
        self.passed.store(self.passed() + frames, Ordering::Relaxed);
    }

    /// `anew`: it is another one, not more of the one before.
    pub(in crate::playout) fn add_underrun(&self, frames: u64, anew: bool) {
        self.underrun.store(self.underrun() + frames, Ordering::Relaxed);
        self.underruns.store(self.underruns() + u64::from(anew), Ordering::Relaxed);
    }

    pub(super) fn set_last(&self, at: Boot) {
        self.last.store(at.0, Ordering::Relaxed);
    }
}

/// How many of `taken` frames, the last of which leaves at `until`, have left at `now`.
fn heard(taken: u64, until: Boot, now: Boot, rate: u32) -> u64 {
    let ahead_us = u64::try_from(until.since(now)).unwrap_or(0);
    taken.saturating_sub(ahead_us.saturating_mul(u64::from(rate)) / SECOND as u64)
}

/// How far the sounding track has come, readable at any time by anyone.
#[derive(Debug)]
pub struct Position {
    /// Odd while the callback is writing.
    version: AtomicU64,
    key: AtomicU64,
    frames: AtomicU64,
    until: AtomicI64,
    rate: AtomicU32,
}

impl Default for Position {
    fn default() -> Self {
        Self {
            version: AtomicU64::new(0),
            key: AtomicU64::new(NONE),
            frames: AtomicU64::new(0),
            until: AtomicI64::new(0),
            rate: AtomicU32::new(0),
        }
    }
}

impl Position {
    /// The line's rate, from now on.
    pub fn set_rate(&self, rate: u32) {
        self.rate.store(rate, Ordering::SeqCst);
    }

    /// So many frames were taken, the last of which leaves at `until`. Called by one thread at a time: the callback, or
    /// the deck when there is none.
    pub fn set(&self, key: Option<CueKey>, frames: u64, until: Boot) {
        let version = self.version.load(Ordering::SeqCst);
        self.version.store(version.wrapping_add(1), Ordering::SeqCst);
        self.key.store(key.map_or(NONE, |k| k.0), Ordering::SeqCst);
        self.frames.store(frames, Ordering::SeqCst);
        self.until.store(until.0, Ordering::SeqCst);
        self.version.store(version.wrapping_add(2), Ordering::SeqCst);
    }

    /// What of it has been heard at `now`; `None` when nothing sounds.
    #[must_use]
    pub fn get(&self, now: Boot) -> Option<Progress> {
        // A writer is done in nanoseconds; after so many tries its thread stands still, and the
        // numbers with it.
        for _ in 0..10_000 {
            let before = self.version.load(Ordering::SeqCst);
            let (key, frames) = (self.key.load(Ordering::SeqCst), self.frames.load(Ordering::SeqCst));
            let until = Boot(self.until.load(Ordering::SeqCst));
            if before.is_multiple_of(2) && before == self.version.load(Ordering::SeqCst) {
                let rate = self.rate.load(Ordering::SeqCst);
                let frames = heard(frames, until, now, rate);
                return (key != NONE).then_some(Progress { key: CueKey(key), frames, rate });
            }
            std::hint::spin_loop();
        }
        None
    }
}
