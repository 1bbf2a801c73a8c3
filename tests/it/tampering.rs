//! Cases of tampering: changes that a station's owner can make with a file manager, an editor, the clock and old
//! copies, at four moments of a day, to a station that is running, stopped, killed or without power.
//!
//! Each day runs twice, with the tampering and without it. Tampering is *prevented* when the log has the same outcomes,
//! and *visible* when the log, `verify` or `collect` reports it. Otherwise it is a *limit*, which
//! `docs/airlog-format.md` must name. The test fails if a case is none of these.
mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use loa::airlog::keys::os_seed;
use loa::airlog::plausibility::{Implausibility, PlausibilityFold};
use loa::airlog::storage::{MemoryStorage, Storage};
use loa::base::instant::SECOND_US;
use loa::department::collect::{CollectOutcome, Collector};
use loa::department::registry::{Registry, StationDetails};
use loa::department::witness::Witness;
use loa::library::FileStatus;
use loa::logstore::export::export;
use loa::logstore::source::{LogForm, LogSource};
use loa::logstore::verify::verify_log;
use loa::proof::note::VerifierKey;
use loa::proof::verify::VerifyPolicy;

use crate::record::Record;
use crate::station::{Station, at as loa_at, outcome_line, scan_of};

use table::{NO_TAMPERING, TAMPERING_CASES, Tampering};

const SEGMENTS: &str = "[[segment]]\nid = \"a\"\ntitle = \"A\"\nfile = \"s-60.mp3\"\n\n\
                        [[segment]]\nid = \"b\"\ntitle = \"B\"\nfile = \"s-120.mp3\"\n\n\
                        [[segment]]\nid = \"c\"\ntitle = \"C\"\nfile = \"s-30.mp3\"\n\n";

const SESSIONS: &str = "[[session]]\nid = \"sang\"\nat = \"06:00\"\nplay = [\"a\", \"b\", \"c\"]\n\n\
                        [[session]]\nid = \"trua\"\nat = \"12:00\"\nplay = [\"a\", \"b\"]\n\n\
                        [[session]]\nid = \"chieu\"\nat = \"17:00\"\nplay = [\"b\", \"a\"]\n";

/// The day of the tampering. The department collected the log on the evening before.
const DAY: &str = "2023-03-20";

/// The moments of a tampering: before a session, during it, between two sessions, after the last.
const MOMENTS: [(&str, &str); 4] =
    [("before", "05:50:10"), ("during", "06:01:30"), ("between", "11:50:20"), ("after", "18:00:30")];

/// The state of the station at the moment of the tampering.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum State {
    Running,
    Stopped,
    Killed,
    PowerCut,
}

const STATES: [State; 4] = [State::Running, State::Stopped, State::Killed, State::PowerCut];

/// The downtime in seconds after the tampering, unless the station is running: long enough to miss the next session.
const DOWNTIME_S: i64 = 1800;

/// The folders that a case can change, and old copies of them.
struct Folders {
    /// The station's `airlog/`.
    airlog: MemoryStorage,
    /// The folder of the station's keys.
    keys: MemoryStorage,
    /// Copies from the evening before.
    day_before: FolderCopies,
    /// Copies from the moment of the tampering.
    at_tampering: FolderCopies,
}

/// Copies of `airlog/` and of the folder of the keys.
struct FolderCopies {
    airlog: MemoryStorage,
    keys: MemoryStorage,
}

impl FolderCopies {
    fn of(airlog: &MemoryStorage, keys: &MemoryStorage) -> Self {
        Self { airlog: airlog.copy(), keys: keys.copy() }
    }

    fn copy(&self) -> Self {
        Self::of(&self.airlog, &self.keys)
    }
}

/// Runs the day of the tampering and the next day; returns the station and the department after both.
fn run_days(tampering: &Tampering, moment: &str, state: State) -> (Station, Department) {
    let playlist = |sessions: &str| format!("{SEGMENTS}{sessions}");
    let day_before = Station::new("2023-03-19T05:00:00")
        .allow_damage()
        .playlist(&playlist(SESSIONS))
        .run_until("2023-03-19T22:00:00");
    let mut department = Department::new(&day_before);
    department.collect(&day_before);
    let old_copies = FolderCopies::of(day_before.disk(), day_before.keys());
    let folders_of = |airlog: &MemoryStorage, keys: &MemoryStorage, at_tampering: FolderCopies| Folders {
        airlog: airlog.clone(),
        keys: keys.clone(),
        day_before: old_copies.copy(),
        at_tampering,
    };
    let seconds = |wall: &str| loa_at(wall).since(loa_at(&format!("{DAY}T05:00:00"))) / SECOND_US;
    let moment_s = seconds(&format!("{DAY}T{moment}"));
    let evening_s = seconds(&format!("{DAY}T20:50:00"));
    let station = day_before.start_clock_at_str(&format!("{DAY}T05:00:00"), true);
    let sessions = tampering.sessions.map_or(SESSIONS, |(sessions, _)| sessions);
    let (mut station, copies_at_tampering) = if state == State::Running {
        let mut station = station;
        let (tamper, day_before) = (tampering.tamper, old_copies.copy());
        station = station.change_disk(moment_s, move |airlog, keys| {
            tamper(&Folders {
                airlog: airlog.clone(),
                keys: keys.clone(),
                day_before: day_before.copy(),
                at_tampering: FolderCopies::of(airlog, keys),
            });
        });
        if let Some(seconds) = tampering.new_length_s {
            station = station.changed_before_airing("s-60.mp3", scan_of((seconds, 48_000)));
        }
        if let Some(settings) = tampering.settings {
            station = station.edit_settings(moment_s + 1, settings);
        }
        if tampering.sessions.is_some() {
            station = station.edit(moment_s + 2, &playlist(sessions));
        }
        if tampering.clock_change_s != 0 {
            station = station.step(moment_s + 3, tampering.clock_change_s);
        }
        (station.run_for(evening_s), None)
    } else {
        let station = match state {
            State::Stopped => station.run_for(moment_s),
            State::Killed => station.run_and_kill(moment_s),
            _ => station.run_and_cut(moment_s),
        };
        let copies = FolderCopies::of(station.disk(), station.keys());
        (tampering.tamper)(&folders_of(station.disk(), station.keys(), copies.copy()));
        let station = match state {
            State::PowerCut => station.off_for(DOWNTIME_S),
            _ => station.restarted_after(DOWNTIME_S),
        };
        let mut station = station.clock_set(tampering.clock_change_s).clock_synchronised(tampering.clock_change_s == 0);
        if let Some(seconds) = tampering.new_length_s {
            station = station.file("s-60.mp3", FileStatus::Good(scan_of((seconds, 48_000))));
        }
        if let Some(settings) = tampering.settings {
            station = station.settings(settings);
        }
        (station.playlist(&playlist(sessions)).run_for(evening_s - moment_s - DOWNTIME_S), Some(copies))
    };
    let copies = copies_at_tampering.unwrap_or_else(|| FolderCopies::of(station.disk(), station.keys()));
    (tampering.tamper_in_evening)(&folders_of(station.disk(), station.keys(), copies));
    let evening_sessions = tampering.sessions.map_or(SESSIONS, |(_, evening_sessions)| evening_sessions);
    station = station.off_for(600).clock_synchronised(true).playlist(&playlist(evening_sessions)).run_for(86_400);
    (station, department)
}

/// A department with its store, its witness state, and the enrolled key of the station.
struct Department {
    store: MemoryStorage,
    witness_storage: MemoryStorage,
    registry: Registry,
    key: VerifierKey,
    now_s: u64,
    collected_entries: u64,
}

impl Department {
    fn new(station: &Station) -> Self {
        let source = LogSource { storage: station.disk().clone(), form: LogForm::Airlog };
        let key = verify_log(&source, VerifyPolicy::default(), 1)
            .expect("in-memory storage never fails")
            .verified
            .key
            .expect("an intact log has a key");
        let mut registry = Registry::default();
        registry
            .enrol(key.clone(), "2023-03-19T00:00:00Z".to_owned(), &StationDetails::default())
            .expect("enrol the station's key");
        let (store, witness_storage) = (MemoryStorage::default(), MemoryStorage::default());
        let now_s = u64::try_from(loa_at("2023-03-19T23:00:00").0 / SECOND_US).expect("the time is after 1970");
        Self { store, witness_storage, registry, key, now_s, collected_entries: 0 }
    }

    /// Exports the log to a stick and collects it; returns the problem, if any.
    fn collect(&mut self, station: &Station) -> Option<String> {
        let source = LogSource { storage: station.disk().clone(), form: LogForm::Airlog };
        let mut stick = MemoryStorage::default();
        match export(&source, &mut stick, VerifyPolicy::default(), 1).expect("in-memory storage never fails") {
            Ok(_) => {}
            Err(errors) => return Some(format!("export: {errors:?}")),
        }
        self.now_s += 2 * 86_400;
        let witness =
            Mutex::new(Witness::open(self.witness_storage.clone(), os_seed).expect("in-memory storage never fails"));
        let collector = Collector {
            registry: &self.registry,
            witness: &witness,
            collected_at: self.now_s,
            seed_source: os_seed,
            threads: 1,
            reads_all_entries: false,
        };
        let (stick_source, store) = (LogSource { storage: stick.clone(), form: LogForm::Export }, self.store.clone());
        match collector.collect(&stick_source, &mut stick, |_| store).expect("in-memory storage never fails") {
            CollectOutcome::Collected { summary, .. } if summary.verified.entries > self.collected_entries => {
                self.collected_entries = summary.verified.entries;
                None
            }
            CollectOutcome::Collected { .. } => Some("collect: nothing new".to_owned()),
            outcome => {
                let text = format!("{outcome:?}");
                Some(format!("collect: {}", text.split([' ', '{']).next().unwrap_or_default()))
            }
        }
    }
}

/// The outcomes of the day by id, with played length and level.
fn outcomes_of_day(log: &[Record]) -> BTreeMap<String, String> {
    let outcomes = log.iter().filter(|record| record.kind == "outcome");
    let lines = outcomes.map(|record| {
        let body = &record.body;
        let claims = format!("{} {} level {}", outcome_line(record), body.played_ms, body.level);
        (body.id.clone().unwrap_or_default(), claims)
    });
    lines.filter(|(id, _)| id.contains(DAY)).collect()
}

/// The kinds of entries that show something unusual; `clock-trust` and `schedule` with their details.
fn unusual_entries(log: &[Record]) -> BTreeSet<String> {
    let kinds = ["clock-step", "clock-trust", "lost", "gap", "edit", "note", "operator", "schedule"];
    let mut descriptions: BTreeSet<String> = log
        .iter()
        .filter(|record| kinds.contains(&record.kind.as_str()))
        .map(|record| match record.kind.as_str() {
            "clock-trust" => format!("clock-trust {:?}", record.body.trust),
            "schedule" => format!("schedule {:?}", record.body.files.iter().map(|f| &f.sha256).collect::<Vec<_>>()),
            kind => kind.to_owned(),
        })
        .collect();
    let is_untrusted_boot = |record: &&Record| record.kind == "boot" && record.body.trusted == Some(false);
    if log.iter().any(|record| is_untrusted_boot(&record)) {
        descriptions.insert("boot without a trusted clock".to_owned());
    }
    descriptions
}

/// The errors and findings of `loa verify` in the log on the disk.
fn verify_findings(station: &Station, key: &VerifierKey) -> Vec<String> {
    let source = LogSource { storage: station.disk().clone(), form: LogForm::Airlog };
    let policy = VerifyPolicy { key: Some(key.clone()), ..VerifyPolicy::default() };
    let verification = verify_log(&source, policy, 1).expect("in-memory storage never fails");
    let mut findings: Vec<String> = verification.errors.iter().map(|error| format!("verify: {error:?}")).collect();
    let disk = station.disk();
    let mut fold = PlausibilityFold::default();
    let text = disk.bytes("log.jsonl");
    for line in text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let mut read_plan = |sha256: &str| {
            Some(disk.bytes(&format!("kept/{sha256}.json"))).filter(|bytes| !bytes.is_empty()).map(Arc::new)
        };
        fold.add_line(line, &mut read_plan);
    }
    fold.finish();
    findings
        .extend(fold.take_findings().iter().map(|finding| format!("implausible: {}", variant_name(&finding.cause))));
    findings
}

/// True if a genesis entry names a predecessor.
fn names_predecessor(genesis: &[u8]) -> bool {
    String::from_utf8_lossy(genesis).contains("\"follows\":{")
}

fn variant_name(cause: &Implausibility) -> String {
    format!("{cause:?}").split([' ', '{']).next().unwrap_or_default().to_owned()
}

#[test]
fn all_tampering_is_prevented_visible_or_a_documented_limit() {
    let page =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/airlog-format.md")).expect("read the page");
    let page = page.split_whitespace().collect::<Vec<_>>().join(" ");
    // All cases together take minutes. Without `LOA_ALL_CASES`, the test tries one case in nine, at different moments.
    let runs_all = std::env::var_os("LOA_ALL_CASES").is_some();
    let (mut prevented_count, mut visible_count, mut limit_count) = (0_usize, 0_usize, 0_usize);
    let (mut undetected, mut table) = (Vec::new(), Vec::new());
    for (state_number, state) in STATES.into_iter().enumerate() {
        for (moment_number, (moment, at)) in MOMENTS.into_iter().enumerate() {
            let is_tried =
                |number: usize| runs_all || (number + state_number * MOMENTS.len() + moment_number).is_multiple_of(9);
            let (honest_station, mut honest_department) = run_days(&NO_TAMPERING, at, state);
            let (expected, expected_entries) =
                (outcomes_of_day(&honest_station.log()), unusual_entries(&honest_station.log()));
            assert_eq!(
                verify_findings(&honest_station, &honest_department.key),
                [""; 0],
                "an honest day, {state:?} {moment}"
            );
            assert_eq!(honest_department.collect(&honest_station), None, "an honest day, {state:?} {moment}");
            assert!(expected.len() >= 7, "{expected:?}");
            for (_, tampering) in TAMPERING_CASES.iter().enumerate().filter(|(number, _)| is_tried(*number)) {
                let (station, mut department) = run_days(tampering, at, state);
                let log = station.log();
                let has_same_outcomes = outcomes_of_day(&log) == expected;
                let mut findings: BTreeSet<String> = verify_findings(&station, &department.key).into_iter().collect();
                findings.extend(department.collect(&station));
                findings.extend(unusual_entries(&log).difference(&expected_entries).cloned());
                if station.disk().bytes("log.jsonl").split(|byte| *byte == b'\n').next().is_some_and(names_predecessor)
                {
                    findings.insert("a log that follows another".to_owned());
                }
                // An outcome that claims less than on the honest day, and gives a reason, hides nothing.
                let only_claims_less = expected.iter().all(|(id, line)| {
                    outcomes_of_day(&log).get(id).is_some_and(|new_line| {
                        new_line == line
                            || !new_line.contains(" aired") && new_line.contains(" missed ")
                            || new_line.ends_with("level 0")
                    })
                });
                if only_claims_less && !has_same_outcomes {
                    findings.insert("outcomes that claim less, with a reason".to_owned());
                }
                let verdict = match (has_same_outcomes, findings.is_empty(), tampering.documented_limit_phrase) {
                    (true, ..) => {
                        prevented_count += 1;
                        "prevented".to_owned()
                    }
                    (_, false, _) => {
                        visible_count += 1;
                        findings
                            .iter()
                            .map(|finding| finding.chars().take(40).collect::<String>())
                            .collect::<Vec<_>>()
                            .join("; ")
                    }
                    (_, _, Some(limit)) => {
                        assert!(page.contains(limit), "the page does not name the limit \"{limit}\"");
                        limit_count += 1;
                        format!("LIMIT: {limit}")
                    }
                    _ => {
                        undetected.push(format!(
                            "{state:?} {moment}: {}\n  {expected:?}\n  {:?}",
                            tampering.name,
                            outcomes_of_day(&log)
                        ));
                        "UNDETECTED".to_owned()
                    }
                };
                table.push(format!("{state:?} | {moment} | {} | {verdict}", tampering.name));
            }
        }
    }
    println!("{}", table.join("\n"));
    println!("{} cases: {prevented_count} prevented, {visible_count} visible, {limit_count} limits", table.len());
    assert!(table.len() >= if runs_all { 200 } else { 60 }, "{}", table.len());
    assert!(undetected.is_empty(), "{} undetected:\n{}", undetected.len(), undetected.join("\n"));
}
