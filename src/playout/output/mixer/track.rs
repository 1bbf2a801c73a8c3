//! Tracks, which are the cues that the mixer plays.
use std::sync::Arc;

use rtrb::Consumer;

use super::super::frames::nearest_frame;
use super::super::{CueKey, CueStart};
use super::track_counters::TrackCounters;
use crate::base::instant::BootTime;

/// A cue in the mixer, with its samples.
pub struct Track {
    /// Key that identifies the track in reports.
    pub key: CueKey,
    /// Number of the cue in the order in which cues were queued. Tracks play in ascending order.
    pub sequence: u64,
    /// The time at which the first frame leaves the device.
    pub start: CueStart,
    /// Key of the previous cue, for [`CueStart::AfterPrevious`].
    pub previous: Option<CueKey>,
    /// Ring buffer of interleaved frames at the line's rate.
    pub samples: Consumer<f32>,
    /// Samples per frame in the ring: one for each channel of the line, or a single one for all channels.
    pub channels: usize,
    /// Counters that the deck and the mixer share.
    pub counters: Arc<TrackCounters>,
    /// True when a late start does not delay the end, because the track skips the frames that are late.
    pub skips_late_frames: bool,
    /// Instant at which the first frame leaves the device; `None` before that frame was given to the device.
    pub(super) started_at: Option<BootTime>,
    /// Remaining frames of the fade-out and its length, both in frames; `None` if there is no fade-out.
    pub(super) fade_out: Option<(usize, usize)>,
    /// True during an underrun that an empty ring causes.
    pub(super) is_starved: bool,
}

impl Track {
    /// Returns a track that has not started and follows no cue.
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
            skips_late_frames: false,
            started_at: None,
            fade_out: None,
            is_starved: false,
        }
    }

    /// Sets the key of the previous cue.
    #[must_use]
    pub fn with_previous(self, previous: Option<CueKey>) -> Self {
        Self { previous, ..self }
    }

    /// Sets whether the track skips the frames that are late when it starts.
    #[must_use]
    pub fn with_late_frames_skipped(self, skips_late_frames: bool) -> Self {
        Self { skips_late_frames, ..self }
    }

    /// Returns whether the first frame has been given to the device.
    pub(super) fn has_started(&self) -> bool {
        self.started_at.is_some()
    }

    /// Drops those frames in the ring that should have left before `instant`. Returns whether no such frame of the
    /// track is left.
    pub(super) fn skip_late_frames(&mut self, rate: u32, instant: BootTime) -> bool {
        let CueStart::AtInstant(planned_start) = self.start else { return true };
        let late_frames =
            (nearest_frame(rate, planned_start, instant) as u64).saturating_sub(self.counters.skipped_frames());
        let remaining = self.counters.remaining_frames().unwrap_or(u64::MAX);
        let count = self.frames_in_ring().min(usize::try_from(late_frames.min(remaining)).unwrap_or(usize::MAX));
        if let Ok(chunk) = self.samples.read_chunk(count * self.channels.max(1)) {
            chunk.commit_all();
            self.counters.add_skipped(count as u64);
        }
        late_frames.min(remaining) == count as u64
    }

    /// Returns the number of frames in the ring.
    pub(super) fn frames_in_ring(&self) -> usize {
        self.samples.slots() / self.channels.max(1)
    }

    /// Moves frames from the ring into `out`, which has `channels` samples per frame. The ring must have enough frames.
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

    /// Applies the fade-out, if there is one, to the next frames.
    pub(super) fn apply_fade_out(&mut self, frames: &mut [f32], channels: usize) {
        let Some((remaining, length)) = &mut self.fade_out else { return };
        for frame in frames.chunks_exact_mut(channels) {
            let gain = *remaining as f32 / (*length + 1) as f32;
            *remaining = remaining.saturating_sub(1);
            frame.iter_mut().for_each(|sample| *sample *= gain);
        }
    }
}
