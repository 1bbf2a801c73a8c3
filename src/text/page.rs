//! Sentences of the page for a browser, and of `loa page`.
use super::count::ItemCount;
use super::texts;

texts! {
    /// What the page and `loa page` say.
    pub enum PageText {
        Today { } => "Hôm nay", "Today";
        AddRecording { } => "Thêm tin", "Add";
        Urgent { } => "Khẩn cấp", "Urgent";
        More { } => "Mục khác", "More";
        Library { } => "Kho tin", "Library";
        Undo { } => "Hoàn tác thay đổi lịch", "Undo a change of the schedule";
        Week { } => "Lịch phát", "Schedule";
        Phones { } => "Điện thoại", "Telephones";
        HandIn { } => "Nộp Sở", "Hand in the log";
        DayLog { } => "Nhật ký", "Log";
        Clock { at: String } => "Giờ của đài: {at}", "The station's time: {at}";
        LookAgain { } => "Xem lại", "Look again";
        PageLost { } =>
            "Mất liên lạc với trang của đài. Những gì ghi dưới đây có thể không còn đúng. Đài có thể vẫn đang phát.",
            "The station's page does not answer. What is said below may no longer be true. The station may still be playing.";
        AllWell { line: String, coming: String } => "Bình thường. {line} {coming}", "All is well. {line} {coming}";
        AlsoSaid { } => "Tình trạng của đài", "The state of the station";
        TodaysAnswer { } => "Hôm nay đã phát thế nào", "How today has gone";
        Items { count: ItemCount } => "{count} mục", "{count}";
        Upcoming { } => "Sắp phát", "To come";
        OnAir { } => "Đang phát", "On the air";
        Complete { } => "Đã phát đủ", "All aired";
        Partial { } => "Phát thiếu", "Partly aired";
        Missed { } => "Không phát", "Not aired";
        NotHeard { } => "Không ra loa", "No sound left";
        AwaitsClock { } => "Chưa rõ (chờ đồng hồ)", "Not known (waits for the clock)";
        Unwritten { } => "Chưa rõ", "Not known";
        Withdrawn { } => "Đã bỏ khỏi lịch", "Taken out of the schedule";
        Skip { } => "Bỏ qua mục này", "Skip this item";
        Stop { } => "Dừng cả buổi", "Stop the session";
        StopUrgent { } => "DỪNG TIN KHẨN CẤP", "Stop the urgent message";
        ClockIsRight { } => "Đồng hồ đài đúng", "The clock is right";
        No { } => "Không", "No";
        SkipQuestion { title: String } =>
            "Bỏ qua “{title}”? Mục này dừng ngay; các mục sau của buổi vẫn phát đúng giờ của chúng.",
            "Skip “{title}”? It ends at once; the other items of the session still play at their times.";
        StopQuestion { session: String } =>
            "Dừng cả buổi “{session}”? Các mục còn lại của buổi sẽ không phát.",
            "Stop the session “{session}”? Its other items will not play.";
        StopOneQuestion { title: String } => "Dừng “{title}”?", "Stop “{title}”?";
        StillPlays { title: String, when: String } => "Vẫn phát: {title}, {when}.", "Still to play: {title}, {when}.";
        ClockQuestion { at: String } =>
            "Đồng hồ của đài đang là {at}. So với điện thoại hay đồng hồ của mình: đúng không?",
            "The station's clock says {at}. Compare it with your telephone or watch: is it right?";
        NothingToOrder { } =>
            "Bây giờ không có gì để dừng, hoặc việc này đã xong.",
            "There is nothing to end now, or it is done already.";
        ChangedMeanwhile { } =>
            "Trong lúc đó đài đã sang mục khác, nên chưa dừng gì. Xem lại rồi bấm lần nữa nếu vẫn cần.",
            "The station has gone on to another item meanwhile, so nothing was ended. Look again, and repeat it if needed.";
        AddNote { } => "Ghi chú", "Add a note";
        NoteOn { title: String } => "Ghi chú về {title}", "Add a note about {title}";
        NoteAbout { title: String } => "Ghi chú về “{title}”", "A note about “{title}”";
        NoteExample { } =>
            "Ví dụ: mưa to, loa thôn 3 không nghe rõ. Ghi chú vào nhật ký và Sở đọc được; không sửa lại được.",
            "For example: heavy rain, the loudspeaker of village 3 was hard to hear. The note goes into the log, the department can read it, and it cannot be changed.";
        WriteNote { } => "Ghi vào nhật ký", "Write it into the log";
        BackToToday { } => "Về Hôm nay", "Back to today";
        WhichDay { } => "Ngày nào?", "Which day?";
        Show { } => "Xem", "Show";
        ThePreviousDay { } => "Ngày trước", "The day before";
        TheNextDay { } => "Ngày sau", "The day after";
        PrintedPage { } => "Trang sổ để in", "The page to print";
        BadDay { } => "Ngày không đọc được. Hãy chọn lại ngày.", "The day cannot be read. Choose it again.";
        NoLink { } =>
            "Trang này chỉ mở bằng liên kết của đài. Trên máy của đài, gõ loa page --open, hoặc hỏi người phụ trách máy.",
            "This page opens only with a link of the station. On the station's computer, type loa page --open, or ask whoever looks after it.";
        UsedLink { } =>
            "Liên kết này đã dùng rồi hoặc không đúng. Trên máy của đài, gõ loa page --open để có liên kết mới.",
            "This link was used already, or is wrong. On the station's computer, type loa page --open for a new one.";
        NotFound { } => "Không có trang này.", "There is no such page.";
        NotRunning { } =>
            "Đài CHƯA CHẠY, nên không có gì được phát. Trên máy của đài, hãy bật dịch vụ loa (hoặc gõ loa run).",
            "The station is NOT RUNNING, so nothing is played. On the station's computer, start the service loa (or type loa run).";
        OtherUser { user: String } =>
            "Đài chạy dưới tên {user}; trang này chạy dưới tên khác nên không hỏi được đài.",
            "The station runs as {user}; this page runs as another user, and cannot ask it.";
        NoContact { } =>
            "Mất liên lạc với đài. Những gì ghi trước đây có thể không còn đúng. Đài có thể vẫn đang phát.",
            "The station does not answer. What was said before may no longer be true. It may still be playing.";
        LogUnreadable { } =>
            "Chưa đọc được nhật ký. Hãy thử lại; nếu vẫn vậy, gõ loa log trên máy của đài.",
            "The log cannot be read. Try again; if that does not help, type loa log on the station's computer.";
        Serving { address: String } =>
            "Trang của đài: http://{address}/ (trên máy này; Ctrl+C để tắt trang, đài vẫn chạy).",
            "The station's page: http://{address}/ (on this computer; Ctrl+C ends the page, not the station).";
        Link { link: String } => "Mở một lần bằng liên kết: {link}", "Open it once with this link: {link}";
        ServedAlready { address: String } =>
            "Trang của đài đã mở sẵn ở http://{address}/.",
            "The station's page is served already, at http://{address}/.";
        PortTaken { address: String } =>
            "{address} đang có chương trình khác dùng. Chọn cổng khác: loa page --listen 127.0.0.1:8469",
            "{address} is used by another program. Choose another port: loa page --listen 127.0.0.1:8469";
        OnlyThisMachine { address: String } =>
            "{address} không phải địa chỉ của riêng máy này. Muốn dùng điện thoại trong mạng, ghi hai dòng vào station.toml: [page], rồi network = \"tls\".",
            "{address} is not an address of this computer alone. To use telephones in the network, write two lines into station.toml: [page], then network = \"tls\".";
        ForPhones { link: String } => "Điện thoại trong mạng: {link} (ghép trên trang, mục Điện thoại).", "Telephones in the network: {link} (pair them on the page, under Telephones).";
        CertificateOf { fingerprint: String } => "Dấu vân tay chứng chỉ của trang (SHA-256): {fingerprint}", "Fingerprint of the page's certificate (SHA-256): {fingerprint}";
        NoBrowser { } =>
            "Chưa mở được trình duyệt (xdg-open). Hãy tự mở liên kết ở trên.",
            "No browser could be opened (xdg-open). Open the link above yourself.";
    }
}
