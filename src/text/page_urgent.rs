//! Sentences of the page's screens for urgent messages.
use super::texts;

texts! {
    /// What the screens "Khẩn cấp" say.
    pub enum UrgentPageText {
        WhichMessage { } => "Phát tin khẩn cấp nào?", "Which urgent message?";
        NonePrepared { } =>
            "Chưa có tin soạn sẵn. Tin thuộc nhóm khan-cap trong danh sách phát sẽ hiện ở đây.",
            "No message is prepared. Segments of the pool khan-cap are shown here.";
        RecordOne { } => "Ghi âm tin mới", "Record a new one";
        OtherMessages { } => "Các tin khác trong kho", "Other recordings in the library";
        NoSuchMessage { } => "Chưa chọn tin nào, hoặc tin không còn nữa.", "No message was chosen, or it is no longer there.";
        QuietNow { } => "Đang là giờ yên lặng: tin khẩn cấp vẫn được phát.", "It is quiet time now: an urgent message is played all the same.";
        Consequence { } => "Tin này ngắt buổi đang phát. Sau tin, đài tự phát tiếp theo lịch.", "It interrupts what is on the air. Afterwards the station goes on with its schedule by itself.";
        HowOften { } => "Phát mấy lần?", "How often?";
        Times { times: u16 } => "{times} lần", "{times} ×";
        PlayNow { } => "PHÁT NGAY RA TOÀN XÃ", "PLAY IT TO THE WHOLE COMMUNE NOW";
        WillPlay { title: String, seconds: u64 } => "Sẽ phát “{title}” sau {seconds} giây…", "“{title}” will be played in {seconds} s…";
        CallOff { } => "HUỶ", "CALL IT OFF";
        Ordering { } => "Đang gửi lệnh cho đài…", "Giving the order to the station…";
        Ordered { } => "Đài đã nhận lệnh và phát ngay. Muốn dừng: về Hôm nay, bấm DỪNG TIN KHẨN CẤP.", "The station has the order, and plays it at once. To stop it, go back to today and press STOP.";
        NoDevice { } => "Nhưng không thấy thiết bị âm thanh: tin chưa ra loa. Hãy xem dây và thiết bị; có lại thiết bị là đài phát.", "But there is no sound device: it does not sound yet. Check the cable and the device; as soon as it is back, the station plays it.";
        CalledOff { } => "Đã huỷ. Không phát gì.", "It was called off. Nothing is played.";
        NotGiven { } => "Không gửi được lệnh cho đài, nên chưa phát gì.", "The order could not be given to the station, so nothing is played.";
        AnotherMessage { } => "Tin khẩn cấp khác", "Another urgent message";
        ToToday { } => "Về Hôm nay", "Back to today";
        Back { } => "Quay lại", "Back";
    }
}
