//! Findings in a station's files: one plain sentence each, and one thing to do.
use super::library::{AudioFlaw, UnplayableFormat};
use super::texts;

texts! {
    /// What is wrong.
    pub enum Finding {
        OpenText => "chữ này thiếu dấu ngoặc kép đóng", "this text lacks its closing quote";
        NoValue => "chưa có giá trị sau dấu bằng", "there is no value after the equals sign";
        Unquoted { text: String } => "chữ “{text}” chưa đặt trong ngoặc kép", "the text `{text}` is not in quotes";
        CurlyQuote => "đây là dấu ngoặc kép cong của trình soạn văn bản; chỉ dấu thẳng mới dùng được", "this is a curly quote as word processors put it; only straight ones work";
        NoEquals => "thiếu dấu bằng", "the equals sign is missing";
        KeyTwice => "khoá này đã có ở trên", "this key stands here already";
        BadKey { key: String } => "“{key}” không dùng làm tên khoá được", "`{key}` cannot be the name of a key";
        OpenHeading => "tên phần này thiếu ngoặc vuông đóng", "this section's name lacks its closing bracket";
        NoComma => "thiếu dấu phẩy giữa hai giá trị của danh sách", "a comma is missing between two values of the list";
        Trailing => "sau giá trị còn chữ thừa trên cùng một dòng", "something more follows the value on its line";
        BadDigits { text: String } => "“{text}” không phải số", "`{text}` is not a number";
        Control => "ở đây có một ký tự không nhìn thấy được", "there is an invisible character here";
        TooDeep => "các ngoặc ở đây lồng nhau quá sâu", "the brackets here are nested too deeply";
        OpenList => "danh sách này thiếu dấu ]", "this list lacks its closing ]";
        BadEscape => "dấu \\ trong chữ không đúng cách", "a \\ in this text is not right";
        Syntax { detail: String } => "dòng này không đúng dạng TOML: {detail}", "this is not TOML: {detail}";
        BadDate => "không có ngày này trong lịch", "there is no such date";
        NotUtf8 => "tệp có ký tự không phải UTF-8", "the file has bytes that are not UTF-8";
        Unreadable { detail: String } => "không đọc được tệp này ({detail})", "this file cannot be read ({detail})";
        TooLarge { limit: u64 } => "tệp dài hơn {limit} byte", "the file is longer than {limit} bytes";
        UnknownKey { key: String } => "không có khoá `{key}` ở đây", "there is no key `{key}` here";
        UnknownTable { key: String } => "không có phần [{key}]", "there is no section [{key}]";
        KeyOutside { key: String } => "khoá `{key}` nằm ngoài mọi phần", "the key `{key}` stands outside any section";
        OneTable { key: String } => "[{key}] phải viết với hai ngoặc vuông", "[{key}] needs two square brackets";
        ManyTables { key: String } => "[[{key}]] phải viết với một ngoặc vuông", "[[{key}]] needs one pair of square brackets";
        MissingKey { key: String } => "thiếu khoá `{key}`", "the key `{key}` is missing";
        WrongType { key: String, wants: ProblemText } => "`{key}` phải là {wants}", "`{key}` must be {wants}";
        BadId { id: String } => "“{id}” không phải là mã: chỉ dùng a-z, 0-9 và dấu gạch ngang, tối đa 64 ký tự", "`{id}` is not an id: only a-z, 0-9 and dashes, at most 64 characters";
        DuplicateId { id: String } => "mã “{id}” được dùng hai lần", "the id `{id}` is used twice";
        EmptyText { key: String } => "`{key}` để trống", "`{key}` is empty";
        LongText { key: String, limit: usize } => "`{key}` dài hơn {limit} ký tự", "`{key}` is longer than {limit} characters";
        ControlInText { key: String } => "`{key}` có ký tự điều khiển", "`{key}` has a control character";
        BadTime { text: String } => "“{text}” không phải giờ", "`{text}` is not a time of day";
        DuplicateTime { time: String } => "giờ {time} ghi hai lần", "the time {time} stands here twice";
        BadDateText { text: String } => "“{text}” không phải ngày", "`{text}` is not a date";
        BadDay { text: String } => "“{text}” không phải ngày trong tuần", "`{text}` is not a day of the week";
        BadMonthly { text: String } => "“{text}” không phải ngày hằng tháng", "`{text}` is not a day of the month";
        BadLunar { text: String } => "“{text}” không phải ngày âm lịch", "`{text}` is not a lunar date";
        BadYearly { text: String } => "“{text}” không phải ngày/tháng", "`{text}` is not a day and month";
        WeeksNoFrom => "`every-weeks` cần ngày bắt đầu để đếm tuần", "`every-weeks` needs a first day to count from";
        HolidayNever => "ngày lễ này không có ngày nào", "this holiday names no day";
        NoSuchHoliday { id: String } => "không có ngày lễ nào mã “{id}”", "there is no holiday `{id}`";
        BadDuration { text: String, min: String, max: String } => "“{text}” không phải độ dài từ {min} đến {max}", "`{text}` is not a duration from {min} to {max}";
        BadRange { text: String } => "“{text}” không phải khoảng giờ", "`{text}` is not a range of times";
        BadItem => "mục này không rõ là gì: cần đúng một trong `topic`, `pool`, `relay`", "it is not clear what this item is: it needs one of `topic`, `pool`, `relay`";
        WindowNotSoft => "`window` chỉ có nghĩa khi start = \"soft\"", "`window` means something with start = \"soft\" only";
        RankUnused => "`rank` chỉ có nghĩa khi priority = \"priority\"", "`rank` means something with priority = \"priority\" only";
        EndNever { text: String, at: String } => "giờ {text} sớm hơn giờ bắt đầu {at}, nên buổi đó không có giờ phải kết thúc", "{text} is before the start at {at}, so that start has no time to end by";
        EmptyList { key: String } => "`{key}` không có gì", "`{key}` is empty";
        BadLate { text: String } => "“{text}” không phải cách xử lý khi trễ", "`{text}` is no rule for a late start";
        BadZone { text: String } => "không có múi giờ “{text}”", "there is no time zone `{text}`";
        BadDepartmentKey { } => "đây không phải khoá của Sở", "this is no department's key";
        BadLanguageUi { text: String } => "không có ngôn ngữ “{text}” cho thông báo", "messages do not come in `{text}`";
        BadLanguage { text: String } => "“{text}” không phải mã ngôn ngữ", "`{text}` is not a language code";
        BadSource { text: String } => "“{text}” không phải nguồn", "`{text}` is no source";
        BadNumber { key: String, min: i64, max: i64 } => "`{key}` phải là số từ {min} đến {max}", "`{key}` must be a number from {min} to {max}";
        BadCommand { text: String } => "“{text}” không dùng được làm lệnh: ghi tên chương trình (trọn đường dẫn, hoặc chỉ tên) rồi các tham số, tối đa 16 từ", "`{text}` cannot be a command: it is a program (its whole path, or its name alone) and its words, at most 16";
        BadFile { text: String } => "“{text}” không phải tên tệp trong audio/", "`{text}` is not the name of a file in audio/";
        BadDevice { text: String } => "“{text}” không dùng được làm nơi ra tiếng", "`{text}` cannot be used as an output";
        BadTopic { text: String } => "“{text}” không phải số chủ đề", "`{text}` is not the number of a topic";
        NoSuchTopic { topic: i64 } => "chiến dịch trong tệp này không có chủ đề {topic}", "this file's campaign has no topic {topic}";
        TopicNoCampaign => "có chủ đề nhưng tệp này không có [campaign]", "it has a topic, but this file has no [campaign]";
        NoSuchSegment { id: String } => "không có mục phát nào mã “{id}”", "there is no segment `{id}`";
        TooMany { what: ProblemText, limit: usize } => "quá nhiều {what}: tối đa {limit}", "too many {what}: at most {limit}";
        MoreProblems { limit: usize } => "có hơn {limit} lỗi; những lỗi còn lại không được liệt kê", "there are more than {limit} problems; the rest is not listed";
        FromAfterUntil => "ngày bắt đầu sau ngày kết thúc", "it begins after its end";
        OutsideCampaign { id: String } => "buổi “{id}” không có ngày nào nằm trong chiến dịch", "the session `{id}` has no day within its campaign";

        BadChoice { key: String, text: String } => "“{text}” không dùng được cho `{key}`", "`{text}` cannot be used for `{key}`";
        BadHash => "`sha256` phải là 64 ký tự 0-9, a-f", "`sha256` must be 64 hexadecimal digits";
        AudioMissing { file: String } => "không có tệp audio/{file}", "there is no file audio/{file}";
        AudioDamaged { file: String, detail: String } => "không phát được audio/{file} (chi tiết: {detail})", "audio/{file} cannot be played: {detail}";
        AudioForeign { file: String, kind: UnplayableFormat } => "không phát được audio/{file}: đây là {kind}", "audio/{file} cannot be played: it is {kind}";
        AudioFlawed { file: String, flaw: AudioFlaw } => "audio/{file}: {flaw}", "audio/{file}: {flaw}";
        HashMismatch { file: String } => "audio/{file} không còn là tệp đã được duyệt: nội dung đã thay đổi", "audio/{file} is not the file that was approved: its bytes have changed";
        NotApproved { id: String } => "mục phát “{id}” chưa được duyệt, mà đài chỉ phát mục đã duyệt", "the segment `{id}` is not approved, and this station airs approved ones only";
        AudioEmpty { file: String } => "audio/{file} không có tiếng nào: dài 0 giây", "audio/{file} holds no sound: it is 0 s long";
        RunsInto { first: String, second: String, date: String, seconds: i64 } => "buổi “{first}” lấn {seconds} giây sang buổi “{second}”, lần đầu vào {date}", "the session `{first}` runs {seconds} s into `{second}`, first on {date}";
        SameInstant { first: String, second: String, date: String } => "buổi “{first}” và “{second}” cùng bắt đầu một lúc, lần đầu vào {date}", "the sessions `{first}` and `{second}` start at the same instant, first on {date}";
        GivesWay { loser: String, winner: String, date: String, seconds: i64 } => "buổi “{loser}” phải nhường buổi “{winner}” {seconds} giây, lần đầu vào {date}", "the session `{loser}` gives way to `{winner}` for {seconds} s, first on {date}";
        WaitsTooLong { first: String, second: String, date: String, seconds: i64, window: i64 } => "buổi “{second}” chờ được {window} giây, nhưng buổi “{first}” còn phát {seconds} giây, lần đầu vào {date}: buổi “{second}” sẽ không được phát", "the session `{second}` waits {window} s, but `{first}` plays on for {seconds} s, first on {date}: `{second}` will be missed";
        DropsItems { id: String, at: String, date: String, items: usize } => "buổi “{id}” lúc {at} không kịp giờ kết thúc: bỏ {items} mục, lần đầu vào {date}", "the session `{id}` at {at} does not end in time: it drops {items} items, first on {date}";
        TopicEmpty { id: String, topic: u16, date: String } => "buổi “{id}” không có đủ mục phát thuộc chủ đề {topic} để phát vào {date}", "the session `{id}` finds too few segments of topic {topic} to play on {date}";
        PoolEmpty { id: String, pool: String, date: String } => "buổi “{id}” không có đủ mục phát trong nhóm “{pool}” để phát vào {date}", "the session `{id}` finds too few segments in the pool `{pool}` to play on {date}";
        StartsQuiet { id: String, at: String } => "buổi “{id}” lúc {at} nằm trong giờ yên lặng", "the session `{id}` starts at {at}, in quiet hours";
        RunsQuiet { id: String, at: String, seconds: i64 } => "buổi “{id}” lúc {at} kéo dài {seconds} giây vào giờ yên lặng", "the session `{id}` at {at} runs {seconds} s into quiet hours";
        CampaignOver { date: String } => "chiến dịch đã kết thúc ngày {date}: không còn gì được phát", "the campaign ended on {date}: nothing of it airs any more";
        SessionOver { id: String, date: String } => "buổi “{id}” đã kết thúc ngày {date}", "the session `{id}` ended on {date}";
        NeverAirs { id: String } => "buổi “{id}” không rơi vào ngày nào", "the session `{id}` never falls on a day";
        Unused { id: String } => "mục phát “{id}” không có trong buổi nào", "no session plays the segment `{id}`";
        ExpiredPlayed { id: String, date: String, session: String, on: String } => "mục phát “{id}” hết hạn ngày {date}, nhưng buổi “{session}” còn phát vào {on}", "the segment `{id}` expires on {date}, yet the session `{session}` plays it on {on}";
        Expired { id: String, date: String } => "mục phát “{id}” đã hết hạn ngày {date}", "the segment `{id}` expired on {date}";
        ExpiresEarly { id: String, date: String } => "mục phát “{id}” hết hạn ngày {date}, trước khi chiến dịch kết thúc", "the segment `{id}` expires on {date}, before its campaign ends";
        TopicUnserved { topic: u16 } => "chủ đề {topic} chưa có mục phát nào", "no segment serves topic {topic}";
        ApprovedLater { date: String } => "ngày duyệt {date} còn ở tương lai", "the date of approval, {date}, is in the future";
        NoSession => "đài chưa có buổi phát nào", "the station has no session";
        DefaultId => "đài chưa có mã riêng", "the station has no id of its own";
        Muted => "âm lượng là 0: sẽ không nghe thấy gì, và nhật ký chỉ ghi mức bằng chứng 0", "the volume is 0: nothing will be heard, and the log proves nothing (level 0)";
        MutedAt { from: String, until: String } => "âm lượng từ {from} đến {until} là 0: sẽ không nghe thấy gì, và nhật ký chỉ ghi mức bằng chứng 0", "the volume from {from} to {until} is 0: nothing will be heard, and the log proves nothing (level 0)";
        SameRecording { id: String, other: String } => "mục phát “{id}” và “{other}” thuộc hai chủ đề nhưng cùng một bản ghi", "the segments `{id}` and `{other}` have two topics and one recording";
        LongSession { id: String, hours: i64 } => "buổi “{id}” dài hơn {hours} giờ", "the session `{id}` is longer than {hours} hours";
        FatName { file: String } => "tên tệp “{file}” không chép được lên USB", "the file name `{file}` cannot be copied to a stick";
        NextDay { text: String } => "giờ {text} sớm hơn giờ bắt đầu, nên được hiểu là ngày hôm sau", "{text} is before the start, so it means the next day";
        LateNever { text: String } => "giờ {text} sớm hơn mọi giờ bắt đầu, nên buổi này không bao giờ phát trễ", "{text} is before every start, so the session never plays late";
        PlaylistAway { file: String, why: SuspectReason } => "{file} {why}, mà lịch đang phát có tệp này; đài vẫn phát theo lịch đó", "{file} is {why}, though the schedule in force names it; the station goes on with that schedule";
        EmptyPlaylist { file: String } => "{file} không có gì bên trong", "{file} is empty";
        FolderAway { folder: String, target: String } => "{folder} là liên kết tới {target}, hiện không có ở đó: có lẽ USB hay ổ đĩa chưa cắm", "{folder} is a link to {target}, and nothing is there: a stick or disk may be out";
        IgnoredName { file: String } => "tệp {file} không được đọc, vì tên không kết thúc đúng bằng “.toml”", "{file} is not read: its name does not end in exactly `.toml`";
        IgnoredFolder { file: String } => "thư mục {file} không được đọc: playlists/ chỉ chứa tệp", "the folder {file} is not read: playlists/ holds files only";
        IgnoredSpecial { file: String } => "{file} không phải là tệp thường nên không được đọc", "{file} is no regular file and is not read";
        OddName { file: String } => "tên của {file} không phải UTF-8 nên không được đọc", "the name of {file} is not UTF-8, so it is not read";
        DanglingLink { file: String, target: String } => "{file} là liên kết tới {target}, nơi không có gì", "{file} is a link to {target}, where nothing is";
        LinkedFile { file: String } => "{file} là liên kết tới nơi khác, nên không được đọc", "{file} is a link to somewhere else, and is not read";
        LinkedAudio { file: String } => "{file} là liên kết tới nơi khác, nên không được phát", "{file} is a link to somewhere else, and is not played";
        LinkedLog => "thư mục airlog là liên kết tới nơi khác, nên đài không chạy", "the folder airlog is a link to somewhere else, so the station does not run";
        SettingsName { file: String } => "tệp {file} không được đọc: tên phải đúng là station.toml", "{file} is not read: its name must be exactly station.toml";
        WavName { text: String } => "“{text}” không dùng được sau `wav:`", "`{text}` cannot stand behind `wav:`";
        WavNotOurs { file: String } => "{file} đã có và không phải do loa ghi ra, nên không bị ghi đè: sẽ không có tiếng", "{file} is there and was not written by loa, so it is not overwritten: there will be no sound";
        RareLanguage { text: String } => "mã ngôn ngữ “{text}” lạ với các báo cáo", "the language code `{text}` is strange to the reports";
    }
}

texts! {
    /// What to do.
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
    /// Why a file of the schedule in force is doubted.
    #[derive(Copy, Eq, serde::Serialize, serde::Deserialize)]
    #[serde(rename_all = "kebab-case")]
    pub enum SuspectReason {
        Gone => "không còn ở đó", "gone";
        Empty => "rỗng", "empty";
        Dangling => "là liên kết không dẫn tới đâu", "a link that leads nowhere";
        Link => "bị thay bằng một liên kết", "replaced by a link";
        Unreadable => "không đọc được", "unreadable";
        Garbled => "bị hỏng nội dung", "broken inside";
    }
}

texts! {
    /// Words around findings.
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
