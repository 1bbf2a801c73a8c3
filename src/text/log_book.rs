//! Sentences on the page of the log book: the answer at the top, the sessions, and what people did.
use super::count::{AiringCount, DayCount, EntryCount, ItemCount};
use super::system::SystemText;
use super::texts;

texts! {
    /// The answer to the question whether a day was aired.
    pub enum BookVerdict {
        Yes { } => "CÓ phát", "YES, aired";
        OutsidePlan { } => "chỉ phát ngoài kế hoạch", "aired only outside the plan";
        OutsidePlanSoFar { } => "đến giờ chỉ phát ngoài kế hoạch", "aired only outside the plan so far";
        Silent { } =>
            "KHÔNG RA LOA (không có thiết bị âm thanh, hoặc âm lượng bằng 0)",
            "NOT ON THE LINE (level 0: no real sound device, or the volume was 0)";
        Relayed { } => "chỉ tiếp sóng, không phát mục nào của đài", "only relayed, nothing of its own was aired";
        No { } => "KHÔNG phát", "NOT aired";
        NotYet { } => "chưa phát", "nothing aired so far";
        ToCome { } => "chưa đến", "still to come";
        Unknown { } => "chưa biết", "not known yet";
        Rehearsed { } => "diễn tập, không có âm thanh", "a rehearsal, no sound";
        Changed { } =>
            "không trả lời được, vì nhật ký không còn như lúc đài ghi",
            "no answer: the log is not as the station wrote it";
    }
}

texts! {
    /// The parts of a day, at the head of a sentence.
    pub enum DayPartText {
        Morning { } => "Sáng", "Morning";
        Afternoon { } => "Chiều", "Afternoon";
        Evening { } => "Tối", "Evening";
    }
}

texts! {
    /// Sentences on the page of the log book.
    pub enum BookText {
        Answer { day: String, verdict: BookVerdict } => "Ngày {day}: {verdict}.", "{day}: {verdict}.";
        AnswerBecause { day: String, verdict: BookVerdict, why: String } =>
            "Ngày {day}: {verdict}: {why}.",
            "{day}: {verdict}: {why}.";
        AnswerParts { day: String, verdict: BookVerdict, parts: String } =>
            "Ngày {day}: {verdict}. {parts}.",
            "{day}: {verdict}. {parts}.";
        PartAnswer { part: DayPartText, day: String, verdict: BookVerdict, parts: String } =>
            "{part} {day}: {verdict}. {parts}.",
            "{part} of {day}: {verdict}. {parts}.";
        PartBlank { part: DayPartText, day: String } =>
            "{part} {day}: không có buổi nào trong kế hoạch.",
            "{part} of {day}: nothing was planned.";
        PartUnknown { part: DayPartText, day: String, time: String } =>
            "{part} {day}: chưa biết: nhật ký bắt đầu lúc {time} ngày này.",
            "{part} of {day}: not known: the log begins at {time} on this day.";
        UntitledSession { id: String, time: String } => "Buổi {id} {time}", "Session {id} {time}";
        TitledSession { title: String, time: String } => "{title} {time}", "{title} {time}";
        Whole { session: String, count: ItemCount } => "{session} đủ {count}/{count} mục", "{session} all {count}";
        SessionShortfall { session: String, lack: String } => "{session} {lack}", "{session} {lack}";
        NoneAired { count: ItemCount, why: String } =>
            "không phát {count}/{count} mục ({why})",
            "none of {count} ({why})";
        SomeMissed { missed: usize, count: ItemCount, why: String } =>
            "thiếu {missed}/{count} mục ({why})",
            "{missed} of {count} missed ({why})";
        SomePartial { partial: usize, count: ItemCount, why: String } =>
            "phát dở {partial}/{count} mục ({why})",
            "{partial} of {count} in part ({why})";
        SomeSilent { silent: usize, count: ItemCount } =>
            "{silent}/{count} mục KHÔNG RA LOA",
            "{silent} of {count} NOT ON THE LINE, level 0";
        SomeSilentInPart { silent: usize, count: ItemCount, partial: usize, why: String } =>
            "{silent}/{count} mục KHÔNG RA LOA (trong đó {partial} mục phát dở: {why})",
            "{silent} of {count} NOT ON THE LINE, level 0 ({partial} of these in part: {why})";
        ToCome { session: String } => "{session} chưa đến giờ", "{session} is still to come";
        AllWithdrawn { session: String } => "{session} đã rút khỏi lịch", "{session} is no longer planned";
        SomeWithdrawn { withdrawn: usize, count: ItemCount } =>
            "{withdrawn}/{count} mục đã rút khỏi lịch",
            "{withdrawn} of {count} no longer planned";
        RelayedFor { time: String } => "tiếp sóng {time}", "relayed for {time}";
        RelayShort { time: String, why: String } =>
            "tiếp sóng {time}, không như kế hoạch ({why})",
            "relayed for {time}, not as planned ({why})";
        NotRelayed { why: String } => "không tiếp sóng ({why})", "not relayed ({why})";
        OnAir { done: usize, count: ItemCount } => "đang phát, xong {done}/{count} mục", "is on the air, {done} of {count} done";
        OnAirNow { } => "đang phát", "is on the air";
        OnRelay { } => "đang tiếp sóng", "is relaying";
        Unwritten { open: usize, count: ItemCount } =>
            "{open}/{count} mục chưa có kết quả",
            "{open} of {count} without an outcome so far";
        RelayUnwritten { } => "phần tiếp sóng chưa có kết quả", "the relay without an outcome so far";
        OtherSessions { count: usize } => "{count} buổi khác đủ mục", "the other sessions ({count}) whole";
        LostPlanRows { count: AiringCount } => "{count} lượt không có kết quả trong nhật ký", "{count} without an outcome in the log";
        Unplanned { count: AiringCount } => "ngoài kế hoạch: {count} lượt", "outside the plan: {count}";
        UnplannedSome { aired: usize, count: AiringCount } =>
            "ngoài kế hoạch: phát {aired}/{count} lượt",
            "outside the plan: {aired} of {count}";
        NotRunning { time: String, day: String } =>
            "nhật ký dừng lúc {time} ngày {day}: những lượt lỡ sau đó được ghi khi đài chạy lại",
            "the log stops at {time} on {day}: what was missed since is written when the station runs again";
        ClockAwaited { time: String } =>
            "đồng hồ máy chưa được đồng bộ, nên kết quả của những lượt lỡ khi đài ngừng còn chờ đồng hồ và được ghi chậm nhất lúc {time}",
            "the clock is not synchronised, so the outcomes of what was missed while the station was off wait for it; they are written by {time} at the latest";
        WhyNoLog { } => "chưa có nhật ký nào, vì đài chưa chạy lần nào", "there is no log yet, because the station has never run";
        WhyMissingLog { entries: EntryCount, at: String } =>
            "thư mục này không còn airlog; máy này đã ghi {entries} dòng nhật ký cho đài, đến {at}. Hãy lấy lại airlog từ Thùng rác trước khi chạy đài; nếu không được, hãy báo Sở ghi danh khoá mới",
            "the airlog of this folder is gone; this machine logged {entries} for the station, up to {at}. Put airlog back (look in the trash) before you run the station; if you cannot, the department must enrol the new key";
        BeganAfterOther { time: String, folder: String } =>
            "Nhật ký này bắt đầu lúc {time}; chưa biết gì về trước giờ đó: nhật ký trước nằm ở airlog/{folder}.",
            "This log begins at {time}; it knows nothing of the time before: the earlier log is in airlog/{folder}.";
        BeganAfterMissing { time: String, entries: EntryCount, at: String } =>
            "Nhật ký này bắt đầu lúc {time}; chưa biết gì về trước giờ đó: nhật ký trước ({entries} dòng, đến {at}) không còn trong thư mục.",
            "This log begins at {time}; it knows nothing of the time before: the earlier log ({entries}, up to {at}) is no longer in the folder.";
        Began { time: String } =>
            "Nhật ký bắt đầu lúc {time}; chưa biết gì về trước giờ đó.",
            "The log begins at {time}; it knows nothing of the time before.";
        WhyNothingSince { time: String } =>
            "nhật ký bắt đầu lúc {time} ngày này, và sau giờ đó kế hoạch không còn buổi nào",
            "the log begins at {time} on this day, and no session was planned after that";
        WhyNothingSinceOther { time: String, folder: String } =>
            "nhật ký này bắt đầu lúc {time} ngày này, và sau giờ đó kế hoạch không còn buổi nào; phần trước đó nằm ở airlog/{folder}",
            "this log begins at {time} on this day, and no session was planned after that; what came before is in airlog/{folder}";
        NothingYet { } => "Chưa có gì trong nhật ký: đài chưa chạy lần nào.", "Nothing is logged yet: the station has never run.";
        NextSession { session: String, day: String } => "Buổi tới: {session}, ngày {day}.", "Next: {session}, on {day}.";
        WhyBefore { day: String } => "nhật ký bắt đầu từ ngày {day}", "the log begins on {day}";
        WhyBeforeOther { day: String, folder: String } =>
            "nhật ký này bắt đầu từ ngày {day}; phần trước đó nằm ở airlog/{folder}",
            "this log begins on {day}; what came before is in airlog/{folder}";
        WhyFuture { date: String } => "xem kế hoạch của ngày đó bằng: loa plan {date}", "to see what is planned for that day: loa plan {date}";
        WhyNotRun { time: String, day: String } =>
            "nhật ký dừng lúc {time} ngày {day}; những lượt lỡ sau đó được ghi khi đài chạy lại",
            "the log stops at {time} on {day}; what was missed since is written when the station runs again";
        WhyDamaged { } => "nhật ký hỏng, không đọc được đến ngày này", "the log is damaged and cannot be read up to this day";
        WhyDoubtfulDate { } =>
            "khi ghi các dòng của ngày này, đồng hồ máy sai hoặc chưa tin được, nên ngày và giờ ở đây có thể sai",
            "when these entries were written, the computer's clock was wrong or not trusted, so this date and the times may be wrong";
        DoubtfulTimes { } =>
            "Khi đó đồng hồ máy sai hoặc chưa tin được, nên ngày và giờ ở đây có thể sai.",
            "The computer's clock was wrong or not trusted then, so this date and the times may be wrong.";
        WhyNoPlan { } => "nhật ký không có kế hoạch của ngày này", "the log has no plan for this day";
        WhyNotPlanned { } => "kế hoạch không có lượt nào", "nothing was planned";
        WhyLostPlan { count: AiringCount } => "kế hoạch có {count} lượt, chưa có kết quả nào", "{count} in the plan, none with an outcome";
        Month { month: String } => "Tháng {month}", "{month}";
        Range { from: String, until: String } => "Từ {from} đến {until}", "{from} to {until}";
        RangeAnswer { range: String, aired: usize, days: DayCount } =>
            "{range}: CÓ phát {aired}/{days} ngày.",
            "{range}: aired on {aired} of {days}.";
        RangeNone { range: String, days: DayCount } =>
            "{range}: không ngày nào phát.",
            "{range}: aired on none of {days}.";
        RangeNoneKnown { range: String } =>
            "{range}: chưa biết ngày nào đã phát.",
            "{range}: no day is known to have aired.";
        RangeUnknown { range: String, why: String } =>
            "{range}: chưa biết: {why}.",
            "{range}: not known: {why}.";
        RangeRehearsed { range: String } => "{range}: nhật ký diễn tập.", "{range}: the log of a rehearsal.";
        RangePart { verdict: BookVerdict, days: String } => "{verdict}: {days}.", "{verdict}: {days}.";
        RangeChanged { range: String } =>
            "{range}: không trả lời được, vì nhật ký không còn như lúc đài ghi.",
            "{range}: no answer: the log is not as the station wrote it.";
        MoreDays { days: String, more: usize } => "{days} và {more} ngày khác", "{days} and {more} more";
        SessionHead { title: String, time: String } => "{title}, {time}", "{title}, {time}";
        OutsideHead { } => "Ngoài kế hoạch", "Outside the plan";
        Number { } => "Số", "No.";
        NumberHint { } =>
            "Số của một lượt không bao giờ đổi. Ghi chú: loa note SỐ \"nội dung\". Lấy biên nhận: loa receipt . SỐ",
            "The number of an airing never changes. To remark on it: loa note NUMBER \"text\". For its receipt: loa receipt . NUMBER";
        SilentTotal { count: usize } =>
            "Trong đó {count} lượt KHÔNG RA LOA.",
            "Of these, NOT ON THE LINE, level 0: {count}.";
        Late { time: String } => "trễ {time}", "late by {time}";
        Early { time: String } => "sớm {time}", "early by {time}";
        SilentAiring { } => "KHÔNG RA LOA", "NOT ON THE LINE, level 0";
        AwaitsTime { } => "chưa đến giờ", "still to come";
        AwaitsEnd { } => "đang phát", "on the air";
        AwaitsOutcome { } => "chưa có kết quả", "no outcome yet";
        Moved { } => "đổi chỗ trong buổi", "moved within the session";
        NoLongerPlanned { } => "đã rút khỏi lịch", "no longer planned";
        Relaying { } => "đang tiếp sóng", "relaying";
        RelayDone { } => "tiếp sóng", "relayed";
        RelayPart { why: String } => "tiếp sóng không đủ: {why}", "relayed in part: {why}";
        RelayMissed { why: String } => "không tiếp sóng: {why}", "not relayed: {why}";
        WhatIsRelay { } =>
            "Tiếp sóng: đài nhường đường âm thanh cho máy thu. Đó không phải lượt phát của đài.",
            "Relayed: the line was left free for a receiver. That is not an airing of this station.";
        PageTitle { } => "SỔ NHẬT KÝ PHÁT THANH", "LOG BOOK";
        SomeAiring { } => "một mục", "an item";
        OperatorSignature { } => "NGƯỜI TRỰC", "OPERATOR";
        StationHeadSignature { } => "THỦ TRƯỞNG ĐƠN VỊ", "HEAD OF THE STATION";
        SignHere { } => "(Ký, ghi rõ họ tên)", "(Signature, full name)";
        SignAndSeal { } => "(Ký, đóng dấu, ghi rõ họ tên)", "(Signature, seal, full name)";
        PageFoot { code: String, entries: EntryCount } =>
            "Mã nhật ký: {code} ({entries} dòng)",
            "Head code: {code} ({entries})";
    }
}

texts! {
    /// An operator's action, as one line of the page.
    pub enum OrderText {
        Played { at: String, who: String, title: String } =>
            "{at} Người trực ({who}) cho phát “{title}”.",
            "{at} The operator ({who}) played “{title}”.";
        PlayedUntitled { at: String, who: String } =>
            "{at} Người trực ({who}) cho phát một mục.",
            "{at} The operator ({who}) played an item.";
        UrgentUntitled { at: String, who: String } =>
            "{at} Người trực ({who}) cho phát một tin khẩn cấp.",
            "{at} The operator ({who}) sent an urgent message.";
        Urgent { at: String, who: String, title: String } =>
            "{at} Người trực ({who}) cho phát tin khẩn cấp “{title}”.",
            "{at} The operator ({who}) sent the urgent message “{title}”.";
        UrgentTimes { at: String, who: String, title: String, times: usize } =>
            "{at} Người trực ({who}) cho phát tin khẩn cấp “{title}” {times} lần.",
            "{at} The operator ({who}) sent the urgent message “{title}” {times} times.";
        Skipped { at: String, who: String, title: String } =>
            "{at} Người trực ({who}) bỏ qua “{title}”.",
            "{at} The operator ({who}) skipped “{title}”.";
        Stopped { at: String, who: String, title: String } =>
            "{at} Người trực ({who}) dừng “{title}”.",
            "{at} The operator ({who}) stopped “{title}”.";
        ClockConfirmed { at: String, who: String } =>
            "{at} Người trực ({who}) xác nhận đồng hồ máy đúng giờ.",
            "{at} The operator ({who}) confirmed the clock.";
        AmplifierOn { at: String, who: String } =>
            "{at} Người trực ({who}) bật tăng âm.",
            "{at} The operator ({who}) switched the amplifier on.";
        AmplifierOff { at: String, who: String } =>
            "{at} Người trực ({who}) tắt tăng âm.",
            "{at} The operator ({who}) switched the amplifier off.";
        RemovalAccepted { at: String, who: String, file: String } =>
            "{at} Người trực ({who}) xác nhận đã cố ý bỏ {file}.",
            "{at} The operator ({who}) confirmed that {file} was removed on purpose.";
        Other { at: String, who: String, order: String } =>
            "{at} Lệnh của người trực ({who}): {order}",
            "{at} Order from the operator ({who}): {order}";
    }
}

texts! {
    /// Sentences about an airing that the user names by its number or its id.
    pub enum AiringNameText {
        PastLog { number: String, entries: EntryCount } =>
            "Nhật ký không có lượt phát số {number}: nhật ký mới có {entries} dòng.",
            "The log has no airing number {number}: it has only {entries}.";
        NotAnAiring { number: u64 } =>
            "Dòng số {number} của nhật ký không phải là kết quả của một lượt phát.",
            "Entry number {number} of the log is not the outcome of an airing.";
        NoSuchAiring { id: String } =>
            "Không có lượt phát “{id}” trong nhật ký hay trong kế hoạch phát.",
            "Neither the log nor a plan has an airing “{id}”.";
        NoOutcome { id: String } =>
            "Nhật ký không có kết quả của lượt phát “{id}”, nên không có biên nhận.",
            "The log has no outcome of an airing “{id}”, and so no receipt.";
        SeeNumbers { } =>
            "gợi ý: số của từng lượt ở cột đầu khi gõ: loa log",
            "hint: this shows the number of each airing in its first column: loa log";
        LogNotReadable { detail: SystemText } =>
            "Chưa ghi chú: không đọc được nhật ký để tìm lượt phát: {detail}.",
            "Not noted: the log cannot be read to find the airing: {detail}.";
        Noted { } => "Đã ghi chú.", "The note is in the log.";
        NotedUnwritten { title: String } =>
            "Đài đã nhận ghi chú về “{title}”, nhưng CHƯA ghi được vào nhật ký: ổ đĩa không cho ghi (có thể đã đầy). Hãy kiểm tra ổ đĩa; ghi được là đài tự ghi.",
            "The station has the note on “{title}”, but it is NOT in the log yet: the disk cannot be written to (it may be full). Check the disk; the station writes the note as soon as it can.";
        NotedAbout { title: String } => "Đã ghi chú về “{title}”.", "The note on “{title}” is in the log.";
    }
}
