//! Sentences of `loa undo`, and of the commands whose changes it undoes.
use super::system::SystemText;
use super::texts;

texts! {
    /// Sentences about changes that can be undone.
    pub enum UndoText {
        Offer { command: String } => "Muốn hoàn tác: {command}", "To undo this: {command}";
        Nothing { } =>
            "không còn gì để hoàn tác: mọi lần loa add và loa remove mà loa còn nhớ đều đã được hoàn tác",
            "there is nothing to undo: every change that loa remembers is undone";
        NothingRecorded { } =>
            "không có gì để hoàn tác: thư mục undo/ của đài không có; hoặc chưa gõ loa add, loa remove lần nào, hoặc thư mục ấy đã bị xoá",
            "there is nothing to undo: the station has no folder undo/; either nothing was added or removed yet, or that folder was deleted";
        PlaylistsFolderMissing { } => "không hoàn tác được: thư mục playlists/ không còn", "nothing can be undone: the folder playlists/ is gone";
        PutPlaylistsBack { command: String } =>
            "đặt lại thư mục playlists/ (tìm trong Thùng rác), rồi gõ lại: {command}",
            "put the folder playlists/ back (look in the trash), then type again: {command}";
        LookAtList { command: String } => "xem các mục phát bằng: {command}", "see the segments with: {command}";
        UndoneAdd { titles: String, at: String } => "Đã lấy {titles} ra khỏi lịch phát (đã thêm lúc {at}).", "Removed {titles} (added at {at}).";
        UndoneSession { titles: String, at: String } => "Đã đưa buổi {titles} trở lại như trước (đã sửa lúc {at}).", "The session {titles} is as it was before (it was changed {at}).";
        UndoneRemove { titles: String, at: String } => "Đã đưa trở lại {titles} (đã bỏ lúc {at}).", "Put {titles} back (removed at {at}).";
        OutOfSessions { sessions: String } => "Không còn trong buổi {sessions}.", "No longer played by: {sessions}.";
        BackInSessions { sessions: String } => "Lại có trong buổi {sessions}.", "Played again by: {sessions}.";
        FilesRestored { files: String } => "Đã khôi phục như trước: {files}.", "As before: {files}.";
        CopyRemoved { file: String } => "Đã xoá bản chép audio/{file}; tệp gốc vẫn ở chỗ của nó.", "Deleted the copy audio/{file}; the original is where it was.";
        CopyKept { file: String } =>
            "Tệp audio/{file} vẫn còn, vì không thấy tệp gốc, hoặc lịch có lỗi nên chưa rõ còn mục nào dùng tệp này không; chắc là không cần nữa thì xoá đi.",
            "audio/{file} is still there, because the original is gone, or errors in the schedule hide whether a segment plays it; delete it if you are sure that it is not needed.";
        CopyInUse { file: String, title: String } =>
            "Tệp audio/{file} vẫn còn, vì mục phát “{title}” dùng tệp này; đừng xoá.",
            "audio/{file} is still there, because the segment `{title}` plays it; do not delete it.";
        CopyKeptForStation { file: String } =>
            "Tệp audio/{file} vẫn còn, vì đài đang chạy và có thể còn phát tệp này; khi các buổi đã bắt đầu phát xong, nếu không cần nữa thì xoá đi.",
            "audio/{file} is still there, because the running station may still play it; delete it after the sessions that have begun.";
        UndoneAudioMissing { title: String, file: String } =>
            "“{title}” đã trở lại, nhưng tệp audio/{file} không còn; hãy chép lại tệp đó vào audio/",
            "`{title}` is back, but audio/{file} is gone; copy that file into audio/ again";
        RunningStationAdoptsIt { } =>
            "Nếu đài đang chạy, loa dùng lịch này trong vòng hai giây; buổi đang phát giữ nguyên.",
            "A running station takes this schedule within two seconds; a session that has begun keeps its plan.";
        StepBefore { command: String } => "Muốn hoàn tác cả lần trước đó: {command}", "To undo the step before it too: {command}";
        Edited { file: String, titles: String } =>
            "chưa hoàn tác gì: {file} đã bị sửa hay xoá sau khi thêm hoặc bỏ {titles}, nên hoàn tác sẽ làm mất phần sửa ấy",
            "nothing was undone: {file} was edited or removed after the change of {titles}, and undoing would lose that edit";
        RemoveInstead { command: String } => "muốn bỏ riêng mục đó: {command}", "to take that segment out: {command}";
        AddInstead { command: String } => "muốn thêm lại mục đó: {command}", "to add that segment again: {command}";
        SessionsToRestore { sessions: String } =>
            "rồi đưa lại vào buổi {sessions}, cùng những ngày phát đã định trước đó",
            "then put it back into {sessions}, with the dates it had there";
        KeysToRestore { keys: String, file: String } => "rồi ghi lại vào {file}: {keys}", "then write into {file} again: {keys}";
        WriteInstead { title: String, id: String, file: String } =>
            "muốn có lại mục đó: ghi lại “{title}” (mã {id}) vào {file}",
            "to have that segment again: write `{title}` (id {id}) into {file}";
        Unusable { file: String, titles: String } =>
            "chưa hoàn tác gì: nếu hoàn tác việc thêm hay bỏ {titles} thì {file} có lỗi như trên, và đài không dùng được lịch",
            "nothing was undone: without the change of {titles}, {file} has the errors above, and the station cannot use the schedule";
        FixThenUndo { file: String, command: String } => "sửa {file} trước, rồi gõ lại: {command}", "edit {file} first, then type again: {command}";
        NoEffect { titles: String } =>
            "Trong thư mục không còn gì của lần thêm hay bỏ {titles}, nên không phải hoàn tác gì.",
            "Nothing is left of the change of {titles}, so there was nothing to undo.";
        BadRecord { file: String } =>
            "không dùng được {file}: tệp bị hỏng, hoặc không phải của loa; chưa hoàn tác gì",
            "{file} cannot be used: it is damaged, or loa did not write it; nothing was undone";
        BadRecordHint { file: String, command: String } =>
            "xoá {file} rồi gõ lại: {command}",
            "delete {file}, then type again: {command}";
        TakenBack { titles: String } =>
            "lần trước, việc thêm hay bỏ {titles} bị cắt giữa chừng (mất điện?); loa đã hoàn tác việc ấy",
            "an earlier change of {titles} was cut short (a power cut?); loa has undone it";
        StaysHalf { titles: String } =>
            "lần trước, việc thêm hay bỏ {titles} bị cắt giữa chừng (mất điện?), rồi có tệp bị sửa nên loa không hoàn tác được; các tệp giữ nguyên như đang có",
            "an earlier change of {titles} was cut short (a power cut?), and loa cannot undo it because of later edits; the files stay as they are";
        StoppedHalfway { path: String, detail: SystemText } =>
            "không ghi tiếp được vào thư mục của đài {path}: {detail}. Mới làm được một nửa.",
            "the station's folder {path} can no longer be written: {detail}. Only half of the change was made.";
        Half { command: String } =>
            "khi ghi được vào ổ đĩa, hãy gõ: {command}",
            "once the disk can be written, type: {command}";
        TooLarge { } =>
            "thay đổi này quá lớn nên loa không nhớ để hoàn tác được; chưa làm gì. Hãy chia danh sách phát thành nhiều tệp nhỏ hơn",
            "this change is too large to be recorded for `loa undo`; nothing was done. Split the playlist into smaller files";
        LastItem { before: String } =>
            "Mục này đứng cuối buổi, sau “{before}”. Muốn chỗ khác thì hoàn tác, rồi thêm lại với --before.",
            "It is the last item of the session, after `{before}`. For another place, undo this, then add it with --before.";
        BeforeClosing { closing: String } => "Mục này đứng ngay trước “{closing}”.", "It comes right before `{closing}`.";
        InNoSession { title: String, id: String, file: String } =>
            "“{title}” chưa ở trong buổi nào nên chưa phát. Ghi \"{id}\" vào `play` của một buổi trong {file}; lần sau, thêm --session BUỔI thì loa ghi giúp.",
            "`{title}` is in no session yet, so it does not air. Write \"{id}\" into the `play` of a session in {file}; next time, --session SESSION does it for you.";
        SessionsAre { names: String } => "Các buổi: {names}.", "The sessions: {names}.";
        ThenCheck { command: String } => "Xem lại lịch: {command}", "Check the schedule: {command}";
    }
}
