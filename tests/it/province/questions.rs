//! The questions of a boss: each is one command and one table, which equals a count by a program that knows only
//! `docs/report.md`.
mod formats;

use std::process::{Command, Output};

use chrono::{DateTime, NaiveDate, TimeDelta};
use loa::airlog::entry::{Outcome, OutcomeEntry, Reason};
use loa::base::platform::unix_time_s;
use loa::schedule::Id;
use serde_json::Value;

use super::maker::SimulatedStation;
use super::{Office, as_csv, first_day, printed};
use crate::foreign::python_program;

/// Invented campaigns and an invented target. Topic 9 is aired by nobody.
const CAMPAIGNS: &str = r#"# Mẫu (hư cấu)
[[campaign]]
id = "giam-ngheo-2023"
title = "Truyền thông giảm nghèo bền vững (mẫu)"
reference = "Kế hoạch 147/KH-UBND ngày 15/3/2023 (mẫu)"
[[campaign.topic]]
number = 5
title = "Chính sách giảm nghèo, theo Sở (mẫu)"
[[campaign.topic]]
number = 9
title = "Chủ đề chưa ai phát (mẫu)"

[[campaign]]
id = "mua-kho"
title = "Phòng cháy mùa khô (mẫu)"

[[target]]
id = "chinh-sach"
title = "Chính sách giảm nghèo (mẫu)"
campaign = "giam-ngheo-2023"
topic = 5
minutes-per-week = 175
from = 2023-01-01
document = "Công văn 123/UBND-VX (hư cấu)"
dated = 2022-12-20

[[target]]
id = "m-nong"
title = "Tiếng M'Nông (mẫu)"
language = "cmo"
airings-per-day = 1
from = 2023-01-01
document = "Công văn 124/UBND-VX (hư cấu)"
dated = 2022-12-20
"#;

const DAK_NDRUNG: &str = "24718 Đắk N'Drung / 665 Đắk Song / 67 Đắk Nông";
const THUAN_AN: &str = "24691 Thuận An / 663 Đắk Mil / 67 Đắk Nông";
const DAK_RU: &str = "24748 Đắk Ru / 666 Đắk R'Lấp / 67 Đắk Nông";

/// The morning's item of topic 3 belongs to another campaign and sounds at low volume, one item of topic 2 at volume 0.
fn varied(outcome: &mut OutcomeEntry) {
    if outcome.labels.topic == Some(3) {
        outcome.labels.campaign = Id::new("mua-kho");
        outcome.volume = Some(30);
    }
    if outcome.labels.topic == Some(4) {
        outcome.volume = Some(31);
    }
    if outcome.labels.topic == Some(2) && outcome.labels.id.contains("sang@") {
        outcome.volume = Some(0);
    }
    if outcome.labels.topic == Some(1) && outcome.labels.id.contains("2023-01-19") {
        (outcome.result, outcome.reason, outcome.played_ms) = (Outcome::Missed, Some(Reason::PowerOff), 0);
    }
}

/// An office with three communes. In the first one a station sends everything, in the second one a station is off for a
/// while and two airings are explained, of which one is answered; in the third one nobody has sent a log.
fn office() -> Office {
    let office = Office::new();
    for (number, place) in [(1, DAK_NDRUNG), (2, THUAN_AN), (3, DAK_RU)] {
        let (id, name) = (format!("xa-{number}"), format!("=Đài mẫu {number}"));
        let mut station = SimulatedStation::begin(&id, &name, first_day(), number * 17);
        office.enrol(&station, &name, place);
        station = match number {
            1 => {
                let days = (0..20).fold(station, |station, _| station.day_with(varied));
                days.days(30)
            }
            2 => station.days(12).off_for_days(10).days(25),
            _ => continue,
        };
        station.export(&office.path("first").join(&id).join("log"));
        office.collect(&["first"]);
        if number == 2 {
            let misses = csv_rows(&report(&office, &["--by", "miss", "--format", "csv"]));
            let of_station: Vec<_> = misses.iter().filter(|row| row[0] == "xa-2").collect();
            assert!(of_station.len() > 3, "the invented log has misses: {misses:?}");
            let (answered, waiting) = (&of_station[1], &of_station[2]);
            let station = station.noted(&answered[4], "Mất điện cả xã").noted(&waiting[4], "=1+1").days(1);
            station.export(&office.path("second").join(&id).join("log"));
            office.collect(&["second"]);
            let (entry, text) = (answered[3].as_str(), "Đã gọi điện lực");
            office.run_successfully(&["answer", "store", "xa-2", entry, "--accept", "--text", text, "--by", "văn thư"]);
        }
    }
    office
}

fn accept(office: &Office, text: &str) {
    std::fs::write(office.path("store/targets.toml"), text).expect("write the targets");
    office.run_successfully(&["target", "accept", "store", "--yes"]);
}

fn report(office: &Office, extra: &[&str]) -> Output {
    office.run(&[&["report", "store", "--from", "2023-01-16", "--until", "2023-02-20"], extra].concat())
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("the text is UTF-8")
}

fn csv_rows(output: &Output) -> Vec<Vec<String>> {
    let bytes = output.stdout.strip_prefix("\u{feff}".as_bytes()).unwrap_or_else(|| panic!("{}", printed(output)));
    let mut reader = csv::Reader::from_reader(bytes);
    reader.records().map(|record| record.expect("read the row").iter().map(str::to_owned).collect()).collect()
}

/// Runs the Python program on the same range.
fn python(office: &Office, extra: &[&str]) -> Value {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/foreign/totals.py");
    let range = [script, "store", "--from", "2023-01-16", "--until", "2023-02-20"];
    let output = Command::new(python_program())
        .args([&range, extra].concat())
        .current_dir(office.dir.path())
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .expect("python starts");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", printed(&output)))
}

/// Asserts that a table equals the one of the Python program. Returns it.
fn assert_python_agrees(office: &Office, by: &str, extra: &[&str], python_extra: &[&str]) -> String {
    let output = report(office, &[&["--by", by, "--format", "csv"], extra].concat());
    let table = text(&output);
    // Names, notes and titles must not become formulas.
    let plain = table.replace(",'=", ",=");
    let expected = as_csv(&python(office, &[&["--by", by], python_extra].concat()));
    assert!(plain == expected, "{by} {extra:?}:\n{plain}\n{expected}\n{}", printed(&output));
    table
}

#[test]
fn every_question_equals_an_independent_count() {
    let office = office();
    accept(&office, CAMPAIGNS);
    let compare = ["--compare", "2023-01-02..2023-01-15"];
    let before = ["--before-from", "2023-01-02", "--before-until", "2023-01-15"];
    let questions = ["commune-topic", "commune-topic-language", "topic-language", "recordings", "miss", "due"];
    let groupings = ["station", "topic", "language", "commune", "segment", "day"];
    for campaign in [None, Some("giam-ngheo-2023"), Some("mua-kho")] {
        let only: Vec<&str> = campaign.iter().flat_map(|id| ["--campaign", *id]).collect();
        for by in questions.into_iter().chain(groupings).chain(["target", "taken-out"]) {
            let table = assert_python_agrees(&office, by, &only, &only);
            assert!(table.lines().count() > 1 || ["taken-out", "target", "miss"].contains(&by), "{by}: {table}");
        }
        for by in ["growth", "topic", "commune-topic", "commune"] {
            assert_python_agrees(&office, by, &[&compare[..], &only].concat(), &[&before[..], &only].concat());
        }
        assert_python_agrees(
            &office,
            "period",
            &[&["--period", "week"], &only[..]].concat(),
            &[&["--period", "week"], &only[..]].concat(),
        );
    }
    // Without accepted definitions the titles are those of the stations, and topic 9 has no row.
    let defined = text(&report(&office, &["--by", "topic", "--format", "csv"]));
    assert!(defined.contains("giam-ngheo-2023,9,Chủ đề chưa ai phát (mẫu),0,"), "{defined}");
    std::fs::remove_file(office.path("store/targets.toml")).expect("remove the file");
    office.run_successfully(&["target", "accept", "store", "--yes"]);
    let logged = assert_python_agrees(&office, "topic", &[], &[]);
    assert!(
        !logged.contains("giam-ngheo-2023,9,") && logged.contains("giam-ngheo-2023,5,\"Chính sách, pháp"),
        "{logged}"
    );
}

#[test]
fn a_report_on_one_campaign_names_it_and_says_what_it_leaves_out() {
    let office = office();
    accept(&office, CAMPAIGNS);
    let only = ["--campaign", "giam-ngheo-2023"];
    let left_out = python(&office, &[&["--by", "station"], &only[..]].concat())["left_out"].clone();
    assert!(left_out[0].as_u64().is_some_and(|airings| airings > 0), "{left_out}");
    let sentence = format!("không tính {} lượt khác theo kế hoạch", left_out[0]);
    let page = text(&report(&office, &[&only[..], &["--lang", "vi"]].concat()));
    let head: Vec<&str> = page.lines().take(5).collect();
    assert!(head[2].contains("Truyền thông giảm nghèo bền vững (mẫu) (giam-ngheo-2023)"), "{page}");
    assert_eq!(head[3], "Thực hiện Kế hoạch 147/KH-UBND ngày 15/3/2023 (mẫu)");
    assert!(head[4].contains(&sentence), "{sentence}: {page}");
    assert!(!page.contains("m-nong") && !page.contains("Tiếng M'Nông (mẫu)"), "a target of all campaigns: {page}");
    let csv = report(&office, &[&only[..], &["--lang", "vi", "--format", "csv"]].concat());
    assert!(String::from_utf8_lossy(&csv.stderr).contains(&sentence), "{}", printed(&csv));
    for file in ["bao-cao.html", "bao-cao.pdf", "bao-cao.xlsx"] {
        let output = report(&office, &[&only[..], &["--lang", "vi", "--output", file]].concat());
        assert!(output.status.success(), "{}", printed(&output));
    }
    let html = std::fs::read_to_string(office.path("bao-cao.html")).expect("read the page");
    assert!(html.contains("Kế hoạch 147/KH-UBND") && html.contains(&sentence), "{html}");
    let pdf = Command::new("pdftotext").args(["bao-cao.pdf", "-"]).current_dir(office.dir.path()).output();
    let pdf = text(&pdf.expect("pdftotext starts")).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(pdf.contains("Kế hoạch 147/KH-UBND") && pdf.contains(&sentence), "{pdf}");
    // A campaign that the department does not define is known from the logs.
    accept(&office, "[[campaign]]\nid = \"mua-mua\"\ntitle = \"Mùa mưa (mẫu)\"\n");
    assert_eq!(report(&office, &["--campaign", "mua-kho"]).status.code(), Some(0));
    let logged = text(&report(&office, &[&only[..], &["--lang", "vi"]].concat()));
    assert!(logged.contains("Chiến dịch: Truyền thông giảm nghèo bền vững năm 2023 (mẫu)"), "{logged}");
    let unknown = report(&office, &["--campaign", "mua-khô\u{202e}", "--lang", "vi"]);
    assert_eq!((unknown.status.code(), text(&unknown).as_str()), (Some(2), ""));
    let message = printed(&unknown);
    assert!(message.contains("giam-ngheo-2023, mua-kho, mua-mua") && !message.contains('\u{202e}'), "{message}");
}

#[test]
fn communes_are_rows_and_topics_are_columns() {
    let office = office();
    accept(&office, CAMPAIGNS);
    let page = text(&report(&office, &["--by", "commune-topic", "--campaign", "giam-ngheo-2023", "--lang", "vi"]));
    let table: Vec<&str> = page.lines().skip_while(|line| !line.starts_with("Theo xã và chủ đề")).collect();
    assert!(table.len() > 5 && !page.contains("Theo đài"), "only this table: {page}");
    let heading = table[1..4].join(" ");
    assert!(heading.contains("Chủ đề 5") && heading.contains("Chủ đề 9") && heading.contains("Tổng cộng"), "{page}");
    let row =
        |name: &str| *table.iter().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("{name}: {page}"));
    let last_cells = |name: &str| row(name).split_whitespace().rev().take(2).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(last_cells("Đắk N'Drung")[1], "0,0", "nobody airs topic 9: {page}");
    assert!(row("Đắk Ru (24748)").trim_end().ends_with("(24748)"), "nothing is known of a silent commune: {page}");
    assert!(row("Tổng cộng").split_whitespace().count() > 5, "{page}");
    assert!(page.contains("Chủ đề 5: Chính sách giảm nghèo, theo Sở (mẫu)"), "{page}");
    let languages = text(&report(&office, &["--by", "commune-topic-language", "--lang", "vi"]));
    assert!(languages.lines().any(|line| line.starts_with("Thuận An") && line.contains("M'Nông")), "{languages}");
    let by_language = text(&report(&office, &["--by", "topic-language", "--lang", "vi"]));
    let of_topic = by_language.lines().find(|line| line.starts_with("4. ") && line.contains("Ê Đê"));
    let of_topic = of_topic.unwrap_or_else(|| panic!("{by_language}"));
    assert!(of_topic.contains("Đắk N'Drung ") && of_topic.contains("Thuận An "), "{of_topic}");
}

/// Returns the lines about stations below a heading.
fn rows_below<'a>(page: &'a str, heading: &str) -> Vec<&'a str> {
    page.lines().skip_while(|line| !line.starts_with(heading)).filter(|line| line.contains("(xa-")).collect()
}

#[test]
fn a_boss_asks_for_last_week_growth_misses_and_volume() {
    let office = office();
    accept(&office, CAMPAIGNS);
    let week = ["report", "store", "--from", "2023-01-18", "--period", "week", "--lang", "vi"];
    let below = text(&office.run(&[&week[..], &["--by", "target"]].concat()));
    assert!(below.contains("Thời gian: 16/01/2023–22/01/2023"), "{below}");
    let worst = rows_below(&below, "So với chỉ tiêu")[0];
    assert!(worst.starts_with("=Đài mẫu 1 (xa-1)") && worst.contains("Chính sách"), "{below}");
    let weeks = text(&report(&office, &["--by", "period", "--period", "week", "--lang", "vi"]));
    assert!(weeks.contains("20/02/2023–20/02/2023 (không trọn kỳ)"), "{weeks}");
    assert!(!weeks.contains("16/01/2023–22/01/2023 (cắt"), "{weeks}");
    let growth = text(&office.run(&[&week[..], &["--by", "growth"]].concat()));
    assert!(growth.contains("So với: 09/01/2023–15/01/2023") && growth.contains("Chênh lệch"), "{growth}");
    assert!(growth.contains("– (thiếu nhật ký)"), "one station has no log in that week: {growth}");
    let misses = text(&report(&office, &["--by", "miss", "--lang", "vi"]));
    let rows = rows_below(&misses, "Các lượt không phát trọn vẹn");
    assert!(rows[0].contains("=1+1") && rows[0].contains("chờ kết luận"), "{misses}");
    assert!(misses.contains("chấp nhận: Đã gọi điện lực (văn thư)"), "{misses}");
    let volume = text(&report(&office, &["--by", "recordings", "--lang", "vi"]));
    let rows = rows_below(&volume, "Bản ghi âm và âm lượng");
    assert!(rows[0].contains("(xa-1)") && rows[2].trim_end().ends_with("(xa-3)"), "{volume}");
    let summary = text(&report(&office, &["--lang", "vi"]));
    assert!(summary.contains("Đúng giờ: 95% số lượt đã phát bắt đầu trễ không quá 0,1 giây"), "{summary}");
}

#[test]
fn the_work_list_is_in_the_report_and_names_nobody() {
    let office = office();
    let correction = ["enrol", "--station", "xa-3", "--store", "store", "--yes", "--phone", "0261 300 003"];
    office.run_successfully(&[&correction[..], &["--post", "Văn phòng (hư cấu)"]].concat());
    let page = text(&report(&office, &["--lang", "vi"]));
    let work = page.find("Việc cần làm của Sở (tính đến ").unwrap_or_else(|| panic!("{page}"));
    assert!(work < page.find("Theo chủ đề").unwrap_or_default(), "before the tables of totals: {page}");
    assert!(page.contains("Hỏi đài vì sao chưa nộp nhật ký lần nào"), "{page}");
    assert!(!page.contains("0261 300 003"), "contacts stay in the department: {page}");
    for file in ["bao-cao.html", "bao-cao.pdf"] {
        report(&office, &["--lang", "vi", "--output", file]);
    }
    let html = std::fs::read_to_string(office.path("bao-cao.html")).expect("read the page");
    let position = |words: &str| html.find(words).unwrap_or_else(|| panic!("{words}: {html}"));
    assert!(position("Việc cần làm của Sở") < position("Theo chủ đề"), "{html}");
    assert!(position("Theo xã và chủ đề (phút)") > 0 && position("hạn nộp và ngày nhận") > 0);
    assert!(!html.contains("0261 300 003"), "{html}");
}

#[test]
fn nothing_known_is_said_in_words() {
    let office = office();
    // Before the first log.
    let before = office.run(&["report", "store", "--from", "2022-11-01", "--until", "2022-11-30", "--lang", "vi"]);
    assert!(text(&before).contains("Chưa biết gì về thời gian này"), "{}", printed(&before));
    // The logs end on 19 February: the next weeks are estimated, but not those after 60 days.
    let soon = office.run(&["report", "store", "--from", "2023-03-01", "--until", "2023-03-31", "--lang", "vi"]);
    assert!(text(&soon).contains("Chưa biết kết quả của lượt nào"), "{}", printed(&soon));
    let late = office.run(&["report", "store", "--from", "2023-06-01", "--until", "2023-06-30", "--lang", "vi"]);
    assert!(text(&late).contains("Chưa biết gì về thời gian này"), "{}", printed(&late));
    for output in [&before, &soon, &late] {
        assert!(!text(output).contains("– thời lượng"), "{}", printed(output));
    }
    let script_range = ["--from", "2023-04-01", "--until", "2023-04-30"];
    let table = office
        .run_successfully(&[&["report", "store", "--by", "station", "--format", "csv"], &script_range[..]].concat());
    let python = python(&office, &[&["--by", "station"], &script_range[..]].concat());
    assert_eq!(table.replace(",'=", ",="), as_csv(&python));
    // The last plan is of 19 February: 20 days of April are estimated, with 16 airings each.
    assert!(table.lines().any(|line| line.starts_with("xa-1") && line.contains(",30,320,108480000,30,0,")), "{table}");
}

/// Today in Vietnam.
fn today() -> NaiveDate {
    let now = DateTime::from_timestamp(unix_time_s().cast_signed(), 0).expect("the time is valid");
    (now + TimeDelta::hours(7)).date_naive()
}

#[test]
fn due_logs_equal_an_independent_count() {
    let office = Office::new();
    let first_date = today() - TimeDelta::days(70);
    for (number, days) in [(1, 69), (2, 20), (3, 0)] {
        let id = format!("xa-{number}");
        let station = SimulatedStation::begin(&id, "Đài mẫu", first_date, number * 17);
        office.enrol(&station, "Đài mẫu", THUAN_AN);
        if days > 0 {
            station.days(days).export(&office.path("sticks").join(&id).join("log"));
        }
    }
    office.collect(&["sticks"]);
    let (from, until) = (first_date.to_string(), today().to_string());
    let range = ["--from", from.as_str(), "--until", until.as_str(), "--by", "due"];
    let table = office.run_successfully(&[&["report", "store", "--format", "csv"], &range[..]].concat());
    let python = python(&office, &[&range[..], &["--today", &until]].concat());
    assert_eq!(table, as_csv(&python));
    let rows: Vec<&str> = table.lines().skip(1).collect();
    assert!(rows.len() >= 6 && rows.len().is_multiple_of(3), "two or three months of three stations: {table}");
    let today = today().to_string();
    let received = rows.iter().filter(|row| row.contains(&format!(",{today},"))).count();
    assert!(received * 3 >= rows.len(), "the whole log of the first station has come: {table}");
}
