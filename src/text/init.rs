//! Sentences of `loa init`, and of `loa run` about a station without an identity of its own.
use super::texts;

texts! {
    /// Questions and messages of `loa init`.
    pub enum InitText {
        AskName { } => "Tên đài (ví dụ: Đài Truyền thanh xã Quảng Tâm): ", "The station's name (such as: Đài Truyền thanh xã Quảng Tâm): ";
        AskId { id: String } =>
            "Mã đài, giữ mãi mãi (nhấn Enter để dùng “{id}”): ",
            "The station's permanent id (Enter for `{id}`): ";
        AskOwnId { } => "Mã đài, giữ mãi mãi (chữ thường không dấu, số, gạch ngang): ", "The station's permanent id (lower-case letters, digits, dashes): ";
        AskAgency { agency: String } =>
            "Cơ quan chủ quản (nhấn Enter để dùng “{agency}”): ",
            "The agency that runs it (Enter for `{agency}`): ";
        AskAnyAgency { } => "Cơ quan chủ quản (nhấn Enter nếu chưa biết): ", "The agency that runs it (Enter to leave it open): ";
        AskSample { } =>
            "Kèm nội dung mẫu (hư cấu) để tập? Gõ “có” hoặc “không” (nhấn Enter: không): ",
            "Include invented sample content to practise with? Type yes or no (Enter: no): ";
        AnswerMissing { } => "Hãy gõ câu trả lời rồi nhấn Enter.", "Type an answer, then press Enter.";
        NotMade { } => "Chưa tạo đài nào.", "No station was made.";
        NameMissing { } => "đài cần có tên", "the station needs a name";
        NameHint { path: String } =>
            "gợi ý: loa init {path} --name 'Đài Truyền thanh xã …'; chỉ để thử: loa init {path} --sample",
            "hint: loa init {path} --name 'Đài Truyền thanh xã …'; only to try it: loa init {path} --sample";
        IdMissing { name: String } =>
            "không đặt được mã đài từ tên “{name}”; hãy thêm --id, ví dụ: --id quang-tam",
            "no id can be made from the name `{name}`; add --id, such as: --id quang-tam";
        IdOfSample { id: String } =>
            "“{id}” là mã của đài mẫu; đài thật cần mã khác (--id)",
            "`{id}` is the id of the sample station; a real station needs another one (--id)";
        Made { name: String, path: String } => "Đã tạo “{name}” ở {path}.", "Made “{name}” in {path}.";
        MadeAs { id: String } =>
            "Mã đài: {id}. Sau lần chạy đầu, mã không đổi được nữa; muốn mã khác, sửa id trong station.toml trước khi chạy.",
            "The station's id: {id}. It cannot change after the first run; to change it before, edit id in station.toml.";
        MadeSampleStation { path: String } =>
            "Đã tạo đài mẫu ở {path}, chỉ để thử. Nội dung mẫu là hư cấu.",
            "Made the sample station in {path}, only to try loa. Its content is invented.";
        SampleInside { } =>
            "Nội dung trong playlists/ và audio/ là mẫu, hư cấu: hãy thay bằng của đài trước khi phát ra loa.",
            "The content of playlists/ and audio/ is an invented sample: replace it with your own before the station is heard.";
        NextWithContent { path: String } =>
            "Tiếp theo: loa check {path}; loa plan {path}; loa run {path}",
            "Next: loa check {path}; loa plan {path}; loa run {path}";
        NextWithSample { path: String } =>
            "Tiếp theo: loa check {path}; loa plan {path}; loa run {path} --sample",
            "Next: loa check {path}; loa plan {path}; loa run {path} --sample";
        NextWhenEmpty { path: String } =>
            "Tiếp theo: thêm âm thanh (loa add tin.mp3 --station {path}), viết buổi phát trong playlists/lich-phat.toml, rồi loa check {path}",
            "Next: add audio (loa add news.mp3 --station {path}), write the sessions in playlists/lich-phat.toml, then loa check {path}";
        SampleRefused { } =>
            "lỗi: đây là đài mẫu (mã “dai-mau”), chưa có tên và mã của đài thật, nên loa không phát ra thiết bị âm thanh thật.",
            "error: this is the sample station (id `dai-mau`), without a real station's name and id, so loa does not play it on a real sound device.";
        SampleHint { } =>
            "gợi ý: tạo đài thật bằng: loa init THƯ_MỤC --name 'Đài Truyền thanh xã …'; hoặc sửa id và name trong station.toml; chỉ để thử: loa run --sample",
            "hint: make the real station with: loa init DIR --name '…'; or change id and name in station.toml; only to try it: loa run --sample";
    }
}
