//! Findings in a station's files, each with a frozen code and one plain message.
use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::library::flaw::{AudioFlaw, UnplayableFormat};
use crate::text::problem::{ProblemText, SuspectText};
use crate::text::{Lang, Localize, texts};

/// Defines an enum of messages as [`texts!`] does, and gives each message a permanent code for programs.
macro_rules! findings {
    (
        $(#[$meta:meta])*
        pub enum $enum:ident {
            $( $name:ident $({ $($field:ident : $type:ty),* $(,)? })? = $code:literal => $vi:literal, $en:literal; )+
        }
    ) => {
        texts! {
            $(#[$meta])*
            pub enum $enum { $( $name $({ $($field : $type),* })? => $vi, $en; )+ }
        }

        impl $enum {
            /// Returns the code of the finding: a permanent name for programs.
            #[must_use]
            pub fn code(&self) -> &'static str {
                match self {
                    $( Self::$name { .. } => $code, )+
                }
            }
        }
    };
}

findings! {
    /// A fault in a station's files.
    pub enum Finding {
        UnclosedText = "open-text" => "đoạn chữ này thiếu dấu ngoặc kép đóng", "this text is missing its closing quote";
        NoValue = "no-value" => "chưa có giá trị sau dấu bằng", "there is no value after the equals sign";
        Unquoted { text: String } = "unquoted" => "chữ “{text}” chưa đặt trong ngoặc kép", "the text `{text}` is not in quotes";
        CurlyQuote = "curly-quote" => "đây là dấu ngoặc kép cong của trình soạn văn bản; chỉ dấu thẳng mới dùng được", "this is a curly quote, as word processors write it; only straight quotes work";
        NoEquals = "no-equals" => "thiếu dấu bằng", "the equals sign is missing";
        KeyTwice = "key-twice" => "mục cài đặt này đã có ở trên", "this key is already defined above";
        BadKey { key: String } = "bad-key" => "“{key}” không dùng làm tên mục cài đặt được", "`{key}` cannot be the name of a key";
        UnclosedHeading = "open-heading" => "tên phần này thiếu ngoặc vuông đóng", "this section's name is missing its closing bracket";
        NoComma = "no-comma" => "thiếu dấu phẩy giữa hai giá trị của danh sách", "a comma is missing between two values of the list";
        TextAfterValue = "trailing" => "sau giá trị còn chữ thừa trên cùng một dòng", "there is more text after the value on this line";
        BadDigits { text: String } = "bad-digits" => "“{text}” không phải số", "`{text}` is not a number";
        OddSpace { code: String } = "odd-space" => "ở đây có một ký tự lạ trông như dấu cách (chi tiết cho kỹ thuật: {code})", "this character looks like a space, but is not one ({code})";
        BomInside = "bom-inside" => "ở đây có dấu đầu tệp (BOM) nằm giữa chừng: có lẽ hai tệp đã được ghép làm một", "there is a byte order mark in the middle of the file: two files may have been joined";
        NulBytes = "nul-bytes" => "từ đây nội dung tệp bị mất (chỉ còn byte NUL): có lẽ máy mất điện khi đang lưu, hoặc USB hỏng", "the text is lost here and NUL bytes are in its place: the power may have failed during a save";
        Control = "control" => "ở đây có một ký tự không nhìn thấy được", "there is an invisible character here";
        TooDeep = "too-deep" => "các ngoặc ở đây lồng nhau quá sâu", "the brackets here are nested too deeply";
        UnclosedList = "open-list" => "danh sách này thiếu dấu ]", "this list is missing its closing ]";
        BadEscape = "bad-escape" => "dấu \\ trong đoạn chữ này không đúng cách", "a \\ in this text is not used correctly";
        Syntax { detail: String } = "syntax" => "dòng này không đúng dạng TOML: {detail}", "this is not TOML: {detail}";
        BadDate = "bad-date" => "không có ngày này trong lịch", "there is no such date";
        NotUtf8 = "not-utf8" => "tệp có ký tự không phải UTF-8", "the file has bytes that are not UTF-8";
        Utf16 = "utf-16" => "tệp được lưu ở dạng “Unicode” (UTF-16), mà loa chỉ đọc được UTF-8", "the file is saved as UTF-16, which Notepad calls “Unicode”; loa reads UTF-8";
        Unreadable { detail: String } = "unreadable" => "không đọc được tệp này (chi tiết cho kỹ thuật: {detail})", "this file cannot be read ({detail})";
        TooLarge { limit: u64 } = "too-large" => "tệp dài hơn {limit} byte", "the file is longer than {limit} bytes";
        UnknownKey { key: String } = "unknown-key" => "không có mục cài đặt tên `{key}` ở đây", "there is no key `{key}` here";
        UnknownTable { key: String } = "unknown-table" => "không có phần [{key}]", "there is no section [{key}]";
        KeyOutside { key: String } = "key-outside" => "mục cài đặt `{key}` nằm ngoài mọi phần", "the key `{key}` is outside any section";
        NeedsDoubleBrackets { key: String } = "one-table" => "[{key}] phải viết trong hai cặp ngoặc vuông", "[{key}] needs two pairs of square brackets";
        NeedsSingleBrackets { key: String } = "many-tables" => "[[{key}]] phải viết trong một cặp ngoặc vuông", "[[{key}]] needs one pair of square brackets";
        MissingKey { key: String } = "missing-key" => "thiếu mục cài đặt `{key}`", "the key `{key}` is missing";
        WrongType { key: String, wants: ProblemText } = "wrong-type" => "`{key}` phải là {wants}", "`{key}` must be {wants}";
        BadId { id: String } = "bad-id" => "“{id}” không phải là mã: chỉ dùng a-z, 0-9 và dấu gạch ngang, tối đa 64 ký tự", "`{id}` is not an id: only a-z, 0-9 and dashes, at most 64 characters";
        DuplicateId { id: String } = "duplicate-id" => "mã “{id}” được dùng hai lần", "the id `{id}` is used twice";
        EmptyText { key: String } = "empty-text" => "`{key}` để trống", "`{key}` is empty";
        LongText { key: String, limit: usize } = "long-text" => "`{key}` dài hơn {limit} ký tự", "`{key}` is longer than {limit} characters";
        ControlInText { key: String } = "control-in-text" => "`{key}` có ký tự điều khiển", "`{key}` has a control character";
        BadTime { text: String } = "bad-time" => "“{text}” không phải giờ", "`{text}` is not a time of day";
        Midnight24 { text: String } = "midnight-24" => "“{text}” không dùng làm giờ bắt đầu được: 24:00 là 00:00 của ngày hôm sau", "`{text}` cannot be a start time: 24:00 is 00:00 of the next day";
        DuplicateTime { time: String } = "duplicate-time" => "giờ {time} ghi hai lần", "the time {time} is listed twice";
        BadDateText { text: String } = "bad-date-text" => "“{text}” không phải ngày", "`{text}` is not a date";
        BadDay { text: String } = "bad-day" => "“{text}” không phải ngày trong tuần", "`{text}` is not a day of the week";
        BadMonthly { text: String } = "bad-monthly" => "“{text}” không phải ngày hằng tháng", "`{text}` is not a day of the month";
        BadLunar { text: String } = "bad-lunar" => "“{text}” không phải ngày âm lịch", "`{text}` is not a lunar date";
        BadYearly { text: String } = "bad-yearly" => "“{text}” không phải ngày/tháng", "`{text}` is not a day and month";
        EveryWeeksWithoutFrom = "weeks-no-from" => "`every-weeks` cần ngày bắt đầu để đếm tuần", "`every-weeks` needs a first day to count from";
        HolidayWithoutDate = "holiday-never" => "ngày lễ này không có ngày nào", "this holiday has no date";
        NoSuchHoliday { id: String } = "no-such-holiday" => "không có ngày lễ nào mã “{id}”", "there is no holiday `{id}`";
        BadDuration { text: String, min: String, max: String } = "bad-duration" => "“{text}” không phải độ dài từ {min} đến {max}", "`{text}` is not a duration from {min} to {max}";
        BadRange { text: String } = "bad-range" => "“{text}” không phải khoảng giờ", "`{text}` is not a range of times";
        WholeDay { text: String } = "whole-day" => "“{text}” là cả ngày, không dùng được ở đây", "`{text}` is the whole day and cannot be used here";
        BadItem = "bad-item" => "không rõ mục này là gì: cần đúng một trong `segment`, `topic`, `pool`, `relay`", "it is not clear what this item is: it needs one of `segment`, `topic`, `pool`, `relay`";
        WindowNotSoft = "window-not-soft" => "`window` chỉ có nghĩa khi start = \"soft\"", "`window` has a meaning only with start = \"soft\"";
        RankUnused = "rank-unused" => "`rank` chỉ có nghĩa khi priority = \"priority\"", "`rank` has a meaning only with priority = \"priority\"";
        EndByWithoutEffect { text: String, at: String } = "end-never" => "giờ {text} sớm hơn giờ bắt đầu {at}, nên buổi đó không có giờ phải kết thúc", "{text} is before the start at {at}, so that session has no time to end by";
        EmptyList { key: String } = "empty-list" => "`{key}` không có gì", "`{key}` is empty";
        BadLate { text: String } = "bad-late" => "“{text}” không phải cách xử lý khi trễ", "`{text}` is not a rule for a late start";
        BadZone { text: String } = "bad-zone" => "không có múi giờ “{text}”", "there is no time zone `{text}`";
        BadDepartmentKey { } = "bad-department-key" => "đây không phải khoá của Sở", "this is not a department's key";
        BadMessageLanguage { text: String } = "bad-language-ui" => "không có ngôn ngữ “{text}” cho thông báo", "messages are not available in `{text}`";
        BadLanguage { text: String } = "bad-language" => "“{text}” không phải mã ngôn ngữ", "`{text}` is not a language code";
        BadSource { text: String } = "bad-source" => "“{text}” không phải nguồn", "`{text}` is not a source";
        BadNumber { key: String, min: i64, max: i64 } = "bad-number" => "`{key}` phải là số từ {min} đến {max}", "`{key}` must be a number from {min} to {max}";
        BadAddress { text: String } = "bad-address" =>
            "“{text}” không dùng được ở đây: địa chỉ web bắt đầu bằng https://, máy thư bằng smtps:// hay smtp://, tệp bằng /",
            "`{text}` cannot be used here: web addresses begin with https://, mail servers with smtps:// or smtp://, files with /";
        BadCommand { text: String } = "bad-command" => "“{text}” không dùng được làm lệnh: ghi tên chương trình (trọn đường dẫn, hoặc chỉ tên) rồi các tham số, tối đa 16 từ", "`{text}` cannot be a command: write a program (its full path, or its name alone) and its arguments, at most 16 words";
        BadFile { text: String } = "bad-file" => "“{text}” không phải tên tệp trong audio/", "`{text}` is not the name of a file in audio/";
        BadDevice { text: String } = "bad-device" => "“{text}” không dùng được làm thiết bị âm thanh", "`{text}` cannot be used as an output";
        BadTopic { text: String } = "bad-topic" => "“{text}” không phải số chủ đề", "`{text}` is not the number of a topic";
        NoSuchTopic { topic: i64 } = "no-such-topic" => "chiến dịch trong tệp này không có chủ đề {topic}", "this file's campaign has no topic {topic}";
        TopicWithoutCampaign = "topic-no-campaign" => "có chủ đề nhưng tệp này không có [campaign]", "it has a topic, but this file has no [campaign]";
        NoSuchSegment { id: String } = "no-such-segment" => "không có mục phát nào có mã “{id}”", "there is no segment `{id}`";
        TooMany { what: ProblemText, limit: usize } = "too-many" => "quá nhiều {what}: tối đa {limit}", "too many {what}: at most {limit}";
        MoreProblems { limit: usize } = "more-problems" => "có hơn {limit} lỗi; những lỗi còn lại không được liệt kê", "there are more than {limit} problems; the rest are not listed";
        FromAfterUntil = "from-after-until" => "ngày bắt đầu sau ngày kết thúc", "its first day is after its last day";
        OutsideCampaign { id: String } = "outside-campaign" => "buổi “{id}” không có ngày nào nằm trong thời gian của chiến dịch", "the session `{id}` has no day within its campaign";

        BadChoice { key: String, text: String } = "bad-choice" => "“{text}” không dùng được cho `{key}`", "`{text}` cannot be used for `{key}`";
        BadHash = "bad-hash" => "`sha256` phải là 64 ký tự 0-9, a-f", "`sha256` must be 64 hexadecimal digits";
        AudioMissing { file: String } = "audio-missing" => "không có tệp audio/{file}", "there is no file audio/{file}";
        AudioUnreadable { file: String, detail: String } = "audio-unreadable" => "có tệp audio/{file} nhưng không đọc được (chi tiết cho kỹ thuật: {detail})", "audio/{file} is there, but {detail}";
        AudioDamaged { file: String, detail: String } = "audio-damaged" => "không phát được audio/{file}: loa không đọc được âm thanh trong đó, có thể vì tệp hỏng hoặc tải chưa hết (chi tiết cho kỹ thuật: {detail})", "audio/{file} cannot be played: {detail}";
        AudioForeign { file: String, kind: UnplayableFormat } = "audio-foreign" => "không phát được audio/{file}: đây là {kind}", "audio/{file} cannot be played: it is {kind}";
        AudioFlawed { file: String, flaw: AudioFlaw } = "audio-flawed" => "audio/{file}: {flaw}", "audio/{file}: {flaw}";
        HashMismatch { file: String } = "hash-mismatch" => "audio/{file} không còn là tệp đã được duyệt: nội dung đã thay đổi", "audio/{file} is no longer the file that was approved: its content has changed";
        NotApproved { title: String } = "not-approved" => "mục phát “{title}” chưa được duyệt, mà đài chỉ phát mục đã duyệt", "the segment `{title}` is not approved, and this station airs approved ones only";
        AudioEmpty { file: String } = "audio-empty" => "audio/{file} không có tiếng nào: dài 0 giây", "audio/{file} contains no sound: it is 0 s long";
        RunsInto { first: String, second: String, date: NaiveDate, seconds: i64 } = "runs-into" => "buổi “{first}” lấn {seconds} giây sang buổi “{second}”, lần đầu vào {date}", "the session `{first}` runs {seconds} s into `{second}`, first on {date}";
        SameInstant { first: String, second: String, date: NaiveDate } = "same-instant" => "buổi “{first}” và “{second}” cùng bắt đầu một lúc, lần đầu vào {date}", "the sessions `{first}` and `{second}` start at the same instant, first on {date}";
        GivesWay { loser: String, winner: String, date: NaiveDate, seconds: i64 } = "gives-way" => "buổi “{loser}” phải nhường buổi “{winner}” {seconds} giây, lần đầu vào {date}", "the session `{loser}` gives way to `{winner}` for {seconds} s, first on {date}";
        WaitsTooLong { first: String, second: String, date: NaiveDate, seconds: i64, window: i64 } = "waits-too-long" => "buổi “{second}” chờ được {window} giây, nhưng buổi “{first}” còn phát {seconds} giây, lần đầu vào {date}: buổi “{second}” sẽ không được phát", "the session `{second}` waits {window} s, but `{first}` keeps playing for {seconds} s, first on {date}: `{second}` will be missed";
        DropsItems { title: String, at: String, date: NaiveDate, items: usize } = "drops-items" => "buổi “{title}” lúc {at} không kịp giờ kết thúc: bỏ {items} mục, lần đầu vào {date}", "the session `{title}` at {at} does not end in time: it drops {items} items, first on {date}";
        TopicEmpty { title: String, topic: u16, date: NaiveDate } = "topic-empty" => "buổi “{title}” không có đủ mục phát thuộc chủ đề {topic} để phát vào {date}", "the session `{title}` finds too few segments of topic {topic} to play on {date}";
        PoolEmpty { title: String, pool: String, date: NaiveDate } = "pool-empty" => "buổi “{title}” không có đủ mục phát trong nhóm “{pool}” để phát vào {date}", "the session `{title}` finds too few segments in the pool `{pool}` to play on {date}";
        StartsInQuietHours { title: String, at: String } = "starts-quiet" => "buổi “{title}” lúc {at} nằm trong giờ yên lặng", "the session `{title}` starts at {at}, in quiet hours";
        RunsIntoQuietHours { title: String, at: String, seconds: i64 } = "runs-quiet" => "buổi “{title}” lúc {at} kéo dài {seconds} giây vào giờ yên lặng", "the session `{title}` at {at} runs {seconds} s into quiet hours";
        CampaignOver { date: NaiveDate } = "campaign-over" => "chiến dịch này đã kết thúc ngày {date}: các buổi của chiến dịch không phát nữa", "the campaign ended on {date}: its sessions no longer air";
        SessionOver { title: String, date: NaiveDate } = "session-over" => "buổi “{title}” đã kết thúc ngày {date}", "the session `{title}` ended on {date}";
        NeverAirs { title: String } = "never-airs" => "buổi “{title}” không rơi vào ngày nào", "the session `{title}` falls on no day";
        ItemOver { title: String, date: NaiveDate } = "item-over" => "mục này trong buổi “{title}” phát lần cuối ngày {date}, nay không phát nữa", "the last day of this item in the session `{title}` was {date}: it no longer airs";
        ItemNeverAirs { title: String } = "item-never-airs" => "mục này không rơi vào ngày phát nào của buổi “{title}”", "this item falls on no day of the session `{title}`";
        ItemIdle { title: String, date: NaiveDate } = "item-idle" => "buổi “{title}” không phát vào ngày {date}, nên ngày đó mục này cũng không phát", "the session `{title}` does not air on {date}, so this item does not air then";
        Unused { title: String } = "unused" => "mục phát “{title}” không có trong buổi nào", "no session plays the segment `{title}`";
        PlayedAfterExpiry { title: String, date: NaiveDate, session: String, on: NaiveDate } = "expired-played" => "mục phát “{title}” hết hạn ngày {date}, nhưng buổi “{session}” còn phát vào {on}", "the segment `{title}` expires on {date}, yet the session `{session}` plays it on {on}";
        Expired { title: String, date: NaiveDate } = "expired" => "mục phát “{title}” đã hết hạn ngày {date}", "the segment `{title}` expired on {date}";
        ExpiresEarly { title: String, date: NaiveDate } = "expires-early" => "mục phát “{title}” hết hạn ngày {date}, trước khi chiến dịch kết thúc", "the segment `{title}` expires on {date}, before its campaign ends";
        TopicUnserved { topic: u16 } = "topic-unserved" => "chủ đề {topic} chưa có mục phát nào", "no segment serves topic {topic}";
        ApprovalInFuture { date: NaiveDate } = "approved-later" => "ngày duyệt {date} còn ở tương lai", "the date of approval, {date}, is in the future";
        NoSession = "no-session" => "đài chưa có buổi phát nào", "the station has no session";
        IdOfAnotherLog { log: String } = "id-of-another-log" => "nhật ký trong airlog/ là của đài “{log}”; với mã khác, loa không nhận lịch này", "the log in airlog/ belongs to the station `{log}`; under another id loa does not adopt this schedule";
        SampleId { id: String } = "sample-id" => "“{id}” là mã của đài mẫu, không phải của một đài thật", "`{id}` is the id of the sample, not of a real station";
        DefaultId = "default-id" => "đài chưa có mã riêng", "the station has no id of its own";
        Muted = "muted" => "âm lượng là 0: sẽ không nghe thấy gì, và nhật ký chỉ ghi mức bằng chứng 0", "the volume is 0: nothing will be heard, and the log proves nothing (level 0)";
        MutedAtTimes { from: String, until: String } = "muted-at" => "âm lượng từ {from} đến {until} là 0: sẽ không nghe thấy gì, và nhật ký chỉ ghi mức bằng chứng 0", "the volume from {from} to {until} is 0: nothing will be heard, and the log proves nothing (level 0)";
        SameRecording { id: String, other: String } = "same-recording" => "mục phát “{id}” và “{other}” thuộc hai chủ đề nhưng cùng một bản ghi", "the segments `{id}` and `{other}` have different topics but the same recording";
        LongSession { title: String, hours: i64 } = "long-session" => "buổi “{title}” dài hơn {hours} giờ", "the session `{title}` is longer than {hours} hours";
        LongFileName { limit: usize } = "long-file-name" => "tên tệp quá dài: tối đa {limit} byte (một chữ có dấu là 2 hoặc 3 byte)", "the file's name is too long: at most {limit} bytes (a letter with marks has 2 or 3)";
        NameRefusedByWindows { file: String } = "fat-name" => "tệp có tên “{file}” không chép được vào USB", "a file named `{file}` cannot be copied to a USB stick";
        NextDay { text: String } = "next-day" => "giờ {text} sớm hơn giờ bắt đầu, nên được hiểu là ngày hôm sau", "{text} is before the start, so it means the next day";
        LateWithoutEffect { text: String } = "late-never" => "giờ {text} sớm hơn mọi giờ bắt đầu, nên buổi này không bao giờ phát trễ", "{text} is before every start, so the session never plays late";
        PlaylistUnavailable { file: String, why: SuspectReason } = "playlist-away" => "{file} {why}, mà lịch đang phát có tệp này; đài vẫn phát theo lịch đó", "{file} is {why}, though the schedule in force uses it; the station keeps playing that schedule";
        PlaylistTwin { other: String } = "playlist-twin" => "tệp này và {other} giống hệt nhau: chỉ cần một trong hai", "this file and {other} are identical: only one of them is needed";
        PlaylistCopy { original: String } = "playlist-copy" => "tệp này giống hệt {original}: đây là bản chép thừa", "this file is an exact copy of {original}";
        EmptyPlaylist { file: String } = "empty-playlist" => "{file} không có gì bên trong", "{file} is empty";
        AudioFolderGone { files: usize } = "audio-folder-gone" => "đài không có thư mục audio/, mà lịch phát cần {files} tệp trong đó", "the station has no folder audio/, and its schedule needs {files} of the files in it";
        FolderUnavailable { folder: String, target: String } = "folder-away" => "{folder} là liên kết tới {target}, hiện không có ở đó: có lẽ USB hay ổ đĩa chưa cắm", "{folder} is a link to {target}, but nothing is there: a USB stick or disk may be unplugged";
        IgnoredName { file: String } = "ignored-name" => "tệp {file} không được đọc, vì tên không kết thúc đúng bằng “.toml”", "{file} is not read: its name does not end in exactly `.toml`";
        IgnoredFolder { file: String } = "ignored-folder" => "thư mục {file} không được đọc: playlists/ chỉ chứa tệp", "the folder {file} is not read: playlists/ holds files only";
        IgnoredSpecial { file: String } = "ignored-special" => "{file} không phải là tệp thường nên không được đọc", "{file} is not a regular file and is not read";
        NameNotUtf8 { file: String } = "odd-name" => "tên của {file} không phải UTF-8 nên không được đọc", "the name of {file} is not UTF-8, so it is not read";
        DanglingLink { file: String, target: String } = "dangling-link" => "{file} là liên kết tới {target}, nơi không có gì", "{file} is a link to {target}, where there is nothing";
        LinkedFile { file: String } = "linked-file" => "{file} là liên kết tới nơi khác, nên không được đọc", "{file} is a link to somewhere else, and is not read";
        LinkedAudio { file: String } = "linked-audio" => "{file} là liên kết tới nơi khác, nên không được phát", "{file} is a link to somewhere else, and is not played";
        LinkedLog = "linked-log" => "thư mục airlog là liên kết tới nơi khác, nên đài không chạy", "the folder airlog is a link to somewhere else, so the station does not run";
        SettingsName { file: String } = "settings-name" => "tệp {file} không được đọc: tên phải đúng là station.toml", "{file} is not read: its name must be exactly station.toml";
        WavName { text: String } = "wav-name" => "“{text}” không dùng được sau `wav:`", "`{text}` cannot be used after `wav:`";
        WavNotOurs { file: String } = "wav-not-ours" => "{file} đã có và không phải do loa ghi ra, nên không bị ghi đè: sẽ không có tiếng", "{file} exists and was not written by loa, so it is not overwritten: there will be no sound";
        NoSuchProgram { program: String } = "no-such-program" => "máy này không có chương trình “{program}”, nên lệnh sẽ không chạy được", "this machine has no program `{program}`, so the command cannot run";
        NotALogKey = "not-a-log-key" => "đây không phải khoá nhật ký của một đài", "this is not the key of a station's log";
        LogTwice = "log-twice" => "nhật ký này đã có ở trên", "this log is already listed above";
        KeyOfOtherStation { station: String } = "key-of-other" => "khoá này là của đài “{station}”, không phải của đài ghi ở đây", "the key belongs to `{station}`, not to the station named here";
        KeyNotEnrolled = "key-not-enrolled" => "không có [[log]] nào với khoá này", "no [[log]] has this key";
        UnknownColumn { column: String } = "unknown-column" => "không có cột tên “{column}”", "there is no column `{column}`";
        MissingColumn { column: String } = "missing-column" => "danh sách thiếu cột `{column}`", "the list has no column `{column}`";
        CellCount { cells: usize, columns: usize } = "cell-count" => "hàng này có {cells} ô, mà danh sách có {columns} cột", "this row has {cells} cells, but the list has {columns} columns";
        UnclosedCell = "open-cell" => "ô này thiếu dấu ngoặc kép đóng", "this cell is missing its closing quote";
        BadPlace { text: String } = "bad-place" => "“{text}” không có trong danh mục địa bàn, và cũng không ghi đủ mã và tên", "`{text}` is not in the list of places, and does not give all codes and names";
        AmbiguousPlace { text: String } = "ambiguous-place" => "“{text}” có thể là nhiều nơi", "`{text}` can be several places";
        SecondLogInList { station: String } = "second-log" => "đài “{station}” đã có nhật ký khác trong sổ", "`{station}` already has another log in the registry";
        DetailsDiffer { station: String } = "details-differ" => "sổ đài ghi tên, địa bàn hoặc đầu mối của đài “{station}” khác với hàng này", "the registry has another name, place or contact for `{station}`";
        RareLanguage { text: String } = "rare-language" => "các báo cáo không biết mã ngôn ngữ “{text}”", "the reports do not know the language code `{text}`";

        TargetAmount = "target-amount" => "chỉ tiêu cần đúng một mức: `minutes-per-week`, `airings-per-week` hoặc `airings-per-day`", "a target asks for exactly one amount: `minutes-per-week`, `airings-per-week` or `airings-per-day`";
        TargetPlaces { first: String, second: String } = "target-places" => "`{first}` và `{second}` không đi cùng nhau: mỗi chỉ tiêu chỉ ghi một nơi", "`{first}` and `{second}` cannot be used together: a target holds for one place";
        TargetTopicAlone = "target-topic-alone" => "có số chủ đề nhưng không ghi chiến dịch", "there is a topic number, but no campaign";
        NoTargets = "no-targets" => "tệp này không có chỉ tiêu hay chiến dịch nào", "this file has no targets and no campaigns";
        TopicTwice { number: u16 } = "topic-twice" => "chiến dịch có hai chủ đề số {number}", "the campaign has two topics with the number {number}";
        TopicNotInCampaign { campaign: String, topic: u16 } = "topic-not-in-campaign" => "tệp này không ghi chủ đề {topic} trong chiến dịch “{campaign}”", "this file does not list topic {topic} in the campaign `{campaign}`";
        TargetsContradict { id: String } = "targets-contradict" => "chỉ tiêu này và “{id}” giao mức khác nhau cho cùng nội dung, cùng đài, cùng ngày", "this target and `{id}` ask for different amounts of the same thing, from the same stations, on the same days";
        TargetRepeated { id: String } = "target-repeated" => "chỉ tiêu này giống hệt “{id}” trong những ngày cả hai cùng có hiệu lực", "this target asks for the same as `{id}` on the days on which both hold";
        TargetWithoutEffect { id: String } = "target-no-effect" => "chỉ tiêu này không có tác dụng: “{id}” đã giao ít nhất chừng ấy cho mọi đài", "this target has no effect: `{id}` asks for at least as much of every station";
        NoStationInPlace { key: String, code: String } = "no-station-in-place" => "sổ đài không có nơi nào mang mã “{code}” (`{key}`)", "the registry has no station whose {key} has the code `{code}`";
        UnregisteredStation { id: String } = "unregistered-station" => "sổ đài không có đài “{id}”", "there is no station `{id}` in the registry";
        TopicNeverLogged { campaign: String, topic: u16 } = "topic-never-logged" => "chưa nhật ký nào nhắc đến chủ đề {topic} của chiến dịch “{campaign}”", "no collected log mentions topic {topic} of the campaign `{campaign}`";
        CampaignNeverLogged { campaign: String } = "campaign-never-logged" => "chưa nhật ký nào nhắc đến chiến dịch “{campaign}”", "no collected log mentions the campaign `{campaign}`";
        LanguageNeverLogged { language: String } = "language-never-logged" => "chưa nhật ký nào có lượt phát bằng ngôn ngữ “{language}”", "no collected log has an airing in the language `{language}`";

        StatedHeader { columns: String } = "stated-header" => "dòng đầu phải là tên các cột: {columns}", "the first line must name the columns: {columns}";
        StatedCells { found: usize, wanted: usize } = "stated-cells" => "dòng này có {found} ô, trong khi dòng đầu có {wanted}", "this line has {found} cells, but the first line has {wanted}";
        StatedQuotes = "stated-quotes" => "dòng này có dấu ngoặc kép không đóng, hoặc xuống dòng giữa một ô", "this line has a quote that is not closed, or a line break inside a cell";
        StatedFormula { column: String } = "stated-formula" => "ô `{column}` bắt đầu như một công thức bảng tính", "the cell `{column}` begins like a spreadsheet formula";
        StatedFuture = "stated-future" => "ngày này chưa đến", "this date is in the future";
        StatedAmount = "stated-amount" => "dòng này không có số phút (`minutes`) lẫn số lượt (`airings`)", "this line has neither `minutes` nor `airings`";
        BadStatedNumber { column: String, text: String, max: u64 } = "stated-number" => "ô `{column}`: “{text}” không phải số từ 0 đến {max}", "the cell `{column}`: `{text}` is not a number from 0 to {max}";
        BadLink { text: String } = "bad-link" => "“{text}” không phải địa chỉ web", "`{text}` is not a web address";
        StatedTopicAlone = "stated-topic-alone" => "có số chủ đề nhưng không ghi chiến dịch", "there is a topic number, but no campaign";
        StatedTwice = "stated-twice" => "dòng này lặp lại một dòng ở trên", "this line repeats a line above";
        NoStatedRows = "no-stated-rows" => "tệp này không có dòng khai nào", "this file has no rows";
    }
}

/// The reason why a file of the schedule in force is suspect. The serialised names are stored on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum SuspectReason {
    #[serde(rename = "gone")]
    Gone,
    #[serde(rename = "empty")]
    Empty,
    #[serde(rename = "dangling")]
    Dangling,
    #[serde(rename = "link")]
    Link,
    #[serde(rename = "unreadable")]
    Unreadable,
    #[serde(rename = "garbled")]
    Garbled,
}

impl SuspectReason {
    /// Returns the phrase for this reason.
    #[must_use]
    pub fn text(self) -> SuspectText {
        match self {
            Self::Gone => SuspectText::Gone,
            Self::Empty => SuspectText::Empty,
            Self::Dangling => SuspectText::Dangling,
            Self::Link => SuspectText::Link,
            Self::Unreadable => SuspectText::Unreadable,
            Self::Garbled => SuspectText::Garbled,
        }
    }
}

impl Localize for SuspectReason {
    fn write(&self, lang: Lang, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text().write(lang, f)
    }
}
