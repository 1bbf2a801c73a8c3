//! The sentences of `loa doctor`.
use std::fmt;

use chrono::NaiveDate;

use super::cause::DeviceText;
use super::log::TableText;
use super::run::RunText;
use super::{Lang, Localize, texts};

/// The version of the kernel. Prints nothing if it is not known.
#[derive(Debug, Clone, PartialEq)]
pub struct KernelVersion(pub Option<String>);

/// The name of the distribution. Prints nothing if it is not known.
#[derive(Debug, Clone, PartialEq)]
pub struct DistributionName(pub Option<String>);

/// The model of the machine. Prints nothing if it is not known, as on many small computers.
#[derive(Debug, Clone, PartialEq)]
pub struct MachineModel(pub Option<String>);

fn write_part(f: &mut fmt::Formatter<'_>, prefix: &str, value: Option<&String>) -> fmt::Result {
    value.map_or(Ok(()), |value| write!(f, "; {prefix}{value}"))
}

impl Localize for KernelVersion {
    fn write(&self, lang: Lang, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_part(f, if lang == Lang::Vi { "nhân " } else { "kernel " }, self.0.as_ref())
    }
}

impl Localize for DistributionName {
    fn write(&self, _: Lang, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_part(f, "", self.0.as_ref())
    }
}

impl Localize for MachineModel {
    fn write(&self, lang: Lang, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_part(f, if lang == Lang::Vi { "máy: " } else { "machine: " }, self.0.as_ref())
    }
}

texts! {
    /// The headings of the findings of `loa doctor`.
    #[derive(Eq, Copy)]
    pub enum DoctorArea {
        Sound => "Tiếng", "Sound";
        Levels => "Âm lượng của máy", "Volume of the computer";
        Amplifier => "Tăng âm", "Amplifier";
        Clock => "Đồng hồ máy", "Clock";
        Rtc => "Đồng hồ pin", "Battery clock";
        Alarm => "Báo động", "Alarm";
        Autostart => "Tự chạy", "Automatic start";
        DiskSpace => "Chỗ trống", "Free space";
        Wear => "Độ hao ổ đĩa", "Wear of the disk";
        PowerLoss => "Khi mất điện", "Power cut";
        Voltage => "Nguồn điện", "Power supply";
        Permissions => "Quyền thư mục", "Permissions";
        Keys => "Khoá nhật ký", "Keys of the log";
        Versions => "Phiên bản", "Versions";
    }
}

texts! {
    /// The findings of `loa doctor`, in one sentence each.
    pub enum DoctorText {
        Heard { } => "đã nghe thấy tiếng thử ở loa ngoài trời.", "the test was heard from the loudspeaker.";
        NotHeard { } => "KHÔNG nghe thấy tiếng thử.", "the test was NOT heard.";
        SoundFailed { cause: DeviceText } =>
            "không phát được tiếng thử: {cause}.",
            "the test was not played: {cause}.";
        DeviceAbsent { cause: DeviceText } => "{cause}.", "{cause}.";
        NoSoundDevice { } =>
            "chưa chọn thiết bị âm thanh (device là null hoặc wav), nên đài không phát ra tiếng.",
            "the station's output is not a real sound device (null or wav), so nobody hears it.";
        SoundNotAsked { } => "chưa thử: không ai được hỏi là có nghe thấy không.", "not tried: nobody was asked whether it is heard.";
        SoundBusy { } => "chưa thử: đài đang bận, đang trong giờ yên lặng, chưa tin được đồng hồ, hoặc chưa có mục nào để phát.", "not tried: the station is busy, in quiet hours, does not trust its clock, or has nothing to play.";
        LevelsGood { levels: String } => "không tắt tiếng: {levels}.", "nothing is muted: {levels}.";
        LevelMuted { name: String } => "“{name}” đang tắt tiếng hoặc vặn về 0.", "`{name}` is muted or at 0.";
        LevelLow { name: String, percent: u64 } => "“{name}” chỉ ở mức {percent} %.", "`{name}` is only at {percent} %.";
        LevelsUnknown { } => "không đọc được mức âm lượng của hệ thống.", "the levels of the sound system cannot be read.";
        AmplifierNone { } => "loa không bật tắt tăng âm (không có [amplifier]).", "loa does not switch an amplifier (there is no [amplifier]).";
        AmplifierTried { } => "lệnh bật tắt đã được thử trên máy này.", "its commands were tried on this machine.";
        AmplifierUntried { } => "lệnh bật tắt chưa được thử trên máy này bằng tài khoản này.", "its commands were never tried on this machine by this user.";
        ClockSynced { service: String, error_ms: i64 } => "tự chỉnh qua mạng ({service}), sai nhiều nhất {error_ms} ms.", "the network keeps it right ({service}), at most {error_ms} ms off.";
        ClockUnsynced { service: String } => "có {service} nhưng giờ chưa chỉnh được qua mạng.", "{service} is there, but the clock is not synchronised.";
        ClockAlone { } => "không có chương trình nào chỉnh giờ qua mạng.", "no program synchronises the clock over the network.";
        ClockUnknown { } => "hệ thống không cho biết giờ có được chỉnh không.", "the system does not say whether the clock is synchronised.";
        RtcGood { seconds: i64 } => "có, lệch {seconds} giây.", "there is one, {seconds} s off.";
        RtcWrong { by: TableText } => "lệch {by} so với giờ máy.", "it differs from the clock by {by}.";
        RtcNone { } => "máy không có: sau khi mất điện mà không có mạng, đài không tin giờ và không phát.", "the machine has none: after a power cut without a network, the station does not trust the clock and plays nothing.";
        StationDistrustsClock { why: RunText } =>
            "đài đang chạy chưa tin được đồng hồ này nên không phát gì: {why}.",
            "the running station does not trust it, so it plays nothing: {why}.";
        RtcUnproved { } =>
            "có, nhưng chưa biết có đúng không: chưa biết đồng hồ máy có đúng không để so.",
            "there is one; whether it is right is not known, because it is not known whether the computer's clock is.";
        AlarmNone { } =>
            "chưa đặt (không có [alarm]): khi đài có sự cố, loa không báo cho ai.",
            "it is not set up (there is no [alarm]): loa calls nobody when something is wrong.";
        AlarmUntried { channels: String } =>
            "đã đặt ({channels}), nhưng chưa gửi thử được tin nào.",
            "it is set up ({channels}), but no message was ever delivered.";
        AlarmDelivered { channels: String, time: String, date: NaiveDate } =>
            "đã đặt ({channels}); tin gần nhất đã gửi được lúc {time} ngày {date}.",
            "it is set up ({channels}); the last message was delivered at {time} on {date}.";
        AlarmWorks { channels: String } =>
            "đã đặt ({channels}) và đã gửi được tin.",
            "it is set up ({channels}) and has delivered messages.";
        AlarmFails { channels: String, failures: String, time: String, date: NaiveDate } =>
            "đã đặt ({channels}), nhưng từ {time} ngày {date} KHÔNG gửi được tin nào ({failures}).",
            "it is set up ({channels}), but since {time} on {date} every attempt FAILED ({failures}).";
        RtcUnreadable { } => "có, nhưng không đọc được giờ của nó.", "there is one, but its time cannot be read.";
        AutostartGood { } => "máy có điện là đài tự chạy.", "the station starts with the machine.";
        AutostartLogin { } => "đài chỉ chạy sau khi có người đăng nhập.", "the station starts only after somebody logs in.";
        AutostartOther { } => "máy tự chạy một đài khác, không phải thư mục này.", "the machine starts another station, not this folder.";
        AutostartNone { } => "đài không tự chạy khi máy mở lên.", "the station does not start with the machine.";
        AutostartUnknown { } => "máy không dùng systemd nên không kiểm tra được.", "this machine does not use systemd, so this cannot be checked.";
        SpaceGood { size: String } => "còn {size}.", "{size} are free.";
        SpaceLow { size: String } => "chỉ còn {size}.", "only {size} are free.";
        SpaceUnknown { } => "không đọc được.", "it cannot be read.";
        WearGood { percent: u64 } => "ổ đĩa đã dùng khoảng {percent} % tuổi thọ.", "the disk has used about {percent} % of its life.";
        WearHigh { percent: u64 } => "ổ đĩa đã dùng khoảng {percent} % tuổi thọ.", "the disk has used about {percent} % of its life.";
        WearUnknown { } => "không đọc được: ổ đĩa này không cho biết.", "it cannot be read: this disk does not report it.";
        PowerLossGood { file_system: String } => "{file_system}, gắn với các tuỳ chọn an toàn.", "{file_system}, mounted with safe options.";
        PowerLossUnsafe { file_system: String, option: String } => "{file_system} được gắn với tuỳ chọn {option}: mất điện có thể làm hỏng nhật ký.", "{file_system} is mounted with {option}: a power cut can damage the log.";
        PowerLossFat { file_system: String } => "thư mục của đài nằm trên {file_system}: mất điện có thể làm hỏng nhật ký.", "the station's folder is on {file_system}: a power cut can damage the log.";
        PowerLossMemory { file_system: String } => "thư mục của đài nằm trong bộ nhớ ({file_system}): mất điện là mất nhật ký.", "the station's folder is in memory ({file_system}): a power cut loses the log.";
        PowerLossReadOnly { } => "ổ đĩa của đài chỉ đọc được, không ghi được.", "the station's disk is read-only.";
        PowerLossOther { file_system: String } => "chưa biết {file_system} có chịu được mất điện không.", "it is not known whether {file_system} survives a power cut.";
        PowerLossUnknown { } => "không đọc được cách gắn ổ đĩa.", "the mount of the disk cannot be read.";
        VoltageGood { } => "điện áp đủ từ khi máy mở.", "the voltage has been high enough since the start.";
        VoltageLowNow { } => "ĐIỆN ÁP ĐANG THẤP: máy có thể treo hoặc hỏng thẻ nhớ.", "THE VOLTAGE IS TOO LOW: the machine can hang, or damage its card.";
        VoltageLowBefore { } => "đã có lúc điện áp thấp từ khi máy mở.", "the voltage was too low at some time since the start.";
        VoltageUnknown { } => "máy này không đo điện áp.", "this machine does not measure it.";
        FoldersGood { } => "tài khoản này đọc và ghi được các thư mục của đài.", "this user can read and write the station's folders.";
        FoldersBad { names: String } => "tài khoản này không đọc hoặc ghi được: {names}.", "this user cannot read or write: {names}.";
        FoldersBadForDaemon { names: String } => "tài khoản chạy đài không đọc hoặc ghi được: {names}.", "the user that runs the station cannot read or write: {names}.";
        FoldersMissing { names: String } => "thiếu thư mục: {names}.", "missing folders: {names}.";
        KeysGood { } => "có, và chỉ chủ của chúng đọc được.", "they are there, and only their owner can read them.";
        KeysNoLog { } => "chưa có: khoá được tạo khi đài chạy lần đầu.", "there are none yet: the first run makes them.";
        KeysNotSeen { } => "tài khoản này không thấy khoá của nhật ký.", "this user does not see the keys of the log.";
        KeysUnreadable { } => "có khoá nhưng tài khoản này không đọc được.", "they are there, but this user cannot read them.";
        KeysOpen { } => "NGƯỜI KHÁC ĐỌC ĐƯỢC KHOÁ BÍ MẬT.", "OTHERS CAN READ THE SECRET KEYS.";
        VersionsAre { program: String, kernel: KernelVersion, distribution: DistributionName, model: MachineModel } =>
            "{program}{kernel}{distribution}{model}.",
            "{program}{kernel}{distribution}{model}.";
    }
}

texts! {
    /// What to do about the findings of `loa doctor`.
    pub enum DoctorAdvice {
        CheckSound { } => "Hãy bật tăng âm, tăng âm lượng, kiểm tra dây, rồi làm lại.", "Switch the amplifier on, turn up the volume, check the cables, and try again.";
        ChooseDevice { } => "Hãy sửa device trong [output] của station.toml.", "Change device under [output] in station.toml.";
        AskAtTerminal { } => "Hãy gõ loa doctor tại máy, đứng ở chỗ nghe được loa.", "Type loa doctor at the machine, where the loudspeaker can be heard.";
        RaiseLevel { } => "Hãy gõ alsamixer (hoặc mở phần âm thanh), bỏ tắt tiếng (phím M) và tăng mức lên.", "Type alsamixer (or open the sound settings), unmute it (key M) and turn it up.";
        TryAmplifier { } => "Hãy đứng cạnh tăng âm và gõ: loa amplifier test", "Stand next to the amplifier and type: loa amplifier test";
        CheckNetwork { } =>
            "Hãy kiểm tra mạng. Nếu đài không có mạng, hãy so giờ máy với điện thoại; sai thì chỉnh, xem cách chỉnh: loa clock --help",
            "Check the network. Without one, compare the clock with a telephone; if it is wrong, set it. To see how: loa clock --help";
        SetAndConfirmClock { } =>
            "Hãy chỉnh đúng giờ (cách chỉnh: loa clock --help) rồi gõ: loa clock confirm",
            "Set the clock right (to see how: loa clock --help), then type: loa clock confirm";
        TryAlarm { } =>
            "Hãy gõ: loa alarm test (lệnh này gửi một tin thử và cho biết lỗi nếu có)",
            "Type: loa alarm test (it sends a test message, and says what fails)";
        InstallTime { } =>
            "Nếu có mạng, hãy gõ: sudo apt install systemd-timesyncd, rồi: sudo timedatectl set-ntp true",
            "With a network, type: sudo apt install systemd-timesyncd, then: sudo timedatectl set-ntp true";
        SetRtc { } =>
            "Hãy chỉnh đúng giờ máy (cách chỉnh: loa clock --help) rồi gõ: sudo hwclock --systohc. Nếu còn lệch, thay pin (máy tính để bàn: CR2032).",
            "Set the clock right (to see how: loa clock --help), then type: sudo hwclock --systohc. If it stays wrong, replace the battery (in a PC: CR2032).";
        AddRtc { } => "Nên gắn thêm đồng hồ pin (ví dụ DS3231); chưa có thì sau mỗi lần mất điện hãy xem: loa status", "Add a clock with a battery (such as a DS3231); until then, see loa status after each power cut";
        Enable { } => "Hãy làm theo packaging/README.md, rồi gõ: sudo systemctl enable --now loa", "Follow packaging/README.md, then type: sudo systemctl enable --now loa";
        Linger { } => "Hãy gõ: sudo loginctl enable-linger \"$USER\"", "Type: sudo loginctl enable-linger \"$USER\"";
        FixUnit { } => "Hãy sửa đường dẫn ở dòng ExecStart của loa.service.", "Change the path in the line ExecStart of loa.service.";
        FreeSpace { } => "Hãy xoá bớt tệp không dùng trên ổ đĩa này.", "Delete files from this disk that you do not need.";
        ReplaceDisk { } => "Hãy chép đài ra USB và chuẩn bị thay ổ đĩa hay thẻ nhớ.", "Copy the station to a stick, and prepare to replace the disk or card.";
        Remount { } => "Hãy bỏ tuỳ chọn đó trong /etc/fstab rồi khởi động lại.", "Remove that option from /etc/fstab, and restart.";
        MoveStation { } => "Hãy để thư mục của đài trên ổ đĩa ext4 của máy.", "Put the station's folder on an ext4 disk of the machine.";
        CheckDisk { } => "Hãy kiểm tra ổ đĩa: hệ thống chuyển sang chỉ đọc khi ổ đĩa có lỗi.", "Check the disk: the system makes a disk with errors read-only.";
        BetterPower { } => "Hãy dùng bộ nguồn và dây tốt hơn (Raspberry Pi 4: 5,1 V 3 A).", "Use a better power supply and cable (Raspberry Pi 4: 5.1 V 3 A).";
        FixPermissions { } => "Hãy gõ lệnh bằng tài khoản chạy đài (ví dụ: sudo -u loa loa doctor …), hoặc sửa quyền thư mục.", "Use the account that runs the station (as in: sudo -u loa loa doctor ...), or change the permissions.";
        MakeFolders { } => "Hãy tạo lại thư mục đó, hoặc gõ đúng thư mục của đài.", "Make the folder again, or name the right folder.";
        UseStationAccount { } => "Hãy gõ lệnh bằng tài khoản chạy đài (ví dụ: sudo -u loa loa doctor …).", "Use the account that runs the station (as in: sudo -u loa loa doctor ...).";
        CloseKeys { } => "Hãy gõ: chmod -R go= ~/.local/state/loa/keys (hoặc /var/lib/loa/keys), và báo cho Sở.", "Type: chmod -R go= ~/.local/state/loa/keys (or /var/lib/loa/keys), and tell the department.";
    }
}

texts! {
    /// The page around the findings, and the messages during the check.
    pub enum SheetText {
        Title { } => "BIÊN BẢN NGHIỆM THU MÁY CỦA ĐÀI TRUYỀN THANH", "ACCEPTANCE SHEET OF A STATION'S MACHINE";
        Station { name: String, id: String } => "Đài: {name} (mã đài: {id})", "Station: {name} (id: {id})";
        Agency { name: String } => "Cơ quan: {name}", "Agency: {name}";
        Made { date: String, time: String } => "Lập lúc {time} ngày {date}, bằng lệnh loa doctor", "Made at {time} on {date}, by loa doctor";
        Place { } => "Nơi đặt máy: ..................................................", "Place: ..................................................";
        Good { } => "OK", "OK";
        ToDo { } => "CẦN LÀM", "TO DO";
        NotKnown { } => "KHÔNG RÕ", "UNKNOWN";
        Summary { good: usize, to_do: usize, unknown: usize } =>
            "Tổng cộng: {good} OK, {to_do} việc cần làm, {unknown} điều không kiểm tra được.",
            "In all: {good} OK, {to_do} to do, {unknown} that could not be checked.";
        Key { key: String } => "Khoá của nhật ký, để Sở ghi danh (không phải bí mật):\n{key}", "The log's key, for the department to enrol (it is not a secret):\n{key}";
        NoKey { } => "Khoá của nhật ký: chưa có. Hãy chạy đài lần đầu rồi làm lại biên bản.", "The log's key: there is none yet. Run the station once, and make the sheet again.";
        Signatures { } => "Người lắp đặt                                Đại diện đài\n(ký, ghi rõ họ tên)                          (ký, ghi rõ họ tên)\n\n\n\n..............................               ..............................",
            "Installed by                                 For the station\n(signature, name)                            (signature, name)\n\n\n\n..............................               ..............................";
        ForTechnician { } => "Chi tiết cho kỹ thuật:", "Details for the technician:";
        SoundPrompt { } => "Hãy bật tăng âm và đứng ở chỗ nghe được loa. Nhấn Enter để nghe tiếng thử 3 giây: ", "Switch the amplifier on, and stand where the loudspeaker can be heard. Press Enter for a test tone of 3 s: ";
        AmplifierAndSoundPrompt { warm_up_s: i64 } =>
            "Hãy đứng ở chỗ nghe được loa rồi nhấn Enter. loa tự bật tăng âm, chờ {warm_up_s} giây cho nóng máy, phát tiếng thử 3 giây, rồi tự tắt tăng âm: ",
            "Stand where the loudspeaker can be heard, and press Enter. loa switches the amplifier on, waits {warm_up_s} s until it is warm, plays a test tone of 3 s, and switches the amplifier off again: ";
        SegmentPrompt { title: String } => "Đài đang chạy. Nhấn Enter để đài phát thử “{title}” (lượt này được ghi vào nhật ký): ", "The station is running. Press Enter to let it play “{title}” (the airing is logged): ";
        HeardQuestion { } => "Có nghe thấy không? Gõ “có” rồi nhấn Enter: ", "Was it heard? Type yes: ";
        Saved { path: String } => "Đã ghi tệp cho kỹ thuật: {path}", "The file for the technician was written: {path}";
        NotSaved { path: String, detail: super::system::SystemText } => "Chưa ghi được {path}: {detail}", "{path} was not written: {detail}";
        SaveExists { path: String } => "Chưa ghi: {path} đã có. Hãy chọn tên khác.", "Not written: {path} already exists. Choose another name.";
    }
}
