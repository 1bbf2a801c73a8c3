//! The department's targets: what a report says about them equals a count by a program that knows only
//! `docs/report.md`.
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use super::maker::SimulatedStation;
use super::{Office, as_csv, first_day, printed};
use crate::foreign::python_program;

/// Invented targets.
const TARGETS: &str = r#"# Chỉ tiêu mẫu (hư cấu)
[[target]]
id = "chinh-sach"
title = "Chính sách giảm nghèo (mẫu)"
campaign = "giam-ngheo-2023"
topic = 5
minutes-per-week = 165
from = 2023-01-01
until = 2023-12-31
document = "Công văn 123/UBND-VX (hư cấu)"
dated = 2022-12-20

[[target]]
id = "m-nong"
title = "Tiếng M'Nông buổi sáng (mẫu)"
language = "cmo"
hours = "05:00..07:00"
airings-per-day = 1
from = 2023-01-10
document = "Công văn 124/UBND-VX (hư cấu)"
dated = 2023-01-05

[[target]]
id = "huyen"
title = "Chiến dịch ở Đắk Song (mẫu)"
campaign = "giam-ngheo-2023"
district = "665"
minutes-per-week = 600
from = 2023-01-01
until = 2023-02-03
document = "Công văn 125/UBND-VX (hư cấu)"
dated = 2022-12-20

[[target]]
id = "dai"
title = "Gương điển hình (mẫu)"
campaign = "giam-ngheo-2023"
topic = 4
station = "xa-2"
airings-per-week = 20
from = 2023-01-01
document = "Công văn 126/UBND-VX (hư cấu)"
dated = 2022-12-20
"#;

/// An office with four stations: one sends everything, one is off for ten days, one stops in the middle of a day, and
/// one has never sent a log.
fn office_with_stations() -> Office {
    let office = Office::new();
    let places = ["24718 Đắk N'Drung / 665 Đắk Song / 67 Đắk Nông", "24691 Thuận An / 663 Đắk Mil / 67 Đắk Nông"];
    for (number, place) in [1, 2, 3, 4].into_iter().zip(places.iter().cycle()) {
        let (id, name) = (format!("xa-{number}"), format!("=Đài mẫu {number}"));
        let station = SimulatedStation::begin(&id, &name, first_day(), number * 17);
        office.enrol(&station, &name, place);
        let station = match number {
            1 => station.days(10).edited(2, -2).edited(3, -1).days(1).edited(1, 2).edited(4, -2).days(39),
            2 => station.days(15).off_for_days(10).edited(20, -3).days(20),
            3 => station.days(30).morning(),
            _ => continue,
        };
        station.export(&office.path("sticks").join(&id).join("log"));
    }
    office.collect(&["sticks"]);
    office
}

fn write_targets(office: &Office, text: &str) {
    std::fs::write(office.path("store/targets.toml"), text).expect("write the targets");
}

fn report(office: &Office, extra: &[&str]) -> Output {
    let mut arguments = vec!["report", "store", "--from", "2023-01-04", "--until", "2023-02-20"];
    arguments.extend(extra);
    office.run(&arguments)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("the text is UTF-8")
}

fn python_table(office: &Office, by: &str) -> String {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/foreign/totals.py");
    let output = Command::new(python_program())
        .args([script, "store", "--from", "2023-01-04", "--until", "2023-02-20", "--by", by])
        .current_dir(office.dir.path())
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .expect("python starts");
    let table: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", printed(&output)));
    as_csv(&table)
}

#[test]
fn weeks_under_targets_equal_an_independent_count() {
    let office = office_with_stations();
    write_targets(&office, TARGETS);
    office.run_successfully(&["target", "accept", "store", "--yes"]);
    let table = text(&report(&office, &["--by", "target", "--format", "csv"]).stdout);
    for state in [",met,", ",below,", ",undecided,", ",no-log,"] {
        assert!(table.contains(state), "{state} in {table}");
    }
    // The name in the registry begins with a sign that spreadsheets take for a formula.
    assert_eq!(table.replace(",'=Đài", ",=Đài"), python_table(&office, "target"));
    let taken_out = text(&report(&office, &["--by", "taken-out", "--format", "csv"]).stdout);
    assert_eq!(taken_out.replace(",'=Đài", ",=Đài"), python_table(&office, "taken-out"));
    assert_eq!(taken_out.lines().count(), 4, "{taken_out}");
    office.run_successfully(&["index", "store", "--rebuild"]);
    assert_eq!(text(&report(&office, &["--by", "taken-out", "--format", "csv"]).stdout), taken_out);
    assert!(taken_out.contains("xa-1,'=Đài mẫu 1,2023-01-11,giam-ngheo-2023,5,vi,2023-01-14,2023-01-14,1,730000"));
}

#[test]
fn every_format_names_the_stations_below_their_target() {
    let office = office_with_stations();
    write_targets(&office, TARGETS);
    office.run_successfully(&["target", "accept", "store", "--yes"]);
    let page = text(&report(&office, &["--lang", "vi"]).stdout);
    let head: Vec<&str> = page.lines().take(8).collect();
    assert!(head.iter().any(|line| line.contains("đài dưới chỉ tiêu của Sở")), "{page}");
    assert!(head.iter().any(|line| line.contains("chưa xét không có nghĩa là dưới chỉ tiêu")), "{page}");
    assert!(head.iter().any(|line| line.contains("đã bỏ khỏi kế hoạch")), "{page}");
    let mut rows = page.lines().skip_while(|line| *line != "So với chỉ tiêu");
    let worst = rows.find(|line| line.contains("(xa-")).unwrap_or_default();
    assert!(worst.contains("xa-2") && worst.contains("Gương điển hình"), "the worst row comes first: {page}");
    let section = text(&report(&office, &["--lang", "en", "--by", "target"]).stdout);
    assert!(section.contains("Against the targets") && !section.contains("By station"), "{section}");
    for file in ["report.html", "report.pdf", "report.xlsx"] {
        let output = report(&office, &["--output", file]);
        assert!(output.status.success(), "{}", printed(&output));
    }
    report(&office, &["--output", "bao-cao.pdf", "--lang", "vi"]);
    let pdf = Command::new("pdftotext").args(["-layout", "bao-cao.pdf", "-"]).current_dir(office.dir.path()).output();
    let pdf = text(&pdf.expect("pdftotext starts").stdout);
    assert!(pdf.contains("100,0%") && pdf.contains("1.108"), "no number is broken: {pdf}");
    let html = std::fs::read_to_string(office.path("report.html")).expect("read the page");
    assert!(html.contains("Gương điển hình (mẫu)") && html.contains("20 complete airings a week"), "{html}");
    let workbook = sheets(&office.path("report.xlsx"));
    assert!(workbook.contains("Against the targets") && workbook.contains("Công văn 126/UBND-VX"), "{workbook}");
}

/// Returns the names of the sheets and the strings of a workbook.
fn sheets(path: &Path) -> String {
    let script = "import sys, zipfile\nz = zipfile.ZipFile(sys.argv[1])\n\
                  print(''.join(z.read(n).decode() for n in z.namelist() if n.endswith('.xml')))";
    let output = Command::new(python_program()).args(["-c", script]).arg(path).output().expect("python starts");
    text(&output.stdout)
}

#[test]
fn targets_are_used_only_as_they_were_accepted() {
    let office = office_with_stations();
    let header_only = |office: &Office| {
        let output = report(office, &["--by", "target", "--format", "csv"]);
        (output.status.code(), text(&output.stdout).lines().count())
    };
    assert_eq!(header_only(&office), (Some(0), 1), "a store without targets is no fault");
    let missing = office.run(&["target", "show", "store", "--lang", "en"]);
    assert_eq!(missing.status.code(), Some(78), "{}", printed(&missing));
    write_targets(&office, TARGETS);
    assert_eq!(header_only(&office), (Some(1), 1));
    let refused = office.run(&["target", "accept", "store", "--lang", "en"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(printed(&refused).contains("Not accepted"), "{}", printed(&refused));
    office.run_successfully(&["target", "accept", "store", "--yes"]);
    let again = office.run_successfully(&["target", "accept", "store", "--yes", "--lang", "en"]);
    assert!(again.contains("accepted before"), "{again}");
    assert!(header_only(&office).1 > 1);
    let shown = office.run_successfully(&["target", "show", "store", "--lang", "vi"]);
    for words in ["165 phút mỗi tuần", "Đắk Song (665)", "bắt đầu từ 05:00 đến trước 07:00", "đã được chấp nhận"]
    {
        assert!(shown.contains(words), "{words} in {shown}");
    }
    // Somebody lowers a target.
    write_targets(&office, &TARGETS.replace("minutes-per-week = 165", "minutes-per-week = 16"));
    assert_eq!(header_only(&office), (Some(1), 1));
    let page = text(&report(&office, &["--lang", "vi"]).stdout);
    assert!(page.contains("báo cáo không so với chỉ tiêu") && page.contains("loa target accept store"), "{page}");
    assert_eq!(office.run(&["target", "show", "store"]).status.code(), Some(1));
    // Somebody puts a folder in its place. The rest of the report is made all the same.
    std::fs::remove_file(office.path("store/targets.toml")).expect("remove the file");
    std::fs::create_dir(office.path("store/targets.toml")).expect("make the folder");
    assert_eq!(header_only(&office), (Some(1), 1));
    std::fs::remove_dir(office.path("store/targets.toml")).expect("remove the folder");
    // Somebody removes the file.
    assert_eq!(header_only(&office), (Some(1), 1));
    office.run_successfully(&["target", "accept", "store", "--yes"]);
    assert_eq!(header_only(&office), (Some(0), 1));
}

#[test]
fn a_file_of_targets_is_checked_against_the_registry_and_the_logs() {
    let office = office_with_stations();
    let text_of = |office: &Office, arguments: &[&str]| {
        let output = office.run(arguments);
        (output.status.code(), printed(&output))
    };
    let bad = TARGETS
        .replace("topic = 5", "topic = 6")
        .replace("district = \"665\"", "district = \"Đắk Song\"")
        .replace("station = \"xa-2\"", "station = \"xa-22\"")
        .replace("language = \"cmo\"", "languag = \"cmo\"");
    write_targets(&office, &bad);
    let (code, page) = text_of(&office, &["target", "check", "store", "--lang", "vi"]);
    assert_eq!(code, Some(1), "{page}");
    for words in [
        "targets.toml:6:9",
        "chưa nhật ký nào nhắc đến chủ đề 6 của chiến dịch “giam-ngheo-2023”",
        "có phải ý bạn là `language`?",
        "targets.toml:27:12",
        "Đắk Song có mã “665”",
        "có phải ý bạn là `xa-2`?",
        "^^^",
    ] {
        assert!(page.contains(words), "{words} in {page}");
    }
    let (code, page) = text_of(&office, &["target", "accept", "store", "--yes", "--lang", "en"]);
    assert!(code == Some(1) && page.contains("Not accepted: fix the errors above first."), "{page}");
    let (code, json) = text_of(&office, &["target", "check", "store", "--format", "json"]);
    let rows: Value = serde_json::from_str(&json).unwrap_or_else(|_| panic!("{json}"));
    assert_eq!((code, rows.as_array().map(Vec::len)), (Some(1), Some(4)), "{json}");
    // A file outside a store is checked by itself.
    std::fs::write(office.path("moi.toml"), TARGETS).expect("write the file");
    let (code, page) = text_of(&office, &["target", "check", "moi.toml", "--lang", "en"]);
    assert!(code == Some(0) && page.contains("4 targets"), "{page}");
    let (code, page) = text_of(&office, &["target", "check", "khong-co.toml", "--lang", "en"]);
    assert!(code == Some(78) && page.contains("There is no such file or store"), "{page}");
}

#[test]
fn the_example_in_the_documentation_is_a_good_file() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/targets.md")).expect("read the page");
    let example = page.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("find the example");
    let office = Office::new();
    std::fs::write(office.path("targets.toml"), example).expect("write the file");
    let output = office.run(&["target", "check", "targets.toml", "--lang", "en"]);
    assert!(
        output.status.success() && printed(&output).contains("The file of targets is good"),
        "{}",
        printed(&output)
    );
}

const FORM_HEADER: &str = "date,addressee,title,campaign,topic,language,minutes,airings,link\n";

#[test]
fn stated_rows_stay_apart_from_proved_airtime() {
    let office = office_with_stations();
    let total = |office: &Office| text(&report(office, &["--by", "topic", "--format", "csv"]).stdout);
    let before = total(&office);
    let form = office.run_successfully(&["stated", "form"]);
    std::fs::write(office.path("khai.csv"), &form).expect("write the file");
    // The example row of the form is outside the range.
    office.run_successfully(&["stated", "add", "khai.csv", "--store", "store"]);
    let rows = format!("{FORM_HEADER}20/1/2023,Báo Mẫu (hư cấu),Tin mẫu,giam-ngheo-2023,5,vi,\"12,5\",2,\n");
    std::fs::write(office.path("bao.csv"), rows).expect("write the file");
    office.run_successfully(&["stated", "add", "bao.csv", "--store", "store"]);
    let again = office.run(&["stated", "add", "bao.csv", "--store", "store", "--lang", "en"]);
    assert!(again.status.code() == Some(1) && printed(&again).contains("added before"), "{}", printed(&again));
    let csv = text(&report(&office, &["--by", "stated", "--format", "csv"]).stdout);
    let expected = "addressee,campaign,topic,language,from,until,rows,stated_ms,airings\r\n\
                    Báo Mẫu (hư cấu),giam-ngheo-2023,5,vi,2023-01-20,2023-01-20,1,750000,2\r\n";
    assert_eq!(csv.trim_start_matches('\u{feff}'), expected);
    assert_eq!(total(&office), before);
    let page = text(&report(&office, &["--lang", "vi"]).stdout);
    assert!(page.contains("Do cơ quan tự khai (không có bằng chứng)"), "{page}");
    // Somebody changes a file, or puts one beside it.
    std::fs::write(office.path("store/stated/them.csv"), FORM_HEADER).expect("write the file");
    let disputed = report(&office, &["--lang", "en"]);
    assert_eq!(disputed.status.code(), Some(1));
    assert!(text(&disputed.stdout).contains("added without loa stated add: stated/them.csv"), "{}", printed(&disputed));
    std::fs::remove_dir_all(office.path("store/stated")).expect("remove the folder");
    let removed = report(&office, &["--by", "stated", "--format", "csv"]);
    assert_eq!((removed.status.code(), text(&removed.stdout).lines().count()), (Some(1), 1));
    // The same bytes put things right.
    office.run_successfully(&["stated", "add", "bao.csv", "--store", "store"]);
    office.run_successfully(&["stated", "add", "khai.csv", "--store", "store"]);
    let restored = report(&office, &["--by", "stated", "--format", "csv"]);
    assert_eq!((restored.status.code(), text(&restored.stdout).lines().count()), (Some(0), 2));
}

#[test]
fn a_hostile_file_of_stated_rows_adds_nothing() {
    let office = office_with_stations();
    let utf16: Vec<u8> =
        [0xff, 0xfe].into_iter().chain(FORM_HEADER.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    for (bytes, words) in [
        (
            format!("{FORM_HEADER}2023-01-20,B,=cmd|' /C calc'!A0,,,,1,,\n").into_bytes(),
            "begins like a spreadsheet formula",
        ),
        (format!("{FORM_HEADER}2023-01-20,B,T,,,,1,,javascript:x\n").into_bytes(), "is not a web address"),
        (format!("{FORM_HEADER}2023-01-20,B\u{1b}[2J,T,,,,1,,\n").into_bytes(), "invisible character"),
        (utf16, "UTF-16"),
        (b"date\xff\n".to_vec(), "not UTF-8"),
        (vec![b'a'; 1024 * 1024 + 1], "longer than"),
    ] {
        std::fs::write(office.path("xau.csv"), bytes).expect("write the file");
        let output = office.run(&["stated", "add", "xau.csv", "--store", "store", "--lang", "en"]);
        assert_eq!(output.status.code(), Some(1), "{}", printed(&output));
        assert!(printed(&output).contains(words) && !printed(&output).contains('\u{1b}'), "{}", printed(&output));
    }
    assert!(!office.path("store/stated").exists());
    let no_store = office.run(&["stated", "add", "xau.csv", "--store", "khong-co"]);
    assert!(!no_store.status.success() && !office.path("khong-co").exists());
}
