//! What a station says is wrong: in `loa status`, and in its log, once each.
use std::collections::BTreeMap;

use loa::airlog::entry::ConcernEntry;
use loa::concern::{ConcernSeverity, concern_advice};
use loa::library::FileStatus;
use loa::library::flaw::AudioFlaw;
use loa::playout::engine::{CommandReply, OperatorCommand, StationStatus, UrgentSource};
use loa::text::{Lang, Localize};

use crate::station::{Station, id, scan_of};

/// Three sessions a day, each with an item of a minute.
const PLAYLIST: &str = "[[segment]]\nid = \"tin\"\ntitle = \"Bản tin\"\nfile = \"s-60.mp3\"\n\
    [[segment]]\nid = \"nhac\"\ntitle = \"Nhạc hiệu\"\nfile = \"s-10.mp3\"\n\
    [[session]]\nid = \"sang\"\ntitle = \"Buổi sáng\"\nat = [\"05:15\", \"11:00\", \"17:00\"]\nplay = [\"nhac\", \"tin\"]\n";
const AMPLIFIER: &str = "[amplifier]\non = \"/bin/relay on\"\noff = \"/bin/relay off\"\n";

fn station() -> Station {
    Station::new("2023-03-20T05:00:00").playlist(PLAYLIST)
}

/// The status in the last second of a run.
fn status_after(station: Station, seconds: i64) -> StationStatus {
    let station = station.command(seconds - 1, OperatorCommand::Status).run_for(seconds);
    let mut statuses = station.replies().iter().filter_map(|answer| match answer {
        CommandReply::Status(status) => Some(status.as_ref().clone()),
        _ => None,
    });
    statuses.next_back().expect("the station answers its status")
}

fn codes(status: &StationStatus) -> Vec<&'static str> {
    status.concerns.iter().map(|concern| concern.condition.code()).collect()
}

/// The concerns in a log: code and subject, each with how often it was raised and cleared.
fn logged(station: &Station) -> BTreeMap<(String, String), (u32, u32)> {
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

/// The `concern` entries of a log, as any program reads them.
fn concern_entries(station: &Station) -> Vec<ConcernEntry> {
    let log = String::from_utf8(station.disk().bytes("log.jsonl")).expect("UTF-8");
    let lines = log.lines().filter(|line| line.contains("\"type\":\"concern\""));
    lines.map(|line| serde_json::from_str(line).expect("an entry")).collect()
}

/// A situation, and the codes that the status shows in it, worst first.
struct Situation {
    name: &'static str,
    station: Station,
    seconds: i64,
    codes: &'static [&'static str],
}

fn situation(name: &'static str, station: Station, seconds: i64, codes: &'static [&'static str]) -> Situation {
    Situation { name, station, seconds, codes }
}

fn urgent() -> OperatorCommand {
    OperatorCommand::Urgent { source: UrgentSource::Segment(id("tin")), repeat: 1 }
}

fn damaged() -> FileStatus {
    FileStatus::Damaged { detail: "not audio".to_owned(), foreign: None, last: Some(scan_of((60, 48_000))) }
}

fn silent() -> FileStatus {
    let mut scan = scan_of((60, 48_000));
    scan.flaws.push(AudioFlaw::Silent);
    FileStatus::Good(scan)
}

fn situations() -> Vec<Situation> {
    let with = |text: &str| PLAYLIST.replacen("\n[[session]]", &format!("\n{text}\n[[session]]"), 1);
    let session = |text: &str| format!("{PLAYLIST}{text}\n");
    vec![
        situation("all is well", station(), 1800, &[]),
        situation("an urgent message plays", station().command(100, urgent()), 120, &["urgent-on-air"]),
        situation("no device opens", station().device_away(0, 9000), 1800, &["no-device"]),
        situation("the device is pulled out", station().device_away(910, 9000), 1800, &["device-lost"]),
        situation("the device returns", station().device_away(911, 913), 1800, &[]),
        situation("the clock is untrusted", station().unsynchronised().step(600, 4000), 1800, &["clock-untrusted"]),
        situation(
            "the relay fails",
            station().settings(AMPLIFIER).relay_broken(0, 9000),
            1800,
            &["amplifier-fails"],
        ),
        situation("the relay is untried", station().settings(AMPLIFIER).relay_untried(), 1800, &["amplifier-untried"]),
        situation("a file is missing", station().file("s-60.mp3", FileStatus::Missing { last: None }), 600, &[
            "file-missing",
            "file-missing",
            "file-missing",
        ]),
        situation("a file is damaged", station().file("s-60.mp3", damaged()), 600, &[
            "file-damaged",
            "file-damaged",
            "file-damaged",
        ]),
        situation("a file is silent", station().file("s-60.mp3", silent()), 600, &["silent", "silent", "silent"]),
        situation("another file lies there", station().playlist(&with(&format!("sha256 = \"{}\"", "0".repeat(64)))), 600, &[
            "file-changed",
            "file-changed",
            "file-changed",
        ]),
        situation("an item is not approved", station().settings("[station]\napproval = \"required\"\n"), 600, &[
            "not-approved",
            "not-approved",
            "not-approved",
        ]),
        situation("an item is past its last day", station().playlist(&with("valid-until = 2023-03-19")), 600, &[
            "expired", "expired", "expired",
        ]),
        situation("the volume is 0", station().settings("[output]\nvolume = 0\n"), 600, &["muted", "muted", "muted"]),
        situation("a session must end too early", station().playlist(&session("end-by = \"05:15:30\"")), 600, &[
            "item-dropped",
        ]),
        situation(
            "a session falls into quiet hours",
            station().settings("[quiet-hours]\nfrom = \"16:30\"\nuntil = \"04:30\"\n"),
            600,
            &["quiet-hours"],
        ),
        situation(
            "another session cuts it",
            station().playlist(&session(
                "[[session]]\nid = \"chen\"\ntitle = \"Chen\"\nat = \"05:15:30\"\npriority = \"priority\"\nplay = [\"nhac\"]",
            )),
            600,
            &["session-cut"],
        ),
        situation("nothing airs today", station().playlist(&session("days = [\"sun\"]")), 600, &["nothing-today"]),
        situation(
            "nothing airs this week",
            station().playlist(&session("dates = [\"2023-05-01\"]")),
            600,
            &["nothing-this-week"],
        ),
        situation(
            "the campaign is over",
            station().playlist(&format!(
                "[campaign]\nid = \"gn\"\ntitle = \"Giảm nghèo\"\nuntil = 2023-03-19\n{PLAYLIST}"
            )),
            600,
            &["nothing-this-week", "campaign-over"],
        ),
        situation(
            "another id is in the settings",
            station().edit_settings(100, "[station]\nid = \"khac\"\n"),
            600,
            &["station-id-changed"],
        ),
        situation("a playlist is gone", station().vanish(100, "playlists/test.toml", ""), 600, &["playlist-missing"]),
        situation("there is no schedule", Station::new("2023-03-20T05:00:00"), 600, &["nothing-this-week"]),
        situation("the output makes no sound", station().settings("[output]\ndevice = \"null\"\n"), 600, &["no-sound"]),
        situation("the power was off", station().run_and_cut(600).off_for(3600), 600, &["missed-while-off"]),
        situation(
            "the log's folder is moved",
            station().change_disk(100, |disk, _| disk.set_moved(true)),
            1800,
            &["log-moved", "log-not-written"],
        ),
    ]
}

#[test]
fn every_situation_shows_its_concerns_worst_first() {
    let mut failures = Vec::new();
    for Situation { name, station, seconds, codes: expected } in situations() {
        let status = status_after(station, seconds);
        let mut found = codes(&status);
        // What belongs to this test's station alone.
        found.retain(|code| !["not-supervised", "control-unavailable"].contains(code));
        if found != expected {
            failures.push(format!("{name}: {found:?} instead of {expected:?}"));
        }
        let severities: Vec<ConcernSeverity> = status.concerns.iter().map(|concern| concern.severity).collect();
        assert!(severities.is_sorted(), "{name}: {severities:?}");
        for concern in &status.concerns {
            for lang in [Lang::Vi, Lang::En] {
                let (what, advice) =
                    (concern.condition.to_plain(lang), concern_advice(&concern.condition).to_plain(lang));
                assert!(what.ends_with(['.', ')']) && advice.len() > 10, "{name}: {what} {advice}");
            }
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
}

#[test]
fn a_concern_is_logged_once_and_cleared_once_also_over_a_restart() {
    let long = "[[segment]]\nid = \"dai\"\ntitle = \"Dài\"\nfile = \"s-600.mp3\"\n\
        [[session]]\nid = \"sang\"\nat = \"05:15\"\nplay = [\"dai\"]\n";
    let station = station().playlist(long).device_away(910, 1000).run_for(7200);
    let lost = ("device-lost".to_owned(), String::new());
    assert_eq!(logged(&station).get(&lost), Some(&(1, 1)), "{:?}", logged(&station));

    let station = self::station().device_away(0, 9000).run_and_kill(1800).restarted_after(10).device_away(0, 9000);
    let station = station.run_for(1800);
    let none = ("no-device".to_owned(), String::new());
    assert_eq!(logged(&station).get(&none).map(|counts| counts.0), Some(1), "{:?}", logged(&station));
}

/// A healthy station with power cuts, a year: nothing but notices. Then troubles at random: each is told in time, once.
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

/// Kinds of trouble that begin at a time of the run and last until its end.
type Trouble = (&'static str, fn(Station, i64) -> Station);

const TROUBLES: [Trouble; 5] = [
    ("device-lost", |station, at| station.device_away(at, 90_000)),
    ("clock-untrusted", |station, at| station.step(at, 4000)),
    ("playlist-missing", |station, at| station.vanish(at, "playlists/test.toml", "")),
    ("station-id-changed", |station, at| station.edit_settings(at, "[station]\nid = \"khac\"\n")),
    ("log-moved", |station, at| station.change_disk(at, |disk, _| disk.set_moved(true))),
];

#[test]
fn every_trouble_is_told_within_five_minutes_and_once() {
    let count = if std::env::var_os("LOA_CONCERNS").is_some() { 1000 } else { 60 };
    let mut seed = 0x9E37_79B9_7F4A_7C15_u64;
    let mut failures = Vec::new();
    for number in 0..count {
        // splitmix64: another start of the trouble in each case.
        seed = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let random = (seed ^ (seed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let (code, make) = TROUBLES[number % TROUBLES.len()];
        // A device is in use from 05:15 on; the trouble begins while it sounds, or at any other time of three hours.
        let at_s = match code {
            "device-lost" => 905 + (random % 60) as i64,
            // The next entry is due at the start of the session.
            "log-moved" => 700 + (random % 200) as i64,
            _ => 600 + (random % 10_000) as i64,
        };
        let unsynchronised = if code == "clock-untrusted" { station().unsynchronised() } else { station() };
        let status = status_after(make(unsynchronised, at_s), at_s + 300);
        if !codes(&status).contains(&code) {
            failures.push(format!("{code} at {at_s} s: {:?}", codes(&status)));
        }
    }
    assert!(failures.is_empty(), "{} of {count}: {failures:#?}", failures.len());
}
