//! Sentences about the department's own journal, and about the incidents in it.
use super::count::{
    CollectionCount, DayCount, EntryCount, FileCount, FindingCount, Grouped, IncidentCount, RepeatCount,
};
use super::texts;

texts! {
    /// Faults of the journal in a store.
    pub enum JournalFaultText {
        Missing { known: EntryCount } =>
            "sổ thu nhận của Sở không còn trong kho; máy này nhớ sổ có {known} dòng",
            "the department's journal is gone from the store; this machine remembers {known}";
        RolledBack { size: u64, known: u64 } =>
            "sổ thu nhận của Sở trong kho đã bị thay bằng bản cũ: có {size} dòng, máy này đã ghi {known} dòng",
            "the department's journal in the store was replaced by an older copy: it has {size} entries, this machine has written {known}";
        Edited { entry: u64 } =>
            "sổ thu nhận của Sở trong kho đã bị sửa, từ dòng số {entry}",
            "the department's journal in the store was edited, from entry {entry} on";
        LinesMissing { lines: u64, size: u64 } =>
            "sổ thu nhận của Sở trong kho bị cắt: chỉ còn {lines} dòng trong {size} dòng đã niêm phong",
            "the department's journal in the store is cut short: it has only {lines} of the {size} entries that were sealed";
        Forked { entry: u64 } =>
            "sổ thu nhận của Sở rẽ nhánh từ dòng số {entry}: một máy khác có bản sao khoá của Sở cũng ghi vào kho; cả hai phần được giữ",
            "the department's journal forks at entry {entry}: another machine with a copy of the department's key has written to the store too; both parts are kept";
        HeadUnsigned { } =>
            "điểm kiểm của sổ thu nhận trong kho bị mất, không đọc được, hoặc không mang niêm phong của Sở",
            "the checkpoint of the journal in the store is missing or unreadable, or the department has not signed it";
        OtherKey { key: String } =>
            "sổ thu nhận trong kho do một máy khác ghi (khoá {key}); sự việc của máy này chỉ được giữ trên máy này",
            "the journal in the store is that of another machine (key {key}); the incidents of this machine are kept on this machine only";
        OtherJournal { origin: String } =>
            "sổ thu nhận trong kho là sổ của một kho khác ({origin})",
            "the journal in the store is that of another store ({origin})";
        CopyDamaged { } =>
            "bản sổ thu nhận trên máy này bị hỏng",
            "this machine's copy of the journal is damaged";
    }
}

texts! {
    /// What the commands say about the journal.
    pub enum JournalText {
        Fault { fault: JournalFaultText } => "SỔ THU NHẬN: {fault}.", "JOURNAL: {fault}.";
        Hint { store: String } =>
            "gợi ý: hỏi xem ai đã động vào {store}/department; lần loa collect tới sẽ ghi lại sổ từ bản trên máy này và giữ bản kia ở {store}/department/set-aside",
            "hint: ask who touched {store}/department; the next loa collect writes the journal again from this machine's copy and keeps the other one in {store}/department/set-aside";
        OtherKeyHint { store: String } =>
            "gợi ý: thu nhận trên máy giữ khoá của Sở; nếu sổ kia không phải của Sở, chuyển {store}/department ra khỏi kho, cất giữ, rồi thu nhận lại",
            "hint: collect on the machine that has the department's key; if the other journal is not the department's, move {store}/department out of the store, keep it, and collect again";
        SetAside { path: String } =>
            "Sổ thu nhận đã được ghi lại từ bản trên máy này; bản bị hỏng được giữ ở {path}.",
            "The journal was written again from this machine's copy; the damaged one is kept in {path}.";
        TakenOver { count: EntryCount } =>
            "Sổ thu nhận: đã nhận {count} dòng do một máy khác ghi bằng khoá của Sở.",
            "Journal: {count}, written by another machine with the department's key, was taken over.";
        NotPublished { detail: String } =>
            "Chưa ghi được sổ thu nhận vào kho: {detail}. Các sự việc được giữ trên máy này; lần thu nhận tới sẽ ghi vào kho.",
            "The journal could not be written to the store: {detail}. The incidents are kept on this machine; the next collection writes them.";
        NothingAdded { } =>
            "Chưa ghi gì: sổ thu nhận trong kho không còn như máy này đã ghi. Chạy loa collect trước, rồi làm lại.",
            "Nothing was written: the journal in the store is not as this machine has written it. Run loa collect first, then try again.";
        EntryNotPublished { detail: String } =>
            "Đã ghi vào sổ thu nhận trên máy này, nhưng chưa ghi được vào kho: {detail}. Lần ghi tới sẽ ghi vào kho.",
            "Written to the journal on this machine, but not yet to the store: {detail}. The next write brings it.";
        NotRecorded { detail: String } =>
            "CHƯA GHI được sự việc của lần thu nhận này vào sổ thu nhận: {detail}.",
            "The incidents of this collection were NOT RECORDED: {detail}.";
        Recorded { new: IncidentCount, again: IncidentCount, path: String } =>
            "Sổ thu nhận ({path}): ghi thêm {new} sự việc, gặp lại {again} sự việc đã ghi.",
            "Journal ({path}): {new} added, {again} met again.";
        InReport { count: IncidentCount } =>
            "{count} sự việc (nhật ký bị từ chối / mâu thuẫn) không có trong tệp CSV; xem loa report dạng text, HTML, PDF hoặc XLSX.",
            "{count} (refused and contradictory logs) not in the CSV file; see the report as text, HTML, PDF or XLSX.";
        Whole { entries: EntryCount, collections: CollectionCount, incidents: IncidentCount, at: String } =>
            "TOÀN VẸN: sổ thu nhận của Sở có {entries} dòng, {collections} lần thu nhận, {incidents} sự việc; niêm phong lúc {at}.",
            "WHOLE: the department's journal has {entries}, {collections}, {incidents}; sealed at {at}.";
        KeyNotChecked { key: String } =>
            "Sổ tự ghi khoá {key}; chưa so với khoá của Sở (loa key show --witness). Thêm --witness-key để so.",
            "The journal itself names the key {key}; it was not compared with the department's (loa key show --witness). Add --witness-key to compare it.";
        NotWhole { fault: JournalFaultText } => "KHÔNG TOÀN VẸN: {fault}.", "NOT WHOLE: {fault}.";
    }
}

texts! {
    /// What happened, in one sentence each.
    pub enum IncidentText {
        Tampered { entry: u64 } =>
            "Phát hiện dữ liệu bị thay đổi, từ dòng số {entry}",
            "Tampered, from entry {entry} on";
        TamperedSomewhere { } => "Phát hiện dữ liệu bị thay đổi", "Tampered";
        RolledBack { size: Grouped<EntryCount>, known: Grouped<EntryCount> } =>
            "Bị quay lui: nộp {size} dòng, Sở đã thu nhận {known} dòng",
            "Rolled back: {size} sent, {known} collected before";
        Fork { size: Grouped<EntryCount> } =>
            "Bị rẽ nhánh: {size} dòng, trái với phần đã thu nhận",
            "Fork: {size}, contradicting what was collected";
        Implausible { count: FindingCount } =>
            "Nhật ký có {count} điểm không thể xảy ra như vậy",
            "The log has {count} that cannot be true";
        Overlap { days: DayCount } =>
            "Hai nhật ký của đài cùng ghi trong {days} ngày",
            "Two logs of the station both ran for {days}";
        ExposedKey { since: String } => "Khoá bị lộ từ {since}", "Keys exposed since {since}";
        NotSigned { } => "Không mang niêm phong của nhật ký mà nó tự xưng", "Not signed with the key of the log that it claims to be";
        StoreLies { name: String } =>
            "Kho trả về sai tệp {name}; không xác nhận",
            "The store returned other bytes of {name}; not countersigned";
        StoreRepaired { files: FileCount } => "{files} tệp hỏng trong kho đã được phục hồi", "Repaired in the store: {files}";
        Journal { fault: JournalFaultText } => "Kho của Sở: {fault}", "The department's store: {fault}";
        TakenOut { } => "Nhật ký bị bỏ khỏi sổ đài, chưa ai chấp nhận", "Removed from the registry, and nobody has accepted that";
        NotAccepted { } => "Khoá trong sổ đài bị đổi, chưa ai chấp nhận", "Its key in the registry was changed, and nobody has accepted that";
        UnknownKey { } => "Khoá lạ: nhật ký chưa được ghi danh", "Unknown key: the log is not enrolled";
        Incomplete { } => "Toàn vẹn, nhưng thiếu hoặc sai tệp kèm theo", "Whole, but a kept file is missing or altered";
        NoLog { } => "Không phải nhật ký thu nhận được", "Not a log that can be collected";
        NoSpace { } => "Chưa thu nhận: kho hoặc USB đã đầy", "Not collected: the store or the stick was full";
        Failed { } => "Không đọc được nguồn", "The source could not be read";
        Other { } => "Sự việc do phiên bản loa mới hơn ghi", "Recorded by a later version of loa";
        Claimed { station: String } => "Chưa rõ đài nào (tự xưng “{station}”)", "Not known (claims to be {station})";
        Nameless { } => "Chưa rõ đài nào", "Not known";
        Department { } => "Kho của Sở", "The department's store";
        SeenAgain { count: RepeatCount, at: String } => "gặp lại {count} lần, gần nhất {at}", "met again {count}, last on {at}";
        WholeSince { at: String } =>
            "ngày {at} đã thu nhận được bản toàn vẹn",
            "a whole copy was collected on {at}";
        Answered { at: String, verdict: String } =>
            "kết luận của Sở ngày {at}: {verdict}",
            "answered on {at}: {verdict}";
        Hashes { head: String, log: String } =>
            "SHA-256 điểm kiểm {head}…, nhật ký {log}…",
            "SHA-256 head {head}…, log {log}…";
    }
}

texts! {
    /// The section of a report about incidents.
    pub enum IncidentSectionText {
        Heading { } => "Nhật ký bị từ chối / mâu thuẫn", "Refused and contradictory logs";
        Nothing { } => "Không có.", "None.";
        NoneYet { } =>
            "Kho này chưa có sổ thu nhận của Sở: sổ bắt đầu từ lần loa collect tới, nên không biết những gì đã bị từ chối trước đó.",
            "This store has no journal of collections yet: it begins with the next loa collect, so what was refused before is not known.";
        FromCopy { } =>
            "Danh sách dưới đây lấy từ bản sổ thu nhận trên máy này.",
            "The list below is from this machine's copy of the journal.";
        FromOther { } =>
            "Danh sách dưới đây gồm cả sự việc trong sổ của máy kia, mà máy này không xác nhận được.",
            "The list below includes the incidents in the other machine's journal, for which this machine cannot vouch.";
        Omitted { count: IncidentCount } =>
            "Còn {count} sự việc nữa: xem trang tính “Sự việc” của báo cáo XLSX.",
            "There are more: {count}; see the sheet Incidents of the XLSX report.";
        Sheet { } => "Sự việc", "Incidents";
        Seq { } => "Dòng số", "No.";
        Station { } => "Đài", "Station";
        What { } => "Sự việc", "What";
        CollectedAt { } => "Thu nhận lúc", "Collected at";
        Source { } => "Nguồn", "Source";
        EvidenceColumn { } => "Bằng chứng", "Evidence";
        Code { } => "Mã", "Code";
        Again { } => "Số lần gặp lại", "Met again";
        LastSeen { } => "Gặp lại gần nhất", "Last met";
        Since { } => "Có bản toàn vẹn từ", "Whole copy since";
        HeadHash { } => "SHA-256 điểm kiểm bị từ chối", "SHA-256 of the refused head";
        LogHash { } => "SHA-256 nhật ký bị từ chối", "SHA-256 of the refused log";
    }
}
