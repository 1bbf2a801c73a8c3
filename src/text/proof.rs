//! Sentences about proof: verdicts, exports, receipts, keys, collections.
use super::count::{EntryCount, EpochCount, FileCount, LogCount};
use super::system::SystemText;
use super::texts;

texts! {
    /// Faults of a log, in one sentence each.
    pub enum FaultText {
        NotAccepted { } =>
            "khoá này có trong sổ đài (registry.toml) nhưng chưa ai chấp nhận trên máy này",
            "its key is in registry.toml, but nobody has accepted it on this machine";
        RemovedFromRegistry { } =>
            "đã bị bỏ khỏi sổ đài (registry.toml), và chưa ai chấp nhận điều đó trên máy này",
            "it was removed from registry.toml, and nobody has accepted that on this machine";
        NoLog { } => "ở đây không có nhật ký phát thanh nào", "there is no airing log here";
        HeadUnreadable { } =>
            "điểm kiểm (tệp checkpoint) bị mất hoặc không đọc được",
            "the checkpoint is missing or cannot be read";
        WrongKey { } =>
            "điểm kiểm không do khoá đã ghi danh niêm phong",
            "the checkpoint is not signed by the enrolled key";
        HeadForged { } =>
            "niêm phong trên điểm kiểm là giả hoặc đã bị sửa",
            "the signature on the checkpoint is forged or has been changed";
        KeyOfOtherStation { key_station: String, log_station: String } =>
            "khoá này của đài {key_station}, còn nhật ký là của {log_station}",
            "this key belongs to {key_station}, but the log is that of {log_station}";
        KeyOfOtherLog { station: String } =>
            "khoá này của một nhật ký khác của đài {station} (máy đã thay ổ đĩa hay lập nhật ký mới?)",
            "this key belongs to another log of {station} (was its disk replaced, or a new log begun?)";
        OtherLog { origin: String } =>
            "đây là một nhật ký khác: {origin}",
            "this is another log: {origin}";
        Rehearsal { origin: String } =>
            "đây là nhật ký diễn tập ({origin}), không chứng minh điều gì",
            "this is a rehearsal ({origin}); it proves nothing";
        Short { lines: u64, size: u64 } =>
            "nhật ký bị cắt: chỉ còn {lines} dòng trong {size} dòng đã niêm phong",
            "the log is cut short: it has only {lines} of the {size} entries that were sealed";
        Entry { seq: u64 } =>
            "dòng số {seq} không đúng chỗ hoặc đã bị sửa",
            "entry {seq} is out of place or has been changed";
        TooLong { seq: u64 } => "dòng số {seq} dài quá mức cho phép", "entry {seq} is longer than an entry may be";
        GenesisMissing { } =>
            "không có dòng đầu tiên (genesis)",
            "the first entry (genesis) is missing";
        GenesisKeys { } =>
            "khoá ghi trong dòng đầu tiên không khớp với tên hoặc khoá đã ghi danh của nhật ký",
            "the keys in the first entry do not match the log's name or its enrolled key";
        ClosingsUnreadable { } =>
            "tệp closings không đọc được hoặc đã bị sửa",
            "the closings cannot be read or have been changed";
        ClosingMissing { epoch: u64, from: u64, until: u64 } =>
            "thiếu điểm kiểm kết thúc kỳ khoá {epoch} (các dòng {from} đến {until})",
            "the closing of epoch {epoch} is missing (entries {from} to {until})";
        Closing { epoch: u64, from: u64, until: u64 } =>
            "trong các dòng {from} đến {until} (kỳ khoá {epoch}) có dòng đã bị sửa, thêm hoặc bớt",
            "among entries {from} to {until} (epoch {epoch}) something was changed, added or removed";
        ClosingForged { epoch: u64 } =>
            "niêm phong kết thúc kỳ khoá {epoch} là giả hoặc đã bị sửa",
            "the closing of epoch {epoch} is forged or has been changed";
        ClosingsLeft { } =>
            "có điểm kiểm mới hơn nhật ký: nhật ký đã bị lùi về trạng thái cũ, hoặc lần xuất ra bị dở dang",
            "there are closings newer than the log: it was rolled back, or an export was interrupted";
        EpochEntry { seq: u64 } =>
            "dòng đổi khoá số {seq} không hợp lệ",
            "the epoch entry {seq} is not valid";
        Root { from: u64, until: u64 } =>
            "trong các dòng {from} đến {until} có dòng đã bị sửa, thêm hoặc bớt",
            "among entries {from} to {until} something was changed, added or removed";
        HeadEpoch { epoch: u64, from: u64 } =>
            "điểm kiểm không có niêm phong đúng của kỳ khoá {epoch} (từ dòng {from}): có thể ai đó đã giữ khoá chính để viết lại",
            "the checkpoint has no valid signature of epoch {epoch} (from entry {from}): somebody who has only the log key may have rewritten it";
        RolledBack { size: u64, seen: u64 } =>
            "nhật ký đã bị lùi: nay có {size} dòng, trước đây đã thấy {seen} dòng",
            "the log was rolled back: it has {size} entries, but had {seen} when it was last seen";
        Fork { size: u64 } =>
            "nhật ký đã bị viết lại: {size} dòng đầu không còn như lần đã thấy trước",
            "the log was rewritten: its first {size} entries are not the ones that were seen before";
        TileMissing { path: String } => "bản xuất thiếu tệp {path}", "{path} is missing from the export";
        TileDiffers { path: String } => "tệp {path} trong bản xuất đã bị sửa", "{path} in the export has been changed";
        KeptMissing { name: String } => "thiếu tệp {name} mà nhật ký dẫn tới", "{name}, which the log refers to, is missing";
        KeptDiffers { name: String } => "tệp {name} mà nhật ký dẫn tới đã bị sửa", "{name}, which the log refers to, has been changed";
        Torn { bytes: u64, size: u64 } =>
            "sau dòng cuối cùng được niêm phong (có {size} dòng) còn {bytes} byte chưa niêm phong: ghi dở dang khi mất điện, hoặc ai đó viết thêm; chúng không thuộc nhật ký",
            "after the last sealed entry (there are {size}) come {bytes} bytes that were never sealed: left by a power cut, or added by somebody; they are not part of the log";
        SeenForged { } =>
            "điểm kiểm đưa ra để so sánh không phải của nhật ký này",
            "the earlier checkpoint that was given does not belong to this log";
        CosignedForged { } =>
            "điểm kiểm có xác nhận của Sở (tệp cosigned) không đúng",
            "the countersigned checkpoint (cosigned) is not valid";
        NoSuchCode { } =>
            "mã nhật ký này không khớp với nhật ký ở bất cứ dòng nào",
            "this head code does not match the log at any entry";
        NoSuchAiring { } =>
            "nhật ký không có kết quả nào của lượt phát này",
            "the log has no outcome for this airing";
        ReceiptUnreadable { } => "đây không phải biên nhận lượt phát", "this is not a receipt";
        ReceiptProof { seq: u64 } =>
            "dòng số {seq} trong biên nhận không thuộc nhật ký, hoặc đã bị sửa",
            "entry {seq} of the receipt is not in the log, or has been changed";
        Unreadable { detail: String } => "không đọc được: {detail}", "it cannot be read: {detail}";
        ProgramFailed { detail: String } =>
            "chương trình bị lỗi khi đọc nhật ký này ({detail}); đó là lỗi của loa, xin báo lại",
            "the program failed while reading this log ({detail}); that is a bug in loa, please report it";
    }
}

texts! {
    /// Sentences of `loa verify`, `export`, `receipt`, `key`, `enrol` and `collect`.
    pub enum ProofText {
        Whole { station: String, entries: EntryCount, epochs: EpochCount, code: String } =>
            "Đã xác minh, toàn vẹn: nhật ký phát thanh của đài {station}, {entries} dòng, {epochs} kỳ khoá; mã nhật ký {code}.",
            "Verified, whole: the airing log of {station}, {entries}, {epochs}; head code {code}.";
        WholeNoEpochs { station: String, entries: EntryCount, code: String } =>
            "Đã xác minh, toàn vẹn theo một khoá: nhật ký {station}, {entries} dòng; mã nhật ký {code}. Không xét kỳ khoá.",
            "Verified, whole by one key: the log {station}, {entries}; head code {code}. Epochs were not checked.";
        Changed { fault: FaultText } => "PHÁT HIỆN DỮ LIỆU BỊ THAY ĐỔI: {fault}.", "NOT WHOLE: {fault}.";
        NotProof { fault: FaultText } => "Không xác minh được: {fault}.", "Not verified: {fault}.";
        OwnerNotChecked { key: String } =>
            "Chưa cho biết khoá (--key) nên chỉ biết nhật ký toàn vẹn, chưa biết là của ai. Khoá ghi trong nhật ký: {key}",
            "No key was given (--key): the log is whole in itself, but its owner was not checked. The key that it names: {key}";
        OpenEpoch { from: u64 } =>
            "Các dòng từ số {from} chưa được chốt (kỳ khoá đang mở): ai giữ cả hai khoá của đài vẫn có thể viết lại chúng cho tới khi Sở thu nhận.",
            "Entries from {from} on are in the open epoch: anybody who holds both of the station's keys could still rewrite them, until the department has collected them.";
        NotNewest { } =>
            "Nhật ký không tự chứng minh được rằng nó là bản mới nhất, cũng không chứng minh được loa ngoài trời đã kêu.",
            "A log cannot prove by itself that it is the newest, nor that a loudspeaker was heard.";
        CodeFits { code: String, entries: EntryCount } =>
            "Mã {code} đúng với nhật ký này đến dòng {entries}: từ khi ghi mã, phần đó không bị thay đổi gì.",
            "The code {code} is that of this log after {entries}: up to there, nothing has changed since it was written down.";
        BadCode { } =>
            "Mã nhật ký có 16 ký hiệu, dạng 0123-4567-89AB-CDEF.",
            "A head code has 16 symbols, as in 0123-4567-89AB-CDEF.";
        BadKey { text: String } =>
            "“{text}” không phải khoá xác minh (có dạng tên+mã+base64, xem loa key show).",
            "`{text}` is not a verifier key (of the form name+id+base64, see loa key show).";
        AiringSummary { id: String, title: String, result: String, planned: String } =>
            "Lượt phát {id} (“{title}”): {result}; dự kiến: {planned}.",
            "Airing {id} (“{title}”): {result}; planned: {planned}.";
        ClockAtWriting { at: String, quality: String } =>
            "Đồng hồ của đài khi ghi: {at}, {quality}.",
            "The station's clock at the time of writing: {at}, {quality}.";
        ClockSynced { ms: String } => "đã đồng bộ, sai nhiều nhất {ms} ms", "synchronised, at most {ms} ms off";
        ClockAlone { } => "không đồng bộ", "not synchronised";
        NotBefore { at: String } => "Không sớm hơn {at} (mốc giờ của Sở).", "Not before {at} (the department's anchor).";
        NotAfter { at: String } => "Không muộn hơn {at} (xác nhận của Sở).", "Not after {at} (the department's countersignature).";
        NoBefore { } => "Không có mốc giờ nào của Sở ở trước đó.", "None of the department's anchors comes before it.";
        NoAfter { } => "Chưa có xác nhận nào của Sở ở sau đó.", "None of the department's countersignatures covers it yet.";
        ReceiptWhole { seq: u64, origin: String, entries: EntryCount } =>
            "Đã xác minh: dòng số {seq} nằm trong nhật ký {origin}, khi nhật ký có {entries} dòng.",
            "Verified: entry {seq} is in the log {origin}, as it was when it had {entries}.";
        ReceiptLimits { } =>
            "Biên nhận chỉ dựa trên khoá chính của nhật ký và không mang mốc giờ “không sớm hơn”; xác nhận của Sở hoặc bản xuất toàn bộ nhật ký chứng minh được nhiều hơn.",
            "A receipt rests on the log's own key alone and carries no “not before”; the department's countersignature or an export of the whole log proves more.";
        MistypedKey { text: String } =>
            "“{text}”: khoá chép sai hoặc thiếu ký tự. Hãy chép lại cả dòng khoá (loa key show).",
            "`{text}`: this key was copied with a wrong or missing character. Copy the whole line again (loa key show).";
        LogsBelow { path: String } =>
            "{path} không phải một nhật ký, nhưng bên trong có:",
            "{path} is not a log, but contains these:";
        MoreLogsBelow { count: LogCount } => "… và {count} nữa", "... and {count} more";
        KeyNeeded { } =>
            "Biên nhận cần khoá của nhật ký: loa verify TỆP --key KHOÁ. Hãy hỏi khoá ở đài (loa key show) hoặc ở Sở.",
            "A receipt needs the log's key: loa verify FILE --key KEY. Ask the station (loa key show) or the department for it.";
        NotForBundle { options: String } =>
            "Không dùng được với bộ bằng chứng: {options}. Bộ tự mang khoá của các nhật ký; chỉ thêm được --witness-key KHOÁ_CỦA_SỞ.",
            "Not for a proof bundle: {options}. It has the keys of its logs; only --witness-key DEPARTMENT_KEY can be added.";
        NotForReceipt { options: String } =>
            "Không dùng được với biên nhận: {options}. Biên nhận dùng --key KHOÁ_CỦA_NHẬT_KÝ và --witness-key KHOÁ_CỦA_SỞ.",
            "Not for a receipt: {options}. A receipt takes --key KEY_OF_THE_LOG and --witness-key DEPARTMENT_KEY.";
        NotForJournal { options: String } =>
            "Không dùng được với sổ thu nhận của Sở: {options}. Sổ chỉ dùng --witness-key KHOÁ_CỦA_SỞ.",
            "Not for the department's journal: {options}. It takes only --witness-key DEPARTMENT_KEY.";
        ReceiptMade { path: String } => "Đã ghi biên nhận: {path}", "The receipt was written: {path}";
        LogLost { station: String, entries: EntryCount, at: String } =>
            "Thư mục này không còn airlog; máy này đã ghi {entries} dòng nhật ký cho {station}, đến {at}. Hãy lấy lại airlog từ Thùng rác trước khi chạy đài; nếu không được, hãy báo Sở ghi danh khoá mới.",
            "The airlog of this folder is gone; this machine logged {entries} for {station}, up to {at}. Put airlog back (look in the trash) before you run the station; if you cannot, the department must enrol the new key.";
        Moment { time: String, date: String } => "{time} ngày {date}", "{date} {time}";
        NoLogYet { folder: String } =>
            "Đài chưa có nhật ký nên chưa có khoá. Khoá được tạo khi đài chạy lần đầu: loa run{folder}",
            "The station has no log yet, and so no key. The key is made when the station first runs: loa run{folder}";
        Exported { entries: EntryCount, before: u64, files: FileCount, path: String } =>
            "Đã xuất nhật ký ra {path}: {entries} dòng (trước đó đã có {before}), ghi {files} tệp.",
            "The log was exported to {path}: {entries} ({before} of them there before), {files} written.";
        ExportCode { code: String } => "Mã nhật ký: {code}", "Head code: {code}";
        NewestNotLocked { why: String } =>
            "Đã xuất đủ, bản xuất dùng được; chỉ phần mới nhất của nhật ký chưa được chốt ({why}).",
            "The export is complete and good, but its newest entries are not locked yet ({why}).";
        ExportLacksWaiting { count: EntryCount } =>
            "Bản xuất dùng được, nhưng CHƯA CÓ phần mới nhất: còn {count} dòng chờ trong bộ nhớ của đài, vì ổ đĩa không cho ghi. Hãy kiểm tra ổ đĩa, đừng tắt máy, rồi xuất lại.",
            "The export is good, but it LACKS the newest entries: {count} in the station's memory, because the disk cannot be written to. Check the disk, do not switch off, then export again.";
        KeysElsewhere { } => "khoá của nhật ký không có trên máy này hoặc tài khoản này", "the log's keys are not on this machine or account";
        StationUnreachable { } => "đài đang chạy mà không liên lạc được từ đây", "the station is running and cannot be reached from here";
        StationSilent { } => "đài đang chạy nhưng chưa trả lời", "the station is running and has not answered";
        KeysInUse { } => "một bản sao của đài này đang chạy và dùng cùng khoá", "a copy of this station is running with the same keys";
        LogNotNewest { } => "đây không phải bản nhật ký mới nhất mà máy này đã ký", "this is not the newest log that this machine has signed";
        LogDamaged { } => "nhật ký bị hỏng", "the log is damaged";
        DiskRefuses { } => "ổ đĩa không cho ghi", "the disk cannot be written to";
        CosignedKept { entries: EntryCount } =>
            "Đã nhận xác nhận của Sở cho {entries} dòng đầu của nhật ký.",
            "The department's countersignature of the first {entries} was received.";
        CosignedUnchecked { entries: EntryCount } =>
            "Đã nhận tệp xác nhận cho {entries} dòng đầu của nhật ký. Đài chưa biết khoá của Sở nên không kiểm được đó có đúng là của Sở không: hãy ghi key = \"…\" trong phần [department] của station.toml.",
            "A countersignature of the first {entries} was received. The station does not know the department's key and cannot check whose it is: put key = \"...\" under [department] in station.toml.";
        NoCountersignature { } =>
            "Tệp cosigned trên USB không có xác nhận của Sở; đã bỏ qua.",
            "The file cosigned on the stick has no countersignature of the department; it was ignored.";
        CosignedOtherLog { } =>
            "Tệp cosigned trên USB không phải của nhật ký này; đã bỏ qua.",
            "The file cosigned on the stick does not belong to this log; it was ignored.";
        NotExported { fault: FaultText } => "Không xuất được: {fault}.", "Not exported: {fault}.";
        OtherFolder { } =>
            "gợi ý: xuất ra một thư mục mới, và giữ nguyên bản cũ",
            "hint: export to a new folder, and keep the old one unchanged";
        Enrolled { station: String, count: usize } =>
            "Đã ghi danh nhật ký của đài {station} (đài này nay có {count} nhật ký).",
            "The log of {station} is enrolled (the station has {count} now).";
        EnrolledBefore { station: String } => "Nhật ký này của đài {station} đã được ghi danh từ trước.", "This log of {station} is already enrolled.";
        WitnessKey { key: String } => "Khoá xác nhận của Sở: {key}", "The department's key: {key}";
        ExportFault { fault: FaultText } => "  nhưng: {fault}.", "  but: {fault}.";
        NothingFound { path: String } => "{path}: không có bản xuất nhật ký nào.", "{path}: there is no exported log here.";
    }
}

texts! {
    /// Sentences about a hand-in, which is a copy of the log for the department.
    pub enum HandInText {
        FolderQuestion { path: String } =>
            "{path} không nằm trên USB hay ổ mạng: bản chép sẽ ở lại trên máy này. USB đã cắm chưa? Nếu vẫn muốn chép vào đó, gõ “có” rồi nhấn Enter: ",
            "{path} is not on a stick or a network: the copy stays on this computer. Is the stick plugged in? To copy there anyway, type yes: ";
        FolderRefused { path: String } =>
            "Chưa chép: {path} không nằm trên USB hay ổ mạng, nên bản chép sẽ ở lại trên máy này. Hãy cắm USB rồi làm lại; nếu vẫn muốn chép vào đó, thêm --anyway.",
            "Not copied: {path} is not on a stick or a network, so the copy would stay on this computer. Plug in the stick and try again; to copy there anyway, add --anyway.";
        NotCopied { } => "Chưa chép gì.", "Nothing was copied.";
        TakeOut { command: String } =>
            "Đã chép xong và đã ghi hết xuống USB. Có thể rút USB ra sau khi gõ: {command}",
            "The copy is complete, and all of it is on the stick. You can take the stick out after: {command}";
        Copied { } => "Đã chép xong.", "The copy is complete.";
        CopiedHere { } =>
            "Đã chép xong, nhưng bản chép nằm trên máy này nên chưa tính là đã nộp Sở.",
            "The copy is complete, but it is on this computer and does not count as handed in.";
        NotWrittenDown { detail: SystemText } =>
            "CHƯA RÚT USB: không chắc mọi thứ đã ghi xuống. Hãy làm lại. {detail}",
            "DO NOT TAKE THE STICK OUT: perhaps not everything is written to it. Try again. {detail}";
        NotRemembered { detail: SystemText } =>
            "Bản chép đã đủ, hãy nộp như thường. Nhưng đài chưa ghi nhớ được lần nộp này: {detail}",
            "The copy is complete; hand it in as usual. But the station could not note this hand-in: {detail}";
        NotRememberedByUser { detail: SystemText } =>
            "Bản chép đã đủ, hãy nộp như thường. Nhưng đài chưa ghi nhớ được lần nộp này, nên loa status sẽ còn nhắc nộp: {detail}. Lần sau hãy gõ lệnh này với sudo.",
            "The copy is complete; hand it in as usual. But the station could not note it, so loa status will still remind you of it: {detail}. Next time type this command with sudo.";
    }
}
