//! Sentences of the page's screens for the library, and for handing in the log.
use super::count::SegmentCount;
use super::texts;

texts! {
    /// What the screens "Kho tin" say.
    pub enum LibraryPageText {
        Heading { count: SegmentCount } => "Kho tin: {count} tin", "Library: {count}";
        AddOne { } => "Thêm tin", "Add a recording";
        NoSuchSegment { } => "Không có tin này trong lịch nữa.", "The schedule does not have this recording any more.";
        NothingKnown { } => "Chưa đọc được thông tin về tin này.", "Nothing could be read about this recording.";
        NotPlayable { } => "Tệp của tin này thiếu hoặc hỏng: sẽ KHÔNG phát được.", "Its file is missing or damaged: it will NOT be played.";
        Length { length: String } => "Dài {length}.", "Length: {length}.";
        LastAired { when: String } => "Lần phát trước: {when}.", "Last aired: {when}.";
        NeverAired { } => "Chưa phát lần nào.", "Never aired.";
        NextAiring { when: String } => "Lần phát tới: {when}.", "Next airing: {when}.";
        NoNextAiring { } => "Chưa có lần phát tới.", "No next airing is planned.";
        ValidUntil { date: String } => "Hết hạn sau ngày {date}.", "It expires after {date}.";
        UsedIn { } => "Đang dùng trong các buổi:", "Used in these sessions:";
        PlayNow { } => "Phát ngay ra loa", "Play it on the loudspeakers now";
        Remove { } => "Bỏ khỏi lịch", "Remove it";
        Back { } => "Về Kho tin", "Back to the library";
        RemoveUnused { title: String } => "Bỏ “{title}”? Không buổi nào dùng tin này.", "Remove “{title}”? No session uses it.";
        RemoveUsed { title: String, count: u64 } => "Bỏ “{title}”? Tin đang dùng trong {count} buổi, và sẽ bị bỏ khỏi tất cả:", "Remove “{title}”? Sessions use it ({count}), and all of them lose it:";
        FileStays { } => "Tệp âm thanh vẫn còn trên máy; bấm Hoàn tác là lấy lại được.", "The sound file stays on the computer; Undo brings the recording back.";
        Undo { } => "Hoàn tác", "Undo";
        RemoveIt { } => "Bỏ tin này", "Remove it";
        No { } => "Không", "No";
    }
}

texts! {
    /// What the screen "Nộp Sở" says.
    pub enum HandInPageText {
        Heading { } => "Nộp nhật ký cho Sở", "Hand in the log";
        NoStick { } => "Chưa thấy USB. Hãy cắm USB vào máy của đài, chờ vài giây, rồi bấm Xem lại.", "No stick is plugged in. Plug one into the station's computer, wait a few seconds, and look again.";
        SeesStick { name: String } => "Đã thấy USB {name}.", "The stick {name} is there.";
        CopyTo { name: String } => "Chép nhật ký vào {name}", "Copy the log to {name}";
        LookAgain { } => "Xem lại", "Look again";
        StickGone { } => "USB này không còn cắm ở máy của đài. Chưa chép gì.", "This stick is no longer plugged in. Nothing was copied.";
        NotCopied { } => "Chưa chép xong, chưa nộp được USB này. Hãy thử lại.", "The copy is not complete. Do not hand in this stick; try again.";
        TakeItOut { name: String } => "Xong. Rút USB {name} được rồi.", "Done. The stick {name} may be taken out.";
        ToToday { } => "Về Hôm nay", "Back to today";
        Again { } => "Chép lần nữa", "Copy again";
    }
}

texts! {
    /// What the screen "Hoàn tác" says.
    pub enum UndoPageText {
        Heading { } => "Hoàn tác", "Undo";
        UndoAdd { titles: String, when: String } => "Lấy {titles} ra khỏi lịch? (thêm lúc {when})", "Take {titles} out of the schedule? (added {when})";
        UndoRemove { titles: String, when: String } => "Đưa {titles} trở lại lịch? (bỏ lúc {when})", "Put {titles} back into the schedule? (removed {when})";
        UndoSession { titles: String, when: String } => "Đưa buổi {titles} trở lại như trước? (sửa lúc {when})", "Put the session {titles} back as it was? (changed {when})";
        Undo { } => "Hoàn tác", "Undo";
        No { } => "Không", "No";
        Nothing { } => "Không còn thay đổi nào để hoàn tác.", "There is no change to undo.";
    }
}
