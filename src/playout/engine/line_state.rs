//! The line to the sound device.
use crate::base::instant::BootTime;
use crate::playout::output::SinkInfo;

/// The line, as far as the output has reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum LineState {
    /// Nothing needs it.
    Closed,
    /// The output opens it.
    Opening {
        /// Since when an urgent message waits for it.
        away_since: Option<BootTime>,
    },
    /// The device takes frames.
    Open {
        /// Frames a second.
        rate: u32,
        /// The device's name.
        device: String,
        /// The hardware behind the device.
        sink: SinkInfo,
        /// A cue ended because the device was lost, before the output reported the loss itself.
        failing: Failing,
    },
    /// The device is lost, or cannot be opened; the output keeps trying.
    Lost {
        /// Since when.
        away_since: BootTime,
    },
}

/// Signs that an open device is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Failing {
    /// A cue that sounded has ended with the loss of the device.
    pub while_sounding: bool,
    /// Since when an urgent message waits for a device again.
    pub away_since: Option<BootTime>,
}

impl LineState {
    /// Since when there has been no device although one is needed.
    pub fn away_since(&self) -> Option<BootTime> {
        match self {
            Self::Closed => None,
            Self::Opening { away_since } => *away_since,
            Self::Open { failing, .. } => failing.away_since,
            Self::Lost { away_since } => Some(*away_since),
        }
    }

    /// Whether the device takes frames, as far as is known.
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Open { .. })
    }

    /// Whether the device takes frames and nothing that sounded on it has been lost since it was opened.
    pub fn is_usable(&self) -> bool {
        matches!(self, Self::Open { failing: Failing { while_sounding: false, .. }, .. })
    }

    /// The rate of an open line; 0 when it is not open.
    pub fn rate(&self) -> u32 {
        if let Self::Open { rate, .. } = self { *rate } else { 0 }
    }

    /// The device was lost; returns whether this is news.
    pub fn lose(&mut self, now: BootTime) -> bool {
        if matches!(self, Self::Closed | Self::Lost { .. }) {
            return false;
        }
        *self = Self::Lost { away_since: self.away_since().unwrap_or(now) };
        true
    }

    /// A cue that sounded has ended with the loss of the device.
    pub fn lose_while_sounding(&mut self) {
        if let Self::Open { failing, .. } = self {
            failing.while_sounding = true;
        }
    }

    /// Something urgent waits for a device from now on. A closed line is opened for it anyway.
    pub fn await_device(&mut self, now: BootTime) {
        match self {
            Self::Opening { away_since } => _ = away_since.get_or_insert(now),
            Self::Open { failing, .. } => _ = failing.away_since.get_or_insert(now),
            Self::Closed | Self::Lost { .. } => {}
        }
    }
}
