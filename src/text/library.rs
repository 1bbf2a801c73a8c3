//! Sentences about scans and segments.
use super::texts;

texts! {
    /// Sentences about scans.
    pub enum ScanText {
        File { } => "Tệp", "File";
        Codec { } => "Định dạng", "Codec";
        Length { } => "Độ dài", "Length";
        Loudness { } => "Độ to (LUFS)", "Loudness (LUFS)";
        Range { } => "Chênh lệch độ to (LU)", "Range (LU)";
        Peak { } => "Đỉnh thực (dBTP)", "True peak (dBTP)";
        Rate { } => "Số mẫu mỗi giây", "Sample rate";
        Channels { } => "Kênh", "Channels";
        Good { files: usize } => "{files} tệp phát được.", "{files} files can be played.";
        Some { bad: usize, files: usize } => "{bad} trong số {files} tệp không phát được.", "{bad} of {files} files cannot be played.";
        Scanning { done: usize, of: usize, per_cent: u64 } => "Đang kiểm tra {done}/{of} tệp: {per_cent}%", "Scanning {done} of {of} files, {per_cent} %";
        Missing { } => "không có tệp này", "there is no such file";
        Unreadable { detail: String } => "có tệp nhưng không đọc được (chi tiết cho kỹ thuật: {detail})", "the file is there, but {detail}";
        Unplayable { detail: String } => "không phát được: loa không đọc được âm thanh trong đó, có thể vì tệp hỏng hoặc tải chưa hết (chi tiết cho kỹ thuật: {detail})", "it cannot be played: {detail}";
        Added { title: String, id: String, playlist: String, length: String, loudness: String } => "Đã thêm “{title}” (mã {id}, dài {length}, {loudness} LUFS) vào {playlist}.", "Added `{title}` (id {id}, {length}, {loudness} LUFS) to {playlist}.";
        AddedNext { id: String } => "Muốn phát, thêm \"{id}\" vào `play` của một buổi, rồi chạy: loa check", "To air it, add \"{id}\" to the `play` of a session, then run: loa check";
        Refused { file: String, why: String } => "không thêm {file}: {why}", "{file} was not added: {why}";
        UseAnyway { } => "nghe thử; nếu vẫn muốn dùng, thêm --anyway", "listen to it; if you still want it, add --anyway";
        WhichPlaylist { names: String } => "đài có nhiều danh sách phát; hãy chọn một: loa add TỆP --playlist TÊN, với TÊN là một trong: {names}", "the station has several playlists; choose one with: loa add FILE --playlist NAME, where NAME is one of: {names}";
        NoPlaylist { } => "đài chưa có danh sách phát nào trong playlists/", "the station has no playlist in playlists/";
        NoSuchPlaylist { name: String } => "không có danh sách phát “{name}”", "there is no playlist `{name}`";
        MendPlaylist { name: String } => "{name} đang có lỗi; hãy sửa trước, xem: loa check", "{name} has errors; fix them first, see: loa check";
        OneTitle { } => "--title và --id chỉ dùng được khi thêm một tệp", "--title and --id can be used with one file only";
        Changed { file: String } => "{file} bị thay đổi trong lúc làm; hãy thử lại", "{file} was changed in the meantime; try again";
        UseTwice { } => "nếu vẫn muốn thêm lần nữa, thêm --anyway", "if you still want to add it again, add --anyway";
        Labels { } => "danh sách phát sẽ có lỗi như trên", "the playlist would have the errors above";
        SameSound { id: String } => "mục phát “{id}” đã có đúng nội dung này", "the segment `{id}` already has exactly this sound";
        Removed { id: String, playlists: String } => "Đã bỏ mục phát “{id}” khỏi {playlists}.", "Removed the segment `{id}` from {playlists}.";
        FileStays { file: String } => "Tệp audio/{file} vẫn còn; nếu không cần nữa thì xoá đi.", "audio/{file} is still there; delete it if it is no longer needed.";
        NoSuchSegment { id: String } => "không có mục phát “{id}”", "there is no segment `{id}`";
        NotUtf8 { name: String } => "{name} có ký tự không phải UTF-8 nên không được ghi lại; hãy mở bằng trình soạn thảo và lưu lại dạng UTF-8", "{name} has bytes that are not UTF-8 and was not rewritten; open it in an editor and save it as UTF-8";
        NotEdited { name: String, detail: String } => "không sửa được {name}: {detail}", "{name} cannot be edited: {detail}";
        NothingLeft { session: String } => "buổi “{session}” sẽ không còn gì để phát; bỏ buổi đó trước", "the session `{session}` would have nothing left to play; remove it first";
        Segment { } => "Mục phát", "Segment";
        Title { } => "Tên", "Title";
        LastAired { } => "Phát lần trước", "Last aired";
        NextAiring { } => "Phát lần tới", "Next airing";
        Expiry { } => "Hết hạn", "Expires";
        Language { } => "Ngôn ngữ", "Language";
        NotPlayable { } => "không phát được", "cannot be played";
        NoSegments { } => "Đài chưa có mục phát nào.", "The station has no segments.";
        Convert { } => "mở bằng Audacity hay phần mềm tương tự, xuất lại thành MP3 hoặc WAV; hoặc: ffmpeg -i TỆP TỆP.mp3", "open it in Audacity or the like and export it as MP3 or WAV; or: ffmpeg -i FILE FILE.mp3";
    }
}
