//! Sentences about airings and stations that are selected by name.
use super::count::{AiringCount, Grouped};
use super::texts;

texts! {
    /// What is wrong with a selection.
    pub enum SelectionText {
        NoSuchStation { name: String } =>
            "Sổ đài không có đài nào mã hay tên là “{name}”. Gợi ý: xem loa stations KHO.",
            "The registry has no station with the id or the name \"{name}\". Hint: see loa stations STORE.";
        SeveralStations { name: String, ids: String } =>
            "“{name}” khớp nhiều đài; hãy dùng mã: {ids}",
            "\"{name}\" fits several stations; use an id: {ids}";
        NoAiring { } =>
            "Không có lượt phát nào khớp trong các nhật ký đã thu nhận. Gợi ý: xem loa reconcile KHO ĐÀI --date NGÀY.",
            "No airing in the collected logs fits. Hint: see loa reconcile STORE STATION --date DATE.";
        NotYet { airings: Grouped<AiringCount> } =>
            "{airings} lượt khớp nhưng chưa có kết quả trong các nhật ký đã thu nhận, nên chưa có biên nhận.",
            "It fits what has no outcome in the collected logs yet, and so no receipt: {airings}.";
        SeveralAirings { } =>
            "Có nhiều lượt khớp; hãy chọn một bằng mã hay số (thêm --station nếu cần):",
            "Several airings fit; choose one by its id or its number (with --station if necessary):";
        MoreAirings { count: Grouped<AiringCount> } => "… và {count} lượt nữa", "... and {count} more";
        Which { } =>
            "Lượt phát nào? Viết mã hay số của lượt, hoặc --date và --title.",
            "Which airing? Give its id or its number, or --date and --title.";
        OnlyInStore { } =>
            "--station, --date và --title chỉ dùng với kho của Sở (thư mục có registry.toml).",
            "--station, --date and --title are for a department's store (a folder with registry.toml).";
        SeveralLogs { station: String } =>
            "Đài {station} có nhiều nhật ký; xác minh từng cái:",
            "{station} has several logs; verify each:";
        NoLog { station: String } => "Chưa ghi danh nhật ký nào của đài {station}.", "No log of {station} is enrolled.";
    }
}
