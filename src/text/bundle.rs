//! Sentences about proof bundles.
use super::count::{AiringCount, Grouped};
use super::proof::FaultText;
use super::texts;

texts! {
    /// What a receipt proves, in words.
    pub enum ProvedText {
        Sentence { number: usize, airing: String, proved: String, clock: String, seen: String } =>
            "{number}. {airing}: {proved}; {clock}; {seen}.",
            "{number}. {airing}: {proved}; {clock}; {seen}.";
        Airing { station: String, at: String, title: String } =>
            "{station}, {at}, “{title}”",
            "{station}, {at}, “{title}”";
        PlacedStation { name: String, place: String } => "{name} ({place})", "{name} ({place})";
        At { date: String, time: String } => "{date} lúc {time}", "{date} at {time}";
        Taken { played: String, planned: String } =>
            "đã chứng minh: thiết bị âm thanh của đài đã nhận {played}/{planned} giây (mức bằng chứng 1)",
            "proved: the station's sound device took {played} of {planned} s (level of proof 1)";
        TakenUnplanned { played: String } =>
            "đã chứng minh: thiết bị âm thanh của đài đã nhận {played} giây, phát ngoài kế hoạch (mức bằng chứng 1)",
            "proved: the station's sound device took {played} s, outside the plan (level of proof 1)";
        NotOnLine { } =>
            "chỉ chứng minh đài đã ghi lượt này; không chứng minh có âm thanh ra khỏi máy (mức bằng chứng 0 hoặc âm lượng 0)",
            "proved only that the station logged it; nothing proves that sound left the computer (level of proof 0, or volume 0)";
        Missed { reason: String } =>
            "đã chứng minh: đài ghi là không phát ({reason})",
            "proved: the station logged it as missed ({reason})";
        MissedPlain { } => "đã chứng minh: đài ghi là không phát", "proved: the station logged it as missed";
        Synchronised { } => "giờ theo đồng hồ của đài, lúc đó đã đồng bộ", "the time is that of the station's clock, which was synchronised";
        Confirmed { } =>
            "giờ theo đồng hồ của đài; Sở cho biết người vận hành đã xác nhận đồng hồ đúng",
            "the time is that of the station's clock, which the operator had confirmed, as the department states";
        Unvouched { } =>
            "giờ theo đồng hồ của đài, không có gì bảo đảm là đúng",
            "the time is that of the station's clock, and nothing vouches for it";
        SeenBy { at: String } =>
            "Sở đã xác nhận dòng này, không muộn hơn {at}; sửa sau đó thì lộ",
            "the department countersigned this entry no later than {at}, and a later change would show";
        NotSeen { } =>
            "Sở chưa xác nhận dòng này: chỉ có khoá của đài bảo đảm",
            "the department has not countersigned this entry: only the station's key vouches for it";
        Doubted { code: String } =>
            "SỞ KHÔNG TÍNH là bằng chứng ({code})",
            "THE DEPARTMENT DOES NOT COUNT IT as proof ({code})";
        WithDoubt { sentence: String, doubt: String } => "{sentence} {doubt}.", "{sentence} {doubt}.";
        NotProved { number: usize, fault: BundleFaultText } =>
            "{number}. KHÔNG ĐƯỢC CHỨNG MINH: {fault}.",
            "{number}. NOT PROVED: {fault}.";
    }
}

texts! {
    /// What can be wrong with a bundle.
    pub enum BundleFaultText {
        Zip { detail: String } => "tệp ZIP hỏng hoặc không đọc được ({detail})", "the ZIP file is damaged or cannot be read ({detail})";
        ZipDirectory { } =>
            "mục lục của tệp ZIP không phải của một bộ bằng chứng (tệp bị cắt, có thêm lời ghi hay dữ liệu, hoặc dạng ZIP64). Nếu ai đó đã nén lại, hãy xin tệp gốc hoặc kiểm tra thư mục đã giải nén",
            "the directory of the ZIP file is not that of a bundle (the file is cut, has a comment or other data, or is ZIP64). If somebody has packed it again, ask for the original, or check the unpacked folder";
        BadPath { path: String } =>
            "có tệp mang tên mà bộ bằng chứng không thể có: {path}",
            "a file has a name that no bundle has: {path}";
        Link { path: String } => "{path} là liên kết, không phải tệp thường", "{path} is a link, not a regular file";
        Twice { path: String } => "{path} có hai lần", "{path} is there twice";
        Bomb { path: String } =>
            "{path} nén nhiều hơn mức có thể (bom nén?)",
            "{path} is compressed more than any file of a bundle can be (a zip bomb?)";
        TooMany { limit: usize } => "có hơn {limit} tệp", "it has more than {limit} files";
        TooLarge { limit: u64 } => "các tệp cộng lại lớn hơn {limit} MiB", "its files together are larger than {limit} MiB";
        Missing { path: String } => "thiếu tệp {path}", "{path} is missing";
        Added { path: String } => "{path} bị thêm vào sau", "{path} was added";
        Changed { path: String } => "{path} đã bị sửa", "{path} was changed";
        KeyUnreadable { path: String } => "{path} không phải khoá xác minh", "{path} is not a verifier key";
        OtherDepartment { } =>
            "bộ này do khoá của một cơ quan khác niêm phong, không phải khoá đã cho (--witness-key)",
            "it was made with the key of another department than the one given (--witness-key)";
        StatementUnreadable { } => "bundle.note không đọc được", "bundle.note cannot be read";
        NotSigned { } => "bundle.note không có niêm phong của Sở", "the department has not signed bundle.note";
        StatementForged { } => "niêm phong của Sở dưới bundle.note là giả, hoặc nội dung đã bị sửa", "the department's signature under bundle.note is forged, or its text was changed";
        SumsChanged { } => "SHA256SUMS không phải bản mà Sở đã niêm phong", "SHA256SUMS is not the one that the department has signed";
        SumsUnreadable { } => "SHA256SUMS không đọc được", "SHA256SUMS cannot be read";
        ListUnreadable { } => "list.csv không đọc được", "list.csv cannot be read";
        RowCount { rows: u64, stated: u64 } =>
            "danh sách có {rows} dòng, còn Sở niêm phong cho {stated} lượt",
            "the list has {rows} rows, but the department has signed for {stated} airings";
        ReceiptMissing { } => "thiếu biên nhận", "its receipt is missing";
        KeyMissing { } => "thiếu khoá của nhật ký", "the key of its log is missing";
        Receipt { fault: FaultText } => "{fault}", "{fault}";
        RowDiffers { column: String } =>
            "danh sách ghi khác biên nhận ở cột {column}",
            "the list differs from the receipt in the column {column}";
    }
}

texts! {
    /// Sentences of `loa bundle`, and of `loa verify` about a bundle.
    pub enum BundleText {
        Whole { airings: Grouped<AiringCount>, from: String, until: String } =>
            "Đã xác minh bộ bằng chứng: {airings} lượt phát, từ {from} đến {until}; mọi biên nhận đúng, danh sách và mọi tệp còn nguyên.",
            "Verified, the bundle is whole: {airings}, {from} to {until}; every receipt is good, the list and all files are unchanged.";
        NotWhole { fault: BundleFaultText } => "BỘ BẰNG CHỨNG KHÔNG NGUYÊN VẸN: {fault}.", "THE BUNDLE IS NOT WHOLE: {fault}.";
        WithoutOutcome { airings: Grouped<AiringCount> } =>
            "{airings} lượt theo kế hoạch chưa có kết quả trong nhật ký đã thu nhận, nên không có biên nhận.",
            "Planned, but without an outcome in the collected logs, and so without a receipt: {airings}.";
        NamesHidden { } =>
            "Vì bộ này không nguyên vẹn, dưới đây chỉ có điều mà biên nhận chứng minh: mã đài thay cho tên và địa bàn.",
            "As the bundle is not whole, only what receipts prove follows: ids of stations in place of names and places.";
        KeyGiven { } => "Khoá của Sở là khoá đã cho.", "The department's key is the one that was given.";
        KeyOwn { code: String } =>
            "Khoá của Sở lấy trong chính bộ này: hãy hỏi Sở mã so sánh {code} có đúng không, hoặc thêm --witness-key.",
            "The department's key comes from the bundle itself: ask the department whether its fingerprint is {code}, or give --witness-key.";
        Limits { } =>
            "“Thiết bị đã nhận” không phải “có người nghe thấy”: không nhật ký nào chứng minh loa ngoài trời đã kêu. Tên và nơi của đài là lời của Sở; biên nhận chỉ ghi mã đài. Tệp PDF và HTML chỉ để đọc.",
            "\"Took\" is not \"heard\": no log proves that a loudspeaker sounded. Names and places are what the department states; receipts name only the station's id. PDF and HTML files are only for reading.";
        MoreFaults { count: usize } => "… và {count} lỗi nữa.", "... and {count} more faults.";
        NeedsSelection { } =>
            "Không có lượt phát nào khớp trong các nhật ký đã thu nhận. Gợi ý: xem loa report KHO với cùng khoảng ngày.",
            "No airing in the collected logs matches. Hint: loa report STORE with the same dates shows what there is.";
        TooMany { count: Grouped<AiringCount>, limit: Grouped<AiringCount> } =>
            "Chọn trúng {count} lượt; một bộ có nhiều nhất {limit} lượt. Hãy chia nhỏ: từng đài, từng tháng, hay một chủ đề (--campaign, --topic).",
            "The selection has {count}; a bundle has at most {limit}. Split it: by station, by month, or by topic (--campaign, --topic).";
        TooLarge { limit: u64 } =>
            "Bộ bằng chứng sẽ lớn hơn {limit} MiB, mức mà không chương trình nào nhận. Hãy chia nhỏ lựa chọn. Chưa ghi gì.",
            "The bundle would be larger than {limit} MiB, which no program accepts. Split the selection. Nothing was written.";
        NoReceipt { airing: String } =>
            "Không lập được biên nhận của lượt phát {airing}: kho thay đổi trong lúc đọc. Hãy chạy lại lệnh này. Chưa ghi gì.",
            "No receipt could be made of the airing {airing}: the store changed while it was read. Run the command again. Nothing was written.";
        TopicNeedsCampaign { } => "--topic cần --campaign: số chủ đề là của một chiến dịch.", "--topic needs --campaign: topic numbers belong to a campaign.";
        OutputTaken { path: String } =>
            "{path} đã có nội dung. Hãy chọn thư mục mới hoặc trống, hay tệp .zip.",
            "{path} is not empty. Choose a new or empty folder, or a .zip file.";
        Written { airings: Grouped<AiringCount>, path: String } =>
            "Đã lập bộ bằng chứng của {airings} lượt phát: {path}",
            "Wrote the proof bundle of {airings}: {path}";
        NoPages { limit: usize } =>
            "Có hơn {limit} lượt nên không kèm biên nhận đọc được (PDF) cho từng lượt; danh sách và biên nhận vẫn đủ.",
            "There are more than {limit} airings, so there is no readable receipt (PDF) of each; the list and the receipts are complete.";
        TellFingerprint { code: String } =>
            "Hãy cho người nhận biết mã so sánh khoá của Sở qua đường khác (điện thoại, trang của Sở): {code}",
            "Tell the recipient the fingerprint of the department's key by another way (telephone, the department's website): {code}";
        NotExtracted { origin: String, fault: FaultText } =>
            "Không lập được biên nhận từ nhật ký {origin}: {fault}. Chưa ghi gì.",
            "No receipts can be made from the log {origin}: {fault}. Nothing was written.";
    }
}

texts! {
    /// The labels of a readable receipt and of the readable list.
    pub enum BundlePageText {
        ReceiptTitle { } => "BIÊN NHẬN LƯỢT PHÁT (BẢN ĐỌC)", "RECEIPT OF AN AIRING (FOR READING)";
        ListTitle { } => "DANH SÁCH LƯỢT PHÁT CÓ BIÊN NHẬN", "LIST OF AIRINGS WITH RECEIPTS";
        Dates { from: String, until: String } => "Từ {from} đến {until}", "{from} to {until}";
        Station { } => "Đài", "Station";
        Place { } => "Địa bàn", "Place";
        PlannedAt { } => "Giờ theo kế hoạch", "Planned at";
        Unplanned { } => "ngoài kế hoạch", "not planned";
        WrittenAt { } => "Đài ghi kết quả lúc", "Logged by the station at";
        Title { } => "Mục phát", "Segment";
        Result { } => "Kết quả", "Result";
        Length { } => "Thiết bị đã nhận / dự kiến (giây)", "Taken by the device / planned (s)";
        Level { } => "Mức bằng chứng", "Level of proof";
        SeenAt { } => "Sở xác nhận, không muộn hơn", "Countersigned no later than";
        NotSeen { } => "chưa xác nhận", "not countersigned";
        Recording { } => "Mã SHA-256 của bản ghi", "SHA-256 of the recording";
        Log { } => "Nhật ký", "Log";
        Entry { } => "Dòng số", "Entry";
        HeadCode { } => "Mã nhật ký", "Head code";
        File { } => "Tệp biên nhận", "Receipt file";
        Number { } => "Số", "No.";
        ForReading { } =>
            "Bản này chỉ để đọc. Bằng chứng là tệp biên nhận; cách kiểm tra ở tệp cach-kiem-tra.html. Mã QR ghi tên nhật ký, số và mã băm của dòng, tổng số dòng và gốc của nhật ký, để đối chiếu bản này với tệp biên nhận.",
            "This page is only for reading. The proof is the receipt file; how-to-check.html says how to check it. The QR code holds the log, the entry's number and hash, and the log's size and root, to compare this page with the receipt file.";
        QrTitle { } => "Mã QR của biên nhận", "The receipt's QR code";
    }
}

texts! {
    /// The page "how to check".
    pub enum HowToText {
        Title { } => "Cách kiểm tra bộ bằng chứng này", "How to check this bundle";
        Intro { airings: Grouped<AiringCount>, from: String, until: String } =>
            "Bộ này có biên nhận về kết quả của {airings} lượt phát ở các đài truyền thanh xã, từ {from} đến {until}, kể cả lượt không phát. Ai cũng kiểm tra được, không cần tin Sở, đài hay phần mềm loa.",
            "This bundle holds the receipts for the results of {airings} of commune loudspeaker stations, {from} to {until}, also of those that were missed. Anybody can check them, without trusting the department, the stations or the program loa.";
        KeyHeading { } => "1. Hỏi khoá của Sở", "1. Ask for the department's key";
        Key { code: String, placeholder: String } =>
            "Gọi điện cho Sở (số điện thoại tìm ở nơi khác, không ở đây) và hỏi mã so sánh khoá xác nhận của Sở. Nó phải giống mã mà check.py in ra; bộ này được lập với khoá có mã {code}. Nếu Sở gửi hoặc đăng cả dòng khoá, hãy đặt nó vào chỗ {placeholder} dưới đây, đừng lấy khoá trong bộ. Không hỏi thì chỉ biết bộ này không tự mâu thuẫn, chưa biết ai lập ra nó.",
            "Telephone the department (take the number from elsewhere, not from here) and ask for the fingerprint of its key. It must be the one that check.py prints; this bundle was made with the key whose fingerprint is {code}. If the department sends or publishes its whole key, put that where {placeholder} stands below, not the key in the bundle. If you do not ask, you know only that the bundle does not contradict itself, not who made it.";
        Placeholder { } => "KHOÁ_CỦA_SỞ", "KEY_FROM_THE_DEPARTMENT";
        ScriptHeading { } => "2. Kiểm tra tất cả bằng một lệnh", "2. Check everything with one command";
        Script { } =>
            "Cần Python 3.8 trở lên, không cần cài thêm gì. check.py dài chưa đến 400 dòng, đọc được trước khi chạy. Dòng cuối phải bắt đầu bằng OK; lệnh thứ nhất in mã so sánh của khoá, lệnh thứ hai so với khoá Sở đã cho:",
            "You need Python 3.8 or later, and nothing else. check.py has fewer than 400 lines, which you can read before you run it. Its last line must begin with OK. The first command prints the fingerprint of the key; the second compares with the key that the department gave you:";
        OtherHeading { } => "3. Hoặc kiểm tra bằng công cụ khác", "3. Or check with other tools";
        Sums { } =>
            "Các tệp có khớp với SHA256SUMS không. Lệnh này không kiểm tra chữ ký: ai sửa bộ cũng sửa được SHA256SUMS; chỉ check.py và loa mới kiểm tra niêm phong của Sở trong bundle.note:",
            "Whether the files are those of SHA256SUMS. This checks no signature: whoever alters a bundle can alter SHA256SUMS too, and only check.py and loa check the department's signature on it in bundle.note:";
        Loa { } => "Chương trình loa, một câu cho từng lượt:", "The program loa, one sentence for each airing:";
        One { } =>
            "Một biên nhận riêng lẻ (định dạng c2sp.org/tlog-proof; tệp keys/ và heads/ theo c2sp.org/signed-note, nên các công cụ công khai cho tlog cũng đọc được):",
            "A single receipt (its format is c2sp.org/tlog-proof; the files in keys/ and heads/ follow c2sp.org/signed-note, so public tools for transparency logs read them too):";
        QrHeading { } => "4. Từ bản in có mã QR", "4. From a printed page with a QR code";
        Qr { } =>
            "Quét mã QR bằng điện thoại, rồi đưa sáu dòng chữ đó cho check.py để biết trang in thuộc về biên nhận nào trong bộ:",
            "Scan the QR code with a telephone, and give its six lines to check.py, which says whether a receipt of this bundle belongs to the page:";
        FilesHeading { } => "Trong bộ có gì", "What is in it";
        FileList { } =>
            "list.csv, list.html: danh sách. receipts/: biên nhận từng lượt (.tlog-proof là bằng chứng, .pdf chỉ để đọc). keys/: khoá của Sở và của từng nhật ký. heads/: điểm kiểm của nhật ký có xác nhận của Sở. bundle.note, SHA256SUMS: lời xác nhận có niêm phong của Sở về mọi tệp còn lại.",
            "list.csv, list.html: the list. receipts/: a receipt of each airing (.tlog-proof is the proof, .pdf is only for reading). keys/: the keys of the department and of each log. heads/: checkpoints of the logs with the department's countersignature. bundle.note, SHA256SUMS: the department's signed statement about all other files.";
        LimitsHeading { } => "Điều không chứng minh được", "What is not proved";
        Limit1 { } =>
            "Rằng loa ngoài trời đã kêu hay có người nghe: mức bằng chứng 1 nghĩa là thiết bị âm thanh của máy đã nhận âm thanh.",
            "That a loudspeaker sounded, or that anybody listened: level of proof 1 means that the computer's sound device took the sound.";
        Limit2 { } =>
            "Giờ là giờ của máy ở đài. Xác nhận của Sở chỉ chứng minh dòng nhật ký đã có trước thời điểm đó.",
            "Times are those of the station's clock. The department's countersignature proves only that the entry existed at that time.";
        Limit3 { } =>
            "Tên và nơi của đài, cột “doubt”, và chữ “confirmed” ở cột “clock” là lời của Sở; biên nhận không có. Nội dung bản ghi không ở đây: chỉ có mã SHA-256, để so với tệp âm thanh của đài.",
            "Names and places of stations, the column \"doubt\", and \"confirmed\" in the column \"clock\" are what the department states; they are in no receipt. The recordings are not here: only their SHA-256, to compare with the station's sound file.";
        Limit4 { } =>
            "Rằng đây là mọi lượt phát: bộ này là phần mà Sở đã chọn.",
            "That these are all airings: the bundle is what the department has selected.";
        Missing { airings: Grouped<AiringCount> } =>
            "{airings} lượt theo kế hoạch đã chọn chưa có kết quả, nên không có biên nhận.",
            "Selected and planned, but without an outcome, and so without a receipt: {airings}.";
    }
}
