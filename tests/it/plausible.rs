//! The plausibility check accepts the log of every honest station, and finds each kind of untrue entry.
mod clocks;
mod parsers;

use std::sync::Arc;

use loa::airlog::outcome::counted_ms;
use loa::airlog::plausibility::{
    ClockVoucher, FoldedEntry, Implausibility, PlausibilityFinding, PlausibilityFold, PlausibilityRemark, age_remark,
};
use loa::airlog::storage::MemoryStorage;
use loa::base::instant::{SECOND_US, WallTime};
use loa::library::FileStatus;
use loa::playout::engine::{OperatorCommand, UrgentSource};
use proptest::prelude::*;

use crate::lives::{AMPLIFIER, Simulation, case_count, random_run, random_schedule};
use crate::station::{Station, at, id, scan_of};

const PLAYLIST: &str = r#"
[[segment]]
id = "a"
title = "A"
file = "s-120.mp3"
[[segment]]
id = "b"
title = "B"
file = "s-60.mp3"
[[session]]
id = "sang"
at = ["05:15", "17:00"]
play = ["a", "b"]
"#;

pub fn lines(disk: &MemoryStorage) -> Vec<String> {
    let text = String::from_utf8(disk.bytes("log.jsonl")).expect("the text is UTF-8");
    text.lines().map(str::to_owned).collect()
}

fn fold_of(lines: &[String], disk: &MemoryStorage) -> PlausibilityFold {
    let mut fold = PlausibilityFold::default();
    let mut read_plan =
        |sha256: &str| Some(disk.bytes(&format!("kept/{sha256}.json"))).filter(|bytes| !bytes.is_empty()).map(Arc::new);
    for line in lines {
        fold.add_line(line.as_bytes(), &mut read_plan);
    }
    fold.finish();
    fold
}

pub fn findings(lines: &[String], disk: &MemoryStorage) -> Vec<PlausibilityFinding> {
    fold_of(lines, disk).take_findings()
}

/// Returns the findings in a station's log after `change` has edited its entries.
fn findings_after(station: &Station, change: impl Fn(&mut serde_json::Value)) -> Vec<PlausibilityFinding> {
    let changed_lines: Vec<String> = lines(station.disk())
        .iter()
        .map(|line| {
            let mut entry = serde_json::from_str(line).expect("parse the JSON");
            change(&mut entry);
            entry_line(&entry)
        })
        .collect();
    findings(&changed_lines, station.disk())
}

/// Returns the line of an entry, which begins with the common keys in the required order.
fn entry_line(entry: &serde_json::Value) -> String {
    let mut remainder = entry.as_object().expect("the value is an object").clone();
    let mut line = String::from("{\"v\":1");
    for key in ["seq", "type", "at", "boot", "boottime_us", "clock"] {
        remainder.remove("v");
        let value = remainder.remove(key).expect("every entry has the key");
        line.push_str(&format!(",\"{key}\":{value}"));
    }
    let remainder = serde_json::to_string(&remainder).expect("serialise to JSON");
    format!("{line},{}", &remainder[1..])
}

fn causes_of(findings: &[PlausibilityFinding]) -> Vec<&Implausibility> {
    findings.iter().map(|finding| &finding.cause).collect()
}

fn honest_station() -> Station {
    Station::new("2023-03-20T03:00:00").playlist(PLAYLIST).run_for(2 * 86_400)
}

/// True if the entry has this type and is about the first airing.
fn is_about_first_airing(entry: &serde_json::Value, kind: &str) -> bool {
    entry["type"] == kind && entry["id"] == "sang@2023-03-20T05:15:00#1"
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: case_count(), failure_persistence: None, max_shrink_time: 30_000, ..ProptestConfig::default()
    })]
    #[test]
    fn the_log_of_every_honest_simulation_is_plausible(
        schedule in random_schedule(), runs in prop::collection::vec(random_run(), 1..6),
        has_amplifier in any::<bool>(), cut_at in any::<prop::sample::Index>(),
    ) {
        let damaged = FileStatus::Damaged { detail: "not audio".to_owned(), foreign: None, last: Some(scan_of((61, 44_100))) };
        let mut station = Station::new("2023-03-20T03:00:00")
            .file("mat.mp3", FileStatus::Missing { last: None })
            .file("hong.mp3", damaged)
            .settings(if has_amplifier { AMPLIFIER } else { "" })
            .playlist(&schedule.toml());
        let mut simulation = Simulation::new(schedule, if has_amplifier { AMPLIFIER } else { "" });
        for run in runs {
            station = simulation.run_once(station, run);
        }
        let end = station.log().iter().map(|r| r.wall()).max().unwrap_or(station.wall()).max(station.wall());
        let station = station.start_clock_at(end, true).playlist("").run_for(5 * 86_400);
        let lines = lines(station.disk());
        let disk = station.disk();
        let all_findings = findings(&lines, disk);
        let context = |f: &PlausibilityFinding| lines.iter().take(f.seq as usize + 1).rev().take(4).cloned().collect::<Vec<_>>().join("\n");
        prop_assert!(all_findings.is_empty(), "{:?}\n{}", all_findings, context(&all_findings[0]));
        // The lines up to a random head are also plausible, even if the fold is stored there and continued later. A
        // head never falls inside a batch.
        let batch_time = |line: &String| line.split_once("\"at\"").map(|(_, rest)| rest[..120].to_owned());
        let is_batch_start = |n: &usize| *n == 0 || batch_time(&lines[*n]) != batch_time(&lines[*n - 1]);
        let cut = (cut_at.index(lines.len())..lines.len()).find(is_batch_start).unwrap_or(lines.len());
        let mut fold = fold_of(&lines[..cut], disk);
        let stored_fold = serde_json::to_string(&fold).expect("serialise to JSON");
        prop_assert_eq!(fold.take_findings(), vec![]);
        let mut fold: PlausibilityFold = serde_json::from_str(&stored_fold).expect("parse the JSON");
        let mut read_plan = |sha256: &str| Some(Arc::new(station.kept_plan(sha256)));
        for line in &lines[cut..] {
            fold.add_line(line.as_bytes(), &mut read_plan);
        }
        fold.finish();
        prop_assert_eq!(fold.take_findings(), vec![]);
    }
}

/// If an airing plays less after a restart than before it, the part before the restart counts. That part cannot
/// be longer than the time that had passed.
#[test]
fn a_restarted_airing_counts_at_most_the_time_that_passed_before_its_restart() {
    let playlist = "[[segment]]\nid = 'dai'\ntitle = 'D'\nfile = 's-600.mp3'\n[[session]]\nid = 'sang'\nat = '06:00'\nplay = ['dai']\ninterrupted = 'restart'\n";
    let urgent = OperatorCommand::Urgent { source: UrgentSource::Segment(id("dai")), repeat: 1 };
    let station =
        Station::new("2023-03-20T05:59:00").playlist(playlist).command(123, urgent).command(140, OperatorCommand::Stop);
    let station = station.run_for(140);
    let log = station.log();
    let outcome = log.iter().rfind(|r| r.kind == "outcome").expect("the log has an outcome");
    assert!(log.iter().any(|r| r.kind == "resume") && outcome.body.played_ms == 63_000, "{outcome:?}");
    assert_eq!(findings(&lines(station.disk()), station.disk()), []);
    let findings = findings_after(&station, |entry| {
        let is_of_session = entry["type"] == "interrupt" || entry["type"] == "outcome" && !entry["session"].is_null();
        for key in ["frames", "played_ms"].into_iter().filter(|_| is_of_session) {
            entry[key] = (entry[key].as_i64().unwrap_or(0) * 5).into();
        }
    });
    assert!(matches!(causes_of(&findings)[..], [Implausibility::TooLong { played_ms: 315_000, .. }]), "{findings:?}");
}

#[test]
fn an_airing_longer_than_the_elapsed_time_is_implausible() {
    let findings = findings_after(&honest_station().twin(), |entry| {
        // The airing was cut after 24 s, but claims 120 s.
        if is_about_first_airing(entry, "outcome") {
            entry["boottime_us"] =
                (entry["boottime_us"].as_i64().expect("the value is a number") - 96 * SECOND_US).into();
            entry["at"] = "2023-03-20T05:15:24.000000+07:00".into();
        }
    });
    let cause = Implausibility::TooLong { played_ms: 120_000, passed_ms: 24_000 };
    assert!(
        findings.iter().any(|f| f.cause == cause && f.airing.as_deref() == Some("sang@2023-03-20T05:15:00#1")),
        "{findings:?}"
    );
}

#[test]
fn an_airing_that_exceeds_its_plan_is_implausible() {
    let findings = findings_after(&honest_station(), |entry| {
        if is_about_first_airing(entry, "outcome") {
            entry["planned_ms"] = 100_000.into();
        }
    });
    assert_eq!(causes_of(&findings), [&Implausibility::OverPlan { played_ms: 120_000, planned_ms: 100_000 }]);
    assert_eq!((counted_ms(100_000, 120_000), counted_ms(100_000, 99), counted_ms(0, 5)), (100_000, 99, 5));
}

#[test]
fn two_airings_at_the_same_time_are_implausible() {
    let findings = findings_after(&honest_station(), |entry| {
        // Without its outcome, the first airing continues while the second sounds.
        if is_about_first_airing(entry, "outcome") {
            entry["type"] = "note".into();
        }
    });
    assert!(
        findings.iter().any(|f| f.airing.as_deref() == Some("sang@2023-03-20T05:15:00#2")
            && f.cause == Implausibility::Overlaps { other: "sang@2023-03-20T05:15:00#1".to_owned() }),
        "{findings:?}"
    );
}

#[test]
fn a_second_outcome_and_an_unplanned_one_are_implausible() {
    let findings = findings_after(&honest_station(), |entry| {
        if entry["type"] == "outcome" && entry["id"] == "sang@2023-03-20T05:15:00#2" {
            entry["id"] = "sang@2023-03-20T05:15:00#1".into();
        }
    });
    assert!(causes_of(&findings).contains(&&Implausibility::Again), "{findings:?}");
    let findings = findings_after(&honest_station(), |entry| {
        if is_about_first_airing(entry, "outcome") || is_about_first_airing(entry, "start") {
            entry["id"] = "sang@2023-03-20T05:16:00#1".into();
        }
    });
    assert_eq!(causes_of(&findings), [&Implausibility::NeverPlanned]);
}

#[test]
fn a_missing_outcome_is_found_after_the_date_of_its_airing() {
    let station = Station::new("2023-03-20T03:00:00").playlist(PLAYLIST).run_for(6 * 86_400);
    let findings_without_outcome = findings_after(&station, |entry| {
        if is_about_first_airing(entry, "outcome") {
            entry["type"] = "note".into();
        }
    });
    let date = "2023-03-20".parse().expect("the date is valid");
    let example = "sang@2023-03-20T05:15:00#1".to_owned();
    assert!(
        causes_of(&findings_without_outcome).contains(&&Implausibility::NoOutcome { date, count: 1, example }),
        "{findings_without_outcome:?}"
    );
    assert_eq!(findings(&lines(station.disk()), station.disk()), [], "a log with all outcomes has no finding");
}

#[test]
fn a_later_plan_with_fewer_airings_is_found_unless_an_edit_withdrew_the_missing_ones() {
    let shorter_playlist = PLAYLIST.replace("[\"05:15\", \"17:00\"]", "[\"05:15\"]");
    let station =
        Station::new("2023-03-20T03:00:00").playlist(PLAYLIST).edit(3600, &shorter_playlist).run_for(2 * 86_400);
    assert_eq!(findings(&lines(station.disk()), station.disk()), [], "an edit withdraws the airings");
    // The plan's kept file was hidden while the station was off, so the new plan withdraws nothing.
    let lines = lines(station.disk());
    let mut fold = PlausibilityFold::default();
    let mut read_plan = |sha256: &str| {
        let bytes = station.disk().bytes(&format!("kept/{sha256}.json"));
        let mut rows: Vec<serde_json::Value> = serde_json::from_slice(&bytes).expect("parse the JSON");
        rows.retain(|row| row["withdrawn"] != true);
        Some(Arc::new(serde_json::to_vec(&rows).expect("serialise to JSON")))
    };
    for line in &lines {
        fold.add_line(line.as_bytes(), &mut read_plan);
    }
    let (date, example) = ("2023-03-20".parse().expect("the date is valid"), "sang@2023-03-20T17:00:00#1".to_owned());
    let findings = fold.take_findings();
    assert_eq!(findings[0].cause, Implausibility::PlanShrunk { date, count: 2, example }, "{findings:?}");
}

/// Files written by the previous release: a station's log with clock steps, power cuts, a change of zone, an urgent
/// message and an interrupted session; its export; and a store that has collected it.
mod previous_release {
    use std::path::{Path, PathBuf};

    use loa::base::platform::available_threads;
    use loa::logstore::verify::verify_path;
    use loa::proof::verify::VerifyPolicy;
    use serde_json::Value;

    use crate::program;

    fn golden(name: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/golden/old").join(name)
    }

    fn key() -> String {
        std::fs::read_to_string(golden("key")).expect("read the key").trim_end().to_owned()
    }

    fn origin() -> String {
        key().split('+').next().expect("find a name").to_owned()
    }

    #[test]
    fn logs_exports_and_stores_of_the_previous_release_stay_intact_and_plausible() {
        for name in ["station".to_owned(), "export".to_owned(), format!("store/{}", origin())] {
            let verification =
                verify_path(&golden(&name), &VerifyPolicy::default(), available_threads()).expect("read the log");
            assert_eq!(verification.errors, [], "{name}");
            assert_eq!(
                (verification.plausibility.findings, verification.plausibility.fold.finding_count()),
                (vec![], 0),
                "{name}"
            );
            assert!(
                verification.verified.entries > 50 && verification.plausibility.fold.sounded_counts().0 > 5,
                "{name}"
            );
            let home = tempfile::tempdir().expect("make a temporary folder");
            let path = golden(&name);
            let output = program::loa(home.path())
                .args(["verify".as_ref(), path.as_os_str()])
                .output()
                .expect("start the program");
            assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stdout));
        }
    }

    #[test]
    #[cfg(feature = "department")]
    fn an_old_export_can_be_collected_into_a_new_and_an_old_store_and_reported() {
        let home = tempfile::tempdir().expect("make a temporary folder");
        let run = |arguments: &[&str]| {
            program::loa(home.path()).args(arguments).current_dir(home.path()).output().expect("start the program")
        };
        copy(&golden("export"), &home.path().join("stick"));
        copy(&golden("store"), &home.path().join("old"));
        assert!(run(&["enrol", &key(), "--store", "new", "--yes"]).status.success());
        // The enrolment date and name in the old store differ from those in the registry that this machine knows, so
        // someone must accept the registry of the old store.
        assert!(run(&["enrol", "--accept", "--store", "old", "--yes"]).status.success());
        for store in ["new", "old"] {
            let arguments = ["collect", "stick", "--into", store, "--silent-days", "60000", "--format", "json"];
            let output = run(&arguments);
            let rows: Value = serde_json::from_slice(&output.stdout).expect("parse the JSON");
            assert_eq!(rows[0]["state"], "whole", "{store}: {rows}");
            assert_eq!(rows[0]["plausibility"]["plausible"], true, "{store}: {rows}");
            let arguments = ["report", store, "--from", "2023-03-01", "--until", "2023-03-31", "--format", "csv"];
            let report = run(&arguments);
            let table = String::from_utf8(report.stdout).expect("the text is UTF-8");
            assert!(report.status.success() && table.lines().count() > 1, "{store}: {table}");
        }
    }

    fn copy(from: &Path, to: &Path) {
        std::fs::create_dir_all(to).expect("make the folder");
        for entry in std::fs::read_dir(from).expect("list the folder") {
            let entry = entry.expect("read the folder entry");
            let (from, to) = (entry.path(), to.join(entry.file_name()));
            if from.is_dir() {
                copy(&from, &to);
            } else {
                std::fs::copy(&from, &to).expect("copy the file");
            }
        }
    }
}
