//! The areas that have to be looked at before all is well, and what each concern follows from.
use serde::{Deserialize, Serialize};

use crate::text::texts;

texts! {
    /// An area of the station that the concerns cover.
    #[derive(Eq, Copy, Serialize, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    pub enum CheckedArea {
        Clock => "đồng hồ", "the clock";
        Device => "thiết bị âm thanh", "the sound device";
        Log => "nhật ký", "the airing log";
        Computer => "ổ đĩa", "the disk";
        Schedule => "lịch phát", "the schedule";
        Plan => "kế hoạch phát", "the plan";
        Amplifier => "tăng âm", "the amplifier";
        HandIn => "việc nộp nhật ký", "the hand-in of the log";
    }
}

/// Where a concern is seen. While nobody looks there, the concern is as it was seen last: it is neither raised nor over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FactSource {
    /// The engine's own state, which is always known.
    Engine,
    /// The wall clock.
    Clock,
    /// The sound device.
    Device,
    /// The permission of the amplifier's commands.
    AmplifierPermit,
    /// The amplifier, when a command has run.
    Amplifier,
    /// The airing log.
    Log,
    /// The log's folder, which the log and the computer both look at.
    LogFolder,
    /// The computer.
    Computer,
    /// The free space of the disk.
    DiskSpace,
    /// The station's folder.
    Folder,
    /// The schedule in that folder.
    Edit,
    /// The sessions to come, and today's date.
    Plan,
    /// The hand-ins of the log.
    HandIn,
}

impl FactSource {
    /// Returns where the concern with this code is seen. A code that this program does not have is of the engine: no
    /// look would ever find such a concern again.
    #[must_use]
    pub fn of_code(code: &str) -> Self {
        match code {
            "clock-untrusted" => Self::Clock,
            "no-device" | "device-lost" | "fallback-device" | "no-sound" => Self::Device,
            "amplifier-untried" => Self::AmplifierPermit,
            "amplifier-fails" => Self::Amplifier,
            "log-not-written" | "keys-fail" => Self::Log,
            "log-moved" => Self::LogFolder,
            "disk-read-only" | "control-unavailable" | "not-supervised" => Self::Computer,
            "disk-nearly-full" | "disk-full" => Self::DiskSpace,
            "no-schedule" | "schedule-waits" | "folder-unreadable" | "playlist-missing" => Self::Folder,
            "schedule-refused" | "station-id-changed" => Self::Edit,
            "sample-station" | "sample-content" | "missed-while-off" | "nothing-today" | "nothing-this-week"
            | "campaign-over" => Self::Plan,
            "file-missing" | "file-unreadable" | "file-damaged" | "file-changed" | "not-approved" | "expired"
            | "nothing-eligible" | "muted" | "silent" | "item-dropped" | "session-cut" | "quiet-hours" => Self::Plan,
            "hand-in-overdue" => Self::HandIn,
            _ => Self::Engine,
        }
    }

    /// Returns the area that people know it by.
    #[must_use]
    pub fn area(self) -> Option<CheckedArea> {
        Some(match self {
            Self::Engine => return None,
            Self::Clock => CheckedArea::Clock,
            Self::Device => CheckedArea::Device,
            Self::AmplifierPermit | Self::Amplifier => CheckedArea::Amplifier,
            Self::Log | Self::LogFolder => CheckedArea::Log,
            Self::Computer | Self::DiskSpace => CheckedArea::Computer,
            Self::Folder | Self::Edit => CheckedArea::Schedule,
            Self::Plan => CheckedArea::Plan,
            Self::HandIn => CheckedArea::HandIn,
        })
    }
}
