use chrono::NaiveDate;

use super::read::{ParsedRows, read_stated_rows};
use super::totals::StatedSection;
use crate::department::report::period::DateRange;
use crate::schedule::SourceFile;

const HEADER: &str = "date,addressee,title,campaign,topic,language,minutes,airings,link";

fn date(text: &str) -> NaiveDate {
    text.parse().expect("parse the date")
}

fn read(text: &[u8]) -> ParsedRows {
    read_stated_rows(&SourceFile::new("khai.csv", text), date("2023-12-31"))
}

fn codes(text: &[u8]) -> Vec<&'static str> {
    read(text).problems.iter().map(crate::schedule::problem::Problem::code).collect()
}

#[test]
fn a_spreadsheets_own_notation_is_read() {
    let text = "\u{feff}date;addressee;title;campaign;topic;language;minutes;airings;link\r\n\
                20/3/2023;Báo Mẫu;\"Vay vốn; \"\"thoát nghèo\"\"\";giam-ngheo-2023;5;vi;12,5;;https://bao-mau.example/1\r\n\
                ;;;;;;;;\r\n\
                2023-03-21;Cổng Mẫu;Tin;;;;;3;\r\n";
    let parsed = read(text.as_bytes());
    assert_eq!(parsed.problems, []);
    let [first, second] = &parsed.rows[..] else { panic!("{:?}", parsed.rows) };
    assert_eq!((first.date, first.title.as_str()), (date("2023-03-20"), "Vay vốn; \"thoát nghèo\""));
    assert_eq!((first.stated_ms, first.airings, first.topic), (750_000, 0, Some(5)));
    assert_eq!((second.stated_ms, second.airings, second.link.as_str()), (0, 3, ""));
}

#[test]
fn each_bad_cell_is_found_with_its_place() {
    for (row, code) in [
        ("20/3,B,T,,,,1,,", "bad-date-text"),
        ("30/2/2023,B,T,,,,1,,", "bad-date-text"),
        ("2024-01-01,B,T,,,,1,,", "stated-future"),
        ("2023-03-20,,T,,,,1,,", "empty-text"),
        ("2023-03-20,B,=HYPERLINK(1),,,,1,,", "stated-formula"),
        ("2023-03-20,@B,T,,,,1,,", "stated-formula"),
        ("2023-03-20,B,\u{202e}T,,,,1,,", "control-in-text"),
        ("2023-03-20,B,T,Giam,,,1,,", "bad-id"),
        ("2023-03-20,B,T,,5,,1,,", "stated-topic-alone"),
        ("2023-03-20,B,T,a,1000,,1,,", "stated-number"),
        ("2023-03-20,B,T,a,0,,1,,", "bad-topic"),
        ("2023-03-20,B,T,,,viet,1,,", "bad-language"),
        ("2023-03-20,B,T,,,,,,", "stated-amount"),
        ("2023-03-20,B,T,,,,0,0,", "stated-amount"),
        ("2023-03-20,B,T,,,,1e9,,", "stated-number"),
        ("2023-03-20,B,T,,,,-1,,", "stated-number"),
        ("2023-03-20,B,T,,,,99999999999999999999,,", "stated-number"),
        ("2023-03-20,B,T,,,,1.234,,", "stated-number"),
        ("2023-03-20,B,T,,,,,10001,", "stated-number"),
        ("2023-03-20,B,T,,,,1,,javascript:alert(1)", "bad-link"),
        ("2023-03-20,B,T,,,,1,,https://a b", "bad-link"),
        ("2023-03-20,B,T,,,,1,", "stated-cells"),
        ("2023-03-20,B,\"T,,,,1,,", "stated-quotes"),
    ] {
        let text = format!("{HEADER}\n2023-03-19,B,T,,,,1,,\n{row}\n");
        let parsed = read(text.as_bytes());
        assert_eq!(codes(text.as_bytes()), [code], "{row}");
        assert!(parsed.problems[0].span.range.start > text.find("2023-03-19").expect("find the row"), "{row}");
        assert_eq!(parsed.rows.len(), 1, "{row}");
    }
    let long_title = format!("{HEADER}\n2023-03-20,B,{},,,,1,,\n", "a".repeat(201));
    assert_eq!(codes(long_title.as_bytes()), ["long-text"]);
}

#[test]
fn a_file_that_is_no_such_table_is_refused_as_a_whole() {
    let utf16: Vec<u8> = "date,addressee".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(codes(&[&[0xff, 0xfe][..], &utf16].concat()), ["utf-16"]);
    assert_eq!(codes(b"date\xff"), ["not-utf8"]);
    assert_eq!(codes(b""), ["stated-header"]);
    assert_eq!(codes(b"ngay,co-quan\n"), ["stated-header"]);
    assert_eq!(codes(format!("{HEADER},more\n").as_bytes()), ["stated-header"]);
    assert_eq!(codes(format!("{HEADER}\n").as_bytes()), ["no-stated-rows"]);
    assert_eq!(codes(format!("{HEADER}\n2023-03-20,B\u{1b}[31m,T,,,,1,,\n").as_bytes()), ["control"]);
    let repeated = format!("{HEADER}\n2023-03-20,B,T,,,,1,,\n2023-03-20,B,T,,,,1.0,,\n");
    assert_eq!(codes(repeated.as_bytes()), ["stated-twice"]);
    let too_many = format!("{HEADER}\n{}", "2023-03-20,B,T,,,,1,,\n".repeat(5_001));
    assert_eq!(codes(too_many.as_bytes())[0], "too-many");
    assert_eq!(codes(too_many.as_bytes()).len(), 201);
    assert_eq!(codes(&vec![b'a'; 1024 * 1024 + 1]), ["too-large"]);
}

#[test]
fn rows_of_a_range_are_added_up_once() {
    let text = format!(
        "{HEADER}\n2023-03-20,B,T,giam-ngheo-2023,5,vi,10,1,\n2023-03-22,B,U,giam-ngheo-2023,5,vi,5.5,,\n\
         2023-03-22,B,V,giam-ngheo-2023,4,vi,1,,\n2023-04-01,B,W,giam-ngheo-2023,5,vi,100,,\n"
    );
    let rows = read(text.as_bytes()).rows;
    let twice = [rows.clone(), rows].concat();
    let range = DateRange { from: date("2023-03-01"), until: date("2023-03-31") };
    let section = StatedSection::new(&twice, range, Vec::new());
    let figures: Vec<_> = section.totals.iter().map(|t| (t.topic, t.rows, t.stated_ms, t.airings)).collect();
    assert_eq!(figures, [(Some(4), 1, 60_000, 0), (Some(5), 2, 930_000, 1)]);
    assert_eq!(section.totals[1].dates, DateRange { from: date("2023-03-20"), until: date("2023-03-22") });
}
