//! Words in the tables of the plan and of the log book.
use super::texts;

texts! {
    /// Headings, results and reasons.
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
        ClockUntrusted { } => "đồng hồ không tin được", "clock not believed";
        QuietHours { } => "giờ yên lặng", "quiet hours";
        FileMissing { } => "thiếu tệp", "file missing";
        FileDamaged { } => "tệp hỏng", "file damaged";
        HashMismatch { } => "tệp bị đổi", "file changed";
        NotApproved { } => "chưa duyệt", "not approved";
        Expired { } => "hết hạn", "expired";
        NothingEligible { } => "không có mục phù hợp", "nothing eligible";
        DeviceLost { } => "mất thiết bị", "device lost";
        Underrun { } => "hụt tiếng", "underrun";
        CutBy { } => "bị buổi sau ngắt", "cut by a later session";
        Overrun { } => "quá giờ", "overrun";
        EndBy { } => "hết giờ buổi phát", "end of the session's time";
        Urgent { } => "nhường tin khẩn cấp", "urgent";
        OperatorStop { } => "người trực dừng", "stopped by the operator";
        OperatorSkip { } => "người trực bỏ qua", "skipped by the operator";
        Withdrawn { } => "đã rút khỏi lịch", "withdrawn";
        Late { } => "trễ giờ", "late";
        Joined { } => "phát từ giữa", "joined";
        Shutdown { } => "đã tắt chương trình", "shut down";
        LogBook { station: String } => "SỔ NHẬT KÝ PHÁT THANH — {station}", "LOG BOOK — {station}";
        Rehearsal { } =>
            "DIỄN TẬP — không phải nhật ký thật, không có âm thanh",
            "REHEARSAL — not a real log, no sound";
        Day { date: String } => "Ngày {date}", "{date}";
        NothingLogged { } => "Không có lượt phát nào trong nhật ký cho thời gian này.", "There is no airing in the log for this time.";
        NothingPlanned { } => "Không có lượt phát nào.", "No airing.";
        Totals { planned: usize, aired: usize, partial: usize, missed: usize, length: String } =>
            "Cộng: {planned} lượt theo kế hoạch; đã phát {aired}, phát một phần {partial}, không phát {missed}; thời lượng thực phát {length}.",
            "Total: {planned} planned airings; {aired} aired, {partial} partial, {missed} missed; {length} on air.";
        UnplannedTotals { count: usize, length: String } =>
            "Ngoài kế hoạch: {count} lượt, {length}.",
            "Unplanned: {count} airings, {length}.";
        WasOff { at: String, time: String } =>
            "{at} Đài chạy lại sau khi ngừng {time}.",
            "{at} The station ran again after {time} off.";
        NoteLine { at: String, text: String, who: String } => "{at} Ghi chú: {text} ({who})", "{at} Note: {text} ({who})";
        OrderLine { at: String, action: String, who: String } => "{at} Lệnh: {action} ({who})", "{at} Order: {action} ({who})";
        RelayLine { at: String, title: String, time: String } =>
            "{at} Tiếp sóng “{title}”: nhường đường tiếng {time}. Không phải lượt phát của đài.",
            "{at} Relay slot `{title}`: the line was left free for {time}. It is no airing of this station.";
        RelayCutLine { at: String, title: String, time: String, why: String } =>
            "{at} Tiếp sóng “{title}”: nhường đường tiếng {time}, không như kế hoạch ({why}).",
            "{at} Relay slot `{title}`: the line was left free for {time}, other than planned ({why}).";
        InterruptLine { at: String, id: String } => "{at} Tin khẩn cấp ngắt {id}; mục này sẽ phát tiếp sau.", "{at} Something urgent interrupted {id}, which goes on behind it.";
        BreakLine { at: String, id: String } => "{at} Mất thiết bị giữa lúc phát {id}; có lại thiết bị thì phát tiếp.", "{at} The device was lost under {id}, which goes on once there is one.";
        ResumeLine { at: String, id: String } => "{at} Phát tiếp {id}.", "{at} {id} went on.";
        EditLine { at: String, count: usize } => "{at} Lịch mới có hiệu lực: {count} thay đổi trong 7 ngày tới.", "{at} A new schedule came into force: {count} changes in the next 7 days.";
        AmplifierUntriedLine { at: String } => "{at} Không bật tắt tăng âm: chưa ai chạy thử lệnh trên máy này.", "{at} The amplifier was not switched: nobody has tried its commands on this machine.";
        AmplifierOnLine { at: String, detail: String } => "{at} Không bật được tăng âm: {detail}.", "{at} The amplifier could not be switched on: {detail}.";
        AmplifierOffLine { at: String, detail: String } => "{at} Không tắt được tăng âm: {detail}.", "{at} The amplifier could not be switched off: {detail}.";
        ClockLine { at: String, by: String } => "{at} Đồng hồ máy bị chỉnh {by}.", "{at} The clock was moved by {by}.";
        ClockAlone { count: usize } =>
            "* {count} lượt: giờ theo đồng hồ máy, không được đồng bộ.",
            "* {count} airings: timed by the computer's clock, which was not synchronised.";
        DoubtLine { at: String } => "{at} Đồng hồ máy không tin được.", "{at} The clock was not believed any more.";
        BeliefLine { at: String } => "{at} Đồng hồ máy tin được trở lại.", "{at} The clock was believed again.";
        LostLine { at: String } => "{at} Mất thiết bị âm thanh.", "{at} The sound device was lost.";
        PlanLostLine { at: String, date: String, count: u64 } =>
            "{at} Mất tệp kế hoạch phát ngày {date}: {count} lượt phát không có kết quả và không còn biết là những lượt nào.",
            "{at} The file of the plan of {date} is lost: {count} airings have no outcome, and nobody knows which they were.";
        ScheduleLostLine { at: String } => "{at} Mất tệp của lịch phát đang có hiệu lực.", "{at} The files of the schedule in force are lost.";
        HeadCode { code: String, entries: u64 } =>
            "Mã nhật ký cuối ngày: {code} (sau {entries} mục)",
            "Head code at the end of the day: {code} (after {entries} entries)";
        Signature { } =>
            "Người trực (ký, ghi rõ họ tên): ............................",
            "Operator (signature, name): ............................";
        WhatItProves { } =>
            "Mức bằng chứng 1: thiết bị âm thanh đã nhận đủ mẫu tiếng; mức 0: không có thiết bị. Nhật ký không chứng minh được loa ngoài trời đã kêu.",
            "Proof level 1: the sound device took the samples; level 0: no device. The log cannot prove that a horn sounded.";
        LogUnreadable { detail: String } =>
            "Nhật ký phát thanh không đọc được hết: {detail}. Bảng trên chỉ gồm phần trước chỗ hỏng.",
            "The airing log could not be read to its end: {detail}. The table holds what stands before that.";
        Seconds { n: i64 } => "{n} giây", "{n} s";
        Minutes { m: i64, s: i64 } => "{m} phút {s} giây", "{m} min {s} s";
        Hours { h: i64, m: i64 } => "{h} giờ {m} phút", "{h} h {m} min";
        Days { d: i64, h: i64 } => "{d} ngày {h} giờ", "{d} d {h} h";
    }
}
