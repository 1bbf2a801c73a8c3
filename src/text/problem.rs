//! Hints for findings in a station's files.
use std::fmt;

use super::count::{FileCount, SegmentCount, SessionCount, StationCount, TargetCount};
use super::{Lang, Localize, texts};

texts! {
    /// Hints: the action that resolves a finding.
    pub enum Hint {
        AskDepartment { } =>
            "hỏi Sở dòng mà lệnh này in ra ở đó: loa key show --witness",
            "ask the department for the line that this command prints there: loa key show --witness";
        DidYouMean { name: String } => "có phải ý bạn là `{name}`?", "did you mean `{name}`?";
        KeysHere { keys: String } => "các mục cài đặt dùng được ở đây: {keys}", "the keys that can be used here: {keys}";
        TablesHere { tables: String } => "các phần dùng được: {tables}", "the sections that can be used here: {tables}";
        PutUnder { table: String } => "đặt dòng này vào phần [{table}]", "put it under [{table}]";
        UseDoubleBrackets { key: String } => "viết [[{key}]]", "write [[{key}]]";
        UseSingleBrackets { key: String } => "viết [{key}]", "write [{key}]";
        AddKey { example: String } => "thêm dòng: {example}", "add a line: {example}";
        Write { example: String } => "viết, ví dụ: {example}", "write, for example: {example}";
        UseId { id: String } => "có thể dùng mã “{id}”", "the id `{id}` would do";
        NameSegmentById => "ghi mã (dòng `id`) của một mục phát có trong danh sách phát, không ghi tên tệp hay tên mục", "write the id of a segment from the playlists, not its file or its title";
        RenameOne => "đổi một trong hai mã", "rename one of them";
        RemoveOne => "bỏ bớt một chỗ", "remove one of them";
        Remove => "bỏ dòng này, hoặc điền nội dung", "remove the line, or fill it in";
        Shorten => "rút ngắn lại", "make it shorter";
        Retype => "xoá và gõ lại đoạn này", "delete this part and type it again";
        RetypeSpace => "xoá ký tự này, rồi gõ lại dấu cách nếu cần; ký tự lạ hay theo vào khi chép chữ từ Word, Zalo hay trang web", "delete it, and type a space if one is needed; such characters come with text copied from Word, Zalo or a web page";
        RetypeLine => "xoá và gõ lại dòng này; rồi xem có phần nào bị lặp lại không", "delete this line and type it again; then see whether a part is there twice";
        CopyAgain => "chép lại tệp này từ bản còn tốt, hoặc gõ lại đoạn bị mất", "copy the file again from a good one, or type the lost part again";
        MidnightNextDay => "viết \"00:00\" cho ngày hôm sau, ví dụ 24:00 thứ hai là 00:00 thứ ba", "write \"00:00\" on the next day: 24:00 on Monday is 00:00 on Tuesday";
        SaveUtf8 => "lưu lại tệp với mã UTF-8 (trong Notepad: File, Save As, ở ô Encoding chọn UTF-8)", "save the file as UTF-8 (in Notepad: File, Save As, Encoding: UTF-8)";
        SaveCsvUtf8 => "lưu lại danh sách: trong Excel chọn File, Save As, kiểu “CSV UTF-8”; trong LibreOffice chọn bộ ký tự UTF-8", "save the list again: in Excel, File, Save As, type `CSV UTF-8`; in LibreOffice, character set UTF-8";
        CheckFile => "xem lại quyền đọc tệp và ổ đĩa (hay USB)", "check the file's permissions and the disk";
        SplitFile => "chia thành nhiều tệp nhỏ hơn", "split it into smaller files";
        OneOf { values: String } => "dùng một trong: {values}", "use one of: {values}";
        InAudio => "chép tệp vào thư mục audio/ và ghi tên tệp, ví dụ \"tin.mp3\"", "copy the file into audio/ and give its name, such as \"tin.mp3\"";
        CopyAudio { file: String } => "chép lại tệp {file} vào thư mục audio/, đúng tên ấy, hoặc sửa tên ở đây", "copy {file} into audio/ again, under that name, or correct the name here";
        CheckName => "xem lại tên và đường dẫn của tệp", "check the file's name and path";
        AskSenderForFile => "xin lại tệp âm thanh từ người gửi", "ask the sender for the sound file itself";
        ConvertAudio => "mở bằng Audacity hay phần mềm tương tự, xuất lại thành MP3 hoặc WAV", "open it in Audacity or the like, and export it as MP3 or WAV";
        ListenAudio => "nghe thử tệp này trước khi phát", "listen to the file before it airs";
        PutBack { file: String } => "đặt lại {file}; nếu đúng là muốn bỏ, gõ: loa check --accept", "put {file} back; if it was removed on purpose, type: loa check --accept";
        FixOrRestore { file: String } => "sửa hoặc chép lại {file}; nếu đúng là muốn bỏ, xoá hẳn tệp này rồi gõ: loa check --accept", "fix {file} or put it back; if you want to remove it, delete it and type: loa check --accept";
        KeepOneTwin => "xem đài cần giữ tệp nào; chuyển tệp kia ra khỏi playlists/, hoặc xoá đi", "choose the one to keep; move the other one out of playlists/, or delete it";
        MoveCopy => "chuyển bản chép ra khỏi playlists/, hoặc xoá đi", "move the copy out of playlists/, or delete it";
        PutAudioBack => "thư mục audio/ có thể đã bị đổi tên, dời đi hay xoá (xem cả Thùng rác): đặt lại như cũ, hoặc chép lại từ bản sao", "the folder audio/ may have been renamed, moved or deleted (see the trash too): put it back, or copy it from a backup";
        PlugIn => "cắm lại, hoặc sửa liên kết", "plug it in, or fix the link";
        RenameTo { name: String } => "đổi tên thành: {name}", "rename it to: {name}";
        MoveUp => "chuyển các tệp .toml ra ngay trong playlists/", "move its .toml files up into playlists/";
        RemoveIt => "nếu không cần, xoá đi", "if it is not needed, delete it";
        CopyOverLink { command: String } => "thay liên kết bằng bản sao: {command}", "replace the link with a copy: {command}";
        NameOfAudio { other: String } => "có tệp audio/{other}: đổi tên tệp hoặc sửa `file` cho giống nhau từng ký tự", "there is audio/{other}: rename it, or make `file` match it letter by letter";
        WavTop => "ghi tên kết thúc bằng .wav, ngay trong thư mục của đài: device = \"wav:thu.wav\"", "use a file name that ends in .wav, without a folder: device = \"wav:test.wav\"";
        InstallProgram => "cài chương trình đó, hoặc sửa lệnh, rồi thử: loa amplifier test", "install that program or correct the command, then try: loa amplifier test";
        WavOther => "chọn tên khác, hoặc dời tệp đó đi", "choose another name, or move that file away";
        AddAgain => "thêm tệp bằng `loa add`: lệnh này tự ghi `sha256`", "add the file with `loa add`, which writes `sha256`";
        ApproveAgain => "nếu tệp mới đã được duyệt, bỏ mục phát rồi thêm lại bằng `loa add`; nếu không, chép lại tệp cũ", "if the new file is approved, remove the segment and `loa add` it again; if not, put the old file back";
        AddApproval => "điền `approved-by` và `approved-on`, hoặc bỏ khỏi buổi phát", "fill in `approved-by` and `approved-on`, or remove it from the session";
        ReplaceAudio => "nghe thử tệp này; xuất lại thành MP3, FLAC, Ogg Vorbis, WAV hoặc M4A", "listen to the file; export it again as MP3, FLAC, Ogg Vorbis, WAV or M4A";
        DefineTopic { topic: i64 } => "thêm chủ đề {topic} vào [campaign.topics], hoặc sửa số", "add topic {topic} to [campaign.topics], or correct the number";
        RemoveTopic => "bỏ `topic`, hoặc thêm [campaign] vào tệp này", "remove `topic`, or add a [campaign] to this file";
        DefineHoliday => "thêm [[holiday]] với mã này vào playlists/*.toml, hoặc sửa mã", "add a [[holiday]] with this id to playlists/*.toml, or correct the id";
        DefineSegment => "thêm [[segment]] với mã này, hoặc sửa mã", "add a [[segment]] with this id, or correct the id";
        RemoveSome => "bỏ bớt", "remove some";
        FixErrorsFirst => "sửa những lỗi ở trên trước", "fix the errors above first";
        SwapDates => "sửa lại hai ngày", "correct the two dates";
        MoveSession => "dời giờ một buổi, hoặc bỏ bớt mục phát; nếu không, buổi sau sẽ ngắt buổi trước", "move one of them or play less; otherwise the later one cuts off the earlier one";
        GiveRank => "ghi `rank` cho từng buổi: số nhỏ được ưu tiên trước", "give each a `rank`: the lower number comes first";
        WidenWindow => "dời giờ, hoặc tăng `window`", "move it, or widen its `window`";
        PlayLess => "bỏ bớt mục phát hoặc dời `end-by`; nếu đúng ý thì không phải sửa", "play less or move `end-by`; if that is intended, leave it";
        AddEligible => "thêm mục phát còn hạn và đã duyệt, hoặc giảm `pick`", "add segments that are valid and approved, or lower `pick`";
        MoveOutOfQuiet { from: String, until: String } => "dời buổi ra ngoài {from} đến {until}; trong giờ đó không gì được phát", "move it outside the hours from {from} to {until}; nothing is played then";
        ExtendOrRemove => "nếu còn phát, sửa ngày kết thúc; nếu không, có thể bỏ tệp này đi", "if it continues, change its last day; if not, the file can be removed";
        CheckDays => "xem lại `days`, `from`, `until`", "check `days`, `from` and `until`";
        CheckItemDates => "xem lại ngày của mục này và ngày phát của buổi", "check the dates of this item and the days of its session";
        RemoveItem => "có thể bỏ mục này; nếu còn phát, ghi ngày mới", "the item can be removed; if it airs again, give it new dates";
        AddToPlay => "thêm mã này vào `play` của một buổi, hoặc bỏ mục phát", "add its id to a session's `play`, or remove it";
        RenewOrRemove => "gia hạn `valid-until` nếu được duyệt, hoặc bỏ khỏi buổi phát", "extend `valid-until` if approved, or remove it from the session";
        AddSegment => "thêm mục phát có chủ đề này, hoặc bỏ chủ đề", "add a segment with this topic, or remove the topic";
        CheckDate => "xem lại ngày này", "check this date";
        AddSession => "thêm một [[session]] vào playlists/*.toml", "add a [[session]] to playlists/*.toml";
        RestoreId { log: String } =>
            "ghi lại id = \"{log}\"; nếu đây thật là đài khác, lập thư mục riêng bằng: loa init",
            "put id = \"{log}\" back; if this really is another station, make a folder of its own: loa init";
        GiveOwnId =>
            "ghi mã và tên của đài; chỉ để thử thì chạy: loa run --sample",
            "write your station's own id and name; only to try it, run: loa run --sample";
        GiveId => "thêm id = \"dai-cua-ban\" vào [station]; mã này không bao giờ đổi", "add id = \"your-station\" to [station]; it never changes";
        RaiseVolume => "đặt volume = 80", "set volume = 80";
        RaiseVolumeAt => "đặt âm lượng lớn hơn 0, hoặc bỏ dòng này", "set a volume above 0, or remove the line";
        RecordAnother => "mỗi chủ đề cần bản ghi riêng; nếu đúng ý thì không phải sửa", "each topic needs its own recording; if that is intended, leave it";
        ShortenFileName => "đổi tên tệp trong audio/ cho ngắn lại, rồi ghi tên mới vào `file`", "give the file in audio/ a shorter name, and write that name in `file`";
        RenameFile => "đổi tên tệp, chỉ dùng chữ, số, dấu chấm và gạch ngang", "rename the file with letters, digits, dots and dashes only";
        LeaveIfIntended => "nếu đúng ý thì không phải sửa", "if that is intended, leave it";
        CloseQuote => "thêm dấu \" ở cuối đoạn chữ", "add a \" at the end of the text";
        CloseList => "thêm dấu ] ở cuối danh sách", "add a ] at the end of the list";
        AddEquals => "viết: tên = giá trị", "write: key = value";
        QuoteText => "đặt chữ trong ngoặc kép, ví dụ title = \"Bản tin\"", "put text in quotes, such as title = \"News\"";
        ForwardSlash => "dùng dấu / thay cho \\", "use / instead of \\";
        StraightQuote => "xoá và gõ lại dấu \" trong một trình soạn thảo đơn giản", "delete it and type \" again in a plain editor";
        AddComma => "thêm dấu phẩy ở đây", "put a comma here";
        CloseHeading => "viết như [station] hoặc [[segment]]", "write it like [station] or [[segment]]";
        OneKeyPerLine => "mỗi mục cài đặt một dòng; ghi chú bắt đầu bằng dấu #", "each key has its own line; a comment begins with #";
        PlainKey => "tên mục cài đặt chỉ gồm chữ không dấu, số và dấu gạch ngang", "a key may have only plain letters, digits and dashes";
        CopyKeyAgain => "chép lại khoá từ mã QR hay từ loa key show ở đài", "copy the key again from the QR code, or from loa key show at the station";
        ColumnsHere { columns: String } => "các cột dùng được: {columns}", "the columns that can be used: {columns}";
        AddColumn { columns: String } => "dòng đầu của danh sách ghi tên các cột: {columns}", "the first line of the list names its columns: {columns}";
        CheckCells => "xem lại số ô; ô có dấu phân cách bên trong phải đặt trong ngoặc kép", "check the number of cells; a cell that contains the separator must be in quotes";
        WritePlace => "viết như “Thuận An / Đắk Mil”, hoặc đủ mã và tên: “24682 Thuận An / 68 Lâm Đồng”", "write it like `Thuận An / Đắk Mil`, or with all codes and names: `24682 Thuận An / 68 Lâm Đồng`";
        EnrolAlone => "đã thay ổ đĩa thì ghi danh riêng: loa enrol KHOÁ --store KHO; nếu là xã khác dùng nhầm mã, xã đó phải lập đài với mã riêng", "if its disk was replaced, enrol the log alone: loa enrol KEY --store STORE; if another commune uses this id by mistake, it needs an id of its own";
        CorrectFirst { station: String } => "nếu hàng này đúng, sửa sổ trước: loa enrol --station {station} --name ... --place ... --store KHO", "if the row is right, correct the registry first: loa enrol --station {station} --name ... --place ... --store STORE";
        CheckToml => "xem lại dấu ngoặc kép, dấu bằng và dấu phẩy ở đây", "check the quotes, equals signs and commas here";
        AskOneAmount => "giữ một dòng, ví dụ: minutes-per-week = 30", "keep one line, such as: minutes-per-week = 30";
        KeepOnePlace => "bỏ bớt một dòng; muốn cho nhiều nơi thì viết nhiều chỉ tiêu", "remove one of the lines; write one target for each place";
        NameCampaign => "thêm dòng campaign = \"…\": số chủ đề chỉ có nghĩa trong một chiến dịch", "add a line campaign = \"…\": a topic number has a meaning only in a campaign";
        WriteTarget => "viết ít nhất một phần [[target]]; xem docs/targets.md", "write at least one [[target]]; see docs/targets.md";
        RenumberOne => "đổi số của một trong hai chủ đề", "change the number of one of the two topics";
        ListTopic => "sửa số, hoặc thêm [[campaign.topic]] với số này", "correct the number, or add a [[campaign.topic]] with it";
        KeepOneTarget => "bỏ một chỉ tiêu, hoặc sửa ngày để không trùng nhau", "remove one of the targets, or change the days so that they do not overlap";
        WriteCode { code: String, name: String } => "ghi mã, không ghi tên: {name} có mã “{code}”", "write the code, not the name: {name} has the code `{code}`";
        CodesInRegistry => "xem các mã trong registry.toml của kho", "see the codes in the store's registry.toml";
        WaitForLogs => "xem lại cách viết; nếu đài chưa nộp nhật ký thì cảnh báo này sẽ tự hết", "check the spelling; if the stations have not sent logs yet, this warning will go away by itself";
        UseStatedForm => "lấy mẫu bằng lệnh: loa stated form", "get the form with: loa stated form";
        CountCells => "xem lại dấu phẩy; ô có dấu phẩy phải đặt trong ngoặc kép", "check the commas; a cell with a comma needs quotes";
        DropFormulaSign => "bỏ dấu = + - @ ở đầu ô", "remove the = + - @ at the beginning of the cell";
        GiveAmount => "điền ít nhất một trong hai ô", "fill in at least one of the two cells";
    }
}

texts! {
    /// Words in the list of findings.
    pub enum ProblemText {
        Error => "lỗi", "error";
        Warning => "cảnh báo", "warning";
        HintWord => "gợi ý", "hint";
        FirstHere => "lần đầu ở đây", "first here";
        AiredHere => "được phát ở đây", "played here";
        OtherHere => "buổi kia ở đây", "the other one";
        Summary { errors: ErrorCount, warnings: WarningCount } => "{errors}. {warnings}.", "{errors}. {warnings}.";
        Good { sessions: SessionCount, segments: SegmentCount } => "Lịch phát tốt: {sessions} buổi phát, {segments} mục phát.", "The schedule is good: {sessions}, {segments}.";
        UnusedAudio { files: FileCount, names: String, command: String } =>
            "Trong audio/ có {files} tệp chưa thuộc mục phát nào: {names}. Muốn phát thì thêm vào lịch, ví dụ: {command}. Không cần nữa thì xoá được.",
            "No segment uses {files} in audio/: {names}. To air one, add it to the schedule, such as with: {command}. Files that are not needed can be deleted.";
        More { count: usize } => "và {count} điều nữa.", "and {count} more.";
        Text => "chữ trong ngoặc kép", "text in quotes";
        Number => "số nguyên", "a whole number";
        Date => "ngày, như 2023-03-20", "a date, such as 2023-03-20";
        ListOfText => "danh sách chữ, như [\"a\", \"b\"]", "a list of text in quotes, such as [\"a\", \"b\"]";
        TextOrList => "chữ hoặc danh sách chữ", "text in quotes, or a list of such text";
        Table => "một phần có các mục cài đặt bên trong", "a section with keys of its own";
        Files => "tệp danh sách phát", "playlist files";
        Segments => "mục phát", "segments";
        Sessions => "buổi phát", "sessions";
        Times => "giờ", "times";
        Airings => "lượt phát của tất cả các buổi cộng lại", "airings of all sessions together";
        Days => "ngày", "days";
        Pools => "nhóm của một mục phát", "pools of one segment";
        Drawing => "buổi hay mục vừa lấy mục phát lần lượt vừa có ngày phát riêng", "sessions and items that draw and have days other than weekdays";
        Recipients => "địa chỉ nhận thư", "mail recipients";
        Keys => "mục cài đặt trong một phần", "keys in one section";
        Rows => "hàng trong danh sách", "rows in the list";
        Items => "mục trong một buổi", "items in a session";
        Targets => "chỉ tiêu", "targets";
        Campaigns => "chiến dịch", "campaigns";
        Topics => "chủ đề trong một chiến dịch", "topics in one campaign";
        StatedRows => "dòng khai", "rows";
        GoodTargets { targets: TargetCount, stations: StationCount } =>
            "Tệp chỉ tiêu tốt: {targets} chỉ tiêu, {stations} đài trong sổ.",
            "The file of targets is good: {targets}, {stations} in the registry.";
        GoodTargetsFile { targets: TargetCount } => "Tệp chỉ tiêu tốt: {targets} chỉ tiêu. Chưa đối chiếu với sổ đài: gõ loa target check KHO.",
            "The file of targets is good: {targets}. It was not compared with a registry: type loa target check STORE.";
    }
}

texts! {
    /// Reasons why a file of the schedule in force is suspect.
    pub enum SuspectText {
        Gone => "không còn ở đó", "gone";
        Empty => "rỗng", "empty";
        Dangling => "là liên kết dẫn tới chỗ không có gì", "a link that leads nowhere";
        Link => "bị thay bằng một liên kết", "replaced by a link";
        Unreadable => "không đọc được", "unreadable";
        Garbled => "bị hỏng nội dung hoặc không lưu ở dạng UTF-8", "damaged, or not saved as UTF-8";
    }
}

/// A number of errors, printed as the beginning of a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErrorCount(pub usize);

impl Localize for ErrorCount {
    fn write(&self, lang: Lang, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0, lang) {
            (0, Lang::Vi) => f.write_str("Không có lỗi"),
            (n, Lang::Vi) => write!(f, "{n} lỗi phải sửa"),
            (0, Lang::En) => f.write_str("No errors"),
            (1, Lang::En) => f.write_str("1 error"),
            (n, Lang::En) => write!(f, "{n} errors"),
        }
    }
}

/// A number of warnings, printed as the beginning of a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WarningCount(pub usize);

impl Localize for WarningCount {
    fn write(&self, lang: Lang, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0, lang) {
            (0, Lang::Vi) => f.write_str("Không có cảnh báo"),
            (n, Lang::Vi) => write!(f, "{n} cảnh báo nên xem lại"),
            (0, Lang::En) => f.write_str("No warnings"),
            (1, Lang::En) => f.write_str("1 warning"),
            (n, Lang::En) => write!(f, "{n} warnings"),
        }
    }
}
