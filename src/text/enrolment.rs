//! Sentences of `loa enrol`, beside those that it shares with the other commands of the department.
use super::count::StationCount;
use super::texts;

texts! {
    /// Questions, tables and refusals of `loa enrol`.
    pub enum EnrolmentText {
        SecondLog { station: String, number: usize } =>
            "Sổ đài đã có nhật ký của đài {station}; đây sẽ là nhật ký thứ {number}.",
            "The registry has a log of {station} already; this would be log {number}.";
        InRegistry { } => "Trong sổ đài", "In the registry";
        InNewLog { } => "Trong nhật ký mới", "In the new log";
        Typed { } => "Vừa gõ", "As typed";
        Name { } => "Tên", "Name";
        Place { } => "Địa bàn", "Place";
        Id { } => "Mã đài", "Id";
        FingerprintColumn { } => "Dấu nhận dạng", "Fingerprint";
        Note { } => "Ghi chú", "Note";
        NotGiven { } => "–", "–";
        SecondLogQuestion { } =>
            "Cùng một đài, đã thay ổ đĩa? Nếu đúng, gõ “có” rồi nhấn Enter: ",
            "Same station, disk replaced? Type `yes` if it is: ";
        SecondLogRefused { } =>
            "Chưa ghi danh: chưa ai xác nhận đó là cùng một đài. Trong kịch bản, thêm --second-log; chỉ --yes là không đủ.",
            "Not enrolled: nobody said that it is the same station. In a script add --second-log; --yes alone is not enough.";
        SecondLogDiffers { station: String } =>
            "Chưa ghi danh: tên hoặc địa bàn khác với sổ đài. Nếu vẫn là đài ấy và sổ cần sửa, gõ trước: loa enrol --station {station} --name ... --place ... --store KHO. Nếu là xã khác, xã đó phải lập đài với mã riêng: loa init",
            "Not enrolled: the name or the place differs from the registry. If it is that station and the registry is wrong, first run: loa enrol --station {station} --name ... --place ... --store STORE. If it is another commune, it needs a station with an id of its own: loa init";
        NoLogHere { path: String } =>
            "{path} không phải khoá, và không có nhật ký nào ở đó.",
            "{path} is not a key, and there is no log.";
        BadText { option: String, limit: usize } =>
            "{option}: tối đa {limit} ký tự.",
            "{option}: at most {limit} characters.";
        AmbiguousPlace { text: String, candidates: String } =>
            "“{text}” có thể là nhiều nơi; viết thêm huyện hoặc tỉnh:{candidates}",
            "`{text}` can be several places; add the district or the province:{candidates}";
        NothingToCorrect { } =>
            "Sửa gì? Thêm --name, --place, --post, --phone hoặc --mail.",
            "Correct what? Add --name, --place, --post, --phone or --mail.";
        NothingChanges { station: String } => "Sổ đài đã ghi đúng như vậy cho đài {station}.", "The registry says that of {station} already.";
        AcceptFirst { station: String } =>
            "Chưa sửa: phần của đài {station} trong registry.toml đã bị sửa, không phải do máy này. Xem lại rồi gõ trước: loa enrol --accept --store KHO.",
            "Not corrected: others changed {station} in registry.toml. Check that, and first run: loa enrol --accept --store STORE.";
        EditByHand { station: String } =>
            "Chưa sửa: phần của đài {station} trong registry.toml được viết theo cách mà loa không tự sửa được. Hãy sửa bằng tay, rồi gõ loa enrol --accept --store KHO.",
            "Not corrected: {station} is written in registry.toml in a way that loa cannot change. Edit it by hand, then run loa enrol --accept --store STORE.";
        FromTooEarly { station: String } =>
            "Chưa sửa: địa bàn hiện nay của đài {station} bắt đầu đúng ngày đó hoặc muộn hơn. Bỏ --from để sửa chính địa bàn ấy.",
            "Not corrected: the present place of {station} begins on that day or later. Leave out --from to correct that place itself.";
        Before { } => "Trước khi sửa:", "Before:";
        After { } => "Sau khi sửa:", "After:";
        NameLine { name: String } => "tên: {name}", "name: {name}";
        FormerNameLine { name: String, until: String } => "tên trước đây: {name} (đến {until})", "former name: {name} (until {until})";
        PlaceLine { place: String } => "địa bàn: {place}", "place: {place}";
        DatedPlaceLine { place: String, from: String, until: String } => "địa bàn: {place} (từ {from} đến {until})", "place: {place} (from {from} until {until})";
        ContactLine { contact: String } => "đầu mối: {contact}", "contact: {contact}";
        CorrectQuestion { } => "Ghi như vậy? Nếu đồng ý, gõ “có” rồi nhấn Enter: ", "Write it so? Type `yes` to agree: ";
        NotCorrected { } => "Chưa sửa. Thêm --yes để sửa mà không hỏi.", "Not corrected. Add --yes to correct without being asked.";
        Corrected { station: String } => "Đã sửa đài {station} trong sổ.", "{station} is corrected in the registry.";
        ListTooLong { path: String, limit: u64 } => "{path} dài hơn {limit} byte.", "{path} is longer than {limit} bytes.";
        ListUnreadable { path: String, detail: String } =>
            "Không đọc được {path} (chi tiết cho kỹ thuật: {detail}).",
            "{path} cannot be read ({detail}).";
        ListRefused { } => "Chưa ghi danh đài nào. Sửa danh sách rồi chạy lại.", "No station was enrolled. Correct the list, then run it again.";
        KnownRow { } => "đã có trong sổ", "already enrolled";
        ListKnown { } => "Mọi đài trong danh sách đã được ghi danh từ trước.", "All stations of the list are already enrolled.";
        ListQuestion { count: StationCount } =>
            "So dấu nhận dạng với từng đài qua điện thoại (loa key show). Ghi danh {count} đài? Nếu đồng ý, gõ “có” rồi nhấn Enter: ",
            "Compare the fingerprint with each station by telephone (loa key show). Enrol {count}? Type `yes` to agree: ";
        ListNotEnrolled { } => "Chưa ghi danh đài nào. Thêm --yes để ghi danh mà không hỏi.", "No station was enrolled. Add --yes to enrol without being asked.";
        ListEnrolled { count: StationCount } => "Đã ghi danh {count} đài.", "Enrolled: {count}.";
    }
}
