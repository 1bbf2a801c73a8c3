//! Answers to orders that nothing can follow, because the file is missing, bad, or not in the schedule.
use super::texts;

texts! {
    /// Why an ordered segment cannot be played, and what to do.
    pub enum OrderRefusalText {
        NoSegmentFile { title: String, file: String } =>
            "CHƯA PHÁT “{title}”: không có tệp audio/{file}",
            "NOTHING WAS PLAYED: the file audio/{file} of `{title}` is missing";
        CopyFileThenRepeat { file: String } =>
            "chép lại tệp {file} vào audio/, đúng tên ấy, rồi gõ lại lệnh",
            "copy {file} into audio/ again, under that name, then repeat the command";
        NoAudioFolder { title: String } =>
            "CHƯA PHÁT “{title}”: đài không có thư mục audio/",
            "NOTHING WAS PLAYED: the station has no folder audio/, which holds the file of `{title}`";
        BadSegmentFile { title: String, file: String, why: String } =>
            "CHƯA PHÁT “{title}”: audio/{file}: {why}",
            "NOTHING WAS PLAYED: `{title}`: audio/{file}: {why}";
        AudioNotInSchedule { file: String, command: String } =>
            "có tệp audio/{file}, nhưng chưa có mục phát nào dùng tệp này. Thêm vào lịch: {command}",
            "there is a file audio/{file}, but no segment uses it. To add it to the schedule: {command}";
        AudioAsUrgent { file: String, command: String } =>
            "có tệp audio/{file}, nhưng chưa có mục phát nào dùng tệp này. Phát khẩn cấp tệp này: {command}",
            "there is a file audio/{file}, but no segment uses it. To play it as urgent: {command}";
    }
}
