//! Tracks: files on their way to the device.
use std::sync::Arc;

use rtrb::Consumer;

use super::super::frames::nearest_frame;
use super::super::{CueKey, CueStart};
use super::gauge::TrackCounters;
use crate::base::instant::BootTime;

/// One file on its way to the device.
pub struct Track {
    /// Key in reports.
    pub key: CueKey,
    /// Place among all cues: tracks play in ascending order.
    pub sequence: u64,
    /// When the first frame leaves.
    pub start: CueStart,
    /// The cue before it, for [`CueStart::Follow`].
    pub previous: Option<CueKey>,
    /// Interleaved frames at the line's rate.
    pub samples: Consumer<f32>,
    /// Samples per frame: as many as the line has channels, or one for all of them.
    pub channels: usize,
    /// Counters that the deck and the mixer share.
    pub counters: Arc<TrackCounters>,
    /// Whether the track, when it begins late, leaves out the part of its beginning that is past.
    pub joins_in_progress: bool,
    /// When the first frame leaves, once it was given to the device.
    pub(super) started_at: Option<BootTime>,
    /// Frames left of a fade-out, and its length in frames.
    pub(super) fade: Option<(usize, usize)>,
    /// The ring is dry at present.
    pub(super) is_starved: bool,
}

impl Track {
    /// Returns a track that has not started, and follows no other one.
    #[must_use]
    pub fn new(
        key: CueKey,
        sequence: u64,
        start: CueStart,
        samples: Consumer<f32>,
        channels: usize,
        counters: Arc<TrackCounters>,
    ) -> Self {
        Self {
            key,
            sequence,
            start,
            previous: None,
            samples,
            channels,
            counters,
            joins_in_progress: false,
            started_at: None,
            fade: None,
            is_starved: false,
        }
    }

    /// Sets the cue before it.
    #[must_use]
    pub fn following(self, previous: Option<CueKey>) -> Self {
        Self { previous, ..self }
    }

    /// Sets whether the track, when it begins late, leaves out the part of its beginning that is past.
    #[must_use]
    pub fn joining_in_progress(self, joins_in_progress: bool) -> Self {
        Self { joins_in_progress, ..self }
    }

    /// Returns whether the first frame was given to the device.
    pub(super) fn has_started(&self) -> bool {
        self.started_at.is_some()
    }

    /// Drops frames that should have left before `instant`, as far as they are in the ring; returns whether none is
    /// left to drop.
    pub(super) fn skip_late_frames(&mut self, rate: u32, instant: BootTime) -> bool {
        let CueStart::At(due) = self.start else { return true };
        let late_frames = (nearest_frame(rate, due, instant) as u64).saturating_sub(self.counters.skipped());
        let left = self.counters.remaining().unwrap_or(u64::MAX);
        let now = self.frames_in_ring().min(usize::try_from(late_frames.min(left)).unwrap_or(usize::MAX));
        if let Ok(chunk) = self.samples.read_chunk(now * self.channels.max(1)) {
            chunk.commit_all();
            self.counters.add_skipped(now as u64);
        }
        late_frames.min(left) == now as u64
    }

    /// Returns the number of frames in the ring.
    pub(super) fn frames_in_ring(&self) -> usize {
        self.samples.slots() / self.channels.max(1)
    }

    /// Takes as many frames out of the ring as are there and fit into `out`.
    pub(super) fn read_into(&mut self, out: &mut [f32], channels: usize) {
        if self.channels == channels {
            let _ = self.samples.pop_entire_slice(out);
        } else if let Ok(chunk) = self.samples.read_chunk(out.len() / channels) {
            let (first, second) = chunk.as_slices();
            for (frame, sample) in out.chunks_exact_mut(channels).zip(first.iter().chain(second)) {
                frame.fill(*sample);
            }
            chunk.commit_all();
        }
    }

    /// Turns down frames of a track that fades out.
    pub(super) fn apply_fade(&mut self, frames: &mut [f32], channels: usize) {
        let Some((left, of)) = &mut self.fade else { return };
        for frame in frames.chunks_exact_mut(channels) {
            let gain = *left as f32 / (*of + 1) as f32;
            *left = left.saturating_sub(1);
            frame.iter_mut().for_each(|sample| *sample *= gain);
        }
    }
}
