//! The shares of a report: days without a log, missing files and outcomes that are not known yet raise none of them.
use std::collections::BTreeMap;

use loa::airlog::outcome::Reason;

use super::*;

type Row = BTreeMap<String, String>;

impl Office {
    fn enrol(&self, station: &SimulatedStation, place: &str) {
        let arguments = ["enrol", &station.vkey(), "--store", "store", "--yes", "--place", place];
        let output = self.run(&arguments);
        assert!(output.status.success(), "{}", printed(&output));
    }

    /// Two stations with three days of logs each, and between them in the order of ids one that has sent nothing.
    fn with_silent_station() -> Self {
        let office = Self::new();
        for (id, place) in [("xa-1", "101 Xã Một / 67 Tỉnh mẫu"), ("xa-3", "103 Xã Ba / 67 Tỉnh mẫu")] {
            let station = simulated_station(id).day_with(unchanged).day_with(unchanged).day_with(unchanged);
            office.enrol(&station, place);
            station.export(&office.path("sticks").join(id));
        }
        office.enrol(&simulated_station("xa-2"), "102 Xã Hai / 67 Tỉnh mẫu");
        // The exit code is 1, because a station has sent nothing.
        let output = office.run(&["collect", "sticks", "--into", "store", "--silent-days", "60000"]);
        assert!(printed(&output).contains("Collected from 2 logs"), "{}", printed(&output));
        office
    }

    fn report_of(&self, from: &str, until: &str, options: &[&str]) -> Output {
        let mut arguments = vec!["report", "store", "--from", from, "--until", until];
        arguments.extend(options);
        self.run(&arguments)
    }

    fn station_row(&self, station: &str) -> Row {
        let rows = self.csv_rows("station");
        rows.iter().find(|row| row["station"] == station).cloned().unwrap_or_else(|| panic!("{station}: {rows:?}"))
    }
}

fn number(row: &Row, column: &str) -> i64 {
    let cell = row.get(column).unwrap_or_else(|| panic!("no column {column}: {row:?}"));
    cell.parse().unwrap_or_else(|_| panic!("{column} is {cell:?}: {row:?}"))
}

/// Makes an outcome that of a file that is gone: the station does not know its length any more.
fn without_file(outcome: &mut OutcomeEntry) {
    outcome.result = Outcome::Missed;
    outcome.reason = Some(Reason::FileMissing);
    (outcome.labels.planned_ms, outcome.played_ms, outcome.frames, outcome.level) = (0, 0, 0, 0);
    (outcome.sha256, outcome.device, outcome.volume, outcome.late_us) = (None, None, None, None);
}

fn is_of_topic_3(outcome: &OutcomeEntry) -> bool {
    outcome.labels.topic == Some(3)
}

#[test]
fn the_first_sentence_of_a_report_says_how_many_stations_and_days_have_logs() {
    let office = Office::with_silent_station();
    let (vi, en) = ("2/3 đài có nhật ký; 6/93 ngày-đài, 6,5%", "Logs from 2 of 3 stations; 6 of 93 station-days, 6.5%");
    for (lang, sentence) in [("vi", vi), ("en", en)] {
        let text = printed(&office.report(&["--lang", lang]));
        // Only the title and the dates come before it.
        assert!(text.lines().nth(2).is_some_and(|line| line.starts_with(sentence)), "{text}");
        let no_estimate = if lang == "vi" {
            "31 ngày của 1 đài không có kế hoạch nào"
        } else {
            "known for 31 days of 1 station"
        };
        assert!(text.contains(no_estimate), "nothing is known of the plan of the silent station: {text}");
        let html = printed(&office.report(&["--format", "html", "--lang", lang]));
        let body = html.split_once("<main>").expect("find the content").1;
        // Only the basis of the document comes before it.
        let first_part = body.split_once("</h3>").expect("find the first part").1;
        let first_paragraph = first_part.split_once("<p>").expect("find a paragraph").1;
        assert!(first_paragraph.starts_with(sentence), "{lang}: {body}");
        assert!(body.find(sentence) < body.find("<table"), "{lang}: the sentence comes before the first table");
        let output = office.report(&["--output", "report.pdf", "--lang", lang]);
        assert!(output.status.success(), "{}", printed(&output));
        let pdf =
            Command::new("pdftotext").args([&office.path("report.pdf")]).arg("-").output().expect("run pdftotext");
        let words = printed(&pdf).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains(sentence), "{words}");
        assert!(office.report(&["--output", "report.xlsx", "--lang", lang]).status.success());
        let script = "import openpyxl, sys\nsheet = openpyxl.load_workbook(sys.argv[1]).worksheets[0]\n\
                      print([str(row[0].value) for row in sheet.iter_rows(max_row=6)])";
        let cells = Command::new(crate::foreign::python_with("openpyxl"))
            .args(["-c", script])
            .arg(office.path("report.xlsx"))
            .env("PYTHONIOENCODING", "utf-8")
            .output()
            .expect("python starts");
        assert!(printed(&cells).contains(sentence), "{}", printed(&cells));
    }
}

#[test]
fn a_silent_station_and_its_commune_have_empty_rows_in_their_places() {
    let office = Office::with_silent_station();
    for (by, key, keys) in
        [("station", "station", ["xa-1", "xa-2", "xa-3"]), ("commune", "commune_code", ["101", "102", "103"])]
    {
        let rows = office.csv_rows(by);
        assert_eq!(rows.iter().map(|row| row[key].as_str()).collect::<Vec<_>>(), keys, "{rows:?}");
        let silent_row = &rows[1];
        for column in ["planned", "aired", "missed", "played_ms", "share_permille", "share_plan_permille", "unplanned"]
        {
            assert_eq!(silent_row[column], "", "{by}: nothing is known of {column}: {silent_row:?}");
        }
        assert_eq!((number(silent_row, "station_days"), number(silent_row, "days_with_log")), (31, 0), "{by}");
        assert_eq!((number(&rows[0], "station_days"), number(&rows[0], "days_with_log")), (31, 3), "{by}");
        let text = printed(&office.report(&["--by", by, "--lang", "vi"]));
        let name = if by == "station" { "xa-2" } else { "Xã Hai (102)" };
        let row = text.lines().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("{name}: {text}"));
        let cells: Vec<&str> = row.strip_prefix(name).expect("find the name").split_whitespace().collect();
        assert_eq!(cells, ["0/31"], "{text}");
        let position = |name: &str| text.lines().position(|line| line.contains(name));
        let neighbours = if by == "station" { ["(xa-1)", "(xa-3)"] } else { ["Xã Một", "Xã Ba"] };
        assert!(position(neighbours[0]) < position(name) && position(name) < position(neighbours[1]), "{text}");
    }
    office.assert_python_agrees();
}

#[test]
fn every_table_has_a_share_of_the_plan_and_a_share_of_what_is_known() {
    let office = Office::with_collected(&[&simulated_station("xa-1")
        .day_with(unchanged)
        .off_for_days(3)
        .day_with(unchanged)
        .day_with_shorter_plan()]);
    for by in ["station", "topic", "language", "segment"] {
        for row in office.csv_rows(by) {
            let (planned, unknown, lost) =
                (number(&row, "planned"), number(&row, "unknown"), number(&row, "lost_planned"));
            let (played_ms, aired) = (number(&row, "played_ms"), number(&row, "aired"));
            // Of the 31 days, 28 have no log. Each of them had as many airings as the last known day.
            assert!(lost > 0 && number(&row, "lost_planned_ms") > 0, "{by}: {row:?}");
            let plan_ms = number(&row, "expected_ms") + number(&row, "lost_planned_ms");
            let rounded = |part: i64, whole: i64| (part * 2000 + whole) / (2 * whole);
            assert_eq!(number(&row, "share_plan_permille"), rounded(played_ms, plan_ms), "{by}: {row:?}");
            assert_eq!(number(&row, "aired_plan_permille"), rounded(aired, planned + lost), "{by}: {row:?}");
            assert_eq!(number(&row, "known"), planned - unknown, "{by}: {row:?}");
            let known_share = rounded(played_ms, number(&row, "known_ms"));
            assert_eq!(number(&row, "share_known_permille"), known_share, "{by}: {row:?}");
            assert!(number(&row, "share_plan_permille") < 200 && known_share > 800, "{by}: {row:?}");
        }
    }
    let station_row = office.station_row("xa-1");
    assert_eq!(number(&station_row, "lost_planned"), 28 * 16);
    let topic_sum: i64 = office.csv_rows("topic").iter().map(|row| number(row, "lost_planned_ms")).sum();
    assert_eq!(number(&station_row, "lost_planned_ms"), topic_sum, "each table shares out the same estimate");
    office.assert_python_agrees();
    let text = printed(&office.report(&["--format", "html", "--by", "topic", "--lang", "en"]));
    assert!(text.contains("Share of the plan (time / count)"), "{text}");
    assert!(text.contains("Share of what is known (time / count)"), "{text}");
}

#[test]
fn a_missing_file_of_unknown_length_does_not_raise_a_share() {
    let without_topic_3 = |outcome: &mut OutcomeEntry| {
        if is_of_topic_3(outcome) {
            without_file(outcome);
        }
    };
    let station = simulated_station("xa-1").day_with(unchanged).day_with(without_topic_3);
    let office = Office::with_collected(&[&station]);
    let row = office.station_row("xa-1");
    assert_eq!((number(&row, "planned"), number(&row, "aired"), number(&row, "missed")), (32, 30, 2));
    // The lengths are those of the day before.
    assert_eq!((number(&row, "earlier_length"), number(&row, "no_length")), (2, 0), "{row:?}");
    assert_eq!(number(&row, "known_ms"), number(&row, "played_ms") + 2 * 620_000, "{row:?}");
    assert!(number(&row, "share_known_permille") < 1000, "{row:?}");
    assert_eq!(number(&row, "aired_known_permille"), 938, "{row:?}");
    office.assert_python_agrees();
    // If no earlier length is known, the report says so.
    let station = simulated_station("xa-1").day_with(without_topic_3).day_with(unchanged);
    let office = Office::with_collected(&[&station]);
    let row = office.station_row("xa-1");
    assert_eq!((number(&row, "earlier_length"), number(&row, "no_length")), (0, 2), "{row:?}");
    assert_eq!(number(&row, "aired_known_permille"), 938, "{row:?}");
    let text = printed(&office.report(&["--lang", "en"]));
    assert!(text.contains("Of unknown length: 2 airings, which only the shares by count include"), "{text}");
    office.assert_python_agrees();
}

#[test]
fn periods_with_different_coverage_are_compared_without_a_percentage() {
    let station = simulated_station("xa-1").day_with(unchanged).day_with(unchanged).off_for_days(8);
    let station = (0..10).fold(station, |station, _| station.day_with(unchanged));
    let office = Office::with_collected(&[&station]);
    let compare = |earlier: &str, options: &[&str]| {
        let options = [&["--compare", earlier, "--lang", "en"], options].concat();
        printed(&office.report_of("2023-01-11", "2023-01-20", &options))
    };
    let text = compare("2023-01-01..2023-01-10", &[]);
    assert!(text.contains("Logs from 1 of 1 station; 10 of 10 station-days, 100.0%"), "{text}");
    assert!(text.contains("Compared period: logs from 1 of 1 station; 2 of 10 station-days, 20.0%"), "{text}");
    assert!(!text.contains("+400.0%") && text.contains("– (logs missing)"), "{text}");
    let html = compare("2023-01-01..2023-01-10", &["--format", "html"]);
    assert!(!html.contains("+400.0%") && html.contains("– (logs missing)"), "{html}");
    for by in ["station", "topic"] {
        let csv = compare("2023-01-01..2023-01-10", &["--format", "csv", "--by", by]);
        for line in csv.lines().skip(1) {
            assert!(line.ends_with(','), "{by}: there is no growth: {line}");
        }
    }
    // If both periods have the same coverage, the growth is given.
    let text = compare("2023-01-01..2023-01-02", &[]);
    assert!(text.contains("+400.0%") && !text.contains("logs missing"), "{text}");
}

#[test]
fn a_range_without_data_says_where_data_are_in_every_format() {
    let office = Office::with_silent_station();
    for format in ["text", "csv", "html"] {
        let output = office.report_of("2022-01-01", "2022-01-31", &["--format", format, "--lang", "en"]);
        let text = printed(&output);
        assert!(text.contains("add --from 01/01/2023 --until 03/01/2023"), "{format}: {text}");
    }
}

#[test]
fn the_words_of_a_report_are_those_of_an_office() {
    let silent = |outcome: &mut OutcomeEntry| outcome.level = 0;
    let station = simulated_station("xa-1").day_with(unchanged).day_with(silent).morning();
    let office = Office::with_collected(&[&station]);
    let html = printed(&office.report(&["--format", "html", "--lang", "vi"]));
    for words in [
        "Thời lượng thực phát (phút)",
        "Thời lượng kế hoạch (phút)",
        "Số lượt phát trọn vẹn",
        "Số lượt không phát",
        "Chưa có kết quả",
        "Không có thiết bị ra loa (chạy thử)",
        "Tổng cộng",
    ] {
        assert!(html.contains(words), "{words}: {html}");
    }
    let text = printed(&office.report(&["--lang", "vi"]));
    for words in ["Giờ thực phát", "Chưa rõ", "Không ra đường âm thanh", "p50", "(ms)"] {
        assert!(!html.contains(words) && !text.contains(words), "{words}: {html} {text}");
    }
    // On a terminal the headings are wrapped, so that the table is not wider than its figures need.
    let table = text.split_once("Theo đài\n").expect("find the table").1.split_once("\n\n").expect("find its end").0;
    assert!(table.lines().all(|line| line.chars().count() < 225), "{table}");
    assert!(table.contains("trọn vẹn"), "{table}");
}
