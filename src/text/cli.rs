//! Help, and what is said when the command line is not understood.
use super::{Lang, Localize, texts};

texts! {
    /// Complaints.
    pub enum CliText {
        UsageHeading { } => "Cách dùng:", "Usage:";
        Error { text: String } => "lỗi: {text}", "error: {text}";
        NoSuchCommand { name: String } => "không có lệnh “{name}”", "there is no command `{name}`";
        CommandMissing { } => "chưa có lệnh nào", "a command is missing";
        NoSuchArgument { name: String } => "không có tham số “{name}” ở đây", "there is no argument `{name}` here";
        ArgumentMissing { name: String } => "thiếu {name}", "{name} is missing";
        NotTogether { name: String, other: String } => "{name} không đi cùng {other}", "{name} does not go together with {other}";
        ValueMissing { name: String } => "{name} cần một giá trị", "{name} needs a value";
        BadValue { name: String, value: String } => "“{value}” không dùng được cho {name}", "`{value}` cannot be used for {name}";
        NotOneOf { name: String, value: String, valid: String } => "“{value}” không dùng được cho {name}; chỉ có: {valid}", "`{value}` cannot be used for {name}; there are: {valid}";
        NotUnderstood { } => "không hiểu câu lệnh", "the command line was not understood";
        DidYouMean { name: String } => "gợi ý: có phải ý bạn là “{name}”?", "hint: did you mean `{name}`?";
        SeeHelp { } => "gợi ý: xem cách dùng bằng --help", "hint: see --help";
        NotAStation { path: String } => "{path} không phải thư mục của một đài: không có station.toml hay playlists/.", "{path} is not a station's folder: it has neither station.toml nor playlists/.";
        MakeOne { } => "gợi ý: tạo đài mới bằng: loa init THƯ_MỤC", "hint: make a new station with: loa init DIR";
        Failed { what: String, detail: String } => "lỗi: {what}: {detail}", "error: {what}: {detail}";
        Bug { detail: String } => "lỗi của chương trình loa: {detail}. Xin gửi dòng này cho người làm ra loa.", "a bug in loa: {detail}. Please send this line to its makers.";
        NotEmpty { path: String } => "{path} đã có tệp; loa init không ghi đè gì cả.", "{path} is not empty; loa init overwrites nothing.";
        Made { path: String } => "Đã tạo đài mẫu ở {path}. Nội dung mẫu là hư cấu: hãy thay bằng của đài.", "A sample station was made in {path}. Its content is invented: put your own in its place.";
        MadeNext { path: String } => "Tiếp theo: loa check {path}; loa plan {path}; loa run {path}", "Next: loa check {path}; loa plan {path}; loa run {path}";
        BadPeriod { } => "lỗi: ngày cuối sớm hơn ngày đầu, hoặc dài hơn 10 năm", "error: the last day is before the first, or the period is longer than 10 years";
        DirInUse { path: String } => "{path} không trống; nhật ký diễn tập cần một thư mục mới.", "{path} is not empty; a rehearsal's log needs a new folder.";
        RealLog { path: String } => "{path} là chỗ của nhật ký thật; nhật ký diễn tập cần một thư mục khác.", "{path} is the place of a real log; a rehearsal's log needs another folder.";
        Rehearsed { days: i64, planned: usize, aired: usize, other: usize } => "Diễn tập {days} ngày: {planned} lượt phát theo kế hoạch, {aired} lượt phát đủ, {other} lượt không đủ.", "Rehearsed {days} days: {planned} planned airings, {aired} aired whole, {other} not.";
        RehearsalKept { path: String } => "Nhật ký diễn tập: {path} (có chữ rehearsal trong từng dòng).", "The rehearsal's log: {path} (every line of it says rehearsal).";
        DemoPlays { device: String } => "Phát một buổi mẫu ngay bây giờ qua: {device}.", "Playing a short sample session now, through: {device}.";
        DemoSilent { } => "Máy không có thiết bị âm thanh: buổi mẫu chạy im lặng, đúng nhịp thời gian.", "There is no sound device here: the sample session runs silently, in real time.";
    }
}

/// What a command is for.
#[must_use]
pub fn about(path: &str, lang: Lang) -> &'static str {
    let (vi, en) = match path {
        "loa" => (
            "loa: phát thanh đúng giờ cho đài truyền thanh xã, và ghi lại trung thực từng lượt phát",
            "loa: plays a commune loudspeaker station's schedule on time, and logs every airing truthfully",
        ),
        "init" => ("Tạo một đài mới với nội dung mẫu", "Makes a new station with sample content"),
        "check" => ("Kiểm tra lịch phát, nói hết mọi lỗi", "Checks the schedule and tells every problem"),
        "scan" => (
            "Xem kỹ tệp âm thanh: độ dài thật, độ to, chỗ hỏng",
            "Looks into sound files: exact length, loudness, what is wrong with them",
        ),
        "add" => (
            "Thêm tệp âm thanh vào đài: xem kỹ, chép vào audio/, ghi vào danh sách phát",
            "Adds sound files to the station: looks into them, copies them to audio/, writes them into a playlist",
        ),
        "list" => (
            "Các mục phát: độ dài, độ to, lần phát trước và sau",
            "The segments: length, loudness, last and next airing",
        ),
        "remove" => (
            "Bỏ một mục phát khỏi danh sách phát và các buổi",
            "Takes a segment out of its playlist and of the sessions",
        ),
        "plan" => ("Cho xem kế hoạch phát của một hay nhiều ngày", "Shows what will air on a date, or on several"),
        "rehearse" => (
            "Diễn tập: chạy lịch bằng thời gian giả lập, không có âm thanh",
            "Runs the schedule in virtual time, without sound",
        ),
        "run" => ("Chạy đài: phát đúng giờ và ghi nhật ký", "Runs the station: plays on time and keeps the airing log"),
        "status" => {
            ("Đài đang làm gì, vì sao im lặng, cần làm gì", "What the station is doing, why nothing sounds, what to do")
        }
        "urgent" => (
            "Phát ngay một tin khẩn cấp, ngắt mọi thứ, kể cả trong giờ yên lặng",
            "Sounds an urgent message at once, whatever plays and in quiet hours",
        ),
        "play" => ("Phát ngay một mục, ngoài kế hoạch", "Plays a segment now, outside the plan"),
        "skip" => {
            ("Dừng mục đang phát; mục sau vẫn theo giờ của nó", "Ends what is playing; what follows keeps its own time")
        }
        "stop" => ("Dừng buổi đang phát; buổi sau vẫn phát", "Ends the running session; the next one plays"),
        "note" => ("Ghi chú về một lượt phát vào nhật ký", "Writes a remark about an airing into the log"),
        "clock" => ("Về đồng hồ máy", "About the computer's clock"),
        "clock confirm" => ("Xác nhận đồng hồ máy đang đúng giờ", "Vouches that the computer's clock is right"),
        "amplifier" => ("Bật, tắt, chạy thử tăng âm", "Switches the amplifier, or tries it"),
        "amplifier on" => {
            ("Bật tăng âm, và giữ cho đến khi tắt bằng lệnh", "Switches the amplifier on, until it is told to be off")
        }
        "amplifier off" => ("Tắt tăng âm", "Switches the amplifier off"),
        "amplifier test" => (
            "Bật rồi tắt tăng âm, để nghe rơ-le; sau đó đài mới được tự bật tắt",
            "Switches it on and off, so that its relay is heard; from then on the station may do it by itself",
        ),
        "log" => ("Cho xem, in nhật ký phát thanh", "Shows the airing log, fit to print"),
        "verify" => (
            "Xác minh nhật ký, bản xuất hay biên nhận: còn nguyên vẹn không",
            "Verifies a log, an export or a receipt: is it whole",
        ),
        "export" => {
            ("Xuất nhật ký ra thẻ nhớ hay thư mục để nộp Sở", "Exports the log to a stick or folder for the department")
        }
        "receipt" => {
            ("Biên nhận của một lượt phát, ai cũng kiểm được", "A receipt of one airing that anybody can check")
        }
        "key" => ("Về khoá của nhật ký", "About the log's key"),
        "key show" => ("In khoá xác minh của nhật ký để ghi danh ở Sở", "Prints the log's verifier key, for enrolment"),
        "push" => (
            "Gửi nhật ký của đài tới kho của Sở (s3://… hoặc một thư mục); chạy lại thì gửi tiếp phần còn thiếu",
            "Sends the station's log to the department's store (s3://... or a folder); run again, it sends what is lacking",
        ),
        "index" => ("Cập nhật chỉ mục các lượt phát của kho", "Brings the index of the store's airings up to date"),
        "report" => (
            "Báo cáo kế hoạch và thực phát của các đài trong kho",
            "Reports planned against aired for the stations in the store",
        ),
        "reconcile" => (
            "Đối chiếu một ngày của một đài: từng lượt theo kế hoạch và từng lượt đã phát",
            "Sets one day of a station's plan against what was aired, airing by airing",
        ),
        "enrol" => ("Ghi danh nhật ký của một đài vào kho của Sở", "Enrols a station's log in the department's store"),
        "collect" => (
            "Thu nhận bản xuất của các đài vào kho, và xác nhận",
            "Takes exports of stations into the store, and countersigns them",
        ),
        _ => ("", ""),
    };
    pick(vi, en, lang)
}

/// What an argument means.
#[must_use]
pub fn argument(id: &str, lang: Lang) -> &'static str {
    let (vi, en) = match id {
        "lang" => ("Ngôn ngữ: vi hoặc en", "Language: vi or en"),
        "help" => ("In hướng dẫn này", "Prints this help"),
        "accept_registry" => {
            ("Chấp nhận những gì người khác đã sửa trong sổ đài", "Accepts what others changed in the registry")
        }
        "yes" => ("Không hỏi lại", "Do not ask"),
        "accept" => (
            "Xác nhận: những tệp của lịch đang phát nay không còn trong thư mục là do cố ý bỏ",
            "Says that files of the schedule in force that have gone from the folder are meant to be gone",
        ),
        "place" => (
            "Xã / huyện / tỉnh, mỗi phần là mã rồi tên: “24718 Đắk N'Drung / 665 Đắk Song / 67 Đắk Nông”",
            "Commune / district / province, each a code and a name: `24718 Đắk N'Drung / 665 Đắk Song / 67 Đắk Nông`",
        ),
        "name" => ("Tên của đài", "The station's name"),
        "exposed" => ("Ghi vào sổ rằng khoá này đã bị lộ", "Marks this key as known to others"),
        "full" => ("Đọc lại toàn bộ, cả phần đã thu nhận", "Reads everything again, also what was collected before"),
        "silent_days" => (
            "Sau bao nhiêu ngày không có gì mới thì báo",
            "After how many days without anything new a station is called silent",
        ),
        "patience" => {
            ("Thử lại trong bao nhiêu giây khi mạng lỗi", "For how many seconds a request that fails is tried again")
        }
        "rebuild" => ("Bỏ chỉ mục cũ, dựng lại từ kho", "Throws the index away and makes it anew from the store"),
        "period" => (
            "Kỳ báo cáo hành chính: tháng từ ngày 15 tháng trước đến 14, quý, nửa năm, năm",
            "Administrative period: a month reaches from the 15th of the month before to the 14th; quarter, half, year",
        ),
        "compare" => (
            "So với: previous (kỳ liền trước), year (cùng kỳ năm trước), hoặc NGÀY..NGÀY",
            "Compares with: previous (the period before), year (the same dates last year), or DATE..DATE",
        ),
        "by" => ("Bảng theo gì", "What the table's rows are"),
        "output" => ("Tệp để ghi báo cáo", "The file to write the report to"),
        "station_id" => ("Mã đài", "The station's id"),
        "version" => ("In số phiên bản", "Prints the version"),
        "station" => ("Thư mục của đài", "The station's folder"),
        "dir" => ("Thư mục mới", "A new folder"),
        "format" => ("Dạng in ra", "What to print"),
        "date" => ("Ngày, dạng 2023-03-20", "The date, as in 2023-03-20"),
        "diff" => ("So với thư mục đài này: nói điều gì sẽ khác", "Tells what is other than in this station's folder"),
        "alarm" => ("Tệp âm thanh, hoặc mã một mục phát", "A sound file, or the id of a segment"),
        "repeat" => ("Phát mấy lần", "How many times"),
        "days" => ("Số ngày", "How many days"),
        "from" => ("Ngày đầu", "First day"),
        "until" => ("Ngày cuối, tính cả ngày đó", "Last day, inclusive"),
        "log" => ("Thư mục mới để giữ nhật ký diễn tập", "A new folder to keep the rehearsal's log in"),
        "segment" => ("Mã mục phát", "The segment's id"),
        "id" => ("Mã lượt phát, xem loa log", "The airing's id, see loa log"),
        "text" => ("Nội dung ghi chú", "The remark"),
        "all" => (
            "Ghi mọi mục của nhật ký, không chỉ kết quả (với --format json, csv)",
            "Every entry of the log, not outcomes alone (with --format json, csv)",
        ),
        "month" => ("Tháng, dạng 2023-03", "The month, as in 2023-03"),
        "path" => ("Thư mục của đài, bản xuất, hoặc tệp biên nhận", "A station's folder, an export, or a receipt"),
        "sound" => ("Các tệp âm thanh", "Sound files"),
        "playlist" => ("Tệp danh sách phát trong playlists/", "The playlist file in playlists/"),
        "topic" => ("Số chủ đề của chiến dịch", "The campaign's topic number"),
        "title" => ("Tên mục phát; nếu không có thì lấy từ tệp", "The title; the file's own if not given"),
        "own_id" => {
            ("Mã mục phát; nếu không có thì đặt theo tên", "The segment's id; made from the title if not given")
        }
        "language" => ("Mã ngôn ngữ: vi, cmo, rad, ...", "Language code: vi, cmo, rad, ..."),
        "source" => ("Nguồn: own, district, province, national", "Who made it: own, district, province, national"),
        "approved_by" => ("Người duyệt", "Who approved it"),
        "approved_on" => ("Ngày duyệt, dạng 2023-03-18", "When it was approved, as in 2023-03-18"),
        "valid_until" => ("Ngày cuối được phát", "The last day on which it may air"),
        "anyway" => ("Thêm cả tệp có chỗ hỏng", "Adds files with serious flaws, too"),
        "jobs" => ("Số tệp xem cùng một lúc", "How many files to look into at a time"),
        "key" => ("Khoá xác minh đã ghi danh của nhật ký", "The log's enrolled verifier key"),
        "witnessed" => (
            "Tệp điểm kiểm đã thấy trước đây: nhật ký phải nối tiếp nó",
            "A checkpoint seen earlier: the log must go on from it",
        ),
        "witness_key" => ("Khoá xác nhận của Sở", "The department's verifier key"),
        "airing" => ("Mã lượt phát cần biết giờ giấc", "An airing to tell the times of"),
        "head_code" => ("Mã nhật ký đã ghi trong sổ", "A head code from the paper book"),
        "no_epochs" => ("Nhật ký chỉ có một khoá, không có kỳ khoá", "The log has one key and no epochs"),
        "to" => ("Ghi vào đây", "Where to"),
        "qr" => ("In thành mã QR", "As a QR code"),
        "witness" => ("Khoá xác nhận của Sở trên máy này", "The department's key on this machine"),
        "vkey" => ("Khoá xác minh, xem loa key show", "The verifier key, see loa key show"),
        "store" => ("Kho của Sở", "The department's store"),
        "sources" => (
            "Thẻ, thư mục hoặc kho (s3://…) có nhật ký của các đài",
            "Sticks, folders or stores (s3://...) with logs of stations",
        ),
        "into" => ("Kho của Sở", "The department's store"),
        _ => ("", ""),
    };
    pick(vi, en, lang)
}

/// An example of a command.
#[must_use]
pub fn example(path: &str, lang: Lang) -> String {
    let line = match path {
        "init" => "loa init dai-cua-toi",
        "check" => "loa check .",
        "scan" => "loa scan audio/loi-chao.mp3 audio/nhac-hieu.ogg",
        "add" => {
            "loa add tin-moi.mp3 --topic 5 --title 'Chính sách mới' --approved-by 'Trưởng đài' --approved-on 2023-03-18"
        }
        "list" => "loa list",
        "remove" => "loa remove tin-moi",
        "plan" => "loa plan . --date 2023-03-20 --days 7",
        "urgent" => "loa urgent canh-bao-lu.mp3 --repeat 3",
        "rehearse" => "loa rehearse . --from 2023-03-20 --until 2023-04-19",
        "run" => "loa run .",
        "status" => "loa status",
        "play" => "loa play nhac-hieu",
        "skip" => "loa skip",
        "stop" => "loa stop",
        "note" => "loa note 'sang@2023-03-20T05:15:00#2' 'mưa to, loa thôn 3 không nghe rõ'",
        "clock" | "clock confirm" => "loa clock confirm",
        "amplifier" | "amplifier test" => "loa amplifier test",
        "amplifier on" => "loa amplifier on",
        "amplifier off" => "loa amplifier off",
        "log" => "loa log --month 2023-03",
        "verify" => "loa verify /media/usb/dak-ndrung",
        "export" => "loa export . --to /media/usb/dak-ndrung",
        "receipt" => "loa receipt . 'sang@2023-03-20T05:15:00#2' --to bien-nhan.tlog-proof",
        "key" | "key show" => "loa key show --qr",
        "enrol" => {
            "loa enrol loa/dak-ndrung/707b65b94f05247d0ce4be829eebdd74+73bb4bc8+ARsc24yayRxsXrMvBJb2ksMtjkZom+IVpuBu9ItZrc+D --store kho"
        }
        "collect" => "loa collect /media/usb --into kho",
        "push" => "loa push dai-cua-toi --to s3://nhat-ky/dai",
        "index" => "loa index kho --rebuild",
        "report" => "loa report kho --period month --format pdf --output bao-cao.pdf",
        "reconcile" => "loa reconcile kho dak-ndrung --date 2023-03-20",
        _ => return String::new(),
    };
    let heading = pick("Ví dụ:", "Example:", lang);
    format!("{heading} {line}")
}

fn pick(vi: &'static str, en: &'static str, lang: Lang) -> &'static str {
    match lang {
        Lang::Vi => vi,
        Lang::En => en,
    }
}

/// A complaint with its hint, as two lines.
#[must_use]
pub fn with_hint(text: &CliText, hint: &CliText, lang: Lang) -> String {
    let text = CliText::Error { text: text.localized(lang).to_string() };
    format!("{}\n{}", text.localized(lang), hint.localized(lang))
}
