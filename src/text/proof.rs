//! Sentences about proof: verdicts, exports, receipts, keys, collections.
use super::texts;

texts! {
    /// Faults of a log, in one sentence each.
    pub enum FaultText {
        NotAccepted { } =>
            "khoá này có trong sổ đài (registry.toml) nhưng chưa ai chấp nhận trên máy này",
            "its key stands in registry.toml, and nobody has accepted it on this machine";
        TakenOut { } =>
            "đã bị lấy ra khỏi sổ đài (registry.toml), và chưa ai chấp nhận điều đó trên máy này",
            "it was taken out of registry.toml, and nobody has accepted that on this machine";
        NoLog { } => "ở đây không có nhật ký phát thanh nào", "there is no airing log here";
        HeadUnreadable { } =>
            "điểm kiểm (tệp checkpoint) bị mất hoặc không đọc được",
            "the checkpoint is lacking or cannot be read";
        WrongKey { } =>
            "điểm kiểm không do khoá đã ghi danh niêm phong",
            "the checkpoint is not signed by the enrolled key";
        HeadForged { } =>
            "niêm phong trên điểm kiểm là giả hoặc đã bị sửa",
            "the signature on the checkpoint is forged or was changed";
        OtherLog { origin: String } =>
            "đây là một nhật ký khác: {origin}",
            "this is another log: {origin}";
        Rehearsal { origin: String } =>
            "đây là nhật ký diễn tập ({origin}), không chứng minh điều gì",
            "this is a rehearsal ({origin}); it proves nothing";
        Short { lines: u64, size: u64 } =>
            "nhật ký bị cắt: chỉ còn {lines} mục trong {size} mục đã niêm phong",
            "the log is cut: it has {lines} of the {size} entries that were sealed";
        Entry { seq: u64 } =>
            "mục số {seq} không đúng chỗ hoặc đã bị sửa",
            "entry {seq} is out of place or was changed";
        TooLong { seq: u64 } => "mục số {seq} dài quá mức cho phép", "entry {seq} is longer than an entry can be";
        GenesisMissing { } =>
            "mục đầu tiên (genesis) không có",
            "the first entry (genesis) is lacking";
        GenesisKeys { } =>
            "khoá ghi trong mục đầu tiên không khớp với tên hoặc khoá đã ghi danh của nhật ký",
            "the keys in the first entry do not fit the log's name or its enrolled key";
        ClosingsUnreadable { } =>
            "tệp closings không đọc được hoặc đã bị sửa",
            "the closings cannot be read or were changed";
        ClosingMissing { epoch: u64, from: u64, until: u64 } =>
            "thiếu điểm kiểm kết thúc kỳ khoá {epoch} (các mục {from} đến {until})",
            "the closing of epoch {epoch} is lacking (entries {from} to {until})";
        Closing { epoch: u64, from: u64, until: u64 } =>
            "trong các mục {from} đến {until} (kỳ khoá {epoch}) có mục đã bị sửa, thêm hoặc bớt",
            "among entries {from} to {until} (epoch {epoch}) something was changed, added or removed";
        ClosingForged { epoch: u64 } =>
            "niêm phong kết thúc kỳ khoá {epoch} là giả hoặc đã bị sửa",
            "the closing of epoch {epoch} is forged or was changed";
        ClosingsLeft { } =>
            "có điểm kiểm mới hơn nhật ký: nhật ký đã bị lùi về trạng thái cũ, hoặc việc xuất ra bị dở dang",
            "there are closings newer than the log: it was rolled back, or an export was interrupted";
        EpochEntry { seq: u64 } =>
            "mục đổi khoá số {seq} không hợp lệ",
            "the epoch entry {seq} is not what it should be";
        Root { from: u64, until: u64 } =>
            "trong các mục {from} đến {until} có mục đã bị sửa, thêm hoặc bớt",
            "among entries {from} to {until} something was changed, added or removed";
        HeadEpoch { epoch: u64, from: u64 } =>
            "điểm kiểm không có niêm phong đúng của kỳ khoá {epoch} (từ mục {from}): có thể ai đó đã giữ khoá chính để viết lại",
            "the checkpoint lacks the good signature of epoch {epoch} (from entry {from}): somebody with the log key alone may have rewritten it";
        RolledBack { size: u64, seen: u64 } =>
            "nhật ký đã bị lùi: nay có {size} mục, trước đây đã thấy {seen} mục",
            "the log was rolled back: it has {size} entries and had {seen} when it was seen before";
        Fork { size: u64 } =>
            "nhật ký đã bị viết lại: {size} mục đầu không còn như lần đã thấy trước",
            "the log was rewritten: its first {size} entries are not those that were seen before";
        TileMissing { path: String } => "bản xuất thiếu tệp {path}", "the export lacks {path}";
        TileDiffers { path: String } => "tệp {path} trong bản xuất đã bị sửa", "{path} in the export was changed";
        KeptMissing { name: String } => "thiếu tệp {name} mà nhật ký dẫn tới", "{name}, which the log names, is lacking";
        KeptDiffers { name: String } => "tệp {name} mà nhật ký dẫn tới đã bị sửa", "{name}, which the log names, was changed";
        Torn { bytes: u64, size: u64 } =>
            "sau mục cuối cùng được niêm phong (có {size} mục) còn {bytes} byte chưa niêm phong: bị đứt khi mất điện, hoặc ai đó viết thêm; chúng không thuộc nhật ký",
            "after the last sealed entry (there are {size}) stand {bytes} bytes that were never sealed: torn by a power cut, or added; they are no part of the log";
        SeenForged { } =>
            "điểm kiểm đưa ra để so sánh không phải của nhật ký này",
            "the earlier checkpoint that was given is none of this log's";
        CosignedForged { } =>
            "điểm kiểm có xác nhận của Sở (tệp cosigned) không đúng",
            "the countersigned checkpoint (cosigned) is not good";
        NoSuchCode { } =>
            "mã nhật ký này không khớp với bất cứ lúc nào của nhật ký",
            "this head code does not fit the log at any time";
        NoSuchAiring { } =>
            "nhật ký không có kết quả nào của lượt phát này",
            "the log has no outcome of this airing";
        ReceiptUnreadable { } => "đây không phải biên nhận lượt phát", "this is no receipt";
        ReceiptProof { seq: u64 } =>
            "mục số {seq} trong biên nhận không thuộc nhật ký, hoặc đã bị sửa",
            "entry {seq} of the receipt is not in the log, or was changed";
        Unreadable { detail: String } => "không đọc được: {detail}", "it cannot be read: {detail}";
        ProgramFailed { detail: String } =>
            "chương trình bị lỗi khi đọc nhật ký này ({detail}); đó là lỗi của loa, xin báo lại",
            "the program failed over it ({detail}); that is a fault of loa, please report it";
    }
}

texts! {
    /// Sentences of `loa verify`, `export`, `receipt`, `key`, `enrol` and `collect`.
    pub enum ProofText {
        Whole { station: String, entries: u64, epochs: u64, code: String } =>
            "Đã xác minh, toàn vẹn: nhật ký phát thanh của đài {station}, {entries} mục, {epochs} kỳ khoá; mã nhật ký {code}.",
            "Verified, whole: the airing log of {station}, {entries} entries, {epochs} epochs; head code {code}.";
        WholeNoEpochs { station: String, entries: u64, code: String } =>
            "Đã xác minh, toàn vẹn theo một khoá: nhật ký {station}, {entries} mục; mã nhật ký {code}. Không xét kỳ khoá.",
            "Verified, whole by one key: the log {station}, {entries} entries; head code {code}. Epochs were not looked at.";
        Changed { fault: FaultText } => "PHÁT HIỆN DỮ LIỆU BỊ THAY ĐỔI: {fault}.", "NOT WHOLE: {fault}.";
        NotProof { fault: FaultText } => "Không xác minh được: {fault}.", "Not verified: {fault}.";
        Unowned { key: String } =>
            "Chưa cho biết khoá (--key) nên chỉ biết nhật ký toàn vẹn, chưa biết là của ai. Khoá ghi trong nhật ký: {key}",
            "No key was given (--key): the log is whole in itself, but whose it is was not checked. The key that it names: {key}";
        OpenEpoch { from: u64 } =>
            "Các mục từ số {from} nằm trong kỳ khoá đang mở: ai giữ cả hai khoá của đài vẫn có thể viết lại chúng cho tới khi Sở thu nhận.",
            "Entries from {from} on are in the open epoch: who holds both keys of the station could still rewrite them, until the department has collected them.";
        NotNewest { } =>
            "Nhật ký không tự chứng minh được rằng nó là bản mới nhất, cũng không chứng minh được loa ngoài trời đã kêu.",
            "A log cannot prove by itself that it is the newest, nor that a horn sounded.";
        CodeFits { code: String, entries: u64 } =>
            "Mã {code} đúng với nhật ký này sau {entries} mục: đến đó không có gì bị thay đổi từ khi ghi mã.",
            "The code {code} is that of this log after {entries} entries: up to there nothing was changed since it was written down.";
        BadCode { } =>
            "Mã nhật ký có 16 ký hiệu, dạng 0123-4567-89AB-CDEF.",
            "A head code has 16 symbols, as in 0123-4567-89AB-CDEF.";
        BadKey { text: String } =>
            "“{text}” không phải khoá xác minh (dạng tên+mã+base64, xem loa key show).",
            "`{text}` is not a verifier key (as in name+id+base64, see loa key show).";
        AiringTold { id: String, title: String, result: String, planned: String } =>
            "Lượt phát {id} (“{title}”): {result}; dự kiến: {planned}.",
            "Airing {id} (“{title}”): {result}; planned: {planned}.";
        ClockSaid { at: String, quality: String } =>
            "Đồng hồ của đài khi ghi: {at}, {quality}.",
            "The station's clock when it was written: {at}, {quality}.";
        ClockSynced { ms: String } => "đã đồng bộ, sai nhiều nhất {ms} ms", "synchronised, at most {ms} ms off";
        ClockAlone { } => "không đồng bộ", "not synchronised";
        NotBefore { at: String } => "Không sớm hơn {at} (mốc giờ của Sở).", "Not before {at} (the department's anchor).";
        NotAfter { at: String } => "Không muộn hơn {at} (xác nhận của Sở).", "Not after {at} (the department's countersignature).";
        NoBefore { } => "Không có mốc giờ nào của Sở ở trước đó.", "No anchor of the department's stands before it.";
        NoAfter { } => "Chưa có xác nhận nào của Sở ở sau đó.", "No countersignature of the department's covers it yet.";
        ReceiptWhole { seq: u64, origin: String, entries: u64 } =>
            "Đã xác minh: mục số {seq} nằm trong nhật ký {origin}, khi nhật ký có {entries} mục.",
            "Verified: entry {seq} is in the log {origin}, as it was with {entries} entries.";
        ReceiptLimits { } =>
            "Biên nhận chỉ dựa trên khoá chính của nhật ký và không mang mốc giờ “không sớm hơn”; xác nhận của Sở hoặc bản xuất toàn bộ nhật ký nói được nhiều hơn.",
            "A receipt rests on the log's own key alone and carries no “not before”; the department's countersignature or an export of the whole log say more.";
        KeyNeeded { } =>
            "Biên nhận cần khoá của nhật ký: loa verify TỆP --key KHOÁ (xem loa key show).",
            "A receipt needs the log's key: loa verify FILE --key KEY (see loa key show).";
        ReceiptMade { path: String } => "Đã ghi biên nhận: {path}", "The receipt was written: {path}";
        NoLogYet { } =>
            "Đài chưa có nhật ký nên chưa có khoá. Khoá được tạo khi đài chạy lần đầu: loa run",
            "The station has no log yet, and so no key. It is made when the station runs first: loa run";
        Exported { entries: u64, before: u64, files: u64, path: String } =>
            "Đã xuất nhật ký ra {path}: {entries} mục (trước đó đã có {before}), ghi {files} tệp.",
            "The log was exported to {path}: {entries} entries ({before} were there before), {files} files written.";
        ExportCode { code: String } => "Mã nhật ký: {code}", "Head code: {code}";
        NotRolled { why: String } =>
            "Kỳ khoá đang mở chưa kết thúc được ({why}); bản xuất vẫn đúng, nhưng các mục mới nhất chưa được khoá chặt.",
            "The open epoch could not be ended ({why}); the export is good, but its newest entries are not yet locked.";
        KeysElsewhere { } => "khoá của nhật ký không có ở đây", "the log's keys are not here";
        StationUnreachable { } => "đài đang chạy và không hỏi được từ đây", "the station runs and cannot be asked from here";
        DiskRefuses { } => "đĩa từ chối ghi", "the disk refuses";
        CosignedKept { entries: u64 } =>
            "Đã nhận xác nhận của Sở cho {entries} mục đầu của nhật ký.",
            "The department's countersignature of the first {entries} entries was taken over.";
        CosignedUnchecked { entries: u64 } =>
            "Đã nhận tệp xác nhận cho {entries} mục đầu của nhật ký. Đài chưa biết khoá của Sở nên không kiểm được đó có đúng là của Sở không: hãy ghi key = \"…\" dưới [department] trong station.toml.",
            "A countersignature of the first {entries} entries was taken over. The station does not know the department's key and cannot check whose it is: put key = \"...\" under [department] in station.toml.";
        CosignedBare { } =>
            "Tệp cosigned trên thẻ không có xác nhận của Sở; đã bỏ qua.",
            "The file cosigned on the stick bears no countersignature of the department; it was passed over.";
        CosignedOther { } =>
            "Tệp cosigned trên thẻ không phải của nhật ký này; đã bỏ qua.",
            "The file cosigned on the stick is none of this log's; it was passed over.";
        NotExported { fault: FaultText } => "Không xuất được: {fault}.", "Not exported: {fault}.";
        OtherFolder { } =>
            "gợi ý: xuất ra một thư mục mới, và giữ nguyên bản cũ",
            "hint: export to a new folder, and keep the old one as it is";
        Enrolled { station: String, count: usize } =>
            "Đã ghi danh nhật ký của đài {station} (đài này nay có {count} nhật ký).",
            "The log of {station} is enrolled (the station has {count} now).";
        EnrolledBefore { station: String } => "Nhật ký này của đài {station} đã được ghi danh từ trước.", "This log of {station} was enrolled before.";
        WitnessKey { key: String } => "Khoá xác nhận của Sở: {key}", "The department's key: {key}";
        Taken { station: String, entries: u64, new: u64 } =>
            "{station}: đã thu nhận {entries} mục ({new} mục mới), đã xác nhận.",
            "{station}: {entries} entries taken ({new} new), countersigned.";
        TakenLacking { fault: FaultText } => "  nhưng: {fault}.", "  but: {fault}.";
        NotReturned { detail: String } =>
            "  nhưng không ghi được xác nhận trở lại thẻ: {detail}",
            "  but the countersignature could not be written back: {detail}";
        Unknown { origin: String } =>
            "TỪ CHỐI {origin}: nhật ký chưa được ghi danh. Nếu đúng là của đài, hãy ghi danh: loa enrol KHOÁ --store KHO",
            "REFUSED {origin}: this log is not enrolled. If it is a station's, enrol it: loa enrol VKEY --store STORE";
        Refused { origin: String, fault: FaultText } => "TỪ CHỐI {origin}: {fault}.", "REFUSED {origin}: {fault}.";
        Evidence { path: String } =>
            "  Hai điểm kiểm trái nhau được giữ làm bằng chứng: {path}",
            "  Both signed heads are kept as evidence: {path}";
        NothingFound { path: String } => "{path}: không có bản xuất nhật ký nào.", "{path}: there is no export of a log.";
    }
}
