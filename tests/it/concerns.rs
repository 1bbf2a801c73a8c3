//! A station shows its concerns in `loa status`, and logs each of them once.
mod missing_device;
mod situations;

use std::collections::BTreeMap;

use loa::airlog::entry::ConcernEntry;
use loa::concern::{ConcernChange, Condition, HostFacts, RefusedSchedule};
use loa::logstore::hand_in::{CosignedHead, HandInRecord, HandInState};
use loa::playout::engine::{CommandReply, ExternalFacts, FolderFacts, Notice, OperatorCommand, StationStatus};
use loa::proof::checkpoint::Checkpoint;
use loa::proof::cosign::cosign;
use loa::proof::note::{NoteSigner, SignatureType};

use crate::station::Station;

/// A session with three starts a day. Each start plays a signal tune of 10 s and an item of one minute.
const PLAYLIST: &str = "[[segment]]\nid = \"tin\"\ntitle = \"Bản tin\"\nfile = \"s-60.mp3\"\n\
    [[segment]]\nid = \"nhac\"\ntitle = \"Nhạc hiệu\"\nfile = \"s-10.mp3\"\n\
    [[session]]\nid = \"sang\"\ntitle = \"Buổi sáng\"\nat = [\"05:15\", \"11:00\", \"17:00\"]\nplay = [\"nhac\", \"tin\"]\n";

const DEPARTMENT: &str = "[department]\npush = \"s3://nhat-ky/dai\"\n";

/// The state of a log whose entries have waited for a hand-in since `since`.
fn not_handed_in_since(since: &str, has_earlier_hand_in: bool) -> HandInState {
    let at = "2023-01-15T08:00:00+07:00".parse().expect("the time is valid");
    let record = HandInRecord { origin: "loa/a".to_owned(), entries: 20, at, through: Some(at) };
    HandInState {
        last: has_earlier_hand_in.then_some(record),
        cosigned: None,
        waiting_since: Some(crate::station::at(since)),
    }
}

fn station() -> Station {
    Station::new("2023-03-20T05:00:00").playlist(PLAYLIST)
}

/// A computer without any concern.
fn healthy_host() -> HostFacts {
    HostFacts {
        free_bytes: Some(20_000_000_000),
        is_read_only: false,
        is_folder_moved: false,
        is_reachable: true,
        is_supervised: true,
        is_amplifier_untried: false,
        sound_cards_hash: Some(1),
    }
}

/// Reports at `at_s` the facts of a healthy computer to which `change` was applied.
fn with_host_facts(station: Station, at_s: i64, change: impl FnOnce(&mut HostFacts)) -> Station {
    let mut facts = healthy_host();
    change(&mut facts);
    station.external_facts(at_s, ExternalFacts::Host(facts))
}

/// The statuses that a station returned.
fn statuses(station: &Station) -> Vec<StationStatus> {
    let status = |reply: &CommandReply| match reply {
        CommandReply::Status(status) => Some(status.as_ref().clone()),
        _ => None,
    };
    station.replies().iter().filter_map(status).collect()
}

fn codes(status: &StationStatus) -> Vec<&'static str> {
    status.concerns.iter().map(|concern| concern.condition.code()).collect()
}

/// The concerns in a log by code and subject, with the number of times that each was raised and cleared.
fn logged_counts(station: &Station) -> BTreeMap<(String, String), (u32, u32)> {
    let mut counts = BTreeMap::new();
    for entry in concern_entries(station) {
        let count: &mut (u32, u32) = counts.entry((entry.code, entry.subject)).or_default();
        match entry.news.as_str() {
            "raised" => count.0 += 1,
            _ => count.1 += 1,
        }
    }
    counts
}

/// The `concern` entries of a log.
fn concern_entries(station: &Station) -> Vec<ConcernEntry> {
    let log = String::from_utf8(station.disk().bytes("log.jsonl")).expect("the log is UTF-8");
    let lines = log.lines().filter(|line| line.contains("\"type\":\"concern\""));
    lines.map(|line| serde_json::from_str(line).expect("parse the entry")).collect()
}

#[test]
fn an_overdue_hand_in_is_raised_once_and_cleared_by_the_hand_in() {
    let handed_in = ExternalFacts::HandIn(HandInState::default());
    let overdue = ExternalFacts::HandIn(not_handed_in_since("2023-02-01T05:00:00", true));
    let station =
        station().settings(DEPARTMENT).external_facts(60, overdue).external_facts(1200, handed_in).run_for(3600);
    let overdue_key = ("hand-in-overdue".to_owned(), String::new());
    assert_eq!(logged_counts(&station).get(&overdue_key), Some(&(1, 1)), "{:?}", logged_counts(&station));
}

#[test]
fn the_status_shows_the_last_hand_in_but_no_confirmation_signed_with_a_wrong_key() {
    let mut state = not_handed_in_since("2023-03-01T05:00:00", true);
    state.cosigned = Some(CosignedHead { entries: 12, note: "x".to_owned() });
    let hand_in_of = |settings: &str, state: &HandInState| {
        let station = station().settings(settings).external_facts(60, ExternalFacts::HandIn(state.clone()));
        let station = station.command(599, OperatorCommand::Status).run_for(600);
        statuses(&station).remove(0).hand_in
    };
    let hand_in_without_key = hand_in_of("", &state).expect("the status has the hand-in");
    assert_eq!(hand_in_without_key.last.expect("there was a hand-in").entries, 20);
    let confirmed = hand_in_without_key.confirmed.expect("the hand-in is confirmed");
    assert_eq!((confirmed.entries, confirmed.at), (12, None));
    let signer = NoteSigner::new("loa-witness/thu", SignatureType::Cosignature, &[7; 32]).expect("the name is valid");
    let key = format!("[department]\nkey = \"{}\"\n", signer.public());
    let hand_in_with_key = hand_in_of(&key, &state).expect("the status has the hand-in");
    assert_eq!(hand_in_with_key.confirmed, None, "this note is not signed by the department's key");
    let head = Checkpoint { origin: "loa/a".to_owned(), size: 12, root: [1; 32] };
    let mut note = head.sign_with(&[]);
    note.signatures.push(cosign(&signer, 1_679_263_200, &note.text));
    state.cosigned = Some(CosignedHead { entries: 12, note: note.to_string() });
    let confirmed = hand_in_of(&key, &state).and_then(|hand_in| hand_in.confirmed).expect("the hand-in is confirmed");
    assert_eq!(confirmed.at.as_deref(), Some("2023-03-20T05:00:00.000000+07:00"));
    let never_handed_in = HandInState { waiting_since: state.waiting_since, ..HandInState::default() };
    assert_eq!(hand_in_of("", &never_handed_in), None);
}

#[test]
fn a_concern_is_raised_once_and_cleared_once_even_across_a_restart() {
    let long_playlist = "[[segment]]\nid = \"dai\"\ntitle = \"Dài\"\nfile = \"s-600.mp3\"\n\
        [[session]]\nid = \"sang\"\nat = \"05:15\"\nplay = [\"dai\"]\n";
    let station = station().playlist(long_playlist).device_unavailable(910, 1000).run_for(7200);
    let lost_key = ("device-lost".to_owned(), String::new());
    assert_eq!(logged_counts(&station).get(&lost_key), Some(&(1, 1)), "{:?}", logged_counts(&station));

    let station =
        self::station().device_unavailable(0, 9000).run_and_kill(1800).restarted_after(10).device_unavailable(0, 9000);
    let station = station.run_for(1800);
    let no_device_key = ("no-device".to_owned(), String::new());
    assert_eq!(
        logged_counts(&station).get(&no_device_key).map(|counts| counts.0),
        Some(1),
        "{:?}",
        logged_counts(&station)
    );
}

/// A healthy station with power cuts raises only notices. The run covers a year if `LOA_CONCERNS` is set.
#[test]
fn a_healthy_year_raises_no_alarm() {
    let days = if std::env::var_os("LOA_CONCERNS").is_some() { 365 } else { 40 };
    let mut station = station();
    let mut day = 0;
    while day < days {
        // Every eleventh day the power fails for some hours.
        station = station.run_and_cut(10 * 86_400 + 3 * 3600).off_for(7200 + (day % 5) * 3600);
        day += 11;
    }
    let station = station.run_for(86_400);
    let alarms: Vec<ConcernEntry> = concern_entries(&station)
        .into_iter()
        .filter(|entry| entry.severity.as_deref().is_some_and(|severity| severity != "notice"))
        .collect();
    assert!(alarms.is_empty(), "{alarms:#?}");
}

/// The code of a concern, and a function that starts its cause at a given second of the run. The cause lasts until the
/// end.
type Trouble = (&'static str, fn(Station, i64) -> Station);

const TROUBLES: [Trouble; 11] = [
    ("device-lost", |station, at| station.device_unavailable(at, 90_000)),
    ("clock-untrusted", |station, at| station.step(at, 4000)),
    ("playlist-missing", |station, at| station.vanish(at, "playlists/test.toml", "")),
    ("station-id-changed", |station, at| station.edit_settings(at, "[station]\nid = \"khac\"\n")),
    ("log-moved", |station, at| station.change_disk(at, |disk, _| disk.set_moved(true))),
    ("disk-nearly-full", |station, at| with_host_facts(station, at, |host| host.free_bytes = Some(60 << 20))),
    ("disk-full", |station, at| with_host_facts(station, at, |host| host.free_bytes = Some(1 << 20))),
    ("disk-read-only", |station, at| with_host_facts(station, at, |host| host.is_read_only = true)),
    ("device-lost", |station, at| {
        with_host_facts(station.device_unavailable(at, 90_000), at, |host| host.sound_cards_hash = Some(2))
    }),
    ("quiet-hours", |station, at| station.edit_settings(at, "[quiet-hours]\nfrom = \"16:30\"\nuntil = \"04:30\"\n")),
    ("schedule-refused", |station, at| {
        let refused = Some(RefusedSchedule { file: "playlists/test.toml".to_owned(), line: 1 });
        station.external_facts(at, ExternalFacts::Folder(FolderFacts { refused, ..FolderFacts::default() }))
    }),
];

#[test]
fn every_concern_is_reported_once_and_within_five_minutes() {
    let case_count = if std::env::var_os("LOA_CONCERNS").is_some() { 1000 } else { 60 };
    let mut seed = 0x9E37_79B9_7F4A_7C15_u64;
    let mut failures = Vec::new();
    for case_number in 0..case_count {
        // splitmix64: the trouble starts at a different time in each case.
        seed = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let random = (seed ^ (seed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let trouble_index = case_number % TROUBLES.len();
        let (code, start_trouble) = TROUBLES[trouble_index];
        // A device can only be lost while it plays, from 05:15 (900 s) on. Other troubles can start at any time.
        let at_s = match (trouble_index, code) {
            (0, _) => 905 + (random % 60) as i64,
            // The next entry is due at the start of the session, less than five minutes later.
            (_, "log-moved") => 700 + (random % 200) as i64,
            _ => 600 + (random % 10_000) as i64,
        };
        let station = if code == "clock-untrusted" { station().unsynchronised() } else { station() };
        let station = with_host_facts(station, 1, |_| ());
        let station = start_trouble(station, at_s).command(at_s + 299, OperatorCommand::Status).run_for(at_s + 3600);
        let is_reported_in_time = statuses(&station).first().is_some_and(|status| codes(status).contains(&code));
        // This counts notices to the operator, not log entries, because entries wait while the log cannot be written.
        // There is one notice, however long the trouble lasts.
        let notices = station.concern_notices().into_iter().filter(|notice| match &notice.change {
            ConcernChange::Raised(concern) => concern.condition.code() == code,
            ConcernChange::Cleared { key, .. } => key.code == code,
        });
        let notice_count = notices.count();
        if !is_reported_in_time || notice_count != 1 {
            failures
                .push(format!("{code} at {at_s} s: reported in time: {is_reported_in_time}, {notice_count} notices"));
        }
    }
    assert!(failures.is_empty(), "{} of {case_count}: {failures:#?}", failures.len());
}

#[test]
fn the_status_shows_the_disk_as_it_is_now() {
    const MIB: u64 = 1024 * 1024;
    let station = station()
        .free_bytes(0, 11 * MIB)
        .command(30, OperatorCommand::Status)
        .free_bytes(31, 0)
        .command(32, OperatorCommand::Status)
        .free_bytes(33, 100 * MIB)
        .command(34, OperatorCommand::Status)
        .run_for(40);
    let free_of = |status: &StationStatus| {
        status.concerns.iter().find_map(|concern| match concern.condition {
            Condition::DiskNearlyFull { free_mib } => Some(("nearly-full", free_mib)),
            Condition::DiskFull { free_mib } => Some(("full", free_mib)),
            _ => None,
        })
    };
    let shown: Vec<_> = statuses(&station).iter().map(free_of).collect();
    assert_eq!(shown, [Some(("nearly-full", 11)), Some(("full", 0)), None]);
}

#[test]
fn the_free_space_is_read_when_a_write_fails() {
    let station = station().free_bytes(0, 11 * 1024 * 1024);
    let station = station
        .free_bytes(30, 0)
        .change_disk(31, |disk, _| disk.set_moved(true))
        .command(32, OperatorCommand::Note { id: "x".into(), text: "y".into() })
        .change_disk(35, |disk, _| disk.set_moved(false))
        .run_for(80);
    let full_entry =
        concern_entries(&station).into_iter().find(|entry| entry.code == "disk-full").expect("a full disk is reported");
    assert_eq!(full_entry.since.format("%H:%M:%S").to_string(), "05:00:32");
}

#[test]
fn a_device_chosen_by_an_edit_is_reported_if_it_does_not_open_either() {
    let station = station().device_unavailable(0, 4000);
    let station = station.edit_settings(600, "[output]\ndevice = \"hw:1\"\n").run_for(1200);
    let notices = station.notices();
    let change_index = notices.iter().position(|notice| matches!(notice, Notice::OutputChanged(_)));
    let change_index = change_index.expect("the edit is reported");
    let loss_count = |notices: &[Notice]| notices.iter().filter(|notice| matches!(notice, Notice::LineLost(_))).count();
    assert_eq!((loss_count(&notices[..change_index]), loss_count(&notices[change_index..])), (1, 1), "{notices:?}");
}
