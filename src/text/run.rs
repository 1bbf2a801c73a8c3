//! Sentences of a running station and of its control commands.
use chrono::NaiveDate;

use super::cause::{DeviceText, SwitchText};
use super::count::{AiringCount, EntryCount, SegmentCount, SessionCount};
use super::log_set_aside::LogSetAsideReason;
use super::system::SystemText;
use super::texts;

texts! {
    /// Sentences about the amplifier and its relay.
    pub enum AmplifierText {
        None { } =>
            "station.toml không có lệnh bật và tắt tăng âm. Hãy ghi on = \"…\" và off = \"…\" trong phần [amplifier], ví dụ với rơ-le USB: on = \"/usr/bin/usbrelay BITFT_1=1\", off = \"/usr/bin/usbrelay BITFT_1=0\". Không biết lệnh của rơ-le thì hỏi người lắp máy; chưa có lệnh thì cứ bật tăng âm bằng tay.",
            "station.toml has no commands that switch the amplifier. Write on = \"…\" and off = \"…\" under [amplifier], for example with a USB relay: on = \"/usr/bin/usbrelay BITFT_1=1\", off = \"/usr/bin/usbrelay BITFT_1=0\". If you do not know the relay's command, ask whoever installed it; until then, switch the amplifier by hand.";
        Runs { command: String } => "Chạy lệnh: {command}", "Running: {command}";
        IsOn { } =>
            "Lệnh bật tăng âm đã chạy xong, không báo lỗi. Hãy nhìn tăng âm để biết chắc.",
            "The command that switches the amplifier on succeeded. Look at the amplifier to be sure.";
        IsOff { } =>
            "Lệnh tắt tăng âm đã chạy xong, không báo lỗi.",
            "The command that switches the amplifier off succeeded.";
        Alone { } =>
            "Đài hiện không chạy nên không có gì tự tắt tăng âm, và việc này không được ghi vào nhật ký.",
            "The station is not running: nothing will switch the amplifier off automatically, and this is not logged.";
        NotSwitchedYet { } =>
            "Chưa bật (hoặc tắt) xong tăng âm; xem lại bằng: loa status",
            "The amplifier has not been switched yet; see: loa status";
        OldCommand { command: String } =>
            "CHƯA THỬ: station.toml đã có lệnh mới, nhưng đài đang chạy vẫn dùng lệnh cũ: {command}. Hãy đợi một phút rồi thử lại; nếu vẫn vậy, xem lỗi bằng: loa check",
            "NOT TESTED: station.toml has other commands than the running station, which still uses: {command}. Try again in a minute; if that does not help, look for errors with: loa check";
        NotKept { detail: SystemText } =>
            "Không ghi nhớ được rằng lệnh này đã được chạy thử: {detail}. Khi chạy, đài sẽ đòi thử lại.",
            "The test of this command could not be recorded: {detail}. The station will ask for it again.";
        Untried { } =>
            "Chưa bật tắt tăng âm: lệnh trong station.toml chưa được người trực chạy thử trên máy này. Hãy gõ: loa amplifier test",
            "The amplifier was not switched: nobody has tried the commands in station.toml on this machine. Type: loa amplifier test";
        OnFails { why: SwitchText } =>
            "KHÔNG BẬT ĐƯỢC TĂNG ÂM: {why}. Đài vẫn phát đúng giờ, nhưng có thể không ai nghe thấy. Hãy bật bằng tay.",
            "THE AMPLIFIER CANNOT BE SWITCHED ON: {why}. The station still plays on time, but perhaps nobody can hear it. Switch it on by hand.";
        OffFails { why: SwitchText } =>
            "Không tắt được tăng âm: {why}. Hãy tắt bằng tay.",
            "The amplifier cannot be switched off: {why}. Switch it off by hand.";
        Switching { } => "Đang bật hoặc tắt tăng âm.", "The amplifier is being switched.";
        Held { } =>
            "Tăng âm: lệnh bật đã chạy xong; người trực giữ bật cho đến khi gõ: loa amplifier off",
            "Amplifier: the command to switch it on succeeded; the operator keeps it on, until: loa amplifier off";
        On { } => "Tăng âm: lệnh bật đã chạy xong.", "Amplifier: the command to switch it on succeeded.";
        Off { } => "Tăng âm: lệnh tắt đã chạy xong.", "Amplifier: the command to switch it off succeeded.";
    }
}

texts! {
    /// Instants, as people say them.
    pub enum WhenText {
        Today { time: String } => "{time} hôm nay", "{time} today";
        Tomorrow { time: String } => "{time} ngày mai", "{time} tomorrow";
        On { time: String, date: NaiveDate } => "{time} ngày {date}", "{time} on {date}";
        Wait { time: String } => " (còn {time})", " (in {time})";
    }
}

texts! {
    /// Names of airings.
    pub enum AiringText {
        Item { session: String, position: u64, title: String } =>
            "{session}, mục {position}: “{title}”",
            "{session}, item {position}: `{title}`";
        ItemOf { session: String, position: u64, title: String, time: String, day: String } =>
            "{session}, mục {position} lúc {time} ngày {day}: “{title}”",
            "{session}, item {position} of {time} on {day}: `{title}`";
        Unplanned { title: String } => "“{title}” (ngoài kế hoạch)", "`{title}` (not planned)";
    }
}

texts! {
    /// The mark before a concern.
    pub enum SeverityText {
        Critical { } => "KHẨN", "URGENT";
        Warning { } => "CẦN LÀM", "TO DO";
        Notice { } => "Lưu ý", "Note";
    }
}

texts! {
    /// Sentences of `loa run`, `status`, `play`, `skip`, `stop`, `note` and `clock confirm`.
    pub enum RunText {
        Started { station: String, device: String } =>
            "loa đang chạy: {station}, âm thanh ra: {device}. Nhấn Ctrl+C để dừng.",
            "loa is running: {station}, output: {device}. Press Ctrl+C to stop.";
        Adopted { sessions: SessionCount, segments: SegmentCount } =>
            "Đã nhận lịch phát: {sessions} buổi phát, {segments} mục phát.",
            "Schedule adopted: {sessions}, {segments}.";
        AdoptedDespiteErrors { } =>
            "Lịch vẫn được nhận; mục nào không vướng những lỗi ở trên thì vẫn phát. Hãy sửa những lỗi ấy. Xem lại bằng: loa check",
            "The schedule is in force, and whatever the errors above do not concern airs. Mend them. To see them again: loa check";
        AdoptedWithoutAudio { } =>
            "Lịch vẫn được nhận, nhưng các mục cần tệp trong audio/ KHÔNG PHÁT ĐƯỢC cho đến khi thư mục ấy trở lại. Xem lại bằng: loa check",
            "The schedule is in force, but NOTHING THAT NEEDS A FILE IN audio/ AIRS until that folder is back. To see the errors again: loa check";
        BrokenScheduleIgnored { } =>
            "Lịch phát trong thư mục có lỗi (xem ở trên). Đài vẫn phát theo lịch đúng gần nhất; sửa xong, lịch mới được nhận ngay.",
            "The schedule in the folder has errors (see above). The station keeps playing the last good schedule; once the errors are fixed, the new one is adopted at once.";
        ScheduleFilesMissing { } =>
            "Có tệp của lịch đang phát không còn trong thư mục (xem ở trên). Đài vẫn phát trọn lịch cũ cho đến khi tệp trở lại, hoặc có người xác nhận bằng: loa check --accept",
            "Files of the schedule in force are missing from the folder (see above). The station keeps playing all of it until they are back, or somebody confirms that they were removed on purpose: loa check --accept";
        RemovedOnPurpose { file: String } => "Cố ý bỏ: {file}.", "Removed on purpose: {file}.";
        RemovalNoted { } =>
            "Đã ghi nhớ. Lần chạy tới, đài sẽ nhận và ghi vào nhật ký ai đã xác nhận.",
            "Noted. The station's next start adopts it, and logs who confirmed it.";
        NoFileMissing { } =>
            "Không có tệp nào của lịch đang phát bị thiếu: không có gì để xác nhận.",
            "No file of the schedule in force is missing: there is nothing to accept.";
        RemovalNotAccepted { files: String } =>
            "Chưa nhận: phải sửa lỗi trước. {files} Xem: loa check",
            "Not accepted: something must be fixed first. {files} See: loa check";
        BrokenSchedulePartlyUsed { } =>
            "Lịch phát có lỗi (xem ở trên) và chưa từng có lịch đúng nào. Đài phát những phần đọc được; sửa xong, lịch mới được nhận ngay.",
            "The schedule has errors (see above) and there has never been a good one. The station plays the parts that could be understood; once the errors are fixed, the new one is adopted at once.";
        Unreadable { detail: SystemText } =>
            "Không đọc được thư mục của đài: {detail}. Đài vẫn phát theo lịch đúng gần nhất.",
            "Cannot read the station's folder: {detail}. The station keeps playing the last good schedule.";
        FolderEmptied { path: String } =>
            "{path} không còn cả station.toml lẫn playlists/. Đài vẫn phát theo lịch đúng gần nhất. Hãy đưa chúng về chỗ cũ.",
            "{path} no longer has station.toml or playlists/. The station keeps playing the last good schedule. Put them back.";
        FolderMoved { path: String } =>
            "{path} đã bị dời, xoá hay thay bằng thư mục khác. Đài vẫn phát theo lịch đúng gần nhất. Hãy đưa đúng thư mục đó về chỗ cũ.",
            "{path} was moved away, deleted or replaced. The station keeps playing the last good schedule. Put that same folder back.";
        StationChanged { log: String, file: String } =>
            "Mã đài trong station.toml là “{file}”, nhưng nhật ký phát thanh là của đài “{log}”. Mã đài không bao giờ đổi: lịch mới chưa được nhận. Hãy ghi lại id = \"{log}\"; hoặc, nếu đây thật là đài khác, hãy lập thư mục riêng cho nó bằng: loa init. Đừng dời hay xoá airlog khi loa đang chạy.",
            "station.toml says the station is `{file}`, but the airing log belongs to `{log}`. A station's id never changes: the new schedule was not adopted. Put id = \"{log}\" back; or, if this really is another station, make a separate folder for it: loa init. Do not move or delete airlog while loa runs.";
        AlreadyRuns { folder: String } =>
            "Đài này đang chạy rồi, ở một chương trình loa khác; không cần chạy lần nữa. Xem đài đang làm gì: loa status{folder}. Muốn chạy lại từ đầu, hãy dừng chương trình kia trước (Ctrl+C ở cửa sổ của nó, hoặc: sudo systemctl stop loa).",
            "Another loa is already running this station; there is no need to run it again. To see what it does: loa status{folder}. To start it anew, stop the other one first (Ctrl+C in its window, or: sudo systemctl stop loa).";
        CopyIsRunning { running: String } =>
            "Đài này đang chạy ở một thư mục khác: {running}. Thư mục này là bản chép của thư mục ấy, và hai bản không được chạy cùng lúc. Xem đài đang làm gì: loa status {running}. Muốn chạy ở đây, hãy dừng đài ở thư mục kia trước.",
            "Another loa is already running this station, in another folder: {running}. This folder is a copy of it, and the two must not run at the same time. To see what it does: loa status {running}. To run it here, stop it there first.";
        WasOff { time: String } =>
            "Đài đã ngừng {time}. Lượt phát nào bị lỡ trong thời gian đó thì được ghi vào nhật ký.",
            "The station was off for {time}. Any airings that it missed go into the airing log.";
        WasOffClockAlone { time: String, wait: String } =>
            "Đài đã ngừng {time}. Nếu trong thời gian đó có lượt phát bị lỡ thì chưa ghi vào nhật ký, vì đồng hồ máy chưa được đồng bộ: đài chờ đồng hồ tối đa {wait} rồi mới ghi. Đồng hồ đúng thì gõ: loa clock confirm",
            "The station was off for {time}. Any airings that it missed are not in the airing log yet, because the clock is not synchronised: they are logged once it is, or after {wait} at the latest. If the clock is right, type: loa clock confirm";
        TornTail { bytes: u64 } =>
            "Nhật ký có {bytes} byte cuối ghi dở dang (mất điện khi đang ghi). Phần dở dang được cất ở airlog/torn, nhật ký tiếp tục.",
            "The last {bytes} bytes of the airing log were incomplete (a power cut while writing). They were set aside in airlog/torn; the log continues.";
        LogSetAside { why: LogSetAsideReason, kept: String } =>
            "NHẬT KÝ PHÁT THANH KHÔNG GHI TIẾP ĐƯỢC: {why}. Nhật ký cũ được cất nguyên vẹn ở airlog/{kept}; đài mở nhật ký mới, với khoá mới. Hãy báo cho Sở để ghi danh lại (loa key show), và đừng sửa hay xoá thư mục đó.",
            "THE AIRING LOG CANNOT BE CONTINUED: {why}. It was set aside unchanged, in airlog/{kept}; a new log begins, with a new key. Tell the department, which must enrol it again (loa key show), and do not edit or delete that folder.";
        LogLost { station: String, entries: EntryCount, at: String } =>
            "NHẬT KÝ CŨ KHÔNG CÒN: thư mục này không còn airlog; máy này đã ghi {entries} dòng nhật ký cho {station}, đến {at}. Đài mở nhật ký mới, với khoá mới. Hãy dừng đài, lấy lại airlog từ Thùng rác rồi chạy lại; nếu không được, hãy báo Sở ghi danh khoá mới (loa key show).",
            "THE OLD AIRING LOG IS GONE: airlog is no longer in this folder; this machine logged {entries} for {station}, up to {at}. A new log begins, with a new key. Stop the station, put airlog back (look in the trash), and run it again; if you cannot, the department must enrol the new key (loa key show).";
        LogFails { detail: SystemText } =>
            "Không ghi được nhật ký: {detail}. Đài vẫn phát; các dòng nhật ký được giữ trong bộ nhớ và sẽ được ghi khi ghi lại được.",
            "The airing log cannot be written: {detail}. The station keeps playing; the entries wait in memory and are written as soon as possible.";
        LogWorks { } => "Nhật ký đã ghi lại được, không thiếu dòng nào.", "The airing log is being written again; no entry is missing.";
        LinkedLog { command: String } =>
            "Thư mục airlog của đài là liên kết tới nơi khác, nên đài không chạy: nhật ký phải nằm ngay trong thư mục của đài. Thay liên kết bằng bản sao: {command}",
            "The station's folder airlog is a link to somewhere else, so the station does not run: the log must be in the station's own folder. Replace the link with a copy: {command}";
        LinkedLogAway { } =>
            "Thư mục airlog của đài là liên kết tới một nơi không còn, nên đài không chạy: nhật ký phải nằm ngay trong thư mục của đài. Cắm lại ổ chứa nó, rồi chạy lại lệnh này.",
            "The station's folder airlog is a link to something that is not there, so the station does not run: the log must be in the station's own folder. Plug in the disk that holds it, then run this again.";
        KeptCopyFails { detail: SystemText } =>
            "Bản lưu của lịch hoặc kế hoạch chỉ ghi được vào một trong hai nơi: {detail}. Nhật ký vẫn được ghi đủ. Hãy kiểm tra thư mục airlog/kept của đài và thư mục giữ khoá.",
            "A copy of the schedule or of a plan could be saved in only one of its two places: {detail}. The log is still written. Check the station's folder airlog/kept and the folder of the keys.";
        KeysFail { detail: SystemText } =>
            "Không đổi được khoá của nhật ký: {detail}. Nhật ký vẫn được ghi và niêm phong, nhưng phần mới nhất chưa được chốt. Hãy kiểm tra thư mục giữ khoá.",
            "The log's key could not be changed: {detail}. The log is still written and sealed, but its newest part is not locked yet. Check the folder of the keys.";
        NoPlaceForKeys { folders: String, detail: SystemText } =>
            "Không có chỗ nào giữ được khoá bí mật của nhật ký: {detail}. Đã thử: {folders}. Hãy cho phép ghi vào một trong các thư mục đó.",
            "There is no place to keep the log's secret keys: {detail}. Tried: {folders}. Make one of these folders writable.";
        LineLost { why: DeviceText } =>
            "Không dùng được thiết bị âm thanh: {why}. loa tự mở lại khi có thiết bị.",
            "The sound device is unavailable: {why}. loa reopens it by itself.";
        FallbackLineOpened { device: String, why: DeviceText } =>
            "Không mở được thiết bị âm thanh thứ nhất: {why}. Buổi này phát qua: {device}.",
            "The first sound device cannot be opened: {why}. This session plays through {device}.";
        AmplifierWorks { } => "Lệnh bật tắt tăng âm đã chạy được trở lại.", "The amplifier's command succeeds again.";
        NoAmplifier { } =>
            "Lịch đang có hiệu lực không có lệnh bật và tắt tăng âm: xem [amplifier] trong station.toml.",
            "The schedule in force has no commands to switch the amplifier: see [amplifier] in station.toml.";
        StatusAmplifier { state: String } => "{state}", "{state}";
        OutputChosen { device: String } =>
            "Lịch mới chọn thiết bị âm thanh: {device}. Đài sẽ thử mở; nếu không mở được, đài báo ở đây và ở loa status.",
            "The new schedule names the sound device {device}. The station tries to open it; if it cannot, it says so here and in loa status.";
        OutputChanged { device: String } => "Âm thanh từ nay ra: {device}.", "From now on the output is: {device}.";
        NoMoreProblems { } =>
            "Lịch phát nay không còn lỗi hay cảnh báo nào.",
            "The schedule has no errors and no warnings any more.";
        InForceAgain { } =>
            "Lịch trong thư mục đã khớp với lịch đang phát.",
            "The schedule in the folder is again the one in force.";
        LineBack { device: String } => "Đã mở lại thiết bị âm thanh: {device}.", "The sound device is available again: {device}.";
        ClockUntrusted { why: String } =>
            "Chưa tin được đồng hồ máy: {why}. Đài không phát gì. Hãy chỉnh đúng giờ (cách chỉnh: loa clock --help) rồi gõ: loa clock confirm",
            "The computer's clock is not trusted: {why}. Nothing is played. Set it right (to see how: loa clock --help), then type: loa clock confirm";
        ClockNowTrusted { why: String } => "Đã tin được đồng hồ máy: {why}.", "The computer's clock is trusted: {why}.";
        PlanLost { date: String, count: AiringCount } =>
            "KHÔNG CÒN TỆP KẾ HOẠCH PHÁT NGÀY {date}, cả trong airlog/kept lẫn ở chỗ giữ khoá: {count} lượt phát chưa có kết quả và không còn biết là những lượt nào. Điều này đã được ghi vào nhật ký.",
            "THE PLAN OF {date} IS LOST, both in airlog/kept and next to the keys: {count} without an outcome, and it is no longer known which. The airing log says so.";
        ScheduleLost { } =>
            "KHÔNG CÒN TỆP CỦA LỊCH PHÁT ĐANG CÓ HIỆU LỰC, cả trong airlog/kept lẫn ở chỗ giữ khoá. Điều này đã được ghi vào nhật ký; đài dùng lịch trong playlists/ từ bây giờ.",
            "THE FILES OF THE SCHEDULE IN FORCE ARE LOST, both in airlog/kept and next to the keys. The airing log says so; from now on the station uses playlists/.";
        MarksNotTrusted { title: String } =>
            "Các dấu ghi trong airlog/progress về “{title}” không đáng tin: chúng không do máy này ghi, hoặc ghi nhiều hơn mức có thể. Chỉ tính phần chắc chắn đã phát.",
            "The progress marks in airlog/progress for `{title}` are not trusted: this machine did not write them, or they claim more than is possible. Only what certainly played is counted.";
        AiringStarted { airing: AiringText } => "Bắt đầu {airing}", "Started {airing}";
        AiringEnded { airing: AiringText, result: String, played: String } =>
            "Kết thúc {airing}: {result}, {played}",
            "Ended {airing}: {result}, {played}";
        Ended { } => "Đài đã dừng an toàn.", "loa shut down cleanly.";

        NoDoubt { } => "không có dấu hiệu sai", "there is no sign of an error";
        Synchronised { } => "đã đồng bộ với máy chủ giờ", "it is synchronised";
        Confirmed { } => "người trực đã xác nhận", "the operator confirmed it";
        BeforeLastEntry { } =>
            "chậm hơn giờ đài còn chạy lần cuối, tính cả thời gian từ lúc mở máy",
            "it is behind the time at which the station last ran, counting the time since the machine started";
        BeforeBuild { } => "sớm hơn ngày làm ra chương trình này", "it is earlier than the day this program was built";
        ForwardStep { } => "vừa nhảy tới hơn 5 phút", "it jumped ahead by more than 5 minutes";
        BackwardStep { } => "vừa lùi lại hơn 5 phút", "it jumped back by more than 5 minutes";
        FarAhead { } => "đi trước lần cuối đài còn chạy quá xa", "it is too far ahead of the time at which the station last ran";

        LogNotWritable { path: String, detail: SystemText } =>
            "ĐÀI KHÔNG CHẠY: không ghi được nhật ký vào thư mục {path}/airlog: {detail}. Hãy cho tài khoản này quyền ghi, hoặc kiểm tra ổ đĩa hay USB, rồi chạy lại.",
            "THE STATION DOES NOT RUN: its log cannot be written in {path}/airlog: {detail}. Let this user write there, or check the disk, and run it again.";
        NotRunning { user: String, folder: String } =>
            "Không thấy đài nào đang chạy ở thư mục này (tài khoản: {user}). Nếu đài chạy bằng tài khoản khác, gõ lại lệnh với sudo. Để chạy đài: loa run{folder}",
            "No running station was found for this folder (user: {user}). If it runs as another user, type the command again with sudo. To run it: loa run{folder}";
        NotRunningReadOnly { path: String, folder: String } =>
            "ĐÀI KHÔNG CHẠY ĐƯỢC: ổ đĩa chứa {path} không cho ghi, nên không ghi được nhật ký, và đài không phát khi không có nhật ký. Hãy khởi động lại máy; nếu vẫn vậy, ổ đĩa hỏng: thay ổ đĩa. Khi ghi được, đài cài thành dịch vụ tự chạy lại; nếu không: loa run{folder}",
            "THE STATION CANNOT RUN: the disk that holds {path} is read-only, so the airing log cannot be written, and without it the station does not play. Restart the computer; if that does not help, the disk is failing: replace it. Once it can be written, a station that is a service starts by itself; otherwise: loa run{folder}";
        NotAllowed { user: String } =>
            "Đài này đang chạy bằng tài khoản {user}; tài khoản bạn đang dùng không được phép hỏi hay ra lệnh cho đài. Hãy gõ lại lệnh với sudo, hoặc bằng tài khoản {user}.",
            "This station is running, as user {user}; your account may not query or control it. Type the command again with sudo, or as {user}.";
        Unreachable { } =>
            "Đài này đang chạy (hoặc một lệnh loa khác đang làm việc với nhật ký của nó), nhưng hiện không liên lạc được. Chưa làm gì cả. Hãy thử lại sau một phút.",
            "This station is running (or another loa command is using its log), but it cannot be reached now. Nothing was done. Try again in a minute.";
        ControlUnavailable { detail: SystemText } =>
            "Chưa mở được đường nhận lệnh: {detail}. Đài vẫn phát; loa status, stop, urgent chưa dùng được. loa tự thử lại mỗi phút.",
            "The control socket cannot be opened: {detail}. The station keeps playing; loa status, stop and urgent cannot reach it yet. loa tries again every minute.";
        ControlAvailable { } => "Đã mở được đường nhận lệnh: loa status, stop, urgent dùng được rồi.", "The control socket is open: loa status, stop and urgent can reach the station now.";
        LogMoved { path: String } =>
            "NHẬT KÝ KHÔNG CÒN Ở CHỖ CŨ: {path} đã bị dời đi, bị xoá hoặc bị thay thế. Đài vẫn phát; các dòng nhật ký chờ trong bộ nhớ và sẽ mất nếu tắt máy. Hãy đưa đúng thư mục hay tệp đó về chỗ cũ ngay (loa tự ghi tiếp); hoặc dừng đài, rồi chạy lại ở chỗ mới.",
            "THE AIRING LOG IS NOT IN ITS PLACE: {path} was moved away, deleted or replaced. The station keeps playing; the entries wait in memory and are lost if the power fails. Put that same folder or file back at once (loa resumes writing by itself); or stop the station and start it where the folder is now.";
        NoAnswer { detail: SystemText } => "Đài chưa trả lời: {detail}. Hãy thử lại; nếu vẫn vậy, hãy khởi động lại đài hoặc máy.", "The station has not answered: {detail}. Try again; if it still does not answer, restart it.";
        Done { } => "Đã nhận lệnh và ghi vào nhật ký.", "The command was accepted and logged.";
        DoneNotLogged { } =>
            "Đã nhận lệnh, nhưng CHƯA ghi được vào nhật ký: ổ đĩa không cho ghi (có thể đã đầy). Hãy kiểm tra ổ đĩa.",
            "The command was accepted, but is NOT logged yet: the disk cannot be written to (it may be full). Check the disk.";
        PlayAccepted { title: String, folder: String } =>
            "Đã nhận lệnh phát “{title}”. Xem đài đang phát gì bằng: loa status{folder}",
            "Accepted: play `{title}`. To see what is on the air: loa status{folder}";
        PlayAcceptedNoDevice { title: String, folder: String } =>
            "Đã nhận lệnh phát “{title}”, nhưng CHƯA PHÁT RA TIẾNG ĐƯỢC: thiết bị âm thanh không dùng được. Hãy kiểm tra dây và thiết bị; xem thêm bằng: loa status{folder}",
            "Accepted: play `{title}`, but it CANNOT BE HEARD yet: the sound device is unavailable. Check the cable and the device; for more, see: loa status{folder}";
        UrgentAccepted { title: String } =>
            "Đã nhận lệnh phát khẩn cấp “{title}”. Muốn dừng: loa stop",
            "Accepted: urgent message `{title}`. To stop it: loa stop";
        UrgentRepeatsAccepted { title: String, times: u16 } =>
            "Đã nhận lệnh phát khẩn cấp “{title}”, {times} lần. Muốn dừng: loa stop",
            "Accepted: urgent message `{title}`, {times} times. To stop it: loa stop";
        UrgentAcceptedNoDevice { title: String, folder: String } =>
            "Đã nhận lệnh phát khẩn cấp “{title}”, nhưng CHƯA PHÁT RA TIẾNG ĐƯỢC: thiết bị âm thanh không dùng được. Hãy kiểm tra dây và thiết bị; xem thêm bằng: loa status{folder}. Muốn bỏ lệnh này: loa stop{folder}",
            "Accepted: urgent message `{title}`, but it CANNOT BE HEARD yet: the sound device is unavailable. Check the cable and the device; for more, see: loa status{folder}. To drop the message: loa stop{folder}";
        SkipDone { title: String } =>
            "Đã bỏ qua “{title}”; mục sau vẫn phát đúng giờ của nó.",
            "Skipped `{title}`; what follows keeps its own time.";
        StopDone { titles: String, next: String, when: String } =>
            "Đã dừng {titles}; buổi tới: “{next}”, {when}.",
            "Stopped {titles}; next: `{next}`, {when}.";
        StopDoneClock { titles: String } =>
            "Đã dừng {titles}. Đài không phát gì cho đến khi tin được đồng hồ máy: loa status",
            "Stopped {titles}. Nothing plays until the computer's clock is trusted: loa status";
        StopDoneNoNext { titles: String } =>
            "Đã dừng {titles}. Trong 7 ngày tới không có buổi nào nữa.",
            "Stopped {titles}. There is no other session in the next 7 days.";
        ClockConfirmDone { at: String } =>
            "Đã xác nhận: đồng hồ máy đúng ({at}).",
            "Confirmed: the computer's clock is right ({at}).";
        NoteDone { } => "Đã ghi chú vào nhật ký.", "The note is in the log.";
        NoteNotLoggedYet { } =>
            "Đài đã nhận ghi chú, nhưng CHƯA ghi được vào nhật ký: ổ đĩa không cho ghi (có thể đã đầy). Hãy kiểm tra ổ đĩa; ghi được là đài tự ghi.",
            "The station has the note, but it is NOT in the log yet: the disk cannot be written to (it may be full). Check the disk; the station writes the note as soon as it can.";
        NotLoggedYet { } =>
            "CHƯA ghi được vào nhật ký: ổ đĩa không cho ghi (có thể đã đầy). Hãy kiểm tra ổ đĩa.",
            "This is NOT logged yet: the disk cannot be written to (it may be full). Check the disk.";
        EntriesLost { count: EntryCount } =>
            "Đài đã dừng, nhưng {count} dòng nhật ký không ghi được vì ổ đĩa không cho ghi (có thể đã đầy): chúng đã mất.",
            "loa has stopped, but the disk refused a part of the airing log: {count} lost.";
        EntriesLostMoved { count: EntryCount } =>
            "Đài đã dừng, nhưng {count} dòng nhật ký không ghi được vì airlog đã bị dời đi, bị xoá hoặc bị thay thế: chúng đã mất. Hãy lấy lại airlog từ Thùng rác trước khi chạy lại.",
            "loa has stopped, but airlog was moved away, deleted or replaced: {count} lost. Put airlog back (look in the trash) before you run the station again.";
        RehearsalLog { } =>
            "Thư mục airlog/ của đài này chứa nhật ký diễn tập, không thể dùng làm nhật ký thật. Hãy đổi tên hoặc dời thư mục airlog, rồi chạy lại.",
            "This station's airlog/ holds a rehearsal's log, which cannot become a real one. Rename or move the airlog folder, then start again.";
        NothingPlays { } => "Hiện không có gì đang phát.", "Nothing is playing.";
        Busy { title: String } =>
            "Đang phát hoặc sắp phát “{title}”. Muốn phát mục khác, hãy dừng trước: loa stop",
            "“{title}” is playing or about to play. To play something else, stop it first: loa stop";
        Stopping { title: String } => "Đang dừng “{title}”, chưa dừng xong. Hãy gõ lại lệnh sau vài giây.", "`{title}` is being stopped, and has not ended yet. Type the command again in a few seconds.";
        NoSuchSegment { id: String } =>
            "Lịch đang có hiệu lực không có mục phát nào tên hay mã “{id}”.",
            "The schedule in force has no segment with the title or id `{id}`.";
        Expired { title: String } => "“{title}” đã hết hạn phát.", "`{title}` is past its last day.";
        NotApproved { title: String } => "“{title}” chưa được duyệt, mà đài chỉ phát mục đã duyệt.", "`{title}` is not approved, and this station airs approved segments only.";
        Quiet { } => "Đang trong giờ yên lặng: chỉ phát được tin khẩn cấp (loa urgent).", "These are quiet hours: only urgent messages can be played (loa urgent).";
        ClockImpossible { } =>
            "Đồng hồ máy sớm hơn ngày làm ra chương trình này nên chắc chắn sai. Hãy chỉnh giờ trước (cách chỉnh: loa clock --help), rồi xác nhận.",
            "The computer's clock is earlier than the day this program was built, so it is certainly wrong. Set it first (to see how: loa clock --help), then confirm.";
        ClockNotTrustedNow { } =>
            "Không phát được vì chưa tin được đồng hồ máy. Hãy chỉnh đúng giờ (cách chỉnh: loa clock --help) rồi gõ: loa clock confirm",
            "The computer's clock is not trusted, so nothing can be played. Set it right (to see how: loa clock --help), then type: loa clock confirm";
        TooManyUrgent { } => "Đã có quá nhiều tin khẩn cấp đang chờ (tối đa 100). Dừng bớt: loa stop", "Too many urgent messages are already waiting (at most 100). Stop them: loa stop";
        Ending { } => "Đài đang dừng.", "The station is shutting down.";
        BadText { } =>
            "Ghi chú phải có từ 1 đến 1000 ký tự, trên một dòng.",
            "A note has 1 to 1000 characters, on one line.";
        ConfirmQuestion { at: String } =>
            "Đồng hồ máy đang là {at}. Có đúng với giờ thật không? Nếu đúng, gõ “có” rồi nhấn Enter: ",
            "The computer's clock says {at}. Is that the right time? Type `yes` to confirm: ";
        NotConfirmed { } => "Chưa xác nhận đồng hồ: bạn chưa gõ “có”.", "The clock is not confirmed: the answer was not `yes`.";
        UrgentNotConfirmed { } => "CHƯA PHÁT: bạn chưa gõ “có”.", "NOTHING WAS PLAYED: the answer was not `yes`.";

        StatusOnAir { title: String, played: String, planned: String } =>
            "Đang phát: {title} ({played} / {planned}).",
            "On air: {title} ({played} of {planned}).";
        StatusOnAirIn { title: String, session: String, played: String, planned: String } =>
            "Đang phát: {title} ({played} / {planned}). Buổi: {session}.",
            "On air: {title} ({played} of {planned}). Session: {session}.";
        StatusUrgentOnAir { title: String, played: String, planned: String } =>
            "KHẨN CẤP: đang phát {title} ({played} / {planned}).",
            "URGENT: {title} is on air ({played} of {planned}).";
        StatusUrgentRepeat { title: String, played: String, planned: String, number: u16, count: u16 } =>
            "KHẨN CẤP: đang phát {title}, lần {number}/{count} ({played} / {planned}).",
            "URGENT: {title} is on air, playback {number} of {count} ({played} of {planned}).";
        StatusUrgentWaits { title: String } =>
            "KHẨN CẤP: “{title}” đang chờ thiết bị âm thanh, CHƯA PHÁT RA TIẾNG ĐƯỢC. Muốn bỏ, gõ: loa stop",
            "URGENT: `{title}` waits for the sound device and CANNOT BE HEARD yet. To drop it, type: loa stop";
        StatusClockWait { airings: AiringCount, until: String } =>
            "Khi đài ngừng, có vẻ đã lỡ {airings} lượt phát. Kết quả chờ đồng hồ máy được đồng bộ, chậm nhất đến {until}. Đồng hồ đúng thì gõ: loa clock confirm",
            "While the station was off, it seems to have missed {airings}. The outcomes wait until the clock is synchronised, or until {until} at the latest. If the clock is right, type: loa clock confirm";
        StatusQuiet { } =>
            "Đang trong giờ yên lặng nên đài không phát.",
            "These are quiet hours, so nothing is playing.";
        StatusQuietHours { hours: String } =>
            "Đang trong giờ yên lặng ({hours}) nên đài không phát.",
            "These are quiet hours ({hours}), so nothing is playing.";
        StatusClockSilence { } =>
            "Đài không phát gì cho đến khi tin được đồng hồ máy.",
            "Nothing plays until the computer's clock is trusted.";
        StatusNextIfClockRight { at: String, title: String, when: String } =>
            "Nếu đồng hồ máy đang đúng ({at}) thì buổi tới là: {title}, {when}.",
            "If the computer's clock is right ({at}), the next session is {title}, {when}.";
        StatusIdle { } =>
            "Hiện không có buổi nào đang phát.",
            "No session is on the air now.";
        StatusBetweenItems { session: String } =>
            "{session} đang phát dở: chờ đến giờ của mục sau.",
            "{session} is on: it waits for the time of its next item.";
        StatusFolder { folder: String } =>
            "Hãy gõ các lệnh trên trong thư mục của đài: cd{folder}",
            "Type these commands in the station's folder: cd{folder}";
        StatusNextSession { title: String, when: String, wait: String } =>
            "Buổi tới: {title}, {when}{wait}.",
            "Next session: {title}, {when}{wait}.";
        StatusNextItem { title: String, when: String, wait: String } =>
            "Mục tới: {title}, {when}{wait}.",
            "Next item: {title}, {when}{wait}.";
        Moment { time: String, date: String } => "{time} ngày {date}", "{date} {time}";
        StatusNoNext { } =>
            "Trong 7 ngày tới không có buổi phát nào. Xem lịch bằng: loa plan",
            "There is no session in the next 7 days. See the plan with: loa plan";
        StatusConcern { mark: SeverityText, what: String, since: String, advice: String } =>
            "{mark}: {what} {advice} (Từ {since}.)",
            "{mark}: {what} {advice} (Since {since}.)";
        StatusUnchecked { areas: String } =>
            "Chưa kiểm tra được: {areas}.",
            "Not checked yet: {areas}.";
        StatusAllWell { } => "Mọi thứ đều ổn: không có việc gì cần làm.", "All is well: there is nothing to do.";
        ConcernRaised { what: String, advice: String } => "{what} {advice}", "{what} {advice}";
        StatusHeadCode { code: String, entries: u64 } =>
            "Mã nhật ký: {code} (đến dòng {entries}). Cuối ngày, ghi mã này vào sổ giấy.",
            "Head code of the log: {code} (after {entries} entries). Write it into the paper book at the end of the day.";
        StatusHandedIn { at: String, entries: u64, through: String } =>
            "Lần chép nhật ký cho Sở gần nhất: {at} (đến dòng {entries}, ghi lúc {through}).",
            "The log was last copied for the department at {at} (up to entry {entries}, of {through}).";
        StatusNeverHandedIn { } =>
            "Chưa lần nào chép nhật ký cho Sở.",
            "The log was never copied for the department.";
        StatusConfirmed { entries: u64, at: String } =>
            "Sở đã xác nhận nhật ký đến dòng {entries}, lúc {at}.",
            "The department has confirmed the log up to entry {entries}, at {at}.";
        StatusConfirmedUnchecked { entries: u64 } =>
            "Có tệp xác nhận đến dòng {entries}, nhưng chưa kiểm được là của Sở: station.toml chưa có khoá của Sở.",
            "There is a confirmation up to entry {entries}; nobody can check whether it is the department's: station.toml lacks the department's key.";
        StatusNotConfirmed { } =>
            "Sở chưa xác nhận phần nào của nhật ký.",
            "The department has not confirmed any part of the log.";
    }
}
