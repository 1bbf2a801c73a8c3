//! Sentences of the page about telephones.
use super::texts;

texts! {
    /// What the screens "Điện thoại" say, and what they say about orders that wait.
    pub enum PhonePageText {
        Heading { } => "Điện thoại được dùng trang này", "Telephones that may use this page";
        NotInNetwork { } =>
            "Trang này chỉ mở được trên máy của đài. Muốn dùng điện thoại trong mạng Wi-Fi của cơ quan, hãy nhờ người phụ trách máy bật phần điện thoại (docs/page.md).",
            "This page opens on the station's computer only. To use telephones in the office's Wi-Fi, ask whoever looks after the computer to allow them (docs/page.md).";
        PairOne { } => "Ghép một điện thoại", "Pair a telephone";
        WhatPhonesMay { } =>
            "Điện thoại đã ghép được xem, gửi và soạn tin, dừng buổi đang phát. Việc phát ngay, lưu vào lịch, bỏ tin và đồng hồ thì chờ người ở máy của đài bấm Có.",
            "A paired telephone may look, send and prepare recordings, and stop what is on the air. Playing at once, saving into the schedule, removing, and the clock wait until somebody at the station's computer says yes.";
        WhatSecretPhonesMay { } => "Điện thoại đã ghép làm được mọi việc trên trang này, trừ việc ghép thêm điện thoại.", "A paired telephone may do everything on this page, except pairing others.";
        WarningComes { } =>
            "Điện thoại sẽ báo kết nối không riêng tư, vì chứng chỉ là của riêng đài. Bấm Nâng cao, rồi Tiếp tục. Muốn chắc chắn, so dấu vân tay (SHA-256) của chứng chỉ trên điện thoại với dòng này:",
            "The telephone will say that the connection is not private, because the certificate is the station's own. Press Advanced, then Proceed. To be certain, compare the fingerprint (SHA-256) of the certificate on the telephone with this line:";
        ScanThis { } => "Dùng điện thoại quét mã này. Điện thoại phải ở cùng mạng Wi-Fi với máy của đài. Mã dùng được một lần, trong 10 phút.", "Scan this code with the telephone. It must be in the same Wi-Fi as the station's computer. The code works once, for ten minutes.";
        QrLabel { } => "Mã QR để ghép điện thoại; địa chỉ ở ngay dưới", "QR code that pairs a telephone; its address is below";
        NoPhones { } => "Chưa ghép điện thoại nào.", "No telephone is paired.";
        Revoke { } => "Bỏ máy này", "Remove it";
        RevokeNamed { name: String } => "Bỏ máy {name}", "Remove {name}";
        ThisPhone { name: String, code: String } => "Điện thoại này là “{name}”, mã {code}. Muốn bỏ: vào trang này trên máy của đài.", "This telephone is “{name}”, code {code}. To remove it, open this page on the station's computer.";
        PairThis { } => "Ghép điện thoại này với đài", "Pair this telephone with the station";
        WhoseIsIt { } => "Điện thoại của ai? (ví dụ: Máy người trực)", "Whose telephone is it? (for example: on duty)";
        PairIt { } => "Ghép", "Pair it";
        PairingOver { } => "Mã này đã dùng rồi hoặc quá 10 phút. Trên máy của đài, hãy bấm Ghép một điện thoại lần nữa.", "This code was used already, or is older than ten minutes. On the station's computer, press Pair a telephone again.";
        Wants { name: String, wish: String } => "Điện thoại {name} xin: {wish}", "The telephone {name} asks: {wish}";
        WantsUrgent { } => "phát tin khẩn cấp ra toàn xã ngay bây giờ.", "to play an urgent message to the whole commune now.";
        WantsPlay { } => "phát một tin ra loa ngay bây giờ.", "to play a recording on the loudspeakers now.";
        WantsRemove { } => "bỏ một tin khỏi lịch.", "to remove a recording from the schedule.";
        WantsUndo { } => "hoàn tác thay đổi lịch gần nhất.", "to undo the newest change of the schedule.";
        WantsSession { } => "sửa một buổi phát trong lịch.", "to change a session of the schedule.";
        WantsClock { } => "xác nhận đồng hồ của đài đúng.", "to confirm the station's clock.";
        WantsSave { title: String } => "lưu “{title}” vào lịch.", "to save a new recording, “{title}”, into the schedule.";
        WantsSaveAndPlay { title: String } => "lưu “{title}” và phát ra loa ngay.", "to save “{title}”, and to play it on the loudspeakers now.";
        WaitsForYes { } => "Đang chờ người ở máy của đài bấm Có. Trang tự cập nhật. Sau 5 phút không ai bấm thì yêu cầu bị huỷ.", "Waiting until somebody at the station's computer says yes. This page looks again by itself; after 5 minutes the order is dropped.";
        SaidNo { } => "Người ở máy của đài đã bấm Không, nên chưa làm gì.", "Somebody at the station's computer said no, so nothing was done.";
        NobodyAnswered { } => "Không có ai trả lời, nên chưa làm gì. Hãy gọi người ở máy của đài rồi làm lại.", "Nobody answered, so nothing was done. Call somebody at the station's computer, and do it again.";
        TooManyWait { } => "Đang có nhiều việc chờ trả lời, nên chưa nhận thêm. Hãy gọi người ở máy của đài.", "Too many orders wait for an answer, so this one was not taken. Call somebody at the station's computer.";
        OnlyAtStation { } => "Việc này chỉ làm được trên máy của đài.", "This can be done on the station's computer only.";
        NothingWaits { } => "Không có việc nào chờ trả lời.", "Nothing waits for an answer.";
        Yes { } => "Có", "Yes";
        No { } => "Không", "No";
        Answer { } => "Trả lời", "Answer";
        ToToday { } => "Về Hôm nay", "Back to today";
    }
}
