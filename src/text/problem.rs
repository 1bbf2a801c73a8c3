//! Hints for findings in a station's files.
use super::texts;

texts! {
    /// Hints: one thing to do for each finding.
    pub enum Hint {
        AskDepartment { } =>
            "hỏi Sở dòng mà lệnh này in ra ở đó: loa key show --witness",
            "ask the department for the line that this command prints there: loa key show --witness";
        DidYouMean { name: String } => "có phải ý bạn là `{name}`?", "did you mean `{name}`?";
        KeysHere { keys: String } => "các khoá dùng được ở đây: {keys}", "the keys that can stand here: {keys}";
        TablesHere { tables: String } => "các phần dùng được: {tables}", "the sections that can stand here: {tables}";
        PutUnder { table: String } => "đặt khoá này dưới [{table}]", "put it under [{table}]";
        WriteTwice { key: String } => "viết [[{key}]]", "write [[{key}]]";
        WriteOnce { key: String } => "viết [{key}]", "write [{key}]";
        AddKey { example: String } => "thêm dòng: {example}", "add a line: {example}";
        Write { example: String } => "viết, ví dụ: {example}", "write, for example: {example}";
        UseId { id: String } => "có thể dùng mã “{id}”", "the id `{id}` would do";
        RenameOne => "đổi một trong hai mã", "rename one of them";
        RemoveOne => "bỏ bớt một chỗ", "take one of them out";
        Remove => "bỏ dòng này, hoặc điền nội dung", "take the line out, or fill it in";
        Shorten => "rút ngắn lại", "make it shorter";
        Retype => "xoá và gõ lại đoạn này", "delete this part and type it again";
        SaveUtf8 => "lưu lại tệp với mã UTF-8", "save the file as UTF-8";
        CheckFile => "xem lại quyền đọc tệp và thẻ nhớ", "check the file's permissions and the memory card";
        SplitFile => "chia thành nhiều tệp nhỏ hơn", "split it into smaller files";
        OneOf { values: String } => "dùng một trong: {values}", "use one of: {values}";
        InAudio => "chép tệp vào thư mục audio/ và ghi tên tệp, ví dụ \"tin.mp3\"", "copy the file into audio/ and give its name, such as \"tin.mp3\"";
        CopyAudio { file: String } => "chép tệp {file} vào thư mục audio/, hoặc sửa tên", "copy {file} into audio/, or mend the name";
        CheckName => "xem lại tên và đường dẫn của tệp", "look at the file's name and path again";
        AskAgain => "xin lại tệp âm thanh từ người gửi", "ask whoever sent it for the sound file itself";
        ConvertAudio => "mở bằng Audacity hay phần mềm tương tự, xuất lại thành MP3 hoặc WAV", "open it in Audacity or the like, and export it as MP3 or WAV";
        ListenAudio => "nghe thử tệp này trước khi phát", "listen to the file before it airs";
        PutBack { file: String } => "đặt lại {file}; nếu đúng là muốn bỏ, gõ: loa check --accept", "put {file} back; if it is meant to be gone, type: loa check --accept";
        PutRight { file: String } => "sửa hoặc chép lại {file}; nếu đúng là muốn bỏ, xoá hẳn tệp này rồi gõ: loa check --accept", "mend {file} or put it back; if it is meant to be gone, delete it and type: loa check --accept";
        PlugIn => "cắm lại, hoặc sửa liên kết", "plug it in, or mend the link";
        RenameTo { name: String } => "đổi tên thành: {name}", "rename it to: {name}";
        MoveUp => "chuyển các tệp .toml ra ngay trong playlists/", "move its .toml files up into playlists/";
        RemoveIt => "nếu không cần, xoá đi", "if it is not needed, delete it";
        CopyOverLink { command: String } => "thay liên kết bằng bản sao: {command}", "put a copy in the place of the link: {command}";
        NameOfAudio { other: String } => "có tệp audio/{other}: đổi tên tệp hoặc sửa `file` cho giống nhau từng chữ", "there is audio/{other}: rename it, or make `file` the same letter by letter";
        WavTop => "ghi tên kết thúc bằng .wav, ngay trong thư mục của đài: device = \"wav:thu.wav\"", "write a name that ends in .wav, at the top of the station's folder: device = \"wav:test.wav\"";
        WavOther => "chọn tên khác, hoặc dời tệp đó đi", "choose another name, or move that file away";
        AddAgain => "thêm tệp bằng `loa add`: lệnh này tự ghi `sha256`", "add the file with `loa add`, which writes `sha256`";
        ApproveAgain => "nếu tệp mới đã được duyệt, bỏ mục phát rồi thêm lại bằng `loa add`; nếu không, chép lại tệp cũ", "if the new file is approved, take the segment out and `loa add` it again; if not, put the old file back";
        AddApproval => "điền `approved-by` và `approved-on`, hoặc bỏ khỏi buổi phát", "fill in `approved-by` and `approved-on`, or take it out of the session";
        ReplaceAudio => "nghe thử tệp này; xuất lại thành MP3, FLAC, Ogg Vorbis, WAV hoặc M4A", "listen to the file; export it again as MP3, FLAC, Ogg Vorbis, WAV or M4A";
        DefineTopic { topic: i64 } => "thêm chủ đề {topic} vào [campaign.topics], hoặc sửa số", "add topic {topic} to [campaign.topics], or mend the number";
        RemoveTopic => "bỏ `topic`, hoặc thêm [campaign] vào tệp này", "take `topic` out, or add a [campaign] to this file";
        DefineHoliday => "thêm [[holiday]] với mã này vào playlists/*.toml, hoặc sửa mã", "add a [[holiday]] with this id to playlists/*.toml, or mend the id";
        DefineSegment => "thêm [[segment]] với mã này, hoặc sửa mã", "add a [[segment]] with this id, or mend the id";
        FewerOrFiles => "bỏ bớt", "take some out";
        MendFirst => "sửa những lỗi ở trên trước", "mend those above first";
        SwapDates => "đổi lại hai ngày", "put the two dates right";
        MoveSession => "dời giờ một buổi, hoặc bỏ bớt mục phát; nếu không, buổi sau sẽ ngắt buổi trước", "move one of them or play less; otherwise the later cuts the earlier";
        GiveRank => "ghi `rank` cho từng buổi: số nhỏ được ưu tiên trước", "give each a `rank`: the lower number goes first";
        WidenWindow => "dời giờ, hoặc tăng `window`", "move it, or widen its `window`";
        PlayLess => "bỏ bớt mục phát hoặc dời `end-by`; nếu đúng ý thì không phải sửa", "play less or move `end-by`; if that is meant, leave it";
        AddEligible => "thêm mục phát còn hạn và đã duyệt, hoặc giảm `pick`", "add segments that are valid and approved, or lower `pick`";
        MoveOutOfQuiet { from: String, until: String } => "dời buổi ra ngoài {from} đến {until}; trong giờ đó không gì được phát", "move it out of {from} to {until}; nothing is played then";
        ExtendOrRemove => "nếu còn phát, sửa ngày kết thúc; nếu không, có thể bỏ tệp này đi", "if it goes on, change its last day; if not, the file can go";
        CheckDays => "xem lại `days`, `from`, `until`", "look at `days`, `from` and `until` again";
        AddToPlay => "thêm mã này vào `play` của một buổi, hoặc bỏ mục phát", "add its id to a session's `play`, or take it out";
        RenewOrRemove => "gia hạn `valid-until` nếu được duyệt, hoặc bỏ khỏi buổi phát", "extend `valid-until` if approved, or take it out of the session";
        AddSegment => "thêm mục phát có chủ đề này, hoặc bỏ chủ đề", "add a segment with this topic, or take the topic out";
        CheckDate => "xem lại ngày này", "look at the date again";
        AddSession => "thêm một [[session]] vào playlists/*.toml", "add a [[session]] to playlists/*.toml";
        GiveId => "thêm id = \"dai-cua-ban\" vào [station]; mã này không bao giờ đổi", "add id = \"your-station\" to [station]; it never changes";
        RaiseVolume => "đặt volume = 80", "set volume = 80";
        RaiseVolumeAt => "đặt âm lượng lớn hơn 0, hoặc bỏ dòng này", "set a volume above 0, or take the line out";
        RecordAnother => "mỗi chủ đề cần bản ghi riêng; nếu đúng ý thì không phải sửa", "each topic needs a recording of its own; if that is meant, leave it";
        RenameFile => "đổi tên tệp, chỉ dùng chữ, số, dấu chấm và gạch ngang", "rename the file with letters, digits, dots and dashes only";
        IfMeant => "nếu đúng ý thì không phải sửa", "if that is meant, leave it";
        CloseQuote => "thêm dấu \" ở cuối chữ", "add a \" at the end of the text";
        CloseList => "thêm dấu ] ở cuối danh sách", "add a ] at the end of the list";
        AddEquals => "viết: khoá = giá trị", "write: key = value";
        QuoteText => "đặt chữ trong ngoặc kép, ví dụ title = \"Bản tin\"", "put text in quotes, such as title = \"News\"";
        ForwardSlash => "dùng dấu / thay cho \\", "use / instead of \\";
        StraightQuote => "xoá và gõ lại dấu \" trong trình soạn thảo thuần", "delete it and type \" again in a plain editor";
        AddComma => "thêm dấu phẩy ở đây", "put a comma here";
        CloseHeading => "viết như [station] hoặc [[segment]]", "write it like [station] or [[segment]]";
        OneALine => "mỗi khoá một dòng; ghi chú bắt đầu bằng dấu #", "each key has its own line; a remark begins with #";
        PlainKey => "tên khoá chỉ gồm chữ không dấu, số và dấu gạch ngang", "a key is made of plain letters, digits and dashes";
        CheckToml => "xem lại dấu ngoặc kép, dấu bằng và dấu phẩy ở đây", "look at the quotes, equals signs and commas here";
    }
}

texts! {
    /// Words in the listing of findings.
    pub enum ProblemText {
        Error => "lỗi", "error";
        Warning => "cảnh báo", "warning";
        HintWord => "gợi ý", "hint";
        FirstHere => "lần đầu ở đây", "first here";
        AiredHere => "được phát ở đây", "played here";
        OtherHere => "buổi kia ở đây", "the other one";
        Summary { errors: usize, warnings: usize } => "Lỗi: {errors}. Cảnh báo: {warnings}.", "Errors: {errors}. Warnings: {warnings}.";
        Good { sessions: usize, segments: usize } => "Lịch phát tốt: {sessions} buổi phát, {segments} mục phát.", "The schedule is good: {sessions} sessions, {segments} segments.";
        More { count: usize } => "và {count} điều nữa.", "and {count} more.";
        Text => "chữ trong ngoặc kép", "text in quotes";
        Number => "số nguyên", "a whole number";
        Date => "ngày, như 2023-03-20", "a date, as in 2023-03-20";
        ListOfText => "danh sách chữ, như [\"a\", \"b\"]", "a list of texts, as in [\"a\", \"b\"]";
        TextOrList => "chữ hoặc danh sách chữ", "a text or a list of texts";
        Table => "một phần có khoá bên trong", "a section with keys of its own";
        Files => "tệp danh sách phát", "playlist files";
        Segments => "mục phát", "segments";
        Sessions => "buổi phát", "sessions";
        Times => "giờ", "times";
        Airings => "lượt phát của tất cả các buổi cộng lại", "airings of all sessions together";
        Days => "ngày", "days";
        Pools => "nhóm của một mục phát", "pools of one segment";
        Drawing => "buổi phát vừa lấy mục lần lượt vừa có ngày phát riêng", "sessions that draw and whose days are not weekdays alone";
        Items => "mục trong một buổi", "items in a session";
    }
}

texts! {
    /// Reasons why a file of the schedule in force is suspect.
    pub enum SuspectText {
        Gone => "không còn ở đó", "gone";
        Empty => "rỗng", "empty";
        Dangling => "là liên kết không dẫn tới đâu", "a link that leads nowhere";
        Link => "bị thay bằng một liên kết", "replaced by a link";
        Unreadable => "không đọc được", "unreadable";
        Garbled => "bị hỏng nội dung", "broken inside";
    }
}
