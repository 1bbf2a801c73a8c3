//! Sentences of the department's commands, and of `loa push`.
use super::count::{AiringCount, ChangeCount, DayCount, EntryCount, FileCount, LogCount, RowCount};
use super::plausibility::PlausibilityText;
use super::proof::FaultText;
use super::texts;

texts! {
    /// Reasons why nothing is known about a day of a station.
    pub enum UnknownDayText {
        NeverCollected { } =>
            "Sở chưa thu nhận nhật ký nào của đài này (đài chưa nộp, hoặc nhật ký bị từ chối)",
            "no log of this station was ever collected (it sent none, or its log was refused)";
        LogNotCounted { fault: FaultText } =>
            "nhật ký của đài này không được tính: {fault}",
            "the log of this station is not counted: {fault}";
        OutsideLog { from: String, until: String } =>
            "nhật ký đã thu nhận của đài này chỉ có kế hoạch từ ngày {from} đến {until}",
            "the collected log of this station has plans only from {from} to {until}";
        NoPlanOfDay { } =>
            "nhật ký đã thu nhận không có kế hoạch của ngày này",
            "the collected log has no plan for this day";
        NoPlans { } =>
            "nhật ký đã thu nhận chưa có kế hoạch nào",
            "the collected log has no plan yet";
    }
}

texts! {
    /// Headings, states and sentences of the department's commands.
    pub enum DepartmentText {
        Station { } => "Đài", "Station";
        New { } => "Dòng mới", "New";
        Entries { } => "Tổng số dòng", "Entries";
        Span { } => "Dòng mới từ – đến (giờ của đài)", "New entries from – to (station's clock)";
        Source { } => "Nguồn", "Source";
        State { } => "Tình trạng", "State";
        Whole { } => "toàn vẹn, đã xác nhận", "whole, countersigned";
        Old { size: u64 } => "bản cũ ({size} dòng) của nhật ký đã thu nhận; nếu đài vừa mới xuất ra thì nhật ký ở đài đã bị lùi", "an older copy ({size} entries) of what was collected; if the station has only just exported it, its log was rolled back";
        Plausibility { text: PlausibilityText } => "{text}", "{text}";
        WholeWithFault { fault: FaultText } => "toàn vẹn, nhưng {fault}", "whole, but {fault}";
        NotReturned { detail: String } =>
            "toàn vẹn, nhưng không ghi được xác nhận trở lại nguồn: {detail}",
            "whole, but the countersignature could not be written back: {detail}";
        Tampered { fault: FaultText } => "PHÁT HIỆN DỮ LIỆU BỊ THAY ĐỔI: {fault}", "TAMPERED: {fault}";
        RolledBack { fault: FaultText } => "BỊ QUAY LUI: {fault}", "ROLLED BACK: {fault}";
        Forked { fault: FaultText } => "BỊ RẼ NHÁNH: {fault}", "FORK: {fault}";
        NoProof { fault: FaultText } => "TỪ CHỐI: {fault}", "REFUSED: {fault}";
        NothingRead { } =>
            "không có dòng mới; các dòng cũ đã thu nhận không đọc lại",
            "nothing new; the collected entries were not read again";
        NothingNew { } => "đã đọc lại toàn bộ, không có dòng mới", "read again from the first entry, nothing new";
        Unfinished { } => "bản gửi còn dở dang; phần còn lại sẽ được thu nhận lần sau", "the export was not finished; the rest will be collected next time";
        FalseStationName { station: String, fault: FaultText } =>
            "TỪ CHỐI: mang tên đài “{station}”, nhưng {fault}",
            "REFUSED: it claims to be {station}, but {fault}";
        WitnessBusy { } =>
            "Máy này đang thu nhận ở một lệnh khác; hãy đợi lệnh đó xong.",
            "Another collection is running on this machine; wait until it finishes.";
        UnknownKey { } => "KHOÁ LẠ: nhật ký chưa được ghi danh", "UNKNOWN KEY: this log is not enrolled";
        UnknownDisk { } =>
            "KHOÁ LẠ: đài này đã có nhật ký khác; hỏi đài: đã thay ổ đĩa, hay là xã khác dùng nhầm mã đài?",
            "UNKNOWN KEY: the station already has another log; ask it: was its disk replaced, or does another commune use its id?";
        EnrolHint { place: String } =>
            "gợi ý: xem khoá bằng loa key show {place}, gọi điện cho đài để so dấu nhận dạng, rồi loa enrol KHOÁ --store KHO",
            "hint: see its key with loa key show {place}, compare the fingerprint with the station by telephone, then loa enrol KEY --store STORE";
        Exposed { since: String } => "KHOÁ BỊ LỘ từ {since}", "EXPOSED KEY since {since}";
        NothingSince { at: String } => "không có gì mới từ {at}", "nothing since {at}";
        NothingEver { } => "chưa từng gửi nhật ký", "has never sent a log";
        NumberedLog { number: usize } => "nhật ký thứ {number} của đài", "log {number} of the station";
        LogsOverlap { number: usize, other: usize, from: String, until: String, days: DayCount, entries: EntryCount, other_entries: EntryCount } =>
            "HAI NHẬT KÝ CÙNG LÚC: nhật ký thứ {number} và thứ {other} của đài cùng ghi từ {from} đến {until} ({days} ngày; {entries} và {other_entries} dòng): hai máy hay hai xã dùng chung một mã đài?",
            "TWO LOGS AT ONCE: logs {number} and {other} of the station both run from {from} to {until} ({days}; {entries} and {other_entries}): do two computers or two communes use one id?";
        Call { contact: String } => "gọi {contact}", "call {contact}";
        StoreFull { } => "chưa thu nhận: kho hoặc USB đã đầy", "not collected: the store or the stick is full";
        Failed { detail: String } => "không đọc được: {detail}", "cannot be read: {detail}";
        StoreFilesRepaired { files: u64 } => "{files} tệp hỏng trong kho đã được phục hồi", "{files} damaged files in the store were repaired";
        Evidence { station: String, path: String } =>
            "{station}: hai điểm kiểm mâu thuẫn nhau được giữ làm bằng chứng ở {path}",
            "{station}: both signed heads are kept as evidence in {path}";
        Summary { logs: LogCount, entries: EntryCount, seconds: String, bad: RowCount } =>
            "Đã thu nhận {logs} nhật ký, {entries} dòng mới trong {seconds} giây; {bad} hàng trong bảng cần xem lại.",
            "Collected from {logs} in {seconds} s: {entries} new to the store; {bad} to be looked at.";
        TooMany { place: String } => "{place}: quá nhiều thư mục, chỉ xem được một phần.", "{place}: too many folders; only some were searched.";
        SecretKeyFound { station: String } =>
            "Khoá bí mật của đài {station} nằm trong nguồn này: ai chép được khoá đều có thể viết tiếp nhật ký. Đã ghi vào sổ là khoá bị lộ; hãy cho đài lập nhật ký mới.",
            "The secret key of {station} is in this source: anybody who copied it can write to its log. It has been marked as exposed; have the station begin a new log.";
        StoreBusy { path: String } =>
            "Một lần thu nhận khác đang dùng kho {path}; hãy đợi nó xong.",
            "Another collection is using the store {path}; wait until it finishes.";
        NotCreateOnly { place: String } =>
            "CẢNH BÁO: kho {place} cho phép ghi đè lên đối tượng đã có, dù đã được yêu cầu không ghi đè. Người có quyền ghi vào kho có thể thay bản đã thu nhận; hãy bật khoá đối tượng (object lock) hoặc dùng kho khác.",
            "WARNING: the store {place} allows an object to be overwritten although it was told not to. Anybody who may write to it can replace what was collected; switch on object lock, or use another store.";
        BadAddress { text: String } => "“{text}” không phải địa chỉ kho (có dạng s3://THÙNG/TIỀN_TỐ).", "`{text}` is not the address of a store (of the form s3://BUCKET/PREFIX).";
        KeysMissing { } =>
            "Chưa có khoá vào kho: đặt AWS_ACCESS_KEY_ID và AWS_SECRET_ACCESS_KEY (và AWS_ENDPOINT_URL nếu kho không phải của AWS).",
            "There are no keys for the store: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and AWS_ENDPOINT_URL if the store is not on AWS).";
        NoClient { } =>
            "Chương trình này được biên dịch không kèm phần S3; hãy dùng thư mục, hoặc biên dịch lại với --features s3.",
            "This program was built without the S3 client; use a folder, or build it with --features s3.";
        StoreUnusable { place: String, detail: String } =>
            "lỗi: không dùng được {place}: {detail}",
            "error: {place} cannot be used: {detail}";
        ReachHint { } =>
            "gợi ý: kiểm tra mạng và AWS_ENDPOINT_URL rồi chạy lại; phần đã gửi không phải gửi lại",
            "hint: check the network and AWS_ENDPOINT_URL, then run it again; what was already sent is not sent again";
        RightsHint { } =>
            "gợi ý: kiểm tra khoá vào kho và quyền ghi",
            "hint: check the keys for the store and the permission to write";
        SpaceHint { } => "gợi ý: dọn chỗ trống rồi chạy lại", "hint: free some space, then run it again";
        Fingerprint { station: String, code: String } =>
            "Khoá của đài {station}, dấu nhận dạng {code}. Đọc qua điện thoại và so với đài (loa key show).",
            "The key of {station}, fingerprint {code}. Compare it with the station by telephone (loa key show).";
        EnrolQuestion { } => "Ghi danh khoá này? Nếu đồng ý, gõ “có” rồi nhấn Enter: ", "Enrol this key? Type `yes` to agree: ";
        NotEnrolled { } => "Chưa ghi danh. Thêm --yes để ghi danh mà không hỏi.", "Not enrolled. Add --yes to enrol without being asked.";
        FingerprintOf { code: String } => "Dấu nhận dạng: {code}", "Fingerprint: {code}";
        BadPlace { text: String } =>
            "“{text}” không có trong danh mục địa bàn. Viết như “Thuận An / Đắk Mil”, hoặc đủ mã rồi tên: “24682 Thuận An / 663 Đắk Mil / 67 Đắk Nông”; từ 01/7/2025 chỉ còn hai cấp: “24682 Thuận An / 68 Lâm Đồng”.",
            "`{text}` is not in the list of places. Write it like `Thuận An / Đắk Mil`, or with each part a number and a name: `24682 Thuận An / 663 Đắk Mil / 67 Đắk Nông`; since 1 July 2025 there are two levels: `24682 Thuận An / 68 Lâm Đồng`.";
        NotAStore { path: String } =>
            "{path} không phải kho của Sở: không có registry.toml.",
            "{path} is not a department's store: it has no registry.toml.";
        NotAStoreHint { path: String } =>
            "gợi ý: gõ đúng tên kho; kho mới bắt đầu khi ghi danh đài đầu tiên: loa enrol KHOÁ --store {path}",
            "hint: check the name of the store; a new store begins when the first station is enrolled: loa enrol KEY --store {path}";
        NewStore { path: String } =>
            "Kho mới: {path} chưa có registry.toml.",
            "New store: {path} has no registry.toml yet.";
        DetailsKept { station: String } =>
            "Đài {station} đã có trong sổ: tên, địa bàn và đầu mối đã ghi không đổi. Muốn sửa, gõ loa enrol --station {station} --name ... --place ... --store KHO.",
            "{station} is in the registry already: its name, place and contact there were not changed. To correct them, run loa enrol --station {station} --name ... --place ... --store STORE.";
        WholePeriod { day: String, from: String, until: String } =>
            "--period lấy trọn kỳ có ngày {day}: từ {from} đến {until}. Muốn đúng ngày khác thì bỏ --period, dùng --from và --until.",
            "--period takes the whole period that contains {day}: {from} to {until}. For other dates, leave out --period and use --from and --until.";
        KeepStick { } =>
            "gợi ý: giữ nguyên USB, gọi đài hỏi rõ, đừng chép đè lên USB",
            "hint: keep the stick as it is, ask the station by telephone, copy nothing over it";
        SourceMissing { place: String } =>
            "không có {place}: đã cắm USB chưa?",
            "there is no {place}: is the stick plugged in?";
        Unsettled { folders: String } =>
            "BẰNG CHỨNG CHƯA GIẢI QUYẾT ({folders}): lần trước đài đã nộp nhật ký trái với phần đã thu nhận. Giữ nguyên USB, gọi đài, đừng chép đè; khi đã rõ, chuyển thư mục evidence ra khỏi kho và cất giữ",
            "UNSETTLED EVIDENCE ({folders}): the station once sent a log that contradicts what was collected. Keep the stick as it is, call the station, copy nothing over it; once it is settled, move the folder evidence out of the store and keep it";
        PartCollected { time: String, date: String, count: AiringCount } =>
            "MỚI THU NHẬN MỘT PHẦN: nhật ký đã thu nhận mới đến {time} ngày {date}; những gì sau đó chưa biết ({count} lượt chưa có kết quả).",
            "COLLECTED IN PART: the collected log ends at {time} on {date}; what followed is not known yet ({count} without an outcome).";
        DayUnknown { reason: UnknownDayText } => "CHƯA BIẾT: {reason}.", "NOT KNOWN: {reason}.";
        MarkedExposed { station: String } => "Đã ghi vào sổ: khoá của đài {station} bị lộ.", "The key of {station} is marked as exposed.";
        NotKnown { } => "Khoá này chưa được ghi danh.", "This key is not enrolled.";
        Pushed { place: String, entries: EntryCount, files: FileCount } =>
            "Đã gửi nhật ký tới {place}: {entries} dòng, {files} tệp mới.",
            "The log was sent to {place}: {entries}, {files} new there.";
        PushWhere { } =>
            "Gửi đi đâu? Thêm --to, hoặc ghi push = \"s3://…\" vào phần [department] của station.toml.",
            "Send it where? Add --to, or write push = \"s3://…\" under [department] in station.toml.";
        Indexed { logs: LogCount, airings: AiringCount, path: String } =>
            "Chỉ mục {path}: {logs} nhật ký, {airings} lượt phát.",
            "Index {path}: {logs}, {airings}.";
        IndexAltered { path: String } =>
            "Chỉ mục {path} không còn như máy này đã ghi (bị sửa, hoặc lần trước bị ngắt); đã lập lại từ kho.",
            "The index {path} was not as this machine had written it (altered, or a run was interrupted); it was rebuilt from the store.";
        FormerIndexFound { path: String, former: String } =>
            "Chỉ mục nay nằm ở {path}, nơi chỉ tài khoản này ghi được. Tệp cũ {former} không còn được dùng, có thể xoá.",
            "The index is now at {path}, where only this account can write. The former file {former} is no longer used and may be deleted.";
        StoreMismatch { name: String } =>
            "KHO TRẢ VỀ SAI: tệp {name} đọc lại từ kho khác với tệp vừa ghi; chưa xác nhận gì",
            "THE STORE RETURNS WRONG DATA: {name} was read back with other bytes than were written; nothing was countersigned";
        UnsignedRememberedHead { } =>
            "điểm kiểm mà máy này nhớ không mang niêm phong của đài nên đã bị bỏ qua",
            "the checkpoint that this machine remembered had no signature from the station, and was ignored";
        RemovedFromRegistry { } =>
            "ĐÃ BỊ BỎ khỏi registry.toml, chưa ai chấp nhận",
            "REMOVED from registry.toml, and nobody has accepted that";
        NotAccepted { } =>
            "CHƯA CHẤP NHẬN: khoá này trong registry.toml đã bị đổi, không phải do máy này; không xác nhận",
            "NOT ACCEPTED: this key was changed in registry.toml, and not by this machine; the log is not countersigned";
        RegistryFirst { } =>
            "Máy này thấy sổ đài (registry.toml) của kho này lần đầu; nội dung hiện nay được ghi nhớ cùng với khoá của Sở.",
            "This machine sees this store's registry.toml for the first time; its present contents are remembered together with the witness's key.";
        RegistryMoved { known: String } =>
            "Máy này thấy sổ đài (registry.toml) ở đây lần đầu, nhưng đã biết các đài trong đó từ kho {known}; sổ đài đã được so với bản đã chấp nhận ở kho ấy.",
            "This machine sees registry.toml here for the first time, but knows its stations from {known}: it was compared with what was accepted there.";
        RegistryLog { station: String, origin: String } =>
            "registry.toml: CHƯA CHẤP NHẬN nhật ký {origin} của đài {station}: được ghi danh hoặc sửa không phải do máy này; không xác nhận, không tính.",
            "registry.toml: NOT ACCEPTED: the log {origin} of {station} was enrolled or changed, and not by this machine; it is neither countersigned nor counted.";
        RegistryLogRemoved { station: String, origin: String } =>
            "registry.toml: ĐÃ BỊ BỎ nhật ký {origin} của đài {station}, mà máy này đã biết; không được tính.",
            "registry.toml: REMOVED: the log {origin} of {station}, which this machine knows; it is not counted.";
        RegistryExposed { station: String, origin: String } =>
            "registry.toml: CHƯA CHẤP NHẬN: dấu “khoá bị lộ” của nhật ký {origin} (đài {station}) đã bị sửa; không xác nhận, không tính.",
            "registry.toml: NOT ACCEPTED: the exposed-key mark of the log {origin} of {station} was changed; it is neither countersigned nor counted.";
        RegistryStation { station: String } =>
            "registry.toml: tên, ngôn ngữ hoặc địa bàn của đài {station} đã bị sửa, không phải do máy này.",
            "registry.toml: the name, language or place of {station} was changed, and not by this machine.";
        RegistryOffice { } =>
            "registry.toml: phần [department] đã bị sửa, không phải do máy này.",
            "registry.toml: [department] was changed, and not by this machine.";
        RegistryUnknownLogs { count: LogCount, origin: String, store: String } =>
            "Máy này còn nhớ {count} nhật ký mà sổ đài này không có, và không rõ đã thu vào kho nào (một trong số đó là {origin}). Nếu máy này còn kho khác, gõ loa index cho kho đó một lần; nếu không, gõ loa enrol --accept --store {store}.",
            "This machine remembers {count} missing from this registry, but not into which store they were collected (one is {origin}). If it has another store, run loa index for that store once; if not, run loa enrol --accept --store {store}.";
        RegistryHint { store: String } =>
            "gợi ý: hỏi xem ai đã sửa sổ đài; nếu đúng thì gõ loa enrol --accept --store {store}",
            "hint: ask who changed the registry; if the change is right, run loa enrol --accept --store {store}";
        RegistrySame { } =>
            "Sổ đài không khác gì so với bản đã chấp nhận.",
            "The registry is unchanged since it was accepted.";
        RegistryQuestion { } => "Chấp nhận những thay đổi này? Nếu đồng ý, gõ “có” rồi nhấn Enter: ", "Accept these changes? Type `yes` to agree: ";
        RegistryNotAccepted { } =>
            "Chưa chấp nhận. Thêm --yes để chấp nhận mà không hỏi.",
            "Not accepted. Add --yes to accept without being asked.";
        RegistryAccepted { count: ChangeCount } => "Đã chấp nhận {count} thay đổi của sổ đài.", "Accepted: {count} to the registry.";
        StoreChanged { origin: String, fault: FaultText } =>
            "TRONG KHO: {origin}: {fault}. Nhật ký này không được tính vào báo cáo.",
            "IN THE STORE: {origin}: {fault}. This log is not counted in reports.";
        NoSuchStation { station: String } => "Sổ đài không có đài “{station}”.", "There is no station `{station}` in the registry.";
        DayOf { station: String, date: String } => "ĐỐI CHIẾU — {station}, ngày {date}", "RECONCILIATION — {station}, {date}";
        PlannedHeading { } => "Theo kế hoạch, với kết quả từng lượt:", "Planned, with the outcome of each:";
        UnplannedHeading { } => "Đã phát ngoài kế hoạch:", "Aired, but not planned:";
        NothingUnplanned { } => "Không có lượt nào.", "Nothing.";
        OrdersAndNotes { } => "Lệnh và ghi chú của người trực:", "Orders and notes:";
        Who { } => "Người ra lệnh", "By whom";
        Gathering { } => "Đang thu nhận", "Collecting";
    }
}
