//! Sentences about the rows that other bodies hand in.
use super::count::{FileCount, Grouped, RowCount};
use super::texts;

texts! {
    /// Headings and sentences about stated rows, in reports and on the terminal.
    pub enum StatedText {
        Heading { } => "Do cơ quan tự khai (không có bằng chứng)", "Stated by other bodies (not proved)";
        Sheet { } => "Do cơ quan tự khai", "Stated by other bodies";
        Addressee { } => "Cơ quan", "Body";
        Rows { } => "Số dòng khai", "Rows";
        Minutes { } => "Số phút tự khai", "Minutes stated";
        Airings { } => "Số lượt, tin, bài tự khai", "Items stated";
        Dates { } => "Trong những ngày", "Dates";
        Rule { } =>
            "Bảng này do các cơ quan tự khai; loa không chứng minh được và không cộng vào thời lượng nào ở trên.",
            "The bodies stated these rows themselves; loa cannot prove them, and adds them to no airtime above.";
        DisputedLine { files: Grouped<FileCount>, names: String } =>
            "{files} tệp khai trong kho bị sửa, bị xoá hoặc được thêm mà không qua loa stated add, nên không được tính: {names}.",
            "Not counted: {files} of stated rows in the store, changed, removed, or added without loa stated add: {names}.";
        Added { rows: RowCount, name: String } => "Đã nhận {rows} dòng khai vào kho ({name}).", "Added to the store: {rows} ({name}).";
        AddedBefore { name: String } => "Tệp này đã được nhận trước đây ({name}); không nhận lại.", "This file was added before ({name}); it is not added again.";
        Removed { name: String } =>
            "Đã bỏ {name}: báo cáo không nêu nữa. Sổ thu nhận vẫn ghi là tệp đã được nhận rồi bỏ.",
            "Removed {name}: reports no longer show it. The journal keeps that it was added and removed.";
        NoSuchFile { name: String, names: String } =>
            "Kho không có tệp khai nào tên là {name}. Các tệp đã nhận:\n  {names}",
            "The store has no file of stated rows with the name {name}. The added files:\n  {names}";
        Refused { } => "Không nhận tệp: sửa những lỗi ở trên rồi gõ lại lệnh.", "The file was not added: fix the errors above, and run the command again.";
        Example { } => "Ví dụ (hư cấu): Xã A vay vốn thoát nghèo", "Example (invented): commune A's loans against poverty";
        ExampleAddressee { } => "Báo Mẫu (hư cấu)", "Sample Newspaper (invented)";
        TooManyFiles { limit: usize } => "kho đã có {limit} tệp khai", "the store already has {limit} files of stated rows";
    }
}
