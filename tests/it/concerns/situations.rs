//! What people read in each situation: the status, its exit code, and the headings of the messages that are sent when a
//! concern begins and when it ends. The golden files hold the text.
use std::fmt::Write as _;
use std::path::Path;

use loa::cli::station::alarm_queue::alarm_message;
use loa::cli::station::status::{needs_action, status_page};
use loa::concern::{
    AlarmFacts, AlarmFailure, CheckedArea, ConcernChange, ConcernSeverity, LocalInstant, LogFacts, RefusedSchedule,
};
use loa::library::flaw::AudioFlaw;
use loa::library::{FileStatus, Scan};
use loa::logstore::hand_in::HandInState;
use loa::playout::engine::{ExternalFacts, FolderFacts, OperatorCommand, StationStatus, UrgentSource};
use loa::text::{Lang, Localize};
use snapbox::Data;

use super::{
    DEPARTMENT, PLAYLIST, codes, healthy_host, not_handed_in_since, station as plain_station, statuses, with_host_facts,
};
use crate::station::{OutputFault, Station, id, scan_of};

const ALARM: &str = "[alarm]\ncommand = \"/usr/local/bin/bao-tin\"\n";
const AMPLIFIER: &str = "[amplifier]\non = \"/bin/relay on\"\noff = \"/bin/relay off\"\n";
/// A run lasts this long after the cure. Concerns are assessed every ten seconds and cleared after a minute.
const AFTER_CURE_S: i64 = 400;

/// How a trouble ends.
enum Cure {
    /// It ends with this event, at the given second.
    Event(fn(Station, i64) -> Station),
    /// It ends by itself within this number of seconds.
    WithinSeconds(i64),
    /// It does not end in this test.
    None,
}

/// A situation, the second at which the status is read, and the codes that the status shows, worst first.
struct Situation {
    name: &'static str,
    station: Station,
    status_at_s: i64,
    codes: &'static [&'static str],
    cure: Cure,
}

fn situation(
    name: &'static str,
    station: Station,
    status_at_s: i64,
    codes: &'static [&'static str],
    cure: Cure,
) -> Situation {
    Situation { name, station, status_at_s, codes, cure }
}

fn station() -> Station {
    plain_station()
        .settings(ALARM)
        .external_facts(1, ExternalFacts::Host(healthy_host()))
        .external_facts(1, ExternalFacts::Alarm(AlarmFacts::default()))
}

fn with_settings(settings: &str) -> Station {
    plain_station()
        .settings(&format!("{ALARM}{settings}"))
        .external_facts(1, ExternalFacts::Host(healthy_host()))
        .external_facts(1, ExternalFacts::Alarm(AlarmFacts::default()))
}

fn with_playlist(text: &str) -> Station {
    station().playlist(text)
}

fn restore_host(station: Station, at_s: i64) -> Station {
    with_host_facts(station, at_s, |_| ())
}

fn with_log_facts(station: Station, at_s: i64, facts: LogFacts) -> Station {
    station.external_facts(at_s, ExternalFacts::Log(facts))
}

fn with_folder_facts(station: Station, at_s: i64, facts: FolderFacts) -> Station {
    station.external_facts(at_s, ExternalFacts::Folder(facts))
}

fn urgent_command() -> OperatorCommand {
    OperatorCommand::Urgent { source: UrgentSource::Segment(id("tin")), repeat: 1 }
}

fn damaged_file() -> FileStatus {
    FileStatus::Damaged { detail: "not audio".to_owned(), foreign: None, last: Some(scan_of((60, 48_000))) }
}

fn unreadable_file() -> FileStatus {
    FileStatus::Unreadable { detail: "it cannot be opened: Permission denied".to_owned(), last: None }
}

/// The greeting in the former sample station, which used the id of the commune Đắk N'Drung.
fn former_sample_greeting() -> FileStatus {
    let sha256 = "494edd678802e62c7a5357c89c87a4fbeb1ababb01ba47e6c45cf9a1aa2db7a0".to_owned();
    FileStatus::Good(Scan { sha256, ..scan_of((60, 48_000)) })
}

/// A spoken recording from the sample station.
fn sample_recording() -> FileStatus {
    let sample = include_bytes!("../../../audio/nuoc-sach.mp3");
    FileStatus::Good(Scan { sha256: loa::base::hash::sha256_hex(sample), ..scan_of((60, 48_000)) })
}

/// A station with this id, this name and these other settings.
fn station_named(id: &str, name: &str, settings: &str) -> Station {
    with_settings(&format!("[station]\nid = \"{id}\"\nname = \"{name}\"\n{settings}"))
}

fn silent_file() -> FileStatus {
    let mut scan = scan_of((60, 48_000));
    scan.flaws.push(AudioFlaw::Silent);
    FileStatus::Good(scan)
}

fn good_file() -> FileStatus {
    FileStatus::Good(scan_of((60, 48_000)))
}

fn missing_file() -> FileStatus {
    FileStatus::Missing { last: None }
}

/// The playlist with one more line in the segment `tin`.
fn playlist_with_segment_line(line: &str) -> String {
    PLAYLIST.replacen("\n[[session]]", &format!("\n{line}\n[[session]]"), 1)
}

/// The playlist followed by this text: one more line of its session, or another session.
fn playlist_followed_by(text: &str) -> String {
    format!("{PLAYLIST}{text}\n")
}

fn restore_playlist(station: Station, at_s: i64) -> Station {
    station.edit(at_s, PLAYLIST)
}

const CUTTING_SESSION: &str = "[[session]]\nid = \"chen\"\ntitle = \"Chen ngang\"\nat = \"05:15:30\"\n\
    priority = \"priority\"\nplay = [\"nhac\"]";

fn situations() -> Vec<Situation> {
    let mut all = device_situations();
    all.extend(host_situations());
    all.extend(file_situations());
    all.extend(session_situations());
    all.extend(schedule_situations());
    all.extend(hand_in_situations());
    all.extend(alarm_situations());
    all
}

fn device_situations() -> Vec<Situation> {
    let s = situation;
    let with_amplifier = || with_settings(AMPLIFIER);
    vec![
        s("all is well", station(), 1800, &[], Cure::None),
        s(
            "an urgent message plays",
            station().command(100, urgent_command()),
            120,
            &["urgent-on-air"],
            Cure::WithinSeconds(100),
        ),
        s(
            "no device opens at the start",
            station().device_unavailable(0, 800),
            600,
            &["no-device"],
            Cure::WithinSeconds(300),
        ),
        s(
            "the device is pulled out while it plays",
            station().device_unavailable(910, 1200),
            1100,
            &["device-lost"],
            Cure::WithinSeconds(200),
        ),
        s("the device returns at once", station().device_unavailable(911, 913), 1800, &[], Cure::None),
        s(
            "a sound card is pulled out between two sessions",
            with_host_facts(station().device_unavailable(3000, 4000), 3100, |host| host.sound_cards_hash = Some(2)),
            3300,
            &["device-lost"],
            Cure::WithinSeconds(1000),
        ),
        s(
            "the device is gone a quarter of an hour before a session",
            station().device_unavailable(3000, 23_000),
            5 * 3600 + 2820,
            &["device-lost"],
            Cure::WithinSeconds(4000),
        ),
        s(
            "the settings name another device after the loss",
            station().device_unavailable(0, 9000).edit_settings(300, &format!("{ALARM}[output]\ndevice = \"null\"\n")),
            600,
            &["no-sound"],
            Cure::None,
        ),
        s(
            "the device does not answer",
            station().with_output_fault(OutputFault::HangsOpening),
            120,
            &["no-device"],
            Cure::None,
        ),
        s("another device plays", station().fallback_device("busy"), 600, &["fallback-device"], Cure::None),
        s("the output makes no sound", with_settings("[output]\ndevice = \"null\"\n"), 600, &["no-sound"], Cure::None),
        s(
            "the clock is untrusted",
            station().unsynchronised().step(600, 4000),
            1800,
            &["clock-untrusted"],
            Cure::Event(|station, at_s| station.sync(at_s, true)),
        ),
        s(
            "the relay fails",
            with_amplifier().relay_broken(0, 1100),
            1000,
            &["amplifier-fails"],
            Cure::WithinSeconds(22_000),
        ),
        s(
            "the relay was never tried",
            with_host_facts(with_amplifier(), 2, |host| host.is_amplifier_untried = true),
            600,
            &["amplifier-untried"],
            Cure::Event(restore_host),
        ),
    ]
}

fn host_situations() -> Vec<Situation> {
    let s = situation;
    vec![
        s(
            "the log's folder is moved",
            station().change_disk(100, |disk, _| disk.set_moved(true)),
            1800,
            &["log-moved", "log-not-written"],
            Cure::Event(|station, at_s| station.change_disk(at_s, |disk, _| disk.set_moved(false))),
        ),
        s(
            "the disk is full",
            with_log_facts(station(), 100, LogFacts { unwritten: 4, ..LogFacts::default() }),
            150,
            &["log-not-written"],
            Cure::Event(|station, at_s| with_log_facts(station, at_s, LogFacts::default())),
        ),
        s(
            "the disk is nearly full",
            with_host_facts(station(), 100, |host| host.free_bytes = Some(60 << 20)),
            600,
            &["disk-nearly-full"],
            Cure::Event(restore_host),
        ),
        s(
            "the disk is full, and the log still goes on",
            with_host_facts(station(), 100, |host| host.free_bytes = Some(3 << 20)),
            600,
            &["disk-full"],
            Cure::Event(restore_host),
        ),
        s(
            "the disk is read-only",
            with_host_facts(station(), 100, |host| host.is_read_only = true),
            600,
            &["disk-read-only"],
            Cure::Event(restore_host),
        ),
        s(
            "the folder is moved",
            with_host_facts(station(), 100, |host| host.is_folder_moved = true),
            600,
            &["log-moved"],
            Cure::Event(restore_host),
        ),
        s(
            "the key cannot be changed",
            with_log_facts(station(), 100, LogFacts { is_key_rotation_failing: true, ..LogFacts::default() }),
            150,
            &["keys-fail"],
            Cure::Event(|station, at_s| with_log_facts(station, at_s, LogFacts::default())),
        ),
        s(
            "no command reaches the station",
            with_host_facts(station(), 100, |host| host.is_reachable = false),
            600,
            &["control-unavailable"],
            Cure::Event(restore_host),
        ),
        s(
            "somebody started loa by hand",
            with_host_facts(station(), 100, |host| host.is_supervised = false),
            600,
            &["not-supervised"],
            Cure::None,
        ),
        s(
            "the power was off",
            station()
                .run_and_cut(600)
                .off_for(3600)
                .external_facts(1, ExternalFacts::Host(healthy_host()))
                .external_facts(1, ExternalFacts::Alarm(AlarmFacts::default())),
            600,
            &["missed-while-off"],
            Cure::WithinSeconds(20 * 3600),
        ),
    ]
}

fn file_situations() -> Vec<Situation> {
    let s = situation;
    let playlist_with_other_sha256 = playlist_with_segment_line(&format!("sha256 = \"{}\"", "0".repeat(64)));
    vec![
        s("a file is missing", station().file("s-60.mp3", missing_file()), 600, &["file-missing"], Cure::None),
        s(
            "the folder audio is renamed",
            with_folder_facts(
                station().file_changes(2, "s-60.mp3", missing_file()),
                2,
                FolderFacts { files_of_missing_audio: Some(1), ..FolderFacts::default() },
            ),
            60,
            &["audio-folder-gone"],
            Cure::Event(|station, at_s| {
                let station = station.file_changes(at_s, "s-60.mp3", good_file());
                with_folder_facts(station, at_s, FolderFacts::default())
            }),
        ),
        s("a file is damaged", station().file("s-60.mp3", damaged_file()), 600, &["file-damaged"], Cure::None),
        s(
            "a file cannot be read",
            station().file("s-60.mp3", unreadable_file()),
            600,
            &["file-unreadable"],
            Cure::None,
        ),
        s("a file is silent", station().file("s-60.mp3", silent_file()), 600, &["silent"], Cure::None),
        s(
            "a file is deleted a few minutes before its session",
            station().file_changes(2, "s-60.mp3", missing_file()),
            60,
            &["file-missing"],
            Cure::Event(|station, at_s| station.file_changes(at_s, "s-60.mp3", good_file())),
        ),
        s(
            "a file can no longer be read",
            station().file_changes(2, "s-60.mp3", damaged_file()),
            60,
            &["file-unreadable"],
            Cure::Event(|station, at_s| station.file_changes(at_s, "s-60.mp3", good_file())),
        ),
        s(
            "a file is deleted, and preflight is an hour, which reaches over midnight",
            Station::new("2023-03-20T22:00:00")
                .settings(&format!(
                    "{ALARM}[station]\npreflight = \"1h\"\n[quiet-hours]\nfrom = \"02:00\"\nuntil = \"02:00\"\n"
                ))
                .playlist(&PLAYLIST.replace("05:15", "00:15"))
                .external_facts(1, ExternalFacts::Host(healthy_host()))
                .external_facts(1, ExternalFacts::Alarm(AlarmFacts::default()))
                .file_changes(2, "s-60.mp3", missing_file()),
            5400,
            &["file-missing", "nothing-today"],
            Cure::None,
        ),
        s(
            "another file is in the place of a file",
            with_playlist(&playlist_with_other_sha256),
            600,
            &["file-changed"],
            Cure::Event(restore_playlist),
        ),
        s(
            "an item is not approved",
            with_settings("[station]\napproval = \"required\"\n"),
            600,
            &["not-approved"],
            Cure::Event(|station, at_s| station.edit_settings(at_s, ALARM)),
        ),
        s(
            "an item is past its last day",
            with_playlist(&playlist_with_segment_line("valid-until = 2023-03-19")),
            600,
            &["expired"],
            Cure::Event(restore_playlist),
        ),
        s(
            "nothing can be drawn",
            with_playlist(
                &playlist_with_segment_line("pool = \"kho\"\nvalid-until = 2023-03-19")
                    .replace("\"nhac\", \"tin\"", "\"tin\", { pool = \"kho\" }"),
            ),
            600,
            &["nothing-eligible"],
            Cure::Event(restore_playlist),
        ),
        s(
            "the volume is 0",
            with_settings("[output]\nvolume = 0\n"),
            600,
            &["muted"],
            Cure::Event(|station, at_s| station.edit_settings(at_s, ALARM)),
        ),
    ]
}

fn session_situations() -> Vec<Situation> {
    let s = situation;
    vec![
        s(
            "a session must end too early",
            with_playlist(&playlist_followed_by("end-by = \"05:15:30\"")),
            600,
            &["item-dropped"],
            Cure::Event(restore_playlist),
        ),
        s(
            "a session falls into quiet hours",
            with_settings("[quiet-hours]\nfrom = \"16:30\"\nuntil = \"04:30\"\n"),
            600,
            &["quiet-hours"],
            Cure::Event(|station, at_s| station.edit_settings(at_s, ALARM)),
        ),
        s(
            "another session cuts a session",
            with_playlist(&playlist_followed_by(CUTTING_SESSION)),
            600,
            &["session-cut"],
            Cure::Event(restore_playlist),
        ),
        s(
            "a session waits for the time of its next item",
            with_playlist(&PLAYLIST.replace("\"nhac\", \"tin\"", "\"tin\", \"nhac\""))
                .command(910, OperatorCommand::Skip),
            930,
            &[],
            Cure::None,
        ),
        s(
            "nothing airs today",
            with_playlist(&playlist_followed_by("days = [\"sun\"]")),
            600,
            &["nothing-today"],
            Cure::Event(restore_playlist),
        ),
        s(
            "nothing airs this week",
            with_playlist(&playlist_followed_by("dates = [\"2023-05-01\"]")),
            600,
            &["nothing-this-week"],
            Cure::Event(restore_playlist),
        ),
        s(
            "the campaign is over",
            with_playlist(&format!("[campaign]\nid = \"gn\"\ntitle = \"Giảm nghèo\"\nuntil = 2023-03-19\n{PLAYLIST}")),
            600,
            &["nothing-this-week", "campaign-over"],
            Cure::Event(restore_playlist),
        ),
    ]
}

fn schedule_situations() -> Vec<Situation> {
    let s = situation;
    let refused = || FolderFacts {
        refused: Some(RefusedSchedule { file: "playlists/ban-tin.toml".to_owned(), line: 12 }),
        ..FolderFacts::default()
    };
    vec![
        s(
            "there is no schedule",
            Station::new("2023-03-20T05:00:00")
                .settings(ALARM)
                .external_facts(1, ExternalFacts::Host(healthy_host()))
                .external_facts(1, ExternalFacts::Alarm(AlarmFacts::default())),
            600,
            &["nothing-this-week"],
            Cure::Event(restore_playlist),
        ),
        s(
            "an edit is refused",
            with_folder_facts(station(), 100, refused()),
            600,
            &["schedule-refused"],
            Cure::Event(|station, at_s| with_folder_facts(station, at_s, FolderFacts::default())),
        ),
        s(
            "the folder cannot be read",
            with_folder_facts(station(), 100, FolderFacts { is_unreadable: true, ..FolderFacts::default() }),
            600,
            &["folder-unreadable"],
            Cure::Event(|station, at_s| with_folder_facts(station, at_s, FolderFacts::default())),
        ),
        s(
            "another id is in the settings",
            station().edit_settings(100, "[station]\nid = \"khac\"\n"),
            600,
            &["station-id-changed"],
            Cure::Event(|station, at_s| station.edit_settings(at_s, ALARM)),
        ),
        s("the station is the sample", station_named("dai-mau", "Đài mẫu", ""), 600, &["sample-station"], Cure::None),
        s(
            "the sample makes no sound",
            station_named("dai-mau", "Đài mẫu", "[output]\ndevice = \"null\"\n"),
            600,
            &["no-sound"],
            Cure::None,
        ),
        s(
            "the former sample, as it came",
            station_named("dak-ndrung", "Đài Truyền thanh xã Đắk N'Drung", "")
                .file("s-60.mp3", former_sample_greeting()),
            600,
            &["sample-station", "sample-content"],
            Cure::None,
        ),
        s(
            "the former sample's id under another name",
            station_named("dak-ndrung", "Đài Truyền thanh xã Quảng Tâm", ""),
            600,
            &["sample-station"],
            Cure::None,
        ),
        s(
            "the commune whose id the sample had",
            station_named("dak-ndrung", "Đài Truyền thanh xã Đắk N'Drung", ""),
            600,
            &[],
            Cure::None,
        ),
        s(
            "that commune, which practises with the sample",
            station_named("dak-ndrung", "Đài Truyền thanh xã Đắk N'Drung", "").file("s-60.mp3", sample_recording()),
            600,
            &["sample-content"],
            Cure::None,
        ),
        s(
            "a real station plays the sample",
            station().file("s-60.mp3", sample_recording()),
            600,
            &["sample-content"],
            Cure::None,
        ),
        s(
            "an edit waits for the clock",
            station().unsynchronised().step(600, 4000).edit(700, &playlist_followed_by("days = [\"sun\"]")),
            1800,
            &["clock-untrusted", "schedule-waits"],
            Cure::Event(|station, at_s| station.edit(at_s, PLAYLIST).sync(at_s + 1, true)),
        ),
        s(
            "a playlist is gone",
            station().vanish(100, "playlists/test.toml", ""),
            600,
            &["playlist-missing"],
            Cure::None,
        ),
    ]
}

fn hand_in_situations() -> Vec<Situation> {
    let s = situation;
    let with_waiting_log = |station: Station, since: &str, has_earlier_hand_in: bool| {
        station.external_facts(60, ExternalFacts::HandIn(not_handed_in_since(since, has_earlier_hand_in)))
    };
    let long_ago = "2023-02-01T05:00:00";
    let two_months = format!("{DEPARTMENT}hand-in = \"60d\"\n");
    vec![
        s(
            "the log was never handed in, for seven weeks",
            with_waiting_log(with_settings(DEPARTMENT), long_ago, false),
            600,
            &["hand-in-overdue"],
            Cure::Event(|station, at_s| station.external_facts(at_s, ExternalFacts::HandIn(HandInState::default()))),
        ),
        s(
            "the log was handed in only once, and the settings name no department",
            with_waiting_log(station(), long_ago, true),
            600,
            &["hand-in-overdue"],
            Cure::None,
        ),
        s(
            "the log was handed in within the limit",
            with_waiting_log(with_settings(DEPARTMENT), "2023-02-20T05:00:00", true),
            600,
            &[],
            Cure::None,
        ),
        s(
            "the limit is two months",
            with_waiting_log(with_settings(&two_months), long_ago, true),
            600,
            &[],
            Cure::None,
        ),
        s("there is no department", with_waiting_log(station(), "2020-02-01T05:00:00", false), 600, &[], Cure::None),
    ]
}

fn alarm_situations() -> Vec<Situation> {
    let s = situation;
    let with_alarm_facts = |alarm: AlarmFacts| station().external_facts(100, ExternalFacts::Alarm(alarm));
    let restore =
        || Cure::Event(|station, at_s| station.external_facts(at_s, ExternalFacts::Alarm(AlarmFacts::default())));
    let failure = |detail: &str| {
        Some(AlarmFailure { since: LocalInstant("2023-03-20T05:01:40+07:00".to_owned()), detail: detail.to_owned() })
    };
    vec![
        s(
            "no alarm was ever sent",
            with_alarm_facts(AlarmFacts { is_untried: true, ..AlarmFacts::default() }),
            600,
            &["alarm-untried"],
            restore(),
        ),
        s(
            "the command of the alarm fails for an hour",
            with_alarm_facts(AlarmFacts {
                is_untried: true,
                waiting: 2,
                failure: failure("command: exit status: 2: không có mạng"),
                ..AlarmFacts::default()
            }),
            4000,
            &["alarm-fails"],
            restore(),
        ),
        s(
            "the mail server cannot be reached for some minutes",
            with_alarm_facts(AlarmFacts { waiting: 1, failure: failure("smtp: timeout"), ..AlarmFacts::default() }),
            600,
            &["alarm-fails"],
            restore(),
        ),
        s(
            "no program sends the alarms",
            with_alarm_facts(AlarmFacts { waiting: 3, is_sender_absent: true, ..AlarmFacts::default() }),
            1800,
            &["alarm-not-sent"],
            restore(),
        ),
        s(
            "the settings no longer name a way to send alarms",
            with_alarm_facts(AlarmFacts { is_untried: true, ..AlarmFacts::default() }).edit_settings(300, ""),
            600,
            &[],
            Cure::None,
        ),
    ]
}

/// The headings of the messages about concerns that began, and of the messages about concerns that ended.
fn message_headings(station: &Station) -> (Vec<String>, Vec<String>) {
    let (mut raised, mut cleared) = (Vec::new(), Vec::new());
    for notice in station.concern_notices() {
        let Some(message) = alarm_message(&notice) else { continue };
        match notice.change {
            ConcernChange::Raised(_) => raised.push(message.heading()),
            ConcernChange::Cleared { .. } => cleared.push(message.heading()),
        }
    }
    (raised, cleared)
}

#[test]
fn every_situation_shows_its_concerns_and_ends() {
    let mut failures = Vec::new();
    let mut pages = [Lang::Vi, Lang::En].map(|lang| (lang, String::new()));
    let situations = situations();
    assert!(situations.len() >= 40, "{} situations", situations.len());
    for Situation { name, station, status_at_s, codes: expected, cure } in situations {
        let station = station.command(status_at_s - 1, OperatorCommand::Status);
        let (station, end_s) = match cure {
            Cure::Event(apply) => (apply(station, status_at_s), status_at_s + AFTER_CURE_S),
            Cure::WithinSeconds(seconds) => (station, status_at_s + seconds.max(AFTER_CURE_S)),
            Cure::None => (station, status_at_s),
        };
        let station = station.command(end_s - 1, OperatorCommand::Status).run_for(end_s);
        let statuses = statuses(&station);
        let status = &statuses[statuses.len() - 2];
        if codes(status) != expected {
            failures.push(format!("{name}: {:?} instead of {expected:?}", codes(status)));
        }
        let severities: Vec<ConcernSeverity> = status.concerns.iter().map(|concern| concern.severity).collect();
        assert!(severities.is_sorted(), "{name}: {severities:?}");
        let (raised, cleared) = message_headings(&station);
        if !matches!(cure, Cure::None) {
            let last_codes = codes(&statuses[statuses.len() - 1]);
            if expected.iter().any(|code| last_codes.contains(code)) {
                failures.push(format!("{name}: {last_codes:?} after the cure"));
            }
        }
        for (lang, text) in &mut pages {
            let shown_status = StationStatus { head_code: None, ..status.clone() };
            writeln!(text, "## {name}\n\n{}", status_page(&shown_status, "", *lang)).expect("write to memory");
            writeln!(text, "exit code {}", u8::from(needs_action(status))).expect("write to memory");
            if *lang == Lang::Vi {
                raised.iter().for_each(|heading| writeln!(text, "sent: {heading}").expect("write to memory"));
                cleared.iter().for_each(|heading| writeln!(text, "over: {heading}").expect("write to memory"));
            }
            text.push('\n');
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
    for (lang, text) in pages {
        let name = format!("tests/it/golden/concerns/situations.{}.txt", if lang == Lang::Vi { "vi" } else { "en" });
        let golden = Data::read_from(&Path::new(env!("CARGO_MANIFEST_DIR")).join(name), None);
        snapbox::assert_data_eq!(text, golden.raw());
    }
}

/// Sessions are not checked while the clock is untrusted. Their concerns must not be cleared then and raised again
/// later.
#[test]
fn a_lasting_concern_is_reported_once_even_if_the_clock_is_untrusted_for_a_while() {
    let station = station().file("s-60.mp3", missing_file()).unsynchronised().step(600, 4000);
    let station = station.command(1800, OperatorCommand::Status).sync(2000, true).run_for(4000);
    let status = &statuses(&station)[0];
    assert_eq!(codes(status), ["clock-untrusted", "file-missing"]);
    assert_eq!(status.unchecked, [CheckedArea::Plan]);
    let (raised, cleared) = message_headings(&station);
    let about_file = |headings: &[String]| headings.iter().filter(|heading| heading.contains("“Bản tin”")).count();
    assert_eq!((about_file(&raised), about_file(&cleared)), (1, 0), "{raised:?} {cleared:?}");
}

/// After the restart the relay is tried again, and still fails.
#[test]
fn a_failing_amplifier_is_reported_once_across_a_restart() {
    let station = with_settings(AMPLIFIER).relay_broken(0, 9000).run_and_kill(1800).restarted_after(10);
    let station = station
        .external_facts(1, ExternalFacts::Host(healthy_host()))
        .external_facts(1, ExternalFacts::Alarm(AlarmFacts::default()))
        .command(899, OperatorCommand::Status)
        .run_for(900);
    let status = &statuses(&station)[0];
    assert_eq!(codes(status), ["amplifier-fails"]);
    let concern_key = ("amplifier-fails".to_owned(), String::new());
    assert_eq!(super::logged_counts(&station).get(&concern_key), Some(&(1, 0)));
}

/// After the restart, the amplifier is first switched off, which works. Switching it on still fails.
#[test]
fn an_amplifier_that_cannot_be_switched_on_is_reported_once_across_restarts() {
    let mut station = with_settings(AMPLIFIER).relay_cannot_switch_on().run_and_kill(1800);
    for _ in 0..2 {
        station = station
            .restarted_after(10)
            .external_facts(1, ExternalFacts::Host(healthy_host()))
            .external_facts(1, ExternalFacts::Alarm(AlarmFacts::default()));
        station = station.command(900, OperatorCommand::Status).run_and_kill(1000);
    }
    let statuses = statuses(&station);
    assert!(statuses.iter().all(|status| status.unchecked.contains(&CheckedArea::Amplifier)), "{statuses:?}");
    let station = station.restarted_after(10).run_for(6 * 3600);
    let concern_key = ("amplifier-fails".to_owned(), String::new());
    assert_eq!(super::logged_counts(&station).get(&concern_key), Some(&(1, 0)));
}

/// The device is lost, the station restarts without it, and then its settings name another device that is missing too.
#[test]
fn a_lost_device_is_reported_once_across_a_restart_and_an_edit_of_the_output() {
    let station_without_device = || station().device_unavailable(910, 90_000).run_and_kill(1800).restarted_after(10);
    let station = station_without_device()
        .device_unavailable(0, 90_000)
        .external_facts(1, ExternalFacts::Host(healthy_host()))
        .external_facts(1, ExternalFacts::Alarm(AlarmFacts::default()));
    let other_device = format!("{ALARM}[output]\ndevice = \"hw:5\"\n");
    let station = station.edit_settings(600, &other_device).command(1790, OperatorCommand::Status).run_for(1800);
    assert_eq!(codes(&statuses(&station)[0]), ["device-lost"]);
    let counts = super::logged_counts(&station);
    assert_eq!(counts.get(&("device-lost".to_owned(), String::new())), Some(&(1, 0)), "{counts:?}");
    assert_eq!(counts.get(&("no-device".to_owned(), String::new())), None, "{counts:?}");
}

/// A disk that becomes nearly full and then full is reported once as each. A disk that fills at once is reported only
/// as full. Small changes around the limit are not reported again.
#[test]
fn a_full_disk_is_not_also_reported_as_nearly_full() {
    let with_free_mib =
        |station, at_s, mib: u64| with_host_facts(station, at_s, |host| host.free_bytes = Some(mib << 20));
    let count = |station: &Station, code: &str| {
        super::logged_counts(station).get(&(code.to_owned(), String::new())).copied().unwrap_or_default()
    };
    let full = with_free_mib(station(), 100, 4).command(599, OperatorCommand::Status).run_for(600);
    assert_eq!((count(&full, "disk-full"), count(&full, "disk-nearly-full")), ((1, 0), (0, 0)));
    let filling = with_free_mib(with_free_mib(station(), 100, 40), 400, 4).run_for(900);
    assert_eq!((count(&filling, "disk-full"), count(&filling, "disk-nearly-full")), ((1, 0), (1, 0)));
    let mut at_limit = station();
    for (step, mib) in [7, 9, 7, 9, 11, 7].into_iter().enumerate() {
        at_limit = with_free_mib(at_limit, 100 + 300 * step as i64, mib);
    }
    let at_limit = at_limit.run_for(2400);
    assert_eq!((count(&at_limit, "disk-full"), count(&at_limit, "disk-nearly-full")), ((1, 0), (0, 0)));
    let freed = with_free_mib(with_free_mib(station(), 100, 4), 600, 20).run_for(1200);
    assert_eq!((count(&freed, "disk-full"), count(&freed, "disk-nearly-full")), ((1, 1), (1, 0)));
}

/// Until the hand-ins are read for the first time, one of them may be overdue.
#[test]
fn the_hand_ins_and_the_amplifier_are_shown_as_unchecked_until_their_state_is_known() {
    let station = with_settings(&format!("{AMPLIFIER}{DEPARTMENT}")).command(599, OperatorCommand::Status);
    let station = station.external_facts(601, ExternalFacts::HandIn(HandInState::default()));
    let station = station.command(2000, OperatorCommand::Status).run_for(2001);
    let [early_status, late_status] = <[StationStatus; 2]>::try_from(statuses(&station)).expect("two statuses");
    assert_eq!(early_status.unchecked, [CheckedArea::Amplifier, CheckedArea::HandIn]);
    assert_eq!(late_status.unchecked, []);
    let page = status_page(&early_status, "", Lang::Vi);
    assert!(page.contains("tăng âm (từ khi đài chạy, chưa chạy đủ cả lệnh bật và lệnh tắt)"), "{page}");
}

/// A concern about the alarm is logged once, but its message would take the road that does not work. A failure is logged
/// only if it lasts for an hour, because a line that is down for a while is ordinary.
#[test]
fn a_concern_about_the_alarm_is_logged_but_not_sent() {
    let failure = Some(AlarmFailure {
        since: LocalInstant("2023-03-20T05:01:40+07:00".to_owned()),
        detail: "smtp: timeout".to_owned(),
    });
    let failing = AlarmFacts { waiting: 1, failure, is_sender_absent: true, ..AlarmFacts::default() };
    let report =
        |station: Station, at_s, facts: &AlarmFacts| station.external_facts(at_s, ExternalFacts::Alarm(facts.clone()));
    let short = report(report(station(), 100, &failing), 3600, &AlarmFacts::default()).run_for(9000);
    let long = report(report(station(), 100, &failing), 4000, &AlarmFacts::default()).run_for(9000);
    let counts = |station: &Station, code: &str| {
        super::logged_counts(station).get(&(code.to_owned(), String::new())).copied().unwrap_or_default()
    };
    assert_eq!((counts(&short, "alarm-fails"), counts(&short, "alarm-not-sent")), ((0, 0), (1, 1)));
    assert_eq!((counts(&long, "alarm-fails"), counts(&long, "alarm-not-sent")), ((1, 1), (1, 1)));
    assert_eq!(message_headings(&long), (vec![], vec![]));
}

#[test]
fn the_sending_of_alarms_is_shown_as_unchecked_until_its_state_is_known() {
    let station = plain_station().settings(ALARM).external_facts(1, ExternalFacts::Host(healthy_host()));
    let status = &statuses(&station.command(599, OperatorCommand::Status).run_for(600))[0];
    assert_eq!((codes(status), status.unchecked.as_slice()), (vec![], [CheckedArea::Alarm].as_slice()));
}

/// A campaign's last day is compared with today's date, which is not known while the clock is untrusted.
#[test]
fn an_untrusted_clock_ends_no_campaign() {
    let campaign = format!("[campaign]\nid = \"cd\"\ntitle = \"Chiến dịch\"\nuntil = 2023-03-25\n{PLAYLIST}");
    let station = station().playlist(&campaign).unsynchronised().step(600, 90 * 86_400);
    let station = station.command(1800, OperatorCommand::Status).run_for(1801);
    assert_eq!(codes(&statuses(&station)[0]), ["clock-untrusted"]);
}

/// A session that was stopped by quiet hours is not between two items.
#[test]
fn a_session_in_quiet_hours_is_not_shown_as_under_way() {
    let playlist = "[[segment]]\nid = \"tin\"\ntitle = \"Bản tin\"\nfile = \"s-60.mp3\"\n\
        [[session]]\nid = \"sang\"\ntitle = \"Buổi sáng\"\nat = \"05:15\"\nplay = [\"tin\", { relay = \"VOV\", for = \"5m\" }, \"tin\"]\n";
    let quiet = format!("{ALARM}[quiet-hours]\nfrom = \"05:16\"\nuntil = \"05:30\"\n");
    let station = station().playlist(playlist).edit_settings(940, &quiet);
    let station = station.command(1000, OperatorCommand::Status).run_for(1001);
    let status = &statuses(&station)[0];
    assert_eq!((status.between_items.as_deref(), status.quiet), (None, true));
    let page = status_page(status, "", Lang::Vi);
    assert!(!page.contains("đang phát dở"), "{page}");
}

#[test]
fn the_page_names_the_folder_only_if_the_advice_contains_a_command() {
    let page_of = |station: Station| {
        let station = station.command(1100, OperatorCommand::Status).run_for(1101);
        status_page(&statuses(&station)[0], " /srv/dai", Lang::Vi)
    };
    let page_with_command = page_of(station().command(1085, urgent_command()));
    assert!(page_with_command.contains("cd /srv/dai"), "{page_with_command}");
    let page_without_command = page_of(with_settings("[output]\ndevice = \"null\"\n"));
    assert!(
        page_without_command.contains("device là null") && !page_without_command.contains("/srv/dai"),
        "{page_without_command}"
    );
}

/// If a concern of an earlier run ends before this run observes it, the message still uses its name, not its code.
#[test]
fn the_message_about_the_end_of_an_unobserved_concern_names_it() {
    let station = station().device_unavailable(910, 90_000).run_and_kill(1800).restarted_after(10);
    let station = station
        .external_facts(1, ExternalFacts::Host(healthy_host()))
        .external_facts(1, ExternalFacts::Alarm(AlarmFacts::default()))
        .run_for(900);
    let (_, cleared) = message_headings(&station);
    assert!(cleared.iter().any(|heading| heading.contains("Đã hết: mất thiết bị âm thanh")), "{cleared:?}");
}

#[test]
fn the_status_reports_that_all_is_well_only_after_every_area_was_checked() {
    let station = plain_station().command(599, OperatorCommand::Status).run_for(600);
    let status = &statuses(&station)[0];
    assert_eq!((codes(status), status.unchecked.as_slice()), (vec![], [CheckedArea::Computer].as_slice()));
    assert!(
        !status_page(status, "", Lang::En).contains(&*loa::text::run::RunText::StatusAllWell {}.to_plain(Lang::En))
    );
}
