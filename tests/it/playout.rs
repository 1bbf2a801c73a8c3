//! The playout of a station: sessions, power cuts, late rules, bad files, lost devices, commands and edits.
mod edits;

use loa::airlog::entry::Reason;
use loa::library::FileStatus;
use loa::playout::engine::{CommandEffect, CommandReply, OperatorCommand};

use crate::record::Record;
use crate::station::{OutputFault, Station, id};

const MORNING: &str = r#"
[[segment]]
id = "nhac"
title = "Nhạc hiệu"
file = "s-5.mp3"

[[segment]]
id = "tin"
title = "Bản tin"
file = "s-60.mp3"

[[segment]]
id = "ket"
title = "Lời kết"
file = "s-10.mp3"

[[session]]
id = "sang"
at = "05:15"
play = ["nhac", "tin", "ket"]
"#;

fn playlist_with_late_rule(late: &str) -> String {
    format!("{MORNING}late = \"{late}\"\n")
}

/// A station with the playlist `MORNING`, started at this time.
fn station_with_morning(now: &str) -> Station {
    Station::new(now).playlist(MORNING)
}

const AIRING_IDS: [&str; 3] =
    ["sang@2023-03-20T05:15:00#1", "sang@2023-03-20T05:15:00#2", "sang@2023-03-20T05:15:00#3"];

fn assert_endings(station: &Station, endings: [&str; 3]) {
    let expected: Vec<_> = AIRING_IDS.iter().zip(endings).map(|(id, ending)| format!("{id} {ending}")).collect();
    let mut outcomes = station.outcomes();
    outcomes.retain(|line| line.starts_with("sang@2023-03-20T05:15"));
    outcomes.sort();
    assert_eq!(outcomes, expected);
}

#[test]
fn a_session_airs_on_time_and_completely() {
    let station = station_with_morning("2023-03-20T04:00:00").run_until("2023-03-20T06:00:00");
    assert_endings(&station, ["aired", "aired", "aired"]);
    let log = station.log();
    let outcomes: Vec<_> = log.iter().filter(|r| r.kind == "outcome").collect();
    assert!(outcomes.iter().all(|r| r.body.late_us == Some(0)), "each airing starts on its exact frame");
    assert_eq!(outcomes[1].body.played_ms, 60_000);
    assert_eq!(outcomes[1].body.frames, 60 * 48_000);
    let kinds: Vec<_> = log.iter().map(|r| r.kind.as_str()).collect();
    let starts_and_outcomes = ["start", "outcome", "start", "outcome", "start", "outcome"];
    let mut expected = vec!["genesis", "boot", "schedule", "plan", "device"];
    expected.extend(starts_and_outcomes);
    expected.push("shutdown");
    assert_eq!(kinds, expected);
}

#[test]
fn a_new_station_logs_no_outcomes_for_the_time_before_its_first_start() {
    let station = station_with_morning("2023-03-20T05:20:00").run_until("2023-03-20T06:00:00");
    assert_eq!(station.outcomes(), Vec::<String>::new());
}

#[test]
fn after_a_power_cut_the_cut_airing_is_partial_and_the_next_one_is_on_time() {
    // The power fails 20 s into the bulletin, which began at 05:15:05, and returns 10 s later.
    let station =
        station_with_morning("2023-03-20T05:00:00").run_and_cut(900 + 25).off_for(10).run_until("2023-03-20T06:00:00");
    assert_endings(&station, ["aired", "partial power-off", "aired"]);
    let log = station.log();
    let cut_outcome =
        log.iter().find(|r| r.kind == "outcome" && r.body.reason.is_some()).expect("the log has an outcome");
    // The last synced mark is at most 5 s old. The log claims the length at that mark.
    assert!((15_000..=20_000).contains(&cut_outcome.body.played_ms), "{}", cut_outcome.body.played_ms);
    let boot = log.iter().rfind(|r| r.kind == "boot").expect("the log has a boot entry");
    assert!((10..=16).contains(&boot.body.off_s.expect("the downtime is known")), "{:?}", boot.body.off_s);
    assert!(!boot.body.orderly);
}

#[test]
fn months_without_power_become_one_batch_of_misses() {
    let station = station_with_morning("2023-03-20T04:00:00").run_and_cut(60).off_for(180 * 86_400).run_for(60);
    let outcomes = station.outcomes();
    assert_eq!(outcomes.len(), 180 * 3);
    assert!(outcomes.iter().all(|o| o.ends_with("missed power-off")));
    let log = station.log();
    let batch_times: std::collections::BTreeSet<_> = log.iter().filter(|r| r.kind == "outcome").map(|r| r.at).collect();
    assert_eq!(batch_times.len(), 1, "one batch has one time");
}

#[test]
fn airings_after_a_clean_stop_have_the_reason_shutdown() {
    let station = station_with_morning("2023-03-20T05:00:00").run_for(900 + 30).off_for(600).run_for(60);
    assert_endings(&station, ["aired", "partial shutdown", "missed shutdown"]);
}

#[test]
fn each_late_rule_is_applied_to_a_late_start() {
    // The power returns at 05:15:30, in the middle of the bulletin.
    let station_with_rule = |rule: &str| {
        let text = playlist_with_late_rule(rule);
        Station::new("2023-03-20T05:00:00")
            .playlist(&text)
            .run_and_cut(60)
            .off_for(870)
            .run_until("2023-03-20T06:00:00")
    };
    assert_endings(&station_with_rule("skip"), ["missed power-off", "missed power-off", "missed late"]);
    assert_endings(&station_with_rule("play"), ["aired", "aired", "aired"]);
    assert_endings(&station_with_rule("until 05:16"), ["aired", "aired", "aired"]);
    assert_endings(&station_with_rule("until 05:15:20"), ["missed power-off", "missed power-off", "missed late"]);
    assert_endings(&station_with_rule("join"), ["missed late", "partial joined", "aired"]);
    let station = station_with_rule("play");
    let log = station.log();
    let first = log.iter().find(|r| r.kind == "outcome").expect("the log has an outcome");
    assert!(first.body.late_us.expect("the airing started") >= 30_000_000);
}

#[test]
fn a_start_within_five_seconds_is_on_time() {
    let station =
        station_with_morning("2023-03-20T05:00:00").run_and_cut(60).off_for(844).run_until("2023-03-20T06:00:00");
    assert_endings(&station, ["aired", "aired", "aired"]);
}

#[test]
fn a_bad_file_costs_only_its_own_airing() {
    let damaged = FileStatus::Damaged {
        detail: "not audio".to_owned(),
        foreign: None,
        last: Some(crate::station::scan_of((60, 48_000))),
    };
    let station =
        station_with_morning("2023-03-20T05:00:00").file("s-60.mp3", damaged).run_until("2023-03-20T06:00:00");
    assert_endings(&station, ["aired", "missed file-damaged", "aired"]);
    let log = station.log();
    let last = log.iter().rfind(|r| r.kind == "outcome").expect("the log has an outcome");
    assert_eq!(last.body.late_us, Some(0), "the others play on time");
    let last = Some(crate::station::scan_of((60, 48_000)));
    let unreadable = FileStatus::Unreadable { detail: "it cannot be opened: Permission denied".to_owned(), last };
    let station =
        station_with_morning("2023-03-20T05:00:00").file("s-60.mp3", unreadable).run_until("2023-03-20T06:00:00");
    assert_endings(&station, ["aired", "missed file-damaged", "aired"]);
    assert!(station.disk().bytes("log.jsonl").windows(17).any(|part| part == b"Permission denied"));
    let missing = FileStatus::Missing { last: None };
    let station = station_with_morning("2023-03-20T05:00:00").file("s-5.mp3", missing).run_until("2023-03-20T06:00:00");
    assert_endings(&station, ["missed file-missing", "aired", "aired"]);
}

#[test]
fn a_later_session_cuts_an_earlier_one() {
    let text = format!("{MORNING}\n[[session]]\nid = \"tiep\"\nat = \"05:15:30\"\nplay = [\"nhac\"]\n");
    let station = Station::new("2023-03-20T05:00:00").playlist(&text).run_until("2023-03-20T06:00:00");
    assert_endings(&station, ["aired", "partial cut-by", "missed cut-by"]);
    assert!(station.outcomes().contains(&"tiep@2023-03-20T05:15:30#1 aired".to_owned()));
    let log = station.log();
    let cut_outcome = log.iter().find(|r| r.kind == "outcome" && r.body.frames == 25 * 48_000);
    assert!(cut_outcome.is_some(), "the airing is cut on the exact frame");
}

#[test]
fn quiet_hours_are_applied_at_air_time() {
    let text = MORNING.replace("05:15", "20:59:30");
    let station = Station::new("2023-03-20T20:00:00").playlist(&text).run_until("2023-03-20T23:00:00");
    let outcomes = station.outcomes();
    assert_eq!(
        outcomes,
        [
            "sang@2023-03-20T20:59:30#1 aired",
            "sang@2023-03-20T20:59:30#2 partial quiet-hours",
            "sang@2023-03-20T20:59:30#3 missed quiet-hours"
        ]
    );
    let night_playlist = MORNING.replace("05:15", "03:15");
    let station = Station::new("2023-03-20T01:00:00").playlist(&night_playlist).run_until("2023-03-20T05:00:00");
    assert!(station.outcomes().iter().all(|o| o.ends_with("missed quiet-hours")), "{:?}", station.outcomes());
    let morning_playlist = MORNING.replace("05:15", "05:00");
    let station = Station::new("2023-03-20T01:00:00").playlist(&morning_playlist).run_until("2023-03-20T06:00:00");
    assert!(station.outcomes().iter().all(|o| o.ends_with("aired")), "{:?}", station.outcomes());
}

#[test]
fn a_lost_device_costs_only_the_lost_time() {
    let station = station_with_morning("2023-03-20T05:00:00")
        .device_unavailable(900 + 20, 900 + 40)
        .run_until("2023-03-20T06:00:00");
    assert_endings(&station, ["aired", "partial device-lost", "aired"]);
    let log = station.log();
    let first_of = |kind: &str| log.iter().find(|r| r.kind == kind).expect("find an entry");
    let (interrupt, resume) = (first_of("interrupt"), first_of("resume"));
    assert_eq!(interrupt.body.reason, Some(Reason::DeviceLost));
    let outcome = log
        .iter()
        .find(|r| r.body.reason == Some(Reason::DeviceLost) && r.kind == "outcome")
        .expect("the log has an outcome");
    // The airing resumes at the position that it would have reached, and counts only the time that sounded.
    let (gap_ms, played_ms) = (resume.body.from_ms - interrupt.body.played_ms, outcome.body.played_ms);
    assert!((20_000..21_000).contains(&gap_ms), "{gap_ms}");
    assert_eq!(played_ms + gap_ms, outcome.body.planned_ms);
    assert_eq!(
        log.iter().rfind(|r| r.kind == "outcome").expect("the log has an outcome").body.late_us,
        Some(0),
        "the next airing is on time"
    );
    let station = station_with_morning("2023-03-20T05:00:00")
        .device_unavailable(900 + 20, 900 + 400)
        .run_until("2023-03-20T06:00:00");
    assert!(station.log().iter().all(|r| r.kind != "resume"), "an airing that has run out of time does not resume");
    let station =
        station_with_morning("2023-03-20T05:00:00").device_unavailable(0, 900 + 20).run_until("2023-03-20T06:00:00");
    assert_endings(&station, ["missed device-lost", "missed device-lost", "aired"]);
    let losses = station.log().iter().filter(|r| r.kind == "device" && r.body.state.as_deref() == Some("lost")).count();
    assert_eq!(losses, 1, "the loss is logged once");
}

#[test]
fn the_operators_commands_are_carried_out_and_logged() {
    let station = station_with_morning("2023-03-20T05:00:00")
        .command(100, OperatorCommand::Skip)
        .command(910, OperatorCommand::Skip)
        .command(1000, OperatorCommand::Play(id("tin")))
        .command(1010, OperatorCommand::Play(id("tin")))
        .command(1020, OperatorCommand::Stop)
        .command(1030, OperatorCommand::Play(id("khong-co")))
        .command(1040, OperatorCommand::Note { id: AIRING_IDS[0].to_owned(), text: "mưa to".to_owned() })
        .run_until("2023-03-20T06:00:00");
    assert_endings(&station, ["aired", "partial operator-skip", "aired"]);
    let unplanned_outcomes: Vec<_> = station.outcomes().into_iter().filter(|o| o.starts_with("operator@")).collect();
    assert_eq!(unplanned_outcomes, ["operator@2023-03-20T05:16:40.000000+07:00 partial operator-stop"]);
    let replies = station.replies();
    assert_eq!(replies[0], CommandReply::NothingPlays);
    let effects: Vec<String> = replies
        .iter()
        .filter_map(|reply| match reply {
            CommandReply::Performed { effect: CommandEffect::Stop { titles, next: Some(next), .. }, .. } => {
                Some(format!("stop {titles:?}, next {} {}", next.session_title.as_deref().unwrap_or("?"), next.start))
            }
            CommandReply::Performed { effect: CommandEffect::Skip { title }, .. } => Some(format!("skip {title}")),
            CommandReply::Performed { effect, is_logged: true } => Some(format!("{effect:?}")),
            _ => None,
        })
        .collect();
    assert_eq!(
        effects,
        [
            "skip Bản tin",
            "Play { title: \"Bản tin\" }",
            "stop [\"Bản tin\"], next sang 2023-03-21T05:15:00.000000+07:00",
            "Note"
        ]
    );
    assert_eq!(replies[3], CommandReply::Busy("Bản tin".to_owned()));
    assert_eq!(replies[5], CommandReply::NoSuchSegment(id("khong-co")));
    let log = station.log();
    let commands = log.iter().filter(|r| r.kind == "operator");
    assert!(commands.clone().all(|r| r.body.who.as_ref().is_some_and(|w| w.uid == 1000)));
    let actions: Vec<_> = commands.filter_map(|r| r.body.action.as_deref()).collect();
    assert_eq!(actions, ["skip", "play", "stop"]);
}

#[test]
fn a_stop_ends_only_the_running_session() {
    let text = MORNING.replace("at = \"05:15\"", "at = [\"05:15\", \"05:30\"]");
    let station = Station::new("2023-03-20T05:00:00")
        .playlist(&text)
        .command(920, OperatorCommand::Stop)
        .run_until("2023-03-20T06:00:00");
    let outcomes = station.outcomes();
    assert_eq!(outcomes.iter().filter(|o| o.ends_with("operator-stop")).count(), 2);
    assert_eq!(
        outcomes.iter().filter(|o| o.starts_with("sang@2023-03-20T05:30:00") && o.ends_with(" aired")).count(),
        3
    );
}

#[test]
fn a_station_without_quiet_hours_is_never_quiet() {
    let night_playlist = MORNING.replace("05:15", "03:15");
    let settings = "[quiet-hours]\nfrom = \"00:00\"\nuntil = \"00:00\"\n";
    let station = Station::new("2023-03-20T01:00:00")
        .settings(settings)
        .playlist(&night_playlist)
        .run_until("2023-03-20T05:00:00");
    assert_eq!(station.outcomes().iter().filter(|o| o.ends_with(" aired")).count(), 3, "{:?}", station.outcomes());
}

#[test]
fn a_faulty_output_costs_only_the_affected_airings() {
    let run =
        |fault| station_with_morning("2023-03-20T05:00:00").with_output_fault(fault).run_until("2023-03-20T08:00:00");
    assert_endings(&run(OutputFault::HangsOpening), ["missed device-lost"; 3]);
    let station_with_loss = run(OutputFault::LostForever);
    assert_endings(&station_with_loss, ["missed device-lost"; 3]);
    let device_entries = station_with_loss.log().iter().filter(|r| r.kind == "device").count();
    assert!(device_entries <= 2, "the loss is not logged again for each error: {device_entries}");
    // If the end of an airing is never reported, its last known progress counts.
    assert_endings(&run(OutputFault::Stalls), ["partial device-lost"; 3]);
    let station = run(OutputFault::ReportsWrongTimes);
    assert_endings(&station, ["aired"; 3]);
    let is_plausible = |r: &Record| r.body.late_us.is_none_or(|us| us.abs() < 5_000_000);
    assert!(station.log().iter().filter(|r| r.kind == "outcome").all(is_plausible), "no start is logged a day early");
}
