//! The help texts of commands and arguments, in both languages.
//!
//! A test in `cli/usage.rs` visits the whole command line and fails if a command or an argument has no help.
mod arguments;
mod clock_guide;
mod value_names;
mod vietnamese_names;

use super::Lang;
use arguments::ARGUMENTS;

pub use value_names::{HelpHeading, value_name};
pub use vietnamese_names::{command_named, option_named};

/// The help text of one command.
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
        path: "session",
        vi: "Sửa một buổi phát: tên, giờ, ngày, thứ tự các mục; cho biết lịch sẽ đổi thế nào",
        en: "Changes a session: its title, times, days and the order of its items; says how the schedule changes",
        example: "loa session sang --skip 'ngày mai'",
    },
    CommandHelp {
        path: "undo",
        vi: "Hoàn tác lần loa add hay loa remove gần nhất; gõ lần nữa để hoàn tác cả lần trước đó",
        en: "Undoes the last loa add or loa remove; type it again to undo the one before",
        example: "loa undo .",
    },
    CommandHelp {
        path: "plan",
        vi: "Xem kế hoạch phát của một hay nhiều ngày",
        en: "Shows what will air on one date or on several",
        example: "loa plan tuần này",
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
        vi: "Dừng mục đang phát (không cần tên mục); mục sau vẫn theo giờ của nó",
        en: "Stops the item on the air, without its title; what follows keeps its own time",
        example: "loa skip",
    },
    CommandHelp {
        path: "stop",
        vi: "Dừng buổi đang phát (không cần tên buổi); buổi sau vẫn phát",
        en: "Stops the session on the air, without its title; the next one plays",
        example: "loa stop",
    },
    #[cfg(feature = "page")]
    CommandHelp {
        path: "page",
        vi: "Mở trang của đài trong trình duyệt, trên máy này",
        en: "Serves the station's page for a browser on this computer",
        example: "loa page --open",
    },
    CommandHelp {
        path: "note",
        vi: "Ghi chú về một lượt phát vào nhật ký",
        en: "Writes a remark about an airing into the log",
        example: "loa note 128 'mưa to, loa thôn 3 không nghe rõ'",
    },
    CommandHelp {
        path: "clock",
        vi: "Đồng hồ máy: cách chỉnh, và xác nhận đúng giờ",
        en: "The computer's clock: how to set it, and how to confirm it",
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
        en: "Sends alarms when the station needs attention",
        example: "loa alarm test",
    },
    CommandHelp {
        path: "alarm send",
        vi: "Gửi các tin báo đang chờ",
        en: "Sends the waiting messages",
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
        vi: "Xác minh nhật ký, bản xuất, biên nhận hay bộ bằng chứng còn nguyên vẹn không",
        en: "Verifies that a log, an export, a receipt or a proof bundle is whole",
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
        path: "stations",
        vi: "Mọi đài trong sổ: nhật ký mới nhất, tình trạng, hạn nộp, gọi ai; --todo: việc cần làm",
        en: "All stations of the registry: newest entry, state, next due date, whom to call; --todo: what to do",
        example: "loa stations kho --todo",
    },
    CommandHelp {
        path: "report",
        vi: "Báo cáo kế hoạch và thực phát của các đài trong kho",
        en: "Compares planned airings with aired ones, for the stations in the store",
        example: "loa report kho --period month --format pdf --output bao-cao.pdf",
    },
    CommandHelp {
        path: "reconcile",
        vi: "Đối chiếu một ngày của một đài: từng lượt theo kế hoạch và từng lượt đã phát",
        en: "Compares one day of a station's plan with what was aired, airing by airing",
        example: "loa reconcile kho dak-ndrung --date 2023-03-20",
    },
    CommandHelp {
        path: "answer",
        vi: "Kết luận của Sở về giải trình của đài hoặc về một sự việc, giữ mãi trong sổ thu nhận",
        en: "Answers a station's explanation or an incident, for good, in the department's journal",
        example: "loa answer kho dak-ndrung 412 --accept --text 'Mất điện cả xã' --by 'văn thư'",
    },
    CommandHelp {
        path: "close",
        vi: "Chốt kỳ báo cáo: giữ nguyên mãi số liệu, điểm kiểm và văn bản của kỳ; xem lại, đếm lại, lập phụ lục điều chỉnh",
        en: "Closes a reporting period: keeps its numbers, heads and documents for good; shows, recounts and amends it",
        example: "loa close kho --period quarter --made-by 'chuyên viên' --checked-by 'trưởng phòng'",
    },
    CommandHelp {
        path: "bundle",
        vi: "Lập bộ bằng chứng các lượt phát cho thanh tra, báo chí: ai cũng kiểm tra được",
        en: "Writes a bundle of receipts for an inspection or a newspaper, which anybody can check",
        example: "loa bundle kho dak-ndrung --from 20/3/2023 --until 31/3/2023 --output bang-chung.zip",
    },
    CommandHelp {
        path: "target",
        vi: "Chỉ tiêu của Sở (targets.toml trong kho): kiểm tra, chấp nhận, xem",
        en: "The department's targets (targets.toml in the store): check, accept, show",
        example: "loa target show kho",
    },
    CommandHelp {
        path: "target check",
        vi: "Kiểm tra tệp chỉ tiêu, liệt kê mọi lỗi; với kho thì đối chiếu cả sổ đài và nhật ký",
        en: "Checks a file of targets and reports every problem; in a store, also against the registry and the logs",
        example: "loa target check kho",
    },
    CommandHelp {
        path: "target accept",
        vi: "Chấp nhận tệp chỉ tiêu trong kho; báo cáo chỉ dùng chỉ tiêu đã chấp nhận",
        en: "Accepts the targets in the store; reports use only accepted targets",
        example: "loa target accept kho",
    },
    CommandHelp {
        path: "target show",
        vi: "Xem các chỉ tiêu: giao gì, cho ai, bao nhiêu, theo văn bản nào",
        en: "Shows the targets: what they ask, of whom, how much, by which document",
        example: "loa target show kho",
    },
    CommandHelp {
        path: "stated",
        vi: "Bảng tự khai của báo, cổng thông tin, huyện (không có bằng chứng)",
        en: "Rows that newspapers, portals and districts state (not proved)",
        example: "loa stated form",
    },
    CommandHelp {
        path: "stated form",
        vi: "In mẫu CSV để các cơ quan điền",
        en: "Prints the CSV form for other bodies to fill in",
        example: "loa stated form --output mau-khai.csv",
    },
    CommandHelp {
        path: "stated add",
        vi: "Nhận một tệp tự khai vào kho; báo cáo để riêng, không cộng vào thời lượng đã chứng minh",
        en: "Adds a file of stated rows to the store; reports show them apart from proved airtime",
        example: "loa stated add bao-dak-nong.csv --store kho",
    },
    CommandHelp {
        path: "stated remove",
        vi: "Bỏ một tệp tự khai đã nhận; sổ thu nhận ghi lại việc đó",
        en: "Takes an added file of stated rows back; the journal keeps that",
        example: "loa stated remove stated/1f2e….csv --store kho",
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

/// Returns the help text of a command, or an empty string if it has none.
#[must_use]
pub fn about(path: &str, lang: Lang) -> &'static str {
    find_command(path).map_or("", |help| in_language(help.vi, help.en, lang))
}

/// Returns the names of all commands, without those of their subcommands. If `parent` is not empty, returns the names
/// of the subcommands of `parent`.
pub fn command_names(parent: &str) -> impl Iterator<Item = &'static str> {
    let in_parent = move |path: &'static str| match parent {
        "" => Some(path),
        _ => path.strip_prefix(parent)?.strip_prefix(' '),
    };
    COMMANDS.iter().filter_map(move |help| in_parent(help.path)).filter(|name| *name != "loa" && !name.contains(' '))
}

/// Returns the help text of an argument, or an empty string if it has none.
#[must_use]
pub fn argument(id: &str, lang: Lang) -> &'static str {
    let help = ARGUMENTS.iter().find(|(argument_id, ..)| *argument_id == id);
    help.map_or("", |(_, vi, en)| in_language(vi, en, lang))
}

/// Returns the example line of a command, or an empty string if it has none.
#[must_use]
pub fn example(path: &str, lang: Lang) -> String {
    match find_command(path).map(|help| help.example) {
        None | Some("") => String::new(),
        Some(example) => format!("{} {example}", in_language("Ví dụ:", "Example:", lang)),
    }
}

/// Returns the guide that follows the example of a command, or an empty string if it has none.
#[must_use]
pub fn guide(path: &str, lang: Lang) -> &'static str {
    match path {
        "clock" | "clock confirm" => in_language(clock_guide::VI, clock_guide::EN, lang),
        _ => "",
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
