//! The department's commands.
mod answers;
mod bundles;
mod closings;
mod collections;
mod incidents;
mod screens;
mod settlements;
mod stations;
mod stores;
mod who_is_who;

use std::path::{Path, PathBuf};
use std::process::Output;

use chrono::NaiveDate;
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

    fn enrol(&self, station: &SimulatedStation) {
        let place = "24718 Đắk N'Drung / 665 Đắk Song / 67 Đắk Nông";
        let arguments = ["enrol", &station.vkey(), "--store", "store", "--yes", "--name", "Đài mẫu", "--place", place];
        assert!(self.run(&arguments).status.success());
    }

    /// Collects these sources. Returns the state of each source, and true if its row is good.
    fn collect(&self, sources: &[&str]) -> Vec<(String, bool)> {
        let mut arguments = vec!["collect", "--into", "store", "--silent-days", "60000", "--format", "json"];
        arguments.extend(sources);
        let output = self.run(&arguments);
        let rows: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", printed(&output)));
        let rows = rows.as_array().expect("the value is an array").iter().filter(|row| row["place"].is_string());
        rows.map(|row| (row["state"].as_str().unwrap_or_default().to_owned(), row["good"] == true)).collect()
    }

    fn index_path(&self) -> PathBuf {
        let paths = std::fs::read_dir(self.path("state/loa/index"))
            .expect("list the folder")
            .flatten()
            .map(|entry| entry.path());
        paths
            .into_iter()
            .find(|path| path.extension().is_some_and(|extension| extension == "sqlite"))
            .expect("find the index")
    }

    fn report(&self, by: &str) -> String {
        let arguments =
            ["report", "store", "--from", "2023-01-01", "--until", "2023-03-31", "--by", by, "--format", "csv"];
        String::from_utf8(self.run(&arguments).stdout).expect("the text is UTF-8")
    }
}

fn printed(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn simulated_station(id: &str, days: i64) -> SimulatedStation {
    let first_date = NaiveDate::from_ymd_opt(2023, 1, 1).expect("the date is valid");
    SimulatedStation::begin(id, "Đài mẫu (hư cấu)", first_date, 11).days(days)
}

fn origin(station: &SimulatedStation) -> String {
    station.vkey().split('+').next().expect("find a name").to_owned()
}

fn one_row(state: &str, is_good: bool) -> Vec<(String, bool)> {
    vec![(state.to_owned(), is_good)]
}

#[test]
fn enrolment_needs_a_confirmation_and_only_one_collection_runs_at_a_time() {
    let office = Office::new();
    let station = simulated_station("xa-1", 2);
    let refusal = office.run(&["enrol", &station.vkey(), "--store", "store"]);
    assert_eq!(refusal.status.code(), Some(1), "the enrolment is refused without a confirmation");
    assert!(
        printed(&refusal).contains("fingerprint") && !office.path("store/registry.toml").exists(),
        "{}",
        printed(&refusal)
    );
    let bad_key_enrolment = office.run(&["enrol", "rubbish", "--store", "store", "--yes"]);
    assert_eq!(bad_key_enrolment.status.code(), Some(2));
    office.enrol(&station);
    let registry = std::fs::read_to_string(office.path("store/registry.toml")).expect("read the file");
    assert!(registry.contains("district = \"Đắk Song\"\ndistrict-code = \"665\"\n"), "{registry}");
    // Comments in the registry are kept.
    std::fs::write(office.path("store/registry.toml"), format!("# của Sở\n{registry}")).expect("write the file");
    office.enrol(&simulated_station("xa-2", 1));
    assert!(
        std::fs::read_to_string(office.path("store/registry.toml")).expect("read the file").starts_with("# của Sở\n")
    );
    station.export(&office.path("stick"));
    let lock = std::fs::File::open(office.path("store/lock")).expect("open the file");
    lock.lock().expect("take the lock");
    let second_collection = office.run(&["collect", "stick", "--into", "store"]);
    assert_eq!(second_collection.status.code(), Some(1));
    assert!(
        printed(&second_collection).contains("Another collection is using the store"),
        "{}",
        printed(&second_collection)
    );
    lock.unlock().expect("release the lock");
    assert_eq!(
        office.collect(&["stick", "nowhere"]),
        one_row("whole", true),
        "a missing source does not stop the others"
    );
    std::fs::write(office.path("store/registry.toml"), "[[log]]\nrubbish").expect("write the file");
    let collection = office.run(&["collect", "stick", "--into", "store"]);
    assert_eq!(collection.status.code(), Some(78), "{}", printed(&collection));
}

#[test]
fn a_day_is_reconciled_row_by_row() {
    let office = Office::new();
    let station = simulated_station("xa-1", 60);
    office.enrol(&station);
    station.export(&office.path("stick"));
    assert_eq!(office.collect(&["stick"]), one_row("whole", true));
    let (mut planned_count, mut unplanned_count) = (0, 0);
    for day in ["01", "15", "28"] {
        for month in ["01", "02"] {
            let date = format!("2023-{month}-{day}");
            let output = office.run(&["reconcile", "store", "xa-1", "--date", &date, "--format", "json"]);
            let reconciliation: Value =
                serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", printed(&output)));
            let rows = reconciliation["planned"].as_array().expect("the value is an array");
            assert_eq!(rows.len(), 16, "{date}");
            assert!(
                rows.windows(2).all(|pair| pair[0]["planned_at"].as_str() <= pair[1]["planned_at"].as_str()),
                "{date}"
            );
            let all_aired = rows.iter().all(|row| row["result"] == "aired");
            assert_eq!(output.status.success(), all_aired, "{date}");
            planned_count += rows.len();
        }
    }
    assert_eq!(planned_count, 96);
    for day in 1..=28 {
        let date = format!("2023-02-{day:02}");
        let output = office.run(&["reconcile", "store", "xa-1", "--date", &date, "--format", "json"]);
        let reconciliation: Value = serde_json::from_slice(&output.stdout).expect("parse the JSON");
        for airing in reconciliation["unplanned"].as_array().expect("the value is an array") {
            assert_eq!(airing["order"]["who"], "truc-dai", "the operator is named: {airing}");
            unplanned_count += 1;
        }
        assert_eq!(reconciliation["events"], serde_json::json!([]), "the command is shown with its airing");
    }
    assert!(unplanned_count > 0, "the operator plays a segment on one day in twenty");
    let output = office.run(&["reconcile", "store", "xa-1", "--date", "2023-01-15", "--lang", "vi"]);
    assert!(printed(&output).contains("ĐỐI CHIẾU — xa-1, ngày 15/01/2023"), "{}", printed(&output));
    let unknown_station_output = office.run(&["reconcile", "store", "xa-9", "--date", "2023-01-15"]);
    assert_eq!(unknown_station_output.status.code(), Some(1));
}

#[test]
fn planned_airings_after_the_end_of_the_log_are_unknown() {
    let office = Office::new();
    let station = simulated_station("xa-1", 5);
    office.enrol(&station);
    let station = station.morning();
    station.export(&office.path("stick"));
    assert_eq!(office.collect(&["stick"]), one_row("whole", true));
    let planned_and_unknown_counts = |office: &Office| {
        let report = office.report("station");
        let row = report.lines().nth(1).expect("find the station's row").to_owned();
        let cells: Vec<String> = row.split(',').map(str::to_owned).collect();
        (cells[2].clone(), cells[10].clone())
    };
    assert_eq!(
        planned_and_unknown_counts(&office),
        ("96".to_owned(), "8".to_owned()),
        "the plan of the evening is known, but its outcomes are not"
    );
    let station = station.evening();
    station.export(&office.path("stick"));
    assert_eq!(office.collect(&["stick"]), one_row("whole", true));
    assert_eq!(planned_and_unknown_counts(&office), ("96".to_owned(), "0".to_owned()));
}

#[test]
fn a_folder_that_is_not_a_store_is_refused_and_a_new_store_is_announced() {
    let office = Office::new();
    for arguments in [
        &["report", "sotre", "--lang", "en"][..],
        &["index", "sotre", "--lang", "en"],
        &["stations", "sotre", "--lang", "en"],
        &["stations", "sotre", "--todo", "--lang", "en"],
        &["reconcile", "sotre", "xa-1", "--date", "2023-01-15", "--lang", "en"],
    ] {
        let output = office.run(arguments);
        assert_eq!(output.status.code(), Some(78), "{}", printed(&output));
        assert!(printed(&output).contains("sotre is not a department's store"), "{}", printed(&output));
    }
    assert!(!office.path("sotre").exists(), "nothing is created");
    let key = simulated_station("xa-1", 1).vkey();
    let enrolment = office.run(&["enrol", &key, "--store", "store", "--yes", "--lang", "en"]);
    assert!(printed(&enrolment).contains("New store: store"), "{}", printed(&enrolment));
    let second_enrolment = office.run(&["enrol", &key, "--store", "store", "--yes", "--lang", "en"]);
    assert!(
        second_enrolment.status.success() && !printed(&second_enrolment).contains("New store"),
        "{}",
        printed(&second_enrolment)
    );
}

#[test]
fn enrol_reports_unchanged_details_and_why_a_key_or_place_is_refused() {
    let office = Office::new();
    let key = simulated_station("xa-1", 1).vkey();
    let enrol = |arguments: &[&str]| {
        let output = office.run(&[&["enrol", "--store", "store", "--yes", "--lang", "en"], arguments].concat());
        (output.status.code(), printed(&output))
    };
    let (code, text) = enrol(&[&key, "--place", "Quảng Tâm / Nowhere / Đắk Nông"]);
    assert!(code == Some(2) && text.contains("each part a number and a name"), "{text}");
    let (code, text) = enrol(&[&key, "--name", "Đài A", "--place", "24718 Đắk N’Drung / 68 Lâm Đồng"]);
    assert_eq!(code, Some(0), "{text}");
    let registry = std::fs::read_to_string(office.path("store/registry.toml")).expect("read the file");
    assert!(registry.contains("province-code = \"68\"") && !registry.contains("district"), "{registry}");
    let (code, text) = enrol(&[&key, "--name", "Đài A"]);
    assert_eq!(code, Some(0), "the name is the same: {text}");
    let (code, text) = enrol(&[&key, "--name", "Đài B"]);
    assert!(code == Some(1) && text.contains("its name, place and contact there were not changed"), "{text}");
    let mut key_chars: Vec<char> = key.chars().collect();
    let last_index = key_chars.len() - 3;
    key_chars[last_index] = if key_chars[last_index] == 'A' { 'B' } else { 'A' };
    let (code, text) = enrol(&[&key_chars.into_iter().collect::<String>()]);
    assert!(code == Some(2) && text.contains("copied with a wrong or missing character"), "{text}");
}

#[test]
fn a_day_without_information_is_reported_as_unknown_not_as_empty() {
    let office = Office::new();
    let station = simulated_station("xa-1", 5);
    office.enrol(&station);
    office.enrol(&simulated_station("xa-2", 1));
    station.export(&office.path("stick"));
    assert_eq!(office.collect(&["stick"]), one_row("whole", true));
    for (id, date, reason) in [
        ("xa-2", "2023-01-03", "no log of this station was ever collected"),
        ("xa-1", "2022-12-31", "has plans only from 01/01/2023"),
        ("xa-1", "2023-06-01", "has plans only from 01/01/2023"),
    ] {
        let output = office.run(&["reconcile", "store", id, "--date", date, "--lang", "en"]);
        assert_eq!(output.status.code(), Some(1), "{}", printed(&output));
        let text = printed(&output);
        assert!(text.contains("NOT KNOWN") && text.contains(reason), "{text}");
    }
    let report = office.run(&["report", "store", "--from", "2022-01-01", "--until", "2022-01-31", "--lang", "en"]);
    assert!(printed(&report).contains("add --from 01/01/2023"), "{}", printed(&report));
    let missing_stick_collection = office.run(&["collect", "usb", "--into", "store", "--lang", "en"]);
    assert!(
        printed(&missing_stick_collection).contains("there is no usb: is the stick plugged in?"),
        "{}",
        printed(&missing_stick_collection)
    );
}

#[test]
fn contradicting_logs_are_reported_until_their_evidence_is_settled() {
    let office = Office::new();
    let common_beginning = simulated_station("xa-1", 8);
    office.enrol(&common_beginning);
    let (honest_station, forged_station) =
        (common_beginning.twin().days(4), common_beginning.with_other_seed().days(9));
    honest_station.export(&office.path("stick"));
    assert_eq!(office.collect(&["stick"]), one_row("whole", true));
    forged_station.export(&office.path("other"));
    let refusal = office.run(&["collect", "other", "--into", "store", "--lang", "en"]);
    assert!(printed(&refusal).contains("keep the stick as it is"), "{}", printed(&refusal));
    assert_eq!(office.collect(&["stick"]), one_row("whole", false), "the evidence is not settled");
    let collection = office.run(&["collect", "stick", "--into", "store", "--silent-days", "60000", "--lang", "en"]);
    assert!(printed(&collection).contains("UNSETTLED EVIDENCE (evidence/0)"), "{}", printed(&collection));
    let report = || printed(&office.run(&["report", "store", "--from", "2023-01-01", "--until", "2023-01-31"]));
    assert!(report().contains("the evidence is unsettled (evidence/0)"), "{}", report());
    let log = office.path("store").join(origin(&honest_station));
    std::fs::rename(log.join("evidence"), office.path("settled")).expect("move the evidence");
    assert_eq!(office.collect(&["stick"]), one_row("whole", true));
    assert!(!report().contains("unsettled"), "{}", report());
    assert!(report().contains("Fork: "), "the incident stays in the report: {}", report());
}

#[test]
fn a_check_with_another_stations_key_does_not_report_an_intact_log_as_damaged() {
    let office = Office::new();
    let (station, other_station) = (simulated_station("xa-1", 3), simulated_station("xa-2", 1));
    office.enrol(&station);
    station.export(&office.path("usb/xa-1"));
    assert_eq!(office.collect(&["usb"]), one_row("whole", true));
    let verification = office.run(&["verify", "usb/xa-1", "--key", &other_station.vkey(), "--lang", "en"]);
    let text = printed(&verification);
    assert_eq!(verification.status.code(), Some(1), "{text}");
    assert!(
        text.contains("this key belongs to xa-2, but the log is that of xa-1") && !text.contains("NOT WHOLE"),
        "{text}"
    );
    for folder in ["usb", "store"] {
        let listing = office.run(&["verify", folder, "--lang", "en"]);
        assert_eq!(listing.status.code(), Some(1), "{}", printed(&listing));
        assert!(printed(&listing).contains(&format!("loa verify {folder}/")), "{}", printed(&listing));
    }
}

#[test]
fn a_store_without_logs_gives_an_empty_report() {
    let office = Office::new();
    office.enrol(&simulated_station("xa-1", 1));
    let report = office.run(&["report", "store", "--period", "month", "--lang", "vi"]);
    assert!(report.status.success(), "{}", printed(&report));
    assert!(printed(&report).contains("BÁO CÁO PHÁT THANH"), "{}", printed(&report));
    for format in ["xlsx", "pdf"] {
        let result_without_output = office.run(&["report", "store", "--format", format]);
        assert_eq!(result_without_output.status.code(), Some(2), "--output is missing");
        let output_name = format!("r.{format}");
        let result = office.run(&["report", "store", "--format", format, "--output", &output_name]);
        assert!(result.status.success() && Path::new(&office.path(&output_name)).is_file(), "{}", printed(&result));
    }
    // With only one date, `--period` takes the whole period that contains the date, and the report says so.
    let whole_period_report =
        office.run(&["report", "store", "--from", "2023-03-20", "--period", "quarter", "--lang", "en"]);
    let text = printed(&whole_period_report);
    assert!(
        text.contains("--period takes the whole period that contains 20/03/2023: 15/03/2023 to 14/06/2023"),
        "{text}"
    );
    assert!(text.contains("Period: 15/03/2023–14/06/2023"), "{text}");
    let wrong_period_report = office.run(&["report", "store", "--from", "2023-02-01", "--until", "2023-01-01"]);
    assert_eq!(wrong_period_report.status.code(), Some(2));
}

/// The kept file of a plan arrives late. Until then, only the number of the day's airings is known.
#[test]
fn the_airings_of_a_missing_plan_file_are_counted_until_it_arrives() {
    let office = Office::new();
    let station = simulated_station("xa-1", 5).morning();
    office.enrol(&station);
    station.export(&office.path("stick"));
    let last_plan_path = |folder: &Path| {
        let date = "\"date\":\"2023-01-06\"";
        let files = std::fs::read_dir(folder.join("kept"))
            .expect("list the folder")
            .map(|file| file.expect("read the folder entry").path());
        let is_last_plan = |path: &PathBuf| {
            let text = std::fs::read_to_string(path).expect("read the file");
            text.starts_with('[') && text.contains(date)
        };
        files.into_iter().find(is_last_plan).expect("find the plan of the last day")
    };
    let plan_file = last_plan_path(&office.path("stick"));
    let bytes = std::fs::read(&plan_file).expect("read the plan");
    std::fs::remove_file(&plan_file).expect("delete the file");
    assert_eq!(office.collect(&["stick"]), one_row("whole", false), "a plan is missing");
    let planned_and_unknown_counts = |office: &Office| {
        let report = office.report("station");
        let cells: Vec<String> =
            report.lines().nth(1).expect("find the station's row").split(',').map(str::to_owned).collect();
        (cells[2].clone(), cells[10].clone())
    };
    assert_eq!(
        planned_and_unknown_counts(&office),
        ("96".to_owned(), "8".to_owned()),
        "of the missing plan, only the number of airings is known"
    );
    std::fs::write(&plan_file, bytes).expect("write the file");
    assert_eq!(office.collect(&["stick"]), one_row("whole", true), "the plan has arrived");
    assert_eq!(planned_and_unknown_counts(&office), ("96".to_owned(), "8".to_owned()));
    let report = office.report("topic");
    assert!(report.lines().any(|line| line.starts_with("giam-ngheo-2023,1,")), "{report}");
    assert!(!report.lines().any(|line| line.starts_with(",,")), "every airing has its campaign and topic: {report}");
}

#[test]
fn a_log_that_is_missing_or_rewritten_in_the_store_is_reported_and_not_counted() {
    let office = Office::new();
    let common_beginning = simulated_station("xa-1", 8);
    office.enrol(&common_beginning);
    let (honest_station, forged_station) =
        (common_beginning.twin().days(4), common_beginning.with_other_seed().days(9));
    honest_station.export(&office.path("stick"));
    assert_eq!(office.collect(&["stick"]), one_row("whole", true));
    assert!(office.report("station").contains("xa-1"));
    let log = office.path("store").join(origin(&honest_station));
    let hidden_log = office.path("aside");
    std::fs::rename(&log, &hidden_log).expect("rename the path");
    // The log is missing, or someone with all the station's keys has rewritten it.
    let assert_mismatch = |office: &Office, case: &str| {
        let output = office.run(&["report", "store", "--from", "2023-01-01", "--until", "2023-01-31", "--lang", "en"]);
        assert_eq!(output.status.code(), Some(1), "{case}: {}", printed(&output));
        assert!(printed(&output).contains("IN THE STORE"), "{case}: {}", printed(&output));
        assert!(
            printed(&output).contains("Not counted: 1 log in the store, no longer as collected"),
            "{case}: {}",
            printed(&output)
        );
        assert!(
            !printed(&output).contains("Stations without a log"),
            "{case}: no station is listed as without a log: {}",
            printed(&output)
        );
        let row = office.report("station").lines().nth(1).expect("find the station's row").to_owned();
        assert!(row.starts_with("xa-1,Đài mẫu,,,"), "{case}: the row is empty: {row}");
    };
    assert_mismatch(&office, "missing");
    forged_station.export(&log);
    assert_mismatch(&office, "a different history");
    std::fs::remove_dir_all(&log).expect("delete the folder");
    std::fs::rename(&hidden_log, &log).expect("rename the path");
    let report = office.run(&["report", "store", "--from", "2023-01-01", "--until", "2023-01-31"]);
    assert!(report.status.success(), "{}", printed(&report));
}
