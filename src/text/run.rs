//! Sentences of a running station and of its control commands.
use super::problem::SuspectText;
use super::texts;

texts! {
    /// Reasons why a log could not be continued.
    pub enum LogSetAsideReason {
        Rewound { lines: u64, size: u64 } =>
            "nhật ký chỉ còn {lines} mục trong {size} mục đã được niêm phong (thẻ nhớ hỏng, hoặc ai đó chép lại bản cũ)",
            "it has only {lines} of the {size} entries that were sealed (a failing card, or somebody put an old copy back)";
        Changed { } =>
            "nội dung không còn đúng như lúc được niêm phong",
            "its entries are not those that were sealed";
        NoHead { } =>
            "tệp airlog/checkpoint bị mất hoặc bị hỏng",
            "the file airlog/checkpoint is lacking or damaged";
        Closings { } =>
            "tệp airlog/closings bị mất hoặc bị hỏng",
            "the file airlog/closings is lacking or damaged";
        NoKeys { } =>
            "khoá của nhật ký không có trên máy này (thư mục được chép từ máy khác, hoặc chạy bằng tài khoản khác)",
            "its keys are not on this machine (the folder was copied from another one, or loa runs as another user)";
        OlderCopy { size: u64, newest: u64 } =>
            "ai đó đã chép lại một bản cũ của thư mục đài: bản này dừng ở mục thứ {size}, mà máy này đã niêm phong đến mục thứ {newest}",
            "somebody put an older copy of the station's folder back: it ends at entry {size}, and this machine has sealed {newest}";
        Forked { newest: u64 } =>
            "nội dung không phải là {newest} mục mà máy này đã niêm phong (bản cũ của thư mục đài đã được ghi tiếp ở nơi khác)",
            "it does not hold the {newest} entries that this machine has sealed (an older copy of the station's folder went on elsewhere)";
    }
}

texts! {
    /// Sentences about the amplifier and its relay.
    pub enum AmplifierText {
        None { } =>
            "station.toml không có lệnh bật và tắt tăng âm. Hãy ghi on = \"…\" và off = \"…\" dưới [amplifier].",
            "station.toml has no commands to switch the amplifier. Put on = \"...\" and off = \"...\" under [amplifier].";
        Runs { command: String } => "Chạy lệnh: {command}", "Running: {command}";
        IsOn { } => "Tăng âm đã bật.", "The amplifier is on.";
        IsOff { } => "Tăng âm đã tắt.", "The amplifier is off.";
        Alone { } =>
            "Đài hiện không chạy nên không có gì tự tắt tăng âm, và việc này không được ghi vào nhật ký.",
            "The station is not running: nothing switches the amplifier off by itself, and this is not logged.";
        Rests { } =>
            "Chưa bật/tắt xong tăng âm; xem lại bằng: loa status",
            "The amplifier is not switched yet; see: loa status";
        NotKept { detail: String } =>
            "Không ghi nhớ được rằng lệnh này đã được chạy thử: {detail}. Khi chạy, đài sẽ đòi thử lại.",
            "It cannot be kept that this command has been tried: {detail}. The station will ask for it again.";
        Untried { } =>
            "Chưa bật tắt tăng âm: lệnh trong station.toml chưa được người trực chạy thử trên máy này. Hãy gõ: loa amplifier test",
            "The amplifier is not switched: nobody has tried the commands of station.toml on this machine. Type: loa amplifier test";
        OnFails { detail: String } =>
            "KHÔNG BẬT ĐƯỢC TĂNG ÂM: {detail}. Đài vẫn phát đúng giờ, nhưng có thể không ai nghe thấy. Hãy bật bằng tay.",
            "THE AMPLIFIER CANNOT BE SWITCHED ON: {detail}. The station plays on time, but perhaps nobody hears it. Switch it on by hand.";
        OffFails { detail: String } =>
            "Không tắt được tăng âm: {detail}. Hãy tắt bằng tay.",
            "The amplifier cannot be switched off: {detail}. Switch it off by hand.";
        Switching { } => "Đang bật/tắt tăng âm.", "The amplifier is being switched.";
        Held { } => "Tăng âm đang bật do người trực, cho đến khi gõ: loa amplifier off", "The amplifier is kept on by the operator, until: loa amplifier off";
        On { } => "Tăng âm đang bật.", "The amplifier is on.";
        Off { } => "Tăng âm đang tắt.", "The amplifier is off.";
    }
}

texts! {
    /// Sentences of `loa run`, `status`, `play`, `skip`, `stop`, `note` and `clock confirm`.
    pub enum RunText {
        Started { station: String, device: String } =>
            "loa đang chạy: {station}, đường tiếng ra: {device}. Nhấn Ctrl+C để dừng.",
            "loa is running: {station}, output: {device}. Press Ctrl+C to end.";
        Adopted { sessions: u64, segments: u64 } =>
            "Đã nhận lịch phát: {sessions} buổi phát, {segments} mục phát.",
            "Schedule adopted: {sessions} sessions, {segments} segments.";
        BrokenKept { } =>
            "Lịch phát trong thư mục có lỗi (xem ở trên). Đài vẫn phát theo lịch đúng gần nhất; sửa xong, lịch mới được nhận ngay.",
            "The schedule in the folder has errors (see above). The station goes on with the last good schedule; once mended, the new one is adopted at once.";
        AwayWhole { } =>
            "Có tệp của lịch đang phát không còn trong thư mục (xem ở trên). Đài vẫn phát trọn lịch cũ cho đến khi tệp trở lại, hoặc có người xác nhận bằng: loa check --accept",
            "Files of the schedule in force have gone from the folder (see above). The station goes on with the whole of it until they are back, or somebody says that it is meant: loa check --accept";
        RemovalMeant { file: String } => "Cố ý bỏ: {file}.", "Meant to be gone: {file}.";
        RemovalKept { } =>
            "Đã ghi nhớ. Lần chạy tới của đài sẽ nhận, và ghi vào nhật ký ai đã xác nhận.",
            "Noted. The station's next start takes it, and logs who said it.";
        NothingAway { } =>
            "Không có tệp nào của lịch đang phát bị thiếu: không có gì để xác nhận.",
            "No file of the schedule in force has gone: there is nothing to accept.";
        StillAway { files: String } =>
            "Chưa nhận: phải sửa trước. {files} Xem: loa check",
            "Not accepted: something has to be mended first. {files} See: loa check";
        StatusAway { file: String, why: SuspectText, since: String } =>
            "{file} {why} từ {since}: đài vẫn phát trọn lịch cũ. Hãy đặt lại tệp; nếu cố ý bỏ, gõ: loa check --accept",
            "{file} is {why} since {since}: the station goes on with the whole schedule. Put it back; if it is meant to be gone, type: loa check --accept";
        StatusBroken { file: String, why: SuspectText, since: String } =>
            "{file} {why} từ {since}: đài vẫn phát trọn lịch cũ. Hãy sửa hoặc chép lại tệp.",
            "{file} is {why} since {since}: the station goes on with the whole schedule. Mend it or put it back.";
        BrokenParts { } =>
            "Lịch phát có lỗi (xem ở trên) và chưa từng có lịch đúng nào. Đài phát những phần đọc được; sửa xong, lịch mới được nhận ngay.",
            "The schedule has errors (see above) and there never was a good one. The station plays the parts that could be understood; once mended, the new one is adopted at once.";
        Unreadable { detail: String } =>
            "Không đọc được thư mục của đài: {detail}. Đài vẫn phát theo lịch đúng gần nhất.",
            "Cannot read the station's folder: {detail}. The station goes on with the last good schedule.";
        FolderEmptied { path: String } =>
            "{path} không còn cả station.toml lẫn playlists/. Đài vẫn phát theo lịch đúng gần nhất. Hãy đưa chúng về chỗ cũ.",
            "{path} has neither station.toml nor playlists/ any more. The station goes on with the last good schedule. Put them back.";
        FolderMoved { path: String } =>
            "{path} đã bị dời, xoá hay thay bằng thư mục khác. Đài vẫn phát theo lịch đúng gần nhất. Hãy đưa đúng thư mục đó về chỗ cũ.",
            "{path} was moved away, deleted or replaced. The station goes on with the last good schedule. Put that very folder back.";
        StationChanged { log: String, file: String } =>
            "Mã đài trong station.toml là “{file}”, nhưng nhật ký phát thanh là của đài “{log}”. Mã đài không bao giờ đổi: lịch mới chưa được nhận. Hãy ghi lại id = \"{log}\"; hoặc, nếu đây thật là đài khác, hãy lập thư mục riêng cho nó bằng: loa init. Đừng dời hay xoá airlog khi loa đang chạy.",
            "station.toml says the station is `{file}`, but the airing log is that of `{log}`. A station's id never changes: the new schedule is not adopted. Put id = \"{log}\" back; or, if this really is another station, make a folder of its own for it: loa init. Do not move or delete airlog while loa runs.";
        AlreadyRuns { } =>
            "Đài này đang chạy ở một chương trình loa khác. Mỗi đài chỉ chạy một chương trình.",
            "This station is already being run by another loa. One program a station.";
        WasOff { time: String } =>
            "Đài đã ngừng {time}. Những lượt phát lỡ trong thời gian đó được ghi vào nhật ký.",
            "The station was off for {time}. What it missed meanwhile is in the airing log.";
        TornTail { bytes: u64 } =>
            "Nhật ký có {bytes} byte cuối bị đứt (mất điện khi đang ghi). Phần đứt được cất ở airlog/torn, nhật ký tiếp tục.",
            "The last {bytes} bytes of the airing log were torn (the power went while writing). They were set aside in airlog/torn; the log goes on.";
        LogSetAside { why: LogSetAsideReason, kept: String } =>
            "NHẬT KÝ PHÁT THANH KHÔNG GHI TIẾP ĐƯỢC: {why}. Nhật ký cũ được cất nguyên vẹn ở airlog/{kept}; đài mở nhật ký mới, với khoá mới. Hãy báo cho Sở để ghi danh lại (loa key show), và đừng sửa hay xoá thư mục đó.",
            "THE AIRING LOG CANNOT BE GONE ON WITH: {why}. It was set aside whole, in airlog/{kept}; a new log begins, with a new key. Tell the department, which must enrol it anew (loa key show), and do not edit or delete that folder.";
        LogFails { detail: String } =>
            "Không ghi được nhật ký: {detail}. Đài vẫn phát; các mục nhật ký được giữ trong bộ nhớ và ghi lại khi có thể.",
            "The airing log cannot be written: {detail}. Sound goes on; the entries wait in memory and are written as soon as they can be.";
        LogWorks { } => "Nhật ký đã ghi lại được, không thiếu mục nào.", "The airing log is written again; no entry is lacking.";
        LinkedLog { command: String } =>
            "Thư mục airlog của đài là liên kết tới nơi khác, nên đài không chạy: nhật ký phải nằm ngay trong thư mục của đài. Thay liên kết bằng bản sao: {command}",
            "The station's folder airlog is a link to somewhere else, so the station does not run: the log lies in the station's own folder. Put a copy in the place of the link: {command}";
        LinkedLogAway { } =>
            "Thư mục airlog của đài là liên kết tới một nơi không còn, nên đài không chạy: nhật ký phải nằm ngay trong thư mục của đài. Cắm lại ổ chứa nó, rồi chạy lại lệnh này.",
            "The station's folder airlog is a link to something that is not there, so the station does not run: the log lies in the station's own folder. Plug the disk in that holds it, then run this again.";
        KeptFails { detail: String } =>
            "Bản lưu của lịch hoặc kế hoạch chỉ ghi được vào một trong hai nơi: {detail}. Nhật ký vẫn được ghi đủ. Hãy kiểm tra thư mục airlog/kept của đài và thư mục giữ khoá.",
            "A copy of the schedule or a plan is kept in one of its two places only: {detail}. The log is written all the same. Look at the station's folder airlog/kept and the folder of the keys.";
        KeysFail { detail: String } =>
            "Không đổi được khoá của kỳ đang mở: {detail}. Nhật ký vẫn được ghi và niêm phong, nhưng phần mới nhất chưa được khoá chặt. Hãy kiểm tra thư mục giữ khoá.",
            "The key of the open epoch cannot be changed: {detail}. The log is written and sealed all the same, but its newest part is not locked. Look at the folder of the keys.";
        NoPlaceForKeys { folders: String, detail: String } =>
            "Không có chỗ nào giữ được khoá bí mật của nhật ký: {detail}. Đã thử: {folders}. Hãy cho phép ghi vào một trong các thư mục đó.",
            "There is no place to keep the log's secret keys: {detail}. Tried: {folders}. Let one of these folders be written to.";
        LineLost { detail: String } =>
            "Mất thiết bị âm thanh: {detail}. loa tự mở lại khi có thiết bị.",
            "The sound device is lost: {detail}. loa opens it again by itself.";
        LineInstead { device: String, detail: String } =>
            "Không mở được thiết bị âm thanh thứ nhất: {detail}. Buổi này phát qua: {device}.",
            "The first sound device cannot be opened: {detail}. This session plays through: {device}.";
        AmplifierWorks { } => "Đã bật tắt được tăng âm trở lại.", "The amplifier can be switched again.";
        NoAmplifier { } =>
            "Lịch đang phát không có lệnh bật và tắt tăng âm: xem [amplifier] trong station.toml.",
            "The schedule in force has no commands to switch the amplifier: see [amplifier] in station.toml.";
        StatusAmplifier { state: String } => "{state}", "{state}";
        LineBack { device: String } => "Đã mở lại thiết bị âm thanh: {device}.", "The sound device is back: {device}.";
        ClockDoubted { why: String } =>
            "Đồng hồ máy chưa tin được: {why}. Chưa phát gì. Hãy chỉnh đúng giờ, rồi gõ: loa clock confirm",
            "The computer's clock is not believed: {why}. Nothing is played. Set it right, then type: loa clock confirm";
        ClockBelieved { why: String } => "Đồng hồ máy đã tin được: {why}.", "The computer's clock is believed: {why}.";
        PlanLost { date: String, count: u64 } =>
            "KHÔNG CÒN TỆP KẾ HOẠCH PHÁT NGÀY {date}, cả trong airlog/kept lẫn bản lưu cạnh khoá: {count} lượt phát chưa có kết quả và không còn biết là những lượt nào. Điều này đã được ghi vào nhật ký.",
            "THE FILE OF THE PLAN OF {date} IS LOST, in airlog/kept and beside the keys: {count} airings have no outcome, and nobody knows any more which they were. The airing log says so.";
        ScheduleLost { } =>
            "KHÔNG CÒN TỆP CỦA LỊCH PHÁT ĐANG CÓ HIỆU LỰC, cả trong airlog/kept lẫn bản lưu cạnh khoá. Điều này đã được ghi vào nhật ký; đài dùng lịch trong playlists/ từ bây giờ.",
            "THE FILES OF THE SCHEDULE IN FORCE ARE LOST, in airlog/kept and beside the keys. The airing log says so; from now on the station goes by playlists/.";
        MarksDoubted { id: String } =>
            "Không tin các dấu ghi trong airlog/progress về {id}: chúng không do máy này ghi, hoặc cho biết nhiều hơn mức có thể. Chỉ tính phần chắc chắn đã phát.",
            "Marks in airlog/progress about {id} are not believed: this machine did not write them, or they say more than is possible. Only what is certain to have sounded counts.";
        AiringStarted { id: String } => "Bắt đầu {id}", "Started {id}";
        AiringEnded { id: String, result: String, played: String } =>
            "Kết thúc {id}: {result}, {played}",
            "Ended {id}: {result}, {played}";
        Ended { } => "loa đã dừng đúng cách.", "loa has ended in order.";

        NoDoubt { } => "không có dấu hiệu sai", "nothing speaks against it";
        Synchronised { } => "đã đồng bộ với máy chủ giờ", "it is synchronised";
        Confirmed { } => "người trực đã xác nhận", "the operator vouched for it";
        BeforeLastEntry { } => "sớm hơn mục nhật ký cuối cùng", "it is earlier than the last entry of the log";
        BeforeBuild { } => "sớm hơn ngày làm ra chương trình này", "it is earlier than the day this program was made";
        ForwardStep { } => "vừa nhảy tới hơn 5 phút", "it jumped ahead by more than 5 minutes";
        BackwardStep { } => "vừa lùi lại hơn 5 phút", "it jumped back by more than 5 minutes";
        FarAhead { } => "đi trước lần chạy cuối quá xa", "it is too far ahead of the last sign of life";

        NotRunning { } =>
            "Đài này hiện không chạy. Để chạy: loa run",
            "This station is not running. To run it: loa run";
        NotAllowed { user: String } =>
            "Đài này đang chạy bằng tài khoản {user}; tài khoản bạn đang dùng không được hỏi hay ra lệnh cho đài. Hãy gõ lại lệnh với sudo, hoặc bằng tài khoản {user}.",
            "This station is running, as user {user}; the account you use may not ask it or give it orders. Type the command again with sudo, or as {user}.";
        Unreachable { } =>
            "Đài này đang chạy (hoặc một lệnh loa khác đang làm việc với nhật ký của nó), nhưng hiện không liên lạc được. Chưa làm gì cả. Hãy thử lại sau một phút.",
            "This station is running (or another loa command works on its log), but it cannot be reached now. Nothing was done. Try again in a minute.";
        Unheard { detail: String } =>
            "Chưa mở được đường điều khiển ({detail}). Đài vẫn phát; loa status, stop, urgent chưa dùng được. loa tự thử lại mỗi phút.",
            "There is no place for the control socket ({detail}). The station plays on; loa status, stop and urgent cannot reach it yet. loa tries again every minute.";
        Heard { } => "Đã mở được đường điều khiển: loa status, stop, urgent dùng được rồi.", "The control socket is open: loa status, stop and urgent reach the station now.";
        LogMoved { path: String } =>
            "NHẬT KÝ KHÔNG CÒN Ở CHỖ CŨ: {path} đã bị dời đi, bị xoá hoặc bị thay thế. Đài vẫn phát; các mục nhật ký chờ trong bộ nhớ và sẽ mất nếu tắt máy. Hãy đưa đúng thư mục hay tệp đó về chỗ cũ ngay (loa tự ghi tiếp); hoặc dừng đài, rồi chạy lại ở chỗ mới.",
            "THE AIRING LOG IS NOT IN ITS PLACE: {path} was moved away, deleted or replaced. Sound goes on; the entries wait in memory and are lost if the power goes. Put that very folder or file back at once (loa goes on writing by itself); or end the station and start it where the folder is now.";
        StatusLogWaits { entries: usize } =>
            "CHƯA GHI ĐƯỢC NHẬT KÝ: {entries} mục đang chờ trong bộ nhớ. Hãy kiểm tra đĩa và thư mục airlog.",
            "THE AIRING LOG IS NOT BEING WRITTEN: {entries} entries wait in memory. Look at the disk and at the folder airlog.";
        StatusLogMoved { } =>
            "Thư mục của đài hoặc airlog đã bị dời, xoá hay thay bằng thư mục khác. Hãy đưa đúng thư mục đó về chỗ cũ.",
            "The station's folder or its airlog was moved away, deleted or replaced. Put that very folder back.";
        NoAnswer { detail: String } => "Đài không trả lời: {detail}.", "The station does not answer: {detail}.";
        Done { } => "Đã làm, và đã ghi vào nhật ký.", "Done, and logged.";
        DoneNotLogged { } =>
            "Đã làm, nhưng CHƯA ghi được vào nhật ký: đĩa đang từ chối. Hãy kiểm tra đĩa.",
            "Done, but NOT yet logged: the disk refuses. Look at the disk.";
        EntriesLost { count: usize } =>
            "loa đã dừng, nhưng {count} mục nhật ký không ghi được vì đĩa từ chối: chúng đã mất.",
            "loa has ended, but {count} entries of the airing log could not be written because the disk refused: they are lost.";
        RehearsalLog { } =>
            "airlog/ của đài này là nhật ký diễn tập, không thể dùng làm nhật ký thật. Hãy đổi tên hoặc dời thư mục airlog, rồi chạy lại.",
            "The airlog/ of this station is a rehearsal's log and cannot become a real one. Rename or move the airlog folder, then start again.";
        NothingPlays { } => "Hiện không phát gì để dừng.", "Nothing is playing that could be ended.";
        Busy { title: String } =>
            "Đang phát hoặc sắp phát “{title}”. Muốn phát mục khác, hãy dừng trước: loa stop",
            "“{title}” is playing or about to. To play something else, end it first: loa stop";
        NoSuchSegment { id: String } =>
            "Không có mục phát nào mã “{id}”. Xem các mã trong playlists/*.toml.",
            "There is no segment `{id}`. See the ids in playlists/*.toml.";
        Expired { title: String } => "“{title}” đã hết hạn phát.", "`{title}` is past its last day.";
        NotApproved { title: String } => "“{title}” chưa được duyệt, mà đài chỉ phát mục đã duyệt.", "`{title}` is not approved, and this station airs approved segments only.";
        Quiet { } => "Đang là giờ yên lặng: không phát được.", "It is quiet hours: nothing can be played.";
        ClockImpossible { } =>
            "Đồng hồ máy sớm hơn ngày làm ra chương trình này nên chắc chắn sai. Hãy chỉnh giờ trước, rồi xác nhận.",
            "The computer's clock is earlier than the day this program was made, so it is certainly wrong. Set it first, then confirm.";
        DoubtedNow { } =>
            "Đồng hồ máy chưa tin được nên không phát được. Hãy chỉnh đúng giờ rồi gõ: loa clock confirm",
            "The computer's clock is not believed, so nothing can be played. Set it right, then type: loa clock confirm";
TooManyUrgent { } => "Đã có quá nhiều tin khẩn cấp đang chờ (tối đa 100). Dừng bớt: loa stop", "Too many urgent messages wait already (at most 100). End them: loa stop";
        Ending { } => "Đài đang dừng.", "The station is ending.";
        BadText { } =>
            "Ghi chú phải có từ 1 đến 1000 ký tự, trên một dòng.",
            "A note has 1 to 1000 characters, on one line.";
        ConfirmQuestion { at: String } =>
            "Đồng hồ máy đang là {at}. Có đúng với giờ thật không? Gõ “co” để xác nhận: ",
            "The computer's clock says {at}. Is that the true time? Type `yes` to confirm: ";
        NotConfirmed { } => "Chưa xác nhận gì.", "Nothing was confirmed.";

        StatusOnAir { title: String, played: String, planned: String } =>
            "Đang phát: {title} ({played} / {planned}).",
            "On air: {title} ({played} of {planned}).";
        StatusClock { why: String } =>
            "Không phát vì đồng hồ máy chưa tin được ({why}). Hãy chỉnh đúng giờ rồi gõ: loa clock confirm",
            "Nothing sounds because the clock is not believed ({why}). Set it right, then type: loa clock confirm";
        StatusNoSchedule { } =>
            "Không phát vì chưa có lịch phát nào dùng được. Xem lỗi bằng: loa check",
            "Nothing sounds because there is no usable schedule yet. See what is wrong with: loa check";
        StatusLineLost { } =>
            "Không phát được vì mất thiết bị âm thanh. Hãy kiểm tra dây và thiết bị; loa tự mở lại.",
            "Nothing sounds because the sound device is lost. Check the cable and the device; loa opens it again by itself.";
        StatusQuiet { } =>
            "Đang là giờ yên lặng nên không phát gì. Không phải làm gì.",
            "It is quiet hours, so nothing sounds. There is nothing to do.";
        StatusIdle { } =>
            "Hiện không có buổi phát nào. Không phải làm gì.",
            "No session is on now. There is nothing to do.";
        StatusNext { title: String, at: String } => "Tiếp theo: {title}, lúc {at}.", "Next: {title}, at {at}.";
        Moment { time: String, date: String } => "{time} ngày {date}", "{date} {time}";
        StatusNoNext { } =>
            "Trong 7 ngày tới không có buổi phát nào. Xem lịch bằng: loa plan",
            "There is no session in the next 7 days. See the plan with: loa plan";
        StatusHeadCode { code: String, entries: u64 } =>
            "Mã nhật ký: {code} (sau {entries} mục). Ghi mã này vào sổ cuối ngày.",
            "Head code of the log: {code} (after {entries} entries). Write it into the book at the end of the day.";
        StatusWaiting { } =>
            "Lịch mới đang chờ đồng hồ được tin.",
            "A newer schedule waits until the clock is believed.";
    }
}
