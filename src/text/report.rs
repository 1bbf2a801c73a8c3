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
        CutPeriod { dates: String } => "{dates} (không trọn kỳ)", "{dates} (cut: not a whole period)";
        ByDay { } => "Theo ngày", "By day";
        ByPeriod { } => "Theo kỳ báo cáo", "By reporting period";
        ByCommuneTopic { } => "Theo xã và chủ đề (phút)", "By commune and topic (minutes)";
        ByCommuneTopicLanguage { } =>
            "Theo xã, ngôn ngữ và chủ đề (phút)",
            "By commune, language and topic (minutes)";
        Airings { } => "Các lượt phát", "Airings";
        MissedSheet { } => "Không phát và phát một phần", "Missed and partial";
        EvidenceHeading { } => "Bằng chứng", "Evidence";
        UnloggedHeading { } => "Các đài không có nhật ký trong một số ngày", "Stations without a log on some days";
        ReasonsHeading { } => "Lý do không phát hoặc phát một phần", "Why airings were missed or partial";
        Station { } => "Đài", "Station";
        StationId { } => "Mã đài", "Station id";
        Topic { } => "Chủ đề", "Topic";
        NoTopic { } => "Không thuộc chủ đề nào", "No topic";
        StorePlaceholder { } => "KHO", "STORE";
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
        Planned { } => "Số lượt theo kế hoạch", "Airings planned";
        Aired { } => "Số lượt phát trọn vẹn", "Aired in full";
        Partial { } => "Số lượt phát một phần", "Aired in part";
        Missed { } => "Số lượt không phát", "Not aired";
        Level0 { } => "Không có thiết bị ra loa (chạy thử)", "No sound device (trial run)";
        Unknown { } => "Chưa có kết quả", "No outcome yet";
        PlannedMinutes { } => "Thời lượng kế hoạch (phút)", "Minutes planned";
        PlayedMinutes { } => "Thời lượng thực phát (phút)", "Minutes aired";
        PlannedLength { } => "Thời lượng kế hoạch", "Length planned";
        PlayedLength { } => "Thời lượng thực phát", "Length aired";
        SharesOfPlan { } => "Tỷ lệ theo kế hoạch (thời lượng / số lượt)", "Share of the plan (time / count)";
        SharesOfKnown { } =>
            "Tỷ lệ theo phần đã có kết quả (thời lượng / số lượt)",
            "Share of what is known (time / count)";
        SharePlanTime { } => "Tỷ lệ thời lượng theo kế hoạch", "Share of the plan, by time";
        SharePlanCount { } => "Tỷ lệ số lượt theo kế hoạch", "Share of the plan, by count";
        ShareKnownTime { } => "Tỷ lệ thời lượng theo phần đã có kết quả", "Share of what is known, by time";
        ShareKnownCount { } => "Tỷ lệ số lượt theo phần đã có kết quả", "Share of what is known, by count";
        Growth { } => "Tăng, giảm thời lượng", "Growth of the minutes";
        LogsMissing { } => "– (thiếu nhật ký)", "– (logs missing)";
        BeforeMinutes { } => "Thời lượng thực phát kỳ so sánh (phút)", "Minutes aired before";
        Late { } => "Trễ: một nửa số lượt / 95% số lượt / nhiều nhất (giây)", "Late: half of them / 95% / most (s)";
        LateHalf { } => "Trễ của một nửa số lượt, đến (giây)", "Late, half of them up to (s)";
        LateMost { } => "Trễ của 95% số lượt, đến (giây)", "Late, 95% up to (s)";
        LateMax { } => "Trễ nhiều nhất (giây)", "Late, at most (s)";
        LateSeconds { } => "Trễ (giây)", "Late (s)";
        Unplanned { } => "Số lượt ngoài kế hoạch", "Unplanned airings";
        UnplannedMinutes { } => "Thời lượng ngoài kế hoạch (phút)", "Unplanned minutes";
        Total { } => "Tổng cộng", "Total";
        DaysWithLog { } => "Số ngày-đài có nhật ký", "Station-days with a log";
        DaysWithLogBoth { } => "Số ngày-đài có nhật ký (kỳ này; kỳ so sánh)", "Station-days with a log (now; before)";
        StationDays { } => "Số ngày-đài", "Station-days";
        DaysWithLogBefore { } => "Số ngày-đài có nhật ký kỳ so sánh", "Station-days with a log before";
        StationDaysBefore { } => "Số ngày-đài kỳ so sánh", "Station-days before";
        Days { } => "Số ngày", "Days";
        UnloggedDates { } => "Những ngày", "Which days";
        Result { } => "Kết quả", "Outcome";
        PlannedAt { } => "Giờ phát theo kế hoạch", "Planned at";
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
        LowVolumeMinutes { } => "Thời lượng phát ở âm lượng thấp (phút)", "Minutes at low volume";
        UnloggedAirings { } =>
            "Số lượt ước tính của những ngày không có nhật ký",
            "Airings estimated for days without a log";
        UnloggedMinutes { } =>
            "Thời lượng ước tính của những ngày không có nhật ký (phút)",
            "Minutes estimated for days without a log";
        UnloggedAiringsLine { count: Grouped<AiringCount>, minutes: String } =>
            "Theo các kế hoạch gần nhất đã biết, những ngày đó lẽ ra có {count} lượt ({minutes} phút); tỷ lệ theo kế hoạch coi những lượt này là chưa phát.",
            "By the last known plans, those days would have had {count} ({minutes} minutes); the share of the plan counts them as not aired.";
        NoEstimateLine { stations: Grouped<StationCount>, days: Grouped<DayCount> } =>
            "Trong đó {days} ngày của {stations} đài không có kế hoạch nào trong 60 ngày trước đó để ước tính, nên tỷ lệ theo kế hoạch chưa gồm những ngày này.",
            "No plan of the 60 days before is known for {days} of {stations}, so the share of the plan does not include these days.";
        EarlierLengthLine { count: Grouped<AiringCount> } =>
            "{count} lượt thiếu tệp nên kế hoạch không ghi thời lượng; các tỷ lệ dùng thời lượng đã biết gần nhất của mục đó.",
            "Planned without a length, because the file was missing: {count}; the shares use the last known length.";
        NoLengthLine { count: Grouped<AiringCount> } =>
            "{count} lượt không biết thời lượng là bao nhiêu: chỉ tính vào tỷ lệ theo số lượt, không tính vào tỷ lệ theo thời lượng.",
            "Of unknown length: {count}, which only the shares by count include.";
        NotComparableLine { share: String, earlier_share: String } =>
            "Không ghi tỷ lệ tăng, giảm ở nơi số ngày có nhật ký của hai kỳ chênh nhau quá một phần mười (toàn bộ: kỳ này {share}, kỳ so sánh {earlier_share}).",
            "There is no growth in per cent where the days with a log differ by more than a tenth (in all: {share} now, {earlier_share} before).";
        UnvouchedMinutes { } =>
            "Thời lượng phát theo đồng hồ không ai xác nhận (phút)",
            "Minutes by a clock nobody vouched for";
        UnvouchedLine { count: Grouped<AiringCount>, minutes: String, days: Grouped<DayCount> } =>
            "Trong số đã phát, {count} lượt ({minutes} phút) được ghi theo đồng hồ không ai xác nhận; Sở đã thấy chúng trong vòng {days} ngày sau giờ ghi.",
            "Aired, but timed by a clock that nobody vouched for: {count} ({minutes} minutes); the department saw them within {days} of their logged times.";
        UnvouchedUncosignedLine { count: Grouped<AiringCount>, minutes: String } =>
            "Trong số đã phát, {count} lượt ({minutes} phút) được ghi theo đồng hồ không ai xác nhận, và Sở chưa xác nhận lượt nào.",
            "Aired, but timed by a clock that nobody vouched for: {count} ({minutes} minutes), none of them countersigned yet.";
        SeenLine { days: Grouped<DayCount> } =>
            "Mọi lượt đã phát và được Sở xác nhận đều đã được Sở thấy trong vòng {days} ngày sau giờ ghi trong nhật ký.",
            "The department saw every countersigned airing within {days} of its logged time.";
        EarlyLine { count: Grouped<AiringCount>, minutes: String, days: Grouped<DayCount> } =>
            "Trong số đã phát, {count} lượt ({minutes} phút) có trước khi nhật ký được ghi danh, sớm nhất là {days} ngày; chúng vẫn được tính.",
            "Aired before the enrolment of the log, by up to {days}: {count} ({minutes} minutes), counted all the same.";
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
        ChartWeeks { } => "Thời lượng thực phát theo chủ đề, từng tuần (phút)", "Minutes aired by topic, week by week";
        ChartGrowth { } =>
            "Thời lượng thực phát theo chủ đề: kỳ so sánh và kỳ này (phút)",
            "Minutes aired by topic: then and now";
        Before { } => "Kỳ so sánh", "Before";
        Now { } => "Kỳ này", "Now";
        Other { } => "Khác", "Other";
        CoverageLine { logged: String, stations: Grouped<StationCount>, days_with_log: String, station_days: String, share: String } =>
            "{logged}/{stations} đài có nhật ký; {days_with_log}/{station_days} ngày-đài, {share}.",
            "Logs from {logged} of {stations}; {days_with_log} of {station_days} station-days, {share}.";
        EarlierCoverageLine { logged: String, stations: Grouped<StationCount>, days_with_log: String, station_days: String, share: String } =>
            "Kỳ so sánh: {logged}/{stations} đài có nhật ký; {days_with_log}/{station_days} ngày-đài, {share}.",
            "Compared period: logs from {logged} of {stations}; {days_with_log} of {station_days} station-days, {share}.";
        SummaryLine {
            planned: Grouped<AiringCount>, aired: String, plan_time: String, plan_count: String, known_time: String,
            known_count: String,
        } =>
            "{planned} lượt theo kế hoạch, {aired} lượt phát trọn vẹn. Đã phát {plan_time} thời lượng và {plan_count} số lượt theo kế hoạch (kể cả lượt chưa có kết quả và ước tính của những ngày không có nhật ký); {known_time} thời lượng và {known_count} số lượt của phần đã có kết quả.",
            "{planned} planned, {aired} aired in full. Aired of the plan, with what has no outcome yet and the estimate for days without a log: {plan_time} of the time, {plan_count} of the airings; of what is known: {known_time} of the time, {known_count} of the airings.";
        SummaryCountLine { planned: Grouped<AiringCount>, aired: String, plan_count: String, known_count: String } =>
            "{planned} lượt theo kế hoạch, {aired} lượt phát trọn vẹn: {plan_count} số lượt theo kế hoạch, {known_count} số lượt của phần đã có kết quả. Không biết thời lượng của lượt nào.",
            "{planned} planned, {aired} aired in full: {plan_count} of the airings in the plan, {known_count} of those that are known. No length is known.";
        NoOutcomeLine { planned: Grouped<AiringCount>, estimated: String } =>
            "{planned} lượt theo kế hoạch, và ước tính {estimated} lượt của những ngày không có nhật ký. Chưa biết kết quả của lượt nào, nên chưa thể nói đã phát được bao nhiêu.",
            "{planned} planned, and an estimated {estimated} on days without a log. No outcome is known of any of them, so nobody can say how much was aired.";
        NothingPlannedLine { } =>
            "Theo những ngày đã có nhật ký, không có lượt nào trong kế hoạch.",
            "On the days with a log, nothing was planned.";
        NothingKnownLine { } =>
            "Chưa biết gì về thời gian này: chưa thu nhận được kế hoạch hay kết quả nào.",
            "Nothing is known about this period: neither a plan nor an outcome has been collected.";
        UnloggedLine { stations: Grouped<StationCount>, days: Grouped<DayCount> } =>
            "{stations} đài không có nhật ký trong tổng cộng {days} ngày; tỷ lệ theo phần đã có kết quả không tính những ngày đó.",
            "{stations} without a log for {days} in all; the share of what is known does not include these days.";
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
        ClaimCell { number: usize, result: String, seconds: String, recording: String } =>
            "nhật ký thứ {number}: {result}, {seconds} giây, bản ghi {recording}",
            "log {number}: {result}, {seconds} s, recording {recording}";
        UnplannedLine { count: Grouped<AiringCount>, minutes: String } =>
            "Ngoài kế hoạch: {count} lượt, {minutes} phút, không tính vào các con số trên.",
            "Unplanned: {count}, {minutes} minutes, not included in the figures above.";
        Limits { } =>
            "Nhật ký chứng minh thiết bị âm thanh của đài đã nhận tín hiệu (mức 1), không chứng minh loa ngoài trời đã kêu; giờ ghi là giờ của máy đài.",
            "The logs prove that the stations' sound devices took the samples (level 1), not that a loudspeaker was heard; times are by the stations' clocks.";
        Motto1 { } => "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "SOCIALIST REPUBLIC OF VIET NAM";
        Motto2 { } => "Độc lập - Tự do - Hạnh phúc", "Independence - Freedom - Happiness";
        Number { symbol: String } =>
            "Số:\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}/BC-{symbol}",
            "No.:\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}/BC-{symbol}";
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
