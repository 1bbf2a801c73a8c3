//! Why a log could not be continued.
use super::texts;

texts! {
    /// Reasons why an airing log could not be continued and a new log was begun.
    pub enum LogSetAsideReason {
        Rewound { lines: u64, size: u64 } =>
            "nhật ký chỉ còn {lines} dòng trong {size} dòng đã được niêm phong (ổ đĩa hỏng, hoặc ai đó chép lại bản cũ)",
            "it has only {lines} of the {size} entries that were sealed (a failing disk, or an old copy was put back)";
        Changed { } =>
            "nội dung không còn đúng như lúc được niêm phong",
            "its entries are not the ones that were sealed";
        NoHead { } =>
            "tệp airlog/checkpoint bị mất hoặc bị hỏng",
            "the file airlog/checkpoint is missing or damaged";
        Closings { } =>
            "tệp airlog/closings bị mất hoặc bị hỏng",
            "the file airlog/closings is missing or damaged";
        NoKeys { } =>
            "khoá của nhật ký không có trên máy này (thư mục được chép từ máy khác, hoặc chạy bằng tài khoản khác)",
            "its keys are not on this machine (the folder was copied from another machine, or loa runs as another user)";
        OlderCopy { size: u64, newest: u64 } =>
            "ai đó đã chép lại một bản cũ của thư mục đài: bản này dừng ở dòng thứ {size}, mà máy này đã niêm phong đến dòng thứ {newest}",
            "an older copy of the station's folder was put back: it ends at entry {size}, but this machine has sealed {newest}";
        Forked { newest: u64 } =>
            "nội dung không phải là {newest} dòng mà máy này đã niêm phong (bản cũ của thư mục đài đã được ghi tiếp ở nơi khác)",
            "it does not contain the {newest} entries that this machine has sealed (an older copy of the station's folder was continued elsewhere)";
    }
}
