//! The help of commands and arguments, in both languages.
//!
//! A test in `cli/usage.rs` visits the whole command line and fails if a command or an argument has no help.
mod value_names;
mod vietnamese_names;

use super::Lang;

pub use value_names::{HelpHeading, value_name};
pub use vietnamese_names::{command_named, option_named};

/// The help of one command.
struct CommandHelp {
    /// The command and its subcommand, without the leading `loa`; `loa` for the program itself.
    path: &'static str,
    vi: &'static str,
    en: &'static str,
    /// An example; empty for the program itself.
    example: &'static str,
}

const COMMANDS: &[CommandHelp] = &[
    CommandHelp {
        path: "loa",
        vi: "loa: phát thanh đúng giờ cho đài truyền thanh xã, và ghi lại trung thực từng lượt phát",
        en: "loa: plays a commune loudspeaker station's schedule on time, and logs every airing truthfully",
        example: "",
    },
    CommandHelp {
        path: "init",
        vi: "Tạo một đài mới: hỏi tên đài, đặt mã đài",
        en: "Makes a new station: asks for its name, proposes its id",
        example: "loa init dai-cua-toi --name 'Đài Truyền thanh xã Quảng Tâm'",
    },
    CommandHelp {
        path: "check",
        vi: "Kiểm tra lịch phát, liệt kê mọi lỗi",
        en: "Checks the schedule and reports every problem",
        example: "loa check .",
    },
    CommandHelp {
        path: "scan",
        vi: "Kiểm tra tệp âm thanh: độ dài thật, độ to, chỗ hỏng",
        en: "Examines sound files: exact length, loudness, flaws",
        example: "loa scan audio/loi-chao.mp3 audio/nhac-hieu.ogg",
    },
    CommandHelp {
        path: "add",
        vi: "Thêm tệp âm thanh vào đài: kiểm tra, chép vào audio/, ghi vào danh sách phát và vào buổi phát đã chọn",
        en: "Adds sound files to the station: examines them, copies them to audio/, writes them into a playlist, and into a session if one is named",
        example: "loa add tin-moi.mp3 --topic 5 --title 'Chính sách mới' --approved-by 'Trưởng đài' --approved-on 2023-03-18",
    },
    CommandHelp {
        path: "list",
        vi: "Liệt kê các mục phát: độ dài, độ to, lần phát trước, lần phát tới",
        en: "Lists the segments: length, loudness, last and next airing",
        example: "loa list",
    },
    CommandHelp {
        path: "remove",
        vi: "Bỏ một mục phát khỏi danh sách phát và các buổi",
        en: "Removes a segment from its playlist and from the sessions",
        example: "loa remove tin-moi",
    },
    CommandHelp {
        path: "plan",
        vi: "Xem kế hoạch phát của một hay nhiều ngày",
        en: "Shows what will air on one date or on several",
        example: "loa plan . --date 2023-03-20 --days 7",
    },
    CommandHelp {
        path: "rehearse",
        vi: "Diễn tập: chạy lịch bằng thời gian giả lập, không có âm thanh",
        en: "Runs the schedule in virtual time, without sound",
        example: "loa rehearse . --from 2023-03-20 --until 2023-04-19",
    },
    CommandHelp {
        path: "run",
        vi: "Chạy đài: phát đúng giờ và ghi nhật ký",
        en: "Runs the station: plays on time and keeps the airing log",
        example: "loa run .",
    },
    CommandHelp {
        path: "status",
        vi: "Xem đài đang phát gì; nếu im lặng thì vì sao và cần làm gì",
        en: "Says what the station is doing, why nothing is playing, what to do",
        example: "loa status",
    },
    CommandHelp {
        path: "urgent",
        vi: "Phát ngay một tin khẩn cấp, ngắt mọi thứ, kể cả trong giờ yên lặng",
        en: "Plays an urgent message at once, whatever is playing, even in quiet hours",
        example: "loa urgent canh-bao-lu.mp3 --repeat 3",
    },
    CommandHelp {
        path: "play",
        vi: "Phát ngay một mục, ngoài kế hoạch",
        en: "Plays a segment now, outside the plan",
        example: "loa play nhac-hieu",
    },
    CommandHelp {
        path: "skip",
        vi: "Dừng mục đang phát; mục sau vẫn theo giờ của nó",
        en: "Stops what is playing; what follows keeps its own time",
        example: "loa skip",
    },
    CommandHelp {
        path: "stop",
        vi: "Dừng buổi đang phát; buổi sau vẫn phát",
        en: "Stops the running session; the next one plays",
        example: "loa stop",
    },
    CommandHelp {
        path: "note",
        vi: "Ghi chú về một lượt phát vào nhật ký",
        en: "Writes a remark about an airing into the log",
        example: "loa note 128 'mưa to, loa thôn 3 không nghe rõ'",
    },
    CommandHelp {
        path: "clock",
        vi: "Đồng hồ máy: xác nhận đúng giờ",
        en: "The computer's clock: confirm it",
        example: "loa clock confirm",
    },
    CommandHelp {
        path: "clock confirm",
        vi: "Xác nhận đồng hồ máy đang đúng giờ",
        en: "Confirms that the computer's clock is right",
        example: "loa clock confirm",
    },
    CommandHelp {
        path: "alarm",
        vi: "Báo tin cho người khác khi đài có việc cần làm",
        en: "Tells people when the station needs somebody",
        example: "loa alarm test",
    },
    CommandHelp {
        path: "alarm send",
        vi: "Gửi các tin báo đang chờ",
        en: "Sends the messages that wait",
        example: "loa alarm send . --watch",
    },
    CommandHelp {
        path: "alarm test",
        vi: "Gửi một tin thử, và cho phép lệnh báo tin chạy trên máy này",
        en: "Sends a test message, and permits the alarm's command on this machine",
        example: "loa alarm test",
    },
    CommandHelp {
        path: "amplifier",
        vi: "Bật, tắt, chạy thử tăng âm",
        en: "Switches the amplifier, or tests it",
        example: "loa amplifier test",
    },
    CommandHelp {
        path: "amplifier on",
        vi: "Bật tăng âm, và giữ cho đến khi tắt bằng lệnh",
        en: "Switches the amplifier on, and keeps it on until a command switches it off",
        example: "loa amplifier on",
    },
    CommandHelp {
        path: "amplifier off",
        vi: "Tắt tăng âm",
        en: "Switches the amplifier off",
        example: "loa amplifier off",
    },
    CommandHelp {
        path: "amplifier test",
        vi: "Bật rồi tắt tăng âm để nghe rơ-le; từ đó đài mới được tự bật tắt",
        en: "Switches it on and off, so that you hear its relay; from then on the station may do it by itself",
        example: "loa amplifier test",
    },
    CommandHelp {
        path: "log",
        vi: "Xem, in nhật ký phát thanh",
        en: "Shows the airing log, ready to print",
        example: "loa log --month 2023-03 --format pdf --output nhat-ky-03.pdf",
    },
    CommandHelp {
        path: "doctor",
        vi: "Khám máy của đài, in biên bản nghiệm thu",
        en: "Examines the station's machine, and prints an acceptance sheet",
        example: "loa doctor . --save cho-ky-thuat.txt",
    },
    CommandHelp {
        path: "verify",
        vi: "Xác minh nhật ký, bản xuất hay biên nhận còn nguyên vẹn không",
        en: "Verifies that a log, an export or a receipt is whole",
        example: "loa verify /media/usb/dak-ndrung",
    },
    CommandHelp {
        path: "export",
        vi: "Xuất nhật ký ra USB hay thư mục để nộp Sở",
        en: "Exports the log to a USB stick or a folder for the department",
        example: "loa export . --to /media/usb/dak-ndrung",
    },
    CommandHelp {
        path: "receipt",
        vi: "Lập biên nhận của một lượt phát, ai cũng kiểm tra được",
        en: "Writes a receipt of one airing that anybody can check",
        example: "loa receipt . 128 --to bien-nhan.tlog-proof",
    },
    CommandHelp {
        path: "key",
        vi: "Khoá của nhật ký: xem, gửi Sở",
        en: "The log's key: show it, for enrolment",
        example: "loa key show --qr",
    },
    CommandHelp {
        path: "key show",
        vi: "In khoá xác minh của nhật ký để ghi danh ở Sở",
        en: "Prints the log's verifier key, for enrolment",
        example: "loa key show --qr",
    },
    CommandHelp {
        path: "push",
        vi: "Gửi nhật ký của đài tới kho của Sở (s3://… hoặc một thư mục); chạy lại thì gửi tiếp phần còn thiếu",
        en: "Sends the station's log to the department's store (s3://... or a folder); when run again, it sends what is missing",
        example: "loa push dai-cua-toi --to s3://nhat-ky/dai",
    },
    CommandHelp {
        path: "index",
        vi: "Cập nhật chỉ mục các lượt phát của kho",
        en: "Updates the index of the store's airings",
        example: "loa index kho --rebuild",
    },
    CommandHelp {
        path: "report",
        vi: "Báo cáo kế hoạch và thực phát của các đài trong kho",
        en: "Reports planned against aired for the stations in the store",
        example: "loa report kho --period month --format pdf --output bao-cao.pdf",
    },
    CommandHelp {
        path: "reconcile",
        vi: "Đối chiếu một ngày của một đài: từng lượt theo kế hoạch và từng lượt đã phát",
        en: "Compares one day of a station's plan with what was aired, airing by airing",
        example: "loa reconcile kho dak-ndrung --date 2023-03-20",
    },
    CommandHelp {
        path: "enrol",
        vi: "Ghi danh nhật ký của một đài vào kho của Sở",
        en: "Enrols a station's log in the department's store",
        example: "loa enrol loa/dak-ndrung/707b65b94f05247d0ce4be829eebdd74+73bb4bc8+ARsc24yayRxsXrMvBJb2ksMtjkZom+IVpuBu9ItZrc+D --store kho",
    },
    CommandHelp {
        path: "collect",
        vi: "Thu nhận bản xuất của các đài vào kho, và xác nhận",
        en: "Collects stations' exports into the store, and countersigns them",
        example: "loa collect /media/usb --into kho",
    },
];

/// Argument ids with their help in Vietnamese and English. An id has the same meaning in every command.
const ARGUMENTS: &[(&str, &str, &str)] = &[
    ("lang", "Ngôn ngữ: vi hoặc en", "Language: vi or en"),
    ("help", "In hướng dẫn này", "Prints this help"),
    (
        "accept_registry",
        "Chấp nhận những gì người khác đã sửa trong sổ đài",
        "Accepts what others have changed in the registry",
    ),
    ("yes", "Không hỏi lại", "Does not ask"),
    (
        "accept",
        "Xác nhận: những tệp của lịch đang phát nay không còn trong thư mục là do cố ý bỏ",
        "Confirms that files of the schedule in force that are missing from the folder were removed on purpose",
    ),
    (
        "place",
        "Xã / huyện / tỉnh, mỗi phần là mã rồi tên: “24718 Đắk N'Drung / 665 Đắk Song / 67 Đắk Nông”",
        "Commune / district / province, each a code and a name: `24718 Đắk N'Drung / 665 Đắk Song / 67 Đắk Nông`",
    ),
    ("name", "Tên của đài", "The station's name"),
    ("exposed", "Ghi vào sổ rằng khoá này đã bị lộ", "Marks this key as known to others"),
    ("full", "Đọc lại toàn bộ, cả phần đã thu nhận", "Reads everything again, also what was collected before"),
    (
        "silent_days",
        "Báo những đài không có gì mới sau từng này ngày",
        "Number of days without anything new after which a station is reported as silent",
    ),
    ("patience", "Khi mạng lỗi, thử lại trong từng này giây", "How many seconds to keep retrying a failed request"),
    ("rebuild", "Bỏ chỉ mục cũ, dựng lại từ kho", "Discards the index and rebuilds it from the store"),
    (
        "period",
        "Kỳ báo cáo hành chính: tháng từ ngày 15 tháng trước đến 14, quý, nửa năm, năm",
        "Administrative period: a month runs from the 15th of the previous month to the 14th; quarter, half, year",
    ),
    (
        "compare",
        "So với: previous (kỳ liền trước), year (cùng kỳ năm trước), hoặc NGÀY..NGÀY",
        "What to compare with: previous (the period before), year (the same dates last year), or DATE..DATE",
    ),
    ("by", "Mỗi hàng của bảng là gì", "What each row of the table is"),
    ("output", "Tệp để ghi ra", "The file to write"),
    (
        "new_id",
        "Mã đài, giữ mãi mãi; nếu không có thì đặt theo tên",
        "The station's id, for good; made from the name if not given",
    ),
    ("agency", "Cơ quan chủ quản, ví dụ 'UBND xã Quảng Tâm'", "The agency that runs the station"),
    ("empty", "Không kèm nội dung mẫu", "Without sample content"),
    ("sample", "Chỉ để thử: đài mẫu, không phải đài thật", "Only to try it: the sample, not a real station"),
    ("station_id", "Mã đài", "The station's id"),
    ("version", "In số phiên bản", "Prints the version"),
    ("station", "Thư mục của đài", "The station's folder"),
    ("dir", "Thư mục mới", "A new folder"),
    ("format", "Dạng in ra", "Output format"),
    ("date", "Ngày: 20/3, 20/3/2023, hôm qua, ngày mai", "The date: 20/3, 20/3/2023, yesterday, tomorrow"),
    ("diff", "So với thư mục đài này, liệt kê điều gì sẽ khác", "Shows what differs from this station's folder"),
    ("alarm", "Tệp âm thanh, hoặc tên hay mã của một mục phát", "A sound file, or the title or id of a segment"),
    ("repeat", "Số lần phát", "How many times"),
    ("watch", "Tiếp tục cho đến khi bị dừng (Ctrl+C)", "Goes on until it is stopped (Ctrl+C)"),
    ("days", "Số ngày", "How many days"),
    ("from", "Ngày đầu, như 20/3/2023", "First day, such as 20/3/2023"),
    ("until", "Ngày cuối, tính cả ngày đó", "Last day, inclusive"),
    ("log", "Thư mục mới để giữ nhật ký diễn tập", "A new folder to keep the rehearsal's log in"),
    ("segment", "Tên hoặc mã của mục phát", "The segment's title or id"),
    ("id", "Số của lượt phát trong loa log, hoặc mã của lượt", "The number of the airing in loa log, or its id"),
    ("text", "Nội dung ghi chú", "The remark"),
    (
        "all",
        "In mọi dòng của nhật ký, không chỉ kết quả (với --format json, csv)",
        "Every entry of the log, not only outcomes (with --format json, csv)",
    ),
    ("month", "Tháng: 3, 3/2023, tháng trước", "The month: 3, 3/2023"),
    ("path", "Thư mục của đài, bản xuất, hoặc tệp biên nhận", "A station's folder, an export, or a receipt"),
    ("sound", "Các tệp âm thanh", "Sound files"),
    (
        "playlist",
        "Danh sách phát: tên tệp trong playlists/, hoặc tên chiến dịch",
        "The playlist: its file in playlists/, or its campaign's title",
    ),
    ("session", "Đưa luôn vào cuối buổi phát này", "Also puts it at the end of this session"),
    ("before", "Đặt trước mục này của buổi, thay vì ở cuối", "Puts it before this item of the session, not at the end"),
    (
        "on",
        "Chỉ phát vào ngày này: ngày mai, 12/3, 12/3..15/3; ghi được nhiều lần",
        "Airs on this day only: tomorrow, 12/3, 12/3..15/3; can be given several times",
    ),
    ("topic", "Số chủ đề của chiến dịch", "The campaign's topic number"),
    ("title", "Tên mục phát; nếu không có thì lấy từ tệp", "The title; taken from the file if not given"),
    ("own_id", "Mã mục phát; nếu không có thì đặt theo tên", "The segment's id; made from the title if not given"),
    ("language", "Mã ngôn ngữ: vi, cmo, rad, ...", "Language code: vi, cmo, rad, ..."),
    ("source", "Nguồn: own, district, province, national", "Who made it: own, district, province, national"),
    ("approved_by", "Người duyệt", "Who approved it"),
    ("approved_on", "Ngày duyệt, như 18/3/2023", "When it was approved, such as 18/3/2023"),
    ("valid_until", "Ngày cuối được phát", "The last day on which it may air"),
    ("anyway", "Thêm cả tệp có chỗ hỏng", "Also adds files with serious flaws"),
    ("details", "In cả số đo cho kỹ thuật", "Also prints the technical figures"),
    ("jobs", "Số tệp kiểm tra cùng một lúc", "How many files to examine at a time"),
    ("key", "Khoá xác minh đã ghi danh của nhật ký", "The log's enrolled verifier key"),
    (
        "witnessed",
        "Tệp điểm kiểm đã thấy trước đây: nhật ký phải nối tiếp nó",
        "A checkpoint seen earlier: the log must continue from it",
    ),
    ("witness_key", "Khoá xác nhận của Sở", "The department's verifier key"),
    ("airing", "Mã lượt phát cần biết giờ giấc", "An airing whose times to show"),
    ("head_code", "Mã nhật ký đã ghi trong sổ", "A head code from the paper book"),
    ("no_epochs", "Nhật ký chỉ có một khoá, không có kỳ khoá", "The log has one key and no epochs"),
    ("to", "Ghi vào đây", "Where to write it"),
    ("no_sound", "Không phát tiếng thử, không hỏi", "Plays no test tone, and asks nothing"),
    ("save", "Ghi cả vào tệp này để gửi kỹ thuật", "Also writes this file, to send to the technician"),
    (
        "any_folder",
        "Chép cả vào thư mục không phải USB hay ổ mạng",
        "Copies also to a folder that is not on a stick or a network",
    ),
    ("qr", "In thành mã QR", "As a QR code"),
    ("witness", "Khoá xác nhận của Sở trên máy này", "The department's key on this machine"),
    ("vkey", "Khoá xác minh, xem loa key show", "The verifier key, see loa key show"),
    ("store", "Kho của Sở", "The department's store"),
    (
        "sources",
        "USB, thư mục hoặc kho (s3://…) có nhật ký của các đài",
        "USB sticks, folders or stores (s3://...) with stations' logs",
    ),
    ("into", "Kho của Sở", "The department's store"),
];

/// Returns the purpose of a command, or an empty text if it has no help.
#[must_use]
pub fn about(path: &str, lang: Lang) -> &'static str {
    find_command(path).map_or("", |help| in_language(help.vi, help.en, lang))
}

/// Returns the meaning of an argument, or an empty text if it has no help.
#[must_use]
pub fn argument(id: &str, lang: Lang) -> &'static str {
    let help = ARGUMENTS.iter().find(|(argument_id, ..)| *argument_id == id);
    help.map_or("", |(_, vi, en)| in_language(vi, en, lang))
}

/// Returns the example line of a command, or an empty text if the command has no example.
#[must_use]
pub fn example(path: &str, lang: Lang) -> String {
    match find_command(path).map(|help| help.example) {
        None | Some("") => String::new(),
        Some(example) => format!("{} {example}", in_language("Ví dụ:", "Example:", lang)),
    }
}

fn find_command(path: &str) -> Option<&'static CommandHelp> {
    COMMANDS.iter().find(|help| help.path == path)
}

fn in_language(vi: &'static str, en: &'static str, lang: Lang) -> &'static str {
    match lang {
        Lang::Vi => vi,
        Lang::En => en,
    }
}
