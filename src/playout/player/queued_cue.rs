//! A cue in the deck, and how far it has come.
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

/// Seconds of sound that a ring holds.
const RING_SECONDS: usize = 2;
/// Seconds of sound that are in the ring before it begins.
const PREFILL_SECONDS: usize = 1;
/// Blocks that are decoded for one track in one step.
const MAX_BLOCKS_AT_ONCE: u32 = 16;

/// A cue that is not over.
pub(super) struct QueuedCue {
    pub cue: Cue,
    /// Place among all cues.
    pub sequence: u64,
    /// The cue that was given before it.
    pub previous: Option<CueKey>,
    /// When it was given.
    pub queued_at: BootTime,
    /// Digest of its file, once its hash was reported. When the cue is prepared again, the file must still have it.
    pub digest: Option<Arc<FileDigest>>,
    pub stage: CueStage,
    /// The cue was cut; the line has yet to report how far it came.
    pub is_cut: bool,
}

/// How far a cue has come.
pub(super) enum CueStage {
    Waiting,
    Preparing(Preparation),
    Prepared(Box<PreparedFile>),
    Live(Box<LiveTrack>),
}

/// A cue that the line has.
pub(super) struct LiveTrack {
    pub feed: TrackFeed,
    pub counters: Arc<TrackCounters>,
    /// Whether the device took its first frame.
    pub started: bool,
}

/// Format of the line that a track is made for.
#[derive(Clone, Copy)]
pub(super) struct LineFormat {
    pub rate: u32,
    pub channels: u16,
}

impl QueuedCue {
    /// Returns the instant at which it starts, or before which it does not follow.
    pub(super) fn earliest_start(&self) -> BootTime {
        self.cue.start.earliest()
    }

    /// Returns when it is too late to start the cue after the line was lost.
    pub(super) fn expires_at(&self) -> BootTime {
        self.cue.expires_at(self.queued_at)
    }

    /// Returns the expected frames at the line's rate; 0 when not known.
    pub(super) fn expected_frames(&self, rate: u32) -> u64 {
        match &self.stage {
            CueStage::Live(live) => live.feed.expected(),
            _ => Portion::expected(self.cue.length, self.cue.skip_us, rate).unwrap_or(0),
        }
    }

    /// Returns the event of its end.
    pub(super) fn ended_event(&self, ending: Ending, rate: u32, at: BootTime) -> OutputEvent {
        let gauge = match &self.stage {
            CueStage::Live(live) => Some(&live.counters),
            _ => None,
        };
        OutputEvent::Ended {
            key: self.cue.key,
            // A part of the frames that a lost device took was never heard.
            frames: gauge.map_or(0, |g| if ending == Ending::Lost { g.played_by(at, rate) } else { g.taken() }),
            expected: self.expected_frames(rate).saturating_sub(gauge.map_or(0, |g| g.skipped())),
            rate,
            underrun_frames: gauge.map_or(0, |g| g.underrun_frames()),
            underruns: gauge.map_or(0, |g| g.underruns()),
            ending,
            at,
        }
    }

    /// Makes a track for the line of a prepared cue, with the first frames in its ring; `None` when the cue is not
    /// prepared.
    ///
    /// # Errors
    /// Why the cue cannot be played on this line, in English.
    pub(super) fn go_live(&mut self, format: LineFormat, settings: &OutputSettings) -> Result<Option<Track>, String> {
        let prepared = match std::mem::replace(&mut self.stage, CueStage::Waiting) {
            CueStage::Prepared(prepared) => prepared,
            other => {
                self.stage = other;
                return Ok(None);
            }
        };
        let gauge = Arc::new(TrackCounters::default());
        let PreparedFile { decoder, first, portion, digest: seal } = *prepared;
        let (known, sha256) = (self.cue.loudness.as_ref(), Some(seal.sha256.as_str()));
        let mix = ChannelMix::new(settings, known, sha256, decoder.format().channels, format.channels);
        let channels = mix.channels();
        let (ring, samples) = RingBuffer::new(RING_SECONDS * format.rate as usize * channels);
        let volume = f32::from(self.cue.volume.unwrap_or(settings.volume).min(100)) / 100.0;
        let gauge_of_feed = gauge.clone();
        let target = FeedTarget { ring, counters: gauge_of_feed, rate: format.rate, volume, mix };
        let expected = Portion::expected(self.cue.length, self.cue.skip_us, format.rate);
        let feed = || TrackFeed::new(*decoder, &first, portion, expected, target);
        let feed = catch_panic(feed).ok_or_else(|| "the resampler gave up on it".to_owned())?;
        let feed = feed.map_err(|e| e.to_string())?;
        let mut live = LiveTrack { feed, counters: gauge.clone(), started: false };
        live.fill_ring();
        self.stage = CueStage::Live(Box::new(live));
        let track = Track::new(self.cue.key, self.sequence, self.cue.start, samples, channels, gauge);
        Ok(Some(track.following(self.previous).joining_in_progress(self.cue.joins_in_progress)))
    }
}

impl LiveTrack {
    /// Fills the ring for a while; returns whether it could go on at once.
    pub(super) fn fill_ring(&mut self) -> bool {
        let full = if self.counters.taken() > 0 { RING_SECONDS } else { PREFILL_SECONDS };
        let fed = catch_panic(|| self.feed.fill(MAX_BLOCKS_AT_ONCE, full));
        fed.unwrap_or_else(|| {
            self.feed.abandon("the decoder gave up on it".to_owned());
            true
        })
    }
}
