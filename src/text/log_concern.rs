//! The names of concerns on the page of the log book.
use super::texts;

texts! {
    /// The name of a concern on the page of the log book. The log holds only its code and its subject.
    pub enum ConcernName {
        UrgentOnAir { } => "đang phát tin khẩn cấp", "an urgent message is on the air";
        NoDevice { } => "không mở được thiết bị âm thanh nào", "no sound device can be opened";
        DeviceLost { } => "mất thiết bị âm thanh", "the sound device is lost";
        FallbackDevice { } => "đang phát qua thiết bị âm thanh dự phòng", "the station plays through another device";
        ClockUntrusted { } => "không tin được đồng hồ máy", "the clock is not trusted";
        LogNotWritten { } => "chưa ghi được nhật ký", "the log is not being written";
        LogMoved { } => "thư mục nhật ký bị dời, bị xoá hay bị thay", "the log's folder was moved, deleted or replaced";
        DiskNearlyFull { } => "ổ đĩa sắp đầy", "the disk is nearly full";
        DiskFull { } => "ổ đĩa đã đầy", "the disk is full";
        DiskReadOnly { } => "ổ đĩa không cho ghi", "the disk is read-only";
        KeysFail { } => "không đổi được khoá của nhật ký", "the log's key cannot be changed";
        AmplifierFails { } => "không bật hoặc tắt được tăng âm", "the amplifier cannot be switched";
        AmplifierUntried { } => "lệnh bật tắt tăng âm chưa được thử", "the amplifier's commands were never tried";
        ControlUnavailable { } => "đài chưa nhận được lệnh", "the station cannot be reached";
        NoSchedule { } => "không có lịch phát nào dùng được", "there is no usable schedule";
        ScheduleRefused { } => "lịch phát mới có lỗi nên chưa được nhận", "the new schedule has errors and is not in force";
        FolderUnreadable { } => "không đọc được thư mục của đài", "the station's folder cannot be read";
        ScheduleWaits { } => "lịch mới chờ đến khi tin được đồng hồ", "a newer schedule waits for the clock";
        StationIdChanged { } => "mã đài trong station.toml bị đổi", "the id in station.toml was changed";
        SampleStation { } => "đài chạy với mã của đài mẫu", "the station runs under the sample's id";
        SampleContent { } => "đài thật phát nội dung mẫu", "a real station plays sample content";
        PlaylistMissing { } => "danh sách phát vắng mặt hoặc hỏng", "a playlist is missing or damaged";
        AudioFolderGone { } => "không có thư mục audio/", "the folder audio/ is missing";
        FileMissing { } => "thiếu tệp âm thanh", "an audio file is missing";
        FileUnreadable { } => "không đọc được tệp âm thanh", "an audio file cannot be read";
        FileDamaged { } => "tệp âm thanh hỏng", "an audio file is damaged";
        FileChanged { } => "tệp âm thanh không còn là tệp đã duyệt", "an audio file is not the approved one";
        NotApproved { } => "có mục chưa được duyệt", "an item is not approved";
        Expired { } => "có mục đã hết hạn", "an item is past its last day";
        NothingEligible { } => "không có mục nào hợp lệ để chọn", "nothing eligible can be drawn";
        Muted { } => "âm lượng là 0", "the volume is 0";
        Silent { } => "tệp âm thanh không có tiếng", "nothing can be heard in an audio file";
        ItemDropped { } => "có mục bị bỏ để buổi xong đúng giờ", "an item is dropped so that the session ends in time";
        SessionCut { } => "buổi phát sẽ bị buổi khác ngắt", "the session will be cut off by another";
        QuietHours { } => "có mục rơi vào giờ yên lặng", "an item falls into quiet hours";
        MissedWhileOff { } => "có lượt phát bị lỡ khi đài ngừng", "airings were missed while the station was off";
        NothingToday { } => "hôm nay không có gì trong kế hoạch", "nothing is planned today";
        NothingThisWeek { } => "7 ngày tới không có buổi phát nào", "nothing is planned in the next 7 days";
        CampaignOver { } => "chiến dịch đã hết", "a campaign is over";
        HandInOverdue { } => "nhật ký quá hạn nộp Sở", "the hand-in of the log is overdue";
        AlarmUntried { } => "chưa gửi thử được tin báo", "no alarm was ever delivered";
        AlarmFails { } => "không gửi được tin báo", "alarms cannot be delivered";
        AlarmNotSent { } => "không có chương trình nào gửi tin báo", "no program sends the alarms";
        NotSupervised { } => "đài không do hệ thống khởi động", "the system did not start the station";
        NoSound { } => "chưa chọn thiết bị âm thanh, nên đài không phát ra tiếng", "the output is not a real sound device";
        Unnamed { code: String } => "{code}", "{code}";
    }
}

impl ConcernName {
    /// Returns the name of the concern with this code. A log of a newer program can have other codes.
    #[must_use]
    pub fn of_code(code: &str) -> Self {
        match code {
            "urgent-on-air" => Self::UrgentOnAir {},
            "no-device" => Self::NoDevice {},
            "device-lost" => Self::DeviceLost {},
            "fallback-device" => Self::FallbackDevice {},
            "clock-untrusted" => Self::ClockUntrusted {},
            "log-not-written" => Self::LogNotWritten {},
            "log-moved" => Self::LogMoved {},
            "disk-nearly-full" => Self::DiskNearlyFull {},
            "disk-full" => Self::DiskFull {},
            "disk-read-only" => Self::DiskReadOnly {},
            "keys-fail" => Self::KeysFail {},
            "amplifier-fails" => Self::AmplifierFails {},
            "amplifier-untried" => Self::AmplifierUntried {},
            "control-unavailable" => Self::ControlUnavailable {},
            "no-schedule" => Self::NoSchedule {},
            "schedule-refused" => Self::ScheduleRefused {},
            "folder-unreadable" => Self::FolderUnreadable {},
            "schedule-waits" => Self::ScheduleWaits {},
            "station-id-changed" => Self::StationIdChanged {},
            "sample-station" => Self::SampleStation {},
            "sample-content" => Self::SampleContent {},
            "playlist-missing" => Self::PlaylistMissing {},
            "audio-folder-gone" => Self::AudioFolderGone {},
            "file-missing" => Self::FileMissing {},
            "file-unreadable" => Self::FileUnreadable {},
            "file-damaged" => Self::FileDamaged {},
            "file-changed" => Self::FileChanged {},
            "not-approved" => Self::NotApproved {},
            "expired" => Self::Expired {},
            "nothing-eligible" => Self::NothingEligible {},
            "muted" => Self::Muted {},
            "silent" => Self::Silent {},
            "item-dropped" => Self::ItemDropped {},
            "session-cut" => Self::SessionCut {},
            "quiet-hours" => Self::QuietHours {},
            "missed-while-off" => Self::MissedWhileOff {},
            "nothing-today" => Self::NothingToday {},
            "nothing-this-week" => Self::NothingThisWeek {},
            "campaign-over" => Self::CampaignOver {},
            "hand-in-overdue" => Self::HandInOverdue {},
            "alarm-untried" => Self::AlarmUntried {},
            "alarm-fails" => Self::AlarmFails {},
            "alarm-not-sent" => Self::AlarmNotSent {},
            "not-supervised" => Self::NotSupervised {},
            "no-sound" => Self::NoSound {},
            code => Self::Unnamed { code: code.to_owned() },
        }
    }
}

texts! {
    /// The mark before a concern that was raised, by its severity.
    pub enum ConcernMark {
        Critical { } => "KHẨN", "URGENT";
        Warning { } => "Cần xử lý", "Needs attention";
        Notice { } => "Lưu ý", "Note";
    }
}

impl ConcernMark {
    /// Returns the mark for the severity that the log names. A log of an older program names none.
    #[must_use]
    pub fn of_severity(severity: Option<&str>) -> Self {
        match severity {
            Some("critical") => Self::Critical {},
            Some("notice") => Self::Notice {},
            _ => Self::Warning {},
        }
    }
}

texts! {
    /// A concern that was raised or is over, as one line of the page.
    pub enum ConcernLine {
        Raised { at: String, mark: ConcernMark, name: ConcernName } => "{at} {mark}: {name}.", "{at} {mark}: {name}.";
        RaisedAbout { at: String, mark: ConcernMark, name: ConcernName, subject: String } =>
            "{at} {mark}: {name} ({subject}).",
            "{at} {mark}: {name} ({subject}).";
        Cleared { at: String, name: ConcernName } => "{at} Đã hết: {name}.", "{at} Over: {name}.";
        ClearedAbout { at: String, name: ConcernName, subject: String } =>
            "{at} Đã hết: {name} ({subject}).",
            "{at} Over: {name} ({subject}).";
    }
}

#[cfg(test)]
mod tests {
    use super::ConcernName;

    #[test]
    fn every_concern_has_a_name_on_the_page() {
        let source = include_str!("../concern/condition.rs");
        let codes = source.split_once("pub fn code(").expect("find the codes").1;
        let codes = codes.split_once("pub fn severity(").expect("find the end of the codes").0;
        let codes: Vec<&str> = codes.split('"').skip(1).step_by(2).collect();
        assert!(codes.len() > 30, "{codes:?}");
        for code in codes {
            assert!(!matches!(ConcernName::of_code(code), ConcernName::Unnamed { .. }), "{code}");
        }
    }
}
