//! Messages between the deck and a mixer.
use rtrb::{Consumer, Producer};

use super::super::CueKey;
use super::track::Track;
use crate::base::instant::BootTime;

/// A command from the deck.
pub enum MixerCommand {
    /// Queues a track.
    Play(Track),
    /// Ends a track now. A sounding track fades out.
    Cut(CueKey),
}

/// A report to the deck.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MixerReport {
    /// The first frame of a track was given to the device.
    Started {
        /// Key of the track.
        key: CueKey,
        /// Instant at which that frame leaves the device.
        at: BootTime,
        /// Possible error of `at`, from the scatter of the device's timestamps, microseconds.
        possible_error_us: i64,
    },
    /// A track starts later than reported, because the device paused before it played the first frame.
    Moved {
        /// Key of the track.
        key: CueKey,
        /// The delay, microseconds.
        delay_us: i64,
        /// New instant at which the first frame leaves the device.
        at: BootTime,
    },
    /// A track has ended. Its [`TrackCounters`](super::TrackCounters) have the number of frames taken.
    Ended {
        /// Key of the track.
        key: CueKey,
        /// True when the track was cut before its end.
        was_cut: bool,
        /// Instant at which the frame after the last one leaves the device.
        at: BootTime,
    },
}

impl MixerReport {
    /// Returns the instant at which the reported event is heard.
    #[must_use]
    pub fn at(&self) -> BootTime {
        let (Self::Started { at, .. } | Self::Moved { at, .. } | Self::Ended { at, .. }) = self;
        *at
    }
}

/// The deck's end of a mixer.
pub struct MixerHandle {
    /// Commands, which take effect at the beginning of the next buffer.
    pub commands: Producer<MixerCommand>,
    /// Reports, in the order of their events.
    pub reports: Consumer<MixerReport>,
    /// Tracks that have ended. The deck frees them, because the callback must not free memory.
    pub finished: Consumer<Track>,
}
