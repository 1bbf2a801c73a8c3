//! Tests of the report files, which are read with other programs. All contents are invented.
pub mod docx;
mod layout;
mod sample;
mod spreadsheet;

use std::path::Path;
use std::process::Command;

use chrono::NaiveDate;
use loa::airlog::outcome::Reason;
use loa::airlog::plausibility::{Implausibility, PlausibilityFinding};
use loa::department::registry::Registry;
use loa::department::report::fact::{Fact, FactState, SymbolTable};
use loa::department::report::period::{DateRange, Period};
use loa::department::report::selected_tables::SelectedTables;
use loa::department::report::tally::{ReportContext, ReportQuery, Tally};
use loa::department::report::xlsx::{ListedAirings, ReportWorkbook, SheetAiring};
use loa::department::report::{GroupBy, LogEvidence, Report, csv, html, pdf};
use loa::text::Lang;

/// Every letter of Vietnamese, with all its marks.
const LETTERS: &str =
    "aàảãáạ ăằẳẵắặ âầẩẫấậ bcdđ eèẻẽéẹ êềểễếệ ghiìỉĩíị klmn oòỏõóọ ôồổỗốộ ơờởỡớợ pqrst uùủũúụ ưừửữứự vx yỳỷỹýỵ";

fn date(text: &str) -> NaiveDate {
    text.parse().expect("the date is valid")
}

/// Returns a report about `station_count` stations with difficult names.
fn report(station_count: u32, title: &str) -> Report {
    let range = DateRange { from: date("2023-03-15"), until: date("2023-05-14") };
    let earlier_range = DateRange { from: date("2023-01-15"), until: date("2023-03-14") };
    let mut symbols: Vec<String> = ["giam-ngheo-2023", "vi", "viec-lam", title, "cmo"].map(str::to_owned).to_vec();
    let mut registry =
        String::from("[department]\nagency = \"SỞ MẪU (HƯ CẤU)\"\nplace = \"Đắk Nông\"\nrecipients = [\"Lưu: VT\"]\n");
    for n in 0..station_count {
        symbols.push(format!("dai-{n:02}"));
        registry.push_str(&format!(
            "[[station]]\nid = \"dai-{n:02}\"\nname = \"Đài Truyền thanh xã Đắk R'Măng số {n} (hư cấu)\"\n"
        ));
    }
    let mut context = ReportContext { symbols: SymbolTable(symbols), repeated_outcomes: 2, ..ReportContext::default() };
    context.topic_titles.insert((0, 1), title.to_owned());
    context.evidence.push(LogEvidence {
        program: None,
        station: "dai-00".to_owned(),
        name: "<script>alert(1)</script>".to_owned(),
        origin: "loa/dai-00/00000000000000000000000000000000".to_owned(),
        entries: 12_345,
        root: "ab".repeat(32),
        newest_at: None,
        cosigned_at: Some("2023-05-15T02:00:00Z".to_owned()),
        head: "head".to_owned(),
        exposed_since: None,
        fault: None,
        preceding_entries: Some((900, 400)),
        unsettled_evidence: Vec::new(),
        missing_plans: 2,
        finding_count: 3,
        findings: vec![PlausibilityFinding {
            seq: 77,
            airing: None,
            cause: Implausibility::BootClockBack { by_us: 5_000_000 },
        }],
    });
    let registry = Registry::parse(&registry).expect("parse the registry");
    let query = ReportQuery {
        range,
        earlier_range: Some(earlier_range),
        groupings: vec![GroupBy::Segment],
        period: Some(Period::Month),
        campaign: None,
        question: None,
        lists_days: false,
        made_on: date("2023-05-20"),
    };
    let mut tally = Tally::new(query, &context, &registry);
    for n in 0..station_count {
        for date in earlier_range.from.iter_days().take_while(|date| *date <= range.until) {
            let states = [
                FactState::Aired,
                FactState::Missed(Some(Reason::PowerOff)),
                FactState::Partial(None),
                FactState::Level0,
                FactState::Unknown,
            ];
            for (index, state) in states.into_iter().enumerate() {
                tally.add(&Fact {
                    station: 5 + n,
                    date,
                    at_us: 0,
                    state,
                    segment: 2,
                    title: 3,
                    campaign: 0,
                    topic: Some(1 + u16::try_from(index).expect("the number fits")),
                    language: if index == 0 { 1 } else { 4 },
                    planned_ms: 600_000,
                    last_known_ms: 0,
                    played_ms: if index == 0 { 600_000 } else { 100_000 },
                    late_us: Some(-1),
                    is_clock_confirmed: index > 0,
                    recording: Some(4),
                    has_low_volume: false,
                    earliest_countersigned_at_us: None,
                    enrolled_at_us: None,
                });
            }
        }
    }
    tally.into_report()
}

fn docx_of(report: &Report, lang: Lang) -> Vec<u8> {
    loa::department::report::docx::render_docx(report, SelectedTables::All, lang).expect("render the report")
}

fn stdout_of(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program)
        .args(arguments)
        .output()
        .unwrap_or_else(|e| panic!("{program}: {e}: see packaging/needs.sh"));
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("the text is UTF-8")
}

#[test]
fn every_vietnamese_letter_can_be_extracted_from_the_pdf() {
    let dir = tempfile::tempdir().expect("make a temporary folder");
    let upper_case = LETTERS.to_uppercase();
    for (lang, letters) in [(Lang::Vi, LETTERS), (Lang::En, &upper_case)] {
        let bytes = pdf::render_pdf(&report(2, letters), SelectedTables::All, lang).expect("render the report").bytes;
        let path = dir.path().join("report.pdf");
        std::fs::write(&path, &bytes).expect("write the file");
        let text = stdout_of("pdftotext", &[path.to_str().expect("the path is UTF-8"), "-"]);
        let letters_only: String = text.split_whitespace().collect();
        for letter_group in letters.split(' ') {
            assert!(letters_only.contains(letter_group), "{letter_group} in {text}");
        }
        assert_eq!(
            bytes,
            pdf::render_pdf(&report(2, letters), SelectedTables::All, lang).expect("render the report").bytes,
            "the same report gives the same bytes"
        );
        let info = stdout_of("pdfinfo", &[path.to_str().expect("the path is UTF-8")]);
        assert!(info.contains("A4") && info.contains("Title:"), "{info}");
        assert!(bytes.len() < 200_000, "{} bytes", bytes.len());
    }
}

#[test]
fn a_long_pdf_numbers_its_pages_and_names_every_station() {
    let dir = tempfile::tempdir().expect("make a temporary folder");
    let path = dir.path().join("report.pdf");
    std::fs::write(
        &path,
        pdf::render_pdf(&report(71, "Tiêu đề"), SelectedTables::All, Lang::Vi).expect("render the report").bytes,
    )
    .expect("write the file");
    let text = stdout_of("pdftotext", &["-layout", path.to_str().expect("the path is UTF-8"), "-"]);
    let pages: Vec<&str> = text.split('\u{c}').filter(|page| !page.trim().is_empty()).collect();
    assert!(pages.len() > 5, "{} pages", pages.len());
    // The number stands alone at the top of the page, and the first page has none.
    let first_line = |page: &str| page.lines().map(str::trim).find(|line| !line.is_empty()).map(str::to_owned);
    assert!(first_line(pages[0]).is_some_and(|line| line.starts_with("SỞ MẪU")), "{}", pages[0]);
    for (number, page) in pages.iter().enumerate().skip(1) {
        assert_eq!(first_line(page), Some((number + 1).to_string()), "{page}");
    }
    for n in 0..71 {
        assert!(text.contains(&format!("(dai-{n:02})")), "a station is not named: {n}");
    }
    // The report says that it is a draft, and what it does not prove.
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("DỰ THẢO") && words.contains("không chứng minh loa ngoài trời đã kêu"));
    assert!(words.contains("Nơi nhận:") && words.contains("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"));
}

#[test]
fn hostile_names_do_no_harm() {
    let long_title = "x".repeat(3000);
    for title in [
        "<script>alert(1)</script>",
        "\"'&<>",
        "\u{202e}gnp.exe",
        "\u{0}\u{7}\u{1b}[2J",
        "📻 loa",
        long_title.as_str(),
        "",
    ] {
        let report = report(1, title);
        let page = html::render_html(&report, SelectedTables::All, Lang::Vi);
        let script_count = page.matches("<script").count();
        assert!(script_count == 1 && !page.contains('\u{202e}') && !page.contains('\u{1b}'), "{title}");
        assert!(page.contains("default-src 'none'"));
        let docx = docx::document_xml(&docx_of(&report, Lang::Vi));
        assert!(!docx.contains("<script") && !docx.contains('\u{202e}') && !docx.contains('\u{1b}'), "{title}");
        assert!(
            pdf::render_pdf(&report, SelectedTables::All, Lang::Vi).is_ok_and(|file| file.bytes.starts_with(b"%PDF")),
            "{title}"
        );
    }
    let report = report(1, "=HYPERLINK(\"http://example.com\")");
    let table = report.table(GroupBy::Segment).expect("the report has the table");
    assert!(csv::render_csv(table).contains("\"'=HYPERLINK("), "no formula: {}", csv::render_csv(table));
}

#[test]
fn openpyxl_reads_the_totals_of_the_spreadsheet() {
    let dir = tempfile::tempdir().expect("make a temporary folder");
    let path = dir.path().join("report.xlsx");
    let report = report(3, "=1+1");
    let mut workbook = ReportWorkbook::new(ListedAirings::All, Lang::En).expect("make the spreadsheet");
    let fact = Fact {
        station: 0,
        date: date("2023-03-20"),
        at_us: 0,
        state: FactState::Missed(Some(Reason::PowerOff)),
        segment: 0,
        title: 0,
        campaign: 0,
        topic: Some(1),
        language: 0,
        planned_ms: 600_000,
        last_known_ms: 0,
        played_ms: 0,
        late_us: None,
        is_clock_confirmed: true,
        recording: None,
        has_low_volume: false,
        earliest_countersigned_at_us: None,
        enrolled_at_us: None,
    };
    for n in 0..10 {
        workbook
            .write_airing(&SheetAiring {
                fact: &fact,
                planned_at: Some("2023-03-20T05:15:00+07:00"),
                station: ("dai-00", "Đài mẫu"),
                title: "=1+1",
                campaign: "giam-ngheo-2023",
                language: "cmo",
                entry: Some(("loa/dai-00/0", n)),
                explanation: None,
            })
            .expect("write a row");
    }
    std::fs::write(&path, workbook.finish(&report, SelectedTables::All).expect("write the spreadsheet"))
        .expect("write the file");
    let script = "import json, sys, openpyxl\n\
        book = openpyxl.load_workbook(sys.argv[1])\n\
        topics = book['By topic']\n\
        print(json.dumps({'sheets': book.sheetnames, 'charts': len(topics._charts), 'frozen': book['Airings'].freeze_panes,\n\
          'filter': book['Airings'].auto_filter.ref, 'airing': [str(c.value) for c in book['Airings'][2]],\n\
          'kind': book['Airings'].cell(2, 5).data_type, 'missed': book['Missed and partial'].max_row,\n\
          'planned': sum(row[1].value for row in topics.iter_rows(min_row=2, max_row=6)),\n\
          'minutes': sum(row[8].value for row in topics.iter_rows(min_row=2, max_row=6)),\n\
          'total': [topics.cell(topics.max_row, c).value for c in (1, 2)], 'filtered': topics.auto_filter.ref,\n\
          'printed': {s.title: [s.page_setup.orientation, s.page_setup.paperSize, s.sheet_properties.pageSetUpPr.fitToPage,\n\
            s.page_setup.fitToHeight, s.print_title_rows, s.print_area] for s in book.worksheets},\n\
          'root': book['Evidence'].cell(2, 6).value, 'found': book['Evidence'].cell(2, 11).value}))";
    let values =
        stdout_of(crate::foreign::python_with("openpyxl"), &["-c", script, path.to_str().expect("the path is UTF-8")]);
    let values: serde_json::Value = serde_json::from_str(&values).expect("parse the JSON");
    let sheets = values["sheets"].as_array().expect("list the sheets");
    assert_eq!(sheets[..3], ["Summary", "Incidents", "By topic"]);
    let evidence = sheets.iter().position(|name| name == "Evidence").expect("find the sheet");
    assert_eq!(sheets[evidence - 2..evidence], ["Missed and partial", "Airings"]);
    assert_eq!(
        sheets[evidence + 1..],
        ["Communes and topics", "Topics by language", "Growth", "Recordings and volume"]
    );
    for sheet in sheets.iter().map(|name| name.as_str().unwrap_or_default()) {
        let printed = &values["printed"][sheet];
        assert_eq!(
            printed.as_array().expect("a list")[..4],
            ["landscape".into(), 9.into(), true.into(), 0.into()] as [serde_json::Value; 4]
        );
        assert!(sheet == "Summary" || printed[4] == "$1:$1", "{sheet}: the headings stand on each page: {values}");
    }
    assert_eq!(values["printed"]["Airings"][5], "'Airings'!$A$1:$L$11", "hashes and logs are for the screen");
    assert_eq!(values["total"], serde_json::json!(["Total", report.total.planned]));
    assert_eq!(
        (&values["charts"], &values["frozen"], &values["filter"]),
        (&1.into(), &"A2".into(), &"A1:P11".into()),
        "{values}"
    );
    assert_eq!(values["kind"], "s", "a title became a formula: {values}");
    assert_eq!(values["missed"], 11);
    assert_eq!(values["planned"].as_u64(), Some(report.total.planned));
    let minutes = values["minutes"].as_f64().expect("the value is a number") * 60_000.0;
    #[allow(clippy::cast_precision_loss)]
    let played_ms = report.total.played_ms as f64;
    assert!((minutes - played_ms).abs() < 1.0, "{minutes} and {played_ms}");
    assert_eq!(values["root"], "ab".repeat(32));
    let findings = values["found"].as_str().unwrap_or_default();
    assert!(
        findings.contains("77") && findings.contains('3'),
        "findings without an airing are in the log's row: {values}"
    );
    assert!(Path::new(&path).is_file());
}

#[test]
fn the_documents_name_every_column_and_table() {
    let page = include_str!("../../docs/report.md").replace([' ', '\n'], "");
    let columns = csv::value_columns(false);
    let main_columns: Vec<String> = columns.iter().filter(|name| !name.starts_with("partial_")).cloned().collect();
    assert!(page.contains(&main_columns.join(",")), "{main_columns:?}");
    let partial_count = columns.iter().filter(|name| name.starts_with("partial_")).count();
    assert_eq!(partial_count, Reason::ALL.len() + 1);
    let schema = include_str!("../../docs/index.md");
    for table in ["log", "word", "airing", "plan", "pending", "finding", "topic", "campaign", "event", "edited"] {
        assert!(schema.contains(&format!("| `{table}` |")), "{table}");
    }
}

#[test]
fn the_html_report_is_complete_in_both_languages() {
    let report = report(2, "Tiêu đề");
    let (vi, en) = (
        html::render_html(&report, SelectedTables::All, Lang::Vi),
        html::render_html(&report, SelectedTables::All, Lang::En),
    );
    assert!(
        vi.contains("lang=\"vi\"")
            && vi.contains("Độc lập - Tự do - Hạnh phúc")
            && vi.contains("ngày 20 tháng 5 năm 2023")
    );
    assert!(en.contains("lang=\"en\"") && en.contains("Independence - Freedom - Happiness"));
    for page in [vi, en] {
        assert_eq!(page.matches("<svg").count(), 2, "both charts");
        assert!(page.contains("ab".repeat(32).as_str()));
    }
}
