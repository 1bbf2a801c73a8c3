//! Sentences about the stations of a registry, and about what the department must do.
use super::count::{AiringCount, DayCount, Grouped, RowCount, StationCount};
use super::proof::FaultText;
use super::texts;

texts! {
    /// Headings, states and duties of `loa stations`.
    pub enum StationsText {
        Station { } => "Đài", "Station";
        Place { } => "Địa bàn", "Place";
        Logs { } => "Số nhật ký", "Logs";
        Newest { } => "Nhật ký mới nhất", "Newest entry";
        State { } => "Tình trạng", "State";
        SilentSince { } => "Im lặng từ", "Silent since";
        Program { } => "Phiên bản", "Version";
        Due { } => "Hạn nộp tới", "Next due";
        Contact { } => "Gọi", "Call";
        ToDo { } => "Việc cần làm", "To do";
        TodoHeading { } => "Việc cần làm của Sở", "What the department must do";
        NotCounted { fault: FaultText } => "không được tính: {fault}", "not counted: {fault}";
        EvidenceState { } => "bằng chứng chưa giải quyết", "unsettled evidence";
        OverlapState { } => "hai nhật ký cùng lúc", "two logs at once";
        SilentState { days: DayCount } => "im lặng {days} ngày", "silent for {days}";
        NeverSentState { } => "chưa nộp lần nào", "never sent";
        WholeState { } => "toàn vẹn", "whole";
        DueOn { date: String, month: String } => "{date} (kỳ {month})", "{date} (for {month})";
        Overdue { date: String, month: String } => "QUÁ HẠN {date} (kỳ {month})", "OVERDUE {date} (for {month})";
        NoContact { } => "chưa ghi đầu mối", "no contact";
        Summary { stations: Grouped<StationCount>, bad: Grouped<StationCount> } =>
            "Sổ có {stations} đài; {bad} đài cần xem lại.",
            "In the registry: {stations}; to be looked at: {bad}.";
        TodoHint { store: String } =>
            "gợi ý: việc cần làm, từng đài: loa stations {store} --todo",
            "hint: what to do about each: loa stations {store} --todo";
        ContactHint { store: String } =>
            "gợi ý: ghi đầu mối của đài: loa enrol --station MÃ_ĐÀI --post 'CHỨC DANH' --phone SỐ --store {store}",
            "hint: record whom to call: loa enrol --station ID --post POST --phone NUMBER --store {store}";
        NothingToDo { } => "Không có việc nào.", "Nothing.";
        TodoCount { rows: Grouped<RowCount> } => "{rows} việc.", "{rows}.";
        TargetsUnused { store: String } =>
            "Không xét chỉ tiêu: targets.toml trong kho không phải bản đã được chấp nhận trên máy này (loa target accept {store}).",
            "Targets are not considered: targets.toml in the store is not the one that was accepted on this machine (loa target accept {store}).";
        SettleIncident { what: String, seq: u64 } =>
            "Làm rõ với đài: {what} (sự việc số {seq}). Giữ nguyên USB.",
            "Clear up with the station: {what} (incident {seq}). Keep the stick as it is.";
        ExamineSource { what: String, seq: u64, source: String } =>
            "Xem lại nguồn {source}: {what} (sự việc số {seq}).",
            "Examine the source {source}: {what} (incident {seq}).";
        RestoreLog { fault: FaultText } =>
            "Hỏi ai đã động vào kho hoặc sổ đài: {fault}. Nhật ký này không được tính.",
            "Ask who touched the store or the registry: {fault}. This log is not counted.";
        SettleEvidence { folders: String } =>
            "Làm rõ với đài bằng chứng còn trong kho ({folders}), rồi chuyển ra khỏi kho và cất giữ.",
            "Clear up the evidence in the store ({folders}) with the station, then move it out of the store and keep it.";
        AskAboutOverlap { number: usize, other: usize, from: String, until: String } =>
            "Hỏi đài: hai máy hay hai xã dùng chung mã đài? Nhật ký thứ {number} và thứ {other} cùng ghi từ {from} đến {until}.",
            "Ask the station whether two computers or two communes use its id: logs {number} and {other} both ran from {from} to {until}.";
        CheckRegistration { } =>
            "Tên, ngôn ngữ hoặc địa bàn của đài trong sổ đài (registry.toml) đã bị sửa, không phải do máy này: hỏi ai đã sửa, nếu đúng thì chấp nhận (loa enrol --accept).",
            "The station's name, language or place in registry.toml was changed, not by this machine: ask who did it, and accept it if it is right (loa enrol --accept).";
        AskAboutNewLog { number: usize, date: String } =>
            "Xác nhận với đài vì sao có nhật ký thứ {number} (ghi danh ngày {date}): thay ổ đĩa, thay máy hay lý do khác.",
            "Confirm with the station why it has log {number} (enrolled on {date}): a new disk, a new computer or another reason.";
        AskAboutSilence { at: String, days: DayCount } =>
            "Hỏi đài vì sao không nộp nhật ký: mới có đến {at}, đã {days} ngày.",
            "Ask the station why it sends no log: the newest entry is of {at}, {days} ago.";
        AskForFirstLog { } =>
            "Hỏi đài vì sao chưa nộp nhật ký lần nào; hướng dẫn đài nộp (loa export hoặc loa push).",
            "Ask the station why it has never sent a log, and show it how (loa export or loa push).";
        AskAboutTarget { title: String, counted: String, asked: String, week: String, document: String } =>
            "Yêu cầu đài giải trình: dưới chỉ tiêu “{title}” tuần {week}: phát {counted} trên {asked} ({document}).",
            "Ask the station to explain: below the target `{title}` in the week {week}: aired {counted} of {asked} ({document}).";
        AnswerNotes { airings: Grouped<AiringCount>, date: String, text: String } =>
            "Xem và trả lời ghi chú của đài về {airings} lượt không phát; mới nhất, lượt ngày {date}: “{text}”.",
            "Answer the station's notes on missed airings ({airings}); the latest, of {date}: `{text}`.";
    }
}
