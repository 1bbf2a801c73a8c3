//! Tests of the log book page: the answer above the table, the airings by session, and the days that are not known
//! yet; and of notes and receipts that name an airing by its number. All contents are invented.
mod files;
mod odd_days;

use std::path::Path;
use std::process::Output;

use chrono::NaiveDate;
use loa::airlog::storage::MemoryStorage;
use loa::cli::record::log::{LogPage, PagePresent, page_text, read_from};
use loa::playout::engine::OperatorCommand;
use loa::text::Lang;
use snapbox::Data;

use crate::logpage::write_airlog;
use crate::program;
use crate::station::{Station, at, id};

const SETTINGS: &str = "[station]\nid = \"mau\"\nname = \"Đài Truyền thanh xã Mẫu\"\nagency = \"UBND xã Mẫu\"\n";

const PLAYLIST: &str = r#"
[[segment]]
id = "nhac"
title = "Nhạc hiệu"
file = "s-10.mp3"

[[segment]]
id = "tin"
title = "Bản tin xã"
file = "s-300.mp3"

[[session]]
id = "sang"
title = "Buổi sáng"
at = "05:15"
play = ["nhac", "tin", "nhac"]

[[session]]
id = "chieu"
title = "Buổi chiều"
at = "17:00"
play = ["nhac", "tin"]
"#;

fn station() -> Station {
    Station::new("2026-03-12T04:00:00").settings(SETTINGS).playlist(PLAYLIST)
}

fn date(text: &str) -> NaiveDate {
    text.parse().expect("the date is valid")
}

/// Returns the page of the days from `days.0` to `days.1`, as read at `now`.
fn page(disk: &MemoryStorage, days: (&str, &str), now: &str, is_running: bool) -> LogPage {
    let mut page = read_from(disk, date(days.0), date(days.1)).expect("in-memory storage never fails");
    page.present = Some(PagePresent { unix_s: at(now).0 / 1_000_000, is_running });
    page
}

/// Compares a page in both languages with its golden files. Head codes depend on random keys, so they are replaced.
fn assert_golden(page: &LogPage, name: &str) {
    for (lang, code) in [(Lang::Vi, "vi"), (Lang::En, "en")] {
        let mut text = page_text(page, lang);
        for (head_code, _) in page.head_codes.values() {
            text = text.replace(head_code, "0000-0000-0000-0000");
        }
        let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/it/golden/log/{name}.{code}.txt"));
        snapbox::assert_data_eq!(text, Data::read_from(&golden, None).raw());
    }
}

const DAY: (&str, &str) = ("2026-03-12", "2026-03-12");

#[test]
fn the_page_of_a_good_day_shows_the_commands_of_the_operator() {
    let station = station()
        .command(3600 * 4, OperatorCommand::Play(id("nhac")))
        .command(3600 * 5, OperatorCommand::ConfirmClock)
        .command(3600 * 6, OperatorCommand::Note { id: "sang@2026-03-12T05:15:00#2".into(), text: "mưa to".into() })
        .run_until("2026-03-13T00:01:00");
    assert_golden(&page(station.disk(), DAY, "2026-03-13T07:00:00", true), "good-day");
}

#[test]
fn the_page_of_a_bad_day_shows_a_stop_a_missing_file_and_a_power_cut() {
    let playlist_with_missing_file = PLAYLIST.replace("s-300.mp3", "gone.mp3");
    let station = station()
        .command(4500 + 60, OperatorCommand::Stop)
        .edit(3600 * 8, &playlist_with_missing_file)
        .run_until("2026-03-12T17:00:05")
        .run_and_cut(1)
        .off_for(3600)
        .run_until("2026-03-13T00:01:00");
    assert_golden(&page(station.disk(), DAY, "2026-03-13T07:00:00", true), "bad-day");
}

#[test]
fn todays_page_shows_what_is_on_the_air_still_to_come_or_without_an_outcome() {
    let morning_station = station().run_and_kill(77 * 60);
    assert_golden(&page(morning_station.disk(), DAY, "2026-03-12T05:17:00", true), "today-on-air");
    // The same log, read in the evening: the station has not run since, so the rest is unknown.
    assert_golden(&page(morning_station.disk(), DAY, "2026-03-12T20:00:00", false), "today-off");
    let early_station =
        Station::new("2026-03-12T04:00:00").settings(SETTINGS).playlist(PLAYLIST).run_until("2026-03-12T04:30:00");
    let text = page_text(&page(early_station.disk(), DAY, "2026-03-12T04:30:00", true), Lang::Vi);
    assert!(text.contains("Ngày 12/03/2026: chưa phát. Buổi sáng 05:15 chưa đến giờ; Buổi chiều 17:00 chưa"), "{text}");
}

#[test]
fn days_that_the_log_does_not_cover_are_not_known() {
    let station = station().run_until("2026-03-13T00:01:00");
    let text =
        |day: &str, now: &str, is_running| page_text(&page(station.disk(), (day, day), now, is_running), Lang::Vi);
    assert_golden(&page(station.disk(), ("2026-03-11", "2026-03-11"), "2026-03-13T07:00:00", true), "before-the-log");
    let page_after_the_log = text("2026-03-14", "2026-03-15T07:00:00", false);
    assert!(page_after_the_log.contains("Ngày 14/03/2026: chưa biết: nhật ký dừng lúc 00:0"), "{page_after_the_log}");
    let future_page = text("2026-03-20", "2026-03-13T07:00:00", true);
    assert!(future_page.contains("Ngày 20/03/2026: chưa đến: xem kế hoạch"), "{future_page}");
    let page_without_log = page_text(&page(&MemoryStorage::default(), DAY, "2026-03-13T07:00:00", false), Lang::Vi);
    assert!(
        page_without_log.contains("Ngày 12/03/2026: chưa biết: chưa có nhật ký nào, vì đài chưa chạy lần nào."),
        "{page_without_log}"
    );
}

#[test]
fn the_page_of_a_station_without_a_sound_device_says_that_nothing_was_heard() {
    let settings = format!("{SETTINGS}[output]\ndevice = \"null\"\n");
    let station = station().settings(&settings).run_until("2026-03-13T00:01:00");
    assert_golden(&page(station.disk(), DAY, "2026-03-13T07:00:00", true), "null-output");
}

#[test]
fn the_page_of_a_month_begins_with_the_answer_and_heads_each_day_with_the_name_in_force() {
    let settings_with_new_name = SETTINGS.replace("xã Mẫu\"\nagency", "xã Mẫu Mới\"\nagency");
    let station = station()
        .run_until("2026-03-13T12:00:00")
        .edit_settings(60, &settings_with_new_name)
        .off_for(2 * 86_400)
        .run_until("2026-03-16T00:01:00");
    let page = page(station.disk(), ("2026-03-01", "2026-03-31"), "2026-03-16T07:00:00", true);
    let text = page_text(&page, Lang::Vi);
    let first_lines: Vec<&str> = text.lines().take(3).collect();
    assert_eq!(first_lines[0], "SỔ NHẬT KÝ PHÁT THANH — Đài Truyền thanh xã Mẫu");
    assert!(first_lines[2].starts_with("Tháng 3/2026: CÓ phát 3/31 ngày. KHÔNG phát: 14/03."), "{}", first_lines[2]);
    assert!(first_lines[2].ends_with("Chưa biết: 01/03–11/03, 16/03. Chưa đến: 17/03–31/03."), "{}", first_lines[2]);
    let new_heading = "SỔ NHẬT KÝ PHÁT THANH — Đài Truyền thanh xã Mẫu Mới";
    let heading_position = text.find(new_heading).expect("the new name has a heading");
    assert!(text.find("Ngày 14/03/2026").is_some_and(|position| position < heading_position), "{text}");
    assert!(text.find("Ngày 15/03/2026").is_some_and(|position| heading_position < position), "{text}");
}

#[test]
fn a_range_without_an_aired_day_is_not_answered_with_a_yes() {
    let station = station().run_until("2026-03-13T12:00:00").off_for(4 * 86_400).run_until("2026-03-18T00:01:00");
    for (range, vi, en) in [
        (("2026-03-14", "2026-03-16"), "không ngày nào phát. KHÔNG phát: 14/03–16/03.", "aired on none of 3 days."),
        (("2026-03-18", "2026-03-31"), "chưa biết ngày nào đã phát.", "no day is known to have aired."),
    ] {
        let page = page(station.disk(), range, "2026-03-18T07:00:00", true);
        for (lang, answer) in [(Lang::Vi, vi), (Lang::En, en)] {
            let text = page_text(&page, lang);
            assert!(text.contains(answer) && !text.contains("0/3 "), "{text}");
        }
    }
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    program::loa(folder).args(arguments).current_dir(folder).output().expect("the program starts")
}

fn text_of(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn a_note_on_an_airing_that_does_not_exist_is_refused() {
    let folder = tempfile::tempdir().expect("make a temporary folder");
    write_airlog(station().run_until("2026-03-13T00:01:00").disk(), folder.path());
    for (name, message_start) in [
        ("99999", "Nhật ký không có lượt phát số 99999"),
        ("99999999999999999999", "Nhật ký không có lượt phát số 99999999999999999999: nhật ký mới có"),
        ("0", "Dòng số 0 của nhật ký không phải là kết quả của một lượt phát."),
        ("sang@2026-03-12T05:15:00#9", "Không có lượt phát “sang@2026-03-12T05:15:00#9”"),
        ("x", "Không có lượt phát “x”"),
        ("\u{1b}[2J", "Không có lượt phát “"),
    ] {
        let note = run(folder.path(), &["note", name, "mưa to", "--station", ".", "--lang", "vi"]);
        assert_eq!(note.status.code(), Some(1), "{name}");
        let message = text_of(&note.stderr);
        assert!(message.starts_with(message_start) && message.contains("gợi ý: "), "{name}: {message}");
        assert!(!message.contains('\u{1b}'), "{message:?}");
    }
    // An airing in the log and one that is only in tomorrow's plan both pass this check.
    for name in ["sang@2026-03-12T05:15:00#2", "chieu@2026-03-13T17:00:00#1"] {
        let note = run(folder.path(), &["note", name, "mưa to", "--station", ".", "--lang", "en"]);
        assert!(!text_of(&note.stderr).contains("has an airing"), "{}", text_of(&note.stderr));
    }
}

#[test]
fn the_number_and_the_id_of_an_airing_give_the_same_receipt() {
    let folder = tempfile::tempdir().expect("make a temporary folder");
    write_airlog(station().run_until("2026-03-13T00:01:00").disk(), folder.path());
    let rows = run(folder.path(), &["log", ".", "--format", "json"]);
    let rows: Vec<serde_json::Value> = serde_json::from_slice(&rows.stdout).expect("parse the JSON");
    let page = text_of(&run(folder.path(), &["log", ".", "--lang", "vi"]).stdout);
    for row in &rows {
        let (seq, id) = (row["seq"].to_string(), row["id"].as_str().expect("the id is text"));
        assert!(page.lines().any(|line| line.trim_start().starts_with(&format!("{seq}  "))), "{seq} in {page}");
        let by_number = run(folder.path(), &["receipt", ".", &seq]);
        assert!(by_number.status.success(), "{}", text_of(&by_number.stderr));
        assert_eq!(text_of(&by_number.stdout), text_of(&run(folder.path(), &["receipt", ".", id]).stdout));
    }
    // Without a folder argument, loa reads the current folder.
    let seq = rows[0]["seq"].to_string();
    assert_eq!(run(folder.path(), &["receipt", &seq]).stdout, run(folder.path(), &["receipt", ".", &seq]).stdout);
    let huge_number_refusal = run(folder.path(), &["receipt", "99999999999999999999", "--lang", "vi"]);
    assert_eq!(huge_number_refusal.status.code(), Some(1));
    assert!(
        text_of(&huge_number_refusal.stderr)
            .starts_with("Nhật ký không có lượt phát số 99999999999999999999: nhật ký mới có")
    );
    let unknown_id_message =
        text_of(&run(folder.path(), &["receipt", "sang@2026-03-12T05:15:00#9", "--lang", "vi"]).stderr);
    assert!(unknown_id_message.contains("gợi ý: số của từng lượt"), "{unknown_id_message}");
    let wrong_entry_refusal = run(folder.path(), &["receipt", ".", "1", "--lang", "en"]);
    assert_eq!(wrong_entry_refusal.status.code(), Some(1));
    let message = text_of(&wrong_entry_refusal.stderr);
    assert!(message.contains("Entry number 1 of the log is not the outcome"), "{message}");
}

/// Nothing proves that a sound device took the samples of a level 0 airing, so its receipt must not claim sound.
#[test]
fn a_receipt_and_a_verification_report_the_same_outcome_as_the_log_page() {
    let settings = format!("{SETTINGS}[output]\ndevice = \"null\"\n");
    let silent_station = station().settings(&settings);
    for (station, outcome_phrase) in [
        (silent_station.run_until("2026-03-13T00:01:00"), "đã phát; KHÔNG RA LOA"),
        (
            station().run_until("2026-03-12T04:30:00").off_for(4 * 3600).run_until("2026-03-13T00:01:00"),
            "không phát: đã tắt chương trình",
        ),
    ] {
        let folder = tempfile::tempdir().expect("make a temporary folder");
        write_airlog(station.disk(), folder.path());
        let page = text_of(&run(folder.path(), &["log", ".", "--lang", "vi"]).stdout);
        let row = page.lines().find(|line| line.contains(outcome_phrase)).unwrap_or_else(|| panic!("{page}"));
        let seq = row.split_whitespace().next().expect("the row has a number");
        let verification = text_of(&run(folder.path(), &["verify", ".", "--airing", seq, "--lang", "vi"]).stdout);
        assert!(verification.contains(outcome_phrase), "{verification}");
        let key = text_of(&run(folder.path(), &["key", "show", "."]).stdout);
        let key = key.split_whitespace().find(|word| word.starts_with("loa/")).expect("find the key");
        assert!(run(folder.path(), &["receipt", ".", seq, "--to", "r"]).status.success());
        let receipt = text_of(&run(folder.path(), &["verify", "r", "--key", key, "--lang", "vi"]).stdout);
        assert!(receipt.contains(outcome_phrase), "{receipt}");
    }
}

#[cfg(feature = "print")]
mod print {
    use std::process::Command;

    use super::*;

    #[test]
    fn a_month_prints_on_numbered_pages_with_its_head_code_and_signature_lines() {
        let folder = tempfile::tempdir().expect("make a temporary folder");
        let station = station().run_for(25 * 86_400);
        write_airlog(station.disk(), folder.path());
        let arguments = ["log", ".", "--month", "2026-03", "--lang", "vi", "--format"];
        let pdf = run(folder.path(), &[&arguments[..], &["pdf", "--output", "so.pdf"]].concat());
        assert!(pdf.status.success(), "{}", text_of(&pdf.stderr));
        let text = Command::new("pdftotext").args(["-layout", "so.pdf", "-"]).current_dir(folder.path()).output();
        let text = text_of(&text.expect("pdftotext runs: see packaging/needs.sh").stdout);
        let pages: Vec<&str> = text.split('\u{c}').filter(|page| !page.trim().is_empty()).collect();
        let page =
            read_from(station.disk(), date("2026-03-01"), date("2026-03-31")).expect("in-memory storage never fails");
        let code = &page.head_codes.range(..=date("2026-03-31")).next_back().expect("March has a head code").1.0;
        assert!(pages.len() > 3, "{} pages", pages.len());
        for (number, page) in pages.iter().enumerate() {
            assert!(page.contains(&format!("Trang {}/{}", number + 1, pages.len())), "{page}");
            assert!(page.contains(&format!("Mã nhật ký: {code}")), "{page}");
        }
        let all_words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        for part in [
            "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
            "UBND xã Mẫu",
            "Đài Truyền thanh xã Mẫu",
            "SỔ NHẬT KÝ PHÁT THANH Tháng 3/2026",
            "CÓ phát 20/31 ngày",
            "Buổi sáng, 05:15",
            "Bản tin xã",
            "NGƯỜI TRỰC",
            "THỦ TRƯỞNG ĐƠN VỊ",
            "(Ký, ghi rõ họ tên)",
        ] {
            assert!(all_words.contains(part), "{part} in {all_words}");
        }
        let html = run(folder.path(), &[&arguments[..], &["html"]].concat());
        let html = text_of(&html.stdout);
        assert!(
            html.starts_with("<!DOCTYPE html>") && html.contains("default-src 'none'") && html.contains(code.as_str())
        );
        assert!(html.contains("<td colspan=\"6\">Buổi sáng, 05:15</td>") && html.contains("counter(pages)"), "{html}");
        let piped = run(folder.path(), &[&arguments[..], &["pdf"]].concat());
        assert!(piped.stdout.starts_with(b"%PDF"), "a pipe receives the PDF");
        let on_terminal = Command::new("script")
            .args(["-qec", &format!("{} log . --format pdf --lang vi", env!("CARGO_BIN_EXE_loa")), "/dev/null"])
            .current_dir(folder.path())
            .output()
            .expect("script runs");
        assert_eq!(on_terminal.status.code(), Some(2));
        let screen = text_of(&on_terminal.stdout);
        assert!(screen.contains("--format pdf cần ghi ra một tệp") && screen.contains("--output so.pdf"), "{screen}");
    }

    #[test]
    fn no_page_ends_with_a_heading() {
        let folder = tempfile::tempdir().expect("make a temporary folder");
        // Days of different lengths, so that a page can end at any row.
        for extra_items in 0..3 {
            let items = vec!["\"nhac\""; 3 + extra_items].join(", ");
            let playlist = PLAYLIST.replace("[\"nhac\", \"tin\"]", &format!("[{items}]"));
            let station = Station::new("2026-03-01T04:00:00").settings(SETTINGS).playlist(&playlist);
            write_airlog(station.run_for(31 * 86_400).disk(), folder.path());
            let arguments = ["log", ".", "--month", "2026-03", "--lang", "vi", "--format", "pdf", "--output", "so.pdf"];
            assert!(run(folder.path(), &arguments).status.success());
            let text = Command::new("pdftotext").args(["-layout", "so.pdf", "-"]).current_dir(folder.path()).output();
            let text = text_of(&text.expect("pdftotext runs: see packaging/needs.sh").stdout);
            for page in text.split('\u{c}').filter(|page| !page.trim().is_empty()) {
                let has_signatures = page.contains("NGƯỜI TRỰC");
                assert!(!has_signatures || page.contains("Nhật ký không chứng minh"), "nothing but signatures: {page}");
                let last_row =
                    page.lines().rev().map(str::trim).find(|line| {
                        !(line.is_empty() || line.starts_with("Trang ") || line.starts_with("Mã nhật ký: "))
                    });
                let last_row = last_row.expect("the page has a line");
                let is_heading = last_row.starts_with("Ngày ")
                    || last_row.starts_with("Buổi ")
                    || last_row.starts_with("Số ")
                    || last_row.ends_with("mục.");
                assert!(!is_heading, "{extra_items}: {last_row}\n{page}");
            }
        }
    }
}
