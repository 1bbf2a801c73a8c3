//! Sentences about scans and segments.
use super::texts;

texts! {
    /// Sentences about scans.
    pub enum ScanText {
        File { } => "Tệp", "File";
        Codec { } => "Mã hoá", "Codec";
        Length { } => "Độ dài", "Length";
        Loudness { } => "Độ to (LUFS)", "Loudness (LUFS)";
        Range { } => "Dải độ to (LU)", "Range (LU)";
        Peak { } => "Đỉnh (dBTP)", "Peak (dBTP)";
        Rate { } => "Mẫu/giây", "Rate";
        Channels { } => "Kênh", "Channels";
        Good { files: usize } => "{files} tệp phát được.", "{files} files can be played.";
        Some { bad: usize, files: usize } => "{bad} trong {files} tệp không phát được.", "{bad} of {files} files cannot be played.";
        Scanning { done: usize, of: usize, per_cent: u64 } => "Đang kiểm tra {done}/{of} tệp: {per_cent}%", "Scanning {done} of {of} files, {per_cent} %";
        Missing { } => "không có tệp này", "there is no such file";
        Unplayable { detail: String } => "không phát được (chi tiết: {detail})", "it cannot be played: {detail}";
        Added { title: String, id: String, playlist: String, length: String, loudness: String } => "Đã thêm “{title}” (mã {id}, dài {length}, {loudness} LUFS) vào {playlist}.", "Added `{title}` (id {id}, {length}, {loudness} LUFS) to {playlist}.";
        AddedNext { id: String } => "Muốn phát, thêm \"{id}\" vào `play` của một buổi, rồi chạy: loa check", "To air it, add \"{id}\" to the `play` of a session, then run: loa check";
        Refused { file: String, why: String } => "không thêm {file}: {why}", "{file} was not added: {why}";
        UseAnyway { } => "nghe thử; nếu vẫn muốn dùng, thêm --anyway", "listen to it; if you want it all the same, add --anyway";
        WhichPlaylist { names: String } => "đài có nhiều danh sách phát; chọn một bằng --playlist: {names}", "the station has several playlists; choose one with --playlist: {names}";
        NoPlaylist { } => "đài chưa có danh sách phát nào trong playlists/", "the station has no playlist in playlists/";
        NoSuchPlaylist { name: String } => "không có danh sách phát “{name}”", "there is no playlist `{name}`";
        MendPlaylist { name: String } => "{name} đang có lỗi; hãy sửa trước, xem: loa check", "{name} has errors; mend them first, see: loa check";
        OneTitle { } => "--title và --id chỉ đi với một tệp", "--title and --id go with one file only";
        Changed { file: String } => "{file} thay đổi trong lúc làm; hãy thử lại", "{file} changed meanwhile; try again";
        UseTwice { } => "nếu vẫn muốn thêm lần nữa, thêm --anyway", "if you want it a second time, add --anyway";
        Labels { } => "danh sách phát sẽ có lỗi như trên", "the playlist would have the errors above";
        SameSound { id: String } => "mục phát “{id}” đã có đúng nội dung này", "the segment `{id}` is this very sound already";
        Removed { id: String, playlists: String } => "Đã bỏ mục phát “{id}” khỏi {playlists}.", "Took the segment `{id}` out of {playlists}.";
        FileStays { file: String } => "Tệp audio/{file} vẫn còn; nếu không cần nữa thì xoá đi.", "audio/{file} is still there; delete it if it is not needed any more.";
        NoSuchSegment { id: String } => "không có mục phát “{id}”", "there is no segment `{id}`";
        NotUtf8 { name: String } => "{name} có ký tự không phải UTF-8 nên không được ghi lại; hãy mở bằng trình soạn thảo và lưu lại dạng UTF-8", "{name} has bytes that are not UTF-8 and is not rewritten; open it in an editor and save it as UTF-8";
        NotEdited { name: String, detail: String } => "không sửa được {name}: {detail}", "{name} cannot be edited: {detail}";
        NothingLeft { session: String } => "buổi “{session}” sẽ không còn gì để phát; bỏ buổi đó trước", "the session `{session}` would play nothing any more; take it out first";
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
