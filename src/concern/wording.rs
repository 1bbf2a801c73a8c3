//! The advice for each condition.
use super::Condition;
use crate::text::texts;

texts! {
    /// The advice for a concern: one sentence, with a command if one helps.
    pub enum Advice {
        StopUrgent { } => "Muốn dừng, gõ: loa stop", "To end it, type: loa stop";
        CheckDevice { } =>
            "Hãy kiểm tra dây, USB, thiết bị âm thanh, và dòng `device` trong station.toml; loa tự mở lại khi có. Máy có những thiết bị nào: loa doctor",
            "Check the cable, the device, and the line `device` in station.toml; loa opens it again automatically. To see the machine's devices: loa doctor";
        SetClock { } =>
            "Máy có mạng, gõ: sudo timedatectl set-ntp true. Không có mạng, chỉnh đúng ngày giờ (cách chỉnh: loa clock --help) rồi gõ: loa clock confirm",
            "With a network, type: sudo timedatectl set-ntp true. Without one, set the clock right (to see how: loa clock --help), then type: loa clock confirm";
        CheckLogDisk { } => "Hãy kiểm tra ổ đĩa và thư mục airlog ngay; đừng tắt máy.", "Check the disk and the folder airlog now; do not switch off.";
        PutFolderBack { } => "Hãy đưa đúng thư mục đó về chỗ cũ; đừng tắt máy.", "Put that same folder back; do not switch off.";
        FreeDisk { } => "Hãy xoá bớt tệp không dùng trên ổ đĩa này.", "Delete files from this disk that you do not need.";
        FreeDiskNow { } =>
            "Hãy xoá ngay tệp không dùng: tệp tải về, tệp âm thanh cũ không còn trong lịch (xem: loa check). Đừng xoá airlog, đừng tắt máy.",
            "Delete unneeded files now: downloads, old audio that no segment uses (see: loa check). Do not delete airlog, do not switch off.";
        CheckKeys { } => "Hãy kiểm tra thư mục giữ khoá (xem: loa key show).", "Check the folder of the keys (see: loa key show).";
        SwitchByHand { } => "Hãy bật tắt tăng âm bằng tay, rồi thử: loa amplifier test", "Switch the amplifier by hand, then try: loa amplifier test";
        TryAmplifier { } => "Hãy đứng cạnh tăng âm và gõ: loa amplifier test", "Stand next to the amplifier and type: loa amplifier test";
        WaitForControl { } => "loa tự thử lại mỗi phút; nếu còn mãi, hãy khởi động lại máy.", "loa tries again every minute; if that does not help, restart the computer.";
        FixSchedule { } => "Xem và sửa lỗi: loa check", "To see the errors: loa check";
        RestoreId { log: String } => "Hãy ghi lại id = \"{log}\" trong station.toml.", "Put id = \"{log}\" back into station.toml.";
        GiveOwnId { } =>
            "Hãy tạo đài thật ở thư mục mới (loa init), chép lịch và âm thanh sang, rồi báo Sở ghi danh.",
            "Make the real station in a new folder (loa init), copy the schedule and the audio, and let the department enrol it.";
        ReplaceSample { } => "Hãy thay bằng nội dung của đài: loa add, rồi bỏ mục mẫu: loa remove", "Put your own content in (loa add), and take the sample out: loa remove";
        RestorePlaylist { } => "Hãy đặt lại tệp; nếu cố ý bỏ, gõ: loa check --accept", "Put the file back; if it was removed on purpose, type: loa check --accept";
        RestoreAudioFolder { } =>
            "Thư mục này có thể đã bị đổi tên hay dời đi: hãy đặt lại đúng tên audio, đúng chỗ cũ; nếu nó nằm ở USB hay ổ đĩa khác thì cắm lại.",
            "It may have been renamed or moved: name it audio again, in its old place; if it is on a stick or another disk, plug that in.";
        RestoreAudio { } => "Hãy chép lại tệp vào audio/, hoặc bỏ mục này khỏi buổi.", "Copy the file into audio/ again, or take the item out of the session.";
        CheckPermission { } => "Hãy xem lại quyền đọc tệp và ổ đĩa; loa tự đọc lại. Xem lỗi: loa check", "Check the file's permissions and the disk; loa reads it again. To see the error: loa check";
        ApproveAgain { } => "Hãy nghe lại và duyệt tệp mới, hoặc đặt lại tệp cũ.", "Listen to the new file and approve it, or put the old one back.";
        Approve { } => "Hãy duyệt mục này: ghi approved-by và approved-on.", "Approve the item: set approved-by and approved-on.";
        ReplaceExpired { } => "Hãy thay bằng mục khác, hoặc sửa valid-until.", "Replace the item, or change its valid-until.";
        AddEligible { } => "Hãy thêm mục còn hạn và đã duyệt cho chủ đề hay nhóm này.", "Add approved items that are not expired to this topic or pool.";
        RaiseVolume { } => "Hãy sửa volume trong station.toml hoặc trong buổi phát.", "Change volume in station.toml or in the session.";
        ReplaceSilent { } => "Hãy nghe lại tệp và thay bằng tệp có tiếng.", "Listen to the file and replace it.";
        ShortenSession { } => "Hãy bớt mục, hoặc cho buổi kết thúc muộn hơn (end-by).", "Take items out, or let the session end later (end-by).";
        MoveSession { } => "Hãy dời giờ một trong hai buổi.", "Move one of the two sessions.";
        MoveOutOfQuiet { } => "Hãy dời giờ buổi này, hoặc sửa [quiet-hours].", "Move the session, or change [quiet-hours].";
        SeeLog { } => "Xem những lượt bị lỡ: loa log", "To see what was missed: loa log";
        SeePlan { } => "Nếu không cố ý, xem lịch: loa plan --days 7", "If this is not intended, look at the plan: loa plan --days 7";
        EndCampaign { } => "Hãy bỏ danh sách phát này, hoặc hỏi Sở chiến dịch mới.", "Remove the playlist, or ask the department for the new campaign.";
        HandIn { } =>
            "Hãy cắm USB, gõ: loa export . --to /media/usb/ten-dai, rồi nộp USB cho Sở; đài có mạng thì gõ: loa push",
            "Plug in the stick, type: loa export . --to /media/usb/my-station, and hand it in; with a network, type: loa push";
        TestAlarm { } =>
            "Hãy gõ: loa alarm test, rồi hỏi người nhận đã thấy tin thử chưa.",
            "Type: loa alarm test, and ask the recipients whether the test message has arrived.";
        FixAlarm { } =>
            "Hãy kiểm tra mạng, [alarm] trong station.toml và tệp mật khẩu, rồi gõ: loa alarm test",
            "Check the network, [alarm] in station.toml and the file with the passwords, then type: loa alarm test";
        StartSender { } =>
            "Hãy gõ: sudo systemctl enable --now loa-alarm.path loa-alarm.timer (xem packaging/README.md). Máy không có systemd thì cho chạy: loa alarm send --watch",
            "Type: sudo systemctl enable --now loa-alarm.path loa-alarm.timer (see packaging/README.md). Without systemd, keep running: loa alarm send --watch";
        InstallService { } => "Hãy cài loa để máy mở lên là đài tự chạy: xem packaging/README.md", "Install loa as a service, which starts with the computer: see packaging/README.md";
        ChooseDevice { } => "Nếu đây là đài thật, hãy sửa device trong [output].", "If this is a real station, change device in [output].";
        ConfirmClockFirst { } =>
            "Hãy chỉnh đúng giờ (cách chỉnh: loa clock --help) rồi gõ: loa clock confirm",
            "Set the clock right (to see how: loa clock --help), then type: loa clock confirm";
    }
}

impl Advice {
    /// Returns true if the sentence names a command that works in the station's folder.
    #[must_use]
    pub fn names_command(&self) -> bool {
        match self {
            Self::StopUrgent {}
            | Self::CheckDevice {}
            | Self::SetClock {}
            | Self::FreeDiskNow {}
            | Self::CheckKeys {}
            | Self::SwitchByHand {}
            | Self::TryAmplifier {}
            | Self::FixSchedule {}
            | Self::ReplaceSample {}
            | Self::RestorePlaylist {}
            | Self::CheckPermission {}
            | Self::SeeLog {}
            | Self::SeePlan {}
            | Self::HandIn {}
            | Self::TestAlarm {}
            | Self::FixAlarm {}
            | Self::StartSender {}
            | Self::ConfirmClockFirst {} => true,
            Self::CheckLogDisk {}
            | Self::PutFolderBack {}
            | Self::FreeDisk {}
            | Self::WaitForControl {}
            | Self::RestoreId { .. }
            | Self::GiveOwnId {}
            | Self::RestoreAudioFolder {}
            | Self::RestoreAudio {}
            | Self::ApproveAgain {}
            | Self::Approve {}
            | Self::ReplaceExpired {}
            | Self::AddEligible {}
            | Self::RaiseVolume {}
            | Self::ReplaceSilent {}
            | Self::ShortenSession {}
            | Self::MoveSession {}
            | Self::MoveOutOfQuiet {}
            | Self::EndCampaign {}
            | Self::InstallService {}
            | Self::ChooseDevice {} => false,
        }
    }
}

/// Returns the advice for a condition.
#[must_use]
pub fn concern_advice(condition: &Condition) -> Advice {
    match condition {
        Condition::UrgentOnAir { .. } => Advice::StopUrgent {},
        Condition::NoDevice { .. } | Condition::DeviceLost { .. } | Condition::FallbackDevice { .. } => {
            Advice::CheckDevice {}
        }
        Condition::ClockUntrusted { .. } => Advice::SetClock {},
        Condition::LogNotWritten { .. } | Condition::DiskReadOnly {} => Advice::CheckLogDisk {},
        Condition::LogMoved {} => Advice::PutFolderBack {},
        Condition::DiskNearlyFull { .. } => Advice::FreeDisk {},
        Condition::DiskFull { .. } => Advice::FreeDiskNow {},
        Condition::KeysFail {} => Advice::CheckKeys {},
        Condition::AmplifierFails { .. } => Advice::SwitchByHand {},
        Condition::AmplifierUntried {} => Advice::TryAmplifier {},
        Condition::ControlUnavailable {} => Advice::WaitForControl {},
        Condition::NoSchedule {} | Condition::ScheduleRefused { .. } | Condition::FolderUnreadable {} => {
            Advice::FixSchedule {}
        }
        Condition::ScheduleWaits {} => Advice::ConfirmClockFirst {},
        Condition::StationIdChanged { log, .. } => Advice::RestoreId { log: log.clone() },
        Condition::SampleStation { .. } => Advice::GiveOwnId {},
        Condition::SampleContent { .. } => Advice::ReplaceSample {},
        Condition::PlaylistMissing { .. } => Advice::RestorePlaylist {},
        Condition::AudioFolderGone { .. } => Advice::RestoreAudioFolder {},
        Condition::FileMissing { .. } | Condition::FileDamaged { .. } => Advice::RestoreAudio {},
        Condition::FileUnreadable { .. } => Advice::CheckPermission {},
        Condition::FileChanged { .. } => Advice::ApproveAgain {},
        Condition::NotApproved { .. } => Advice::Approve {},
        Condition::Expired { .. } => Advice::ReplaceExpired {},
        Condition::NothingEligible { .. } => Advice::AddEligible {},
        Condition::Muted { .. } => Advice::RaiseVolume {},
        Condition::Silent { .. } => Advice::ReplaceSilent {},
        Condition::ItemDropped { .. } => Advice::ShortenSession {},
        Condition::SessionCut { .. } => Advice::MoveSession {},
        Condition::QuietHours { .. } => Advice::MoveOutOfQuiet {},
        Condition::MissedWhileOff { .. } => Advice::SeeLog {},
        Condition::NothingToday {} | Condition::NothingThisWeek {} => Advice::SeePlan {},
        Condition::CampaignOver { .. } => Advice::EndCampaign {},
        Condition::HandInOverdue { .. } => Advice::HandIn {},
        Condition::AlarmUntried {} => Advice::TestAlarm {},
        Condition::AlarmFails { .. } => Advice::FixAlarm {},
        Condition::AlarmNotSent { .. } => Advice::StartSender {},
        Condition::NotSupervised {} => Advice::InstallService {},
        Condition::NoSound {} => Advice::ChooseDevice {},
    }
}
