//! What is odd about an audio file, and what it is when it is not one that can be played.
use serde::{Deserialize, Serialize};

use super::texts;

texts! {
    /// Something that is not as it should be about a file that can be played all the same.
    #[derive(Eq, Serialize, Deserialize)]
    #[serde(rename_all = "kebab-case", tag = "code")]
    pub enum AudioFlaw {
        CutOff { missing_ms: i64 } => "tệp bị cụt: thiếu {missing_ms} ms ở cuối", "it was cut off: {missing_ms} ms are missing at its end";
        CutShort => "tệp bị cụt ở cuối, không rõ thiếu bao nhiêu", "it was cut off at its end, nobody knows by how much";
        Unfinished => "tệp không có dấu kết thúc: có thể bị cụt", "it lacks the mark of its end: it may be cut off";
        BadHeader => "phần đầu hoặc phần cuối tệp không đúng chuẩn; độ dài đã được đếm lại", "its header or its end is not as it should be; its length was counted";
        HeaderLies { said_ms: i64 } => "phần đầu tệp ghi sai độ dài (ghi {said_ms} ms)", "its header tells a wrong length: {said_ms} ms";
        Gaps { lost: u64, of: u64 } => "{lost} trong {of} khối không giải mã được", "{lost} of its {of} blocks cannot be decoded";
        Resynchronised { bytes: u64 } => "có {bytes} byte không phải âm thanh xen vào", "{bytes} bytes in it are no sound";
        NotANumber { samples: u64 } => "{samples} mẫu không phải là số", "{samples} samples are not numbers";
        BeyondRange { samples: u64 } => "{samples} mẫu to gấp nhiều lần mức tối đa", "{samples} samples are many times full scale";
        NoIndex => "MP3 tốc độ bit thay đổi mà không có bảng chỉ mục (VBR): phần mềm nghe nhạc khác sẽ báo sai độ dài", "a variable-rate MP3 without an index: other players tell a wrong length";
        DcOffset { per_mille: i64 } => "tín hiệu lệch một chiều {per_mille} phần nghìn mức tối đa", "its signal stands {per_mille} thousandths of full scale off zero";
        SilentChannel => "một trong hai kênh không có tiếng; chỉ phát kênh kia", "one of its two channels is silent; the other alone is played";
        OutOfPhase => "hai kênh ngược pha, cộng lại thì mất tiếng; chỉ phát một kênh", "its two channels cancel each other; one alone is played";
        Clipped { runs: u64 } => "tiếng bị vỡ (quá mức) ở {runs} chỗ", "it is clipped in {runs} places";
        Silent => "tệp không có tiếng nào nghe được", "nothing can be heard in it";
        LongSilence { seconds: i64 } => "có đoạn im lặng dài {seconds} giây", "it is silent for {seconds} s";
        VeryQuiet { lufs: i64 } => "tiếng quá nhỏ ({lufs} LUFS); khuếch đại lên sẽ kéo theo tiếng ồn", "it is very quiet ({lufs} LUFS); bringing it up brings up its noise";
        WrongExtension { real: String } => "đuôi tệp không đúng: thật ra đây là {real}", "its name ends wrongly: it is really {real}";
    }
}

texts! {
    /// What a file is that cannot be played.
    #[derive(Eq, Serialize, Deserialize)]
    #[serde(rename_all = "kebab-case", tag = "kind")]
    pub enum UnplayableFormat {
        Empty => "tệp rỗng, không có byte nào", "the file is empty";
        Wma => "tệp WMA (Windows Media)", "a WMA file (Windows Media)";
        HeAac => "AAC loại nén sâu (HE-AAC)", "AAC of the high-efficiency kind (HE-AAC)";
        Surround { channels: u64 } => "âm thanh vòm {channels} kênh; loại này chỉ dùng được với một hoặc hai kênh", "surround sound of {channels} channels; loa plays this kind with one or two channels only";
        Drm => "tệp có khoá bản quyền (DRM), chỉ phát được trong ứng dụng đã mua", "a copy-protected file (DRM), which only the shop's own player can open";
        Video => "tệp video, không phải tệp âm thanh", "a video, not a sound file";
        Amr => "tệp ghi âm AMR của điện thoại", "an AMR recording of a phone";
        Ac3 => "âm thanh Dolby (AC-3)", "Dolby sound (AC-3)";
        Alac => "ALAC của Apple", "Apple's ALAC";
        Aiff => "tệp AIFF", "an AIFF file";
        Caf => "tệp CAF của Apple", "a CAF file of Apple's";
        Matroska => "tệp Matroska/WebM", "a Matroska or WebM file";
        Ape => "tệp Monkey's Audio", "a Monkey's Audio file";
        WavPack => "tệp WavPack", "a WavPack file";
        RealAudio => "tệp RealAudio", "a RealAudio file";
        Midi => "tệp MIDI chỉ chứa nốt nhạc, không có âm thanh", "a MIDI file: it holds notes, no sound";
        Mpeg12 => "âm thanh MPEG lớp I hoặc II", "MPEG sound of layer I or II";
        Speex => "tệp Speex", "a Speex file";
        WavCodec { tag: u64 } => "tệp WAV với kiểu nén số {tag}", "a WAV file with the codec of number {tag}";
        NoOpus => "tệp Opus, mà bản loa này không có bộ giải mã Opus", "an Opus file, and this loa was built without Opus";
        Page => "trang web, không phải tệp âm thanh: có lẽ tải xuống chưa đúng", "a web page, not a sound file: the download may have gone wrong";
        Picture => "tệp ảnh, không phải tệp âm thanh", "a picture, not a sound file";
        Document => "tài liệu, không phải tệp âm thanh", "a document, not a sound file";
        Archive => "tệp nén; hãy giải nén để lấy tệp âm thanh bên trong", "an archive; take the sound file out of it";
    }
}

texts! {
    /// Words around a scan.
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
