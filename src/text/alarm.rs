//! Sentences of `loa alarm`, and of the messages that it sends.
use super::count::MessageCount;
use super::texts;

texts! {
    /// Sentences of `loa alarm`.
    pub enum AlarmText {
        NotConfigured { } =>
            "Đài chưa đặt cách báo tin: xem [alarm] trong station.toml (docs/station.md).",
            "The station has no way to send alarms: see [alarm] in station.toml (docs/station.md).";
        Sent { count: MessageCount } => "Đã gửi {count} tin báo.", "{count} sent.";
        NoMessagesWaiting { } => "Không có tin báo nào chờ gửi.", "No messages are waiting.";
        Waits { count: MessageCount } =>
            "{count} tin báo chưa gửi được; loa gửi lại sau.",
            "Not sent: {count}; loa tries again.";
        Failure { detail: String } => "Chưa gửi được. (Chi tiết cho kỹ thuật: {detail}.)", "Not delivered: {detail}.";
        SecretsUnusable { detail: String } =>
            "Không dùng được tệp mật khẩu của cách báo tin. (Chi tiết cho kỹ thuật: {detail}.)",
            "The file with the alarm's passwords cannot be used: {detail}.";
        QueueUnusable { detail: String } =>
            "Không đọc hay ghi được thư mục alarm/ của đài. (Chi tiết cho kỹ thuật: {detail}.)",
            "The station's folder alarm/ cannot be read or written: {detail}.";
        TestMessage { } => "Tin thử: đài báo tin được.", "A test: the station can send alarms.";
        TestAdvice { } => "Không cần làm gì.", "There is nothing to do.";
        Over { what: String } => "Đã hết: {what}", "Over: {what}";
        CommandUntried { command: String } =>
            "Lệnh báo tin “{command}” chưa được thử trên máy này nên chưa được chạy. Hãy gõ: loa alarm test",
            "The alarm's command `{command}` was never tried on this machine, so it is not run. Type: loa alarm test";
    }
}
