//! A simulated province: the real log code writes invented logs, and the real program collects, indexes and reports
//! them.
mod anomalies;
pub mod maker;
mod questions;
mod targets;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use chrono::NaiveDate;
use serde_json::Value;

use crate::program;
use maker::{SimulatedStation, communes};

/// A department's folder with its store, its sticks and its state.
struct Office {
    dir: tempfile::TempDir,
}

impl Office {
    fn new() -> Self {
        let mut dir = tempfile::tempdir().expect("make a temporary folder");
        // LOA_KEEP keeps the folder for inspection.
        if std::env::var_os("LOA_KEEP").is_some() {
            println!("kept: {}", dir.path().display());
            dir.disable_cleanup(true);
        }
        Self { dir }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn run(&self, arguments: &[&str]) -> Output {
        program::loa(self.dir.path())
            .args(arguments)
            .current_dir(self.dir.path())
            .env("LC_ALL", "C")
            .output()
            .expect("the program starts")
    }

    /// Runs a command that must succeed; returns its stdout.
    fn run_successfully(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", printed(&output));
        String::from_utf8(output.stdout).expect("the text is UTF-8")
    }

    fn enrol(&self, station: &SimulatedStation, name: &str, place: &str) {
        self.run_successfully(&[
            "enrol",
            &station.vkey(),
            "--store",
            "store",
            "--yes",
            "--name",
            name,
            "--place",
            place,
        ]);
    }

    fn enrol_second_log(&self, station: &SimulatedStation) {
        self.run_successfully(&["enrol", &station.vkey(), "--store", "store", "--yes", "--second-log"]);
    }

    /// Collects these sources; returns the rows.
    fn collect(&self, sources: &[&str]) -> Vec<Value> {
        let mut arguments = vec!["collect", "--into", "store", "--format", "json"];
        arguments.extend(sources);
        let output = self.run(&arguments);
        let rows: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", printed(&output)));
        rows.as_array().expect("the value is an array").clone()
    }
}

fn printed(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn first_day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2023, 1, 1).expect("the date is valid")
}

fn number_from_env(name: &str, default: usize) -> usize {
    std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(default)
}

/// The behaviour of a station of the province.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Behaviour {
    Honest,
    /// The result of an outcome is changed on the station's stick.
    Altered,
    /// An entry is removed on the stick.
    Shortened,
    /// The type of a start entry is changed to an unknown type on the stick.
    Retyped,
    /// The station restores a backup of its log and continues it.
    RolledBack,
    /// A copy of the station with all its keys sends a different log.
    Forked,
    /// The station has never sent a log.
    NeverSent,
    /// The station has sent nothing for the second collection.
    Stopped,
    /// The station begins a new log with new keys in the second half.
    NewDisk,
}

/// Returns the behaviours of `count` stations, or of as many as are needed to include every kind.
fn behaviours(count: usize) -> Vec<Behaviour> {
    use Behaviour::{Altered, Forked, Honest, NeverSent, NewDisk, Retyped, RolledBack, Shortened, Stopped};
    let mut behaviours = vec![
        Altered, Shortened, Retyped, RolledBack, RolledBack, Forked, NeverSent, NeverSent, Stopped, Stopped, NewDisk,
    ];
    behaviours.resize(count.max(behaviours.len()), Honest);
    // Spread the behaviours over the province.
    let count = behaviours.len();
    (0..count).map(|n| behaviours[n * 37 % count]).collect()
}

/// Replaces the first occurrence of a text in a bundle.
fn replace_text(path: &Path, from: &str, to: &str) {
    let bytes = std::fs::read(path).expect("read the bundle");
    let position = bytes.windows(from.len()).position(|w| w == from.as_bytes()).expect("find the text");
    let mut changed = bytes.clone();
    changed.splice(position..position + from.len(), to.bytes());
    std::fs::write(path, changed).expect("write the file");
}

/// Alters the last full bundle on a stick. It contains only entries that were not collected before.
fn alter_new_entries(stick: &Path, behaviour: Behaviour) {
    let bundles = std::fs::read_dir(stick.join("tile/entries")).expect("list the folder");
    let full_bundles = bundles.map(|entry| entry.expect("read the folder entry").path()).filter(|path| path.is_file());
    let bundle = full_bundles.max().expect("find a full bundle");
    match behaviour {
        // The text keeps its length.
        Behaviour::Altered => replace_text(&bundle, "\"result\":\"aired\"", "\"result\":\"airex\""),
        Behaviour::Shortened => {
            let bytes = std::fs::read(&bundle).expect("read the bundle");
            let first_entry_size_bytes = usize::from(u16::from_be_bytes([bytes[0], bytes[1]])) + 2;
            std::fs::write(&bundle, &bytes[first_entry_size_bytes..]).expect("write the file");
        }
        Behaviour::Retyped => replace_text(&bundle, "\"type\":\"start\"", "\"type\":\"stert\""),
        _ => {}
    }
}

/// Returns the states in the rows of each station.
fn states_by_station(rows: &[Value]) -> BTreeMap<String, Vec<String>> {
    let mut states: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in rows {
        let station = row["station"].as_str().unwrap_or_default().to_owned();
        let state = row["state"].as_str().unwrap_or_default().to_owned();
        states.entry(station).or_default().push(state);
    }
    states
}

#[test]
fn a_province_is_collected_and_reported() {
    let (station_count, days) = (number_from_env("LOA_STATIONS", 14), number_from_env("LOA_DAYS", 40));
    let first_half_days = i64::try_from(days / 2).expect("the number fits");
    let second_half_days = i64::try_from(days).expect("the number fits") - first_half_days;
    let office = Office::new();
    let behaviours = behaviours(station_count);
    let communes = communes(behaviours.len());
    let mut stations = Vec::new();
    for (number, (commune, behaviour)) in communes.iter().zip(&behaviours).enumerate() {
        let station = SimulatedStation::begin(&commune.id, &commune.name, first_day(), number as u64 * 7919);
        office.enrol(&station, &commune.name, &commune.place);
        let station = station.days(first_half_days / 2);
        let twin = (*behaviour == Behaviour::Forked).then(|| station.twin());
        let backup = (*behaviour == Behaviour::RolledBack).then(|| station.twin());
        stations.push((station.days(first_half_days - first_half_days / 2), twin, backup));
    }
    for ((station, _, _), behaviour) in stations.iter().zip(&behaviours) {
        let stick = office.path("first").join(&station.id).join("log");
        if *behaviour != Behaviour::NeverSent {
            station.export(&stick);
        }
    }
    let states = states_by_station(&office.collect(&["first"]));
    for (commune, behaviour) in communes.iter().zip(&behaviours) {
        let expected = if *behaviour == Behaviour::NeverSent { "nothing" } else { "whole" };
        assert_eq!(states[&commune.id], [expected], "{behaviour:?}");
    }
    // In the second half of the days, some stations change their logs.
    let second_sticks = office.path("second");
    for ((number, (station, twin, backup)), behaviour) in stations.into_iter().enumerate().zip(&behaviours) {
        let stick = second_sticks.join(&station.id).join("log");
        match behaviour {
            Behaviour::NeverSent | Behaviour::Stopped => {}
            Behaviour::RolledBack => backup.expect("a copy was kept").with_other_seed().days(2).export(&stick),
            Behaviour::Forked => {
                twin.expect("a copy was kept").with_other_seed().days(first_half_days + second_half_days).export(&stick)
            }
            Behaviour::NewDisk => {
                let name = &communes[number].name;
                let station = station.days(second_half_days / 2);
                station.export(&stick);
                let new_station = SimulatedStation::begin(&station.id, name, station.next_date, 99)
                    .days(second_half_days - second_half_days / 2);
                new_station.export(&second_sticks.join(format!("{}-new", station.id)).join("log"));
                let states = states_by_station(&office.collect(&["second"]));
                assert!(states[&station.id].iter().any(|state| state == "unknown-key"), "{states:?}");
                office.enrol_second_log(&new_station);
            }
            _ => {
                station.days(second_half_days).export(&stick);
                alter_new_entries(&stick, *behaviour);
            }
        }
    }
    let rows = office.collect(&["second"]);
    let states = states_by_station(&rows);
    for (commune, behaviour) in communes.iter().zip(&behaviours) {
        let expected: &[&str] = match behaviour {
            Behaviour::Altered | Behaviour::Shortened | Behaviour::Retyped => &["tampered"],
            Behaviour::RolledBack => &["rolled-back"],
            Behaviour::Forked => &["fork"],
            Behaviour::NeverSent | Behaviour::Stopped => &["nothing"],
            Behaviour::NewDisk => &["whole", "whole"],
            Behaviour::Honest => &["whole"],
        };
        assert_eq!(states[&commune.id], expected, "{behaviour:?}");
    }
    let evidence_count = rows.iter().filter(|row| row["evidence"].is_string()).count();
    assert_eq!(evidence_count, 3, "both heads of each contradicting log are kept");
    assert_incidents_stay(&office);
    assert_python_agrees(&office, days);
    assert_altered_old_entries_are_found(&office, &communes, &behaviours);
}

/// Asserts that the journal has each refused log once, as a Python program finds too that was written from
/// `docs/department.md` alone.
fn assert_incidents_stay(office: &Office) {
    let key = office.run_successfully(&["key", "show", "--witness"]);
    let verification =
        office.run_successfully(&["verify", "store/department", "--witness-key", key.trim(), "--format", "json"]);
    let verdict: Value = serde_json::from_str(&verification).expect("parse the JSON");
    let incidents = verdict["incidents"].as_array().expect("the value is an array");
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for incident in incidents {
        *counts.entry(incident["code"].as_str().unwrap_or_default()).or_default() += 1;
    }
    let expected = BTreeMap::from([("fork", 1), ("rolled-back", 2), ("tampered", 3), ("unknown-key", 1)]);
    assert_eq!(counts, expected, "{verdict}");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/foreign/journal.py");
    let python = Command::new(crate::foreign::python_program())
        .args([script, "store/department", key.trim()])
        .current_dir(office.dir.path())
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .expect("python starts");
    let journal: Value = serde_json::from_slice(&python.stdout).unwrap_or_else(|_| panic!("{}", printed(&python)));
    assert_eq!((&journal["entries"], &journal["collections"]), (&verdict["entries"], &3.into()), "{journal}");
    let facts = |i: &Value| serde_json::json!([i["seq"], i["code"], i["seen_again"], i["whole_since"], i["answer"]]);
    assert_eq!(journal["incidents"], incidents.iter().map(facts).collect::<Value>());
}

/// Asserts that each table equals that of a Python program, which was written from `docs/report.md` alone.
fn assert_python_agrees(office: &Office, days: usize) {
    let until = first_day() + chrono::TimeDelta::days(i64::try_from(days).expect("the number fits") + 2);
    let (from, until) = (first_day().to_string(), until.to_string());
    let middle = (first_day() + chrono::TimeDelta::days(20)).to_string();
    let day_before = (first_day() + chrono::TimeDelta::days(19)).to_string();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/foreign/totals.py");
    let groupings = ["station", "topic", "language", "district", "commune", "segment", "day", "period"];
    for by in groupings.into_iter().chain(["commune-topic", "commune-topic-language", "growth"]) {
        for has_comparison in [false, true] {
            // Growth without --compare is compared with the period before.
            if by == "growth" && !has_comparison {
                continue;
            }
            let from = if has_comparison { &middle } else { &from };
            let compare = format!("{}..{day_before}", first_day());
            let mut loa_arguments =
                vec!["report", "store", "--from", from, "--until", &until, "--by", by, "--format", "csv"];
            let mut python_arguments = vec![script, "store", "--from", from, "--until", &until, "--by", by];
            let first = first_day().to_string();
            if has_comparison {
                loa_arguments.extend(["--compare", &compare]);
                python_arguments.extend(["--before-from", &first, "--before-until", &day_before]);
            }
            if by == "period" {
                loa_arguments.extend(["--period", "month"]);
                python_arguments.extend(["--period", "month"]);
            }
            let loa_table = office.run_successfully(&loa_arguments);
            let python = Command::new(crate::foreign::python_program())
                .args(&python_arguments)
                .current_dir(office.dir.path())
                .env("PYTHONDONTWRITEBYTECODE", "1")
                .output()
                .expect("python starts");
            let totals: Value =
                serde_json::from_slice(&python.stdout).unwrap_or_else(|_| panic!("{}", printed(&python)));
            let python_table = as_csv(&totals);
            assert!(loa_table.lines().count() > 1, "{by}: {loa_table}");
            assert_eq!(loa_table, python_table, "{by}, compared: {has_comparison}");
        }
    }
}

/// Returns the rows of the Python program as CSV.
fn as_csv(totals: &Value) -> String {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let cells = |row: &Value| -> Vec<String> {
        let cells = row.as_array().expect("the value is an array").iter();
        cells.map(|cell| cell.as_str().expect("the value is a string").to_owned()).collect()
    };
    writer.write_record(cells(&totals["columns"])).expect("in-memory storage never fails");
    for row in totals["rows"].as_array().expect("the value is an array") {
        writer.write_record(cells(row)).expect("in-memory storage never fails");
    }
    format!(
        "\u{feff}{}",
        String::from_utf8(writer.into_inner().expect("in-memory storage never fails")).expect("the text is UTF-8")
    )
}

/// Alters entries on a stick that were collected before. Asserts that a collection does not notice this, because it
/// does not read them again, and that a collection with `--full` does.
fn assert_altered_old_entries_are_found(
    office: &Office,
    communes: &[maker::communes::Commune],
    behaviours: &[Behaviour],
) {
    let honest_commune = communes
        .iter()
        .zip(behaviours)
        .find(|(_, behaviour)| **behaviour == Behaviour::Honest)
        .expect("find an honest commune")
        .0;
    let stick = office.path("second").join(&honest_commune.id).join("log");
    replace_text(&stick.join("tile/entries/000"), "\"result\":\"aired\"", "\"result\":\"airex\"");
    let source = format!("second/{}", honest_commune.id);
    assert_eq!(states_by_station(&office.collect(&[&source]))[&honest_commune.id][0], "whole");
    assert_eq!(states_by_station(&office.collect(&[&source, "--full"]))[&honest_commune.id][0], "tampered");
}
