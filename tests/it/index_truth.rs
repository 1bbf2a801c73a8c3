//! The figures of a report. A changed index does not change them, and days without a log do not improve them.
mod changed_index;
mod honest_shares;
mod judged_again;
mod moved_items;
mod untrue_logs;

use std::path::PathBuf;
use std::process::{Command, Output};

use chrono::NaiveDate;
use loa::airlog::entry::{Outcome, OutcomeEntry};
use loa::airlog::storage::FolderStorage;
use loa::base::instant::WallTime;
use loa::department::index::query::IndexedAiring;
use loa::department::index::{AiringIndex, IndexError};
use loa::department::registry::Registry;
use loa::department::report::fact::FactState;
use loa::department::report::period::DateRange;
use serde_json::Value;

use crate::program;
use crate::province::maker::SimulatedStation;

/// A department's folder with its store and state.
struct Office(tempfile::TempDir);

impl Office {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("make a temporary folder"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = program::loa(self.0.path());
        command.args(arguments).current_dir(self.0.path()).env("LC_ALL", "C").output().expect("the program starts")
    }

    /// A department that has collected the logs of these stations.
    fn with_collected(stations: &[&SimulatedStation]) -> Self {
        let office = Self::new();
        for station in stations {
            assert!(office.run(&["enrol", &station.vkey(), "--store", "store", "--yes"]).status.success());
            station.export(&office.path("sticks").join(&station.id));
        }
        office.collect();
        office
    }

    /// Collects the sticks. Their logs are intact, but can be implausible.
    fn collect(&self) {
        let arguments = ["collect", "sticks", "--into", "store", "--silent-days", "60000"];
        let output = self.run(&arguments);
        let text = printed(&output);
        assert!(output.status.success() || text.contains("IMPLAUSIBLE"), "{text}");
    }

    /// The path of the index, which is on the department's machine and not in the store.
    fn index_path(&self) -> PathBuf {
        let paths = std::fs::read_dir(self.path("state/loa/index"))
            .expect("list the folder")
            .flatten()
            .map(|entry| entry.path());
        let mut paths = paths.filter(|path| path.extension().is_some_and(|extension| extension == "sqlite"));
        let index = paths.next().expect("find the index");
        assert_eq!(paths.next(), None);
        index
    }

    fn report(&self, options: &[&str]) -> Output {
        let mut arguments = vec!["report", "store", "--from", "2023-01-01", "--until", "2023-01-31"];
        arguments.extend(options);
        self.run(&arguments)
    }

    /// The rows of the CSV table that is grouped `by` a column. Each row maps column names to values.
    fn csv_rows(&self, by: &str) -> Vec<std::collections::BTreeMap<String, String>> {
        let report = self.report(&["--by", by, "--format", "csv"]);
        let bytes = report.stdout.strip_prefix("\u{feff}".as_bytes()).unwrap_or_else(|| panic!("{}", printed(&report)));
        let mut reader = csv::Reader::from_reader(bytes);
        let header = reader.headers().expect("read the header").clone();
        let row = |row: csv::StringRecord| header.iter().zip(&row).map(|(h, c)| (h.to_owned(), c.to_owned())).collect();
        reader.records().map(|record| row(record.expect("read the row"))).collect()
    }

    /// The number in this column of the table's only row.
    fn cell(&self, column: &str) -> i64 {
        let rows = self.csv_rows("station");
        assert_eq!(rows.len(), 1, "{rows:?}");
        rows[0].get(column).unwrap_or_else(|| panic!("{column}: {rows:?}")).parse().unwrap_or(0)
    }

    /// Asserts that each table equals that of a Python program, which was written from `docs/report.md` alone.
    fn assert_python_agrees(&self) {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/foreign/totals.py");
        for by in ["station", "topic", "language", "segment", "day"] {
            let python = Command::new(crate::foreign::python_program())
                .args([script, "store", "--from", "2023-01-01", "--until", "2023-01-31", "--by", by])
                .current_dir(self.0.path())
                .env("PYTHONDONTWRITEBYTECODE", "1")
                .output()
                .expect("python starts");
            let python_table: Value =
                serde_json::from_slice(&python.stdout).unwrap_or_else(|_| panic!("{}", printed(&python)));
            let loa_rows = self.csv_rows(by);
            let columns = python_table["columns"].as_array().expect("the value is an array");
            let rows = python_table["rows"].as_array().expect("the value is an array");
            assert_eq!(loa_rows.len(), rows.len(), "{by}");
            for (row, loa_row) in rows.iter().zip(&loa_rows) {
                for (column, cell) in columns.iter().zip(row.as_array().expect("the value is an array")) {
                    let column = column.as_str().expect("the value is a string");
                    assert_eq!(loa_row[column], cell.as_str().expect("the value is a string"), "{by}: {column}");
                }
            }
        }
    }
}

fn printed(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn simulated_station(id: &str) -> SimulatedStation {
    let first_date = NaiveDate::from_ymd_opt(2023, 1, 1).expect("the date is valid");
    SimulatedStation::begin(id, "Đài mẫu (hư cấu)", first_date, 11)
}

fn unchanged(_: &mut OutcomeEntry) {}

#[test]
fn an_airing_named_only_in_an_earlier_plan_of_its_date_is_unknown() {
    let office = Office::with_collected(&[&simulated_station("xa-1")
        .day_with(unchanged)
        .day_with_shorter_plan()
        .day_with(unchanged)]);
    assert_eq!(
        (office.cell("planned"), office.cell("unknown")),
        (48, 8),
        "the airings that the second plan omits are unknown"
    );
    office.assert_python_agrees();
    let output = office.run(&["reconcile", "store", "xa-1", "--date", "2023-01-02", "--format", "json"]);
    let reconciliation: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", printed(&output)));
    let rows = reconciliation["planned"].as_array().expect("the value is an array");
    assert_eq!(rows.iter().filter(|row| row["result"] == "unknown").count(), 8, "{reconciliation}");
    // The result is the same if each day is collected separately.
    let office = Office::new();
    let station = simulated_station("xa-1").day_with(unchanged);
    assert!(office.run(&["enrol", &station.vkey(), "--store", "store", "--yes"]).status.success());
    station.export(&office.path("sticks/xa-1"));
    office.collect();
    assert_eq!(office.cell("unknown"), 0);
    let station = station.day_with_shorter_plan();
    station.export(&office.path("sticks/xa-1"));
    office.collect();
    assert_eq!(office.cell("unknown"), 8);
    station.day_with(unchanged).export(&office.path("sticks/xa-1"));
    office.collect();
    assert_eq!((office.cell("planned"), office.cell("unknown")), (48, 8));
}

#[test]
fn airings_while_the_clock_is_unconfirmed_are_reported() {
    let station = simulated_station("xa-1")
        .day_with(unchanged)
        .clock_synchronised(false)
        .day_with(unchanged)
        .clock_confirmed()
        .day_with(unchanged);
    let office = Office::with_collected(&[&station]);
    assert_eq!(
        (office.cell("aired"), office.cell("unvouched")),
        (48, 16),
        "on one day of three, neither NTP nor the operator has confirmed the clock"
    );
    assert_eq!(office.cell("unvouched_ms") * 3, office.cell("played_ms"));
    office.assert_python_agrees();
    for format in ["text", "html"] {
        let text = printed(&office.report(&["--format", format, "--lang", "en"]));
        assert!(text.contains("timed by a clock that nobody vouched for"), "{format}: {text}");
        assert!(text.contains("the department saw them within"), "{format}: {text}");
    }
}

#[test]
fn one_recording_under_several_topics_is_reported_and_counted_once() {
    let with_shared_recording = |outcome: &mut OutcomeEntry| {
        if outcome.labels.topic.is_some_and(|topic| topic <= 3) {
            outcome.sha256 = Some("ab".repeat(32));
        }
    };
    let office = Office::with_collected(&[&simulated_station("xa-1").day_with(with_shared_recording)]);
    let topics = office.csv_rows("topic");
    let topic_row =
        |topic: &str| topics.iter().find(|row| row["topic"] == topic).unwrap_or_else(|| panic!("{topics:?}"));
    for topic in ["1", "2", "3"] {
        assert_eq!(
            (topic_row(topic)["recordings"].as_str(), topic_row(topic)["recordings_shared"].as_str()),
            ("1", "1"),
            "{topic}"
        );
    }
    assert_eq!(topic_row("4")["recordings_shared"], "0");
    assert_eq!(
        (office.cell("recordings"), office.cell("recordings_shared")),
        (6, 1),
        "three titles share one recording"
    );
    office.assert_python_agrees();
    for format in ["text", "html"] {
        let text = printed(&office.report(&["--format", format, "--lang", "en"]));
        assert!(text.contains("One recording under several topics") && text.contains("abababab"), "{format}: {text}");
    }
}

#[test]
fn inaudible_airings_count_as_level_0() {
    let muted = |outcome: &mut OutcomeEntry| outcome.volume = Some(0);
    let without_device = |outcome: &mut OutcomeEntry| outcome.level = 0;
    let office = Office::with_collected(&[&simulated_station("xa-1")
        .day_with(unchanged)
        .day_with(muted)
        .day_with(without_device)]);
    assert_eq!((office.cell("aired"), office.cell("level0")), (16, 32));
    assert_eq!(office.cell("played_ms") * 3, office.cell("planned_ms"));
    office.assert_python_agrees();
}

#[test]
fn an_airing_of_unknown_planned_length_counts_with_its_played_length() {
    let without_planned_length = |outcome: &mut OutcomeEntry| {
        outcome.played_ms = 5_000;
        outcome.labels.planned_ms = 0;
    };
    let office =
        Office::with_collected(&[&simulated_station("xa-1").day_with(unchanged).day_with(without_planned_length)]);
    assert_eq!((office.cell("aired"), office.cell("implausible")), (32, 0));
    assert_eq!(office.cell("played_ms"), office.cell("planned_ms") + 16 * 5_000);
    office.assert_python_agrees();
}

#[test]
fn airings_after_the_current_time_are_implausible() {
    let office = Office::with_collected(&[&simulated_station("xa-1").day_with(unchanged).day_with(unchanged)]);
    assert_eq!(office.cell("aired"), 32);
    let index = AiringIndex::open(&office.index_path()).expect("open the index");
    let registry = Registry::read(&FolderStorage::new(office.path("store"))).expect("read the registry");
    let date = |date: &str| -> NaiveDate { date.parse().expect("the date is valid") };
    let range = DateRange { from: date("2023-01-01"), until: date("2023-01-31") };
    for (today, expected_count) in
        [(None, 0), (Some("2023-01-05"), 0), (Some("2022-12-31"), 16), (Some("2022-06-01"), 32)]
    {
        let now = today.map(|today| {
            WallTime(date(today).and_hms_opt(20, 0, 0).expect("the time is valid").and_utc().timestamp_micros())
        });
        let mut context = index.query_context(&[range], &registry, now).expect("query the index");
        let mut future_count = 0;
        let count = |airing: &IndexedAiring| {
            future_count += u32::from(
                airing.fact.state == FactState::Implausible
                    && airing.implausibility_code.as_deref() == Some("in-future"),
            );
            Ok::<(), IndexError>(())
        };
        index.for_each_airing(&mut context, range, count).expect("query the index");
        assert_eq!(future_count, expected_count, "{now:?}");
    }
}

#[test]
fn days_without_a_log_do_not_improve_the_totals() {
    let office = Office::with_collected(&[&simulated_station("xa-1")
        .day_with(unchanged)
        .day_with(unchanged)
        .off_for_days(7)
        .day_with(unchanged)]);
    let row = &office.csv_rows("station")[0];
    // The days of January after the end of the log count too.
    assert_eq!((row["planned"].as_str(), row["days_without_log"].as_str()), ("48", "28"), "{row:?}");
    assert_eq!(row["lost_planned"], "448", "each day without a log counts as many airings as the last known plan");
    let planned_ms: i64 = row["planned_ms"].parse().expect("parse the number");
    assert_eq!(row["lost_planned_ms"].parse::<i64>().expect("parse the number"), planned_ms / 3 * 28);
    office.assert_python_agrees();
    for format in ["text", "html"] {
        let text = printed(&office.report(&["--format", format, "--lang", "en"]));
        assert!(text.contains("those days would have had 448 airings"), "{format}: {text}");
        // A count of one has a singular noun.
        assert!(text.contains("1 station without a log for 28 days in all"), "{format}: {text}");
        assert!(text.contains(" entries of 1 log, each checked"), "{format}: {text}");
    }
    // A station that has never sent a log has a row too.
    let station_without_log = simulated_station("xa-2");
    assert!(office.run(&["enrol", &station_without_log.vkey(), "--store", "store", "--yes"]).status.success());
    let rows = office.csv_rows("station");
    assert_eq!((rows[1]["station"].as_str(), rows[1]["days_without_log"].as_str()), ("xa-2", "31"), "{rows:?}");
    assert_eq!(rows[1]["lost_planned"], "0");
    office.assert_python_agrees();
}

#[test]
fn a_name_in_a_report_never_starts_a_formula() {
    let office = Office::new();
    for (number, name) in
        ["=1+1", " =1+1", "\t=1", "\n=1", "＝1", "＋1", "－1", "＠x", "\u{feff}=1", "x\u{1b}[31m"].iter().enumerate()
    {
        let station = simulated_station(&format!("xa-{number}")).day_with(unchanged);
        let arguments = ["enrol", &station.vkey(), "--store", "store", "--yes", "--name", name];
        assert!(office.run(&arguments).status.success(), "{name:?}");
        station.export(&office.path("sticks").join(&station.id));
    }
    office.collect();
    let report = office.report(&["--by", "station", "--format", "csv"]);
    let csv = String::from_utf8(report.stdout).expect("the text is UTF-8");
    for row in office.csv_rows("station") {
        let name = &row["name"];
        assert!(name.starts_with('\'') || name.starts_with('x'), "{name:?} of {csv:?}");
        assert!(!name.contains(|c: char| c.is_control()), "{name:?}");
    }
}
