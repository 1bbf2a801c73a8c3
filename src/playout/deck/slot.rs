//! A cue and how far it has come.
use std::sync::Arc;

use rtrb::RingBuffer;

use super::feed::{Feed, Target};
use super::mix::Mix;
use super::portion::Portion;
use super::prepare::{Prepare, Prepared};
use crate::instant::{Boot, SECOND};
use crate::library::file::Seal;
use crate::library::guard::guarded;
use crate::playout::output::line::{Gauge, Track};
use crate::playout::output::{Cue, CueKey, Ending, Event, Start};
use crate::station::OutputSettings;

/// Seconds of sound that a ring holds.
const RING_SECONDS: usize = 2;
/// Seconds of sound that are in it before it begins.
const READY_SECONDS: usize = 1;
/// Blocks that are decoded for one track at a time.
const FED_BLOCKS: u32 = 16;
/// A start is late from here on, in microseconds: 5 s, as for outcomes.
const LATE_US: i64 = 5 * SECOND;

/// A cue that is not over.
pub(super) struct Slot {
    pub cue: Cue,
    /// Its place among all cues.
    pub order: u64,
    /// The cue that was given before it.
    pub after: Option<CueKey>,
    /// When it was given.
    pub given: Boot,
    /// What its file was when it was hashed, which was told then. Prepared anew, it must be the same.
    pub seal: Option<Arc<Seal>>,
    pub stage: Stage,
    /// Nobody wants it any more; the line is still to say how far it came.
    pub cut: bool,
}

/// How far a cue has come.
pub(super) enum Stage {
    Waiting,
    Preparing(Prepare),
    Prepared(Box<Prepared>),
    Live(Box<Live>),
}

/// A cue that the line has.
pub(super) struct Live {
    pub feed: Feed,
    pub gauge: Arc<Gauge>,
    /// Whether its first frame was taken.
    pub started: bool,
}

/// The line that a track is made for.
#[derive(Clone, Copy)]
pub(super) struct Format {
    pub rate: u32,
    pub channels: u16,
}

impl Slot {
    /// The instant at which it starts, or before which it does not follow.
    pub(super) fn instant(&self) -> Boot {
        match self.cue.start {
            Start::At(instant) => instant,
            Start::Follow { not_before } => not_before,
        }
    }

    /// When it has become too late to start it after the line was away.
    pub(super) fn expires(&self) -> Boot {
        self.instant().max(self.given).plus(LATE_US)
    }

    /// Frames expected at the line's rate; 0 when not known.
    pub(super) fn expected(&self, rate: u32) -> u64 {
        match &self.stage {
            Stage::Live(live) => live.feed.expected(),
            _ => Portion::expected(self.cue.length, self.cue.skip_us, rate).unwrap_or(0),
        }
    }

    /// The end of this cue, as it is told.
    pub(super) fn ended(&self, ending: Ending, rate: u32, at: Boot) -> Event {
        let gauge = match &self.stage {
            Stage::Live(live) => Some(&live.gauge),
            _ => None,
        };
        Event::Ended {
            key: self.cue.key,
            // Of what a lost device had taken, a part was never heard.
            frames: gauge.map_or(0, |g| if ending == Ending::Lost { g.heard(at, rate) } else { g.taken() }),
            expected: self.expected(rate).saturating_sub(gauge.map_or(0, |g| g.passed())),
            rate,
            underrun_frames: gauge.map_or(0, |g| g.underrun()),
            underruns: gauge.map_or(0, |g| g.underruns()),
            ending,
            at,
        }
    }

    /// Makes a prepared cue into a track for the line, with the first frames in its ring.
    ///
    /// # Errors
    /// Why it cannot be played on this line.
    pub(super) fn go_live(&mut self, format: Format, settings: &OutputSettings) -> Result<Option<Track>, String> {
        let prepared = match std::mem::replace(&mut self.stage, Stage::Waiting) {
            Stage::Prepared(prepared) => prepared,
            other => {
                self.stage = other;
                return Ok(None);
            }
        };
        let gauge = Arc::new(Gauge::default());
        let Prepared { decoder, first, portion, seal } = *prepared;
        let (known, sha256) = (self.cue.loudness.as_ref(), Some(seal.sha256.as_str()));
        let mix = Mix::new(settings, known, sha256, decoder.format().channels, format.channels);
        let channels = mix.channels();
        let (ring, samples) = RingBuffer::new(RING_SECONDS * format.rate as usize * channels);
        let volume = f32::from(self.cue.volume.unwrap_or(settings.volume).min(100)) / 100.0;
        let gauge_of_feed = gauge.clone();
        let target = Target { ring, gauge: gauge_of_feed, rate: format.rate, volume, mix };
        let expected = Portion::expected(self.cue.length, self.cue.skip_us, format.rate);
        let feed = || Feed::new(*decoder, &first, portion, expected, target);
        let feed = guarded(feed).ok_or_else(|| "the resampler gave up on it".to_owned())?;
        let feed = feed.map_err(|e| e.to_string())?;
        let mut live = Live { feed, gauge: gauge.clone(), started: false };
        live.feed();
        self.stage = Stage::Live(Box::new(live));
        Ok(Some(Track {
            key: self.cue.key,
            order: self.order,
            start: self.cue.start,
            after: self.after,
            samples,
            channels,
            gauge,
            keeps_place: self.cue.keeps_place,
            begun: None,
            fading: None,
            dry: false,
        }))
    }
}

impl Live {
    /// Fills the ring for a while; says whether it could go on at once.
    pub(super) fn feed(&mut self) -> bool {
        let full = if self.gauge.taken() > 0 { RING_SECONDS } else { READY_SECONDS };
        let fed = guarded(|| self.feed.fill(FED_BLOCKS, full));
        fed.unwrap_or_else(|| {
            self.feed.abandon("the decoder gave up on it".to_owned());
            true
        })
    }
}
