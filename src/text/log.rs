//! Words in the tables of the plan and of the airing log.
use super::count::{AiringCount, ChangeCount, EntryCount};
use super::texts;

texts! {
    /// Headings, results and reasons in the tables of the plan and of the airing log, and the lines around the tables.
    pub enum TableText {
        Planned { } => "Dự kiến", "Planned";
        Started { } => "Bắt đầu", "Started";
        LateMs { } => "Lệch (ms)", "Late (ms)";
        Length { } => "Thời lượng", "Length";
        Outcome { } => "Kết quả", "Outcome";
        Title { } => "Mục phát", "Segment";
        Session { } => "Buổi phát", "Session";
        Topic { } => "Chủ đề", "Topic";
        Time { } => "Giờ", "Time";
        Aired { } => "đã phát", "aired";
        Partial { } => "phát một phần", "partial";
        Missed { } => "không phát", "missed";
        Unplanned { } => "ngoài kế hoạch", "unplanned";
        PowerOff { } => "mất điện", "power off";
        ClockUntrusted { } => "không tin được đồng hồ", "clock not trusted";
        QuietHours { } => "giờ yên lặng", "quiet hours";
        FileMissing { } => "thiếu tệp", "file missing";
        FileDamaged { } => "tệp hỏng", "file damaged";
        HashMismatch { } => "tệp bị đổi", "file changed";
        NotApproved { } => "chưa duyệt", "not approved";
        Expired { } => "hết hạn", "expired";
        NothingEligible { } => "không có mục phù hợp", "nothing eligible";
        DeviceLost { } => "mất thiết bị", "device lost";
        Underrun { } => "tiếng bị ngắt quãng", "underrun";
        CutBy { } => "bị buổi sau ngắt", "cut by a later session";
        Overrun { } => "quá giờ", "overrun";
        EndBy { } => "hết giờ buổi phát", "end of the session's time";
        Urgent { } => "nhường tin khẩn cấp", "urgent";
        OperatorStop { } => "người trực dừng", "stopped by the operator";
        OperatorSkip { } => "người trực bỏ qua", "skipped by the operator";
        Withdrawn { } => "đã rút khỏi lịch", "withdrawn";
        Late { } => "trễ giờ", "late";
        Joined { } => "phát từ giữa chừng", "joined";
        Shutdown { } => "đã tắt chương trình", "shut down";
        LogBook { station: String } => "SỔ NHẬT KÝ PHÁT THANH — {station}", "LOG BOOK — {station}";
        Rehearsal { } =>
            "DIỄN TẬP — không phải nhật ký thật, không có âm thanh",
            "REHEARSAL — not a real log, no sound";
        Waiting { count: EntryCount } =>
            "CHƯA GHI ĐƯỢC NHẬT KÝ: còn {count} dòng chờ trong bộ nhớ của đài, chưa có ở đây. Hãy kiểm tra ổ đĩa; đừng tắt máy.",
            "THE AIRING LOG IS NOT BEING WRITTEN: {count} in the station's memory, not shown here. Check the disk; do not switch off.";
        Day { date: String } => "Ngày {date}", "{date}";
        NothingLogged { } => "Không có lượt phát nào trong nhật ký cho thời gian này.", "The log has no airings for this time.";
        NothingPlanned { } => "Không có lượt phát nào.", "No airings.";
        Totals { planned: AiringCount, aired: usize, partial: usize, missed: usize, length: String } =>
            "Tổng cộng: {planned} lượt theo kế hoạch; đã phát {aired}, phát một phần {partial}, không phát {missed}; thời lượng thực phát {length}.",
            "Total: {planned} in the plan; {aired} aired, {partial} partial, {missed} missed; {length} on air.";
        OpenTotals { planned: AiringCount, aired: usize, partial: usize, missed: usize, open: u64, length: String } =>
            "Tổng cộng: {planned} lượt theo kế hoạch; đã phát {aired}, phát một phần {partial}, không phát {missed}, chưa có kết quả {open}; thời lượng thực phát {length}.",
            "Total: {planned} in the plan; {aired} aired, {partial} partial, {missed} missed, {open} without an outcome so far; {length} on air.";
        UnplannedTotals { count: AiringCount, aired: usize, partial: usize, missed: usize, length: String } =>
            "Ngoài kế hoạch: {count} lượt; đã phát {aired}, phát một phần {partial}, không phát {missed}; thời lượng thực phát {length}.",
            "Outside the plan: {count}; {aired} aired, {partial} partial, {missed} missed; {length} on air.";
        WasOff { at: String, time: String } =>
            "{at} Đài chạy lại sau khi ngừng {time}.",
            "{at} The station started again after being off for {time}.";
        NoteLine { at: String, text: String, who: String } => "{at} Ghi chú: {text} ({who})", "{at} Note: {text} ({who})";
        NoteAboutLine { at: String, title: String, text: String, who: String } =>
            "{at} Ghi chú về “{title}”: {text} ({who})",
            "{at} Note on “{title}”: {text} ({who})";
        InterruptLine { at: String, title: String } => "{at} Tin khẩn cấp ngắt “{title}”; lượt này sẽ phát tiếp sau.", "{at} Something urgent interrupted “{title}”, which resumes after it.";
        DeviceLostDuringLine { at: String, title: String } => "{at} Mất thiết bị âm thanh khi đang phát “{title}”; khi có lại thiết bị thì phát tiếp.", "{at} The device was lost while “{title}” played; the airing resumes once the device is back.";
        ResumeLine { at: String, title: String } => "{at} Phát tiếp “{title}”.", "{at} “{title}” resumed.";
        EditLine { at: String, count: ChangeCount } => "{at} Lịch mới có hiệu lực: {count} thay đổi trong 7 ngày tới.", "{at} A new schedule came into force: {count} in the next 7 days.";
        EditOfLine { at: String, count: ChangeCount, sessions: String } =>
            "{at} Lịch mới có hiệu lực: {count} thay đổi trong 7 ngày tới ({sessions}).",
            "{at} A new schedule came into force: {count} in the next 7 days ({sessions}).";
        AmplifierUntriedLine { at: String } => "{at} Không bật tắt tăng âm: chưa ai chạy thử lệnh trên máy này.", "{at} The amplifier was not switched: nobody had tried its commands on this machine.";
        AmplifierOnFailedLine { at: String, detail: String } => "{at} Không bật được tăng âm (chi tiết cho kỹ thuật: {detail}).", "{at} The amplifier could not be switched on: {detail}.";
        AmplifierOffFailedLine { at: String, detail: String } => "{at} Không tắt được tăng âm (chi tiết cho kỹ thuật: {detail}).", "{at} The amplifier could not be switched off: {detail}.";
        ClockForwardLine { at: String, by: String } => "{at} Đồng hồ máy bị chỉnh nhanh lên {by}.", "{at} The clock was set forward by {by}.";
        ClockBackLine { at: String, by: String } => "{at} Đồng hồ máy bị chỉnh lùi {by}.", "{at} The clock was set back by {by}.";
        TimedUnsynchronised { count: AiringCount } =>
            "* {count} lượt: giờ theo đồng hồ máy, không được đồng bộ.",
            "* {count} timed by the computer's clock, which was not synchronised.";
        ClockDistrustedLine { at: String } => "{at} Đồng hồ máy không còn đáng tin.", "{at} The clock was no longer trusted.";
        ClockTrustedLine { at: String } => "{at} Đồng hồ máy đã đáng tin trở lại.", "{at} The clock was trusted again.";
        DeviceLostLine { at: String } => "{at} Mất thiết bị âm thanh.", "{at} The sound device was lost.";
        PlanLostLine { at: String, date: String, count: AiringCount } =>
            "{at} Mất tệp kế hoạch phát ngày {date}: {count} lượt phát không có kết quả và không còn biết là những lượt nào.",
            "{at} The plan of {date} is lost: {count} without an outcome, and it is not known which.";
        ScheduleLostLine { at: String } => "{at} Mất tệp của lịch phát đang có hiệu lực.", "{at} The files of the schedule in force are lost.";
        HeadCode { code: String, entries: EntryCount } =>
            "Mã nhật ký cuối ngày: {code} (gồm {entries} dòng)",
            "Head code at the end of the day: {code} (after {entries})";
        Signature { } =>
            "Người trực (ký, ghi rõ họ tên): ............................",
            "Operator (signature, name): ............................";
        WhatItProves { } =>
            "Mức bằng chứng 1: thiết bị âm thanh đã nhận đủ mẫu tiếng; mức 0: không có thiết bị. Nhật ký không chứng minh được loa ngoài trời đã kêu.",
            "Proof level 1: the sound device took the samples; level 0: no device. The log cannot prove that a loudspeaker was heard.";
        CannotPrint { } =>
            "Bản loa này không làm được trang A4 (thiếu tính năng print). Hãy in trang chữ: loa log",
            "This loa cannot make A4 pages (it was built without the feature print). Print the page as text: loa log";
        LogUnreadable { detail: String } =>
            "Không đọc được hết nhật ký phát thanh: {detail}. Bảng trên chỉ gồm phần trước chỗ hỏng.",
            "The airing log could not be read to its end: {detail}. The table shows only what comes before that.";
        Seconds { n: i64 } => "{n} giây", "{n} s";
        WholeMinutes { m: i64 } => "{m} phút", "{m} min";
        WholeHours { h: i64 } => "{h} giờ", "{h} h";
        WholeDays { d: i64 } => "{d} ngày", "{d} d";
        Minutes { m: i64, s: i64 } => "{m} phút {s} giây", "{m} min {s} s";
        Hours { h: i64, m: i64 } => "{h} giờ {m} phút", "{h} h {m} min";
        Days { d: i64, h: i64 } => "{d} ngày {h} giờ", "{d} d {h} h";
    }
}
