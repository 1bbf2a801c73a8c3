//! Errors from the operating system, in words that people can act on.
use std::io;

use super::texts;

texts! {
    /// An error from the operating system, with its English message for a technician.
    pub enum SystemText {
        Full { detail: String } =>
            "ổ đĩa đã đầy, hãy xoá bớt tệp không dùng rồi làm lại (chi tiết cho kỹ thuật: {detail})",
            "the disk is full; delete what is not needed and try again ({detail})";
        NotAllowed { detail: String } =>
            "tài khoản này không có quyền đọc hoặc ghi ở đó (chi tiết cho kỹ thuật: {detail})",
            "this user may not read or write there ({detail})";
        ReadOnly { detail: String } =>
            "ổ đĩa hay USB này chỉ đọc được, không ghi được (chi tiết cho kỹ thuật: {detail})",
            "this disk or stick is read-only ({detail})";
        NotFound { detail: String } =>
            "không có tệp hay thư mục này (chi tiết cho kỹ thuật: {detail})",
            "there is no such file or folder ({detail})";
        Failing { detail: String } =>
            "ổ đĩa hay USB đọc ghi bị lỗi, có thể sắp hỏng hoặc vừa bị rút (chi tiết cho kỹ thuật: {detail})",
            "the disk or stick is failing, or was pulled out ({detail})";
        InUse { detail: String } =>
            "chương trình khác đang dùng nó (chi tiết cho kỹ thuật: {detail})",
            "another program is using it ({detail})";
        NoAnswerInTime { detail: String } =>
            "đã chờ quá lâu (chi tiết cho kỹ thuật: {detail})",
            "there was no answer in time ({detail})";
        Disconnected { detail: String } =>
            "liên lạc bị ngắt giữa chừng (chi tiết cho kỹ thuật: {detail})",
            "the connection broke off ({detail})";
        NotAFolder { detail: String } =>
            "đó không phải là thư mục (chi tiết cho kỹ thuật: {detail})",
            "that is not a folder ({detail})";
        IsAFolder { detail: String } =>
            "đó là thư mục, không phải tệp (chi tiết cho kỹ thuật: {detail})",
            "that is a folder, not a file ({detail})";
        AlreadyThere { detail: String } =>
            "đã có tệp hay thư mục tên này (chi tiết cho kỹ thuật: {detail})",
            "a file or folder with this name already exists ({detail})";
        BadName { detail: String } =>
            "tên tệp quá dài hoặc có ký tự không dùng được (chi tiết cho kỹ thuật: {detail})",
            "the file name is too long or has characters that cannot be used ({detail})";
        TooLarge { detail: String } =>
            "tệp quá lớn đối với ổ đĩa hay USB này (chi tiết cho kỹ thuật: {detail})",
            "the file is too large for this disk or stick ({detail})";
        NotAFile { detail: String } =>
            "đó là liên kết hay loại tệp mà loa không mở (chi tiết cho kỹ thuật: {detail})",
            "that is a link or a kind of file that loa does not open ({detail})";
        TooManyOpen { detail: String } =>
            "máy đang mở quá nhiều tệp, hãy khởi động lại máy (chi tiết cho kỹ thuật: {detail})",
            "too many files are open on this machine; restart it ({detail})";
        NoMemory { detail: String } =>
            "máy thiếu bộ nhớ, hãy đóng bớt chương trình khác (chi tiết cho kỹ thuật: {detail})",
            "the machine has too little memory; close other programs ({detail})";
        Garbled { detail: String } =>
            "dữ liệu không đúng dạng (chi tiết cho kỹ thuật: {detail})",
            "the data does not have the expected format ({detail})";
        Unnamed { detail: String } =>
            "máy báo lỗi (chi tiết cho kỹ thuật: {detail})",
            "the system reports an error ({detail})";
        Other { detail: String } => "{detail}", "{detail}";
    }
}

texts! {
    /// Parts of the daemon, printed at the beginning of an error.
    pub enum PartText {
        Station { } => "thư mục của đài", "station";
        Airlog { } => "airlog", "airlog";
        AirlogLock { } => "airlog/lock", "airlog/lock";
        PathLock { } => "chỗ giữ khoá chạy của đài (locks)", "locks";
        Keys { } => "khoá của nhật ký", "keys";
        Clock { } => "đồng hồ máy", "clock";
        Signals { } => "tín hiệu dừng", "signals";
        ControlSocket { } => "đường nhận lệnh", "control socket";
        Watch { } => "theo dõi thư mục của đài", "watch";
    }
}

impl SystemText {
    /// Returns the sentence for this error; `detail` is the system's message, perhaps with a path.
    #[must_use]
    pub fn of(error: &io::Error, detail: String) -> Self {
        // `io::ErrorKind` has no kind for these errors. The numbers are those of Linux (errno(3)).
        match error.raw_os_error() {
            Some(5 | 6 | 19 | 61 | 71 | 74 | 84 | 117 | 121 | 123) => return Self::Failing { detail },
            Some(23 | 24) => return Self::TooManyOpen { detail },
            Some(40) => return Self::NotAFile { detail },
            _ => {}
        }
        Self::of_kind(error.kind(), detail)
    }

    /// Returns the sentence for an error of this kind; `detail` is the system's message.
    #[must_use]
    pub fn of_kind(kind: io::ErrorKind, detail: String) -> Self {
        use io::ErrorKind as K;
        match kind {
            K::StorageFull | K::QuotaExceeded => Self::Full { detail },
            K::PermissionDenied => Self::NotAllowed { detail },
            K::ReadOnlyFilesystem => Self::ReadOnly { detail },
            K::NotFound => Self::NotFound { detail },
            K::ResourceBusy | K::ExecutableFileBusy | K::Deadlock | K::AddrInUse => Self::InUse { detail },
            K::TimedOut | K::WouldBlock => Self::NoAnswerInTime { detail },
            K::ConnectionReset | K::ConnectionAborted | K::ConnectionRefused | K::BrokenPipe | K::NotConnected => {
                Self::Disconnected { detail }
            }
            K::UnexpectedEof => Self::Disconnected { detail },
            K::NotADirectory => Self::NotAFolder { detail },
            K::IsADirectory => Self::IsAFolder { detail },
            K::AlreadyExists | K::DirectoryNotEmpty => Self::AlreadyThere { detail },
            K::InvalidFilename => Self::BadName { detail },
            K::FileTooLarge => Self::TooLarge { detail },
            K::OutOfMemory => Self::NoMemory { detail },
            K::InvalidData => Self::Garbled { detail },
            _ => Self::Unnamed { detail },
        }
    }
}

impl From<&io::Error> for SystemText {
    fn from(error: &io::Error) -> Self {
        Self::of(error, error.to_string())
    }
}

impl From<String> for SystemText {
    fn from(detail: String) -> Self {
        Self::Other { detail }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Lang, Localize};

    #[test]
    fn every_system_error_has_a_sentence_before_the_system_message() {
        for number in 1..=133 {
            let error = io::Error::from_raw_os_error(number);
            let text = SystemText::from(&error);
            for (lang, bracket) in [(Lang::Vi, " (chi tiết cho kỹ thuật: "), (Lang::En, " (")] {
                let sentence = text.localized(lang).to_string();
                assert!(sentence.ends_with(&format!("{bracket}{error})")), "{number}: {sentence}");
            }
        }
    }

    #[test]
    fn common_system_errors_have_a_plain_explanation() {
        let sentence = |number| SystemText::from(&io::Error::from_raw_os_error(number)).localized(Lang::Vi).to_string();
        for (number, words) in [
            (28, "ổ đĩa đã đầy"),
            (122, "ổ đĩa đã đầy"),
            (13, "không có quyền"),
            (1, "không có quyền"),
            (30, "chỉ đọc được"),
            (2, "không có tệp hay thư mục"),
            (5, "bị lỗi"),
            (11, "chờ quá lâu"),
            (110, "chờ quá lâu"),
            (104, "bị ngắt"),
            (32, "bị ngắt"),
            (36, "quá dài"),
        ] {
            assert!(sentence(number).contains(words), "{number}: {}", sentence(number));
        }
    }
}
