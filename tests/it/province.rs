//! A simulated province: invented logs through the real log code, collected, indexed and reported by the real program.
pub mod maker;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use chrono::NaiveDate;
use serde_json::Value;

use crate::program;
use maker::{Life, communes};

/// A department's desk: its store, its sticks, its own state, and the program.
struct Desk {
    dir: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        let mut dir = tempfile::tempdir().expect("a folder");
        // To look at what comes of it.
        if std::env::var_os("LOA_KEEP").is_some() {
            println!("kept: {}", dir.path().display());
            dir.disable_cleanup(true);
        }
        Self { dir }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn run(&self, words: &[&str]) -> Output {
        program::loa(self.dir.path())
            .args(words)
            .current_dir(self.dir.path())
            .env("LC_ALL", "C")
            .output()
            .expect("the program starts")
    }

    /// The standard output of a command that succeeds.
    fn good(&self, words: &[&str]) -> String {
        let output = self.run(words);
        assert!(output.status.success(), "{words:?}: {}", text(&output));
        String::from_utf8(output.stdout).expect("UTF-8")
    }

    fn enrol(&self, life: &Life, name: &str, place: &str) {
        self.good(&["enrol", &life.vkey(), "--store", "store", "--yes", "--name", name, "--place", place]);
    }

    /// The states of all rows of a collection, by station and log.
    fn collect(&self, sources: &[&str]) -> Vec<Value> {
        let mut words = vec!["collect", "--into", "store", "--format", "json"];
        words.extend(sources);
        let output = self.run(&words);
        let rows: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", text(&output)));
        rows.as_array().expect("an array").clone()
    }
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn first_day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2023, 1, 1).expect("a date")
}

fn number(name: &str, usual: usize) -> usize {
    std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(usual)
}

/// What was done to a station of the province.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Honest,
    /// An outcome on its stick was turned from missed to aired.
    Altered,
    /// An entry was taken out.
    Shortened,
    /// A start was made into something that no reader knows.
    Retyped,
    RolledBack,
    Forked,
    /// Never sent anything.
    NeverSent,
    /// Sent nothing the second time.
    Stopped,
    NewDisk,
}

fn fates(count: usize) -> Vec<Fate> {
    use Fate::{Altered, Forked, Honest, NeverSent, NewDisk, Retyped, RolledBack, Shortened, Stopped};
    let mut fates = vec![
        Altered, Shortened, Retyped, RolledBack, RolledBack, Forked, NeverSent, NeverSent, Stopped, Stopped, NewDisk,
    ];
    fates.resize(count.max(fates.len()), Honest);
    // Spread them over the province.
    let spread = fates.len();
    (0..spread).map(|n| fates[n * 37 % spread]).collect()
}

fn edit(path: &Path, from: &str, to: &str) {
    let bytes = std::fs::read(path).expect("a bundle");
    let at = bytes.windows(from.len()).position(|w| w == from.as_bytes()).expect("it is there");
    let mut changed = bytes.clone();
    changed.splice(at..at + from.len(), to.bytes());
    std::fs::write(path, changed).expect("a folder");
}

/// Spoils what is new on a stick: its last full bundle.
fn spoil(stick: &Path, fate: Fate) {
    let bundles = std::fs::read_dir(stick.join("tile/entries")).expect("bundles");
    let full = bundles.map(|entry| entry.expect("a folder").path()).filter(|path| path.is_file());
    let bundle = full.max().expect("one is full");
    match fate {
        // Of the same length, as a careful forger would.
        Fate::Altered => edit(&bundle, "\"result\":\"aired\"", "\"result\":\"airex\""),
        Fate::Shortened => {
            let bytes = std::fs::read(&bundle).expect("a bundle");
            let first = usize::from(u16::from_be_bytes([bytes[0], bytes[1]])) + 2;
            std::fs::write(&bundle, &bytes[first..]).expect("a folder");
        }
        Fate::Retyped => edit(&bundle, "\"type\":\"start\"", "\"type\":\"stert\""),
        _ => {}
    }
}

fn by_station(rows: &[Value]) -> BTreeMap<String, Vec<(String, bool)>> {
    let mut states: BTreeMap<String, Vec<(String, bool)>> = BTreeMap::new();
    for row in rows {
        let station = row["station"].as_str().unwrap_or_default().to_owned();
        let state = row["state"].as_str().unwrap_or_default().to_owned();
        states.entry(station).or_default().push((state, row["good"].as_bool().unwrap_or(true)));
    }
    states
}

#[test]
fn a_province_is_collected_and_reported() {
    let (stations, days) = (number("LOA_STATIONS", 14), number("LOA_DAYS", 40));
    let half = i64::try_from(days / 2).expect("small");
    let rest = i64::try_from(days).expect("small") - half;
    let desk = Desk::new();
    let fates = fates(stations);
    let communes = communes(fates.len());
    let mut lives = Vec::new();
    for (number, (commune, fate)) in communes.iter().zip(&fates).enumerate() {
        let life = Life::begin(&commune.id, &commune.name, first_day(), number as u64 * 7919);
        desk.enrol(&life, &commune.name, &commune.place);
        let early = life.days(half / 2);
        let twin = (*fate == Fate::Forked).then(|| early.twin());
        let old = (*fate == Fate::RolledBack).then(|| early.twin());
        lives.push((early.days(half - half / 2), twin, old));
    }
    for ((life, _, _), fate) in lives.iter().zip(&fates) {
        let stick = desk.path("first").join(&life.id).join("log");
        if *fate != Fate::NeverSent {
            life.export(&stick);
        }
    }
    let states = by_station(&desk.collect(&["first"]));
    for (commune, fate) in communes.iter().zip(&fates) {
        let expected = if *fate == Fate::NeverSent { "nothing" } else { "whole" };
        assert_eq!(states[&commune.id].iter().map(|(s, _)| s.as_str()).collect::<Vec<_>>(), [expected], "{fate:?}");
    }
    // The second half of the time, and what some did to their logs.
    let second = desk.path("second");
    for ((number, (life, twin, old)), fate) in lives.into_iter().enumerate().zip(&fates) {
        let stick = second.join(&life.id).join("log");
        match fate {
            Fate::NeverSent | Fate::Stopped => {}
            // A backup was put back, and went on.
            Fate::RolledBack => old.expect("kept").other_luck().days(2).export(&stick),
            Fate::Forked => twin.expect("kept").other_luck().days(half + rest).export(&stick),
            Fate::NewDisk => {
                let name = &communes[number].name;
                let life = life.days(rest / 2);
                life.export(&stick);
                let new = Life::begin(&life.id, name, life.next, 99).days(rest - rest / 2);
                new.export(&second.join(format!("{}-new", life.id)).join("log"));
                let unknown = by_station(&desk.collect(&["second"]));
                assert!(unknown[&life.id].iter().any(|(state, _)| state == "unknown-key"), "{unknown:?}");
                desk.enrol(&new, name, &communes[number].place);
            }
            _ => {
                life.days(rest).export(&stick);
                spoil(&stick, *fate);
            }
        }
    }
    let rows = desk.collect(&["second"]);
    let states = by_station(&rows);
    for (commune, fate) in communes.iter().zip(&fates) {
        let expected: &[&str] = match fate {
            Fate::Altered | Fate::Shortened | Fate::Retyped => &["tampered"],
            Fate::RolledBack => &["rolled-back"],
            Fate::Forked => &["fork"],
            Fate::NeverSent | Fate::Stopped => &["nothing"],
            Fate::NewDisk => &["whole", "whole"],
            Fate::Honest => &["whole"],
        };
        assert_eq!(states[&commune.id].iter().map(|(s, _)| s.as_str()).collect::<Vec<_>>(), expected, "{fate:?}");
    }
    let bad = rows.iter().filter(|row| row["evidence"].is_string()).count();
    assert_eq!(bad, 3, "both heads are kept of those that contradict themselves");
    reports_agree(&desk, days);
    alterations_of_what_was_collected_are_found(&desk, &communes, &fates);
}

/// Every table, cell by cell, against a program that shares nothing with ours but the page.
fn reports_agree(desk: &Desk, days: usize) {
    let until = first_day() + chrono::TimeDelta::days(i64::try_from(days).expect("small") + 2);
    let (from, until) = (first_day().to_string(), until.to_string());
    let middle = (first_day() + chrono::TimeDelta::days(20)).to_string();
    let before = (first_day() + chrono::TimeDelta::days(19)).to_string();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/foreign/totals.py");
    for by in ["station", "topic", "language", "district", "commune", "segment", "day", "period"] {
        for compared in [false, true] {
            let from = if compared { &middle } else { &from };
            let compare = format!("{}..{before}", first_day());
            let mut ours = vec!["report", "store", "--from", from, "--until", &until, "--by", by, "--format", "csv"];
            let mut theirs = vec![script, "store", "--from", from, "--until", &until, "--by", by];
            let first = first_day().to_string();
            if compared {
                ours.extend(["--compare", &compare]);
                theirs.extend(["--before-from", &first, "--before-until", &before]);
            }
            if by == "period" {
                ours.extend(["--period", "month"]);
                theirs.extend(["--period", "month"]);
            }
            let ours = desk.good(&ours);
            let python = Command::new(crate::foreign::python_program())
                .args(&theirs)
                .current_dir(desk.dir.path())
                .env("PYTHONDONTWRITEBYTECODE", "1")
                .output()
                .expect("python starts");
            let theirs: Value = serde_json::from_slice(&python.stdout).unwrap_or_else(|_| panic!("{}", text(&python)));
            let theirs = as_csv(&theirs);
            assert!(ours.lines().count() > 1, "{by}: {ours}");
            assert_eq!(ours, theirs, "{by}, compared: {compared}");
        }
    }
}

/// The oracle's rows as the CSV that they are to be.
fn as_csv(oracle: &Value) -> String {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let cells = |row: &Value| -> Vec<String> {
        let cells = row.as_array().expect("an array").iter();
        cells.map(|cell| cell.as_str().expect("a string").to_owned()).collect()
    };
    writer.write_record(cells(&oracle["columns"])).expect("memory");
    for row in oracle["rows"].as_array().expect("an array") {
        writer.write_record(cells(row)).expect("memory");
    }
    format!("\u{feff}{}", String::from_utf8(writer.into_inner().expect("memory")).expect("UTF-8"))
}

/// What was collected is not read again, so an alteration of it on a stick is harmless and unseen; `--full` sees it.
fn alterations_of_what_was_collected_are_found(desk: &Desk, communes: &[maker::Commune], fates: &[Fate]) {
    let honest = communes.iter().zip(fates).find(|(_, fate)| **fate == Fate::Honest).expect("one").0;
    let stick = desk.path("second").join(&honest.id).join("log");
    edit(&stick.join("tile/entries/000"), "\"result\":\"aired\"", "\"result\":\"airex\"");
    let source = format!("second/{}", honest.id);
    assert_eq!(by_station(&desk.collect(&[&source]))[&honest.id][0].0, "whole");
    assert_eq!(by_station(&desk.collect(&[&source, "--full"]))[&honest.id][0].0, "tampered");
}
