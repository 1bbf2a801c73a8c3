//! Flaws of an audio file that can still be played, and formats that cannot be played.
//!
//! Both are stored on disk (in `scans.json`, and in the library of a `schedule` entry), so each variant declares its
//! name in these files.
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::text::{Lang, Localize, texts};

/// A length in milliseconds, which is printed in seconds with one decimal place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RoundedMs(pub i64);

impl Localize for RoundedMs {
    fn write(&self, lang: Lang, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tenths = self.0.saturating_add(50).div_euclid(100);
        let (seconds, tenth) = (tenths.div_euclid(10), tenths.rem_euclid(10));
        match lang {
            Lang::Vi => write!(f, "{seconds},{tenth} giây"),
            Lang::En => write!(f, "{seconds}.{tenth} s"),
        }
    }
}

texts! {
    /// A flaw of an audio file that can still be played.
    #[derive(Eq, Serialize, Deserialize)]
    #[serde(tag = "code")]
    pub enum AudioFlaw {
        #[serde(rename = "cut-off")]
        CutOff { missing_ms: RoundedMs } =>
            "tệp bị cụt: thiếu khoảng {missing_ms} ở cuối",
            "it was cut off: about {missing_ms} are missing at its end";
        #[serde(rename = "cut-short")]
        CutOffByUnknownLength =>
            "tệp bị cụt ở cuối, không rõ thiếu bao nhiêu",
            "it was cut off at its end; how much is missing is not known";
        #[serde(rename = "unfinished")]
        Unfinished => "tệp không có dấu kết thúc: có thể bị cụt", "its end mark is missing: it may be cut off";
        #[serde(rename = "bad-header")]
        BadHeader =>
            "phần đầu hoặc phần cuối tệp không đúng chuẩn; độ dài đã được đếm lại",
            "its header or its end is not valid; its length was counted instead";
        #[serde(rename = "header-lies")]
        WrongDeclaredLength { said_ms: RoundedMs } =>
            "phần đầu tệp ghi sai độ dài (ghi là {said_ms})",
            "its header gives a wrong length: {said_ms}";
        #[serde(rename = "gaps")]
        Gaps { lost: u64, of: u64 } =>
            "{lost} trong {of} khối không giải mã được",
            "{lost} of its {of} blocks cannot be decoded";
        #[serde(rename = "resynchronised")]
        GarbageBytes { bytes: u64 } =>
            "có {bytes} byte không phải âm thanh xen vào",
            "{bytes} bytes in it are not sound";
        #[serde(rename = "not-a-number")]
        NotANumber { samples: u64 } => "{samples} mẫu không phải là số", "{samples} samples are not numbers";
        #[serde(rename = "beyond-range")]
        BeyondRange { samples: u64 } =>
            "{samples} mẫu to gấp nhiều lần mức tối đa",
            "{samples} samples are many times full scale";
        #[serde(rename = "no-index")]
        NoIndex =>
            "MP3 tốc độ bit thay đổi mà không có bảng chỉ mục (VBR): phần mềm nghe nhạc khác sẽ báo sai độ dài",
            "a variable-rate MP3 without an index: other players show a wrong length";
        #[serde(rename = "dc-offset")]
        DcOffset { per_mille: i64 } =>
            "tín hiệu lệch một chiều {per_mille} phần nghìn mức tối đa",
            "its signal is off zero by {per_mille} thousandths of full scale";
        #[serde(rename = "silent-channel")]
        SilentChannel =>
            "một trong hai kênh không có tiếng; chỉ phát kênh kia",
            "one of its two channels is silent; only the other is played";
        #[serde(rename = "out-of-phase")]
        OutOfPhase =>
            "hai kênh ngược pha, cộng lại thì mất tiếng; chỉ phát một kênh",
            "its two channels cancel each other out; only one is played";
        #[serde(rename = "clipped")]
        Clipped { runs: u64 } => "tiếng bị vỡ (quá mức) ở {runs} chỗ", "it is clipped in {runs} places";
        #[serde(rename = "silent")]
        Silent => "tệp không có tiếng nào nghe được", "nothing can be heard in it";
        #[serde(rename = "long-silence")]
        LongSilence { seconds: i64 } => "có đoạn im lặng dài {seconds} giây", "it is silent for {seconds} s";
        #[serde(rename = "very-quiet")]
        VeryQuiet { lufs: i64 } =>
            "tiếng quá nhỏ ({lufs} LUFS); khuếch đại lên sẽ kéo theo tiếng ồn",
            "it is very quiet ({lufs} LUFS); amplifying it amplifies its noise too";
        #[serde(rename = "wrong-extension")]
        WrongExtension { real: String } =>
            "đuôi tệp không đúng: thật ra đây là {real}",
            "its file extension is wrong: it is really {real}";
    }
}

texts! {
    /// The format of a file that cannot be played.
    #[derive(Eq, Serialize, Deserialize)]
    #[serde(tag = "kind")]
    pub enum UnplayableFormat {
        #[serde(rename = "empty")]
        Empty => "tệp rỗng, không có byte nào", "the file is empty";
        #[serde(rename = "wma")]
        Wma => "tệp WMA (Windows Media)", "a WMA file (Windows Media)";
        #[serde(rename = "he-aac")]
        HeAac => "AAC loại nén sâu (HE-AAC)", "high-efficiency AAC (HE-AAC)";
        #[serde(rename = "surround")]
        Surround { channels: u64 } =>
            "âm thanh vòm {channels} kênh; loại này chỉ dùng được với một hoặc hai kênh",
            "surround sound with {channels} channels; loa plays this kind only with one or two channels";
        #[serde(rename = "drm")]
        Drm =>
            "tệp có khoá bản quyền (DRM), chỉ phát được trong ứng dụng đã mua",
            "a copy-protected file (DRM), which only the seller's own player can open";
        #[serde(rename = "video")]
        Video => "tệp video, không phải tệp âm thanh", "a video, not a sound file";
        #[serde(rename = "amr")]
        Amr => "tệp ghi âm AMR của điện thoại", "an AMR recording from a phone";
        #[serde(rename = "ac3")]
        Ac3 => "âm thanh Dolby (AC-3)", "Dolby audio (AC-3)";
        #[serde(rename = "alac")]
        Alac => "ALAC của Apple", "Apple's ALAC";
        #[serde(rename = "aiff")]
        Aiff => "tệp AIFF", "an AIFF file";
        #[serde(rename = "caf")]
        Caf => "tệp CAF của Apple", "an Apple CAF file";
        #[serde(rename = "matroska")]
        Matroska => "tệp Matroska/WebM", "a Matroska or WebM file";
        #[serde(rename = "ape")]
        Ape => "tệp Monkey's Audio", "a Monkey's Audio file";
        #[serde(rename = "wav-pack")]
        WavPack => "tệp WavPack", "a WavPack file";
        #[serde(rename = "real-audio")]
        RealAudio => "tệp RealAudio", "a RealAudio file";
        #[serde(rename = "midi")]
        Midi => "tệp MIDI chỉ chứa nốt nhạc, không có âm thanh", "a MIDI file: it contains notes, not sound";
        #[serde(rename = "mpeg12")]
        MpegLayer1Or2 => "âm thanh MPEG lớp I hoặc II", "MPEG audio, layer I or II";
        #[serde(rename = "speex")]
        Speex => "tệp Speex", "a Speex file";
        #[serde(rename = "wav-codec")]
        WavCodec { tag: u64 } => "tệp WAV với kiểu nén số {tag}", "a WAV file with codec number {tag}";
        #[serde(rename = "no-opus")]
        NoOpus =>
            "tệp Opus, mà bản loa này không có bộ giải mã Opus",
            "an Opus file, but this build of loa has no Opus decoder";
        #[serde(rename = "page")]
        WebPage =>
            "trang web, không phải tệp âm thanh: có lẽ tải xuống chưa đúng",
            "a web page, not a sound file: the download may have gone wrong";
        #[serde(rename = "picture")]
        Picture => "tệp ảnh, không phải tệp âm thanh", "a picture, not a sound file";
        #[serde(rename = "document")]
        Document => "tài liệu, không phải tệp âm thanh", "a document, not a sound file";
        #[serde(rename = "archive")]
        Archive => "tệp nén; hãy giải nén để lấy tệp âm thanh bên trong", "an archive; extract the sound file from it";
    }
}
