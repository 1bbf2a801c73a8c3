//! Sentences about scans and segments.
use chrono::NaiveDate;

use super::cause::DecoderText;
use super::count::FileCount;
use super::texts;

texts! {
    /// Sentences about scans and segments.
    pub enum ScanText {
        File { } => "Tệp", "File";
        Codec { } => "Định dạng", "Codec";
        Length { } => "Độ dài", "Length";
        Loudness { } => "Độ to (LUFS)", "Loudness (LUFS)";
        HowLoud { } => "Tiếng", "Sound";
        SoundsQuiet { } => "nhỏ", "quiet";
        SoundsRight { } => "vừa", "good";
        SoundsLoud { } => "quá to", "too loud";
        Range { } => "Chênh lệch độ to (LU)", "Range (LU)";
        Peak { } => "Đỉnh thực (dBTP)", "True peak (dBTP)";
        Rate { } => "Số mẫu mỗi giây", "Sample rate";
        Channels { } => "Kênh", "Channels";
        Good { files: FileCount } => "{files} tệp phát được.", "{files} can be played.";
        Some { bad: usize, files: FileCount } => "{bad} trong số {files} tệp không phát được.", "{bad} of {files} cannot be played.";
        Scanning { done: usize, of: FileCount, per_cent: u64 } => "Đang kiểm tra {done}/{of} tệp: {per_cent}%", "Scanning {done} of {of}, {per_cent} %";
        Missing { } => "không có tệp này", "there is no such file";
        NameSoundFile { } => "gõ tên của tệp âm thanh; muốn lấy cả thư mục thì gõ: THƯ_MỤC/*.mp3", "name a sound file; for a whole folder, type: FOLDER/*.mp3";
        Unreadable { detail: String } => "có tệp nhưng không đọc được (chi tiết cho kỹ thuật: {detail})", "the file is there, but {detail}";
        Unplayable { why: DecoderText } => "không phát được: {why}", "it cannot be played: {why}";
        Added { title: String, id: String, playlist: String, length: String, loudness: String } => "Đã thêm “{title}” (mã {id}, dài {length}, tiếng {loudness}) vào {playlist}.", "Added `{title}` (id {id}, {length}, sound: {loudness}) to {playlist}.";
        WouldAdd { title: String } => "Chưa ghi gì. Nếu thêm “{title}”, lịch sẽ đổi như sau:", "Nothing is written. With `{title}`, the schedule would change like this:";
        PlacedOnce { session: String, at: String, date: NaiveDate } => "Phát trong buổi “{session}” lúc {at} ngày {date}; các ngày khác không phát.", "It airs in the session `{session}` at {at} on {date}, and on no other date.";
        PlacedFrom { session: String, at: String, date: NaiveDate } => "Phát trong buổi “{session}”, lần đầu lúc {at} ngày {date}.", "It airs in the session `{session}`, first at {at} on {date}.";
        PlacedIdle { session: String } => "đã đưa vào buổi “{session}”, nhưng buổi này không còn ngày phát nào trong 400 ngày tới", "it is in the session `{session}` now, but that session does not air in the next 400 days";
        WhichSession { names: String } => "chưa rõ phát trong buổi nào; thêm --session BUỔI, với BUỔI là một trong: {names}", "it is not clear in which session it airs; add --session SESSION, where SESSION is one of: {names}";
        NoSuchSession { name: String, names: String } => "không có buổi phát “{name}”; các buổi: {names}", "there is no session `{name}`; the sessions are: {names}";
        SessionHasError { session: String, file: String, line: usize } => "buổi “{session}” đang có lỗi ở {file}, dòng {line}, nên chưa thêm được vào buổi này; hãy sửa trước, xem: loa check", "the session `{session}` has an error in {file}, line {line}, so nothing can be added to it; fix it first, see: loa check";
        NotInSession { name: String, session: String } => "buổi “{session}” không có mục phát “{name}” trong `play`", "the session `{session}` has no segment `{name}` in its `play`";
        DatesSwapped { } => "ngày đầu của --on sau ngày cuối", "the first day of --on is after its last day";
        DateOver { date: NaiveDate } => "ngày {date} đã qua; chọn ngày từ hôm nay trở đi, ví dụ: --on mai", "{date} is over; choose today or a later day, for example: --on tomorrow";
        StartedToday { session: String, at: String } => "hôm nay buổi “{session}” đã bắt đầu lúc {at}, không thêm được nữa; chọn ngày khác, hoặc phát ngay bằng `loa play`", "the session `{session}` started at {at} today, so nothing can be added to it; choose another day, or play it now with `loa play`";
        NotOnDate { session: String, date: NaiveDate } => "buổi “{session}” không phát vào ngày {date}; chọn ngày khác hoặc buổi khác", "the session `{session}` does not air on {date}; choose another day or session";
        NotOnDates { session: String, from: NaiveDate, until: NaiveDate } => "buổi “{session}” không phát ngày nào từ {from} đến {until}; chọn ngày khác hoặc buổi khác", "the session `{session}` airs on no day from {from} to {until}; choose other days or another session";
        Refused { file: String, why: String } => "không thêm {file}: {why}", "{file} was not added: {why}";
        UseAnyway { } => "nghe thử; nếu vẫn muốn dùng, thêm --anyway", "listen to it; if you still want it, add --anyway";
        WhichPlaylist { names: String, first: String } => "đài có nhiều danh sách phát; gõ lại lệnh và thêm --playlist TÊN, với TÊN là một trong: {names}; ví dụ: --playlist {first}. Muốn chọn sẵn, ghi inbox = \"TÊN\" vào [station]", "the station has several playlists; repeat the command with --playlist NAME, where NAME is one of: {names}; for example: --playlist {first}. To choose it for good, write inbox = \"NAME\" into [station]";
        NoPlaylist { } => "đài chưa có danh sách phát nào trong playlists/", "the station has no playlist in playlists/";
        NoSuchPlaylist { name: String } => "không có danh sách phát “{name}”", "there is no playlist `{name}`";
        FixPlaylistFirst { name: String } => "{name} đang có lỗi; hãy sửa trước, xem: loa check", "{name} has errors; fix them first, see: loa check";
        OneTitle { } => "--title và --id chỉ dùng được khi thêm một tệp", "--title and --id can be used with one file only";
        Changed { file: String } => "{file} bị thay đổi trong lúc làm; hãy thử lại", "{file} was changed in the meantime; try again";
        FileRestored { file: String, title: String } => "Đã chép lại audio/{file}: đó là tệp bị thiếu của mục phát “{title}”. Không thêm mục phát nào.", "Copied audio/{file} again: it was the missing file of the segment `{title}`. No segment was added.";
        FileWouldBeRestored { file: String, title: String } => "Tệp này sẽ được chép thành audio/{file}: đó là tệp bị thiếu của mục phát “{title}”. Không thêm mục phát nào.", "This file would be copied to audio/{file}: it is the missing file of the segment `{title}`. No segment would be added.";
        OptionsUnused { } => "mục phát đã có sẵn, nên các tham số khác (--session, --title…) không có tác dụng", "the segment existed already, so the other options (--session, --title and so on) have no effect";
        MissingHasOtherSound { title: String, file: String } => "mục phát “{title}” đang thiếu tệp audio/{file}, nhưng tệp này có nội dung khác tệp đã thêm trước đây", "the file audio/{file} of the segment `{title}` is missing, but this one is not the same as the file that was added before";
        ReplaceOrRename { command: String } => "muốn dùng tệp này cho mục đó: bỏ mục đó ({command}), rồi thêm lại; muốn thêm thành mục khác: đổi tên tệp trước", "to use this file for that segment: remove it ({command}), then add it again; to add another segment: rename the file first";
        UseTwice { } => "nếu vẫn muốn thêm lần nữa, thêm --anyway", "if you still want to add it again, add --anyway";
        PlaylistWouldHaveErrors { } => "danh sách phát sẽ có lỗi như trên", "the playlist would have the errors above";
        SameSound { title: String } => "mục phát “{title}” đã có đúng nội dung này", "the segment `{title}` already has exactly this sound";
        Removed { title: String, playlists: String } => "Đã bỏ mục phát “{title}” khỏi {playlists}.", "Removed the segment `{title}` from {playlists}.";
        RemoveQuestion { title: String, count: usize, sessions: String } =>
            "“{title}” đang có trong {count} buổi phát: {sessions}. Bỏ khỏi tất cả? Nếu đúng, gõ “có” rồi nhấn Enter: ",
            "`{title}` is played by {sessions} (sessions in all: {count}). Remove it from all of them? Type `yes` to remove it: ";
        RemoveFromOneQuestion { title: String, session: String } =>
            "“{title}” đang có trong buổi phát {session}. Bỏ khỏi buổi này? Nếu đúng, gõ “có” rồi nhấn Enter: ",
            "`{title}` is played by {session}. Remove it from this session? Type `yes` to remove it: ";
        RemoveFromOneNeedsYes { title: String, session: String, command: String } =>
            "“{title}” đang có trong buổi phát {session}. Nếu đúng là muốn bỏ, gõ: {command}",
            "`{title}` is played by {session}. To remove it all the same, type: {command}";
        RemoveNeedsYes { title: String, count: usize, sessions: String, command: String } =>
            "“{title}” đang có trong {count} buổi phát: {sessions}. Nếu đúng là muốn bỏ, gõ: {command}",
            "`{title}` is played by {sessions} (sessions in all: {count}). To remove it all the same, type: {command}";
        RemoveGuess { title: String } =>
            "Bạn muốn bỏ “{title}”? Nếu đúng, gõ “có” rồi nhấn Enter: ",
            "Do you mean `{title}`? Type `yes` to remove it: ";
        WholeNameNeeded { title: String, command: String } =>
            "có lẽ bạn muốn bỏ “{title}”; nếu đúng, gõ cả tên: {command}",
            "you may mean `{title}`; if so, type the whole title: {command}";
        NotRemoved { } => "CHƯA BỎ GÌ: bạn chưa gõ “có”", "NOTHING WAS REMOVED: the answer was not `yes`";
        FileStays { file: String } => "Tệp audio/{file} vẫn còn; nếu không cần nữa thì xoá đi.", "audio/{file} is still there; delete it if it is no longer needed.";
        NoSuchSegment { id: String } => "không có mục phát “{id}”", "there is no segment `{id}`";
        NoSuchSegmentNear { id: String, names: String } => "không có mục phát “{id}”; có phải ý bạn là: {names}?", "there is no segment `{id}`; did you mean: {names}?";
        SeveralSegments { name: String, candidates: String } => "“{name}” có thể là nhiều mục phát: {candidates}; hãy gõ trọn tên", "`{name}` could be any of these segments: {candidates}; type the whole title";
        SeveralPlaylists { name: String, names: String } => "“{name}” có thể là nhiều danh sách phát: {names}; hãy gõ trọn tên", "`{name}` could be any of these playlists: {names}; type the whole name";
        NotUtf8 { name: String } => "{name} có ký tự không phải UTF-8 nên không được ghi lại; hãy mở bằng trình soạn thảo và lưu lại dạng UTF-8", "{name} has bytes that are not UTF-8 and was not rewritten; open it in an editor and save it as UTF-8";
        NotEdited { name: String, detail: String } => "không sửa được {name}: {detail}", "{name} cannot be edited: {detail}";
        NothingLeft { session: String, file: String } => "buổi “{session}” sẽ không còn gì để phát; trước hết hãy xoá buổi đó trong {file}, hoặc ghi mục khác vào `play` của nó", "the session `{session}` would have nothing left to play; first delete it in {file}, or write another item into its `play`";
        Title { } => "Tên", "Title";
        IdInPlay { } => "Mã (dùng trong play)", "Id (for play)";
        LastAired { } => "Phát lần trước", "Last aired";
        NextAiring { } => "Phát lần tới", "Next airing";
        Expiry { } => "Hết hạn", "Expires";
        Language { } => "Ngôn ngữ", "Language";
        NotPlayable { } => "không phát được", "cannot be played";
        NoSegments { } => "Đài chưa có mục phát nào.", "The station has no segments.";
        Convert { } => "mở bằng Audacity hay phần mềm tương tự, xuất lại thành MP3 hoặc WAV; hoặc: ffmpeg -i TỆP TỆP.mp3", "open it in Audacity or the like and export it as MP3 or WAV; or: ffmpeg -i FILE FILE.mp3";
    }
}
