//! Sentences about closed periods and their addenda.
use super::count::{FileCount, Grouped, RowCount, StationCount};
use super::journal::IncidentText;
use super::proof::FaultText;
use super::texts;

texts! {
    /// Faults of the kept files of a closed period.
    pub enum ClosingFaultText {
        FolderMissing { } => "mọi tệp đã chốt không còn trong kho", "all closed files are gone from the store";
        FileMissing { name: String } => "tệp {name} không còn trong kho", "the file {name} is gone from the store";
        FileAltered { name: String } => "tệp {name} đã bị sửa sau khi chốt", "the file {name} was changed after the closing";
        FileUnreadable { name: String } =>
            "ở chỗ tệp {name} là một liên kết, thư mục hoặc thứ không đọc được",
            "in the place of the file {name} there is a link, a folder or something unreadable";
        UnknownFile { name: String } =>
            "{name} không thuộc bản chốt: có người đã đặt vào",
            "{name} does not belong to the closing: somebody has put it there";
        ClosedTwice { entries: String } =>
            "sổ thu nhận chốt kỳ này hơn một lần (thêm ở dòng {entries}); chỉ lần đầu có giá trị",
            "the journal closes this period more than once (again in entry {entries}); only the first one counts";
        Leftover { folder: String } =>
            "{folder} không có trong sổ thu nhận: lần chốt bị ngắt giữa chừng, hoặc có người đã đặt vào; không có giá trị",
            "{folder} is not in the journal: a closing was interrupted, or somebody has put it there; it does not count";
    }
}

texts! {
    /// Why numbers differ from the closed ones.
    pub enum CauseText {
        LaterEntries { station: String, entries: String } =>
            "{station}: nhật ký nộp sau khi chốt, thêm {entries} dòng",
            "{station}: its log arrived after the closing, {entries} more entries";
        NewLog { station: String, entries: String } =>
            "{station}: nhật ký lần đầu được tính, {entries} dòng",
            "{station}: a log that had not been counted, {entries} entries";
        LogGone { station: String } =>
            "{station}: nhật ký đã được tính khi chốt nay không còn được tính",
            "{station}: a log that was counted is not counted any more";
        PlansArrived { station: String, plans: String } =>
            "{station}: tệp kế hoạch nộp sau khi chốt ({plans} tệp)",
            "{station}: files of plans arrived after the closing ({plans})";
        Renamed { closed: String, now: String } =>
            "sổ đài đổi tên “{closed}” thành “{now}”",
            "renamed in the registry from {closed} to {now}";
        Moved { station: String } => "{station}: sổ đài đổi địa bàn", "{station}: its place in the registry was changed";
        StationAdded { station: String } => "{station}: đài mới có trong sổ đài", "{station}: added to the registry";
        StationRemoved { station: String } => "{station}: không còn trong sổ đài", "{station}: removed from the registry";
        RegistryLog { station: String } =>
            "{station}: sổ đài đổi nhật ký của đài (khoá, ngày ghi danh, thứ tự hoặc việc lộ khoá)",
            "{station}: the registry has other logs of the station (keys, dates of enrolment, their order, or exposed keys)";
        Targets { } => "chỉ tiêu của Sở đã đổi", "the department's targets were changed";
        StatedRows { } => "có thêm hoặc bớt tệp tự khai", "files of stated rows were added, or are not counted any more";
        Program { closed: String, now: String } =>
            "phiên bản loa khác: khi chốt {closed}, nay {now}",
            "another version of loa: {closed} at the closing, {now} now";
        Unknown { } => "chưa rõ lý do", "the reason is not known";
    }
}

texts! {
    /// What the commands and the reports say about closed periods.
    pub enum ClosingText {
        Usage { } =>
            "Viết loa close KHO --period quarter --made-by 'CHỨC DANH' --checked-by 'CHỨC DANH' (hai chức danh khác nhau, không phải tên người); hoặc --list, --show, --recount, --addendum.",
            "Write loa close STORE --period quarter --made-by POST --checked-by POST (two different posts, not names of people), or --list, --show, --recount, --addendum.";
        SamePost { } =>
            "Người lập và người kiểm tra phải là hai chức danh khác nhau.",
            "Who has made the report and who has checked it must be two different posts.";
        PostTooLong { limit: u64 } =>
            "Chức danh dài quá: nhiều nhất {limit} ký tự.",
            "A post is too long: at most {limit} characters.";
        NotEnded { until: String } =>
            "Chưa chốt được: kỳ này đến hết ngày {until} mới kết thúc.",
            "Not closed: the period ends only with {until}.";
        ClosedBefore { dates: String, at: String, period: String, store: String } =>
            "Kỳ {dates} đã chốt lúc {at}; số đã chốt không bao giờ bị ghi đè. Xem: loa close {store} --show {period}. Phần thay đổi từ đó: loa close {store} --addendum {period}",
            "{dates} was closed on {at}; closed numbers are never overwritten. To see them: loa close {store} --show {period}. What has changed since: loa close {store} --addendum {period}";
        Refused { } => "Chưa chốt gì.", "Nothing was closed.";
        NotConfirmed { } =>
            "Chưa chốt gì. Thêm --yes để chốt mà không hỏi.",
            "Nothing was closed. Add --yes to close without being asked.";
        LogFaulty { origin: String, fault: FaultText } =>
            "Chưa chốt được: nhật ký {origin} trong kho không còn như đã thu nhận ({fault}).",
            "Not closed: the log {origin} in the store is not as it was collected ({fault}).";
        RegistryNotAccepted { store: String } =>
            "Chưa chốt được: sổ đài có thay đổi chưa ai chấp nhận. Gợi ý: loa enrol --accept --store {store}",
            "Not closed: the registry has changes that nobody has accepted. Hint: loa enrol --accept --store {store}";
        TargetsNotAccepted { store: String } =>
            "Chưa chốt được: targets.toml trong kho không phải bản đã chấp nhận. Gợi ý: loa target accept {store}",
            "Not closed: targets.toml in the store is not the accepted one. Hint: loa target accept {store}";
        StatedDisputed { names: String } =>
            "Chưa chốt được: tệp tự khai bị sửa, bị bỏ hoặc không do máy này thêm: {names}",
            "Not closed: files of stated rows were changed, removed or not added on this machine: {names}";
        JournalFaulty { store: String } =>
            "Chưa chốt được: sổ thu nhận trong kho không như máy này đã ghi. Gợi ý: chạy loa collect trước (kho {store})",
            "Not closed: the journal in the store is not as this machine has written it. Hint: run loa collect first (store {store})";
        ChangedMeanwhile { } =>
            "Chưa chốt: trong lúc hỏi, kho, sổ đài hoặc sổ thu nhận đã thay đổi. Chạy lại lệnh.",
            "Not closed: the store, its registry or its journal has changed in the meantime. Run the command again.";
        Preview { dates: String, made_by: String, checked_by: String } =>
            "Chốt kỳ {dates}. Người lập: {made_by}. Người kiểm tra: {checked_by}.",
            "Closing {dates}. Made by: {made_by}. Checked by: {checked_by}.";
        OpenStations { stations: Grouped<StationCount>, names: String } =>
            "Còn bỏ ngỏ: {stations} đài thiếu nhật ký trong kỳ: {names}",
            "Still open: {stations} without a log on some days: {names}";
        OpenExplanations { count: String } =>
            "Còn bỏ ngỏ: {count} giải trình của đài chưa có kết luận (loa answer).",
            "Still open: explanations of stations that nobody has answered (loa answer): {count}.";
        OpenIncidents { count: String } =>
            "Còn bỏ ngỏ: {count} sự việc chưa làm rõ (loa stations KHO --todo).",
            "Still open: incidents that are not settled (loa stations STORE --todo): {count}.";
        NothingOpen { } => "Không còn gì bỏ ngỏ trong kỳ.", "Nothing is open in the period.";
        Question { } =>
            "Chốt thì số liệu kỳ này giữ nguyên mãi; nhật ký đến sau chỉ vào phụ lục. Chốt? (có/không) ",
            "From then on the numbers stay; later logs only go into an addendum. Close the period? (yes/no) ";
        Closed { dates: String, folder: String, files: Grouped<FileCount> } =>
            "Đã chốt kỳ {dates}: {files} tệp trong {folder}, mã băm của từng tệp trong sổ thu nhận của Sở.",
            "Closed {dates}: {files} in {folder}, the hash of each in the department's journal.";
        LeftoverSetAside { folder: String } =>
            "Lần chốt trước bị ngắt giữa chừng; các tệp của nó được chuyển sang {folder}.",
            "An earlier closing was interrupted; its files were moved to {folder}.";
        NoClosing { } => "Kho này chưa chốt kỳ nào.", "No period of this store is closed.";
        NoSuchClosing { period: String, known: String } =>
            "Chưa chốt kỳ nào như “{period}”. Các kỳ đã chốt: {known}",
            "No closed period matches {period}. Closed periods: {known}";
        ManyClosings { period: String, known: String } =>
            "“{period}” có trong nhiều kỳ đã chốt; ghi rõ một kỳ: {known}",
            "Several closed periods contain {period}; name one of them: {known}";
        Period { } => "Kỳ", "Period";
        At { } => "Chốt lúc", "Closed on";
        MadeBy { } => "Người lập", "Made by";
        CheckedBy { } => "Người kiểm tra", "Checked by";
        Files { } => "Số tệp", "Files";
        Addenda { } => "Số phụ lục", "Addenda";
        State { } => "Tình trạng", "State";
        Whole { } => "toàn vẹn", "whole";
        NotWhole { } => "CÓ LỖI", "FAULTY";
        Fault { period: String, fault: ClosingFaultText } =>
            "BẢN CHỐT {period}: {fault}.",
            "CLOSING {period}: {fault}.";
        StoreFault { fault: ClosingFaultText } => "THƯ MỤC CHỐT KỲ: {fault}.", "CLOSINGS: {fault}.";
        NoSuchFile { name: String } => "Bản chốt này không có tệp {name}.", "This closing has no file {name}.";
        NotShown { name: String } =>
            "Không in: tệp {name} không còn như lúc chốt.",
            "Not shown: the file {name} is not as it was closed.";
        ClosedLine { at: String, made_by: String, checked_by: String } =>
            "Kỳ này đã chốt lúc {at} (người lập: {made_by}; người kiểm tra: {checked_by}).",
            "This period was closed on {at} (made by: {made_by}; checked by: {checked_by}).";
        ClosingLine { date: String, made_by: String, checked_by: String } =>
            "Số liệu chốt kỳ ngày {date} (người lập: {made_by}; người kiểm tra: {checked_by}).",
            "Numbers closed on {date} (made by: {made_by}; checked by: {checked_by}).";
        SameNumbers { } => "Số liệu dưới đây bằng số đã chốt.", "The numbers below equal the closed ones.";
        OtherNumbers { rows: Grouped<RowCount>, store: String, period: String } =>
            "Số liệu dưới đây KHÁC số đã chốt ở {rows} dòng; xem từng chỗ: loa close {store} --addendum {period}",
            "The numbers below DIFFER from the closed ones in {rows}; to see each: loa close {store} --addendum {period}";
        NotComparable { store: String, period: String } =>
            "Báo cáo này chỉ tính một chiến dịch hoặc có thêm kỳ so sánh, nên không đối chiếu với số đã chốt. Xem bản đã chốt: loa close {store} --show {period}",
            "This report is about one campaign, or has a compared range too, so it was not compared with the closed numbers. To see these: loa close {store} --show {period}";
        FaultyClosing { store: String } =>
            "BẢN CHỐT CÓ LỖI, chưa so được với số đã chốt: loa close {store} --list",
            "THE CLOSING IS FAULTY, so the numbers were not compared with it: loa close {store} --list";
        RecountEqual { tables: String } =>
            "ĐẾM LẠI: khớp từng byte với số đã chốt ở cả {tables} bảng, từ các dòng nhật ký dưới điểm kiểm đã chốt, với sổ đài và chỉ tiêu đã chốt.",
            "RECOUNT: equal to the closed numbers byte for byte, in all {tables} tables, from the entries under the closed heads, with the closed registry and targets.";
        RecountColumns { name: String } =>
            "{name}: mọi cột đã chốt bằng nhau; phiên bản loa này có thêm cột.",
            "{name}: all closed columns are equal; this version of loa has more columns.";
        RecountUnreadable { name: String } =>
            "{name}: bảng đã chốt hoặc bảng đếm lại không đọc được, nên CHƯA SO ĐƯỢC.",
            "{name}: the closed table, or the one counted again, cannot be read, so they were NOT COMPARED.";
        RecountArranged { name: String } =>
            "{name}: cùng các số, nhưng KHÁC thứ tự hàng, số hàng trùng, cột hoặc cách ghi.",
            "{name}: the same numbers, but the order of the rows or columns, or the notation, is DIFFERENT.";
        RecountDiffers { name: String, rows: Grouped<RowCount> } =>
            "{name}: KHÁC số đã chốt ở {rows} dòng.",
            "{name}: DIFFERS from the closed numbers in {rows}.";
        RecountRow { key: String, column: String, closed: String, now: String } =>
            "  {key}: {column} đã chốt {closed}, đếm lại {now}",
            "  {key}: {column} closed {closed}, recounted {now}";
        RecountLogFault { origin: String, fault: FaultText } =>
            "ĐẾM LẠI: kho không còn đủ nhật ký {origin} như lúc chốt ({fault}).",
            "RECOUNT: the store no longer has the log {origin} as it was closed ({fault}).";
        RecountImpossible { } =>
            "Không đếm lại được: tệp đầu vào của bản chốt bị mất, bị sửa, hoặc do phiên bản loa mới hơn ghi.",
            "The recount is not possible: inputs of the closing are missing, changed, or written by a later version of loa.";
        AddendumTitle { number: u64 } => "PHỤ LỤC ĐIỀU CHỈNH SỐ {number}", "ADDENDUM No. {number}";
        UnrecordedTitle { } => "PHỤ LỤC ĐIỀU CHỈNH (CHƯA GHI SỔ)", "ADDENDUM (NOT RECORDED)";
        NoSpreadsheet { } =>
            "Phụ lục có dạng text, CSV, HTML, PDF và DOCX, không có bảng tính XLSX.",
            "An addendum is text, CSV, HTML, PDF or DOCX, not a spreadsheet.";
        NothingDiffers { } =>
            "Không có số liệu nào khác số đã chốt.",
            "No number differs from the closed ones.";
        SoMuchDiffers { rows: Grouped<RowCount>, cells: String } =>
            "{rows} dòng của các bảng khác số đã chốt, {cells} ô. Số đã chốt giữ nguyên; tệp CSV của phụ lục có mọi ô.",
            "Of the tables, {rows} differ from the closed ones, in {cells} cells. The closed numbers stay; the CSV of the addendum has every cell.";
        CausesHeading { } => "Lý do", "Why";
        SinceHeading { } => "Từ khi chốt, không làm đổi số", "Since the closing, without changing a number";
        FigureColumn { } => "Chỉ số", "Figure";
        ClosedColumn { } => "Đã chốt", "Closed";
        NowColumn { } => "Hiện nay", "Now";
        ChangeColumn { } => "Chênh lệch", "Difference";
        NameColumn { } => "Tên", "Name";
        MoreLines { count: u64 } => "và {count} mục nữa", "and {count} more";
        IncidentSince { number: u64, at: String, station: String, what: IncidentText } =>
            "Sự việc số {number}, {at}, {station}: {what}",
            "Incident {number}, {at}, {station}: {what}";
        IncidentAnsweredSince { number: u64, at: String, verdict: String } =>
            "Kết luận về sự việc số {number}, {at}: {verdict}",
            "Answer to incident {number}, {at}: {verdict}";
        AiringAnsweredSince { airing: String, station: String, at: String, verdict: String } =>
            "Kết luận về giải trình lượt {airing} của {station}, {at}: {verdict}",
            "Answer to the explanation of {airing} of {station}, {at}: {verdict}";
        RecordQuestion { number: u64 } =>
            "Ghi phụ lục số {number} vào sổ thu nhận của Sở, giữ mãi? (có/không) ",
            "Record addendum {number} in the department's journal for good? (yes/no) ";
        Recorded { number: u64, folder: String } =>
            "Đã ghi phụ lục số {number}; các tệp ở {folder}.",
            "Recorded addendum {number}; its files are in {folder}.";
        NotRecordedChanged { } =>
            "Chưa ghi phụ lục: trong lúc hỏi, kho hoặc sổ thu nhận đã thay đổi. Chạy lại lệnh.",
            "The addendum was not recorded: the store or its journal has changed in the meantime. Run the command again.";
        NotRecorded { } => "Chưa ghi phụ lục. Thêm --yes để ghi mà không hỏi.", "The addendum was not recorded. Add --yes to record it without being asked.";
        JournalLine { number: u64, at: String, dates: String, files: FileCount } =>
            "dòng {number}, {at}: chốt kỳ {dates}, {files} tệp",
            "entry {number}, {at}: closed {dates}, {files}";
    }
}
