//! Sentences of the page's screens that bring a recording into the schedule.
use super::texts;

texts! {
    /// What the screens "Thêm tin" say.
    pub enum AddPageText {
        Step { number: u64 } => "Thêm tin, bước {number}/6", "Add a recording, step {number} of 6";
        WhereFrom { } => "Lấy tin ở đâu?", "Where does the recording come from?";
        Limits { megabytes: u64 } =>
            "Một tệp âm thanh, tối đa {megabytes} MB (hơn 8 giờ tiếng nói). Mạng đứt giữa chừng thì gửi tiếp được.",
            "One sound file, at most {megabytes} MB (more than 8 hours of speech). If the connection breaks, the sending goes on later.";
        FromFile { } => "Tệp trên máy này", "A file on this device";
        RecordNow { } => "Ghi âm bây giờ (điện thoại mở máy ghi âm)", "Record now (a telephone opens its recorder)";
        RecordHere { } => "Ghi bằng micro của máy này (tối đa 30 phút)", "Record with this device's microphone (at most 30 minutes)";
        BeginRecording { } => "Bắt đầu ghi", "Begin";
        EndRecording { } => "Dừng và gửi", "End, and send it";
        Recording { } => "Đang ghi:", "Recording:";
        NoMicrophone { } => "Không dùng được micro: chưa cắm, hoặc trình duyệt chưa được phép. Hãy bấm vào ổ khoá cạnh địa chỉ và cho phép micro.", "The microphone cannot be used: it is not plugged in, or the browser may not use it. Press the lock beside the address, and allow the microphone.";
        Send { } => "Gửi vào đài", "Send it to the station";
        Sending { } => "Đang gửi:", "Sending:";
        SendingCut { } => "Mạng bị đứt, đang thử gửi tiếp. Đừng đóng trang này.", "The connection is broken; trying to go on. Do not close this page.";
        Unfinished { } => "Tin đang làm dở", "Not finished yet";
        NothingReceived { } => "Chưa nhận được tệp nào. Hãy chọn tệp rồi gửi lại.", "No file was received. Choose it and send it again.";
        TooLarge { megabytes: u64 } =>
            "Tệp quá lớn: nhiều nhất {megabytes} MB. Hãy cắt ngắn, hoặc lưu thành MP3 rồi gửi lại.",
            "The file is too large: at most {megabytes} MB. Shorten it, or save it as MP3, and send it again.";
        NoRoom { } =>
            "Ổ đĩa của đài gần đầy nên chưa nhận tệp: chỗ còn lại dành cho nhật ký. Hãy dọn bớt tệp không dùng.",
            "The station's disk is almost full, so the file was not taken: the room that is left is for the log. Remove files that nobody needs.";
        DiskFails { } => "Không ghi được vào ổ đĩa của đài, nên chưa lưu gì. Hãy báo người phụ trách máy.", "The station's disk cannot be written, so nothing was kept. Tell whoever looks after the computer.";
        NoDraft { } => "Tin này không còn ở đây: đã lưu, đã bỏ, hoặc quá 7 ngày.", "This recording is no longer here: it was saved, discarded, or is older than 7 days.";
        CommandFails { } => "Máy của đài không chạy được lệnh này. Chưa lưu gì. Hãy thử lại.", "The station's computer could not run this command. Nothing was saved. Try again.";
        IsItGood { } => "Nghe lại: nghe có rõ không?", "Listen: is it good?";
        Examining { } => "Đang kiểm tra tệp… Trang tự cập nhật.", "Examining the file… This page looks again by itself.";
        ReceivedPart { per_cent: u64 } => "Mới nhận được {per_cent} % của tệp. Muốn gửi tiếp: chọn lại đúng tệp đó.", "Only {per_cent} % of the file was received. To go on, choose the same file again.";
        SendAgain { } => "Gửi tiếp", "Go on sending";
        Good { length: String } => "Tốt. Dài {length}.", "Good. It lasts {length}.";
        GoodButQuiet { length: String } => "Tốt. Dài {length}. Tiếng hơi nhỏ, đài sẽ tự chỉnh cho vừa.", "Good. It lasts {length}. It is a little quiet; the station adjusts that.";
        HasFlaws { length: String } => "Phát được, dài {length}, nhưng:", "It can be played, its length is {length}, but:";
        Unplayable { } => "Tệp này không phát được.", "This file cannot be played.";
        UnplayableHelp { } => "Hãy ghi lại, hoặc lưu tệp thành MP3 hay WAV rồi gửi lại.", "Record it again, or save it as MP3 or WAV, and send it again.";
        Next { } => "Tiếp", "Next";
        Back { } => "Quay lại", "Back";
        Discard { } => "Bỏ tin này", "Discard it";
        PlayUrgently { } => "Phát khẩn cấp ngay", "Play it urgently";
        WhatName { } => "Tên tin là gì?", "What is it called?";
        Title { } => "Tên tin", "Title";
        Topic { } => "Chủ đề", "Topic";
        NoTopic { } => "Không thuộc chủ đề nào", "No campaign";
        Language { } => "Ngôn ngữ", "Language";
        WhoApproves { } => "Ai đã duyệt tin này? (không bắt buộc)", "Who has approved it? (optional)";
        WhoApprovesRequired { } => "Ai đã duyệt tin này? (chưa duyệt thì tin vào kho nhưng không phát)", "Who has approved it? (without approval it is kept, but not aired)";
        ApprovalHelp { } => "Ghi chức danh, ví dụ: Trưởng đài. Ngày duyệt là hôm nay.", "Write the office, for example: head of the station. The day of approval is today.";
        WhenAired { } => "Phát khi nào?", "When does it air?";
        WhenLacks { } => "Còn thiếu: hãy chọn buổi, ngày cuối và ít nhất một thứ trong tuần.", "Something is missing: choose a session, a last day and at least one day of the week.";
        Once { } => "Một lần", "Once";
        UntilDate { } => "Nhiều ngày, đến hết một ngày", "On several days, up to a date";
        AtOnce { } => "Phát ngay bây giờ", "Now, at once";
        KeepIt { } => "Chỉ cất vào kho, chưa phát", "Not yet: only keep it";
        InWhichSession { } => "Buổi nào?", "In which session?";
        UntilWhichDate { } => "Đến hết ngày", "Up to and including";
        OnWhichDays { } => "Vào các ngày", "On these days";
        StartToday { day: String, times: String, session: String } => "{times} hôm nay ({day}), {session}", "{times} today ({day}), {session}";
        StartTomorrow { day: String, times: String, session: String } => "{times} ngày mai ({day}), {session}", "{times} tomorrow ({day}), {session}";
        StartOn { day: String, times: String, session: String } => "{times} {day}, {session}", "{times} on {day}, {session}";
        DayToday { day: String } => "Hôm nay, {day}", "Today, {day}";
        DayTomorrow { day: String } => "Ngày mai, {day}", "Tomorrow, {day}";
        Preview { } => "Xem trước", "Preview";
        IsItRight { } => "Xem trước: đúng chưa?", "Preview: is it right?";
        WillPlayAtOnce { } => "Tin được cất vào kho và phát ra loa ngay khi bấm nút dưới đây.", "It is kept, and goes to the loudspeakers as soon as the button below is pressed.";
        WillBeKept { } => "Tin được cất vào kho. Chưa buổi nào phát tin này.", "It is kept. No session plays it yet.";
        SessionWillBe { session: String, date: String } => "Buổi “{session}” ngày {date} sẽ như sau", "The session “{session}” on {date} will be like this";
        NewItem { } => "tin mới", "new";
        EndsAt { time: String } => "Kết thúc lúc {time}.", "It ends at {time}.";
        Place { } => "Chỗ của tin mới", "The place of the new item";
        AtEnd { } => "Cuối buổi (trước phần kết)", "At the end (before the closing)";
        Before { title: String } => "Trước “{title}”", "Before “{title}”";
        Move { } => "Đổi chỗ", "Move it";
        Changes { } => "Lịch thay đổi", "What changes in the schedule";
        Save { } => "Lưu", "Save";
        SaveAndPlay { } => "Lưu và phát ngay", "Save, and play it now";
        UseAnyway { } => "Vẫn dùng", "Use it anyway";
        ScheduleChanged { } =>
            "Trong lúc đó lịch đã được sửa ở chỗ khác, nên chưa lưu gì. Hãy xem trước lại rồi lưu.",
            "The schedule was changed elsewhere meanwhile, so nothing was saved. Look at the preview again, and save then.";
        Saved { } => "Đã lưu", "Saved";
        Undo { } => "Hoàn tác", "Undo";
        SavedIn { title: String, session: String, times: String, date: String } =>
            "Đã lưu “{title}”. Sẽ phát lúc {times} ngày {date}, trong buổi “{session}”.",
            "“{title}” is saved. It airs at {times} on {date}, in the session “{session}”.";
        SavedOnly { title: String } => "Đã lưu “{title}” vào kho.", "“{title}” is saved in the library.";
        AddAnother { } => "Thêm tin khác", "Add another one";
        ToToday { } => "Về Hôm nay", "Back to today";
    }
}
