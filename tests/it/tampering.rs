//! A table of hands: everything that a station's owner can do with a file manager, an editor, the clock and old copies, at
//! every moment of a day, to a station that runs, was stopped or was killed.
//!
//! Each day is lived twice, with the hand and without it. The hand is *prevented* when the log tells the same outcomes;
//! *visible* when the log, `verify` or `collect` say that something was done; or it is a *limit*, and then
//! `docs/airlog-format.md` names it. Nothing else is allowed.
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use crate::record::Record;
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

use crate::station::{Station, at as loa_at, outcome_line, scan_of};

const SEGMENTS: &str = "[[segment]]\nid = \"a\"\ntitle = \"A\"\nfile = \"s-60.mp3\"\n\n\
                        [[segment]]\nid = \"b\"\ntitle = \"B\"\nfile = \"s-120.mp3\"\n\n\
                        [[segment]]\nid = \"c\"\ntitle = \"C\"\nfile = \"s-30.mp3\"\n\n";
const SESSIONS: &str = "[[session]]\nid = \"sang\"\nat = \"06:00\"\nplay = [\"a\", \"b\", \"c\"]\n\n\
                        [[session]]\nid = \"trua\"\nat = \"12:00\"\nplay = [\"a\", \"b\"]\n\n\
                        [[session]]\nid = \"chieu\"\nat = \"17:00\"\nplay = [\"b\", \"a\"]\n";
/// The day on which the hand acts; the department collected on the evening before.
const DAY: &str = "2023-03-20";

/// When the hand acts: before a session, in it, between two, after the last.
const MOMENTS: [(&str, &str); 4] =
    [("before", "05:50:10"), ("during", "06:01:30"), ("between", "11:50:20"), ("after", "18:00:30")];

/// In which state the station is then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum State {
    Running,
    Stopped,
    Killed,
    PowerCut,
}

const STATES: [State; 4] = [State::Running, State::Stopped, State::Killed, State::PowerCut];
/// The station is off for so long when it does not run: long enough for the next session to be missed.
const OFF_S: i64 = 1800;

/// What the hand can reach.
struct Desk {
    /// The station's `airlog/`.
    airlog: MemoryStorage,
    /// The folder of its keys.
    keys: MemoryStorage,
    /// Both as they were on the evening before.
    old: (MemoryStorage, MemoryStorage),
    /// Both as they were when the hand first acted.
    then: (MemoryStorage, MemoryStorage),
}

fn empty(storage: &MemoryStorage) {
    let mut storage = storage.clone();
    storage.names().iter().for_each(|name| storage.remove(name).expect("memory"));
}

/// Puts an older state back, as a file manager does.
fn put_back(storage: &MemoryStorage, old: &MemoryStorage) {
    empty(storage);
    let mut storage = storage.clone();
    old.names().iter().for_each(|name| storage.replace(name, &old.bytes(name)).expect("memory"));
}

/// Moves what begins with a name away, or back.
fn rename(storage: &MemoryStorage, from: &str, to: &str) {
    let mut storage = storage.clone();
    for name in storage.names().into_iter().filter(|name| name.contains(from)) {
        storage.rename(&name, &name.replacen(from, to, 1)).expect("memory");
    }
}

/// Replaces the last of some words in the log's first file.
fn edit(storage: &MemoryStorage, from: &str, to: &str) {
    let text = String::from_utf8(storage.bytes("log.jsonl")).expect("text");
    if let Some(at) = text.rfind(from) {
        let edited = format!("{}{to}{}", &text[..at], &text[at + from.len()..]);
        storage.clone().replace("log.jsonl", edited.as_bytes()).expect("memory");
    }
}

/// Lengthens the newest mark, or puts it at another time; `wall` in seconds.
fn mark(storage: &MemoryStorage, frames: Option<u64>, wall_s: i64) {
    let text = String::from_utf8(storage.bytes("progress")).expect("text");
    let Some(last) = text.lines().last() else { return };
    let mut mark: serde_json::Value = serde_json::from_str(last).expect("a mark");
    if let Some(frames) = frames {
        (mark["frames"], mark["rate"]) = (frames.into(), 48_000.into());
    }
    mark["wall"] = (mark["wall"].as_i64().expect("a time") + wall_s * SECOND_US).into();
    storage.clone().append("progress", format!("{mark}\n").as_bytes()).expect("memory");
}

/// An outcome that nobody has signed.
fn forge(storage: &MemoryStorage) {
    let text = String::from_utf8(storage.bytes("log.jsonl")).expect("text");
    let Some(outcome) = text.lines().rfind(|line| line.contains("\"type\":\"outcome\"")) else { return };
    let line = outcome.replacen("@2023-03-19", "@2023-03-20", 1);
    storage.clone().append("log.jsonl", format!("{line}\n").as_bytes()).expect("memory");
}

/// A hand.
#[derive(Clone, Copy)]
struct Hand {
    name: &'static str,
    /// On the disk, at the moment.
    disk: fn(&Desk),
    /// On the disk, in the evening.
    back: fn(&Desk),
    /// The sessions of the playlist from the moment on, and those from the evening on.
    sessions: Option<(&'static str, &'static str)>,
    /// Settings from the moment on.
    settings: Option<&'static str>,
    /// Another recording lies in the place of `a`, of so many seconds.
    swapped: Option<u64>,
    /// The clock is set by so many seconds.
    clock_s: i64,
    /// The words by which the page names this limit.
    limit: Option<&'static str>,
}

const HAND: Hand = Hand {
    name: "",
    disk: |_| (),
    back: |_| (),
    sessions: None,
    settings: None,
    swapped: None,
    clock_s: 0,
    limit: None,
};

const LATER: &str = "[[session]]\nid = \"khuya\"\nat = \"20:40\"\nplay = [\"c\"]\n";
const PAST: &str = "[[session]]\nid = \"sang\"\nat = [\"06:00\", \"05:30\"]\nplay = [\"a\", \"b\", \"c\"]\n\n\
                    [[session]]\nid = \"trua\"\nat = \"12:00\"\nplay = [\"a\", \"b\"]\n\n\
                    [[session]]\nid = \"chieu\"\nat = \"17:00\"\nplay = [\"b\", \"a\"]\n";
const SHORTER: &str = "[[session]]\nid = \"sang\"\nat = \"06:00\"\nplay = [\"a\"]\n\n\
                       [[session]]\nid = \"trua\"\nat = \"12:00\"\nplay = [\"a\"]\n\n\
                       [[session]]\nid = \"chieu\"\nat = \"17:00\"\nplay = [\"b\"]\n";
const QUIET: &str = "[quiet-hours]\nfrom = \"05:55\"\nuntil = \"23:00\"\n";
const MUTE: &str = "[output]\nvolume = 0\n";
const ZONE: &str = "[station]\ntimezone = \"Asia/Tokyo\"\n";

/// A. What feeds the signer; B. what is on the disk against what was planned.
const HANDS: &[Hand] = &[
    Hand {
        name: "kept/ moved away, the day's sessions edited out, kept/ put back",
        disk: |desk| rename(&desk.airlog, "kept/", "aside/"),
        back: |desk| rename(&desk.airlog, "aside/", "kept/"),
        sessions: Some((LATER, LATER)),
        ..HAND
    },
    Hand {
        name: "kept/ deleted, the day's sessions edited out",
        disk: |desk| rename(&desk.airlog, "kept/", "gone/"),
        sessions: Some((LATER, LATER)),
        ..HAND
    },
    Hand {
        name: "kept/ moved away and put back",
        disk: |desk| rename(&desk.airlog, "kept/", "aside/"),
        back: |desk| rename(&desk.airlog, "aside/", "kept/"),
        ..HAND
    },
    Hand {
        name: "plans in kept/ replaced by an empty one",
        disk: |desk| {
            let mut airlog = desk.airlog.clone();
            for name in airlog.names().iter().filter(|name| name.starts_with("kept/") && name.ends_with(".json")) {
                airlog.replace(name, b"{\"airings\":[]}").expect("memory");
            }
        },
        sessions: Some((LATER, LATER)),
        ..HAND
    },
    Hand {
        name: "kept/ and its copy beside the keys deleted, the day's sessions edited out",
        disk: |desk| {
            rename(&desk.airlog, "kept/", "gone/");
            rename(&desk.keys, "/kept/", "/gone/");
        },
        sessions: Some((LATER, LATER)),
        ..HAND
    },
    Hand { name: "a mark of two minutes made up", disk: |desk| mark(&desk.airlog, Some(5_760_000), 0), ..HAND },
    Hand { name: "a mark of next year made up", disk: |desk| mark(&desk.airlog, None, 365 * 86_400), ..HAND },
    Hand { name: "marks deleted", disk: |desk| desk.airlog.clone().remove("progress").expect("memory"), ..HAND },
    Hand { name: "the clock set back three hours", clock_s: -10_800, ..HAND },
    Hand { name: "the clock set forward three hours", clock_s: 10_800, ..HAND },
    Hand { name: "the clock set back ten minutes", clock_s: -600, ..HAND },
    Hand { name: "yesterday's copy of airlog/ put back", disk: |desk| put_back(&desk.airlog, &desk.old.0), ..HAND },
    Hand {
        name: "a copy of airlog/ put back in the evening",
        back: |desk| put_back(&desk.airlog, &desk.then.0),
        ..HAND
    },
    Hand {
        name: "yesterday's copies of airlog/ and of the keys' folder put back",
        disk: |desk| {
            put_back(&desk.airlog, &desk.old.0);
            put_back(&desk.keys, &desk.old.1);
        },
        limit: Some("put back, or"),
        ..HAND
    },
    Hand {
        name: "copies of airlog/ and of the keys' folder put back in the evening",
        back: |desk| {
            put_back(&desk.airlog, &desk.then.0);
            put_back(&desk.keys, &desk.then.1);
        },
        limit: Some("put back, or"),
        ..HAND
    },
    Hand { name: "a miss edited into an airing", disk: |desk| edit(&desk.airlog, "\"missed\"", "\"aired\""), ..HAND },
    Hand { name: "a miss edited in the evening", back: |desk| edit(&desk.airlog, "\"missed\"", "\"aired\""), ..HAND },
    Hand {
        name: "a length edited in the evening",
        back: |desk| edit(&desk.airlog, "\"played_ms\":0", "\"played_ms\":9"),
        ..HAND
    },
    Hand {
        name: "the last lines cut off",
        disk: |desk| {
            let text = String::from_utf8(desk.airlog.bytes("log.jsonl")).expect("text");
            let kept: Vec<&str> = text.lines().collect();
            let text = kept[..kept.len().saturating_sub(2)].iter().map(|line| format!("{line}\n")).collect::<String>();
            desk.airlog.clone().replace("log.jsonl", text.as_bytes()).expect("memory");
        },
        ..HAND
    },
    Hand { name: "an outcome written behind the head", disk: |desk| forge(&desk.airlog), ..HAND },
    Hand { name: "the head deleted", disk: |desk| desk.airlog.clone().remove("checkpoint").expect("memory"), ..HAND },
    Hand {
        name: "yesterday's head put back",
        disk: |desk| desk.airlog.clone().replace("checkpoint", &desk.old.0.bytes("checkpoint")).expect("memory"),
        ..HAND
    },
    Hand { name: "closings deleted", disk: |desk| desk.airlog.clone().remove("closings").expect("memory"), ..HAND },
    Hand { name: "airlog/ deleted", disk: |desk| empty(&desk.airlog), ..HAND },
    Hand { name: "airlog/ deleted in the evening", back: |desk| empty(&desk.airlog), ..HAND },
    Hand { name: "the keys deleted", disk: |desk| empty(&desk.keys), ..HAND },
    Hand {
        name: "airlog/ and the keys deleted",
        disk: |desk| {
            empty(&desk.airlog);
            empty(&desk.keys);
        },
        ..HAND
    },
    Hand { name: "all sessions edited out", sessions: Some((LATER, LATER)), ..HAND },
    Hand { name: "all sessions edited out, and back in the evening", sessions: Some((LATER, SESSIONS)), ..HAND },
    Hand { name: "the playlist emptied", sessions: Some(("", "")), ..HAND },
    Hand { name: "an airing added in the past", sessions: Some((PAST, PAST)), ..HAND },
    Hand { name: "sessions made shorter", sessions: Some((SHORTER, SHORTER)), ..HAND },
    Hand { name: "quiet hours over the day", settings: Some(QUIET), ..HAND },
    Hand { name: "volume 0", settings: Some(MUTE), ..HAND },
    Hand { name: "another zone", settings: Some(ZONE), ..HAND },
    Hand { name: "a shorter recording in its place", swapped: Some(2), ..HAND },
    Hand { name: "a longer recording in its place", swapped: Some(90), ..HAND },
];

/// Lives the day; gives the station at the end of the next.
fn life(hand: &Hand, moment: &str, state: State) -> (Station, Department) {
    let playlist = |sessions: &str| format!("{SEGMENTS}{sessions}");
    let before =
        Station::new("2023-03-19T05:00:00").in_hands().playlist(&playlist(SESSIONS)).run_until("2023-03-19T22:00:00");
    let mut department = Department::new(&before);
    department.collect(&before);
    let old = (before.disk().copy(), before.keys().copy());
    let desk = |station: &Station, then: &Option<(MemoryStorage, MemoryStorage)>| {
        let now = (station.disk().copy(), station.keys().copy());
        let then = then.as_ref().map_or(now, |(a, k)| (a.copy(), k.copy()));
        Desk { airlog: station.disk().clone(), keys: station.keys().clone(), old: (old.0.copy(), old.1.copy()), then }
    };
    let seconds = |wall: &str| loa_at(wall).since(loa_at(&format!("{DAY}T05:00:00"))) / SECOND_US;
    let at = seconds(&format!("{DAY}T{moment}"));
    let evening = seconds(&format!("{DAY}T20:50:00"));
    let station = before.clock_says(&format!("{DAY}T05:00:00"), true);
    let during = hand.sessions.map_or(SESSIONS, |(during, _)| during);
    let (mut station, then) = if state == State::Running {
        let mut station = station;
        let reach = desk(&station, &None);
        let act = hand.disk;
        station = station.hand(at, move |airlog, keys| {
            act(&Desk {
                airlog: airlog.clone(),
                keys: keys.clone(),
                old: (reach.old.0.copy(), reach.old.1.copy()),
                then: (airlog.copy(), keys.copy()),
            });
        });
        if let Some(seconds) = hand.swapped {
            station = station.on_disk("s-60.mp3", scan_of((seconds, 48_000)));
        }
        if let Some(settings) = hand.settings {
            station = station.edit_settings(at + 1, settings);
        }
        if hand.sessions.is_some() {
            station = station.edit(at + 2, &playlist(during));
        }
        if hand.clock_s != 0 {
            station = station.step(at + 3, hand.clock_s);
        }
        (station.run_for(evening), None)
    } else {
        let station = match state {
            State::Stopped => station.run_for(at),
            State::Killed => station.run_and_kill(at),
            _ => station.run_and_cut(at),
        };
        let reach = desk(&station, &None);
        let then = Some((reach.then.0.copy(), reach.then.1.copy()));
        (hand.disk)(&reach);
        let station = match state {
            State::PowerCut => station.off_for(OFF_S),
            _ => station.restarted_after(OFF_S),
        };
        let mut station = station.clock_set(hand.clock_s).kept_clock(hand.clock_s == 0);
        if let Some(seconds) = hand.swapped {
            station = station.file("s-60.mp3", FileStatus::Good(scan_of((seconds, 48_000))));
        }
        if let Some(settings) = hand.settings {
            station = station.settings(settings);
        }
        (station.playlist(&playlist(during)).run_for(evening - at - OFF_S), then)
    };
    let reach = desk(&station, &then);
    (hand.back)(&reach);
    let later = hand.sessions.map_or(SESSIONS, |(_, later)| later);
    station = station.off_for(600).kept_clock(true).playlist(&playlist(later)).run_for(86_400);
    (station, department)
}

/// The department: a store, a memory, and the station's key as it was enrolled.
struct Department {
    store: MemoryStorage,
    memory: MemoryStorage,
    registry: Registry,
    key: VerifierKey,
    now: u64,
    entries: u64,
}

impl Department {
    fn new(station: &Station) -> Self {
        let source = LogSource { storage: station.disk().clone(), form: LogForm::Airlog };
        let key =
            verify_log(&source, VerifyPolicy::default(), 1).expect("memory").verified.key.expect("a whole log has one");
        let mut registry = Registry::default();
        registry
            .enrol(key.clone(), "2023-03-19T00:00:00Z".to_owned(), &StationDetails::default())
            .expect("a station's key");
        let (store, memory) = (MemoryStorage::default(), MemoryStorage::default());
        let now = u64::try_from(loa_at("2023-03-19T23:00:00").0 / SECOND_US).expect("after 1970");
        Self { store, memory, registry, key, now, entries: 0 }
    }

    /// Collects by stick; what was unusual about it.
    fn collect(&mut self, station: &Station) -> Option<String> {
        let source = LogSource { storage: station.disk().clone(), form: LogForm::Airlog };
        let mut stick = MemoryStorage::default();
        match export(&source, &mut stick, VerifyPolicy::default(), 1).expect("memory") {
            Ok(_) => {}
            Err(wrong) => return Some(format!("export: {wrong:?}")),
        }
        self.now += 2 * 86_400;
        let witness = Mutex::new(Witness::open(self.memory.clone(), os_seed).expect("memory"));
        let collecting = Collector {
            registry: &self.registry,
            witness: &witness,
            now: self.now,
            seed_source: os_seed,
            threads: 1,
            full: false,
        };
        let (from, store) = (LogSource { storage: stick.clone(), form: LogForm::Export }, self.store.clone());
        match collecting.collect(&from, &mut stick, |_| store).expect("memory") {
            CollectOutcome::Taken { exported, .. } if exported.verified.entries > self.entries => {
                self.entries = exported.verified.entries;
                None
            }
            CollectOutcome::Taken { .. } => Some("collect: nothing new".to_owned()),
            other => {
                let text = format!("{other:?}");
                Some(format!("collect: {}", text.split([' ', '{']).next().unwrap_or_default()))
            }
        }
    }
}

/// Outcomes of the day by their ids.
fn day(log: &[Record]) -> BTreeMap<String, String> {
    let outcomes = log.iter().filter(|record| record.kind == "outcome");
    let lines = outcomes.map(|record| {
        let body = &record.body;
        let claims = format!("{} {} level {}", outcome_line(record), body.played_ms, body.level);
        (body.id.clone().unwrap_or_default(), claims)
    });
    lines.filter(|(id, _)| id.contains(DAY)).collect()
}

/// Words of the log that a day without the hand does not have.
fn words(log: &[Record]) -> BTreeSet<String> {
    let kinds = ["clock-step", "clock-trust", "lost", "gap", "edit", "note", "operator", "schedule"];
    let mut words: BTreeSet<String> = log
        .iter()
        .filter(|record| kinds.contains(&record.kind.as_str()))
        .map(|record| match record.kind.as_str() {
            "clock-trust" => format!("clock-trust {:?}", record.body.trust),
            "schedule" => format!("schedule {:?}", record.body.files.iter().map(|f| &f.sha256).collect::<Vec<_>>()),
            kind => kind.to_owned(),
        })
        .collect();
    let boot = |record: &&Record| record.kind == "boot" && record.body.trusted == Some(false);
    if log.iter().any(|record| boot(&record)) {
        words.insert("boot without a believed clock".to_owned());
    }
    words
}

/// What `verify` says of the log as it lies there.
fn verified(station: &Station, key: &VerifierKey) -> Vec<String> {
    let source = LogSource { storage: station.disk().clone(), form: LogForm::Airlog };
    let policy = VerifyPolicy { key: Some(key.clone()), ..VerifyPolicy::default() };
    let verdict = verify_log(&source, policy, 1).expect("memory");
    let mut said: Vec<String> = verdict.errors.iter().map(|wrong| format!("verify: {wrong:?}")).collect();
    let disk = station.disk();
    let mut fold = PlausibilityFold::default();
    let text = disk.bytes("log.jsonl");
    for line in text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let mut plan =
            |sha: &str| Some(disk.bytes(&format!("kept/{sha}.json"))).filter(|bytes| !bytes.is_empty()).map(Arc::new);
        fold.add_line(line, &mut plan);
    }
    fold.finish();
    said.extend(fold.take_findings().iter().map(|finding| format!("implausible: {}", code(&finding.why))));
    said
}

fn follows(genesis: &[u8]) -> bool {
    String::from_utf8_lossy(genesis).contains("\"follows\":{")
}

fn code(why: &Implausibility) -> String {
    format!("{why:?}").split([' ', '{']).next().unwrap_or_default().to_owned()
}

#[test]
fn every_hand_is_prevented_or_seen_or_a_limit_that_the_page_names() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/airlog-format.md")).expect("a page");
    let page = page.split_whitespace().collect::<Vec<_>>().join(" ");
    // All of them take minutes: a run of every commit tries one in nine, at other moments for each hand.
    let all = std::env::var_os("LOA_HANDS").is_some();
    let (mut counts, mut unseen, mut table) = ([0_usize; 3], Vec::new(), Vec::new());
    for (turn, state) in STATES.into_iter().enumerate() {
        for (time, (moment, at)) in MOMENTS.into_iter().enumerate() {
            let tried = |number: usize| all || (number + turn * MOMENTS.len() + time).is_multiple_of(9);
            let (twin, mut twins) = life(&HAND, at, state);
            let (truth, ordinary) = (day(&twin.log()), words(&twin.log()));
            assert_eq!(verified(&twin, &twins.key), [""; 0], "an honest day, {state:?} {moment}");
            assert_eq!(twins.collect(&twin), None, "an honest day, {state:?} {moment}");
            assert!(truth.len() >= 7, "{truth:?}");
            for (_, hand) in HANDS.iter().enumerate().filter(|(number, _)| tried(*number)) {
                let (done, mut department) = life(hand, at, state);
                let log = done.log();
                let same = day(&log) == truth;
                let mut seen: BTreeSet<String> = verified(&done, &department.key).into_iter().collect();
                seen.extend(department.collect(&done));
                seen.extend(words(&log).difference(&ordinary).cloned());
                if done.disk().bytes("log.jsonl").split(|byte| *byte == b'\n').next().is_some_and(follows) {
                    seen.insert("a log that follows another".to_owned());
                }
                // An outcome that claims less than without the hand, with its reason, hides nothing.
                let less = truth.iter().all(|(id, told)| {
                    day(&log).get(id).is_some_and(|now| {
                        now == told || !now.contains(" aired") && now.contains(" missed ") || now.ends_with("level 0")
                    })
                });
                if less && !same {
                    seen.insert("outcomes that say why they are less".to_owned());
                }
                let verdict = match (same, seen.is_empty(), hand.limit) {
                    (true, ..) => {
                        counts[0] += 1;
                        "prevented".to_owned()
                    }
                    (_, false, _) => {
                        counts[1] += 1;
                        seen.iter().map(|word| word.chars().take(40).collect::<String>()).collect::<Vec<_>>().join("; ")
                    }
                    (_, _, Some(limit)) => {
                        assert!(page.contains(limit), "the page does not name the limit \"{limit}\"");
                        counts[2] += 1;
                        format!("LIMIT: {limit}")
                    }
                    _ => {
                        unseen.push(format!("{state:?} {moment}: {}\n  {truth:?}\n  {:?}", hand.name, day(&log)));
                        "UNSEEN".to_owned()
                    }
                };
                table.push(format!("{state:?} | {moment} | {} | {verdict}", hand.name));
            }
        }
    }
    println!("{}", table.join("\n"));
    println!("{} hands: {} prevented, {} visible, {} limits", table.len(), counts[0], counts[1], counts[2]);
    assert!(table.len() >= if all { 200 } else { 60 }, "{}", table.len());
    assert!(unseen.is_empty(), "{} unseen:\n{}", unseen.len(), unseen.join("\n"));
}
