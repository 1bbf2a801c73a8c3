//! Could it have been so? Every honest life is plausible, whatever happens in it; and each way of shaping what reaches
//! the signer is found.
use std::sync::Arc;

use loa::airlog::outcome::counted_ms;
use loa::airlog::plausibility::{
    ClockVoucher, FoldedEntry, Implausibility, PlausibilityFinding, PlausibilityFold, PlausibilityRemark,
    older_than_witness,
};
use loa::airlog::storage::MemoryStorage;
use loa::base::instant::{SECOND_US, WallTime};
use loa::library::FileStatus;
use loa::playout::engine::{OperatorCommand, UrgentSource};
use proptest::prelude::*;

use crate::lives::{AMPLIFIER, Life, cases, run, sketch};
use crate::station::{Station, at, id, scan_of};

const DAY: &str = r#"
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
    let text = String::from_utf8(disk.bytes("log.jsonl")).expect("UTF-8");
    text.lines().map(str::to_owned).collect()
}

fn fold_of(lines: &[String], disk: &MemoryStorage) -> PlausibilityFold {
    let mut fold = PlausibilityFold::default();
    let mut plan =
        |sha256: &str| Some(disk.bytes(&format!("kept/{sha256}.json"))).filter(|bytes| !bytes.is_empty()).map(Arc::new);
    for line in lines {
        fold.add_line(line.as_bytes(), &mut plan);
    }
    fold.finish();
    fold
}

pub fn findings(lines: &[String], disk: &MemoryStorage) -> Vec<PlausibilityFinding> {
    fold_of(lines, disk).take_findings()
}

/// The lines of an honest station, shaped: what the signer would have signed. Entries keep their numbers.
fn shaped(station: &Station, shape: impl Fn(&mut serde_json::Value)) -> Vec<PlausibilityFinding> {
    let shaped: Vec<String> = lines(station.disk())
        .iter()
        .map(|line| {
            let mut entry = serde_json::from_str(line).expect("JSON");
            shape(&mut entry);
            ours(&entry)
        })
        .collect();
    findings(&shaped, station.disk())
}

/// An entry in the order of keys in which it must begin.
fn ours(entry: &serde_json::Value) -> String {
    let mut rest = entry.as_object().expect("an object").clone();
    let mut head = String::from("{\"v\":1");
    for key in ["seq", "type", "at", "boot", "boottime_us", "clock"] {
        rest.remove("v");
        let value = rest.remove(key).expect("every entry has it");
        head.push_str(&format!(",\"{key}\":{value}"));
    }
    let rest = serde_json::to_string(&rest).expect("JSON");
    format!("{head},{}", &rest[1..])
}

fn whys(findings: &[PlausibilityFinding]) -> Vec<&Implausibility> {
    findings.iter().map(|finding| &finding.why).collect()
}

fn honest() -> Station {
    Station::new("2023-03-20T03:00:00").playlist(DAY).run_for(2 * 86_400)
}

fn is_first(entry: &serde_json::Value, kind: &str) -> bool {
    entry["type"] == kind && entry["id"] == "sang@2023-03-20T05:15:00#1"
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: cases(), failure_persistence: None, max_shrink_time: 30_000, ..ProptestConfig::default()
    })]
    #[test]
    fn every_honest_life_is_plausible(
        first in sketch(), runs in prop::collection::vec(run(), 1..6), switched in any::<bool>(), at in any::<prop::sample::Index>(),
    ) {
        let damaged = FileStatus::Damaged { detail: "not audio".to_owned(), foreign: None, last: Some(scan_of((61, 44_100))) };
        let mut station = Station::new("2023-03-20T03:00:00")
            .file("mat.mp3", FileStatus::Missing { last: None })
            .file("hong.mp3", damaged)
            .settings(if switched { AMPLIFIER } else { "" })
            .playlist(&first.toml());
        let mut life = Life::new(first, if switched { AMPLIFIER } else { "" });
        for run in runs {
            station = life.live(station, run);
        }
        let end = station.log().iter().map(|r| r.wall()).max().unwrap_or(station.wall()).max(station.wall());
        let station = station.clock_is(end, true).playlist("").run_for(5 * 86_400);
        let lines = lines(station.disk());
        let disk = station.disk();
        let found = findings(&lines, disk);
        let around = |f: &PlausibilityFinding| lines.iter().take(f.seq as usize + 1).rev().take(4).cloned().collect::<Vec<_>>().join("\n");
        prop_assert!(found.is_empty(), "{:?}\n{}", found, around(&found[0]));
        // At every head on the way, too, and when the fold is kept there and gone on with.
        // Heads stand between batches.
        let time = |line: &String| line.split_once("\"at\"").map(|(_, rest)| rest[..120].to_owned());
        let cut = (at.index(lines.len())..lines.len()).find(|n| *n == 0 || time(&lines[*n]) != time(&lines[*n - 1]));
        let cut = cut.unwrap_or(lines.len());
        let mut fold = fold_of(&lines[..cut], disk);
        let kept = serde_json::to_string(&fold).expect("JSON");
        prop_assert_eq!(fold.take_findings(), vec![]);
        let mut fold: PlausibilityFold = serde_json::from_str(&kept).expect("its own form");
        let mut plan = |sha256: &str| Some(Arc::new(station.kept_plan(sha256)));
        for line in &lines[cut..] {
            fold.add_line(line.as_bytes(), &mut plan);
        }
        fold.finish();
        prop_assert_eq!(fold.take_findings(), vec![]);
    }
}

/// What began anew and did not come as far counts as far as it had come before: no further than time had passed then.
#[test]
fn what_sounded_before_it_began_anew_counts_and_no_more_than_that() {
    let playlist = "[[segment]]\nid = 'dai'\ntitle = 'D'\nfile = 's-600.mp3'\n[[session]]\nid = 'sang'\nat = '06:00'\nplay = ['dai']\ninterrupted = 'restart'\n";
    let urgent = OperatorCommand::Urgent { what: UrgentSource::Segment(id("dai")), repeat: 1 };
    let station =
        Station::new("2023-03-20T05:59:00").playlist(playlist).order(123, urgent).order(140, OperatorCommand::Stop);
    let station = station.run_for(140);
    let log = station.log();
    let outcome = log.iter().rfind(|r| r.kind == "outcome").expect("an outcome");
    assert!(log.iter().any(|r| r.kind == "resume") && outcome.body.played_ms == 63_000, "{outcome:?}");
    assert_eq!(findings(&lines(station.disk()), station.disk()), []);
    let found = shaped(&station, |entry| {
        let of_session = entry["type"] == "interrupt" || entry["type"] == "outcome" && !entry["session"].is_null();
        for key in ["frames", "played_ms"].into_iter().filter(|_| of_session) {
            entry[key] = (entry[key].as_i64().unwrap_or(0) * 5).into();
        }
    });
    assert!(matches!(whys(&found)[..], [Implausibility::TooLong { played_ms: 315_000, .. }]), "{found:?}");
}

#[test]
fn an_airing_that_lasted_longer_than_passed_is_implausible() {
    let found = shaped(&honest().twin(), |entry| {
        // Cut after 24 s, and a mark appended that says 120.
        if is_first(entry, "outcome") {
            entry["boottime_us"] = (entry["boottime_us"].as_i64().expect("a number") - 96 * SECOND_US).into();
            entry["at"] = "2023-03-20T05:15:24.000000+07:00".into();
        }
    });
    let why = Implausibility::TooLong { played_ms: 120_000, passed_ms: 24_000 };
    assert!(
        found.iter().any(|f| f.why == why && f.airing.as_deref() == Some("sang@2023-03-20T05:15:00#1")),
        "{found:?}"
    );
}

#[test]
fn an_airing_that_exceeds_its_plan_is_implausible() {
    let found = shaped(&honest(), |entry| {
        if is_first(entry, "outcome") {
            entry["planned_ms"] = 100_000.into();
        }
    });
    assert_eq!(whys(&found), [&Implausibility::OverPlan { played_ms: 120_000, planned_ms: 100_000 }]);
    assert_eq!((counted_ms(100_000, 120_000), counted_ms(100_000, 99), counted_ms(0, 5)), (100_000, 99, 5));
}

#[test]
fn a_clock_that_moves_without_a_word_is_found_and_what_sounds_after_it_is_no_proof() {
    for by in [-7200_i64, -120, 120, 7200] {
        let moved = |entry: &mut serde_json::Value, by: i64| {
            let at: chrono::DateTime<chrono::FixedOffset> =
                entry["at"].as_str().expect("a text").parse().expect("a time");
            let at = at + chrono::TimeDelta::seconds(by);
            entry["at"] = at.to_rfc3339_opts(chrono::SecondsFormat::Micros, false).into();
        };
        // From the evening on; the plans keep their dates.
        let found = shaped(&honest(), |entry| {
            if entry["boottime_us"].as_i64().expect("a number") >= 14 * 3600 * SECOND_US {
                moved(entry, by);
            }
        });
        assert_eq!(found[0].why, Implausibility::ClockMoved { by_us: by * SECOND_US }, "{found:?}");
        let first = found.iter().find(|f| f.airing.is_some()).expect("an airing after it");
        assert_eq!(first.airing.as_deref(), Some("sang@2023-03-20T17:00:00#1"));
        assert!(found.iter().all(|f| f.why == found[0].why), "{found:?}");
    }
    // A step that is told of is none, however large; and so is one within half a second.
    let stepped = Station::new("2023-03-20T03:00:00").playlist(DAY).step(40_000, -7200).step_ms(70_000_000, 400);
    let stepped = stepped.run_for(3 * 86_400);
    assert_eq!(findings(&lines(stepped.disk()), stepped.disk()), []);
}

#[test]
fn two_airings_at_once_on_the_one_line_are_implausible() {
    let found = shaped(&honest(), |entry| {
        // The end of the first is taken for a remark: it goes on while the second sounds.
        if is_first(entry, "outcome") {
            entry["type"] = "note".into();
        }
    });
    assert!(
        found.iter().any(|f| f.airing.as_deref() == Some("sang@2023-03-20T05:15:00#2")
            && f.why == Implausibility::Overlaps { other: "sang@2023-03-20T05:15:00#1".to_owned() }),
        "{found:?}"
    );
}

#[test]
fn a_second_outcome_and_one_that_nobody_planned_are_implausible() {
    let found = shaped(&honest(), |entry| {
        if entry["type"] == "outcome" && entry["id"] == "sang@2023-03-20T05:15:00#2" {
            entry["id"] = "sang@2023-03-20T05:15:00#1".into();
        }
    });
    assert!(whys(&found).contains(&&Implausibility::Again), "{found:?}");
    let found = shaped(&honest(), |entry| {
        if is_first(entry, "outcome") || is_first(entry, "start") {
            entry["id"] = "sang@2023-03-20T05:16:00#1".into();
        }
    });
    assert_eq!(whys(&found), [&Implausibility::NeverPlanned]);
}

#[test]
fn what_is_left_without_an_outcome_is_found_when_its_date_is_over() {
    let station = Station::new("2023-03-20T03:00:00").playlist(DAY).run_for(6 * 86_400);
    let found = shaped(&station, |entry| {
        if is_first(entry, "outcome") {
            entry["type"] = "note".into();
        }
    });
    let date = "2023-03-20".parse().expect("a date");
    let example = "sang@2023-03-20T05:15:00#1".to_owned();
    assert!(whys(&found).contains(&&Implausibility::NoOutcome { date, count: 1, example }), "{found:?}");
    assert_eq!(findings(&lines(station.disk()), station.disk()), [], "and nothing when it is there");
}

/// The next days are planned at once when a clock steps by days, and what sounded then ends later.
#[test]
fn what_sounds_when_the_clock_steps_by_days_is_not_missed_before_its_end() {
    let playlist = "[[segment]]\nid = 'dai'\ntitle = 'D'\nfile = 's-3600.mp3'\n[[session]]\nid = 'dem'\nat = '23:55'\nplay = ['dai', 'dai']\npriority = 'urgent'\n";
    let station = Station::new("2023-03-20T03:00:00").playlist(playlist).step(75_610, 182_089).run_for(8 * 86_400);
    let sounded = station.log().into_iter().find(|r| r.kind == "outcome" && r.body.played_ms > 0).expect("it sounded");
    assert!(sounded.wall() > at("2023-03-23T02:00:00"), "its end is after the step: {sounded:?}");
    assert_eq!(findings(&lines(station.disk()), station.disk()), []);
    let found = shaped(&station, |entry| {
        if entry["type"] == "outcome" && entry["id"] == "dem@2023-03-20T23:55:00#1" {
            entry["type"] = "note".into();
        }
    });
    assert!(
        whys(&found).iter().any(|why| matches!(why, Implausibility::NoOutcome { .. })),
        "a day later it is: {found:?}"
    );
}

#[test]
fn a_later_plan_that_names_less_is_found_and_an_edit_is_not() {
    let less = DAY.replace("[\"05:15\", \"17:00\"]", "[\"05:15\"]");
    let edited = Station::new("2023-03-20T03:00:00").playlist(DAY).edit(3600, &less).run_for(2 * 86_400);
    assert_eq!(findings(&lines(edited.disk()), edited.disk()), [], "what an edit takes out is withdrawn");
    // The plans in force were hidden from a station that was off: it plans what is left, and withdraws nothing.
    let lines = lines(edited.disk());
    let mut fold = PlausibilityFold::default();
    let mut plan = |sha256: &str| {
        let bytes = edited.disk().bytes(&format!("kept/{sha256}.json"));
        let mut rows: Vec<serde_json::Value> = serde_json::from_slice(&bytes).expect("a plan");
        rows.retain(|row| row["withdrawn"] != true);
        Some(Arc::new(serde_json::to_vec(&rows).expect("JSON")))
    };
    for line in &lines {
        fold.add_line(line.as_bytes(), &mut plan);
    }
    let (date, example) = ("2023-03-20".parse().expect("a date"), "sang@2023-03-20T17:00:00#1".to_owned());
    let found = fold.take_findings();
    assert_eq!(found[0].why, Implausibility::PlanShrunk { date, count: 2, example }, "{found:?}");
}

#[test]
fn what_has_not_happened_yet_is_judged_by_the_clock_of_who_reads() {
    let mut fold = fold_of(&lines(honest().disk()), honest().disk());
    assert_eq!(fold.future_finding(at("2023-03-22T03:00:00")), None);
    assert_eq!(fold.future_finding(at("2023-03-21T04:00:00")), None, "within a day");
    let kept: PlausibilityFold =
        serde_json::from_str(&serde_json::to_string(&fold).expect("JSON")).expect("its own form");
    for fold in [&mut fold, &mut kept.clone()] {
        let found = fold.future_finding(at("2023-02-20T03:00:00")).expect("a month that has not come");
        assert_eq!(found.seq, 1, "the first under a believed clock");
        assert!(
            matches!(found.why, Implausibility::InFuture { by_us } if by_us > 28 * 86_400 * SECOND_US),
            "{found:?}"
        );
    }
    // A battery that died far ahead: the station itself did not believe that time.
    let doubted = Station::new("2099-03-20T03:00:00").unsynchronised().playlist(DAY).run_for(3600);
    assert_eq!(fold_of(&lines(doubted.disk()), doubted.disk()).future_finding(at("2023-03-20T00:00:00")), None);
}

#[test]
fn a_log_tells_by_whose_clock_it_was_written() {
    use loa::playout::engine::OperatorCommand;
    let vouched = |station: &Station| {
        let mut fold = PlausibilityFold::default();
        let seen: Vec<FoldedEntry> =
            lines(station.disk()).iter().map(|l| fold.add_line(l.as_bytes(), &mut |_| None)).collect();
        let sounded = |seen: FoldedEntry| match seen {
            FoldedEntry::Outcome { vouched, sounded: true } => vouched,
            _ => None,
        };
        (seen.into_iter().filter_map(sounded).collect::<Vec<_>>(), fold.sounded())
    };
    assert_eq!(vouched(&honest()), (vec![ClockVoucher::Synchronised; 8], (8, 0)));
    let alone = Station::new("2023-03-20T03:00:00").unsynchronised().playlist(DAY);
    assert_eq!(vouched(&alone.run_for(86_400)), (vec![ClockVoucher::Nobody; 4], (4, 4)));
    let confirmed =
        Station::new("2023-03-20T03:00:00").unsynchronised().playlist(DAY).order(60, OperatorCommand::ConfirmClock);
    let (words, counts) = vouched(&confirmed.run_for(86_400));
    assert!(words.len() == 4 && counts.0 == 4, "{words:?}");
}

#[test]
fn remarks_take_nothing_away() {
    assert_eq!(older_than_witness(0, 40 * 86_400), Some(PlausibilityRemark::OlderThanWitness { days: 40 }));
    assert_eq!(older_than_witness(40 * 86_400, 0), None);
    // The clock was set back by three hours while the program was off and the machine on.
    let station = honest().off_for(3600).run_for(3600);
    let moved: Vec<String> = lines(station.disk())
        .iter()
        .map(|line| {
            let mut entry: serde_json::Value = serde_json::from_str(line).expect("JSON");
            if entry["boot"] == "boot-2" {
                entry["boot"] = "boot-1".into();
                let boottime = entry["boottime_us"].as_i64().expect("a number") + (2 * 86_400 + 4 * 3600) * SECOND_US;
                entry["boottime_us"] = boottime.into();
            }
            ours(&entry)
        })
        .collect();
    let mut fold = fold_of(&moved, station.disk());
    assert_eq!(fold.take_findings(), []);
    let remarks = fold.take_remarks();
    assert!(
        matches!(remarks[..], [PlausibilityRemark::MovedWhileOff { by_us, .. }] if (by_us + 3 * 3600 * SECOND_US).abs() < 10 * SECOND_US),
        "{remarks:?}"
    );
    assert!(fold.first_entry_at() <= Some(WallTime(at("2023-03-20T03:00:01").0)));
}

/// Made by the release before: a station's log with steps of the clock, power cuts, a change of zone, an urgent message and
/// an interrupted session; its export; and a store that had collected it.
mod old {
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
        std::fs::read_to_string(golden("key")).expect("a key").trim_end().to_owned()
    }

    fn origin() -> String {
        key().split('+').next().expect("a name").to_owned()
    }

    #[test]
    fn logs_exports_and_stores_of_the_release_before_stay_whole_and_plausible() {
        for name in ["station".to_owned(), "export".to_owned(), format!("store/{}", origin())] {
            let verdict = verify_path(&golden(&name), &VerifyPolicy::default(), available_threads()).expect("a folder");
            assert_eq!(verdict.errors, [], "{name}");
            assert_eq!(
                (verdict.plausibility.findings, verdict.plausibility.fold.finding_count()),
                (vec![], 0),
                "{name}"
            );
            assert!(verdict.verified.entries > 50 && verdict.plausibility.fold.sounded().0 > 5, "{name}");
            let room = tempfile::tempdir().expect("a folder");
            let path = golden(&name);
            let output =
                program::loa(room.path()).args(["verify".as_ref(), path.as_os_str()]).output().expect("it starts");
            assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stdout));
        }
    }

    #[test]
    #[cfg(feature = "department")]
    fn an_old_export_is_collected_into_a_new_store_and_into_its_own_and_reported() {
        let room = tempfile::tempdir().expect("a folder");
        let run = |words: &[&str]| {
            program::loa(room.path()).args(words).current_dir(room.path()).output().expect("it starts")
        };
        copy(&golden("export"), &room.path().join("stick"));
        copy(&golden("store"), &room.path().join("old"));
        assert!(run(&["enrol", &key(), "--store", "new", "--yes"]).status.success());
        // Another date of enrolment and another name than in the store that this machine knows: a person looks at it.
        assert!(run(&["enrol", "--accept", "--store", "old", "--yes"]).status.success());
        for store in ["new", "old"] {
            let words = ["collect", "stick", "--into", store, "--silent-days", "60000", "--format", "json"];
            let output = run(&words);
            let rows: Value = serde_json::from_slice(&output.stdout).expect("JSON");
            assert_eq!(rows[0]["state"], "whole", "{store}: {rows}");
            assert_eq!(rows[0]["plausibility"]["plausible"], true, "{store}: {rows}");
            let words = ["report", store, "--from", "2023-03-01", "--until", "2023-03-31", "--format", "csv"];
            let report = run(&words);
            let table = String::from_utf8(report.stdout).expect("UTF-8");
            assert!(report.status.success() && table.lines().count() > 1, "{store}: {table}");
        }
    }

    fn copy(from: &Path, to: &Path) {
        std::fs::create_dir_all(to).expect("a folder");
        for entry in std::fs::read_dir(from).expect("a folder") {
            let entry = entry.expect("an entry");
            let (from, to) = (entry.path(), to.join(entry.file_name()));
            if from.is_dir() {
                copy(&from, &to);
            } else {
                std::fs::copy(&from, &to).expect("a file");
            }
        }
    }
}

/// What the judge reads out of a line another program reads out of it, too: else the one passes what the other counts.
#[test]
fn an_entry_in_which_two_programs_read_different_things_is_implausible() {
    let station = honest();
    let shaped = |shape: &dyn Fn(&str) -> String| {
        let first =
            |line: &&String| line.contains("\"type\":\"outcome\"") && line.contains("sang@2023-03-20T05:15:00#1");
        let whole = lines(station.disk());
        let at = whole.iter().position(|line| first(&line)).expect("it was aired");
        let mut shaped = whole;
        shaped[at] = shape(&shaped[at]);
        let codes = findings(&shaped, station.disk()).into_iter().map(|found| {
            let why = serde_json::to_value(&found.why).expect("JSON")["code"].as_str().expect("a code").to_owned();
            (found.airing, why)
        });
        codes.collect::<Vec<_>>()
    };
    let id = "sang@2023-03-20T05:15:00#1";
    let told = |found: &[(Option<String>, String)], code: &str| {
        found.iter().any(|(airing, why)| airing.as_deref() == Some(id) && why == code)
    };
    assert_eq!(shaped(&str::to_owned), []);
    let long = |line: &str| line.replacen("\"played_ms\":120000", "\"played_ms\":86400000", 1);
    type Shape<'a> = &'a dyn Fn(&str) -> String;
    let cases: [(Shape<'_>, &str); 7] = [
        (&|line| long(line).replacen("\"played_ms\":", "\"played_ms\" :", 1), "not-as-written"),
        (&|line| long(line).replacen("\"played_ms\":", "\"played_\\u006ds\":", 1), "not-as-written"),
        (
            &|line| {
                long(line).replacen(",\"segment\"", ",\"x\":{\"y\":0,\"played_ms\":1,\"planned_ms\":1},\"segment\"", 1)
            },
            "not-as-written",
        ),
        (
            &|line| long(line).replacen(",\"segment\"", ",\"x\":[{\"y\":0,\"played_ms\":1}],\"segment\"", 1),
            "not-as-written",
        ),
        (&|line| long(line), "over-plan"),
        (
            &|line| {
                let mut entry: serde_json::Value = serde_json::from_str(&long(line)).expect("JSON");
                entry["planned_at"] = serde_json::Value::Null;
                ours(&entry)
            },
            "over-plan",
        ),
        (
            &|line| {
                line.replacen("\"planned_ms\":120000", "\"planned_ms\":0", 1).replacen(
                    "\"played_ms\":120000",
                    "\"played_ms\":86400000",
                    1,
                )
            },
            "too-long",
        ),
    ];
    for (n, (shape, code)) in cases.iter().enumerate() {
        let found = shaped(shape);
        assert!(told(&found, code), "{n}: {found:?}");
    }
    // Nothing sounds that has not begun.
    let unstarted: Vec<String> = lines(station.disk())
        .into_iter()
        .map(|line| if line.contains(id) { line.replace("\"type\":\"start\"", "\"type\":\"moonrise\"") } else { line })
        .collect();
    let found = findings(&unstarted, station.disk());
    assert_eq!(whys(&found), [&Implausibility::NeverStarted]);
}
