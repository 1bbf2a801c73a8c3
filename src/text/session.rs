//! Sentences of `loa session`.
use super::texts;

texts! {
    /// What `loa session` says.
    pub enum SessionText {
        Changed { session: String } => "Đã sửa buổi “{session}”:", "The session `{session}` is changed:";
        WouldChange { session: String } => "Chưa ghi gì. Nếu sửa buổi “{session}” như vậy:", "Nothing is written. If the session `{session}` were changed like this:";
        NotChanged { session: String } => "không sửa được buổi “{session}” như vậy; chưa ghi gì", "the session `{session}` cannot be changed like this; nothing was written";
        NothingToChange { } => "chưa nói sửa gì: --title, --at, --days, --skip hay --items", "nothing to change was named: --title, --at, --days, --skip or --items";
        NoSuchSession { name: String, names: String } => "không có buổi phát “{name}”, hoặc có nhiều buổi như thế; các buổi: {names}", "there is no session `{name}`, or several; the sessions are: {names}";
        NoSuchItem { number: String } => "mục số {number} không có, hoặc được ghi hai lần; --items ghi số thứ tự của các mục trong `play`, bắt đầu từ 1", "item {number} does not exist, or is named twice; --items takes the numbers of the items in `play`, from 1";
        ItemsFromOne { } => "các mục đánh số từ 1", "items are numbered from 1";
        DatesSwapped { } => "ngày đầu của --skip sau ngày cuối", "the first day of --skip is after its last day";
    }
}
