//! Messages between the deck and a mixer.
use rtrb::{Consumer, Producer};

use super::super::CueKey;
use super::track::Track;
use crate::base::instant::BootTime;

/// A command from the deck.
pub enum MixerCommand {
    /// Queues a track.
    Play(Track),
    /// Ends a track now.
    Cut(CueKey),
}

/// A report to the deck.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MixerReport {
    /// The first frame of a track was given to the device.
    Started {
        /// Track.
        key: CueKey,
        /// When that frame leaves the device.
        at: BootTime,
        /// Possible error of `at`, estimated from the scatter of the device's timestamps, microseconds.
        within_us: i64,
    },
    /// A track that was reported as started begins later: the device has since reported a pause before it.
    Moved {
        /// Track.
        key: CueKey,
        /// Delay in microseconds.
        by_us: i64,
        /// When its first frame leaves the device.
        at: BootTime,
    },
    /// A track is over. Its [`TrackCounters`](super::TrackCounters) say how much of it was taken.
    Ended {
        /// Track.
        key: CueKey,
        /// Whether it was cut, rather than played to its end.
        cut: bool,
        /// When the frame after its last one leaves the device.
        at: BootTime,
    },
}

impl MixerReport {
    /// Returns when the reported event is heard.
    #[must_use]
    pub fn at(&self) -> BootTime {
        let (Self::Started { at, .. } | Self::Moved { at, .. } | Self::Ended { at, .. }) = self;
        *at
    }
}

/// The deck's end of a mixer.
pub struct MixerHandle {
    /// Commands, obeyed at the beginning of the next buffer.
    pub commands: Producer<MixerCommand>,
    /// Reports, in the order of events.
    pub reports: Consumer<MixerReport>,
    /// Tracks that are over, to be freed outside the callback.
    pub finished: Consumer<Track>,
}
