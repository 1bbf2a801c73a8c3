//! Sentences for the department: enrolling, collecting, pushing, the index.
use super::plausibility::PlausibilityText;
use super::proof::FaultText;
use super::texts;

texts! {
    /// Headings and states in the table of a collection.
    pub enum DepartmentText {
        Station { } => "Đài", "Station";
        New { } => "Mục mới", "New";
        Entries { } => "Tổng số mục", "Entries";
        Span { } => "Mục mới từ – đến (giờ của đài)", "New entries from – to (station's clock)";
        State { } => "Tình trạng", "State";
        Whole { } => "toàn vẹn, đã xác nhận", "whole, countersigned";
        Old { size: u64 } => "bản cũ ({size} mục) của nhật ký đã thu nhận; nếu đài vừa mới ghi ra thì nhật ký ở đài đã bị lùi", "an older copy ({size} entries) of what was collected; if the station has only just written it, its log was rolled back";
        Judged { words: PlausibilityText } => "{words}", "{words}";
        Lacking { fault: FaultText } => "toàn vẹn, nhưng {fault}", "whole, but {fault}";
        NotReturned { detail: String } =>
            "toàn vẹn, nhưng không ghi được xác nhận trở lại nguồn: {detail}",
            "whole, but the countersignature could not be written back: {detail}";
        Tampered { fault: FaultText } => "PHÁT HIỆN DỮ LIỆU BỊ THAY ĐỔI: {fault}", "TAMPERED: {fault}";
        RolledBack { fault: FaultText } => "BỊ QUAY LUI: {fault}", "ROLLED BACK: {fault}";
        Forked { fault: FaultText } => "BỊ RẼ NHÁNH: {fault}", "FORK: {fault}";
        NoProof { fault: FaultText } => "TỪ CHỐI: {fault}", "REFUSED: {fault}";
        Unfinished { } => "bản gửi còn dở dang, phần còn lại sẽ thu nhận lần sau", "the export was not finished; the rest will be taken next time";
        NotTheirs { station: String, fault: FaultText } =>
            "TỪ CHỐI: mang tên đài “{station}” nhưng {fault}",
            "REFUSED: it bears the name of {station}, but {fault}";
        WitnessBusy { } =>
            "Máy này đang thu nhận ở một lệnh khác; hãy đợi lệnh đó xong.",
            "Another collection is running on this machine; wait until it is over.";
        UnknownKey { } => "KHOÁ LẠ: nhật ký chưa được ghi danh", "UNKNOWN KEY: this log is not enrolled";
        UnknownDisk { } =>
            "KHOÁ LẠ: đài này đã có nhật ký khác; nếu máy đã thay đĩa, hãy ghi danh nhật ký mới",
            "UNKNOWN KEY: the station has another log; if its disk was replaced, enrol the new one";
        EnrolHint { place: String } =>
            "gợi ý: xem khoá bằng loa key show {place}, gọi điện cho đài để so dấu nhận dạng, rồi loa enrol KHOÁ --store KHO",
            "hint: see its key with loa key show {place}, compare the fingerprint with the station by telephone, then loa enrol KEY --store STORE";
        Exposed { since: String } => "KHOÁ BỊ LỘ từ {since}", "EXPOSED KEY since {since}";
        NothingSince { at: String } => "không có gì mới từ {at}", "nothing since {at}";
        NothingEver { } => "chưa từng gửi nhật ký", "has never sent a log";
        Replaced { number: usize } => "nhật ký thứ {number} của đài (đã thay đĩa)", "log {number} of the station (disk replaced)";
        StoreFull { } => "chưa thu nhận: kho hoặc thẻ hết chỗ trống", "not taken: the store or the stick is full";
        Failed { detail: String } => "không đọc được: {detail}", "cannot be read: {detail}";
        Mended { files: u64 } => "{files} tệp hỏng trong kho đã được phục hồi", "{files} damaged files in the store were mended";
        Evidence { station: String, path: String } =>
            "{station}: hai điểm kiểm mâu thuẫn nhau được giữ làm bằng chứng ở {path}",
            "{station}: both signed heads are kept as evidence in {path}";
        Summary { logs: usize, entries: u64, seconds: String, bad: usize } =>
            "Đã thu nhận {logs} nhật ký, {entries} mục mới trong {seconds} giây; {bad} dòng cần xem lại.",
            "{logs} logs collected, {entries} new entries in {seconds} s; {bad} rows need a look.";
        TooMany { place: String } => "{place}: quá nhiều thư mục, chỉ xem được một phần.", "{place}: too many folders; only some were looked into.";
        Gone { place: String, detail: String } => "{place}: {detail}", "{place}: {detail}";
        KeysLieOpen { station: String } =>
            "Khoá bí mật của đài {station} nằm trong nguồn này: ai chép được nó đều có thể viết tiếp nhật ký. Đã ghi vào sổ là khoá bị lộ; hãy cho đài lập nhật ký mới.",
            "The secret key of {station} lies in this source: whoever copied it can write on in its log. It is marked as exposed; let the station begin a new log.";
        StoreBusy { path: String } =>
            "Một lần thu nhận khác đang dùng kho {path}; hãy đợi nó xong.",
            "Another collection is using the store {path}; wait until it is over.";
        NotCreateOnly { place: String } =>
            "CẢNH BÁO: kho {place} cho phép ghi đè lên đối tượng đã có, dù được yêu cầu không. Người có quyền ghi vào kho có thể thay bản đã thu nhận; hãy bật khoá đối tượng (object lock) hoặc dùng kho khác.",
            "WARNING: the store {place} lets an object be overwritten although it was told not to. Whoever may write to it can replace what was collected; switch on object lock, or use another store.";
        BadAddress { text: String } => "“{text}” không phải địa chỉ kho (dạng s3://THÙNG/TIỀN_TỐ).", "`{text}` is no address of a store (as in s3://BUCKET/PREFIX).";
        KeysMissing { } =>
            "Chưa có khoá vào kho: đặt AWS_ACCESS_KEY_ID và AWS_SECRET_ACCESS_KEY (và AWS_ENDPOINT_URL nếu kho không phải của AWS).",
            "There are no keys for the store: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and AWS_ENDPOINT_URL if the store is not AWS's).";
        NoClient { } =>
            "Chương trình này được biên dịch không kèm phần S3; hãy dùng thư mục, hoặc biên dịch lại với --features s3.",
            "This program was built without the S3 client; use a folder, or build it with --features s3.";
        StoreFails { place: String, detail: String } =>
            "lỗi: không dùng được {place}: {detail}",
            "error: {place} cannot be used: {detail}";
        ReachHint { } =>
            "gợi ý: kiểm tra mạng và AWS_ENDPOINT_URL rồi chạy lại; phần đã gửi không phải gửi lại",
            "hint: check the network and AWS_ENDPOINT_URL and run it again; what was sent need not be sent again";
        RightsHint { } =>
            "gợi ý: kiểm tra khoá vào kho và quyền ghi",
            "hint: check the keys for the store and the right to write";
        SpaceHint { } => "gợi ý: dọn chỗ trống rồi chạy lại", "hint: make room and run it again";
        Fingerprint { station: String, code: String } =>
            "Khoá của đài {station}, dấu nhận dạng {code}. Đọc qua điện thoại và so với đài (loa key show).",
            "The key of {station}, fingerprint {code}. Compare it with the station by telephone (loa key show).";
        EnrolAsk { } => "Ghi danh khoá này? Gõ “yes” để đồng ý: ", "Enrol this key? Type `yes` to agree: ";
        NotEnrolled { } => "Chưa ghi danh. Thêm --yes để ghi danh mà không hỏi.", "Not enrolled. Add --yes to enrol without being asked.";
        FingerprintOf { code: String } => "Dấu nhận dạng: {code}", "Fingerprint: {code}";
        BadPlace { text: String } =>
            "“{text}” không đúng dạng: “MÃ XÃ / MÃ HUYỆN / MÃ TỈNH”, mỗi phần là mã rồi tên",
            "`{text}` is not of the form `COMMUNE / DISTRICT / PROVINCE`, each a code and a name";
        MarkedExposed { station: String } => "Đã ghi vào sổ: khoá của đài {station} bị lộ.", "The key of {station} is marked as exposed.";
        NotKnown { } => "Khoá này chưa được ghi danh.", "This key is not enrolled.";
        Pushed { place: String, entries: u64, files: u64 } =>
            "Đã gửi nhật ký tới {place}: {entries} mục, {files} tệp mới.",
            "The log was sent to {place}: {entries} entries, {files} new files.";
        PushWhere { } =>
            "Gửi đi đâu? Thêm --to, hoặc ghi push = \"s3://…\" vào mục [department] của station.toml.",
            "Send it where? Add --to, or write push = \"s3://…\" under [department] in station.toml.";
        Indexed { logs: usize, airings: u64, path: String } =>
            "Chỉ mục {path}: {logs} nhật ký, {airings} lượt phát.",
            "Index {path}: {logs} logs, {airings} airings.";
        IndexDoubted { path: String } =>
            "Chỉ mục {path} không còn như máy này đã ghi (bị sửa, hoặc lần trước bị ngắt); đã lập lại từ kho.",
            "The index {path} was not as this machine had written it (altered, or a run was cut off); it was made anew from the store.";
        IndexFormer { path: String, former: String } =>
            "Chỉ mục nay nằm ở {path}, nơi chỉ tài khoản này ghi được. Tệp cũ {former} không còn được dùng, có thể xoá.",
            "The index is now at {path}, where only this account writes. The former file {former} is not used any more and may be deleted.";
        StoreLies { name: String } =>
            "KHO NÓI DỐI: tệp {name} đọc lại từ kho khác với tệp vừa ghi; chưa xác nhận gì",
            "THE STORE LIES: {name} comes back as other bytes than were put there; nothing was countersigned";
        UnsignedMemory { } =>
            "điểm kiểm mà máy này nhớ không mang chữ niêm phong của đài, đã bỏ qua",
            "what this machine remembered bore no signature of the station, and was put aside";
        TakenOut { } =>
            "ĐÃ BỊ LẤY RA khỏi registry.toml, chưa ai chấp nhận",
            "TAKEN OUT of registry.toml, and nobody has accepted that";
        NotAccepted { } =>
            "CHƯA CHẤP NHẬN: registry.toml đã đổi khoá này, không phải do máy này làm; không xác nhận",
            "NOT ACCEPTED: registry.toml was changed here, not by this machine; it is not countersigned";
        RegistryFirst { } =>
            "Máy này thấy sổ đài (registry.toml) của kho này lần đầu; nội dung hiện nay được ghi nhớ cùng với khoá của Sở.",
            "This machine sees this store's registry.toml for the first time; what it says now is remembered beside the witness's key.";
        RegistryMoved { known: String } =>
            "Máy này thấy sổ đài (registry.toml) ở đây lần đầu, nhưng đã biết các đài trong đó từ kho {known}; đã so với bản đã chấp nhận ở kho ấy.",
            "This machine sees registry.toml here for the first time, and knows its stations from {known}: it was compared with what was accepted there.";
        RegistryLog { station: String, origin: String } =>
            "registry.toml: CHƯA CHẤP NHẬN nhật ký {origin} của đài {station}: được ghi danh hoặc sửa không phải do máy này; không xác nhận, không tính.",
            "registry.toml: NOT ACCEPTED: the log {origin} of {station} was enrolled or changed, and not by this machine; it is neither countersigned nor counted.";
        RegistryGone { station: String, origin: String } =>
            "registry.toml: ĐÃ BỊ LẤY RA nhật ký {origin} của đài {station}, mà máy này đã biết; không được tính.",
            "registry.toml: TAKEN OUT: the log {origin} of {station}, which this machine knows; it is not counted.";
        RegistryExposed { station: String, origin: String } =>
            "registry.toml: CHƯA CHẤP NHẬN dấu “khoá bị lộ” của nhật ký {origin} (đài {station}) đã bị sửa; không xác nhận, không tính.",
            "registry.toml: NOT ACCEPTED: the mark of exposed keys on the log {origin} of {station} was changed; it is neither countersigned nor counted.";
        RegistryStation { station: String } =>
            "registry.toml: tên, ngôn ngữ hoặc địa bàn của đài {station} đã bị sửa, không phải do máy này.",
            "registry.toml: the name, language or place of {station} was changed, and not by this machine.";
        RegistryOffice { } =>
            "registry.toml: mục [department] đã bị sửa, không phải do máy này.",
            "registry.toml: [department] was changed, and not by this machine.";
        RegistryStrays { count: usize, origin: String, store: String } =>
            "Máy này còn nhớ {count} nhật ký mà sổ đài này không có, và không rõ đã thu vào kho nào (một trong số đó là {origin}). Nếu máy này còn kho khác, gõ loa index cho kho đó một lần; nếu không, gõ loa enrol --accept --store {store}.",
            "This machine remembers {count} logs that this registry lacks, and not into which store they were collected (one is {origin}). If it has another store, run loa index for that one once; if not, loa enrol --accept --store {store}.";
        RegistryHint { store: String } =>
            "gợi ý: hỏi xem ai đã sửa sổ đài; nếu đúng thì gõ loa enrol --accept --store {store}",
            "hint: ask who changed the registry; if it is right, loa enrol --accept --store {store}";
        RegistrySame { } =>
            "Sổ đài không khác gì so với bản đã chấp nhận.",
            "The registry is as it was accepted.";
        RegistryAsk { } => "Chấp nhận những thay đổi này? Gõ “yes” để đồng ý: ", "Accept these changes? Type `yes` to agree: ";
        RegistryNotAccepted { } =>
            "Chưa chấp nhận. Thêm --yes để chấp nhận mà không hỏi.",
            "Not accepted. Add --yes to accept without being asked.";
        RegistryAccepted { count: usize } => "Đã chấp nhận {count} thay đổi của sổ đài.", "{count} changes of the registry are accepted.";
        StoreChanged { origin: String, fault: FaultText } =>
            "TRONG KHO: {origin}: {fault}. Nhật ký này không được tính vào báo cáo.",
            "IN THE STORE: {origin}: {fault}. This log is not counted in reports.";
        NoSuchStation { station: String } => "Sổ đài không có đài “{station}”.", "The registry has no station `{station}`.";
        DayOf { station: String, date: String } => "ĐỐI CHIẾU — {station}, ngày {date}", "RECONCILIATION — {station}, {date}";
        PlannedAgainst { } => "Theo kế hoạch, kết quả từng lượt:", "Planned, and what became of each:";
        AiredAgainst { } => "Đã phát ngoài kế hoạch:", "Aired, and not planned:";
        NothingUnplanned { } => "Không có lượt nào.", "Nothing.";
        Deeds { } => "Lệnh và ghi chú của người trực:", "Orders and notes:";
        Who { } => "Người ra lệnh", "By whom";
        Gathering { } => "Đang thu nhận", "Collecting";
    }
}
