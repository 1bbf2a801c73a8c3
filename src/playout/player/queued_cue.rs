//! A cue in the deck's queue, and the stage that it has reached.
use std::sync::Arc;

use rtrb::RingBuffer;

use super::channel_mix::ChannelMix;
use super::feed::{FeedTarget, TrackFeed};
use super::portion::Portion;
use super::prepare::{Preparation, PreparedFile};
use crate::base::instant::BootTime;
use crate::library::file::FileDigest;
use crate::library::panic_guard::catch_panic;
use crate::playout::output::mixer::{Track, TrackCounters};
use crate::playout::output::{Cue, CueKey, Ending, OutputEvent};
use crate::schedule::settings::OutputSettings;

/// Capacity of a ring buffer, seconds of audio.
const RING_CAPACITY_S: usize = 2;
/// Audio that is put into the ring buffer before the track starts, seconds.
const PREFILL_S: usize = 1;
/// Maximum number of blocks that are decoded for one track in one step.
const MAX_BLOCKS_PER_STEP: u32 = 16;

/// A queued cue that has not ended.
pub(super) struct QueuedCue {
    pub cue: Cue,
    /// Number of this cue in the order in which cues were queued.
    pub sequence: u64,
    /// Key of the cue that was queued before this one.
    pub previous: Option<CueKey>,
    /// Instant at which this cue was queued.
    pub queued_at: BootTime,
    /// Digest of the cue's file; `None` until its hash has been reported. If the cue is prepared again, the file must
    /// still have this digest.
    pub digest: Option<Arc<FileDigest>>,
    pub stage: CueStage,
    /// True when the cue was cut and the line has not reported its end yet.
    pub is_cut: bool,
}

/// The stage that a cue has reached.
pub(super) enum CueStage {
    Waiting,
    Preparing(Box<Preparation>),
    Prepared(Box<PreparedFile>),
    Live(Box<LiveTrack>),
}

/// A cue that was handed to the line as a track.
pub(super) struct LiveTrack {
    pub feed: TrackFeed,
    pub counters: Arc<TrackCounters>,
    /// True when the device has taken the first frame.
    pub has_started: bool,
}

/// The format of the line that plays a track.
#[derive(Clone, Copy)]
pub(super) struct LineFormat {
    /// Rate of the line, frames per second.
    pub rate: u32,
    /// Number of channels, 1 or 2.
    pub channels: u16,
}

impl QueuedCue {
    /// Returns the earliest instant at which the cue can start.
    pub(super) fn earliest_start(&self) -> BootTime {
        self.cue.start.earliest()
    }

    /// Returns the instant from which it is too late to start the cue after a loss of the line.
    pub(super) fn expires_at(&self) -> BootTime {
        self.cue.expires_at(self.queued_at)
    }

    /// Returns the expected number of frames at the line's rate; 0 if it is not known.
    pub(super) fn expected_frames(&self, rate: u32) -> u64 {
        match &self.stage {
            CueStage::Live(track) => track.feed.expected_frames(),
            _ => Portion::expected_frames(self.cue.planned_length, self.cue.skip_us, rate).unwrap_or(0),
        }
    }

    /// Returns the event that reports the end of the cue.
    pub(super) fn ended_event(&self, ending: Ending, rate: u32, at: BootTime) -> OutputEvent {
        let counters = match &self.stage {
            CueStage::Live(track) => Some(&track.counters),
            _ => None,
        };
        OutputEvent::Ended {
            key: self.cue.key,
            // Some of the frames that a lost device took were never heard.
            frames: counters
                .map_or(0, |c| if ending == Ending::Lost { c.played_frames_at(at, rate) } else { c.taken_frames() }),
            expected: self.expected_frames(rate).saturating_sub(counters.map_or(0, |c| c.skipped_frames())),
            rate,
            underrun_frames: counters.map_or(0, |c| c.underrun_frames()),
            underruns: counters.map_or(0, |c| c.underrun_count()),
            ending,
            at,
        }
    }

    /// Makes a prepared cue live. Returns a track for the line, with the first frames in its ring buffer, or `None` if
    /// the cue is not prepared.
    ///
    /// # Errors
    /// The reason why the cue cannot be played on this line, in English.
    pub(super) fn go_live(&mut self, format: LineFormat, settings: &OutputSettings) -> Result<Option<Track>, String> {
        let file = match std::mem::replace(&mut self.stage, CueStage::Waiting) {
            CueStage::Prepared(file) => file,
            other => {
                self.stage = other;
                return Ok(None);
            }
        };
        let counters = Arc::new(TrackCounters::default());
        let PreparedFile { decoder, first_frames, portion, digest } = *file;
        let (loudness, sha256) = (self.cue.loudness.as_ref(), Some(digest.sha256.as_str()));
        let mix = ChannelMix::new(settings, loudness, sha256, decoder.format().channels, format.channels);
        let channels = mix.channels();
        let (ring, samples) = RingBuffer::new(RING_CAPACITY_S * format.rate as usize * channels);
        let volume = f32::from(self.cue.volume.unwrap_or(settings.volume).min(100)) / 100.0;
        let target = FeedTarget { ring, counters: counters.clone(), rate: format.rate, volume, mix };
        let expected_frames = Portion::expected_frames(self.cue.planned_length, self.cue.skip_us, format.rate);
        let make_feed = || TrackFeed::new(*decoder, &first_frames, portion, expected_frames, target);
        let feed = catch_panic(make_feed).ok_or_else(|| "the resampler gave up on it".to_owned())?;
        let feed = feed.map_err(|e| e.to_string())?;
        let mut live_track = LiveTrack { feed, counters: counters.clone(), has_started: false };
        live_track.fill_ring();
        self.stage = CueStage::Live(Box::new(live_track));
        let track = Track::new(self.cue.key, self.sequence, self.cue.start, samples, channels, counters);
        Ok(Some(track.with_previous(self.previous).with_late_frames_skipped(self.cue.joins_in_progress)))
    }
}

impl LiveTrack {
    /// Fills the ring buffer with a limited number of blocks. Returns whether more blocks could be decoded right
    /// away.
    pub(super) fn fill_ring(&mut self) -> bool {
        let target_s = if self.counters.taken_frames() > 0 { RING_CAPACITY_S } else { PREFILL_S };
        let has_more = catch_panic(|| self.feed.fill(MAX_BLOCKS_PER_STEP, target_s));
        has_more.unwrap_or_else(|| {
            self.feed.abandon("the decoder gave up on it".to_owned());
            true
        })
    }
}
