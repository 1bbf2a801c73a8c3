//! Sentences of the page's screens about the coming sessions.
use super::count::ItemCount;
use super::texts;

texts! {
    /// What the screens "Lịch phát" say.
    pub enum WeekPageText {
        Today { } => "Hôm nay", "Today";
        NothingOnDay { } => "Không có buổi phát nào.", "No session airs.";
        Items { count: ItemCount } => "{count} mục", "{count}";
        WeekBefore { } => "7 ngày trước", "7 days before";
        WeekAfter { } => "7 ngày sau", "7 days after";
        NoPlan { } => "Chưa đọc được lịch phát. Hãy thử lại.", "The schedule cannot be read. Try again.";
        NoSuchStart { } => "Lịch không còn buổi này vào ngày giờ đó.", "The schedule does not have this session at that time any more.";
        Edit { } => "Sửa buổi này", "Change this session";
        TakeDayOff { } => "Không phát ngày này", "Skip this date";
        EditHeading { session: String } => "Sửa buổi “{session}”", "Change the session “{session}”";
        Title { } => "Tên buổi", "Title";
        StartNumber { number: u64 } => "Giờ bắt đầu thứ {number}", "Start {number}";
        Hour { } => "Giờ", "Hour";
        Minute { } => "Phút", "Minute";
        OnWhichDays { } => "Vào các ngày", "On these days";
        ItemsInOrder { } => "Các mục, theo thứ tự phát", "Items, in the order in which they play";
        TakeOut { } => "bỏ", "remove";
        Drawn { pool: String } => "Mục chọn lần lượt từ {pool}", "Drawn from {pool}";
        Preview { } => "Xem trước", "Preview";
        IsItRight { } => "Xem trước: đúng chưa?", "Preview: is it right?";
        DayOff { date: String } => "Ngày {date} buổi này không phát.", "The session does not air on {date}.";
        NothingChanges { } => "Lịch 14 ngày tới không thay đổi.", "The plan of the next 14 days does not change.";
        LacksSomething { } => "Còn thiếu: buổi phải có tên, ít nhất một giờ, một ngày và một mục.", "Something is missing: a session needs a title, and at least one start, one day and one item.";
        ScheduleChanged { } => "Trong lúc đó lịch đã được sửa ở chỗ khác, nên chưa lưu gì. Hãy sửa lại từ đầu.", "The schedule was changed elsewhere meanwhile, so nothing was saved. Begin again.";
        Save { } => "Lưu", "Save";
        No { } => "Không", "No";
        Saved { } => "Đã lưu. Đài dùng lịch này sau vài giây; buổi đang phát giữ nguyên.", "Saved. The station uses it in a few seconds; a session on the air stays as it is.";
        NotSaved { } => "Chưa lưu được.", "It was not saved.";
        Undo { } => "Hoàn tác", "Undo";
        AddOne { } => "Thêm tin", "Add a recording";
        Back { } => "Về Lịch phát", "Back to the schedule";
    }
}
