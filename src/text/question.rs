//! Headings and sentences of the tables that answer the questions of a boss.
use super::count::DayCount;
use super::texts;

texts! {
    /// Headings and sentences of these tables, in reports and on the terminal.
    pub enum QuestionText {
        MoreRows { rows: String, by: String } =>
            "Còn {rows} hàng nữa; xem đủ bằng --by {by} --format csv.",
            "Rows not shown: {rows}; see them all with --by {by} --format csv.";
        NoRows { } => "Không có.", "None.";
        NeverSentLine { names: String } => "Đài chưa nộp nhật ký lần nào: {names}.", "Stations that have never sent a log: {names}.";
        SilentLine { names: String } =>
            "Đài đã hơn 7 ngày không nộp thêm nhật ký: {names}.",
            "Stations that have sent nothing new for more than 7 days: {names}.";
        NewLogLine { names: String } =>
            "Đài có thêm nhật ký mới trong 30 ngày qua, cần xác nhận lý do: {names}.",
            "Stations with another log since less than 30 days, to be confirmed: {names}.";
        RegistrationLine { names: String } =>
            "Đài bị sửa tên, ngôn ngữ hoặc địa bàn trong sổ đài mà chưa ai chấp nhận: {names}.",
            "Stations whose name, language or place was changed in the registry, and not accepted: {names}.";
        TopicColumn { number: String } => "Chủ đề {number}", "Topic {number}";
        CampaignTopicColumn { number: String, campaign: String } => "Chủ đề {number} ({campaign})", "Topic {number} ({campaign})";
        TopicTitle { heading: String, title: String } => "{heading}: {title}", "{heading}: {title}";
        CrossSheet { } => "Xã và chủ đề", "Communes and topics";
        CrossLanguageSheet { } => "Xã, ngôn ngữ, chủ đề", "Communes, languages, topics";
        CrossRule { } =>
            "Số phút thực phát của các lượt theo kế hoạch. Số 0 là có nhật ký nhưng không phát; ô trống là không có nhật ký nên chưa biết.",
            "Minutes aired of planned airings. 0 means that there is a log and nothing was aired; an empty cell means that there is no log, so nothing is known.";
        TopicLanguageHeading { } => "Chủ đề theo từng ngôn ngữ và địa bàn phát", "Topics by language, and where they were aired";
        TopicLanguageSheet { } => "Chủ đề theo ngôn ngữ", "Topics by language";
        CommuneCount { } => "Số xã", "Communes";
        Where { } => "Phát ở những xã (phút)", "In the communes (minutes)";
        GrowthHeading { } => "Tăng, giảm thời lượng so với kỳ so sánh", "Growth of the airtime";
        GrowthSheet { } => "Tăng, giảm", "Growth";
        GrowthOf { } => "Phân theo", "Of";
        OneCommune { } => "Xã", "Commune";
        Difference { } => "Chênh lệch (phút)", "Difference (minutes)";
        RecordingsHeading { } => "Bản ghi âm và âm lượng của từng đài", "Recordings and volume of each station";
        RecordingsSheet { } => "Bản ghi âm, âm lượng", "Recordings and volume";
        OnTheLine { } => "Số lượt đã phát", "Airings on the line";
        LowVolumeAirings { } => "Số lượt âm lượng thấp", "Airings at low volume";
        LowVolumeMinutes { } => "Thời lượng âm lượng thấp (phút)", "Minutes at low volume";
        LowVolumeRule { percent: String } =>
            "Âm lượng thấp: từ 1% đến {percent}% theo cài đặt của đài (mặc định là 80%). Các lượt này vẫn được tính là đã phát.",
            "Low volume: 1% to {percent}% in the station's settings (80% is usual). These airings count as aired all the same.";
        MissesHeading { } => "Các lượt không phát trọn vẹn: lý do, giải trình, kết luận", "Airings not aired in full: reason, explanation, answer";
        MissesSheet { } => "Lượt không trọn vẹn", "Not aired in full";
        MissesRule { } =>
            "Trước hết là giải trình chờ kết luận, rồi các lượt chưa có giải trình, rồi các lượt đã có kết luận; lượt mới nhất ở trên.",
            "First the explanations that wait for an answer, then the airings without an explanation, then those that are answered; the newest first.";
        DueHeading { } => "Nộp nhật ký: hạn nộp và ngày nhận", "Logs that were due, and when they came";
        DueSheet { } => "Hạn nộp nhật ký", "Logs due";
        Due { } => "Hạn nộp", "Due";
        ReceivedOn { } => "Ngày nhận đủ", "Received";
        DueState { } => "Tình trạng", "State";
        Explained { } => "Số lượt có giải trình", "Explained airings";
        Unanswered { } => "Số giải trình chờ kết luận", "Unanswered";
        InTime { } => "đúng hạn", "in time";
        Late { days: DayCount } => "trễ {days} ngày", "{days} late";
        Missing { days: DayCount } => "CHƯA NỘP, quá hạn {days} ngày", "MISSING, {days} overdue";
        NotDueYet { } => "chưa đến hạn", "not due yet";
        EnrolledLater { } => "đài ghi danh sau hạn nộp", "enrolled after that";
        DueRule { days: DayCount } =>
            "Tháng báo cáo hết ngày 14, hạn nộp sau đó {days} ngày. Ngày nhận đủ là ngày Sở xác nhận phần nhật ký vượt qua tháng đó.",
            "A reporting month ends on the 14th, and its log is due {days} after it. It counts as received when the department has countersigned a log that goes beyond the month.";
        WorkListHeading { date: String } => "Việc cần làm của Sở (tính đến {date})", "What the department must do (as of {date})";
        WorkListSheet { } => "Việc cần làm", "Work list";
        MoreDuties { rows: String, store: String } =>
            "Còn {rows} việc nữa; xem đủ bằng loa stations {store} --todo.",
            "More to do: {rows}; see all of it with loa stations {store} --todo.";
        CampaignLine { title: String } => "Chiến dịch: {title}", "Campaign: {title}";
        ReferenceLine { reference: String } => "Thực hiện {reference}", "By {reference}";
        OnlyCampaignLine { } =>
            "Chỉ tính các lượt thuộc chiến dịch này; trong thời gian này không có lượt nào khác.",
            "Only airings of this campaign count; there are no others in this period.";
        LeftOutLine { airings: String, minutes: String } =>
            "Chỉ tính các lượt thuộc chiến dịch này; không tính {airings} lượt khác theo kế hoạch ({minutes} phút đã phát), thuộc chiến dịch khác hoặc không thuộc chiến dịch nào.",
            "Only airings of this campaign count; left out, because they count towards another campaign or none: {airings} planned airings ({minutes} minutes aired).";
        UnknownCampaign { id: String, known: String } =>
            "lỗi: không có chiến dịch “{id}”. Các chiến dịch đã biết: {known}.",
            "error: there is no campaign `{id}`. Known campaigns: {known}.";
        NoCampaignKnown { id: String } =>
            "lỗi: không có chiến dịch “{id}”: chưa nhật ký nào đã thu nhận nhắc đến chiến dịch, và targets.toml đã chấp nhận cũng không ghi chiến dịch nào.",
            "error: there is no campaign `{id}`: no collected log names any, and the accepted targets.toml defines none.";
        PunctualityLine { half: String, most: String, max: String } =>
            "Đúng giờ: 95% số lượt đã phát bắt đầu trễ không quá {most} so với kế hoạch (một nửa: không quá {half}; trễ nhất: {max}).",
            "Punctuality: 95% of the aired airings started at most {most} late (half of them: at most {half}; the latest: {max}).";
        Seconds { seconds: String } => "{seconds} giây", "{seconds} s";
        MinutesSeconds { minutes: String, seconds: String } => "{minutes} phút {seconds} giây", "{minutes} min {seconds} s";
        HoursMinutes { hours: String, minutes: String } => "{hours} giờ {minutes} phút", "{hours} h {minutes} min";
    }
}
