//! Sentences about explanations of stations and about answers of the department.
use super::texts;

texts! {
    /// What the commands and the reports say about explanations and answers.
    pub enum AnswerText {
        Heading { } => "Lượt không phát có giải trình", "Missed airings with an explanation";
        Station { } => "Đài", "Station";
        PlannedAt { } => "Giờ kế hoạch", "Planned at";
        Segment { } => "Mục phát", "Segment";
        Result { } => "Kết quả", "Result";
        Explanation { } => "Giải trình của đài", "The station's explanation";
        Answer { } => "Kết luận của Sở", "The department's answer";
        Number { } => "Dòng số", "No.";
        Waiting { } => "chờ kết luận", "not answered yet";
        Accepted { } => "chấp nhận", "accepted";
        Refused { } => "không chấp nhận", "refused";
        Settled { } => "đã làm rõ, không phải xét nữa", "settled";
        Upheld { } => "giữ nguyên, sự việc là có thật", "upheld";
        OtherVerdict { } => "kết luận do phiên bản loa mới hơn ghi", "an answer of a later version of loa";
        WithReasons { verdict: String, reasons: String } => "{verdict}: {reasons}", "{verdict}: {reasons}";
        WithPost { verdict: String, post: String } => "{verdict} ({post})", "{verdict} ({post})";
        MoreRows { rows: String } =>
            "Còn {rows} lượt có giải trình nữa; xem đủ ở trang tính các lượt không trọn vẹn của tệp XLSX.",
            "More explained airings: {rows}; see the sheet of missed airings of the XLSX file.";
        AiringAnswered { airing: String, station: String, verdict: String } =>
            "Đã ghi kết luận về giải trình lượt {airing} của đài {station}: {verdict}.",
            "Recorded the answer to the explanation of {airing} of {station}: {verdict}.";
        NoteShown { text: String } => "Giải trình của đài: {text}", "The station's explanation: {text}";
        IncidentAnswered { number: u64, verdict: String } =>
            "Đã ghi kết luận về sự việc số {number}: {verdict}.",
            "Recorded the answer to incident {number}: {verdict}.";
        Usage { } =>
            "Viết loa answer KHO ĐÀI SỐ --accept (hoặc --refuse), hoặc loa answer KHO --incident SỐ --settled (hoặc --upheld) --text '…'. Xem các kết luận đã ghi: --list.",
            "Write loa answer STORE STATION N --accept (or --refuse), or loa answer STORE --incident N --settled (or --upheld) --text '...'. To see the recorded answers: --list.";
        TooLong { limit: u64 } =>
            "Nội dung của --text hay --by dài quá: nhiều nhất {limit} ký tự.",
            "The --text or --by is too long: at most {limit} characters.";
        NoSuchAiring { station: String, number: u64 } =>
            "Nhật ký đã thu nhận của đài {station} không có kết quả phát ở dòng số {number}. Gợi ý: số của lượt ở cột “Dòng số” trong bảng “Lượt không phát có giải trình” của loa report.",
            "The collected logs of {station} have no outcome with the number {number}. Hint: the column No. of the table \"Missed airings with an explanation\" in loa report has the numbers.";
        NotMissed { airing: String } =>
            "Lượt {airing} đã phát trọn vẹn hoặc ngoài kế hoạch, nên không có gì phải kết luận.",
            "{airing} was aired completely, or was not planned, so there is nothing to answer.";
        NoNote { airing: String } =>
            "Đài chưa giải trình lượt {airing}. Gợi ý: đài giải trình bằng loa note rồi nộp nhật ký; thu nhận xong thì kết luận.",
            "The station has not explained {airing}. Hint: the station explains it with loa note and sends its log; collect it, then answer.";
        SeveralLogs { station: String, number: u64, origins: String } =>
            "Đài {station} có nhiều nhật ký với lượt ở dòng số {number}. Thêm --log và mã nhật ký: {origins}",
            "Several logs of {station} have an explained airing with the number {number}. Add --log and one of these: {origins}";
        NoSuchIncident { number: u64 } =>
            "Sổ thu nhận của kho này không có sự việc số {number}. Gợi ý: số của sự việc ở mục “Nhật ký bị từ chối / mâu thuẫn” của loa report.",
            "The journal of this store has no incident {number}. Hint: the section Refused and contradictory logs of loa report has the numbers.";
        NoAnswers { } => "Sổ thu nhận chưa có kết luận nào.", "The journal has no answers yet.";
        Subject { } => "Về", "About";
        At { } => "Lúc", "At";
        AboutIncident { number: u64 } => "sự việc số {number}", "incident {number}";
        AboutAiring { airing: String, origin: String, number: u64 } =>
            "lượt {airing}, dòng số {number} của {origin}",
            "{airing}, number {number} of {origin}";
    }
}
