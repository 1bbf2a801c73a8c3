//! Sentences about implausible entries, and remarks about a log.
use chrono::NaiveDate;

use super::count::{AiringCount, DayCount, EntryCount, FindingCount};
use super::texts;

texts! {
    /// Reasons why an entry is implausible, in one sentence each.
    pub enum ImplausibleText {
        ClockMoved { by: i64 } =>
            "đồng hồ máy lệch {by} giây so với đồng hồ khởi động mà nhật ký không ghi lần chỉnh nào",
            "the wall clock moved by {by} s against the boot clock, but no clock-step entry says so";
        BootClockBack { by: i64 } =>
            "đồng hồ khởi động, vốn chỉ chạy tới, đã lùi {by} giây",
            "the boot clock, which only runs forward, went back by {by} s";
        WentBack { by: i64 } =>
            "đài tin một đồng hồ đã lùi {by} giây từ lần chạy trước mà không được đồng bộ",
            "the station trusted a clock that had gone back by {by} s since the previous run and was not synchronised";
        Overlaps { other: String } =>
            "lượt {other} cũng phát vào lúc đó trên cùng một đường âm thanh",
            "{other} also played at that time on the same line";
        TooLong { played: i64, passed: i64 } =>
            "ghi là đã phát {played} ms, nhưng từ lúc bắt đầu mới qua {passed} ms",
            "it says that {played} ms were played, but only {passed} ms had passed since it began";
        OverPlan { played: i64, planned: i64 } =>
            "ghi là đã phát {played} ms, nhưng kế hoạch chỉ có {planned} ms",
            "it says that {played} ms were played, but only {planned} ms were planned";
        InFuture { days: DayCount } =>
            "từ dòng này trở đi có giờ muộn hơn đồng hồ của máy này, muộn nhất tới {days} ngày: việc chưa xảy ra",
            "from here on entries are later than this machine's clock, the latest by {days}: they have not happened yet";
        NotAsWritten { } =>
            "dòng này không được viết như đài viết, nên mỗi chương trình có thể đọc ra một khác",
            "it is not written as a station writes entries: different programs could read it differently";
        NeverStarted { } =>
            "ghi là có phát ra tiếng, mà không dòng nào ghi lúc bắt đầu",
            "it says that something was played, but no entry records its start";
        Again { } => "lượt này đã có kết quả trước đó", "this airing already had an outcome";
        NeverPlanned { } =>
            "không kế hoạch nào của ngày đó có lượt này",
            "no plan of its date names it";
        PlanShrunk { date: NaiveDate, count: AiringCount, example: String } =>
            "kế hoạch sau của ngày {date} bỏ {count} lượt chưa có kết quả (trong đó có {example}); nếu sửa lịch thì chúng đã được ghi là rút khỏi lịch",
            "a later plan of {date} omits {count} without an outcome ({example} among them); an edit would have withdrawn what it omits";
        NoSuchDate { date: NaiveDate } =>
            "lập kế hoạch cho ngày {date}, ngoài mọi lịch của đài",
            "it plans {date}, which is outside any station's calendar";
        TooMuch { } =>
            "nhật ký nêu nhiều ngày hoặc nhiều lượt phát hơn mức một đài có thể có; phần vượt quá không xét được",
            "the log names more dates or airings than a station can have; the excess cannot be judged";
        NoOutcome { date: NaiveDate, count: AiringCount, example: String } =>
            "ngày {date} đã qua lâu mà {count} lượt theo kế hoạch không có kết quả (trong đó có {example})",
            "{date} is long past, but its plan has {count} without an outcome ({example} among them)";
    }
}

texts! {
    /// Sentences about findings and remarks.
    pub enum PlausibilityText {
        Implausible { count: u64 } =>
            "KHÔNG HỢP LÝ: nhật ký còn nguyên như đài đã ghi, nhưng có {count} điểm không thể xảy ra như vậy. Lượt phát nêu dưới đây không được tính là bằng chứng.",
            "IMPLAUSIBLE: the log is as the station wrote it, but {count} things in it cannot be true. The airings named here do not count as proof.";
        OfAiring { seq: u64, id: String, doubt: ImplausibleText } =>
            "  dòng số {seq}, lượt phát {id}: {doubt}",
            "  entry {seq}, airing {id}: {doubt}";
        OfEntry { seq: u64, doubt: ImplausibleText } => "  dòng số {seq}: {doubt}", "  entry {seq}: {doubt}";
        More { count: u64 } => "  và {count} điểm khác (xem --format json)", "  and {count} more (see --format json)";
        MovedWhileOff { seq: u64, by: i64 } =>
            "Lưu ý: trước dòng số {seq}, khi chương trình không chạy, đồng hồ máy bị chỉnh {by} giây.",
            "Note: before entry {seq}, while the program was not running, the clock was moved by {by} s.";
        OlderThanWitness { days: DayCount } =>
            "Lưu ý: nhật ký bắt đầu {days} ngày trước lần xác nhận đầu tiên của Sở; phần đó chỉ dựa vào lời của đài.",
            "Note: the log begins {days} before the department first countersigned it; until then it is only the station's word.";
        Followed { entries: EntryCount, kept_as: String } =>
            "Lưu ý: trước nhật ký này có một nhật ký {entries} dòng, đài giữ ở airlog/{kept_as}.",
            "Note: this log follows an earlier one of {entries}; the station keeps it as airlog/{kept_as}.";
        FollowedCollected { entries: EntryCount, kept_as: String, collected: u64 } =>
            "trước nhật ký này có một nhật ký {entries} dòng (đài giữ ở airlog/{kept_as}), Sở đã thu nhận {collected} dòng",
            "it follows an earlier log of {entries} (kept as airlog/{kept_as}); {collected} of them were collected";
        Unvouched { aired: u64, alone: u64 } =>
            "Lưu ý: {alone} trong {aired} lượt có tiếng được ghi theo đồng hồ không ai xác nhận (không đồng bộ, người trực không xác nhận).",
            "Note: {alone} of {aired} airings that were played were timed by a clock that nobody vouched for (not synchronised, not confirmed).";
        UnvouchedNew { aired: u64, alone: u64 } =>
            "{alone} trong {aired} lượt mới theo đồng hồ không ai xác nhận",
            "{alone} of {aired} new airings by a clock that nobody vouched for";
        SeenWithin { days: DayCount } =>
            "Sở đã thấy lượt này trong vòng {days} ngày kể từ khi nó có thể được ghi.",
            "The department had seen it within {days} of the earliest time at which it could have been written.";
        Found { count: FindingCount, doubt: ImplausibleText } => "KHÔNG HỢP LÝ ({count} điểm): {doubt}", "IMPLAUSIBLE ({count}): {doubt}";
        FoundAlready { count: FindingCount } =>
            "KHÔNG HỢP LÝ: các lần thu nhận trước đã có {count} điểm",
            "IMPLAUSIBLE: {count} in earlier collections";
        OlderNew { days: DayCount } =>
            "bắt đầu {days} ngày trước lần xác nhận đầu tiên",
            "begins {days} before its first countersignature";
    }
}
