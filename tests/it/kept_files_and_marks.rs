//! What a station owes, and how long a cut airing sounded, hang on no file that a file manager or an editor reaches.
use crate::record::Record;
use loa::airlog::entry::{Body, PlanEntry};
use loa::airlog::files::PROGRESS;
use loa::airlog::keys::{key_folder, os_seed};
use loa::airlog::progress::LifeSign;
use loa::airlog::recover::recover;
use loa::airlog::storage::{MemoryStorage, Storage};
use loa::airlog::{AirLog, LogConfig};
use loa::base::hash::sha256_hex;
use loa::base::instant::{BootTime, ClockSnapshot, ClockSync, SECOND_US};
use loa::plan::Plan;
use loa::playout::engine::OperatorCommand;

use crate::station::{Station, at, put_kept_aside};

const TWICE: &str = "[[segment]]\nid = \"a\"\ntitle = \"A\"\nfile = \"s-60.mp3\"\n\n[[session]]\nid = \"sang\"\nat = [\"05:15\", \"06:15\"]\nplay = [\"a\"]\n";
const LATER: &str = "[[segment]]\nid = \"a\"\ntitle = \"A\"\nfile = \"s-60.mp3\"\n\n[[session]]\nid = \"sang\"\nat = \"23:50\"\nplay = [\"a\"]\n";
const OWED: [&str; 2] = ["sang@2023-03-20T05:15:00#1 missed shutdown", "sang@2023-03-20T06:15:00#1 missed shutdown"];

/// A station that owes two airings and is stopped before both.
fn owes_two() -> Station {
    Station::new("2023-03-20T05:00:00")
        .settings("[quiet-hours]\nfrom = \"00:00\"\nuntil = \"00:00\"\n")
        .playlist(TWICE)
        .run_for(60)
}

/// Moves kept files away, as a file manager does.
fn move_away(storage: &MemoryStorage, from: &str, to: &str) {
    let mut storage = storage.clone();
    for name in storage.names().into_iter().filter(|name| name.contains(from)) {
        let bytes = storage.bytes(&name);
        storage.replace(&name.replace(from, to), &bytes).expect("memory");
        storage.remove(&name).expect("memory");
    }
}

fn kinds(log: &[Record]) -> Vec<&str> {
    log.iter().map(|record| record.kind.as_str()).collect()
}

fn mark(station: &Station) -> String {
    String::from_utf8(station.disk().bytes(PROGRESS)).expect("text").lines().last().expect("a mark").to_owned()
}

#[test]
fn a_folder_of_kept_files_that_is_moved_away_erases_no_miss() {
    let station = owes_two();
    let had: Vec<_> = station.disk().names().into_iter().filter(|name| name.starts_with("kept/")).collect();
    move_away(station.disk(), "kept/", "aside/");
    let station = station.playlist(LATER).off_for(3 * 3600).run_for(600);
    assert_eq!(station.outcomes(), OWED);
    assert!(had.iter().all(|name| station.disk().has(name)), "and what was lost is made good");
    assert!(!kinds(&station.log()).contains(&"lost"));
}

#[test]
fn every_kept_file_that_is_lost_damaged_or_emptied_alone_is_made_good() {
    let station = owes_two();
    for name in station.disk().names().into_iter().filter(|name| name.starts_with("kept/")) {
        for damage in [None, Some(&b""[..]), Some(b"[]"), Some(b"\0\0\0\0")] {
            let station = station.twin();
            let (mut disk, whole) = (station.disk().clone(), station.disk().bytes(&name));
            match damage {
                Some(bytes) => disk.replace(&name, bytes).expect("memory"),
                None => disk.remove(&name).expect("memory"),
            }
            let station = station.playlist(LATER).off_for(3 * 3600).run_for(600);
            assert_eq!(station.outcomes(), OWED, "{name} {damage:?}");
            assert_eq!(station.disk().bytes(&name), whole);
        }
    }
}

#[test]
fn copies_beside_the_keys_are_made_by_the_first_start_of_a_station_that_has_none() {
    let station = owes_two();
    move_away(station.keys(), "/kept/", "/aside/");
    let station = station.run_for(60);
    move_away(station.disk(), "kept/", "aside/");
    let station = station.playlist(LATER).off_for(3 * 3600).run_for(600);
    assert_eq!(station.outcomes(), OWED);
}

#[test]
fn when_neither_copy_is_left_what_is_owed_is_written_off_once_and_before_anything_is_planned() {
    let station = owes_two();
    move_away(station.disk(), "kept/", "aside/");
    move_away(station.keys(), "/kept/", "/aside/");
    station.disk().clone().replace("gone", b"").expect("memory");
    let station = station.playlist(LATER).off_for(3 * 3600).run_for(600);
    let log = station.log();
    let lost: Vec<_> = log.iter().filter(|record| record.kind == "lost").collect();
    let of_plan = lost.iter().find(|record| record.body.what.as_deref() == Some("plan")).expect("it is said");
    let first = log.iter().find(|record| record.kind == "plan").expect("planned");
    assert_eq!((of_plan.body.count, of_plan.body.rows, of_plan.body.lacking), (2, 2, 2));
    assert_eq!((of_plan.body.date, &of_plan.body.sha256), (first.body.date, &first.body.sha256));
    assert!(lost.iter().any(|record| record.body.what.as_deref() == Some("schedule")));
    let next = log.iter().find(|record| record.kind == "plan" && record.seq > first.seq).expect("planned anew");
    assert!(lost.iter().all(|record| record.seq < next.seq), "before any new plan");
    assert_eq!(next.body.count, 1, "what is still to come");
    // Whatever comes back later: it is said once, and nothing is made up.
    move_away(station.disk(), "aside/", "kept/");
    let station = station.off_for(600).run_until("2023-03-20T23:55:00");
    assert_eq!(kinds(&station.log()).iter().filter(|kind| **kind == "lost").count(), lost.len());
    assert_eq!(station.outcomes(), ["sang@2023-03-20T23:50:00#1 aired"]);
}

#[test]
fn a_plan_that_is_lost_alone_is_planned_anew_by_the_schedule_that_was_in_force() {
    let station = owes_two();
    let plan = station.log().into_iter().find_map(|record| record.body.sha256.filter(|_| record.kind == "plan"));
    let plan = plan.expect("planned");
    move_away(station.disk(), &format!("kept/{plan}"), "aside/plan");
    move_away(station.keys(), &format!("/kept/{plan}"), "/aside/plan");
    station.disk().clone().replace("gone", b"").expect("memory");
    let station = station.playlist(LATER).off_for(3 * 3600).run_for(600);
    assert!(kinds(&station.log()).contains(&"lost"));
    assert_eq!(station.outcomes(), OWED, "what was owed is known by the schedule");
}

/// As the releases before wrote it when kept files were away: a later plan of the date that has less, and no word.
#[test]
fn what_an_earlier_plan_of_a_date_names_is_owed_though_a_later_one_names_less() {
    let station = owes_two();
    let (mut disk, mut keys) = (station.disk().clone(), station.keys().clone());
    let found = recover(&mut disk, &mut keys).expect("memory");
    let zone = chrono_tz::Asia::Ho_Chi_Minh;
    let opening = LogConfig { kind: "loa", station: "test", boot: "boot-1", zone, seed_source: os_seed };
    let mut log = AirLog::open(disk, keys, found.resumed, &opening).expect("memory");
    let empty = Plan { airings: Vec::new() }.to_json_bytes();
    let sha256 = sha256_hex(&empty);
    log.keep_file(format!("kept/{sha256}.json"), empty).expect("memory");
    let now =
        ClockSnapshot { wall: at("2023-03-20T05:02:00"), boot: BootTime(120 * SECOND_US), sync: ClockSync::default() };
    let date = "2023-03-20".parse().expect("a date");
    log.append(now, vec![Body::Plan(PlanEntry { date, count: 0, rows: 0, sha256 })]).expect("memory");
    drop(log);
    let station = station.off_for(3 * 3600).run_for(600);
    let got = station.outcomes();
    assert_eq!(got.len(), 2, "{got:?}");
    assert!(got.iter().all(|outcome| outcome.contains(" missed ")), "{got:?}");
}

#[test]
fn copies_of_what_is_no_longer_in_force_do_not_pile_up() {
    let station = owes_two().run_for(20 * 86_400);
    let copies = station.keys().names().iter().filter(|name| name.contains("/kept/")).count();
    assert!((3..=13).contains(&copies), "{copies}");
    let station = station.run_for(60);
    let copies = station.keys().names().iter().filter(|name| name.contains("/kept/")).count();
    assert!((3..=8).contains(&copies), "{copies} after a start");
}

#[test]
fn what_is_owed_of_many_days_has_its_second_copies_until_it_is_settled() {
    // Twelve days without power, and a clock that nobody vouches for: their misses wait for five minutes.
    let station = owes_two().clock_says("2023-04-01T04:00:00", false).run_for(30);
    put_kept_aside(station.disk());
    let station = station.clock_says("2023-04-01T04:02:00", false).run_for(30);
    put_kept_aside(station.disk());
    let station = station.clock_says("2023-04-01T04:04:00", false).run_for(1200);
    assert_eq!(station.outcomes().len(), 24, "{:?}", station.outcomes());
    assert!(!kinds(&station.log()).contains(&"lost"));
    // And no longer than that.
    let copies = |station: &Station| station.keys().names().iter().filter(|name| name.contains("/kept/")).count();
    let station = station.run_for(86_400);
    assert!((3..=12).contains(&copies(&station)), "{}", copies(&station));
}

#[test]
fn a_line_written_into_the_marks_of_a_cut_airing_lengthens_nothing() {
    let station = owes_two().off_for(60);
    // Cut 24 s into the airing of 60 s, by a power that leaves the marks of 5 s ago.
    let station = station.clock_says("2023-03-20T05:14:00", true).run_and_cut(84);
    let made_up = "{\"wall\":1679264180000000,\"trusted\":true,\"id\":\"sang@2023-03-20T05:15:00#1\",\"frames\":5760000,\"rate\":48000}\n";
    let honest = station.twin().run_for(60);
    let genuine = mark(&station);
    let lines = [
        made_up.to_owned(),
        format!("{}\n", genuine.replacen("\"frames\":", "\"frames\":9", 1)),
        format!("{}\n", genuine.replacen("\"boottime_us\":", "\"boottime_us\":9", 1)),
    ];
    let first = |station: &Station| station.log().into_iter().find(|r| r.kind == "outcome").expect("one").body;
    let honest = first(&honest);
    assert!((18_000..=24_000).contains(&honest.played_ms) && honest.detail.is_none(), "{honest:?}");
    for line in lines {
        let station = station.twin();
        station.disk().clone().append(PROGRESS, line.as_bytes()).expect("memory");
        let got = first(&station.run_for(60));
        assert_eq!((got.played_ms, got.frames), (honest.played_ms, honest.frames), "{line}");
        // What says no more than is known is no lie to tell of.
        let said = got.detail.is_some_and(|detail| detail.contains("not believed"));
        assert_eq!(said, !line.contains("\"boottime_us\":9"), "{line}");
    }
}

#[test]
fn a_mark_from_a_time_that_is_to_come_does_not_mute_the_station() {
    let station = owes_two();
    let far = "{\"wall\":2524608000000000,\"trusted\":true,\"id\":null,\"frames\":0,\"rate\":0}\n";
    station.disk().clone().append(PROGRESS, far.as_bytes()).expect("memory");
    let station = station.off_for(60).clock_is(at("2023-03-20T05:10:00"), false).run_until("2023-03-20T06:20:00");
    let outcomes = station.outcomes();
    assert!(outcomes.iter().all(|outcome| outcome.ends_with(" aired")) && outcomes.len() == 2, "{outcomes:?}");
    let boot = station.log().into_iter().rfind(|record| record.kind == "boot").expect("one");
    assert_eq!(boot.body.last_seen.map(|at| at.timestamp() / 86_400), Some(1_679_263_200 / 86_400));
}

/// With the keys of the machine in hand, too: physics bounds what a mark says.
#[test]
fn no_mark_says_more_than_the_boot_clock_and_the_planned_length_allow() {
    let station = owes_two().off_for(60).clock_says("2023-03-20T05:14:00", true).run_and_cut(84);
    let told = |seconds: i64, boot: &str, frames: u64| {
        let station = station.twin();
        let (mut disk, mut keys) = (station.disk().clone(), station.keys().clone());
        let found = recover(&mut disk, &mut keys).expect("memory");
        let zone = chrono_tz::Asia::Ho_Chi_Minh;
        let opening = LogConfig { kind: "loa", station: "test", boot, zone, seed_source: os_seed };
        let mut log = AirLog::open(disk, keys, found.resumed, &opening).expect("memory");
        let now = ClockSnapshot {
            wall: at("2023-03-20T05:15:30"),
            boot: BootTime(seconds * SECOND_US),
            sync: ClockSync::default(),
        };
        let id = Some("sang@2023-03-20T05:15:00#1".to_owned());
        log.write_mark(now, LifeSign { trusted: true, id, frames, rate: 48_000 }, true).expect("memory");
        drop(log);
        let log = station.run_for(60).log();
        let outcome = log.into_iter().find(|record| record.kind == "outcome").expect("one");
        (outcome.body.played_ms, outcome.body.detail.is_some())
    };
    // It had started after 60 s of its boot.
    assert_eq!(told(84, "boot-2", 24 * 48_000), (24_000, false));
    let (played, doubted) = told(84, "boot-2", 50 * 48_000);
    assert!((24_000..=27_000).contains(&played) && doubted, "{played}");
    let (played, doubted) = told(3600, "boot-2", 3600 * 48_000);
    assert!((60_000..=60_001).contains(&played) && doubted, "no more than its plan: {played}");
    assert_eq!(told(84, "boot-1", 24 * 48_000), (0, true), "of another start of the machine");
    assert_eq!(told(50, "boot-2", 24 * 48_000), (0, false), "from before it started");
}

#[test]
fn a_mark_outlasts_the_end_of_the_epoch_whose_key_made_it() {
    let station = owes_two().off_for(60).clock_says("2023-03-20T05:14:00", true);
    let station = station.order(84, OperatorCommand::Collect { notes: Vec::new() }).run_and_cut(84);
    assert!(station.log().iter().any(|record| record.kind == "epoch"));
    let folder = station.keys().names().into_iter().find(|name| name.contains("/epoch-")).expect("a key");
    assert!(folder.ends_with("/epoch-1"), "the key before is erased: {folder}");
    let outcome = station.run_for(60).log().into_iter().find(|record| record.kind == "outcome").expect("one");
    assert!((23_000..=24_000).contains(&outcome.body.played_ms), "{:?}", outcome.body.played_ms);
    assert_eq!(outcome.body.detail, None);
}

#[test]
fn a_mark_outlasts_an_epoch_that_is_ended_while_no_daemon_runs() {
    let station = owes_two().off_for(60).clock_says("2023-03-20T05:14:00", true).run_and_cut(84);
    let (mut disk, mut keys) = (station.disk().clone(), station.keys().clone());
    let honest = station.twin().run_for(60).log().into_iter().find(|r| r.kind == "outcome").expect("one").body;
    // As an export does.
    let found = recover(&mut disk, &mut keys).expect("memory");
    let zone = chrono_tz::Asia::Ho_Chi_Minh;
    let opening = LogConfig { kind: "loa", station: "test", boot: "boot-3", zone, seed_source: os_seed };
    let mut log = AirLog::open(disk, keys, found.resumed, &opening).expect("memory");
    log.rotate_epoch(ClockSnapshot { wall: at("2023-03-20T05:20:00"), boot: BootTime(0), sync: ClockSync::default() })
        .expect("memory");
    drop(log);
    let got = station.run_for(60).log().into_iter().find(|r| r.kind == "outcome").expect("one").body;
    assert_eq!((got.frames, got.detail), (honest.frames, None));
    assert!(got.frames > 18 * 48_000, "{}", got.frames);
}

/// The power goes between the end of an epoch and the marks written anew, and again before the outcome is durable.
#[test]
fn a_mark_outlasts_two_power_cuts_at_the_end_of_the_epoch_whose_key_made_it() {
    let station = owes_two().off_for(60).clock_says("2023-03-20T05:14:00", true).run_and_cut(84);
    let (mut disk, mut keys) = (station.disk().clone(), station.keys().clone());
    let honest = station.twin().run_for(60).log().into_iter().find(|r| r.kind == "outcome").expect("one").body;
    let name = keys.names().into_iter().find(|name| name.ends_with("/epoch-0")).expect("a key");
    let (marks, key) = (disk.bytes(PROGRESS), keys.bytes(&name));
    let found = recover(&mut disk, &mut keys).expect("memory");
    let zone = chrono_tz::Asia::Ho_Chi_Minh;
    let opening = LogConfig { kind: "loa", station: "test", boot: "boot-3", zone, seed_source: os_seed };
    let mut log = AirLog::open(disk.clone(), keys.clone(), found.resumed, &opening).expect("memory");
    log.rotate_epoch(ClockSnapshot { wall: at("2023-03-20T05:20:00"), boot: BootTime(0), sync: ClockSync::default() })
        .expect("memory");
    drop(log);
    disk.replace(PROGRESS, &marks).expect("memory");
    keys.replace(&name, &key).expect("memory");
    recover(&mut disk, &mut keys).expect("memory");
    assert!(!keys.has(&name), "the key of an epoch that is over goes at the next start");
    let got = station.run_for(60).log().into_iter().find(|r| r.kind == "outcome").expect("one").body;
    assert_eq!((got.frames, got.detail), (honest.frames, None));
}

#[test]
fn an_airing_that_went_on_after_an_interruption_counts_from_where_it_went_on() {
    let station = owes_two().off_for(60).clock_says("2023-03-20T05:14:00", true);
    let what = loa::playout::engine::UrgentSource::Segment(crate::station::id("a"));
    // 10 s of it, a minute of something urgent, and 5 s more of it.
    let station = station.order(70, OperatorCommand::Urgent { what, repeat: 1 }).run_and_cut(136);
    let resumed = station.log().iter().any(|record| record.kind == "resume");
    let outcome = |station: Station| {
        let log = station.run_for(60).log();
        log.into_iter().find(|r| r.kind == "outcome" && r.body.session.is_some()).expect("one").body.played_ms
    };
    let honest = outcome(station.twin());
    assert!(resumed && (9_000..=17_000).contains(&honest), "{honest}");
}

#[test]
fn the_folder_of_the_keys_holds_what_is_in_force_and_nothing_else() {
    let station = owes_two();
    let origin = station.log().into_iter().find_map(|record| record.body.origin).expect("genesis");
    let folder = key_folder(&origin);
    let mut names: Vec<String> = station.keys().names();
    names.retain(|name| !name.contains("/kept/"));
    let own = ["epoch-0", "log", "newest"].map(|name| format!("{folder}/{name}"));
    assert_eq!(names, own);
}
