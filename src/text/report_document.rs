//! Headings and sentences of a report as a document that an office signs.
use super::count::ColumnCount;
use super::texts;

texts! {
    /// Headings and sentences of a report's document.
    pub enum DocumentText {
        Kind { } => "BÁO CÁO", "REPORT";
        Subject { } =>
            "Kết quả phát thanh của các đài truyền thanh cấp xã",
            "Airtime of the commune loudspeaker stations";
        CampaignSubject { campaign: String } =>
            "Kết quả phát thanh thực hiện “{campaign}”",
            "Airtime for “{campaign}”";
        DatesLine { from: String, until: String } => "Từ ngày {from} đến ngày {until}", "From {from} to {until}";
        DayLine { day: String } => "Ngày {day}", "{day}";
        ComparedDates { from: String, until: String } =>
            "(so với từ ngày {from} đến ngày {until})",
            "(compared with {from} to {until})";
        ComparedDay { day: String } => "(so với ngày {day})", "(compared with {day})";
        BasedOnLogs { } =>
            "Căn cứ nhật ký phát thanh đã thu nhận từ các đài, kết quả phát thanh trong thời gian trên như sau:",
            "From the airing logs that were collected from the stations, the airtime in this period was as follows:";
        BasedOnDocument { reference: String } =>
            "Thực hiện {reference}, căn cứ nhật ký phát thanh đã thu nhận từ các đài, kết quả phát thanh trong thời gian trên như sau:",
            "In accordance with {reference}, and from the airing logs that were collected from the stations, the airtime in this period was as follows:";
        ResultsSection { } => "Kết quả thực hiện", "Results";
        OverallPart { } => "Kết quả chung", "Overall";
        BasisPart { } => "Căn cứ và giới hạn của số liệu", "Basis and limits of the figures";
        AssessmentSection { } => "Đánh giá, nguyên nhân", "Assessment and causes";
        AssessmentPart { } => "Đánh giá", "Assessment";
        CausesPart { } => "Nguyên nhân", "Causes";
        ProposalsSection { } => "Kiến nghị, đề xuất", "Proposals";
        TopicsAndLanguages { } => "Theo chủ đề và ngôn ngữ", "By topic and language";
        SeeAnnex { annex: String } => "Chi tiết tại {annex}.", "Details: {annex}.";
        AnnexList { annexes: String } => "Số liệu chi tiết kèm theo: {annexes}.", "Detailed figures attached: {annexes}.";
        AnnexEntry { annex: String, title: String } => "{annex} ({title})", "{annex} ({title})";
        ClosingSentence { } => "Trên đây là báo cáo kết quả phát thanh của các đài truyền thanh cấp xã./.", "This is the report on the airtime of the commune loudspeaker stations.";
        AnnexNote { symbol: String, agency: String } =>
            "(Kèm theo Báo cáo số:\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}/BC-{symbol} ngày\u{a0}…… tháng\u{a0}…… năm\u{a0}…… của {agency})",
            "(Attached to report no.\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}/BC-{symbol} of {agency})";
        ColumnsLeftOut { count: ColumnCount } =>
            "(Màn hình hẹp nên bỏ bớt {count} cột; xem đủ bằng cửa sổ rộng hơn, hay --format csv, xlsx.)",
            "(Left out on this narrow screen: {count}; see all in a wider window, or with --format csv or xlsx.)";
        CosignedAt { } => "Sở xác nhận lúc (giờ Việt Nam)", "Countersigned at (UTC+7)";
        DetailsTitle { station: String } => "{station}: từng ngày", "{station}: day by day";
        CutWeek { } => "* tuần không trọn: chưa đủ 7 ngày trong kỳ báo cáo", "* cut week: fewer than 7 of its days are in the period";
    }
}
