//! Causes that arrive as English text from the decoder, the sound device or the amplifier's command. Each becomes a
//! sentence of loa, followed by the original text in brackets for a technician.
//!
//! The log and the control socket carry the original text, in English.
use super::texts;

texts! {
    /// Why a file cannot be decoded.
    pub enum DecoderText {
        UnknownKind { detail: String } =>
            "loa không nhận ra loại tệp này, có thể tải chưa hết (chi tiết cho kỹ thuật: {detail})",
            "loa does not know this kind of file; perhaps its download did not finish ({detail})";
        BrokenStart { detail: String } =>
            "phần đầu tệp bị hỏng, có thể tải chưa hết (chi tiết cho kỹ thuật: {detail})",
            "its beginning is broken; perhaps its download did not finish ({detail})";
        NoSound { detail: String } =>
            "trong tệp không có âm thanh nào đọc được (chi tiết cho kỹ thuật: {detail})",
            "there is no sound in it that can be decoded ({detail})";
        DamagedBlocks { detail: String } =>
            "nhiều đoạn trong tệp bị hỏng (chi tiết cho kỹ thuật: {detail})",
            "too many parts of it are damaged ({detail})";
        CutOff { detail: String } =>
            "tệp bị cụt ở cuối, có thể chép hay tải chưa hết (chi tiết cho kỹ thuật: {detail})",
            "it is cut off; perhaps its copy or download did not finish ({detail})";
        UnsupportedLayout { detail: String } =>
            "tệp có kiểu âm thanh mà loa không phát được (chi tiết cho kỹ thuật: {detail})",
            "its kind of sound cannot be played ({detail})";
        Unreadable { detail: String } =>
            "máy không đọc được tệp (chi tiết cho kỹ thuật: {detail})",
            "the file cannot be read ({detail})";
        OutsideAudioFolder { detail: String } =>
            "tên tệp dẫn ra ngoài thư mục audio/ (chi tiết cho kỹ thuật: {detail})",
            "its name leads out of audio/ ({detail})";
        Link { detail: String } =>
            "tệp là liên kết tới nơi khác (chi tiết cho kỹ thuật: {detail})",
            "the file is a link to somewhere else ({detail})";
        NotAFile { detail: String } =>
            "đó là thư mục hay thiết bị, không phải tệp (chi tiết cho kỹ thuật: {detail})",
            "it is a folder or a device, not a file ({detail})";
        TooLarge { detail: String } =>
            "tệp lớn hơn 2 GiB (chi tiết cho kỹ thuật: {detail})",
            "the file is larger than 2 GiB ({detail})";
        TooLong { detail: String } =>
            "tệp dài hơn 6 giờ (chi tiết cho kỹ thuật: {detail})",
            "the file is longer than 6 hours ({detail})";
        Other { detail: String } =>
            "loa không đọc được âm thanh trong đó, có thể vì tệp hỏng hoặc tải chưa hết (chi tiết cho kỹ thuật: {detail})",
            "its sound cannot be decoded; perhaps it is damaged ({detail})";
    }
}

texts! {
    /// Why a sound device cannot be used.
    pub enum DeviceText {
        NoneNamed { name: String, available: String } =>
            "station.toml chọn thiết bị “{name}”, nhưng máy không có, hoặc dây hay USB bị rút. Máy đang có, ghi được vào station.toml: device = {available}",
            "station.toml names the device `{name}`, but the machine does not have it, or it is unplugged. The machine has these; write one of them: device = {available}";
        NoneAtAll { name: String } =>
            "station.toml chọn thiết bị “{name}”, nhưng máy không có, cũng không thấy thiết bị âm thanh nào khác: dây hay USB bị rút, hoặc máy chưa có card âm thanh",
            "station.toml names the device `{name}`, but the machine does not have it, nor any other sound device: it is unplugged, or there is no sound card";
        Absent { detail: String } =>
            "máy không có thiết bị này, hoặc dây hay USB bị rút (chi tiết cho kỹ thuật: {detail})",
            "the machine does not have it, or it is unplugged ({detail})";
        InUse { detail: String } =>
            "chương trình khác đang dùng thiết bị (chi tiết cho kỹ thuật: {detail})",
            "another program is using it ({detail})";
        NotAllowed { detail: String } =>
            "tài khoản chạy đài không được dùng thiết bị âm thanh (chi tiết cho kỹ thuật: {detail})",
            "the station's user may not use it ({detail})";
        Unsuitable { detail: String } =>
            "thiết bị không nhận kiểu âm thanh của loa (chi tiết cho kỹ thuật: {detail})",
            "it does not accept loa's sound format ({detail})";
        Stalled { detail: String } =>
            "thiết bị bị treo, không nhận âm thanh nữa (chi tiết cho kỹ thuật: {detail})",
            "it hangs and takes no more sound ({detail})";
        TooFast { detail: String } =>
            "thiết bị nhận âm thanh nhanh hơn tốc độ phát nhiều lần, nên không phát ra tiếng (chi tiết cho kỹ thuật: {detail})",
            "it takes sound much faster than it can play it ({detail})";
        SystemFails { detail: String } =>
            "hệ thống âm thanh của máy bị lỗi (chi tiết cho kỹ thuật: {detail})",
            "the machine's sound system fails ({detail})";
        NoThread { detail: String } =>
            "máy không còn đủ tài nguyên để phát (chi tiết cho kỹ thuật: {detail})",
            "the machine lacks the resources to play ({detail})";
        WaveFile { detail: String } =>
            "không ghi được tệp wav này (chi tiết cho kỹ thuật: {detail})",
            "this wave file cannot be written ({detail})";
        Other { detail: String } =>
            "thiết bị báo lỗi (chi tiết cho kỹ thuật: {detail})",
            "it reports an error ({detail})";
    }
}

texts! {
    /// Why the amplifier's command failed.
    pub enum SwitchText {
        NoProgram { detail: String } =>
            "không có chương trình này (chi tiết cho kỹ thuật: {detail})",
            "there is no such program ({detail})";
        NotAllowed { detail: String } =>
            "tài khoản chạy đài không được chạy chương trình này (chi tiết cho kỹ thuật: {detail})",
            "the station's user may not run this program ({detail})";
        TooSlow { detail: String } =>
            "lệnh không chạy xong sau 10 giây (chi tiết cho kỹ thuật: {detail})",
            "the command took more than 10 s ({detail})";
        ProgramInStation { detail: String } =>
            "chương trình nằm trong thư mục của đài, hãy để ở chỗ khác (chi tiết cho kỹ thuật: {detail})",
            "the program is in the station's folder; put it elsewhere ({detail})";
        ExitStatus { code: String, detail: String } =>
            "lệnh báo lỗi, mã {code} (chi tiết cho kỹ thuật: {detail})",
            "the command failed with code {code} ({detail})";
        Other { detail: String } =>
            "lệnh không chạy được hoặc báo lỗi (chi tiết cho kỹ thuật: {detail})",
            "the command failed ({detail})";
    }
}

impl DecoderText {
    /// Returns the sentence for this error text from the decoder.
    #[must_use]
    pub fn of(detail: String) -> Self {
        let has = |words: &[&str]| words.iter().any(|word| detail.contains(word));
        // Look for loa's own messages first: text from a library can follow them.
        if has(&["its beginning is broken"]) {
            Self::BrokenStart { detail }
        } else if has(&["holds no sound", "no frame of it"]) {
            Self::NoSound { detail }
        } else if has(&["of its blocks", "bytes are not sound"]) {
            Self::DamagedBlocks { detail }
        } else if has(&["leads out of the audio folder"]) {
            Self::OutsideAudioFolder { detail }
        } else if has(&["it is a link to"]) {
            Self::Link { detail }
        } else if has(&[", not a file"]) {
            Self::NotAFile { detail }
        } else if has(&["it is larger than"]) {
            Self::TooLarge { detail }
        } else if has(&["it is longer than"]) {
            Self::TooLong { detail }
        } else if has(&["cannot be read", "cannot be opened", "os error"]) {
            Self::Unreadable { detail }
        } else if has(&["not in a format", "no suitable format", "unsupported"]) {
            Self::UnknownKind { detail }
        } else if has(&["channels", "frames a second"]) {
            Self::UnsupportedLayout { detail }
        } else if has(&["end of file", "end of stream", "unexpected end"]) {
            Self::CutOff { detail }
        } else {
            Self::Other { detail }
        }
    }
}

impl DeviceText {
    /// Returns the sentence for this error text from the device.
    #[must_use]
    pub fn of(detail: String) -> Self {
        if let Some(absent) = absent_device(&detail) {
            return absent;
        }
        let lower = detail.to_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
        // Look for these first: the name of a device follows them, and can contain any of the words below.
        if has(&["there is no device", "there is no default device"]) {
            Self::Absent { detail }
        } else if has(&["busy", "in use"]) {
            Self::InUse { detail }
        } else if has(&["permission", "not permitted", "access denied"]) {
            Self::NotAllowed { detail }
        } else if has(&["not available", "no longer available", "no such", "unknown pcm", "no device", "disconnected"])
        {
            Self::Absent { detail }
        } else if has(&["not supported", "unsupported", "invalid argument", "configuration", "config", "no usable"]) {
            Self::Unsuitable { detail }
        } else if has(&[
            "stall",
            "timed out",
            "no sound taken",
            "stopped taking",
            "did not open within",
            "did not answer",
            "has taken nothing",
            "took nothing",
            "thread has ended",
        ]) {
            Self::Stalled { detail }
        } else if has(&["much faster than"]) {
            Self::TooFast { detail }
        } else if has(&["errors at once", "gave up"]) {
            Self::SystemFails { detail }
        } else if has(&["no thread for the sound"]) {
            Self::NoThread { detail }
        } else if has(&[
            "not the name of a wave file",
            "wave file is full",
            "does not end in .wav",
            "it is some other file",
        ]) {
            Self::WaveFile { detail }
        } else {
            Self::Other { detail }
        }
    }
}

/// Returns the sentence for a device that the machine does not have, with the names of those that it has.
fn absent_device(detail: &str) -> Option<DeviceText> {
    let (name, rest) = detail.strip_prefix("there is no device `")?.split_once('`')?;
    let name = name.to_owned();
    // ALSA's message may follow in brackets.
    let names = rest.strip_prefix("; there are: ").map(|names| names.split(" (").next().unwrap_or_default());
    Some(match names {
        Some(names) => {
            let available = names.split(", ").map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
            DeviceText::NoneNamed { name, available }
        }
        None => DeviceText::NoneAtAll { name },
    })
}

impl SwitchText {
    /// Returns the sentence for this error text from the command.
    #[must_use]
    pub fn of(detail: String) -> Self {
        if let Some(status) = detail.strip_prefix("exit status: ") {
            let code = status.chars().take_while(char::is_ascii_digit).collect();
            return Self::ExitStatus { code, detail };
        }
        let has = |words: &[&str]| words.iter().any(|word| detail.contains(word));
        if has(&["No such file or directory", "no command"]) {
            Self::NoProgram { detail }
        } else if has(&["Permission denied"]) {
            Self::NotAllowed { detail }
        } else if has(&["did not end within", "no answer"]) {
            Self::TooSlow { detail }
        } else if has(&["in the station's folder"]) {
            Self::ProgramInStation { detail }
        } else {
            Self::Other { detail }
        }
    }
}

#[cfg(test)]
mod tests;
