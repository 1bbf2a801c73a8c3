//! Kept files and progress marks. Someone with a file manager or an editor cannot change which outcomes a station owes,
//! or the logged length of a cut airing.
use crate::record::Record;
use loa::airlog::entry::{Body, PlanEntry};
use loa::airlog::files::PROGRESS;
use loa::airlog::keys::{key_folder, os_seed};
use loa::airlog::progress::Heartbeat;
use loa::airlog::recover::recover;
use loa::airlog::storage::{MemoryStorage, Storage};
use loa::airlog::{AirLog, LogConfig};
use loa::base::hash::sha256_hex;
use loa::base::instant::{BootTime, ClockSnapshot, ClockSync, SECOND_US};
use loa::plan::Plan;
use loa::playout::engine::OperatorCommand;

use crate::station::{Station, at, move_kept_files_aside};

const PLAYLIST: &str = "[[segment]]\nid = \"a\"\ntitle = \"A\"\nfile = \"s-60.mp3\"\n\n[[session]]\nid = \"sang\"\nat = [\"05:15\", \"06:15\"]\nplay = [\"a\"]\n";
const LATE_PLAYLIST: &str = "[[segment]]\nid = \"a\"\ntitle = \"A\"\nfile = \"s-60.mp3\"\n\n[[session]]\nid = \"sang\"\nat = \"23:50\"\nplay = [\"a\"]\n";
const MISSED_OUTCOMES: [&str; 2] =
    ["sang@2023-03-20T05:15:00#1 missed shutdown", "sang@2023-03-20T06:15:00#1 missed shutdown"];

/// A file with this name lets the simulated station start although kept files are lost.
const EXPECTED_LOSS_MARKER: &str = "gone";

/// A station that is stopped before its two planned airings, so it owes their outcomes.
fn station_owing_two_outcomes() -> Station {
    Station::new("2023-03-20T05:00:00")
        .settings("[quiet-hours]\nfrom = \"00:00\"\nuntil = \"00:00\"\n")
        .playlist(PLAYLIST)
        .run_for(60)
}

/// Replaces `from` with `to` in every file name that contains it, as a file manager does.
fn rename_files(storage: &MemoryStorage, from: &str, to: &str) {
    let mut storage = storage.clone();
    for name in storage.names().into_iter().filter(|name| name.contains(from)) {
        let bytes = storage.bytes(&name);
        storage.replace(&name.replace(from, to), &bytes).expect("in-memory storage never fails");
        storage.remove(&name).expect("in-memory storage never fails");
    }
}

fn kinds(log: &[Record]) -> Vec<&str> {
    log.iter().map(|record| record.kind.as_str()).collect()
}

fn newest_mark(station: &Station) -> String {
    String::from_utf8(station.disk().bytes(PROGRESS))
        .expect("the text is UTF-8")
        .lines()
        .last()
        .expect("find a mark")
        .to_owned()
}

#[test]
fn moving_the_kept_files_away_hides_no_missed_airing() {
    let station = station_owing_two_outcomes();
    let kept_names: Vec<_> = station.disk().names().into_iter().filter(|name| name.starts_with("kept/")).collect();
    rename_files(station.disk(), "kept/", "aside/");
    let station = station.playlist(LATE_PLAYLIST).off_for(3 * 3600).run_for(600);
    assert_eq!(station.outcomes(), MISSED_OUTCOMES);
    assert!(kept_names.iter().all(|name| station.disk().exists(name)), "the kept files are restored");
    assert!(!kinds(&station.log()).contains(&"lost"));
}

#[test]
fn a_single_kept_file_that_is_lost_damaged_or_emptied_is_restored() {
    let station = station_owing_two_outcomes();
    for name in station.disk().names().into_iter().filter(|name| name.starts_with("kept/")) {
        for damage in [None, Some(&b""[..]), Some(b"[]"), Some(b"\0\0\0\0")] {
            let station = station.twin();
            let (mut disk, original) = (station.disk().clone(), station.disk().bytes(&name));
            match damage {
                Some(bytes) => disk.replace(&name, bytes).expect("in-memory storage never fails"),
                None => disk.remove(&name).expect("in-memory storage never fails"),
            }
            let station = station.playlist(LATE_PLAYLIST).off_for(3 * 3600).run_for(600);
            assert_eq!(station.outcomes(), MISSED_OUTCOMES, "{name} {damage:?}");
            assert_eq!(station.disk().bytes(&name), original);
        }
    }
}

#[test]
fn the_next_start_restores_missing_copies_beside_the_keys() {
    let station = station_owing_two_outcomes();
    rename_files(station.keys(), "/kept/", "/aside/");
    let station = station.run_for(60);
    rename_files(station.disk(), "kept/", "aside/");
    let station = station.playlist(LATE_PLAYLIST).off_for(3 * 3600).run_for(600);
    assert_eq!(station.outcomes(), MISSED_OUTCOMES);
}

#[test]
fn if_both_copies_are_missing_the_owed_airings_are_logged_as_lost_once_before_any_new_plan() {
    let station = station_owing_two_outcomes();
    rename_files(station.disk(), "kept/", "aside/");
    rename_files(station.keys(), "/kept/", "/aside/");
    station.disk().clone().replace(EXPECTED_LOSS_MARKER, b"").expect("in-memory storage never fails");
    let station = station.playlist(LATE_PLAYLIST).off_for(3 * 3600).run_for(600);
    let log = station.log();
    let lost_entries: Vec<_> = log.iter().filter(|record| record.kind == "lost").collect();
    let lost_plan =
        lost_entries.iter().find(|record| record.body.what.as_deref() == Some("plan")).expect("find a lost plan");
    let first_plan = log.iter().find(|record| record.kind == "plan").expect("find the plan entry");
    assert_eq!((lost_plan.body.count, lost_plan.body.rows, lost_plan.body.lacking), (2, 2, 2));
    assert_eq!((lost_plan.body.date, &lost_plan.body.sha256), (first_plan.body.date, &first_plan.body.sha256));
    assert!(lost_entries.iter().any(|record| record.body.what.as_deref() == Some("schedule")));
    let next_plan = log
        .iter()
        .find(|record| record.kind == "plan" && record.seq > first_plan.seq)
        .expect("find the new plan entry");
    assert!(lost_entries.iter().all(|record| record.seq < next_plan.seq), "the lost entries precede the new plan");
    assert_eq!(next_plan.body.count, 1, "the airing that is still due");
    // If the files come back later, the loss is not logged again, and no outcome is invented.
    rename_files(station.disk(), "aside/", "kept/");
    let station = station.off_for(600).run_until("2023-03-20T23:55:00");
    assert_eq!(kinds(&station.log()).iter().filter(|kind| **kind == "lost").count(), lost_entries.len());
    assert_eq!(station.outcomes(), ["sang@2023-03-20T23:50:00#1 aired"]);
}

#[test]
fn a_lost_plan_is_made_again_from_the_schedule_that_was_in_force() {
    let station = station_owing_two_outcomes();
    let sha256 = station.log().into_iter().find_map(|record| record.body.sha256.filter(|_| record.kind == "plan"));
    let sha256 = sha256.expect("find the plan entry");
    rename_files(station.disk(), &format!("kept/{sha256}"), "aside/plan");
    rename_files(station.keys(), &format!("/kept/{sha256}"), "/aside/plan");
    station.disk().clone().replace(EXPECTED_LOSS_MARKER, b"").expect("in-memory storage never fails");
    let station = station.playlist(LATE_PLAYLIST).off_for(3 * 3600).run_for(600);
    assert!(kinds(&station.log()).contains(&"lost"));
    assert_eq!(station.outcomes(), MISSED_OUTCOMES, "the schedule determines the owed airings");
}

/// Earlier releases wrote such a log when kept files were missing: a later plan of the date has fewer airings, although
/// there was no edit.
#[test]
fn airings_of_an_earlier_plan_are_owed_even_if_a_later_plan_omits_them() {
    let station = station_owing_two_outcomes();
    let (mut disk, mut keys) = (station.disk().clone(), station.keys().clone());
    let recovery = recover(&mut disk, &mut keys).expect("in-memory storage never fails");
    let zone = chrono_tz::Asia::Ho_Chi_Minh;
    let config = LogConfig { kind: "loa", station: "test", boot: "boot-1", zone, seed_source: os_seed };
    let mut log = AirLog::open(disk, keys, recovery.resumed, &config).expect("in-memory storage never fails");
    let empty_plan = Plan { airings: Vec::new() }.to_json_bytes();
    let sha256 = sha256_hex(&empty_plan);
    log.keep_file(format!("kept/{sha256}.json"), empty_plan).expect("in-memory storage never fails");
    let now =
        ClockSnapshot { wall: at("2023-03-20T05:02:00"), boot: BootTime(120 * SECOND_US), sync: ClockSync::default() };
    let date = "2023-03-20".parse().expect("the date is valid");
    log.append(now, vec![Body::Plan(PlanEntry { date, count: 0, rows: 0, sha256 })])
        .expect("in-memory storage never fails");
    drop(log);
    let station = station.off_for(3 * 3600).run_for(600);
    let outcomes = station.outcomes();
    assert_eq!(outcomes.len(), 2, "{outcomes:?}");
    assert!(outcomes.iter().all(|outcome| outcome.contains(" missed ")), "{outcomes:?}");
}

#[test]
fn old_copies_beside_the_keys_are_removed() {
    let station = station_owing_two_outcomes().run_for(20 * 86_400);
    let copy_count = station.keys().names().iter().filter(|name| name.contains("/kept/")).count();
    assert!((3..=13).contains(&copy_count), "{copy_count}");
    let station = station.run_for(60);
    let copy_count = station.keys().names().iter().filter(|name| name.contains("/kept/")).count();
    assert!((3..=8).contains(&copy_count), "{copy_count} after a start");
}

#[test]
fn plans_keep_their_second_copies_until_their_airings_have_outcomes() {
    // After twelve days without power, and with an unconfirmed clock, outcomes are logged only after five minutes.
    let station = station_owing_two_outcomes().start_clock_at_str("2023-04-01T04:00:00", false).run_for(30);
    move_kept_files_aside(station.disk());
    let station = station.start_clock_at_str("2023-04-01T04:02:00", false).run_for(30);
    move_kept_files_aside(station.disk());
    let station = station.start_clock_at_str("2023-04-01T04:04:00", false).run_for(1200);
    assert_eq!(station.outcomes().len(), 24, "{:?}", station.outcomes());
    assert!(!kinds(&station.log()).contains(&"lost"));
    // After that, the copies are removed.
    let copy_count = |station: &Station| station.keys().names().iter().filter(|name| name.contains("/kept/")).count();
    let station = station.run_for(86_400);
    assert!((3..=12).contains(&copy_count(&station)), "{}", copy_count(&station));
}

#[test]
fn a_forged_mark_does_not_lengthen_a_cut_airing() {
    let station = station_owing_two_outcomes().off_for(60);
    // The power fails 24 s into the airing of 60 s. The last synced mark is up to 5 s old.
    let station = station.start_clock_at_str("2023-03-20T05:14:00", true).run_and_cut(84);
    let forged_line = "{\"wall\":1679264180000000,\"trusted\":true,\"id\":\"sang@2023-03-20T05:15:00#1\",\"frames\":5760000,\"rate\":48000}\n";
    let honest_station = station.twin().run_for(60);
    let last_mark = newest_mark(&station);
    let forged_lines = [
        forged_line.to_owned(),
        format!("{}\n", last_mark.replacen("\"frames\":", "\"frames\":9", 1)),
        format!("{}\n", last_mark.replacen("\"boottime_us\":", "\"boottime_us\":9", 1)),
    ];
    let first_outcome = |station: &Station| {
        station.log().into_iter().find(|r| r.kind == "outcome").expect("the log has an outcome").body
    };
    let honest_outcome = first_outcome(&honest_station);
    assert!(
        (18_000..=24_000).contains(&honest_outcome.played_ms) && honest_outcome.detail.is_none(),
        "{honest_outcome:?}"
    );
    for line in forged_lines {
        let station = station.twin();
        station.disk().clone().append(PROGRESS, line.as_bytes()).expect("in-memory storage never fails");
        let outcome = first_outcome(&station.run_for(60));
        assert_eq!((outcome.played_ms, outcome.frames), (honest_outcome.played_ms, honest_outcome.frames), "{line}");
        // A forged mark that claims no more than the genuine mark is not reported.
        let is_reported = outcome.detail.is_some_and(|detail| detail.contains("not believed"));
        assert_eq!(is_reported, !line.contains("\"boottime_us\":9"), "{line}");
    }
}

#[test]
fn a_mark_from_the_future_does_not_mute_the_station() {
    let station = station_owing_two_outcomes();
    let future_mark = "{\"wall\":2524608000000000,\"trusted\":true,\"id\":null,\"frames\":0,\"rate\":0}\n";
    station.disk().clone().append(PROGRESS, future_mark.as_bytes()).expect("in-memory storage never fails");
    let station = station.off_for(60).start_clock_at(at("2023-03-20T05:10:00"), false).run_until("2023-03-20T06:20:00");
    let outcomes = station.outcomes();
    assert!(outcomes.iter().all(|outcome| outcome.ends_with(" aired")) && outcomes.len() == 2, "{outcomes:?}");
    let boot = station.log().into_iter().rfind(|record| record.kind == "boot").expect("the log has a boot entry");
    assert_eq!(boot.body.last_seen.map(|at| at.timestamp() / 86_400), Some(1_679_263_200 / 86_400));
}

/// The boot clock and the planned length limit even a mark that is made with the machine's keys.
#[test]
fn the_boot_clock_and_the_planned_length_limit_every_mark() {
    let station =
        station_owing_two_outcomes().off_for(60).start_clock_at_str("2023-03-20T05:14:00", true).run_and_cut(84);
    let outcome_after_mark = |boottime_s: i64, boot: &str, frames: u64| {
        let station = station.twin();
        let (mut disk, mut keys) = (station.disk().clone(), station.keys().clone());
        let recovery = recover(&mut disk, &mut keys).expect("in-memory storage never fails");
        let zone = chrono_tz::Asia::Ho_Chi_Minh;
        let config = LogConfig { kind: "loa", station: "test", boot, zone, seed_source: os_seed };
        let mut log = AirLog::open(disk, keys, recovery.resumed, &config).expect("in-memory storage never fails");
        let now = ClockSnapshot {
            wall: at("2023-03-20T05:15:30"),
            boot: BootTime(boottime_s * SECOND_US),
            sync: ClockSync::default(),
        };
        let id = Some("sang@2023-03-20T05:15:00#1".to_owned());
        log.write_mark(now, Heartbeat { trusted: true, id, frames, rate: 48_000 }, true)
            .expect("in-memory storage never fails");
        drop(log);
        let log = station.run_for(60).log();
        let outcome = log.into_iter().find(|record| record.kind == "outcome").expect("the log has an outcome");
        (outcome.body.played_ms, outcome.body.detail.is_some())
    };
    // The airing started 60 s after the machine started.
    assert_eq!(outcome_after_mark(84, "boot-2", 24 * 48_000), (24_000, false));
    let (played_ms, is_reported) = outcome_after_mark(84, "boot-2", 50 * 48_000);
    assert!((24_000..=27_000).contains(&played_ms) && is_reported, "{played_ms}");
    let (played_ms, is_reported) = outcome_after_mark(3600, "boot-2", 3600 * 48_000);
    assert!((60_000..=60_001).contains(&played_ms) && is_reported, "at most the planned length: {played_ms}");
    assert_eq!(outcome_after_mark(84, "boot-1", 24 * 48_000), (0, true), "a mark from another boot");
    assert_eq!(outcome_after_mark(50, "boot-2", 24 * 48_000), (0, false), "a mark from before the airing");
}

#[test]
fn a_mark_stays_valid_after_the_end_of_its_epoch() {
    let station = station_owing_two_outcomes().off_for(60).start_clock_at_str("2023-03-20T05:14:00", true);
    let station = station.command(84, OperatorCommand::Collect { notes: Vec::new() }).run_and_cut(84);
    assert!(station.log().iter().any(|record| record.kind == "epoch"));
    let key_name = station.keys().names().into_iter().find(|name| name.contains("/epoch-")).expect("find a key");
    assert!(key_name.ends_with("/epoch-1"), "the old key is erased: {key_name}");
    let outcome =
        station.run_for(60).log().into_iter().find(|record| record.kind == "outcome").expect("the log has an outcome");
    assert!((23_000..=24_000).contains(&outcome.body.played_ms), "{:?}", outcome.body.played_ms);
    assert_eq!(outcome.body.detail, None);
}

#[test]
fn a_mark_stays_valid_when_its_epoch_is_ended_without_a_daemon() {
    let station =
        station_owing_two_outcomes().off_for(60).start_clock_at_str("2023-03-20T05:14:00", true).run_and_cut(84);
    let (mut disk, mut keys) = (station.disk().clone(), station.keys().clone());
    let honest_outcome = station
        .twin()
        .run_for(60)
        .log()
        .into_iter()
        .find(|r| r.kind == "outcome")
        .expect("the log has an outcome")
        .body;
    // This ends the epoch as an export does.
    let recovery = recover(&mut disk, &mut keys).expect("in-memory storage never fails");
    let zone = chrono_tz::Asia::Ho_Chi_Minh;
    let config = LogConfig { kind: "loa", station: "test", boot: "boot-3", zone, seed_source: os_seed };
    let mut log = AirLog::open(disk, keys, recovery.resumed, &config).expect("in-memory storage never fails");
    log.rotate_epoch(ClockSnapshot { wall: at("2023-03-20T05:20:00"), boot: BootTime(0), sync: ClockSync::default() })
        .expect("in-memory storage never fails");
    drop(log);
    let outcome =
        station.run_for(60).log().into_iter().find(|r| r.kind == "outcome").expect("the log has an outcome").body;
    assert_eq!((outcome.frames, outcome.detail), (honest_outcome.frames, None));
    assert!(outcome.frames > 18 * 48_000, "{}", outcome.frames);
}

/// The power fails after the end of an epoch and before the marks are rewritten, and again before the outcome is
/// durable.
#[test]
fn a_mark_stays_valid_after_two_power_cuts_at_the_end_of_its_epoch() {
    let station =
        station_owing_two_outcomes().off_for(60).start_clock_at_str("2023-03-20T05:14:00", true).run_and_cut(84);
    let (mut disk, mut keys) = (station.disk().clone(), station.keys().clone());
    let honest_outcome = station
        .twin()
        .run_for(60)
        .log()
        .into_iter()
        .find(|r| r.kind == "outcome")
        .expect("the log has an outcome")
        .body;
    let name = keys.names().into_iter().find(|name| name.ends_with("/epoch-0")).expect("find a key");
    let (marks, key) = (disk.bytes(PROGRESS), keys.bytes(&name));
    let recovery = recover(&mut disk, &mut keys).expect("in-memory storage never fails");
    let zone = chrono_tz::Asia::Ho_Chi_Minh;
    let config = LogConfig { kind: "loa", station: "test", boot: "boot-3", zone, seed_source: os_seed };
    let mut log =
        AirLog::open(disk.clone(), keys.clone(), recovery.resumed, &config).expect("in-memory storage never fails");
    log.rotate_epoch(ClockSnapshot { wall: at("2023-03-20T05:20:00"), boot: BootTime(0), sync: ClockSync::default() })
        .expect("in-memory storage never fails");
    drop(log);
    disk.replace(PROGRESS, &marks).expect("in-memory storage never fails");
    keys.replace(&name, &key).expect("in-memory storage never fails");
    recover(&mut disk, &mut keys).expect("in-memory storage never fails");
    assert!(!keys.exists(&name), "the next start erases the key of the ended epoch");
    let outcome =
        station.run_for(60).log().into_iter().find(|r| r.kind == "outcome").expect("the log has an outcome").body;
    assert_eq!((outcome.frames, outcome.detail), (honest_outcome.frames, None));
}

#[test]
fn the_played_time_of_a_resumed_airing_excludes_the_interruption() {
    let station = station_owing_two_outcomes().off_for(60).start_clock_at_str("2023-03-20T05:14:00", true);
    let source = loa::playout::engine::UrgentSource::Segment(crate::station::id("a"));
    // The station plays 10 s of the airing, an urgent message of one minute, and 5 s more of the airing.
    let station = station.command(70, OperatorCommand::Urgent { source, repeat: 1 }).run_and_cut(136);
    let has_resumed = station.log().iter().any(|record| record.kind == "resume");
    let played_ms = |station: Station| {
        let log = station.run_for(60).log();
        log.into_iter()
            .find(|r| r.kind == "outcome" && r.body.session.is_some())
            .expect("the log has an outcome")
            .body
            .played_ms
    };
    let session_played_ms = played_ms(station.twin());
    assert!(has_resumed && (9_000..=17_000).contains(&session_played_ms), "{session_played_ms}");
}

#[test]
fn the_folder_of_the_keys_holds_only_the_keys_in_force() {
    let station = station_owing_two_outcomes();
    let origin = station.log().into_iter().find_map(|record| record.body.origin).expect("the log has a genesis entry");
    let folder = key_folder(&origin);
    let mut names: Vec<String> = station.keys().names();
    names.retain(|name| !name.contains("/kept/"));
    let expected = ["epoch-0", "log", "newest"].map(|name| format!("{folder}/{name}"));
    assert_eq!(names, expected);
}
