//! Headings and sentences of reports.
use super::count::{AiringCount, DayCount, EntryCount, FindingCount, Grouped, LogCount, PlanCount, StationCount};
use super::plausibility::ImplausibleText;
use super::proof::FaultText;
use super::texts;

texts! {
    /// Headings and sentences of a report, in every format.
    pub enum ReportText {
        Title { } => "BÁO CÁO PHÁT THANH: KẾ HOẠCH VÀ THỰC HIỆN", "AIRTIME REPORT: PLANNED AND AIRED";
        RangeLine { dates: String } => "Thời gian: {dates}", "Period: {dates}";
        ComparedLine { dates: String } => "So với: {dates}", "Compared with: {dates}";
        Draft { } =>
            "DỰ THẢO — do loa lập từ nhật ký đã thu nhận, để người có thẩm quyền xem và ký",
            "DRAFT — made by loa from collected logs, for a person to examine and sign";
        Summary { } => "Tổng hợp", "Summary";
        ByTopic { } => "Theo chủ đề", "By topic";
        ByLanguage { } => "Theo ngôn ngữ", "By language";
        ByDistrict { } => "Theo huyện, thành phố (trước 01/7/2025)", "By district (before 1 July 2025)";
        ByCommune { } => "Theo xã, phường, thị trấn", "By commune";
        ByStation { } => "Theo đài", "By station";
        BySegment { } => "Theo mục phát", "By segment";
        ByDay { } => "Theo ngày", "By day";
        ByPeriod { } => "Theo kỳ báo cáo", "By reporting period";
        Airings { } => "Các lượt phát", "Airings";
        MissedSheet { } => "Không phát và phát một phần", "Missed and partial";
        EvidenceHeading { } => "Bằng chứng", "Evidence";
        UnloggedHeading { } => "Các đài không có nhật ký trong một số ngày", "Stations without a log on some days";
        ReasonsHeading { } => "Lý do không phát hoặc phát một phần", "Why airings were missed or partial";
        Station { } => "Đài", "Station";
        StationId { } => "Mã đài", "Station id";
        Topic { } => "Chủ đề", "Topic";
        NoTopic { } => "Không thuộc chủ đề nào", "No topic";
        CampaignAlone { campaign: String } => "{campaign}, không ghi chủ đề", "{campaign}, no topic given";
        Language { } => "Ngôn ngữ", "Language";
        District { } => "Huyện, thành phố", "District";
        Commune { } => "Xã, phường, thị trấn", "Commune";
        NoPlace { } => "Chưa khai trong sổ đài", "Not in the registry";
        Segment { } => "Mục phát", "Segment";
        Day { } => "Ngày", "Day";
        Period { } => "Kỳ", "Period";
        Reason { } => "Lý do", "Reason";
        OtherReason { } => "lý do khác", "another reason";
        Planned { } => "Kế hoạch", "Planned";
        Aired { } => "Đã phát", "Aired";
        Partial { } => "Phát một phần", "Partial";
        Missed { } => "Không phát", "Missed";
        Level0 { } => "Không ra đường âm thanh", "Not on the line";
        Unknown { } => "Chưa rõ", "Unknown";
        PlannedHours { } => "Giờ kế hoạch", "Hours planned";
        PlayedHours { } => "Giờ thực phát", "Hours aired";
        Share { } => "Tỷ lệ", "Share";
        Growth { } => "Tăng, giảm", "Growth";
        BeforeHours { } => "Giờ thực phát kỳ so sánh", "Hours aired before";
        Late { } => "Lệch giờ p50 / p95 / lớn nhất (ms)", "Late p50 / p95 / max (ms)";
        LateMs { } => "Lệch giờ (ms)", "Late (ms)";
        Unplanned { } => "Ngoài kế hoạch", "Unplanned";
        UnplannedHours { } => "Giờ ngoài kế hoạch", "Unplanned hours";
        Total { } => "Cộng", "Total";
        Days { } => "Số ngày", "Days";
        UnloggedDates { } => "Những ngày", "Which days";
        Result { } => "Kết quả", "Outcome";
        PlannedAt { } => "Giờ kế hoạch", "Planned at";
        Entry { } => "Dòng số", "Entry";
        Log { } => "Nhật ký", "Log";
        Entries { } => "Số dòng", "Entries";
        Root { } => "Giá trị băm gốc (SHA-256)", "Root (SHA-256)";
        Newest { } => "Dòng mới nhất", "Newest entry";
        Cosigned { } => "Sở xác nhận lúc (UTC)", "Countersigned at (UTC)";
        Checkpoint { } => "Điểm kiểm", "Checkpoint";
        Exposed { } => "Khoá bị lộ từ", "Keys exposed since";
        Fault { } => "Lỗi trong kho", "Fault in the store";
        NotCounted { fault: FaultText } => "KHÔNG ĐƯỢC TÍNH: {fault}", "NOT COUNTED: {fault}";
        FaultyLine { logs: Grouped<LogCount> } =>
            "{logs} nhật ký trong kho không còn như khi thu nhận và không được tính (xem phần bằng chứng).",
            "Not counted: {logs} in the store, no longer as collected (see the evidence).";
        SheetFull { } => "… còn nữa: trang tính đã hết chỗ", "... there are more: the sheet is full";
        DisputedLine { logs: Grouped<LogCount> } =>
            "{logs} nhật ký không được tính vì sổ đài (registry.toml) khác với bản đã được chấp nhận trên máy này.",
            "Not counted: {logs}, because registry.toml differs from what was accepted on this machine.";
        SharedHeading { } => "Một bản ghi âm phát cho nhiều chủ đề", "One recording under several topics";
        Recording { } => "Bản ghi âm (SHA-256)", "Recording (SHA-256)";
        Recordings { } => "Số bản ghi âm khác nhau", "Distinct recordings";
        UnloggedDayCount { } => "Số ngày không có nhật ký", "Days without a log";
        UnloggedAirings { } => "Lượt theo kế hoạch gần nhất", "Airings by the last known plans";
        UnloggedHours { } => "Giờ theo kế hoạch gần nhất", "Hours by the last known plans";
        UnloggedAiringsLine { count: Grouped<AiringCount>, hours: String, share: String } =>
            "Theo các kế hoạch gần nhất đã biết, những ngày đó lẽ ra có {count} lượt ({hours} giờ); nếu coi là không phát thì thời lượng thực phát đạt {share} kế hoạch.",
            "By the last known plans, those days would have had {count} ({hours} hours); counted as not aired, airtime on the line was {share} of the plan.";
        UnvouchedHours { } => "Giờ phát theo đồng hồ không ai xác nhận", "Hours by a clock nobody vouched for";
        UnvouchedLine { count: Grouped<AiringCount>, hours: String, days: Grouped<DayCount> } =>
            "Trong số đã phát, {count} lượt ({hours} giờ) được ghi theo đồng hồ không ai xác nhận; Sở đã thấy chúng trong vòng {days} ngày sau giờ ghi.",
            "Aired, but timed by a clock that nobody vouched for: {count} ({hours} hours); the department saw them within {days} of their logged times.";
        UnvouchedUncosignedLine { count: Grouped<AiringCount>, hours: String } =>
            "Trong số đã phát, {count} lượt ({hours} giờ) được ghi theo đồng hồ không ai xác nhận, và Sở chưa xác nhận lượt nào.",
            "Aired, but timed by a clock that nobody vouched for: {count} ({hours} hours), none of them countersigned yet.";
        SeenLine { days: Grouped<DayCount> } =>
            "Mọi lượt đã phát và được Sở xác nhận đều đã được Sở thấy trong vòng {days} ngày sau giờ ghi trong nhật ký.",
            "The department saw every countersigned airing within {days} of its logged time.";
        EarlyLine { count: Grouped<AiringCount>, hours: String, days: Grouped<DayCount> } =>
            "Trong số đã phát, {count} lượt ({hours} giờ) có trước khi nhật ký được ghi danh, sớm nhất là {days} ngày; chúng vẫn được tính.",
            "Aired before the enrolment of the log, by up to {days}: {count} ({hours} hours), counted all the same.";
        FollowsLine { station: String, entries: Grouped<EntryCount>, collected: String } =>
            "{station}: trước nhật ký này có một nhật ký {entries} dòng, trong đó Sở đã thu nhận {collected} dòng.",
            "{station}: this log follows an earlier one of {entries}; collected from it: {collected}.";
        Implausible { } => "Không thể đúng", "Implausible";
        ImplausibleLine { count: Grouped<AiringCount>, which: String } =>
            "{count} lượt không thể đã diễn ra như nhật ký ghi nên không được tính ({which}); loa verify nêu rõ từng lượt.",
            "Not counted: {count} that cannot have happened as their logs say ({which}); loa verify lists each of them.";
        FindingsLine { station: String, count: Grouped<FindingCount>, entry: String, doubt: ImplausibleText } =>
            "{station}: nhật ký có {count} điểm không thể xảy ra như vậy mà không thuộc riêng lượt phát nào, trước hết là dòng số {entry}: {doubt}.",
            "{station}: {count} in its log that cannot be true and concern no single airing; the first is entry {entry}: {doubt}.";
        FindingsCell { count: Grouped<FindingCount> } =>
            "{count} điểm không hợp lý",
            "{count} not plausible";
        UnsettledLine { station: String, folders: String } =>
            "{station}: đài từng nộp nhật ký trái với phần đã thu nhận, bằng chứng chưa giải quyết ({folders}); giữ nguyên USB, gọi đài, đừng chép đè.",
            "{station}: the station once sent a log that contradicts what was collected, and the evidence is unsettled ({folders}); keep the stick as it is, call the station, copy nothing over it.";
        EmptyPeriodLine { from: String, until: String } =>
            "Thời gian này không có lượt nào. Nhật ký đã thu nhận có kế hoạch từ {from} đến {until}: thêm --from {from} --until {until}.",
            "There are no airings in this period. The collected logs have plans from {from} to {until}: add --from {from} --until {until}.";
        UncosignedLine { count: Grouped<AiringCount> } =>
            "{count} lượt đã phát chưa được Sở xác nhận.",
            "Aired, but not countersigned yet: {count}.";
        CompiledFromKeptIndex { logs: Grouped<LogCount>, entries: Grouped<EntryCount> } =>
            "Lập từ {entries} dòng của {logs} nhật ký, đã đối chiếu với điểm kiểm; chỉ mục đúng như máy này đã ghi.",
            "Compiled from {entries} of {logs}, each checked against its signed head; the index is as this machine wrote it.";
        CompiledFromRebuiltIndex { logs: Grouped<LogCount>, entries: Grouped<EntryCount> } =>
            "Lập từ {entries} dòng của {logs} nhật ký, đã đối chiếu với điểm kiểm; chỉ mục không còn như máy này đã ghi (bị sửa, hoặc lần trước bị ngắt) nên đã được lập lại từ kho.",
            "Compiled from {entries} of {logs}, each checked against its signed head; the index was not as this machine had written it (altered, or a run was interrupted), and was rebuilt from the store.";
        NoDistrict { } => "Không có cấp huyện, hoặc chưa khai trong sổ đài", "No district, or not in the registry";
        NotCosigned { } => "chưa xác nhận", "not countersigned";
        ChartWeeks { } => "Giờ thực phát theo chủ đề, từng tuần", "Hours aired by topic, week by week";
        ChartGrowth { } => "Giờ thực phát theo chủ đề: kỳ so sánh và kỳ này", "Hours aired by topic: then and now";
        Before { } => "Kỳ so sánh", "Before";
        Now { } => "Kỳ này", "Now";
        Other { } => "Khác", "Other";
        SummaryLine { planned: Grouped<AiringCount>, aired: String, share: String } =>
            "{planned} lượt theo kế hoạch, {aired} lượt đã phát trọn vẹn; thời lượng thực phát đạt {share} kế hoạch.",
            "{planned} planned, {aired} aired whole; airtime on the line was {share} of the plan.";
        UnloggedLine { stations: Grouped<StationCount>, days: Grouped<DayCount> } =>
            "{stations} đài không có nhật ký trong tổng cộng {days} ngày; những ngày đó không được tính vào tỷ lệ nào.",
            "{stations} without a log for {days} in all; no share includes days without a log.";
        PlansMissingLine { station: String, count: Grouped<PlanCount> } =>
            "{station}: kho thiếu {count} tệp kế hoạch của đài; những ngày đó chỉ biết số lượt theo kế hoạch.",
            "{station}: the store lacks {count} of its log; where a plan is missing, only the number of planned airings is known.";
        UnknownLine { count: Grouped<AiringCount> } =>
            "{count} lượt theo kế hoạch chưa rõ kết quả: nhật ký đã thu nhận kết thúc trước đó.",
            "{count} in the plan without a known outcome yet: the collected log ends before then.";
        RepeatsLine { count: String } =>
            "{count} kết quả bị lặp lại (cùng một lượt phát có trong hai nhật ký của đài) không được tính.",
            "Repeated outcomes (the same airing in two logs of a station), not counted: {count}.";
        OverlapLine { station: String, number: usize, other: usize, from: String, until: String, days: Grouped<DayCount>, outcomes: Grouped<AiringCount>, other_outcomes: Grouped<AiringCount> } =>
            "HAI NHẬT KÝ CÙNG LÚC: {station}: nhật ký thứ {number} và thứ {other} cùng ghi từ {from} đến {until} ({days} ngày có cả hai; {outcomes} và {other_outcomes} lượt). Hỏi đài: hai máy, hay hai xã dùng chung một mã đài? Lượt trùng mã chỉ tính một lần, theo nhật ký ghi danh trước.",
            "TWO LOGS AT ONCE: {station}: logs {number} and {other} both run from {from} to {until} ({days} with both; {outcomes} and {other_outcomes}). Ask the station: do two computers or two communes use one id? An airing that both have is counted once, from the log that was enrolled first.";
        ContradictionsHeading { } => "Lượt phát mà hai nhật ký của một đài ghi khác nhau", "Airings about which two logs of a station disagree";
        ContradictionsLine { count: String, listed: usize } =>
            "{count} lượt được hai nhật ký của một đài ghi khác nhau; bảng nêu {listed} lượt đầu.",
            "Airings about which two logs of a station disagree: {count}; the table lists the first {listed}.";
        Airing { } => "Lượt phát", "Airing";
        CountedClaim { } => "Được tính", "Counted";
        OtherClaim { } => "Nhật ký kia ghi", "The other log says";
        ClaimCell { number: usize, result: String, ms: String, recording: String } =>
            "nhật ký thứ {number}: {result}, {ms} ms, bản ghi {recording}",
            "log {number}: {result}, {ms} ms, recording {recording}";
        UnplannedLine { count: Grouped<AiringCount>, hours: String } =>
            "Ngoài kế hoạch: {count} lượt, {hours} giờ, không tính vào các con số trên.",
            "Unplanned: {count}, {hours} hours, not included in the figures above.";
        Limits { } =>
            "Nhật ký chứng minh thiết bị âm thanh của đài đã nhận tín hiệu (mức 1), không chứng minh loa ngoài trời đã kêu; giờ ghi là giờ của máy đài.",
            "The logs prove that the stations' sound devices took the samples (level 1), not that a loudspeaker was heard; times are by the stations' clocks.";
        Motto1 { } => "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "SOCIALIST REPUBLIC OF VIET NAM";
        Motto2 { } => "Độc lập - Tự do - Hạnh phúc", "Independence - Freedom - Happiness";
        Number { } => "Số:\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}/BC-", "No.:\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}/BC-";
        PlaceDate { place: String, day: String, month: String, year: String } =>
            "{place}, ngày {day} tháng {month} năm {year}",
            "{place}, {day}/{month}/{year}";
        Recipients { } => "Nơi nhận:", "Recipients:";
        Signature { } => "(Ký, ghi rõ họ tên)", "(Signature, full name)";
        SignedBy { } => "NGƯỜI CÓ THẨM QUYỀN", "HEAD OF THE AGENCY";
        AgencyBlank { } => "(TÊN CƠ QUAN)", "(AGENCY)";
        PlaceBlank { } => "……", "……";
    }
}
