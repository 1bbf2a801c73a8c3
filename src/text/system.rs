//! Errors of the operating system, in words that people can act on.
use std::io;

use super::texts;

texts! {
    /// An error of the operating system. The English message of the system follows, for a technician.
    pub enum SystemText {
        Full { detail: String } =>
            "ổ đĩa đã đầy, hãy xoá bớt tệp không dùng rồi làm lại (chi tiết cho kỹ thuật: {detail})",
            "{detail}";
        NotAllowed { detail: String } =>
            "tài khoản này không có quyền đọc hoặc ghi ở đó (chi tiết cho kỹ thuật: {detail})",
            "{detail}";
        ReadOnly { detail: String } =>
            "ổ đĩa hay USB này chỉ đọc được, không ghi được (chi tiết cho kỹ thuật: {detail})",
            "{detail}";
        NotFound { detail: String } =>
            "không có tệp hay thư mục này (chi tiết cho kỹ thuật: {detail})",
            "{detail}";
        Other { detail: String } => "{detail}", "{detail}";
    }
}

impl SystemText {
    /// Returns the sentence for an error of this kind; `detail` is the system's message.
    #[must_use]
    pub fn of_kind(kind: io::ErrorKind, detail: String) -> Self {
        match kind {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full { detail },
            io::ErrorKind::PermissionDenied => Self::NotAllowed { detail },
            io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly { detail },
            io::ErrorKind::NotFound => Self::NotFound { detail },
            _ => Self::Other { detail },
        }
    }
}

impl From<&io::Error> for SystemText {
    fn from(error: &io::Error) -> Self {
        Self::of_kind(error.kind(), error.to_string())
    }
}

impl From<String> for SystemText {
    fn from(detail: String) -> Self {
        Self::Other { detail }
    }
}
