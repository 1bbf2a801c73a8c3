//! Sentences about weekly plans, schedule changes and urgent messages.
use super::count::DayCount;
use super::texts;

texts! {
    /// Sentences about plans.
    pub enum PlanText {
        Mon { } => "T2", "Mon";
        Tue { } => "T3", "Tue";
        Wed { } => "T4", "Wed";
        Thu { } => "T5", "Thu";
        Fri { } => "T6", "Fri";
        Sat { } => "T7", "Sat";
        Sun { } => "CN", "Sun";
        Lunar { day: u16, month: u16 } => "{day}/{month} âl", "lunar {day}/{month}";
        LunarLeap { day: u16, month: u16 } => "{day}/{month} nhuận", "leap {day}/{month}";
        Total { } => "Tổng cộng", "Total";
        Relayed { } => "≈ có tiếp sóng", "≈ with a relay slot";
        WillMiss { } => "! có mục sẽ không được phát", "! some items will not be played";
        MissedBecause { title: String, why: String } => "{title} (sẽ không phát: {why})", "{title} (will be missed: {why})";
        RelaySlot { title: String } => "≈ {title}", "≈ {title}";
        HolidayLine { date: String, names: String } => "{date}: {names}", "{date}: {names}";

        OlderInForce { command: String } =>
            "đài đang phát theo lịch cũ: lịch trong thư mục chưa được nhận, nên dưới đây chưa phải là những gì sẽ phát. Xem vì sao: {command}",
            "the running station plays an older schedule: the one in the folder is not in force, so what follows is not what airs. To see why: {command}";
        NothingChanges { days: DayCount } => "Trong {days} ngày tới không có gì thay đổi.", "Nothing changes in the next {days}.";
        ChangesHeading { days: DayCount } => "Thay đổi trong {days} ngày tới:", "What changes in the next {days}:";
        Added { session: String, at: String, dates: String, length: String, titles: String } =>
            "+ Thêm buổi “{session}” lúc {at} ({length}), {dates}: {titles}",
            "+ New: session `{session}` at {at} ({length}), {dates}: {titles}";
        Removed { session: String, at: String, dates: String } =>
            "- Bỏ buổi “{session}” lúc {at}, {dates}",
            "- Removed: session `{session}` at {at}, {dates}";
        Gains { session: String, at: String, dates: String, titles: String } =>
            "~ Buổi “{session}” lúc {at}, {dates}: thêm {titles}",
            "~ Session `{session}` at {at}, {dates}: also plays {titles}";
        Loses { session: String, at: String, dates: String, titles: String } =>
            "~ Buổi “{session}” lúc {at}, {dates}: bỏ {titles}",
            "~ Session `{session}` at {at}, {dates}: no longer plays {titles}";
        Replaces { session: String, at: String, dates: String, loses: String, gains: String } =>
            "~ Buổi “{session}” lúc {at}, {dates}: thay {loses} bằng {gains}",
            "~ Session `{session}` at {at}, {dates}: plays {gains} instead of {loses}";
        Reordered { session: String, at: String, dates: String } =>
            "~ Buổi “{session}” lúc {at}, {dates}: đổi thứ tự các mục",
            "~ Session `{session}` at {at}, {dates}: its items are in another order";
        LengthChanges { session: String, at: String, dates: String, from: String, to: String } =>
            "~ Buổi “{session}” lúc {at}, {dates}: thời lượng từ {from} thành {to}",
            "~ Session `{session}` at {at}, {dates}: lasts {to} instead of {from}";
        OtherRules { session: String, at: String, dates: String } =>
            "~ Buổi “{session}” lúc {at}, {dates}: đổi âm lượng, giờ từng mục hoặc cách xử lý",
            "~ Session `{session}` at {at}, {dates}: its volume, the times of its items or its rules change";

        UrgentQuestion { title: String, length: String, times: u16 } =>
            "Phát KHẨN CẤP “{title}” ({length}, {times} lần) ngay bây giờ, kể cả trong giờ yên lặng? Nếu đúng, gõ “có” rồi nhấn Enter: ",
            "Play `{title}` ({length}, {times} times) as URGENT now, even in quiet hours? Type `yes` to play it: ";
        UrgentNeedsYes { } =>
            "CHƯA PHÁT: không có màn hình và bàn phím để hỏi lại. Nếu đúng là khẩn cấp, thêm --yes.",
            "NOTHING WAS PLAYED: there is no terminal at which to confirm. If it really is urgent, add --yes.";
        NotASegment { name: String } =>
            "“{name}” không phải tên hay mã của mục phát nào, cũng không phải tệp âm thanh.",
            "`{name}` is neither the title or id of a segment nor a sound file.";
        UrgentPath { folder: String } =>
            "CHƯA PHÁT. loa đã tìm tệp này trong {folder}. Tệp ở chỗ khác thì gõ cả đường dẫn, ví dụ: loa urgent /media/usb/canh-bao-lu.mp3",
            "NOTHING WAS PLAYED. loa looked for this file in {folder}. If it is elsewhere, type its whole path, for example: loa urgent /media/usb/flood.mp3";
        UrgentList { command: String } =>
            "Muốn phát một mục có sẵn của đài, gõ tên của nó; xem các mục bằng: {command}",
            "To play a segment of the station, type its title; to see the segments: {command}";
    }
}
