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
        AddOne { } => "Thêm tin", "Add a recording";
        Back { } => "Về Lịch phát", "Back to the schedule";
    }
}
