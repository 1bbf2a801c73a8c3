//! Sentences about the department's targets.
use super::count::{Grouped, StationCount, TargetCount, WeekCount};
use super::texts;

texts! {
    /// Headings and sentences about targets, in reports and on the terminal.
    pub enum TargetText {
        Heading { } => "So với chỉ tiêu", "Against the targets";
        Target { } => "Chỉ tiêu", "Target";
        TargetId { } => "Mã", "Id";
        Content { } => "Nội dung", "Airings that count";
        Place { } => "Nơi", "Stations";
        StationsNow { } => "Số đài hiện nay", "Stations now";
        Amount { } => "Mức giao", "Amount";
        Days { } => "Hiệu lực", "Days";
        Document { } => "Văn bản", "Document";
        WeeksBelow { } => "Số tuần dưới chỉ tiêu", "Weeks below";
        WeeksMet { } => "Số tuần đạt", "Weeks met";
        WeeksUndecided { } => "Số tuần chưa đủ nhật ký", "Weeks undecided";
        WeeksUnlogged { } => "Số tuần chưa có nhật ký", "Weeks without a log";
        WeeksCut { } => "Trong đó số tuần cắt", "Of these, cut weeks";
        Asked { } => "Chỉ tiêu giao", "Asked";
        StationPlanned { } => "Kế hoạch của đài", "Planned by the station";
        Counted { } => "Thực phát", "Aired";
        ShareOfTarget { } => "Tỷ lệ đạt", "Share";
        AllStations { } => "mọi đài trong sổ", "all stations";
        InDistrict { name: String } => "huyện, thành phố {name}", "district {name}";
        InCommune { name: String } => "xã, phường, thị trấn {name}", "commune {name}";
        OneStation { name: String } => "{name}", "{name}";
        EveryAiring { } => "mọi lượt theo kế hoạch", "every planned airing";
        OfTopic { topic: String, campaign: String } => "chủ đề {topic} ({campaign})", "topic {topic} ({campaign})";
        OfCampaign { campaign: String } => "chiến dịch {campaign}", "campaign {campaign}";
        BetweenHours { from: String, until: String } => "bắt đầu từ {from} đến trước {until}", "starting from {from} to before {until}";
        MinutesWeekly { minutes: String } => "{minutes} phút mỗi tuần", "{minutes} minutes a week";
        AiringsWeekly { airings: String } => "{airings} lượt trọn vẹn mỗi tuần", "{airings} complete airings a week";
        AiringsDaily { airings: String } => "{airings} lượt trọn vẹn mỗi ngày", "{airings} complete airings a day";
        MinutesCell { minutes: String } => "{minutes} phút", "{minutes} min";
        AiringsCell { airings: String } => "{airings} lượt", "{airings} airings";
        FromDay { from: String } => "từ {from}", "from {from}";
        OfDate { document: String, date: String } => "{document} ngày {date}", "{document} of {date}";
        BelowLine { stations: Grouped<StationCount>, names: String } =>
            "{stations} đài dưới chỉ tiêu của Sở trong ít nhất một tuần: {names}.",
            "Below a target of the department in at least one week: {stations}: {names}.";
        NobodyBelowLine { } =>
            "Không đài nào dưới chỉ tiêu của Sở trong những tuần đã đủ nhật ký.",
            "No station is below a target of the department in the weeks that the logs cover.";
        NothingJudgedLine { } =>
            "Chưa tuần nào đủ nhật ký để xét chỉ tiêu của Sở.",
            "No week has enough of a log to be compared with the department's targets.";
        UnjudgedLine { weeks: Grouped<WeekCount> } =>
            "{weeks} tuần của các đài chưa đủ hoặc chưa có nhật ký nên chưa xét được chỉ tiêu; chưa xét không có nghĩa là dưới chỉ tiêu.",
            "Not compared with a target, because the log is missing or incomplete: {weeks} of stations; that does not mean below.";
        CutLine { } =>
            "Tuần tính từ thứ hai đến chủ nhật; tuần cắt (không trọn 7 ngày trong kỳ) chỉ lấy phần chỉ tiêu của những ngày ấy. Chỉ tính lượt theo kế hoạch, không tính lượt ngoài kế hoạch.",
            "Weeks run from Monday to Sunday; a cut week (fewer than 7 days in the period) asks for the part of its days. Only planned airings count, not those outside the plan.";
        MoreRowsLine { rows: String } =>
            "Còn {rows} hàng nữa; xem đủ bằng --by target hay tệp XLSX.",
            "Rows not shown: {rows}; see them all with --by target or as XLSX.";
        NotAcceptedLine { store: String } =>
            "Tệp chỉ tiêu (targets.toml) trong kho khác với bản đã được chấp nhận trên máy này, nên báo cáo không so với chỉ tiêu. Xem lại, rồi gõ: loa target accept {store}",
            "The targets (targets.toml) in the store are not those that were accepted on this machine, so nothing is compared with them. Examine them, then type: loa target accept {store}";
        RemovedLine { store: String } =>
            "Tệp chỉ tiêu (targets.toml) đã được chấp nhận nay không còn trong kho, nên báo cáo không so với chỉ tiêu. Chép lại tệp, hoặc nếu bỏ thật thì gõ: loa target accept {store}",
            "The accepted targets (targets.toml) are gone from the store, so nothing is compared with them. Put the file back; if it was removed on purpose, type: loa target accept {store}";
        NoTargetsFile { store: String } =>
            "Kho này không có tệp chỉ tiêu: {store}. Viết tệp targets.toml trong kho (xem docs/targets.md).",
            "This store has no file of targets: {store}. Write targets.toml into the store (see docs/targets.md).";
        NoSuchFile { path: String } => "Không có tệp hay kho này: {path}", "There is no such file or store: {path}";
        FixFirst { } => "Chưa chấp nhận: sửa những lỗi ở trên trước.", "Not accepted: fix the errors above first.";
        AcceptQuestion { } => "Chấp nhận những chỉ tiêu này? Nếu đồng ý, gõ “có” rồi nhấn Enter: ", "Accept these targets? Type `yes` to agree: ";
        ForgetQuestion { } =>
            "Kho không còn tệp chỉ tiêu. Bỏ chỉ tiêu đã chấp nhận? Nếu đồng ý, gõ “có” rồi nhấn Enter: ",
            "The store no longer has targets. Forget those that were accepted? Type `yes` to agree: ";
        NotAcceptedNow { } => "Chưa chấp nhận. Thêm --yes để chấp nhận mà không hỏi.", "Not accepted. Add --yes to accept without being asked.";
        Accepted { targets: TargetCount, digest: String } =>
            "Đã chấp nhận {targets} chỉ tiêu (SHA-256 của tệp: {digest}).",
            "Accepted: {targets} (SHA-256 of the file: {digest}).";
        AcceptedBefore { digest: String } =>
            "Tệp chỉ tiêu này đã được chấp nhận trước đây (SHA-256: {digest}).",
            "These targets were accepted before (SHA-256: {digest}).";
        Forgotten { } => "Đã bỏ chỉ tiêu; báo cáo sẽ không so với chỉ tiêu nào.", "The targets are forgotten; reports compare nothing with them.";
        StateAccepted { } => "Tệp này đã được chấp nhận trên máy này.", "This file is accepted on this machine.";
        StateNotAccepted { store: String } =>
            "Tệp này chưa được chấp nhận trên máy này: báo cáo chưa dùng. Gõ: loa target accept {store}",
            "This file is not accepted on this machine, so reports do not use it. Type: loa target accept {store}";
        CampaignShown { title: String, reference: String, topics: String } =>
            "Chiến dịch: {title}; văn bản: {reference}; số chủ đề: {topics}",
            "Campaign: {title}; document: {reference}; topics: {topics}";
        TakenOutHeading { } => "Bỏ khỏi kế hoạch trước ngày phát", "Taken out of the plan before its day";
        TakenOutSheet { } => "Bỏ khỏi kế hoạch", "Taken out of plans";
        EditedOn { } => "Ngày sửa lịch", "Edited on";
        OnDates { } => "Của ngày", "For the days";
        TakenOutAirings { } => "Số lượt bỏ", "Airings taken out";
        TakenOutMinutes { } => "Số phút bỏ", "Minutes taken out";
        TakenOutLine { airings: String, minutes: String, names: String } =>
            "Trước ngày phát, các đài đã bỏ khỏi kế hoạch {airings} lượt của các chủ đề ({minutes} phút): {names}.",
            "Before their day, stations took {airings} airings of topics ({minutes} minutes) out of their plans: {names}.";
        TakenOutLimit { } =>
            "Mỗi lần sửa lịch, nhật ký chỉ ghi tác động trong 7 ngày kể từ ngày sửa; bỏ lâu hơn thì thấy ở kế hoạch của những tuần sau.",
            "For each edit, the log records the effect on the 7 days from the edit; a longer removal shows in the plans of the later weeks.";
    }
}
