//! Sentences of `loa undo`, and of the commands whose changes it undoes.
use super::texts;

texts! {
    /// Sentences about changes that can be undone.
    pub enum UndoText {
        Offer { command: String } => "Muốn trả lại như trước: {command}", "To undo this: {command}";
        Nothing { } =>
            "không còn gì để trả lại: loa chỉ nhớ 10 lần gần nhất của loa add và loa remove",
            "there is nothing to undo: loa remembers the last 10 runs of `loa add` and `loa remove`";
        LookAtList { command: String } => "xem các mục phát bằng: {command}", "see the segments with: {command}";
        UndoneAdd { titles: String, at: String } => "Đã bỏ ra {titles} (đã thêm lúc {at}).", "Took {titles} out again (added at {at}).";
        UndoneRemove { titles: String, at: String } => "Đã đưa trở lại {titles} (đã bỏ lúc {at}).", "Put {titles} back (removed at {at}).";
        OutOfSessions { sessions: String } => "Không còn trong buổi {sessions}.", "It is no longer in the session {sessions}.";
        BackInSessions { sessions: String } => "Lại có trong buổi {sessions}.", "It is in the session {sessions} again.";
        AsBefore { files: String } => "Trả lại như trước: {files}.", "As before: {files}.";
        CopyRemoved { file: String } => "Đã xoá bản chép audio/{file}; tệp gốc vẫn ở chỗ của nó.", "Deleted the copy audio/{file}; the original is where it was.";
        CopyKept { file: String } =>
            "Tệp audio/{file} vẫn còn, vì không thấy tệp gốc hoặc tệp còn được dùng; nếu không cần nữa thì xoá đi.",
            "audio/{file} is still there, because the original is gone or the copy is in use; delete it if it is no longer needed.";
        AudioAway { title: String, file: String } =>
            "“{title}” đã trở lại, nhưng tệp audio/{file} không còn; hãy chép lại tệp đó vào audio/",
            "`{title}` is back, but audio/{file} is gone; copy that file into audio/ again";
        RunTakesIt { } =>
            "Nếu đài đang chạy, loa dùng lịch này trong vòng hai giây; buổi đang phát giữ nguyên.",
            "A running station takes this schedule within two seconds; a session that has begun keeps its plan.";
        StepBefore { command: String } => "Muốn trả lại cả lần trước đó: {command}", "To undo the step before it too: {command}";
        Edited { file: String, titles: String } =>
            "chưa trả lại gì: {file} đã bị sửa hay xoá sau khi thêm hoặc bỏ {titles}, nên trả lại sẽ làm mất phần sửa ấy",
            "nothing was undone: {file} was edited or removed after the change of {titles}, and undoing would lose that edit";
        RemoveInstead { command: String } => "muốn bỏ riêng mục đó: {command}", "to take that segment out: {command}";
        AddInstead { command: String } => "muốn thêm lại mục đó: {command}", "to add that segment again: {command}";
        NoEffect { titles: String } =>
            "Trong thư mục không còn gì của lần thêm hay bỏ {titles}, nên không phải trả lại gì.",
            "Nothing is left of the change of {titles}, so there was nothing to undo.";
        BadRecord { file: String } =>
            "không dùng được {file}: tệp bị hỏng, hoặc không phải của loa; chưa trả lại gì",
            "{file} cannot be used: it is damaged, or loa did not write it; nothing was undone";
        BadRecordHint { file: String, command: String } =>
            "xoá {file} rồi gõ lại: {command}",
            "delete {file}, then type again: {command}";
        TakenBack { titles: String } =>
            "lần trước, việc thêm hay bỏ {titles} bị cắt giữa chừng (mất điện?); loa đã trả lại như trước",
            "an earlier change of {titles} was cut short (a power cut?); everything is as it was before";
        Half { command: String } =>
            "mới làm được một nửa; khi ghi được vào ổ đĩa, hãy gõ: {command}",
            "only half of the change was made; once the disk can be written, type: {command}";
        TooLarge { } =>
            "thay đổi này quá lớn nên loa không nhớ để trả lại được; chưa làm gì. Hãy chia danh sách phát thành nhiều tệp nhỏ hơn",
            "this change is too large to be recorded for `loa undo`; nothing was done. Split the playlist into smaller files";
        LastItem { before: String } =>
            "Mục này đứng cuối buổi, sau “{before}”. Muốn chỗ khác thì trả lại như trước, rồi thêm lại với --before.",
            "It is the last item of the session, after `{before}`. For another place, undo this, then add it with --before.";
        BeforeClosing { closing: String } => "Mục này đứng ngay trước “{closing}”.", "It comes right before `{closing}`.";
        InNoSession { title: String, id: String, file: String } =>
            "“{title}” chưa ở trong buổi nào nên chưa phát. Ghi \"{id}\" vào `play` của một buổi trong {file}; lần sau, thêm --session BUỔI thì loa ghi giúp.",
            "`{title}` is in no session yet, so it does not air. Write \"{id}\" into the `play` of a session in {file}; next time, --session SESSION does it for you.";
        SessionsAre { names: String } => "Các buổi: {names}.", "The sessions: {names}.";
        ThenCheck { command: String } => "Xem lại lịch: {command}", "Check the schedule: {command}";
    }
}
