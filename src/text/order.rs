//! Answers to orders that were not performed.
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

texts! {
    /// An order that was not performed: this comes first, then the reason.
    pub enum NotDoneText {
        NotPlayed { why: String } => "CHƯA PHÁT. {why}", "NOTHING WAS PLAYED. {why}";
        NotSkipped { why: String } => "CHƯA BỎ QUA GÌ. {why}", "NOTHING WAS SKIPPED. {why}";
        NotStopped { why: String } => "CHƯA DỪNG GÌ. {why}", "NOTHING WAS STOPPED. {why}";
        NotDone { why: String } => "CHƯA LÀM GÌ. {why}", "NOTHING WAS DONE. {why}";
        NotTestedOnAir { title: String } =>
            "CHƯA THỬ: đang phát “{title}”, mà thử thì phải tắt tăng âm. Hãy thử khi không có gì đang phát; xem buổi đang phát và buổi tới bằng: loa status",
            "NOT TESTED: `{title}` is on the air, and a test switches the amplifier off. Test it while nothing plays; to see what plays now and next: loa status";
        NotSwitchedOffOnAir { title: String } =>
            "CHƯA TẮT TĂNG ÂM: đang phát hoặc sắp phát “{title}”. Phát xong, đài tự tắt tăng âm. Muốn tắt ngay, hãy dừng trước: loa stop",
            "THE AMPLIFIER WAS NOT SWITCHED OFF: `{title}` is playing or about to play. It goes off by itself afterwards. To switch it off now, stop that first: loa stop";
    }
}
