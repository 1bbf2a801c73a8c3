//! Sentences of the page's screen about a month of the log.
use super::count::SessionCount;
use super::texts;

texts! {
    /// What the screen of a month says.
    pub enum MonthPageText {
        Heading { month: String } => "Tháng {month}", "The month {month}";
        Changed { } => "Nhật ký đã bị sửa hoặc hỏng, nên không kết luận được gì về tháng này. Hãy báo người phụ trách máy.", "The log was changed or damaged, so nothing can be said about this month. Tell whoever looks after the computer.";
        Counts { complete: u64, partial: u64, missed: u64 } => "Phát đủ {complete} ngày, phát thiếu {partial} ngày, không phát {missed} ngày.", "Days with all sessions: {complete}; with some: {partial}; with none: {missed}.";
        Signs { } => "● phát đủ · ◐ phát thiếu · ○ không phát · … chưa tới giờ hoặc chưa rõ. Số là số buổi phát đủ trên số buổi.", "● all · ◐ some · ○ none · … still to come, or not known. The numbers are sessions aired as a whole, of all sessions.";
        Print { } => "Tải sổ của tháng (PDF)", "Download the month's book (PDF)";
        Before { } => "Tháng trước", "The month before";
        After { } => "Tháng sau", "The month after";
        Complete { complete: u64, sessions: SessionCount } => "phát đủ {complete}/{sessions} buổi", "{complete} of {sessions} aired as a whole";
        Partial { complete: u64, sessions: SessionCount } => "phát thiếu, đủ {complete}/{sessions} buổi", "partly aired: {complete} of {sessions} as a whole";
        Missed { sessions: SessionCount } => "không phát, 0/{sessions} buổi", "not aired: 0 of {sessions}";
        Open { sessions: SessionCount } => "{sessions} buổi chưa tới giờ hoặc chưa rõ", "{sessions} still to come, or not known";
        Empty { } => "không có buổi nào", "no session";
        Unknown { } => "chưa có nhật ký", "not in the log";
        Unreadable { } => "Chưa đọc được nhật ký. Hãy thử lại.", "The log cannot be read. Try again.";
        NotPrinted { } => "Chưa làm được tệp PDF của tháng này.", "The PDF of this month could not be made.";
        WholeMonth { } => "Cả tháng", "The whole month";
    }
}
