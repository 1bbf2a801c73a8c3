//! Closed periods: their numbers stay, and every change of a kept file is found.
mod attacks;
mod later;

use std::collections::BTreeMap;
use std::process::Command;

use super::answers::{answer, miss, numbers, report};
use super::incidents::alter;
use super::*;

/// The administrative month of these tests.
const MONTH: &str = "2023-01-15..2023-02-14";
const CLOSE: [&str; 9] =
    ["close", "store", "--from", "2023-02-01", "--period", "month", "--made-by", "chuyên viên", "--yes"];

/// A department with three stations: one with a complete log and an explained miss, one whose log ends within the month,
/// and one that has never sent a log.
struct ClosingOffice {
    office: Office,
    late: SimulatedStation,
}

impl ClosingOffice {
    fn new() -> Self {
        let office = Office::new();
        let explained = simulated_station("xa-1", 20).day_with(|outcome| miss(outcome, "lam-an"));
        let explained = explained.noted("sang@2023-01-21T05:15:00#5", "Mất điện cả xã").days(30);
        let late = simulated_station("xa-2", 31);
        for station in [&explained, &late, &simulated_station("xa-3", 1)] {
            office.enrol(station);
        }
        explained.export(&office.path("sticks/xa-1"));
        late.export(&office.path("sticks/xa-2"));
        assert!(office.collect(&["sticks"]).iter().all(|(state, _)| state == "whole"));
        Self { office, late }
    }

    /// Such a department that has closed the month.
    fn closed() -> Self {
        let closing = Self::new();
        let (code, text) = closing.close(&["--checked-by", "trưởng phòng"]);
        assert_eq!(code, Some(0), "{text}");
        closing
    }

    fn run(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let output = self.office.run(&[arguments, &["--lang", "en"]].concat());
        (output.status.code(), printed(&output))
    }

    fn close(&self, arguments: &[&str]) -> (Option<i32>, String) {
        self.run(&[&CLOSE[..], arguments].concat())
    }

    fn folder(&self) -> PathBuf {
        self.office.path("store/closings").join(MONTH)
    }

    /// The names and the bytes of the kept files.
    fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let entries = std::fs::read_dir(self.folder()).expect("list the folder").flatten();
        let files = entries.filter(|entry| entry.path().is_file());
        files
            .map(|entry| {
                let name = entry.file_name().into_string().expect("the name is UTF-8");
                (name, std::fs::read(entry.path()).expect("read the file"))
            })
            .collect()
    }

    /// What a Python program says about the first closing, which knows only the pages and the raw lines.
    fn python(&self) -> Value {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/foreign/closing.py");
        let output = Command::new(crate::foreign::python_program())
            .args([script, "store", "--addendum"])
            .current_dir(self.office.path("."))
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .output()
            .expect("python starts");
        let closings: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", printed(&output)));
        closings[0].clone()
    }

    /// The lines of the addendum as CSV, each without its causes, and with them.
    fn addendum(&self) -> Vec<(Vec<String>, String)> {
        let output = self.office.run(&["close", "store", "--addendum", MONTH, "--format", "csv"]);
        let text = String::from_utf8(output.stdout).expect("the text is UTF-8");
        let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        let records = reader.records().map(|record| record.expect("parse the CSV"));
        records
            .map(|record| {
                let cells: Vec<String> = record.iter().map(str::to_owned).collect();
                (cells[..6].to_vec(), cells[6].clone())
            })
            .collect()
    }
}

#[test]
fn a_period_is_closed_only_when_it_can_be() {
    let closing = ClosingOffice::new();
    for (arguments, code, expected) in [
        (&["--checked-by", "Chuyên  Viên"][..], 2, "two different posts"),
        (&[][..], 2, "Write loa close STORE"),
        (&["--checked-by", "trưởng phòng", "--until", "2022-01-01"][..], 2, "period"),
    ] {
        let (found_code, text) = closing.close(arguments);
        assert!(found_code == Some(code) && text.contains(expected), "{arguments:?}: {text}");
    }
    let posts = ["close", "store", "--made-by", "chuyên viên", "--checked-by", "trưởng phòng"];
    let (code, text) = closing.run(&posts);
    assert!(code == Some(2) && text.contains("Write loa close STORE"), "no period is closed by default: {text}");
    let (code, text) = closing.run(&[&posts[..], &["--from", "2023-01-01", "--until", "today", "--yes"]].concat());
    assert!(code == Some(1) && text.contains("the period ends only with"), "{text}");
    let (code, text) = closing.run(&[&posts[..], &["--from", "2023-02-01", "--period", "month"]].concat());
    assert!(code == Some(1) && text.contains("Nothing was closed"), "it asks, and nobody has answered: {text}");
    assert!(text.contains("Still open: 2 stations without a log on some days"), "{text}");
    assert!(text.contains("that nobody has answered (loa answer): 1."), "{text}");
    assert!(!closing.office.path("store/closings").exists());
    let (code, text) = closing.run(&["close", "store", "--list"]);
    assert!(code == Some(0) && text.contains("No period of this store is closed"), "{text}");
    // A registry that others have changed, targets that nobody has accepted, a log that is not as it was collected.
    let checked = ["--checked-by", "trưởng phòng"];
    let registry = closing.office.path("store/registry.toml");
    let accepted = std::fs::read_to_string(&registry).expect("read the file");
    std::fs::write(&registry, accepted.replace("Đài mẫu", "Đài khác")).expect("write the file");
    let (code, text) = closing.close(&checked);
    assert!(code == Some(1) && text.contains("changes that nobody has accepted"), "{text}");
    std::fs::write(&registry, accepted).expect("write the file");
    std::fs::write(closing.office.path("store/targets.toml"), "").expect("write the file");
    let (code, text) = closing.close(&checked);
    assert!(code == Some(1) && text.contains("is not the accepted one"), "{text}");
    std::fs::remove_file(closing.office.path("store/targets.toml")).expect("delete the file");
    let log = closing.office.path("store").join(origin(&closing.late));
    std::fs::rename(log.join("checkpoint"), closing.office.path("aside")).expect("move the file");
    let (code, text) = closing.close(&checked);
    assert!(code == Some(1) && text.contains("is not as it was collected"), "{text}");
    std::fs::rename(closing.office.path("aside"), log.join("checkpoint")).expect("move the file");
    let entries = closing.office.path("store/department/entries/000000.jsonl");
    let journal = std::fs::read_to_string(&entries).expect("read the file");
    std::fs::write(&entries, journal.replace("\"logs\":2", "\"logs\":3")).expect("write the file");
    let (code, text) = closing.close(&checked);
    assert!(code == Some(1) && text.contains("run loa collect first"), "{text}");
    std::fs::write(&entries, journal).expect("write the file");
    let (code, text) = closing.close(&checked);
    assert_eq!(code, Some(0), "{text}");
    let (code, text) = closing.close(&checked);
    assert!(code == Some(1) && text.contains("closed numbers are never overwritten"), "{text}");
}

#[test]
fn closed_numbers_survive_late_logs_corrections_and_answers() {
    let closing = ClosingOffice::closed();
    let files = closing.files();
    assert!(files.contains_key("commune.csv") && files.contains_key("report.pdf"), "{:?}", files.keys());
    assert!(String::from_utf8_lossy(&files["report.txt"]).contains("made by: chuyên viên; checked by: trưởng phòng"));
    let (code, text) = closing.run(&["close", "store", "--recount"]);
    assert!(code == Some(0) && text.contains("equal to the closed numbers byte for byte"), "{text}");
    let january = ["report", "store", "--from", "2023-01-15", "--until", "2023-02-14"];
    let (code, text) = closing.run(&january);
    assert!(code == Some(0) && text.contains("The numbers below equal the closed ones"), "{text}");
    let (_, text) = closing.run(&["close", "store", "--addendum"]);
    assert!(text.contains("No number differs"), "{text}");
    // A late log, a tampered one, a station that moves and is renamed, and an answer.
    let ClosingOffice { office, late } = closing;
    let closing = ClosingOffice { office, late: late.days(30) };
    let office = &closing.office;
    std::fs::remove_dir_all(office.path("sticks")).expect("delete the folder");
    closing.late.export(&office.path("sticks/xa-2"));
    closing.late.twin().days(5).export(&office.path("bad/xa-2"));
    assert_eq!(office.collect(&["sticks"]), one_row("whole", true));
    alter(&office.path("bad/xa-2"), "\"result\":\"aired\"", "\"result\":\"airex\"");
    let (_, text) = closing.run(&["collect", "bad", "--full", "--into", "store", "--silent-days", "60000"]);
    assert!(text.contains("1 incident added"), "{text}");
    let number = numbers(&report(office, &[])).first().cloned().expect("find the explanation");
    let place = "24691 Thuận An / 663 Đắk Mil / 67 Đắk Nông";
    let moved = ["enrol", "--station", "xa-1", "--name", "Đài Thuận An", "--place", place, "--from", "2023-02-01"];
    let (code, text) = closing.run(&[&moved[..], &["--store", "store", "--yes"]].concat());
    assert_eq!(code, Some(0), "{text}");
    let (code, text) = answer(office, &["xa-1", &number, "--accept", "--text", "Có xác nhận của điện lực"]);
    assert_eq!(code, Some(0), "{text}");
    // The closing is as it was, and can still be proved.
    assert_eq!(closing.files(), files);
    for name in ["report.pdf", "report.html", "report.xlsx", "report.txt"] {
        let (code, text) = closing.run(&["close", "store", "--show", MONTH, "--output", name]);
        assert_eq!(code, Some(0), "{text}");
        assert_eq!(std::fs::read(office.path(name)).expect("read the file"), files[name]);
    }
    let shown = office.run(&["close", "store", "--show", "1/2/2023", "--by", "topic", "--format", "csv"]);
    assert_eq!(shown.stdout, files["topic.csv"]);
    let (code, text) = closing.run(&["close", "store", "--recount", MONTH]);
    assert!(code == Some(0) && text.contains("equal to the closed numbers byte for byte"), "{text}");
    // Reports and the addendum say what is different, and why.
    let (_, text) = closing.run(&january);
    assert!(text.contains("This period was closed on ") && text.contains("DIFFER from the closed ones in"), "{text}");
    let rows = closing.addendum();
    let cell = |table: &str, key: &str, column: &str| {
        let is_cell = |(cells, _): &&(Vec<String>, String)| cells[..3] == [table, key, column].map(str::to_owned);
        rows.iter().find(is_cell).unwrap_or_else(|| panic!("{table} {key} {column}: {rows:?}")).clone()
    };
    let (cells, causes) = cell("station", "station=xa-2", "planned");
    assert!(cells[5].parse::<i64>().is_ok_and(|change| change > 200) && causes == "later-entries:xa-2", "{cells:?}");
    let (cells, causes) = cell("station", "station=xa-1", "name");
    assert_eq!(cells[3..5], ["Đài mẫu", "Đài Thuận An"]);
    assert_eq!(causes, "renamed:xa-1;moved:xa-1");
    let (cells, causes) = cell("commune", "commune_code=24691", "planned");
    assert!(cells[3].is_empty() && causes.contains("moved:xa-1") && !causes.contains("xa-2"), "{cells:?} {causes}");
    let (_, causes) = cell("topic", "campaign=giam-ngheo-2023;topic=5", "played_ms");
    assert!(causes.contains("later-entries:xa-2"), "{causes}");
    let (_, text) = closing.run(&["close", "store", "--addendum"]);
    for expected in [
        "its log arrived after the closing",
        "renamed in the registry from Đài mẫu to Đài Thuận An",
        "Tampered, from entry",
        "accepted: Có xác nhận của điện lực",
    ] {
        assert!(text.contains(expected), "{expected}: {text}");
    }
    // A Python program counts the same, from the raw lines.
    let python = closing.python();
    assert_eq!((&python["faults"], &python["other"]), (&serde_json::json!([]), &serde_json::json!([])), "{python}");
    assert!(python["equal"].as_array().is_some_and(|tables| tables.len() >= 9), "{python}");
    let ours: Vec<Value> = rows.iter().map(|(cells, _)| serde_json::json!(cells)).collect();
    let mut theirs = python["addendum"].as_array().expect("the value is an array").clone();
    let mut ours: Vec<String> = ours.iter().map(Value::to_string).collect();
    let mut theirs: Vec<String> = theirs.drain(..).map(|row| row.to_string()).collect();
    ours.sort();
    theirs.sort();
    assert_eq!(ours, theirs);
}

#[test]
fn an_addendum_is_recorded_and_numbered() {
    let closing = ClosingOffice::closed();
    let ClosingOffice { office, late } = closing;
    let closing = ClosingOffice { office, late: late.days(30) };
    std::fs::remove_dir_all(closing.office.path("sticks")).expect("delete the folder");
    closing.late.export(&closing.office.path("sticks/xa-2"));
    closing.office.collect(&["sticks"]);
    let record = ["close", "store", "--addendum", MONTH, "--record", "--yes"];
    let (code, text) = closing.run(&record);
    assert!(code == Some(2) && text.contains("two different posts"), "{text}");
    let posts = ["--made-by", "chuyên viên", "--checked-by", "trưởng phòng"];
    for number in ["1", "2"] {
        let (code, text) = closing.run(&[&record[..], &posts].concat());
        assert!(code == Some(0) && text.contains(&format!("ADDENDUM No. {number}")), "{text}");
        let folder = closing.folder().join(format!("addendum-{number}"));
        let page = std::fs::read_to_string(folder.join("addendum.txt")).expect("read the file");
        assert!(page.contains("its log arrived after the closing"), "{page}");
        assert!(std::fs::read(folder.join("addendum.pdf")).expect("read the file").starts_with(b"%PDF"));
    }
    let (code, text) = closing.run(&["close", "store", "--list"]);
    let row = text.lines().last().unwrap_or_default().to_owned();
    assert!(code == Some(0) && row.ends_with("  2  whole"), "{text}");
    let page = closing.folder().join("addendum-1/addendum.txt");
    std::fs::write(&page, "Không có gì khác").expect("write the file");
    let (code, text) = closing.run(&["close", "store", "--list"]);
    assert!(code == Some(1) && text.contains("the file addendum-1/addendum.txt was changed"), "{text}");
    let (code, text) = closing.run(&["verify", "store/department"]);
    assert!(code == Some(0) && text.contains("closed 2023-01-15..2023-02-14, "), "{text}");
}

/// The kept file of a plan arrives after the closing.
#[test]
fn a_plan_that_arrives_later_changes_no_closed_number() {
    let office = Office::new();
    let late = simulated_station("xa-2", 31);
    office.enrol(&late);
    late.export(&office.path("sticks/xa-2"));
    let kept = office.path("sticks/xa-2/kept");
    let has_date = |path: &PathBuf| std::fs::read_to_string(path).is_ok_and(|text| text.contains("@2023-01-20T"));
    let plan = std::fs::read_dir(&kept).expect("list the folder").flatten().map(|entry| entry.path()).find(has_date);
    let plan = plan.expect("find the plan");
    std::fs::rename(&plan, office.path("plan")).expect("move the file");
    office.collect(&["sticks"]);
    let closing = ClosingOffice { office, late };
    let (code, text) = closing.close(&["--checked-by", "trưởng phòng"]);
    assert_eq!(code, Some(0), "{text}");
    std::fs::rename(closing.office.path("plan"), &plan).expect("move the file");
    closing.office.collect(&["sticks"]);
    let (code, text) = closing.run(&["close", "store", "--recount"]);
    assert!(code == Some(0) && text.contains("byte for byte"), "{text}");
    let manifest: Value = serde_json::from_slice(&closing.files()["closing.json"]).expect("parse the JSON");
    assert_eq!(manifest["logs"][0]["missing_plans"].as_array().map(Vec::len), Some(1), "{manifest}");
}
