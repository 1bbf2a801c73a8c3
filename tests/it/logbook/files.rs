//! Tests of the dates that `loa log` accepts, and of its message about the file that it writes.
use super::{run, station, text_of};
use crate::logpage::write_airlog;

#[test]
fn a_date_in_place_of_the_folder_is_read_as_a_date() {
    let folder = tempfile::tempdir().expect("make a temporary folder");
    write_airlog(station().run_until("2026-03-13T00:01:00").disk(), folder.path());
    let by_option = text_of(&run(folder.path(), &["log", "--date", "12/3/2026", "--lang", "vi"]).stdout);
    assert!(by_option.contains("Ngày 12/03/2026: CÓ phát."), "{by_option}");
    for arguments in
        [&["12/3/2026"][..], &["ngày", "12/3/2026"], &["2026-03-12"], &["ngày", "12", "tháng", "3", "năm", "2026"]]
    {
        let arguments = [&["log"][..], arguments, &["--lang", "vi"]].concat();
        assert_eq!(text_of(&run(folder.path(), &arguments).stdout), by_option, "{arguments:?}");
    }
    // If a folder is named like a date, loa reads the folder.
    std::fs::create_dir(folder.path().join("12-3")).expect("make the folder");
    let in_folder = run(folder.path(), &["log", "12-3", "--lang", "vi"]);
    assert!(
        text_of(&in_folder.stderr).contains("12-3 không phải thư mục của một đài"),
        "{}",
        text_of(&in_folder.stderr)
    );
    let nonexistent_date_refusal = run(folder.path(), &["log", "30/2", "--lang", "vi"]);
    assert_eq!(nonexistent_date_refusal.status.code(), Some(2));
    assert!(
        text_of(&nonexistent_date_refusal.stderr).contains("tháng 2 không có ngày 30. Ngày gần nhất: 28/2 hoặc 1/3.")
    );
    let future_output = run(folder.path(), &["log", "1/2/2099", "--lang", "vi"]);
    assert!(text_of(&future_output.stdout).contains("loa plan 1/2/2099"), "{}", text_of(&future_output.stdout));
    // A command that takes no date suggests one that does.
    let list = run(folder.path(), &["list", "12/3", "--lang", "vi"]);
    assert_eq!(list.status.code(), Some(78));
    assert!(text_of(&list.stderr).contains("loa log --date '12/3'"), "{}", text_of(&list.stderr));
}

#[test]
fn loa_log_reports_the_file_that_it_writes() {
    let folder = tempfile::tempdir().expect("make a temporary folder");
    write_airlog(station().run_until("2026-03-13T00:01:00").disk(), folder.path());
    for (format, lang, message) in [
        ("text", "vi", "Đã ghi vào so.txt: 2 ngày.\n"),
        ("text", "en", "Written to so.txt: 2 days.\n"),
        ("json", "en", "Written to so.txt: 5 entries.\n"),
    ] {
        let output = run(folder.path(), &["log", "--format", format, "--output", "so.txt", "--lang", lang]);
        assert_eq!(text_of(&output.stderr), message, "{format}");
        assert!(output.stdout.is_empty() && output.status.success());
    }
    // Without `--format`, the file name extension decides the format.
    for (file, message, start) in [
        ("so.csv", "Written to so.csv: 5 entries.\n", "seq,"),
        ("so.json", "Written to so.json: 5 entries.\n", "["),
        ("so.HTML", "Written to so.HTML: 2 days.\n", "<!DOCTYPE html>"),
        ("so.nhật", "Written to so.nhật: 2 days.\n", ""),
    ] {
        let output = run(folder.path(), &["log", "--output", file, "--lang", "en"]);
        assert_eq!(text_of(&output.stderr), message);
        let text = std::fs::read_to_string(folder.path().join(file)).expect("read the file");
        assert!(text.trim_start_matches('\u{feff}').starts_with(start), "{file}: {text}");
    }
    let refusal = run(folder.path(), &["log", "--output", "airlog", "--lang", "vi"]);
    assert_eq!(refusal.status.code(), Some(1));
    assert!(text_of(&refusal.stderr).starts_with("lỗi: airlog: "), "{}", text_of(&refusal.stderr));
}
