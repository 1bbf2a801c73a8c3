//! The state of the line to the sound device.
use crate::base::instant::BootTime;
use crate::playout::output::SinkInfo;

/// The state of the line, as reported by the output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum LineState {
    /// The line is closed, because no airing needs it.
    Closed,
    /// The output is opening the line.
    Opening {
        /// The time since which an urgent message has waited for the device.
        missing_since: Option<BootTime>,
    },
    /// The device takes frames.
    Open {
        /// The rate in frames per second.
        rate: u32,
        /// The device's name.
        device: String,
        /// The hardware of the device.
        sink: SinkInfo,
        /// The signs that the device is lost. The output reports the loss only later.
        loss_signs: LossSigns,
    },
    /// The device is lost or cannot be opened. The output keeps trying.
    Lost {
        /// The time since which the device has been missing.
        missing_since: BootTime,
    },
}

/// The signs that an open device is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct LossSigns {
    /// True when a sounding cue has ended with the loss of the device.
    pub lost_while_sounding: bool,
    /// The time since which an urgent message has waited for a device again.
    pub missing_since: Option<BootTime>,
}

impl LineState {
    /// The time since which a needed device has been missing. `None` when none is missing.
    pub fn missing_since(&self) -> Option<BootTime> {
        match self {
            Self::Closed => None,
            Self::Opening { missing_since } => *missing_since,
            Self::Open { loss_signs, .. } => loss_signs.missing_since,
            Self::Lost { missing_since } => Some(*missing_since),
        }
    }

    /// True when the device takes frames, as far as is known.
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Open { .. })
    }

    /// True when the device takes frames and, since it was opened, no sounding cue has ended with its loss.
    pub fn is_usable(&self) -> bool {
        matches!(self, Self::Open { loss_signs: LossSigns { lost_while_sounding: false, .. }, .. })
    }

    /// The rate of an open line, in frames per second; 0 when the line is not open.
    pub fn rate(&self) -> u32 {
        if let Self::Open { rate, .. } = self { *rate } else { 0 }
    }

    /// Records that the device was lost. Returns true when the loss was not known before.
    pub fn mark_lost(&mut self, now: BootTime) -> bool {
        if matches!(self, Self::Closed | Self::Lost { .. }) {
            return false;
        }
        *self = Self::Lost { missing_since: self.missing_since().unwrap_or(now) };
        true
    }

    /// Records that a sounding cue has ended with the loss of the device.
    pub fn mark_lost_while_sounding(&mut self) {
        if let Self::Open { loss_signs, .. } = self {
            loss_signs.lost_while_sounding = true;
        }
    }

    /// Records that an urgent message waits for a device. A closed line needs no record: it is opened for the message
    /// anyway.
    pub fn await_device(&mut self, now: BootTime) {
        match self {
            Self::Opening { missing_since } => _ = missing_since.get_or_insert(now),
            Self::Open { loss_signs, .. } => _ = loss_signs.missing_since.get_or_insert(now),
            Self::Closed | Self::Lost { .. } => {}
        }
    }
}
