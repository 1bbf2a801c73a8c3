//! The areas that loa must check before it reports that all is well, and the source of the facts behind each concern.
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
        Amplifier =>
            "tăng âm (từ khi đài chạy, chưa chạy đủ cả lệnh bật và lệnh tắt)",
            "the amplifier (the station has not yet run both its commands since it started)";
        HandIn => "việc nộp nhật ký", "the hand-in of the log";
        Alarm => "việc gửi tin báo", "the sending of alarms";
    }
}

/// The source of the facts behind a concern. While a source is not observed, its concerns stay as they were last seen:
/// they are neither raised nor cleared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FactSource {
    /// The engine's own state, which is always known.
    Engine,
    /// The wall clock.
    Clock,
    /// The sound device.
    Device,
    /// The permission to run the amplifier's commands.
    AmplifierPermit,
    /// The amplifier, after a command has run.
    Amplifier,
    /// The airing log.
    Log,
    /// The log's folder. The facts about the log and those about the computer both describe it.
    LogFolder,
    /// The computer.
    Computer,
    /// The free space of the disk.
    DiskSpace,
    /// The station's folder.
    Folder,
    /// The schedule in that folder.
    FolderSchedule,
    /// The station's id in that schedule.
    Identity,
    /// The upcoming sessions, and today's date.
    Plan,
    /// The hand-ins of the log.
    HandIn,
    /// The delivery of alarms.
    Alarm,
}

impl FactSource {
    /// Returns the source of the concern with this code. An unknown code belongs to the engine, which is always
    /// observed, so such a concern is cleared.
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
            "schedule-refused" | "audio-folder-gone" => Self::FolderSchedule,
            "station-id-changed" => Self::Identity,
            "sample-station" | "sample-content" | "missed-while-off" | "nothing-today" | "nothing-this-week"
            | "campaign-over" => Self::Plan,
            "file-missing" | "file-unreadable" | "file-damaged" | "file-changed" | "not-approved" | "expired"
            | "nothing-eligible" | "muted" | "silent" | "item-dropped" | "session-cut" | "quiet-hours" => Self::Plan,
            "hand-in-overdue" => Self::HandIn,
            "alarm-untried" | "alarm-fails" | "alarm-not-sent" => Self::Alarm,
            _ => Self::Engine,
        }
    }

    /// Returns the area to which this source belongs; `None` for the engine.
    #[must_use]
    pub fn area(self) -> Option<CheckedArea> {
        Some(match self {
            Self::Engine => return None,
            Self::Clock => CheckedArea::Clock,
            Self::Device => CheckedArea::Device,
            Self::AmplifierPermit | Self::Amplifier => CheckedArea::Amplifier,
            Self::Log | Self::LogFolder => CheckedArea::Log,
            Self::Computer | Self::DiskSpace => CheckedArea::Computer,
            Self::Folder | Self::FolderSchedule | Self::Identity => CheckedArea::Schedule,
            Self::Plan => CheckedArea::Plan,
            Self::HandIn => CheckedArea::HandIn,
            Self::Alarm => CheckedArea::Alarm,
        })
    }
}
