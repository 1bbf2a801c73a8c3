//! Usage errors, and sentences that several commands share.
use super::count::{AiringCount, DayCount, EntryCount, PageCount};
use super::system::SystemText;
use super::{Lang, Localize, texts};

texts! {
    /// Usage errors, and sentences that several commands share.
    pub enum CliText {
        UsageHeading { } => "Cách dùng:", "Usage:";
        PossibleValues { values: String } => "[chọn: {values}]", "[possible values: {values}]";
        DefaultValue { value: String } => "[mặc định: {value}]", "[default: {value}]";
        Error { text: String } => "lỗi: {text}", "error: {text}";
        OtherAccount { user: String, command: String } =>
            "Lệnh này phải gõ bằng tài khoản chạy đài ({user}). Hãy gõ: {command}",
            "This command must be run by the account that runs the station ({user}). Type: {command}";
        NoSuchCommand { name: String } => "không có lệnh “{name}”", "there is no command `{name}`";
        DepartmentCommand { name: String } => "bản loa này dành cho đài, không có lệnh của Sở “{name}”", "this build of loa is for a station and has no command `{name}`, which is the department's";
        DepartmentBuild { } => "gợi ý: dùng bản dành cho Sở, dựng bằng: cargo build --release --no-default-features --features department", "hint: use the department's build, made with: cargo build --release --no-default-features --features department";
        StationCommand { name: String } => "bản loa này dành cho Sở, không có lệnh của đài “{name}”", "this build of loa is for a department and has no command `{name}`, which is a station's";
        StationBuild { } => "gợi ý: dùng bản dành cho đài, dựng bằng: cargo build --release", "hint: use the station's build, made with: cargo build --release";
        CommandMissing { } => "chưa có lệnh nào", "a command is missing";
        NoSuchArgument { name: String } => "không có tham số “{name}” ở đây", "there is no argument `{name}` here";
        ArgumentMissing { name: String } => "thiếu {name}", "{name} is missing";
        NotTogether { name: String, other: String } => "không dùng được {name} cùng với {other}", "{name} cannot be used together with {other}";
        ValueMissing { name: String } => "{name} cần một giá trị", "{name} needs a value";
        BadValue { name: String, value: String } => "“{value}” không dùng được cho {name}", "`{value}` cannot be used for {name}";
        NotOneOf { name: String, value: String, valid: String } => "“{value}” không dùng được cho {name}; chỉ có: {valid}", "`{value}` cannot be used for {name}; valid values: {valid}";
        BadDate { text: String } => "không hiểu ngày “{text}”. Viết ngày như 12/3/2026, hôm qua hoặc mai.", "`{text}` is not a date. Write a date like 12/3/2026, yesterday or tomorrow.";
        WeekdayWithoutWeek { text: String } => "“{text}” là thứ trong tuần, chưa rõ tuần nào. Viết ngày như 12/3, hôm qua hoặc ngày mai.", "`{text}` is a day of the week, but the week is not clear. Write a date like 12/3, yesterday or tomorrow.";
        AbsentDay { day: String, month: String, month_name: String, last: String, next: String } =>
            "tháng {month} không có ngày {day}. Ngày gần nhất: {last} hoặc {next}.",
            "there is no {day} {month_name}. The nearest dates are {last} and {next}.";
        BadMonth { text: String } => "không hiểu tháng “{text}”. Viết tháng như 3/2026 hoặc tháng trước.", "`{text}` is not a month. Write a month like 3/2026 or last month.";
        AbsentMonth { month: String } => "không có tháng {month}: một năm chỉ có tháng 1 đến tháng 12. Viết tháng như 3/2026 hoặc tháng trước.", "there is no month {month}: the months are 1 to 12. Write a month like 3/2026 or last month.";
        SeveralDays { text: String } =>
            "“{text}” là nhiều ngày, mà ở đây chỉ nhận một ngày như 12/3 hoặc hôm qua. Xem kế hoạch cả tuần: loa plan tuần này; xem nhật ký cả tháng: loa log tháng này.",
            "`{text}` is several days, but one day is needed here, such as 12/3 or yesterday. For the plan of a week: loa plan this week; for the log of a month: loa log this month.";
        BadTime { text: String } => "không hiểu giờ “{text}”. Viết giờ như 6:00 hoặc 5g30.", "`{text}` is not a time. Write a time like 6:00 or 17:30.";
        NotUnderstood { } => "không hiểu câu lệnh", "the command line was not understood";
        DidYouMean { name: String } => "gợi ý: có phải ý bạn là “{name}”?", "hint: did you mean `{name}`?";
        FolderItself { command: String } => "gợi ý: lệnh này nhận thẳng tên thư mục, không cần --station: {command}", "hint: this command takes the folder itself, without --station: {command}";
        QuoteName { command: String } => "gợi ý: tên có dấu cách thì gõ trong dấu nháy: {command}", "hint: put a name with spaces in quotes: {command}";
        SeeHelp { } => "gợi ý: xem cách dùng bằng --help", "hint: see --help";
        NotAStation { path: String } => "{path} không phải thư mục của một đài: không có station.toml hay playlists/.", "{path} is not a station's folder: it has neither station.toml nor playlists/.";
        FileNotFolder { path: String, folder: String } => "{path} là một tệp; lệnh này cần thư mục của đài, ở đây là: {folder}", "{path} is a file; this command takes the station's folder, which is: {folder}";
        FileNotStation { path: String } => "{path} là một tệp; lệnh này cần thư mục của đài", "{path} is a file; this command takes the station's folder";
        AskForDay { date: String } => "gợi ý: “{date}” là ngày. Xem ngày đó: loa log --date '{date}' (đã phát gì), loa plan --date '{date}' (sẽ phát gì)", "hint: `{date}` is a date. To see that day: loa log --date '{date}' (what was aired), loa plan --date '{date}' (what is planned)";
        NoNameNeeded { command: String } =>
            "gợi ý: {command} dừng những gì đang phát ngay lúc này, không nhận tên buổi hay tên mục. Chỉ cần gõ: {command}",
            "hint: {command} ends what is on the air now, and takes no title of a session or an item. Just type: {command}";
        NoNameNeededElsewhere { command: String } =>
            "gợi ý: {command} dừng những gì đang phát ngay lúc này, không nhận tên buổi hay tên mục. Vào thư mục của đài (cd THƯ_MỤC) rồi gõ: {command}",
            "hint: {command} ends what is on the air now, and takes no title of a session or an item. Go to the station's folder (cd DIR), and type: {command}";
        GoToStation { } => "gợi ý: vào thư mục của đài trước: cd THƯ_MỤC; chưa có đài thì tạo: loa init THƯ_MỤC --name 'Đài Truyền thanh xã …'", "hint: go to the station's folder first: cd DIR; or make a station: loa init DIR --name '…'";
        CheckFolder { } => "gợi ý: xem lại tên thư mục của đài; chưa có đài thì tạo: loa init THƯ_MỤC --name 'Đài Truyền thanh xã …'", "hint: check the name of the station's folder; or make a station: loa init DIR --name '…'";
        OmitFolder { argument: String } => "gợi ý: bạn đang ở trong thư mục của đài, nên chỉ cần gõ lệnh, không có “{argument}”; lệnh dùng được những gì thì xem bằng --help", "hint: you are in the station's folder, so type the command without `{argument}`; --help shows what it takes";
        FailedHere { detail: SystemText } => "lỗi: {detail}", "error: {detail}";
        Failed { what: String, detail: SystemText } => "lỗi: {what}: {detail}", "error: {what}: {detail}";
        NotWritten { path: String, detail: SystemText } => "không ghi được vào thư mục của đài {path}: {detail}. Không có gì bị thay đổi.", "the station's folder {path} cannot be written: {detail}. Nothing was changed.";
        StoppedWriting { path: String, detail: SystemText } => "không ghi tiếp được vào thư mục của đài {path}: {detail}. Những gì đã báo ở trên thì đã xong.", "the station's folder {path} can no longer be written: {detail}. What is reported above is done.";
        Written { path: String } => "Đã ghi vào {path}.", "Written to {path}.";
        WrittenPages { path: String, pages: PageCount } => "Đã ghi vào {path}: {pages} trang.", "Written to {path}: {pages}.";
        WrittenDays { path: String, days: DayCount } => "Đã ghi vào {path}: {days} ngày.", "Written to {path}: {days}.";
        WrittenEntries { path: String, entries: EntryCount } => "Đã ghi vào {path}: {entries} dòng nhật ký.", "Written to {path}: {entries}.";
        NeedsFile { format: String } => "--format {format} cần ghi ra một tệp", "--format {format} needs a file";
        NameAFile { ending: String } => "gợi ý: thêm tên tệp, ví dụ: --output so.{ending}", "hint: name the file, for example: --output page.{ending}";
        Bug { detail: String } => "lỗi của chương trình loa: {detail}. Xin gửi dòng này cho người làm ra loa.", "a bug in loa: {detail}. Please send this line to its developers.";
        NoFolderForOutput { path: String } => "lỗi: không có thư mục {path}, nên chưa ghi gì. Hãy xem lại tên sau --output.", "error: there is no folder {path}, so nothing was written. Check the name after --output.";
        NotEmpty { path: String } => "{path} đã có tệp; loa init không ghi đè gì cả. Hãy chọn tên thư mục khác; nếu đài đã có ở đó, gõ: loa check {path}", "{path} is not empty; loa init does not overwrite anything. Choose another name; if the station is there already, type: loa check {path}";
        BadPeriod { } => "lỗi: ngày cuối sớm hơn ngày đầu, hoặc dài hơn 10 năm", "error: the last day is before the first, or the period is longer than 10 years";
        RehearsalDirNotEmpty { path: String } => "{path} không trống; nhật ký diễn tập cần một thư mục mới.", "{path} is not empty; a rehearsal's log needs a new folder.";
        RealLogDir { path: String } => "{path} là chỗ của nhật ký thật; nhật ký diễn tập cần một thư mục khác.", "{path} is where the real log belongs; a rehearsal's log needs another folder.";
        Rehearsed { days: DayCount, planned: AiringCount, aired: usize, other: usize } => "Diễn tập {days} ngày: {planned} lượt phát theo kế hoạch, {aired} lượt phát đủ, {other} lượt không phát đủ.", "Rehearsed {days}: {planned} in the plan, {aired} aired in full, {other} did not.";
        RehearsalOpen { airings: AiringCount, days: DayCount } => "{airings} lượt phát chưa xong sau {days} ngày kể từ ngày cuối, nên không có trong các số trên.", "Still unfinished {days} after the last day, and not in these numbers: {airings}.";
        RehearsalKept { path: String } => "Nhật ký diễn tập: {path} (dòng nào cũng có chữ rehearsal).", "The rehearsal's log: {path} (every line of it says rehearsal).";
        DemoPlays { device: String } => "Phát một buổi mẫu ngay bây giờ qua: {device}.", "Playing a short sample session now, through {device}.";
        DemoSilent { } => "Máy không có thiết bị âm thanh: buổi mẫu chạy đúng giờ nhưng không có tiếng.", "There is no sound device here: the sample session runs silently, in real time.";
    }
}

/// Returns an error with its hint, as two lines.
#[must_use]
pub fn with_hint(text: &CliText, hint: &CliText, lang: Lang) -> String {
    let text = CliText::Error { text: text.localized(lang).to_string() };
    format!("{}\n{}", text.localized(lang), hint.localized(lang))
}
