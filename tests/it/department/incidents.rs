//! Incidents stay: the department's journal, and the section about refused and contradictory logs in each report.
use std::process::Command;

use super::*;

const JANUARY: [&str; 5] = ["report", "store", "--from", "2023-01-01", "--until"];

/// Replaces the first occurrence of a text in the first bundle of a stick.
pub(super) fn alter(stick: &Path, from: &str, to: &str) {
    let bundle = stick.join("tile/entries/000");
    let bytes = std::fs::read(&bundle).expect("read the bundle");
    let position = bytes.windows(from.len()).position(|w| w == from.as_bytes()).expect("find the text");
    let mut changed = bytes.clone();
    changed.splice(position..position + from.len(), to.bytes());
    std::fs::write(bundle, changed).expect("write the file");
}

impl Office {
    fn report_with(&self, until: &str, arguments: &[&str]) -> String {
        printed(&self.run(&[&JANUARY[..], &[until, "--lang", "en"], arguments].concat()))
    }

    fn witness_key(&self) -> String {
        let output = self.run(&["key", "show", "--witness"]);
        String::from_utf8(output.stdout).expect("the text is UTF-8").trim().to_owned()
    }

    /// The incidents that a Python program finds, which knows only the two pages. Each has a number, a code, a count
    /// and a time.
    fn python_incidents(&self, range: &[&str]) -> Result<Vec<Value>, String> {
        let journal = self.python_journal(range)?;
        Ok(journal["incidents"].as_array().expect("the value is an array").clone())
    }

    /// Everything that this program finds.
    pub(super) fn python_journal(&self, range: &[&str]) -> Result<Value, String> {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/foreign/journal.py");
        let key = self.witness_key();
        let output = Command::new(crate::foreign::python_program())
            .args([&[script, "store/department", &key], range].concat())
            .current_dir(self.0.path())
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .output()
            .expect("python starts");
        serde_json::from_slice(&output.stdout).map_err(|_| printed(&output))
    }

    /// The incidents that `loa verify` lists.
    fn verified_incidents(&self) -> Vec<Value> {
        let output =
            self.run(&["verify", "store/department", "--witness-key", &self.witness_key(), "--format", "json"]);
        let verdict: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", printed(&output)));
        assert_eq!((output.status.code(), &verdict["whole"]), (Some(0), &Value::Bool(true)), "{verdict}");
        verdict["incidents"].as_array().expect("the value is an array").clone()
    }
}

/// The rows of the section in a report as text.
fn section(report: &str) -> Vec<String> {
    let lines = report.lines().skip_while(|line| *line != "Refused and contradictory logs").skip(1);
    lines.take_while(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// A department to which stations have sent whole logs, and then a tampered one, one that was rolled back, a fork, one
/// that is not enrolled and one that an impostor has made. Returns the stations; the last one is not enrolled.
fn office_with_bad_sticks() -> (Office, Vec<SimulatedStation>) {
    let office = Office::new();
    assert!(office.run(&["report", "store"]).status.code() == Some(78));
    let stations: Vec<SimulatedStation> = (1..=4).map(|n| simulated_station(&format!("xa-{n}"), 8)).collect();
    let twins: Vec<SimulatedStation> = stations.iter().map(SimulatedStation::twin).collect();
    let stations: Vec<SimulatedStation> = stations.into_iter().map(|station| station.days(6)).collect();
    for station in &stations {
        office.enrol(station);
        station.export(&office.path("good").join(&station.id));
    }
    let report = office.report_with("2023-01-31", &[]);
    assert!(section(&report)[0].contains("no journal of collections yet"), "{report}");
    assert!(office.collect(&["good"]).iter().all(|row| *row == ("whole".to_owned(), true)));
    let report = office.report_with("2023-01-31", &[]);
    assert_eq!(section(&report), ["None."], "{report}");
    let bad = |name: &str| office.path("bad").join(name);
    let [tampered, rolled_back, forked, _] = &twins[..] else { panic!("four stations") };
    stations[0].twin().days(1).export(&bad("tampered"));
    alter(&bad("tampered"), "\"result\":\"aired\"", "\"result\":\"airex\"");
    rolled_back.twin().with_other_seed().days(1).export(&bad("rolled-back"));
    forked.twin().with_other_seed().days(30).export(&bad("fork"));
    let unknown = simulated_station("xa-9", 3);
    unknown.export(&bad("unknown"));
    let impostor = tampered.twin().with_other_seed().days(2);
    impostor.export(&bad("impostor"));
    let head = std::fs::read_to_string(bad("impostor/checkpoint")).expect("read the head");
    std::fs::write(bad("impostor/checkpoint"), head.replace(&origin(&impostor), &origin(&stations[3])))
        .expect("write the file");
    (office, stations.into_iter().chain([unknown]).collect())
}

#[test]
fn a_refused_log_stays_in_every_report_when_its_stick_is_gone() {
    let (office, stations) = office_with_bad_sticks();
    let collection =
        office.run(&["collect", "bad", "--full", "--into", "store", "--silent-days", "60000", "--lang", "en"]);
    let text = printed(&collection);
    assert!(text.contains("Source") && text.contains("bad/tampered"), "a row names its source: {text}");
    assert!(text.contains("Journal (store/department): 5 incidents added, 0 incidents met again."), "{text}");
    let codes = |incidents: &[Value]| -> Vec<String> {
        incidents.iter().map(|incident| incident["code"].as_str().unwrap_or_default().to_owned()).collect()
    };
    let incidents = office.verified_incidents();
    assert_eq!(codes(&incidents), ["tampered", "rolled-back", "fork", "not-signed", "unknown-key"], "{incidents:?}");
    for incident in &incidents {
        let hash = incident["refused"]["log_sha256"].as_str().unwrap_or_default();
        assert!(hash.len() == 64 && incident["refused"]["log_bytes"].as_u64() > Some(1000), "{incident}");
        assert!(incident["source"].as_str().is_some_and(|source| source.starts_with("bad/")), "{incident}");
    }
    let hash_of = |stick: &str| {
        let mut bundles = std::fs::read_dir(office.path("bad").join(stick).join("tile/entries"))
            .expect("list the folder")
            .flat_map(|entry| {
                let path = entry.expect("read the folder entry").path();
                if path.is_dir() {
                    std::fs::read_dir(path).expect("list the folder").flatten().map(|e| e.path()).collect()
                } else {
                    vec![path]
                }
            })
            .collect::<Vec<_>>();
        bundles.sort();
        let bytes: Vec<u8> = bundles.iter().flat_map(|path| std::fs::read(path).expect("read the bundle")).collect();
        loa::base::hash::sha256_hex(&bytes)
    };
    assert_eq!(incidents[0]["refused"]["log_sha256"], hash_of("tampered"));
    assert!(incidents[0]["first_entry"].is_u64() && incidents[0]["station"] == "xa-1", "{}", incidents[0]);
    assert!(incidents[1]["size"].as_u64() < incidents[1]["known_size"].as_u64(), "{}", incidents[1]);
    assert_eq!(incidents[2]["evidence"], format!("{}/evidence/0", origin(&stations[2])));
    assert!(incidents[3].get("station").is_none(), "anybody can have made it: {}", incidents[3]);
    // The same sticks somewhere else are the same incidents.
    std::fs::rename(office.path("bad"), office.path("again")).expect("move the sticks");
    let again =
        office.run(&["collect", "again", "--full", "--into", "store", "--silent-days", "60000", "--lang", "en"]);
    assert!(printed(&again).contains("0 incidents added, 5 incidents met again"), "{}", printed(&again));
    std::fs::remove_dir_all(office.path("again")).expect("delete the folder");
    // Whole copies arrive.
    let good = office.run(&["collect", "good", "--into", "store", "--silent-days", "60000", "--lang", "en"]);
    assert!(printed(&good).contains("nothing new; the collected entries were not read again"), "{}", printed(&good));
    for until in ["2023-01-31", "2023-06-30"] {
        let report = office.report_with(until, &[]);
        let rows = section(&report);
        assert_eq!(rows.len(), 6, "{report}");
        for (row, expected) in rows[1..].iter().zip([
            ["Đài mẫu (xa-1)", "Tampered, from entry", "a whole copy was collected on"],
            ["Đài mẫu (xa-2)", "Rolled back", "a whole copy was collected on"],
            ["Đài mẫu (xa-3)", "Fork", "/evidence/0"],
            ["claims to be Đài mẫu (xa-4)", "Not signed with the key", "bad/impostor"],
            ["claims to be xa-9", "Unknown key", "met again 1 time, last on"],
        ]) {
            assert!(expected.iter().all(|text| row.contains(text)), "{expected:?}: {row}");
        }
    }
    assert_python_agrees(&office, "2023-01-01", "2023-06-30");
    assert_formats_have_the_section(&office);
    // The unknown station is enrolled: that settles its incident, and no other.
    office.enrol(&stations[4]);
    stations[4].export(&office.path("ninth"));
    assert_eq!(office.collect(&["ninth"]), one_row("whole", true));
    assert_eq!(section(&office.report_with("2023-01-31", &[])).len(), 5);
    let this_year = ["report", "store", "--from", "2026-01-01", "--until", "2035-12-31", "--lang", "en"];
    assert_eq!(section(&printed(&office.run(&this_year))).len(), 6, "it happened in this range");
    assert_python_agrees(&office, "2026-01-01", "2035-12-31");
    assert_python_agrees(&office, "2023-01-01", "2023-01-31");
}

/// Asserts that the section lists the incidents that a Python program finds.
fn assert_python_agrees(office: &Office, from: &str, until: &str) {
    let report = printed(&office.run(&["report", "store", "--from", from, "--until", until, "--lang", "en"]));
    let numbers: Vec<String> =
        section(&report)[1..].iter().map(|row| row.split_whitespace().next().unwrap_or_default().to_owned()).collect();
    let python = office.python_incidents(&[from, until]).unwrap_or_else(|text| panic!("{text}"));
    let python_numbers: Vec<String> = python.iter().map(|incident| incident[0].to_string()).collect();
    assert_eq!(numbers, python_numbers, "{report}");
    let all = office.python_incidents(&[]).unwrap_or_else(|text| panic!("{text}"));
    let verified: Vec<Value> = office
        .verified_incidents()
        .iter()
        .map(|i| serde_json::json!([i["seq"], i["code"], i["seen_again"], i["whole_since"], i["answer"]["verdict"]]))
        .collect();
    assert_eq!(verified, all);
}

fn assert_formats_have_the_section(office: &Office) {
    let html = office.report_with("2023-01-31", &["--format", "html"]);
    let (start, topics) = (html.find("Refused and contradictory logs"), html.find("By topic"));
    assert!(start.is_some() && start < topics && html.contains("Tampered, from entry"), "{html}");
    let csv = office.report_with("2023-01-31", &["--format", "csv"]);
    assert!(csv.contains("5 incidents (refused and contradictory logs) not in the CSV file"), "{csv}");
    for name in ["r.xlsx", "r.pdf"] {
        let text = office.report_with("2023-01-31", &["--output", name]);
        assert!(office.path(name).is_file(), "{text}");
    }
    let script = "import openpyxl, sys, json\nbook = openpyxl.load_workbook(sys.argv[1])\n\
                  print(json.dumps([[cell.value for cell in row] for row in book['Incidents'].iter_rows(max_row=6)]))";
    let output = Command::new(crate::foreign::python_with("openpyxl"))
        .args(["-c", script, "r.xlsx"])
        .current_dir(office.0.path())
        .output()
        .expect("python starts");
    let rows: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", printed(&output)));
    let (verified, sheet) = (office.verified_incidents(), &rows.as_array().expect("the value is an array")[1..]);
    assert_eq!(sheet.len(), 5);
    for (row, incident) in sheet.iter().zip(&verified) {
        assert_eq!((&row[6], &row[7]), (&incident["code"], &incident["seen_again"]), "{row}");
        assert_eq!(row[11], incident["refused"]["log_sha256"]);
    }
}

#[test]
fn a_change_of_the_journal_is_told_by_collect_report_and_verify() {
    type Change = fn(&Path);
    let cases: [(&str, &str, Change); 4] = [
        ("edited", "was edited, from entry 1 on", |journal| {
            let path = journal.join("entries/000000.jsonl");
            let text = std::fs::read_to_string(&path).expect("read the file");
            std::fs::write(path, text.replace("xa-9", "xa-8")).expect("write the file");
        }),
        ("truncated", "it has only 1 of the 3 entries", |journal| {
            let path = journal.join("entries/000000.jsonl");
            let text = std::fs::read_to_string(&path).expect("read the file");
            let first_line = text.split_inclusive('\n').next().expect("find a line");
            std::fs::write(path, first_line).expect("write the file");
        }),
        ("head deleted", "missing or unreadable, or the department has not signed it", |journal| {
            std::fs::remove_file(journal.join("head")).expect("delete the file");
        }),
        ("deleted", "is gone from the store; this machine remembers 3 entries", |journal| {
            std::fs::remove_dir_all(journal).expect("delete the folder");
        }),
    ];
    for (case, sentence, change) in cases {
        let office = Office::new();
        office.enrol(&simulated_station("xa-1", 2));
        simulated_station("xa-9", 2).export(&office.path("stick"));
        assert_eq!(office.collect(&["stick"]), one_row("unknown-key", false), "{case}");
        let journal = office.path("store/department");
        change(&journal);
        let report = office.run(&[&JANUARY[..], &["2023-01-31", "--lang", "en"]].concat());
        let text = printed(&report);
        assert_eq!(report.status.code(), Some(1), "{case}: {text}");
        assert!(section(&text)[0].contains(sentence), "{case}: {text}");
        assert!(text.contains("claims to be xa-9"), "{case}: the incident is still known: {text}");
        if journal.exists() {
            let verification = office.run(&["verify", "store/department", "--lang", "en"]);
            assert_eq!(verification.status.code(), Some(1), "{case}: {}", printed(&verification));
            assert!(printed(&verification).contains("NOT WHOLE"), "{case}: {}", printed(&verification));
            assert!(office.python_incidents(&[]).is_err(), "{case}");
        }
        // The store was moved to another path: its journal is missed there too.
        if case == "deleted" {
            std::fs::rename(office.path("store"), office.path("moved")).expect("move the store");
            let report = printed(&office.run(&["report", "moved", "--lang", "en"]));
            assert!(report.contains(sentence), "{report}");
            std::fs::rename(office.path("moved"), office.path("store")).expect("move the store");
        }
        std::fs::remove_dir_all(office.path("stick")).expect("delete the folder");
        std::fs::create_dir_all(office.path("empty")).expect("make the folder");
        let collection = office.run(&["collect", "empty", "--into", "store", "--silent-days", "60000", "--lang", "en"]);
        let text = printed(&collection);
        assert!(collection.status.code() == Some(1) && text.contains(sentence), "{case}: {text}");
        let report = office.run(&[&JANUARY[..], &["2023-01-31", "--lang", "en"]].concat());
        let rows = section(&printed(&report));
        assert_eq!(report.status.code(), Some(0), "{case}: the journal was written again: {rows:?}");
        assert!(rows.len() == 3 && rows[2].contains(sentence), "{case}: the change is an incident itself: {rows:?}");
        assert_eq!(office.python_incidents(&[]).map(|incidents| incidents.len()), Ok(2), "{case}");
    }
}

#[test]
fn a_journal_that_cannot_be_written_to_the_store_is_kept_and_written_later() {
    let office = Office::new();
    office.enrol(&simulated_station("xa-1", 2));
    simulated_station("xa-9", 2).export(&office.path("stick"));
    std::fs::write(office.path("store/department"), "").expect("write the file");
    let collection = office.run(&["collect", "stick", "--into", "store", "--silent-days", "60000", "--lang", "en"]);
    let text = printed(&collection);
    assert!(collection.status.code() == Some(1) && text.contains("could not be written to the store"), "{text}");
    std::fs::remove_file(office.path("store/department")).expect("delete the file");
    std::fs::remove_dir_all(office.path("stick")).expect("delete the folder");
    std::fs::create_dir_all(office.path("empty")).expect("make the folder");
    office.run(&["collect", "empty", "--into", "store"]);
    let codes: Vec<Value> = office.verified_incidents().iter().map(|incident| incident["code"].clone()).collect();
    assert!(codes.contains(&"unknown-key".into()), "{codes:?}");
}

#[test]
fn collections_at_the_same_time_lose_no_entry() {
    let office = Office::new();
    office.enrol(&simulated_station("xa-1", 2));
    for n in 2..8 {
        simulated_station(&format!("xa-{n}"), 2).export(&office.path(&format!("stick-{n}")));
    }
    let mut collected = Vec::new();
    for round in 0..3 {
        let mut children: Vec<_> = (2..8)
            .map(|n| {
                let mut command = program::loa(office.0.path());
                let stick = format!("stick-{n}");
                command.args(["collect", &stick, "--into", "store", "--format", "json"]).current_dir(office.0.path());
                command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::null());
                (n, command.spawn().expect("start the program"))
            })
            .collect();
        for (n, child) in children.drain(..) {
            let output = child.wait_with_output().expect("wait for the process");
            // A collection that finds another one running collects nothing, and prints no rows.
            if !output.stdout.is_empty() {
                collected.push((round, format!("xa-{n}")));
            }
        }
    }
    assert!(!collected.is_empty());
    let mut expected: Vec<String> = collected.iter().map(|(_, station)| station.clone()).collect();
    expected.sort();
    expected.dedup();
    let incidents = office.verified_incidents();
    let claimed =
        |incident: &Value| incident["origin"].as_str().unwrap_or_default().split('/').nth(1).map(str::to_owned);
    let mut stations: Vec<String> = incidents.iter().filter_map(claimed).collect();
    stations.sort();
    assert_eq!(stations, expected);
    let seen: u64 = incidents.iter().map(|incident| 1 + incident["seen_again"].as_u64().unwrap_or(0)).sum();
    assert_eq!(seen, collected.len() as u64, "each collection is counted: {incidents:?}");
}

#[test]
fn another_machine_says_that_the_journal_is_not_its_own() {
    let office = Office::new();
    office.enrol(&simulated_station("xa-1", 2));
    simulated_station("xa-9", 2).export(&office.path("stick"));
    office.collect(&["stick"]);
    let key = office.witness_key();
    std::fs::rename(office.path("state"), office.path("state-of-first")).expect("move the state");
    let report = printed(&office.run(&[&JANUARY[..], &["2023-01-31", "--lang", "en"]].concat()));
    assert!(section(&report)[0].contains(&key), "{report}");
    assert!(section(&report).iter().any(|row| row.contains("claims to be xa-9")), "it is shown: {report}");
    simulated_station("xa-8", 2).export(&office.path("other"));
    let collection = office.run(&["collect", "other", "--into", "store", "--lang", "en"]);
    assert!(printed(&collection).contains("kept on this machine only"), "{}", printed(&collection));
    let report = printed(&office.run(&[&JANUARY[..], &["2023-01-31", "--lang", "en"]].concat()));
    assert!(section(&report).iter().any(|row| row.contains("claims to be xa-8")), "{report}");
    std::fs::remove_dir_all(office.path("state")).expect("delete the folder");
    std::fs::rename(office.path("state-of-first"), office.path("state")).expect("move the state");
    assert_eq!(office.verified_incidents().len(), 1, "the first machine's journal is untouched");
    assert_eq!(office.run(&[&JANUARY[..], &["2023-01-31"]].concat()).status.code(), Some(0));
}
