//! The conditions that can concern a station, each with its code, its sentence and its severity.
use std::fmt;

use chrono::{DateTime, NaiveDate};
use serde::{Deserialize, Serialize};

use super::ConcernSeverity;
use crate::airlog::entry::TrustReason;
use crate::schedule::finding::SuspectReason;
use crate::text::cause::{DeviceText, SwitchText};
use crate::text::count::{AiringCount, DayCount, MessageCount};
use crate::text::{Lang, Localize, texts};

/// The title of a session in quotation marks, or its id. The word “buổi” or “session” is added if it is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SessionTitle(pub String);

impl Localize for SessionTitle {
    fn write(&self, lang: Lang, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lower = self.0.to_lowercase();
        match lang {
            Lang::Vi if lower.trim_start_matches('“').starts_with("buổi") => write!(f, "{}", self.0),
            Lang::Vi => write!(f, "Buổi {}", self.0),
            Lang::En if lower.contains("session") => write!(f, "{}", self.0),
            Lang::En => write!(f, "Session {}", self.0),
        }
    }
}

/// The error from the sound device: a sentence, followed by the system's error message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DeviceCause(pub String);

impl Localize for DeviceCause {
    fn write(&self, lang: Lang, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        DeviceText::of(self.0.clone()).write(lang, f)
    }
}

/// The error from the amplifier's command: a sentence, followed by the system's error message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SwitchCause(pub String);

impl Localize for SwitchCause {
    fn write(&self, lang: Lang, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        SwitchText::of(self.0.clone()).write(lang, f)
    }
}

/// A local time in RFC 3339 format. It is printed without seconds, as people read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LocalInstant(pub String);

impl Localize for LocalInstant {
    fn write(&self, lang: Lang, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (DateTime::parse_from_rfc3339(&self.0), lang) {
            (Ok(at), Lang::Vi) => write!(f, "{}", at.format("%H:%M ngày %d/%m/%Y")),
            (Ok(at), Lang::En) => write!(f, "{}", at.format("%Y-%m-%d %H:%M")),
            (Err(_), _) => write!(f, "{}", self.0),
        }
    }
}

/// The number of other items of the session with the same problem. Zero prints nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MoreItems(pub u64);

impl Localize for MoreItems {
    fn write(&self, lang: Lang, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0, lang) {
            (0, _) => Ok(()),
            (n, Lang::Vi) => write!(f, " (và {n} mục khác)"),
            (1, Lang::En) => write!(f, " (and 1 more item)"),
            (n, Lang::En) => write!(f, " (and {n} more items)"),
        }
    }
}

/// The number of later starts of the session, within the next 24 hours, with the same problem. Zero prints nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MoreStarts(pub u64);

impl Localize for MoreStarts {
    fn write(&self, lang: Lang, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0, lang) {
            (0, _) => Ok(()),
            (n, Lang::Vi) => write!(f, " (và {n} lần sau đó)"),
            (1, Lang::En) => write!(f, " (and its next start)"),
            (n, Lang::En) => write!(f, " (and its next {n} starts)"),
        }
    }
}

texts! {
    /// A condition that concerns a station. The code is its name in the log, in JSON, in metrics and in alarms.
    #[derive(Eq, Serialize, Deserialize)]
    #[serde(tag = "code", rename_all = "kebab-case")]
    pub enum Condition {
        UrgentOnAir { title: String } =>
            "Đang phát tin khẩn cấp “{title}”.",
            "The urgent message “{title}” is on the air.";
        NoDevice { detail: DeviceCause } =>
            "Không có thiết bị âm thanh nào mở được, đài không phát ra tiếng: {detail}.",
            "No sound device can be opened, so the station cannot be heard: {detail}.";
        DeviceLost { detail: DeviceCause } =>
            "Mất thiết bị âm thanh, đài không phát ra tiếng: {detail}.",
            "The sound device is lost, so the station cannot be heard: {detail}.";
        FallbackDevice { device: String } =>
            "Thiết bị âm thanh đã chọn không mở được; đài đang phát qua: {device}.",
            "The chosen sound device cannot be opened; the station plays through {device}.";
        ClockUntrusted { why: TrustReason } =>
            "Chưa tin được đồng hồ máy ({why}): đài không phát gì.",
            "The computer's clock is not trusted ({why}): nothing is played.";
        LogNotWritten { entries: u64 } =>
            "CHƯA GHI ĐƯỢC NHẬT KÝ: {entries} dòng đang chờ trong bộ nhớ và sẽ mất nếu mất điện.",
            "THE AIRING LOG IS NOT BEING WRITTEN: {entries} entries wait in memory and are lost if the power fails.";
        LogMoved { } =>
            "Thư mục của đài hoặc airlog đã bị dời, bị xoá hay bị thay: nhật ký chưa ghi được.",
            "The station's folder or its airlog was moved away, deleted or replaced: the airing log is not being written.";
        DiskNearlyFull { free_mib: u64 } =>
            "Ổ đĩa sắp đầy: chỉ còn {free_mib} MB.",
            "The disk is nearly full: {free_mib} MB are free.";
        DiskFull { free_mib: u64 } =>
            "Ổ ĐĨA QUÁ ĐẦY: chỉ còn {free_mib} MB. Hết chỗ thì không ghi được nhật ký.",
            "THE DISK IS TOO FULL: {free_mib} MB are free. Without free space the airing log cannot be written.";
        DiskReadOnly { } =>
            "Ổ đĩa chứa nhật ký không cho ghi.",
            "The disk that holds the airing log is read-only.";
        KeysFail { } =>
            "Không đổi được khoá của nhật ký: phần mới nhất của nhật ký chưa được chốt.",
            "The log's key cannot be changed: the newest part of the log is not locked yet.";
        AmplifierFails { detail: SwitchCause } =>
            "Không bật hoặc tắt được tăng âm, có thể không ai nghe thấy đài: {detail}.",
            "The amplifier cannot be switched, so perhaps nobody can hear the station: {detail}.";
        AmplifierUntried { } =>
            "Lệnh bật tắt tăng âm chưa được thử trên máy này, nên loa không tự chạy lệnh nào.",
            "The amplifier's commands were never tried on this machine, so loa runs none of them by itself.";
        ControlUnavailable { } =>
            "Đài chưa nhận được lệnh: loa status, stop và urgent chưa dùng được.",
            "The station cannot be reached: loa status, stop and urgent do not work yet.";
        NoSchedule { } =>
            "Chưa có lịch phát nào dùng được: đài không phát gì.",
            "There is no usable schedule: nothing is played.";
        ScheduleRefused { file: String, line: u64 } =>
            "Lịch phát trong thư mục có lỗi ({file}, dòng {line}) nên chưa được nhận; đài vẫn phát theo lịch cũ.",
            "The schedule in the folder has errors ({file}, line {line}) and is not in force; the station plays the last good one.";
        FolderUnreadable { } =>
            "Không đọc được thư mục của đài; đài vẫn phát theo lịch cũ.",
            "The station's folder cannot be read; the station plays the last good schedule.";
        ScheduleWaits { } =>
            "Lịch mới đang chờ đến khi tin được đồng hồ máy.",
            "A newer schedule waits until the clock is trusted.";
        StationIdChanged { log: String, file: String } =>
            "Mã đài trong station.toml đã bị đổi thành “{file}”; nhật ký là của đài “{log}”, nên lịch mới chưa được nhận.",
            "The id in station.toml was changed to `{file}`; the airing log belongs to `{log}`, so the new schedule is not in force.";
        SampleStation { id: String } =>
            "Đài đang chạy với mã của đài mẫu (“{id}”), không phải mã riêng: Sở không biết đây là đài nào.",
            "The station runs under the sample's id (`{id}`), not one of its own: the department cannot tell which station it is.";
        SampleContent { title: String, more: MoreItems } =>
            "Trong 7 ngày tới đài thật sẽ phát nội dung mẫu: “{title}”{more}.",
            "In the next 7 days this real station will play sample content: “{title}”{more}.";
        PlaylistMissing { file: String, why: SuspectReason } =>
            "{file} {why}; đài vẫn phát trọn lịch cũ.",
            "{file} is {why}; the station keeps playing the last good schedule, with this file.";
        AudioFolderGone { files: u64 } =>
            "Đài không có thư mục audio/, mà lịch phát cần {files} tệp trong đó.",
            "The station has no folder audio/, and its schedule needs {files} of the files in it.";
        FileMissing { session: SessionTitle, at: String, title: String, file: String, starts: MoreStarts, more: MoreItems } =>
            "{session} {at}{starts}: thiếu tệp âm thanh của “{title}” (audio/{file}){more}.",
            "{session} {at}{starts}: the audio file of “{title}” (audio/{file}) is missing{more}.";
        FileUnreadable { session: SessionTitle, at: String, title: String, file: String, starts: MoreStarts, more: MoreItems } =>
            "{session} {at}{starts}: có tệp âm thanh của “{title}” (audio/{file}) nhưng không đọc được{more}.",
            "{session} {at}{starts}: the audio file of “{title}” (audio/{file}) is there, but cannot be read{more}.";
        FileDamaged { session: SessionTitle, at: String, title: String, file: String, starts: MoreStarts, more: MoreItems } =>
            "{session} {at}{starts}: tệp âm thanh của “{title}” (audio/{file}) hỏng hoặc không phát được{more}.",
            "{session} {at}{starts}: the audio file of “{title}” (audio/{file}) is damaged or cannot be played{more}.";
        FileChanged { session: SessionTitle, at: String, title: String, file: String, starts: MoreStarts, more: MoreItems } =>
            "{session} {at}{starts}: tệp của “{title}” (audio/{file}) không còn là tệp đã duyệt, nên sẽ không phát{more}.",
            "{session} {at}{starts}: the file of “{title}” (audio/{file}) is not the approved one and will not be played{more}.";
        NotApproved { session: SessionTitle, at: String, title: String, starts: MoreStarts, more: MoreItems } =>
            "{session} {at}{starts}: “{title}” chưa được duyệt, nên sẽ không phát{more}.",
            "{session} {at}{starts}: “{title}” is not approved and will not be played{more}.";
        Expired { session: SessionTitle, at: String, title: String, starts: MoreStarts, more: MoreItems } =>
            "{session} {at}{starts}: “{title}” đã hết hạn, nên sẽ không phát{more}.",
            "{session} {at}{starts}: “{title}” is past its last day and will not be played{more}.";
        NothingEligible { session: SessionTitle, at: String, title: String, starts: MoreStarts, more: MoreItems } =>
            "{session} {at}{starts}: không có mục nào hợp lệ để chọn{more}.",
            "{session} {at}{starts}: nothing eligible can be drawn{more}.";
        Muted { session: SessionTitle, at: String, title: String, starts: MoreStarts, more: MoreItems } =>
            "{session} {at}{starts}: âm lượng của “{title}” đang là 0{more}.",
            "{session} {at}{starts}: the volume of “{title}” is 0{more}.";
        Silent { session: SessionTitle, at: String, title: String, starts: MoreStarts, more: MoreItems } =>
            "{session} {at}{starts}: tệp của “{title}” không có tiếng nào nghe được{more}.",
            "{session} {at}{starts}: nothing can be heard in the file of “{title}”{more}.";
        ItemDropped { session: SessionTitle, at: String, title: String, starts: MoreStarts, more: MoreItems } =>
            "{session} {at}{starts}: “{title}” sẽ bị bỏ vì buổi phải xong trước giờ đã đặt{more}.",
            "{session} {at}{starts}: “{title}” will be dropped, because the session must end in time{more}.";
        SessionCut { session: SessionTitle, at: String, starts: MoreStarts, by: String } =>
            "{session} {at}{starts} sẽ bị ngắt giữa chừng để phát {by}.",
            "{session} {at}{starts} will be cut off by {by}.";
        QuietHours { session: SessionTitle, at: String, title: String, starts: MoreStarts, more: MoreItems } =>
            "{session} {at}{starts}: “{title}” rơi vào giờ yên lặng, nên sẽ không phát{more}.",
            "{session} {at}{starts}: “{title}” falls into quiet hours and will not be played{more}.";
        MissedWhileOff { minutes: i64, airings: AiringCount } =>
            "Đài vừa chạy lại sau {minutes} phút ngừng; trong lúc đó lỡ {airings} lượt phát.",
            "The station is back after {minutes} min; it missed {airings} meanwhile.";
        NothingToday { } => "Hôm nay không có lượt phát nào trong kế hoạch.", "Nothing is planned today.";
        NothingThisWeek { } => "Trong 7 ngày tới không có buổi phát nào.", "Nothing is planned in the next 7 days.";
        CampaignOver { title: String, until: NaiveDate } =>
            "Chiến dịch “{title}” đã hết ngày {until}.",
            "The campaign “{title}” ended on {until}.";
        HandInOverdue { since: NaiveDate, days: DayCount } =>
            "Nhật ký từ ngày {since} chưa nộp cho Sở (đã {days} ngày).",
            "The airing log has not been handed in to the department since {since} ({days}).";
        AlarmUntried { } =>
            "Đài chưa gửi được tin báo nào theo thiết lập [alarm] hiện nay, nên chưa biết có ai nhận được.",
            "No message was ever delivered with the present settings of [alarm], so perhaps alarms reach nobody.";
        AlarmFails { messages: MessageCount, since: LocalInstant, detail: String } =>
            "Từ {since} không gửi được tin báo; {messages} tin đang chờ (chi tiết cho kỹ thuật: {detail}).",
            "No alarm has been delivered since {since}; waiting: {messages} ({detail}).";
        AlarmNotSent { messages: MessageCount } =>
            "Không có chương trình nào gửi tin báo của đài; {messages} tin đang chờ.",
            "No program sends the station's alarms; waiting: {messages}.";
        NotSupervised { } =>
            "Đài không do hệ thống khởi động: sau khi mất điện, đài sẽ không tự chạy lại.",
            "The system did not start this station: it will not start again after a power cut.";
        NoSound { } =>
            "Chưa chọn thiết bị âm thanh (device là null hoặc wav): đài không phát ra tiếng.",
            "The output is not a real sound device (null or wav): the station cannot be heard.";
    }
}

impl Condition {
    /// Returns the code: its name in the log, in JSON, in metrics and in alarms.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::UrgentOnAir { .. } => "urgent-on-air",
            Self::NoDevice { .. } => "no-device",
            Self::DeviceLost { .. } => "device-lost",
            Self::FallbackDevice { .. } => "fallback-device",
            Self::ClockUntrusted { .. } => "clock-untrusted",
            Self::LogNotWritten { .. } => "log-not-written",
            Self::LogMoved { .. } => "log-moved",
            Self::DiskNearlyFull { .. } => "disk-nearly-full",
            Self::DiskFull { .. } => "disk-full",
            Self::DiskReadOnly { .. } => "disk-read-only",
            Self::KeysFail { .. } => "keys-fail",
            Self::AmplifierFails { .. } => "amplifier-fails",
            Self::AmplifierUntried { .. } => "amplifier-untried",
            Self::ControlUnavailable { .. } => "control-unavailable",
            Self::NoSchedule { .. } => "no-schedule",
            Self::ScheduleRefused { .. } => "schedule-refused",
            Self::FolderUnreadable { .. } => "folder-unreadable",
            Self::ScheduleWaits { .. } => "schedule-waits",
            Self::StationIdChanged { .. } => "station-id-changed",
            Self::SampleStation { .. } => "sample-station",
            Self::SampleContent { .. } => "sample-content",
            Self::PlaylistMissing { .. } => "playlist-missing",
            Self::AudioFolderGone { .. } => "audio-folder-gone",
            Self::FileMissing { .. } => "file-missing",
            Self::FileUnreadable { .. } => "file-unreadable",
            Self::FileDamaged { .. } => "file-damaged",
            Self::FileChanged { .. } => "file-changed",
            Self::NotApproved { .. } => "not-approved",
            Self::Expired { .. } => "expired",
            Self::NothingEligible { .. } => "nothing-eligible",
            Self::Muted { .. } => "muted",
            Self::Silent { .. } => "silent",
            Self::ItemDropped { .. } => "item-dropped",
            Self::SessionCut { .. } => "session-cut",
            Self::QuietHours { .. } => "quiet-hours",
            Self::MissedWhileOff { .. } => "missed-while-off",
            Self::NothingToday { .. } => "nothing-today",
            Self::NothingThisWeek { .. } => "nothing-this-week",
            Self::CampaignOver { .. } => "campaign-over",
            Self::HandInOverdue { .. } => "hand-in-overdue",
            Self::AlarmUntried { .. } => "alarm-untried",
            Self::AlarmFails { .. } => "alarm-fails",
            Self::AlarmNotSent { .. } => "alarm-not-sent",
            Self::NotSupervised { .. } => "not-supervised",
            Self::NoSound { .. } => "no-sound",
        }
    }

    /// Returns the severity.
    #[must_use]
    pub fn severity(&self) -> ConcernSeverity {
        match self {
            Self::NoDevice { .. }
            | Self::DeviceLost { .. }
            | Self::ClockUntrusted { .. }
            | Self::LogNotWritten { .. }
            | Self::LogMoved { .. }
            | Self::DiskFull { .. }
            | Self::DiskReadOnly { .. }
            | Self::AmplifierFails { .. }
            | Self::NoSchedule { .. } => ConcernSeverity::Critical,
            Self::UrgentOnAir { .. }
            | Self::FallbackDevice { .. }
            | Self::MissedWhileOff { .. }
            | Self::NothingToday { .. }
            | Self::CampaignOver { .. }
            | Self::NotSupervised { .. }
            | Self::NoSound { .. } => ConcernSeverity::Notice,
            Self::DiskNearlyFull { .. }
            | Self::KeysFail { .. }
            | Self::AmplifierUntried { .. }
            | Self::ControlUnavailable { .. }
            | Self::ScheduleRefused { .. }
            | Self::FolderUnreadable { .. }
            | Self::ScheduleWaits { .. }
            | Self::StationIdChanged { .. }
            | Self::SampleStation { .. }
            | Self::SampleContent { .. }
            | Self::PlaylistMissing { .. }
            | Self::AudioFolderGone { .. }
            | Self::FileMissing { .. }
            | Self::FileUnreadable { .. }
            | Self::FileDamaged { .. }
            | Self::FileChanged { .. }
            | Self::NotApproved { .. }
            | Self::Expired { .. }
            | Self::NothingEligible { .. }
            | Self::Muted { .. }
            | Self::Silent { .. }
            | Self::ItemDropped { .. }
            | Self::SessionCut { .. }
            | Self::QuietHours { .. }
            | Self::NothingThisWeek { .. }
            | Self::HandInOverdue { .. }
            | Self::AlarmUntried { .. }
            | Self::AlarmFails { .. }
            | Self::AlarmNotSent { .. } => ConcernSeverity::Warning,
        }
    }

    /// Returns the session, file or campaign that distinguishes this condition from others with the same code. It stays
    /// the same while the condition lasts, even if the details change.
    #[must_use]
    pub fn subject(&self) -> String {
        match self {
            Self::FileMissing { session, .. }
            | Self::FileUnreadable { session, .. }
            | Self::FileDamaged { session, .. }
            | Self::FileChanged { session, .. }
            | Self::NotApproved { session, .. }
            | Self::Expired { session, .. }
            | Self::NothingEligible { session, .. }
            | Self::Muted { session, .. }
            | Self::Silent { session, .. }
            | Self::ItemDropped { session, .. }
            | Self::QuietHours { session, .. }
            | Self::SessionCut { session, .. } => session.0.clone(),
            Self::PlaylistMissing { file, .. } => file.clone(),
            Self::CampaignOver { title, .. } => title.clone(),
            Self::UrgentOnAir { .. }
            | Self::NoDevice { .. }
            | Self::DeviceLost { .. }
            | Self::FallbackDevice { .. }
            | Self::ClockUntrusted { .. }
            | Self::LogNotWritten { .. }
            | Self::LogMoved { .. }
            | Self::DiskNearlyFull { .. }
            | Self::DiskFull { .. }
            | Self::DiskReadOnly { .. }
            | Self::KeysFail { .. }
            | Self::AmplifierFails { .. }
            | Self::AmplifierUntried { .. }
            | Self::ControlUnavailable { .. }
            | Self::NoSchedule { .. }
            | Self::ScheduleRefused { .. }
            | Self::FolderUnreadable { .. }
            | Self::ScheduleWaits { .. }
            | Self::StationIdChanged { .. }
            | Self::SampleStation { .. }
            | Self::SampleContent { .. }
            | Self::AudioFolderGone { .. }
            | Self::MissedWhileOff { .. }
            | Self::NothingToday { .. }
            | Self::NothingThisWeek { .. }
            | Self::HandInOverdue { .. }
            | Self::AlarmUntried { .. }
            | Self::AlarmFails { .. }
            | Self::AlarmNotSent { .. }
            | Self::NotSupervised { .. }
            | Self::NoSound { .. } => String::new(),
        }
    }
}
